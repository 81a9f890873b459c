"""What a plan comes to: its orders as suggestions, and who gets what from whom as pegs.

Both as columns of whole numbers, so that what differs is found without wording all of it. This module loads
numpy: import it where a plan is made.
"""

from __future__ import annotations

import json
from collections.abc import Collection

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.models.planning import SuggestionKind
from factory_erp.models.production import ProductionMaterial
from factory_erp.planning.material.plan import Plan
from factory_erp.planning.material.tables import DemandKind, SupplyKind
from factory_erp.services.bulk import chunks
from factory_erp.services.material import store as material_store
from factory_erp.services.material.columns import Ints
from factory_erp.services.material.pegs import (
    CONSUMER,
    LINE,
    MATERIAL,
    NAMES,
    NOBODY,
    PRODUCTION,
    PURCHASE,
    SUGGESTION,
    packed,
)
from factory_erp.services.material.run import Run
from factory_erp.services.material.state import BY_PRODUCT, PROMISED
from factory_erp.services.material.store import Proposal, Wish

LEAD, PART = "lead", "material"
"""Why something suggested is late: no time is left for it; it waits for one of its components."""
REASONS = ("", LEAD, PART)
KINDS = (str(SuggestionKind.BUY), str(SuggestionKind.MAKE))
WISHED = {int(DemandKind.SALES): material_store.LINE, int(DemandKind.MATERIAL): material_store.MATERIAL}
KEY = 0
"""The row of said orders that holds their keys, no two of them the same."""


def said_orders(run: Run) -> Ints:
    """What is said of each planned order, an array of shape (12, orders); parents first.

    Its rows are key, whether it is made, item, quantity, start, due, available, level, sales order (0 for
    several), number of the reason, and the component that it waits for with the minute when that is there.
    """
    orders = run.plan.orders
    reason = _why_late(run)
    return np.stack(
        (
            orders.key, orders.make, orders.item, orders.quantity, orders.start, orders.due,
            orders.available_at, orders.level, orders.group, *reason,
        )
    )  # fmt: skip


def _why_late(run: Run) -> tuple[Ints, Ints, Ints]:
    """Number of the reason of each order that comes late, the component that it waits for, and until when."""
    plan, orders = run.plan, run.plan.orders
    late, source = orders.available_at > orders.due, plan.last_source
    waits = late & (source >= 0) & (orders.material_at > np.maximum(orders.start, run.days.now))
    item = _at(np.concatenate((plan.sources.item, orders.item)), source)
    return (
        np.where(waits, REASONS.index(PART), np.where(late, REASONS.index(LEAD), 0)),
        np.where(waits, item, 0),
        np.where(waits, orders.material_at, 0),
    )


def names_of(said: Ints) -> list[str]:
    """The keys of said orders as text, as ``Orders.names`` gives them."""
    return [f"{KINDS[make]}:{item}:{key:x}" for key, make, item in zip(*said[:3].tolist(), strict=True)]


def proposals_of(run: Run, said: Ints) -> list[Proposal]:
    """Said orders in words."""
    stored = run.days.stored
    return [
        (
            name, KINDS[make], item, quantity, stored(start), stored(due), stored(available), level,
            group or None, None, None, REASONS[reason],
            json.dumps({"item": part, "at": at}) if part else "",
        )
        for name, (_key, make, item, quantity, start, due, available, level, group, reason, part, at) in zip(
            names_of(said), said.T.tolist(), strict=True
        )
    ]  # fmt: skip


def wishes_of(run: Run, said: Ints, names: Collection[str]) -> dict[str, frozenset[Wish]]:
    """Whom the said orders with these names are for; by-products are for nobody."""
    plan, all_names = run.plan, names_of(said)
    number = {name: place for place, name in enumerate(all_names)}
    wanted = np.array([number[name] for name in names if name in number], np.int64)
    pegs = plan.pegs.take(np.isin(plan.pegs.source, wanted + len(plan.sources)))
    found: dict[str, set[Wish]] = {name: set() for name in names}
    needs, order = plan.needs.take(pegs.need), pegs.source - len(plan.sources)
    for place, kind, key, consumer in zip(
        order.tolist(), needs.kind.tolist(), needs.key.tolist(), needs.order.tolist(), strict=True
    ):
        if kind != DemandKind.ROUGH:
            parent = all_names[consumer] if kind == DemandKind.PLANNED else 0
            found[all_names[place]].add(
                (WISHED[kind], key) if kind in WISHED else (material_store.CONSUMER, parent)
            )
    return {name: frozenset(wishes) for name, wishes in found.items()}


