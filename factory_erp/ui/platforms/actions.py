"""Talking to the platforms from the page: one conversation at a time, and what became of it in a sentence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QDialog, QWidget

from factory_erp.i18n import _, ngettext
from factory_erp.services.outbox import OutboxRow
from factory_erp.services.platforms import accounts as platforms
from factory_erp.services.platforms.accounts import AccountForm, AccountView
from factory_erp.sync.credentials import MemorySecrets, SecretStore
from factory_erp.sync.runs import ALL_PARTS, Part, RunReport
from factory_erp.ui.desk import desk
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import confirm, show_problem, tell
from factory_erp.ui.kit.jobs import Job
from factory_erp.ui.platforms import run_words, words, work
from factory_erp.ui.platforms.account_dialogs import AccountDialog
from factory_erp.ui.platforms.sign_in import AuthoriseDialog

DialogT = TypeVar("DialogT", bound=QDialog)


@dataclass(frozen=True)
class Talk:
    """A conversation with a platform that is under way."""

    account_id: int
    job: Job


class Actions(QObject):
    """Belongs to the page.

    ``talk_changed`` when a conversation begins or ends, ``stale`` when something was written down without
    a change set: a run that failed notes the reason at its account. ``calls_asked`` carries an outgoing
    message whose archived calls are to be shown.
    """

    talk_changed = Signal()
    stale = Signal()
    calls_asked = Signal(object)

    def __init__(self, context: UiContext, page: QWidget) -> None:
        super().__init__(page)
        self.context = context
        self.jobs = context.jobs
        self.page = page
        self.talk: Talk | None = None

    @property
    def _secrets(self) -> SecretStore:
        return desk(self.context).secrets

    @property
    def _keeps_secrets(self) -> bool:
        """Whether secrets outlive the program; the demo's are made up and need not."""
        return self.context.demo or not isinstance(self._secrets, MemorySecrets)

    # talking

    def sync(self, view: AccountView, parts: Sequence[Part] = ALL_PARTS) -> None:
        """Bring what is new and send what waits, or only *parts* of it."""
        title = _("Syncing {name}", name=view.name)
        done = partial(self._synced, view)
        self._begin(view.id, partial(work.sync, view.id, self._secrets, parts=parts), done, title)

    def push(self, view: AccountView) -> None:
        """Send what waits and nothing else, after a question: the buyers see it."""
        count = view.waiting_messages
        text = ngettext(
            "{count} message will be sent to {name} on {platform}. The buyer sees it at once.",
            "{count} messages will be sent to {name} on {platform}. The buyers see them at once.",
            count,
            name=view.name,
            platform=words.platform(view.platform),
        )
        if confirm(self.page, _("Push now"), text, _("Send")):
            self.sync(view, (Part.OUTBOX,))

    def send_again(self, message: OutboxRow) -> None:
        """Try one message again; if it may have arrived, the platform is asked first."""
        text = _(
            "'{title}' will be sent again. If it may have arrived already, the platform is asked first.",
            title=message.title,
        )
        if confirm(self.page, _("Send again"), text, _("Send")):
            again = partial(work.send_again, message, self._secrets)
            self._begin(message.account_id, again, self._pushed, _("Sending"))

    def _synced(self, view: AccountView, report: RunReport) -> None:
        said = run_words.synced(report)
        if report.outcome == "cancelled":
            said = _("{result}. Stopped; the next sync goes on.", result=said)
        self.context.say(f"{view.name}: {said}")
        self._tell_problems(report)

    def _pushed(self, report: RunReport) -> None:
        self.context.say(run_words.sent(report.pushed))
        self._tell_problems(report)

    def _tell_problems(self, report: RunReport) -> None:
        if report.problem:
            title = _("{name} could not be synced in full", name=report.account)
            tell(self.page, report.account, title, report.problem)

    def _begin(
        self, account_id: int, talk: Callable[..., object], done: Callable[..., object], title: str
    ) -> None:
        """One conversation at a time: a second one would take the last thread that lists read in."""
        if self.talk is None:
            job = self.jobs.run(
                talk, done=done, failed=self._talk_failed, finally_=self._end, title=title,
                cancellable=True, owner=self,
            )  # fmt: skip
            self.talk = Talk(account_id, job)
            self.talk_changed.emit()

    def _talk_failed(self, error: Exception) -> None:
        show_problem(self.page, error)
        self.stale.emit()

    def _end(self) -> None:
        self.talk = None
        self.talk_changed.emit()

    def stop(self) -> None:
        """Ask the conversation to stop at the end of its page."""
        if self.talk is not None:
            self.talk.job.cancel()

    # accounts

    def set_paused(self, view: AccountView, paused: bool) -> None:
        """Stop or resume talking to the account."""
        said = _("{name} is paused.", name=view.name) if paused else _("{name} goes on.", name=view.name)
        self.write(partial(platforms.set_paused, view.id, paused), lambda _none: self.context.say(said))

    def add_account(self) -> AccountDialog:
        """Ask for a new account; the sign-in follows."""
        return self._account_dialog(self._added)

    def edit_account(self, view: AccountView) -> None:
        """Change the account's settings, read anew so that nobody's change is written over."""
        self.jobs.run(partial(platforms.account_form, view.id), done=self._edit, owner=self)

    def _edit(self, found: tuple[AccountForm, int]) -> None:
        form, version = found
        self._account_dialog(
            lambda view: self.context.say(_("{name} is saved.", name=view.name)), form, version
        )

    def _account_dialog(
        self,
        done: Callable[[AccountView], object],
        form: AccountForm | None = None,
        version: int | None = None,
    ) -> AccountDialog:
        dialog = AccountDialog(
            self.jobs, self._secrets, done, form, version, self.page, keeps=self._keeps_secrets
        )
        return opened(dialog)

    def _added(self, view: AccountView) -> None:
        if work.needs_sign_in(view):
            self.authorise(view)
        else:
            self.context.say(_("{name} is saved. Sync now to bring its orders.", name=view.name))

    def authorise(self, view: AccountView) -> AuthoriseDialog:
        """Let the shop's owner permit the program to act."""
        return opened(AuthoriseDialog(self.jobs, self._secrets, view, self._authorised, self.page))

    def _authorised(self, view: AccountView) -> None:
        self.context.say(_("{name} is connected. Sync now to bring its orders.", name=view.name))

    def write(self, use_case: Callable[..., object], done: Callable[..., object]) -> None:
        """Run a use case in the writers' lane; a refusal is shown by the window."""
        self.jobs.run(use_case, done=done, write=True, owner=self)


def opened(dialog: DialogT) -> DialogT:
    """The *dialog*, open; it is gone once it closes."""
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
    return dialog
