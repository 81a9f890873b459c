"""A first schedule by dispatching: whenever a machine is free, the most urgent operation goes on.

The index is Apparent Tardiness Cost with Setups (Lee, Bhaskaran and Pinedo, IIE Transactions 29,
1997): weight over time, less for slack, less for a long changeover. See
``docs/algorithms/schedule.md``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from factory_erp.planning.schedule.grid import GRID
from factory_erp.planning.schedule.measure import measure
from factory_erp.planning.schedule.problem import Problem
from factory_erp.planning.schedule.result import Schedule


@dataclass(frozen=True, slots=True)
class DispatchScheduler:
    """Dispatch once for each pair of scaling parameters and keep the cheapest schedule.

    ``grid`` holds (look-ahead, setup weight): with a larger look-ahead slack matters less, with a
    larger setup weight changeovers matter less.
    """

    grid: tuple[tuple[float, float], ...] = GRID

    def solve(
        self,
        problem: Problem,
        progress: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
        seed: int = 0,
    ) -> Schedule:
        """Schedule *problem*; there is no randomness, so *seed* changes nothing.

        Raises BeyondCalendar when a machine's calendar is too short for its work.
        """
        from factory_erp.planning.schedule.compiled import compile_problem
        from factory_erp.planning.schedule.starting import dispatched, finished

        compiled, found = compile_problem(problem), []
        for done, candidate in enumerate(dispatched(compiled, self.grid), start=1):
            found.append(candidate)
            if progress:
                progress(done, len(self.grid))
            if cancelled and cancelled():
                break
        _cost, best = min(found, key=lambda pair: pair[0])
        return measure(problem, finished(compiled, best))
