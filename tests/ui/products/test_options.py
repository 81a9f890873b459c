from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from factory_erp.models.database import Database
from factory_erp.services.catalogue import products
from factory_erp.services.catalogue.products import ProductInput
from factory_erp.services.variants import making as variants
from factory_erp.services.variants.making import RuleInput
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.grid import EditGrid
from factory_erp.ui.kit.matrix import Key
from factory_erp.ui.kit.rows import text_of
from factory_erp.ui.products.generate import GenerateDialog
from factory_erp.ui.products.options_tab import OptionsTab
from tests.services.factory import an_item
from tests.ui.products import sample

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def made(qtbot: QtBot, context: UiContext, product_id: int) -> OptionsTab:
    tab = OptionsTab(context, product_id)
    qtbot.addWidget(tab)
    tab.resize(1040, 640)
    with qtbot.waitActive(tab):
        tab.show()
        tab.activateWindow()
    tab.refresh()
    sample.settle(qtbot, context)
    return tab


@pytest.fixture
def cup(db: Database) -> int:
    return sample.load(db)


@pytest.fixture
def tab(qtbot: QtBot, context: UiContext, cup: int, problems: list[BaseException]) -> OptionsTab:
    return made(qtbot, context, cup)


def settle(qtbot: QtBot, tab: OptionsTab) -> None:
    sample.settle(qtbot, tab.context)


def cells(tab: OptionsTab) -> dict[Key, str]:
    return {key: cell.text for key, cell in tab.matrix.model.cells.items()}


def codes(product_id: int) -> dict[str, list[str]]:
    return {axis.code: [value.code for value in axis.values] for axis in variants.axes(product_id)}


def add_red(tab: OptionsTab) -> None:
    tab.editor.axes.select(1)
    values = tab.editor.stack.currentWidget()
    assert values is not None
    grid = next(one for one in tab.editor.values.values() if one is values)
    grid.view.setFocus()
    grid.foot.add_button.click()
    grid.paste("RD\tRed\t红")


def generate(qtbot: QtBot, tab: OptionsTab) -> GenerateDialog:
    dialog = tab.ask_generate()
    assert dialog is not None
    settle(qtbot, tab)
    return dialog


def test_axes_values_and_the_matrix_of_items_are_shown(tab: OptionsTab) -> None:
    assert [(row["code"], row["name_en"], row["name_zh"]) for row in tab.editor.axes.rows()] == [
        ("size", "Size", "容量"), ("colour", "Colour", "颜色"),
    ]  # fmt: skip
    assert set(cells(tab).values()) == {"+ new"}
    assert len(cells(tab)) == 4
    assert tab.counts.text() == "0 of 4 combinations are there"
    tab.editor.axes.select(1)
    assert "Values of Colour" in [one.text() for one in tab.editor.findChildren(QLabel)]


def test_a_value_is_added_and_saved(qtbot: QtBot, tab: OptionsTab, cup: int) -> None:
    add_red(tab)
    assert tab.is_dirty()
    assert not tab.generate_button.isEnabled()
    assert tab.generate_button.toolTip() == "Save the options first."
    with qtbot.waitSignal(tab.dirty_changed):
        assert tab.save()
    settle(qtbot, tab)
    assert not tab.is_dirty()
    assert codes(cup) == {"size": ["350", "500"], "colour": ["BK", "WH", "RD"]}
    red = variants.axes(cup)[1].values[2]
    assert red.names == {"en": "Red", "zh_CN": "红"}
    assert len(cells(tab)) == 6


def test_saving_leaves_the_keyboard_where_it_was(qtbot: QtBot, tab: OptionsTab) -> None:
    add_red(tab)
    values = tab.editor.stack.currentWidget()
    assert isinstance(values, EditGrid)
    values.view.setFocus()
    values.select(0, "code")
    assert tab.save()
    settle(qtbot, tab)
    after = tab.editor.stack.currentWidget()
    assert isinstance(after, EditGrid)
    assert after is not values
    assert after.view.holds_focus()
    assert after.current_row() == 0


