from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from factory_erp.models.database import Database
from factory_erp.models.engineering import Bill
from factory_erp.services.catalogue import item_forms
from factory_erp.services.clock import today
from factory_erp.services.engineering import bills
from factory_erp.services.stock import inventory
from factory_erp.ui.catalog import bill_tab
from factory_erp.ui.catalog.bill_tab import BillTab
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import Message
from factory_erp.ui.kit.grid_paste import PasteDialog
from tests.ui.catalog import bill_sample as shop
from tests.ui.catalog.bill_sample import settle

pytestmark = [
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    pytest.mark.qt_log_ignore("does not support (raise|propagateSizeHints)", extend=True),
]
KEY = Qt.Key
CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier

Open = Callable[[str], BillTab]


@pytest.fixture
def open_tab(db: Database, qtbot: QtBot, context: UiContext) -> Open:
    shop.load()

    def made(sku: str) -> BillTab:
        tab = BillTab(context, shop.item(sku))
        qtbot.addWidget(tab)
        tab.resize(1240, 640)
        with qtbot.waitActive(tab):
            tab.show()
            tab.activateWindow()
        tab.refresh()
        settle(qtbot, context)
        return tab

    return made


@pytest.fixture
def tab(open_tab: Open) -> BillTab:
    return open_tab("BTL-500-M")


def texts(tab: BillTab, key: str, parent: QModelIndex | None = None) -> list[str]:
    model, above = tab.lines.model, parent or QModelIndex()
    place = [column.key for column in model.columns].index(key)
    return [str(model.index(row, place, above).data()) for row in range(model.rowCount(above))]


def go(tab: BillTab, row: int, key: str) -> None:
    tab.lines.view.setFocus()
    tab.lines.view.go_to(row, [column.key for column in tab.lines.model.columns].index(key))


def editor(tab: BillTab) -> QLineEdit:
    found = tab.lines.view.editor()
    assert found is not None
    return found


def press(qtbot: QtBot, tab: BillTab, key: Qt.Key, modifiers: Qt.KeyboardModifier | None = None) -> None:
    target = tab.lines.view.editor() or tab.lines.view
    qtbot.keyClick(target, key, modifiers or Qt.KeyboardModifier.NoModifier)
    settle(qtbot, tab.context)


def retype(qtbot: QtBot, tab: BillTab, row: int, key: str, text: str) -> None:
    go(tab, row, key)
    qtbot.keyClicks(editor(tab), text)
    press(qtbot, tab, KEY.Key_Return)


def save(qtbot: QtBot, tab: BillTab) -> bool:
    started = tab.save()
    settle(qtbot, tab.context)
    return started


def problem_box(tab: BillTab) -> Message:
    boxes = [box for box in tab.findChildren(Message) if box.isVisible()]
    assert len(boxes) == 1
    return boxes[0]


# what is shown


def test_the_tree_shows_every_level_with_needs_stock_and_cost(qtbot: QtBot, tab: BillTab) -> None:
    assert texts(tab, "component") == ["BODY-500", "LID-PP", "CTN-24"]
    assert texts(tab, "needed") == ["100", "100", "100"]
    assert texts(tab, "unit_cost") == ["6.8", "1.2", "5.4"]
    assert texts(tab, "cost") == ["680", "120", "540"]
    assert texts(tab, "available") == ["0", "0", "900"]
    body = tab.lines.model.index(0, 0)
    assert texts(tab, "component", body) == ["STEEL-304"]
    assert texts(tab, "scrap", body) == ["2"]
    assert texts(tab, "needed", body) == ["28.56"]
    assert texts(tab, "unit", body) == ["KGS"]
    assert tab.foot.levels.text() == "2 levels"
    assert tab.foot.cost.text() == "Material CNY 13.40 per PCS"
    assert tab.lines.model.name_at(body) == "Bottle body 500"


