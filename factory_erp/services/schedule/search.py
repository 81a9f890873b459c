"""A longer search for a better schedule: read, search without holding the database, publish what is better.

While it searches, people start, report and move operations. What was found is therefore published in short
transactions, only as long as the floor is still as it was read; where it is not, the floor is read
again, the best schedule so far is repaired to it, and the search goes on from there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from time import monotonic, perf_counter

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.models.engineering import CalendarException, CalendarShift
from factory_erp.planning.schedule import problem as plan
from factory_erp.planning.schedule.result import Assignment, Schedule
from factory_erp.services import working_time
from factory_erp.services.base import Changes, Result, query, use_case
from factory_erp.services.floor.planning_settings import planning_settings
from factory_erp.services.floor.reading import Floor, OrderFacts, lock_schedule, read_floor
from factory_erp.services.progress import Progress
from factory_erp.services.schedule.problem import Choice, material_expected, stored_places
from factory_erp.services.schedule.scheduling import ScheduleOutcome, in_horizon, publish, repaired, told
from factory_erp.services.schedule.writing import times_of

PUBLISH_SECONDS = 2.0
"""At least so long lies between two schedules that are published."""

PUBLISH_SHARE = 6
"""And so many times as long as publishing takes, so that a large schedule is searched, not written."""

TRIES = 5
"""How often a search that was overtaken by the floor is begun again before the rest is left to the next."""

Published = Callable[[Changes, ScheduleOutcome], None]
Mark = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class _Shop:
    """The floor as it was read, its problem, and the schedule from which the search starts."""

    floor: Floor
    problem: plan.Problem
    start: Schedule
    cost_before: int
    marks: Mapping[object, Mark]


class ScheduleSearch:
    """One search, run outside of any transaction; it writes by itself and notes each publication.

    *seconds* None: as the settings say. The same *seed* and one worker search the same way. With *published*
    somebody hears of each schedule that was written, in the searching thread.
    """

    def __init__(
        self,
        seconds: float | None = None,
        seed: int = 0,
        workers: int = 2,
        published: Published | None = None,
    ) -> None:
        self._seconds, self._seed, self._workers = seconds, seed, workers
        self._published = published
        self._changes: dict[str, set[int]] = defaultdict(set)
        self._outcome: ScheduleOutcome | None = None
        self._marks: Mapping[object, Mark] = {}
        self._bound: int | None = None
        self._next = 0.0
        self._began = 0.0

    @property
    def changes(self) -> Changes:
        """What all publications together changed."""
        return {kind: frozenset(ids) for kind, ids in self._changes.items()}

    def run(
        self,
        progress: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> ScheduleOutcome:
        """Search, tell *progress* (done, total), stop early when *cancelled*; what the schedule is then.

        ``cost_before`` is of the schedule at the start, made possible again. Raises as scheduling does.
        """
        self._began = perf_counter()
        seconds = planning_settings().search_seconds if self._seconds is None else self._seconds
        until = monotonic() + seconds
        placed: Mapping[int, Assignment] = {}
        for _again in range(TRIES):
            shop = read_shop(placed, self._marks)
            self._marks = shop.marks
            best, stale = self._search(shop, until, progress, cancelled)
            placed = best.assignments
            if not stale and self._publish(shop, best):
                return self._said()
            self._bound = None
            if (cancelled is not None and cancelled()) or monotonic() >= until:
                break
        # Overtaken to the last: repaired and written in one transaction.
        result = write_repaired(placed, self._marks, self._began, self._seed)
        self._heard(result.changes, result.value)
        return self._said()

    def _search(
        self,
        shop: _Shop,
        until: float,
        progress: Callable[[int, int], None] | None,
        cancelled: Callable[[], bool] | None,
    ) -> tuple[Schedule, bool]:
        """The best schedule found, and whether the floor has changed meanwhile."""
        from factory_erp.planning.schedule.searching import search

        if all(o.fixed or o.done for o in shop.problem.operations):
            self._bound = shop.start.cost
            return shop.start, False
        stale = False
        self._next = monotonic() + PUBLISH_SECONDS

        def better(found: Schedule) -> None:
            nonlocal stale
            began = monotonic()
            if not stale and began >= self._next:
                stale = not self._publish(shop, found)
                self._next = monotonic() + max(PUBLISH_SECONDS, PUBLISH_SHARE * (monotonic() - began))

        found = search(
            shop.problem,
            shop.start,
            seconds=max(0.0, until - monotonic()),
            seed=self._seed,
            workers=self._workers,
            on_better=better,
            on_bound=self._take_bound,
            progress=progress,
            cancelled=lambda: stale or (cancelled is not None and cancelled()),
        )
        return found.schedule, stale

    def _take_bound(self, bound: int) -> None:
        self._bound = bound

    def _publish(self, shop: _Shop, found: Schedule) -> bool:
        """Write the schedule; False, with nothing written, where the floor is not as it was read any more."""
        result = write_found(shop, found, self._marks, self._began, self._first_cost(shop), self._seed)
        if result.value is None:
            return False
        self._marks = _moved(self._marks, found)
        self._heard(result.changes, self._bounded(result.value, found.cost))
        return True

    def _bounded(self, outcome: ScheduleOutcome, cost: int) -> ScheduleOutcome:
        """With what is known of how much better a schedule could be."""
        from factory_erp.planning.schedule.searching import gap_percent

        if self._bound is None:
            return outcome
        return replace(outcome, lower_bound=self._bound // 60, gap_percent=gap_percent(cost, self._bound))

    def _first_cost(self, shop: _Shop) -> int:
        before = self._outcome.cost_before if self._outcome else None
        return shop.cost_before if before is None else before * 60

    def _heard(self, changes: Changes, outcome: ScheduleOutcome) -> None:
        # What could not stay is told once, by the publication that moved it.
        told = self._outcome.warnings if self._outcome else ()
        outcome = replace(outcome, warnings=tuple(dict.fromkeys((*told, *outcome.warnings))))
        self._outcome = outcome
        for kind, ids in changes.items():
            self._changes[kind] |= ids
        if self._published and changes:
            self._published(changes, outcome)

    def _said(self) -> ScheduleOutcome:
        assert self._outcome is not None
        return self._outcome


def improve_schedule(
    seconds: float | None = None, seed: int = 0, progress: Progress | None = None, workers: int = 2
) -> Result[ScheduleOutcome]:
    """Search for a better schedule for *seconds* (None: as the settings say) and publish it as it is found.

    Not a transaction of its own: the database is free while it searches. Raises as scheduling does.
    """
    search = ScheduleSearch(seconds, seed, workers)
    outcome = search.run(*told(progress))
    return Result(outcome, search.changes)


@query
def read_shop(session: Session, placed: Mapping[int, Assignment], seen: Mapping[object, Mark]) -> _Shop:
    """The floor and a possible schedule of it, near to *placed* or else to the stored one."""
    floor = read_floor(session)
    now = marks(session, floor)
    before = _places(floor, placed, seen, now)
    problem, start = in_horizon(session, floor, lambda problem: repaired(problem, before)[0], Choice())
    return _Shop(floor, problem, start, start.cost, now)


@use_case
def write_found(
    session: Session,
    shop: _Shop,
    found: Schedule,
    seen: Mapping[object, Mark],
    began: float,
    cost_before: int,
    seed: int,
) -> ScheduleOutcome | None:
    """Publish *found* if the floor still is as *seen*; None, and nothing written, if it is not."""
    lock_schedule(session, alone=True)
    floor = read_floor(session)
    if marks(session, floor) != seen:
        return None
    return publish(session, floor, shop.problem, found, began, cost_before, seed)


@use_case
def write_repaired(
    session: Session,
    placed: Mapping[int, Assignment],
    seen: Mapping[object, Mark],
    began: float,
    seed: int,
) -> ScheduleOutcome:
    """Publish *placed*, repaired to the floor as it is at this moment."""
    lock_schedule(session, alone=True)
    floor = read_floor(session)
    before = _places(floor, placed, seen, marks(session, floor))
    problem, solved = in_horizon(session, floor, lambda problem: repaired(problem, before)[0], Choice())
    return publish(session, floor, problem, solved, began, None, seed)


def _places(
    floor: Floor,
    placed: Mapping[int, Assignment],
    seen: Mapping[object, Mark],
    now: Mapping[object, Mark],
) -> dict[int, Assignment]:
    """Where the search has operations that nobody has changed since they were *seen*; else as stored."""
    found = {o: a for o, a in placed.items() if now.get(o) == seen.get(o)}
    return {**stored_places(floor), **found}


def marks(session: Session, floor: Floor) -> dict[object, Mark]:
    """What a schedule hangs on, record by record: two floors with the same marks take the same schedule."""
    found: dict[object, Mark] = {
        step.id: (
            step.state, step.locked, step.made, step.campaign, step.machine_id, step.planned_start,
            step.setup_finish, step.planned_finish,
        )
        for steps in floor.operations.values()
        for step in steps
    }  # fmt: skip
    for order in floor.orders.values():
        weight = floor.weights.get(order.id)
        found["order", order.id] = (
            order.quantity, order.due, order.needed, order.priority, weight, _material_day(floor, order),
        )  # fmt: skip
    found["feeders"] = tuple(sorted(floor.feeders.items()))
    found["waiting"] = tuple(sorted(floor.waiting.items()))
    found["arrivals"] = tuple(sorted((order, repr(days)) for order, days in floor.arrivals.items()))
    found["times"] = tuple(sorted(floor.machine_times.items()))
    found["machines"] = (tuple(floor.machines.values()), tuple(sorted(floor.calendar_of.items())))
    found["eligible"] = tuple(sorted(floor.eligible.items()))
    found["resources"] = (tuple(floor.resources.values()), tuple(sorted(floor.needs.items())))
    found["changeovers"] = tuple(sorted(_changeovers(floor)))
    found["hours"] = tuple(_hours(session))
    found["blocks"] = floor.blocks
    found["settings"] = (floor.place.key, floor.settings)
    return found


def _material_day(floor: Floor, order: OrderFacts) -> date | None:
    """The day on which its material is there: when to the minute is said only as a schedule is written."""
    comes = material_expected(floor, order)
    return None if comes is None else working_time.day_of(comes, floor.place)


def _changeovers(floor: Floor) -> Iterator[tuple[int, int, tuple[tuple[str, str, int], ...]]]:
    """Each work centre, its usual changeover, and its matrix."""
    for centre in floor.centres.values():
        matrix = sorted((one.from_family, one.to_family, one.minutes) for one in centre.changeovers)
        yield centre.id, centre.changeover_minutes, tuple(matrix)


def _hours(session: Session) -> Iterator[tuple[object, ...]]:
    """Shifts of all calendars, and the days that differ."""
    shift, day = CalendarShift, CalendarException
    weeks = select(shift.calendar_id, shift.weekday, shift.start_minute, shift.end_minute)
    others = select(day.calendar_id, day.day, day.start_minute, day.end_minute)
    for rows in (weeks.order_by(shift.id), others.order_by(day.id)):
        yield from map(tuple, session.execute(rows))


def _moved(seen: Mapping[object, Mark], found: Schedule) -> dict[object, Mark]:
    """The marks after *found* was written."""
    now = dict(seen)
    for number, place in found.assignments.items():
        if number in now:
            now[number] = (*now[number][:4], *times_of(place))
    return now