def test_an_axis_with_its_values_is_added_and_undone(qtbot: QtBot, tab: OptionsTab, cup: int) -> None:
    tab.editor.axes.view.setFocus()
    tab.editor.axes.foot.add_button.click()
    tab.editor.axes.paste("logo\tLogo\t标志")
    key = tab.editor.axes.model.rows[2].rest["key"]
    assert isinstance(key, int)
    tab.editor.values[key].paste("N\tNone")
    assert [axis.code for axis in tab.editor.read()] == ["size", "colour", "logo"]
    assert [value.code for value in tab.editor.read()[2].values] == ["N"]
    tab.save()
    settle(qtbot, tab)
    assert codes(cup)["logo"] == ["N"]

    tab.editor.axes.select(0)
    tab.editor.axes.delete_rows()
    assert [axis.code for axis in tab.editor.read()] == ["colour", "logo"]
    tab.editor.axes.undo_stack.undo()
    assert not tab.is_dirty()
    assert [len(axis.values) for axis in tab.editor.read()] == [2, 2, 1]


def test_a_cell_that_is_needed_is_asked_for(qtbot: QtBot, tab: OptionsTab, cup: int) -> None:
    tab.editor.axes.select(0, "name_en")
    tab.editor.axes.clear_cells()
    assert not tab.save()
    assert tab.problem.text() == "English name is needed."
    assert tab.editor.axes.view.currentIndex().column() == 1
    assert variants.axes(cup)[0].name_en == "Size"


def test_a_value_in_use_is_not_taken_away(qtbot: QtBot, tab: OptionsTab, cup: int) -> None:
    variants.generate(cup)
    grid = tab.editor.values[variants.axes(cup)[1].id]
    tab.editor.axes.select(1)
    grid.select(0)
    grid.delete_rows()
    tab.save()
    settle(qtbot, tab)
    assert "'BK' is still used by CUP-350-BK, CUP-500-BK." in tab.problem.text()
    assert tab.is_dirty()
    assert codes(cup)["colour"] == ["BK", "WH"]
    tab.discard()
    settle(qtbot, tab)
    assert (tab.is_dirty(), tab.problem.text()) == (False, "")
    assert len(grid.rows()) == 2


def test_facts_that_were_saved_meanwhile_are_no_conflict(qtbot: QtBot, tab: OptionsTab, cup: int) -> None:
    add_red(tab)
    products.save_product(ProductInput("CUP", brand="LANBEI", id=cup))
    tab.refresh()  # as the page does after a change
    settle(qtbot, tab)
    assert tab.is_dirty()
    tab.save()
    settle(qtbot, tab)
    assert (tab.problem.text(), codes(cup)["colour"]) == ("", ["BK", "WH", "RD"])


def test_axes_that_somebody_else_changed_are_a_conflict(qtbot: QtBot, tab: OptionsTab, cup: int) -> None:
    add_red(tab)
    variants.save_axes(cup, sample.AXES[::-1])
    tab.refresh()
    settle(qtbot, tab)
    tab.save()
    settle(qtbot, tab)
    assert "was changed by somebody else" in tab.problem.text()
    assert list(codes(cup)) == ["colour", "size"]


def test_generating_shows_first_what_it_would_do(qtbot: QtBot, tab: OptionsTab) -> None:
    said: list[str] = []
    tab.context.say = said.append
    dialog = generate(qtbot, tab)
    assert dialog.words.text() == "4 new, 0 changed, 0 as they are."
    rows = [[text_of(cell) for cell in row] for row in dialog.table.model.rows]
    assert rows[0][:3] == ["New", "CUP-350-BK", "350 ml / Matte black"]
    assert products.product_sheet(products.find_product("CUP") or 0).items == 0

    qtbot.mouseClick(dialog.all_button, Qt.MouseButton.LeftButton)
    settle(qtbot, tab)
    assert said == ["Items: 4 made, 0 changed, 0 as they were."]
    assert sorted(cells(tab).values()) == ["CUP-350-BK", "CUP-350-WH", "CUP-500-BK", "CUP-500-WH"]
    again = generate(qtbot, tab)
    assert again.words.text() == "0 new, 0 changed, 4 as they are."
    assert not again.all_button.isEnabled()
    again.reject()


def test_only_marked_items_are_generated(qtbot: QtBot, tab: OptionsTab) -> None:
    dialog = generate(qtbot, tab)
    assert not dialog.some_button.isVisible()
    dialog.table.select_key(2)
    assert dialog.some_button.text() == "Only the 1 marked item"
    qtbot.mouseClick(dialog.some_button, Qt.MouseButton.LeftButton)
    settle(qtbot, tab)
    assert sorted(cells(tab).values()) == ["+ new", "+ new", "+ new", "CUP-500-BK"]


