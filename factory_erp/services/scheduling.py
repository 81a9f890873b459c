"""The live schedule: all open operations on the machines' calendars, written back where they changed.

Started operations stay where they are; the others follow material, precedence and changeovers as
``factory_erp.planning`` decides.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from time import perf_counter
from typing import Any, cast

from sqlalchemy import Table, bindparam, update
from sqlalchemy.orm import Session

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import _
from factory_erp.models.base import Base
from factory_erp.models.production import OperationState, ProductionOperation, ProductionOrder
from factory_erp.planning.calendar import DAY, BeyondCalendar, WorkingCalendar, to_minute, to_moment
from factory_erp.planning.schedule import problem as plan
from factory_erp.planning.schedule.dispatch import DispatchScheduler
from factory_erp.planning.schedule.result import Assignment, Reason, Schedule, Scheduler
from factory_erp.services import working_time
from factory_erp.services.base import touched, use_case
from factory_erp.services.floor import HALL, Floor, OperationFacts, OrderFacts, lock_schedule, read_floor
from factory_erp.services.progress import Progress, Quiet

HORIZONS = (120, 480, 1600)
"""Days for which calendars are expanded, the longer ones only if the work does not fit."""


@dataclass(frozen=True, slots=True)
class LateOrder:
    """A production order that will be finished after it is due, and what it waited for first."""

    number: str
    due: date
    finish: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class ScheduleOutcome:
    """How many operations stand in the schedule, what is late, and how long the work took."""

    operations: int
    late_orders: tuple[LateOrder, ...]
    seconds: float


@use_case
def schedule(
    session: Session,
    order_ids: Sequence[int] | None = None,
    progress: Progress | None = None,
    scheduler: Scheduler | None = None,
) -> ScheduleOutcome:
    """Schedule all open operations, or only those of some production orders around the others.

    Orders on hold are left out. Writes machines and times where they changed, and only of operations
    that are still in the state that was read. Raises NotAllowed for a work centre without
    machines and BeyondCalendar when the calendars are too short for the work.
    """
    began = perf_counter()
    lock_schedule(session, alone=True)
    floor = read_floor(session)
    moving = None if order_ids is None else frozenset(order_ids)
    problem, solved = solve(session, floor, moving, scheduler or DispatchScheduler(), progress)
    _write_operations(session, floor, solved)
    _write_orders(session, floor, solved)
    late = tuple(_late(floor, problem, solved))
    return ScheduleOutcome(sum(o > 0 for o in solved.assignments), late, perf_counter() - began)


def solve(
    session: Session,
    floor: Floor,
    moving: Collection[int] | None,
    scheduler: Scheduler,
    progress: Progress | None = None,
    extra: Callable[[Floor], tuple[list[plan.Order], list[plan.Operation]]] | None = None,
) -> tuple[plan.Problem, Schedule]:
    """Schedule the floor's open work, and *extra* orders beside it, in the shortest horizon that does."""
    failure: DomainError | None = None
    for days in HORIZONS:
        problem = build_problem(session, floor, days, moving, extra)
        try:
            return problem, scheduler.solve(problem, *_told(progress))
        except BeyondCalendar as error:
            failure = error
    assert failure is not None
    raise failure


def _told(progress: Progress | None) -> tuple[Callable[[int, int], None], Callable[[], bool]]:
    """How the solver says how far it is, and asks whether to stop with the best so far."""
    watch = progress or Quiet()
    return (lambda done, total: watch.report(done, total, _("Scheduling"))), (lambda: watch.cancelled)


def build_problem(
    session: Session,
    floor: Floor,
    days: int = HORIZONS[0],
    moving: Collection[int] | None = None,
    extra: Callable[[Floor], tuple[list[plan.Order], list[plan.Operation]]] | None = None,
) -> plan.Problem:
    """The scheduling problem of the open work; orders not in *moving* keep the place they have."""
    first = _first_day(floor)
    hours = working_time.open_hours(session, first, days, floor.place)
    machines = floor.plan_machines(hours, working_time.end_of_day(first + timedelta(days=days), floor.place))
    calendars = {machine.id: machine.calendar for machine in machines}
    orders = [_order(floor, order) for order in floor.orders.values()]
    steps = [
        step
        for order in floor.orders.values()
        for step in _steps(floor, calendars, order, moving is None or order.id in moving)
    ]
    if extra:
        more_orders, more_steps = extra(floor)
        orders, steps = orders + more_orders, steps + more_steps
    return plan.Problem(machines, floor.plan_centres(), tuple(steps), tuple(orders), floor.now)


