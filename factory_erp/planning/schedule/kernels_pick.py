"""Compiled choice of moves: mostly of what keeps a late order waiting, else at random.

The former is found by walking back from the order's end along what each operation waits for.
"""

from __future__ import annotations

from typing import NamedTuple

from factory_erp.compiling import inlined, kernel
from factory_erp.planning.schedule import layout as c
from factory_erp.planning.schedule.kernels_order import neighbour
from factory_erp.planning.schedule.kernels_plan import cost_of, ready_wall
from factory_erp.planning.schedule.kernels_time import below, to_working
from factory_erp.planning.schedule.layout import Dice, Ints, Plan, Shop, Work


class Search(NamedTuple):
    """What the search knows beside the plan.

    ``late`` (n,): late operations that carry a due date, ``late_at`` (n,): where each stands there, NONE: not
    late; ``free``: operations that may be moved, of which the first FREE count, and ``zone`` (n,) their zone:
    EARLY, LATER, or ANY; ``target`` (3,): the move at hand (operation, way, position); ``tally`` (11,):
    numbers below.
    """

    late: Ints
    late_at: Ints
    free: Ints
    zone: Ints
    target: Ints
    tally: Ints


LATE, COST, BEST, TRIED, TAKEN, SAVED, FREE, ZONE, SHARE, SWAPS, HOPED = range(11)
"""Places in ``Search.tally``: how many are late, the cost now and at best, moves tried and taken, the move
after which the best was kept last, how many may be moved, the zone to keep to, how many moves of ten begin
at a late order and how many change two runs, and what the move at hand may save beside changeovers."""
EARLY, LATER, ANY = range(3)
"""Zones: what begins before a certain minute, the rest, and both."""

NEAR, SPREAD = 6, 40
"""How far a move goes in its line: mostly, and at most."""


@kernel
def note_late(shop: Shop, plan: Plan, search: Search, operation: int) -> None:
    """Enter the operation among the late ones, or strike it off."""
    if shop.op[operation, c.LATE_COST] == 0:
        return
    late = plan.at[operation, c.WALL] > shop.op[operation, c.DUE]
    at = search.late_at[operation]
    if late and at < 0:
        search.late_at[operation] = search.tally[LATE]
        search.late[search.tally[LATE]] = operation
        search.tally[LATE] += 1
    elif not late and at >= 0:
        search.tally[LATE] -= 1
        last = search.late[search.tally[LATE]]
        search.late[at], search.late_at[last] = last, at
        search.late_at[operation] = c.NONE


@inlined
def at_edge(shop: Shop, plan: Plan, search: Search, operation: int) -> bool:
    """Whether it is the last of its line that begins EARLY, with others behind it."""
    if plan.at[operation, c.POS] < 0:
        return False
    behind = neighbour(shop, plan, plan.at[operation, c.MACHINE], plan.at[operation, c.POS] + 1)
    return bool(behind >= 0 and search.zone[operation] == EARLY and search.zone[behind] == LATER)


@inlined
def pick_late(shop: Shop, plan: Plan, search: Search, dice: Dice) -> int:
    """One of the late operations, the dearer of two."""
    one = search.late[below(dice, search.tally[LATE])]
    two = search.late[below(dice, search.tally[LATE])]
    return int(one if cost_of(shop, plan, one) >= cost_of(shop, plan, two) else two)


@kernel
def last_sink(shop: Shop, plan: Plan, work: Work) -> int:
    """The operation that ends last."""
    last = work.sink[0]
    for number in range(1, len(work.sink)):
        if plan.at[work.sink[number], c.WALL] > plan.at[last, c.WALL]:
            last = work.sink[number]
    return int(last)


@inlined
def waits_for_machine(shop: Shop, plan: Plan, operation: int) -> bool:
    """Whether it begins as soon as its machine has done the one before and changed over."""
    position = plan.at[operation, c.POS]
    if position <= 0:
        return False
    ahead = neighbour(shop, plan, plan.at[operation, c.MACHINE], position - 1)
    return bool(plan.at[ahead, c.END] + plan.at[operation, c.CHANGE] == plan.at[operation, c.START])


@inlined
def step_ahead(shop: Shop, plan: Plan, operation: int) -> int:
    """What its order made it wait for: the step before or the feeding order that ends last."""
    latest, before = c.NONE, shop.op[operation, c.PREV]
    if before < 0 and shop.op[operation, c.FLAGS] & c.HAS_IN:
        for number in range(shop.op[operation, c.IN0], shop.op[operation, c.IN1]):
            feeder = shop.feeder[number]
            if plan.at[feeder, c.WALL] > latest:
                latest, before = plan.at[feeder, c.WALL], feeder
    return int(before)


@kernel
def walk_back(shop: Shop, plan: Plan, dice: Dice, operation: int) -> int:
    """An operation that waits for its machine on the way back from *operation*, NONE if none does."""
    found = c.NONE
    while operation >= 0 and not shop.op[operation, c.FLAGS] & c.FIXED:
        if waits_for_machine(shop, plan, operation):
            found = operation
            if below(dice, 8) == 0:
                break
            operation = neighbour(shop, plan, plan.at[operation, c.MACHINE], plan.at[operation, c.POS] - 1)
        else:
            operation = step_ahead(shop, plan, operation)
    return found


