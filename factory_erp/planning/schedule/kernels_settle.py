"""Compiled last touch: operations that would lie early are put later where nothing else has to give way."""

from __future__ import annotations

from factory_erp.compiling import kernel
from factory_erp.planning.schedule import layout as c
from factory_erp.planning.schedule.kernels_order import begins, neighbour
from factory_erp.planning.schedule.kernels_time import (
    end_wall,
    interval_by_work,
    overtime_before,
    to_working,
)
from factory_erp.planning.schedule.layout import Ints, Plan, Shop


@kernel
def wanted_start(shop: Shop, plan: Plan, operation: int) -> int:
    """Working minute at which it would rather start: as published, or so as to end when due; NONE: it does
    not."""
    machine, place = plan.at[operation, c.MACHINE], plan.at[operation]
    wanted = c.NONE
    if shop.op[operation, c.FLAGS] & c.PUBLISHED and shop.rate[c.R_AWAY]:
        wanted = to_working(shop, machine, shop.op[operation, c.WAS_START])
    elif shop.op[operation, c.EARLY_COST] and shop.op[operation, c.DUE] < c.FAR:
        wanted = to_working(shop, machine, shop.op[operation, c.DUE]) - (place[c.END] - place[c.START])
    return wanted if wanted > place[c.START] else c.NONE


@kernel
def latest_wall(shop: Shop, plan: Plan, operation: int) -> int:
    """The minute by which it has to end for the steps, orders and needs behind it, and its due date."""
    latest, after = c.FAR, shop.op[operation, c.NEXT]
    if shop.op[operation, c.LATE_COST]:
        latest = max(shop.op[operation, c.DUE], plan.at[operation, c.WALL])
    if after >= 0 and not shop.op[after, c.FLAGS] & c.FIXED:
        latest = min(latest, begins(shop, plan, after) - shop.op[after, c.LAG])
    for number in range(shop.op[operation, c.OUT0], shop.op[operation, c.OUT1]):
        if not shop.op[shop.fed[number], c.FLAGS] & c.FIXED:
            latest = min(latest, begins(shop, plan, shop.fed[number]))
    for need in range(shop.op[operation, c.NEED0], shop.op[operation, c.NEED1]):
        behind = plan.line[need, c.BEHIND]
        if behind >= 0:
            other = shop.need_op[behind]
            fixed = shop.op[other, c.FLAGS] & c.FIXED
            latest = min(latest, shop.op[other, c.READY] if fixed else begins(shop, plan, other))
    return latest


@kernel
def latest_end(shop: Shop, plan: Plan, operation: int) -> int:
    """Working minute of its machine by which it has to end, the next changeover there included."""
    machine, position = plan.at[operation, c.MACHINE], plan.at[operation, c.POS]
    latest = to_working(shop, machine, latest_wall(shop, plan, operation))
    if position >= 0:
        behind = neighbour(shop, plan, machine, position + 1)
        if behind >= 0:
            latest = min(latest, plan.at[behind, c.START] - plan.at[behind, c.CHANGE])
    return latest


@kernel
def may_wait(shop: Shop, operation: int) -> bool:
    """Whether its start alone may change: nobody overlaps with it, and it does not keep a limited wait."""
    after = shop.op[operation, c.NEXT]
    if shop.op[operation, c.FLAGS] & (c.FIXED | c.LOTS) or shop.op[operation, c.MAX_LAG] >= 0:
        return False
    return after < 0 or not shop.op[after, c.FLAGS] & c.LOTS


@kernel
def overtime_in(shop: Shop, machine: int, start: int, end: int) -> int:
    """Overtime minutes among working minutes *start* to *end*."""
    if not shop.rate[c.R_OVER]:
        return 0
    return overtime_before(shop, machine, end) - overtime_before(shop, machine, start)


@kernel
def settle(shop: Shop, plan: Plan, backwards: Ints) -> None:
    """Let operations start as late as they would rather, in the sequence *backwards* (latest first)."""
    for operation in backwards:
        wanted = wanted_start(shop, plan, operation)
        if wanted == c.NONE or not may_wait(shop, operation):
            continue
        machine, old = plan.at[operation, c.MACHINE], plan.at[operation, c.START]
        minutes = plan.at[operation, c.END] - old
        start = min(wanted, latest_end(shop, plan, operation) - minutes)
        if shop.op[operation, c.FLAGS] & c.WHOLE and start > old:
            row = interval_by_work(shop, machine, start + 1)
            start = min(start, shop.ivl[row + 1, 1] - minutes)
            if start < shop.ivl[row, 1]:
                continue  # it does not fit into the opening in which it would start
        dearer = overtime_in(shop, machine, start, start + minutes) > overtime_in(
            shop, machine, old, old + minutes
        )
        if start > old and not dearer:
            plan.at[operation, c.START], plan.at[operation, c.END] = start, start + minutes
            plan.at[operation, c.WALL] = end_wall(shop, machine, start + minutes)
