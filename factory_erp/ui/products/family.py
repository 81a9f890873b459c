"""A product's axes and its matrix of items, as the tabs read them and lay them out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from factory_erp.domain.variant_conditions import Options
from factory_erp.services.catalogue import products
from factory_erp.services.catalogue import views as catalog
from factory_erp.services.catalogue.products import ProductSheet
from factory_erp.services.catalogue.views import ItemRow
from factory_erp.services.pricing import matrix
from factory_erp.services.pricing.matrix import Matrix
from factory_erp.services.variants import making as variants
from factory_erp.services.variants.making import AxisView
from factory_erp.ui.kit.matrix_layout import BETWEEN


@dataclass(frozen=True, slots=True)
class Family:
    """A product with its axes, the places of its items, and a line about each of those (by item id)."""

    sheet: ProductSheet
    axes: tuple[AxisView, ...]
    matrix: Matrix
    items: Mapping[int, ItemRow]

    @property
    def unplaced(self) -> int:
        """How many active items of the product have no place among its options."""
        return max(self.sheet.items - len(self.matrix.cells), 0)

    def sku(self, item_id: int) -> str:
        """The SKU of an item; empty for one that has just gone."""
        return self.items[item_id].sku if item_id in self.items else ""

    def options_of(self, cell: tuple[str, ...]) -> dict[str, str]:
        """Axis code → value code of a cell of the matrix."""
        heads = (self.matrix.row_axis, self.matrix.column_axis, *self.matrix.page_axes)
        return {head.code: code for head, code in zip(heads, cell, strict=True) if head is not None}

    def label_of(self, options: Options) -> str:
        """Options in the reader's language: "500 ml / Matte black"."""
        named = {axis.code: {one.code: one.name() for one in axis.values} for axis in self.axes}
        return BETWEEN.join(named[axis.code][options[axis.code]] for axis in self.axes)


def read_family(product_id: int) -> Family:
    """The family; four queries. Raises NotFound."""
    found = matrix.matrix(product_id)
    rows = catalog.item_rows(list(found.cells.values()))
    return Family(
        products.product_sheet(product_id),
        variants.axes(product_id),
        found,
        {row.id: row for row in rows},
    )
