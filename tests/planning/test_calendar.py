"""Working calendars: both directions, and weekly hours made into intervals."""

from datetime import UTC, date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factory_erp.domain.errors import InvalidValue
from factory_erp.planning.calendar import (
    BeyondCalendar,
    Shift,
    WorkingCalendar,
    expand,
    merge,
    to_minute,
    to_moment,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
lengths = st.lists(st.tuples(st.integers(0, 9), st.integers(1, 12)), min_size=1, max_size=8)


def calendar_of(pairs: list[tuple[int, int]]) -> WorkingCalendar:
    intervals, at = [], 0
    for closed, opened in pairs:
        intervals.append((at + closed, at + closed + opened))
        at += closed + opened
    return WorkingCalendar(tuple(intervals))


@given(lengths)
def test_both_directions_agree_with_counting_minute_by_minute(pairs: list[tuple[int, int]]) -> None:
    calendar = calendar_of(pairs)
    last = calendar.intervals[-1][1]
    open_minutes = [m for m in range(last) if any(s <= m < e for s, e in calendar.intervals)]
    assert calendar.total == len(open_minutes)
    for wall in range(last + 3):
        assert calendar.to_working(wall) == sum(m < wall for m in open_minutes)
        assert calendar.is_open(wall) == (wall in open_minutes)
    for working, wall in enumerate(open_minutes):
        assert calendar.to_wall(working) == wall
        assert calendar.end_wall(working + 1) == wall + 1


@given(lengths, st.data())
def test_adding_work_takes_exactly_that_much_working_time(
    pairs: list[tuple[int, int]], data: st.DataObject
) -> None:
    calendar = calendar_of(pairs)
    start = data.draw(st.integers(0, calendar.intervals[-1][1] - 1))
    minutes = data.draw(st.integers(1, calendar.total - calendar.to_working(start)))
    end = calendar.add_working(start, minutes)
    assert calendar.to_working(end) - calendar.to_working(start) == minutes
    assert calendar.is_open(end - 1)
    assert calendar.is_open(calendar.next_open(start))


def test_work_rests_while_closed_and_ends_at_closing_time() -> None:
    calendar = WorkingCalendar(((480, 720), (780, 1020)))
    assert calendar.add_working(700, 50) == 810
    assert calendar.add_working(480, 240) == 720
    assert calendar.next_open(720) == 780
    assert calendar.add_working(730, 0) == 730


def test_work_beyond_the_calendar_is_refused() -> None:
    calendar = WorkingCalendar(((0, 60),))
    with pytest.raises(BeyondCalendar):
        calendar.add_working(30, 31)
    with pytest.raises(BeyondCalendar):
        calendar.next_open(60)
    with pytest.raises(BeyondCalendar):
        WorkingCalendar(()).next_open(0)


@pytest.mark.parametrize("intervals", [((5, 5),), ((0, 10), (9, 12)), ((20, 30), (0, 10))])
def test_bad_intervals_are_refused(intervals: tuple[tuple[int, int], ...]) -> None:
    with pytest.raises(InvalidValue):
        WorkingCalendar(intervals)


def test_a_week_in_shanghai_with_a_holiday_and_overtime() -> None:
    weekdays = [Shift(day, 480, 1020) for day in range(5)]
    monday = date(2026, 9, 28)
    found = expand(weekdays, {date(2026, 10, 1): (), date(2026, 10, 3): [(540, 720)]}, monday, 7, SHANGHAI)
    opened = [to_moment(start).astimezone(SHANGHAI) for start, _end in found]
    assert [(m.day, m.hour) for m in opened] == [(28, 8), (29, 8), (30, 8), (2, 8), (3, 9)]
    assert [end - start for start, end in found] == [540, 540, 540, 540, 180]


def test_a_night_shift_runs_into_the_next_day_even_before_a_holiday() -> None:
    found = expand([Shift(0, 1320, 360)], {date(2026, 9, 29): ()}, date(2026, 9, 28), 2, UTC)
    origin = to_minute(datetime(2026, 9, 28, tzinfo=UTC))
    assert found == ((origin + 1320, origin + 1440 + 360),)


def test_round_the_clock_is_one_interval() -> None:
    found = expand([Shift(day, 0, 1440) for day in range(7)], {}, date(2026, 1, 1), 30, SHANGHAI)
    assert len(found) == 1
    assert found[0][1] - found[0][0] == 30 * 1440


@pytest.mark.parametrize(("day", "minutes"), [(date(2026, 3, 28), 420), (date(2026, 10, 24), 540)])
def test_a_night_shift_over_a_clock_change_has_its_real_length(day: date, minutes: int) -> None:
    (found,) = expand([Shift(5, 1320, 360)], {}, day, 1, BERLIN)
    assert found[1] - found[0] == minutes


def test_hours_outside_the_day_and_naive_times_are_refused() -> None:
    with pytest.raises(InvalidValue):
        expand([Shift(0, -1, 300)], {}, date(2026, 9, 28), 1, UTC)
    with pytest.raises(InvalidValue):
        to_minute(datetime(2026, 1, 1))  # noqa: DTZ001 - a naive time is the point


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=10))
def test_merging_keeps_every_minute_and_leaves_gaps_between(pairs: list[tuple[int, int]]) -> None:
    merged = merge(pairs)
    covered = {minute for start, end in pairs for minute in range(start, end)}
    assert {minute for start, end in merged for minute in range(start, end)} == covered
    assert all(first[1] < second[0] for first, second in pairwise(merged))