def test_what_is_short_follows_the_quantity_and_is_netted_through_the_levels(
    qtbot: QtBot, tab: BillTab
) -> None:
    # No lids in stock, so the granulate for all of them is missing; there is steel for 18,208 bodies.
    assert tab.foot.short.text() == "1 material short"
    assert tab.foot.names.text() == "PP-GRAN: 3.5 KGS missing"
    tab.foot.edit.setText("")
    qtbot.keyClicks(tab.foot.edit, "1000")
    assert texts(tab, "needed") == ["1,000", "1,000", "1,000"]
    assert tab.foot.short.text() == "2 materials short"
    assert tab.foot.names.text() == "PP-GRAN: 35 KGS missing · CTN-24: 100 PCS missing"
    assert tab.lines.model.is_short(tab.lines.model.index(2, 0))
    assert not tab.lines.model.is_short(tab.lines.model.index(0, 0))
    inventory.receive(shop.item("LID-PP"), Decimal(1000), "GR-1", "k1")
    tab.refresh()
    settle(qtbot, tab.context)
    assert tab.foot.names.text() == "CTN-24: 100 PCS missing"


def test_an_item_without_a_bill_says_so_and_a_first_one_is_started(qtbot: QtBot, open_tab: Open) -> None:
    tab = open_tab("CTN-24")
    assert tab.stack.currentWidget() is tab.empty
    assert "is bought" in tab.empty.sentence.text()
    bottle = open_tab("BTL-750-O")
    assert "no bill of materials yet" in bottle.empty.sentence.text()
    bottle.empty.button.click()
    assert bottle.is_dirty()
    qtbot.keyClicks(editor(bottle), "BODY-500")
    press(qtbot, bottle, KEY.Key_Return)
    qtbot.keyClicks(editor(bottle), "2")
    assert save(qtbot, bottle)
    assert not bottle.is_dirty()
    made = shop.sheet("BTL-750-O")
    assert (made.revision, made.valid_from) == ("A", today())
    assert [(one.sku, one.quantity) for one in made.lines] == [("BODY-500", 2)]


# editing


def test_a_changed_line_is_saved_and_undo_names_it(qtbot: QtBot, tab: BillTab) -> None:
    retype(qtbot, tab, 1, "quantity", "1.5")
    assert tab.is_dirty()
    assert tab.bar.isVisible()
    assert tab.undo_text() == "Undo: change quantity of LID-PP"
    assert texts(tab, "needed")[1] == "150"
    press(qtbot, tab, KEY.Key_Z, CTRL)
    assert not tab.is_dirty()
    press(qtbot, tab, KEY.Key_Y, CTRL)
    press(qtbot, tab, KEY.Key_Return, CTRL)
    assert not tab.is_dirty()
    assert [one.quantity for one in shop.sheet("BTL-500-M").lines] == [1, Decimal("1.5"), 1]


def test_lines_are_inserted_moved_and_deleted_by_keys(qtbot: QtBot, tab: BillTab) -> None:
    go(tab, 2, "component")
    press(qtbot, tab, KEY.Key_Up, ALT)
    assert texts(tab, "component") == ["BODY-500", "CTN-24", "LID-PP"]
    press(qtbot, tab, KEY.Key_F8)
    assert texts(tab, "component") == ["BODY-500", "LID-PP"]
    press(qtbot, tab, KEY.Key_F7)
    qtbot.keyClicks(editor(tab), "pp-gran")
    press(qtbot, tab, KEY.Key_Return)
    qtbot.keyClicks(editor(tab), "0.2")
    press(qtbot, tab, KEY.Key_Return)
    assert texts(tab, "component") == ["BODY-500", "PP-GRAN", "LID-PP"]
    assert texts(tab, "unit") == ["PCS", "KGS", "PCS"]
    assert save(qtbot, tab)
    assert [one.sku for one in shop.sheet("BTL-500-M").lines] == ["BODY-500", "PP-GRAN", "LID-PP"]


def test_a_line_that_moves_takes_what_is_unfolded_with_it(qtbot: QtBot, tab: BillTab) -> None:
    model, view = tab.lines.model, tab.lines.view
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    view.setExpanded(model.index(0, 0), True)
    go(tab, 0, "component")
    press(qtbot, tab, KEY.Key_Down, ALT)
    assert [view.isExpanded(model.index(row, 0)) for row in range(3)] == [False, True, False]
    retype(qtbot, tab, 1, "component", "LID-PP")
    assert texts(tab, "component", model.index(1, 0)) == ["PP-GRAN"]
    tab.lines.undo_stack.setIndex(0)
    assert texts(tab, "component", model.index(0, 0)) == ["STEEL-304"]
    go(tab, 1, "component")
    press(qtbot, tab, KEY.Key_F8)
    tab.lines.undo_stack.undo()
    assert texts(tab, "component") == ["BODY-500", "LID-PP", "CTN-24"]


