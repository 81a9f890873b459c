"""Compiled list scheduling: times and lines of a plan from one sequence of all operations."""

from __future__ import annotations

from factory_erp.compiling import kernel
from factory_erp.planning.schedule import layout as c
from factory_erp.planning.schedule.kernels_limits import excess, later_start
from factory_erp.planning.schedule.kernels_line import link, unlink
from factory_erp.planning.schedule.kernels_plan import last_lot, ready_wall
from factory_erp.planning.schedule.kernels_time import (
    changeover,
    end_wall,
    fit_whole,
    pop,
    push,
    start_wall,
    to_working,
)
from factory_erp.planning.schedule.layout import Ints, Plan, Shop

PATIENCE = 200
"""How often operations with limited waits are put again before the wait is left too long."""


@kernel
def set_fixed(shop: Shop, plan: Plan) -> None:
    """Give fixed operations their places in time; where several overlap, the machine is free after all."""
    for machine in range(len(shop.machine)):
        free = shop.machine[machine, c.FREE0]
        for number in range(shop.fixed_at[machine], shop.fixed_at[machine + 1]):
            operation = shop.fixed[number]
            way = shop.op[operation, c.ALT0]
            plan.at[operation, c.MACHINE], plan.at[operation, c.ALT] = machine, way
            plan.at[operation, c.CLASS] = shop.alt[way, c.A_CLASS]
            plan.at[operation, c.START] = to_working(shop, machine, shop.op[operation, c.READY])
            free = max(free, to_working(shop, machine, shop.op[operation, c.UNTIL]))
            plan.at[operation, c.END], plan.at[operation, c.WALL] = free, shop.op[operation, c.UNTIL]
            plan.at[operation, c.POS] = c.NONE


@kernel
def set_fixed_needs(shop: Shop, plan: Plan, tail: Ints) -> None:
    """Lines of resources hold what is fixed already, each on the unit that is free first."""
    plan.head[:] = c.NONE
    tail[:] = c.NONE
    for operation in shop.pinned:
        for need in range(shop.op[operation, c.NEED0], shop.op[operation, c.NEED1]):
            best, free = c.NONE, c.FAR
            for unit in range(shop.unit[shop.need[need]], shop.unit[shop.need[need] + 1]):
                until = plan.at[shop.need_op[tail[unit]], c.WALL] if tail[unit] >= 0 else 0
                if until < free:
                    best, free = unit, until
            link(plan, need, best, tail[best])
            tail[best] = need
    tail[:] = c.NONE


@kernel
def unit_start(shop: Shop, plan: Plan, tail: Ints, unit: int, start: int, length: int) -> int:
    """The first minute from *start* at which *length* minutes fit on the unit, behind what it has served."""
    before = tail[unit]
    while True:
        if before >= 0:
            start = max(start, plan.at[shop.need_op[before], c.WALL])
        before = plan.line[before, c.BEHIND] if before >= 0 else plan.head[unit]
        if before < 0 or start + length <= shop.op[shop.need_op[before], c.READY]:
            return start


@kernel
def units_start(shop: Shop, plan: Plan, tail: Ints, operation: int, start: int, length: int) -> int:
    """The first minute from *start* at which each of its resources has a unit for *length* minutes."""
    latest = start
    for need in range(shop.op[operation, c.NEED0], shop.op[operation, c.NEED1]):
        earliest, resource = c.FAR, shop.need[need]
        for unit in range(shop.unit[resource], shop.unit[resource + 1]):
            earliest = min(earliest, unit_start(shop, plan, tail, unit, start, length))
        latest = max(latest, earliest)
    return latest


@kernel
def take_units(shop: Shop, plan: Plan, tail: Ints, operation: int, start: int, end: int) -> None:
    """Enter the operation, from *start* to *end*, in the lines of its resources."""
    for need in range(shop.op[operation, c.NEED0], shop.op[operation, c.NEED1]):
        resource = shop.need[need]
        for unit in range(shop.unit[resource], shop.unit[resource + 1]):
            if unit_start(shop, plan, tail, unit, start, end - start) != start:
                continue
            behind = plan.line[tail[unit], c.BEHIND] if tail[unit] >= 0 else plan.head[unit]
            while behind >= 0 and shop.op[shop.need_op[behind], c.READY] < end:
                tail[unit] = behind
                behind = plan.line[behind, c.BEHIND]
            link(plan, need, unit, tail[unit])
            tail[unit] = need
            break


