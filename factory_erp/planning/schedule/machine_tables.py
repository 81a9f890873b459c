"""Machines, calendars and changeovers as the tables of ``layout``."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from itertools import accumulate

from factory_erp.planning.calendar import Interval, WorkingCalendar, merge
from factory_erp.planning.schedule import layout as c
from factory_erp.planning.schedule.problem import Centre, Machine, Operation, Problem

Row = list[int]
STEP = 1 << c.BUCKET


class Changeovers:
    """Changeover matrices by class: families that a centre does not list are all alike to it, class 0."""

    def __init__(self, problem: Problem) -> None:
        self.cells: Row = []
        self.start: dict[int, tuple[int, int]] = {}
        self.classes: dict[int, dict[int, int]] = {}
        self.number: dict[int, int] = {}
        for number, centre in enumerate(problem.centres):
            self.number[centre.id] = number
            self._add(centre)

    def _add(self, centre: Centre) -> None:
        listed = sorted({family for pair in centre.changeover for family in pair})
        self.classes[centre.id] = {family: number for number, family in enumerate(listed, start=1)}
        self.start[centre.id] = len(self.cells), len(listed) + 1
        self.cells += [centre.default] * (len(listed) + 1)
        for before in listed:
            self.cells.append(centre.default)
            self.cells += [centre.minutes(before, after) for after in listed]


class Calendars:
    """Intervals and look-up buckets of each distinct calendar, and overtime in its working minutes."""

    def __init__(self, origin: int) -> None:
        self.origin = origin
        self.intervals: list[Row] = []
        self.buckets: Row = []
        self.overtime: list[Row] = []
        self._known: dict[tuple[Interval, ...], Row] = {}

    def of(self, calendar: WorkingCalendar) -> Row:
        """First interval, the two bucket ranges and all working minutes (IVL0 … TOTAL)."""
        known = self._known.get(calendar.intervals)
        if known is None:
            known = self._known[calendar.intervals] = self._add(calendar)
        return known

    def over(self, machine: Machine) -> tuple[int, int]:
        """The rows of a machine's overtime."""
        first, before = len(self.overtime), 0
        for start, end in machine.overtime:
            row = [machine.calendar.to_working(start), machine.calendar.to_working(end), before]
            if row[1] > row[0]:
                self.overtime.append(row)
                before += row[1] - row[0]
        return first, len(self.overtime)

    def _add(self, calendar: WorkingCalendar) -> Row:
        """Intervals that touch become one, so that work which cannot pause sees no seam."""
        rows = merge(calendar.intervals)
        starts = [start - self.origin for start, _end in rows]
        before = list(accumulate((end - start for start, end in rows), initial=0))
        first, total = len(self.intervals), before.pop()
        self.intervals += [[start, work] for start, work in zip(starts, before, strict=True)]
        self.intervals += [[c.FAR, total], [c.FAR + 1, total]]
        walls = self._buckets(first, starts, starts[-1] if starts else 0)
        works = self._buckets(first, before, total)
        return [first, *walls, *works, total]

    def _buckets(self, first: int, values: list[int], last: int) -> tuple[int, int]:
        """For each bucket the last interval that has begun by then; its range."""
        begin, number = len(self.buckets), (max(last, 0) >> c.BUCKET) + 1
        self.buckets += [first + max(bisect_right(values, bucket * STEP) - 1, 0) for bucket in range(number)]
        return begin, number


def machine_rows(
    problem: Problem, changeovers: Changeovers, calendars: Calendars, room: Mapping[int, int]
) -> list[Row]:
    """A row for each machine; *room* says how many operations may come to stand on it."""
    rows, first = [], 0
    for number, machine in enumerate(problem.machines):
        row = _machine_row(problem, machine, changeovers, calendars)
        row[c.SEQ0] = first
        first += room.get(number, 0)
        rows.append(row)
    return rows


def _machine_row(problem: Problem, machine: Machine, changeovers: Changeovers, calendars: Calendars) -> Row:
    row = [0] * c.MACHINE_COLUMNS
    row[c.IVL0 : c.TOTAL + 1] = calendars.of(machine.calendar)
    row[c.CHANGE0], row[c.CLASSES] = changeovers.start[machine.centre]
    row[c.M_CENTRE] = changeovers.number[machine.centre]
    row[c.FREE0] = machine.calendar.to_working(problem.now)
    row[c.FAMILY0] = c.NONE if machine.family is None else machine.family
    row[c.CLASS0] = changeovers.classes[machine.centre].get(row[c.FAMILY0], 0)
    row[c.UNLIMITED] = machine.unlimited
    row[c.OVER0], row[c.OVER1] = calendars.over(machine)
    return row


def family_class(changeovers: Changeovers, machine: Machine, operation: Operation) -> int:
    """The class of the operation's family at the machine's centre."""
    return changeovers.classes[machine.centre].get(operation.family, 0)
