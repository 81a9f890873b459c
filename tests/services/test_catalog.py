from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from factory_erp.domain.errors import NotFound
from factory_erp.domain.money import UnitPrice
from factory_erp.i18n import in_language
from factory_erp.models.catalog import Item, PackKind
from factory_erp.models.database import Database
from factory_erp.models.pricing import PriceLine, PriceList
from factory_erp.services.catalogue import views as catalog
from factory_erp.services.catalogue.views import likeness
from tests.conftest import MONDAY
from tests.services.factory import a_customer
from tests.ui.catalog import sample


@pytest.fixture(autouse=True)
def bottles(db: Database) -> None:
    sample.load()


def skus(ids: Iterable[int]) -> list[str]:
    return [row.sku for row in catalog.item_rows(list(ids))]


def wanted(sku: str) -> int:
    found = catalog.find_item(sku)
    assert found is not None
    return found


def test_views_and_their_counts_agree() -> None:
    counts = catalog.item_counts()

    assert counts == {"all": 9, "sellable": 4, "semi_finished": 2, "raw": 2, "packaging": 1, "inactive": 0}
    assert counts == {view: len(catalog.item_ids(view)) for view in catalog.VIEWS}
    assert skus(catalog.item_ids("raw")) == ["PP-GRAN", "STEEL-304"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("btl-500", ["BTL-500-M", "BTL-500-O"]),
        ("杯盖", ["LID-PP"]),
        ("granulate", ["PP-GRAN"]),
        ("961700", ["BTL-500-M", "BTL-500-O", "BTL-750-M", "BTL-750-O"]),
        ("100%", []),
    ],
)
def test_search_finds_sku_name_and_hs_code(words: str, found: list[str]) -> None:
    assert skus(catalog.item_ids("all", words)) == found


def test_items_are_sorted_by_stock_and_by_name() -> None:
    by_stock = skus(catalog.item_ids("all", sort="on_hand", descending=True))
    assert by_stock[:3] == ["STEEL-304", "BTL-500-M", "CTN-24"]
    assert skus(catalog.item_ids("all", sort="name"))[:2] == ["BODY-500", "CTN-24"]


def test_an_item_that_is_retired_is_listed_nowhere(db: Database) -> None:
    with db.session(write=True) as session:
        session.get_one(Item, wanted("CTN-24")).active = False

    assert len(catalog.item_ids("packaging")) == catalog.item_counts()["packaging"] == 0
    assert skus(catalog.item_ids("inactive")) == ["CTN-24"]
    assert catalog.item_counts()["inactive"] == 1
    assert skus(catalog.item_ids("all", "ctn")) == []


def test_rows_tell_stock_price_and_carton_in_the_order_asked() -> None:
    steel, bottle = catalog.item_rows([wanted("STEEL-304"), wanted("BTL-500-M")])

    assert (steel.on_hand, steel.price_from, steel.pack) == (
        Decimal("5200.5"), UnitPrice.of("14.5", "CNY"), None,
    )  # fmt: skip
    assert (bottle.on_hand, bottle.price_from, bottle.pack) == (
        Decimal(1840), UnitPrice.of("2.98", "USD"), 24,
    )  # fmt: skip


def a_list(db: Database, item: int, code: str, prices: dict[str, str], **terms: Any) -> int:
    """Another list like the general one of the sample, except for *terms*."""
    values = {"currency": "USD", "incoterm": "FOB", "place": "Ningbo", "valid_from": date(2026, 6, 1)} | terms
    with db.session(write=True) as session:
        lines = [
            PriceLine(item_id=item, min_quantity=Decimal(quantity), price=Decimal(price))
            for quantity, price in prices.items()
        ]
        made = PriceList(code=code, lines=lines, **values)
        session.add(made)
        session.flush()
        return made.id


def asked(item: int) -> list[str]:
    return [str(tier.price) for tier in catalog.item_detail(item).tiers]


