from __future__ import annotations

from decimal import Decimal

import pytest
from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtGui import QGuiApplication, QInputMethodEvent
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from factory_erp.ui.kit.matrix import Head, MatrixGrid

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ROWS = (Head("r", "Red"), Head("b", "Blue"))
SIZES = (Head("s", "S"), Head("m", "M"), Head("l", "L"))
CELLS: dict[tuple[object, ...], object] = {
    ("r", "s"): Decimal(1),
    ("r", "m"): Decimal(2),
    ("r", "l"): None,
    ("b", "s"): Decimal(4),
    ("b", "l"): Decimal(6),
}


@pytest.fixture
def matrix(qtbot: QtBot) -> MatrixGrid:
    made = MatrixGrid("Quantity", additive=True)
    qtbot.addWidget(made)
    made.resize(600, 300)
    made.set_matrix(ROWS, SIZES, CELLS)  # type: ignore[arg-type]
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    made.view.setFocus()
    return made


def shown(matrix: MatrixGrid) -> list[list[object]]:
    model: QAbstractItemModel = matrix.model
    return [[model.index(r, c).data() for c in range(model.columnCount())] for r in range(model.rowCount())]


def key(
    qtbot: QtBot, matrix: MatrixGrid, which: Qt.Key, modifiers: Qt.KeyboardModifier | None = None
) -> None:
    target = matrix.view.editor() or matrix.view
    qtbot.keyClick(target, which, modifiers or Qt.KeyboardModifier.NoModifier)


def test_totals_leave_out_what_is_not_there(matrix: MatrixGrid) -> None:
    assert shown(matrix) == [["1", "2", "", "3"], ["4", None, "6", "10"], ["5", "2", "6", "13"]]


