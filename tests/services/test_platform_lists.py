"""A platform's own lists, kept as they were last read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from factory_erp.domain.errors import NotFound
from factory_erp.domain.listings import ListingRules
from factory_erp.models.database import Database
from factory_erp.services.listings import draft as listing_draft
from factory_erp.services.listings import platform_lists
from factory_erp.services.listings import views as listing_views
from factory_erp.services.listings.platform_lists import (
    Attribute,
    Category,
    ListEntry,
    ListKind,
    with_required,
)
from tests.services import two_listings
from tests.services.listing_shop import a_listing_shop
from tests.services.two_listings import RULES

DRINKWARE = Category("10", "Drinkware", "", "Drinkware")
MUGS = Category("11", "Mugs", "10", "Drinkware > Mugs", leaf=True)
FLASKS = Category("12", "Vacuum Flasks", "10", "Drinkware > Vacuum Flasks", leaf=True)


def test_categories_are_found_by_every_word_of_their_path(db: Database) -> None:
    account = a_listing_shop(db).account
    assert platform_lists.keep_categories(account, [DRINKWARE, MUGS, FLASKS]).value == 3
    assert platform_lists.children(account) == (DRINKWARE,)
    assert platform_lists.children(account, "10") == (MUGS, FLASKS)
    assert platform_lists.find_categories(account, "drink flask") == (FLASKS,)
    assert platform_lists.find_categories(account, "") == (MUGS, FLASKS)
    assert platform_lists.find_categories(account, "50%") == ()


def test_reading_the_same_again_changes_nothing(db: Database) -> None:
    account = a_listing_shop(db).account
    platform_lists.keep_categories(account, [MUGS])
    assert platform_lists.keep_categories(account, [MUGS]).value == 0
    # A suggestion does not say where the category stands: what is known stays.
    platform_lists.keep_categories(account, [Category("11", "Mugs", leaf=True)])
    assert platform_lists.children(account, "10") == (MUGS,)


def test_what_a_category_asks_for_is_kept_apart_from_not_knowing_it(db: Database) -> None:
    account = a_listing_shop(db).account
    platform_lists.keep_categories(account, [MUGS])
    assert platform_lists.attributes(account, "11") is None
    asked = (
        Attribute("Material", True, ("Steel", "Glass"), custom=False),
        Attribute("Colour", True, sales=True),
    )
    platform_lists.keep_attributes(account, "11", asked)
    platform_lists.keep_attributes(account, "99", (), "Toys > Balls")
    assert platform_lists.attributes(account, "11") == asked
    assert platform_lists.attributes(account, "99") == ()
    assert platform_lists.find_categories(account, "balls")[0].name == "Balls"


def test_a_list_is_as_it_was_read_last(db: Database) -> None:
    account = a_listing_shop(db).account
    kind = ListKind.SHIPPING_TEMPLATE
    platform_lists.keep_list(account, kind, [ListEntry("1", "Sea"), ListEntry("2", "Air")])
    platform_lists.keep_list(account, kind, [ListEntry("2", "Air freight")])
    assert platform_lists.entries(account, kind) == (ListEntry("2", "Air freight"),)
    assert not platform_lists.keep_list(account, kind, [ListEntry("2", "Air freight")]).changes


def test_an_account_that_is_gone_keeps_no_lists(db: Database) -> None:
    with pytest.raises(NotFound):
        platform_lists.keep_categories(77, [MUGS])


def test_rules_ask_for_the_names_once() -> None:
    rules = ListingRules(required_attributes=("Material",))
    assert with_required(rules, ["Material", "Origin"]).required_attributes == ("Material", "Origin")


def test_a_listing_without_what_its_category_asks_for_has_a_problem(db: Database) -> None:
    made = two_listings.load(db)
    account = made.shop.account
    platform_lists.keep_attributes(
        account, "11", [Attribute("Origin", True), Attribute("Colour", True, sales=True)]
    )
    form = listing_views.listing_detail(made.cup, RULES).form
    drafted = listing_draft.compose_draft(replace(form, category_id="11"), RULES)
    assert [one.message for one in drafted.problems] == ["The attribute 'Origin' is required."]
    filled = replace(form, category_id="11", attributes=(("origin", "China"),))
    assert listing_draft.compose_draft(filled, RULES).problems == ()
