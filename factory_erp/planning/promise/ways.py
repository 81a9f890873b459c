"""Other ways to an earlier date: a part of the quantity first, overtime, another machine; with their prices.

All prices are integers in the unit of ``Prices``. Nothing that was promised or planned ends later for them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from factory_erp.planning.calendar import BeyondCalendar, Interval, WorkingCalendar, merge
from factory_erp.planning.promise.board import Board, Line
from factory_erp.planning.promise.fit import PPM, share
from factory_erp.planning.promise.insert import Inserter, Promise
from factory_erp.planning.promise.place import follows
from factory_erp.planning.schedule.problem import Alternative, Machine, Operation, Order

OVERTIME = (60, 120, 180, 240)
"""Minutes a shift is made longer by, the fewest that help being taken."""

STEP_PPM = PPM // 20
"""Parts of an order are multiples of this."""

LATER = 1 << 42
"""What the ids of the second part of a split order are higher by."""

MACHINES = 2
"""On how many machines that the order waits for overtime is tried, the last wait first."""


@dataclass(frozen=True, slots=True)
class Prices:
    """What an hour costs, in the smallest unit of the currency."""

    changeover_hour: int = 0
    overtime_hour: int = 0


@dataclass(frozen=True, slots=True)
class OtherWay:
    """Another way: when all would be finished, and its price.

    ``split``: ``first_ppm`` of the quantity is finished at ``first_finish``. ``overtime``: ``machine`` works
    in ``windows`` too. ``machine``: a step runs on ``machine``, which it usually does not use.
    """

    kind: Literal["split", "overtime", "machine"]
    finish: int
    price: int
    first_finish: int | None = None
    first_ppm: int = 0
    machine: int | None = None
    windows: tuple[Interval, ...] = ()

    @property
    def first(self) -> int:
        """When something is finished."""
        return self.finish if self.first_finish is None else self.first_finish


@dataclass(frozen=True, slots=True)
class _Asked:
    inserter: Inserter
    orders: Sequence[Order]
    operations: Sequence[Operation]
    wanted: int | None
    prices: Prices
    usual: Promise

    def helps(self, finish: int) -> bool:
        """Whether that is soon enough, or at least sooner."""
        return finish < self.usual.finish if self.wanted is None else finish <= self.wanted


def alternatives(
    inserter: Inserter,
    orders: Sequence[Order],
    operations: Sequence[Operation],
    wanted: int | None,
    prices: Prices,
    usual: Promise | None = None,
) -> tuple[OtherWay, ...]:
    """Up to three ways to something sooner than the *usual* promise; none where that is soon enough.

    Those that bring something by *wanted* first, the cheapest of them first. Raises as ``Inserter.earliest``.
    """
    usual = usual or inserter.earliest(orders, operations)
    if not operations or (wanted is not None and usual.finish <= wanted):
        return ()
    asked = _Asked(inserter, orders, operations, wanted, prices, usual)
    found = (way for way in (_split(asked), _overtime(asked), _other_machine(asked)) if way)
    useful = [way for way in found if way.first < usual.finish]
    return tuple(sorted(useful, key=lambda way: (not asked.helps(way.first), way.price, way.first, way.kind)))


def _split(asked: _Asked) -> OtherWay | None:
    """The largest part that is in time, the rest behind it; half of it where no day is wanted."""
    low, high = 0, PPM // STEP_PPM
    if asked.wanted is None:
        low = high // 2
    while asked.wanted is not None and high - low > 1:
        middle = (low + high) // 2
        part = _part(asked, asked.inserter, middle * STEP_PPM)
        low, high = (middle, high) if part and asked.helps(part.finish) else (low, middle)
    return _in_two(asked, low * STEP_PPM) if low else None


def _part(asked: _Asked, inserter: Inserter, ppm: int, shift: int = 0) -> Promise | None:
    try:
        return inserter.earliest(*_scaled(asked, ppm, shift))
    except BeyondCalendar:
        return None


def _in_two(asked: _Asked, ppm: int) -> OtherWay | None:
    first = _part(asked, asked.inserter, ppm)
    if first is None:
        return None
    rest = _part(asked, asked.inserter.accepted(first, _scaled(asked, ppm)[1]), PPM - ppm, LATER)
    if rest is None:
        return None
    more = first.changeover_minutes + rest.changeover_minutes - asked.usual.changeover_minutes
    more += sum(_setup(operation, rest) for operation in asked.operations)
    price = _price(max(0, more), asked.prices.changeover_hour)
    return OtherWay("split", max(first.finish, rest.finish), price, first.finish, ppm)


def _setup(operation: Operation, rest: Promise) -> int:
    machine = rest.assignments[operation.id + LATER].machine
    return next(way.setup_minutes for way in operation.alternatives if way.machine == machine)


def _scaled(asked: _Asked, ppm: int, shift: int = 0) -> tuple[list[Order], list[Operation]]:
    """The orders for a part of the quantity: setup as before, run in proportion, ids higher by *shift*."""
    own = {order.id for order in asked.orders}
    orders = [
        replace(
            order,
            id=order.id + shift,
            predecessors=tuple(p + shift if p in own else p for p in order.predecessors),
        )
        for order in asked.orders
    ]
    operations = [
        replace(
            one,
            id=one.id + shift,
            order=one.order + shift,
            alternatives=tuple(
                way._replace(run_minutes=max(share(way.run_minutes, ppm), int(not way.setup_minutes)))
                for way in one.alternatives
            ),
        )
        for one in asked.operations
    ]
    return orders, operations


def _overtime(asked: _Asked) -> OtherWay | None:
    """The cheapest overtime that is soon enough, else what brings the soonest date."""
    found = [way for machine in _waited_for(asked) for way in _longer_shifts(asked, machine)]
    soon = [way for way in found if asked.helps(way.finish)]
    if soon:
        return min(soon, key=lambda way: (way.price, way.finish))
    return min(found, key=lambda way: (way.finish, way.price), default=None)


def _waited_for(asked: _Asked) -> list[int]:
    waits = [why.machine for why in reversed(asked.usual.reasons) if why.kind == "machine" and why.machine]
    tight = [asked.usual.assignments[one.id].machine for one in reversed(asked.operations)]
    known = asked.inserter.problem.machine
    limited = [number for number in dict.fromkeys([*waits, *tight]) if not known[number].unlimited]
    return limited[:MACHINES]


def _longer_shifts(asked: _Asked, number: int) -> Iterator[OtherWay]:
    """Each length of overtime on the machine, until one is enough."""
    inserter = asked.inserter
    machine = inserter.problem.machine[number]
    until = asked.usual.finish if asked.wanted is None else min(asked.usual.finish, asked.wanted)
    for minutes in OVERTIME:
        windows = _after_hours(machine.calendar, inserter.problem.now, until, minutes)
        if not windows:
            return
        board = inserter.board.copy()
        calendar = WorkingCalendar(merge((*machine.calendar.intervals, *windows)))
        board.set_line(_moved_up(inserter, board, replace(machine, calendar=calendar)))
        try:
            sooner = inserter.put_on(board, asked.orders, asked.operations)
        except BeyondCalendar:
            continue
        used = tuple(window for window in windows if window[0] < sooner.finish)
        price = _price(sum(end - start for start, end in used), asked.prices.overtime_hour)
        yield OtherWay("overtime", sooner.finish, price, machine=number, windows=used)
        if asked.helps(sooner.finish):
            return


def _after_hours(calendar: WorkingCalendar, now: int, until: int, minutes: int) -> tuple[Interval, ...]:
    """So many minutes after each closing between *now* and *until*, where it is closed that long."""
    return tuple(
        (end, min(end + minutes, after))
        for (_start, end), (after, _close) in pairwise(calendar.intervals)
        if now <= end < min(after, until)
    )


def _moved_up(inserter: Inserter, board: Board, machine: Machine) -> Line:
    """The machine's line with longer hours: what can begin sooner does, everything else stays."""
    old = board.line(machine.id)
    line = board.empty_line(machine)
    for number in old.operations:
        operation = board.operation(number)
        start, end = _sooner(inserter, board, line, operation)
        line.starts.append(start)
        line.ends.append(max([end, *line.ends[-1:]]))
        line.families.append(operation.family)
        line.operations.append(number)
    return line