def test_arrows_walk_the_tree_and_unfold_it(qtbot: QtBot, tab: BillTab) -> None:
    model, view = tab.lines.model, tab.lines.view
    go(tab, 0, "component")
    press(qtbot, tab, KEY.Key_Right, CTRL)
    assert view.isExpanded(model.index(0, 0))
    press(qtbot, tab, KEY.Key_Down)
    assert model.sku_at(view.currentIndex()) == "STEEL-304"
    assert view.editor() is None
    visited: list[str] = []
    tab.context.navigate = visited.append
    press(qtbot, tab, KEY.Key_Return)
    assert visited == [f"erp://catalog/{shop.item('STEEL-304')}"]
    press(qtbot, tab, KEY.Key_Left)
    assert model.sku_at(view.currentIndex()) == "BODY-500"


def test_a_wrong_cell_is_marked_and_nothing_is_saved(qtbot: QtBot, tab: BillTab) -> None:
    retype(qtbot, tab, 0, "component", "NO-SUCH")
    retype(qtbot, tab, 1, "scrap", "100")
    assert tab.lines.foot.problem_button.text() == "2 cells are not right"
    assert not save(qtbot, tab)
    found = tab.lines.problems()
    assert [(row, tab.lines.model.columns[column].key) for row, column, _said in found] == [
        (0, "component"), (1, "scrap"),
    ]  # fmt: skip
    assert "There is no item 'NO-SUCH'." in found[0][2]
    assert [one.sku for one in shop.sheet("BTL-500-M").lines] == ["BODY-500", "LID-PP", "CTN-24"]


def test_a_line_that_no_bill_can_hold_is_said_at_the_line(qtbot: QtBot, tab: BillTab) -> None:
    retype(qtbot, tab, 2, "kind", "Phantom")
    assert [said for _row, _column, said in tab.lines.problems()] == [
        "CTN-24 has no bill of its own, so it cannot be a phantom."
    ]
    assert not save(qtbot, tab)
    retype(qtbot, tab, 2, "kind", "By-product")
    assert save(qtbot, tab)
    assert [one.by_product for one in shop.sheet("BTL-500-M").lines] == [False, False, True]
    assert texts(tab, "cost") == ["680", "120", "-540"]


def test_a_circle_is_refused_with_its_path_at_the_line_that_closes_it(qtbot: QtBot, open_tab: Open) -> None:
    tab = open_tab("BODY-500")
    go(tab, 0, "component")
    press(qtbot, tab, KEY.Key_F7)
    qtbot.keyClicks(editor(tab), "BTL-500-M")
    press(qtbot, tab, KEY.Key_Return)
    qtbot.keyClicks(editor(tab), "1")
    press(qtbot, tab, KEY.Key_Return)
    go(tab, 1, "component")
    assert save(qtbot, tab)
    assert (
        "BODY-500 → BTL-500-M" in problem_box(tab).text() or "BTL-500-M → BODY-500" in problem_box(tab).text()
    )
    assert tab.lines.current_row() == 0
    assert tab.is_dirty()
    assert [one.sku for one in shop.sheet("BODY-500").lines] == ["STEEL-304"]


def test_a_day_that_another_revision_has_is_said_at_its_field(qtbot: QtBot, tab: BillTab) -> None:
    shop.second_revision()
    tab.refresh()
    settle(qtbot, tab.context)
    edit = tab.form.edit("valid_to")
    assert isinstance(edit, QLineEdit)
    edit.clear()
    qtbot.keyClicks(edit, "2030-01-01")
    assert save(qtbot, tab)
    assert "Revision B of BTL-500-M is valid on the same days." in tab.form._messages["valid_from"].text()
    assert tab.is_dirty()
    tab.discard()
    settle(qtbot, tab.context)
    assert not tab.is_dirty()
    assert tab.form.values()["valid_to"] == shop.sheet("BTL-500-M").valid_to


