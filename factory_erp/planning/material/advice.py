"""What to do about supplies that exist: hurry them, put them off, cancel them, put orders together."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from factory_erp.compiling import njit
from factory_erp.planning.material.plan import Plan
from factory_erp.planning.material.shape import Shape
from factory_erp.planning.material.tables import Columns, Ints, SupplyKind

NEVER = 1 << 62


class AdviceKind(IntEnum):
    """What is advised."""

    EXPEDITE = 0
    DELAY = 1
    CANCEL = 2
    MERGE = 3


@dataclass(frozen=True, eq=False)
class Advice(Columns):
    """What to do with a ``source``.

    EXPEDITE, DELAY: ``quantity`` of it is needed ``at`` then. CANCEL: nobody needs ``quantity`` of it.
    MERGE: make it together with the source ``into``, ``at`` then; both are unreleased or planned orders to
    make one item.
    """

    kind: Ints
    source: Ints
    quantity: Ints
    at: Ints
    into: Ints


def advice(plan: Plan) -> Advice:
    """All advice, by kind and then by source. Stock and by-products are never advised upon."""
    return on_supplies(plan).join(merges(plan))


def on_supplies(plan: Plan) -> Advice:
    """What to hurry, put off and cancel of what exists."""
    sources = plan.sources
    moving = np.isin(sources.kind, (int(SupplyKind.PRODUCTION), int(SupplyKind.PURCHASE)))
    first, pegged = first_due(plan), plan.source_pegged[: len(sources)]
    wanted = moving & (pegged > 0)
    early = wanted & (first < sources.available_at)
    late = wanted & (first > sources.available_at + plan.problem.delay_tolerance)
    unneeded = np.where(moving & (sources.movable == 1), sources.quantity - kept(plan, pegged), 0)
    rows = [np.flatnonzero(flags) for flags in (early, late, unneeded > 0)]
    told = (
        _told(AdviceKind.EXPEDITE, rows[0], pegged[rows[0]], first[rows[0]]),
        _told(AdviceKind.DELAY, rows[1], pegged[rows[1]], first[rows[1]]),
        _told(AdviceKind.CANCEL, rows[2], unneeded[rows[2]], sources.available_at[rows[2]]),
    )
    return told[0].join(told[1]).join(told[2])


def _told(kind: AdviceKind, source: Ints, quantity: Ints, at: Ints) -> Advice:
    return Advice(np.full(len(source), int(kind)), source, quantity, at, np.full(len(source), -1))


def first_due(plan: Plan) -> Ints:
    """For each row of the sources when the first need that it is pegged to is due."""
    first: Ints = np.full(len(plan.source_available), NEVER)
    np.minimum.at(first, plan.pegs.source, plan.needs.due[plan.pegs.need])
    return first[: len(plan.sources)]


def kept(plan: Plan, pegged: Ints) -> Ints:
    """How much of each source to keep: what is pegged, as a lot; nothing where nothing is."""
    items = plan.problem.index(plan.sources.item, "{item}")
    kept_lots: Ints = np.minimum(lots_of(plan.compiled.shape, items, pegged), plan.sources.quantity)
    return kept_lots


@njit
def lots_of(shape: Shape, items: Ints, wanted: Ints) -> Ints:
    """Each quantity as the lot rules of its item have it; 0 stays 0."""
    found = np.zeros(len(items), np.int64)
    for row in range(len(items)):
        if wanted[row]:
            lot = shape.items[items[row]].lot
            found[row] = -(-max(wanted[row], shape.items[items[row]].minimum) // lot) * lot
    return found


def merges(plan: Plan) -> Advice:
    """Unreleased and planned orders to make of one item that are due within the window of the first."""
    sources, orders = plan.sources, plan.orders
    unreleased = np.flatnonzero((sources.kind == int(SupplyKind.PRODUCTION)) & (sources.movable == 1))
    planned = np.flatnonzero(orders.make == 1)
    source = np.concatenate((unreleased, planned + len(sources)))
    item = np.concatenate((sources.item[unreleased], orders.item[planned]))
    due = np.concatenate((sources.available_at[unreleased], orders.due[planned]))
    quantity = np.concatenate((sources.quantity[unreleased], orders.quantity[planned]))
    order = np.lexsort((source, due, item))
    head = heads(item[order], due[order], plan.problem.merge_window)
    rows = np.flatnonzero(head != np.arange(len(head)))
    into = order[head[rows]]
    late = order[rows]
    kind = np.full(len(rows), int(AdviceKind.MERGE))
    return Advice(kind, source[late], quantity[late], due[into], source[into])


@njit
def heads(item: Ints, due: Ints, window: int) -> Ints:
    """For each row, sorted by item and due, the row that opens its window."""
    found = np.arange(len(item))
    for row in range(1, len(item)):
        head = found[row - 1]
        if window > 0 and item[head] == item[row] and due[row] - due[head] <= window:
            found[row] = head
    return found
