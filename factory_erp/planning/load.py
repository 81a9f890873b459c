"""How much machines have to do, period by period, beside the time in which they are open.

Times are wall-clock minutes, loads working minutes. Periods are given by their edges: *n* + 1 rising
minutes for *n* periods. The rules stand in ``docs/algorithms/load.md``.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from factory_erp.planning.calendar import Interval, WorkingCalendar


def overlap(intervals: Sequence[Interval], start: int, end: int) -> int:
    """Minutes of sorted, disjoint *intervals* within start … end."""
    first = max(0, bisect_right(intervals, (start, start)) - 1)
    total = 0
    for begin, close in intervals[first:]:
        if begin >= end:
            break
        total += max(0, min(close, end) - max(begin, start))
    return total


def by_period(
    calendar: WorkingCalendar, start: int, end: int, edges: Sequence[int]
) -> Iterator[tuple[int, int]]:
    """Working minutes of start … end in each period that has any: (number of the period, minutes).

    What lies before the first or after the last edge is left out.
    """
    for number in range(max(0, bisect_right(edges, start) - 1), len(edges) - 1):
        begin, close = max(start, edges[number]), min(end, edges[number + 1])
        if begin >= end:
            return
        minutes = calendar.to_working(close) - calendar.to_working(begin)
        if minutes > 0:
            yield number, minutes


def open_minutes(
    calendar: WorkingCalendar, overtime: Sequence[Interval], edges: Sequence[int]
) -> list[tuple[int, int]]:
    """For each period: the regular minutes in which a machine is open, and those of overtime.

    *overtime* are parts of the calendar, sorted and disjoint.
    """
    found = []
    for begin, end in pairwise(edges):
        extra = overlap(overtime, begin, end)
        found.append((calendar.to_working(end) - calendar.to_working(begin) - extra, extra))
    return found


def changeover_start(calendar: WorkingCalendar, start: int, minutes: int) -> int:
    """When a changeover of so many working minutes begins that ends as work begins at *start*."""
    before = calendar.to_working(start) - minutes
    return calendar.to_wall(before) if minutes and before >= 0 else start


class Step(NamedTuple):
    """A step that nobody has scheduled yet: working minutes at a centre, then *wait* by the clock.

    A step outside the factory has no minutes, only its days as a wait.
    """

    centre: int
    setup: int
    run: int
    wait: int = 0

    @property
    def minutes(self) -> int:
        """Setup and run together."""
        return self.setup + self.run


class Span(NamedTuple):
    """Where a step of an unscheduled order falls: its centre, and from when to when."""

    centre: int
    start: int
    setup_end: int
    end: int


def back_schedule(
    steps: Sequence[Step], due: int, now: int, calendars: Mapping[int, WorkingCalendar]
) -> list[Span]:
    """Steps one after another so that the last ends by *due*, as if no other order were there.

    What would have had to begin before *now* is counted from now on instead. A centre without a calendar
    works day and night; what does not fit into the calendars' ends is cut off there.
    """
    spans: list[Span] = []
    end = due
    for step in reversed(steps):
        calendar = calendars.get(step.centre)
        end -= step.wait
        start = _back(calendar, end, step.minutes)
        if start is None or start < now:
            return _forward(steps, now, calendars)
        spans.append(Span(step.centre, start, _ahead(calendar, start, step.setup), end))
        end = start
    spans.reverse()
    return spans


def _forward(steps: Sequence[Step], now: int, calendars: Mapping[int, WorkingCalendar]) -> list[Span]:
    spans, at = [], now
    for step in steps:
        calendar = calendars.get(step.centre)
        end = _ahead(calendar, at, step.minutes)
        spans.append(Span(step.centre, at, _ahead(calendar, at, step.setup), end))
        at = end + step.wait
    return spans


def _back(calendar: WorkingCalendar | None, end: int, minutes: int) -> int | None:
    """When work begins that ends by *end*; None where the calendar does not reach so far back."""
    if calendar is None or not minutes:
        return end - minutes
    worked = calendar.to_working(end)
    return calendar.to_wall(worked - minutes) if worked >= minutes else None


def _ahead(calendar: WorkingCalendar | None, start: int, minutes: int) -> int:
    if calendar is None or not minutes:
        return start + minutes
    last = min(calendar.to_working(start) + minutes, calendar.total)
    return max(start, calendar.end_wall(last))
