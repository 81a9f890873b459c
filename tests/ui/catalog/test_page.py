from __future__ import annotations

from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from factory_erp.models.catalog import Item
from factory_erp.models.database import Database
from factory_erp.services.catalogue import item_forms
from factory_erp.services.catalogue import views as catalog
from factory_erp.services.stock import inventory
from factory_erp.ui.catalog import CatalogPage, item_parts, item_view
from factory_erp.ui.catalog.bill import item_of
from factory_erp.ui.catalog.item_tab import ItemTab
from factory_erp.ui.kit import dialogs
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.pill import Pill
from factory_erp.ui.kit.rows import text_of
from factory_erp.ui.partners import PartnersDialog
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
        "All items  9", "Sellable  4", "Semi-finished  2", "Raw materials  2", "Packaging  1", "Inactive  0",
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

    tree, routing = page.view.overview.tree, page.view.overview.routing
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
    tree = page.view.overview.tree
    tree.setCurrentIndex(list(tree.nodes.indexes())[1])
    qtbot.keyClick(tree, Qt.Key.Key_Return)
    settle(qtbot, page)

    assert page.state()["record"] == "BODY-500"
    nodes = page.view.overview.tree.nodes
    assert item_of(nodes.node_at(nodes.index(0, 0)).key) == catalog.find_item("BODY-500")


def test_an_unknown_deep_link_is_said(qtbot: QtBot, page: CatalogPage) -> None:
    said: list[str] = []
    page.context.say = said.append
    page.open_record("NO-SUCH")
    settle(qtbot, page)

    assert said == ["There is no item 'NO-SUCH'."]
    assert page.table.isVisible()


def test_a_deep_link_may_name_a_tab(qtbot: QtBot, page: CatalogPage) -> None:
    page.open_record("BTL-500-M/packaging")
    qtbot.waitUntil(lambda: (page.state()["record"], page.state()["tab"]) == ("BTL-500-M", "packaging"))
    settle(qtbot, page)


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


# entering, copying, putting away


@pytest.fixture
def live(page: CatalogPage) -> CatalogPage:
    """The page as in the window: it hears of what was committed."""
    page.context.jobs.changed.connect(page.on_changes)
    return page


def data_tab(qtbot: QtBot, page: CatalogPage, sku: str) -> ItemTab:
    """The item's data, open and read."""
    page.open_record(sku)
    settle(qtbot, page)
    page.view.show_tab("data")
    settle(qtbot, page)
    tab = page.view.tabs.page("data")
    assert isinstance(tab, ItemTab)
    return tab


def act(page: CatalogPage, text: str) -> QAction:
    """The line of the menu of the item at hand."""
    assert page._item is not None
    return next(one for one in page.acts.menu(page._item, page).actions() if one.text() == text)


def answer(monkeypatch: pytest.MonkeyPatch, agreed: bool) -> list[str]:
    """Answer the question about what is unsaved; what was asked."""
    asked: list[str] = []

    def confirm(_parent: QWidget, _title: str, text: str, _act: str) -> bool:
        asked.append(text)
        return agreed

    monkeypatch.setattr(item_view, "confirm", confirm)
    return asked


def test_a_new_item_opens_with_its_data(qtbot: QtBot, live: CatalogPage) -> None:
    dialog = live.acts.new()
    dialog.form.restore_draft({"sku": "BTL-500-M", "name_en": "Bottle, red", "name_zh": "红色杯"})
    dialog.save_button.click()
    settle(qtbot, live)
    assert dialog.form._messages["sku"].text().startswith("There is an item BTL-500-M already.")
    dialog.form.restore_draft({"sku": "BTL-500-R"})
    dialog.save_button.click()
    settle(qtbot, live)

    made = catalog.find_item("BTL-500-R")
    assert made is not None
    assert not dialog.isVisible()
    assert live.view.isVisible()
    assert live.state()["record"] == "BTL-500-R"
    assert live.view.tabs.current() == "data"
    assert live.view._name.text() == "Bottle, red"
    assert item_forms.item_form(made).sellable


