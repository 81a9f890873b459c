"""Under a bill: for how many the needs are shown, what is short, what the material costs, how deep it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction

from PySide6.QtWidgets import QHBoxLayout, QWidget

from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.figures import round_ratio, unscaled
from factory_erp.domain.money import UnitPrice
from factory_erp.i18n import _, ngettext
from factory_erp.services.engineering.bills import BillLineInput
from factory_erp.services.engineering.structure import shown
from factory_erp.ui.catalog.bill_parts import Cost, Parts, Shortage, depth, material_cost, shortages
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.buttons import ElidedLabel, label
from factory_erp.ui.kit.edits import DecimalEdit
from factory_erp.ui.kit.pill import Pill
from factory_erp.ui.kit.theme import Tone

USUAL = Decimal(100)
"""For how many the needs are shown at first."""


class BillFoot(QWidget):
    """``take_quantity`` is given the quantity typed; ``show_lines`` says what follows from the lines."""

    def __init__(self, take_quantity: Callable[[Decimal], object]) -> None:
        super().__init__()
        self._take = take_quantity
        self._unit, self._currency = "H87", "CNY"
        self.quantity = USUAL
        self.edit = DecimalEdit()
        self.edit.setText(figures.number(USUAL))
        self.edit.setFixedWidth(88)
        self.edit.setAccessibleName(_("Show needs for"))
        self.edit.edited.connect(self._note_quantity)
        self.unit = label(muted=True)
        self.short = Pill()
        self.names = ElidedLabel(muted=True)
        self.cost = label(bold=True)
        self.levels = label(muted=True)
        self._lay_out()

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        caption = label(_("Show needs for"), muted=True)
        caption.setBuddy(self.edit)
        for widget in (caption, self.edit, self.unit, self.short):
            row.addWidget(widget)
        row.addWidget(self.names, 1)
        row.addWidget(self.levels)
        row.addWidget(self.cost)

    def show_item(self, unit: str, currency: str) -> None:
        """The item's unit (Rec 20) and the company's currency."""
        self._unit, self._currency = unit, currency
        self.unit.setText(figures.unit(unit))

    def show_lines(self, lines: Sequence[BillLineInput], output: Decimal, parts: Parts) -> frozenset[int]:
        """Say what the sound *lines* cost for one unit, how deep they go, and what is short: these items."""
        deep = depth(lines, parts)
        self.levels.setText(ngettext("{count} level", "{count} levels", deep))
        self._say_cost(material_cost(lines, output, parts))
        found = shortages(lines, output, parts, Fraction(self.quantity))
        self._say_short(found, bool(lines))
        return frozenset(one.part.item_id for one in found)

    def _say_cost(self, cost: Cost) -> None:
        scaled = max(cost.amount, Fraction(0)) * 10**figures.COST_PLACES
        amount = unscaled(round_ratio(scaled.numerator, scaled.denominator), figures.COST_PLACES)
        said = {"cost": figures.cost(UnitPrice(amount, self._currency)), "unit": figures.unit(self._unit)}
        self.cost.setText(
            _("Material {cost} per {unit}", **said)
            if cost.whole
            else _("Material at least {cost} per {unit}", **said)
        )
        self.cost.setToolTip("" if cost.whole else _("Some components have no standard cost yet."))

    def _say_short(self, found: Sequence[Shortage], some: bool) -> None:
        self.short.setVisible(some)
        if not found:
            self.short.set(_("All in stock"), Tone.SUCCESS)
            self.names.setText("")
            return
        self.short.set(
            ngettext("{count} material short", "{count} materials short", len(found)), Tone.WARNING
        )
        said = [
            _("{sku}: {quantity} missing", sku=one.part.sku,
              quantity=f"{figures.number(shown(one.missing), 3)} {figures.unit(one.part.unit)}")
            for one in found
        ]  # fmt: skip
        self.names.setText(" · ".join(said))

    def _note_quantity(self) -> None:
        try:
            value = self.edit.value()
        except InvalidValue:
            return
        if isinstance(value, Decimal) and value > 0:
            self.quantity = value
            self._take(value)
