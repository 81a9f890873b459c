"""Every list to a file: all rows, the columns in view, figures as figures, off the UI thread."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from factory_erp.sheets.reading import read_file
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.list_export import (
    context_of,
    export_list,
    export_shown,
    file_cell,
    file_name,
)
from factory_erp.ui.kit.page import Page
from factory_erp.ui.kit.rows import Column, PillCell, Row
from factory_erp.ui.kit.simple_table import SimpleTable
from factory_erp.ui.kit.table import RecordTable
from factory_erp.ui.kit.table_view import CellTable

COLUMNS = (
    Column("number", "Number", 120),
    Column("pieces", "Pieces", 90, kind="number"),
    Column("day", "Day", 100, kind="date"),
    Column("state", "State", 100, kind="pill"),
)


class Orders:
    """So many made-up orders."""

    columns: Sequence[Column] = COLUMNS

    def __init__(self, count: int) -> None:
        self.count = count

    def ids(self, *, view: str, search: str, sort: str, descending: bool) -> array[int]:
        return array("q", range(self.count))

    def rows(self, ids: Sequence[int]) -> Sequence[Row]:
        return [(f"=SO-{n}", f"{n:,}", "2026-11-23", PillCell("Late", "danger")) for n in ids]


@pytest.fixture
def said(context: UiContext) -> list[str]:
    sentences: list[str] = []
    context.say = sentences.append
    return sentences


def on_page(qtbot: QtBot, context: UiContext, *tables: QWidget) -> Page:
    page = Page(context)
    page.set_body(*tables)
    page.resize(900, 600)
    page.show()
    qtbot.addWidget(page)
    return page


def orders(qtbot: QtBot, context: UiContext, count: int) -> tuple[Page, RecordTable]:
    table = RecordTable(Orders(count), context.jobs)
    table.set_name("Orders / open")
    page = on_page(qtbot, context, table)
    table.refresh()
    qtbot.waitUntil(lambda: table.count() == count)
    return page, table


def answer(monkeypatch: pytest.MonkeyPatch, path: Path) -> list[str]:
    """File dialogs are answered with *path*; what they proposed."""
    proposed: list[str] = []

    def choose(_parent: QWidget, _title: str, name: str, kinds: str) -> tuple[str, str]:
        proposed.append(name)
        return str(path), kinds.split(";;")[0]

    monkeypatch.setattr(QFileDialog, "getSaveFileName", choose)
    return proposed


def settle(qtbot: QtBot, context: UiContext) -> None:
    qtbot.waitUntil(lambda: not context.jobs.running(), timeout=20_000)


def test_all_rows_of_a_long_list_are_written_by_the_key(
    qtbot: QtBot, context: UiContext, said: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _page, table = orders(qtbot, context, 2500)
    proposed = answer(monkeypatch, tmp_path / "out.xlsx")
    table.setFocus()
    keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(table.view, Qt.Key.Key_E, keys)
    settle(qtbot, context)

    sheet = load_workbook(tmp_path / "out.xlsx").active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0] == ("Number", "Pieces", "Day", "State")
    assert rows[1201] == ("=SO-1200", 1200, datetime(2026, 11, 23), "Late")  # noqa: DTZ001 - a sheet has no zone
    assert len(rows) == 2501
    assert Path(proposed[0]).name.startswith("Orders open 20")
    assert said == [f"2,500 rows are written to {tmp_path / 'out.xlsx'}."]


def test_only_the_columns_in_view_in_their_order(
    qtbot: QtBot, context: UiContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _page, table = orders(qtbot, context, 3)
    table.view.layout_of_columns.set_shown("day", False)
    table.view.horizontalHeader().moveSection(3, 0)
    answer(monkeypatch, tmp_path / "out.csv")
    assert export_list(table)
    settle(qtbot, context)

    assert read_file(tmp_path / "out.csv").headers == ("State", "Number", "Pieces")
    assert read_file(tmp_path / "out.csv").rows[2].cells == ("Late", "=SO-2", "2")


def test_a_small_table_has_it_in_its_menu(
    qtbot: QtBot, context: UiContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = SimpleTable(COLUMNS)
    table.set_rows([("A", "1.5", "", ""), ("B", "2", "", "")])
    page = on_page(qtbot, context, table)
    assert context_of(table) is page.context
    answer(monkeypatch, tmp_path / "out")
    menu = table.view.menu()
    entries = {entry.text(): entry for entry in menu.actions() if isinstance(entry, QAction)}
    assert not entries["Copy"].isEnabled(), "nothing is selected"
    entries["Export list…"].trigger()
    settle(qtbot, context)

    written = read_file(tmp_path / "out.xlsx")
    assert [row.cells[:2] for row in written.rows] == [("A", "1.5"), ("B", "2")]


def test_a_list_on_no_page_offers_nothing(qtbot: QtBot) -> None:
    table = SimpleTable(COLUMNS)
    qtbot.addWidget(table)

    assert context_of(table) is None
    assert not export_list(table)
    assert not {entry.text(): entry for entry in table.view.menu().actions()}["Export list…"].isEnabled()


def test_the_list_with_the_keyboard_else_the_largest(
    qtbot: QtBot, context: UiContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    large, small = SimpleTable(COLUMNS), SimpleTable(COLUMNS)
    large.set_rows([("large", "", "", "")])
    small.set_rows([("small", "", "", "")])
    page = on_page(qtbot, context, large, small)
    page.body.setSizes([700, 150])
    page.setFocus()
    answer(monkeypatch, tmp_path / "first.csv")
    assert export_shown(page)
    settle(qtbot, context)
    small.setFocus()
    answer(monkeypatch, tmp_path / "second.csv")
    assert export_shown(page)
    settle(qtbot, context)

    assert read_file(tmp_path / "first.csv").rows[0].cells[0] == "large"
    assert read_file(tmp_path / "second.csv").rows[0].cells[0] == "small"
    bare = on_page(qtbot, context, QWidget())
    assert not export_shown(bare)


def test_a_stopped_export_leaves_no_file(
    qtbot: QtBot, context: UiContext, said: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _page, table = orders(qtbot, context, 60_000)
    answer(monkeypatch, tmp_path / "out.xlsx")
    context.jobs.started.connect(lambda job: job.cancellable and job.progress.cancel())
    assert export_list(table)
    settle(qtbot, context)

    assert list(tmp_path.glob("*.xlsx")) == []
    assert list(tmp_path.glob(".*.part")) == []
    assert said == []


def test_a_dialog_that_is_left_writes_nothing(
    qtbot: QtBot, context: UiContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    _page, table = orders(qtbot, context, 3)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_asked: ("", ""))

    assert not export_list(table)
    assert context.jobs.running() == []


@pytest.mark.parametrize(
    ("kind", "text", "cell"),
    [
        ("number", "1,840", Decimal(1840)),
        ("number", "-0.50", Decimal("-0.50")),
        ("number", "1,840 PCS", "1,840 PCS"),
        ("number", "–", "–"),
        ("number", "12,34", "12,34"),
        ("text", "007", "007"),
        ("date", "2026-11-23", date(2026, 11, 23)),
        ("date", "in 3 days", "in 3 days"),
    ],
)
def test_figures_and_days_are_written_as_such(kind: str, text: str, cell: object) -> None:
    assert file_cell(Column("x", "X", kind=kind), text) == cell  # type: ignore[arg-type]


def test_a_name_that_every_system_takes() -> None:
    assert file_name('Orders: "late" / all?', date(2026, 11, 23)) == "Orders late all 2026-11-23.xlsx"
    assert file_name("///", date(2026, 11, 23)) == "List 2026-11-23.xlsx"


def test_the_view_says_that_it_wants_to_be_exported(qtbot: QtBot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    view = CellTable(COLUMNS, holder)
    QVBoxLayout(holder).addWidget(view)
    keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier

    with qtbot.waitSignal(view.exported, timeout=1000):
        qtbot.keyClick(view, Qt.Key.Key_E, keys)
