"""Compiled upkeep of a plan: what a change of sequence does to all times, and how it is undone.

The times follow from the sequences: an operation begins as soon as its material, the step before it,
the one before it on its machine and its resources allow. After a change only operations whose times
really differ are worked out again, earliest first.
"""

from __future__ import annotations

from factory_erp.compiling import inlined, kernel
from factory_erp.planning.schedule import layout as c
from factory_erp.planning.schedule.kernels_time import (
    changeover,
    end_wall,
    fit_whole,
    overtime_before,
    pop,
    push,
    start_wall,
    to_working,
)
from factory_erp.planning.schedule.layout import Plan, Shop, Work

SHIFT = 22
"""Keys of the heap are minute << SHIFT | operation."""
ROW = (1 << SHIFT) - 1
REFUSED = 1 << 60
"""The cost of a change that cannot be made, or that cannot be worth it."""


@inlined
def ready_wall(shop: Shop, plan: Plan, operation: int) -> int:
    """When material, the step before and feeding orders let *operation* begin (its machine apart)."""
    ready, before = shop.op[operation, c.READY], shop.op[operation, c.PREV]
    if before >= 0:
        if shop.op[operation, c.FLAGS] & c.LOTS:
            ready = max(ready, first_lot(shop, plan, operation))
        else:
            ready = max(ready, plan.at[before, c.WALL] + shop.op[operation, c.LAG])
    if shop.op[operation, c.FLAGS] & c.HAS_IN:
        for number in range(shop.op[operation, c.IN0], shop.op[operation, c.IN1]):
            ready = max(ready, plan.at[shop.feeder[number], c.WALL])
    return int(ready)


@inlined
def lot_minutes(ppm: int, run: int) -> int:
    """A transfer batch's share of a run, rounded up."""
    return (run * ppm + 999_999) // 1_000_000


@kernel
def first_lot(shop: Shop, plan: Plan, operation: int) -> int:
    """When the first transfer batch of the step before has arrived."""
    row = shop.op[operation]
    before = row[c.PREV]
    place = plan.at[before]
    if shop.op[before, c.FLAGS] & c.FIXED:
        return int(place[c.WALL] + row[c.LAG])
    way = shop.alt[place[c.ALT]]
    part = way[c.A_SETUP] + lot_minutes(row[c.LOT], way[c.A_RUN])
    return int(end_wall(shop, place[c.MACHINE], place[c.START] + part) + row[c.LAG])


@kernel
def last_lot(shop: Shop, plan: Plan, operation: int, machine: int, alternative: int) -> int:
    """Working minute of *machine* before which *operation* would end before its last transfer batch is
    done."""
    row, way = shop.op[operation], shop.alt[alternative]
    arrived = to_working(shop, machine, plan.at[row[c.PREV], c.WALL] + row[c.LAG])
    return int(arrived + lot_minutes(row[c.LOT], way[c.A_RUN]) - way[c.A_MINUTES])


@kernel
def units_free(shop: Shop, plan: Plan, operation: int) -> int:
    """When the operations ahead in its resources' lines have ended."""
    ready = 0
    for need in range(shop.op[operation, c.NEED0], shop.op[operation, c.NEED1]):
        before = plan.line[need, c.BEFORE]
        if before >= 0:
            ready = max(ready, plan.at[shop.need_op[before], c.WALL])
    return ready


@inlined
def start_of(shop: Shop, plan: Plan, operation: int, minutes: int) -> int:
    """Working minute at which *operation* begins, as what is ahead of it stands; FAR: it fits nowhere."""
    flags, machine = shop.op[operation, c.FLAGS], plan.at[operation, c.MACHINE]
    ready = ready_wall(shop, plan, operation)
    if flags & c.NEEDS:
        ready = max(ready, units_free(shop, plan, operation))
    work = to_working(shop, machine, ready)
    if flags & c.LOTS:
        work = max(work, last_lot(shop, plan, operation, machine, plan.at[operation, c.ALT]))
    if flags & c.WAITED:
        work = max(work, plan.hold[operation])
    position = plan.at[operation, c.POS]
    if position > 0:
        before = plan.seq[shop.machine[machine, c.SEQ0] + position - 1]
        work = max(work, plan.at[before, c.END] + plan.at[operation, c.CHANGE])
    elif position == 0:
        work = max(work, shop.machine[machine, c.FREE0] + plan.at[operation, c.CHANGE])
    if flags & c.WHOLE:
        work = fit_whole(shop, machine, work, minutes)
    return work


