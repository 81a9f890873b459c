"""Compiled questions about what stands ahead of and behind an operation, and when that begins."""

from __future__ import annotations

from factory_erp.compiling import inlined
from factory_erp.planning.schedule import layout as c
from factory_erp.planning.schedule.kernels_time import start_wall
from factory_erp.planning.schedule.layout import Plan, Shop


@inlined
def neighbour(shop: Shop, plan: Plan, machine: int, position: int) -> int:
    """The operation at *position* of the machine's line, NONE outside it."""
    if position < 0 or position >= plan.length[machine]:
        return c.NONE
    return int(plan.seq[shop.machine[machine, c.SEQ0] + position])


@inlined
def lead_of(shop: Shop, plan: Plan, operation: int) -> int:
    """The minute before which nothing that waits for *operation* begins."""
    after = shop.op[operation, c.NEXT]
    if after >= 0 and shop.op[after, c.FLAGS] & c.LOTS:
        return start_wall(shop, plan.at[operation, c.MACHINE], plan.at[operation, c.START]) + 1
    return int(plan.at[operation, c.WALL])


@inlined
def begins(shop: Shop, plan: Plan, operation: int) -> int:
    """The minute at which *operation* begins."""
    return start_wall(shop, plan.at[operation, c.MACHINE], plan.at[operation, c.START])


@inlined
def first_lead(shop: Shop, plan: Plan, operation: int) -> int:
    """The earliest minute at which anything may begin that waits for what follows *operation* in its
    order."""
    lead, after = c.FAR, shop.op[operation, c.NEXT]
    if after >= 0 and not shop.op[after, c.FLAGS] & c.FIXED:
        lead = lead_of(shop, plan, after)
    if shop.op[operation, c.FLAGS] & c.HAS_OUT:
        for number in range(shop.op[operation, c.OUT0], shop.op[operation, c.OUT1]):
            after = shop.fed[number]
            if not shop.op[after, c.FLAGS] & c.FIXED:
                lead = min(lead, lead_of(shop, plan, after))
    return lead


@inlined
def last_begin(shop: Shop, plan: Plan, operation: int) -> int:
    """The latest minute at which anything begins that *operation* waits for in its order."""
    latest, before = c.NONE, shop.op[operation, c.PREV]
    if before >= 0 and not shop.op[before, c.FLAGS] & c.FIXED:
        latest = begins(shop, plan, before)
    if shop.op[operation, c.FLAGS] & c.HAS_IN:
        for number in range(shop.op[operation, c.IN0], shop.op[operation, c.IN1]):
            before = shop.feeder[number]
            if not shop.op[before, c.FLAGS] & c.FIXED:
                latest = max(latest, begins(shop, plan, before))
    return latest
