"""Whole-number arithmetic of the kernels: exact shares, lots, lead times over calendars, keys."""

from __future__ import annotations

import numpy as np

from factory_erp.compiling import inlined, kernel
from factory_erp.planning.material.shape import Shape
from factory_erp.planning.material.tables import Ints

SAFE = 1 << 62
PPM = 1_000_000
RUN_UNIT = 1_000_000_000_000
"""Micro-units × micro-minutes in one unit × one minute."""


@kernel
def divided(quantity: int, up: int, down: int) -> tuple[int, int]:
    """Quotient and remainder of quantity × up ÷ down, exact (up and down below 2^61, all ≥ 0).

    A quotient of 2^62 or more is given as 2^62.
    """
    if up == 0 or quantity <= SAFE // up:
        product = quantity * up
        return product // down, product % down
    whole, part = quantity // down, quantity % down
    if whole > SAFE // up:
        return SAFE, 0
    quotient, rest = 0, 0
    for bit in range(61, -1, -1):  # part × up ÷ down, long-hand: the product needs 128 bits
        quotient, rest = 2 * quotient, 2 * rest
        if (up >> bit) & 1:
            rest += part
        while rest >= down:
            rest -= down
            quotient += 1
    return whole * up + quotient, rest


@inlined
def share_up(quantity: int, up: int, down: int) -> int:
    """quantity × up ÷ down, rounded up."""
    quotient, rest = divided(quantity, up, down)
    return quotient + 1 if rest else quotient


@kernel
def share_down(quantity: int, up: int, down: int) -> int:
    """quantity × up ÷ down, rounded down."""
    return divided(quantity, up, down)[0]


@kernel
def to_order(shape: Shape, item: int, needed: int) -> tuple[int, int]:
    """What to start so that *needed* good micro-units come out, lot rules kept; and what will be good."""
    scrap = shape.items[item].scrap
    quantity = max(share_up(needed, PPM, PPM - scrap), shape.items[item].minimum) if scrap else needed
    quantity = max(quantity, shape.items[item].minimum)
    lot = shape.items[item].lot
    quantity = -(-quantity // lot) * lot
    good = share_down(quantity, PPM - scrap, PPM) // shape.items[item].step * shape.items[item].step
    return quantity, max(good, needed)


@inlined
def lead_time(shape: Shape, item: int, quantity: int) -> int:
    """Minutes to get *quantity* once its components are there."""
    run = shape.items[item].run
    return int(shape.items[item].lead) + (share_up(quantity, run, RUN_UNIT) if run else 0)


@kernel
def _interval(starts: Ints, low: int, high: int, value: int) -> int:
    """The last of the sorted ``starts[low:high]`` not above *value*; low - 1 when all are."""
    while low < high:
        middle = (low + high) // 2
        if starts[middle] <= value:
            low = middle + 1
        else:
            high = middle
    return low - 1


@kernel
def to_working(shape: Shape, calendar: int, wall: int) -> int:
    """Open minutes before *wall*; before and after the intervals it counts as always open."""
    low, high = shape.open_start[calendar], shape.open_start[calendar + 1]
    at = _interval(shape.open_from, low, high, wall)
    if at < low:
        return int(wall - shape.open_from[low])
    done = shape.open_before[at] + min(wall, shape.open_to[at]) - shape.open_from[at]
    after = max(wall - shape.open_to[at], 0) if at == high - 1 else 0
    return int(done + after)


@kernel
def to_wall(shape: Shape, calendar: int, working: int) -> int:
    """The minute at which open minute *working* begins."""
    low, high = shape.open_start[calendar], shape.open_start[calendar + 1]
    at = max(_interval(shape.open_before, low, high, working), low)
    return int(shape.open_from[at] + working - shape.open_before[at])


@inlined
def has_calendar(shape: Shape, item: int) -> bool:
    """Whether there are minutes at which the item cannot be received."""
    calendar = shape.items[item].calendar
    return bool(calendar >= 0 and shape.open_start[calendar] < shape.open_start[calendar + 1])


@inlined
def received(shape: Shape, item: int, start: int, lead: int) -> int:
    """When what is begun at *start* arrives."""
    if not has_calendar(shape, item):
        return start + lead
    calendar = shape.items[item].calendar
    if shape.items[item].working:
        return to_wall(shape, calendar, to_working(shape, calendar, start) + lead)
    return to_wall(shape, calendar, to_working(shape, calendar, start + lead))


@kernel
def latest(shape: Shape, item: int, due: int, lead: int) -> tuple[int, int]:
    """The last minute up to *due* at which it can arrive, and when it must be begun for that."""
    if not has_calendar(shape, item):
        return due, due - lead
    calendar = shape.items[item].calendar
    low, high = shape.open_start[calendar], shape.open_start[calendar + 1]
    at = _interval(shape.open_from, low, high, due)
    if low <= at < high - 1:
        due = min(due, shape.open_to[at] - 1)
    if shape.items[item].working:
        return due, to_wall(shape, calendar, to_working(shape, calendar, due) - lead)
    return due, due - lead


@kernel
def mixed(number: int, more: int) -> int:
    """A number from 0 to 2^63 that depends on both, as if drawn by lot (finaliser of SplitMix64)."""
    value = np.uint64(number) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(more)
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return int((value ^ (value >> np.uint64(31))) >> np.uint64(1))