@inlined
def same_family(shop: Shop, plan: Plan, operation: int, machine: int, at: int, step: int) -> int:
    """The nearest place from *at*, going by *step*, next to an operation of the same family; NONE: none
    near."""
    family = shop.op[operation, c.FAMILY]
    for _far in range(SPREAD):
        if at < 0 or at >= plan.length[machine]:
            break
        other = plan.seq[shop.machine[machine, c.SEQ0] + at]
        if shop.op[other, c.FAMILY] == family and other != operation:
            return at
        at += step
    return c.NONE


@inlined
def jump(dice: Dice) -> int:
    """How many places to go: mostly few."""
    if below(dice, 8) == 0:
        return 1 + below(dice, SPREAD)
    return 1 + below(dice, NEAR)


@kernel
def aim_in_line(shop: Shop, plan: Plan, search: Search, dice: Dice, operation: int, step: int) -> None:
    """Another place in the line where the operation stands, before or behind it as *step* says."""
    machine, at = plan.at[operation, c.MACHINE], plan.at[operation, c.POS]
    place = c.NONE
    if below(dice, 2) == 0:
        place = same_family(shop, plan, operation, machine, at + 2 * step, step)
        if place >= 0 and below(dice, 2) == 0:
            place -= step  # on this side of it
    if place < 0:
        place = at + step * jump(dice)
    place = min(max(place, 0), plan.length[machine] - 1)
    search.target[0], search.target[1], search.target[2] = operation, plan.at[operation, c.ALT], place


@kernel
def place_for(shop: Shop, plan: Plan, machine: int, work: int) -> int:
    """The first place of the machine's line whose operation ends after working minute *work*."""
    low, high, first = 0, plan.length[machine], shop.machine[machine, c.SEQ0]
    while low < high:
        middle = (low + high) >> 1
        if plan.at[plan.seq[first + middle], c.END] <= work:
            low = middle + 1
        else:
            high = middle
    return low


@kernel
def aim_elsewhere(shop: Shop, plan: Plan, search: Search, dice: Dice, operation: int, way: int) -> None:
    """A place in the line of another machine, about when the operation could begin there."""
    machine = shop.alt[way, c.A_MACHINE]
    search.target[0], search.target[1], search.target[2] = operation, way, c.NONE
    if shop.machine[machine, c.UNLIMITED]:
        return
    at = place_for(shop, plan, machine, to_working(shop, machine, ready_wall(shop, plan, operation)))
    place = c.NONE
    if below(dice, 2) == 0:
        place = same_family(shop, plan, operation, machine, at, 1)
        if place >= 0:
            place += below(dice, 2)
    if place < 0:
        place = at + below(dice, NEAR) - 1
    search.target[2] = min(max(place, 0), plan.length[machine])


@kernel
def aim(shop: Shop, plan: Plan, search: Search, dice: Dice, operation: int, step: int) -> None:
    """Where *operation* might go; in its own line preferably in the direction of *step* (0: any)."""
    first = shop.op[operation, c.ALT0]
    way = first + below(dice, shop.op[operation, c.ALT1] - first)
    if way != plan.at[operation, c.ALT]:
        aim_elsewhere(shop, plan, search, dice, operation, way)
        return
    if step == 0 or below(dice, 8) == 0:
        step = 1 if below(dice, 2) else -1
    if plan.at[operation, c.POS] < 0:
        search.target[0] = c.NONE
        return
    aim_in_line(shop, plan, search, dice, operation, step)


@inlined
def pick_end(shop: Shop, plan: Plan, work: Work, search: Search, dice: Dice) -> int:
    """The end of an order that is late, or of the last one where only the end counts; NONE: not this time."""
    if below(dice, 10) >= search.tally[SHARE]:
        return c.NONE
    if shop.rate[c.R_MAKESPAN]:
        return last_sink(shop, plan, work)
    return pick_late(shop, plan, search, dice) if search.tally[LATE] else c.NONE


@inlined
def pick_any(shop: Shop, plan: Plan, search: Search, dice: Dice) -> int:
    """A random operation, rather one with a changeover ahead or behind than within a run."""
    operation = search.free[below(dice, search.tally[FREE])]
    if plan.at[operation, c.CHANGE] == 0 and plan.at[operation, c.POS] >= 0:
        behind = neighbour(shop, plan, plan.at[operation, c.MACHINE], plan.at[operation, c.POS] + 1)
        if behind < 0 or plan.at[behind, c.CHANGE] == 0:
            operation = search.free[below(dice, search.tally[FREE])]
    return int(operation)


@kernel
def pick(shop: Shop, plan: Plan, work: Work, search: Search, dice: Dice) -> None:
    """Choose a move into ``Search.target``; operation NONE: there was none this time."""
    search.target[0] = c.NONE
    operation, step, zone = c.NONE, 0, search.tally[ZONE]
    end = pick_end(shop, plan, work, search, dice)
    if end >= 0:
        operation, step = walk_back(shop, plan, dice, end), -1
        search.tally[HOPED] = cost_of(shop, plan, end)
        if operation >= 0 and below(dice, 2) == 0:
            back = 1 + below(dice, 2) * below(dice, NEAR)
            at = plan.at[operation, c.POS] - back
            operation, step = neighbour(shop, plan, plan.at[operation, c.MACHINE], at), 1
    if operation < 0 or (zone != ANY and search.zone[operation] != zone):
        operation, step = pick_any(shop, plan, search, dice), 0
        search.tally[HOPED] = 0
    if not shop.op[operation, c.FLAGS] & c.FIXED:
        aim(shop, plan, search, dice, operation, step)
