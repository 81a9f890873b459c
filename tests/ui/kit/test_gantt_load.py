from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from factory_erp.ui.kit import theme
from factory_erp.ui.kit.gantt import GanttView
from factory_erp.ui.kit.gantt_load import LoadColumn, LoadDay, LoadRow, columns, unit_for
from factory_erp.ui.kit.load_strip import FULL, ROW_HEIGHT, LoadStrip
from tests.ui.kit.gantt_boards import SHANGHAI, shown

FIRST = datetime(2026, 11, 23, tzinfo=SHANGHAI)


def row(*loads: tuple[int, int], key: str = "press") -> LoadRow:
    days = [
        LoadDay(FIRST + timedelta(days=n), FIRST + timedelta(days=n + 1), load, capacity)
        for n, (load, capacity) in enumerate(loads)
    ]
    return LoadRow(key, f"Centre {key}", "", days)


def strip_of(qtbot: QtBot, *rows: LoadRow) -> tuple[GanttView, LoadStrip]:
    view = shown(qtbot)
    strip = LoadStrip(view)
    qtbot.addWidget(strip)
    strip.resize(view.width(), 3 * ROW_HEIGHT)
    strip.show()
    strip.set_rows(rows)
    return view, strip


@given(st.lists(st.tuples(st.integers(0, 3_000), st.integers(0, 1_440)), max_size=60))
def test_days_put_together_lose_no_minute(loads: list[tuple[int, int]]) -> None:
    one = row(*loads)
    for unit in ("day", "week", "month"):
        found = list(columns(one, unit, SHANGHAI))  # type: ignore[arg-type]
        assert sum(column.load for column in found) == sum(load for load, _capacity in loads)
        assert sum(column.capacity for column in found) == sum(capacity for _load, capacity in loads)
        if unit == "week":
            assert all(column.start.astimezone(SHANGHAI).weekday() == 0 for column in found)


def test_per_cent_are_never_rounded_down_to_a_full_load() -> None:
    assert LoadColumn(FIRST, FIRST, 1_001, 1_000).percent == 101
    assert LoadColumn(FIRST, FIRST, 0, 0).percent is None
    assert LoadColumn(FIRST, FIRST, 10, 0).is_over
    assert not LoadColumn(FIRST, FIRST, 1_000, 1_000).is_over


def test_columns_widen_with_the_zoom() -> None:
    assert [unit_for(scale) for scale in (1.0, 0.01, 0.005, 0.001)] == ["day", "day", "week", "month"]


def test_the_strip_follows_the_chart(qtbot: QtBot) -> None:
    view, strip = strip_of(qtbot, row((300, 600), (900, 600), (0, 0)))
    for move in (lambda: view.show_preset("day"), view.go_to_end, view.fit_all):
        move()
        window, mine = view.seen(), strip._window()
        assert (window.start, window.scale) == (mine.start, mine.scale)


def test_what_exceeds_the_capacity_stands_above_the_line(qtbot: QtBot) -> None:
    view, strip = strip_of(qtbot, row((300, 600), (900, 600)))
    image = strip.viewport().grab().toImage()
    window = view.seen()
    line = ROW_HEIGHT - 3 - FULL
    surface = QColor(theme.current().surface)
    above = [
        {image.pixelColor(window.x(day * 1_440 + 720), y).name() for y in range(line - 12, line)}
        for day in (0, 1)
    ]
    assert above[0] == {surface.name()}
    assert len(above[1]) > 1


def test_a_column_says_its_load_and_opens(qtbot: QtBot) -> None:
    view, strip = strip_of(qtbot, row((300, 600), (900, 600)), row((60, 0), key="pack"))
    place = QPoint(view.seen().x(1_440 + 700), 20)
    hit = strip.column_at(place)
    assert hit is not None
    assert strip.text_of(*hit).split("\n")[2] == "15 h of 10 h (150 %)"
    closed = strip.column_at(QPoint(view.seen().x(700), ROW_HEIGHT + 20))
    assert closed is not None
    assert strip.text_of(*closed).split("\n")[2] == "1 h of work, closed"
    assert strip.column_at(QPoint(20, 20)) is None
    assert strip.column_at(QPoint(view.seen().x(700), 2 * ROW_HEIGHT + 20)) is None
    with qtbot.waitSignal(strip.activated) as heard:
        qtbot.mouseDClick(strip.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert heard.args == ["press", FIRST + timedelta(days=1), FIRST + timedelta(days=2)]
    assert strip.accessibleDescription() == "Over capacity: Centre press, Centre pack"


@pytest.mark.parametrize("modifier", [Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier])
def test_the_wheel_on_the_strip_moves_the_chart(qtbot: QtBot, modifier: Qt.KeyboardModifier) -> None:
    view, strip = strip_of(qtbot, row((300, 600)))
    view.show_preset("day")
    before = view.seen()
    place = QPointF(700, 20)
    event = QWheelEvent(
        place, place, QPoint(), QPoint(0, -240), Qt.MouseButton.NoButton, modifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(strip.viewport(), event)
    assert view.seen() != before
