"""A price list saved as a sheet, copied, and read as the matrix of a family."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from factory_erp.domain.errors import Conflict, InvalidValue, NotAllowed
from factory_erp.models.catalog import Item
from factory_erp.models.database import Database
from factory_erp.models.pricing import PriceKind, PriceLine
from factory_erp.services.pricing import changes as pricing_changes
from factory_erp.services.pricing import prices as pricing
from factory_erp.services.pricing import settings as price_settings
from factory_erp.services.pricing import sheets as price_sheets
from factory_erp.services.pricing.changes import PriceListInput, TierInput
from factory_erp.services.pricing.settings import MarginSettings
from factory_erp.services.pricing.sheets import TierProblem
from factory_erp.services.variants import making as variants
from factory_erp.services.variants.making import AxisInput, ValueInput
from tests.services.factory import a_cup_factory
from tests.services.test_variants import a_product


def a_form(code: str = "USD", currency: str = "USD") -> PriceListInput:
    return PriceListInput(
        code, "", PriceKind.SALES, currency, "FOB", "Ningbo", None, None, date(2026, 1, 1), None
    )


def tiers(*prices: tuple[int, str]) -> list[TierInput]:
    return [TierInput(Decimal(quantity), Decimal(price)) for quantity, price in prices]


@pytest.fixture
def shop(db: Database) -> tuple[int, int, int]:
    """A list with prices of one item; the list, that item, another item."""
    with db.session(write=True) as session:
        cups = a_cup_factory(session)
        cup, lid = cups.cup.id, cups.lid.id
    made = pricing_changes.save_price_list(a_form()).value
    pricing_changes.set_tiers(made, cup, tiers((100, "3"), (500, "2.5")))
    return made, cup, lid


def read(list_id: int) -> dict[str, list[tuple[str, str]]]:
    rows = pricing.price_rows(list_id)
    return {row.sku: [(f"{tier.min_quantity:f}", f"{tier.price:f}") for tier in row.tiers] for row in rows}


class TestSheet:
    """Many items saved together."""

    def test_is_saved_as_a_whole_and_once(self, shop: tuple[int, int, int]) -> None:
        made, cup, lid = shop
        wanted = {cup: tiers((100, "2.9")), lid: tiers((1, "0.5"))}
        before = {cup: tiers((500, "2.5"), (100, "3"))}
        assert price_sheets.save_prices(made, wanted, before).value == 2
        again = price_sheets.save_prices(made, wanted, before)
        assert (again.value, again.changes) == (0, {})
        assert read(made) == {"CUP": [("100", "2.9")], "LID": [("1", "0.5")]}
        assert price_sheets.save_prices(made, {lid: []}, {lid: tiers((1, "0.5"))}).value == 1
        assert list(read(made)) == ["CUP"]

    def test_is_refused_as_a_whole(self, shop: tuple[int, int, int]) -> None:
        made, cup, lid = shop
        wanted = {lid: tiers((1, "0.5")), cup: tiers((100, "3"), (500, "3"))}
        with pytest.raises(InvalidValue, match="not be below"):
            price_sheets.save_prices(made, wanted, {cup: tiers((100, "3"), (500, "2.5"))})
        assert list(read(made)) == ["CUP"]

    def test_does_not_write_over_what_somebody_else_changed(self, shop: tuple[int, int, int]) -> None:
        made, cup, _lid = shop
        pricing_changes.set_tiers(made, cup, tiers((100, "3.2")))
        with pytest.raises(Conflict, match="prices of CUP on list USD"):
            price_sheets.save_prices(made, {cup: tiers((100, "2"))}, {cup: tiers((100, "3"), (500, "2.5"))})
        assert read(made) == {"CUP": [("100", "3.2")]}

    def test_does_not_write_over_an_item_that_was_not_shown(self, shop: tuple[int, int, int]) -> None:
        made, cup, _lid = shop
        with pytest.raises(Conflict, match="CUP is on list USD already"):
            price_sheets.save_prices(made, {cup: tiers((1, "9"))}, {})
        assert len(read(made)["CUP"]) == 2

    def test_says_every_break_that_cannot_be(self, shop: tuple[int, int, int]) -> None:
        _made, cup, lid = shop
        wanted = {
            cup: tiers((100, "3"), (500, "3"), (500, "2")),
            lid: [TierInput(Decimal(0), Decimal(-1)), TierInput(Decimal(5), Decimal(1), -2)],
        }
        found = price_sheets.tier_problems(wanted)
        assert [(one.item_id, one.place, one.field) for one in found] == [
            (cup, 1, "price"), (cup, 2, "min_quantity"), (lid, 0, "min_quantity"), (lid, 1, "lead_days"),
        ]  # fmt: skip
        assert found[0] == TierProblem(
            cup, 1, "price", "From 500 PCS the price would not be below that from 100 PCS."
        )
        assert price_sheets.tier_problems({cup: tiers((1, "2"), (2, "1"))}) == []


class TestCopy:
    """A list made from another."""

    def test_has_its_prices_and_is_made_once(self, shop: tuple[int, int, int], db: Database) -> None:
        made, _cup, _lid = shop
        copied = price_sheets.copy_price_list(made, a_form("USD 2027")).value
        again = price_sheets.copy_price_list(made, a_form("USD 2027"))
        assert (again.value, again.changes) == (copied, {})
        assert read(copied) == read(made)
        with db.session() as session:
            assert len(session.scalars(select(PriceLine)).all()) == 4

    def test_stays_in_its_currency(self, shop: tuple[int, int, int]) -> None:
        with pytest.raises(NotAllowed, match="are in USD") as refused:
            price_sheets.copy_price_list(shop[0], a_form("EUR", "EUR"))
        assert refused.value.field == "currency"
        assert [one.code for one in pricing.price_lists(PriceKind.SALES)] == ["USD"]


def test_breaks_of_a_family(db: Database, shop: tuple[int, int, int]) -> None:
    with db.session(write=True) as session:
        product = a_product(session, "MUG")
    colours = AxisInput(
        "colour", "Colour", "颜色", (ValueInput("BK", {"en": "black"}), ValueInput("WH", {"en": "white"}))
    )
    variants.save_axes(product, [colours])
    variants.generate(product)
    ids = {sku: one for one, (sku, _unit) in price_sheets.skus(range(1, 60)).items() if sku.startswith("MUG")}
    black, white = ids["MUG-BK"], ids["MUG-WH"]
    pricing_changes.set_tiers(shop[0], black, tiers((10, "4"), (100, "3")))
    pricing_changes.set_tiers(shop[0], white, tiers((10, "4.1")))
    assert price_sheets.family_breaks(product, shop[0]) == {
        Decimal(10): {black: Decimal(4), white: Decimal("4.1")}, Decimal(100): {black: Decimal(3)},
    }  # fmt: skip


class TestMarginSettings:
    """Rates and the least margin."""

    def test_begin_without_rates(self, db: Database) -> None:
        assert price_settings.margin_settings() == MarginSettings("CNY", {}, Decimal(15))
        assert MarginSettings("CNY").rate("CNY") == 1
        assert MarginSettings("CNY").rate("USD") is None

    def test_are_written_once_and_keep_what_is_not_named(self, db: Database) -> None:
        rates = {"USD": Decimal("7.1"), "EUR": Decimal("7.75")}
        price_settings.save_margin_settings(rates, Decimal(20))
        assert price_settings.save_margin_settings({"USD": Decimal("7.1")}, Decimal(20)).changes == {}
        price_settings.save_margin_settings({"EUR": None}, Decimal("12.5"))
        assert price_settings.margin_settings() == MarginSettings(
            "CNY", {"USD": Decimal("7.1")}, Decimal("12.5")
        )

    @pytest.mark.parametrize(
        ("rates", "least", "field"),
        [({"USD": Decimal(0)}, "15", "USD"), ({}, "100", "least_percent"), ({}, "-1", "least_percent")],
    )
    def test_refuse_what_cannot_be(
        self, db: Database, rates: dict[str, Decimal | None], least: str, field: str
    ) -> None:
        with pytest.raises(InvalidValue) as refused:
            price_settings.save_margin_settings(rates, Decimal(least))
        assert refused.value.field == field
        assert price_settings.margin_settings() == MarginSettings("CNY")

    def test_currencies_that_need_a_rate(self, shop: tuple[int, int, int]) -> None:
        pricing_changes.save_price_list(a_form("HOME", "CNY"))
        assert price_settings.foreign_currencies() == ["USD"]


def test_costs_of_lots_are_those_of_the_roll_up(db: Database, shop: tuple[int, int, int]) -> None:
    pairs = [(shop[2], Decimal(1)), (shop[2], Decimal(100))]
    assert price_sheets.lot_costs(pairs) == dict.fromkeys(pairs), "no standard costs yet"
    with db.session(write=True) as session:
        session.scalars(select(Item).filter_by(sku="STEEL")).one().standard_cost = Decimal(10)
    assert price_sheets.lot_costs(pairs) == dict.fromkeys(pairs, Decimal("0.5"))
