"""How much of an item a platform is told can be ordered: what nobody was promised, less a reserve."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

from sqlalchemy.orm import Session

from factory_erp.domain.listings import LeadTier, ListingRules
from factory_erp.models.listings import Listing, ListingSku
from factory_erp.models.platforms import PlatformAccount
from factory_erp.services.listings.values import content_of
from factory_erp.services.stock import inventory

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class StockReading:
    """An item's stock in its unit. ``available`` is on hand less what is there for known demands."""

    on_hand: Decimal
    available: Decimal

    @property
    def reserved(self) -> Decimal:
        """What is there for known demands."""
        return self.on_hand - self.available


def publishable(available: Decimal, safety: Decimal) -> Decimal:
    """Available less the safety stock, in whole units rounded down, never below zero."""
    return max((available - safety).to_integral_value(ROUND_FLOOR), ZERO)


def safety_of(sku: ListingSku, account: PlatformAccount) -> Decimal:
    """What is kept back of the item: its own figure, else the account's."""
    return account.safety_stock if sku.safety_stock is None else sku.safety_stock


def read_stock(session: Session, item_ids: Collection[int]) -> dict[int, StockReading]:
    """Stock of every item, in a few statements for thousands."""
    held, free = inventory.on_hand(session, item_ids), inventory.available(session, item_ids)
    return {item_id: StockReading(held[item_id], free[item_id]) for item_id in held}


def wanted_stock(
    skus: Iterable[ListingSku], account: PlatformAccount, stock: Mapping[int, StockReading]
) -> dict[int, Decimal]:
    """Item → what the platform should say can be ordered; 0 for what is not offered any more."""
    none = StockReading(ZERO, ZERO)
    return {
        sku.item_id: publishable(stock.get(sku.item_id, none).available, safety_of(sku, account))
        if sku.offered
        else ZERO
        for sku in skus
    }


def shown_in_stock(listing: Listing, rules: ListingRules) -> bool:
    """Whether its goods are in stock to a platform that limits the lead time of such goods.

    They are once some can be ordered while it says no more days than that; what takes longer is made to order
    there, whatever lies in stock.
    """
    if not rules.lead_stocked_most or not any(sku.stock_pushed for sku in listing.skus):
        return False
    said = content_of(listing.pushed)
    return said is not None and all(tier.days <= rules.lead_stocked_most for tier in said.lead)


def as_taken(lead: Iterable[LeadTier], listing: Listing, rules: ListingRules) -> tuple[LeadTier, ...]:
    """The estimated days as the platform takes them: no more than it lets for goods in stock."""
    if not shown_in_stock(listing, rules):
        return tuple(lead)
    found: list[LeadTier] = []
    for tier in lead:
        days = min(tier.days, rules.lead_stocked_most)
        if not found or days > found[-1].days:
            found.append(LeadTier(tier.quantity, days))
    return tuple(found)
