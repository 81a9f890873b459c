"""What others call our items."""

from __future__ import annotations

import pytest

from factory_erp.domain.errors import InvalidValue, NotFound
from factory_erp.models.database import Database
from factory_erp.models.platforms import PlatformAccount, SkuMapping
from factory_erp.services import search
from factory_erp.services.catalogue.item_numbers import (
    item_numbered,
    numbers_of_item,
    numbers_of_partner,
    remove_number,
    save_number,
)
from tests.services.factory import a_customer, an_item


@pytest.fixture
def shop(db: Database) -> tuple[int, int, int]:
    """A customer, and two items."""
    with db.session(write=True) as session:
        return a_customer(session).id, an_item(session, "CUP").id, an_item(session, "LID").id


def test_a_number_is_kept_once_and_found(shop: tuple[int, int, int]) -> None:
    partner, cup, _lid = shop
    first = save_number(partner, cup, " A-100 ", "Becher")
    assert save_number(partner, cup, "A-100", "Becher").changes == {}
    (view,) = numbers_of_item(cup).partners
    assert (view.id, view.partner_code, view.code, view.partner_name) == (
        first.value,
        "ACME",
        "A-100",
        "Becher",
    )
    assert (view.sku, view.name) == ("CUP", "Cup")
    assert item_numbered(partner, "A-100") == cup
    assert [hit.title for hit in search.find("A-100")] == ["CUP"]
    save_number(partner, cup, "A-200")
    assert item_numbered(partner, "A-100") is None
    assert [hit.title for hit in search.find("A-100")] == []


def test_a_partner_calls_one_item_by_a_number(shop: tuple[int, int, int]) -> None:
    partner, cup, lid = shop
    save_number(partner, cup, "A-100")
    with pytest.raises(InvalidValue, match="CUP") as refused:
        save_number(partner, lid, "A-100")
    assert refused.value.field == "code"
    for code in ("", "x" * 61):
        with pytest.raises(InvalidValue) as refused:
            save_number(partner, lid, code)
        assert refused.value.field == "code"


def test_the_numbers_of_a_partner_are_searched(shop: tuple[int, int, int]) -> None:
    partner, cup, lid = shop
    save_number(partner, cup, "A-100", "Becher")
    save_number(partner, lid, "A-200")
    for words, found in (("", ["CUP", "LID"]), ("becher", ["CUP"]), ("200", ["LID"]), ("lid", ["LID"])):
        assert [view.sku for view in numbers_of_partner(partner, words)] == found
    remove_number(partner, cup)
    assert remove_number(partner, cup).changes == {}
    assert [view.sku for view in numbers_of_partner(partner)] == ["LID"]
    with pytest.raises(NotFound):
        numbers_of_partner(999)


def test_platforms_numbers_stand_beside(db: Database, shop: tuple[int, int, int]) -> None:
    _partner, cup, _lid = shop
    with db.session(write=True) as session:
        account = PlatformAccount(platform="sandbox", name="Shop", base_url="http://localhost", app_key="key")
        session.add(account)
        session.flush()
        session.add(SkuMapping(account_id=account.id, external_sku="EXT-1", item_id=cup))
    (number,) = numbers_of_item(cup).platforms
    assert (number.platform, number.account, number.external_sku) == ("sandbox", "Shop", "EXT-1")
