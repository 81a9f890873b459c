"""Load per period: working minutes fall where they are worked, and none is lost."""

from hypothesis import given
from hypothesis import strategies as st

from factory_erp.planning.calendar import WorkingCalendar
from factory_erp.planning.load import (
    Step,
    back_schedule,
    by_period,
    changeover_start,
    open_minutes,
    overlap,
)
from tests.planning.shop import daily

DAY = 1440
WEEK = tuple(range(0, 8 * DAY, DAY))
SHIFT = daily(480, 540, 30)


def test_work_over_a_night_counts_on_both_days() -> None:
    # from 16:00 on the first day, seventeen hours until the next morning at 9:00
    assert dict(by_period(SHIFT, 960, DAY + 540, WEEK)) == {0: 60, 1: 60}


def test_what_lies_outside_the_periods_is_left_out() -> None:
    assert dict(by_period(SHIFT, 0, 3 * DAY, (DAY, 2 * DAY))) == {0: 540}
    assert list(by_period(SHIFT, 9 * DAY, 10 * DAY, WEEK)) == []


def test_edges_that_have_passed_are_empty_periods() -> None:
    edges = (2 * DAY, 2 * DAY, 2 * DAY, 3 * DAY)
    assert dict(by_period(SHIFT, 0, 4 * DAY, edges)) == {2: 540}
    assert open_minutes(SHIFT, (), edges) == [(0, 0), (0, 0), (540, 0)]


def test_overtime_is_told_apart() -> None:
    longer = WorkingCalendar(((480, 1140), (DAY + 480, DAY + 1020)))
    assert open_minutes(longer, ((1020, 1140),), (0, DAY, 2 * DAY)) == [(540, 120), (540, 0)]


def test_a_changeover_is_done_ahead_of_the_work() -> None:
    assert changeover_start(SHIFT, DAY + 480, 30) == 990
    assert changeover_start(SHIFT, DAY + 510, 30) == DAY + 480
    assert changeover_start(SHIFT, 490, 30) == 490, "before the calendar begins nothing is known"


def test_back_scheduling_ends_when_it_is_due() -> None:
    steps = [Step(1, 30, 90), Step(1, 0, 0, wait=2 * DAY), Step(1, 10, 50)]
    spans = back_schedule(steps, 5 * DAY, 0, {1: SHIFT})
    assert [(s.start, s.end) for s in spans][-1] == (4 * DAY + 960, 5 * DAY)
    first = spans[0]
    assert first.end == 2 * DAY + 960
    assert (first.start, first.setup_end) == (2 * DAY + 840, 2 * DAY + 870)


def test_what_should_have_begun_is_counted_from_now() -> None:
    now = 3 * DAY + 600
    spans = back_schedule([Step(1, 0, 60), Step(1, 0, 60)], 2 * DAY, now, {1: SHIFT})
    assert [(s.start, s.end) for s in spans] == [(now, now + 60), (now + 60, now + 120)]


def test_a_centre_without_machines_works_by_the_clock() -> None:
    (span,) = back_schedule([Step(7, 0, 60)], 2 * DAY, 0, {})
    assert (span.start, span.end) == (2 * DAY - 60, 2 * DAY)


spans = st.tuples(st.integers(0, 20 * DAY), st.integers(1, 5 * DAY))


@given(spans)
def test_no_minute_is_lost_or_counted_twice(span: tuple[int, int]) -> None:
    start, length = span
    edges = tuple(range(0, 27 * DAY, DAY))
    found = sum(minutes for _period, minutes in by_period(SHIFT, start, start + length, edges))
    assert found == SHIFT.to_working(start + length) - SHIFT.to_working(start)
    assert overlap(SHIFT.intervals, start, start + length) == found


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 2000)), min_size=1, max_size=5),
       st.integers(0, 20 * DAY))  # fmt: skip
def test_back_scheduled_work_is_all_there(steps: list[tuple[int, int]], due: int) -> None:
    found = back_schedule([Step(1, *one) for one in steps], due, 0, {1: daily(480, 540, 60)})
    worked = sum(SHIFT_60.to_working(span.end) - SHIFT_60.to_working(span.start) for span in found)
    assert worked == sum(setup + run for setup, run in steps)
    assert all(span.start <= span.setup_end <= span.end for span in found)


SHIFT_60 = daily(480, 540, 60)
