"""Calendars in a model of whole numbers: from the wall clock to working minutes, for any calendar.

Working minutes are the wall clock less the closed time before it, and that is a step function: each opening
that has been passed takes one gap away. So one yes-or-no variable for each opening that a moment may lie on
either side of makes the mapping linear, and exact.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field

from ortools.sat.python import cp_model, cp_model_helper

from factory_erp.planning.calendar import WorkingCalendar

Expression = cp_model.LinearExpr | int
Literal = cp_model_helper.Literal | bool

OPENING, CLOSING = 0, 1
"""A moment at which work may begin (never a closing time), or at which it may end (never an opening)."""


@dataclass(slots=True)
class Moment:
    """A wall-clock minute to be found between *low* and *high*, OPENING or CLOSING.

    Working minutes hold only where the moment is constrained by ``inside`` for the same calendar.
    """

    model: cp_model.CpModel
    low: int
    high: int
    kind: int
    at: cp_model.IntVar = field(init=False)
    _since: dict[int, Literal] = field(init=False, default_factory=dict)
    _working: dict[WorkingCalendar, Expression] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.at = self.model.new_int_var(self.low, max(self.low, self.high), "")

    def since(self, minute: int) -> Literal:
        """Whether the moment is *minute* or later."""
        if minute <= self.low or minute > self.high:
            return minute <= self.low
        if minute not in self._since:
            passed = self._since[minute] = self.model.new_bool_var("")
            self.model.add(self.at >= minute).only_enforce_if(passed)
            self.model.add(self.at < minute).only_enforce_if(~passed)
        return self._since[minute]

    def openings(self, calendar: WorkingCalendar) -> range:
        """The intervals of *calendar* on either side of whose opening the moment may lie."""
        starts = [start + self.kind for start, _end in calendar.intervals]
        return range(max(1, bisect_right(starts, self.low)), bisect_right(starts, self.high))

    def passed(self, calendar: WorkingCalendar, interval: int) -> Literal:
        """Whether the moment lies in or after the given interval of *calendar*."""
        return self.since(calendar.intervals[interval][0] + self.kind)

    def working(self, calendar: WorkingCalendar) -> Expression:
        """Working minutes of *calendar* before the moment."""
        if calendar not in self._working:
            self._working[calendar] = self._closed_left_out(calendar)
        return self._working[calendar]

    def _closed_left_out(self, calendar: WorkingCalendar) -> Expression:
        openings, intervals = self.openings(calendar), calendar.intervals
        start = intervals[openings.start - 1][0]
        known = self.at - start + calendar.to_working(start)
        gaps = {i: intervals[i][0] - intervals[i - 1][1] for i in openings}
        if not any(gaps.values()):
            return known
        work = self.model.new_int_var(
            self.low - start - sum(gaps.values()), calendar.total + self.high - start, ""
        )
        self.model.add(work == known - sum(gap * self.passed(calendar, i) for i, gap in gaps.items() if gap))
        return work

    def inside(self, calendar: WorkingCalendar, literal: Literal | None = None) -> None:
        """Only while *calendar* is open, if *literal* is true."""
        span = [
            (a + self.kind, b - 1 + self.kind)
            for a, b in calendar.intervals
            if a <= self.high and b >= self.low
        ]
        domain = cp_model.Domain.from_intervals(span or [(self.high + 1, self.high + 1)])
        constraint = self.model.add_linear_expression_in_domain(self.at, domain)
        if literal is not None:
            constraint.only_enforce_if(literal)
