"""The platforms page: four parts behind tabs, with how many records each holds."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtWidgets import QWidget

from factory_erp.i18n import N_, _, ngettext
from factory_erp.models.platforms import AccountState
from factory_erp.services.outbox import OutboxRow
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.commands import Command
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.page import Page
from factory_erp.ui.kit.tabs import Tabs
from factory_erp.ui.platforms import work
from factory_erp.ui.platforms.accounts import AccountsView
from factory_erp.ui.platforms.actions import Actions
from factory_erp.ui.platforms.exception_actions import ExceptionActions
from factory_erp.ui.platforms.exceptions import ExceptionsView
from factory_erp.ui.platforms.history import HistoryView
from factory_erp.ui.platforms.outbox import WAITING, OutboxView
from factory_erp.ui.platforms.outbox_actions import OutboxActions
from factory_erp.ui.platforms.view import TableWithCard
from factory_erp.ui.platforms.work import Snapshot

PARTS = {
    "accounts": N_("Accounts"),
    "exceptions": N_("Exceptions"),
    "outbox": N_("Outbox"),
    "history": N_("History"),
}
CONCERNS = frozenset(
    {"platform_account", "sync_exception", "outbox_message", "sales_order", "sync_cursor", "sync_run"}
)
"""Kinds of record that show on this page."""


class PlatformsPage(Page):
    """What the platforms brought, what waits for a person, what goes out, and what was said."""

    noun = "platforms"

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.acts = Actions(context, self)
        self.remedies = ExceptionActions(self.acts)
        self.accounts = AccountsView(self.acts)
        self.exceptions = ExceptionsView(self.remedies)
        self.outbox = OutboxView(OutboxActions(self.acts))
        self.history = HistoryView(context)
        self._parts: dict[str, QWidget] = {
            "accounts": self.accounts,
            "exceptions": self.exceptions,
            "outbox": self.outbox,
            "history": self.history,
        }
        self._asked = 0
        self._wanted: tuple[str, int] | None = None
        self.tabs = Tabs()
        for key, title in PARTS.items():
            self.tabs.add(key, _(title), partial(self._parts.__getitem__, key))
        self.set_body(self.tabs)
        self.setFocusProxy(self.accounts)
        self.header.set_title(_("Platforms"))
        self.map_button = self.header.add_button(_("Map unknown SKUs…"), self._map, icon="tag")
        self.map_button.hide()
        self.header.add_button(_("Add account…"), self.acts.add_account, icon="add", primary=True)
        self.tabs.current_changed.connect(self._note_part)
        self.acts.stale.connect(self.refresh)
        self.acts.calls_asked.connect(self._show_calls)
        context.jobs.progress.connect(self.accounts.show_steps)

    def refresh(self) -> None:
        """Read the parts again."""
        self._asked += 1
        asked = self._asked
        self.context.jobs.run(work.read, done=lambda read: self._take(asked, read), owner=self)

    def on_changes(self, changes: object) -> None:
        """Read again when accounts, exceptions, messages, runs or orders changed."""
        if isinstance(changes, Mapping) and CONCERNS.isdisjoint(changes):
            return
        super().on_changes(changes)

    def _take(self, asked: int, read: Snapshot) -> None:
        if asked != self._asked:
            return
        self.accounts.show_accounts(read)
        self.exceptions.show_exceptions(read.exceptions)
        self.outbox.show_messages(read.messages)
        self.history.show_runs(read.runs)
        self.tabs.set_count("accounts", len(read.accounts))
        self.tabs.set_count("exceptions", len(read.exceptions))
        self.tabs.set_count("outbox", sum(row.state in WAITING for row in read.messages))
        self.header.set_counts(_summary(read))
        self._show_map_button()
        self._select_wanted()

    def _note_part(self, key: str) -> None:
        self.setFocusProxy(self._parts[key])
        self._show_map_button()

    def _show_map_button(self) -> None:
        self.map_button.setVisible(self.tabs.current() == "exceptions" and self._can_map())

    def _show_calls(self, message: OutboxRow) -> None:
        self.tabs.select("history")
        self.history.look_for(message.subject, message.account_id)

    def commands(self) -> list[Command]:
        """Sync, push, map and add an account."""
        return [
            Command("platforms.sync", N_("Sync now"), self._sync, "Ctrl+R", self._can_talk, "sync", "record"),
            Command("platforms.push", N_("Push now"), self._push, "", self._can_push, "sync", "record"),
            Command("platforms.map", N_("Map unknown SKUs…"), self._map, "", self._can_map, "tag", "record"),
            Command("platforms.add", N_("Add account…"), self.acts.add_account, "Ctrl+N", None, "add",
                    "record"),
        ]  # fmt: skip

    def _can_talk(self) -> bool:
        view = self.accounts.current()
        return view is not None and view.state is not AccountState.PAUSED and self.acts.talk is None

    def _can_push(self) -> bool:
        view = self.accounts.current()
        return self._can_talk() and view is not None and view.waiting_messages > 0

    def _can_map(self) -> bool:
        return self.exceptions.has_unknown_skus()

    def _sync(self) -> None:
        view = self.accounts.current()
        if view is not None:
            self.acts.sync(view)

    def _push(self) -> None:
        view = self.accounts.current()
        if view is not None:
            self.acts.push(view)

    def _map(self) -> None:
        self.exceptions.map_all()

    def open_record(self, key: str) -> None:
        """Show a part (accounts, exceptions, outbox, history), or a record of it: ``exceptions/12``.

        After ``history/`` stands a number of the platform: the calls about it are shown.
        """
        part, _slash, record = key.partition("/")
        if part not in PARTS:
            return
        self.tabs.select(part)
        if part == "history" and record:
            self.history.look_for(record)
        elif record.isascii() and record.isdigit():
            self._wanted = part, int(record)
            self._select_wanted()

    def _select_wanted(self) -> None:
        """The record of a link, as soon as it has been read."""
        if self._wanted is None:
            return
        view = self._parts[self._wanted[0]]
        if isinstance(view, TableWithCard) and view.select(self._wanted[1]):
            self._wanted = None

    def state(self) -> dict[str, object]:
        """The part in view."""
        return {"record": self.tabs.current()}

    def restore_state(self, state: dict[str, object]) -> None:
        """Go back to the part."""
        self.open_record(str(state.get("record", "")))


def _summary(read: Snapshot) -> str:
    orders = sum(view.orders for view in read.accounts)
    return ngettext(
        "{number} order from platforms",
        "{number} orders from platforms",
        orders,
        number=figures.number(orders),
    )
