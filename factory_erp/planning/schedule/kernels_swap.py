"""Compiled moves of whole runs: what a machine does of one family in a row changes places with the next
run."""

from __future__ import annotations

from factory_erp.compiling import inlined, kernel
from factory_erp.planning.schedule import layout as c
from factory_erp.planning.schedule.kernels_limits import keep_limits
from factory_erp.planning.schedule.kernels_move import blocks_fixed, renew_change
from factory_erp.planning.schedule.kernels_order import begins, first_lead, last_begin, neighbour
from factory_erp.planning.schedule.kernels_pick import ANY, EARLY, FREE, ZONE, Search, at_edge
from factory_erp.planning.schedule.kernels_plan import (
    REFUSED,
    SHIFT,
    begin,
    enqueue,
    propagate,
)
from factory_erp.planning.schedule.kernels_time import below, push
from factory_erp.planning.schedule.layout import Dice, Plan, Shop, Work

LONGEST = 12
"""Operations of a run that change places at most."""


@inlined
def at_place(shop: Shop, plan: Plan, machine: int, position: int) -> int:
    """The operation at a *position* that the machine's line has."""
    return int(plan.seq[shop.machine[machine, c.SEQ0] + position])


@kernel
def movable(shop: Shop, plan: Plan, search: Search, machine: int, position: int) -> bool:
    """Whether there is an operation at *position* that this search may put elsewhere in a run."""
    operation = neighbour(shop, plan, machine, position)
    if operation < 0 or shop.op[operation, c.FLAGS] & (c.FIXED | c.NEEDS):
        return False
    zone = search.tally[ZONE]
    if zone == EARLY and at_edge(shop, plan, search, operation):
        return False
    return bool(zone == ANY or search.zone[operation] == zone)


@kernel
def run_length(shop: Shop, plan: Plan, search: Search, machine: int, position: int) -> int:
    """How many operations of one family stand in a row from *position* on, as far as they may be moved."""
    if not movable(shop, plan, search, machine, position):
        return 0
    family, length = shop.op[at_place(shop, plan, machine, position), c.FAMILY], 1
    while length < LONGEST and movable(shop, plan, search, machine, position + length):
        if shop.op[at_place(shop, plan, machine, position + length), c.FAMILY] != family:
            break
        length += 1
    return length


@kernel
def pick_swap(shop: Shop, plan: Plan, search: Search, dice: Dice) -> None:
    """Choose two runs into ``Search.target``: the first operation, and both lengths; operation NONE: none."""
    search.target[0] = c.NONE
    operation = search.free[below(dice, search.tally[FREE])]
    machine, position = plan.at[operation, c.MACHINE], plan.at[operation, c.POS]
    if position < 0:
        return
    while position > 0 and plan.at[at_place(shop, plan, machine, position), c.CHANGE] == 0:
        position -= 1
        if plan.at[operation, c.POS] - position > LONGEST:
            return
    first = run_length(shop, plan, search, machine, position)
    second = run_length(shop, plan, search, machine, position + first) if first else 0
    if second and below(dice, 3) == 0:
        second += run_length(shop, plan, search, machine, position + first + second)
    if second:
        search.target[0] = at_place(shop, plan, machine, position)
        search.target[1], search.target[2] = first, second


@kernel
def reverse(shop: Shop, plan: Plan, machine: int, low: int, high: int) -> None:
    """Turn the stretch from *low* up to, not including, *high* round."""
    first = shop.machine[machine, c.SEQ0]
    high -= 1
    while low < high:
        one, two = plan.seq[first + low], plan.seq[first + high]
        plan.seq[first + low], plan.seq[first + high] = two, one
        low += 1
        high -= 1


@kernel
def turn(shop: Shop, plan: Plan, machine: int, at: int, first: int, second: int) -> int:
    """Two stretches from *at* on change places; changeover minutes more than before."""
    reverse(shop, plan, machine, at, at + first)
    reverse(shop, plan, machine, at + first, at + first + second)
    reverse(shop, plan, machine, at, at + first + second)
    for position in range(at, at + first + second):
        plan.at[at_place(shop, plan, machine, position), c.POS] = position
    change = renew_change(shop, plan, at_place(shop, plan, machine, at))
    change += renew_change(shop, plan, at_place(shop, plan, machine, at + second))
    return change + renew_change(shop, plan, neighbour(shop, plan, machine, at + first + second))


@kernel
def swap_closes_circle(shop: Shop, plan: Plan, machine: int, at: int, first: int, second: int) -> bool:
    """Whether one of the second stretch might wait for one of the first through its order."""
    latest = begins(shop, plan, at_place(shop, plan, machine, at + first + second - 1))
    possible = False
    for position in range(at, at + first):
        possible |= first_lead(shop, plan, at_place(shop, plan, machine, position)) <= latest
    if not possible:
        return False
    ends = plan.at[at_place(shop, plan, machine, at), c.WALL]
    for position in range(at + first, at + first + second):
        if last_begin(shop, plan, at_place(shop, plan, machine, position)) >= ends:
            return True
    return False


@kernel
def swap(
    shop: Shop, plan: Plan, work: Work, machine: int, at: int, first: int, second: int, limit: int
) -> int:
    """Let two stretches change places, and work out all times; what it costs more, or REFUSED.

    The caller turns them back, and the times, if it does not want the result, refused ones included.
    """
    begin(work)
    circle = swap_closes_circle(shop, plan, machine, at, first, second)
    head = at_place(shop, plan, machine, at)
    middle = at_place(shop, plan, machine, at + first)
    last = at_place(shop, plan, machine, at + first + second - 1)
    early, late = plan.at[head, c.WALL] - 1, plan.at[last, c.WALL] + 1
    cost = turn(shop, plan, machine, at, first, second) * shop.rate[c.R_CHANGE]
    if circle:
        return REFUSED
    size = push(work.heap, 0, (max(early, 0) << SHIFT) | middle)
    size = push(work.heap, size, (late << SHIFT) | head)
    work.mark[middle] = work.mark[head] = c.WAITING | c.EARLIER
    work.tally[c.HOPE] = 2
    behind = neighbour(shop, plan, machine, at + first + second)
    if behind >= 0 and not shop.op[behind, c.FLAGS] & c.FIXED:
        size = enqueue(plan, work, size, behind, c.EARLIER)
    more = propagate(shop, plan, work, size, limit - cost, 0)
    if more == REFUSED or blocks_fixed(shop, plan, behind):
        return REFUSED
    if shop.rate[c.R_LIMITS]:
        more = keep_limits(shop, plan, work, limit - cost, more)
    return REFUSED if more == REFUSED else cost + more
