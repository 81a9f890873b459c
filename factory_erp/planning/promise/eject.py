"""Whose place a step of a rush order takes: a gap that is early enough, else whoever can best wait."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from factory_erp.planning.calendar import DAY, BeyondCalendar
from factory_erp.planning.promise.board import Board, Line
from factory_erp.planning.promise.fit import Fit, first_fit, least
from factory_erp.planning.promise.place import Ready, best
from factory_erp.planning.promise.way import MakingWay
from factory_erp.planning.schedule.problem import Alternative, Operation

USUAL_WAIT = 2 * DAY
"""How long an order that makes way waits, when it is guessed whom it would hurt."""

AT_ITS_LIMIT = 20
"""How many times dearer it is to count on an order that must stay in time and has little to spare."""

TRIED = 8
"""Places that are tried for a step, the cheapest first."""


class Window(NamedTuple):
    """A place on a machine once *gone* are put off: what their waiting may cost, and when the step ends."""

    late: int
    penalty: int
    end: int
    way: Alternative
    gone: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Chooser:
    """Chooses for each step; *latest* is by when each should end, *staying* are orders that cannot wait."""

    making: MakingWay
    latest: Mapping[int, int]
    staying: Collection[int]

    def choose(self, board: Board, step: Operation, ready: Ready) -> Fit:
        """Where the step goes. Raises BeyondCalendar where there is no place at all."""
        latest = self.latest[step.id]
        gap = _gap(board, step, ready)
        if gap is not None and gap.row.end <= latest:
            return gap
        windows = sorted(
            window for way in step.alternatives for window in self._windows(board, step, way, ready, latest)
        )
        for window in windows[:TRIED]:
            fit = self._taken(board, step, ready, window, latest)
            if fit is not None:
                return fit
        return gap or best(board, step, ready)

    def _taken(self, board: Board, step: Operation, ready: Ready, window: Window, latest: int) -> Fit | None:
        """The step's place with the others put off; None, and they are back, where it does not hold."""
        known = self.making.shop.problem.operation
        rows = {number: board.placed[number] for number in window.gone}
        for number in window.gone:
            board.drop(number)
        fit = first_fit(board, step, window.way, ready.at, ready.bounds)
        if fit is None or fit.row.end > max(latest, window.end):
            for number, row in rows.items():
                board.put(known[number], row)
            return None
        for number in window.gone:
            self.making.put_off.setdefault(known[number].order, set()).add(number)
        return fit

    def _windows(
        self, board: Board, step: Operation, way: Alternative, ready: Ready, latest: int
    ) -> Iterator[Window]:
        """The places that end by *latest*, or else the first."""
        line = board.line(way.machine)
        calendar = line.machine.calendar
        lower = max([calendar.to_working(ready.at), *(least(calendar, way, one) for one in ready.bounds)])
        for place in range(bisect_right(line.ends, lower), len(line.starts) + 1):
            free, change = line.free_before(place, step.family)
            end = max(lower, free + change) + way.minutes
            if end > calendar.total:
                return
            late = max(0, calendar.end_wall(end) - latest)
            gone = self._gone(line, place, end, step.family)
            if gone is not None:
                yield Window(late, self._penalty(gone), calendar.end_wall(end), way, gone)
            if late:
                return

    def _gone(self, line: Line, place: int, end: int, family: int) -> tuple[int, ...] | None:
        """Who must go from *place* on so that it may end then; None where somebody must stay."""
        after = place
        while (
            after < len(line.starts) and end + line.minutes(family, line.families[after]) > line.starts[after]
        ):
            if not self._may_go(line.operations[after]):
                return None
            after += 1
        return tuple(line.operations[place:after])

    def _may_go(self, number: int) -> bool:
        operation = self.making.shop.problem.operation.get(number)
        return operation is not None and not operation.fixed and operation.order not in self.staying

    def _penalty(self, gone: Collection[int]) -> int:
        shop = self.making.shop
        return sum(self._wait(number) for number in {shop.problem.operation[o].order for o in gone})

    def _wait(self, number: int) -> int:
        """What it may cost to let the order wait; one that waits already hardly minds."""
        shop = self.making.shop
        slack = shop.slack(number)
        wait = shop.problem.order[number].weight * max(1, USUAL_WAIT - slack)
        if number in self.making.put_off:
            return wait // 10
        return wait * AT_ITS_LIMIT if number in shop.limits and slack < USUAL_WAIT else wait


def _gap(board: Board, step: Operation, ready: Ready) -> Fit | None:
    try:
        return best(board, step, ready)
    except BeyondCalendar:
        return None
