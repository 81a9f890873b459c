from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from factory_erp.models.database import Database
from factory_erp.services.catalogue import products
from factory_erp.services.catalogue.products import ProductInput
from factory_erp.ui.kit.buttons import Button
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.form_dialog import FormDialog
from factory_erp.ui.kit.forms import TextEdit
from factory_erp.ui.kit.rows import text_of
from factory_erp.ui.products import ProductsPage, dialogs
from factory_erp.ui.products import sheet as sheet_module
from factory_erp.ui.products.overview_tab import OverviewTab
from tests.ui.products import sample

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def page(db: Database, qtbot: QtBot, context: UiContext, problems: list[BaseException]) -> ProductsPage:
    sample.load(db, items=True)
    made = ProductsPage(context)
    context.jobs.changed.connect(made.on_changes)
    qtbot.addWidget(made)
    made.resize(1060, 740)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    made.refresh()
    sample.settle(qtbot, context)
    return made


def settle(qtbot: QtBot, page: ProductsPage) -> None:
    sample.settle(qtbot, page.context)


def product(code: str) -> int:
    found = products.find_product(code)
    assert found is not None
    return found


def shown(part: QWidget) -> str:
    return "\n".join(label.text() for label in part.findChildren(QLabel))


def rows(page: ProductsPage) -> list[list[str]]:
    return [[text_of(cell) for cell in page.table.model.row(n)] for n in range(page.table.count())]


def opened(qtbot: QtBot, page: ProductsPage, tab: str = "overview") -> OverviewTab:
    page.open_product(product("CUP"), tab)
    settle(qtbot, page)
    found = page.view.tabs.page("overview")
    assert isinstance(found, OverviewTab)
    return found


def typed(qtbot: QtBot, tab: OverviewTab, name: str, text: str) -> None:
    edit = tab.form.edit(name)
    edit.setFocus()
    assert isinstance(edit, TextEdit)
    edit.selectAll()
    qtbot.keyClicks(edit, text)


def test_the_list_says_how_complete_products_are(page: ProductsPage) -> None:
    assert [(row[0], row[1], row[5]) for row in rows(page)] == [
        ("BARE", "Bare product", "0"),
        ("CUP", "Steel cup", "4"),
    ]
    assert [row[8] for row in rows(page)] == ["Missing", "Missing"]
    # Two products texts, and the items' names, which their rules give; declaration names are missing.
    assert [row[6] for row in rows(page)] == ["0 %", "20 %"]


def test_chips_count_and_choose(qtbot: QtBot, page: ProductsPage) -> None:
    assert [button.text() for button in page.chips._buttons.values()] == [
        "All products  2", "Texts missing  2", "Certificates lapsing  0", "Without a picture  2",
    ]  # fmt: skip
    page.chips.select("certificates")
    settle(qtbot, page)
    assert page.table.count() == 0
    assert page.table.view.empty_text() == "No certificate lapses soon."


def test_search_finds_a_chinese_name(qtbot: QtBot, page: ProductsPage) -> None:
    page.header.search.setText("钢杯")
    qtbot.keyClick(page.header.search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.table.count() == 1)
    assert rows(page)[0][0] == "CUP"


def test_the_card_shows_the_current_product(qtbot: QtBot, page: ProductsPage) -> None:
    page.table.select_id(product("CUP"))
    settle(qtbot, page)
    assert {"CUP", "Steel cup", "drinkware", "4"} <= set(shown(page.card).splitlines())


def test_enter_opens_and_escape_comes_back(qtbot: QtBot, page: ProductsPage) -> None:
    page.table.select_id(product("CUP"))
    page.table.view.setFocus()
    qtbot.keyClick(page.table.view, Qt.Key.Key_Return)
    settle(qtbot, page)
    assert page.is_open()
    assert page.view.title.text() == "CUP · Steel cup"
    assert page.view.tabs.keys() == [key for key, _title, _class in sheet_module.TABS]

    qtbot.keyClick(page.view.tabs.bar, Qt.Key.Key_Escape)
    settle(qtbot, page)
    assert not page.is_open()
    assert page.table.current_id() == product("CUP")