def _first_day(floor: Floor) -> date:
    """Calendars begin where the oldest running operation began, so that its past can be counted."""
    running = (
        to_minute(step.started_at)
        for steps in floor.operations.values()
        for step in steps
        if step.started_at and step.state == OperationState.STARTED
    )
    return working_time.day_of(min([floor.now, *running]), floor.place) - timedelta(days=1)


def _order(floor: Floor, order: OrderFacts) -> plan.Order:
    steps = floor.operations.get(order.id, [])
    begun = any(step.state != OperationState.WAITING for step in steps)
    return plan.Order(
        id=order.id,
        release=0 if begun else material_minute(floor, order),
        due=working_time.end_of_day(order.due, floor.place),
        weight=max(1, order.priority),
        predecessors=() if begun else floor.feeders.get(order.id, ()),
    )


def material_minute(floor: Floor, order: OrderFacts) -> int:
    """When the last purchase for the order is there; an overdue one is expected now, none is 0."""
    if order.material_at is not None:
        return max(floor.now, to_minute(order.material_at))
    days = floor.waiting.get(order.id)
    return 0 if days is None else floor.now + days * DAY


def _steps(
    floor: Floor, calendars: Mapping[int, WorkingCalendar], order: OrderFacts, moving: bool
) -> Iterator[plan.Operation]:
    """Operations still to be done, with a wait in the hall where a step needs one after it."""
    ready = 0
    steps = floor.operations.get(order.id, [])
    for place, step in enumerate(steps):
        if step.state == OperationState.DONE:
            ready = _ready_after(step)
            continue
        fixed = _fixed(floor, calendars, order, step, moving)
        if step.subcontract_days:
            gone = away(step.id, order.id, 2 * place, step.subcontract_days)
            yield replace(gone, earliest=ready, fixed=fixed)
        else:
            yield _machined(floor, step, 2 * place, ready, fixed)
        ready = 0
        if step.queue_minutes and place + 1 < len(steps):
            yield wait(-step.id, order.id, 2 * place + 1, step.queue_minutes)


def _machined(
    floor: Floor, step: OperationFacts, sequence: int, ready: int, fixed: plan.Fixed | None
) -> plan.Operation:
    return plan.Operation(
        id=step.id,
        order=step.order_id,
        sequence=sequence,
        centre=step.centre_id,
        family=floor.families.number(step.family),
        alternatives=floor.alternatives(
            step.centre_id, step.setup_minutes, step.run_minutes, floor.eligible.get(step.id, ())
        ),
        earliest=ready,
        fixed=fixed,
    )


def away(number: int, order: int, sequence: int, days: int) -> plan.Operation:
    """The goods are at a subcontractor's for *days* of 24 hours: no machine of ours is taken."""
    return wait(number, order, sequence, days * DAY)


def wait(number: int, order: int, sequence: int, minutes: int) -> plan.Operation:
    """Goods lie in the hall for *minutes*, day and night."""
    return plan.Operation(number, order, sequence, HALL, 0, (plan.Alternative(HALL, 0, minutes),))


def _ready_after(step: OperationFacts) -> int:
    return to_minute(step.finished_at) + step.queue_minutes if step.finished_at else 0


def _fixed(
    floor: Floor,
    calendars: Mapping[int, WorkingCalendar],
    order: OrderFacts,
    step: OperationFacts,
    moving: bool,
) -> plan.Fixed | None:
    place = step.place
    if step.state == OperationState.STARTED and place and step.started_at:
        begin = to_minute(step.started_at)
        end = _forecast(floor, calendars[place], order, step, begin)
        return plan.Fixed(place, begin, end)
    if moving or not (place and step.planned_start and step.planned_finish):
        return None
    begin = to_minute(step.planned_start)
    return plan.Fixed(place, begin, to_minute(step.planned_finish)) if begin >= floor.now else None


