"""Compiled upkeep of limited waits: the step before is held back until the next one can follow in time."""

from __future__ import annotations

from factory_erp.compiling import kernel
from factory_erp.planning.schedule import layout as c
from factory_erp.planning.schedule.kernels_order import begins
from factory_erp.planning.schedule.kernels_plan import (
    REFUSED,
    enqueue,
    log,
    propagate,
)
from factory_erp.planning.schedule.kernels_time import end_wall, fit_whole, to_working
from factory_erp.planning.schedule.layout import Plan, Shop, Work

ROUNDS = 12
"""How often holding one operation back may make another one wait too long before a move is refused."""


@kernel
def excess(shop: Shop, plan: Plan, operation: int) -> int:
    """Minutes by which *operation* begins too long after the step before; 0 where there is no limit."""
    limit = shop.op[operation, c.MAX_LAG]
    if limit < 0:
        return 0
    wait = begins(shop, plan, operation) - plan.at[shop.op[operation, c.PREV], c.WALL]
    return int(max(0, wait - limit))


@kernel
def later_start(shop: Shop, plan: Plan, operation: int) -> int:
    """Working minute at which the step before *operation* must begin to end late enough; FAR: it cannot."""
    before = shop.op[operation, c.PREV]
    machine, minutes = plan.at[before, c.MACHINE], plan.at[before, c.END] - plan.at[before, c.START]
    wanted = begins(shop, plan, operation) - shop.op[operation, c.MAX_LAG]
    end = to_working(shop, machine, wanted)
    if end_wall(shop, machine, end) < wanted:
        end += 1
    start = max(end - minutes, plan.at[before, c.START] + 1)
    if shop.op[before, c.FLAGS] & c.WHOLE:
        start = fit_whole(shop, machine, start, minutes)
    return start if start + minutes <= shop.machine[machine, c.TOTAL] else c.FAR


@kernel
def keep_limits(shop: Shop, plan: Plan, work: Work, limit: int, cost: int) -> int:
    """Hold back what must be held back after a change that costs *cost*; the cost then, or REFUSED."""
    for _round in range(ROUNDS):
        size, again = 0, False
        for number in range(work.tally[c.LOGGED]):
            operation = work.log[number, 0]
            for step in (operation, shop.op[operation, c.NEXT]):
                if step < 0 or excess(shop, plan, step) <= work.slip[step]:
                    continue
                start, before = later_start(shop, plan, step), shop.op[step, c.PREV]
                if start == c.FAR:
                    return REFUSED
                log(plan, work, before)
                plan.hold[before] = start
                size = enqueue(plan, work, size, before, 0)
                again = True
        if not again:
            return cost
        more = propagate(shop, plan, work, size, limit - cost, 0)
        if more == REFUSED:
            return REFUSED
        cost += more
    return REFUSED


@kernel
def hold_back(shop: Shop, plan: Plan) -> bool:
    """Raise the holds of a plan whose waits are too long; whether any had to be and could be raised."""
    raised = False
    for operation in range(len(shop.op)):
        if excess(shop, plan, operation):
            start = later_start(shop, plan, operation)
            if start != c.FAR:
                plan.hold[shop.op[operation, c.PREV]] = start
                raised = True
    return raised


@kernel
def measure_slips(shop: Shop, plan: Plan, work: Work) -> int:
    """Note by how much waits are too long that could not be helped; their sum."""
    total = 0
    for operation in range(len(shop.op)):
        work.slip[operation] = excess(shop, plan, operation)
        total += work.slip[operation]
    return total