def test_a_list_that_has_ended_or_is_for_one_buyer_is_not_quoted(db: Database) -> None:
    bottle = wanted("BTL-500-M")
    before = asked(bottle)
    a_list(db, bottle, "OLD", {"1": "1.00"}, valid_to=date(2026, 11, 22), incoterm="CIF")
    with db.session(write=True) as session:
        buyer = a_customer(session).id
    a_list(db, bottle, "ACME", {"1": "2.00"}, partner_id=buyer)
    a_list(db, bottle, "TIN", {"1": "1.50"}, partner_id=buyer, kind="purchase")
    assert asked(bottle) == before
    assert catalog.item_rows([bottle])[0].price_from == UnitPrice.of("2.98", "USD")


def test_a_newer_list_of_the_same_terms_takes_the_older_ones_place(db: Database) -> None:
    bottle = wanted("BTL-500-M")
    terms = catalog.item_detail(bottle).tiers[0].term
    incoterm, _space, place = terms.partition(" ")
    since = {"valid_from": MONDAY.date()}
    a_list(db, bottle, "NEW", {"10": "3.10", "900": "2.70"}, incoterm=incoterm, place=place, **since)
    a_list(db, bottle, "LATER", {"10": "1"}, incoterm=incoterm, place=place, valid_from=date(2027, 1, 1))
    a_list(db, bottle, "INLAND", {"20": "9"}, incoterm="EXW")
    assert asked(bottle) == ["USD 3.10", "USD 9.00", "USD 2.70"]
    assert catalog.item_rows([bottle])[0].price_from == UnitPrice.of("2.70", "USD")


def test_an_item_that_was_removed_is_left_out() -> None:
    assert catalog.item_rows([999_999]) == []
    assert catalog.find_item("999999") is None
    with pytest.raises(NotFound):
        catalog.item_detail(999_999)


def test_the_detail_counts_cartons_by_the_limit_that_binds() -> None:
    detail = catalog.item_detail(wanted("BTL-500-M"))

    assert [pack.kind for pack in detail.packs] == [PackKind.INNER, PackKind.MASTER]
    # 28.217 m³ usable of a 20GP over 0.04032 m³ a carton; 28,200 kg over 9 kg would be 3,133.
    assert [(load.container, load.cartons, load.pieces) for load in detail.loads] == [
        ("20GP", 699, 16776), ("40GP", 1427, 34248), ("40HQ", 1609, 38616), ("45HQ", 1813, 43512),
    ]  # fmt: skip


def test_the_detail_speaks_the_users_language() -> None:
    with in_language("zh_CN"):
        detail = catalog.item_detail(wanted("BTL-500-M"))

    assert detail.name == "不锈钢保温杯 500 毫升"
    assert [(step.sequence, step.name, step.centre) for step in detail.operations] == [
        (10, "装配", "装配"), (20, "检漏包装", "装配"),
    ]  # fmt: skip
    assert [name.language for name in detail.names] == ["en", "zh_CN"]


def test_a_link_may_name_an_item_by_sku_or_id() -> None:
    bottle = wanted("BTL-500-M")

    assert catalog.find_item(str(bottle)) == bottle


def test_suggestions_put_the_likest_sku_first_and_only_what_is_sold() -> None:
    assert [one.sku for one in catalog.suggest("btl_750_blue")][:2] == ["BTL-750-M", "BTL-750-O"]
    assert catalog.suggest("BTL-500-M")[0].likeness == 1.0
    assert catalog.suggest("STEEL-304") == []
    assert catalog.suggest("  ") == []


def test_likeness_ignores_case_and_separators() -> None:
    assert likeness("ab-1 2", "AB12") == 1.0
    assert likeness("ABC-123", "ABC-123-RED") > likeness("ABC-123", "ABD-123")
    assert likeness("ABC", "XYZ") == 0.0
    assert likeness("A", "AB") == 0.0
