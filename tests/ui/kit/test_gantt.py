from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from factory_erp.i18n import in_language
from factory_erp.ui.kit import theme
from factory_erp.ui.kit.gantt import GanttView
from factory_erp.ui.kit.gantt_ground import closed_colour
from factory_erp.ui.kit.gantt_inks import grey_ink, inks
from factory_erp.ui.kit.gantt_model import (
    FOREVER,
    Bar,
    GanttData,
    GanttIndex,
    Lane,
    LaneIndex,
    ShiftMark,
    Spans,
    closed_times,
)
from factory_erp.ui.kit.gantt_scale import DAY, rows_for, ticks
from factory_erp.ui.kit.gantt_window import LANE_HEIGHT, TITLE_WIDTH, bar_rect

ORIGIN = datetime(2026, 11, 22, 16, tzinfo=UTC)
"""Midnight of Monday, 23 November 2026, in Shanghai."""
SHANGHAI = ZoneInfo("Asia/Shanghai")


def bar(number: int, lane: int, start: int, length: int, **marks: object) -> Bar:
    return Bar(number, lane, start, start + length, start, f"MO-{number}", **marks)  # type: ignore[arg-type]


def board(*bars: Bar, lanes: int = 20, now: int = 600) -> GanttData:
    return GanttData([Lane(n, f"冲床 P-{n:02}") for n in range(lanes)], bars, ORIGIN, now, SHANGHAI)


FEW = board(
    bar(1, 0, 0, 300, group="a"),
    bar(2, 0, 600, 600, late=True, group="b"),
    bar(3, 1, 100, 500, group="a"),
    bar(4, 3, 700, 200, started=True),
    bar(5, 15, 9_000, 800, done=True),
)

spans = st.lists(st.tuples(st.integers(0, 400), st.integers(0, 90)), max_size=40)


def shown(qtbot: QtBot, data: GanttData = FEW) -> GanttView:
    view = GanttView()
    qtbot.addWidget(view)
    view.resize(1_000, 400)
    view.show()
    view.set_data(data)
    return view


# finding


@given(spans, st.integers(-10, 500), st.integers(0, 100))
def test_bisection_finds_what_a_look_at_every_span_finds(
    raw: list[tuple[int, int]], start: int, length: int
) -> None:
    ordered = sorted((first, first + long) for first, long in raw)
    found = Spans([first for first, _end in ordered], [end for _first, end in ordered]).overlapping(
        start, start + length
    )
    wanted = [n for n, (first, end) in enumerate(ordered) if first < start + length and end > start]
    assert found == wanted


@given(spans, st.integers(0, 8))
def test_merging_loses_no_working_minute_and_no_late_bar(raw: list[tuple[int, int]], level: int) -> None:
    bars = [bar(n, 0, start, length, late=n % 3 == 0) for n, (start, length) in enumerate(raw)]
    blocks = LaneIndex(bars).blocks(level)
    drawn = list(zip(blocks.spans.starts, blocks.spans.ends, blocks.late, strict=True))
    for one in bars:
        assert any(start <= one.start and one.end <= end and late == one.late for start, end, late in drawn)
    assert blocks.spans.starts == sorted(blocks.spans.starts)
    if level == 0:
        assert len(drawn) == len(bars)


def test_many_thin_bars_become_few_blocks() -> None:
    lane = LaneIndex([bar(n, 0, n * 10, 8) for n in range(1_000)])
    assert len(lane.blocks(5).bars) == 1
    assert len(lane.blocks(2).bars) == 1_000


def test_closed_times_are_what_lies_between() -> None:
    assert list(closed_times([(10, 20), (30, 40)])) == [(-FOREVER, 10), (20, 30), (40, FOREVER)]
    assert list(closed_times([])) == []


def test_bad_data_is_refused() -> None:
    with pytest.raises(ValueError, match="set-up"):
        Bar(1, 0, 0, 10, 20, "")
    with pytest.raises(ValueError, match="lane"):
        board(bar(1, 7, 0, 10), lanes=3)
    with pytest.raises(ValueError, match="zone"):
        GanttData((), (), datetime(2026, 1, 1), 0, UTC)  # noqa: DTZ001


