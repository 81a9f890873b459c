"""The board as a table: the same operations, sorted, searched, chosen and exported."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from factory_erp.models.database import Database
from factory_erp.services.board import gantt
from factory_erp.ui.board import BoardPage
from factory_erp.ui.board.table_view import COLUMNS, TableView
from factory_erp.ui.kit.list_export import export_list
from factory_erp.ui.kit.rows import text_of
from tests.services.schedule_shop import Shop, number, scheduled, step
from tests.ui.board.conftest import Opened, idle

Made = tuple[Shop, list[int]]
KEYS = [column.key for column in COLUMNS]


@pytest.fixture
def table(qtbot: QtBot, page: BoardPage) -> TableView:
    page.tabs.select("table")
    idle(qtbot, page)
    assert page.table is not None
    return page.table


def rows(table: TableView) -> list[dict[str, str]]:
    model = table.table.model
    return [dict(zip(KEYS, map(text_of, row), strict=True)) for row in model.read(range(len(model.ids)))]


def test_it_lists_the_operations_of_the_board(
    table: TableView, page: BoardPage, shop: Made, db: Database
) -> None:
    found = rows(table)
    assert [row["machine"] for row in found] == ["BENCH", "BENCH", "PRESS", "PRESS-2"]
    first = next(row for row in found if row["order"] == number(db, shop[1][0]) and "PRESS" in row["machine"])
    assert (first["start"], first["finish"], first["quantity"]) == (
        "2026-11-23 08:30",
        "2026-11-23 10:00",
        "60",
    )
    assert (first["customer"], first["sales"], first["state"]) == ("ACME Trading", "SO-2026-00001", "Waiting")
    assert (first["locked"], first["late"]) == ("", "")
    chart = page.source.chart
    assert chart is not None
    start, end = (chart.index.data.moment(minute) for minute in chart.index.extent)
    assert {row.bar.operation_id for row in gantt.board_table(start, end)} == set(table.table.model.ids)


def test_every_column_sorts_both_ways(qtbot: QtBot, page: BoardPage, table: TableView) -> None:
    for column in COLUMNS:
        if column.sortable:
            for descending in (False, True):
                table.table.set_sort(column.key, descending=descending)
                idle(qtbot, page)
                assert len(table.table.model.ids) == 4
    table.table.set_sort("start")
    idle(qtbot, page)
    starts = [row["start"] for row in rows(table)]
    assert starts == sorted(starts)
    table.table.set_sort("machine", descending=True)
    idle(qtbot, page)
    assert rows(table)[0]["machine"] == "PRESS-2"


def test_the_words_of_the_filter_are_searched(qtbot: QtBot, page: BoardPage, table: TableView) -> None:
    page.header.search.setText("so-2026-00002 press")
    qtbot.waitUntil(lambda: len(table.table.model.ids) == 1)
    assert rows(table)[0]["sales"] == "SO-2026-00002"
    page.tabs.select("board")
    assert len(page.board.gantt.shown().by_id) == 1, "the board filters by the same words"


def test_views_are_counted_and_listed(qtbot: QtBot, db: Database, opened: Opened) -> None:
    _shop, made = scheduled(db, 60, 600, ship_by=date(2026, 11, 23))
    page = opened()
    page.tabs.select("table")
    idle(qtbot, page)
    table = page.table
    assert table is not None
    assert table.chips._chips["late"].count == 2
    table.chips.select("late")
    idle(qtbot, page)
    found = rows(table)
    assert {row["order"] for row in found} == {number(db, made[1])}
    assert all(row["late"].endswith("late") for row in found)
    table.chips.select("running")
    idle(qtbot, page)
    assert table.table.count() == 0
    assert table.selection() == ()


def test_l_locks_the_selected_rows(
    qtbot: QtBot, page: BoardPage, table: TableView, shop: Made, db: Database
) -> None:
    first = step(db, shop[1][0], 10)
    table.table.select_id(first.id)
    qtbot.keyClick(table.table.view, Qt.Key.Key_L)
    idle(qtbot, page)
    assert step(db, shop[1][0], 10).locked
    assert next(row for row in rows(table) if row["locked"])["order"] == number(db, shop[1][0])
    assert page.selection() == (first.id,)


def test_enter_opens_the_order(
    qtbot: QtBot, page: BoardPage, table: TableView, shop: Made, db: Database
) -> None:
    went: list[str] = []
    page.context.navigate = went.append
    table.table.select_id(step(db, shop[1][1], 20).id)
    qtbot.keyClick(table.table.view, Qt.Key.Key_Return)
    assert went == [f"erp://production/{shop[1][1]}"]


def test_the_row_of_the_chosen_bar_is_current(
    qtbot: QtBot, page: BoardPage, table: TableView, shop: Made, db: Database
) -> None:
    page.tabs.select("board")
    packing = step(db, shop[1][1], 20)
    page.board.go_to(packing.id)
    page.tabs.select("table")
    assert table.table.current_id() == packing.id


def test_the_table_is_exported(
    qtbot: QtBot, page: BoardPage, table: TableView, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "schedule.xlsx"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_asked: (str(target), ""))
    assert export_list(table.table)
    idle(qtbot, page)
    sheet = load_workbook(target).active
    assert sheet is not None
    lines = list(sheet.iter_rows(values_only=True))
    assert lines[0][0] == "Machine"
    assert len(lines) == 5
