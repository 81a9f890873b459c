from __future__ import annotations

from decimal import Decimal

import pytest
from pytestqt.qtbot import QtBot

from factory_erp.models.database import Database
from factory_erp.services.catalogue import products
from factory_erp.services.pricing import matrix
from factory_erp.services.stock import inventory
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.matrix import Key
from factory_erp.ui.products.stock_tab import StockTab
from tests.ui.products import sample

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def cup(db: Database) -> int:
    return sample.load(db, items=True)


@pytest.fixture
def tab(qtbot: QtBot, context: UiContext, cup: int, problems: list[BaseException]) -> StockTab:
    return made(qtbot, context, cup)


def made(qtbot: QtBot, context: UiContext, product_id: int) -> StockTab:
    tab = StockTab(context, product_id)
    qtbot.addWidget(tab)
    tab.resize(1040, 640)
    with qtbot.waitActive(tab):
        tab.show()
        tab.activateWindow()
    tab.refresh()
    sample.settle(qtbot, context)
    return tab


def settle(qtbot: QtBot, tab: StockTab) -> None:
    sample.settle(qtbot, tab.context)


def cells(tab: StockTab) -> dict[Key, str]:
    return {key: cell.text for key, cell in tab.view.model.cells.items()}


def count(tab: StockTab, row: str, column: str, text: str) -> None:
    tab.count.select((row, column))
    tab.count.paste(text)


def on_hand(product_id: int) -> dict[int, Decimal]:
    return {item_id: cell.on_hand for item_id, cell in matrix.stock(product_id).items()}


def test_each_figure_stands_in_the_matrix(tab: StockTab) -> None:
    assert tab.title.text() == "Size × Colour, PCS"
    assert cells(tab) == {
        ("350", "BK"): "60", ("350", "WH"): "0", ("500", "BK"): "0", ("500", "WH"): "0",
    }  # fmt: skip
    for key in ("available", "production", "sales"):
        tab.chips.select(key)
        assert cells(tab)["350", "BK"] == ("60" if key == "available" else "0")


def test_a_count_is_booked_as_differences(qtbot: QtBot, tab: StockTab, cup: int) -> None:
    said: list[str] = []
    tab.context.say = said.append
    tab.count_button.click()
    assert tab.is_counting()
    assert not tab.is_dirty()
    count(tab, "350", "BK", "48")
    count(tab, "500", "WH", "7")
    assert tab.hint.text() == "2 items differ: +7, −12"
    assert tab.bar.isVisible()
    assert tab.save()
    settle(qtbot, tab)
    assert not tab.is_counting()
    assert said == ["The count is booked: 2 items differed."]
    assert (cells(tab)["350", "BK"], cells(tab)["500", "WH"]) == ("48", "7")
    assert sum(on_hand(cup).values()) == 55


def test_cells_that_nobody_wrote_in_are_not_booked(qtbot: QtBot, tab: StockTab, cup: int) -> None:
    tab.start_count()
    count(tab, "500", "BK", "5")
    inventory.receive(sample.item("CUP-350-WH"), Decimal(30), "GR-2", "later")
    tab.refresh()
    settle(qtbot, tab)
    assert tab.is_dirty()
    tab.save()
    settle(qtbot, tab)
    assert on_hand(cup)[sample.item("CUP-350-WH")] == 30
    assert on_hand(cup)[sample.item("CUP-500-BK")] == 5


def test_what_is_no_quantity_is_shown_and_nothing_booked(qtbot: QtBot, tab: StockTab, cup: int) -> None:
    tab.start_count()
    tab.count.select(("350", "BK"))
    dialog = tab.count.paste("many")
    assert dialog is not None
    dialog.accept()
    assert not tab.save()
    assert tab.problem.text()
    assert tab.count.current_key() == ("350", "BK")
    assert on_hand(cup)[sample.item("CUP-350-BK")] == 60


def test_a_count_below_zero_is_refused(qtbot: QtBot, tab: StockTab, cup: int) -> None:
    tab.start_count()
    count(tab, "350", "BK", "-1")
    count(tab, "500", "BK", "9")
    tab.save()
    settle(qtbot, tab)
    assert "CUP-350-BK cannot be counted below zero." in tab.problem.text()
    assert tab.is_counting()
    assert sum(on_hand(cup).values()) == 60


def test_edits_are_undone_and_thrown_away(qtbot: QtBot, tab: StockTab, cup: int) -> None:
    tab.start_count()
    count(tab, "350", "BK", "1")
    tab.count.undo_stack.undo()
    assert not tab.is_dirty()
    count(tab, "350", "BK", "2")
    tab.stop_count()
    settle(qtbot, tab)
    assert not tab.is_dirty()
    assert cells(tab)["350", "BK"] == "60"
    assert sum(on_hand(cup).values()) == 60


def test_a_product_without_options_cannot_be_counted(qtbot: QtBot, context: UiContext, cup: int) -> None:
    bare = products.find_product("BARE")
    assert bare is not None
    empty = made(qtbot, context, bare)
    assert not empty.count_button.isEnabled()
    assert empty.view.view.empty_text().startswith("This product has no items by options yet.")
