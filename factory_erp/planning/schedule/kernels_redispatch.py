"""Compiled re-dispatching: machines keep the sequence that they had, but nobody who is overdue waits.

A machine takes the next operation of its old sequence as soon as that is there. While it is not, another may
overtake it, but only one that should have begun by now. So a schedule in which nothing changed comes out as
it was, and a delay in one place does not hold up the whole shop.
"""

from __future__ import annotations

from factory_erp.compiling import kernel
from factory_erp.planning.schedule import layout as c
from factory_erp.planning.schedule.kernels_build import behind_line, change_behind, finish_lines, line_free
from factory_erp.planning.schedule.kernels_dispatch import (
    Hall,
    add_event,
    arrive,
    leave_queues,
    open_hall,
    place,
    queue_for,
    wake,
)
from factory_erp.planning.schedule.kernels_plan import SHIFT
from factory_erp.planning.schedule.kernels_time import pop, to_working
from factory_erp.planning.schedule.layout import Ints, Plan, Shop


@kernel
def arrive_kept(
    shop: Shop, plan: Plan, hall: Hall, wall: int, operation: int, key: Ints, choice: Ints
) -> None:
    """Queue for the machine that it had, or go out; without one as in dispatching.

    What needs a resource does not take it from another by coming before its time.
    """
    way = choice[operation]
    if way == c.NONE:
        arrive(shop, plan, hall, wall, operation)
    elif shop.machine[shop.alt[way, c.A_MACHINE], c.UNLIMITED]:
        if shop.op[operation, c.FLAGS] & c.NEEDS and key[operation] > wall:
            add_event(hall, key[operation], operation)
        else:
            place(shop, plan, hall, operation, way)
    else:
        queue_for(shop, hall, wall, way)


@kernel
def next_in_turn(shop: Shop, hall: Hall, machine: int, turn: Ints, turn_at: Ints, next_turn: Ints) -> int:
    """The first of the machine's old sequence that is still to come, NONE after the last."""
    while next_turn[machine] < turn_at[machine + 1]:
        operation = turn[next_turn[machine]]
        if hall.waits[operation] >= 0:
            return int(operation)
        next_turn[machine] += 1
    return c.NONE


@kernel
def choose_kept(
    shop: Shop, plan: Plan, hall: Hall, wall: int, machine: int, key: Ints, turn: int
) -> tuple[int, int]:
    """The way to go on with now, NONE: to wait; then the first working minute at which one could start."""
    now, free = to_working(shop, machine, wall), line_free(shop, plan, machine)
    best, best_key, first = c.NONE, c.FAR, c.FAR
    base = shop.machine[machine, c.SEQ0]
    for number in range(hall.waiting[machine]):
        way = hall.queue[base + number]
        operation = shop.alt[way, c.A_OP]
        slower = turn != c.NONE or shop.alt[way, c.A_MINUTES] > shop.op[operation, c.FASTEST]
        needs = shop.op[operation, c.FLAGS] & c.NEEDS
        if key[operation] > wall and (needs or (operation != turn and slower)):
            first = min(first, max(now + 1, to_working(shop, machine, key[operation])))
            continue
        kind = shop.alt[way, c.A_CLASS]
        change = change_behind(shop, plan, machine, shop.op[operation, c.FAMILY], kind)
        start = behind_line(shop, plan, hall.tail, hall.passed, operation, way, False)
        if start > max(now, free + change):
            first = min(first, start)
        elif key[operation] < best_key or (key[operation] == best_key and way < best):
            best, best_key = way, key[operation]
    return best, first


@kernel
def redispatch(
    shop: Shop,
    plan: Plan,
    hall: Hall,
    key: Ints,
    choice: Ints,
    turn: Ints,
    turn_at: Ints,
    next_turn: Ints,
) -> int:
    """Fill *plan* event by event; how many operations found no time.

    ``key`` (n,) is when each should begin, ``choice`` (n,) its way (NONE: any), ``turn`` the operations of
    each machine in their old sequence, from ``turn_at`` (m + 1,); ``next_turn`` (m,) is room to work in.
    """
    open_hall(shop, plan, hall)
    size = len(shop.op)
    for machine in range(len(shop.machine)):
        next_turn[machine] = turn_at[machine]
    while hall.size[0]:
        event = hall.events[0]
        hall.size[0] = pop(hall.events, hall.size[0])
        wall, number = event >> SHIFT, event & ((1 << SHIFT) - 1)
        if number < size:
            arrive_kept(shop, plan, hall, wall, number, key, choice)
            continue
        machine = number - size
        if hall.waiting[machine] == 0:
            hall.idle[machine] = 1
            continue
        free = line_free(shop, plan, machine)
        if free > to_working(shop, machine, wall):
            wake(shop, hall, machine, free)
            continue
        ahead = next_in_turn(shop, hall, machine, turn, turn_at, next_turn)
        way, first = choose_kept(shop, plan, hall, wall, machine, key, ahead)
        if way == c.NONE:
            wake(shop, hall, machine, first)
            hall.idle[machine] = 1  # what arrives earlier may be startable
            continue
        operation = shop.alt[way, c.A_OP]
        leave_queues(shop, hall, operation)
        place(shop, plan, hall, operation, way)
        wake(shop, hall, machine, line_free(shop, plan, machine))
    finish_lines(shop, plan, hall.passed)
    return int(size - hall.size[1])
