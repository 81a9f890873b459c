"""The anytime search: slices of annealing, or of tabu search where only the end counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from time import perf_counter

import numpy as np

from factory_erp.planning.schedule import layout as c
from factory_erp.planning.schedule import makespan
from factory_erp.planning.schedule.annealing import Annealing
from factory_erp.planning.schedule.compiled import Compiled, compile_problem, copy_of
from factory_erp.planning.schedule.layout import Plan
from factory_erp.planning.schedule.measure import explained, measure
from factory_erp.planning.schedule.problem import Problem
from factory_erp.planning.schedule.result import Assignment, Schedule
from factory_erp.planning.schedule.starting import as_placed, best_dispatched, finished

MOST_MOVES = 1 << 24
"""In a slice: where next to nothing can move, moves take no time."""
SLICE = 0.25
"""Seconds between two looks at the clock."""
MOVES = 2_000
"""Moves between two looks when their number is what counts."""
HOT, COLD = 3.0, 0.1
"""Temperature at the beginning and at the end, in units of ``_unit``."""
PUBLISH = 1.0
"""Seconds between two better schedules handed on."""


@dataclass(frozen=True, slots=True)
class Budget:
    """How long to search: seconds, moves, or whichever is used up first; with which seed, on how many
    threads."""

    seconds: float | None
    iterations: int | None
    seed: int = 0
    workers: int = 1


def improved(
    problem: Problem,
    start: Schedule | None,
    budget: Budget,
    on_better: Callable[[Schedule], None] | None,
    progress: Callable[[int, int], None] | None,
    cancelled: Callable[[], bool] | None,
) -> Schedule:
    """See ``engine.improve``."""
    if makespan.applies(problem):
        return _tabu(problem, start, budget, on_better, progress, cancelled)
    began = perf_counter()
    compiled = compile_problem(problem)
    plan = as_placed(compiled, start.assignments) if start else best_dispatched(compiled)[1]
    searching = _Heated(compiled, plan, budget)
    watch = _Watch(problem, start, searching, budget, on_better, progress, cancelled, began)
    try:
        watch.run()
    finally:
        searching.annealing.close()
    return watch.result()


def _tabu(
    problem: Problem,
    start: Schedule | None,
    budget: Budget,
    on_better: Callable[[Schedule], None] | None,
    progress: Callable[[int, int], None] | None,
    cancelled: Callable[[], bool] | None,
) -> Schedule:
    def better(placed: dict[int, Assignment]) -> None:
        if on_better:
            on_better(measure(problem, placed, explain=False))

    answer = makespan.solve(
        problem,
        start.assignments if start else None,
        seconds=budget.seconds,
        iterations=budget.iterations,
        seed=budget.seed,
        workers=budget.workers,
        on_better=better,
        progress=progress,
        cancelled=cancelled,
    )
    return replace(measure(problem, answer.placed), moves=answer.moves)


@dataclass(slots=True)
class _Watch:
    """Runs the search slice by slice, and tells whoever wants to know."""

    problem: Problem
    start: Schedule | None
    searching: _Heated
    budget: Budget
    on_better: Callable[[Schedule], None] | None
    progress: Callable[[int, int], None] | None
    cancelled: Callable[[], bool] | None
    began: float
    told: float = 0.0
    known: int = field(init=False)

    def __post_init__(self) -> None:
        self.known = self.searching.cost

    def run(self) -> None:
        """Until time or moves are used up, or somebody cancels."""
        moves = MOVES
        if not self.searching.annealing.movable:
            return
        while (share := self._share()) < 1.0 and not (self.cancelled and self.cancelled()):
            moves = self._within(moves)
            before = perf_counter()
            self.searching.step(moves, share)
            if self.budget.iterations is None:
                moves = _next(moves, perf_counter() - before, self._left())
            self._tell()

    def result(self) -> Schedule:
        """The best found or, should it cost more when all is counted, the start."""
        found = measure(self.problem, self.searching.best(), explain=False)
        if self.start is not None and self.start.cost <= found.cost:
            return replace(self.start, moves=self.searching.moves)
        return replace(explained(self.problem, found), moves=self.searching.moves)

    def _share(self) -> float:
        """How much of the budget is used up; of moves where these count, so that chance repeats itself."""
        seconds, iterations = self.budget.seconds, self.budget.iterations
        by_time = self._elapsed() / seconds if seconds else float(seconds is not None)
        if iterations is None or by_time >= 1.0:
            return by_time
        return self.searching.moves / iterations if iterations else 1.0

    def _elapsed(self) -> float:
        return perf_counter() - self.began

    def _left(self) -> float:
        return max(0.0, (self.budget.seconds or 0.0) - self._elapsed())

    def _within(self, moves: int) -> int:
        left = self.budget.iterations
        return moves if left is None else max(1, min(moves, left - self.searching.moves))

    def _tell(self) -> None:
        if self.progress:
            self.progress(min(1000, int(self._share() * 1000)), 1000)
        due = self._elapsed() - self.told >= PUBLISH
        if self.on_better and due and self.searching.cost < self.known:
            self.told, self.known = self._elapsed(), self.searching.cost
            self.on_better(measure(self.problem, self.searching.best(), explain=False))


def _next(moves: int, took: float, left: float) -> int:
    """How many moves fill the next slice, or what is left of the time."""
    wanted = min(SLICE, left) / max(took, 1e-6)
    return max(100, int(min(moves, MOST_MOVES) * min(4.0, wanted)))


class _Heated:
    """Annealing that cools down evenly on a logarithmic scale."""

    def __init__(self, compiled: Compiled, plan: Plan, budget: Budget) -> None:
        self.compiled = compiled
        self.annealing = Annealing(compiled, plan, budget.seed, budget.workers)
        self.unit = _unit(compiled)

    @property
    def cost(self) -> int:
        return self.annealing.best_cost

    @property
    def moves(self) -> int:
        return self.annealing.moves

    def step(self, moves: int, share: float) -> None:
        self.annealing.step(moves, self.unit * HOT * (COLD / HOT) ** share)

    def best(self) -> dict[int, Assignment]:
        return finished(self.compiled, copy_of(self.annealing.best))


def _unit(compiled: Compiled) -> float:
    """A cost that is neither much nor little here: a mean changeover, or an order late by some minutes."""
    shop = compiled.shop
    if not compiled.size:
        return 1.0
    minutes = float(shop.op[:, c.FASTEST].mean())
    if shop.rate[c.R_MAKESPAN]:
        return max(1.0, minutes / 20)
    changes = shop.change[shop.change > 0]
    change = float(changes.mean()) * float(shop.rate[c.R_CHANGE]) if len(changes) else 0.0
    weights = shop.op[:, c.LATE_COST]
    weights = weights[weights > 0]
    late = float(np.median(weights)) * minutes / 20 if len(weights) else 0.0
    return max(1.0, change, late)
