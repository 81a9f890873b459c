"""Reading a plan, or a part of it, out of the state of a run."""

from __future__ import annotations

import numpy as np

from factory_erp.compiling import njit
from factory_erp.planning.material.compile import Compiled
from factory_erp.planning.material.dating import out_time
from factory_erp.planning.material.indexing import ranges
from factory_erp.planning.material.plan import Needs, Orders, Pegs, Plan, Sources
from factory_erp.planning.material.problem import Problem
from factory_erp.planning.material.shape import (
    FIRST_USE,
    FROM_ORDER,
    FROM_SUPPLY,
    SAFETY_CAUSE,
    Dates,
    Shape,
    State,
    column,
)
from factory_erp.planning.material.shares import share_down
from factory_erp.planning.material.tables import DemandKind, Ints, Supplies, SupplyKind

SAFETY, PLANNED = int(DemandKind.SAFETY), int(DemandKind.PLANNED)


def read(
    problem: Problem, compiled: Compiled, state: State, dates: Dates, supplies: Supplies, clusters: Ints
) -> Plan:
    """The plan of the items of *clusters* (in planning order); *supplies* by the numbers of the state."""
    shape = compiled.shape
    begin, end = shape.cluster_start[clusters], shape.cluster_start[clusters + 1]
    items = shape.cluster_item[ranges(begin, end - begin)]
    order_at = placed(column(state.items, "order_count"), items)
    sources, supply_at, out_at = read_sources(problem, shape, state, supplies, items, order_at)
    need_at = placed(column(state.items, "need_count"), items)
    first = need_at[shape.cluster_item[begin]]
    pegs = peg_columns(state, clusters, first, supply_at, out_at, order_at + len(sources))
    return Plan(
        problem,
        compiled,
        read_orders(problem, compiled, state, dates, items),
        read_needs(problem, shape, state, dates, items, order_at),
        sources,
        Pegs(*pegs),
    )


def placed(count: Ints, items: Ints) -> Ints:
    """Where the rows of each of *items* begin when they follow one another; far below 0 for the rest."""
    at = np.full(len(count), -(1 << 60))
    at[items] = np.cumsum(count[items]) - count[items]
    return at


def slices(start: Ints, count: Ints) -> Ints | slice:
    """The rows of some slices, as a slice where they follow one another."""
    total = int(count.sum())
    one_piece = total and (start + count)[count > 0][:-1].tolist() == start[count > 0][1:].tolist()
    if one_piece:
        first = int(start[count > 0][0])
        return slice(first, first + total)
    return ranges(start, count)


def read_orders(problem: Problem, compiled: Compiled, state: State, dates: Dates, items: Ints) -> Orders:
    """The planned orders of *items*."""
    count = column(state.items, "order_count")[items]
    rows = slices(column(state.items, "order_start")[items], count)
    orders = state.orders[rows]
    return Orders(
        key=column(orders, "key"),
        item=np.repeat(problem.items.id[items], count),
        make=np.repeat(problem.items.make[items], count),
        quantity=column(orders, "quantity"),
        good=column(orders, "good"),
        due=column(orders, "due"),
        start=column(orders, "begin"),
        material_at=dates.material[rows].copy(),
        available_at=dates.available[rows].copy(),
        level=np.repeat(compiled.level[items], count),
        rank=column(orders, "rank"),
        priority=column(orders, "priority"),
        group=column(orders, "group"),
    )


def read_needs(
    problem: Problem, shape: Shape, state: State, dates: Dates, items: Ints, order_at: Ints
) -> Needs:
    """The needs of *items*; *order_at*: where the orders of each item begin."""
    count = column(state.items, "need_count")[items]
    rows = slices(column(state.items, "need_start")[items], count)
    needs = state.needs[rows]
    columns = need_columns(shape, state, items, order_at)
    return Needs(
        kind=columns[0],
        key=columns[1],
        item=np.repeat(problem.items.id[items], count),
        quantity=column(needs, "quantity"),
        due=column(needs, "due"),
        priority=columns[2],
        group=columns[3],
        order=columns[4],
        order_key=columns[5],
        line=columns[6],
        operation=columns[7],
        available_at=dates.need[rows].copy(),
    )


