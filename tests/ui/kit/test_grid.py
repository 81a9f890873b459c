from __future__ import annotations

import time
from collections.abc import Mapping
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QInputMethodEvent
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.money import parse_decimal
from factory_erp.services.exchange.fields import Field, whole
from factory_erp.ui.kit.choose import Choice, LookupEdit, among
from factory_erp.ui.kit.grid import EditGrid, GridColumn

# The screenless platform says this of every list that hangs under an edit.
hangs_a_list = pytest.mark.qt_log_ignore("does not support (raise|propagateSizeHints)", extend=True)

CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
KEY = Qt.Key


def quantity(text: str) -> Decimal:
    number = parse_decimal(text)
    if number <= 0:
        raise InvalidValue("The quantity is not above zero.", remedy="Enter 1 or more.")
    return number


PARTS = (Choice("CUP", "CUP", "Ceramic cup"), Choice("LID", "LID", "Bamboo lid"), Choice("BOX", "BOX", "Box"))
COLUMNS = (
    GridColumn("sku", "SKU", 140, "lookup", search=among(PARTS), required=True),
    GridColumn("text", "Text", 160),
    GridColumn("quantity", "Quantity", 90, "number", read=quantity, required=True, aliases=("数量", "Qty")),
    GridColumn("price", "Price", 90, "number"),
    GridColumn("phantom", "Phantom", 80, "check", empty=False),
    GridColumn("total", "Total", 90, "number", read_only=True),
)
ROWS: tuple[Mapping[str, object], ...] = (
    {
        "id": 7,
        "sku": "CUP",
        "text": "cup",
        "quantity": Decimal(2),
        "price": Decimal("1.50"),
        "phantom": False,
    },
    {"id": 8, "sku": "LID", "text": "lid", "quantity": Decimal(3), "price": None, "phantom": True},
)


def total(row: Mapping[str, object]) -> Mapping[str, object]:
    count, price = row["quantity"], row["price"]
    both = isinstance(count, Decimal) and isinstance(price, Decimal)
    return {"total": count * price if both else None}  # type: ignore[operator]


def made(qtbot: QtBot, *, can_grow: bool = True, rows: object = ROWS) -> EditGrid:
    grid = EditGrid(
        COLUMNS,
        new_row=(lambda: {"phantom": False}) if can_grow else None,
        movable=True,
        compute=total,
    )
    qtbot.addWidget(grid)
    grid.resize(800, 400)
    grid.set_rows(rows)  # type: ignore[arg-type]
    with qtbot.waitActive(grid):
        grid.show()
        grid.activateWindow()
    grid.view.setFocus()
    return grid


@pytest.fixture
def grid(qtbot: QtBot) -> EditGrid:
    return made(qtbot)


def editor(grid: EditGrid) -> QLineEdit:
    found = grid.view.editor()
    assert found is not None
    assert [child for child in grid.view.viewport().findChildren(QLineEdit) if child.isVisible()] == [found]
    return found


def key(qtbot: QtBot, grid: EditGrid, which: Qt.Key, modifiers: Qt.KeyboardModifier | None = None) -> None:
    target = grid.view.editor() or grid.view
    qtbot.keyClick(target, which, modifiers or Qt.KeyboardModifier.NoModifier)


def retype(qtbot: QtBot, grid: EditGrid, row: int, column: str, text: str) -> None:
    grid.select(row, column)
    qtbot.keyClicks(editor(grid), text)
    key(qtbot, grid, KEY.Key_Return)


def column_of(grid: EditGrid, name: str) -> list[object]:
    return [row[name] for row in grid.rows()]


def place(grid: EditGrid) -> tuple[int, str]:
    return grid.current_row(), COLUMNS[grid.view.currentIndex().column()].key


# rows in and out


def test_rows_come_back_as_they_went_in(grid: EditGrid) -> None:
    assert [{**row, "total": None} for row in grid.rows()] == [{**row, "total": None} for row in ROWS]
    assert column_of(grid, "total") == [Decimal("3.00"), None]
    assert not grid.is_dirty()
    assert grid.problems() == []


