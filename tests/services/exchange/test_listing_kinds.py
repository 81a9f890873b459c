"""Listings and the days of their promotion by file."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from factory_erp.models.database import Database
from factory_erp.services.listings.book import add_listings
from factory_erp.services.listings.performance import DayInput, days
from factory_erp.services.listings.views import ListingFilter, listing_rows
from tests.services.exchange.rows import counts, given, reasons, took, unchanged_again
from tests.services.listing_shop import a_listing_shop

SHOP = "alibaba/Cup shop"
LISTING = {"account": SHOP, "product": "CUP", "title": "Best cup", "keywords": "cup, steel", "lead_days": "9"}
DAY = {"account": SHOP, "model_number": "CUP", "day": "2026-11-02", "views": "1200", "spend": "12.5"}


def test_a_listing_comes_with_what_is_typed_and_offers_the_products_items(db: Database) -> None:
    a_listing_shop(db)
    assert counts(took("listings", LISTING)) == (1, 0, 0, 0)
    (row,) = listing_rows(ListingFilter())
    assert (row.model_number, row.title, row.items) == ("CUP", "Best cup", 2)
    assert given("listings")[0]["keywords"] == "cup, steel"
    assert unchanged_again("listings") == 1
    assert counts(took("listings", {**LISTING, "title": "Better cup"})) == (0, 1, 0, 0)


@pytest.mark.parametrize(
    ("changes", "column"), [({"account": "alibaba/?"}, "account"), ({"product": "?"}, "product")]
)
def test_what_is_not_there_is_refused(db: Database, changes: dict[str, str], column: str) -> None:
    a_listing_shop(db)
    assert reasons(took("listings", {**LISTING, **changes})) == [(2, column)]


def test_a_model_number_belongs_to_one_listing(db: Database) -> None:
    a_listing_shop(db)
    took("products", {"product": "MUG", "name_en": "Mug", "name_zh": "杯"})
    took("listings", LISTING)
    report = took("listings", {"account": SHOP, "product": "MUG", "model_number": "CUP"})
    assert reasons(report) == [(2, "model_number")]


def test_days_are_written_over_what_they_said(db: Database) -> None:
    shop = a_listing_shop(db)
    (listing,) = add_listings(shop.account, [shop.product]).value
    other = {**DAY, "day": "2026-11-03", "spend": "1", "currency": "CNY"}
    assert counts(took("listing-days", DAY, other)) == (2, 0, 0, 0)
    assert counts(took("listing-days", {**DAY, "views": "1300"})) == (0, 1, 0, 0)
    assert days(listing, date(2026, 11, 1)) == (
        DayInput(date(2026, 11, 2), 1300, 0, Decimal("12.50")),
        DayInput(date(2026, 11, 3), 1200, 0, Decimal(1), "CNY"),
    )
    assert unchanged_again("listing-days") == 2


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"account": "?"}, "account"),
        ({"model_number": "?"}, "model_number"),
        ({"spend": "0.001"}, "spend"),
        ({"views": "-1"}, "views"),
    ],
)
def test_a_bad_day_is_refused(db: Database, changes: dict[str, str], column: str) -> None:
    shop = a_listing_shop(db)
    add_listings(shop.account, [shop.product])
    assert reasons(took("listing-days", {**DAY, **changes})) == [(2, column)]
