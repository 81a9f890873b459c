"""The production page: the schedule, the production orders, and the floor."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from factory_erp.i18n import N_, _, ngettext
from factory_erp.services import clock, production
from factory_erp.ui.kit.commands import Command
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.page import Page
from factory_erp.ui.kit.widgets import Chip
from factory_erp.ui.production import words
from factory_erp.ui.production.actions import ProductionActions
from factory_erp.ui.production.board_data import Board
from factory_erp.ui.production.floor_view import FloorView
from factory_erp.ui.production.orders_view import OrdersView, id_of
from factory_erp.ui.production.schedule_view import ScheduleView

CONCERNS = frozenset(
    (
        "production_order",
        "production_operation",
        "production_material",
        "peg",
        "stock_balance",
        "machine",
        "calendar",
        "sales_order",
    )
)
"""Kinds of records whose changes this page shows."""

MINUTE = 60_000
"""Milliseconds after which "scheduled 3 min ago" is no longer true."""

VIEWS = {"schedule": N_("Schedule"), "orders": N_("Production orders"), "floor": N_("Floor")}


class ProductionPage(Page):
    """Three views of the same work: for the planner, for the manager, for the floor."""

    noun = "production"

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.header.set_title(_("Production"))
        self.header.enable_search(_("Search production orders…"))
        self.actions_ = ProductionActions(context, self)
        self.header.add_button(_("New matrix order…"), self.actions_.new_matrix_order, icon="add")
        self.reschedule_button = self.header.add_button(
            _("Re-schedule"), self.actions_.reschedule, icon="gantt", primary=True
        )
        self.schedule = ScheduleView(context, self.actions_)
        self.orders = OrdersView(context, self.actions_, self.header.search)
        self.floor = FloorView(context, self.actions_)
        self.stack = QStackedWidget()
        self._views = {"schedule": self.schedule, "orders": self.orders, "floor": self.floor}
        for view in self._views.values():
            self.stack.addWidget(view)
        self.set_body(self.stack)
        self._counts: dict[str, int] = {}
        self.chips.set_chips(Chip(name, _(title)) for name, title in VIEWS.items())
        self.chips.chosen.connect(self._show_view)
        self.header.searched.connect(self._search)
        self.schedule.loaded.connect(self._take_board)
        self.schedule.order_opened.connect(self.open_order)
        self.actions_.batch_planned.connect(self.open_batch)
        self.actions_.scheduled.connect(lambda _outcome: self._show_counts())
        self._clock = QTimer(self, interval=MINUTE)
        self._clock.timeout.connect(self._show_counts)
        self._clock.start()
        self._recall()

    def _recall(self) -> None:
        """The view that was in sight when the program ended."""
        known = str(self.context.settings().value("pages/production/part", ""))
        part = known if known in VIEWS else "schedule"
        self.chips.select(part)
        self._show_view(part)

    def hideEvent(self, event: QHideEvent) -> None:
        """Remember which view is in sight for the next start."""
        super().hideEvent(event)
        self.context.settings().setValue("pages/production/part", self.chips.current())

    # what the shell asks

    def refresh(self) -> None:
        """Read the view that is seen, and the counts, again."""
        self.context.jobs.run(production.production_counts, done=self._take_counts, owner=self)
        self.schedule.reload()  # its machines and counts stand in the header of every view
        if self.stack.currentWidget() is self.orders:
            self.orders.refresh()
        elif self.stack.currentWidget() is self.floor:
            self.floor.reload()

    def on_changes(self, changes: object) -> None:
        """Read again if production, or the stock it takes, has changed."""
        if self.isVisible() and isinstance(changes, Mapping) and not CONCERNS.isdisjoint(changes):
            self.refresh()

    def commands(self) -> list[Command]:
        """Matrix orders, travellers, scheduling, the views, and the saved views of the list."""
        board, order, do = self._on_board, self._has_order, self.actions_
        gantt = self.schedule.gantt
        return [
            Command("production.matrix", N_("New matrix order…"), do.new_matrix_order, "Ctrl+N", icon="add",
                    group="record"),
            Command("production.traveller", N_("Print traveller…"),
                    partial(self._with_order, do.print_traveller), "", order, "print", "record"),
            Command("production.release_batch", N_("Release the whole batch"),
                    partial(self._with_order, do.release_batch), "", order, "play", "record"),
            Command("production.schedule", N_("Re-schedule"), self.actions_.reschedule, "F9", icon="gantt",
                    group="record"),
            Command("production.table", N_("Schedule as a table"), self._toggle_table, "Ctrl+T", board,
                    group="view"),
            Command("production.fit", N_("Fit the whole schedule"), gantt.fit_all, "", board, "fit-width",
                    "view"),
            Command("production.now", N_("Go to now"), gantt.go_to_now, "", board, "today", "view"),
            *(
                Command(f"production.view.{name}", title, partial(self.chips.select, name),
                        f"Alt+{place}", group="view")
                for place, (name, title) in enumerate(VIEWS.items(), 1)
            ),
            *self.orders.views.commands(),
        ]  # fmt: skip

    def open_record(self, key: str) -> None:
        """Show the production order with that number, or id; or one of the views (``view/floor``).

        ``operation/<batch>/<sequence>``, as the codes on a traveller say it, is what is open of that on the
        floor.
        """
        folder, _slash, rest = key.partition("/")
        if folder == "view" and rest in VIEWS:
            self.chips.select(rest)
            return
        batch, _slash, sequence = rest.rpartition("/")
        if folder == "operation" and batch and sequence.isdecimal():
            self.chips.select("floor")
            self.floor.show_only(batch, int(sequence))
            return
        self.context.jobs.run(partial(id_of, key), done=partial(self._open_found, key), owner=self)

    def open_order(self, order_id: int) -> None:
        """Show a production order among the orders."""
        self.chips.select("orders")
        self.orders.open_order(order_id)

    def open_batch(self, batch: str) -> None:
        """Show the production orders of a matrix batch, and what was planned for them."""
        self.chips.select("orders")
        self.orders.chips.select("open")
        self.header.search.show_words(batch)
        self._search(batch)

    def state(self) -> dict[str, object]:
        """The view, the list's columns, the order on the card."""
        detail = self.orders.detail() if self.stack.currentWidget() is self.orders else None
        return {
            "view": self.chips.current(),
            "orders": self.orders.views.state(),
            "as_table": self.schedule.table_button.isChecked(),
            "record": detail.row.number if detail else "",
        }

    def restore_state(self, state: dict[str, object]) -> None:
        """Take over what ``state`` gave."""
        orders = state.get("orders")
        if isinstance(orders, dict):
            self.orders.views.restore_state(orders)
        self.schedule.show_table(bool(state.get("as_table")))
        if str(state.get("view")) in VIEWS:
            self.chips.select(str(state["view"]))
        if state.get("record"):
            self.open_record(str(state["record"]))

    # views

    def _show_view(self, name: str) -> None:
        self.stack.setCurrentWidget(self._views[name])
        self.header.search.setVisible(name == "orders")
        if name != "floor":
            self.floor.show_all()
        if self.isVisible():
            self.refresh()

    def _on_board(self) -> bool:
        return self.stack.currentWidget() is self.schedule

    def _current_order(self) -> int | None:
        """The production order on the card of the list."""
        return self.orders.table.current_id() if self.stack.currentWidget() is self.orders else None

    def _has_order(self) -> bool:
        return self._current_order() is not None

    def _with_order(self, run: Callable[[int], object]) -> None:
        order = self._current_order()
        if order is not None:
            run(order)

    def _toggle_table(self) -> None:
        self.schedule.show_table(not self.schedule.table_button.isChecked())

    def _open_found(self, key: str, found: int | None) -> None:
        if found is None:
            self.context.say(_("There is no production order {number}.", number=key))
        else:
            self.open_order(found)

    def _search(self, text: str) -> None:
        self.orders.table.set_search(text)

    # header

    def _take_board(self, board: Board) -> None:
        self.actions_.machines = board.machines
        self._show_counts()

    def _take_counts(self, counts: Mapping[str, int]) -> None:
        self._counts = dict(counts)
        self.orders.show_counts(counts)
        self.chips.set_count("orders", counts["open"])
        self._show_counts()

    def _show_counts(self) -> None:
        machines = len(self.actions_.machines)
        late = self._counts.get("late", 0)
        parts = [
            ngettext("{count} machine", "{count} machines", machines),
            ngettext("{count} order late", "{count} orders late", late) if late else _("nothing late"),
            self._scheduled(),
        ]
        self.header.set_counts(" · ".join(part for part in parts if part))

    def _scheduled(self) -> str:
        """When this window's user scheduled last; nothing where that is not known."""
        said = str(self.context.settings().value("production/scheduled", ""))
        return words.ago(datetime.fromisoformat(said), clock.now()) if said else ""
