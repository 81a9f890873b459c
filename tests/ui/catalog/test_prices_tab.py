from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from factory_erp.models.database import Database
from factory_erp.services.pricing import changes as pricing_changes
from factory_erp.ui.catalog.prices_tab import ItemPricesTab
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.rows import text_of
from tests.ui.prices import sample
from tests.ui.prices.sample import Lists

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def lists(db: Database) -> Lists:
    return sample.load(db)


def opened(qtbot: QtBot, context: UiContext, item_id: int) -> ItemPricesTab:
    tab = ItemPricesTab(context, item_id)
    qtbot.addWidget(tab)
    tab.resize(1040, 560)
    tab.show()
    tab.refresh()
    sample.settle(qtbot, context)
    return tab


def shown(tab: ItemPricesTab) -> list[list[str]]:
    return [[text_of(cell) for cell in row] for row in tab.table.model.rows]


def test_all_lists_of_an_item_with_cost_and_margin(qtbot: QtBot, lists: Lists, context: UiContext) -> None:
    pricing_changes.set_tiers(lists.old, lists.cup, sample.tiers((1, "0.41")))
    tab = opened(qtbot, context, lists.cup)
    assert shown(tab) == [
        ["OLD", "Sales", "General", "1", "USD 0.41", "", "CNY 3.00", "2.44 % low", "Expired"],
        ["USD ACME", "Sales", "ACME Trading", "100", "USD 0.75", "", "CNY 3.00", "46.67 %", "Valid"],
        ["USD FOB Ningbo", "Sales", "General", "100", "USD 0.80", "", "CNY 3.00", "50.00 %", "Valid"],
        ["", "", "", "500", "USD 0.45", "", "CNY 3.00", "11.11 % low", ""],
    ]
    assert tab.summary.text() == "On 3 lists"


def test_a_bought_item_has_its_suppliers_prices(qtbot: QtBot, lists: Lists, context: UiContext) -> None:
    tab = opened(qtbot, context, lists.steel)
    assert shown(tab) == [
        ["MILL 2026", "Purchase", "Steel mill", "100", "CNY 10.00", "7", "", "", "Valid"],
        ["", "", "", "1,000", "CNY 9.50", "7", "", "", ""],
    ]


def test_a_row_leads_to_its_list(qtbot: QtBot, lists: Lists, context: UiContext) -> None:
    links: list[str] = []
    context.navigate = links.append
    tab = opened(qtbot, context, lists.cup)
    tab.table.select_key(tab.table.model.keys[1])
    tab.open_button.click()
    assert links == [f"erp://prices/{lists.usd}/CUP"]


def test_the_question_begins_with_the_first_break(qtbot: QtBot, lists: Lists, context: UiContext) -> None:
    tab = opened(qtbot, context, lists.cup)
    assert tab.answer.price.text() == "USD 0.80"
    assert tab.answer.reason.text() == "General list USD FOB Ningbo, from 100 PCS."
    assert not tab.is_dirty()
    assert tab.save()


def test_an_item_on_no_list_says_so_and_leads_to_the_lists(
    qtbot: QtBot, lists: Lists, context: UiContext
) -> None:
    links: list[str] = []
    context.navigate = links.append
    pricing_changes.set_tiers(lists.usd, lists.lid, [])
    tab = opened(qtbot, context, lists.lid)
    assert shown(tab) == []
    assert "on no price list yet" in tab.table.view.empty_text()
    tab.open_button.click()
    assert links == ["erp://prices/view/sales"]
