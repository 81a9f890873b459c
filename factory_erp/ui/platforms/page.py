"""The platforms page: three parts behind three chips, with how many records each holds."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtWidgets import QStackedWidget, QWidget

from factory_erp.i18n import N_, _, ngettext
from factory_erp.models.platforms import AccountState
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.commands import Command
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.page import Page
from factory_erp.ui.kit.widgets import Chip
from factory_erp.ui.platforms import work
from factory_erp.ui.platforms.accounts import AccountsView
from factory_erp.ui.platforms.actions import Actions
from factory_erp.ui.platforms.exceptions import ExceptionsView
from factory_erp.ui.platforms.outbox import WAITING, OutboxView
from factory_erp.ui.platforms.work import Snapshot

PARTS = {"accounts": N_("Accounts"), "exceptions": N_("Exceptions"), "outbox": N_("Outbox")}
CONCERNS = frozenset({"platform_account", "sync_exception", "outbox_message", "sales_order", "sync_cursor"})
"""Kinds of record that show on this page."""


class PlatformsPage(Page):
    """What the platforms brought, what waits for a person, what goes out."""

    noun = "platforms"

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.acts = Actions(context, self)
        self.accounts = AccountsView(self.acts)
        self.exceptions = ExceptionsView(self.acts)
        self.outbox = OutboxView(self.acts)
        self._parts: dict[str, QWidget] = {
            "accounts": self.accounts,
            "exceptions": self.exceptions,
            "outbox": self.outbox,
        }
        self._asked = 0
        self.stack = QStackedWidget()
        for part in self._parts.values():
            self.stack.addWidget(part)
        self.set_body(self.stack)
        self.header.set_title(_("Platforms"))
        self.header.add_button(_("Add account…"), self.acts.add_account, icon="add", primary=True)
        self.chips.set_chips(Chip(key, _(title)) for key, title in PARTS.items())
        self.chips.chosen.connect(self._show_part)
        self.acts.stale.connect(self.refresh)
        context.jobs.progress.connect(self.accounts.show_steps)
        self.setFocusProxy(self.accounts)

    def refresh(self) -> None:
        """Read the three parts again."""
        self._asked += 1
        asked = self._asked
        self.context.jobs.run(work.read, done=lambda read: self._take(asked, read), owner=self)

    def on_changes(self, changes: object) -> None:
        """Read again when accounts, exceptions, messages or orders changed."""
        if isinstance(changes, Mapping) and CONCERNS.isdisjoint(changes):
            return
        super().on_changes(changes)

    def _take(self, asked: int, read: Snapshot) -> None:
        if asked != self._asked:
            return
        self.accounts.show_accounts(read.accounts)
        self.exceptions.show_exceptions(read.exceptions)
        self.outbox.show_messages(read.messages, read.accounts)
        self.chips.set_count("accounts", len(read.accounts))
        self.chips.set_count("exceptions", len(read.exceptions))
        self.chips.set_count("outbox", sum(row.state in WAITING for row in read.messages))
        self.header.set_counts(_summary(read))

    def _show_part(self, key: str) -> None:
        part = self._parts[key]
        self.stack.setCurrentWidget(part)
        self.setFocusProxy(part)

    def commands(self) -> list[Command]:
        """Pull, push and add an account."""
        return [
            Command("platforms.pull", N_("Pull now"), self._pull, "Ctrl+R", self._can_talk, "sync", "record"),
            Command("platforms.push", N_("Push now"), self._push, "", self._can_push, "sync", "record"),
            Command("platforms.add", N_("Add account…"), self.acts.add_account, "Ctrl+N", None, "add",
                    "record"),
        ]  # fmt: skip

    def _can_talk(self) -> bool:
        view = self.accounts.current()
        return view is not None and view.state is not AccountState.PAUSED and self.acts.talk is None

    def _can_push(self) -> bool:
        view = self.accounts.current()
        return self._can_talk() and view is not None and view.waiting_messages > 0

    def _pull(self) -> None:
        view = self.accounts.current()
        if view is not None:
            self.acts.pull(view)

    def _push(self) -> None:
        view = self.accounts.current()
        if view is not None:
            self.acts.push(view)

    def open_record(self, key: str) -> None:
        """Show the part *key*: accounts, exceptions or outbox."""
        if key in PARTS:
            self.chips.select(key)

    def state(self) -> dict[str, object]:
        """The part in view."""
        return {"record": self.chips.current()}

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
