"""The live schedule: all open operations on the machines' calendars, written back where they changed.

Started operations stay where they are, and so do those that a planner locked or that begin soon; the others
follow material, precedence and changeovers as ``factory_erp.planning`` decides.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from time import perf_counter

from sqlalchemy.orm import Session

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import _
from factory_erp.models.planning import ScheduleRun
from factory_erp.models.production import OperationState
from factory_erp.planning.calendar import BeyondCalendar, to_moment
from factory_erp.planning.schedule import problem as plan
from factory_erp.planning.schedule.result import Assignment, Schedule, Scheduler
from factory_erp.services import clock, working_time
from factory_erp.services.base import use_case
from factory_erp.services.floor.reading import Floor, lock_schedule, read_floor
from factory_erp.services.progress import Progress, Quiet
from factory_erp.services.schedule.problem import (
    HORIZONS,
    Choice,
    Extra,
    away,
    build_problem,
    material_minute,
    place_of,
    stored_places,
    wait,
)
from factory_erp.services.schedule.reasons import reason_text
from factory_erp.services.schedule.writing import write_places

__all__ = [
    "HORIZONS",
    "LateOrder",
    "ScheduleOutcome",
    "away",
    "build_problem",
    "improved",
    "in_horizon",
    "material_minute",
    "reason_text",
    "repaired",
    "schedule",
    "solve",
    "wait",
]

POLISH_STEPS, POLISH_SECONDS = 20_000, 1.0
"""How much a re-schedule searches after it has repaired what no longer holds."""

Solver = Callable[[plan.Problem], Schedule]


@dataclass(frozen=True, slots=True)
class LateOrder:
    """A production order that will be finished after it is due, and what it waited for first."""

    number: str
    due: date
    finish: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class ScheduleOutcome:
    """How many operations stand in the schedule, what is late, and how long the work took.

    Costs are in the settings' terms: cents of lateness (a hundredfold where promised), changeover, overtime
    and disturbance; ``cost_before`` is of the schedule as it was, made possible again. ``lower_bound``: no
    schedule costs less; ``gap_percent``: this one is above the best possible by so much at most, 0 being the
    best (both None where it is not known). ``warnings`` are sentences on locked operations that could not
    stay, and on those that contradict what is ahead of them.
    """

    operations: int
    late_orders: tuple[LateOrder, ...]
    seconds: float
    cost_before: int | None = None
    cost_after: int = 0
    changeover_minutes: int = 0
    overtime_minutes: int = 0
    moved: int = 0
    warnings: tuple[str, ...] = ()
    lower_bound: int | None = None
    gap_percent: int | None = None


@use_case
def schedule(
    session: Session,
    order_ids: Sequence[int] | None = None,
    progress: Progress | None = None,
    scheduler: Scheduler | None = None,
) -> ScheduleOutcome:
    """Schedule all open operations, or only those of some production orders around the others.

    What was planned keeps machine and sequence where that is still possible; what is new is put in, and
    then a short search smooths around it. Where nothing changed, nothing is written. Orders on hold
    are left out. Writes only operations that are still in the state that was read. Raises NotAllowed for
    a work centre without machines and BeyondCalendar when the calendars are too short for the work.
    """
    return reschedule(session, order_ids, progress, scheduler)


def reschedule(
    session: Session,
    order_ids: Collection[int] | None = None,
    progress: Progress | None = None,
    scheduler: Scheduler | None = None,
) -> ScheduleOutcome:
    """The same, for use cases that changed what the schedule hangs on."""
    began = perf_counter()
    lock_schedule(session, alone=True)
    floor = read_floor(session)
    choice = Choice(None if order_ids is None else frozenset(order_ids))
    before: list[int] = []

    def solver(problem: plan.Problem) -> Schedule:
        if scheduler is not None:
            return scheduler.solve(problem, *told(progress))
        kept, new = repaired(problem, stored_places(floor))
        before[:] = [kept.cost]
        return improved(problem, kept, progress) if new else kept

    problem, solved = in_horizon(session, floor, solver, choice)
    return publish(session, floor, problem, solved, began, before[0] if before else None)


def publish(
    session: Session,
    floor: Floor,
    problem: plan.Problem,
    solved: Schedule,
    began: float,
    cost_before: int | None,
    seed: int = 0,
) -> ScheduleOutcome:
    """Write what changed, and note the run if anything did."""
    placed = solved.assignments
    moved = write_places(session, floor, placed)
    outcome = ScheduleOutcome(
        operations=sum(o > 0 for o in placed),
        late_orders=tuple(_late(floor, problem, solved)),
        seconds=perf_counter() - began,
        cost_before=None if cost_before is None else cost_before // 60,
        cost_after=solved.cost // 60,
        changeover_minutes=solved.changeover_minutes,
        overtime_minutes=solved.overtime_minutes,
        moved=moved,
        warnings=(*_displaced(floor, placed), *_contradictions(floor, problem, placed)),
    )
    if moved:
        _note(session, outcome, seed)
    return outcome


def _note(session: Session, outcome: ScheduleOutcome, seed: int) -> None:
    session.add(
        ScheduleRun(
            started_at=clock.now(), milliseconds=int(outcome.seconds * 1000), seed=seed,
            operations=outcome.operations, cost_before=outcome.cost_before, cost_after=outcome.cost_after,
            late_orders=len(outcome.late_orders), changeover_minutes=outcome.changeover_minutes,
        )
    )  # fmt: skip


def repaired(problem: plan.Problem, before: Mapping[int, Assignment]) -> tuple[Schedule, bool]:
    """The places *before*, changed only where they are no longer possible; whether anything changed."""
    from factory_erp.planning.schedule import engine

    waiting = [o.id for o in problem.operations if not o.done and not o.fixed]
    if not any(number in before for number in waiting):
        return engine.first(problem), False
    solved = engine.repair(problem, {o: a for o, a in before.items() if o in problem.operation})
    return solved, any(_differs(before.get(number), solved.assignments[number]) for number in waiting)


def _differs(before: Assignment | None, after: Assignment) -> bool:
    return before is None or (before.machine, before.start, before.end) != (
        after.machine, after.start, after.end,
    )  # fmt: skip


def improved(problem: plan.Problem, start: Schedule, progress: Progress | None) -> Schedule:
    """*start* after a short search, the same for the same problem."""
    from factory_erp.planning.schedule.searching import improve

    report, cancelled = told(progress)
    return improve(
        problem, start, iterations=POLISH_STEPS, seconds=POLISH_SECONDS, progress=report, cancelled=cancelled
    )


def solve(
    session: Session,
    floor: Floor,
    moving: Collection[int] | None,
    scheduler: Scheduler,
    progress: Progress | None = None,
    extra: Extra | None = None,
) -> tuple[plan.Problem, Schedule]:
    """Schedule the floor's open work, and *extra* orders beside it, in the shortest horizon that does."""
    return in_horizon(
        session, floor, lambda problem: scheduler.solve(problem, *told(progress)), Choice(moving), extra
    )


