"""The lines of a promise: an item and how many of it, typed in or shown as they are stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import cast

from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.money import parse_decimal
from factory_erp.i18n import N_, _
from factory_erp.services.directory import ItemRef
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.choose import Choice, Search, among
from factory_erp.ui.kit.grid_cells import GridColumn
from factory_erp.ui.promise.work import AskedLine, Wanted

ITEM, NAME, QUANTITY, UNIT = "item_id", "name", "quantity", "unit"


@dataclass(slots=True)
class Goods:
    """The items that can be promised."""

    items: Mapping[int, ItemRef] = field(default_factory=dict)
    _skus: dict[str, ItemRef] = field(default_factory=dict)
    _search: Search = field(default_factory=lambda: among(()))

    def take(self, items: Sequence[ItemRef]) -> None:
        """From now on these."""
        self.items = {item.id: item for item in items}
        self._skus = {item.sku.casefold(): item for item in items}
        self._search = among([choice_of(item) for item in items])

    def search(self, text: str) -> Sequence[Choice]:
        """Items whose SKU or name contains *text*."""
        return self._search(text)[:200]

    def named(self, text: str) -> Choice:
        """The item with that SKU. Raises InvalidValue."""
        found = self._skus.get(text.strip().casefold())
        if found is None:
            raise InvalidValue(
                _("There is no item '{sku}' that is sold.", sku=text.strip()),
                remedy=_("Choose from the list (F4)."),
            )
        return choice_of(found)

    def compute(self, values: Mapping[str, object]) -> Mapping[str, object]:
        """Name and unit of the item in a line."""
        item = self.items.get(cast(int, values[ITEM]))
        if item is None:
            return {}
        return {NAME: item.name or item.options, UNIT: figures.unit(item.unit)}


def choice_of(item: ItemRef) -> Choice:
    """The item as it is chosen."""
    return Choice(item.id, item.sku, item.name or item.options)


def columns(goods: Goods) -> tuple[GridColumn, ...]:
    """The columns of the grid; *goods* knows what can be promised."""
    return (
        GridColumn(
            ITEM, N_("Item"), 140, "lookup", search=lambda text: goods.search(text), required=True,
            read=lambda text: goods.named(text), aliases=("SKU", "Product code", "货号", "物料编码"),
        ),
        GridColumn(NAME, N_("Name"), 120, read_only=True, priority=1),
        GridColumn(QUANTITY, N_("Quantity"), 84, "number", read=_quantity, required=True,
                   aliases=("Qty", "数量")),
        GridColumn(UNIT, N_("Unit"), 52, read_only=True),
    )  # fmt: skip


def shown_columns() -> tuple[GridColumn, ...]:
    """The columns of lines that are stored, which are only looked at."""
    return (
        GridColumn(ITEM, N_("Item"), 140, read_only=True),
        GridColumn(NAME, N_("Name"), 120, read_only=True, priority=1),
        GridColumn(QUANTITY, N_("Quantity"), 84, "number", read_only=True),
        GridColumn(UNIT, N_("Unit"), 52, read_only=True),
    )


def shown_rows(lines: Sequence[AskedLine]) -> list[dict[str, object]]:
    """Stored lines as rows of the grid."""
    return [
        {ITEM: one.sku, NAME: one.name, QUANTITY: one.quantity, UNIT: figures.unit(one.unit)} for one in lines
    ]


def wanted_of(rows: Sequence[Mapping[str, object]]) -> list[Wanted]:
    """Item and quantity of each line that is complete."""
    found = []
    for row in rows:
        item, quantity = row[ITEM], row[QUANTITY]
        if isinstance(item, int) and isinstance(quantity, Decimal):
            found.append((item, quantity))
    return found


def _quantity(text: str) -> Decimal:
    found = parse_decimal(text)
    if found <= 0:
        raise InvalidValue(_("A quantity has to be above zero."), remedy=_("Enter how many are asked for."))
    return found