def test_the_model_keeps_the_rules_of_qt(qtbot: QtBot, grid: EditGrid) -> None:
    QAbstractItemModelTester(grid.model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    grid.paste("A\tb\nC\td\nE\tf")
    grid.insert_row()
    grid.move_rows(1)
    grid.delete_rows()
    grid.undo_stack.setIndex(0)
    assert len(grid.rows()) == 2


def test_derived_cells_follow(qtbot: QtBot, grid: EditGrid) -> None:
    retype(qtbot, grid, 1, "price", "2.5")
    assert column_of(grid, "total") == [Decimal("3.00"), Decimal("7.5")]
    assert grid.model.index(1, 5).data() == "7.5"


def test_what_stands_in_the_open_editor_counts(qtbot: QtBot, grid: EditGrid) -> None:
    grid.select(0, "quantity")
    qtbot.keyClicks(editor(grid), "9")
    assert grid.is_dirty()
    assert grid.rows()[0]["quantity"] == Decimal(9)
    grid.mark_saved()
    assert not grid.is_dirty()


# an unsound cell


def test_an_unsound_cell_keeps_its_text_and_says_why(qtbot: QtBot, grid: EditGrid) -> None:
    retype(qtbot, grid, 0, "quantity", "-4")
    index = grid.model.index(0, 2)
    assert index.data() == "-4"
    sentence = "The quantity is not above zero. Enter 1 or more."
    assert grid.problems() == [(0, "quantity", sentence)]
    assert index.data(Qt.ItemDataRole.ToolTipRole) == sentence
    assert sentence in index.data(Qt.ItemDataRole.AccessibleDescriptionRole)
    assert grid.rows()[0]["quantity"] is None
    assert grid.foot.problem_button.text() == "1 cell is not right"
    grid.select(1, "sku")
    grid.foot.problem_button.click()
    assert place(grid) == (0, "quantity")
    qtbot.keyClicks(editor(grid), "4")
    assert grid.problems() == []


def test_a_needed_cell_may_not_be_cleared(qtbot: QtBot, grid: EditGrid) -> None:
    grid.select(0, "quantity")
    key(qtbot, grid, KEY.Key_Delete)
    key(qtbot, grid, KEY.Key_Return)
    assert grid.problems() == [(0, "quantity", "Quantity is needed.")]


# keys


def test_the_first_letter_of_a_chinese_word_goes_into_the_cell(qtbot: QtBot, grid: EditGrid) -> None:
    grid.select(0, "text")
    target = QApplication.focusWidget()
    assert target is editor(grid)
    QApplication.sendEvent(target, QInputMethodEvent("b", []))
    composed = QInputMethodEvent("", [])
    composed.setCommitString("杯")
    QApplication.sendEvent(target, composed)
    key(qtbot, grid, KEY.Key_Return)
    assert grid.rows()[0]["text"] == "杯"


def test_the_first_letter_is_not_lost_after_a_block_was_marked(qtbot: QtBot, grid: EditGrid) -> None:
    grid.select(0, "text")
    key(qtbot, grid, KEY.Key_Down, SHIFT)
    assert grid.view.editor() is None
    qtbot.keyClick(grid.view, "x")
    qtbot.keyClicks(editor(grid), "yz")
    key(qtbot, grid, KEY.Key_Return)
    assert column_of(grid, "text") == ["xyz", "lid"]


def test_enter_and_tab_go_on_over_what_takes_no_text(qtbot: QtBot, grid: EditGrid) -> None:
    grid.select(0, "price")
    key(qtbot, grid, KEY.Key_Return)
    assert place(grid) == (0, "phantom")
    key(qtbot, grid, KEY.Key_Tab)
    assert place(grid) == (1, "sku")
    key(qtbot, grid, KEY.Key_Backtab)
    assert place(grid) == (0, "phantom")
    key(qtbot, grid, KEY.Key_Return, SHIFT)
    assert place(grid) == (0, "price")


def test_arrows_leave_a_cell_only_before_one_types_in_it(qtbot: QtBot, grid: EditGrid) -> None:
    grid.select(0, "text")
    key(qtbot, grid, KEY.Key_Right)
    assert place(grid) == (0, "quantity")
    key(qtbot, grid, KEY.Key_Down)
    assert place(grid) == (1, "quantity")
    qtbot.keyClicks(editor(grid), "12")
    key(qtbot, grid, KEY.Key_Left)
    assert place(grid) == (1, "quantity")
    key(qtbot, grid, KEY.Key_Up)
    assert place(grid) == (0, "quantity")
    assert column_of(grid, "quantity") == [Decimal(2), Decimal(12)]


@hangs_a_list
def test_enter_in_the_last_cell_adds_a_line_once(qtbot: QtBot, grid: EditGrid) -> None:
    grid.select(1, "phantom")
    key(qtbot, grid, KEY.Key_Return)
    assert grid.model.rowCount() == 3
    assert place(grid) == (2, "sku")
    assert len(grid.rows()) == 2, "nobody has written in the new line"
    assert grid.problems() == []
    grid.select(2, "phantom")
    key(qtbot, grid, KEY.Key_Return)
    assert grid.model.rowCount() == 3
    qtbot.keyClicks(editor(grid), "BOX")
    assert grid.rows()[2]["sku"] == "BOX"
    assert grid.problems() == [(2, "quantity", "Quantity is needed.")]


def test_tab_leaves_the_grid_at_its_end(qtbot: QtBot) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    layout = QVBoxLayout(page)
    before, grid, after = QLineEdit(), EditGrid(COLUMNS), QLineEdit()
    for widget in (before, grid, after):
        layout.addWidget(widget)
    grid.set_rows(ROWS[:1])
    with qtbot.waitActive(page):
        page.show()
        page.activateWindow()
    before.setFocus()
    qtbot.keyClick(before, KEY.Key_Tab)
    assert place(grid) == (0, "sku")
    for _step in range(4):
        key(qtbot, grid, KEY.Key_Tab)
    assert place(grid) == (0, "phantom")
    key(qtbot, grid, KEY.Key_Tab)
    assert not grid.view.holds_focus()
    assert page.focusWidget() is not before


def test_escape_brings_back_what_stood_there(qtbot: QtBot, grid: EditGrid) -> None:
    grid.select(0, "text")
    qtbot.keyClicks(editor(grid), "mug")
    key(qtbot, grid, KEY.Key_Escape)
    assert editor(grid).text() == "cup"
    assert not grid.is_dirty()


def test_ctrl_enter_takes_the_cell_over_and_asks_to_save(qtbot: QtBot, grid: EditGrid) -> None:
    grid.select(0, "text")
    qtbot.keyClicks(editor(grid), "mug")
    with qtbot.waitSignal(grid.save_asked):
        key(qtbot, grid, KEY.Key_Return, CTRL)
    assert column_of(grid, "text") == ["mug", "lid"]


def test_space_and_a_click_tick_a_box(qtbot: QtBot, grid: EditGrid) -> None:
    grid.select(0, "phantom")
    key(qtbot, grid, KEY.Key_Space)
    assert column_of(grid, "phantom") == [True, True]
    middle = grid.view.visualRect(grid.model.index(1, 4)).center()
    qtbot.mouseClick(grid.view.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    assert column_of(grid, "phantom") == [True, False]
    grid.undo_stack.undo()
    assert column_of(grid, "phantom") == [True, True]


def test_a_dragged_mouse_marks_a_block(qtbot: QtBot, grid: EditGrid) -> None:
    viewport = grid.view.viewport()
    first = grid.view.visualRect(grid.model.index(0, 1)).center()
    last = grid.view.visualRect(grid.model.index(1, 2)).center()
    qtbot.mousePress(viewport, Qt.MouseButton.LeftButton, pos=first)
    qtbot.mouseMove(viewport, first + QPoint(4, 4))
    qtbot.mouseMove(viewport, last)
    qtbot.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=last)
    assert grid.view.block().columns == (1, 2)
    assert grid.view.editor() is None
    key(qtbot, grid, KEY.Key_C, CTRL)
    assert QGuiApplication.clipboard().text() == "cup\t2\nlid\t3\n"


# lines


@pytest.mark.parametrize(("which", "modifiers"), [(KEY.Key_F7, None), (KEY.Key_Insert, CTRL)])
def test_a_line_is_inserted_over_the_current(
    qtbot: QtBot, grid: EditGrid, which: Qt.Key, modifiers: Qt.KeyboardModifier | None
) -> None:
    grid.select(1, "text")
    key(qtbot, grid, which, modifiers)
    assert [row.fresh for row in grid.model.rows] == [False, True, False]
    assert place(grid) == (1, "sku")
    assert grid.undo_text() == "Undo: insert line"


@pytest.mark.parametrize(("which", "modifiers"), [(KEY.Key_F8, None), (KEY.Key_Delete, CTRL)])
def test_lines_are_deleted_and_come_back(
    qtbot: QtBot, grid: EditGrid, which: Qt.Key, modifiers: Qt.KeyboardModifier | None
) -> None:
    grid.select(0, "text")
    key(qtbot, grid, which, modifiers)
    assert column_of(grid, "id") == [8]
    assert grid.undo_text() == "Undo: delete line"
    grid.undo_stack.undo()
    assert column_of(grid, "id") == [7, 8]
    grid.select(0, "text")
    key(qtbot, grid, KEY.Key_Down, SHIFT)
    key(qtbot, grid, which, modifiers)
    assert grid.rows() == []
    assert grid.undo_text() == "Undo: delete 2 lines"


def test_lines_move_with_alt_and_arrows(qtbot: QtBot, grid: EditGrid) -> None:
    grid.select(1, "text")
    key(qtbot, grid, KEY.Key_Up, ALT)
    assert column_of(grid, "id") == [8, 7]
    assert place(grid) == (0, "text")
    key(qtbot, grid, KEY.Key_Up, ALT)
    assert column_of(grid, "id") == [8, 7]
    key(qtbot, grid, KEY.Key_Down, ALT)
    assert column_of(grid, "id") == [7, 8]


def test_a_grid_that_may_not_change_its_lines_does_not(qtbot: QtBot) -> None:
    grid = EditGrid(COLUMNS, removable=False)
    qtbot.addWidget(grid)
    grid.set_rows(ROWS)
    grid.select(0)
    for command in ("insert", "delete", "up", "down"):
        grid.run(command)
    assert column_of(grid, "id") == [7, 8]
    assert not grid.is_dirty()


def test_fill_down_and_clear(qtbot: QtBot, grid: EditGrid) -> None:
    grid.select(0, "text")
    key(qtbot, grid, KEY.Key_Right, SHIFT)
    key(qtbot, grid, KEY.Key_Down, SHIFT)
    key(qtbot, grid, KEY.Key_D, CTRL)
    assert column_of(grid, "text") == ["cup", "cup"]
    assert column_of(grid, "quantity") == [Decimal(2), Decimal(2)]
    assert grid.undo_text() == "Undo: fill down"
    key(qtbot, grid, KEY.Key_Delete)
    assert column_of(grid, "text") == [None, None]
    assert len(grid.problems()) == 2
    grid.undo_stack.undo()
    assert grid.problems() == []


def test_fill_down_of_one_cell_takes_what_stands_over_it(qtbot: QtBot, grid: EditGrid) -> None:
    grid.select(1, "text")
    key(qtbot, grid, KEY.Key_D, CTRL)
    assert column_of(grid, "text") == ["cup", "cup"]


# undo


def test_undo_and_redo_by_key(qtbot: QtBot, grid: EditGrid) -> None:
    retype(qtbot, grid, 0, "quantity", "5")
    assert grid.undo_text() == "Undo: change quantity"
    key(qtbot, grid, KEY.Key_Z, CTRL)
    assert column_of(grid, "quantity") == [Decimal(2), Decimal(3)]
    assert editor(grid).text() == "2"
    assert not grid.is_dirty()
    assert grid.redo_text() == "Redo: change quantity"
    key(qtbot, grid, KEY.Key_Y, CTRL)
    assert column_of(grid, "quantity") == [Decimal(5), Decimal(3)]
    grid.mark_saved()
    retype(qtbot, grid, 0, "quantity", "6")
    grid.discard()
    assert column_of(grid, "quantity") == [Decimal(5), Decimal(3)]


def test_undo_inside_a_cell_is_the_editors(qtbot: QtBot, grid: EditGrid) -> None:
    retype(qtbot, grid, 0, "quantity", "5")
    grid.select(0, "text")
    qtbot.keyClicks(editor(grid), "mug")
    key(qtbot, grid, KEY.Key_Z, CTRL)
    assert column_of(grid, "quantity") == [Decimal(5), Decimal(3)]


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["insert", "delete", "up", "down", "fill", "clear", "type", "paste"]),
        st.integers(0, 5),
        st.integers(0, 5),
    ),
    max_size=12,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_undo_leads_back_whatever_was_done(
    qtbot: QtBot, grid: EditGrid, steps: list[tuple[str, int, int]]
) -> None:
    grid.set_rows(ROWS)
    states = [[row.cells for row in grid.model.rows]]
    for command, row, column in steps:
        grid.view.go_to(row, column)
        if command == "type":
            index = grid.model.index(grid.current_row(), 1)
            grid.model.setData(index, f"text {row}{column}") if index.isValid() else None
        elif command == "paste":
            grid.apply(grid.plan([["x", "7"], ["y", "bad"]]))
        else:
            grid.run(command)
        if grid.undo_stack.count() == len(states):
            states.append([line.cells for line in grid.model.rows])
    for state in reversed(states):
        assert [line.cells for line in grid.model.rows] == state
        grid.undo_stack.undo()
    for state in states[1:]:
        grid.undo_stack.redo()
        assert [line.cells for line in grid.model.rows] == state


