"""The accounts: how each is, and talking to its platform."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtWidgets import QMenu, QPushButton

from factory_erp.i18n import N_, _
from factory_erp.models.platforms import AccountState
from factory_erp.services.platforms.accounts import AccountView
from factory_erp.services.platforms.sync_leases import Held
from factory_erp.services.platforms.sync_runs import RunRow
from factory_erp.sync.runs import PART_NAMES, Part
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.jobs import Job
from factory_erp.ui.kit.rows import Cell, Column, Row
from factory_erp.ui.kit.theme import Tone
from factory_erp.ui.kit.widgets import Banner, Button, Kind, label
from factory_erp.ui.platforms import run_words, words, work
from factory_erp.ui.platforms.actions import Actions
from factory_erp.ui.platforms.talk_bar import TalkBar
from factory_erp.ui.platforms.view import TableWithCard
from factory_erp.ui.platforms.work import Snapshot

COLUMNS = (
    Column("name", N_("Shop"), 190, narrowest=172),
    Column("platform", N_("Platform"), 104, priority=6),
    Column("state", N_("State"), 176, kind="pill"),
    Column("last_run", N_("Last sync"), 128, kind="date", priority=2),
    Column("outcome", N_("Outcome"), 114, kind="pill", priority=5),
    Column("next_run", N_("Next sync"), 128, kind="date", priority=4),
    Column("calls", N_("Calls today"), 104, kind="number", priority=7,
           tooltip=N_("Calls of the platform's day (GMT+8), and how many it allows")),
    Column("orders", N_("Orders"), 68, kind="number", priority=3),
    Column("exceptions", N_("Exceptions"), 88, kind="number", priority=1),
    Column("messages", N_("Outbox"), 70, kind="number", priority=1,
           tooltip=N_("Messages that wait to be sent")),
)  # fmt: skip


class AccountsView(TableWithCard[AccountView]):
    """A line for each account; its card has the buttons."""

    def __init__(self, actions: Actions) -> None:
        self._actions = actions
        self._talk_bar: TalkBar | None = None
        self._last: Mapping[int, RunRow] = {}
        self._held: Mapping[int, Held] = {}
        super().__init__(
            COLUMNS, _("Platform accounts"), _("Add the account of your shop to bring its orders in.")
        )
        self.table.set_empty_text(_("No platform is connected yet. Add an account to bring its orders in."))
        self.table.activated.connect(lambda _key: self._edit())
        actions.talk_changed.connect(self.show_current)

    def show_accounts(self, read: Snapshot) -> None:
        """Show the accounts of *read*."""
        self._last, self._held = read.last_runs(), read.held
        self.set_records([(view.id, view, self._row(view)) for view in read.accounts])

    def show_steps(self, job: Job) -> None:
        """The conversation has come further."""
        talk = self._actions.talk
        if self._talk_bar is not None and talk is not None and talk.job is job:
            self._talk_bar.show_steps(job)

    def _edit(self) -> None:
        view = self.current()
        if view is not None:
            self._actions.edit_account(view)

    def _row(self, view: AccountView) -> Row:
        last = self._last.get(view.id)
        outcome: Cell = run_words.outcome_pill(last.outcome) if last else ""
        return (
            view.name,
            words.platform(view.platform),
            words.account_pill(view.state, view.retry_at, busy=view.id in self._held),
            figures.local(last.started_at if last else view.last_pull_at) or _("Never"),
            outcome,
            self._next(view),
            words.quota(view),
            figures.number(view.orders),
            figures.number(view.open_exceptions),
            figures.number(view.waiting_messages),
        )

    def _next(self, view: AccountView) -> str:
        moment = work.next_run(view, self._last.get(view.id))
        if moment is not None:
            return figures.local(moment)
        if view.every_minutes and view.state is AccountState.CONNECTED:
            return _("soon")
        return figures.NONE if view.every_minutes else _("by hand")

    # the card

    def fill_card(self, record: AccountView) -> None:
        """The account, and what can be done with it."""
        pill = words.account_pill(record.state, busy=record.id in self._held)
        self.card.set_title(record.name, words.platform(record.platform), (pill.text, Tone(pill.tone)))
        self._add_talk(record)
        self.card.add_rows(self._facts(record))
        if record.daily_quota:
            share = round(100 * record.calls_today / record.daily_quota)
            self.card.add_progress([(_("Calls today: {calls}", calls=words.quota(record)), share)])
        if record.last_problem:
            self.card.add_section(_("Last problem"))
            self.card.add_widget(label(record.last_problem, wrap=True, selectable=True))
        self._add_last_run(record)
        self.card.add_section(_("Account"))
        self._add_links(record)
        self._add_buttons(record)

    def _add_talk(self, record: AccountView) -> None:
        self._talk_bar = None
        talk, held = self._actions.talk, self._held.get(record.id)
        if talk is not None and talk.account_id == record.id:
            self._talk_bar = TalkBar(self._actions)
            self.card.add_widget(self._talk_bar)
        elif held is not None:
            said = _("{holder} is syncing this account.", holder=held.by)
            banner = Banner(said, Tone.INFO, icon="sync")
            banner.words.setWordWrap(True)
            self.card.add_widget(banner)

    def _facts(self, view: AccountView) -> list[tuple[str, str]]:
        rows = [
            (_("State since"), figures.local(view.state_since)),
            (_("Next try"), figures.local(view.retry_at)),
            (_("Last sync"), self._last_sync(view)),
            (_("Next sync"), self._next(view)),
            (_("Sign-in until"), figures.local(view.token_until)),
            (_("Orders"), figures.number(view.orders)),
            (_("Exceptions"), figures.number(view.open_exceptions)),
            (_("Outbox"), figures.number(view.waiting_messages)),
        ]
        if not view.daily_quota:
            rows.append((_("Calls today"), words.quota(view)))
        return [(name, text) for name, text in rows if text]

    def _last_sync(self, view: AccountView) -> str:
        last = self._last.get(view.id)
        return figures.local(last.started_at if last else view.last_pull_at) or _("Never")

    def _add_last_run(self, view: AccountView) -> None:
        last = self._last.get(view.id)
        if last is None:
            return
        self.card.add_section(_("Last sync"))
        self.card.add_widget(label(run_words.counted(last.counts), wrap=True, selectable=True))
        if last.problem and last.problem != view.last_problem:
            self.card.add_widget(label(last.problem, muted=True, wrap=True, selectable=True))

    def _add_links(self, record: AccountView) -> None:
        if work.needs_sign_in(record) and record.state is not AccountState.REAUTHORISE:
            self._add_link("lock", _("Sign in on the platform…"), partial(self._actions.authorise, record))
        self._add_link("edit", _("Edit account…"), partial(self._actions.edit_account, record))
        paused = record.state is AccountState.PAUSED
        pause, pause_icon = (_("Resume"), "play") if paused else (_("Pause"), "stop")
        self._add_link(pause_icon, pause, partial(self._actions.set_paused, record, not paused))

    def _add_link(self, icon: str, text: str, run: Callable[[], object]) -> None:
        self.card.add_widget(Button(text, kind=Kind.LINK, icon=icon, run=run))

    def _add_buttons(self, record: AccountView) -> None:
        why = self.why_not(record)
        more = self.card.add_action(_("Only…"), lambda: None, enabled=not why, reason=why)
        more.setMenu(self.menu(record, more))
        if record.state is AccountState.REAUTHORISE:
            sign_in = partial(self._actions.authorise, record)
            self.card.add_action(_("Sign in on the platform…"), sign_in, primary=True)
            return
        sync = partial(self._actions.sync, record)
        reason = why or _("Orders and inquiries in; stock, prices and waiting messages out.")
        self.card.add_action(_("Sync now"), sync, primary=True, enabled=not why, reason=reason)

    def menu(self, record: AccountView, button: QPushButton) -> QMenu:
        """The parts of a sync, one by one, under its *button*."""
        menu = QMenu(button)
        for part in work.parts_of(record):
            run = partial(self._only, record, part)
            entry = menu.addAction(_(PART_NAMES[part]), run)
            if part is Part.OUTBOX:
                entry.setEnabled(bool(record.waiting_messages))
        return menu

    def _only(self, record: AccountView, part: Part) -> None:
        if part is Part.OUTBOX:
            self._actions.push(record)
        else:
            self._actions.sync(record, (part,))

    def why_not(self, record: AccountView) -> str:
        """Why nobody can talk to the account now; "" where it can be done."""
        if record.state is AccountState.PAUSED:
            return _("The account is paused.")
        return "" if self._actions.talk is None else _("Wait until the running transfer has ended.")