def test_somebody_elses_change_is_not_written_over(qtbot: QtBot, tab: BillTab) -> None:
    shop.save("BTL-500-M", shop.line("BODY-500", "3"), first=shop.sheet("BTL-500-M").valid_from)
    retype(qtbot, tab, 0, "quantity", "2")
    save(qtbot, tab)
    assert "since you opened it" in problem_box(tab).text()
    assert [one.quantity for one in shop.sheet("BTL-500-M").lines] == [3]


def test_the_output_divides_the_needs_and_joins_the_draft(qtbot: QtBot, tab: BillTab) -> None:
    edit = tab.form.edit("output")
    assert isinstance(edit, QLineEdit)
    edit.setFocus()
    edit.selectAll()
    qtbot.keyClicks(edit, "10")
    assert texts(tab, "needed") == ["10", "10", "10"]
    assert tab.foot.cost.text() == "Material CNY 1.34 per PCS"
    assert tab.undo_text() == "Undo: change makes"
    qtbot.keyClick(edit, KEY.Key_Z, CTRL)
    assert texts(tab, "needed") == ["100", "100", "100"]
    assert not tab.is_dirty()


def test_alternates_are_typed_or_chosen_in_their_dialog(qtbot: QtBot, tab: BillTab) -> None:
    retype(qtbot, tab, 1, "alternates", "CTN-24=0.5; BODY-500")
    go(tab, 1, "component")
    dialog = tab.lines.ask_alternates()
    assert dialog is not None
    assert [row["quantity"] for row in dialog.grid.rows()] == [Decimal("0.5"), None]
    dialog.grid.view.setFocus()
    dialog.grid.select(1)
    dialog.grid.run("up")
    dialog.ok_button.click()
    assert texts(tab, "alternates")[1] == "BODY-500; CTN-24=0.5"
    assert save(qtbot, tab)
    found = shop.sheet("BTL-500-M").lines[1].alternates
    assert [(one.sku, one.quantity) for one in found] == [("BODY-500", 1), ("CTN-24", Decimal("0.5"))]


def test_a_block_is_pasted_after_a_look_at_it(qtbot: QtBot, tab: BillTab) -> None:
    go(tab, 2, "component")
    QGuiApplication.clipboard().setText("子件\t数量\t损耗率\nPP-GRAN\t0.02\t3%\nctn-24\t2\t0\nWRONG\t1\t0\n")
    press(qtbot, tab, KEY.Key_V, CTRL)
    dialog = tab.findChild(PasteDialog)
    assert dialog is not None
    assert [cell.after.problem for cell in dialog.plan.problems] == [
        "There is no item 'WRONG'. Choose from the list (F4)."
    ]
    dialog.paste_button.click()
    settle(qtbot, tab.context)
    assert texts(tab, "component") == ["BODY-500", "LID-PP", "PP-GRAN", "CTN-24", "WRONG"]
    assert not save(qtbot, tab)
    go(tab, 4, "component")
    press(qtbot, tab, KEY.Key_F8)
    assert save(qtbot, tab)
    found = [(one.sku, one.quantity, one.scrap_percent) for one in shop.sheet("BTL-500-M").lines]
    assert found[2:] == [("PP-GRAN", Decimal("0.02"), 3), ("CTN-24", 2, 0)]


def test_marked_cells_are_copied_as_a_spreadsheet_has_them(qtbot: QtBot, tab: BillTab) -> None:
    go(tab, 0, "component")
    tab.lines.view.shut()
    tab.lines.view.selectAll()
    press(qtbot, tab, KEY.Key_C, CTRL)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert [line.split("\t")[:2] for line in lines] == [["BODY-500", "1"], ["LID-PP", "1"], ["CTN-24", "1"]]


# revisions