def _sooner(inserter: Inserter, board: Board, line: Line, operation: Operation) -> tuple[int, int]:
    """Working minutes with the longer hours."""
    to_working, row = line.machine.calendar.to_working, board.placed[operation.id]
    way = _movable_way(inserter, operation, row.machine)
    if way is None:
        return to_working(row.start), to_working(row.end)
    free, change = line.free_before(len(line.starts), operation.family)
    begin = max(to_working(_ready(inserter, board, operation)), free + change)
    return begin, begin + way.minutes


def _movable_way(inserter: Inserter, operation: Operation, machine: int) -> Alternative | None:
    """How the machine does it; None for what must stay: locked, held by a resource, or followed soon."""
    known = inserter.problem.operation.get(operation.id)
    stays = known is None or known.fixed or known.resources or known.max_lag is not None
    if stays or not operation.resumable:
        return None
    return inserter.problem.alternative(operation.id, machine)


def _ready(inserter: Inserter, board: Board, operation: Operation) -> int:
    problem = inserter.problem
    steps = problem.routing[operation.order]
    place = next(n for n, step in enumerate(steps) if step.id == operation.id)
    least = max(problem.now, operation.earliest)
    if place:
        ready = follows(board, steps[place - 1])
        return max(least, ready.at, board.placed[operation.id].start if ready.bounds else 0)
    order = problem.order[operation.order]
    return max([least, order.release, *(inserter.finish[p] for p in order.predecessors)])


def _other_machine(asked: _Asked) -> OtherWay | None:
    """The same with every machine of the work centres, at the pace of the slowest that is usual."""
    wider = [_widened(asked, one) for one in asked.operations]
    if all(one is two for one, two in zip(wider, asked.operations, strict=True)):
        return None
    try:
        sooner = asked.inserter.earliest(asked.orders, wider)
    except BeyondCalendar:
        return None
    usual = {one.id: {way.machine for way in one.alternatives} for one in asked.operations}
    new = [row.machine for o, row in sooner.assignments.items() if row.machine not in usual[o]]
    if not new:
        return None
    more = sooner.changeover_minutes - asked.usual.changeover_minutes
    return OtherWay(
        "machine", sooner.finish, _price(max(0, more), asked.prices.changeover_hour), machine=new[-1]
    )


def _widened(asked: _Asked, operation: Operation) -> Operation:
    usual = {way.machine for way in operation.alternatives}
    if not usual:
        return operation
    others = [
        machine.id
        for machine in asked.inserter.problem.machines
        if machine.centre == operation.centre and machine.id not in usual
    ]
    slowest = max(operation.alternatives, key=lambda way: way.minutes)
    more = tuple(slowest._replace(machine=number) for number in others)
    return replace(operation, alternatives=(*operation.alternatives, *more)) if more else operation


def _price(minutes: int, hour: int) -> int:
    """What so many minutes cost, rounded up."""
    return -(-minutes * hour // 60)