def read_sources(
    problem: Problem, shape: Shape, state: State, supplies: Supplies, items: Ints, order_at: Ints
) -> tuple[Sources, Ints, Ints]:
    """The sources of *items*; and where each supply and each item's first by-product is among them."""
    held = state.supply_row[
        ranges(column(state.items, "supply_start")[items], column(state.items, "supply_count")[items])
    ]
    supply_at = np.full(len(supplies), -1)
    supply_at[held] = np.arange(len(held))
    outs, out_at = out_columns(shape, state, items, order_at, len(held))
    mine, none = supplies.take(held), np.full(len(held), -1)
    blank = np.zeros(outs.shape[1], np.int64)
    found = Sources(
        kind=np.concatenate((mine.kind, blank + int(SupplyKind.BY_PRODUCT))),
        key=np.concatenate((mine.key, blank)),
        item=np.concatenate((mine.item, problem.items.id[outs[0]])),
        quantity=np.concatenate((mine.quantity, outs[1])),
        available_at=np.concatenate((mine.available_at, outs[2])),
        group=np.concatenate((mine.group, blank)),
        movable=np.concatenate((mine.movable, blank)),
        order=np.concatenate((none, outs[3])),
        order_key=np.concatenate((none * 0, outs[4])),
    )
    return found, supply_at, out_at


@njit
def need_columns(shape: Shape, state: State, items: Ints, order_at: Ints) -> Ints:
    """Kind, key, priority, group, order, its key, line, operation of the needs of *items*: (8, needs)."""
    total = 0
    for item in items:
        total += state.items[item].need_count
    columns = np.zeros((8, total), np.int64)
    at = 0
    for item in items:
        start = state.items[item].need_start
        for need in range(start, start + state.items[item].need_count):
            cause = state.needs[need].cause
            columns[4, at] = -1
            if cause >= 0:
                columns[0, at], columns[1, at] = state.demands[cause].kind, state.demands[cause].key
                columns[2, at], columns[3, at] = state.demands[cause].priority, state.demands[cause].group
            elif cause == SAFETY_CAUSE:
                columns[0, at], columns[1, at] = SAFETY, shape.items[item].id
            else:
                use = FIRST_USE - cause
                parent, number = shape.uses[use].parent, need - start - state.use_first[use]
                order = state.items[parent].order_start + number
                columns[0, at] = PLANNED
                columns[2, at], columns[3, at] = state.orders[order].priority, state.orders[order].group
                columns[4, at] = max(order_at[parent] + number, -1)
                columns[5, at] = state.orders[order].key
                columns[6, at], columns[7, at] = shape.uses[use].line, shape.uses[use].operation
            at += 1
    return columns


@njit
def out_columns(shape: Shape, state: State, items: Ints, order_at: Ints, first: int) -> tuple[Ints, Ints]:
    """Item, quantity, time, order and order's key of what comes out of *items* as by-products: (5, outs).

    And for each item the number of the first, counted from *first*.
    """
    total, out_at = 0, np.full(len(order_at), -1)
    for item in items:
        for out in range(shape.items[item].out_start, shape.items[item].out_end):
            total += state.items[shape.outs[out].parent].order_count
    columns = np.zeros((5, total), np.int64)
    at = 0
    for item in items:
        out_at[item] = first + at
        number = 0
        for out in range(shape.items[item].out_start, shape.items[item].out_end):
            parent = shape.outs[out].parent
            share = shape.outs[out].up, shape.outs[out].down
            for place in range(state.items[parent].order_count):
                order = state.items[parent].order_start + place
                quantity = share_down(state.orders[order].quantity, share[0], share[1])
                columns[0, at], columns[1, at] = item, quantity * shape.items[item].step
                columns[2, at] = out_time(shape, state, item, number)
                columns[3, at] = max(order_at[parent] + place, -1)
                columns[4, at] = state.orders[order].key
                at += 1
                number += 1
    return columns, out_at


@njit
def peg_columns(
    state: State, clusters: Ints, first_need: Ints, supply_at: Ints, out_at: Ints, order_at: Ints
) -> tuple[Ints, Ints, Ints, Ints]:
    """Need, source, quantity and cover of the pegs of *clusters*, by the numbers given for each of them."""
    total = 0
    for cluster in clusters:
        total += state.clusters[cluster].peg_count
    need, source = np.empty(total, np.int64), np.empty(total, np.int64)
    quantity, covers = np.empty(total, np.int64), np.empty(total, np.int64)
    at = 0
    for place in range(len(clusters)):
        start = state.clusters[clusters[place]].peg_start
        for row in range(start, start + state.clusters[clusters[place]].peg_count):
            kind, item, ref = state.pegs[row].kind, state.pegs[row].item, state.pegs[row].ref
            need[at] = first_need[place] + state.pegs[row].need
            if kind == FROM_SUPPLY:
                source[at] = supply_at[ref]
            else:
                source[at] = ref + (order_at[item] if kind == FROM_ORDER else out_at[item])
            quantity[at], covers[at] = state.pegs[row].quantity, state.pegs[row].covers
            at += 1
    return need, source, quantity, covers