def test_a_copy_has_the_same_facts(qtbot: QtBot, live: CatalogPage) -> None:
    choose(qtbot, live, "BTL-500-M")
    act(live, "Copy item…").trigger()
    dialog = live.findChild(dialogs.QDialog)
    assert dialog is not None
    dialog.form.restore_draft({"sku": "BTL-500-X"})  # type: ignore[attr-defined]
    dialog.save_button.click()  # type: ignore[attr-defined]
    settle(qtbot, live)

    made = catalog.find_item("BTL-500-X")
    assert made is not None
    assert catalog.item_detail(made).tiers == catalog.item_detail(choose_id("BTL-500-M")).tiers
    assert live.state()["record"] == "BTL-500-X"


def choose_id(sku: str) -> int:
    found = catalog.find_item(sku)
    assert found is not None
    return found


def test_an_item_put_away_stands_under_inactive(qtbot: QtBot, live: CatalogPage) -> None:
    choose(qtbot, live, "LID-PP")
    commands = {one.id: one for one in live.commands()}
    commands["catalog.bring_back"].trigger()
    commands["catalog.put_away"].trigger()
    settle(qtbot, live)
    live.chips.select("inactive")
    settle(qtbot, live)

    assert live.table.count() == 1
    assert live.chips._chips["inactive"].count == 1
    choose(qtbot, live, "LID-PP")
    assert live.card.findChild(Pill).text() == "Inactive"
    live.open_record("LID-PP")
    settle(qtbot, live)
    assert live.view._away.isVisible()
    assert not commands["catalog.put_away"].can_run()
    assert commands["catalog.bring_back"].can_run()
    act(live, "Set active").trigger()
    settle(qtbot, live)
    assert not live.view._away.isVisible()


