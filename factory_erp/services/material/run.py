"""Making the material plan: read the factory and what is wanted, plan in memory, go on from the last run.

Everything is planned on what stands at the end of today, so that a plan made again on the same day says the
same. This module loads numpy and compiled code: import it where a plan is made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy.orm import Session

from factory_erp.planning.calendar import DAY
from factory_erp.planning.material.explode import BillCycle
from factory_erp.planning.material.plan import Plan
from factory_erp.planning.material.planner import MaterialPlanner
from factory_erp.planning.material.problem import Problem
from factory_erp.planning.material.tables import Alternates, Demand, Demands, Lines, Supplies
from factory_erp.services import clock, working_time
from factory_erp.services.floor.planning_settings import read_settings
from factory_erp.services.material.columns import Ints
from factory_erp.services.material.items import Factory, read_factory
from factory_erp.services.material.mark import factory_mark
from factory_erp.services.material.rows import Days, Mark, days_of
from factory_erp.services.material.state import State, read_state

FIRST_WEEK = date(1999, 12, 26)
"""A Sunday: periods are counted in whole weeks from its end."""
Circles = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Run:
    """A plan with what it was made from; *circles*: item ids around bills that go round."""

    plan: Plan
    factory: Factory
    state: State
    days: Days
    circles: Circles


@dataclass(frozen=True, slots=True)
class Basis:
    """What a run was planned with: as long as *mark* is still the factory's, the next goes on from it."""

    mark: Mark
    factory: Factory
    planner: MaterialPlanner
    circles: Circles


@dataclass(frozen=True, slots=True)
class _Outlook:
    """Today, and what the settings say."""

    today: date
    place: ZoneInfo
    days: Days
    tolerance: int
    window: int

    @property
    def mark(self) -> Mark:
        return self.today, self.place.key, self.days.now, self.tolerance, self.window


def make_run(session: Session, extra: Sequence[Demand] = ()) -> Run:
    """Read and plan; *extra* demands are planned with the rest. Circular bills are cut open."""
    outlook = _outlook(session)
    factory = read_factory(session, outlook.today, outlook.place)
    state = read_state(session, factory, outlook.days)
    planner, circles = _planner(_problem(outlook, factory, state, extra))
    return Run(planner.plan(), factory, state, outlook.days, circles)


def next_run(session: Session, basis: Basis | None) -> tuple[Run, Basis, Ints | None]:
    """Read what is wanted and what there is, and plan it, going on from *basis* where that still holds.

    The run, what the next one may go on from, and the ids of the items whose plan may be other than in the
    run before; None for all.
    """
    outlook = _outlook(session)
    # Looked at before reading: what is edited in between is seen by the next run.
    mark = (*outlook.mark, *factory_mark(session))
    if basis is None or basis.mark != mark:
        factory = read_factory(session, outlook.today, outlook.place)
        state = read_state(session, factory, outlook.days)
        basis = Basis(mark, factory, *_planner(_problem(outlook, factory, state)))
        return Run(basis.planner.plan(), factory, state, outlook.days, basis.circles), basis, None
    state = read_state(session, basis.factory, outlook.days)
    touched = basis.planner.follow(Demands.of(state.demands), Supplies.of(state.supplies))
    run = Run(basis.planner.current(), basis.factory, state, outlook.days, basis.circles)
    return run, basis, touched


def _outlook(session: Session) -> _Outlook:
    place = working_time.zone(session)
    today = clock.today(place.key)
    days = days_of(session, working_time.end_of_day(today, place))
    settings = read_settings(session)
    return _Outlook(today, place, days, settings.tolerance_days * DAY, settings.merge_days * DAY)


def _problem(outlook: _Outlook, factory: Factory, state: State, extra: Sequence[Demand] = ()) -> Problem:
    return Problem(
        factory.items, factory.lines, Demands.of([*state.demands, *extra]), Supplies.of(state.supplies),
        factory.alternates, factory.calendars, outlook.days.now,
        # what is due when Sunday is over belongs to that week
        working_time.end_of_day(FIRST_WEEK, outlook.place) + 1, outlook.tolerance, outlook.window,
    )  # fmt: skip


def _planner(problem: Problem) -> tuple[MaterialPlanner, Circles]:
    """The planner, and the circles that were cut open for it by leaving out the bill lines around them."""
    circles: list[tuple[int, ...]] = []
    while True:
        try:
            return MaterialPlanner(problem), tuple(circles)
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
