"""Dating, compiled: from the lowest level upwards, when each order and each need can really be there."""

from __future__ import annotations

from factory_erp.compiling import inlined, kernel, njit
from factory_erp.planning.material.netting import members
from factory_erp.planning.material.shape import FIRST_USE, FROM_ORDER, FROM_SUPPLY, Dates, Shape, State
from factory_erp.planning.material.shares import lead_time, received
from factory_erp.planning.material.tables import Flags


@njit
def date_clusters(shape: Shape, state: State, dates: Dates, stale: Flags, fresh: Flags) -> None:
    """Date the *stale* clusters, last first, and mark the parents of what changes or is *fresh*."""
    for cluster in range(len(stale) - 1, -1, -1):
        if stale[cluster]:
            items = members(shape, cluster)
            for item in items:
                date_orders(shape, state, dates, item)
            first = state.items[items[0]].need_start
            last = items[len(items) - 1]
            end = state.items[last].need_start + state.items[last].need_count
            before = dates.need[first:end].copy()
            date_needs(shape, state, dates, cluster, first, end)
            for need in range(first, end):
                cause = state.needs[need].cause
                if cause <= FIRST_USE and (fresh[cluster] or before[need - first] != dates.need[need]):
                    stale[shape.items[shape.uses[FIRST_USE - cause].parent].cluster_of] = True


@kernel
def date_orders(shape: Shape, state: State, dates: Dates, item: int) -> None:
    """When the components of the item's orders are there, and when the orders can be."""
    start, count = state.items[item].order_start, state.items[item].order_count
    for order in range(start, start + count):
        dates.material[order] = shape.now
    for at in range(shape.items[item].parts_start, shape.items[item].parts_end):
        first = state.items[shape.parts[at].item].need_start + state.use_first[shape.parts[at].use]
        for number in range(count):
            there = dates.need[first + number]
            dates.material[start + number] = max(dates.material[start + number], there)
    for order in range(start, start + count):
        lead = lead_time(shape, item, state.orders[order].quantity)
        dates.available[order] = received(shape, item, dates.material[order], lead)


@kernel
def date_needs(shape: Shape, state: State, dates: Dates, cluster: int, first: int, end: int) -> None:
    """When all that is pegged to each need is there."""
    for need in range(first, end):
        dates.need[need] = shape.now
    begin = state.clusters[cluster].peg_start
    for at in range(begin, begin + state.clusters[cluster].peg_count):
        need = first + state.pegs[at].need
        dates.need[need] = max(dates.need[need], peg_time(shape, state, dates, at))


@inlined
def peg_time(shape: Shape, state: State, dates: Dates, at: int) -> int:
    """When what a peg gives is there."""
    kind, ref, item = state.pegs[at].kind, state.pegs[at].ref, state.pegs[at].item
    if kind == FROM_SUPPLY:
        return int(state.supplies[ref].at)
    if kind == FROM_ORDER:
        return int(dates.available[state.items[item].order_start + ref])
    return out_time(shape, state, item, ref)


@kernel
def out_time(shape: Shape, state: State, item: int, number: int) -> int:
    """When by-product *number* of the item comes out, as netting took it to."""
    out = shape.items[item].out_end - 1
    while state.out_first[out] > number or state.items[shape.outs[out].parent].order_count == 0:
        out -= 1
    parent = shape.outs[out].parent
    order = state.items[parent].order_start + number - state.out_first[out]
    soonest = received(shape, parent, shape.now, lead_time(shape, parent, state.orders[order].quantity))
    return int(max(state.orders[order].due, soonest))
