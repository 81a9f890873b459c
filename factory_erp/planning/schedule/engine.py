"""The finite schedule's engine: a first schedule, a better one, and one repaired.

Everything is compiled (numba), and works on the tables of ``layout``. The first use on a computer compiles
for some tens of seconds; ``warm_up`` does so ahead of time, in the background. This module itself is light:
what is compiled is imported when it is first needed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from threading import Lock
from typing import TYPE_CHECKING

from factory_erp.planning.calendar import WorkingCalendar
from factory_erp.planning.schedule.measure import measure
from factory_erp.planning.schedule.problem import (
    Alternative,
    Centre,
    Fixed,
    Machine,
    Objective,
    Operation,
    Order,
    Problem,
    Resource,
)
from factory_erp.planning.schedule.result import Assignment, Schedule

if TYPE_CHECKING:
    from factory_erp.planning.schedule.compiled import Compiled
    from factory_erp.planning.schedule.layout import Plan

SECONDS = 10.0
"""How long to improve when nothing is said."""
FOCUS_MOVES = 400
"""Places tried for each operation that a repair has to put somewhere."""
FOCUS_LIMIT = 20_000

_warm = Lock()
_is_warm = False

Told = Callable[[int, int], None]
Asked = Callable[[], bool]


def first(problem: Problem) -> Schedule:
    """The best of several dispatched schedules; 18,000 operations take about a second.

    Raises BeyondCalendar when a machine's calendar is too short for its work.
    """
    from factory_erp.planning.schedule.compiled import compile_problem
    from factory_erp.planning.schedule.starting import best_dispatched

    compiled = compile_problem(problem)
    return _schedule(compiled, best_dispatched(compiled)[1])


def improve(
    problem: Problem,
    start: Schedule | None = None,
    *,
    seconds: float | None = None,
    iterations: int | None = None,
    seed: int = 0,
    workers: int = 1,
    on_better: Callable[[Schedule], None] | None = None,
    progress: Told | None = None,
    cancelled: Asked | None = None,
) -> Schedule:
    """A schedule that costs no more than *start* (or ``first``), after *seconds* or *iterations* moves.

    Anytime: between slices of at most 0.3 s it asks *cancelled*, tells *progress* how far it is, and hands
    the best so far, without reasons, to *on_better*, at most once a second. With *iterations* and one
    worker the same seed gives the same schedule. Raises BeyondCalendar like ``first``.
    """
    from factory_erp.planning.schedule.improving import Budget, improved

    if seconds is None and iterations is None:
        seconds = SECONDS
    budget = Budget(seconds, iterations, seed, workers)
    return improved(problem, start, budget, on_better, progress, cancelled)


def retime(problem: Problem, placed: Mapping[int, Assignment]) -> Schedule:
    """The schedule with the machines and sequences of *placed*, everything as early as possible.

    What has no possible place there comes when its order is due. Raises BeyondCalendar like ``first``.
    """
    from factory_erp.planning.schedule.compiled import compile_problem
    from factory_erp.planning.schedule.starting import as_placed

    compiled = compile_problem(problem)
    return _schedule(compiled, as_placed(compiled, placed), settled=False)


def repair(problem: Problem, before: Mapping[int, Assignment]) -> Schedule:
    """The schedule *before* made possible again: machine and sequence stay wherever they can.

    Where something is delayed, what should have begun by now overtakes it. Operations that are new, or whose
    machine cannot do them any more, go where they cost least. Raises BeyondCalendar like ``first``.
    """
    from factory_erp.planning.schedule.annealing import Worker
    from factory_erp.planning.schedule.compiled import compile_problem
    from factory_erp.planning.schedule.starting import kept

    compiled = compile_problem(problem)
    plan, displaced = kept(compiled, before)
    if displaced:
        worker = Worker.on(compiled.shop, plan, 0)
        worker.focus(displaced)
        worker.run(min(FOCUS_MOVES * len(displaced), FOCUS_LIMIT), 0.0)
        plan = worker.best
    return _schedule(compiled, plan)


@dataclass(frozen=True, slots=True)
class SearchScheduler:
    """``first`` and then ``improve`` as a Scheduler, for *seconds* or a number of moves."""

    seconds: float | None = None
    iterations: int | None = None
    workers: int = 1

    def solve(
        self,
        problem: Problem,
        progress: Told | None = None,
        cancelled: Asked | None = None,
        seed: int = 0,
    ) -> Schedule:
        """Schedule *problem*; cancelled: the best so far. Raises BeyondCalendar like ``first``."""
        return improve(
            problem,
            seconds=self.seconds,
            iterations=self.iterations,
            seed=seed,
            workers=self.workers,
            progress=progress,
            cancelled=cancelled,
        )


def warm_up() -> None:
    """Compile everything, or load what was compiled before; for a background thread."""
    global _is_warm
    with _warm:
        if not _is_warm:
            for problem in _samples():
                improve(problem, iterations=50)
                repair(problem, {})
            _is_warm = True


def is_warm() -> bool:
    """Whether everything is compiled, so that a search starts at once."""
    return _is_warm


def _schedule(compiled: Compiled, plan: Plan, settled: bool = True) -> Schedule:
    from factory_erp.planning.schedule.starting import finished

    return measure(compiled.problem, finished(compiled, plan, settled))


def _samples() -> tuple[Problem, Problem]:
    """Two tiny problems that between them use all that is compiled."""
    calendar = WorkingCalendar(((0, 1000), (1100, 5000)))
    machines = tuple(Machine(number, 1, calendar, 0) for number in (1, 2))
    ways = (Alternative(1, 1, 10), Alternative(2, 1, 12))
    steps = [Operation(n, n // 2, n % 2, 1, n % 2, ways) for n in range(6)]
    orders = tuple(Order(number, 0, 50) for number in range(3))
    plain = replace(machines[0], calendar=WorkingCalendar(((0, 5000),)))
    only_end = Problem(
        (plain, replace(plain, id=2)),
        (Centre(1),),
        tuple(steps),
        orders,
        objective=Objective(makespan=True),
    )
    steps[0] = replace(steps[0], max_lag=100, resources=(1,))
    steps[1] = replace(steps[1], resumable=False)
    goal = Objective(disturbance=1)
    centre = Centre(1, {(0, 1): 5}, 3)
    was = {5: Fixed(1, 100, 111)}
    all_kinds = Problem(machines, (centre,), tuple(steps), orders, 0, (Resource(1),), goal, was)
    return all_kinds, only_end
