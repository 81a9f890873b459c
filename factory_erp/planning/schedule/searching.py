"""The search as the program runs it: anytime search, and in a small shop exact solving in between.

Small is a shop of up to ``SMALL`` operations that may move: there the exact solver proves the best schedule,
or how far from it the one found can be at most. Up to ``BOUNDED`` operations the quick bound of
``exact_bound`` says as much; above, it would say little and cost time. See ``docs/algorithms/exact.md``.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from time import monotonic

from factory_erp.planning.calendar import BeyondCalendar
from factory_erp.planning.schedule import engine
from factory_erp.planning.schedule.check import violations
from factory_erp.planning.schedule.measure import explained
from factory_erp.planning.schedule.problem import Problem
from factory_erp.planning.schedule.result import Schedule

SMALL = 60
"""Operations that may move, at most, for the exact solver: above, its time does more as search."""
BOUNDED = 2_000
"""And for the quick bound."""
TINY = 25
"""Operations up to which the exact solver comes early, as it proves the best in moments."""
EARLY, LATE = (0.25, 0.7), (0.85, 1.0)
"""Share of the time by which the first search is over, and then the exact solver: in a tiny shop, and else,
where the search finds nearly all, and the solver says how near that is."""
FIRST_SEARCH = 2.0
"""Seconds for the first search of a tiny shop, at most."""
MOVES_AN_EFFORT, LEAST_EFFORT = 100_000, 0.05
"""Where the number of moves is what counts: how many are worth a unit of the exact solver's own time, and
how much of that it has at least."""
A_DAY = 86_400.0

Told = Callable[[int, int], None]
Asked = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Found:
    """The best schedule found, and a cost that no schedule of the problem is below (None: not known)."""

    schedule: Schedule
    lower_bound: int | None

    @property
    def proven(self) -> bool:
        """Whether there is none better."""
        return self.lower_bound == self.schedule.cost

    @property
    def gap_percent(self) -> int | None:
        """By how much it is above the best possible, at most, rounded up; None where that is not known."""
        return gap_percent(self.schedule.cost, self.lower_bound)


def gap_percent(cost: int, lower_bound: int | None) -> int | None:
    """By how many per cent *cost* is above the best possible at most; 0: it is the best possible."""
    if lower_bound is None or cost < lower_bound:
        return None
    if cost == lower_bound:
        return 0
    return -(-100 * (cost - lower_bound) // lower_bound) if lower_bound > 0 else None


def search(
    problem: Problem,
    start: Schedule | None = None,
    *,
    seconds: float | None = None,
    iterations: int | None = None,
    seed: int = 0,
    workers: int = 1,
    on_better: Callable[[Schedule], None] | None = None,
    on_bound: Callable[[int], None] | None = None,
    progress: Told | None = None,
    cancelled: Asked | None = None,
) -> Found:
    """A schedule that costs no more than *start* (or ``engine.first``), and a bound where there is one.

    Anytime as ``engine.improve``; it ends early once the best is proven. An order that is in time in *start*
    and whose date was promised is in time in every schedule found. *on_bound* hears of each better bound.
    With *iterations* and one worker the same seed gives the same answer: the exact solver then has an effort
    by that number instead of seconds. Raises BeyondCalendar like ``engine.first``.
    """
    if seconds is None and iterations is None:
        seconds = engine.SECONDS
    best = start or engine.first(problem)
    run = _Search(problem, best, seconds, iterations, seed, workers, on_better, on_bound, progress, cancelled)
    return run.found()


def is_better(problem: Problem, kept: Schedule, found: Schedule) -> bool:
    """Whether *found* costs less than *kept* and keeps the promises that *kept* keeps.

    A changeover saved is not worth a buyer's trust, however many of them there are.
    """
    return found.cost < kept.cost and not any(
        order.promised and found.lateness[order.id] > 0 >= kept.lateness[order.id] for order in problem.orders
    )


def improve(
    problem: Problem,
    start: Schedule,
    *,
    seconds: float | None = None,
    iterations: int | None = None,
    seed: int = 0,
    workers: int = 1,
    on_better: Callable[[Schedule], None] | None = None,
    progress: Told | None = None,
    cancelled: Asked | None = None,
) -> Schedule:
    """``engine.improve``, of which only what ``is_better`` than *start* is taken.

    With *iterations*, one worker, and nobody to hear of what is found on the way, the same seed gives the
    same schedule.
    """
    best = start

    def take(found: Schedule) -> None:
        nonlocal best
        if is_better(problem, best, found):
            best = found
            if on_better:
                on_better(found)

    found = engine.improve(
        problem, start, seconds=seconds, iterations=iterations, seed=seed, workers=workers,
        on_better=take if on_better or iterations is None else None, progress=progress, cancelled=cancelled,
    )  # fmt: skip
    take(found)
    if best is not start and best is not found:
        best = explained(problem, best)  # heard of on the way, without its reasons
    return replace(best, moves=found.moves)


@dataclass(slots=True)
class _Search:
    """One search: the best so far, what is known of the bound, and how the time is shared out."""

    problem: Problem
    best: Schedule
    seconds: float | None
    iterations: int | None
    seed: int
    workers: int
    on_better: Callable[[Schedule], None] | None
    on_bound: Callable[[int], None] | None
    progress: Told | None
    cancelled: Asked | None
    began: float = field(init=False, default_factory=monotonic)
    bound: int | None = None

    def found(self) -> Found:
        """Search, solve, search."""
        free = sum(not (o.fixed or o.done) for o in self.problem.operations)
        if free <= BOUNDED:
            self._quick_bound()
        exact = free <= SMALL and not self.problem.objective.makespan
        first, second = self._shares(free) if exact else (1.0, 1.0)
        if not self._over():
            self._improve(first)
        if exact and not self._over():
            self._solve(second)
            if self.iterations is None and second < 1.0 and not self._over():
                self._improve(1.0)
        if self.progress:
            self.progress(1000, 1000)
        return Found(self.best, self.bound)

    def _quick_bound(self) -> None:
        from factory_erp.planning.schedule.exact_bound import lower_bound

        # What is locked into times that its calendar does not have has no bound.
        with suppress(BeyondCalendar):
            self._raise_bound(lower_bound(self.problem))

    def _raise_bound(self, bound: int | None) -> None:
        """Take a better bound; a schedule below it breaks a rule, as what people locked may do."""
        if bound is None or self.best.cost < bound:
            return
        if self.bound is None or bound > self.bound:
            self.bound = bound
            if self.on_bound:
                self.on_bound(bound)

    def _over(self) -> bool:
        return self.bound == self.best.cost or (self.cancelled is not None and self.cancelled())

    def _shares(self, free: int) -> tuple[float, float]:
        if free > TINY:
            return LATE
        first, second = EARLY
        return min(first, FIRST_SEARCH / self.seconds) if self.seconds else first, second

    def _improve(self, until: float) -> None:
        """The anytime search, to the share *until* of the time."""
        self.best = improve(
            self.problem,
            self.best,
            seconds=self._left(until),
            iterations=self.iterations,
            seed=self.seed,
            workers=self.workers,
            on_better=self.on_better,
            progress=None if self.progress is None else self._part(until),
            cancelled=self.cancelled,
        )

    def _part(self, until: float) -> Told:
        """How far the whole search is, told by one part of it."""
        tell, seconds, began = self.progress, self.seconds, self._share()
        assert tell is not None

        def told(done: int, total: int) -> None:
            share = self._share() if seconds else began + (until - began) * done / max(1, total)
            tell(min(1000, int(1000 * share)), 1000)

        return told

    def _solve(self, until: float) -> None:
        """The exact solver, to the share *until*; what it starts from must keep the rules that it keeps."""
        from factory_erp.planning.schedule.exact import solve_exactly

        left = self._left(until)
        if left == 0.0 or violations(self.problem, self.best):
            return
        with suppress(BeyondCalendar):
            exact = solve_exactly(
                self.problem,
                seconds=A_DAY if left is None else left,
                effort=self._effort() if left is None else None,
                hint=self.best,
                workers=1 if left is None else self.workers,
                cancelled=self._asked,
                seed=self.seed,
            )
            if exact.schedule is not None and is_better(self.problem, self.best, exact.schedule):
                self.best = exact.schedule
                if self.on_better:
                    self.on_better(self.best)
            self._raise_bound(exact.lower_bound)

    def _effort(self) -> float:
        return max(LEAST_EFFORT, (self.iterations or 0) / MOVES_AN_EFFORT)

    def _asked(self) -> bool:
        """Asked again and again by the exact solver, which says by that how far it is."""
        if self.progress and self.seconds:
            self.progress(min(1000, int(1000 * self._share())), 1000)
        return self.cancelled is not None and self.cancelled()

    def _share(self) -> float:
        return (monotonic() - self.began) / self.seconds if self.seconds else 0.0

    def _left(self, until: float) -> float | None:
        """Seconds to the share *until* of the time; None where moves are counted alone."""
        if self.seconds is None:
            return None
        return max(0.0, self.began + self.seconds * until - monotonic())
