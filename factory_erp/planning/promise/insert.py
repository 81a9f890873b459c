"""Promise: when could more orders be finished, if nothing that is planned moves?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _
from factory_erp.planning.promise.board import Board
from factory_erp.planning.promise.place import Placed, place_orders
from factory_erp.planning.schedule.problem import Operation, Order, Problem
from factory_erp.planning.schedule.result import Assignment, Reason, Schedule


@dataclass(frozen=True, slots=True)
class Promise:
    """When the order would be finished, where its operations would run, and what binds the date.

    ``order`` is the one that nothing else of what was asked goes into (of several, the last finished);
    ``finishes`` tells of each. ``reasons`` begin with the first cause. ``changeover_minutes`` are added to
    the schedule.
    """

    order: int
    finish: int
    lateness: int
    assignments: Mapping[int, Assignment]
    reasons: tuple[Reason, ...]
    finishes: Mapping[int, int]
    changeover_minutes: int = 0

    @property
    def binding(self) -> Reason:
        """What must change first for the date to become earlier: the last wait of the chain."""
        return self.reasons[-1]


class Inserter:
    """A schedule made ready for orders to be tried in it; the schedule itself is never changed."""

    def __init__(self, problem: Problem, schedule: Schedule) -> None:
        self.problem = problem
        self.schedule = schedule
        self.board = Board(problem, schedule.assignments)
        self.finish: dict[int, int] = dict(schedule.finish)

    def earliest(self, orders: Sequence[Order], operations: Sequence[Operation]) -> Promise:
        """Put the orders, which may feed one another, into the gaps or after everything.

        Operation by operation the machine and gap with the earliest end is taken; a gap must hold the
        changeovers on both sides. Raises InvalidValue for an order that is in the problem already or has
        fixed operations, BeyondCalendar when no machine has time left.
        """
        self._prepare(operations)
        return self.put_on(self.board.copy(), orders, operations)

    def put_on(self, board: Board, orders: Sequence[Order], operations: Sequence[Operation]) -> Promise:
        """The same, and leave them on *board*."""
        mine = self.asked(orders, operations)
        by_id = {order.id: order for order in orders}
        placed = place_orders(board, mine, by_id, self.finish)
        last = last_of(orders, placed.finish)
        return Promise(
            last,
            placed.finish[last],
            placed.finish[last] - by_id[last].due,
            placed.rows,
            tuple(dict.fromkeys(_Chain(board, mine, by_id, placed).of(last))),
            placed.finish,
            sum(fit.added for fit in placed.fits.values()),
        )

    def accepted(self, promise: Promise, operations: Sequence[Operation]) -> Inserter:
        """The same schedule with the promised orders in it, for the next one to be tried."""
        other = object.__new__(Inserter)
        other.problem, other.schedule, other.board = self.problem, self.schedule, self.board.copy()
        other.finish = {**self.finish, **promise.finishes}
        for operation in operations:
            other.board.put(operation, promise.assignments[operation.id])
        return other

    def _prepare(self, operations: Sequence[Operation]) -> None:
        """Build the lines that will be tried before the board is copied, so that it is done once."""
        for number in {way.machine for operation in operations for way in operation.alternatives}:
            if number in self.problem.machine:
                self.board.line(number)

    def asked(self, orders: Sequence[Order], operations: Sequence[Operation]) -> Problem:
        """The new orders as a problem of their own, which checks them. Raises InvalidValue."""
        if any(o.fixed or o.done for o in operations):
            raise InvalidValue(_("Only an order that has not been started can be promised."))
        if any(order.id in self.finish for order in orders):
            raise InvalidValue(_("Order {id} is in the schedule already.", id=orders[0].id))
        own = {order.id for order in orders}
        inner = (
            replace(order, predecessors=tuple(p for p in order.predecessors if p in own)) for order in orders
        )
        known = self.problem
        return Problem(
            known.machines, known.centres, tuple(operations), tuple(inner), known.now, known.resources
        )


def promise(problem: Problem, schedule: Schedule, order: Order, operations: tuple[Operation, ...]) -> Promise:
    """Put one order into the gaps of *schedule*, or after it; see ``Inserter.earliest``."""
    return Inserter(problem, schedule).earliest([order], operations)


def last_of(orders: Sequence[Order], finish: Mapping[int, int]) -> int:
    """Of the orders that feed none of the others, the one that is finished last."""
    feeding = {feeder for order in orders for feeder in order.predecessors}
    ends = [order.id for order in orders if order.id not in feeding]
    return max(ends, key=lambda number: (finish[number], number))


@dataclass(frozen=True, slots=True)
class _Chain:
    """The waits of what was put on the board, first cause first."""

    board: Board
    mine: Problem
    orders: Mapping[int, Order]
    placed: Placed

    def of(self, number: int) -> list[Reason]:
        """What the order waited for; where a part made for it came last, what that one waited for."""
        found: list[Reason] = []
        for step in reversed(self.mine.routing[number]):
            found += self._machine(step)
            why = self.placed.ready[step.id].why
            if why is not None:
                return self._cause(why) + found[::-1]
        if not self.mine.routing[number] and (why := self.placed.begun[number].why):
            return self._cause(why)
        return found[::-1] or [Reason("capacity", number, self.placed.finish[number])]

    def _machine(self, step: Operation) -> Iterator[Reason]:
        fit = self.placed.fits[step.id]
        if fit.behind is None:
            return
        other = self.board.operation(fit.behind)
        if other.order in self.orders:
            return
        if fit.resource is not None:
            yield Reason("resource", other.order, fit.row.start, fit.row.machine, fit.resource)
        else:
            yield Reason("machine", other.order, fit.row.start, fit.row.machine)

    def _cause(self, why: Reason) -> list[Reason]:
        inner = why.kind == "predecessor" and why.ref in self.orders
        return self.of(why.ref) if inner else [why]
