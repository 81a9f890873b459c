"""What the buttons of the page do: each starts a job and says in a sentence what became of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar
from urllib.parse import quote

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QDialog, QWidget

from factory_erp.i18n import _, ngettext
from factory_erp.services import intake, platforms
from factory_erp.services.intake import Applied
from factory_erp.services.outbox import OutboxRow
from factory_erp.services.platforms import AccountView, ExceptionView
from factory_erp.sync.credentials import MemorySecrets, SecretStore
from factory_erp.sync.engine import Pushed
from factory_erp.ui.desk import desk
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import confirm, show_problem
from factory_erp.ui.kit.jobs import Job
from factory_erp.ui.platforms import words, work
from factory_erp.ui.platforms.account_dialogs import AccountDialog, AuthoriseDialog
from factory_erp.ui.platforms.map_dialog import MapDialog
from factory_erp.ui.platforms.work import Brought

DialogT = TypeVar("DialogT", bound=QDialog)


@dataclass(frozen=True)
class Talk:
    """A conversation with a platform that is under way."""

    account_id: int
    job: Job


class Actions(QObject):
    """Belongs to the page.

    ``talk_changed`` when a conversation begins or ends, ``stale`` when something was written down without
    a change set: a run that failed notes the reason at its account.
    """

    talk_changed = Signal()
    stale = Signal()

    def __init__(self, context: UiContext, page: QWidget) -> None:
        super().__init__(page)
        self._context = context
        self._jobs = context.jobs
        self._page = page
        self.talk: Talk | None = None

    @property
    def _secrets(self) -> SecretStore:
        return desk(self._context).secrets

    @property
    def _keeps_secrets(self) -> bool:
        """Whether secrets outlive the program; the demo's are made up and need not."""
        return self._context.demo or not isinstance(self._secrets, MemorySecrets)

    # accounts

    def pull(self, view: AccountView) -> None:
        """Bring what is new."""
        title = _("Pulling {name}", name=view.name)
        self._begin(view.id, partial(work.pull, view.id, self._secrets), partial(self._pulled, view), title)

    def _pulled(self, view: AccountView, brought: Brought) -> None:
        said = words.brought(brought.applied)
        if not brought.complete:
            said = _("{result}. Stopped; the next pull goes on.", result=said)
        self._context.say(f"{view.name}: {said}")

    def push(self, view: AccountView) -> None:
        """Send what waits, after a question: the buyers see it."""
        count = view.waiting_messages
        text = ngettext(
            "{count} message will be sent to {name} on {platform}. The buyer sees it at once.",
            "{count} messages will be sent to {name} on {platform}. The buyers see them at once.",
            count,
            name=view.name,
            platform=words.platform(view.platform),
        )
        if confirm(self._page, _("Push now"), text, _("Send")):
            work_to_do = partial(work.push, view.id, self._secrets)
            self._begin(view.id, work_to_do, self._pushed, _("Sending to {name}", name=view.name))

    def send_again(self, message: OutboxRow) -> None:
        """Try one message again; if it may have arrived, the platform is asked first."""
        text = _(
            "'{title}' will be sent again. If it may have arrived already, the platform is asked first.",
            title=message.title,
        )
        if confirm(self._page, _("Send again"), text, _("Send")):
            work_to_do = partial(work.send_again, message, self._secrets)
            self._begin(message.account_id, work_to_do, self._pushed, _("Sending"))

    def _pushed(self, pushed: Pushed) -> None:
        self._context.say(words.sent(pushed))

    def _begin(
        self, account_id: int, talk: Callable[..., object], done: Callable[..., object], title: str
    ) -> None:
        """One conversation at a time: a second one would take the last thread that lists read in."""
        if self.talk is None:
            job = self._jobs.run(
                talk, done=done, failed=self._talk_failed, finally_=self._end, title=title,
                cancellable=True, owner=self,
            )  # fmt: skip
            self.talk = Talk(account_id, job)
            self.talk_changed.emit()

    def _talk_failed(self, error: Exception) -> None:
        show_problem(self._page, error)
        self.stale.emit()

    def _end(self) -> None:
        self.talk = None
        self.talk_changed.emit()

    def stop(self) -> None:
        """Ask the conversation to stop at the end of its page."""
        if self.talk is not None:
            self.talk.job.cancel()

    def set_paused(self, view: AccountView, paused: bool) -> None:
        """Stop or resume talking to the account."""
        said = _("{name} is paused.", name=view.name) if paused else _("{name} goes on.", name=view.name)
        self._write(partial(platforms.set_paused, view.id, paused), lambda _none: self._context.say(said))

    def add_account(self) -> AccountDialog:
        """Ask for a new account; the sign-in follows."""
        dialog = AccountDialog(
            self._jobs, self._secrets, self._added, None, self._page, keeps=self._keeps_secrets
        )
        return _open(dialog)

    def edit_account(self, view: AccountView) -> AccountDialog:
        """Change address, key or secret."""
        said = _("{name} is saved.", name=view.name)
        dialog = AccountDialog(
            self._jobs, self._secrets, lambda _view: self._context.say(said), view, self._page,
            keeps=self._keeps_secrets,
        )  # fmt: skip
        return _open(dialog)

    def _added(self, view: AccountView) -> None:
        self.authorise(view)

    def authorise(self, view: AccountView) -> AuthoriseDialog:
        """Let the shop's owner permit the program to act."""
        return _open(AuthoriseDialog(self._jobs, self._secrets, view, self._authorised, self._page))

    def _authorised(self, view: AccountView) -> None:
        self._context.say(_("{name} is connected. Pull now to bring its orders.", name=view.name))

    # exceptions

    def map_sku(self, view: ExceptionView) -> MapDialog:
        """Ask which item it is; every order that waited for the SKU comes in."""
        return _open(MapDialog(self._jobs, view, partial(self._map_to, view), self._page))

    def _map_to(self, view: ExceptionView, item_id: int) -> None:
        self._write(partial(intake.map_sku, view.account_id, view.subject, item_id), self._mapped)

    def _mapped(self, applied: Applied) -> None:
        self._context.say(_("Mapped. {result}.", result=words.brought(applied)))

    def retry(self, view: ExceptionView) -> None:
        """Take the order in again."""
        self._write(partial(intake.retry_exception, view.id), partial(self._retried, view))

    def _retried(self, view: ExceptionView, applied: Applied) -> None:
        if applied.created or applied.updated:
            said = _("Order {order} is in.", order=view.external_id)
        else:
            said = _("Order {order} still cannot be taken in.", order=view.external_id)
        self._context.say(said)

    def dismiss(self, view: ExceptionView) -> None:
        """Nothing has to be done about it; a new change on the platform brings it back."""
        said = _("Dismissed: {order}", order=view.external_id or words.subject(view))
        self._write(partial(intake.dismiss_exception, view.id), lambda _none: self._context.say(said))

    def accept(self, view: ExceptionView) -> None:
        """Do to our order what the platform did to its own, after a question: goods or a promise may go."""
        number = words.order_number(view)
        text = _(
            "Order {number} will follow the platform. A change of goods or dates takes it back to review; "
            "an order that is closed there is cancelled here, one that is frozen is put on hold.",
            number=number,
        )
        if confirm(self._page, _("Take over the change"), text, _("Take over")):
            said = _("Order {number} is as on the platform now.", number=number)
            self._write(partial(intake.accept_change, view.id), lambda _applied: self._context.say(said))

    def compare(self, view: ExceptionView, owner: QObject, show: Callable[..., object]) -> None:
        """Read what the change does to our order, and *show* it while *owner* lives."""
        self._jobs.run(partial(intake.change_diff, view.id), done=show, owner=owner)

    def open_order(self, number: str) -> None:
        """Go to our order."""
        self._context.navigate(f"erp://sales/{quote(number)}")

    def _write(self, use_case: Callable[..., object], done: Callable[..., object]) -> None:
        self._jobs.run(use_case, done=done, write=True, owner=self)


def _open(dialog: DialogT) -> DialogT:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
    return dialog
