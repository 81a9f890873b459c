"""The board as a table: the same operations, to sort, search, save views of, and export."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from factory_erp.i18n import N_, _
from factory_erp.models.production import OperationState
from factory_erp.services.board.gantt import BarView
from factory_erp.ui.board import words
from factory_erp.ui.board.board_actions import BoardActions
from factory_erp.ui.board.board_data import Chart, filter_words
from factory_erp.ui.board.source import BoardSource
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.frames import framed
from factory_erp.ui.kit.rows import Cell, Column, Row
from factory_erp.ui.kit.saved_views import ViewBar
from factory_erp.ui.kit.table import RecordTable
from factory_erp.ui.kit.widgets import ChipBar, SearchBox

VIEW_NAMES = {
    "open": N_("Open"),
    "late": N_("Late"),
    "running": N_("Running"),
    "locked": N_("Locked"),
    "all": N_("All"),
}

COLUMNS = (
    Column("machine", N_("Machine"), 104, narrowest=100),
    Column("name", N_("Machine name"), 150, priority=11, sortable=False),
    Column("start", N_("Planned start"), 132, kind="date"),
    Column("finish", N_("Planned finish"), 132, kind="date", priority=5),
    Column("order", N_("Production order"), 128, kind="number", align="left"),
    Column("operation", N_("Operation"), 130, priority=7),
    Column("item", N_("Item"), 150, priority=1),
    Column("quantity", N_("Quantity"), 84, kind="number", priority=3),
    Column("customer", N_("Customer"), 140, priority=2),
    Column("sales", N_("Sales order"), 124, kind="number", align="left", priority=9),
    Column("due", N_("Due"), 96, kind="date", priority=8),
    Column("changeover", N_("Changeover"), 100, kind="number", priority=10),
    Column("locked", N_("Locked"), 76, priority=6, narrowest=60),
    Column("state", N_("State"), 96, kind="pill"),
    Column("late", N_("Late"), 104, kind="pill"),
)

Key = Callable[[BarView], Any]
_VIEWS: Mapping[str, Callable[[BarView], bool]] = {
    "open": lambda bar: bar.state != OperationState.DONE,
    "late": words.is_late,
    "running": lambda bar: bar.state == OperationState.STARTED,
    "locked": lambda bar: bar.locked and bar.state == OperationState.WAITING,
    "all": lambda _bar: True,
}
_STATES = list(OperationState)
_SORTS: Mapping[str, Key] = {
    "start": lambda bar: bar.start,
    "finish": lambda bar: bar.finish,
    "order": lambda bar: (bar.order_number, bar.sequence),
    "operation": words.operation_name,
    "item": words.item_name,
    "quantity": lambda bar: bar.quantity,
    "customer": lambda bar: bar.customer,
    "sales": lambda bar: bar.sales_number,
    "due": lambda bar: bar.due,
    "changeover": lambda bar: bar.changeover,
    "locked": lambda bar: not bar.locked,
    "state": lambda bar: _STATES.index(OperationState(bar.state)),
    "late": lambda bar: -bar.lateness if words.is_late(bar) else 1,
}


class BoardRows:
    """The bars of the picture as the records of a ``RecordTable``; a new picture is put in at once."""

    columns: Sequence[Column] = COLUMNS

    def __init__(self) -> None:
        self._bars: Mapping[int, BarView] = {}
        self._machines: Mapping[int, tuple[str, str]] = {}

    def show(self, chart: Chart) -> None:
        """List the operations of *chart*."""
        names = {lane.machine_id: (lane.code, words.machine_name(lane)) for lane in chart.machines}
        self._machines, self._bars = names, chart.bars

    def counts(self) -> dict[str, int]:
        """View → how many operations it lists."""
        bars = list(self._bars.values())
        return {name: sum(map(holds, bars)) for name, holds in _VIEWS.items()}

    def ids(self, *, view: str, search: str, sort: str, descending: bool) -> array[int]:
        """Ids of the operations of *view* that hold every word of *search*."""
        wanted, holds = search.casefold().split(), _VIEWS[view or "open"]
        found = [bar for bar in self._bars.values() if holds(bar) and self._matches(bar, wanted)]
        found.sort(key=lambda bar: (self._machines[bar.machine_id], bar.start, bar.operation_id))
        if sort in _SORTS:
            found.sort(key=_SORTS[sort], reverse=descending)
        elif descending:
            found.reverse()
        return array("q", (bar.operation_id for bar in found))

    def rows(self, ids: Sequence[int]) -> Sequence[Row]:
        """The rows of *ids*, empty cells for an operation that has left the picture."""
        bars = (self._bars.get(wanted) for wanted in ids)
        return [self._row(bar) if bar is not None else ("",) * len(COLUMNS) for bar in bars]

    def _matches(self, bar: BarView, wanted: Sequence[str]) -> bool:
        if not wanted:
            return True
        said = "\n".join((filter_words(bar), *self._machines[bar.machine_id])).casefold()
        return all(word in said for word in wanted)

    def _row(self, bar: BarView) -> Row:
        cells: tuple[Cell, ...] = (
            *self._machines.get(bar.machine_id, ("", "")),
            figures.local(bar.start),
            figures.local(bar.finish),
            bar.order_number,
            words.operation_name(bar),
            words.item_name(bar),
            figures.number(bar.quantity),
            bar.customer,
            bar.sales_number,
            bar.due.isoformat(),
            words.minutes(bar.changeover) if bar.changeover else "",
            _("Locked") if bar.locked else "",
            words.state_pill(bar),
            words.late_pill(bar),
        )
        return cells


class TableView(QWidget):
    """The table with its saved views; L locks, Enter opens the production order."""

    menu_asked = Signal(object)
    """Global position at which the menu of the selected rows is wanted."""

    def __init__(
        self,
        context: UiContext,
        source: BoardSource,
        actions: BoardActions,
        search: SearchBox,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._actions = actions
        self._rows = BoardRows()
        self.chips = ChipBar(self)
        self.table = RecordTable(self._rows, context.jobs, self)
        self.views = ViewBar(
            context, "board", VIEW_NAMES, self._rows, chips=self.chips, table=self.table, search=search
        )
        self.table.set_name(_("Production schedule"))
        self.table.set_empty_text(_("No operation here. Re-schedule puts what is planned on the machines."))
        self.table.activated.connect(lambda key: actions.open_order([key]))
        self.table.refused.connect(context.say)
        self.table.view.installEventFilter(self)
        self.table.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.view.customContextMenuRequested.connect(self._ask_menu)
        self.views.recall()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.chips)
        column.addWidget(framed(self.table), 1)
        source.charted.connect(self.show_chart)
        if source.chart is not None:
            self.show_chart(source.chart)

    def show_chart(self, chart: Chart) -> None:
        """List the operations of *chart*."""
        self._rows.show(chart)
        self.table.model.invalidate()
        self.views.refresh()
        self.views.set_counts(self._rows.counts())

    def selection(self) -> tuple[int, ...]:
        """Ids of the selected operations, the current one where none is."""
        ids = self.table.model.ids
        found = tuple(ids[row] for row in self.table.view.selected_rows())
        current = self.table.current_id()
        return found or (() if current is None else (current,))

    def set_filter(self, text: str) -> None:
        """List what holds every word of *text*."""
        self.table.set_search(text)

    def go_to(self, operation_id: int) -> None:
        """Make an operation current, if the view lists it."""
        self.table.select_id(operation_id)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """L locks and unlocks, as on the chart; the list itself would search for it."""
        if _is_plain(event, Qt.Key.Key_L):
            self._actions.toggle_lock(self.selection())
            return True
        return super().eventFilter(watched, event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Remember chip and columns for the next start."""
        super().hideEvent(event)
        self.views.remember()

    def _ask_menu(self, place: QPoint) -> None:
        self.menu_asked.emit(self.table.view.viewport().mapToGlobal(place))


def _is_plain(event: QEvent, key: Qt.Key) -> bool:
    """Whether *key* was pressed, and nothing with it."""
    if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
        return False
    return event.key() == key and not event.modifiers()