def _forecast(
    floor: Floor, calendar: WorkingCalendar, order: OrderFacts, step: OperationFacts, begin: int
) -> int:
    """When a running operation ends: as planned from its start or, overdue, by what is left of it."""
    total = step.subcontract_days * DAY or floor.run_on(step)
    planned = begin + total if step.subcontract_days else calendar.add_working(begin, total)
    if planned > floor.now:
        return planned
    left = max(order.quantity - step.made, Decimal(0))
    return calendar.add_working(floor.now, max(1, int(total * left / order.quantity)))


def _write_operations(session: Session, floor: Floor, solved: Schedule) -> None:
    rows = []
    for steps in floor.operations.values():
        for step in steps:
            placed = solved.assignments.get(step.id)
            if placed is None:
                continue
            times = _times(placed)
            if (step.machine_id, step.planned_start, step.setup_finish, step.planned_finish) != times:
                names = ("machine_id", "planned_start", "setup_finish", "planned_finish")
                rows.append({"row": step.id, "read": step.state, **dict(zip(names, times, strict=True))})
    _update_rows(session, ProductionOperation, rows)


def _times(placed: Assignment) -> tuple[int | None, datetime, datetime, datetime]:
    machine = None if placed.machine == HALL else placed.machine
    return machine, to_moment(placed.start), to_moment(placed.setup_end), to_moment(placed.end)


def _write_orders(session: Session, floor: Floor, solved: Schedule) -> None:
    rows = []
    for order in floor.orders.values():
        starts = [start for start in _starts(floor, order, solved) if start]
        if not starts:
            continue
        material = material_minute(floor, order)
        wanted = (
            min(starts),
            to_moment(solved.finish[order.id]),
            order.material_at or (to_moment(material) if material else None),
        )
        if (order.planned_start, order.planned_finish, order.material_at) != wanted:
            names = ("planned_start", "planned_finish", "material_at")
            rows.append({"row": order.id, "read": order.state, **dict(zip(names, wanted, strict=True))})
    _update_rows(session, ProductionOrder, rows)


def _starts(floor: Floor, order: OrderFacts, solved: Schedule) -> Iterator[datetime | None]:
    for step in floor.operations.get(order.id, []):
        placed = solved.assignments.get(step.id)
        yield to_moment(placed.start) if placed else step.planned_start


def _update_rows(session: Session, kind: type[Base], rows: list[dict[str, Any]]) -> None:
    """One statement for all *rows* that are still in the state that was read.

    Versions stay, because nobody types planned times into a form.
    """
    if not rows:
        return
    table = cast(Table, kind.__table__)
    values: dict[str, Any] = {name: bindparam(name) for name in rows[0] if name not in ("row", "read")}
    still = (table.c.id == bindparam("row"), table.c.state == bindparam("read"))
    session.connection().execute(update(table).where(*still).values(values), rows)
    touched(session, kind, [row["row"] for row in rows])
    session.expire_all()


def _late(floor: Floor, problem: plan.Problem, solved: Schedule) -> Iterator[LateOrder]:
    late = [
        order
        for order in floor.orders.values()
        if working_time.day_of(solved.finish[order.id], floor.place) > order.needed
    ]
    for order in sorted(late, key=lambda o: (-solved.lateness[o.id], o.id)):
        why = reason_text(floor, problem, solved.reasons.get(order.id, ())[:1])
        yield LateOrder(order.number, order.needed, to_moment(solved.finish[order.id]), why)


def reason_text(floor: Floor, problem: plan.Problem, reasons: Sequence[Reason]) -> str:
    """The waits in plain words, first cause first."""
    return " ".join(_reason(floor, problem, reason) for reason in reasons)


def _reason(floor: Floor, problem: plan.Problem, reason: Reason) -> str:
    day = working_time.day_of(reason.until, floor.place).isoformat()
    if reason.kind == "material":
        return _("Its material is there on {day}.", day=day)
    if reason.kind == "capacity":
        return _("There is more work than time before it is due.")
    other = floor.orders[reason.ref].number if reason.ref in floor.orders else _("another part of the order")
    if reason.kind == "predecessor":
        return _("It waits for {number}, finished on {day}.", number=other, day=day)
    machine = floor.machines.get(reason.machine or 0)
    return _(
        "It waits for machine {machine} behind {number} until {day}.",
        machine=machine.code if machine else "",
        number=other,
        day=day,
    )
