from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from factory_erp.ui.kit.gantt import GanttView
from factory_erp.ui.kit.gantt_data import GanttData
from factory_erp.ui.kit.gantt_drag import Ghost, Hand, PreviewKind, WorkClock, places_of, snapped, step_of
from factory_erp.ui.kit.gantt_model import GanttIndex
from factory_erp.ui.kit.gantt_window import LANE_HEIGHT
from tests.ui.kit.gantt_boards import BARS, DAY, ORIGIN, SHANGHAI, bar, middle, shown, week

LEFT = Qt.MouseButton.LeftButton
CONTROL = Qt.KeyboardModifier.ControlModifier


class Heard:
    """What a board said."""

    def __init__(self, view: GanttView) -> None:
        self.moved: list[tuple[object, object, datetime]] = []
        self.told: list[tuple[object, object, datetime]] = []
        self.ended = 0
        self.locks: list[object] = []
        view.moved.connect(lambda *said: self.moved.append(said))
        view.drag_moved.connect(lambda *said: self.told.append(said))
        view.drag_ended.connect(self._end)
        view.lock_asked.connect(self.locks.append)

    def _end(self) -> None:
        self.ended += 1


def movable(qtbot: QtBot, *lanes: str, data: GanttData | None = None) -> tuple[GanttView, Heard]:
    view = shown(qtbot, data)
    view.set_eligible(lambda _bar: set(lanes or "ABCDE"))
    return view, Heard(view)


def drag(qtbot: QtBot, view: GanttView, number: int, across: int, down: int, *, drop: bool = True) -> QPoint:
    """Take a bar and hold it so many pixels and lanes further on."""
    start = middle(view, number)
    end = start + QPoint(across, down * LANE_HEIGHT)
    qtbot.mousePress(view.viewport(), LEFT, pos=start)
    qtbot.mouseMove(view.viewport(), start + QPoint(12 if across >= 0 else -12, 0))
    qtbot.mouseMove(view.viewport(), end)
    if drop:
        qtbot.mouseRelease(view.viewport(), LEFT, pos=end)
    return end


def minutes(moment: datetime) -> int:
    return (moment - ORIGIN) // timedelta(minutes=1)


def picture(view: GanttView) -> QImage:
    return view.viewport().grab().toImage()


# by mouse


def test_a_bar_is_dragged_to_another_machine_and_time(qtbot: QtBot) -> None:
    view, heard = movable(qtbot)
    drag(qtbot, view, 1, 100, 2)
    [(number, lane, start)] = heard.moved
    assert (number, lane) == (1, "C")
    assert minutes(start) == pytest.approx(600 + 100 / view.scale(), abs=3)
    assert start.minute % 5 == 0
    assert heard.ended == 1
    assert view.held_id() is None


def test_alt_places_to_the_minute(qtbot: QtBot) -> None:
    view, heard = movable(qtbot)
    start = middle(view, 1)
    view.zoom(4, start.x())
    start = middle(view, 1)
    qtbot.mousePress(view.viewport(), LEFT, pos=start)
    for way in (12, 31):
        qtbot.mouseMove(view.viewport(), start + QPoint(way, 0))
    coarse = heard.told[-1][2]
    place = QPointF(start + QPoint(33, 0))
    alt = QMouseEvent(
        QEvent.Type.MouseMove, place, place, Qt.MouseButton.NoButton, LEFT, Qt.KeyboardModifier.AltModifier
    )
    QApplication.sendEvent(view.viewport(), alt)
    qtbot.mouseRelease(view.viewport(), LEFT, pos=place.toPoint())
    exact = minutes(heard.moved[0][2])
    assert coarse.minute % 5 == 0
    assert exact == round(600 + 33 / view.scale())


def test_a_machine_that_may_not_take_it_is_dimmed_and_refuses(qtbot: QtBot) -> None:
    view, heard = movable(qtbot, "A", "B")
    end = drag(qtbot, view, 1, 80, 3, drop=False)
    assert view.scene().dimmed == {2, 3, 4}
    assert view.viewport().cursor().shape() is Qt.CursorShape.ForbiddenCursor
    assert all(lane in "AB" for _number, lane, _start in heard.told)
    qtbot.mouseRelease(view.viewport(), LEFT, pos=end)
    assert heard.moved == []
    assert view.scene().dimmed == set()


def test_escape_gives_up_and_leaves_everything_as_it_was(qtbot: QtBot) -> None:
    view, heard = movable(qtbot)
    qtbot.mouseClick(view.viewport(), LEFT, pos=middle(view, 1))
    before = picture(view)
    end = drag(qtbot, view, 1, 100, 1, drop=False)
    assert picture(view) != before
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    qtbot.mouseRelease(view.viewport(), LEFT, pos=end)
    assert (heard.moved, heard.ended) == ([], 1)
    assert picture(view) == before
    assert view.selected_id() == 1


