from __future__ import annotations

from array import array
from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPoint, Qt
from PySide6.QtGui import QGuiApplication, QInputMethodEvent
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from factory_erp.domain.errors import InvalidValue
from factory_erp.ui.kit.rows import Cell, Column, PillCell, Row, fit_widths
from factory_erp.ui.kit.table import RecordTable, SimpleTable
from factory_erp.ui.kit.table_model import PAGE_ROWS, PAGES_KEPT, RecordTableModel
from factory_erp.ui.kit.table_view import as_html, as_tsv

T = TypeVar("T")

COLUMNS = (
    Column("number", "Order", 140),
    Column("buyer", "Buyer", 180),
    Column("channel", "Channel", 120, priority=2),
    Column("amount", "Amount", 110, kind="number"),
    Column("status", "Status", 100, kind="pill", sortable=False),
    Column("due", "Due", 110, kind="date", priority=1),
)
BIG = 1 << 40
"""Ids begin beyond 2**31: none may pass through a C int."""


class Orders:
    """A source of *size* made-up orders that remembers what it was asked."""

    columns = COLUMNS

    def __init__(self, size: int) -> None:
        self.listed = array("q", range(BIG, BIG + size))
        self.asked: list[tuple[str, str, str, bool]] = []
        self.fetched = 0
        self.status = "Confirmed"

    def ids(self, *, view: str, search: str, sort: str, descending: bool) -> array[int]:
        self.asked.append((view, search, sort, descending))
        return array("q", reversed(self.listed)) if descending else array("q", self.listed)

    def rows(self, ids: Sequence[int]) -> list[Row]:
        self.fetched += len(ids)
        rest = ("東京商事株式会社", "Amazon", "1,234.50", PillCell(self.status, "info"), "2026")
        return [(f"SO-{record - BIG:07}", *rest) for record in ids]


class AtOnce:
    """Runs a job when it is given."""

    def run(
        self,
        function: Callable[[], T],
        *,
        done: Callable[[T], object] | None = None,
        finally_: Callable[[], object] | None = None,
    ) -> object:
        value = function()
        if done:
            done(value)
        return finally_() if finally_ else None


