"""A rush order: finished by the minute that is wanted, others making way, and who they are.

Each step takes the gap that is early enough or, where there is none, the place of those whose waiting costs
least; they go back into gaps later. Orders that were promised to a buyer, and those that weigh as much as the
rush order, make way only as long as they stay in time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from factory_erp.planning.calendar import BeyondCalendar
from factory_erp.planning.promise.board import Board, Line
from factory_erp.planning.promise.eject import Chooser
from factory_erp.planning.promise.insert import Inserter, last_of
from factory_erp.planning.promise.place import Placed, place_orders
from factory_erp.planning.promise.way import CannotWait, MakingWay, Shop
from factory_erp.planning.schedule.problem import Operation, Order, Problem
from factory_erp.planning.schedule.result import Assignment

SHARES = (100, 75, 50, 25, 0)
"""How much of the time to spare, in percent, the steps use evenly before anybody has to make way."""

ROUNDS = 40
"""How often it is tried again without an order that turned out not to be able to wait."""


@dataclass(frozen=True, slots=True)
class Slip:
    """An order that is finished later: from one minute to another; *late* more minutes after it is due.

    ``cost`` is in the unit of ``Order.weight``.
    """

    order: int
    before: int
    after: int
    late: int
    cost: int


@dataclass(frozen=True, slots=True)
class Rush:
    """Whether the order can be finished by the minute wanted, and what that does to the others.

    Where it cannot, ``finish`` is the best that was found. ``moved`` are the operations of others at
    their new places; ``changeover_minutes`` come on top of those of the schedule.
    """

    feasible: bool
    finish: int
    assignments: Mapping[int, Assignment]
    moved: Mapping[int, Assignment]
    slips: tuple[Slip, ...]
    changeover_minutes: int
    changeover_cost: int

    @property
    def cost(self) -> int:
        """Of the slips and the changeovers together."""
        return sum(slip.cost for slip in self.slips) + self.changeover_cost

    @property
    def waits(self) -> int:
        """By how many minutes others are finished later, together."""
        return sum(slip.after - slip.before for slip in self.slips)


def rush(
    inserter: Inserter, orders: Sequence[Order], operations: Sequence[Operation], wanted: int
) -> Rush | None:
    """Finish the *orders* by minute *wanted*, letting others slip. None where the calendars have no room.

    Raises InvalidValue as ``Inserter.earliest``.
    """
    return _Search(inserter, orders, operations, wanted).best()


class _Search:
    """Several ways to let the order in, the cheapest of those in time being the answer."""

    def __init__(
        self, inserter: Inserter, orders: Sequence[Order], operations: Sequence[Operation], wanted: int
    ) -> None:
        self.mine = inserter.asked(orders, operations)
        self.orders = {order.id: order for order in orders}
        self.problem, self.wanted = inserter.problem, wanted
        weight = max(order.weight for order in orders)
        limits = {
            order.id: max(order.due, inserter.finish[order.id])
            for order in self.problem.orders
            if order.promised or order.weight >= weight
        }
        self.shop = Shop(inserter.problem, inserter.board, inserter.finish, limits)

    def best(self) -> Rush | None:
        """The cheapest way that is in time, else the one that is earliest."""
        try:
            alone = self._alone()
        except BeyondCalendar:
            return None
        spare = self.wanted - alone.finish[self._last(alone)]
        shares = SHARES if spare > 0 else (0,)
        found = [way for share in shares if (way := self._tried(alone, max(0, spare), share))]
        in_time = [way for way in found if way.feasible]
        if in_time:
            return min(in_time, key=lambda way: (way.cost, way.waits, way.finish))
        return min(found, key=lambda way: (way.finish, way.cost), default=None)

    def _alone(self) -> Placed:
        """The order with nothing in its way but what is locked."""
        known = self.problem.operation
        locked = {o: row for o, row in self.shop.full.placed.items() if o in known and known[o].fixed}
        return place_orders(Board(self.problem, locked), self.mine, self.orders, self.shop.finish)

    def _last(self, placed: Placed) -> int:
        return last_of(list(self.orders.values()), placed.finish)

    def _tried(self, alone: Placed, spare: int, share: int) -> Rush | None:
        """Each step may end so much later than alone; None where others cannot make way for that."""
        staying: set[int] = set()
        count = len(alone.fits)
        latest = {
            number: fit.row.end + spare * share * place // (100 * count)
            for place, (number, fit) in enumerate(alone.fits.items(), start=1)
        }
        for _round in range(ROUNDS):
            try:
                return self._once(latest, staying)
            except CannotWait as known:
                staying.add(known.order)
            except BeyondCalendar:
                return None
        return None

    def _once(self, latest: Mapping[int, int], staying: set[int]) -> Rush | None:
        board = self.shop.full.copy()
        making = MakingWay(self.shop, board)
        chooser = Chooser(making, latest, staying)
        placed = place_orders(board, self.mine, self.orders, self.shop.finish, chooser.choose)
        making.put_back()
        return None if _broken(self.problem, board) else self._result(placed, making)

    def _result(self, placed: Placed, making: MakingWay) -> Rush:
        finish = placed.finish[self._last(placed)]
        more = _changeover(making.board) - _changeover(self.shop.full)
        return Rush(
            finish <= self.wanted,
            finish,
            placed.rows,
            making.moved,
            tuple(sorted(self._slips(making), key=lambda slip: (-slip.cost, -slip.late, slip.order))),
            more,
            -(-more * self.problem.objective.changeover // 60),
        )

    def _slips(self, making: MakingWay) -> Iterator[Slip]:
        for number, after in making.finish.items():
            order, before = self.problem.order[number], self.shop.finish[number]
            late = max(0, after - order.due) - max(0, before - order.due)
            if after > before:
                yield Slip(number, before, after, late, -(-order.weight * late // 60))


def _changeover(board: Board) -> int:
    return sum(line.changeover() for line in board.lines())


def _broken(problem: Problem, board: Board) -> bool:
    """Whether two that have become neighbours need a longer changeover than lies between them."""
    return any(_too_near(problem, line) for line in board.lines())


def _too_near(problem: Problem, line: Line) -> bool:
    for place in range(1, len(line.starts)):
        free, change = line.free_before(place, line.families[place])
        if line.starts[place] < free + change:
            pair = [problem.operation.get(number) for number in line.operations[place - 1 : place + 1]]
            if not all(one is not None and one.fixed for one in pair):
                return True
    return False
