"""The exact solver's turn in the race for an early end. ortools is imported with this module."""

from __future__ import annotations

import time
from collections.abc import Callable

from ortools.sat.python import cp_model

from factory_erp.planning.schedule.exact_cost import cost
from factory_erp.planning.schedule.exact_lines import sequence
from factory_erp.planning.schedule.exact_links import Links
from factory_erp.planning.schedule.exact_model import Model
from factory_erp.planning.schedule.exact_run import run
from factory_erp.planning.schedule.makespan_board import Board
from factory_erp.planning.schedule.problem import Problem


def attempt(
    problem: Problem,
    board: Board,
    seconds: float,
    patience: float,
    stop: Callable[[], bool] | None = None,
) -> None:
    """Look for something better than the board's best for *seconds*, and raise its bound.

    It ends early when *stop* says so, or once the search has found something better and *patience* is over.
    """
    start, goal, began = board.placed, board.makespan - 1, time.monotonic()
    latest = {order.id: problem.now + goal for order in problem.orders}
    model = Model(problem, Links(problem), latest, start)
    for machine in problem.machines:
        sequence(model, machine)
    end = cost(model, [])
    model.cp.add(end >= problem.now + board.bound)
    model.cp.add(end <= problem.now + goal)
    model.cp.minimize(end)

    def found(solution: cp_model.CpSolverSolutionCallback) -> None:
        placed = model.placed(solution)
        board.offer(max(a.end for a in placed.values()) - problem.now, lambda: placed)
        board.raise_bound(int(solution.best_objective_bound) - problem.now)

    def enough() -> bool:
        late = time.monotonic() - began > patience
        return board.solved or (late and board.makespan <= goal) or (stop is not None and stop())

    solved = run(model.cp, seconds=seconds, stop=enough, on_solution=found)
    if solved.bound is not None:
        board.raise_bound(solved.bound - problem.now)
    elif solved.proven:
        board.raise_bound(goal + 1)