def plan_pegs(session: Session, run: Run, suggestion: Ints, items: Ints | None = None) -> Ints:
    """The pegs as ``write_pegs`` wants them; *suggestion*: the id of that of each planned order.

    With *items* only those that take one of these.
    """
    plan, needs, pegs = run.plan, run.plan.needs, run.plan.pegs
    if items is not None:
        taken = np.concatenate((plan.sources.item, plan.orders.item))
        pegs = pegs.take(np.isin(taken, items)[pegs.source])
    need, (item, supply) = pegs.need, _supplies(session, plan, pegs.source, suggestion)
    kind, key = needs.kind[need], needs.key[need]
    consumer = _at(suggestion, needs.order[need])
    demand = np.select(
        [kind == DemandKind.SALES, kind == DemandKind.MATERIAL, kind == DemandKind.PLANNED],
        [packed(key, LINE), packed(key, MATERIAL), packed(consumer, CONSUMER)], NOBODY,
    )  # fmt: skip
    late = plan.source_available[pegs.source] > needs.due[need]
    rows = np.stack((demand, supply, item, pegs.quantity, late))
    return _together(rows[:, kind != DemandKind.ROUGH])


def _supplies(session: Session, plan: Plan, source: Ints, suggestion: Ints) -> tuple[Ints, Ints]:
    """Item that each peg takes, and from where."""
    sources, order = plan.sources, source - len(plan.sources)
    is_order = order >= 0
    here = np.where(is_order, 0, source)
    kind, key = _at(sources.kind, here), _at(sources.key, here)
    beside = ~is_order & (kind == SupplyKind.BY_PRODUCT)
    planned = np.where(is_order, order, _at(sources.order, here))
    supply = np.select(
        [is_order | beside, kind == SupplyKind.PRODUCTION, kind == SupplyKind.PURCHASE],
        [packed(_at(suggestion, planned), SUGGESTION), packed(_producers(session, key), PRODUCTION),
         packed(key, PURCHASE)], NOBODY,
    )  # fmt: skip
    return np.where(is_order, _at(plan.orders.item, order), _at(sources.item, here)), supply


def _at(values: Ints, rows: Ints) -> Ints:
    """values[rows], and 0 for a row that there is not."""
    if not len(values):
        return np.zeros(len(rows), np.int64)
    inside = (rows >= 0) & (rows < len(values))
    return np.where(inside, values[np.where(inside, rows, 0)], 0)


def _producers(session: Session, keys: Ints) -> Ints:
    """The keys, those of by-products of production orders replaced by these orders."""
    beside = (keys >= BY_PRODUCT) & (keys < PROMISED)
    materials = [int(key) - BY_PRODUCT for key in np.unique(keys[beside])]
    if not materials:
        return keys
    owner: dict[int, int] = {}
    for part in chunks(materials):
        statement = select(ProductionMaterial.id, ProductionMaterial.order_id)
        rows = session.execute(statement.where(ProductionMaterial.id.in_(part)))
        owner.update({row[0]: row[1] for row in rows})
    found = keys.copy()
    found[beside] = [owner[key - BY_PRODUCT] for key in keys[beside].tolist()]
    return found


def _together(rows: Ints) -> Ints:
    """Pegs between the same two added up; late where any of them is."""
    if not rows.shape[1]:
        return rows
    rows = rows[:, np.lexsort(rows[:NAMES])]
    other = (rows[:NAMES, 1:] != rows[:NAMES, :-1]).any(axis=0)
    first = np.flatnonzero(np.concatenate(([True], other)))
    quantity, late = (np.add.reduceat(rows[NAMES], first), np.maximum.reduceat(rows[NAMES + 1], first))
    return np.concatenate((rows[:NAMES, first], quantity[None], late[None]))
