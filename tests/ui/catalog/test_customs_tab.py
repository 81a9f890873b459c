"""How an item is declared, and the list of tariff codes behind it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from factory_erp.models.database import Database
from factory_erp.services.catalogue import customs, item_forms, tariff
from factory_erp.services.catalogue.tariff import RateView, TariffInput
from factory_erp.ui.catalog import tariff_dialog as dialog_module
from factory_erp.ui.catalog.customs_tab import CustomsTab
from factory_erp.ui.catalog.tariff_dialog import TariffDialog
from factory_erp.ui.catalog.tariff_words import find_codes
from factory_erp.ui.kit.choose import LookupEdit
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.grid import EditGrid
from tests.services.factory import an_item

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

FLASKS = TariffInput(
    "9617.00.9000", "Vacuum flasks", "保温瓶", "H87", "KGM", ("品牌类型", "出口享惠情况", "种类"),
    (RateView(date(2018, 5, 1), Decimal(16), Decimal(13)),
     RateView(date(2019, 4, 1), Decimal(13), Decimal(13))),
)  # fmt: skip
STEEL = TariffInput(
    "7323930000", "Household articles of steel", "不锈钢制品", "KGM", "", ("品牌类型", "材质")
)
CTRL = Qt.KeyboardModifier.ControlModifier


def settle(qtbot: QtBot, tab: CustomsTab) -> None:
    qtbot.waitUntil(lambda: not tab.context.jobs.running())


@pytest.fixture
def tab(
    db: Database, qtbot: QtBot, context: UiContext, problems: list[BaseException]
) -> Iterator[CustomsTab]:
    with db.session(write=True) as session:
        item = an_item(session, "CUP-1").id
    for code in (FLASKS, STEEL):
        tariff.save_tariff_code(code)
    customs.save_declaration(item, "9617009000", "CN", {"种类": "真空保温杯", "颜色": "黑"})
    made = CustomsTab(context, item)
    qtbot.addWidget(made)
    made.resize(1040, 560)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    made.refresh()
    settle(qtbot, made)
    yield made
    assert problems == []


def code_edit(tab: CustomsTab) -> LookupEdit:
    edit = tab.form.edit("hs_code")
    assert isinstance(edit, LookupEdit)
    return edit


def choose_code(qtbot: QtBot, tab: CustomsTab, text: str) -> None:
    edit = code_edit(tab)
    edit.setFocus()
    edit.selectAll()
    qtbot.keyClicks(edit, text)
    qtbot.waitUntil(edit.is_open)
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    settle(qtbot, tab)


def rows(grid: EditGrid) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in grid.model.rows]


def answer(qtbot: QtBot, tab: CustomsTab, row: int, text: str) -> None:
    tab.grid.view.setFocus()
    tab.grid.select(row, "value")
    editor = tab.grid.view.editor()
    assert editor is not None
    qtbot.keyClicks(editor, text)
    qtbot.keyClick(editor, Qt.Key.Key_Return)


def put(form_edit: object, text: str) -> None:
    assert isinstance(form_edit, QLineEdit)
    form_edit.setText(text)
    form_edit.textEdited.emit(text)


def test_elements_stand_in_the_tariffs_order_with_what_is_missing(tab: CustomsTab) -> None:
    assert rows(tab.grid) == [
        ["品牌类型", "", "missing"],
        ["出口享惠情况", "", "missing"],
        ["种类", "真空保温杯", ""],
        ["颜色", "黑", "not asked for"],
    ]
    assert tab.card.missing.text() == "2 elements are missing"
    assert code_edit(tab).text() == "9617.00.9000"
    assert tab.card.facts["name"].text() == "Vacuum flasks"
    assert tab.card.facts["unit_2"].text() == "KGS (035)"
    assert tab.card.facts["rate"].text() == "VAT 13 %, rebate 13 %, since 2019-04-01"
    assert tab.card.facts["line"].text() == "种类:真空保温杯"
    assert tab.card.rates.model.rows == [("2019-04-01", "13 %", "13 %"), ("2018-05-01", "16 %", "13 %")]
    assert not tab.is_dirty()


def test_an_answer_from_the_list_is_saved(qtbot: QtBot, tab: CustomsTab) -> None:
    tab.grid.view.setFocus()
    tab.grid.select(0, "value")
    editor = tab.grid.view.editor()
    assert isinstance(editor, LookupEdit)
    editor.open_list()
    assert editor.suggestions()[0].text == "无品牌"
    qtbot.keyClick(editor, Qt.Key.Key_Down)
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert tab.card.missing.text() == "1 element is missing"
    assert tab.card.facts["line"].text() == "品牌类型:境内自主品牌|种类:真空保温杯"

    qtbot.keyClick(tab.grid.view.editor() or tab.grid.view, Qt.Key.Key_Return, CTRL)
    settle(qtbot, tab)
    assert customs.customs_sheet(tab.record_id).values()["品牌类型"] == "境内自主品牌"
    assert not tab.is_dirty()


def test_free_answers_are_typed_and_cleared_ones_go(qtbot: QtBot, tab: CustomsTab) -> None:
    answer(qtbot, tab, 2, "vacuum cup")
    tab.grid.select(3, "value")
    tab.grid.run("clear")
    assert tab.save()
    settle(qtbot, tab)
    assert customs.customs_sheet(tab.record_id).values() == {"种类": "vacuum cup"}
    assert len(rows(tab.grid)) == 3


def test_another_code_asks_for_other_elements_and_keeps_the_answers(qtbot: QtBot, tab: CustomsTab) -> None:
    choose_code(qtbot, tab, "7323")

    assert [row[0] for row in rows(tab.grid)] == ["品牌类型", "材质", "种类", "颜色"]
    assert tab.card.facts["name"].text() == "Household articles of steel"
    assert tab.card.facts["rate"].text() == "not known"
    assert tab.is_dirty()
    answer(qtbot, tab, 1, "304")
    tab.save()
    settle(qtbot, tab)
    sheet = customs.customs_sheet(tab.record_id)
    assert (sheet.hs_code, sheet.values()) == (
        "7323930000",
        {"材质": "304", "种类": "真空保温杯", "颜色": "黑"},
    )


def test_undo_of_the_code_brings_its_elements_back(qtbot: QtBot, tab: CustomsTab) -> None:
    choose_code(qtbot, tab, "7323")
    while tab.form.undo_stack.canUndo():
        tab.form.undo_stack.undo()
    settle(qtbot, tab)
    assert [row[0] for row in rows(tab.grid)] == ["品牌类型", "出口享惠情况", "种类", "颜色"]
    assert not tab.is_dirty()
    assert not tab.bar.isVisibleTo(tab)


def test_a_code_that_is_not_in_the_list_can_be_declared(qtbot: QtBot, tab: CustomsTab) -> None:
    choose_code(qtbot, tab, "3924100000")
    assert tab.card.facts["name"].text() == "The code is not in the list of tariff codes yet."
    assert [row[0] for row in rows(tab.grid)][:2] == ["品牌类型", "出口享惠情况"]
    tab.save()
    settle(qtbot, tab)
    assert customs.customs_sheet(tab.record_id).hs_code == "3924100000"
    assert code_edit(tab).text() == "3924.10.0000"


def test_what_is_no_code_is_refused_at_its_field(qtbot: QtBot, tab: CustomsTab) -> None:
    put(code_edit(tab), "flask-like")
    assert not tab.save()
    assert "There is no 'flask-like' to choose here." in tab.form._messages["hs_code"].text()


def test_an_answer_that_cannot_be_printed_is_refused_at_its_cell(qtbot: QtBot, tab: CustomsTab) -> None:
    answer(qtbot, tab, 2, "cup|lid")
    tab.save()
    settle(qtbot, tab)
    assert tab.problem.text().startswith("'种类' has a text that cannot be declared.")
    assert tab.grid.current_row() == 2
    assert customs.customs_sheet(tab.record_id).values()["种类"] == "真空保温杯"


def test_discard_reads_again(qtbot: QtBot, tab: CustomsTab) -> None:
    choose_code(qtbot, tab, "7323")
    answer(qtbot, tab, 1, "304")
    tab.bar.discard_button.click()
    settle(qtbot, tab)
    assert [row[1] for row in rows(tab.grid)] == ["", "", "真空保温杯", "黑"]
    assert code_edit(tab).text() == "9617.00.9000"
    assert not tab.is_dirty()


def test_another_part_of_the_item_may_be_saved_meanwhile(qtbot: QtBot, tab: CustomsTab) -> None:
    choose_code(qtbot, tab, "7323")
    item_forms.set_active(tab.record_id, False)
    tab.refresh()
    settle(qtbot, tab)
    assert tab.is_dirty()
    tab.save()
    settle(qtbot, tab)
    assert customs.customs_sheet(tab.record_id).hs_code == "7323930000"


def test_codes_are_found_by_digits_with_and_without_dots_and_by_name(tab: CustomsTab) -> None:
    assert [choice.text for choice in find_codes("9617")] == ["9617.00.9000"]
    assert [choice.text for choice in find_codes("9617009000")] == ["9617009000"]
    assert [choice.key for choice in find_codes("9617.00.9000")] == ["9617009000"]
    assert [choice.key for choice in find_codes("steel")] == ["7323930000"]
    assert [choice.detail for choice in find_codes("392410")] == ["not in the list of tariff codes yet"]
    assert find_codes("39") == []


# the dialog


def open_dialog(qtbot: QtBot, tab: CustomsTab) -> TariffDialog:
    dialog = tab.open_codes()
    settle(qtbot, tab)
    return dialog


def test_the_list_opens_at_the_items_code_and_a_new_rate_shows_on_the_tab(
    qtbot: QtBot, tab: CustomsTab
) -> None:
    dialog = open_dialog(qtbot, tab)
    assert dialog.editor.form.draft()["code"] == "9617.00.9000"
    assert [row["vat_percent"] for row in dialog.editor.rates.rows()] == [13, 16]

    dialog.editor.rates.apply(dialog.editor.rates.plan([["2026-01-01", "9", "9%"]]))
    assert dialog.editor.save()
    settle(qtbot, tab)
    dialog.reject()
    settle(qtbot, tab)
    assert tab.card.facts["rate"].text() == "VAT 9 %, rebate 9 %, since 2026-01-01"


def test_a_new_code_with_elements_copied_from_a_tariff_table(qtbot: QtBot, tab: CustomsTab) -> None:
    choose_code(qtbot, tab, "3924100000")
    dialog = open_dialog(qtbot, tab)
    assert dialog.editor.known() is None
    assert dialog.editor.form.draft()["code"] == "3924.10.0000"

    put(dialog.editor.form.edit("name_en"), "Tableware of plastics")
    dialog.editor.elements.apply(dialog.editor.elements.plan([["0:品牌类型;1:出口享惠情况;2:材质;"]]))
    assert dialog.editor.save()
    settle(qtbot, tab)
    saved = tariff.tariff_code("3924100000")
    assert saved is not None
    assert saved.elements == ("品牌类型", "出口享惠情况", "材质")
    assert len(dialog.editor.elements.rows()) == 3
    dialog.reject()
    settle(qtbot, tab)
    assert [row[0] for row in rows(tab.grid)] == ["品牌类型", "出口享惠情况", "材质", "种类", "颜色"]


def test_a_refusal_is_shown_on_the_form(qtbot: QtBot, tab: CustomsTab) -> None:
    dialog = open_dialog(qtbot, tab)
    dialog.new()
    put(dialog.editor.form.edit("code"), "12")
    assert dialog.editor.save()
    settle(qtbot, tab)
    assert "'12' is not an HS code." in dialog.editor.form._messages["code"].text()

    put(dialog.editor.form.edit("code"), "392410")
    dialog.editor.rates.apply(dialog.editor.rates.plan([["2026-01-01", "9", "13"]]))
    assert dialog.editor.save()
    settle(qtbot, tab)
    assert "The rebate cannot be above the VAT" in dialog.editor.problem.text()
    assert tariff.tariff_code("392410") is None


def test_a_draft_is_asked_about_before_it_is_left(
    qtbot: QtBot, tab: CustomsTab, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = [False, False, True]
    monkeypatch.setattr(dialog_module, "confirm", lambda *_asked: answers.pop(0))
    dialog = open_dialog(qtbot, tab)
    put(dialog.editor.form.edit("name_en"), "Flasks")
    other = next(key for key, code in dialog._codes.items() if code.code == "7323930000")

    dialog.table.select_key(other)
    assert dialog.editor.form.draft()["name_en"] == "Flasks"
    dialog.reject()
    assert dialog.isVisible()
    dialog.table.select_key(other)
    assert dialog.editor.form.draft()["name_en"] == "Household articles of steel"
    assert answers == []


def test_a_code_is_removed_after_asking(
    qtbot: QtBot, tab: CustomsTab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dialog_module, "confirm", lambda *_asked: True)
    dialog = open_dialog(qtbot, tab)
    dialog.remove_button.click()
    settle(qtbot, tab)
    assert tariff.tariff_code("9617009000") is None
    dialog.reject()
    settle(qtbot, tab)
    assert tab.card.facts["name"].text() == "The code is not in the list of tariff codes yet."
    assert not tab.form.is_dirty()


def test_the_list_is_searched(qtbot: QtBot, tab: CustomsTab) -> None:
    dialog = open_dialog(qtbot, tab)
    dialog.search.setText("steel")
    qtbot.keyClick(dialog.search, Qt.Key.Key_Return)
    settle(qtbot, tab)
    assert [row[0] for row in dialog.table.model.rows] == ["7323.93.0000"]
    assert dialog.isVisible()
