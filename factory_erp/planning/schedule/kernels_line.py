"""Compiled lines of secondary resources: one per unit, of the needs that it serves one after another."""

from __future__ import annotations

from factory_erp.compiling import kernel
from factory_erp.planning.schedule import layout as c
from factory_erp.planning.schedule.kernels_order import first_lead, last_begin, lead_of, neighbour
from factory_erp.planning.schedule.kernels_plan import enqueue, ready_wall
from factory_erp.planning.schedule.kernels_time import start_wall, to_working
from factory_erp.planning.schedule.layout import Plan, Shop, Work


@kernel
def unlink(plan: Plan, need: int) -> None:
    """Take a need out of its line."""
    unit, before, behind = plan.line[need, c.UNIT], plan.line[need, c.BEFORE], plan.line[need, c.BEHIND]
    if before >= 0:
        plan.line[before, c.BEHIND] = behind
    else:
        plan.head[unit] = behind
    if behind >= 0:
        plan.line[behind, c.BEFORE] = before


@kernel
def link(plan: Plan, need: int, unit: int, before: int) -> None:
    """Put a need into a unit's line behind *before* (NONE: first)."""
    behind = plan.line[before, c.BEHIND] if before >= 0 else plan.head[unit]
    plan.line[need, c.UNIT], plan.line[need, c.BEFORE], plan.line[need, c.BEHIND] = unit, before, behind
    if before >= 0:
        plan.line[before, c.BEHIND] = need
    else:
        plan.head[unit] = need
    if behind >= 0:
        plan.line[behind, c.BEFORE] = need


@kernel
def begin_wall(shop: Shop, plan: Plan, operation: int) -> int:
    """The minute at which *operation* begins."""
    if shop.op[operation, c.FLAGS] & c.FIXED:
        return int(shop.op[operation, c.READY])
    return start_wall(shop, plan.at[operation, c.MACHINE], plan.at[operation, c.START])


@kernel
def place_in_unit(shop: Shop, plan: Plan, unit: int, start: int) -> int:
    """The last need of the unit's line that has begun by *start*, NONE if there is none."""
    before, need = c.NONE, plan.head[unit]
    while need >= 0 and begin_wall(shop, plan, shop.need_op[need]) <= start:
        before, need = need, plan.line[need, c.BEHIND]
    return before


@kernel
def likely_start(shop: Shop, plan: Plan, operation: int) -> int:
    """When its material, step before and machine would let it begin, as they stand."""
    machine, position = plan.at[operation, c.MACHINE], plan.at[operation, c.POS]
    work = to_working(shop, machine, ready_wall(shop, plan, operation))
    if position > 0:
        ahead = plan.seq[shop.machine[machine, c.SEQ0] + position - 1]
        work = max(work, plan.at[ahead, c.END] + plan.at[operation, c.CHANGE])
    work = min(work, shop.machine[machine, c.TOTAL] - 1)
    return start_wall(shop, machine, work)


@kernel
def put_needs(shop: Shop, plan: Plan, work: Work, size: int, operation: int) -> int:
    """Put a moved operation's needs where its new start belongs; the heap's size, negative: impossible.

    Where it stood is kept in ``Work.units``.
    """
    start = likely_start(shop, plan, operation)
    for need in range(shop.op[operation, c.NEED0], shop.op[operation, c.NEED1]):
        work.units[need, 0], work.units[need, 1] = plan.line[need, c.UNIT], plan.line[need, c.BEFORE]
        behind = plan.line[need, c.BEHIND]
        if behind >= 0 and not shop.op[shop.need_op[behind], c.FLAGS] & c.FIXED:
            size = enqueue(plan, work, size, shop.need_op[behind], c.EARLIER)
        unlink(plan, need)
        unit, before = best_unit(shop, plan, shop.need[need], start)
        link(plan, need, unit, before)
        behind = plan.line[need, c.BEHIND]
        if behind >= 0 and not shop.op[shop.need_op[behind], c.FLAGS] & c.FIXED:
            size = enqueue(plan, work, size, shop.need_op[behind], c.EARLIER)
    return size if latest_ahead(shop, plan, operation) < first_behind(shop, plan, operation) else -size


@kernel
def best_unit(shop: Shop, plan: Plan, resource: int, start: int) -> tuple[int, int]:
    """The unit that is free first for a start at *start*, and the need behind which to stand."""
    best, best_before, best_free = c.NONE, c.NONE, c.FAR
    for unit in range(shop.unit[resource], shop.unit[resource + 1]):
        before = place_in_unit(shop, plan, unit, start)
        free = plan.at[shop.need_op[before], c.WALL] if before >= 0 else 0
        if max(free, start) < best_free:
            best, best_before, best_free = unit, before, max(free, start)
    return best, best_before


@kernel
def latest_ahead(shop: Shop, plan: Plan, operation: int) -> int:
    """The latest minute at which anything begins that *operation* now waits for."""
    latest = last_begin(shop, plan, operation)
    ahead = neighbour(shop, plan, plan.at[operation, c.MACHINE], plan.at[operation, c.POS] - 1)
    if ahead >= 0 and not shop.op[ahead, c.FLAGS] & c.FIXED:
        latest = max(latest, begin_wall(shop, plan, ahead))
    for need in range(shop.op[operation, c.NEED0], shop.op[operation, c.NEED1]):
        before = plan.line[need, c.BEFORE]
        if before >= 0 and not shop.op[shop.need_op[before], c.FLAGS] & c.FIXED:
            latest = max(latest, begin_wall(shop, plan, shop.need_op[before]))
    return latest


@kernel
def first_behind(shop: Shop, plan: Plan, operation: int) -> int:
    """The earliest minute at which anything may begin that waits for what now waits for *operation*."""
    first = first_lead(shop, plan, operation)
    position = plan.at[operation, c.POS]
    if position >= 0:
        behind = neighbour(shop, plan, plan.at[operation, c.MACHINE], position + 1)
        if behind >= 0 and not shop.op[behind, c.FLAGS] & c.FIXED:
            first = min(first, lead_of(shop, plan, behind))
    for need in range(shop.op[operation, c.NEED0], shop.op[operation, c.NEED1]):
        behind = plan.line[need, c.BEHIND]
        if behind >= 0 and not shop.op[shop.need_op[behind], c.FLAGS] & c.FIXED:
            first = min(first, lead_of(shop, plan, shop.need_op[behind]))
    return first


@kernel
def undo_needs(shop: Shop, plan: Plan, work: Work, operation: int) -> None:
    """Put the needs of *operation* back to where they stood before the move."""
    for need in range(shop.op[operation, c.NEED1] - 1, shop.op[operation, c.NEED0] - 1, -1):
        unlink(plan, need)
        link(plan, need, work.units[need, 0], work.units[need, 1])
