"""Compiled moves: an operation is taken out and put elsewhere, in the same line or another machine's."""

from __future__ import annotations

from factory_erp.compiling import inlined, kernel
from factory_erp.planning.schedule import layout as c
from factory_erp.planning.schedule.kernels_limits import keep_limits
from factory_erp.planning.schedule.kernels_line import put_needs, undo_needs
from factory_erp.planning.schedule.kernels_order import begins, first_lead, last_begin, neighbour
from factory_erp.planning.schedule.kernels_plan import (
    REFUSED,
    SHIFT,
    begin,
    change_at,
    cost_of,
    enqueue,
    give_up,
    log,
    propagate,
    undo_times,
)
from factory_erp.planning.schedule.kernels_time import changeover, push
from factory_erp.planning.schedule.layout import Plan, Shop, Work


@inlined
def relocate(shop: Shop, plan: Plan, operation: int, alternative: int, position: int) -> None:
    """Change the lines: *operation* stands at *position* of the line of its new machine, itself not
    counted."""
    old, at = plan.at[operation, c.MACHINE], plan.at[operation, c.POS]
    new = shop.alt[alternative, c.A_MACHINE]
    first, target = shop.machine[old, c.SEQ0], shop.machine[new, c.SEQ0]
    last = position if old == new else plan.length[old] - 1
    if at >= 0:
        while at < last:
            plan.seq[first + at] = plan.seq[first + at + 1]
            plan.at[plan.seq[first + at], c.POS] = at
            at += 1
        if old != new:
            plan.length[old] -= 1
    if position >= 0:
        if old != new:
            at = plan.length[new]
            plan.length[new] += 1
        while at > position:
            plan.seq[target + at] = plan.seq[target + at - 1]
            plan.at[plan.seq[target + at], c.POS] = at
            at -= 1
        plan.seq[target + position] = operation
    plan.at[operation, c.POS] = position
    plan.at[operation, c.MACHINE], plan.at[operation, c.ALT] = new, alternative
    plan.at[operation, c.CLASS] = shop.alt[alternative, c.A_CLASS]


@inlined
def renew_change(shop: Shop, plan: Plan, operation: int) -> int:
    """Set the changeover ahead of *operation* as its line now is; minutes more than before."""
    if operation < 0:
        return 0
    old, position = plan.at[operation, c.CHANGE], plan.at[operation, c.POS]
    new = 0
    if position >= 0:
        family, kind = shop.op[operation, c.FAMILY], plan.at[operation, c.CLASS]
        new = change_at(shop, plan, plan.at[operation, c.MACHINE], position, family, kind)
    plan.at[operation, c.CHANGE] = new
    return int(new - old)


@inlined
def closes_circle(shop: Shop, plan: Plan, operation: int, ahead: int, behind: int) -> bool:
    """Whether *operation* between these two might wait for itself: times as they are rule it out, or nothing.

    Whoever waits for another, however indirectly, begins when the other has ended. So what begins
    before the operation's next step ends does not wait for that step.
    """
    moves = ahead >= 0 and not shop.op[ahead, c.FLAGS] & c.FIXED
    if moves and begins(shop, plan, ahead) >= first_lead(shop, plan, operation):
        return True
    if behind >= 0 and not shop.op[behind, c.FLAGS] & c.FIXED:
        return bool(last_begin(shop, plan, operation) >= plan.at[behind, c.WALL])
    return False


@inlined
def change_from(shop: Shop, plan: Plan, machine: int, ahead: int, family: int, kind: int) -> int:
    """Changeover minutes on *machine* from the operation *ahead* (NONE: as it is set up now) to a family."""
    if ahead < 0:
        now, now_kind = shop.machine[machine, c.FAMILY0], shop.machine[machine, c.CLASS0]
        return changeover(shop, machine, now, now_kind, family, kind)
    return changeover(shop, machine, shop.op[ahead, c.FAMILY], plan.at[ahead, c.CLASS], family, kind)


@inlined
def change_by(shop: Shop, plan: Plan, operation: int, way: int, position: int) -> int:
    """Changeover minutes that a move would cost more; the place is as for ``move``."""
    old, at = plan.at[operation, c.MACHINE], plan.at[operation, c.POS]
    machine, change = shop.alt[way, c.A_MACHINE], 0
    if at >= 0:
        ahead, behind = neighbour(shop, plan, old, at - 1), neighbour(shop, plan, old, at + 1)
        change = -plan.at[operation, c.CHANGE]
        if behind >= 0:
            family, kind = shop.op[behind, c.FAMILY], plan.at[behind, c.CLASS]
            change += change_from(shop, plan, old, ahead, family, kind) - plan.at[behind, c.CHANGE]
    if position < 0:
        return change
    shift = 1 if old == machine and position >= at else 0
    ahead = neighbour(shop, plan, machine, position - 1 + shift)
    behind = neighbour(shop, plan, machine, position + shift)
    family, kind = shop.op[operation, c.FAMILY], shop.alt[way, c.A_CLASS]
    change += change_from(shop, plan, machine, ahead, family, kind)
    if behind >= 0:
        after, after_kind = shop.op[behind, c.FAMILY], plan.at[behind, c.CLASS]
        change += changeover(shop, machine, family, kind, after, after_kind) - plan.at[behind, c.CHANGE]
    return change