@inlined
def change_at(shop: Shop, plan: Plan, machine: int, position: int, family: int, kind: int) -> int:
    """Changeover minutes for a family put at *position* of the machine's line as it stands."""
    if position == 0:
        row = shop.machine[machine]
        return changeover(shop, machine, row[c.FAMILY0], row[c.CLASS0], family, kind)
    before = plan.seq[shop.machine[machine, c.SEQ0] + position - 1]
    old, old_kind = shop.op[before, c.FAMILY], plan.at[before, c.CLASS]
    return changeover(shop, machine, old, old_kind, family, kind)


@inlined
def cost_of(shop: Shop, plan: Plan, operation: int) -> int:
    """What the time and machine of *operation* cost: its order late, and if asked for more, all that."""
    late = plan.at[operation, c.WALL] - shop.op[operation, c.DUE]
    cost = late * shop.op[operation, c.LATE_COST] if late > 0 else 0
    if shop.rate[c.R_MORE]:
        cost += more_cost(shop, plan, operation, late)
    return cost


@kernel
def more_cost(shop: Shop, plan: Plan, operation: int, late: int) -> int:
    """Earliness, overtime, and distance from the published schedule.

    Only a later start than published counts here: an earlier one can be given back when times are settled.
    """
    cost = max(0, -late) * shop.op[operation, c.EARLY_COST]
    machine = plan.at[operation, c.MACHINE]
    if shop.rate[c.R_OVER] and shop.machine[machine, c.OVER1] > shop.machine[machine, c.OVER0]:
        minutes = overtime_before(shop, machine, plan.at[operation, c.END]) - overtime_before(
            shop, machine, plan.at[operation, c.START]
        )
        cost += minutes * shop.rate[c.R_OVER]
    if shop.op[operation, c.FLAGS] & c.PUBLISHED:
        if machine != shop.op[operation, c.WAS_MACHINE]:
            cost += shop.rate[c.R_MOVE]
        if shop.rate[c.R_AWAY]:
            away = start_wall(shop, machine, plan.at[operation, c.START]) - shop.op[operation, c.WAS_START]
            cost += max(0, away) * shop.rate[c.R_AWAY]
    return int(cost)


@inlined
def enqueue(plan: Plan, work: Work, size: int, operation: int, mark: int) -> int:
    """Have the operation worked out again; the new size of the heap."""
    if work.mark[operation] == 0:
        size = push(work.heap, size, (plan.at[operation, c.WALL] << SHIFT) | operation)
    if mark & ~work.mark[operation]:
        work.tally[c.HOPE] += 1
    work.mark[operation] |= mark | c.WAITING
    return size


@inlined
def log(plan: Plan, work: Work, operation: int) -> None:
    """Remember the operation's times once per change."""
    if work.stamp[operation] == work.tally[c.STAMP]:
        return
    work.stamp[operation] = work.tally[c.STAMP]
    entry = work.tally[c.LOGGED]
    work.log[entry, 0], work.log[entry, 1] = operation, plan.at[operation, c.START]
    work.log[entry, 2], work.log[entry, 3] = plan.at[operation, c.END], plan.at[operation, c.WALL]
    work.log[entry, 4] = plan.hold[operation]
    work.tally[c.LOGGED] += 1


@kernel
def enqueue_needs(shop: Shop, plan: Plan, work: Work, size: int, operation: int, mark: int) -> int:
    """Have those behind it in its resources' lines worked out again."""
    for need in range(shop.op[operation, c.NEED0], shop.op[operation, c.NEED1]):
        behind = plan.line[need, c.BEHIND]
        if behind >= 0 and not shop.op[shop.need_op[behind], c.FLAGS] & c.FIXED:
            size = enqueue(plan, work, size, shop.need_op[behind], mark)
    return size