def test_a_deep_link_leads_to_a_tab_or_a_view(qtbot: QtBot, page: ProductsPage) -> None:
    said: list[str] = []
    page.context.say = said.append
    page.open_record("CUP/stock")
    settle(qtbot, page)
    assert (page.view.code, page.view.tabs.current()) == ("CUP", "stock")
    page.open_record("view/incomplete")
    settle(qtbot, page)
    assert not page.is_open()
    assert page.chips.current() == "incomplete"
    page.open_record("NO-SUCH")
    settle(qtbot, page)
    assert said == ["There is no product 'NO-SUCH'."]


def test_view_product_and_tab_survive_a_rebuild(qtbot: QtBot, page: ProductsPage) -> None:
    opened(qtbot, page, "options")
    state = page.state()
    again = ProductsPage(page.context)
    qtbot.addWidget(again)
    again.restore_state(state)
    again.show()
    settle(qtbot, again)
    assert (again.view.code, again.view.tabs.current()) == ("CUP", "options")


def test_a_new_product_is_made_and_opened(qtbot: QtBot, page: ProductsPage) -> None:
    dialog = page.ask_new()
    assert isinstance(dialog, FormDialog)
    for name, text in (("code", "JAR"), ("name_en", "Food jar"), ("name_zh", "焖烧罐")):
        edit = dialog.form.edit(name)
        assert isinstance(edit, TextEdit)
        edit.insert(text)
    qtbot.mouseClick(dialog.save_button, Qt.MouseButton.LeftButton)
    settle(qtbot, page)
    assert page.view.title.text() == "JAR · Food jar"
    names = {text.language: text.name for text in products.product_sheet(product("JAR")).texts}
    assert names == {"en": "Food jar", "zh_CN": "焖烧罐"}


def test_a_code_that_is_taken_is_refused_at_its_field(qtbot: QtBot, page: ProductsPage) -> None:
    dialog = page.ask_new()
    assert isinstance(dialog, FormDialog)
    qtbot.keyClicks(dialog.form.edit("code"), "CUP")
    qtbot.keyClicks(dialog.form.edit("name_en"), "Another cup")
    qtbot.mouseClick(dialog.save_button, Qt.MouseButton.LeftButton)
    settle(qtbot, page)
    assert dialog.isVisible()
    assert "There is a product CUP already." in shown(dialog)
    assert page.table.count() == 2
    dialog.reject()


def test_a_copy_has_the_options_but_no_items(qtbot: QtBot, page: ProductsPage) -> None:
    page.table.select_id(product("CUP"))
    settle(qtbot, page)
    dialog = page.ask_copy()
    assert isinstance(dialog, FormDialog)
    qtbot.keyClicks(dialog.form.edit("code"), "MUG")
    qtbot.mouseClick(dialog.save_button, Qt.MouseButton.LeftButton)
    settle(qtbot, page)
    assert page.view.code == "MUG"
    assert products.product_sheet(product("MUG")).items == 0


def test_only_a_product_without_items_is_removed(
    qtbot: QtBot, page: ProductsPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dialogs, "confirm", lambda *_args: True)
    page.table.select_id(product("BARE"))
    settle(qtbot, page)
    page.ask_remove()
    settle(qtbot, page)
    assert [row[0] for row in rows(page)] == ["CUP"]
    assert [button.text() for button in page.card.findChildren(QWidget) if not button.isEnabled()
            and isinstance(button, Button)] == ["Remove…"]  # fmt: skip


def test_import_and_export_lead_to_the_assistant(page: ProductsPage) -> None:
    went: list[str] = []
    page.context.navigate = went.append
    commands = {one.id: one for one in page.commands()}
    commands["products.import"].trigger()
    commands["products.export"].trigger()
    assert went == ["erp://exchange/import/products", "erp://exchange/export/products"]