def test_a_new_revision_is_made_looked_at_and_removed(
    qtbot: QtBot, tab: BillTab, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = tab.ask_new_revision()
    assert dialog is not None
    assert dialog.form.values()["revision"] == "B"
    dialog.save_button.click()
    settle(qtbot, tab.context)
    assert tab.form.values()["revision"] == "B"
    assert [one.revision for one in tab.revisions.revisions()] == ["B", "A"]
    assert tab.revisions.state.text() == "Current"
    old = tab.revisions.revisions()[1]
    tab.choose(old.id)
    settle(qtbot, tab.context)
    assert (tab.form.values()["revision"], tab.revisions.state.text()) == ("A", "Past")
    monkeypatch.setattr(bill_tab, "confirm", lambda *_words: True)
    tab.remove_revision()
    settle(qtbot, tab.context)
    assert [one.revision for one in bills.revisions(shop.item("BTL-500-M"))] == ["B"]
    assert tab.form.values()["revision"] == "B"


def test_a_taken_name_is_said_in_the_dialog(qtbot: QtBot, tab: BillTab) -> None:
    dialog = tab.ask_new_revision()
    assert dialog is not None
    edit = dialog.form.edit("revision")
    assert isinstance(edit, QLineEdit)
    edit.clear()
    qtbot.keyClicks(edit, "A")
    dialog.save_button.click()
    settle(qtbot, tab.context)
    assert "has such a revision already" in dialog.form._messages["revision"].text()
    assert dialog.isVisible()


def test_another_revision_is_only_chosen_over_a_draft_after_asking(
    qtbot: QtBot, tab: BillTab, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = shop.second_revision()
    tab.refresh()
    settle(qtbot, tab.context)
    retype(qtbot, tab, 0, "quantity", "5")
    assert not tab.revisions.buttons["new"].isEnabled()
    asked: list[str] = []
    monkeypatch.setattr(bill_tab, "confirm", lambda _tab, title, *_words: bool(asked.append(title)))
    tab.choose(other)
    assert asked == ["Unsaved changes"]
    assert tab.is_dirty()
    assert tab.revisions.chooser.value() != other
    monkeypatch.setattr(bill_tab, "confirm", lambda *_words: True)
    tab.choose(other)
    settle(qtbot, tab.context)
    assert (tab.form.values()["revision"], tab.revisions.state.text()) == ("B", "Future")
    assert not tab.is_dirty()


def test_a_derived_bill_is_only_looked_at(qtbot: QtBot, db: Database, tab: BillTab) -> None:
    with db.session(write=True) as session:
        found = session.get(Bill, shop.sheet("BTL-500-M").id)
        assert found is not None
        found.derived = True
    tab.refresh()
    settle(qtbot, tab.context)
    assert tab.derived.isVisible()
    assert tab.revisions.derived.text() == "From the variant rules"
    go(tab, 0, "quantity")
    assert tab.lines.view.editor() is None
    assert not any(tab.lines.can(command) for command in ("insert", "delete", "paste", "clear"))
    assert not tab.revisions.buttons["remove"].isEnabled()
    assert tab.revisions.buttons["new"].isEnabled()


def test_a_missing_standard_cost_makes_the_sum_a_least(qtbot: QtBot, tab: BillTab) -> None:
    form = item_forms.item_form(shop.item("LID-PP"))
    item_forms.save_item(replace(form, standard_cost=Decimal(0)))
    tab.refresh()
    settle(qtbot, tab.context)
    assert tab.foot.cost.text() == "Material at least CNY 12.20 per PCS"
    assert texts(tab, "unit_cost")[1] == "–"


def test_ctrl_d_fills_down(qtbot: QtBot, tab: BillTab) -> None:
    before = texts(tab, "quantity")
    go(tab, 0, "quantity")
    assert not tab.lines.can("fill"), "nothing stands over the first line"
    qtbot.keyClicks(editor(tab), "7")
    press(qtbot, tab, KEY.Key_Return)
    go(tab, 1, "quantity")
    press(qtbot, tab, KEY.Key_D, CTRL)
    assert texts(tab, "quantity") == ["7", "7", *before[2:]]
    press(qtbot, tab, KEY.Key_D, CTRL)
    tab.lines.undo_stack.undo()
    assert texts(tab, "quantity")[:2] == ["7", before[1]], "the same again is no step"
    go(tab, 1, "needed")
    press(qtbot, tab, KEY.Key_D, CTRL)
    assert texts(tab, "quantity")[:2] == ["7", before[1]], "what follows from the line is not filled"