@kernel
def append(shop: Shop, plan: Plan, machine: int, operation: int) -> None:
    """Put the operation at the end of the machine's line, with its changeover."""
    position = plan.length[machine]
    kind = plan.at[operation, c.CLASS]
    plan.at[operation, c.CHANGE] = change_behind(shop, plan, machine, shop.op[operation, c.FAMILY], kind)
    plan.at[operation, c.POS] = position
    plan.seq[shop.machine[machine, c.SEQ0] + position] = operation
    plan.length[machine] += 1


@kernel
def change_behind(shop: Shop, plan: Plan, machine: int, family: int, kind: int) -> int:
    """Changeover minutes from the end of the machine's line to a family."""
    position = plan.length[machine]
    if position == 0:
        old, old_kind = shop.machine[machine, c.FAMILY0], shop.machine[machine, c.CLASS0]
    else:
        last = plan.seq[shop.machine[machine, c.SEQ0] + position - 1]
        old, old_kind = shop.op[last, c.FAMILY], plan.at[last, c.CLASS]
    return changeover(shop, machine, old, old_kind, family, kind)


@kernel
def line_free(shop: Shop, plan: Plan, machine: int) -> int:
    """Working minute from which the machine is free at the end of its line."""
    if plan.length[machine] == 0:
        return int(shop.machine[machine, c.FREE0])
    last = plan.seq[shop.machine[machine, c.SEQ0] + plan.length[machine] - 1]
    return int(max(plan.at[last, c.END], shop.machine[machine, c.FREE0]))


@kernel
def earliest_work(shop: Shop, plan: Plan, operation: int, way: int) -> int:
    """Working minute before which its order does not let the operation begin on the machine of *way*."""
    machine = shop.alt[way, c.A_MACHINE]
    work = to_working(shop, machine, ready_wall(shop, plan, operation))
    if shop.op[operation, c.FLAGS] & c.LOTS:
        work = max(work, last_lot(shop, plan, operation, machine, way))
    return int(max(work, plan.hold[operation]))


@kernel
def settle_start(shop: Shop, plan: Plan, tail: Ints, operation: int, way: int, work: int) -> int:
    """The first working minute from *work* that pauses and resources allow; FAR: none."""
    machine, minutes = shop.alt[way, c.A_MACHINE], shop.alt[way, c.A_MINUTES]
    total = shop.machine[machine, c.TOTAL]
    while True:
        if shop.op[operation, c.FLAGS] & c.WHOLE:
            work = fit_whole(shop, machine, work, minutes)
        if work + minutes > total:
            return c.FAR
        if not shop.op[operation, c.FLAGS] & c.NEEDS:
            return work
        wall = start_wall(shop, machine, work)
        length = end_wall(shop, machine, work + minutes) - wall
        free = units_start(shop, plan, tail, operation, wall, length)
        if free == wall:
            return work
        if free >= c.FAR:
            return c.FAR
        work = max(work + 1, to_working(shop, machine, free))


@kernel
def behind_line(
    shop: Shop, plan: Plan, tail: Ints, passed: Ints, operation: int, way: int, keep: bool
) -> int:
    """Working minute at which the operation can start at the end of the line of *way*; FAR: never.

    Fixed operations that leave no room ahead of them are passed: for good, with *keep*.
    """
    machine, minutes = shop.alt[way, c.A_MACHINE], shop.alt[way, c.A_MINUTES]
    work, kind = earliest_work(shop, plan, operation, way), shop.alt[way, c.A_CLASS]
    if shop.machine[machine, c.UNLIMITED]:
        return settle_start(shop, plan, tail, operation, way, work)
    family, at = shop.op[operation, c.FAMILY], passed[machine]
    free, change = line_free(shop, plan, machine), change_behind(shop, plan, machine, family, kind)
    while True:
        start = settle_start(shop, plan, tail, operation, way, max(work, free + change))
        if at == shop.fixed_at[machine + 1] or start == c.FAR:
            return start
        fixed = shop.fixed[at]
        place_kind = plan.at[fixed, c.CLASS]
        to_fixed = changeover(shop, machine, family, kind, shop.op[fixed, c.FAMILY], place_kind)
        if start + minutes + to_fixed <= plan.at[fixed, c.START]:
            return start
        free = max(free, plan.at[fixed, c.END])
        change = changeover(shop, machine, shop.op[fixed, c.FAMILY], place_kind, family, kind)
        at += 1
        if keep:
            append(shop, plan, machine, fixed)
            passed[machine] = at


