"""Compiled dispatching: whenever a machine is free, the most urgent operation that can start goes on it.

The index is Apparent Tardiness Cost with Setups (Lee, Bhaskaran and Pinedo, IIE Transactions 29,
1997): weight over time, less for slack, less for a long changeover. Floats order the candidates only.
"""

from __future__ import annotations

from math import exp
from typing import NamedTuple

import numpy as np

from factory_erp.compiling import inlined, kernel
from factory_erp.planning.schedule import layout as c
from factory_erp.planning.schedule.kernels_build import (
    behind_line,
    change_behind,
    finish_lines,
    line_free,
    put_behind,
    start_empty,
)
from factory_erp.planning.schedule.kernels_plan import SHIFT, cost_of, ready_wall
from factory_erp.planning.schedule.kernels_time import pop, push, start_wall, to_working
from factory_erp.planning.schedule.layout import Ints, Plan, Shop


class Hall(NamedTuple):
    """Room to dispatch in.

    ``queue``: ways of the operations that wait, machine by machine like ``Plan.seq``, ``waiting`` (m,) how
    many; ``place`` (a,): where a way stands in its queue; ``events``: a heap of arrivals (operation) and free
    machines (n + machine); ``waits`` (n,): what each operation still waits for; ``idle`` (m,); ``tail`` and
    ``passed`` as in ``build``; ``size`` (2,): length of the heap, operations placed.
    """

    queue: Ints
    waiting: Ints
    place: Ints
    events: Ints
    waits: Ints
    idle: Ints
    tail: Ints
    passed: Ints
    size: Ints


class Scale(NamedTuple):
    """Minutes over which slack, and over which a changeover, makes an operation e times less urgent."""

    slack: float
    setup: float


def new_hall(shop: Shop) -> Hall:
    """Room for dispatching *shop*."""
    ways, machines, size = len(shop.alt), len(shop.machine), len(shop.op)
    return Hall(
        np.zeros(ways, np.int64),
        np.zeros(machines, np.int64),
        np.zeros(ways, np.int64),
        np.zeros(2 * size + ways + machines + 8, np.int64),
        np.zeros(size, np.int64),
        np.ones(machines, np.int64),
        np.zeros(int(shop.unit[-1]), np.int64),
        np.zeros(machines, np.int64),
        np.zeros(2, np.int64),
    )


@kernel
def add_event(hall: Hall, wall: int, number: int) -> None:
    """Have *number* looked at when the clock shows *wall*."""
    hall.size[0] = push(hall.events, hall.size[0], (wall << SHIFT) | number)


@kernel
def wake(shop: Shop, hall: Hall, machine: int, work: int) -> None:
    """Look at the machine again at working minute *work*, unless its calendar has ended by then."""
    if work < shop.machine[machine, c.TOTAL]:
        hall.idle[machine] = 0
        add_event(hall, start_wall(shop, machine, work), len(shop.op) + machine)


@kernel
def tell(shop: Shop, plan: Plan, hall: Hall, operation: int) -> None:
    """One thing less to wait for; with the last, its arrival is known."""
    hall.waits[operation] -= 1
    if hall.waits[operation] == 0 and not shop.op[operation, c.FLAGS] & c.FIXED:
        add_event(hall, ready_wall(shop, plan, operation), operation)


@kernel
def leave(shop: Shop, plan: Plan, hall: Hall, operation: int) -> None:
    """Its end is known: tell the next step, and orders that it feeds."""
    if shop.op[operation, c.NEXT] >= 0:
        tell(shop, plan, hall, shop.op[operation, c.NEXT])
    for number in range(shop.op[operation, c.OUT0], shop.op[operation, c.OUT1]):
        tell(shop, plan, hall, shop.fed[number])


@kernel
def arrive(shop: Shop, plan: Plan, hall: Hall, wall: int, operation: int) -> None:
    """Queue for every machine that can do it, or go out where any number is taken."""
    outside, least = c.NONE, c.FAR
    for way in range(shop.op[operation, c.ALT0], shop.op[operation, c.ALT1]):
        if shop.machine[shop.alt[way, c.A_MACHINE], c.UNLIMITED] and shop.alt[way, c.A_MINUTES] < least:
            outside, least = way, shop.alt[way, c.A_MINUTES]
    if outside >= 0:
        place(shop, plan, hall, operation, outside)
        return
    for way in range(shop.op[operation, c.ALT0], shop.op[operation, c.ALT1]):
        queue_for(shop, hall, wall, way)


@kernel
def queue_for(shop: Shop, hall: Hall, wall: int, way: int) -> None:
    """Wait for the machine of *way*."""
    machine = shop.alt[way, c.A_MACHINE]
    hall.place[way] = hall.waiting[machine]
    hall.queue[shop.machine[machine, c.SEQ0] + hall.waiting[machine]] = way
    hall.waiting[machine] += 1
    if hall.idle[machine]:
        wake(shop, hall, machine, to_working(shop, machine, wall))


@kernel
def place(shop: Shop, plan: Plan, hall: Hall, operation: int, way: int) -> None:
    """Put the operation on its machine; where that has no time left it stays unplaced."""
    if put_behind(shop, plan, hall.tail, hall.passed, operation, way):
        hall.size[1] += 1
        hall.waits[operation] = c.NONE
        leave(shop, plan, hall, operation)


