"""A family's prices on one list, read away from the UI thread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from factory_erp.models.pricing import PriceKind
from factory_erp.services.clock import today
from factory_erp.services.pricing import matrix
from factory_erp.services.pricing import prices as pricing
from factory_erp.services.pricing import settings as price_settings
from factory_erp.services.pricing import sheets as price_sheets
from factory_erp.services.pricing.matrix import Matrix
from factory_erp.services.pricing.prices import PriceListView
from factory_erp.services.pricing.settings import MarginSettings
from factory_erp.ui.prices.work import margin_of


@dataclass(frozen=True, slots=True)
class Family:
    """The items of a product by option, and their prices.

    ``breaks``: from which quantity → item → price on the list ``list_id`` (None: there is no list).
    ``quantity`` is the break in view; ``costs`` are those of a unit when as many are made at once.
    """

    shape: Matrix
    lists: Sequence[PriceListView]
    list_id: int | None
    quantity: Decimal
    breaks: Mapping[Decimal, Mapping[int, Decimal]]
    skus: Mapping[int, str]
    costs: Mapping[int, Decimal | None]
    margins: MarginSettings

    def head(self) -> PriceListView | None:
        """The list in view."""
        return next((one for one in self.lists if one.id == self.list_id), None)

    def margin(self, item_id: int, price: object) -> Decimal | None:
        """What *price* leaves of an item, in percent; None where that is not known."""
        head = self.head()
        if head is None or not isinstance(price, Decimal):
            return None
        return margin_of(price, self.costs.get(item_id), self.margins.rate(head.currency))


def read_family(product_id: int, list_id: int | None, quantity: Decimal | None) -> Family:
    """The family on a list at a break; by default the first list valid today, and its first break.

    Raises NotFound.
    """
    shape = matrix.matrix(product_id)
    lists = [one for kind in PriceKind for one in pricing.price_lists(kind)]
    chosen = list_id if any(one.id == list_id for one in lists) else _usual(lists)
    breaks = price_sheets.family_breaks(product_id, chosen) if chosen is not None else {}
    shown = quantity or next(iter(breaks), Decimal(1))
    items = list(shape.cells.values())
    costs = price_sheets.lot_costs([(item, shown) for item in items])
    return Family(
        shape,
        lists,
        chosen,
        shown,
        breaks,
        {item: sku for item, (sku, _unit) in price_sheets.skus(items).items()},
        {item: costs[item, shown] for item in items},
        price_settings.margin_settings(),
    )


def _usual(lists: Sequence[PriceListView]) -> int | None:
    day = today()
    valid = [one for one in lists if one.valid_from <= day and (one.valid_to is None or one.valid_to >= day)]
    return next((one.id for one in (*valid, *lists)), None)
