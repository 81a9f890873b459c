"""Exact solving with CP-SAT: the best schedule of a small shop, or how near to it a schedule is.

For shops of up to some 150 open operations; larger ones are for the search. Nothing is rounded or left
out: whatever ``check.violations`` asks is a constraint, whatever ``Schedule.cost`` counts is in the
objective. See ``docs/algorithms/exact.md``. ortools is imported inside the functions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from factory_erp.planning.calendar import BeyondCalendar
from factory_erp.planning.schedule.check import violations
from factory_erp.planning.schedule.dispatch import DispatchScheduler
from factory_erp.planning.schedule.exact_links import Links
from factory_erp.planning.schedule.measure import measure
from factory_erp.planning.schedule.problem import Problem
from factory_erp.planning.schedule.result import Assignment, Schedule, lateness_weight

if TYPE_CHECKING:
    from factory_erp.planning.schedule.exact_run import Run

Placed = Mapping[int, Assignment]


@dataclass(frozen=True, slots=True)
class Exact:
    """The best schedule found (None: none), a cost that none can be below (None: unknown), whether they meet.

    ``proven`` with no schedule means that there is none.
    """

    schedule: Schedule | None
    lower_bound: int | None
    proven: bool


def solve_exactly(
    problem: Problem,
    *,
    seconds: float,
    hint: Schedule | None = None,
    workers: int = 1,
    cancelled: Callable[[], bool] | None = None,
    seed: int = 0,
    effort: float | None = None,
) -> Exact:
    """Solve *problem* within *seconds*, never worse than *hint*.

    With one worker and an *effort* (CP-SAT's deterministic time, about seconds) that is used up before the
    seconds are, the same *seed* gives the same answer.

    A schedule to set out from also tells by when each order must be finished to be worth it, which makes the
    model much smaller; without a *hint* one is dispatched. Raises BeyondCalendar when an operation fits into
    no calendar.
    """
    from factory_erp.planning.schedule.exact_cost import cost
    from factory_erp.planning.schedule.exact_lines import sequence
    from factory_erp.planning.schedule.exact_model import Model
    from factory_erp.planning.schedule.exact_run import run

    hint = _valid(problem, hint)
    links = Links(problem)
    model = Model(problem, links, latest_finishes(problem, hint), hint.assignments if hint else {})
    changeovers = [term for machine in problem.machines for term in sequence(model, machine)]
    goal = cost(model, changeovers)
    if hint:
        model.cp.add(goal <= hint.cost)
    model.cp.minimize(goal)
    solved = run(model.cp, seconds=seconds, workers=workers, seed=seed, stop=cancelled, effort=effort)
    return _answer(problem, solved, model.placed(solved.solver) if solved.found else None, hint)


def _valid(problem: Problem, hint: Schedule | None) -> Schedule | None:
    """*hint*, or else a dispatched schedule, if it keeps all rules."""
    try:
        schedule = hint or DispatchScheduler().solve(problem)
    except BeyondCalendar:
        return None
    return None if violations(problem, schedule) else schedule


def latest_finishes(problem: Problem, hint: Schedule | None) -> dict[int, int]:
    """By when each order must be finished in any schedule that costs no more than *hint*.

    One minute of lateness costs ``lateness_weight``; all else costs at least nothing. Never after the last
    closing of the calendars.
    """
    close = max((m.calendar.intervals[-1][1] for m in problem.machines if m.calendar.intervals), default=0)
    locked = max((o.fixed.end for o in problem.operations if o.fixed), default=0)
    close = max(close, locked, problem.now)
    if hint is None:
        return {order.id: close for order in problem.orders}
    if problem.objective.makespan:
        return {order.id: min(close, max(hint.finish.values())) for order in problem.orders}
    slack = {o.id: hint.cost // lateness_weight(o) if o.weight else close for o in problem.orders}
    return {o.id: min(close, o.due + slack[o.id]) for o in problem.orders}


def _answer(problem: Problem, run: Run, placed: Placed | None, hint: Schedule | None) -> Exact:
    if placed is None:
        return Exact(hint, None if run.proven else run.bound, run.proven)
    found = measure(problem, placed)
    best = hint if hint and hint.cost <= found.cost else found
    return Exact(best, best.cost if run.proven else run.bound, run.proven)