# lookups in cells


@hangs_a_list
def test_a_lookup_cell_suggests_and_enter_takes_it(qtbot: QtBot, grid: EditGrid) -> None:
    grid.select(0, "sku")
    edit = editor(grid)
    assert isinstance(edit, LookupEdit)
    qtbot.keyClicks(edit, "bam")
    assert [one.key for one in edit.suggestions()] == ["LID"]
    assert edit.is_open()
    key(qtbot, grid, KEY.Key_Return)
    assert column_of(grid, "sku") == ["LID", "LID"]
    assert place(grid) == (0, "text")


@hangs_a_list
def test_the_list_of_a_lookup_cell_is_walked_with_arrows(qtbot: QtBot, grid: EditGrid) -> None:
    grid.select(0, "sku")
    key(qtbot, grid, KEY.Key_F4)
    edit = editor(grid)
    assert isinstance(edit, LookupEdit)
    assert edit.is_open()
    key(qtbot, grid, KEY.Key_Down)
    key(qtbot, grid, KEY.Key_Down)
    key(qtbot, grid, KEY.Key_Escape)
    assert not edit.is_open()
    assert place(grid) == (0, "sku")
    key(qtbot, grid, KEY.Key_F4)
    key(qtbot, grid, KEY.Key_Down)
    key(qtbot, grid, KEY.Key_Tab)
    assert column_of(grid, "sku") == ["LID", "LID"]


