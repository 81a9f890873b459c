"""Price lists and prices by file."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import select

from factory_erp.models.database import Database
from factory_erp.models.partners import Partner
from factory_erp.models.platforms import PlatformAccount
from factory_erp.models.pricing import PriceLine, PriceList
from tests.services import factory
from tests.services.exchange.rows import TextRow, counts, given, reasons, took, unchanged_again

USD = {"sku": "CUP", "currency": "USD", "incoterm": "FOB", "place": "Ningbo"}


def _shop(db: Database) -> None:
    with db.session(write=True) as session:
        factory.an_item(session, "CUP")
        factory.an_item(session, "LID", buy=True)
        session.add(Partner(code="1492", name="Steel Ltd", country="CN"))
        session.add(PlatformAccount(platform="alibaba", name="Main shop", base_url="https://x", app_key="k"))


def _lists(db: Database) -> list[str]:
    with db.session() as session:
        return list(session.scalars(select(PriceList.code).order_by(PriceList.code)))


def _breaks(db: Database) -> list[tuple[Decimal, Decimal]]:
    with db.session() as session:
        rows = select(PriceLine.min_quantity, PriceLine.price).order_by(PriceLine.min_quantity)
        return list(session.execute(rows))


def _at(quantity: str, price: str) -> TextRow:
    return {**USD, "from_quantity": quantity, "price": price}


def test_a_list_is_made_with_a_readable_code_and_found_again(db: Database) -> None:
    _shop(db)
    assert counts(took("prices", _at("1", "3.50"), _at("500", "3.25"))) == (2, 0, 0, 0)
    assert counts(took("prices", _at("1", "3.50"), _at("500", "3.2"))) == (0, 1, 1, 0)
    assert _lists(db) == ["USD FOB Ningbo"]
    assert _breaks(db) == [(Decimal(1), Decimal("3.5")), (Decimal(500), Decimal("3.2"))]


def test_lists_of_other_days_get_other_codes(db: Database) -> None:
    _shop(db)
    old = {**_at("1", "3"), "valid_from": "2026-01-01", "valid_to": "2026-12-31"}
    new = {**_at("1", "4"), "valid_from": "2027-01-01", "valid_to": ""}
    assert counts(took("prices", old, new)) == (2, 0, 0, 0)
    assert _lists(db) == ["USD FOB Ningbo", "USD FOB Ningbo 2027-01-01"]
    assert counts(took("prices", new, old)) == (0, 0, 2, 0)


def test_purchase_prices_stand_on_a_list_of_their_supplier_with_lead_days(db: Database) -> None:
    _shop(db)
    row = {"sku": "LID", "list_kind": "Purchase", "currency": "USD", "partner": "1492", "price": ".50"}
    row |= {"price": "0.50", "lead_days": "17", "from_quantity": "100"}
    assert counts(took("prices", row)) == (1, 0, 0, 0)
    assert _lists(db) == ["1492 USD"]
    with db.session() as session:
        line = session.scalars(select(PriceLine)).one()
        assert (line.price, line.lead_days, line.list.kind) == (Decimal("0.5"), 17, "purchase")
    assert reasons(took("prices", {**row, "partner": ""})) == [(2, "partner")]


def test_prices_must_fall_from_break_to_break(db: Database) -> None:
    _shop(db)
    took("prices", _at("1", "3.50"), _at("500", "3.25"))
    report = took("prices", _at("1000", "3.25"))
    assert reasons(report) == [(2, "price")]
    for word in ("CUP", "1000", "3.25", "500"):
        assert word in report.rejected[0].reason
    assert len(_breaks(db)) == 2


def test_one_price_twice_is_refused(db: Database) -> None:
    _shop(db)
    assert reasons(took("prices", _at("1", "3.50"), _at("1", "3.40"))) == [(3, "from_quantity")]


def test_a_named_list_must_be_there_or_be_described(db: Database) -> None:
    _shop(db)
    bare = {"list": "SPRING", "sku": "CUP", "price": "3"}
    assert reasons(took("prices", bare)) == [(2, "list")]
    assert counts(took("prices", {**bare, "currency": "EUR"})) == (1, 0, 0, 0)
    assert counts(took("prices", bare)) == (0, 0, 1, 0)
    assert reasons(took("prices", {**bare, "currency": "USD"})) == [(2, "currency")]
    assert [one.row for one in took("prices", {"sku": "CUP", "price": "3"}).rejected] == [2]


def test_what_is_not_there_is_named(db: Database) -> None:
    _shop(db)
    report = took("prices", {**_at("1", "3"), "sku": "NO"}, {**_at("1", "3"), "partner": "NOBODY"})
    assert reasons(report) == [(2, "sku"), (3, "partner")]


def test_price_lists_by_file(db: Database) -> None:
    _shop(db)
    row = {"list": "SHOP", "name": "Main", "currency": "USD", "account": "alibaba/Main shop"}
    buying = {"list": "BUY", "name": "", "currency": "CNY", "account": ""}
    assert counts(took("price-lists", row)) == (1, 0, 0, 0)
    assert counts(took("price-lists", {**row, "name": "Shop"})) == (0, 1, 0, 0)
    assert reasons(took("price-lists", {**buying, "list_kind": "purchase", "partner": ""})) == [
        (2, "partner")
    ]
    assert reasons(took("price-lists", {**row, "account": "alibaba/Other"})) == [(2, "account")]
    assert reasons(took("price-lists", {**row, "valid_to": "2020-01-01"})) == [(2, "valid_to")]
    with db.session() as session:
        found = session.scalars(select(PriceList)).one()
        assert (found.name, found.valid_from, found.version) == ("Shop", date(2026, 11, 23), 2)


def test_lists_and_prices_go_out_and_come_in_again_unchanged(db: Database) -> None:
    _shop(db)
    buying = {
        "sku": "LID",
        "list_kind": "purchase",
        "currency": "CNY",
        "partner": "1492",
        "price": "0.000001",
    }
    took("prices", _at("1", "3.50"), _at("500", "3.25"), buying)
    took(
        "price-lists",
        {"list": "SHOP", "currency": "USD", "account": "alibaba/Main shop", "valid_to": "2027-01-01"},
    )
    assert {row["list"] for row in given("prices")} == {"USD FOB Ningbo", "1492 CNY"}
    assert (unchanged_again("prices"), unchanged_again("price-lists")) == (3, 3)
