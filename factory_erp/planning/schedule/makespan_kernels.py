"""Compiled tabu search for flexible job shops whose only goal is an early end.

After Mastrolilli and Gambardella, "Effective neighbourhood functions for the flexible job shop problem"
(Journal of Scheduling 3, 2000): take an operation of a critical path out and put it back, on any machine
that can do it, at a place that provably closes no circle and is best. The heads and tails of the graph
without the operation give the makespan after the move exactly, so nothing is estimated.

All arrays are int64. ``n`` operations, ``m`` machines, ``w`` ways (operation × machine that can do it), -1 for
none. Times are working minutes from the start of the shop.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from factory_erp.planning.schedule.makespan_types import njit
else:
    from numba import njit as _njit

    def njit(function):
        """Compile without the interpreter's lock; the compiled code is kept on disk."""
        return _njit(cache=True, nogil=True)(function)


Ints = NDArray[np.int64]


class Shop(NamedTuple):
    """What never changes: the step ``before`` and ``after`` each operation, its ``earliest`` start, and its ways.

    ``before``, ``after``, ``earliest``: (n,). The ways of operation i are ``first_way[i]`` up to, not including,
    ``first_way[i + 1]``: (n + 1,); ``way_machine`` and ``way_minutes``: (w,).
    """

    before: Ints
    after: Ints
    earliest: Ints
    first_way: Ints
    way_machine: Ints
    way_minutes: Ints


class Lines(NamedTuple):
    """A choice of machines and sequences.

    ``machine``, ``minutes``, and the neighbours on the machine ``ahead`` and ``behind``: (n,); ``first``
    operation of each machine: (m,).
    """

    machine: Ints
    minutes: Ints
    ahead: Ints
    behind: Ints
    first: Ints


class Times(NamedTuple):
    """Longest paths of the graph: ``head`` is the earliest start, ``tail`` the work that must follow the end.

    ``order`` holds the operations sorted so that everything comes after what it waits for, ``place`` where
    each stands there; ``waits`` is scratch. All (n,).
    """

    head: Ints
    tail: Ints
    order: Ints
    place: Ints
    waits: Ints


class Move(NamedTuple):
    """Operation to ``way`` of its own, right after ``ahead`` (-1: first); the makespan and path that result."""

    makespan: int
    path: int
    operation: int
    way: int
    ahead: int


@njit
def chance(dice: NDArray[np.uint64], sides: int) -> int:
    """A number from 0 up to, not including, *sides*; ``dice`` (1,) is the state of a xorshift generator."""
    word = dice[0]
    word ^= word << np.uint64(13)
    word ^= word >> np.uint64(7)
    word ^= word << np.uint64(17)
    dice[0] = word
    return np.int64((word >> np.uint64(11)) % np.uint64(sides))


@njit
def take_out(lines: Lines, operation: int) -> None:
    """Close the gap that *operation* leaves on its machine."""
    ahead, behind = lines.ahead[operation], lines.behind[operation]
    if ahead >= 0:
        lines.behind[ahead] = behind
    else:
        lines.first[lines.machine[operation]] = behind
    if behind >= 0:
        lines.ahead[behind] = ahead


@njit
def put_in(lines: Lines, operation: int, machine: int, minutes: int, ahead: int) -> None:
    """Set *operation* on *machine* right after *ahead* (-1: as the first)."""
    behind = lines.behind[ahead] if ahead >= 0 else lines.first[machine]
    lines.machine[operation], lines.minutes[operation] = machine, minutes
    lines.ahead[operation], lines.behind[operation] = ahead, behind
    if ahead >= 0:
        lines.behind[ahead] = operation
    else:
        lines.first[machine] = operation
    if behind >= 0:
        lines.ahead[behind] = operation


@njit
def restore(shop: Shop, lines: Lines, machines: Ints, order: Ints) -> None:
    """Set *lines* to ``machines`` (n,) with every machine working in the sequence of ``order`` (n,)."""
    last = np.full(lines.first.size, -1, np.int64)
    lines.first[:] = -1
    for operation in order:
        machine = machines[operation]
        minutes = 0
        for way in range(shop.first_way[operation], shop.first_way[operation + 1]):
            if shop.way_machine[way] == machine:
                minutes = shop.way_minutes[way]
        put_in(lines, operation, machine, minutes, last[machine])
        last[machine] = operation


