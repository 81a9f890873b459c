"""Flexible job shops whose only goal is an early end: tabu search, and beside it an exact solver.

The search is ``makespan_search``; on a second thread CP-SAT improves on it and raises the lower bound, and
either hears of what the other finds. See ``docs/algorithms/exact.md``. numba is imported with this module.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Thread

from factory_erp.planning.schedule.exact_bound import lower_bound
from factory_erp.planning.schedule.makespan_board import Board
from factory_erp.planning.schedule.makespan_state import Placed, Search
from factory_erp.planning.schedule.problem import Machine, Operation, Problem
from factory_erp.planning.schedule.result import Assignment

SLICE = 0.2
"""Seconds that the compiled search runs before it looks up."""
ROUND = 5.0
"""Seconds that the exact solver gets at least before a better start makes it begin again."""
SHARE = 4
"""With one worker the exact solver gets every so manyth second."""
LARGEST = 1_000
"""Operations beyond which the exact solver is of no use."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The best found, when it ends after ``Problem.now``, what no schedule can be below, and moves made."""

    placed: Placed
    makespan: int
    lower_bound: int
    moves: int


def applies(problem: Problem) -> bool:
    """Whether *problem* is a pure one: one long opening, no changeovers, nothing locked, no waiting times.

    Orders must not feed one another. Anything else is for the general search.
    """
    return (
        problem.objective.makespan
        and bool(problem.operations)
        and not any(order.predecessors for order in problem.orders)
        and all(_plain_operation(operation) for operation in problem.operations)
        and all(_plain_machine(problem, machine) for machine in problem.machines)
    )


def _plain_operation(operation: Operation) -> bool:
    special = operation.fixed or operation.done or operation.resources
    return not special and not operation.lag and operation.max_lag is None and not operation.transfer_ppm


def _plain_machine(problem: Problem, machine: Machine) -> bool:
    centre, intervals = problem.centre[machine.centre], machine.calendar.intervals
    if machine.unlimited or centre.default or any(centre.changeover.values()) or len(intervals) != 1:
        return False
    return intervals[0][0] <= problem.now and _enough(problem) <= intervals[0][1]


def _enough(problem: Problem) -> int:
    """When everything would be done one after another on the slowest machines."""
    begin = max(
        [problem.now, *(o.release for o in problem.orders), *(o.earliest for o in problem.operations)]
    )
    return begin + sum(max(a.minutes for a in o.alternatives) for o in problem.operations)


def solve(
    problem: Problem,
    start: Mapping[int, Assignment] | None = None,
    *,
    seconds: float | None = None,
    iterations: int | None = None,
    seed: int = 0,
    workers: int = 1,
    on_better: Callable[[Placed], None] | None = None,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Answer:
    """Search for *seconds* or *iterations*, or until the best is proven or it is *cancelled*.

    Never worse than *start*. With two *workers* the exact solver has a thread of its own, with one they take
    turns; with *iterations* there is no exact solver, so that the same seed gives the same schedule.
    *progress*: milliseconds or iterations done, and in all.
    """
    search = Search(problem, seed)
    search.begin(start)
    board = Board(search.best(), search.makespan, lower_bound(problem) - problem.now)
    race = Race(problem, search, board, seconds, iterations, on_better, progress, cancelled)
    race.run(workers)
    return Answer(board.placed, board.makespan, board.bound, search.iterations)


@dataclass(slots=True)
class Race:
    """One call of ``solve``."""

    problem: Problem
    search: Search
    board: Board
    seconds: float | None
    iterations: int | None
    on_better: Callable[[Placed], None] | None
    progress: Callable[[int, int], None] | None
    cancelled: Callable[[], bool] | None
    began: float = field(default_factory=time.monotonic)
    told: float = 0.0
    published: int = 0
    pace: float = 2000.0
    """Iterations a second, measured as it goes."""

    def run(self, workers: int) -> None:
        """To the end; the exact solver's thread ends with it."""
        self.published = self.board.makespan
        timed = self.seconds is not None and self.iterations is None
        exact = timed and len(self.problem.operations) <= LARGEST
        prover = Thread(target=self._prove, name="exact solver") if exact and workers > 1 else None
        if prover:
            prover.start()
        try:
            self._search(exact and workers == 1)
        finally:
            self.board.over = True
            if prover:
                prover.join()
            self._tell(last=True)

    @property
    def left(self) -> float:
        """Seconds left."""
        return 1e9 if self.seconds is None else self.began + self.seconds - time.monotonic()

    def _search(self, taking_turns: bool) -> None:
        turn = time.monotonic() + (self.seconds or 0) / (2 * SHARE)
        while not self._finished():
            self._slice()
            self._tell()
            if taking_turns and time.monotonic() >= turn:
                self._round(min(self.left, (self.seconds or 0) / SHARE / 2), self._unwanted)
                turn = time.monotonic() + (SHARE - 1) * (self.seconds or 0) / SHARE / 2

    def _finished(self) -> bool:
        self.board.over = self._unwanted()
        many = self.iterations is not None and self.search.iterations >= self.iterations
        return many or self.left <= 0 or self.board.solved

    def _unwanted(self) -> bool:
        return self.cancelled is not None and self.cancelled()

    def _slice(self) -> None:
        """Some iterations of the search, and an exchange with the board."""
        if self.board.makespan < self.search.makespan:
            self.search.take(self.board.placed)
        many = max(1, int(self.pace * min(SLICE, max(self.left, 0.001))))
        if self.iterations is not None:
            many = min(many, self.iterations - self.search.iterations)
        before, clock = self.search.iterations, time.monotonic()
        self.search.run(many, self.board.bound)
        spent = time.monotonic() - clock
        done = self.search.iterations - before
        self.pace = 0.5 * self.pace + 0.5 * done / max(spent, 1e-4) if done else self.pace
        self.board.offer(self.search.makespan, self.search.best)

    def _tell(self, last: bool = False) -> None:
        """The best to whoever waits for it, once a second at most."""
        now = time.monotonic()
        if self.progress:
            if self.iterations is not None:
                self.progress(self.search.iterations, self.iterations)
            elif self.seconds is not None:
                self.progress(int((self.seconds - max(self.left, 0)) * 1000), int(self.seconds * 1000))
        if self.on_better and self.board.makespan < self.published and (last or now - self.told >= 1):
            self.told, self.published = now, self.board.makespan
            self.on_better(self.board.placed)

    def _prove(self) -> None:
        """The exact solver's thread: round after round, each from the best there is."""
        while self.left > 0.2 and not self.board.solved:
            self._round(self.left)

    def _round(self, seconds: float, stop: Callable[[], bool] | None = None) -> None:
        from factory_erp.planning.schedule.makespan_exact import attempt

        attempt(self.problem, self.board, seconds, ROUND, stop)