class Later(AtOnce):
    """Keeps jobs until told, to answer out of order."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[], object]] = []

    def run(
        self,
        function: Callable[[], T],
        *,
        done: Callable[[T], object] | None = None,
        finally_: Callable[[], object] | None = None,
    ) -> object:
        value = function()
        self.waiting.append(lambda: done(value) if done else None)
        return None


def shown(qtbot: QtBot, source: Orders, width: int = 900, height: int = 500) -> RecordTable:
    table = RecordTable(source, AtOnce())
    qtbot.addWidget(table)
    table.resize(width, height)
    table.show()
    table.refresh()
    QApplication.processEvents()
    table.grab()
    return table


# the model


def test_the_model_keeps_the_rules_of_qt(qtbot: QtBot) -> None:
    model = RecordTableModel(Orders(300))
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.set_ids(array("q", range(BIG, BIG + 300)))
    model.invalidate([BIG + 5])
    assert model.rowCount() == 300


def test_a_million_rows_open_with_the_pages_shown(qtbot: QtBot) -> None:
    source = Orders(1_000_000)
    table = shown(qtbot, source)
    assert table.count() == 1_000_000
    assert source.fetched <= 2 * PAGE_ROWS


def test_a_jump_to_the_end_fetches_the_end_only(qtbot: QtBot) -> None:
    source = Orders(1_000_000)
    table = shown(qtbot, source)
    before = source.fetched
    qtbot.keyClick(table.view, Qt.Key.Key_End)
    table.grab()
    assert table.current_id() == BIG + 999_999
    assert source.fetched - before <= 2 * PAGE_ROWS
    qtbot.keyClick(table.view, Qt.Key.Key_Home)
    assert table.current_id() == BIG


def test_the_cache_forgets_the_oldest_pages_only(qtbot: QtBot) -> None:
    source = Orders(PAGE_ROWS * (PAGES_KEPT + 10))
    model = RecordTableModel(source)
    model.set_ids(source.listed)
    for page in range(PAGES_KEPT + 1):
        model.row(page * PAGE_ROWS)
    before = source.fetched
    model.row(PAGE_ROWS)
    assert source.fetched == before
    model.row(0)
    assert source.fetched == before + PAGE_ROWS


def test_typing_a_letter_does_not_read_the_whole_list(qtbot: QtBot) -> None:
    source = Orders(100_000)
    table = shown(qtbot, source)
    before = source.fetched
    qtbot.keyClick(table.view, Qt.Key.Key_Z)
    assert source.fetched == before


def test_rows_that_cannot_be_read_are_blank(qtbot: QtBot, caplog: pytest.LogCaptureFixture) -> None:
    class Broken(Orders):
        def rows(self, ids: Sequence[int]) -> list[Row]:
            raise OSError("disk")

    table = shown(qtbot, Broken(10))
    assert table.model.row(3) == ("",) * len(COLUMNS)
    assert "could not be read" in caplog.text


# staying where one was


def test_selection_and_place_survive_a_refresh(qtbot: QtBot) -> None:
    source = Orders(10_000)
    table = shown(qtbot, source)
    table.select_id(BIG + 5_000)
    table.view.verticalScrollBar().setValue(table.view.verticalScrollBar().value() + 37)
    top = table.view.visualRect(table.view.currentIndex()).top()
    heard: list[object] = []
    table.current_changed.connect(heard.append)
    source.listed = array("q", [*range(BIG - 50, BIG), *source.listed])
    table.invalidate()
    assert table.current_id() == BIG + 5_000
    assert table.selected_ids() == [BIG + 5_000]
    assert table.view.visualRect(table.view.currentIndex()).top() == top
    assert heard == []


def test_several_selected_rows_survive_too(qtbot: QtBot) -> None:
    source = Orders(100)
    table = shown(qtbot, source)
    table.select_id(BIG + 10)
    for _step in range(3):
        qtbot.keyClick(table.view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    table.set_sort("number", descending=True)
    assert sorted(table.selected_ids()) == [BIG + 10, BIG + 11, BIG + 12, BIG + 13]
    assert table.current_id() == BIG + 13


def test_going_to_a_record_selects_it_alone_whatever_key_is_held(qtbot: QtBot) -> None:
    table = shown(qtbot, Orders(100))
    table.select_id(BIG + 10)
    qtbot.keyPress(table.view, Qt.Key.Key_Control, Qt.KeyboardModifier.ControlModifier)
    table.select_id(BIG + 20)
    qtbot.keyRelease(table.view, Qt.Key.Key_Control)
    assert table.selected_ids() == [BIG + 20]


def test_a_changed_record_is_read_again(qtbot: QtBot) -> None:
    source = Orders(1_000)
    table = shown(qtbot, source)
    table.select_id(BIG + 3)
    source.status = "Shipped"
    table.invalidate([BIG + 3])
    assert table.model.index(3, 4).data() == "Shipped"
    assert table.current_id() == BIG + 3


def test_the_first_record_is_current_at_first_without_taking_the_focus(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    typing, table = QLineEdit(), RecordTable(Orders(10), AtOnce())
    column = QVBoxLayout(window)
    column.addWidget(typing)
    column.addWidget(table)
    window.show()
    typing.setFocus()
    table.refresh()
    assert (table.current_id(), table.selected_ids()) == (BIG, [BIG])
    assert window.focusWidget() is typing


def test_the_neighbour_of_a_vanished_record_becomes_current(qtbot: QtBot) -> None:
    source = Orders(10)
    table = shown(qtbot, source)
    table.select_id(BIG + 3)
    heard: list[object] = []
    table.current_changed.connect(heard.append)
    source.listed.remove(BIG + 3)
    table.invalidate()
    assert (table.current_id(), heard, table.selected_ids()) == (BIG + 4, [BIG + 4], [BIG + 4])


def test_the_last_record_that_vanishes_leaves_none(qtbot: QtBot) -> None:
    source = Orders(1)
    table = shown(qtbot, source)
    heard: list[object] = []
    table.current_changed.connect(heard.append)
    source.listed.remove(BIG)
    table.invalidate()
    assert (table.current_id(), heard, table.selected_ids()) == (None, [None], [])


def test_another_question_begins_at_the_top(qtbot: QtBot) -> None:
    source = Orders(10)
    table = shown(qtbot, source)
    table.select_id(BIG + 7)
    source.listed = array("q", [BIG + 2, BIG + 5, BIG + 9])
    table.set_view("late")
    assert table.current_id() == BIG + 2


def test_a_late_answer_does_not_replace_a_newer_one(qtbot: QtBot) -> None:
    source, jobs = Orders(5), Later()
    table = RecordTable(source, jobs)
    qtbot.addWidget(table)
    table.set_view("open")
    source.listed = array("q", range(BIG, BIG + 7))
    table.set_view("late")
    first, second = jobs.waiting
    second()
    first()
    assert table.count() == 7


# asking the source


def test_a_click_on_a_header_sorts_and_the_next_one_turns_it_round(qtbot: QtBot) -> None:
    source = Orders(50)
    table = shown(qtbot, source)
    header = table.view.horizontalHeader()
    for _click in range(2):
        middle = header.sectionViewportPosition(1) + header.sectionSize(1) // 2
        qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(middle, 12))
    assert source.asked[-2:] == [("", "", "buyer", False), ("", "", "buyer", True)]
    assert header.sortIndicatorOrder() == Qt.SortOrder.DescendingOrder


def test_a_column_that_cannot_sort_does_not(qtbot: QtBot) -> None:
    source = Orders(50)
    table = shown(qtbot, source)
    asked = len(source.asked)
    table.view.horizontalHeader().sectionClicked.emit(4)
    assert len(source.asked) == asked
    with pytest.raises(KeyError):
        table.set_sort("status")


def test_a_search_is_asked_once_when_the_typing_pauses(qtbot: QtBot) -> None:
    source = Orders(50)
    table = shown(qtbot, source)
    asked = len(source.asked)
    for text in ("a", "ac", "acme "):
        table.set_search(text)
    qtbot.waitUntil(lambda: len(source.asked) > asked)
    assert source.asked[asked:] == [("", "acme", "number", False)]


def test_enter_and_double_click_open_the_record(qtbot: QtBot) -> None:
    table = shown(qtbot, Orders(10))
    table.select_id(BIG + 2)
    opened: list[object] = []
    table.activated.connect(opened.append)
    qtbot.keyClick(table.view, Qt.Key.Key_Return)
    middle = table.view.visualRect(table.model.index(4, 0)).center()
    qtbot.mouseClick(table.view.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    qtbot.mouseDClick(table.view.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    assert opened == [BIG + 2, BIG + 4]


def test_an_empty_list_says_why(qtbot: QtBot) -> None:
    table = RecordTable(Orders(0), AtOnce())
    qtbot.addWidget(table)
    table.set_empty_text("No orders yet.")
    assert table.view.empty_text() == "Loading…"
    table.refresh()
    assert table.view.empty_text() == "No orders yet."
    table.set_search("x")
    table.refresh()
    assert "'x'" in table.view.empty_text()


# columns


@pytest.mark.parametrize("width", [430, 520, 640, 800, 1400])
def test_the_last_column_is_never_cut(qtbot: QtBot, width: int) -> None:
    table = shown(qtbot, Orders(1_000), width)
    header = table.view.horizontalHeader()
    last = table.view.layout_of_columns.visible()[-1]
    assert header.sectionViewportPosition(last) + header.sectionSize(last) == table.view.viewport().width()
    assert not table.view.horizontalScrollBar().isVisible()


def test_a_narrow_table_hides_by_priority(qtbot: QtBot) -> None:
    table = shown(qtbot, Orders(10), 520)
    keys = [COLUMNS[section].key for section in table.view.layout_of_columns.visible()]
    assert "channel" not in keys
    assert {"number", "buyer", "amount", "status"} <= set(keys)


def test_the_user_can_hide_a_column_and_the_state_comes_back(qtbot: QtBot) -> None:
    table = shown(qtbot, Orders(10))
    menu = table.view.layout_of_columns.menu()
    next(action for action in menu.actions() if action.text() == "Buyer").setChecked(False)
    table.view.horizontalHeader().moveSection(0, 2)
    table.set_sort("amount", descending=True)
    state = table.state()
    other = RecordTable(Orders(10), AtOnce())
    qtbot.addWidget(other)
    other.restore_state(state | {"hidden": ["buyer", "gone"]})
    assert other.state() == state
    assert 1 not in other.view.layout_of_columns.visible()


@given(
    st.lists(
        st.tuples(st.integers(40, 300), st.sampled_from(["text", "number"]), st.integers(0, 3)), min_size=1
    ),
    st.integers(0, 3_000),
)
def test_fitted_widths_fill_the_room(specs: list[tuple[int, str, int]], available: int) -> None:
    columns = [Column(str(n), "x", w, kind=k, priority=p) for n, (w, k, p) in enumerate(specs)]  # type: ignore[arg-type]
    widths = fit_widths(columns, available)
    kept = [column for column in columns if column.key in widths]
    tight = sum(column.least for column in kept) > available
    for column in kept:
        gives_way = tight and column.kind == "text"
        assert widths[column.key] >= (column.least * 2 // 5 if gives_way else column.least)
    assert not (tight and any(column.priority for column in kept)), "hiding comes before cutting"
    forced = sum(
        column.least * 2 // 5 if column.kind == "text" else column.least
        for column in columns
        if column.priority == 0
    )
    assert all(column.key in widths for column in columns if column.priority == 0)
    if kept:
        assert sum(widths.values()) == max(available, forced)


# copying


def test_copy_gives_tab_separated_text_and_html(qtbot: QtBot) -> None:
    table = shown(qtbot, Orders(10))
    table.select_id(BIG + 1)
    qtbot.keyClick(table.view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(table.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    data = QGuiApplication.clipboard().mimeData()
    first, second = data.text().splitlines()
    assert first == "SO-0000001\t東京商事株式会社\tAmazon\t1,234.50\tConfirmed\t2026"
    assert second.startswith("SO-0000002\t")
    assert "<td>1,234.50</td>" in data.html()


def test_copied_cells_keep_line_breaks_and_article_numbers() -> None:
    assert as_tsv([["a\nb", 'say "x"', "c"]]) == '"a\nb"\t"say ""x"""\tc\n'
    sku, quantity = Column("sku", "SKU"), Column("quantity", "Quantity", kind="number")
    html = as_html([[(sku, "00123"), (quantity, "5"), (sku, "<=1")]])
    assert r"""<td style="mso-number-format:'\@'">00123</td><td>5</td>""" in html
    assert "&lt;=1" in html


