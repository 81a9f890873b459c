"""Ordering, compiled: what supplies do not cover becomes planned orders by the lot rule of the item."""

from __future__ import annotations

import numpy as np

from factory_erp.compiling import inlined, kernel, njit
from factory_erp.planning.material.desk import Desk
from factory_erp.planning.material.shape import FIRST_USE, FROM_ORDER, SAFETY_CAUSE, Shape, State
from factory_erp.planning.material.shares import latest, lead_time, mixed, to_order
from factory_erp.planning.material.tables import Ints

PER_GROUP, PERIOD = 1, 3
"""``LotRule.PER_GROUP`` and ``LotRule.PERIOD``."""


@njit
def plan_orders(shape: Shape, state: State, desk: Desk, number: int, item: int, order: Ints) -> None:
    """Plan the orders of one member; *order*: the cluster's needs by urgency.

    What a lot leaves over serves the needs after it.
    """
    state.items[item].order_start, state.items[item].order_count = state.used[1], 0
    wanting = still_wanting(desk, number, order)
    if len(wanting) == 0:
        return
    lines, begins = slots(shape, state, desk, item, wanting)
    spare = np.zeros(len(begins), np.int64)
    first_spare = 0
    for slot in range(len(begins)):
        end = begins[slot + 1] if slot + 1 < len(begins) else len(lines)
        mine = lines[begins[slot] : end]
        needed = 0
        for need in mine:
            first_spare = take_spare(state, desk, item, need, spare, first_spare)
            needed += desk.needs[need].left
        if needed:
            made = state.items[item].order_count
            spare[made] = write_order(shape, state, desk, item, mine, needed)
            for need in mine:
                if desk.needs[need].left:
                    write_peg(state, need, item, made, desk.needs[need].left)
                    desk.needs[need].left = 0


@njit
def still_wanting(desk: Desk, number: int, order: Ints) -> Ints:
    """The needs of the member that are not covered yet, by urgency."""
    found = np.empty(desk.members[number].need_end - desk.members[number].need_at, np.int64)
    count = 0
    for need in order:
        if desk.needs[need].left and desk.needs[need].member == number:
            found[count] = need
            count += 1
    return found[:count]


@njit
def slots(shape: Shape, state: State, desk: Desk, item: int, wanting: Ints) -> tuple[Ints, Ints]:
    """The needs that share an order put together, and where each such slot begins; the most urgent first."""
    count = len(wanting)
    if shape.items[item].rule not in (PER_GROUP, PERIOD):
        return wanting, np.arange(count)
    names = np.empty(count, np.int64)
    for place in range(count):
        names[place] = slot_name(shape, state, desk, item, wanting[place])
    by_name = np.argsort(names, kind="mergesort")
    first = np.empty(count, np.int64)  # where the slot of a need comes up for the first time
    for place in range(count):
        same = place > 0 and names[by_name[place]] == names[by_name[place - 1]]
        first[by_name[place]] = first[by_name[place - 1]] if same else by_name[place]
    lines = np.argsort(first, kind="mergesort")
    begins = np.empty(count, np.int64)
    found = 0
    for place in range(count):
        if place == 0 or first[lines[place]] != first[lines[place - 1]]:
            begins[found] = place
            found += 1
    return wanting[lines], begins[:found]


@kernel
def slot_name(shape: Shape, state: State, desk: Desk, item: int, need: int) -> int:
    """What needs that share an order have in common: their group, or the period (overdue counts as now)."""
    if shape.items[item].rule == PER_GROUP:
        return int(desk.needs[need].group)
    due = max(state.needs[desk.first + need].due, shape.now)
    return int((due - shape.day_origin) // shape.items[item].period)


@inlined
def take_spare(state: State, desk: Desk, item: int, need: int, spare: Ints, first: int) -> int:
    """Peg the need to what earlier orders leave over; returns the first order with something left."""
    made = state.items[item].order_count
    while desk.needs[need].left and first < made:
        amount = min(desk.needs[need].left, spare[first])
        if amount:
            write_peg(state, need, item, first, amount)
            desk.needs[need].left -= amount
            spare[first] -= amount
        if spare[first] == 0:
            first += 1
    return first


@inlined
def write_peg(state: State, need: int, item: int, order: int, quantity: int) -> None:
    """Peg a need to a planned order of its item."""
    at = state.used[2]
    state.pegs[at].need = need
    state.pegs[at].kind = FROM_ORDER
    state.pegs[at].item = item
    state.pegs[at].ref = order
    state.pegs[at].quantity = quantity
    state.pegs[at].covers = quantity
    state.used[2] = at + 1


@kernel
def write_order(shape: Shape, state: State, desk: Desk, item: int, lines: Ints, needed: int) -> int:
    """Write the order for what *lines* still want, as urgent as the most urgent; returns what it leaves."""
    at, first = state.used[1], -1
    due, rank, priority, group = 0, 0, 0, 0
    for need in lines:
        if desk.needs[need].left:
            wanted = state.needs[desk.first + need].due
            if first < 0:
                first, due, rank = need, wanted, desk.needs[need].rank
                priority, group = desk.needs[need].priority, desk.needs[need].group
            due, rank = min(due, wanted), min(rank, desk.needs[need].rank)
            priority = max(priority, desk.needs[need].priority)
            group = group if group == desk.needs[need].group else 0
    quantity, good = to_order(shape, item, needed)
    due, begin = latest(shape, item, due, lead_time(shape, item, quantity))
    state.orders[at].quantity, state.orders[at].good = quantity, good
    state.orders[at].due, state.orders[at].begin = due, begin
    state.orders[at].rank, state.orders[at].priority, state.orders[at].group = rank, priority, group
    state.orders[at].key = order_key(shape, state, desk, item, first)
    state.used[1] = at + 1
    state.items[item].order_count += 1
    return good - needed


@kernel
def order_key(shape: Shape, state: State, desk: Desk, item: int, need: int) -> int:
    """What names the order from run to run: item and group, item and period, or the need that it is for."""
    rule = shape.items[item].rule
    base = mixed(shape.items[item].id, rule)
    if rule in (PER_GROUP, PERIOD):
        return mixed(base, slot_name(shape, state, desk, item, need))
    cause = state.needs[desk.first + need].cause
    if cause >= 0:
        return mixed(mixed(base, state.demands[cause].kind), state.demands[cause].key)
    if cause == SAFETY_CAUSE:
        return mixed(base, SAFETY_CAUSE)
    use = FIRST_USE - cause
    within = desk.first + need - state.items[item].need_start - state.use_first[use]
    parent = state.orders[state.items[shape.uses[use].parent].order_start + within].key
    return mixed(mixed(mixed(base, parent), shape.uses[use].line), shape.uses[use].operation)
