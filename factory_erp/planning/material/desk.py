"""Laying out, compiled: the needs and supplies of one cluster, gathered and put in order."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from factory_erp.compiling import inlined, kernel, njit
from factory_erp.planning.material.shape import (
    FIRST_USE,
    FROM_OUT,
    FROM_SUPPLY,
    SAFETY_CAUSE,
    Records,
    Shape,
    State,
    record,
)
from factory_erp.planning.material.shares import lead_time, received, share_down, share_up
from factory_erp.planning.material.tables import MOST_QUANTITY, Ints

SAFETY, ROUGH = 2, 3
"""``DemandKind.SAFETY`` and ``DemandKind.ROUGH``."""
HALF_DUE, HALF_PRIORITY = 1 << 39, 1 << 19
FOREVER = 1 << 62


MEMBER = record("need_at need_end pool_at pool_end free free_end")
"""Slices of the desk that belong to a member. ``free``: its first unreserved supply that is not used up;
those end at ``free_end``."""
WANTED = record("left rank priority group member")
POOL = record("left time group kind ref")


class Desk(NamedTuple):
    """The needs and supplies of one cluster while it is planned; supplies by group and time.

    ``first`` is the number of its first need in the state.
    """

    first: int
    members: Records
    needs: Records
    pool: Records


@kernel
def needs_of(shape: Shape, state: State, item: int) -> int:
    """How many needs the item has."""
    count = state.items[item].demand_count + (1 if shape.items[item].safety else 0)
    for use in range(shape.items[item].use_start, shape.items[item].use_end):
        count += state.items[shape.uses[use].parent].order_count
    return int(count)


@kernel
def supplies_of(shape: Shape, state: State, item: int) -> int:
    """How many supplies the item has, by-products of planned orders with them."""
    count = state.items[item].supply_count
    for out in range(shape.items[item].out_start, shape.items[item].out_end):
        count += state.items[shape.outs[out].parent].order_count
    return int(count)


@inlined
def rank_of(kind: int) -> int:
    """Confirmed demands first, then rough ones, then safety stock."""
    return 2 if kind == SAFETY else 1 if kind == ROUGH else 0


@njit
def laid_out(shape: Shape, state: State, items: Ints) -> Desk:
    """Write the needs of the cluster into *state* and put them on a desk, with the supplies."""
    size, needs, pool = len(items), 0, 0
    placed = np.zeros(size, MEMBER)
    for number in range(size):
        placed[number].need_at, placed[number].pool_at = needs, pool
        needs += needs_of(shape, state, items[number])
        pool += supplies_of(shape, state, items[number])
        placed[number].need_end, placed[number].pool_end = needs, pool
    desk = Desk(state.used[0], placed, np.zeros(needs, WANTED), np.zeros(pool, POOL))
    for number in range(size):
        gather_demands(shape, state, desk, number, items[number])
        gather_parts(shape, state, desk, number, items[number])
        gather_supplies(shape, state, desk, number, items[number])
    state.used[0] += needs
    return desk


@kernel
def gather_demands(shape: Shape, state: State, desk: Desk, number: int, item: int) -> None:
    """The needs from outside, by kind and key, and the safety stock."""
    state.items[item].need_start = desk.first + desk.members[number].need_at
    state.items[item].need_count = desk.members[number].need_end - desk.members[number].need_at
    start = state.items[item].demand_start
    at = desk.members[number].need_at
    for place in range(start, start + state.items[item].demand_count):
        row = state.demand_row[place]
        write_need(state, desk, number, at, state.demands[row].quantity, state.demands[row].due, row)
        desk.needs[at].rank = rank_of(state.demands[row].kind)
        desk.needs[at].priority = state.demands[row].priority
        desk.needs[at].group = state.demands[row].group
        at += 1
    if shape.items[item].safety:
        write_need(state, desk, number, at, shape.items[item].safety, shape.now, SAFETY_CAUSE)
        desk.needs[at].rank = 2


@inlined
def write_need(state: State, desk: Desk, number: int, at: int, quantity: int, due: int, cause: int) -> None:
    """One need of a member, into *state* and onto the desk."""
    state.needs[desk.first + at].quantity = quantity
    state.needs[desk.first + at].due = due
    state.needs[desk.first + at].cause = cause
    desk.needs[at].left = quantity
    desk.needs[at].member = number


@kernel
def gather_parts(shape: Shape, state: State, desk: Desk, number: int, item: int) -> None:
    """What planned orders need of the item: use by use, order by order."""
    begin = desk.members[number].need_at
    at = begin + state.items[item].demand_count + (1 if shape.items[item].safety else 0)
    step = shape.items[item].step
    for use in range(shape.items[item].use_start, shape.items[item].use_end):
        state.use_first[use] = at - begin
        parent = shape.uses[use].parent
        start = state.items[parent].order_start
        for order in range(start, start + state.items[parent].order_count):
            steps = share_up(state.orders[order].quantity, shape.uses[use].up, shape.uses[use].down)
            quantity = min(steps, MOST_QUANTITY // step + 1) * step  # too much: found out afterwards
            write_need(state, desk, number, at, quantity, state.orders[order].begin, FIRST_USE - use)
            desk.needs[at].rank = state.orders[order].rank
            desk.needs[at].priority = state.orders[order].priority
            desk.needs[at].group = state.orders[order].group
            at += 1


@njit
def gather_supplies(shape: Shape, state: State, desk: Desk, number: int, item: int) -> None:
    """What there is and what will come out beside planned orders, by group and time."""
    begin, end = desk.members[number].pool_at, desk.members[number].pool_end
    at, start = begin, state.items[item].supply_start
    for place in range(start, start + state.items[item].supply_count):
        row = state.supply_row[place]
        desk.pool[at].left = state.supplies[row].quantity
        desk.pool[at].time = state.supplies[row].at
        desk.pool[at].group = state.supplies[row].group
        desk.pool[at].kind, desk.pool[at].ref = FROM_SUPPLY, row
        at += 1
    if at < end:
        gather_outs(shape, state, desk, begin, at, item)
        by_group_and_time(desk, begin, end)
    entry = begin
    while entry < end and desk.pool[entry].group < 0:
        entry += 1
    desk.members[number].free = entry
    while entry < end and desk.pool[entry].group == 0:
        entry += 1
    desk.members[number].free_end = entry


@kernel
def gather_outs(shape: Shape, state: State, desk: Desk, begin: int, at: int, item: int) -> None:
    """By-products of planned orders: there when the order is due, or as soon as it can be."""
    first, step = at, shape.items[item].step
    for out in range(shape.items[item].out_start, shape.items[item].out_end):
        state.out_first[out] = at - first
        parent = shape.outs[out].parent
        start = state.items[parent].order_start
        for order in range(start, start + state.items[parent].order_count):
            quantity = state.orders[order].quantity
            soonest = received(shape, parent, shape.now, lead_time(shape, parent, quantity))
            desk.pool[at].left = share_down(quantity, shape.outs[out].up, shape.outs[out].down) * step
            desk.pool[at].time = max(state.orders[order].due, soonest)
            desk.pool[at].kind, desk.pool[at].ref = FROM_OUT, at - first
            at += 1


@njit
def by_group_and_time(desk: Desk, begin: int, end: int) -> None:
    """Sort the supplies ``begin:end``; equal ones keep their order."""
    before = desk.pool[begin:end].copy()
    time, group = np.empty(end - begin, np.int64), np.empty(end - begin, np.int64)
    for place in range(end - begin):
        time[place], group[place] = before[place].time, before[place].group
    order = np.argsort(time, kind="mergesort")
    order = order[np.argsort(group[order], kind="mergesort")]
    for place in range(end - begin):
        desk.pool[begin + place] = before[order[place]]


@njit
def urgency(state: State, desk: Desk) -> Ints:
    """The needs in the order in which they are served: rank, due, priority, as gathered."""
    size = len(desk.needs)
    keys, order = np.empty(size, np.int64), np.arange(size)
    last, sorted_already = -FOREVER, True
    for need in range(size):
        due = min(max(state.needs[desk.first + need].due, 1 - HALF_DUE), HALF_DUE - 1) + HALF_DUE
        keys[need] = (desk.needs[need].rank << 60) + (due << 20) + (HALF_PRIORITY - desk.needs[need].priority)
        sorted_already = sorted_already and last <= keys[need]
        last = keys[need]
    if sorted_already:
        return order
    return np.argsort(keys, kind="mergesort")