def test_the_facts_are_saved_with_ctrl_enter(qtbot: QtBot, page: ProductsPage) -> None:
    tab = opened(qtbot, page)
    typed(qtbot, tab, "brand", "LANBEI")
    assert tab.is_dirty()
    assert tab.bar.isVisible()
    qtbot.keyClick(tab.form.edit("brand"), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, page)
    assert not tab.is_dirty()
    assert products.product_sheet(product("CUP")).brand == "LANBEI"
    typed(qtbot, tab, "brand", "OTHER")  # saved over the version that came back
    page.view.save()
    settle(qtbot, page)
    assert products.product_sheet(product("CUP")).brand == "OTHER"


def test_a_refused_fact_is_said_under_its_field_and_undone(qtbot: QtBot, page: ProductsPage) -> None:
    tab = opened(qtbot, page)
    typed(qtbot, tab, "sku_pattern", "{size")
    page.view.save()
    settle(qtbot, page)
    assert "is not a pattern for SKUs" in shown(tab)
    assert tab.is_dirty()
    tab.form.undo_stack.undo()
    assert not tab.is_dirty()
    assert tab.form.values()["sku_pattern"] is None


def test_somebody_elses_change_is_a_conflict(qtbot: QtBot, page: ProductsPage) -> None:
    tab = opened(qtbot, page)
    typed(qtbot, tab, "brand", "MINE")
    products.save_product(ProductInput("CUP", brand="THEIRS", id=product("CUP")))
    page.view.save()
    settle(qtbot, page)
    assert "CUP was changed by somebody else since you opened it." in tab.problem.text()
    assert products.product_sheet(product("CUP")).brand == "THEIRS"
    tab.discard()
    settle(qtbot, page)
    assert tab.form.values()["brand"] == "THEIRS"


def test_leaving_asks_for_unsaved_facts(
    qtbot: QtBot, page: ProductsPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    tab = opened(qtbot, page)
    typed(qtbot, tab, "brand", "X")
    asked: list[str] = []

    def answer(agreed: bool) -> Callable[..., bool]:
        def confirm(_parent: QWidget, _title: str, text: str, _act: str) -> bool:
            asked.append(text)
            return agreed

        return confirm

    monkeypatch.setattr(sheet_module, "confirm", answer(False))
    assert not page.can_leave()
    page.go_home()
    assert page.is_open()
    assert tab.is_dirty()
    monkeypatch.setattr(sheet_module, "confirm", answer(True))
    page.go_home()
    settle(qtbot, page)
    assert not page.is_open()
    assert asked == ["What you changed of CUP is not saved: Overview."] * 3
    assert products.product_sheet(product("CUP")).brand == ""
    assert page.can_leave()


def test_every_tab_is_made_and_read(qtbot: QtBot, page: ProductsPage, problems: list[BaseException]) -> None:
    page.open_product(product("CUP"))
    for key in page.view.tabs.keys():  # noqa: SIM118
        page.view.tabs.select(key)
        settle(qtbot, page)
        assert page.view.tabs.page(key) is not None
    page.refresh()
    settle(qtbot, page)
    assert not page.view.is_dirty()
    assert problems == []


def test_a_pen_stands_on_the_tab_that_holds_a_draft(qtbot: QtBot, page: ProductsPage) -> None:
    tab = opened(qtbot, page)
    bar = page.view.tabs.bar
    assert bar.tabIcon(0).isNull()
    typed(qtbot, tab, "code", "MUG")
    assert bar.accessibleTabName(0) == "Overview, unsaved changes"
    assert not bar.tabIcon(0).isNull()
    tab.discard()
    assert bar.accessibleTabName(0) == "Overview"
    assert bar.tabIcon(0).isNull()