# the axis


def test_days_begin_at_the_factorys_midnight_also_when_the_clocks_change() -> None:
    data = GanttData((), (), datetime(2026, 10, 23, 22, tzinfo=UTC), 0, ZoneInfo("Europe/Berlin"))
    days = ticks(data, "day", 0, 4 * DAY)
    assert [day.end - day.start for day in days[:3]] == [DAY, 25 * 60, DAY]
    hours = ticks(data, "hour", DAY, DAY + 1, hours=6)
    assert [hour.text for hour in hours] == ["00:00"]


def test_weekdays_are_named_in_the_language_of_the_user() -> None:
    assert ticks(FEW, "day", 0, 1)[0].text == "Mon 23"
    assert ticks(FEW, "day", 5 * DAY, 5 * DAY + 1)[0].weekend
    with in_language("zh_CN"):
        assert ticks(FEW, "day", 0, 1)[0].text == "23 周一"
        assert ticks(FEW, "month", 0, 1, whole=True)[0].text == "2026年11月"
        assert ticks(FEW, "day", 0, 1, whole=True)[0].text == "2026年11月23日周一"


@pytest.mark.parametrize(
    ("scale", "rows"),
    [(1.0, ("day", "hour")), (0.05, ("month", "day")), (0.01, ("month", "week")), (0.001, ("year", "month"))],
)
def test_header_rows_follow_the_zoom(scale: float, rows: tuple[str, str]) -> None:
    assert (rows_for(scale).upper, rows_for(scale).lower) == rows


def test_shifts_are_named_where_they_have_room_and_go_over_midnight() -> None:
    marks = (ShiftMark(480, "Day"), ShiftMark(960, "Evening"), ShiftMark(1320, "Night"))
    data = GanttData((), (), ORIGIN, 0, SHANGHAI, shifts=marks)
    assert rows_for(0.15, shifts=True).lower == "shift"
    assert rows_for(0.15).lower == "hour"
    assert rows_for(1.0, shifts=True).lower == "hour"
    found = [(tick.start, tick.end, tick.text) for tick in ticks(data, "shift", 100, 1_000)]
    assert found == [(-120, 480, "Night"), (480, 960, "Day"), (960, 1_320, "Evening")]


@pytest.mark.parametrize("unit", ["hour", "day", "week", "month", "year"])
def test_fields_follow_each_other_without_a_gap(unit: str) -> None:
    fields = ticks(FEW, unit, 1_000, 3_000_000 if unit == "year" else 60_000, hours=6, whole=unit == "year")  # type: ignore[arg-type]
    assert fields[0].start <= 1_000
    assert fields[-1].end >= 60_000
    assert all(one.end == two.start for one, two in pairwise(fields))


# the widget


def wheel(view: GanttView, x: int, turn: int) -> None:
    event = QWheelEvent(
        QPointF(x, 200), QPointF(x, 200), QPoint(), QPoint(0, turn), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.ControlModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view.viewport(), event)


def test_zooming_keeps_the_time_under_the_pointer(qtbot: QtBot) -> None:
    view = shown(qtbot)
    view.show_preset("day")
    for turn in (120, 120, 360, -120, 240):
        before, scale = view.minute_at(617), view.scale()
        wheel(view, 617, turn)
        assert (view.scale() > scale) == (turn > 0)
        assert abs(view.minute_at(617) - before) * view.scale() < 0.01


def test_a_click_selects_the_bar_under_it(qtbot: QtBot) -> None:
    view = shown(qtbot)
    heard: list[object] = []
    view.selected.connect(heard.append)
    for number in (2, 3, 1):
        place = bar_rect(FEW.bars[number - 1], view.seen()).center()
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(900, 54 + 2 * LANE_HEIGHT + 10))
    assert heard == [2, 3, 1, None]


def test_where_bars_overlap_the_uppermost_is_hit(qtbot: QtBot) -> None:
    view = shown(qtbot, board(bar(1, 0, 0, 5_000), bar(2, 0, 1_000, 1_000)))
    assert view.bar_at(bar_rect(bar(0, 0, 1_400, 100), view.seen()).center()) is view.data().bars[1]  # type: ignore[union-attr]
    assert view.bar_at(QPoint(TITLE_WIDTH - 5, 60)) is None