def test_the_model_keeps_the_rules_of_qt(qtbot: QtBot, matrix: MatrixGrid) -> None:
    QAbstractItemModelTester(matrix.model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    matrix.select(("r", "m"))
    matrix.paste("7")
    assert shown(matrix)[2][3] == "18"


def test_only_changed_cells_are_given_back(qtbot: QtBot, matrix: MatrixGrid) -> None:
    assert matrix.values() == {}
    matrix.select(("r", "l"))
    qtbot.keyClicks(matrix.view.editor(), "9")
    assert matrix.is_dirty()
    assert matrix.values() == {("r", "l"): Decimal(9)}
    assert matrix.undo_text() == "Undo: change quantity"
    matrix.mark_saved()
    assert matrix.values() == {}
    assert not matrix.is_dirty()


def test_typing_goes_over_hatched_cells(qtbot: QtBot, matrix: MatrixGrid) -> None:
    matrix.select(("b", "s"))
    qtbot.keyClicks(matrix.view.editor(), "5")
    key(qtbot, matrix, Qt.Key.Key_Return)
    assert matrix.current_key() == ("b", "l")
    hatched = matrix.model.index(1, 1)
    assert not hatched.flags() & Qt.ItemFlag.ItemIsEditable
    assert not matrix.model.setData(hatched, "3")
    assert "no item" in hatched.data(Qt.ItemDataRole.AccessibleDescriptionRole)


def test_the_first_letter_of_an_input_method_goes_into_the_cell(qtbot: QtBot, matrix: MatrixGrid) -> None:
    matrix.select(("r", "m"))
    target = QApplication.focusWidget()
    assert target is matrix.view.editor()
    composed = QInputMethodEvent("", [])
    composed.setCommitString("8")
    QApplication.sendEvent(target, QInputMethodEvent("b", []))
    QApplication.sendEvent(target, composed)
    assert matrix.values() == {("r", "m"): Decimal(8)}


def test_an_unsound_cell_is_marked_and_not_counted(qtbot: QtBot, matrix: MatrixGrid) -> None:
    matrix.select(("b", "s"))
    qtbot.keyClicks(matrix.view.editor(), "four")
    (where, sentence), *rest = matrix.problems()
    assert (where, rest) == (("b", "s"), [])
    assert "four" in sentence
    assert matrix.values() == {("b", "s"): None}
    assert shown(matrix)[2][0] == "1"
    assert not matrix.foot.isHidden()
    matrix.undo_stack.undo()
    assert matrix.problems() == []
    assert matrix.foot.isHidden()


def test_undo_redo_clear_and_fill(qtbot: QtBot, matrix: MatrixGrid) -> None:
    matrix.select(("r", "s"))
    key(qtbot, matrix, Qt.Key.Key_Right, SHIFT)
    key(qtbot, matrix, Qt.Key.Key_Down, SHIFT)
    key(qtbot, matrix, Qt.Key.Key_D, CTRL)
    assert matrix.values() == {("b", "s"): Decimal(1)}
    key(qtbot, matrix, Qt.Key.Key_Delete)
    assert matrix.values() == {("r", "s"): None, ("r", "m"): None, ("b", "s"): None}
    key(qtbot, matrix, Qt.Key.Key_Z, CTRL)
    key(qtbot, matrix, Qt.Key.Key_Z, CTRL)
    assert matrix.values() == {}
    matrix.undo_stack.redo()
    assert matrix.values() == {("b", "s"): Decimal(1)}
    matrix.discard()
    assert not matrix.is_dirty()


def test_a_block_is_pasted_where_there_are_items(matrix: MatrixGrid) -> None:
    matrix.select(("r", "m"))
    dialog = matrix.paste("20\t30\t40\n50\t60\t70\n80\t90\t1")
    assert dialog is not None
    assert dialog.model.headerData(0, Qt.Orientation.Vertical) == "Red"
    assert len(dialog.plan.notes) == 3
    dialog.accept()
    assert matrix.values() == {("r", "m"): Decimal(20), ("r", "l"): Decimal(30), ("b", "l"): Decimal(60)}
    matrix.undo_stack.undo()
    assert matrix.values() == {}


def test_a_block_with_heads_finds_its_cells(matrix: MatrixGrid) -> None:
    plan = matrix.plan([["", "L", "s"], ["blue", "60", "40"]])
    assert plan.has_headers
    matrix.apply(plan)
    assert matrix.values() == {("b", "l"): Decimal(60), ("b", "s"): Decimal(40)}


def test_copy_takes_totals_along(qtbot: QtBot, matrix: MatrixGrid) -> None:
    matrix.view.selectAll()
    matrix.copy()
    assert QGuiApplication.clipboard().text() == "1\t2\t\t3\n4\t\t6\t10\n5\t2\t6\t13\n"


def test_pages_hold_the_third_axis(qtbot: QtBot) -> None:
    matrix = MatrixGrid("Quantity", additive=True)
    qtbot.addWidget(matrix)
    pages = (Head("c", "Cotton"), Head("w", "Wool"))
    cells = {
        (p.key, r.key, s.key): Decimal(1)
        for p in pages
        for r in ROWS
        for s in SIZES
        if p.key != "w" or r.key != "b"
    }
    matrix.set_matrix(ROWS, SIZES, cells, pages)
    assert not matrix.pages.isHidden()
    assert shown(matrix)[2][3] == "6"
    matrix.select(("w", "r", "m"))
    assert matrix.current_key() == ("w", "r", "m")
    assert shown(matrix)[2][3] == "3"
    matrix.paste("5")
    assert matrix.values() == {("w", "r", "m"): Decimal(5)}
    matrix.pages.select("0")
    assert matrix.values() == {("w", "r", "m"): Decimal(5)}
    assert shown(matrix)[2][3] == "6"


def test_a_matrix_that_is_only_read(qtbot: QtBot) -> None:
    matrix = MatrixGrid(read=None)
    qtbot.addWidget(matrix)
    matrix.set_matrix(ROWS, SIZES, CELLS)  # type: ignore[arg-type]
    matrix.select(("r", "m"))
    for command in ("paste", "clear", "fill"):
        matrix.run(command)
    assert matrix.values() == {}
    assert shown(matrix) == [["1", "2", ""], ["4", None, "6"]]
    with qtbot.waitSignal(matrix.opened) as told:
        qtbot.keyClick(matrix.view, Qt.Key.Key_Return)
    assert told.args == [("r", "m")]


def test_discard_finds_back_even_where_undo_does_not(matrix: MatrixGrid) -> None:
    matrix.select(("r", "s"))
    matrix.paste("9")
    matrix.mark_saved()
    matrix.undo_stack.undo()
    matrix.paste("8")
    matrix.discard()
    assert shown(matrix)[0][0] == "9"
    assert (matrix.values(), matrix.is_dirty()) == ({}, False)
