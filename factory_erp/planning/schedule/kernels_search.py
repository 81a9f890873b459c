"""Compiled search: simulated annealing over the sequences of machines.

A move takes one operation out and puts it elsewhere, on its machine or on another that can do it; or two
neighbouring runs of a family change places.
"""

from __future__ import annotations

from math import log as ln

from factory_erp.compiling import kernel
from factory_erp.planning.schedule import layout as c
from factory_erp.planning.schedule.kernels_dispatch import total_cost
from factory_erp.planning.schedule.kernels_line import begin_wall
from factory_erp.planning.schedule.kernels_move import change_by, closes_circle, move, undo
from factory_erp.planning.schedule.kernels_order import neighbour
from factory_erp.planning.schedule.kernels_pick import (
    ANY,
    BEST,
    COST,
    EARLY,
    FREE,
    HOPED,
    LATE,
    LATER,
    SAVED,
    SWAPS,
    TAKEN,
    TRIED,
    ZONE,
    Search,
    at_edge,
    last_sink,
    note_late,
    pick,
)
from factory_erp.planning.schedule.kernels_plan import REFUSED, undo_times
from factory_erp.planning.schedule.kernels_swap import pick_swap, swap, turn
from factory_erp.planning.schedule.kernels_time import below, fraction
from factory_erp.planning.schedule.layout import Dice, Ints, Plan, Shop, Work


@kernel
def allowed(shop: Shop, plan: Plan, search: Search, operation: int, way: int, position: int) -> bool:
    """Whether the target is another place of the same zone, and times as they are rule out a circle."""
    old, at = plan.at[operation, c.MACHINE], plan.at[operation, c.POS]
    machine = shop.alt[way, c.A_MACHINE]
    if old == machine and at == position:
        return False
    if position < 0:
        return True
    # Where the operation still stands in the line, places from its own on are one further.
    shift = 1 if old == machine and position >= at else 0
    ahead = neighbour(shop, plan, machine, position - 1 + shift)
    behind = neighbour(shop, plan, machine, position + shift)
    between = ahead >= 0 and behind >= 0 and shop.op[ahead, c.FLAGS] & shop.op[behind, c.FLAGS] & c.FIXED
    if between and plan.at[behind, c.START] <= plan.at[ahead, c.END]:
        return False
    zone = search.tally[ZONE]
    if zone == EARLY and (
        (behind >= 0 and search.zone[behind] == LATER) or at_edge(shop, plan, search, operation)
    ):
        return False
    if zone == LATER and behind >= 0 and search.zone[behind] != LATER:
        return False
    return not closes_circle(shop, plan, operation, ahead, behind)


@kernel
def attempt(shop: Shop, plan: Plan, work: Work, search: Search, limit: int) -> int:
    """Make the move in ``Search.target`` if it costs no more than *limit*; what it costs, or REFUSED."""
    operation, way, position = search.target[0], search.target[1], search.target[2]
    if not allowed(shop, plan, search, operation, way, position):
        return REFUSED
    change = change_by(shop, plan, operation, way, position) * shop.rate[c.R_CHANGE]
    if change > limit + search.tally[HOPED]:
        return REFUSED
    old_way, old_position = plan.at[operation, c.ALT], plan.at[operation, c.POS]
    span = shop.rate[c.R_MAKESPAN]
    if span:
        work.tally[c.ROOF] = search.tally[COST] + limit
    cost = move(shop, plan, work, operation, way, position, limit)
    if span and cost != REFUSED:
        cost = plan.at[last_sink(shop, plan, work), c.WALL] - search.tally[COST]
    if cost > limit:
        undo(shop, plan, work, operation, old_way, old_position)
        return REFUSED
    return cost


@kernel
def attempt_swap(shop: Shop, plan: Plan, work: Work, search: Search, limit: int) -> int:
    """Change the runs in ``Search.target`` if it costs no more than *limit*; what it costs, or REFUSED."""
    operation, first, second = search.target[0], search.target[1], search.target[2]
    machine, at = plan.at[operation, c.MACHINE], plan.at[operation, c.POS]
    span = shop.rate[c.R_MAKESPAN]
    if span:
        work.tally[c.ROOF] = search.tally[COST] + limit
    cost = swap(shop, plan, work, machine, at, first, second, limit)
    if span and cost != REFUSED:
        cost = plan.at[last_sink(shop, plan, work), c.WALL] - search.tally[COST]
    if cost > limit:
        turn(shop, plan, machine, at, second, first)
        undo_times(plan, work)
        return REFUSED
    return cost