def test_too_many_rows_are_not_copied_silently(qtbot: QtBot) -> None:
    table = shown(qtbot, Orders(30_000))
    table.view.selectAll()
    with qtbot.waitSignal(table.refused) as told:
        table.copy_selection()
    assert "Export" in told.args[0]


# the small table

LINES = (
    Column("sku", "SKU", 120),
    Column("text", "Text", 160),
    Column("quantity", "Quantity", 90, kind="number"),
)


class Ledger:
    def __init__(self) -> None:
        self.stored: list[tuple[Hashable, str, str]] = []

    def commit(self, key: Hashable, column: str, text: str) -> Cell | None:
        if text == "-1":
            raise InvalidValue("The quantity is below zero.", remedy="Enter 0 or more.")
        self.stored.append((key, column, text))
        return None


def editable(qtbot: QtBot, ledger: Ledger) -> SimpleTable:
    table = SimpleTable(LINES, editable={"text", "quantity"}, commit=ledger.commit)
    qtbot.addWidget(table)
    table.resize(500, 300)
    table.set_rows([("A-1", "cup", "10"), ("A-2", "lid", "20")], keys=["a", "b"])
    with qtbot.waitActive(table):
        table.show()
        table.activateWindow()
    table.view.setFocus()
    return table


def editor(table: SimpleTable) -> QLineEdit:
    found = [child for child in table.view.viewport().findChildren(QLineEdit) if child.isVisible()]
    assert len(found) == 1
    return found[0]


