"""What of the plan comes too late, and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from factory_erp.compiling import njit
from factory_erp.planning.material.plan import Plan
from factory_erp.planning.material.shape import Shape
from factory_erp.planning.material.shares import lead_time, received
from factory_erp.planning.material.tables import Columns, Ints


class Why(IntEnum):
    """Why a need is not covered as it should be."""

    LATE_SUPPLY = 0
    """What it is pegged to exists, but comes later."""
    NO_TIME = 1
    """Even begun now with all its components there, the planned order would take too long."""
    LATE_MATERIAL = 2
    """The planned order waits for a component."""
    MISSING_BILL = 3
    """What the planned order is made of is not known: its date cannot be trusted."""


@dataclass(frozen=True, eq=False)
class Shortages(Columns):
    """``quantity`` of a need, due at ``due``, is there only at ``available_at`` from ``source``.

    ``why`` speaks of that source. ``root`` is the source at the end of the chain of what is waited for: what
    would have to come earlier. With ``Why.MISSING_BILL`` the date may look good.
    """

    need: Ints
    source: Ints
    quantity: Ints
    due: Ints
    available_at: Ints
    why: Ints
    root: Ints


def shortages(plan: Plan) -> Shortages:
    """Every late coverage of a need, and coverage by an order without a bill; in the order of the pegs."""
    pegs, first_order = plan.pegs, len(plan.sources)
    available, due = plan.source_available[pegs.source], plan.needs.due[pegs.need]
    items = plan.problem.index(plan.orders.item, "{item}")
    blank = np.concatenate((np.zeros(first_order, bool), plan.compiled.without_bill[items]))
    rows = np.flatnonzero((available > due) | blank[pegs.source])
    source, due = pegs.source[rows], due[rows]
    order = np.maximum(source - first_order, -1)
    soonest = (
        soonest_of(plan.compiled.shape, items[order], plan.orders.quantity[order]) if len(items) else due
    )
    why = np.where(soonest > due, int(Why.NO_TIME), int(Why.LATE_MATERIAL))
    why = np.where(order < 0, int(Why.LATE_SUPPLY), why)
    why = np.where(blank[source], int(Why.MISSING_BILL), why)
    return Shortages(
        need=pegs.need[rows],
        source=source,
        quantity=pegs.covers[rows],
        due=due,
        available_at=available[rows],
        why=why,
        root=roots_of(plan, source),
    )


def roots_of(plan: Plan, source: Ints) -> Ints:
    """For each source what is waited for in the end: itself, when it waits for nothing."""
    first_order = len(plan.sources)
    waits_for = np.concatenate((np.full(first_order, -1), plan.last_source))
    root = source.copy()
    while len(waits_for):
        further = waits_for[root]
        if (further < 0).all():
            break
        root = np.where(further >= 0, further, root)
    return root


@njit
def soonest_of(shape: Shape, items: Ints, quantity: Ints) -> Ints:
    """When each quantity could be there if it were begun now."""
    found = np.empty(len(items), np.int64)
    for row in range(len(items)):
        lead = lead_time(shape, items[row], quantity[row])
        found[row] = received(shape, items[row], shape.now, lead)
    return found