def test_a_choice_cell_takes_only_its_choices(qtbot: QtBot) -> None:
    column = GridColumn("kind", "Kind", kind="choice", choices=(("m", "Make"), ("b", "Buy")))
    grid = EditGrid((column,))
    qtbot.addWidget(grid)
    grid.set_rows([{"kind": "m"}, {"kind": "b"}])
    grid.model.setData(grid.model.index(0, 0), "buy")
    grid.model.setData(grid.model.index(1, 0), "Rent")
    assert column_of(grid, "kind") == ["b", None]
    assert "Make, Buy" in grid.problems()[0][2]
    assert grid.model.index(0, 0).data() == "Buy"


# pasting


def test_a_short_sound_line_is_pasted_at_once(qtbot: QtBot, grid: EditGrid) -> None:
    QGuiApplication.clipboard().setText("mug\t12\t0.5")
    grid.select(1, "text")
    key(qtbot, grid, KEY.Key_V, CTRL)
    assert (
        grid.rows()[1] | {"text": "mug", "quantity": Decimal(12), "price": Decimal("0.5")} == grid.rows()[1]
    )
    assert column_of(grid, "total")[1] == Decimal(6)
    assert grid.undo_text() == "Undo: paste 3 cells"
    key(qtbot, grid, KEY.Key_Z, CTRL)
    assert column_of(grid, "text") == ["cup", "lid"]