def in_horizon(
    session: Session, floor: Floor, solver: Solver, choice: Choice, extra: Extra | None = None
) -> tuple[plan.Problem, Schedule]:
    """What *solver* makes of the floor's open work in the shortest horizon that is long enough."""
    failure: DomainError | None = None
    for days in HORIZONS:
        problem = build_problem(session, floor, days, extra=extra, choice=choice)
        try:
            return problem, solver(problem)
        except BeyondCalendar as error:
            failure = error
    assert failure is not None
    raise failure


def told(progress: Progress | None) -> tuple[Callable[[int, int], None], Callable[[], bool]]:
    """How the solver says how far it is, and asks whether to stop with the best so far."""
    watch = progress or Quiet()
    return (lambda done, total: watch.report(done, total, _("Scheduling"))), (lambda: watch.cancelled)


def _late(floor: Floor, problem: plan.Problem, solved: Schedule) -> Iterator[LateOrder]:
    late = [
        order
        for order in floor.orders.values()
        if working_time.day_of(solved.finish[order.id], floor.place) > order.needed
    ]
    for order in sorted(late, key=lambda o: (-solved.lateness[o.id], o.id)):
        why = reason_text(floor, problem, solved.reasons.get(order.id, ())[:1])
        yield LateOrder(order.number, order.needed, to_moment(solved.finish[order.id]), why)


def _displaced(floor: Floor, placed: Mapping[int, Assignment]) -> Iterator[str]:
    """Locked operations that begin elsewhere now: the machine is closed, or something has more right."""
    for order in floor.orders.values():
        for step in floor.operations.get(order.id, ()):
            was, now = (place_of(step), placed.get(step.id)) if step.locked else (None, None)
            if step.state != OperationState.WAITING or was is None or now is None:
                continue
            if (was.machine, was.start) != (now.machine, now.start):
                yield _("{number} could not stay where it was locked: {before} → {after}.",
                        number=order.number, before=_where(floor, was), after=_where(floor, now))  # fmt: skip


def _where(floor: Floor, place: Assignment) -> str:
    machine = floor.machines.get(place.machine)
    return " ".join((*([machine.code] if machine else []), _local(floor, place.start)))


def _local(floor: Floor, minute: int) -> str:
    return f"{to_moment(minute).astimezone(floor.place):%Y-%m-%d %H:%M}"


def _contradictions(floor: Floor, problem: plan.Problem, placed: Mapping[int, Assignment]) -> Iterator[str]:
    """Locked operations that begin before what is ahead of them ends."""
    for order in floor.orders.values():
        steps = [o for o in problem.routing[order.id] if not o.done]
        for before, after in pairwise(steps):
            at = placed[after.id]
            waits = not before.transfer_ppm and at.start < placed[before.id].end + before.lag
            if after.fixed and at.start >= floor.now and waits:
                yield _("{number} is locked at {moment}, before the step ahead of it is done: unlock it.",
                        number=order.number, moment=_local(floor, at.start))  # fmt: skip