@kernel
def put_behind(shop: Shop, plan: Plan, tail: Ints, passed: Ints, operation: int, way: int) -> bool:
    """Put the operation at the end of a line; whether it fits."""
    machine = shop.alt[way, c.A_MACHINE]
    start = behind_line(shop, plan, tail, passed, operation, way, True)
    if start == c.FAR:
        return False
    end = start + shop.alt[way, c.A_MINUTES]
    plan.at[operation, c.MACHINE], plan.at[operation, c.ALT] = machine, way
    plan.at[operation, c.CLASS] = shop.alt[way, c.A_CLASS]
    plan.at[operation, c.START], plan.at[operation, c.END] = start, end
    plan.at[operation, c.WALL] = end_wall(shop, machine, end)
    if shop.machine[machine, c.UNLIMITED]:
        plan.at[operation, c.POS], plan.at[operation, c.CHANGE] = c.NONE, 0
    else:
        append(shop, plan, machine, operation)
    if shop.op[operation, c.FLAGS] & c.NEEDS:
        wall = start_wall(shop, machine, start)
        take_units(shop, plan, tail, operation, wall, plan.at[operation, c.WALL])
    return True


@kernel
def best_way(shop: Shop, plan: Plan, tail: Ints, passed: Ints, operation: int) -> int:
    """The alternative that ends first at the end of its line, counting its changeover once more."""
    best, best_end = shop.op[operation, c.ALT0], c.FAR
    for way in range(shop.op[operation, c.ALT0], shop.op[operation, c.ALT1]):
        start = behind_line(shop, plan, tail, passed, operation, way, False)
        if start == c.FAR:
            continue
        end = end_wall(shop, shop.alt[way, c.A_MACHINE], start + shop.alt[way, c.A_MINUTES])
        if end < best_end:
            best, best_end = way, end
    return int(best)


@kernel
def start_empty(shop: Shop, plan: Plan, tail: Ints, passed: Ints) -> None:
    """Empty *plan* but for what is fixed."""
    plan.length[:] = 0
    plan.hold[:] = 0
    for machine in range(len(passed)):
        passed[machine] = shop.fixed_at[machine]
    set_fixed(shop, plan)
    set_fixed_needs(shop, plan, tail)


@kernel
def finish_lines(shop: Shop, plan: Plan, passed: Ints) -> None:
    """Append the fixed operations that nothing stands behind."""
    for machine in range(len(shop.machine)):
        for number in range(passed[machine], shop.fixed_at[machine + 1]):
            if shop.machine[machine, c.UNLIMITED]:
                plan.at[shop.fixed[number], c.CHANGE] = 0
            else:
                append(shop, plan, machine, shop.fixed[number])


@kernel
def take_back(shop: Shop, plan: Plan, tail: Ints, passed: Ints, operation: int) -> None:
    """Undo ``put_behind`` of the last operation on its machine and resources that can be moved."""
    machine, position = plan.at[operation, c.MACHINE], plan.at[operation, c.POS]
    if position >= 0:
        passed[machine] -= plan.length[machine] - position - 1
        plan.length[machine] = position
    for need in range(shop.op[operation, c.NEED0], shop.op[operation, c.NEED1]):
        tail[plan.line[need, c.UNIT]] = plan.line[need, c.BEFORE]
        unlink(plan, need)


@kernel
def put_chain(
    shop: Shop, plan: Plan, tail: Ints, passed: Ints, chain: Ints, length: int, choice: Ints
) -> bool:
    """Put operations whose waits for one another are limited, again and later until the waits are kept."""
    for _again in range(PATIENCE):
        late = c.NONE
        for number in range(length):
            operation = chain[number]
            way = choice[operation]
            if way == c.NONE:
                way = best_way(shop, plan, tail, passed, operation)
            if not put_behind(shop, plan, tail, passed, operation, way):
                return False
            if number and late < 0 and excess(shop, plan, operation):
                late = operation
        start = later_start(shop, plan, late) if late >= 0 else c.FAR
        if start == c.FAR or _again == PATIENCE - 1:
            return True
        plan.hold[shop.op[late, c.PREV]] = start
        for number in range(length - 1, -1, -1):
            take_back(shop, plan, tail, passed, chain[number])
    return True