def test_one_cell_is_pasted_over_the_whole_block(qtbot: QtBot, grid: EditGrid) -> None:
    grid.select(0, "text")
    key(qtbot, grid, KEY.Key_Down, SHIFT)
    dialog = grid.paste("same")
    assert dialog is not None
    dialog.accept()
    assert column_of(grid, "text") == ["same", "same"]


def test_a_block_is_shown_before_it_is_pasted(qtbot: QtBot, grid: EditGrid) -> None:
    grid.select(1, "sku")
    dialog = grid.paste('CUP\t"two\nlines"\t5\r\nBOX\tbox\t6\r\n')
    assert dialog is not None
    assert dialog.problem_table is None
    assert dialog.paste_button.text() == "Paste 6 cells"
    assert dialog.model.index(0, 0).data() == "LID → CUP"
    assert dialog.model.headerData(0, Qt.Orientation.Vertical) == "2"
    assert len(grid.rows()) == 2, "nothing is done yet"
    dialog.accept()
    assert column_of(grid, "text") == ["cup", "two\nlines", "box"]
    assert column_of(grid, "quantity") == [Decimal(2), Decimal(5), Decimal(6)]
    grid.undo_stack.undo()
    assert len(grid.rows()) == 2


def test_a_block_with_mistakes_is_pasted_whole_or_not_at_all(qtbot: QtBot, grid: EditGrid) -> None:
    grid.select(0, "text")
    dialog = grid.paste("a\t-1\tx\nb\t2\t3")
    assert dialog is not None
    assert dialog.problem_table is not None
    told = [dialog.problem_table.model.index(row, n).data() for row in range(2) for n in (0, 1, 2)]
    assert told == ["1", "Quantity *", "-1", "1", "Price", "x"]
    assert dialog.cancel_button.isDefault()
    dialog.reject()
    assert column_of(grid, "text") == ["cup", "lid"]
    again = grid.paste("a\t-1\tx\nb\t2\t3")
    assert again is not None
    again.accept()
    assert column_of(grid, "text") == ["a", "b"]
    assert [(row, key) for row, key, _text in grid.problems()] == [(0, "quantity"), (0, "price")]
    assert grid.model.index(0, 3).data() == "x"


