"""What can be ordered of an item, variant by variant.

A variant without stock is marked as not for sale; one with stock is for sale with that quantity. The item as
a whole is "in stock" only if it was before or is ready within two days: that is what the platform asks of
goods in stock, and goods made to order may take up to sixty.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _
from factory_erp.sync.connectors.common.reader import Reader
from factory_erp.sync.connectors.dhgate.forms import whole
from factory_erp.sync.http.client import Json

STOCKED_LEAD = 2
"""Days within which goods in stock must be ready. Where lead times alone are set the platform takes four, but
the next change of stock sends the whole item, for which it takes two."""

_HOME = "CN"


def stock_changes(detail: Json, stock: Mapping[str, Decimal]) -> dict[str, object]:
    """The variants and the inventory of the item in *detail* once *stock* holds.

    Keys are SKU ids; "" is the item itself and allowed only for one without variants. InvalidValue for a
    variant that the item does not have.
    """
    reader = Reader(detail, str(detail.get("itemCode") or ""))
    skus = reader.items("itemSkuList")
    wanted = _by_id(reader.record, [row.text("skuId") for row in skus], stock)
    rows = [_row(row, wanted.get(row.text("skuId"))) for row in skus]
    changes: dict[str, object] = {"itemSkuList": rows}
    inventory = reader.child("itemInventory")
    if _stocked(reader, inventory) and any(row["saleStatus"] for row in rows):
        before = inventory.data if inventory else {}
        total = sum(int(str(row["inventory"])) for row in rows if row["saleStatus"])
        changes["itemInventory"] = {
            "inventoryLocation": _HOME, **before, "inventoryStatus": "1", "inventoryQty": total,
        }  # fmt: skip
    elif inventory is not None:
        changes["itemInventory"] = {**inventory.data, "inventoryStatus": "0", "inventoryQty": 0}
    return changes


def _by_id(item: str, known: list[str], stock: Mapping[str, Decimal]) -> dict[str, Decimal]:
    wanted = dict(stock)
    if "" in wanted and len(known) == 1:
        wanted[known[0]] = wanted.pop("")
    for sku_id in wanted:
        if sku_id not in known:
            raise InvalidValue(
                _("The platform does not know the variant {sku}.", sku=sku_id or "–"),
                record=item,
                field="skus",
                remedy=_("Publish the listing again."),
            )
    return wanted


def _row(row: Reader, quantity: Decimal | None) -> dict[str, object]:
    """The variant with its new quantity; as it was, in figures, where none is given."""
    if quantity is None:
        kept = int(row.optional("inventory", 0) or 0)
        return {**row.data, "inventory": kept, "saleStatus": 0 if row.text("saleStatus") == "0" else 1}
    pieces = max(0, whole(quantity, "stock"))
    changed = {**row.data, "inventory": pieces, "saleStatus": int(pieces > 0)}
    places = row.items("itemSkuInventoryList")
    if places:
        # All of it lies at the first place: how it is spread over several is not ours to know.
        amounts = [pieces] + [0] * (len(places) - 1)
        changed["itemSkuInventoryList"] = [
            {**place.data, "skuInventoryQty": amount, "saleStatus": int(amount > 0)}
            for place, amount in zip(places, amounts, strict=True)
        ]
    return changed


def _stocked(item: Reader, inventory: Reader | None) -> bool:
    setting = item.child("itemSaleSetting")
    days = setting.optional("leadingTime", 0) if setting else None
    was = inventory is not None and inventory.text("inventoryStatus") == "1"
    return was or (days is not None and days <= STOCKED_LEAD)