@kernel
def leave_queues(shop: Shop, hall: Hall, operation: int) -> None:
    """The operation waits for no machine any more."""
    for way in range(shop.op[operation, c.ALT0], shop.op[operation, c.ALT1]):
        machine, at = shop.alt[way, c.A_MACHINE], hall.place[way]
        if at < 0:
            continue
        hall.place[way] = c.NONE
        first = shop.machine[machine, c.SEQ0]
        hall.waiting[machine] -= 1
        last = hall.queue[first + hall.waiting[machine]]
        if last != way:
            hall.queue[first + at] = last
            hall.place[last] = at


@inlined
def urgency(shop: Shop, operation: int, minutes: int, wall: int, change: int, scale: Scale) -> float:
    """ATC with setups; a machine slower than the operation's fastest holds back.

    The cube did best on the shared small-batch instances.
    """
    slack = max(0, shop.op[operation, c.LATEST] - minutes - wall)
    factor = exp(-slack / scale.slack - change / scale.setup)
    slowness = minutes / shop.op[operation, c.FASTEST]
    return float((shop.op[operation, c.WEIGHT] / minutes) * factor / (slowness * slowness * slowness))


@kernel
def choose(shop: Shop, plan: Plan, hall: Hall, wall: int, machine: int, scale: Scale) -> tuple[int, int]:
    """The most urgent way that can start now, NONE if none can; then the first minute at which one could."""
    now, free = to_working(shop, machine, wall), line_free(shop, plan, machine)
    alone = hall.passed[machine] == shop.fixed_at[machine + 1]
    best, highest, first = c.NONE, -1.0, c.FAR
    total, base = shop.machine[machine, c.TOTAL], shop.machine[machine, c.SEQ0]
    for number in range(hall.waiting[machine]):
        way = hall.queue[base + number]
        operation, minutes = shop.alt[way, c.A_OP], shop.alt[way, c.A_MINUTES]
        family = shop.op[operation, c.FAMILY]
        change = change_behind(shop, plan, machine, family, shop.alt[way, c.A_CLASS])
        soon = max(now, free + change)
        if alone and not shop.op[operation, c.FLAGS] & (c.WHOLE | c.NEEDS | c.LOTS):
            start = soon if soon + minutes <= total else c.FAR
        else:
            start = behind_line(shop, plan, hall.tail, hall.passed, operation, way, False)
        if start > soon:
            first = min(first, start)
            continue
        rank = urgency(shop, operation, minutes, wall, change, scale)
        if rank > highest or (rank == highest and way < best):
            best, highest = way, rank
    return best, first


@kernel
def free_machine(shop: Shop, plan: Plan, hall: Hall, wall: int, machine: int, scale: Scale) -> None:
    """The machine may begin something at *wall*."""
    if hall.waiting[machine] == 0:
        hall.idle[machine] = 1
        return
    free = line_free(shop, plan, machine)
    if free > to_working(shop, machine, wall):
        wake(shop, hall, machine, free)
        return
    way, first = choose(shop, plan, hall, wall, machine, scale)
    if way == c.NONE:
        wake(shop, hall, machine, first)
        hall.idle[machine] = 1  # what arrives earlier may be startable
        return
    operation = shop.alt[way, c.A_OP]
    leave_queues(shop, hall, operation)
    place(shop, plan, hall, operation, way)
    if hall.waiting[machine]:
        wake(shop, hall, machine, line_free(shop, plan, machine))
    else:
        hall.idle[machine] = 1


@kernel
def open_hall(shop: Shop, plan: Plan, hall: Hall) -> None:
    """Empty *plan* and the queues, place what is fixed, and let arrive what waits for nothing."""
    start_empty(shop, plan, hall.tail, hall.passed)
    hall.waiting[:], hall.idle[:], hall.size[:], hall.place[:] = 0, 1, 0, c.NONE
    for operation in range(len(shop.op)):
        feeders = shop.op[operation, c.IN1] - shop.op[operation, c.IN0]
        hall.waits[operation] = feeders + (shop.op[operation, c.PREV] >= 0)
        if hall.waits[operation] == 0 and not shop.op[operation, c.FLAGS] & c.FIXED:
            add_event(hall, shop.op[operation, c.READY], operation)
    for operation in shop.fixed:
        hall.size[1] += 1
        leave(shop, plan, hall, operation)
    for operation in shop.fixed:
        hall.waits[operation] = c.NONE


@kernel
def dispatch(shop: Shop, plan: Plan, hall: Hall, scale: Scale) -> int:
    """Fill *plan* event by event; how many operations found no time."""
    open_hall(shop, plan, hall)
    size = len(shop.op)
    while hall.size[0]:
        key = hall.events[0]
        hall.size[0] = pop(hall.events, hall.size[0])
        wall, number = key >> SHIFT, key & ((1 << SHIFT) - 1)
        if number < size:
            arrive(shop, plan, hall, wall, number)
        else:
            free_machine(shop, plan, hall, wall, number - size, scale)
    finish_lines(shop, plan, hall.passed)
    return int(size - hall.size[1])


@kernel
def total_cost(shop: Shop, plan: Plan) -> int:
    """What *plan* costs, as the search counts."""
    cost, last = 0, 0
    for operation in range(len(shop.op)):
        cost += cost_of(shop, plan, operation) + plan.at[operation, c.CHANGE] * shop.rate[c.R_CHANGE]
        last = max(last, plan.at[operation, c.WALL])
    return last if shop.rate[c.R_MAKESPAN] else cost
