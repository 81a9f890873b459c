"""Making way: orders that were put off a machine are put back, later; nobody else moves for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from factory_erp.planning.promise.board import Board
from factory_erp.planning.promise.place import Placed, Ready, best, follows, place_steps
from factory_erp.planning.schedule.problem import Operation, Order, Problem
from factory_erp.planning.schedule.result import Assignment


class CannotWait(Exception):
    """An order must not be put off: it, or one that waits for it, would break a limit or a lock."""

    def __init__(self, order: int) -> None:
        super().__init__(order)
        self.order = order


@dataclass(frozen=True)
class Shop:
    """A schedule as making way needs it, with the minute by which an order must be finished, if any."""

    problem: Problem
    full: Board
    finish: Mapping[int, int]
    limits: Mapping[int, int]

    @cached_property
    def consumers(self) -> dict[int, list[Order]]:
        """Order → those that wait for it."""
        found: dict[int, list[Order]] = {}
        for order in self.problem.orders:
            for feeder in order.predecessors:
                found.setdefault(feeder, []).append(order)
        return found

    def slack(self, number: int) -> int:
        """By how many minutes the order may be finished later before anybody minds."""
        return max(0, self.problem.order[number].due - self.finish[number])


@dataclass(slots=True)
class MakingWay:
    """Puts what was *put_off* back on the *board*, and whatever waits for it behind."""

    shop: Shop
    board: Board
    put_off: dict[int, set[int]] = field(default_factory=dict)
    """Order → its operations that were taken from their places."""
    moved: dict[int, Assignment] = field(default_factory=dict)
    finish: dict[int, int] = field(default_factory=dict)
    """Of the orders that have moved."""

    def put_back(self) -> None:
        """Those that cost most to keep waiting first. Raises CannotWait, BeyondCalendar."""
        weigh = self.shop.problem.order
        for number in sorted(self.put_off, key=lambda o: (-weigh[o].weight, self.shop.slack(o), o)):
            self._order(number, number, self.put_off[number])

    def _order(self, number: int, root: int, free: set[int]) -> None:
        """Put the order back from its first step that is not where it was; *free* ones on any machine."""
        steps = self.shop.problem.routing[number]
        first = next((n for n, step in enumerate(steps) if step.id in free), len(steps))
        tail = [self._again(step, root, step.id in free) for step in steps[first:]]
        begin = follows(self.board, steps[first - 1]) if first else self._ready(number)
        placed = Placed()
        place_steps(self.board, tail, begin, placed, best)
        self._check_first(steps[:first], placed, tail, root)
        self._note(placed)
        if tail:
            self._finished(number, root, placed.fits[tail[-1].id].row.end)

    def _again(self, step: Operation, root: int, free: bool) -> Operation:
        """The step as it is put back: not earlier than it was, and on its own machine unless put off."""
        if step.fixed or step.done:
            raise CannotWait(root)
        row = self.shop.full.placed[step.id] if step.id not in self.moved else self.moved[step.id]
        if step.id in self.board.placed:
            self.board.drop(step.id)
        ways = step.alternatives if free else tuple(w for w in step.alternatives if w.machine == row.machine)
        return replace(step, alternatives=ways, earliest=max(step.earliest, row.start))

    def _ready(self, number: int) -> Ready:
        order = self.shop.problem.order[number]
        ends = (self.finish.get(p, self.shop.finish[p]) for p in order.predecessors)
        return Ready(max([self.shop.problem.now, order.release, *ends]), None)

    def _check_first(
        self, kept: Sequence[Operation], placed: Placed, tail: Sequence[Operation], root: int
    ) -> None:
        """The step ahead of those that moved may have to be followed soon."""
        if not kept or not tail or kept[-1].max_lag is None:
            return
        ended = follows(self.board, kept[-1]).at - kept[-1].lag
        if placed.fits[tail[0].id].row.start > ended + kept[-1].max_lag:
            raise CannotWait(root)

    def _note(self, placed: Placed) -> None:
        for number, row in placed.rows.items():
            before = self.shop.full.placed[number]
            if (row.machine, row.start, row.end) != (before.machine, before.start, before.end):
                self.moved[number] = row

    def _finished(self, number: int, root: int, end: int) -> None:
        """The order ends then: what waits for it must begin later, unless that cannot be."""
        self.finish[number] = end
        if end > self.shop.limits.get(number, end):
            raise CannotWait(root)
        for order in self.shop.consumers.get(number, ()):
            steps = self.shop.problem.routing[order.id]
            first = steps[0].id if steps else 0
            if not steps:
                self._finished(order.id, root, self._ready(order.id).at)
            elif first in self.board.placed and self.board.placed[first].start < end:
                self._order(order.id, root, {first})
