"""Two drafts on one account: the cups of ``listing_shop``, and a product without any price."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from factory_erp.models.catalog import Product, ProductText
from factory_erp.models.database import Database
from factory_erp.services.listings import book as listing_book
from factory_erp.services.listings.book import Rules
from factory_erp.services.stock import inventory
from tests.services import listing_shop
from tests.services.factory import an_item
from tests.services.listing_shop import ListingShop, a_listing_shop

RULES = replace(listing_shop.RULES, needs_category=False)
"""As the listings of these tests need no category."""


@dataclass(frozen=True)
class TwoListings:
    """The shop, and the ids of the listings of CUP and BARE."""

    shop: ListingShop
    cup: int
    bare: int


def load(db: Database, rules: Rules = RULES, *, language: str = "en") -> TwoListings:
    """Both as drafts, checked; 300 white cups are in stock."""
    shop = a_listing_shop(db, language=language)
    with db.session(write=True) as session:
        bare = Product(code="BARE", texts=[ProductText(language="en", name="Bare product")])
        session.add(bare)
        session.flush()
        item = an_item(session, "BARE-1")
        item.product_id = bare.id
        bare_id = bare.id
    inventory.receive(shop.white, Decimal(300), "GR-1", "received")
    ids = listing_book.add_listings(shop.account, [shop.product, bare_id]).value
    listing_book.recompose(rules, ids)
    return TwoListings(shop, *ids)