def test_a_line_of_headers_tells_the_columns(qtbot: QtBot, grid: EditGrid) -> None:
    grid.select(0, "price")
    plan = grid.plan([["数量", "text", "Total", "Colour"], ["11", "jug", "99", "red"]])
    assert plan.has_headers
    assert [(cell.row, COLUMNS[cell.section].key, cell.after.text) for cell in plan.cells] == [
        (0, "quantity", "11"),
        (0, "text", "jug"),
    ]
    assert len(plan.notes) == 2


def test_a_grid_that_cannot_grow_says_what_does_not_fit(qtbot: QtBot) -> None:
    grid = made(qtbot, can_grow=False)
    grid.select(1, "text")
    plan = grid.plan([["a"], ["b"], ["c"]])
    assert plan.lines == 1
    assert plan.notes == ("2 lines do not fit and are left out.",)


def test_five_thousand_lines_are_pasted_in_reasonable_time(qtbot: QtBot, grid: EditGrid) -> None:
    grid.select(0, "sku")
    text = "\n".join(f"CUP\ttext {n}\t{n + 1}\t1.25" for n in range(5_000))
    start = time.perf_counter()
    dialog = grid.paste(text)
    assert dialog is not None
    dialog.grab()
    dialog.accept()
    grid.grab()
    assert time.perf_counter() - start < 8
    assert len(grid.rows()) == 5_000
    assert grid.rows()[-1]["total"] == Decimal("6250.00")
    grid.undo_stack.undo()
    assert len(grid.rows()) == 2


def test_what_was_copied_can_be_pasted(qtbot: QtBot, grid: EditGrid) -> None:
    grid.select(0, "sku")
    key(qtbot, grid, KEY.Key_A, CTRL)
    key(qtbot, grid, KEY.Key_C, CTRL)
    data = QGuiApplication.clipboard().mimeData()
    assert data.text() == "CUP\tcup\t2\t1.5\tNo\t3\nLID\tlid\t3\t\tYes\t\n"
    assert "<td>1.5</td>" in data.html()
    plan = grid.plan([line.split("\t") for line in data.text().splitlines()])
    assert plan.changes == 0
    assert not plan.problems


