"""Everything that the demo factory makes, buys and sells, by SKU."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from factory_erp.demo import drinkware, lamps
from factory_erp.demo.materials import raw_materials
from factory_erp.demo.specs import ItemSpec

PRODUCTS = (*drinkware.PRODUCTS, *lamps.PRODUCTS)


@cache
def catalogue() -> Mapping[str, ItemSpec]:
    """SKU → item; materials come before what is made of them."""
    rows = [*raw_materials(), *drinkware.items(), *lamps.items()]
    return {row.sku: row for row in rows}


def sellable() -> list[ItemSpec]:
    """The finished goods, in the order of the price list."""
    return [item for item in catalogue().values() if item.sellable]