@njit
def sort(shop: Shop, lines: Lines, times: Times) -> int:
    """Fill ``times.order`` and ``times.place``; how many operations were sorted (fewer than n: a circle)."""
    order, waits, count = times.order, times.waits, 0
    for operation in range(waits.size):
        waits[operation] = (shop.before[operation] >= 0) + (lines.ahead[operation] >= 0)
        if not waits[operation]:
            order[count] = operation
            count += 1
    at = 0
    while at < count:
        operation = order[at]
        times.place[operation] = at
        at += 1
        for following in (shop.after[operation], lines.behind[operation]):
            if following >= 0:
                waits[following] -= 1
                if not waits[following]:
                    order[count] = following
                    count += 1
    return count


@njit
def start_of(shop: Shop, lines: Lines, head: Ints, operation: int, ahead: int) -> int:
    """Earliest start of *operation* behind its step before and *ahead* on the machine."""
    start, before = shop.earliest[operation], shop.before[operation]
    if before >= 0:
        start = max(start, head[before] + lines.minutes[before])
    if ahead >= 0:
        start = max(start, head[ahead] + lines.minutes[ahead])
    return start


@njit
def rest_of(shop: Shop, lines: Lines, tail: Ints, operation: int, behind: int) -> int:
    """Work that must follow *operation*: its step after and *behind* on the machine."""
    rest, after = 0, shop.after[operation]
    if after >= 0:
        rest = tail[after] + lines.minutes[after]
    if behind >= 0:
        rest = max(rest, tail[behind] + lines.minutes[behind])
    return rest


@njit
def longest(shop: Shop, lines: Lines, times: Times) -> int:
    """Fill heads and tails; the makespan."""
    sort(shop, lines, times)
    makespan = 0
    for operation in times.order:
        start = start_of(shop, lines, times.head, operation, lines.ahead[operation])
        times.head[operation] = start
        makespan = max(makespan, start + lines.minutes[operation])
    for operation in times.order[::-1]:
        times.tail[operation] = rest_of(shop, lines, times.tail, operation, lines.behind[operation])
    return makespan


@njit
def critical_path(
    shop: Shop, lines: Lines, times: Times, makespan: int, dice: NDArray[np.uint64], path: Ints
) -> int:
    """Fill *path* (n,) with one critical path, chosen at random where they fork; how long it is."""
    at, seen = -1, 0
    for operation in range(path.size):
        if times.head[operation] + lines.minutes[operation] == makespan:
            seen += 1
            if chance(dice, seen) == 0:
                at = operation
    length = 0
    while at >= 0:
        path[length] = at
        length += 1
        step, ahead, start = shop.before[at], lines.ahead[at], times.head[at]
        if step >= 0 and times.head[step] + lines.minutes[step] != start:
            step = -1
        if ahead >= 0 and times.head[ahead] + lines.minutes[ahead] != start:
            ahead = -1
        if step >= 0 and (ahead < 0 or chance(dice, 2)):
            at = step
        else:
            at = ahead
    return length


@njit
def without(shop: Shop, lines: Lines, times: Times, gone: int, head: Ints, tail: Ints) -> int:
    """Heads and tails (n,) of the graph without *gone*, into *head* and *tail*; its makespan.

    What *gone* waited for still comes before what waited for it in ``times.order``, so that no new sort is
    needed; *gone* itself gets the head and tail that it would have alone on a machine.
    """
    place, makespan = times.place[gone], 0
    for at in range(place):
        operation = times.order[at]
        head[operation] = times.head[operation]
        makespan = max(makespan, head[operation] + lines.minutes[operation])
    head[gone] = start_of(shop, lines, head, gone, -1)
    for at in range(place + 1, head.size):
        operation = times.order[at]
        ahead = lines.ahead[operation]
        ahead = lines.ahead[gone] if ahead == gone else ahead
        start = shop.earliest[operation]
        before = shop.before[operation]
        if before == gone:
            start = max(start, head[gone])
        elif before >= 0:
            start = max(start, head[before] + lines.minutes[before])
        if ahead >= 0:
            start = max(start, head[ahead] + lines.minutes[ahead])
        head[operation] = start
        makespan = max(makespan, start + lines.minutes[operation])
    tails_without(shop, lines, times, gone, tail)
    return makespan
