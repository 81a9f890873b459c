"""What is in a shipment, and the cartons that it is packed into."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.domain.weight import Dimensions
from factory_erp.i18n import N_, _
from factory_erp.services.shipping.shipments import CartonRules
from factory_erp.services.workbench.views import CartonRow, LineRow, ShipmentDetail
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.buttons import Button, Kind, label
from factory_erp.ui.kit.delegates import ROW_HEIGHT
from factory_erp.ui.kit.edits import ChoiceEdit, TextEdit
from factory_erp.ui.kit.form_dialog import FormDialog
from factory_erp.ui.kit.jobs import Jobs
from factory_erp.ui.kit.rows import Column, Row
from factory_erp.ui.kit.simple_table import SimpleTable
from factory_erp.ui.kit.table_header import HEADER_HEIGHT
from factory_erp.ui.shipping import steps, words
from factory_erp.ui.shipping.carton_dialogs import pallet_dialog, weigh_dialog
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
    Column("ordered", N_("Order quantity"), 112, kind="number", priority=5),
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

ANY, TYPED = "any", "text"


class PackPanel(QWidget):
    """Goods above, cartons below.  ``mix`` is ticked where remainders share cartons."""

    pack_asked = Signal()
    weighed = Signal(str)
    """Carton numbers whose weights were corrected, such as "1-4"."""
    order_opened = Signal(object)
    """Id of the order whose line was opened."""
    changed = Signal(str)
    """What was done to the cartons, in a sentence."""
    numbers_asked = Signal()
    """Serial shipping container codes for the cartons are asked for."""

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
        self.mix = QCheckBox(_("Remainders into mixed cartons"))
        self.same = ChoiceEdit([("order", _("of one order")), (ANY, _("of any order"))])
        self.same.setAccessibleName(_("Mixed cartons hold goods"))
        self.prefix_by = ChoiceEdit(
            [
                ("", _("Numbers without letters")),
                ("order", _("A letter for each order")),
                ("options", _("A letter for each colour")),
                (TYPED, _("Letters before all")),
            ]
        )
        self.prefix_by.setAccessibleName(_("Carton numbers"))
        self.prefix = TextEdit()
        self.prefix.setAccessibleName(_("Letters before all carton numbers"))
        self.prefix.setMaxLength(8)
        self.prefix.setFixedWidth(76)
        self.mix.toggled.connect(lambda _on: self._show_rules())
        self.prefix_by.edited.connect(self._show_rules)
        self.pack_button = Button(_("Pack"), kind=Kind.PRIMARY, icon="box", run=self.pack_asked.emit)
        self.weigh_button = Button(_("Correct…"), icon="edit", run=self.correct_current)
        self.pallet_button = Button(_("Pallets…"), run=self.ask_pallets)
        self.serial_button = Button(_("SSCC"), run=self.numbers_asked.emit)
        self.pallets = label(muted=True, wrap=True)
        self.advice = label(muted=True, wrap=True)
        self._lay_out()

    def show_detail(self, detail: ShipmentDetail) -> None:
        """Show another shipment, or the same one changed; another one's tick is that of its cartons."""
        if self._detail is None or self._detail.id != detail.id:
            self._take_rules(detail)
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
        self.pallets.setText(words.pallet_note(detail.pallets))
        self.pallets.setVisible(bool(detail.pallets))
        self._show_actions()

    def rules(self) -> CartonRules:
        """How the cartons are to be mixed and numbered."""
        same = () if self.same.value() == ANY else CartonRules().same
        if self.prefix_by.value() == TYPED:
            return CartonRules(same, prefix=self.prefix.text())
        by = self.prefix_by.value()
        return CartonRules(same, "order" if by == "order" else "options" if by == "options" else "")

    def _take_rules(self, detail: ShipmentDetail) -> None:
        """The rules by which the cartons of *detail* seem to have been packed."""
        self.mix.setChecked(any(len(row.contents) > 1 for row in detail.cartons))
        self.same.show_value("order")
        prefixes = {row.prefix for row in detail.cartons if row.prefix}
        only = next(iter(prefixes)) if len(prefixes) == 1 else ""
        self.prefix_by.show_value(TYPED if only else "order" if prefixes else "")
        self.prefix.show_value(only or None)
        self._show_rules()

    def _show_rules(self) -> None:
        self.same.setEnabled(self.mix.isChecked() and self.mix.isEnabled())
        self.prefix.setVisible(self.prefix_by.value() == TYPED)

    def ask_pallets(self) -> FormDialog | None:
        """The open dialog for pallets; None where there are no cartons to put on them."""
        if self._detail is None or not steps.can_weigh(self._detail).now:
            return None
        dialog = pallet_dialog(self._jobs, self._detail, self)
        dialog.done_with.connect(lambda _nothing: self.changed.emit(_("Pallets saved.")))
        dialog.open()
        return dialog

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
        dialog.done_with.connect(lambda _nothing: self.weighed.emit(dialog.form.draft()["cartons"]))
        dialog.open()
        return dialog

    def _lay_out(self) -> None:
        rules = QHBoxLayout()
        rules.setSpacing(8)
        rules.addWidget(self.mix)
        rules.addWidget(self.same)
        rules.addStretch(1)
        numbers = QHBoxLayout()
        numbers.setSpacing(8)
        numbers.addWidget(label(_("Carton numbers")))
        numbers.addWidget(self.prefix_by)
        numbers.addWidget(self.prefix)
        numbers.addStretch(1)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self.pallet_button, self.serial_button):
            buttons.addWidget(button)
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
        column.addWidget(self.pallets)
        column.addLayout(rules)
        column.addLayout(numbers)
        column.addLayout(buttons)

    def _show_actions(self) -> None:
        if self._detail is None:
            return
        pack, weigh = steps.can_pack(self._detail), steps.can_weigh(self._detail)
        packed = bool(self._detail.cartons)
        emphasize(self.pack_button, _("Pack again") if packed else _("Pack"), "box", primary=not packed)
        self.pack_button.setEnabled(pack.now)
        self.pack_button.setToolTip(pack.reason)
        for widget in (self.mix, self.prefix_by, self.prefix):
            widget.setEnabled(pack.now)
        self._show_rules()
        for button in (self.pallet_button, self.serial_button):
            button.setEnabled(weigh.now)
        self.pallet_button.setToolTip(weigh.reason or _("Put the cartons onto pallets"))
        self.serial_button.setToolTip(
            weigh.reason or _("Give each carton a serial shipping container code for its label")
        )
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