def test_the_first_letter_of_a_chinese_word_goes_into_the_cell(qtbot: QtBot) -> None:
    ledger = Ledger()
    table = editable(qtbot, ledger)
    table.view.setCurrentIndex(table.model.index(0, 1))
    target = QApplication.focusWidget()
    assert target is editor(table)
    QApplication.sendEvent(target, QInputMethodEvent("b", []))
    composed = QInputMethodEvent("", [])
    composed.setCommitString("杯")
    QApplication.sendEvent(target, composed)
    qtbot.keyClick(target, Qt.Key.Key_Return)
    assert ledger.stored == [("a", "text", "杯")]
    assert table.model.index(0, 1).data() == "杯"


def test_enter_goes_through_the_editable_cells(qtbot: QtBot) -> None:
    ledger = Ledger()
    table = editable(qtbot, ledger)
    table.view.setCurrentIndex(table.model.index(0, 1))
    for text in ("x", "1", "y", "2"):
        qtbot.keyClicks(editor(table), text)
        qtbot.keyClick(editor(table), Qt.Key.Key_Return)
    assert ledger.stored == [
        ("a", "text", "x"),
        ("a", "quantity", "1"),
        ("b", "text", "y"),
        ("b", "quantity", "2"),
    ]


def test_a_commit_that_reads_all_rows_anew_does_not_lose_the_place(qtbot: QtBot) -> None:
    rows = [["A-1", "cup", "10"], ["A-2", "lid", "20"]]

    def commit(key: Hashable, column: str, text: str) -> None:
        rows["ab".index(str(key))][{"text": 1, "quantity": 2}[column]] = text
        table.set_rows([tuple(row) for row in rows], keys=["a", "b"])

    table = SimpleTable(LINES, editable={"text", "quantity"}, commit=commit)
    qtbot.addWidget(table)
    table.resize(500, 300)
    table.show()
    table.set_rows([tuple(row) for row in rows], keys=["a", "b"])
    table.view.setFocus()
    table.view.setCurrentIndex(table.model.index(0, 1))
    for text in ("mug", "11", "cap"):
        QApplication.processEvents()
        qtbot.keyClicks(editor(table), text)
        qtbot.keyClick(editor(table), Qt.Key.Key_Return)
    assert rows == [["A-1", "mug", "11"], ["A-2", "cap", "20"]]
    assert (table.view.currentIndex().row(), table.view.currentIndex().column()) == (1, 2)


