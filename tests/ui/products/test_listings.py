"""Where a product is sold."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from factory_erp.models.database import Database
from factory_erp.models.listings import Listing, ListingState
from factory_erp.models.platforms import PlatformAccount, SkuMapping
from factory_erp.services.catalogue import products
from factory_erp.services.catalogue.products import ProductInput
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.rows import text_of
from factory_erp.ui.products.listings_tab import ListingsTab
from tests.conftest import MONDAY
from tests.services import two_listings
from tests.services.factory import an_item

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def listed(db: Database, product: int) -> list[int]:
    with db.session(write=True) as session:
        shops = [
            PlatformAccount(platform="alibaba", name=name, base_url="http://localhost", app_key="key")
            for name in ("Shop A", "Shop B")
        ]
        items = [an_item(session, sku, english="Steel cup") for sku in ("CUP-1", "CUP-2")]
        session.add_all(shops)
        for item in items:
            item.product_id = product
        session.flush()
        for shop in shops:
            session.add(SkuMapping(account_id=shop.id, external_sku=f"EXT-{shop.name}", item_id=items[0].id))
        return [item.id for item in items]


def shown(qtbot: QtBot, context: UiContext, product: int) -> ListingsTab:
    tab = ListingsTab(context, product)
    qtbot.addWidget(tab)
    tab.resize(1040, 560)
    tab.show()
    tab.refresh()
    qtbot.waitUntil(lambda: not context.jobs.running())
    return tab


def test_shops_and_their_skus_are_listed_and_lead_on(
    db: Database, qtbot: QtBot, context: UiContext, problems: list[BaseException]
) -> None:
    product = products.save_product(ProductInput("CUP")).value
    first, _second = listed(db, product)
    gone_to: list[str] = []
    context.navigate = gone_to.append
    tab = shown(qtbot, context, product)

    assert tab.listed.text() == "Not listed yet"
    assert not tab.open_button.isEnabled()
    assert [[text_of(cell) for cell in row] for row in tab.table.model.rows] == [
        ["Alibaba.com", "Shop A", "EXT-Shop A", "CUP-1", "Steel cup"],
        ["Alibaba.com", "Shop B", "EXT-Shop B", "CUP-1", "Steel cup"],
    ]
    assert tab.counts.text() == "2 SKUs in 2 shops"
    tab.table.select_key(1)
    qtbot.keyClick(tab.table.view, Qt.Key.Key_Return)
    tab.link.click()
    assert gone_to == [f"erp://catalog/{first}", "erp://platforms/accounts"]
    assert (tab.is_dirty(), tab.save(), problems) == (False, True, [])


def test_its_listings_are_shown_by_account_and_lead_to_the_listing(
    db: Database, qtbot: QtBot, context: UiContext, problems: list[BaseException]
) -> None:
    made = two_listings.load(db)
    gone_to: list[str] = []
    context.navigate = gone_to.append
    tab = shown(qtbot, context, made.shop.product)

    assert [[text_of(cell) for cell in row] for row in tab.listings.model.rows] == [
        ["Cup shop", "Alibaba.com", "Steel cup", "Draft", "Ready", "Not there", "– / 300", "–"]
    ]
    assert tab.listed.text() == "1 listing in 1 shop"
    with db.session(write=True) as session:
        listing = session.get(Listing, made.cup)
        assert listing is not None
        listing.state, listing.pushed_at, listing.differs = ListingState.ONLINE, MONDAY, True
    tab.refresh()
    qtbot.waitUntil(lambda: not context.jobs.running())
    assert [text_of(cell) for cell in tab.listings.model.rows[0]][3:6] == ["Online", "Ready", "Changed"]
    tab.listings.select_key(made.cup)
    tab.open_button.click()
    qtbot.keyClick(tab.listings.view, Qt.Key.Key_Return)
    tab.all_button.click()
    assert gone_to == [f"erp://listings/{made.cup}"] * 2 + ["erp://listings/view/all"]
    assert problems == []


def test_a_product_that_nobody_sells_says_what_to_do(db: Database, qtbot: QtBot, context: UiContext) -> None:
    tab = shown(qtbot, context, products.save_product(ProductInput("CUP")).value)
    assert tab.counts.text() == "No SKU matched yet"
    assert "on the page Listings" in tab.listings.view.empty_text()
    assert "It is matched when the first one comes in" in tab.table.view.empty_text()