def test_the_whole_order_is_highlighted(qtbot: QtBot) -> None:
    view = shown(qtbot)
    view.select_id(1)
    picture = view.viewport().grab().toImage()
    accent = QColor(theme.current().accent)
    for number, lit in ((1, True), (3, True), (2, False)):
        rect = bar_rect(FEW.bars[number - 1], view.seen())
        assert (picture.pixelColor(rect.center().x(), rect.bottom() - 4) == accent) is lit


def test_arrows_walk_from_bar_to_bar_and_bring_it_into_sight(qtbot: QtBot) -> None:
    view = shown(qtbot)
    view.select_id(1)
    visited = []
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up):
        qtbot.keyClick(view, key)
        visited.append(view.selected_id())
    assert visited == [2, 3, 4, 5, 4]
    view.select_id(5)
    assert view.viewport().rect().contains(bar_rect(FEW.bars[4], view.seen()))
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert view.selected_id() is None


def test_keys_go_to_now_to_either_end_and_show_everything(qtbot: QtBot) -> None:
    view = shown(qtbot, board(*FEW.bars, now=5_000))
    view.show_preset("day")
    qtbot.keyClick(view, Qt.Key.Key_N)
    assert view.seen().start < 5_000 < view.seen().end
    qtbot.keyClick(view, Qt.Key.Key_End)
    assert view.seen().start > 5_000
    assert view.seen().end >= 9_800
    qtbot.keyClick(view, Qt.Key.Key_Home)
    assert view.seen().start <= 0
    qtbot.keyClick(view, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    assert view.seen().start <= 0
    assert view.seen().end >= 9_800


def test_new_data_with_another_origin_keeps_the_place(qtbot: QtBot) -> None:
    view = shown(qtbot)
    view.show_preset("day")
    view.zoom(2.0)
    left = FEW.local(view.seen().start)
    later = [bar(b.id, b.lane_index, b.start - 60, b.end - b.start) for b in FEW.bars]  # type: ignore[arg-type]
    moved = GanttData(FEW.lanes, later, ORIGIN + timedelta(hours=1), 540, SHANGHAI)
    view.select_id(4)
    left = FEW.local(view.seen().start)
    view.set_data(GanttIndex(moved).prepare())
    assert abs(moved.local(view.seen().start) - left) < timedelta(seconds=1)
    assert view.selected_id() == 4


def test_dragging_with_the_middle_button_moves_the_time(qtbot: QtBot) -> None:
    view = shown(qtbot)
    view.show_preset("day")
    view.go_to_now()
    before, minute = view.seen(), view.minute_at(600)
    qtbot.mousePress(view.viewport(), Qt.MouseButton.MiddleButton, pos=QPoint(600, 200))
    qtbot.mouseMove(view.viewport(), QPoint(560, 150))
    qtbot.mouseRelease(view.viewport(), Qt.MouseButton.MiddleButton, pos=QPoint(560, 150))
    assert view.minute_at(560) == pytest.approx(minute)
    assert view.seen().top == before.top + 50


@pytest.mark.parametrize("look", [theme.LIGHT, theme.DARK], ids=lambda value: value.name)
def test_words_in_bars_can_be_read_and_every_colour_stands_out(look: theme.Theme) -> None:
    for ink in (*inks(look.name), grey_ink(look.name)):
        assert theme.contrast(ink.ground.name(), ink.text.name()) >= 4.5
        for ground in (look.surface, closed_colour(look).name()):
            assert theme.contrast(ink.strong.name(), ground) >= 3


def test_twenty_thousand_bars_are_drawn_as_few_rectangles(qtbot: QtBot) -> None:
    data = board(*(bar(n, n % 20, n // 20 * 400, 350, late=n % 90 == 0) for n in range(20_000)))
    view = shown(qtbot, data)
    seen = view.seen()
    index = GanttIndex(data)
    drawn = [len(lane.blocks(seen.level).spans.between(seen.start, seen.end)) for lane in index.lanes]
    assert max(drawn) < seen.width / 3
    view.grab()
