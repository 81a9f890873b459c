"""Prices of an item: one retail price and discounts for more, or a first price for each variant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.listings import PriceTier
from factory_erp.i18n import _
from factory_erp.sync.connectors.common.client import AuthorisedClient
from factory_erp.sync.connectors.common.reader import Reader
from factory_erp.sync.connectors.dhgate.batches import require_success
from factory_erp.sync.connectors.dhgate.discounts import Ladder, to_discounts
from factory_erp.sync.connectors.dhgate.forms import SITE, to_json, whole
from factory_erp.sync.connectors.dhgate.items import LARGEST_SALE
from factory_erp.sync.connectors.dhgate.mapping import CURRENCY

_EACH, _ALL = "1", "2"


class Pricing:
    """Sets prices; every call sets absolute values."""

    def __init__(self, client: AuthorisedClient) -> None:
        self._client = client

    def set(
        self, item_code: str, prices: Sequence[PriceTier], sku_prices: Mapping[str, Decimal], currency: str
    ) -> None:
        """Set the price of each SKU id in *sku_prices*, or else base price and discounts of the item.

        Raises InvalidValue for another currency than US dollars, and for tiers that are no whole percents.
        """
        if currency != CURRENCY:
            raise InvalidValue(
                _("The platform takes prices in {currency} only.", currency=CURRENCY), field="currency"
            )
        if sku_prices:
            self._set_each(item_code, sku_prices)
            return
        ladder = to_discounts(prices)
        self._set(item_code, {"disCountType": _ALL, "itemPrice": f"{ladder.base:f}"})
        self._set_discounts(item_code, ladder)

    def _set_each(self, item_code: str, sku_prices: Mapping[str, Decimal]) -> None:
        params = {"itemCode": item_code, "siteId": SITE}
        answer = self._client.read("dh.item.sku.list", params)
        marks = {
            row.text("skuId"): row.text("skuMD5") for row in Reader(answer, item_code).items("itemSkuList")
        }
        missing = [sku_id for sku_id in sku_prices if not marks.get(sku_id)]
        if missing:
            raise InvalidValue(
                _("The platform does not know the variant {sku}.", sku=missing[0]),
                record=item_code,
                field="skus",
                remedy=_("Publish the listing again."),
            )
        rows = [{"skuMD5": marks[sku_id], "skuPrice": price} for sku_id, price in sku_prices.items()]
        self._set(item_code, {"disCountType": _EACH, "skuPriceList": to_json(rows)})

    def _set(self, item_code: str, price: Mapping[str, str]) -> None:
        params = {"itemCode": item_code, "siteId": SITE, **price}
        require_success(self._client.write("dh.item.price.update", params, record=item_code), item_code)

    def _set_discounts(self, item_code: str, ladder: Ladder) -> None:
        item = {"itemCode": item_code, "itemWholesaleRangeList": wholesale_rows(ladder)}
        params = {"itemList": to_json([item]), "siteId": SITE}
        answer = self._client.write("dh.item.wholesale.update.list", params, record=item_code)
        require_success(answer, item_code)


def wholesale_rows(ladder: Ladder) -> list[dict[str, object]]:
    """The discounts of a ladder in the spelling of this call, each up to where the next begins."""
    starts = [whole(step.quantity, "prices") for step in ladder.discounts]
    ends = [*(start - 1 for start in starts[1:]), LARGEST_SALE]
    return [
        {
            "startQty": start,
            # Always above the start, which the platform asks for even of a tier of a single quantity.
            "endQty": max(end, start + 1),
            "disCount": Decimal(step.fraction),
            "disCountType": int(_ALL),
        }
        for step, start, end in zip(ladder.discounts, starts, ends, strict=False)
    ]