def test_without_a_page_that_allows_it_bars_stay(qtbot: QtBot) -> None:
    view = shown(qtbot)
    heard = Heard(view)
    drag(qtbot, view, 1, 100, 1)
    view.set_eligible(lambda number: () if number == 1 else {"A"})
    drag(qtbot, view, 1, 100, 0)
    assert (heard.moved, heard.ended) == ([], 0)


def test_back_at_its_place_nothing_has_moved(qtbot: QtBot) -> None:
    view, heard = movable(qtbot)
    end = drag(qtbot, view, 1, 100, 1, drop=False)
    qtbot.mouseMove(view.viewport(), middle(view, 1))
    qtbot.mouseRelease(view.viewport(), LEFT, pos=end)
    assert heard.moved == []


def test_the_page_hears_of_a_drag_at_most_twenty_times_a_second(qtbot: QtBot) -> None:
    view, heard = movable(qtbot)
    end = drag(qtbot, view, 1, 60, 0, drop=False)
    for step in range(40):
        qtbot.mouseMove(view.viewport(), end + QPoint(3 * step, 0))
    assert len(heard.told) <= 3
    qtbot.waitUntil(lambda: minutes(heard.told[-1][2]) == view._hand.start, timeout=1_000)
    qtbot.mouseRelease(view.viewport(), LEFT, pos=end)


def test_near_the_edge_the_chart_scrolls_along(qtbot: QtBot) -> None:
    view, heard = movable(qtbot, data=replace(week(), horizon=(0, 20 * DAY)))
    before = view.seen().start
    start = middle(view, 1)
    edge = QPoint(view.viewport().width() - 3, start.y())
    drag(qtbot, view, 1, edge.x() - start.x(), 0, drop=False)
    qtbot.waitUntil(lambda: view.seen().start > before + 60, timeout=2_000)
    qtbot.mouseRelease(view.viewport(), LEFT, pos=edge)
    seen = view.seen()
    assert seen.minute(edge.x() - 200) < minutes(heard.moved[0][2]) < seen.end
    qtbot.wait(80)
    assert view.seen() == seen


# previews


def ghost(number: int, lane: str, start: int, length: int, kind: PreviewKind) -> Ghost:
    begin = ORIGIN + timedelta(minutes=start)
    return Ghost(number, lane, begin, begin + timedelta(minutes=length), kind)


@pytest.mark.parametrize("kind", list(PreviewKind))
def test_every_kind_of_ghost_has_its_own_look(qtbot: QtBot, kind: PreviewKind) -> None:
    view = shown(qtbot)
    plain = picture(view)
    looks = []
    for one in (kind, *(other for other in PreviewKind if other is not kind)):
        view.show_preview([ghost(2, "B", 1_000, 300, one)])
        looks.append(picture(view))
    assert all(looks[0] != other for other in (plain, *looks[1:]))
    view.clear_preview()
    assert picture(view) == plain


def test_an_answer_that_comes_too_late_is_not_drawn(qtbot: QtBot) -> None:
    view, _heard = movable(qtbot)
    end = drag(qtbot, view, 1, 100, 1, drop=False)
    held = picture(view)
    view.show_preview([ghost(2, "A", 1_000, 150, PreviewKind.LATE)], "Gets late", 1)
    assert picture(view) != held
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    free = picture(view)
    view.show_preview([ghost(2, "A", 1_000, 150, PreviewKind.LATE)], "Gets late", 1)
    assert picture(view) == free
    qtbot.mouseRelease(view.viewport(), LEFT, pos=end)


def test_what_was_put_down_stays_until_the_page_answers(qtbot: QtBot) -> None:
    view, _heard = movable(qtbot)
    drag(qtbot, view, 1, 100, 1)
    qtbot.mouseMove(view.viewport(), QPoint(5, 5))
    waiting = picture(view)
    view.clear_preview()
    assert picture(view) != waiting
    drag(qtbot, view, 1, 100, 1)
    moved = week(*(replace(one, lane_index=1) if one.id == 1 else one for one in BARS))
    view.set_data(moved)
    assert not view._floats()


def test_ghosts_of_what_is_not_shown_are_left_out() -> None:
    index = GanttIndex(week())
    ghosts = [
        ghost(99, "A", 0, 10, PreviewKind.LATE),
        ghost(1, "Z", 0, 10, PreviewKind.LATE),
        ghost(1, "C", 700, 10, PreviewKind.LATE),
    ]
    assert [(one.bar.id, one.lane, one.start, one.end) for one in places_of(ghosts, index)] == [
        (1, 2, 700, 710)
    ]