def test_new_rows_do_not_draw_the_keyboard_away_from_another_field(qtbot: QtBot) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    layout = QVBoxLayout(page)
    note, table = QLineEdit(), SimpleTable(LINES, editable={"text"}, commit=Ledger().commit)
    layout.addWidget(note)
    layout.addWidget(table)
    page.show()
    table.set_rows([("A-1", "cup", "10")], keys=["a"])
    table.view.setFocus()
    table.view.setCurrentIndex(table.model.index(0, 1))
    note.setFocus()
    table.set_rows([("A-1", "mug", "10")], keys=["a"])
    assert page.focusWidget() is note
    assert table.current_key() == "a"


def test_a_refused_text_leaves_the_cell_as_it_was(qtbot: QtBot) -> None:
    table = editable(qtbot, Ledger())
    table.view.setCurrentIndex(table.model.index(1, 2))
    with qtbot.waitSignal(table.refused) as told:
        qtbot.keyClicks(editor(table), "-1")
        qtbot.keyClick(editor(table), Qt.Key.Key_Return)
    assert told.args == ["The quantity is below zero. Enter 0 or more."]
    assert table.model.index(1, 2).data() == "20"


def test_the_current_row_of_a_small_table_survives_new_rows(qtbot: QtBot) -> None:
    table = SimpleTable(LINES)
    qtbot.addWidget(table)
    table.set_rows([("A", "a", "1"), ("B", "b", "2")], keys=["a", "b"])
    table.select_key("b")
    heard: list[object] = []
    table.current_changed.connect(heard.append)
    table.set_rows([("B", "b", "3"), ("C", "c", "4")], keys=["b", "c"])
    assert (table.current_key(), table.selected_keys(), heard) == ("b", ["b"], [])
    table.set_rows([], keys=[])
    assert (table.current_key(), heard) == (None, [None])


def test_cells_that_are_not_editable_stay_shut(qtbot: QtBot) -> None:
    table = editable(qtbot, Ledger())
    model: QAbstractItemModel = table.model
    assert not model.flags(model.index(0, 0)) & Qt.ItemFlag.ItemIsEditable
    assert model.flags(model.index(0, 1)) & Qt.ItemFlag.ItemIsEditable
    assert not model.index(5, 0, QModelIndex()).isValid()