def test_what_is_used_cannot_be_removed_and_the_rest_can(
    qtbot: QtBot, live: CatalogPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("factory_erp.ui.catalog.item_actions.confirm", lambda *_said: True)
    told: list[Exception] = []
    monkeypatch.setattr(
        "factory_erp.ui.catalog.item_actions.show_problem", lambda _parent, error: told.append(error)
    )
    live.open_record("LID-PP")
    settle(qtbot, live)
    act(live, "Remove item…").trigger()
    settle(qtbot, live)
    assert "LID-PP is used by" in str(told[0])
    assert live.view.isVisible()

    tab = data_tab(qtbot, live, "BTL-750-O")
    tab.form.restore_draft({"net_g": "1"})
    act(live, "Remove item…").trigger()
    settle(qtbot, live)
    assert catalog.find_item("BTL-750-O") is None
    assert live.table.isVisible(), "nobody is asked about the draft of what is gone"
    assert live.table.count() == 8


def test_no_means_no(qtbot: QtBot, live: CatalogPage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("factory_erp.ui.catalog.item_actions.confirm", lambda *_said: False)
    choose(qtbot, live, "BTL-750-O")
    act(live, "Remove item…").trigger()
    settle(qtbot, live)
    assert catalog.find_item("BTL-750-O") is not None


def test_leaving_asks_for_all_tabs_that_hold_something(
    qtbot: QtBot, live: CatalogPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    tab = data_tab(qtbot, live, "BTL-500-M")
    tab.form.restore_draft({"net_g": "305"})
    live.view.show_tab("texts")
    settle(qtbot, live)
    place = live.view.tabs.keys().index("data")
    assert live.view.tabs.bar.accessibleTabName(place) == "Data, unsaved changes"
    assert not live.view.tabs.bar.tabIcon(place).isNull()

    asked = answer(monkeypatch, False)
    qtbot.keyClick(live.view, Qt.Key.Key_Escape)
    live.open_record("LID-PP")
    settle(qtbot, live)
    live.open_record("view/raw")
    assert not live.can_leave()
    assert asked == ["What you changed of BTL-500-M is not saved: Data."] * 4
    assert live.state()["record"] == "BTL-500-M"
    assert tab.form.draft()["net_g"] == "305"

    answer(monkeypatch, True)
    live.open_record("view/raw")
    settle(qtbot, live)
    assert live.table.isVisible()
    assert live.chips.current() == "raw"
    assert item_forms.item_form(choose_id("BTL-500-M")).net_g == 300


def test_ctrl_enter_saves_the_tab_in_view_wherever_the_keyboard_is(qtbot: QtBot, live: CatalogPage) -> None:
    tab = data_tab(qtbot, live, "BTL-500-M")
    save = next(one for one in live.commands() if one.id == "catalog.save")
    assert not save.can_run()
    tab.form.restore_draft({"net_g": "305"})
    assert save.can_run()
    live.view.tabs.bar.setFocus()
    qtbot.keyClick(live.view.tabs.bar, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, live)
    assert item_forms.item_form(choose_id("BTL-500-M")).net_g == 305
    assert live.view.tabs.bar.accessibleTabName(1) == "Data"
    assert live._item is not None
    assert live._item.net.grams == 305, "head and overview were read again"


def test_escape_closes_the_suggestions_before_the_page(qtbot: QtBot, live: CatalogPage) -> None:
    edit = data_tab(qtbot, live, "BTL-500-M").form.edit("product_id")
    edit.setFocus()
    edit.open_list()  # type: ignore[attr-defined]
    monkey = pytest.MonkeyPatch()
    monkey.setattr(edit, "is_open", lambda: True)
    qtbot.keyClick(edit, Qt.Key.Key_Escape)
    assert live.view.isVisible()
    monkey.undo()
    qtbot.keyClick(edit, Qt.Key.Key_Escape)
    assert live.table.isVisible()


def test_the_tab_stays_on_from_item_to_item_and_over_a_rebuild(qtbot: QtBot, live: CatalogPage) -> None:
    first = data_tab(qtbot, live, "BTL-500-M")
    live.open_record("LID-PP")
    settle(qtbot, live)
    tab = live.view.tabs.page("data")
    assert tab is not first
    assert isinstance(tab, ItemTab)
    assert tab.form.draft()["sku"] == "LID-PP"
    again = CatalogPage(live.context)
    qtbot.addWidget(again)
    again.restore_state(live.state())
    again.show()
    settle(qtbot, again)
    assert (again.state()["record"], again.view.tabs.current()) == ("LID-PP", "data")


def test_every_tab_opens_reads_and_holds_no_draft_yet(
    qtbot: QtBot, live: CatalogPage, problems: list[BaseException]
) -> None:
    live.open_record("BTL-500-M")
    settle(qtbot, live)
    for key, _title, _module in item_parts.TABS:
        live.view.show_tab(key)
        settle(qtbot, live)
        part = live.view.part(key)
        assert part is not None
        assert not part.is_dirty(), key
        part.discard()
        settle(qtbot, live)
        assert not part.is_dirty(), key
    assert problems == []
    assert live.close_item()


def test_the_head_tells_stock_and_cost_whatever_tab_is_on(
    qtbot: QtBot, live: CatalogPage, db: Database
) -> None:
    with db.session(write=True) as session:
        session.get_one(Item, choose_id("BTL-500-M")).standard_cost = Decimal("9.5")
    data_tab(qtbot, live, "BTL-500-M")
    assert live.view._facts.text().split("    ") == ["On hand 1,840 PCS", "Free 1,840 PCS", "Cost CNY 9.50"]
    assert not live.header.isVisible()


def test_import_and_export_lead_to_their_assistant(page: CatalogPage) -> None:
    went: list[str] = []
    page.context.navigate = went.append
    for command in page.commands():
        if command.id in {"catalog.import", "catalog.export"}:
            command.trigger()
    assert went == ["erp://exchange/import/items", "erp://exchange/export/items"]
    assert "Enter one with New item…" in page.table.view.empty_text()


def test_partners_open_from_the_items(qtbot: QtBot, page: CatalogPage) -> None:
    command = next(one for one in page.commands() if one.id == "catalog.partners")
    command.run()
    settle(qtbot, page)
    dialog = page.findChild(PartnersDialog)
    assert dialog.isVisible()
    dialog.reject()