@inlined
def enqueue_steps(shop: Shop, plan: Plan, work: Work, size: int, operation: int, mark: int) -> int:
    """Have what follows in its order, fed orders and resources worked out again."""
    behind = shop.op[operation, c.NEXT]
    if behind >= 0 and not shop.op[behind, c.FLAGS] & c.FIXED:
        size = enqueue(plan, work, size, behind, mark)
    if shop.op[operation, c.FLAGS] & c.HAS_OUT:
        for number in range(shop.op[operation, c.OUT0], shop.op[operation, c.OUT1]):
            if not shop.op[shop.fed[number], c.FLAGS] & c.FIXED:
                size = enqueue(plan, work, size, shop.fed[number], mark)
    if shop.op[operation, c.FLAGS] & c.NEEDS:
        size = enqueue_needs(shop, plan, work, size, operation, mark)
    return size


@kernel
def blocks_fixed_unit(shop: Shop, plan: Plan, operation: int, wall: int) -> bool:
    """Whether, ending at *wall*, it would keep a resource that a fixed operation needs."""
    for need in range(shop.op[operation, c.NEED0], shop.op[operation, c.NEED1]):
        behind = plan.line[need, c.BEHIND]
        if behind >= 0:
            other = shop.need_op[behind]
            fixed = shop.op[other, c.FLAGS] & c.FIXED
            if fixed and wall > shop.op[other, c.READY]:
                return True
    return False


@kernel
def propagate(shop: Shop, plan: Plan, work: Work, size: int, limit: int, moved_cost: int) -> int:
    """Work out all times again from the *size* operations on the heap; what it costs more.

    REFUSED when a calendar or a fixed operation does not allow it, or as soon as it is certain to cost more
    than *limit*: no operation that waits can become earlier. One that was moved comes with START NONE, END
    its minutes less one, and *moved_cost*, its cost before.
    """
    cost = 0
    while size:
        operation = work.heap[0] & ROW
        size = pop(work.heap, size)
        work.tally[c.HOPE] -= work.mark[operation] >> 1
        work.mark[operation] = 0
        work.tally[c.TOUCHED] += 1
        machine, old_start = plan.at[operation, c.MACHINE], plan.at[operation, c.START]
        minutes, old_wall = plan.at[operation, c.END] - old_start, plan.at[operation, c.WALL]
        start = start_of(shop, plan, operation, minutes)
        if start == old_start:
            continue
        if start + minutes > shop.machine[machine, c.TOTAL]:
            return give_up(work, size)
        log(plan, work, operation)
        cost -= moved_cost if old_start == c.NONE else cost_of(shop, plan, operation)
        wall = end_wall(shop, machine, start + minutes)
        plan.at[operation, c.START], plan.at[operation, c.END] = start, start + minutes
        plan.at[operation, c.WALL] = wall
        cost += cost_of(shop, plan, operation)
        mark = c.EARLIER if wall < old_wall or start < old_start or old_start == c.NONE else 0
        position = plan.at[operation, c.POS]
        if position >= 0 and position + 1 < plan.length[machine]:
            behind = plan.seq[shop.machine[machine, c.SEQ0] + position + 1]
            if not shop.op[behind, c.FLAGS] & c.FIXED:
                size = enqueue(plan, work, size, behind, mark)
            elif start + minutes + plan.at[behind, c.CHANGE] > plan.at[behind, c.START]:
                return give_up(work, size)
        if shop.op[operation, c.FLAGS] & c.NEEDS and blocks_fixed_unit(shop, plan, operation, wall):
            return give_up(work, size)
        size = enqueue_steps(shop, plan, work, size, operation, mark)
        beyond = wall > work.tally[c.ROOF] or wall > work.guard[operation]
        if beyond or (cost > limit and work.tally[c.HOPE] == 0):
            return give_up(work, size)
    return cost


@kernel
def give_up(work: Work, size: int) -> int:
    """Forget what was to be worked out."""
    for number in range(size):
        work.mark[work.heap[number] & ROW] = 0
    work.tally[c.HOPE] = 0
    return REFUSED


@kernel
def undo_times(plan: Plan, work: Work) -> None:
    """Put back the times that the change had altered."""
    for number in range(work.tally[c.LOGGED]):
        operation = work.log[number, 0]
        plan.at[operation, c.START], plan.at[operation, c.END] = work.log[number, 1], work.log[number, 2]
        plan.at[operation, c.WALL], plan.hold[operation] = work.log[number, 3], work.log[number, 4]
    work.tally[c.LOGGED] = 0


@inlined
def begin(work: Work) -> None:
    """Start a change with an empty log."""
    work.tally[c.LOGGED] = 0
    work.tally[c.STAMP] += 1
