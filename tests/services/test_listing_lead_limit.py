"""Lead times of goods in stock are as short as the platform wants them; a longer one is named before."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

from factory_erp.models.catalog import Item
from factory_erp.models.database import Database
from factory_erp.models.platforms import OutboxState
from factory_erp.services import clock
from factory_erp.services.listings.book import ListingForm, recompose, save_listing
from factory_erp.services.listings.feed import queue_changes
from factory_erp.services.listings.publish import publish
from factory_erp.services.listings.views import listing_detail
from tests.services.factory import in_stock
from tests.services.listing_shop import RULES, ListingShop
from tests.services.test_listing_book import published, sent, settled, the_account

SHORT = replace(RULES, lead_stocked_most=1)
"""What is in stock has to be ready within a day."""
SATURDAY = datetime(2026, 11, 28, 2, tzinfo=UTC)
"""Nobody works before Monday: everything takes two days."""


def with_stock(db: Database) -> tuple[ListingShop, int]:
    """A listing that is published as ready within a day, and 100 pieces in stock told to the platform."""
    shop, listing = published(db)
    with db.session(write=True) as session:
        in_stock(session, session.get_one(Item, shop.white), 100)
    assert queue_changes(shop.account, SHORT).value == 1
    settled(db, sent(shop), OutboxState.DONE)
    return shop, listing


def test_goods_in_stock_are_not_said_to_take_longer_than_the_platform_lets_them(db: Database) -> None:
    shop, listing = with_stock(db)
    with clock.at(SATURDAY):
        assert queue_changes(shop.account, SHORT).value == 0
        recompose(SHORT, listing_ids=[listing])
        assert not listing_detail(listing, SHORT).row.differs
        assert queue_changes(shop.account, RULES).value == 1, "another platform has no such limit"


def test_goods_made_to_order_say_what_they_take(db: Database) -> None:
    shop, _listing = published(db)
    the_account(db, push_stock=False)
    with clock.at(SATURDAY):
        assert queue_changes(shop.account, SHORT).value == 1
        claimed = sent(shop)
        assert json.loads(claimed.payload)["lead"] == [["100", 2]]
        settled(db, claimed, OutboxState.DONE)
    the_account(db, push_stock=True)
    with db.session(write=True) as session:
        in_stock(session, session.get_one(Item, shop.white), 100)
    with clock.at(SATURDAY):
        assert queue_changes(shop.account, SHORT).value == 1
        settled(db, sent(shop), OutboxState.DONE)
        assert queue_changes(shop.account, SHORT).value == 0, "it stays made to order"


def test_a_typed_lead_time_that_is_too_long_for_goods_in_stock_is_named_before_it_is_sent(
    db: Database,
) -> None:
    _shop, listing = with_stock(db)
    version = listing_detail(listing, SHORT).version
    save_listing(ListingForm(listing, "CUP", category_id="7", lead_days=5), version, SHORT)
    said = {(problem.field, problem.code) for problem in listing_detail(listing, SHORT).problems}
    assert ("lead", "too_long_in_stock") in said
    assert publish([listing], SHORT).value.refused
    assert not publish([listing], RULES).value.refused
