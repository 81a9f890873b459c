"""What is in a shipment, and the cartons that it is packed into."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.weight import Dimensions, Weight
from factory_erp.i18n import N_, _
from factory_erp.services.shipping import shipments as shipping
from factory_erp.services.shipping.views import CartonRow, LineRow, ShipmentDetail
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.buttons import Button, Kind, label
from factory_erp.ui.kit.delegates import ROW_HEIGHT
from factory_erp.ui.kit.form_dialog import FormDialog
from factory_erp.ui.kit.forms import Field, FieldKind
from factory_erp.ui.kit.jobs import Jobs
from factory_erp.ui.kit.rows import Column, Row
from factory_erp.ui.kit.simple_table import SimpleTable
from factory_erp.ui.kit.table_header import HEADER_HEIGHT
from factory_erp.ui.shipping import steps, words
from factory_erp.ui.shipping.emphasis import emphasize

GOODS = (
    Column("order", N_("Order no."), 124, align="left", kind="number"),
    Column("sku", N_("Item"), 112, kind="number", align="left"),
    Column("name", N_("Description"), 164, priority=2),
    Column(
        "quantity",
        N_("In this shipment"),
        136,
        kind="number",
        tooltip=N_("Quantity that leaves with this shipment"),
    ),
    Column("ordered", N_("Order quantity"), 80, kind="number", priority=5),
    Column("unit", N_("Unit"), 60, priority=4),
    Column("amount", N_("Amount"), 112, kind="number", priority=1),
)

CARTONS = (
    Column("label", N_("Carton no."), 88, align="left", kind="number"),
    Column("contents", N_("Contents"), 170),
    Column("each", N_("Pcs each"), 76, kind="number", priority=4, tooltip=N_("Pieces in each carton")),
    Column("cartons", N_("Cartons"), 70, kind="number"),
    Column("net", N_("N.W. kg"), 78, kind="number", priority=3, tooltip=N_("Net weight of one carton")),
    Column("gross", N_("G.W. kg"), 78, kind="number", tooltip=N_("Gross weight of one carton")),
    Column("size", N_("L×W×H cm"), 128, kind="number", priority=2),
    Column("reason", N_("Weighed"), 100, priority=6, tooltip=N_("Why the weights were corrected")),
)

TOTAL = "total"
"""Key of the totals row."""

MOST_GOODS = 5
"""Lines of goods that are seen without scrolling; the rest of the room belongs to the cartons."""


class PackPanel(QWidget):
    """Goods above, cartons below.  ``mix`` is ticked where remainders share cartons."""

    pack_asked = Signal()
    weighed = Signal(str)
    """Carton numbers whose weights were corrected, such as "1-4"."""
    order_opened = Signal(object)
    """Id of the order whose line was opened."""

    def __init__(self, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._detail: ShipmentDetail | None = None
        self.goods = SimpleTable(GOODS, self)
        self.goods.set_name(_("Goods"))
        self.goods.activated.connect(self._open_order)
        self.cartons = SimpleTable(CARTONS, self)
        self.cartons.set_name(_("Carton details"))
        self.cartons.set_empty_text(_("Not packed yet. 'Pack' fills master cartons and numbers them."))
        self.cartons.activated.connect(self.correct)
        self.cartons.current_changed.connect(lambda _key: self._show_actions())
        self.mix = QCheckBox(_("Put remainders together into mixed cartons"))
        self.pack_button = Button(_("Pack"), kind=Kind.PRIMARY, icon="box", run=self.pack_asked.emit)
        self.weigh_button = Button(_("Correct weights…"), icon="edit", run=self.correct_current)
        self.advice = label(muted=True, wrap=True)
        self._lay_out()

    def show_detail(self, detail: ShipmentDetail) -> None:
        """Show another shipment, or the same one changed; another one's tick is that of its cartons."""
        if self._detail is None or self._detail.id != detail.id:
            self.mix.setChecked(any(len(row.contents) > 1 for row in detail.cartons))
        self._detail = detail
        self.goods.set_rows([goods_row(line) for line in detail.lines], [line.id for line in detail.lines])
        self.goods.setFixedHeight(HEADER_HEIGHT + ROW_HEIGHT * min(MOST_GOODS, max(1, len(detail.lines))) + 4)
        rows = [carton_row(row) for row in detail.cartons]
        keys: list[object] = [row.first for row in detail.cartons]
        if rows:
            rows.append(total_row(detail))
            keys.append(TOTAL)
        self.cartons.set_rows(rows, keys)
        self.advice.setText(words.container_advice(detail.containers))
        self.advice.setVisible(bool(self.advice.text()))
        self._show_actions()

    def correct_current(self) -> FormDialog | None:
        """Correct the weights of the cartons chosen in the table."""
        return self.correct(self.cartons.current_key())

    def correct(self, first: object) -> FormDialog | None:
        """The open dialog for the weights of the cartons from number *first*; None where there are none."""
        if self._detail is None or not steps.can_weigh(self._detail).now:
            return None
        row = next((row for row in self._detail.cartons if row.first == first), None)
        if row is None:
            return None
        dialog = weigh_dialog(self._jobs, self._detail, row, self)
        dialog.done_with.connect(lambda _nothing: self.weighed.emit(row.label))
        dialog.open()
        return dialog

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        buttons.addStretch(1)
        buttons.addWidget(self.weigh_button)
        buttons.addWidget(self.pack_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(label(_("Goods"), pixels=15, bold=True))
        column.addWidget(self.goods)
        column.addWidget(label(_("Carton details"), pixels=15, bold=True))
        column.addWidget(self.cartons, 1)
        column.addWidget(self.advice)
        column.addWidget(self.mix)
        column.addLayout(buttons)

    def _show_actions(self) -> None:
        if self._detail is None:
            return
        pack, weigh = steps.can_pack(self._detail), steps.can_weigh(self._detail)
        packed = bool(self._detail.cartons)
        emphasize(self.pack_button, _("Pack again") if packed else _("Pack"), "box", primary=not packed)
        self.pack_button.setEnabled(pack.now)
        self.pack_button.setToolTip(pack.reason)
        self.mix.setEnabled(pack.now)
        self.weigh_button.setEnabled(weigh.now and isinstance(self.cartons.current_key(), int))
        self.weigh_button.setToolTip(weigh.reason or _("Choose a row of the cartons first."))

    def _open_order(self, line_id: object) -> None:
        lines = self._detail.lines if self._detail else ()
        found = next((line for line in lines if line.id == line_id), None)
        if found is not None:
            self.order_opened.emit(found.order_id)


def goods_row(line: LineRow) -> Row:
    """A line of goods as the table shows it."""
    return (
        line.order_number,
        line.sku,
        line.name,
        figures.number(line.quantity),
        figures.number(line.ordered),
        figures.unit(line.unit),
        figures.money(line.amount),
    )


def carton_row(row: CartonRow) -> Row:
    """A range of equal cartons as the table shows it; weights are those of one carton."""
    mixed = len(row.contents) > 1
    contents = ", ".join(f"{sku} × {pieces}" if mixed else sku for sku, pieces in row.contents)
    return (
        row.label,
        contents,
        figures.number(sum(pieces for _sku, pieces in row.contents)),
        figures.number(row.cartons),
        figures.kilograms(row.net_g),
        figures.kilograms(row.gross_g),
        Dimensions(row.length_mm, row.width_mm, row.height_mm).format(),
        row.weighed_reason,
    )


def total_row(detail: ShipmentDetail) -> Row:
    """The sums under the cartons; volume stands in the column of the sizes."""
    totals = detail.totals
    pieces = _("{pieces} pcs", pieces=figures.number(totals.pieces))
    volume = f"{figures.cbm(totals.volume_mm3)} m³"
    net, gross = figures.kilograms(totals.net_g), figures.kilograms(totals.gross_g)
    return _("Total"), pieces, "", figures.number(totals.cartons), net, gross, volume, ""


def weigh_dialog(jobs: Jobs, detail: ShipmentDetail, row: CartonRow, parent: QWidget) -> FormDialog:
    """Net and gross weight of one carton, and why they differ from what was computed."""
    fields = (
        Field("net_g", _("Net weight of one carton, kg"), FieldKind.DECIMAL, required=True, decimals=3,
              check=_weight_problem),
        Field("gross_g", _("Gross weight of one carton, kg"), FieldKind.DECIMAL, required=True, decimals=3,
              check=_weight_problem),
        Field("reason", _("Reason"), required=True, hint=_("For example: weighed on the floor scale")),
    )  # fmt: skip
    known = {"net_g": Weight(row.net_g).kilograms, "gross_g": Weight(row.gross_g).kilograms}
    return FormDialog(
        jobs,
        _("Weights of cartons {cartons}", cartons=row.label),
        fields,
        known | {"reason": row.weighed_reason or None},
        partial(_correction, detail, row),
        _("Save weights"),
        note=_("The same correction holds for each of the {count} cartons.", count=row.cartons),
        parent=parent,
    )


def _correction(detail: ShipmentDetail, row: CartonRow, values: Mapping[str, Any]) -> Callable[[], object]:
    return partial(
        shipping.correct_carton,
        detail.id,
        row.first,
        Weight.kg(values["net_g"]).grams,
        Weight.kg(values["gross_g"]).grams,
        values["reason"],
        detail.version,
    )


def _weight_problem(value: object) -> str:
    try:
        return "" if Weight.kg(value).grams > 0 else _("A carton weighs more than nothing.")  # type: ignore[arg-type]
    except InvalidValue as error:
        return str(error)
