"""The first place on a machine that takes an operation: gap, changeovers, opening hours, resources."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from factory_erp.planning.calendar import BeyondCalendar, WorkingCalendar
from factory_erp.planning.promise.board import Board, Line
from factory_erp.planning.schedule.problem import Alternative, Operation
from factory_erp.planning.schedule.result import Assignment

PPM = 1_000_000


class NotEndedBy(NamedTuple):
    """It ends at or after the wall-clock minute *wall*, with that part of its run still to do then."""

    wall: int
    ppm: int = 0


class Fit(NamedTuple):
    """A place: what changing over to and from it adds, and the operation that it had to wait behind."""

    row: Assignment
    added: int
    behind: int | None = None
    resource: int | None = None
    """The resource that *behind* holds, where it waits for that rather than for the machine."""


class Held(NamedTuple):
    """A resource is held until then, by that operation."""

    until: int
    operation: int
    resource: int


def share(minutes: int, ppm: int) -> int:
    """The part of *minutes* that a transfer lot takes, rounded up."""
    return -(-minutes * ppm // PPM)


def first_fit(
    board: Board, operation: Operation, way: Alternative, ready: int, bounds: Sequence[NotEndedBy] = ()
) -> Fit | None:
    """The earliest place on the machine of *way*, not before the wall-clock minute *ready*.

    None where its calendar has no time left. Nothing that stands on the board moves.
    """
    line = board.line(way.machine)
    calendar = line.machine.calendar
    asked = lower = max([calendar.to_working(ready), *(least(calendar, way, one) for one in bounds)])
    held: Held | None = None
    try:
        while True:
            begin, place = _gap(line, operation, way.minutes, lower)
            row = _row(line, operation, way, begin, place)
            taken = _taken(board, operation, row)
            if taken is None:
                return _fit(line, operation, row, place, asked, held)
            lower, held = max(begin + 1, calendar.to_working(taken.until)), taken
    except BeyondCalendar:
        return None


def least(calendar: WorkingCalendar, way: Alternative, bound: NotEndedBy) -> int:
    """The earliest working minute at which to begin, so that the bound is kept."""
    passed = calendar.to_working(bound.wall)
    end = passed + share(way.run_minutes, bound.ppm)
    if end == passed and passed and calendar.end_wall(passed) < bound.wall:
        end += 1
    return end - way.minutes


def _gap(line: Line, operation: Operation, minutes: int, lower: int) -> tuple[int, int]:
    """The first working minute from *lower* on that takes it, and its place in the line."""
    calendar, resumable = line.machine.calendar, operation.resumable
    if line.machine.unlimited:
        return (lower if resumable else _in_one(calendar, lower, minutes)), 0
    for place in range(bisect_left(line.starts, lower + minutes), len(line.starts) + 1):
        free, change = line.free_before(place, operation.family)
        begin = max(lower, free + change)
        if not resumable:
            begin = _in_one(calendar, begin, minutes)
        latest = line.latest_end(place, operation.family)
        if latest is None or begin + minutes <= latest:
            return begin, place
    raise AssertionError("the last place has no end")


def _in_one(calendar: WorkingCalendar, begin: int, minutes: int) -> int:
    """The first working minute from *begin* on after which *minutes* fit into one open interval."""
    wall = calendar.to_wall(begin)
    at = bisect_right(calendar.intervals, wall, key=lambda span: span[0]) - 1
    while wall + minutes > calendar.intervals[at][1]:
        at += 1
        if at == len(calendar.intervals):
            return calendar.total
        wall = calendar.intervals[at][0]
    return calendar.to_working(wall)


def _row(line: Line, operation: Operation, way: Alternative, begin: int, place: int) -> Assignment:
    calendar = line.machine.calendar
    start = calendar.to_wall(begin)
    setup = way.setup_minutes
    setup_end = calendar.end_wall(begin + setup) if setup else start
    change = 0 if line.machine.unlimited else line.free_before(place, operation.family)[1]
    return Assignment(line.machine.id, start, setup_end, calendar.end_wall(begin + way.minutes), change)


def _taken(board: Board, operation: Operation, row: Assignment) -> Held | None:
    """Which of its resources is held by others for longest, None where it can have them all."""
    waits = ((one, board.store(one).free_from(row.start, row.end)) for one in operation.resources)
    return max((Held(*wait, one) for one, wait in waits if wait is not None), default=None)


def _fit(line: Line, operation: Operation, row: Assignment, place: int, asked: int, held: Held | None) -> Fit:
    if line.machine.unlimited:
        return Fit(row, 0, *_whom(held))
    family, added = operation.family, row.changeover
    if place < len(line.starts):
        after = line.families[place]
        added += line.minutes(family, after) - line.free_before(place, after)[1]
    if held is not None:
        return Fit(row, added, *_whom(held))
    waited = place > 0 and line.ends[place - 1] + row.changeover > asked
    return Fit(row, added, line.operations[place - 1] if waited else None)


def _whom(held: Held | None) -> tuple[int | None, int | None]:
    return (None, None) if held is None else (held.operation, held.resource)
