"""What an item costs when so many are made at once, down to the last screw and the last minute."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from urllib.parse import quote

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.domain.errors import DomainError
from factory_erp.domain.money import UnitPrice
from factory_erp.i18n import _
from factory_erp.models.catalog import Procurement
from factory_erp.services.catalogue import item_forms
from factory_erp.services.catalogue import views as catalog
from factory_erp.services.catalogue.item_forms import ItemForm
from factory_erp.services.engineering import costing
from factory_erp.services.engineering.costing import CostView
from factory_erp.ui.catalog import cost_tree
from factory_erp.ui.catalog.item_fields import typed
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.buttons import Button, label
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import show_problem
from factory_erp.ui.kit.forms import ChoiceEdit, DecimalEdit
from factory_erp.ui.kit.frames import GAP, framed
from factory_erp.ui.kit.theme import Tone
from factory_erp.ui.kit.tree import BillTree
from factory_erp.ui.kit.widgets import StatCard

LOTS = (1, 100, 1000)
"""Lot sizes with a button of their own."""

PAUSE = 350
"""Milliseconds without a key before a lot size that is being typed is worked out."""

LARGE = 10_000
"""From here on a tile leaves the decimals out: they stand in the tree."""

LOT_WIDTH = 110
UNIT, LOT = "unit", "lot"


@dataclass(frozen=True, slots=True)
class Costs:
    """A roll-up, the item that it is of, and the lot that was asked for."""

    view: CostView
    item: ItemForm
    lot: Decimal


class CostsTab(QWidget):
    """Reads only; the lot size is a question, not a draft."""

    dirty_changed = Signal(bool)

    def __init__(self, context: UiContext, record_id: int) -> None:
        super().__init__()
        self.context, self.record_id = context, record_id
        self._costs: Costs | None = None
        self._asked = 0
        self.lot = DecimalEdit()
        self.lot.setAccessibleName(_("Lot size"))
        self.lot.setFixedWidth(LOT_WIDTH)
        self.unit = label(muted=True)
        self.quick = {lot: self._quick_button(lot) for lot in LOTS}
        self.per = ChoiceEdit(((UNIT, _("for one unit")), (LOT, _("for the whole lot"))))
        self.per.setAccessibleName(_("Figures"))
        self.standard = label(muted=True)
        self.note = label(wrap=True)
        self.note.setContentsMargins(12, 8, 12, 10)
        self.note.hide()
        self.tiles = {key: StatCard("", _(title)) for key, title in cost_tree.PARTS.items()}
        self.tree = BillTree(cost_tree.COLUMNS)
        self.tree.setAccessibleName(_("Cost by component"))
        self._pause = QTimer(self, singleShot=True, interval=PAUSE)
        self._pause.timeout.connect(self.refresh)
        self.lot.edited.connect(self._pause.start)
        self.lot.returnPressed.connect(self.refresh)
        self.per.edited.connect(self._show)
        self.tree.opened.connect(self._open)
        self._lay_out()
        self.setFocusProxy(self.lot)

    def _quick_button(self, lot: int) -> Button:
        button = Button(figures.number(lot), run=partial(self.set_lot, Decimal(lot)))
        button.setAccessibleName(_("Lot of {quantity}", quantity=figures.number(lot)))
        return button

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(8)
        for part in (label(_("Lot size"), muted=True), self.lot, self.unit, *self.quick.values()):
            top.addWidget(part)
        top.addSpacing(12)
        for part in (label(_("Figures"), muted=True), self.per):
            top.addWidget(part)
        top.addStretch(1)
        top.addWidget(self.standard)
        tiles = QHBoxLayout()
        tiles.setSpacing(GAP)
        for tile in self.tiles.values():
            tiles.addWidget(tile)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addLayout(top)
        column.addLayout(tiles)
        frame = framed(self.tree, self.note)
        inside = frame.layout()
        assert isinstance(inside, QVBoxLayout)
        inside.setStretch(1, 0)
        column.addWidget(frame, 1)

    # what the page asks of each tab

    def is_dirty(self) -> bool:
        """Never: there is nothing to save."""
        return False

    def save(self) -> bool:
        """Nothing to save."""
        return True

    def discard(self) -> None:
        """Nothing to throw away."""

    def refresh(self) -> None:
        """Work the cost out again, for the lot that stands in the edit; first for the usual batch."""
        self._pause.stop()
        try:
            lot = self.lot.value()
        except DomainError as error:
            self._say(str(error))
            return
        self._asked += 1
        self.context.jobs.run(
            partial(read_costs, self.record_id, lot if isinstance(lot, Decimal) else None),
            done=partial(self._take, self._asked),
            failed=self._failed,
            owner=self,
        )

    def set_lot(self, lot: Decimal) -> None:
        """Ask for another lot size."""
        self.lot.show_value(typed(lot))
        self.refresh()

    def _take(self, number: int, costs: Costs) -> None:
        """Only the answer to the last question is shown."""
        if number == self._asked:
            self._costs = costs
            if not self.lot.text().strip():
                self.lot.show_value(typed(costs.lot))
            self._show()

    def _failed(self, error: Exception) -> None:
        """A lot of nothing, or a bill that goes round in a circle: said under the tree."""
        if isinstance(error, DomainError):
            self._say(f"{error.message} {error.remedy}".strip())
        else:
            show_problem(self, error)

    # showing

    def _show(self) -> None:
        if self._costs is None:
            return
        view, lot = self._costs.view, self._costs.lot
        divisor = lot if self.per.value() == UNIT else Decimal(1)
        places = cost_tree.LOT_PLACES if self.per.value() == LOT else cost_tree.UNIT_PLACES
        unit = figures.unit(view.unit)
        self.unit.setText(unit)
        self.per.setItemText(0, _("for one {unit}", unit=unit))
        for key, title in cost_tree.PARTS.items():
            part = getattr(view.per_lot, key)
            caption = f"{_(title)}  {cost_tree.share(part, view.per_lot.total)}"
            if key == "total":
                caption = f"{_(title)}, {view.currency}"
            tone = Tone.ACCENT if key == "total" else Tone.NEUTRAL
            shown = part / divisor
            figure = cost_tree.amount(shown, 0 if abs(shown) >= LARGE else places)
            self.tiles[key].set(figure, caption.strip(), tone)
        self.tree.set_nodes([cost_tree.tree_node(view, divisor, places)], depth=2)
        self.standard.setText(standard_text(self._costs))
        self._say(leaf_text(self._costs))

    def _say(self, sentence: str) -> None:
        self.note.setText(sentence)
        self.note.setVisible(bool(sentence))

    def _open(self, key: object) -> None:
        assert isinstance(key, tuple)
        sku = cost_tree.sku_of(self._costs.view, key[1]) if self._costs else ""
        if sku and key[1] != self.record_id:
            self.context.navigate(f"erp://{catalog.NOUN}/{quote(sku, safe='')}")


def read_costs(item_id: int, lot: Decimal | None) -> Costs:
    """What the item costs in that lot, or in its usual batch. Raises NotFound, InvalidValue, BillCycle."""
    item = item_forms.item_form(item_id)
    wanted = lot if lot is not None else item.lot_size or Decimal(1)
    return Costs(costing.cost_of(item_id, wanted), item, wanted)


def standard_text(costs: Costs) -> str:
    """The standard cost as it is, and how far the roll-up of this lot is from it."""
    standard = costs.item.standard_cost
    if not standard:
        return _("No standard cost yet")
    said = _("Standard cost {cost}", cost=figures.cost(UnitPrice(standard, costs.view.currency)))
    change = (costs.view.per_unit.total / standard - 1) * 100
    if not round(change, 1):
        return said
    sign = "+" if change > 0 else "−"
    percent = figures.number(abs(change), 1)
    return _("{standard}, this lot {sign}{percent} %", standard=said, sign=sign, percent=percent)


def leaf_text(costs: Costs) -> str:
    """Why there is nothing below the item, where there is not."""
    if costs.view.children or costs.view.own.total != costs.view.own.material:
        return ""
    if costs.item.procurement == Procurement.BUY:
        return _("This item is bought: what it costs is its standard cost.")
    return _("It has neither a bill nor a routing yet, so it counts its standard cost.")
