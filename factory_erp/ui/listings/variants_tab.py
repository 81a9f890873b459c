"""The items of a listing: which are offered, at what prices, and how many the platform is told of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from factory_erp.domain.errors import DomainError, InvalidValue
from factory_erp.domain.money import parse_decimal
from factory_erp.i18n import N_, _
from factory_erp.services.listings.book import ListingForm, SkuForm
from factory_erp.services.listings.compose import Composed
from factory_erp.services.listings.stock import publishable
from factory_erp.services.listings.views import SkuView
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.buttons import label
from factory_erp.ui.kit.frames import GAP, framed
from factory_erp.ui.kit.grid import EditGrid
from factory_erp.ui.kit.grid_cells import GridColumn
from factory_erp.ui.listings import words
from factory_erp.ui.listings.parts import problem_text
from factory_erp.ui.listings.work import Opened

OWN_FIELDS = frozenset({"skus", "prices", "unit", "currency", "weight_g", "size_mm", "safety_stock"})
"""Fields of a content, or of a refusal, that this tab is about."""


def _number(value: object) -> str:
    return figures.number(value) if isinstance(value, Decimal) else ""


def _read_reserve(text: str) -> object:
    number = parse_decimal(text)
    if number < 0:
        raise InvalidValue(_("It cannot be below zero."), field="safety")
    return number


COLUMNS = (
    GridColumn("sku", N_("SKU"), 110, read_only=True),
    GridColumn("options", N_("Options"), 130, read_only=True, priority=2),
    GridColumn("offered", N_("Offered"), 76, "check"),
    GridColumn("prices", N_("Prices"), 210, read_only=True,
               hint=N_("From the price list; from a quantity on")),
    GridColumn("on_hand", N_("On hand"), 76, "number", read_only=True, show=_number, priority=3),
    GridColumn("reserved", N_("Reserved"), 78, "number", read_only=True, show=_number, priority=4),
    GridColumn("safety", N_("Kept back"), 84, "number", show=_number, read=_read_reserve,
               hint=N_("Leave it empty to keep back what the account keeps back of every item")),
    GridColumn("published", N_("To publish"), 88, "number", read_only=True, show=_number,
               hint=N_("On hand less reserved and kept back, in whole units")),
    GridColumn("last", N_("Published"), 84, "number", read_only=True, show=_number,
               hint=N_("What the platform was told last")),
)  # fmt: skip


class VariantsTab(QWidget):
    """One line for each item of the product; see ``parts.Part``."""

    changed = Signal()
    save_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._safety = Decimal(0)
        self._opened: Opened | None = None
        self.grid = EditGrid(COLUMNS, removable=False, compute=self._compute)
        self.grid.set_name(_("Variants and stock"))
        self.grid.set_empty_text(_("The product has no items for sale."))
        self.grid.changed.connect(self.changed)
        # The first edit is dirty only once its step is on the stack, which is after "changed".
        self.grid.dirty_changed.connect(lambda _dirty: self.changed.emit())
        self.grid.save_asked.connect(self.save_asked)
        self.hint = label(muted=True, wrap=True)
        self.problem = label(wrap=True)
        self.problem.setProperty("problem", True)
        self.problem.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addWidget(self.hint)
        column.addWidget(self.problem)
        column.addWidget(framed(self.grid), 1)
        self.setFocusProxy(self.grid)

    def show_listing(self, opened: Opened) -> None:
        """Show what was read as the state that was saved last."""
        self._opened = opened
        self._safety = opened.account.safety_stock
        self.hint.setText(
            _("Prices come from the price list, stock from the warehouse. The account keeps back {quantity} "
              "of every item that says nothing else.", quantity=figures.number(self._safety))
        )  # fmt: skip
        prices = _prices(opened)
        options = {
            sku.sku_code: " / ".join(value for _name, value in sku.options)
            for sku in opened.detail.content.skus
        }
        self.grid.set_rows([_line(sku, prices, options) for sku in opened.detail.skus])

    def is_dirty(self) -> bool:
        """Whether a line was changed."""
        return self.grid.is_dirty()

    def fill(self, form: ListingForm) -> ListingForm:
        """*form* with what stands in the lines. Raises InvalidValue for a cell that is not sound."""
        if problems := self.grid.problems():
            raise InvalidValue(problems[0][2], field="safety_stock")
        return replace(form, skus=tuple(_sku_form(row) for row in self.grid.rows()))

    def show_unsound(self) -> bool:
        """Go to the first cell that is not sound; False where all are."""
        if self.grid.problems():
            self.grid.next_problem()
            return True
        return False

    def mark_saved(self) -> None:
        """What stands here is what is saved."""
        self.grid.mark_saved()

    def discard(self) -> None:
        """Throw the edits away."""
        self.grid.discard()

    def show_composed(self, composed: Composed) -> None:
        """What is wrong with items and prices, over the lines."""
        self._say([problem_text([one]) for one in composed.problems if one.field in OWN_FIELDS])

    def _say(self, sentences: Sequence[str]) -> None:
        self.problem.setText("\n".join(sentences))
        self.problem.setVisible(bool(sentences))

    def show_refusal(self, error: DomainError) -> bool:
        """Over the lines, if it is about them."""
        if error.field not in OWN_FIELDS:
            return False
        self._say([str(error)])
        self.grid.setFocus()
        return True

    def _compute(self, values: Mapping[str, object]) -> Mapping[str, object]:
        """How many will be published, as the line stands."""
        free, reserve = values.get("available"), values.get("safety")
        if not isinstance(free, Decimal) or not values.get("offered"):
            return {"published": Decimal(0)}
        return {"published": publishable(free, reserve if isinstance(reserve, Decimal) else self._safety)}


def _line(sku: SkuView, prices: Mapping[str, str], options: Mapping[str, str]) -> dict[str, object]:
    return {
        "item_id": sku.item_id,
        "available": sku.on_hand - sku.reserved,
        "sku": sku.sku,
        "options": options.get(sku.sku) or sku.options or sku.name,
        "offered": sku.offered,
        "prices": prices.get(sku.sku, ""),
        "on_hand": sku.on_hand,
        "reserved": sku.reserved,
        "safety": sku.safety_typed,
        "last": sku.pushed,
    }


def _prices(opened: Opened) -> dict[str, str]:
    """SKU → its price breaks: "100: 2.00; 500: 1.80"."""
    content = opened.detail.content
    found = {}
    for sku in content.skus:
        tiers = sku.prices or content.prices
        found[sku.sku_code] = "; ".join(
            f"{figures.number(tier.quantity)}: {words.price(tier.price, content.currency)}" for tier in tiers
        )
    return found


def _sku_form(row: Mapping[str, object]) -> SkuForm:
    item_id, safety = row["item_id"], row["safety"]
    assert isinstance(item_id, int)
    return SkuForm(item_id, bool(row["offered"]), safety if isinstance(safety, Decimal) else None)