def test_new_data_under_the_hand_leave_the_bar_in_it(qtbot: QtBot) -> None:
    view, heard = movable(qtbot)
    end = drag(qtbot, view, 1, 100, 1, drop=False)
    target = view._hand.start
    later = [replace(one, start=one.start - 60, end=one.end - 60, setup_end=one.start - 60) for one in BARS]
    view.set_data(replace(week(*later), origin=ORIGIN + timedelta(hours=1), now=540))
    assert view._hand.start == target - 60
    view.set_data(week(*BARS[1:]))
    assert view.held_id() is None
    qtbot.mouseRelease(view.viewport(), LEFT, pos=end)
    assert heard.moved == []


# by keyboard


def test_the_keyboard_carries_a_bar_and_puts_it_down_once(qtbot: QtBot) -> None:
    view, heard = movable(qtbot, "A", "C", "E")
    view.select_id(1)
    step = step_of(view.scale())
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down):
        qtbot.keyPress(view, key, CONTROL)
    assert view.held_id() == 1
    assert "Press C" in view.accessibleDescription()
    assert heard.moved == []
    qtbot.keyRelease(view, Qt.Key.Key_Control)
    [(number, lane, start)] = heard.moved
    assert (number, lane, minutes(start)) == (1, "C", 600 + 2 * step)


def test_a_carried_bar_is_put_down_by_itself_by_enter_or_not_at_all(qtbot: QtBot) -> None:
    view, heard = movable(qtbot)
    opened: list[Hashable] = []
    view.activated.connect(opened.append)
    view.select_id(3)
    with qtbot.waitSignal(view.moved, timeout=2_000):
        qtbot.keyPress(view, Qt.Key.Key_Left, CONTROL)
    view.clear_preview()
    qtbot.keyPress(view, Qt.Key.Key_Up, CONTROL)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    qtbot.keyPress(view, Qt.Key.Key_Up, CONTROL)
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert [lane for _number, lane, _start in heard.moved] == ["B", "A"]
    assert view.selected_id() == 3
    assert opened == []
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert opened == [3]


def test_a_step_goes_on_from_where_the_last_one_ended_before_the_page_answers(qtbot: QtBot) -> None:
    view, heard = movable(qtbot)
    view.select_id(1)
    step = step_of(view.scale())
    for _press in range(3):
        qtbot.keyClick(view, Qt.Key.Key_Right, CONTROL)
    assert [minutes(start) for _number, _lane, start in heard.moved] == [
        600 + step,
        600 + 2 * step,
        600 + 3 * step,
    ]


def test_l_asks_to_lock_what_is_picked(qtbot: QtBot) -> None:
    view, heard = movable(qtbot)
    qtbot.keyClick(view, Qt.Key.Key_L)
    view.select_id(1)
    qtbot.keyClick(view, Qt.Key.Key_L)
    qtbot.keyClick(view, Qt.Key.Key_Space)
    qtbot.keyClick(view, Qt.Key.Key_Right)
    qtbot.keyClick(view, Qt.Key.Key_Space)
    qtbot.keyClick(view, Qt.Key.Key_L)
    assert heard.locks == [(1,), (1, 2)]


# the hand and the clock


def test_work_that_is_moved_rests_while_its_machine_is_closed() -> None:
    clock = WorkClock(week())
    assert clock.end(bar(9, 0, 600, 240), 1, 900) == DAY + 480 + 60
    assert clock.end(bar(9, 0, 1_000, DAY), 1, DAY + 480) == DAY + 1_080
    beyond = 13 * DAY + 1_000
    assert clock.end(bar(9, 0, 600, 240), 1, beyond) == beyond + 240


@given(st.floats(-5_000, 5_000), st.sampled_from([1, 5, 15, 60]), st.integers(0, 59))
def test_snapping_finds_the_nearest_round_time(minute: float, step: int, late: int) -> None:
    data = GanttData((), (), ORIGIN + timedelta(minutes=late), 0, SHANGHAI)
    found = snapped(data, minute, step)
    assert abs(found - minute) <= step / 2 + 1e-6
    assert data.moment(found).minute % min(step, 60) == 0


def test_a_hand_lets_go_once(qtbot: QtBot) -> None:
    view = shown(qtbot)
    hand, said = Hand(view), []
    hand.changed.connect(lambda: said.append(hand.bar))
    hand.drop()
    hand.lift(view.index(), BARS[0], frozenset({0}))
    hand.drop()
    hand.drop()
    assert said == [BARS[0], None]
    assert hand.place() is None
