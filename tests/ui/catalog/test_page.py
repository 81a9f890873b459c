from __future__ import annotations

from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from factory_erp.models.database import Database
from factory_erp.services import catalog, inventory
from factory_erp.ui.catalog import CatalogPage
from factory_erp.ui.catalog.bill import item_of
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.rows import text_of
from tests.ui.catalog import sample

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def page(db: Database, qtbot: QtBot, context: UiContext) -> CatalogPage:
    sample.load()
    made = CatalogPage(context)
    qtbot.addWidget(made)
    made.resize(1240, 800)
    made.show()
    made.refresh()
    qtbot.waitUntil(lambda: made.table.count() > 0 and not context.jobs.running())
    return made


def settle(qtbot: QtBot, page: CatalogPage) -> None:
    qtbot.waitUntil(lambda: not page.context.jobs.running())


def choose(qtbot: QtBot, page: CatalogPage, sku: str) -> int:
    item_id = catalog.find_item(sku)
    assert item_id is not None
    assert page.table.select_id(item_id)
    settle(qtbot, page)
    return item_id


def texts(page: CatalogPage) -> str:
    from PySide6.QtWidgets import QLabel

    return "\n".join(label.text() for label in page.card.findChildren(QLabel))


def test_the_list_shows_items_with_stock_price_and_carton(page: CatalogPage) -> None:
    rows = {text_of(page.table.model.row(n)[0]): page.table.model.row(n) for n in range(page.table.count())}

    bottle, steel = rows["BTL-500-M"], rows["STEEL-304"]
    assert [text_of(cell) for cell in bottle] == [
        "BTL-500-M", "Insulated bottle 500 ml", "Finished", "Make", "PCS",
        "9617.00.1100", "1,840", "USD 2.98", "24",
    ]  # fmt: skip
    assert [text_of(steel[n]) for n in (6, 7, 8)] == ["5,200.5", "CNY 14.50", ""]


def test_chips_count_and_choose(qtbot: QtBot, page: CatalogPage) -> None:
    settle(qtbot, page)
    assert [button.text() for button in page.chips._buttons.values()] == [
        "All items  9", "Sellable  4", "Semi-finished  2", "Raw materials  2", "Packaging  1",
    ]  # fmt: skip

    page.chips.select("packaging")
    settle(qtbot, page)

    assert page.table.count() == 1
    assert page.header._counts.text() == "1 item"


def test_search_finds_a_chinese_name(qtbot: QtBot, page: CatalogPage) -> None:
    page.header.search.setText("杯盖")
    qtbot.keyClick(page.header.search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.table.count() == 1)

    assert text_of(page.table.model.row(0)[0]) == "LID-PP"


def test_the_card_tells_packaging_containers_prices_and_the_bill(qtbot: QtBot, page: CatalogPage) -> None:
    choose(qtbot, page, "BTL-500-M")

    shown = texts(page)
    assert "24 PCS · 45×32×28 cm · net 7.20 kg, gross 9.00 kg" in shown
    assert "takes 699 cartons, 16,776 PCS" in shown
    assert "USD 2.98  FOB Ningbo" in shown
    assert "Stainless steel vacuum bottle" in shown
    assert "Made of, for 1 PCS" in shown


def test_enter_opens_the_item_and_escape_comes_back(qtbot: QtBot, page: CatalogPage) -> None:
    bottle = choose(qtbot, page, "BTL-500-M")
    qtbot.keyClick(page.table.view, Qt.Key.Key_Return)
    settle(qtbot, page)

    tree, routing = page.view.tree, page.view.routing
    assert page.view.isVisible()
    assert not page.table.isVisible()
    skus = [text_of(tree.nodes.cell_at(index)) for index in tree.nodes.indexes()]
    assert skus == ["BTL-500-M", "BODY-500", "STEEL-304", "LID-PP", "PP-GRAN", "CTN-24"]
    steel = list(tree.nodes.indexes())[2]
    assert tree.nodes.cell_at(steel.siblingAtColumn(2)) == "0.2856"
    assert routing.model.rows[0] == ("10", "Assemble", "Assembly", "15", "22.5", "0")

    qtbot.keyClick(page.view, Qt.Key.Key_Escape)
    settle(qtbot, page)
    assert page.table.isVisible()
    assert page.table.current_id() == bottle


