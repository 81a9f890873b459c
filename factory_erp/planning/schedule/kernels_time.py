"""Compiled steps that everything else is made of: calendars, changeovers, and chance."""

from __future__ import annotations

import numpy as np

from factory_erp.compiling import inlined, kernel
from factory_erp.planning.schedule import layout as c
from factory_erp.planning.schedule.layout import Dice, Ints, Shop


@inlined
def interval_by_wall(shop: Shop, machine: int, wall: int) -> int:
    """The last interval of the machine's calendar that has opened by *wall*, or its first."""
    bucket = min(max(wall >> c.BUCKET, 0), shop.machine[machine, c.WALL_N] - 1)
    row = shop.bucket[shop.machine[machine, c.WALL0] + bucket]
    while shop.ivl[row + 1, 0] <= wall:
        row += 1
    return int(row)


@inlined
def interval_by_work(shop: Shop, machine: int, work: int) -> int:
    """The interval in which *work* minutes have just passed: the earlier one where two meet."""
    bucket = min(max(work >> c.BUCKET, 0), shop.machine[machine, c.WORK_N] - 1)
    row = shop.bucket[shop.machine[machine, c.WORK0] + bucket]
    if shop.ivl[row, 1] >= work and row > shop.machine[machine, c.IVL0]:
        row -= 1
    while shop.ivl[row + 1, 1] < work:
        row += 1
    return int(row)


@inlined
def to_working(shop: Shop, machine: int, wall: int) -> int:
    """Working minutes of *machine* before minute *wall*."""
    row = interval_by_wall(shop, machine, wall)
    since = max(wall - shop.ivl[row, 0], 0)
    return int(shop.ivl[row, 1] + min(since, shop.ivl[row + 1, 1] - shop.ivl[row, 1]))


@inlined
def end_wall(shop: Shop, machine: int, work: int) -> int:
    """The minute by which *work* minutes have passed: a closing time, not the next opening."""
    row = interval_by_work(shop, machine, work)
    return int(shop.ivl[row, 0] + work - shop.ivl[row, 1])


@inlined
def start_wall(shop: Shop, machine: int, work: int) -> int:
    """The minute at which working minute *work* begins: an opening, not a closing."""
    row = interval_by_work(shop, machine, work + 1)
    return int(shop.ivl[row, 0] + work - shop.ivl[row, 1])


@inlined
def fit_whole(shop: Shop, machine: int, work: int, minutes: int) -> int:
    """The first working minute from *work* from which *minutes* pass without a pause; FAR if there is
    none."""
    total = shop.machine[machine, c.TOTAL]
    while work < total:
        after = shop.ivl[interval_by_work(shop, machine, work + 1) + 1, 1]
        if work + minutes <= after:
            return work
        work = after
    return c.FAR


@inlined
def changeover(shop: Shop, machine: int, family: int, kind: int, after: int, after_kind: int) -> int:
    """Minutes from *family* (of class *kind* at the machine's centre) to *after*; NONE: a fresh machine."""
    if family == c.NONE or (family == after and kind == 0):
        return 0
    cell = shop.machine[machine, c.CHANGE0] + kind * shop.machine[machine, c.CLASSES] + after_kind
    return int(shop.change[cell])


@kernel
def overtime_before(shop: Shop, machine: int, work: int) -> int:
    """Overtime minutes among the first *work* working minutes."""
    low, high = shop.machine[machine, c.OVER0], shop.machine[machine, c.OVER1]
    first = low
    while low < high:
        middle = (low + high) >> 1
        if shop.over[middle, 0] < work:
            low = middle + 1
        else:
            high = middle
    if low == first:
        return 0
    row = low - 1
    return int(shop.over[row, 2] + min(work, shop.over[row, 1]) - shop.over[row, 0])


@inlined
def chance(dice: Dice) -> np.uint64:
    """The next number of a xorshift generator (Marsaglia, Journal of Statistical Software 8, 2003)."""
    number = dice[0]
    number ^= number << np.uint64(13)
    number ^= number >> np.uint64(7)
    number ^= number << np.uint64(17)
    dice[0] = number
    return np.uint64(number)


@inlined
def below(dice: Dice, limit: int) -> int:
    """A random number from 0 up to, not including, *limit*."""
    return int(np.int64((chance(dice) >> np.uint64(33)) % np.uint64(max(limit, 1))))


@inlined
def fraction(dice: Dice) -> float:
    """A random number above 0 and at most 1."""
    return (np.float64(chance(dice) >> np.uint64(11)) + 1.0) / 9007199254740992.0


@inlined
def push(heap: Ints, size: int, key: int) -> int:
    """Put *key* on a binary heap of *size* keys, smallest first; the new size."""
    at = size
    while at > 0:
        parent = (at - 1) >> 1
        if heap[parent] <= key:
            break
        heap[at] = heap[parent]
        at = parent
    heap[at] = key
    return size + 1


@inlined
def pop(heap: Ints, size: int) -> int:
    """Take the smallest key, which the caller has read from ``heap[0]``, off; the new size."""
    size -= 1
    last, at = heap[size], 0
    while True:
        child = 2 * at + 1
        if child >= size:
            break
        if child + 1 < size and heap[child + 1] < heap[child]:
            child += 1
        if heap[child] >= last:
            break
        heap[at] = heap[child]
        at = child
    heap[at] = last
    return size
