"""The graph of a flexible job shop, compiled: longest paths, one operation taken out, put in elsewhere.

All arrays are int64. ``n`` operations, ``m`` machines, ``w`` ways (operation × machine that can do it), -1
for none. Times are working minutes from the start of the shop.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from factory_erp.compiling import kernel

Ints = NDArray[np.int64]
Dice = NDArray[np.uint64]


class Shop(NamedTuple):
    """What never changes: the step ``before`` and ``after`` each operation, its ``earliest`` start, its ways.

    ``before``, ``after``, ``earliest``: (n,). The ways of operation i are ``first_way[i]`` up to, not
    including, ``first_way[i + 1]``: (n + 1,); ``way_machine`` and ``way_minutes``: (w,).
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
    operation of each machine: (m,). ``last`` (m,) is scratch.
    """

    machine: Ints
    minutes: Ints
    ahead: Ints
    behind: Ints
    first: Ints
    last: Ints


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


@kernel
def chance(dice: Dice, sides: int) -> int:
    """A number from 0 up to, not including, *sides*; ``dice`` (1,) is the state of a xorshift generator."""
    word = dice[0]
    word ^= word << np.uint64(13)
    word ^= word >> np.uint64(7)
    word ^= word << np.uint64(17)
    dice[0] = word
    return int(np.int64(word >> np.uint64(11)) % sides)


@kernel
def take_out(lines: Lines, operation: int) -> None:
    """Close the gap that *operation* leaves on its machine."""
    ahead, behind = lines.ahead[operation], lines.behind[operation]
    if ahead >= 0:
        lines.behind[ahead] = behind
    else:
        lines.first[lines.machine[operation]] = behind
    if behind >= 0:
        lines.ahead[behind] = ahead


@kernel
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


@kernel
def restore(shop: Shop, lines: Lines, machines: Ints, order: Ints) -> None:
    """Set *lines* to ``machines`` (n,) with every machine working in the sequence of ``order`` (n,)."""
    last = lines.last
    lines.first[:] = -1
    last[:] = -1
    for operation in order:
        machine = machines[operation]
        minutes = 0
        for way in range(shop.first_way[operation], shop.first_way[operation + 1]):
            if shop.way_machine[way] == machine:
                minutes = shop.way_minutes[way]
        put_in(lines, operation, machine, minutes, last[machine])
        last[machine] = operation


@kernel
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


@kernel
def heads(shop: Shop, lines: Lines, order: Ints, since: int, head: Ints) -> int:
    """Fill *head* (n,) for the operations of *order* (n,) from place *since* on; the latest end among them.

    No function is called in the loop: passing tuples of arrays would cost more than the work itself.
    """
    before, ahead, minutes, latest = shop.before, lines.ahead, lines.minutes, 0
    for at in range(since, order.size):
        operation = order[at]
        start, other = shop.earliest[operation], before[operation]
        if other >= 0:
            start = max(start, head[other] + minutes[other])
        other = ahead[operation]
        if other >= 0:
            start = max(start, head[other] + minutes[other])
        head[operation] = start
        latest = max(latest, start + minutes[operation])
    return latest


@kernel
def tails(shop: Shop, lines: Lines, order: Ints, until: int, tail: Ints) -> None:
    """Fill *tail* (n,) for the operations of *order* (n,) from place *until* back to the first."""
    after, behind, minutes = shop.after, lines.behind, lines.minutes
    for at in range(until, -1, -1):
        operation = order[at]
        rest, other = 0, after[operation]
        if other >= 0:
            rest = tail[other] + minutes[other]
        other = behind[operation]
        if other >= 0:
            rest = max(rest, tail[other] + minutes[other])
        tail[operation] = rest


@kernel
def longest(shop: Shop, lines: Lines, times: Times) -> int:
    """Fill heads and tails; the makespan."""
    sort(shop, lines, times)
    tails(shop, lines, times.order, times.order.size - 1, times.tail)
    return heads(shop, lines, times.order, 0, times.head)


@kernel
def critical_path(shop: Shop, lines: Lines, times: Times, makespan: int, dice: Dice, path: Ints) -> int:
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


@kernel
def without(shop: Shop, lines: Lines, times: Times, gone: int, head: Ints, tail: Ints) -> int:
    """Heads and tails (n,) of the graph in which *gone* is on no machine and takes no time; its makespan.

    What *gone* waited for still comes before what waited for it in ``times.order``, so nothing is sorted
    anew; heads before it and tails after it stay what they were.
    """
    minutes, ahead = lines.minutes[gone], lines.ahead[gone]
    place, makespan = times.place[gone], 0
    take_out(lines, gone)
    lines.minutes[gone], lines.ahead[gone], lines.behind[gone] = 0, -1, -1
    for operation in times.order[:place]:
        head[operation] = times.head[operation]
        makespan = max(makespan, head[operation] + lines.minutes[operation])
    for operation in times.order[place + 1 :]:
        tail[operation] = times.tail[operation]
    makespan = max(makespan, heads(shop, lines, times.order, place, head))
    tails(shop, lines, times.order, place, tail)
    put_in(lines, gone, lines.machine[gone], minutes, ahead)
    return makespan
