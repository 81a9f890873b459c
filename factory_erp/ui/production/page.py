"""The production page: the production orders, and the floor."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from factory_erp.i18n import N_, _, ngettext
from factory_erp.services import clock
from factory_erp.services.board.gantt import LaneView, gantt
from factory_erp.services.production import orders as production
from factory_erp.ui.kit.commands import Command
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.page import Page
from factory_erp.ui.kit.widgets import Chip
from factory_erp.ui.production.actions import ProductionActions
from factory_erp.ui.production.floor_view import FloorView
from factory_erp.ui.production.orders_view import OrdersView, id_of

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

VIEWS = {"orders": N_("Production orders"), "floor": N_("Floor")}

BOARD = "erp://board/board"
"""Deep link to the schedule, which has a page of its own."""


class ProductionPage(Page):
    """Two views of the same work, for the manager and for the floor; the planner has the schedule page."""

    noun = "production"

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.header.set_title(_("Production"))
        self.header.enable_search(_("Search production orders…"))
        self.actions_ = ProductionActions(context, self)
        self.header.add_button(_("New matrix order…"), self.actions_.new_matrix_order, icon="add")
        self.board_button = self.header.add_button(_("Open the board"), self.open_board, icon="gantt")
        self.orders = OrdersView(context, self.actions_, self.header.search)
        self.floor = FloorView(context, self.actions_)
        self.stack = QStackedWidget()
        self._views: dict[str, QWidget] = {"orders": self.orders, "floor": self.floor}
        for view in self._views.values():
            self.stack.addWidget(view)
        self.set_body(self.stack)
        self._counts: dict[str, int] = {}
        self.chips.set_chips(Chip(name, _(title)) for name, title in VIEWS.items())
        self.chips.chosen.connect(self._show_view)
        self.header.searched.connect(self._search)
        self.actions_.batch_planned.connect(self.open_batch)
        self._recall()

    def _recall(self) -> None:
        """The view that was in sight when the program ended."""
        known = str(self.context.settings().value("pages/production/part", ""))
        part = known if known in VIEWS else "orders"
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
        self.context.jobs.run(_machines, done=self._take_machines, owner=self)
        if self.stack.currentWidget() is self.orders:
            self.orders.refresh()
        elif self.stack.currentWidget() is self.floor:
            self.floor.reload()

    def on_changes(self, changes: object) -> None:
        """Read again if production, or the stock it takes, has changed."""
        if self.isVisible() and isinstance(changes, Mapping) and not CONCERNS.isdisjoint(changes):
            self.refresh()

    def commands(self) -> list[Command]:
        """Matrix orders, travellers, the views, and the saved views of the list."""
        order, do = self._has_order, self.actions_
        return [
            Command("production.matrix", N_("New matrix order…"), do.new_matrix_order, "Ctrl+N", icon="add",
                    group="record"),
            Command("production.quantity", N_("Change quantity…"),
                    partial(self._with_order, do.ask_quantity), "", order, group="record"),
            Command("production.traveller", N_("Print traveller…"),
                    self.print_travellers, "", order, "print", "record"),
            Command("production.release_batch", N_("Release the whole batch"),
                    partial(self._with_order, do.release_batch), "", order, "play", "record"),
            Command("production.board", N_("Open the board"), self.open_board, "", icon="gantt",
                    group="view"),
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
        floor. ``<number>/traveller`` shows the paper too.
        """
        folder, _slash, rest = key.partition("/")
        if folder == "view" and rest == "schedule":
            self.open_board()
            return
        if folder == "view" and rest in VIEWS:
            self.chips.select(rest)
            return
        batch, _slash, sequence = rest.rpartition("/")
        if folder == "operation" and batch and sequence.isdecimal():
            self.chips.select("floor")
            self.floor.show_only(batch, int(sequence))
            return
        number, _slash, what = key.rpartition("/")
        if what == "traveller" and number:
            self.context.jobs.run(partial(id_of, number), done=partial(self._open_paper, number), owner=self)
            return
        self.context.jobs.run(partial(id_of, key), done=partial(self._open_found, key), owner=self)

    def open_board(self) -> None:
        """Go to the schedule."""
        self.context.navigate(BOARD)

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
            "record": detail.row.number if detail else "",
        }

    def restore_state(self, state: dict[str, object]) -> None:
        """Take over what ``state`` gave."""
        orders = state.get("orders")
        if isinstance(orders, dict):
            self.orders.views.restore_state(orders)
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

    def _current_order(self) -> int | None:
        """The production order on the card of the list."""
        return self.orders.table.current_id() if self.stack.currentWidget() is self.orders else None

    def _has_order(self) -> bool:
        return self._current_order() is not None

    def _with_order(self, run: Callable[[int], object]) -> None:
        order = self._current_order()
        if order is not None:
            run(order)

    def print_travellers(self) -> None:
        """Show the travellers of the orders that are selected."""
        if self._has_order():
            self.actions_.print_traveller(self.orders.table.selected_ids())

    def _open_found(self, key: str, found: int | None) -> None:
        if found is None:
            self.context.say(_("There is no production order {number}.", number=key))
        else:
            self.open_order(found)

    def _open_paper(self, key: str, found: int | None) -> None:
        self._open_found(key, found)
        if found is not None:
            self.actions_.print_traveller([found])

    def _search(self, text: str) -> None:
        self.orders.table.set_search(text)

    # header

    def _take_machines(self, machines: Sequence[LaneView]) -> None:
        self.actions_.machines = machines
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
        ]
        self.header.set_counts(" · ".join(parts))


def _machines() -> Sequence[LaneView]:
    """The machines in use, with their names."""
    now = clock.now()
    return gantt(now, now).lanes
