"""Runs CP-SAT, so that it can be stopped at any moment and tells what it finds meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from threading import Event, Thread

from ortools.sat.python import cp_model

LOOK_UP = 0.05
"""Seconds between two looks at whether somebody wants it to stop."""


@dataclass(frozen=True, slots=True)
class Run:
    """How it ended: the solver with its values, whether they are a solution, and whether it is the last word.

    ``bound``: the objective cannot be below it; None where that is not known.
    """

    solver: cp_model.CpSolver
    found: bool
    proven: bool
    bound: int | None


def run(
    cp: cp_model.CpModel,
    *,
    seconds: float,
    workers: int = 1,
    seed: int = 0,
    stop: Callable[[], bool] | None = None,
    on_solution: Callable[[cp_model.CpSolverSolutionCallback], None] | None = None,
    effort: float | None = None,
) -> Run:
    """Solve *cp*; *stop* is asked every few hundredths of a second, *on_solution* reads what is found.

    *effort*: deterministic time to be used at most, the same on every computer.
    """
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = max(seconds, 0.01)
    solver.parameters.num_workers = workers
    solver.parameters.random_seed = seed
    if effort is not None:
        solver.parameters.max_deterministic_time = effort
    solver.parameters.linearization_level = 2
    over = Event()
    watcher = Thread(target=_watch, args=(solver, stop, over), name="watch CP-SAT")
    watcher.start()
    try:
        status = solver.solve(cp, _Listener(on_solution) if on_solution else None)
    finally:
        over.set()
        watcher.join()
    found = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    known = found or status == cp_model.UNKNOWN
    bound = ceil(solver.best_objective_bound - 1e-6) if known else None
    return Run(solver, found, status in (cp_model.OPTIMAL, cp_model.INFEASIBLE), bound)


def _watch(solver: cp_model.CpSolver, stop: Callable[[], bool] | None, over: Event) -> None:
    """Asked again and again: a stop before the search has begun would be lost."""
    while stop and not over.wait(LOOK_UP):
        if stop():
            solver.stop_search()


class _Listener(cp_model.CpSolverSolutionCallback):
    """Hands each solution on."""

    def __init__(self, on_solution: Callable[[cp_model.CpSolverSolutionCallback], None]) -> None:
        super().__init__()
        self._on_solution = on_solution

    def on_solution_callback(self) -> None:
        """Called by the solver on its own thread."""
        self._on_solution(self)
