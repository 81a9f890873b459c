"""The planning board: the chart, the same data as a table, and the card of the chosen operation."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from factory_erp.i18n import _
from factory_erp.services import production
from factory_erp.services.planning import BarView, ScheduleOutcome
from factory_erp.services.production import ProductionDetail
from factory_erp.ui.kit.buttons import Button, Kind
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.frames import framed, split
from factory_erp.ui.kit.gantt import GanttView
from factory_erp.ui.kit.simple_table import SimpleTable
from factory_erp.ui.kit.widgets import EmptyState
from factory_erp.ui.production import steps
from factory_erp.ui.production.actions import ProductionActions
from factory_erp.ui.production.board_data import COLUMNS, Board, first_of_interest, read_board
from factory_erp.ui.production.order_card import OrderCard


class ScheduleView(QWidget):
    """``loaded`` carries the ``Board`` that is shown now, ``order_opened`` the id of a production order."""

    loaded = Signal(object)
    order_opened = Signal(object)

    def __init__(self, context: UiContext, actions: ProductionActions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._board: Board | None = None
        self._fitted = False
        self._reasons: dict[str, str] = {}
        actions.scheduled.connect(self._keep_reasons)
        self.gantt = GanttView(self)
        self.gantt.selected.connect(self._choose)
        self.gantt.activated.connect(lambda key: self._activate(actions, key))
        self.table = SimpleTable(COLUMNS, self)
        self.table.set_name(_("Production schedule"))
        self.table.current_changed.connect(self._choose)
        self.table.activated.connect(lambda key: self._activate(actions, key))
        self.card = OrderCard(actions)
        self.card.setMinimumWidth(310)
        self.card.link_clicked.connect(self._follow)
        self.empty = EmptyState(
            "gantt",
            _("Nothing is scheduled. Confirmed orders are planned on the sales page, then scheduled here."),
            _("Re-schedule"),
            actions.reschedule,
        )
        self.table_button = Button(_("Table"), kind=Kind.CHIP, run=self._show_kind)
        self._lay_out()
        self.card.show_nothing(_("Click an operation to see what it is, for whom, and whether it is late."))

    def reload(self) -> None:
        """Read the schedule again, in the background."""
        self._context.jobs.run(read_board, done=self._show, owner=self)

    def board(self) -> Board | None:
        """What is shown."""
        return self._board

    def show_table(self, on: bool) -> None:
        """The table instead of the chart, or the chart again."""
        self.table_button.setChecked(on)
        self._show_kind()

    def _show(self, board: Board) -> None:
        self._board = board
        self.gantt.set_data(board.index)
        keys = [bar.operation_id for bar in board.bars.values()]
        self.table.set_rows(list(board.rows), keys)
        if not self._fitted and board.bars:
            self._fitted = True
            self.gantt.show_preset("week")
            self.gantt.go_to_now()
            self._choose_first(board)
        self._show_kind()
        self._reload_card()
        self.loaded.emit(board)

    def _choose_first(self, board: Board) -> None:
        """What is most worth a look: the first that is late, else what runs, else what comes next."""
        bar = first_of_interest(board.bars.values())
        if bar is not None and self.gantt.selected_id() is None:
            self._choose(bar.operation_id)

    def _show_kind(self) -> None:
        """Chart, table, or the words that there is nothing yet."""
        if self._board is not None and not self._board.bars:
            self.stack.setCurrentWidget(self.empty)
        else:
            self.stack.setCurrentWidget(self.table if self.table_button.isChecked() else self.gantt)

    def _bar(self, key: object) -> BarView | None:
        return self._board.bars.get(key) if self._board and isinstance(key, int) else None

    def _choose(self, key: object) -> None:
        """The chart and the table stay on one operation, and the card shows it."""
        if key is None:
            return
        self.gantt.select_id(key)
        self.table.select_key(key)
        self._load_card(key)

    def _reload_card(self) -> None:
        if self.gantt.selected_id() is not None:
            self._load_card(self.gantt.selected_id())

    def _load_card(self, key: object) -> None:
        bar = self._bar(key)
        if bar is not None:
            read = partial(production.production_detail, bar.order_id)
            self._context.jobs.run(read, done=partial(self._show_card, bar.operation_id), owner=self)

    def _show_card(self, operation_id: int, detail: ProductionDetail) -> None:
        step = steps.step_of(detail, operation_id)
        if step is not None and self.gantt.selected_id() == operation_id:
            self.card.show_operation(detail, step, self._reasons.get(detail.row.number, ""))

    def _activate(self, actions: ProductionActions, key: object) -> None:
        bar = self._bar(key)
        if bar is not None:
            actions.ask_report(bar.order_id, bar.operation_id)

    def _keep_reasons(self, outcome: ScheduleOutcome) -> None:
        self._reasons = {late.number: late.reason for late in outcome.late_orders}
        self._reload_card()

    def _follow(self, link: str) -> None:
        if link.startswith("order:"):
            self.order_opened.emit(int(link.removeprefix("order:")))
        else:
            self._context.navigate(link)

    def _lay_out(self) -> None:
        self.stack = QStackedWidget()
        for widget in (self.gantt, self.table, self.empty):
            self.stack.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(self._toolbar())
        column.addWidget(split(framed(self.stack), self.card, stretch=(3, 1), sizes=(870, 340)), 1)

    def _toolbar(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(7)
        presets = (("day", _("Day")), ("week", _("Week")), ("month", _("Month")))
        for name, text in presets:
            row.addWidget(Button(text, run=partial(self.gantt.show_preset, name)))
        row.addWidget(Button(_("Fit"), icon="fit-width", run=self.gantt.fit_all))
        row.addWidget(Button(_("Now"), icon="today", run=self.gantt.go_to_now))
        row.addStretch(1)
        row.addWidget(self.table_button)
        return row
