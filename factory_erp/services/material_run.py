"""Making the material plan: read the factory, plan in memory, word what comes of it as suggestions and pegs.

Everything is planned on what stands at the end of today, so that a plan made again on the same day says the
same. This module loads numpy and compiled code: import it where a plan is made.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.models.planning import SuggestionKind
from factory_erp.models.production import ProductionMaterial
from factory_erp.planning.calendar import DAY
from factory_erp.planning.material.explode import BillCycle
from factory_erp.planning.material.plan import Plan
from factory_erp.planning.material.planner import MaterialPlanner
from factory_erp.planning.material.problem import Problem
from factory_erp.planning.material.tables import (
    Alternates,
    Demand,
    DemandKind,
    Demands,
    Lines,
    Supplies,
    SupplyKind,
)
from factory_erp.services import clock, working_time
from factory_erp.services.bulk import chunks
from factory_erp.services.material_columns import Ints
from factory_erp.services.material_items import Factory, read_factory
from factory_erp.services.material_pegs import (
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
from factory_erp.services.material_rows import Days, days_of
from factory_erp.services.material_state import BY_PRODUCT, PROMISED, State, read_state
from factory_erp.services.material_store import Proposal
from factory_erp.services.planning_settings import read_settings

FIRST_WEEK = date(1999, 12, 26)
"""A Sunday: periods are counted in whole weeks from its end."""
LEAD, PART = "lead", "material"
"""Why something suggested is late: no time is left for it; it waits for one of its components."""


@dataclass(frozen=True, slots=True)
class Run:
    """A plan with what it was made from; *circles*: item ids around bills that go round."""

    plan: Plan
    factory: Factory
    state: State
    days: Days
    circles: tuple[tuple[int, ...], ...]


def make_run(session: Session, extra: Sequence[Demand] = ()) -> Run:
    """Read and plan; *extra* demands are planned with the rest. Circular bills are cut open."""
    place = working_time.zone(session)
    today = clock.today(place.key)
    days = days_of(session, working_time.end_of_day(today, place))
    factory = read_factory(session, today, place)
    state = read_state(session, factory, days)
    settings = read_settings(session)
    problem = Problem(
        factory.items, factory.lines, Demands.of([*state.demands, *extra]), Supplies.of(state.supplies),
        factory.alternates, factory.calendars, days.now,
        # what is due when Sunday is over belongs to that week
        working_time.end_of_day(FIRST_WEEK, place) + 1,
        settings.tolerance_days * DAY, settings.merge_days * DAY,
    )  # fmt: skip
    plan, circles = _plan(problem)
    return Run(plan, factory, state, days, circles)


def _plan(problem: Problem) -> tuple[Plan, tuple[tuple[int, ...], ...]]:
    """The plan, and the circles that were cut open for it by leaving out the bill lines around them."""
    circles: list[tuple[int, ...]] = []
    while True:
        try:
            return MaterialPlanner(problem).plan(), tuple(circles)
        except BillCycle as cycle:
            circles.append(cycle.path)
            problem = _opened(problem, cycle.path)


def _opened(problem: Problem, path: tuple[int, ...]) -> Problem:
    """The problem without the bill lines that lead around the circle."""
    lines = problem.lines
    inside = np.zeros(len(lines), bool)
    for parent, component in pairwise(path):
        inside |= (lines.parent == parent) & (lines.component == component)
    kept = lines.take(~inside)
    # A phantom without any line left would be one without a bill.
    hollow = ~np.isin(kept.component, kept.parent[kept.by_product == 0])
    lines = Lines.columns(
        **{name: getattr(kept, name) for name in Lines.column_names() if name != "phantom"},
        phantom=np.where(hollow, 0, kept.phantom),
    ) if len(kept) else Lines.none()  # fmt: skip
    alternates = problem.alternates
    mine = np.isin(alternates.line, lines.key)
    return replace(
        problem, lines=lines, alternates=alternates.take(mine) if mine.any() else Alternates.none()
    )


def order_proposals(run: Run) -> list[Proposal]:
    """What to make and to buy, in the order of the plan: parents first."""
    orders, stored = run.plan.orders, run.days.stored
    reasons = {at: _why_late(run, at) for at in np.flatnonzero(orders.available_at > orders.due).tolist()}
    kinds = (str(SuggestionKind.BUY), str(SuggestionKind.MAKE))
    size = len(orders)
    nothing = [None] * size
    return list(
        zip(
            orders.names(), [kinds[make] for make in orders.make.tolist()], orders.item.tolist(),
            orders.quantity.tolist(), map(stored, orders.start.tolist()), map(stored, orders.due.tolist()),
            map(stored, orders.available_at.tolist()), orders.level.tolist(),
            [group or None for group in orders.group.tolist()], nothing, nothing,
            [reasons[at][0] if at in reasons else "" for at in range(size)],
            [reasons[at][1] if at in reasons else "" for at in range(size)], strict=True,
        )
    )  # fmt: skip


def _why_late(run: Run, at: int) -> tuple[str, str]:
    """Reason and facts of an order that comes late: the component it waits for, or no time."""
    plan = run.plan
    source, material_at = int(plan.last_source[at]), int(plan.orders.material_at[at])
    if source < 0 or material_at <= max(int(plan.orders.start[at]), run.days.now):
        return LEAD, ""
    order = plan.order_of_source(source)
    item = int(plan.orders.item[order] if order >= 0 else plan.sources.item[source])
    return PART, json.dumps({"item": item, "at": material_at})


def plan_pegs(session: Session, run: Run, ids: dict[str, int]) -> Ints:
    """The pegs of the plan as ``write_pegs`` wants them; *ids*: the suggestions of its orders by key."""
    plan, needs = run.plan, run.plan.needs
    suggestion = np.array([ids[name] for name in plan.orders.names()], np.int64)
    need, (item, supply) = plan.pegs.need, _supplies(session, plan, suggestion)
    kind, key = needs.kind[need], needs.key[need]
    consumer = _at(suggestion, needs.order[need])
    demand = np.select(
        [kind == DemandKind.SALES, kind == DemandKind.MATERIAL, kind == DemandKind.PLANNED],
        [packed(key, LINE), packed(key, MATERIAL), packed(consumer, CONSUMER)], NOBODY,
    )  # fmt: skip
    late = plan.source_available[plan.pegs.source] > needs.due[need]
    rows = np.stack((demand, supply, item, plan.pegs.quantity, late))
    return _together(rows[:, kind != DemandKind.ROUGH])


def _supplies(session: Session, plan: Plan, suggestion: Ints) -> tuple[Ints, Ints]:
    """Item that each peg takes, and from where."""
    sources, order = plan.sources, plan.pegs.source - len(plan.sources)
    is_order = order >= 0
    here = np.where(is_order, 0, plan.pegs.source)
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