def test_a_grid_that_is_only_read_copies_but_does_not_change(qtbot: QtBot, grid: EditGrid) -> None:
    grid.select(0, "text")
    grid.set_read_only(True)
    assert grid.view.editor() is None
    for command in ("insert", "delete", "up", "fill", "clear", "paste"):
        grid.run(command)
    qtbot.keyClicks(grid.view, "x")
    assert column_of(grid, "text") == ["cup", "lid"]
    assert not grid.is_dirty()
    key(qtbot, grid, KEY.Key_C, CTRL)
    assert QGuiApplication.clipboard().text() == "cup\n"


def test_a_column_can_be_that_of_an_import(qtbot: QtBot) -> None:
    field = Field("net_g", "Net weight", whole(minimum=1), required=True, default=None, aliases=("净重",))
    grid = EditGrid((GridColumn.of(field, kind="number"),), new_row=dict)
    qtbot.addWidget(grid)
    grid.set_rows([{"net_g": 250}])
    plan = grid.plan([["净重"], ["300"], ["0"]])
    assert plan.has_headers
    grid.apply(plan)
    assert column_of(grid, "net_g") == [300, None]
    assert grid.model.index(0, 0).data() == "300"
    assert [(row, name) for row, name, _sentence in grid.problems()] == [(1, "net_g")]


def test_clearing_from_the_menu_reaches_the_open_editor(qtbot: QtBot, grid: EditGrid) -> None:
    grid.select(0, "text")
    grid.run("clear")
    assert column_of(grid, "text") == [None, "lid"]
    assert editor(grid).text() == ""
    grid.undo_stack.undo()
    assert editor(grid).text() == "cup"


def test_a_lookup_that_is_pasted_must_exist(grid: EditGrid) -> None:
    grid.select(0, "sku")
    plan = grid.plan([["lid"], ["CAP"]])
    assert [cell.after.value for cell in plan.cells] == ["LID", None]
    assert "'CAP'" in plan.problems[0].after.problem


def test_a_lookup_shows_the_text_and_keeps_the_key(qtbot: QtBot) -> None:
    search = among((Choice(11, "ACME"), Choice(12, "BETA")))
    grid = EditGrid((GridColumn("partner", "Partner", kind="lookup", search=search),))
    qtbot.addWidget(grid)
    grid.set_rows([{"partner": Choice(11, "ACME")}])
    assert (grid.rows(), grid.model.index(0, 0).data()) == ([{"partner": 11}], "ACME")
    grid.model.setData(grid.model.index(0, 0), "beta")
    assert (grid.rows(), grid.model.index(0, 0).data()) == ([{"partner": 12}], "BETA")
    grid.undo_stack.undo()
    assert grid.model.index(0, 0).data() == "ACME"


def test_discard_finds_back_even_where_undo_does_not(qtbot: QtBot, grid: EditGrid) -> None:
    retype(qtbot, grid, 0, "text", "mug")
    grid.insert_row()
    grid.mark_saved()
    grid.undo_stack.undo()
    grid.delete_rows()
    assert grid.undo_stack.cleanIndex() == -1
    grid.discard()
    assert column_of(grid, "text") == ["mug", "lid"]
    assert grid.model.rowCount() == 3
    assert not grid.is_dirty()


def test_what_the_page_is_told(qtbot: QtBot, grid: EditGrid) -> None:
    told: list[object] = []
    grid.dirty_changed.connect(lambda dirty: told.append(dirty))
    grid.current_changed.connect(lambda row: told.append(row))
    retype(qtbot, grid, 0, "quantity", "5")
    grid.select(1)
    grid.mark_saved()
    with qtbot.waitSignal(grid.changed):
        grid.undo_stack.undo()
    assert told == [True, 1, False, 0, True]


def test_rows_read_anew_keep_the_place(qtbot: QtBot, grid: EditGrid) -> None:
    grid.select(1, "quantity")
    qtbot.keyClicks(editor(grid), "8")
    grid.set_rows(ROWS)
    assert place(grid) == (1, "quantity")
    assert editor(grid).text() == "3"
    grid.set_rows([])
    assert grid.current_row() == -1
    assert grid.rows() == []