def test_a_component_opens_from_the_tree(qtbot: QtBot, page: CatalogPage) -> None:
    page.open_record("BTL-500-M")
    settle(qtbot, page)
    body = list(page.view.tree.nodes.indexes())[1]
    page.view.tree.setCurrentIndex(body)
    qtbot.keyClick(page.view.tree, Qt.Key.Key_Return)
    settle(qtbot, page)

    assert page.state()["record"] == "BODY-500"
    assert item_of(page.view.tree.nodes.node_at(page.view.tree.nodes.index(0, 0)).key) == catalog.find_item(
        "BODY-500"
    )


def test_an_unknown_deep_link_is_said(qtbot: QtBot, page: CatalogPage) -> None:
    said: list[str] = []
    page.context.say = said.append
    page.open_record("NO-SUCH")
    settle(qtbot, page)

    assert said == ["There is no item 'NO-SUCH'."]
    assert page.table.isVisible()


def test_stock_that_moves_is_read_again(qtbot: QtBot, page: CatalogPage) -> None:
    bottle = choose(qtbot, page, "BTL-500-M")
    done = inventory.receive(bottle, Decimal(160), "GR-1", "k1")
    page.context.jobs.changed.connect(page.on_changes)
    page.context.jobs.changed.emit(done.changes)
    settle(qtbot, page)

    row = page.table.model.row(page.table.model.row_of(bottle) or 0)
    assert text_of(row[6]) == "2,000"
    assert "2,000 PCS" in texts(page)


def test_view_and_open_item_survive_a_rebuild(qtbot: QtBot, page: CatalogPage) -> None:
    page.chips.select("sellable")
    bottle = choose(qtbot, page, "BTL-750-O")
    page.open_item(bottle)
    settle(qtbot, page)
    again = CatalogPage(page.context)
    qtbot.addWidget(again)
    again.restore_state(page.state())
    again.show()
    settle(qtbot, again)

    assert again.chips.current() == "sellable"
    assert again.view.isVisible()
    assert again.state()["record"] == "BTL-750-O"


def test_a_saved_view_joins_the_chips_and_closes_an_open_item(qtbot: QtBot, page: CatalogPage) -> None:
    page.chips.select("sellable")
    page.header.search.setText("750")
    qtbot.keyClick(page.header.search, Qt.Key.Key_Return)
    page.table.set_sort("sku", descending=True)
    settle(qtbot, page)
    dialog = page.views.ask_new()
    dialog.name.setText("Big bottles")
    dialog.save_button.click()
    settle(qtbot, page)
    saved = page.chips.current()
    assert [button.text() for button in page.chips._buttons.values()][-1] == "Big bottles  2"

    again = CatalogPage(page.context)
    qtbot.addWidget(again)
    again.show()
    again.refresh()
    settle(qtbot, again)
    again.open_record("LID-PP")
    settle(qtbot, again)
    again.chips.select(saved)
    settle(qtbot, again)
    assert not again.view.isVisible()
    rows = [text_of(again.table.model.row(place)[0]) for place in range(again.table.count())]
    assert rows == ["BTL-750-O", "BTL-750-M"]
    assert again.header.search.text() == "750"
    assert "catalog.view_save" in {command.id for command in again.commands()}


def test_chip_and_columns_are_remembered_and_home_is_the_list(
    qtbot: QtBot, page: CatalogPage, context: UiContext
) -> None:
    page.open_item(choose(qtbot, page, "BTL-500-M"))
    settle(qtbot, page)
    page.go_home()
    assert page.view.isHidden()
    page.chips.select("raw")
    page.table.view.layout_of_columns.set_shown("on_hand", False)
    settle(qtbot, page)
    page.hide()
    again = CatalogPage(context)
    qtbot.addWidget(again)
    assert again.chips.current() == "raw"
    assert again.table.state()["hidden"] == ["on_hand"]
