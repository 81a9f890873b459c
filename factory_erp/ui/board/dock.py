"""Beside the chart: which orders are late, and the card of what is chosen."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from factory_erp.i18n import N_, _
from factory_erp.services.board.late_orders import LateView
from factory_erp.ui.board import words
from factory_erp.ui.board.board_data import Chart, Facts
from factory_erp.ui.board.card import BoardCard
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.frames import framed, split
from factory_erp.ui.kit.rows import Column, Row
from factory_erp.ui.kit.simple_table import SimpleTable

COLUMNS = (
    Column("order", N_("Late order"), 104, kind="number", align="left"),
    Column("customer", N_("Customer"), 96, narrowest=60),
    Column("days", N_("Days late"), 76, kind="number"),
)


class Dock(QWidget):
    """The late orders, the dearest first, over the card; a click on one goes to its first open bar."""

    chosen = Signal(object)
    """Id of the operation that the chart shall go to."""

    def __init__(self, card: BoardCard, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chart: Chart | None = None
        self._late: dict[int, LateView] = {}
        self.card = card
        self.table = SimpleTable(COLUMNS)
        self.table.set_name(_("Late orders"))
        self.table.set_empty_text(_("Loading…"))
        self.table.current_changed.connect(self._choose)
        # A click on the one that is current already goes back to it.
        self.table.view.clicked.connect(lambda _index: self._choose(self.table.current_key()))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(split(framed(self.table), card, across=False, stretch=(2, 3), sizes=(210, 330)))

    def show_chart(self, chart: Chart) -> None:
        """Another picture."""
        self._chart = chart

    def show_facts(self, facts: Facts) -> None:
        """Who is late now."""
        self._late = {late.order_id: late for late in facts.late}
        nothing = _("Every order ends before it is needed.")
        self.table.set_empty_text(facts.problem or nothing)
        self.table.set_rows([late_row(late) for late in facts.late], list(self._late))

    def late(self, order_id: int) -> LateView | None:
        """What is known about a late order."""
        return self._late.get(order_id)

    def show_operation(self, operation_id: object) -> None:
        """Put the operation, or the promise, with that id on the card; None: nothing."""
        chart = self._chart
        machines = {lane.machine_id: lane.code for lane in chart.machines} if chart else {}
        bar = chart.bars.get(operation_id) if chart and isinstance(operation_id, int) else None
        hold = chart.holds.get(operation_id) if chart and isinstance(operation_id, tuple) else None
        if bar is not None:
            self.card.show_bar(bar, machines[bar.machine_id], self._late.get(bar.order_id))
        elif hold is not None:
            self.card.show_hold(hold, machines[hold.machine_id])
        else:
            self.card.show_nothing()

    def _choose(self, key: object) -> None:
        if not isinstance(key, int) or self._chart is None:
            return
        bars = self._chart.of_order(key)
        open_bars = [bar for bar in bars if words.is_late(bar)] or bars
        if open_bars:
            self.chosen.emit(open_bars[0].operation_id)
        else:
            self.card.show_late(self._late[key])


def late_row(late: LateView) -> Row:
    """A late order in a row."""
    days = figures.number(late.days_late)
    return words.short_number(late.number), late.customer or _("For stock"), days