@inlined
def blocks_fixed(shop: Shop, plan: Plan, operation: int) -> bool:
    """Whether the one ahead of the fixed *operation* leaves no time for the changeover to it."""
    if operation < 0 or not shop.op[operation, c.FLAGS] & c.FIXED:
        return False
    ahead = neighbour(shop, plan, plan.at[operation, c.MACHINE], plan.at[operation, c.POS] - 1)
    if ahead < 0 or shop.op[ahead, c.FLAGS] & c.FIXED or plan.at[ahead, c.START] == c.NONE:
        return False
    return bool(plan.at[ahead, c.END] + plan.at[operation, c.CHANGE] > plan.at[operation, c.START])


@inlined
def enqueue_free(shop: Shop, plan: Plan, work: Work, size: int, operation: int) -> int:
    """Have *operation* worked out again unless there is none or it is fixed."""
    if operation < 0 or shop.op[operation, c.FLAGS] & c.FIXED:
        return size
    return enqueue(plan, work, size, operation, c.EARLIER)


@kernel
def move(
    shop: Shop, plan: Plan, work: Work, operation: int, alternative: int, position: int, limit: int
) -> int:
    """Move *operation*, work out all times, and say what it costs more; REFUSED when that passes *limit*.

    *position* is in the new line without the operation (NONE on an unlimited machine). The caller has ruled
    out a circle, and calls ``undo`` with the old place if it does not want the result, refused ones included.
    """
    begin(work)
    log(plan, work, operation)
    old_machine, old_position = plan.at[operation, c.MACHINE], plan.at[operation, c.POS]
    moved_cost = cost_of(shop, plan, operation)
    old_behind = neighbour(shop, plan, old_machine, old_position + 1) if old_position >= 0 else c.NONE
    wall = plan.at[operation, c.WALL]
    relocate(shop, plan, operation, alternative, position)
    machine = shop.alt[alternative, c.A_MACHINE]
    behind = neighbour(shop, plan, machine, position + 1) if position >= 0 else c.NONE
    change = renew_change(shop, plan, operation) + renew_change(shop, plan, old_behind)
    if behind != old_behind:
        change += renew_change(shop, plan, behind)
    cost = change * shop.rate[c.R_CHANGE]
    plan.at[operation, c.START] = c.NONE
    plan.at[operation, c.END] = shop.alt[alternative, c.A_MINUTES] - 1
    if behind >= 0:
        wall = plan.at[behind, c.WALL] - 1
    elif position > 0:
        wall = plan.at[neighbour(shop, plan, machine, position - 1), c.WALL] + 1
    size = push(work.heap, 0, (max(wall, 0) << SHIFT) | operation)
    work.mark[operation], work.tally[c.HOPE] = c.WAITING | c.EARLIER, 1
    size = enqueue_free(shop, plan, work, size, old_behind)
    size = enqueue_free(shop, plan, work, size, behind)
    if shop.op[operation, c.FLAGS] & c.NEEDS:
        size = put_needs(shop, plan, work, size, operation)
        if size < 0:
            return give_up(work, -size)
    if shop.rate[c.R_LIMITS]:
        size = release_holds(shop, plan, work, size, operation)
    if blocks_fixed(shop, plan, old_behind):
        return give_up(work, size)
    more = propagate(shop, plan, work, size, limit - cost, moved_cost)
    if more == REFUSED or blocks_fixed(shop, plan, behind):
        return REFUSED
    if shop.rate[c.R_LIMITS]:
        more = keep_limits(shop, plan, work, limit - cost, more)
    return REFUSED if more == REFUSED else cost + more


@kernel
def release_holds(shop: Shop, plan: Plan, work: Work, size: int, operation: int) -> int:
    """A moved operation, and the step before that was held back for it, are held back anew."""
    plan.hold[operation] = 0
    before = shop.op[operation, c.PREV]
    if shop.op[operation, c.MAX_LAG] >= 0 and plan.hold[before]:
        log(plan, work, before)
        plan.hold[before] = 0
        size = enqueue(plan, work, size, before, c.EARLIER)
    return size


@kernel
def undo(shop: Shop, plan: Plan, work: Work, operation: int, alternative: int, position: int) -> None:
    """Put *operation* back to where it was, and everything's times."""
    if shop.op[operation, c.FLAGS] & c.NEEDS:
        undo_needs(shop, plan, work, operation)
    machine, at = plan.at[operation, c.MACHINE], plan.at[operation, c.POS]
    behind = neighbour(shop, plan, machine, at + 1) if at >= 0 else c.NONE
    relocate(shop, plan, operation, alternative, position)
    machine = plan.at[operation, c.MACHINE]
    old_behind = neighbour(shop, plan, machine, position + 1) if position >= 0 else c.NONE
    renew_change(shop, plan, operation)
    renew_change(shop, plan, behind)
    renew_change(shop, plan, old_behind)
    undo_times(plan, work)