@kernel
def build(shop: Shop, plan: Plan, sequence: Ints, choice: Ints, tail: Ints, passed: Ints) -> int:
    """Fill *plan* by putting operations, in *sequence*, behind one another; how many found no time.

    ``choice`` (n,) is the alternative of each, NONE: the one that ends first. No operation may come before
    one that it waits for, and those with a limited wait stand behind one another. ``tail`` (units,) and
    ``passed`` (m,) are room to work in.
    """
    start_empty(shop, plan, tail, passed)
    failed, at = 0, 0
    while at < len(sequence):
        length = 1
        while at + length < len(sequence) and shop.op[sequence[at + length], c.MAX_LAG] >= 0:
            length += 1
        if not shop.op[sequence[at], c.FLAGS] & c.FIXED:
            chain = sequence[at : at + length]
            failed += not put_chain(shop, plan, tail, passed, chain, length, choice)
        at += length
    finish_lines(shop, plan, passed)
    return failed


@kernel
def released(shop: Shop, waits: Ints, key: Ints, heap: Ints, size: int, operation: int, shift: int) -> int:
    """Tell those that waited for *operation*; the heap's new size."""
    after = shop.op[operation, c.NEXT]
    if after >= 0 and shop.op[after, c.MAX_LAG] < 0:
        size = push(heap, size, (key[after] << shift) | after)
    for number in range(shop.op[operation, c.OUT0], shop.op[operation, c.OUT1]):
        after = shop.fed[number]
        waits[after] -= 1
        if waits[after] == 0:
            size = push(heap, size, (key[after] << shift) | after)
    return size


@kernel
def sequence_by(shop: Shop, key: Ints, sequence: Ints, waits: Ints, heap: Ints, shift: int) -> None:
    """Sort operations by *key*, none before what it waits for, limited waits one behind the other.

    The keys of these are set back so that the first does not run before the last can.
    ``heap`` (n + 1,) and ``waits`` (n,) are room to work in; keys are below 2 ** (63 - shift).
    """
    size, done = 0, 0
    for operation in range(len(shop.op) - 1, -1, -1):
        if shop.op[operation, c.MAX_LAG] >= 0:
            before = shop.op[operation, c.PREV]
            lead = shop.op[operation, c.MAX_LAG] + shop.op[before, c.FASTEST]
            key[before] = max(key[before], key[operation] - lead)
    for operation in range(len(shop.op)):
        waits[operation] = shop.op[operation, c.IN1] - shop.op[operation, c.IN0]
        if waits[operation] == 0 and shop.op[operation, c.PREV] < 0:
            size = push(heap, size, (key[operation] << shift) | operation)
    while size:
        operation = heap[0] & ((1 << shift) - 1)
        size = pop(heap, size)
        while True:
            sequence[done] = operation
            done += 1
            size = released(shop, waits, key, heap, size, operation, shift)
            operation = shop.op[operation, c.NEXT]
            if operation < 0 or shop.op[operation, c.MAX_LAG] < 0:
                break


@kernel
def walls_of(shop: Shop, plan: Plan, walls: Ints) -> None:
    """Start and end of setup of each operation on the wall clock, into *walls* (n, 2)."""
    for operation in range(len(shop.op)):
        machine, start = plan.at[operation, c.MACHINE], plan.at[operation, c.START]
        setup = shop.alt[plan.at[operation, c.ALT], c.A_SETUP]
        if shop.op[operation, c.FLAGS] & c.FIXED:
            walls[operation, 0] = walls[operation, 1] = shop.op[operation, c.READY]
            if setup and start < shop.machine[machine, c.TOTAL]:
                end = min(start + setup, shop.machine[machine, c.TOTAL])
                walls[operation, 1] = end_wall(shop, machine, end)
        else:
            walls[operation, 0] = start_wall(shop, machine, start)
            walls[operation, 1] = end_wall(shop, machine, start + setup) if setup else walls[operation, 0]