@kernel
def copy_line(source: Ints, target: Ints) -> None:
    """Copy numbers; a slice assignment would need memory of its own."""
    for number in range(len(source)):
        target[number] = source[number]


@kernel
def copy_plan(source: Plan, target: Plan) -> None:
    """Make *target* the same as *source*."""
    for number in range(len(source.at)):
        for column in range(8):
            target.at[number, column] = source.at[number, column]
    for need in range(len(source.line)):
        for column in range(3):
            target.line[need, column] = source.line[need, column]
    copy_line(source.seq, target.seq)
    copy_line(source.length, target.length)
    copy_line(source.hold, target.hold)
    copy_line(source.head, target.head)


@kernel
def keep_best(plan: Plan, best: Plan, search: Search) -> None:
    """Remember the plan if it is the cheapest so far."""
    if search.tally[COST] < search.tally[BEST]:
        search.tally[BEST] = search.tally[COST]
        copy_plan(plan, best)


@kernel
def try_one(shop: Shop, plan: Plan, work: Work, search: Search, dice: Dice, limit: int) -> int:
    """Choose a move and make it if it costs no more than *limit*; what it costs, or REFUSED."""
    search.tally[TRIED] += 1
    if below(dice, 10) < search.tally[SWAPS]:
        pick_swap(shop, plan, search, dice)
        return attempt_swap(shop, plan, work, search, limit) if search.target[0] >= 0 else REFUSED
    pick(shop, plan, work, search, dice)
    return attempt(shop, plan, work, search, limit) if search.target[0] >= 0 else REFUSED


@kernel
def anneal(
    shop: Shop,
    plan: Plan,
    best: Plan,
    work: Work,
    search: Search,
    dice: Dice,
    moves: int,
    heat: float,
) -> None:
    """Try *moves* moves at the temperature *heat* (in cost; 0: gains only), and keep the best plan met.

    The best is copied when the search may be about to leave it, but not more often than every n/8 moves.
    """
    patience = len(shop.op) >> 3
    for _number in range(moves):
        limit = int(-heat * ln(fraction(dice))) if heat > 0.0 else -1
        waited = search.tally[TRIED] - search.tally[SAVED] > patience
        if limit > 0 and waited and search.tally[COST] < search.tally[BEST]:
            keep_best(plan, best, search)
            search.tally[SAVED] = search.tally[TRIED]
        cost = try_one(shop, plan, work, search, dice, limit)
        if cost == REFUSED:
            continue
        search.tally[TAKEN] += 1
        search.tally[COST] += cost
        for number in range(work.tally[c.LOGGED]):
            note_late(shop, plan, search, work.log[number, 0])
    keep_best(plan, best, search)


@kernel
def start_search(shop: Shop, plan: Plan, search: Search) -> None:
    """Begin at *plan*: list its late orders, and count its cost."""
    search.tally[LATE] = 0
    for operation in range(len(shop.op)):
        search.late_at[operation] = c.NONE
        note_late(shop, plan, search, operation)
    search.tally[COST] = total_cost(shop, plan)


@kernel
def divide(shop: Shop, plan: Plan, search: Search, minute: int) -> int:
    """Zones: what begins before *minute*, and the rest. The movable operations of the zone asked for; how
    many."""
    free, zone = 0, search.tally[ZONE]
    for operation in range(len(shop.op)):
        early = begin_wall(shop, plan, operation) < minute
        search.zone[operation] = EARLY if early else LATER
        if shop.op[operation, c.FLAGS] & c.FIXED:
            continue
        if zone == ANY or search.zone[operation] == zone:
            search.free[free] = operation
            free += 1
    search.tally[FREE] = free
    return free


@kernel
def set_guards(shop: Shop, plan: Plan, work: Work, search: Search) -> None:
    """In the EARLY zone: what anything in the other zone waits for must not end later than it does now."""
    for operation in range(len(shop.op)):
        work.guard[operation] = c.FAR
        if search.tally[ZONE] != EARLY or search.zone[operation] != EARLY:
            continue
        guarded = at_edge(shop, plan, search, operation)
        after = shop.op[operation, c.NEXT]
        guarded |= after >= 0 and search.zone[after] == LATER
        for number in range(shop.op[operation, c.OUT0], shop.op[operation, c.OUT1]):
            guarded |= search.zone[shop.fed[number]] == LATER
        for need in range(shop.op[operation, c.NEED0], shop.op[operation, c.NEED1]):
            behind = plan.line[need, c.BEHIND]
            guarded |= behind >= 0 and search.zone[shop.need_op[behind]] == LATER
        if guarded:
            work.guard[operation] = plan.at[operation, c.WALL]
