"""The accounts: how each is, and pulling and pushing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from factory_erp.i18n import N_, _
from factory_erp.models.platforms import AccountState
from factory_erp.services.platforms import AccountView
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.jobs import Job
from factory_erp.ui.kit.rows import Column, Row
from factory_erp.ui.kit.theme import Tone
from factory_erp.ui.kit.widgets import Button, Kind, label
from factory_erp.ui.platforms import words
from factory_erp.ui.platforms.actions import Actions
from factory_erp.ui.platforms.view import TableWithCard

COLUMNS = (
    Column("name", N_("Shop"), 232, narrowest=200),
    Column("platform", N_("Platform"), 110, priority=5),
    Column("state", N_("State"), 122, kind="pill"),
    Column("last_pull", N_("Last pull"), 132, kind="date", priority=4),
    Column("orders", N_("Orders"), 76, kind="number", priority=3),
    Column("exceptions", N_("Exceptions"), 92, kind="number", priority=1),
    Column(
        "messages", N_("Outbox"), 76, kind="number", priority=2, tooltip=N_("Messages that wait to be sent")
    ),
)  # fmt: skip


class TalkBar(QWidget):
    """How far the conversation is, and the way to stop it."""

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        self.words = label(_("Connecting…"), muted=True, wrap=True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 0)
        self.bar.setAccessibleName(_("Progress"))
        self.cancel = Button(_("Cancel"), kind=Kind.LINK, run=self._stop)
        self._actions = actions
        row = QHBoxLayout()
        row.addWidget(self.bar, 1)
        row.addWidget(self.cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 4)
        column.setSpacing(2)
        column.addWidget(self.words)
        column.addLayout(row)
        if actions.talk is not None:
            self.show_steps(actions.talk.job)

    def show_steps(self, job: Job) -> None:
        """Show how far *job* is."""
        done, total, text = job.steps
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        if text:
            self.words.setText(f"{text} {done:,} / {total:,}" if total else f"{text} {done:,}")

    def _stop(self) -> None:
        self.cancel.setEnabled(False)
        self.words.setText(_("Stopping after this page…"))
        self._actions.stop()


class AccountsView(TableWithCard[AccountView]):
    """A line for each account; its card has the buttons."""

    def __init__(self, actions: Actions) -> None:
        self._actions = actions
        self._talk_bar: TalkBar | None = None
        super().__init__(
            COLUMNS, _("Platform accounts"), _("Add the account of your shop to bring its orders in.")
        )
        self.table.set_empty_text(_("No platform is connected yet. Add an account to bring its orders in."))
        actions.talk_changed.connect(self.show_current)

    def show_accounts(self, accounts: Sequence[AccountView]) -> None:
        """Show *accounts*."""
        self.set_records([(view.id, view, _row(view)) for view in accounts])

    def show_steps(self, job: Job) -> None:
        """The conversation has come further."""
        talk = self._actions.talk
        if self._talk_bar is not None and talk is not None and talk.job is job:
            self._talk_bar.show_steps(job)

    def fill_card(self, record: AccountView) -> None:
        """The account, and what can be done with it."""
        pill = words.account_pill(record.state)
        self.card.set_title(record.name, words.platform(record.platform), (pill.text, Tone(pill.tone)))
        self.card.add_rows(_facts(record))
        self._add_talk(record)
        if record.last_problem:
            self.card.add_section(_("Last problem"))
            self.card.add_widget(label(record.last_problem, wrap=True, selectable=True))
        self.card.add_section(_("Account"))
        if record.state is not AccountState.REAUTHORISE:  # then it is the card's button
            self._add_link("lock", _("Sign in on the platform…"), partial(self._actions.authorise, record))
        self._add_link("edit", _("Change key or secret…"), partial(self._actions.edit_account, record))
        paused = record.state is AccountState.PAUSED
        pause, pause_icon = (_("Resume"), "play") if paused else (_("Pause"), "stop")
        self._add_link(pause_icon, pause, partial(self._actions.set_paused, record, not paused))
        self._add_buttons(record)

    def _add_talk(self, record: AccountView) -> None:
        self._talk_bar = None
        talk = self._actions.talk
        if talk is not None and talk.account_id == record.id:
            self._talk_bar = TalkBar(self._actions)
            self.card.add_widget(self._talk_bar)

    def _add_link(self, icon: str, text: str, run: Callable[[], object]) -> None:
        self.card.add_widget(Button(text, kind=Kind.LINK, icon=icon, run=run))

    def _add_buttons(self, record: AccountView) -> None:
        why = self._why_not(record)
        nothing = "" if record.waiting_messages else _("Nothing waits to be sent.")
        push, pull = partial(self._actions.push, record), partial(self._actions.pull, record)
        no_push = why or nothing
        self.card.add_action(_("Push now"), push, enabled=not no_push, reason=no_push)
        if record.state is AccountState.REAUTHORISE:
            sign_in = partial(self._actions.authorise, record)
            self.card.add_action(_("Sign in on the platform…"), sign_in, primary=True)
        else:
            self.card.add_action(_("Pull now"), pull, primary=True, enabled=not why, reason=why)

    def _why_not(self, record: AccountView) -> str:
        if record.state is AccountState.PAUSED:
            return _("The account is paused.")
        return "" if self._actions.talk is None else _("Wait until the running transfer has ended.")


def _row(view: AccountView) -> Row:
    return (
        view.name,
        words.platform(view.platform),
        words.account_pill(view.state),
        figures.local(view.last_pull_at) or _("Never"),
        figures.number(view.orders),
        figures.number(view.open_exceptions),
        figures.number(view.waiting_messages),
    )


def _facts(view: AccountView) -> list[tuple[str, str]]:
    return [
        (_("Last pull"), figures.local(view.last_pull_at) or _("Never")),
        (_("Orders"), figures.number(view.orders)),
        (_("Exceptions"), figures.number(view.open_exceptions)),
        (_("Outbox"), figures.number(view.waiting_messages)),
        (_("App key"), view.app_key),
        (_("Gateway"), view.base_url or _("the platform's own")),
    ]
