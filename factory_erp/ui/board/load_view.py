"""The load tab: work against time by centre and week or day, what loads a cell, and campaigns that save."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.i18n import N_, _
from factory_erp.services.load import centres as load
from factory_erp.services.load.centres import By, LoadOrder
from factory_erp.services.load.centres import LoadView as Loads
from factory_erp.services.load.parts import LAYER_NAMES, Layer
from factory_erp.services.load.rough_cut import PROBABILITY
from factory_erp.ui.board import load_words
from factory_erp.ui.board.load_campaigns import CampaignPanel
from factory_erp.ui.board.load_chart import LoadChart
from factory_erp.ui.board.load_grid import LoadGrid
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.edits import ChoiceEdit
from factory_erp.ui.kit.frames import framed, split
from factory_erp.ui.kit.rows import Column
from factory_erp.ui.kit.simple_table import SimpleTable
from factory_erp.ui.kit.tabs import Tabs
from factory_erp.ui.kit.widgets import Button, Kind, label

CONCERNS = frozenset(
    {
        "production_order", "production_operation", "machine", "machine_time", "work_centre", "calendar",
        "changeover", "sales_order", "sales_line", "quotation", "quotation_line", "suggestion",
        "setting", "routing", "routing_operation", "stock_balance",
    }
)  # fmt: skip
"""Kinds of records whose changes the load shows."""

ORDERS = (
    Column("number", N_("Order number"), 132, kind="number", align="left"),
    Column("layer", N_("Layer"), 136, kind="pill"),
    Column("item", N_("Item"), 120, priority=2),
    Column("quantity", N_("Quantity"), 84, kind="number", priority=4),
    Column("customer", N_("Customer"), 140, priority=1),
    Column("due", N_("Due"), 108, kind="pill", priority=3),
    Column("minutes", N_("Work"), 104, kind="number"),
)

SPANS: tuple[tuple[tuple[By, int], str], ...] = (
    (("week", 8), N_("8 weeks")),
    (("week", 16), N_("16 weeks")),
    (("week", 26), N_("26 weeks")),
    (("day", 2), N_("14 days")),
    (("day", 4), N_("28 days")),
)
CHANCES = (100, 75, 50, 25, 10)
"""How likely quotations may be said to become orders, per cent."""

REST = 120
"""Milliseconds without a key before the orders of a cell are read."""


class LoadView(QWidget):
    """The grid of all centres; the chosen cell's centre as a chart, its orders, and the campaigns."""

    opened = Signal(str)
    """Deep link to a record that shall be shown."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self.context = context
        self._loads: Loads | None = None
        self._orders: Sequence[LoadOrder] = ()
        self._read = self._asked = 0
        self.grid = LoadGrid()
        self.chart = LoadChart()
        self.orders = SimpleTable(ORDERS)
        self.campaigns = CampaignPanel(context)
        self.tabs = Tabs()
        self.problem = label(muted=True, wrap=True)
        self.problem.setContentsMargins(12, 6, 12, 6)
        self._pause = QTimer(self, singleShot=True, interval=REST)
        self._pause.timeout.connect(self._ask_orders)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self.orders.set_name(_("What loads the cell"))
        self.tabs.add("orders", _("What loads it"), lambda: self.orders)
        self.tabs.add("campaigns", _("Campaigns"), lambda: self.campaigns)
        grid = framed(self.grid, self.problem)
        inner = grid.layout()
        assert isinstance(inner, QVBoxLayout)
        inner.setStretch(1, 0)
        below = framed(self.tabs)
        below.setMinimumWidth(380)
        lower = split(framed(self.chart), below, stretch=(1, 1), sizes=(560, 640))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(self._bar())
        column.addWidget(split(grid, lower, across=False, stretch=(1, 1), sizes=(300, 300)), 1)
        self.setFocusProxy(self.grid)

    def _bar(self) -> QHBoxLayout:
        """Which time, which layers, how likely quotations are."""
        self.span = ChoiceEdit([(value, _(text)) for value, text in SPANS])
        self.span.setAccessibleName(_("Time shown"))
        self.chance = ChoiceEdit([(chance, _("{percent} %", percent=chance)) for chance in CHANCES])
        self.chance.show_value(PROBABILITY)
        self.chance.setAccessibleName(_("Part of quotations that counts"))
        self.layer_buttons = {layer: self._layer_button(layer) for layer in Layer}
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.span)
        row.addSpacing(8)
        row.addWidget(label(_("Layers"), muted=True))
        for button in self.layer_buttons.values():
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(label(_("Quotations count"), muted=True))
        row.addWidget(self.chance)
        return row

    def _layer_button(self, layer: Layer) -> Button:
        button = Button(_(LAYER_NAMES[layer]), kind=Kind.CHIP, run=self._show)
        button.setChecked(True)
        return button

    def _connect(self) -> None:
        self.span.edited.connect(self._read_load)
        self.chance.edited.connect(self._read_load)
        self.grid.chosen.connect(self._choose)
        self.grid.entered_cell.connect(self._enter)
        self.chart.picked.connect(self._pick)
        self.orders.activated.connect(self._open)
        self.campaigns.opened.connect(self.opened)
        self.campaigns.counted.connect(partial(self.tabs.set_count, "campaigns"))

    # what the page asks

    def refresh(self) -> None:
        """Read load and campaigns again."""
        self._read_load()
        self.campaigns.refresh()

    def on_changes(self, changes: object) -> None:
        """Read again where something that matters was written."""
        if not isinstance(changes, Mapping) or not CONCERNS.isdisjoint(changes):
            self.refresh()

    def layers(self) -> frozenset[Layer]:
        """The layers that are counted."""
        return frozenset(layer for layer, button in self.layer_buttons.items() if button.isChecked())

    def listed(self) -> Sequence[LoadOrder]:
        """The orders of the chosen cell, as they are listed."""
        return [one for one in self._orders if one.layer in self.layers()]

    # reading

    def _shown_span(self) -> tuple[By, int]:
        return SPANS[max(0, self.span.currentIndex())][0]

    def _probability(self) -> int:
        return CHANCES[max(0, self.chance.currentIndex())]

    def _read_load(self) -> None:
        self._read += 1
        by, weeks = self._shown_span()
        self.context.jobs.run(
            partial(load.load_view, None, weeks, by, self._probability()),
            done=partial(self._take, self._read),
            owner=self,
        )

    def _take(self, number: int, loads: Loads) -> None:
        if number == self._read:
            self._loads = loads
            self.problem.setText(" ".join(loads.problems))
            self.problem.setVisible(bool(loads.problems))
            self._show()

    def _show(self) -> None:
        """The figures of the chosen layers."""
        self.grid.show_load(self._loads, self.layers())
        self._choose()
        self._show_orders()

    # the chosen cell

    def _choose(self) -> None:
        """Another cell: its centre in the chart at once, its orders once the keys rest."""
        loads, place = self._loads, self.grid.place()
        if loads is None or place is None:
            self.chart.show_centre(None, (), (), "week", -1)
            self.orders.set_empty_text(_("Enter a work centre first: the load is that of its machines."))
            return
        row, period = place
        cells = self.grid.loads.cells[row]
        self.chart.show_centre(loads.centres[row], cells, loads.starts, loads.by, period)
        self._pause.start()

    def _pick(self, period: int) -> None:
        place = self.grid.place()
        if place is not None:
            self.grid.go_to(place[0], period)

    def _enter(self) -> None:
        self.tabs.select("orders")
        self.orders.setFocus()

    def _ask_orders(self) -> None:
        loads, place = self._loads, self.grid.place()
        if loads is None or place is None or place[0] >= len(loads.centres):
            return
        self._asked += 1
        centre, start = loads.centres[place[0]].centre_id, loads.starts[place[1]]
        self.context.jobs.run(
            partial(load.load_orders, centre, start, loads.by, self._probability()),
            done=partial(self._take_orders, self._asked),
            owner=self,
        )

    def _take_orders(self, number: int, found: Sequence[LoadOrder]) -> None:
        if number == self._asked:
            self._orders = found
            self._show_orders()

    def _show_orders(self) -> None:
        listed = self.listed()
        if self._loads is not None and self._loads.centres:
            self.orders.set_empty_text(_("Nothing loads this centre then."))
        self.orders.set_rows([load_words.order_row(one) for one in listed], [key_of(one) for one in listed])
        self.tabs.set_count("orders", len(listed))

    def _open(self, key: object) -> None:
        found = next((one for one in self._orders if key_of(one) == key), None)
        link = load_words.link_of(found) if found is not None else ""
        if link:
            self.opened.emit(link)


def key_of(one: LoadOrder) -> tuple[str, int, str]:
    """What a row of the drill-down is known by."""
    return one.kind, one.record_id, one.sku