def test_chips_show_what_changes(qtbot: QtBot, tab: OptionsTab, cup: int) -> None:
    variants.generate(cup)
    rules = [*sample.RULES[:4], RuleInput("weight", "body", "colour=WH", {"net_g": "260"}), *sample.RULES[4:]]
    variants.save_rules(cup, rules)
    dialog = generate(qtbot, tab)
    dialog.chips.select("changed")
    rows = [[text_of(cell) for cell in row] for row in dialog.table.model.rows]
    assert [(row[1], row[3]) for row in rows] == [("CUP-350-WH", "Net weight"), ("CUP-500-WH", "Net weight")]
    dialog.reject()


def test_a_refusal_lists_every_problem_with_its_items(qtbot: QtBot, tab: OptionsTab, cup: int) -> None:
    add_red(tab)
    tab.save()
    settle(qtbot, tab)
    dialog = generate(qtbot, tab)
    assert dialog.stack.currentIndex() == 1
    assert [one.items for one in dialog.problems.problems] == [("CUP-350-RD", "CUP-500-RD")]
    assert "There is no item LID-RD" in dialog.problems.details.toPlainText()
    assert "CUP-350-RD, CUP-500-RD" in dialog.problems.details.toPlainText().splitlines()[1]
    assert not dialog.all_button.isEnabled()
    assert dialog.cancel_button.text() == "Close"
    dialog.reject()


def test_a_stopped_run_changes_nothing(qtbot: QtBot, tab: OptionsTab, cup: int) -> None:
    dialog = generate(qtbot, tab)
    dialog.generate_all()
    assert dialog.bar.isVisible()
    assert not dialog.all_button.isEnabled()
    dialog.reject()  # stops the run, the dialog stays
    assert dialog.isVisible()
    settle(qtbot, tab)
    assert dialog.hint.text() == "Generating was stopped. Nothing was changed."
    assert products.product_sheet(cup).items == 0
    dialog.reject()
    assert not dialog.isVisible()


def test_an_item_opens_from_the_matrix(qtbot: QtBot, tab: OptionsTab, cup: int) -> None:
    went: list[str] = []
    tab.context.navigate = went.append
    variants.generate(cup, [{"size": "350", "colour": "WH"}])
    tab.refresh()
    settle(qtbot, tab)
    tab.matrix.opened.emit(("350", "WH"))
    tab.matrix.opened.emit(("350", "BK"))
    assert went == ["erp://catalog/CUP-350-WH"]


def test_a_product_without_options_says_what_to_do(qtbot: QtBot, context: UiContext, cup: int) -> None:
    bare = products.find_product("BARE")
    assert bare is not None
    empty = made(qtbot, context, bare)
    assert empty.matrix.view.empty_text().startswith("Add options at the left")
    assert not empty.generate_button.isEnabled()
    assert empty.generate_button.toolTip() == "Add options first."


def test_a_third_axis_makes_pages(qtbot: QtBot, context: UiContext, cup: int) -> None:
    logo = variants.AxisInput("logo", "Logo", "", [variants.ValueInput("N"), variants.ValueInput("L")])
    variants.save_axes(cup, (*sample.AXES, logo))
    variants.save_rules(cup, ())
    tab = made(qtbot, context, cup)
    assert len(cells(tab)) == 8
    assert (("L",), "350", "BK") in cells(tab)
    variants.generate(cup, [{"size": "350", "colour": "BK", "logo": "L"}])
    tab.refresh()
    settle(qtbot, tab)
    assert cells(tab)[("L",), "350", "BK"] == "CUP-350-BK-L"


def test_items_without_options_are_counted(qtbot: QtBot, db: Database, tab: OptionsTab, cup: int) -> None:
    with db.session(write=True) as session:
        an_item(session, "CUP-500-WH").product_id = cup
    tab.refresh()
    settle(qtbot, tab)
    assert "1 item has no options; it joins where the SKU pattern gives its SKU" in tab.counts.text()
    variants.generate(cup)
    tab.refresh()
    settle(qtbot, tab)
    assert tab.counts.text() == "4 of 4 combinations are there"
