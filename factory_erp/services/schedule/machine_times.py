"""When a machine is closed or open other than its calendar says: maintenance, breakdowns, overtime.

Each change is followed by the schedule at once: what can no longer stay is put elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.domain.errors import InvalidValue, NotAllowed
from factory_erp.i18n import N_, _
from factory_erp.models.engineering import Machine
from factory_erp.models.planning import MachineTime, MachineTimeKind
from factory_erp.models.production import OperationState, ProductionOperation
from factory_erp.planning.calendar import to_minute
from factory_erp.services import clock
from factory_erp.services.base import get, query, use_case
from factory_erp.services.floor.facts import Floor, OperationFacts
from factory_erp.services.floor.reading import lock_schedule, read_floor
from factory_erp.services.master_data import assign, check_texts, differs, same_version
from factory_erp.services.schedule.scheduling import ScheduleOutcome, reschedule

KIND_NAMES = {
    MachineTimeKind.MAINTENANCE: N_("Maintenance"),
    MachineTimeKind.BREAKDOWN: N_("Breakdown"),
    MachineTimeKind.OVERTIME: N_("Overtime"),
}


@dataclass(frozen=True, slots=True)
class MachineTimeView:
    """A span of a machine that differs from its calendar (UTC)."""

    id: int
    machine_id: int
    machine: str
    kind: str
    starts_at: datetime
    ends_at: datetime
    reason: str
    version: int


@dataclass(frozen=True, slots=True)
class MachineTimeInput:
    """The same as its form holds it; *version* is the one the form read."""

    machine_id: int
    kind: str
    starts_at: datetime
    ends_at: datetime
    reason: str = ""
    id: int | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True)
class MachineTimeOutcome:
    """The spans that were written, and the schedule that follows; None where it was left alone."""

    ids: tuple[int, ...]
    schedule: ScheduleOutcome | None


@query
def machine_times(session: Session, start: datetime, end: datetime) -> list[MachineTimeView]:
    """The spans that touch the time between two moments, by machine and start."""
    one = MachineTime
    rows = session.execute(
        select(one, Machine.code)
        .join(Machine, Machine.id == one.machine_id)
        .where(one.starts_at < end, one.ends_at > start)
        .order_by(Machine.code, one.starts_at, one.id)
    )
    return [
        MachineTimeView(
            row.id, row.machine_id, code, row.kind, row.starts_at, row.ends_at, row.reason, row.version
        )
        for row, code in rows
    ]


@use_case
def save(session: Session, given: Sequence[MachineTimeInput], *, follow: bool = True) -> MachineTimeOutcome:
    """Write spans, new or changed, and let the schedule follow. The same again changes nothing.

    A breakdown moves what runs on the machine to the fastest other one that can do it and is free. Raises
    InvalidValue for a span that ends before it starts, or that overlaps another of its kind, Conflict where
    somebody changed it since it was read.
    """
    lock_schedule(session, alone=True)
    rows = [put_span(session, one) for one in given]
    session.flush()
    if not (follow and _written(session)):
        return MachineTimeOutcome(tuple(row.id for row in rows), None)
    _rehome(session, [row for row in rows if row.kind == MachineTimeKind.BREAKDOWN])
    return MachineTimeOutcome(tuple(row.id for row in rows), reschedule(session))


def add(
    machine_id: int, kind: str, starts_at: datetime, ends_at: datetime, reason: str = ""
) -> MachineTimeOutcome:
    """Write one span and let the schedule follow; raises as ``save`` does."""
    return save([MachineTimeInput(machine_id, kind, starts_at, ends_at, reason)]).value


@use_case
def remove(session: Session, ids: Sequence[int], *, follow: bool = True) -> ScheduleOutcome | None:
    """Forget spans, and let the schedule follow; those that are gone already are no matter."""
    lock_schedule(session, alone=True)
    rows = [row for row in (session.get(MachineTime, one) for one in ids) if row is not None]
    for row in rows:
        session.delete(row)
    session.flush()
    return reschedule(session) if rows and follow else None


@use_case
def end_now(session: Session, time_id: int, version: int | None = None) -> ScheduleOutcome | None:
    """Let a span that runs end with this minute, and the schedule follow; once only.

    One that has not lasted a minute yet is forgotten. None where it is over or gone already. Raises
    NotAllowed for a span that is still to come, Conflict where somebody changed it since it was read.
    """
    lock_schedule(session, alone=True)
    row = session.get(MachineTime, time_id)
    now = clock.now()
    if row is None or row.ends_at <= now:
        return None
    machine = get(session, Machine, row.machine_id)
    if row.starts_at > now:
        raise NotAllowed(
            _("The time on machine {code} has not begun.", code=machine.code),
            record=machine.code,
            field="ends_at",
            remedy=_("Remove it instead."),
        )
    same_version(row, version, machine.code)
    ends = _to_the_minute(now)
    if ends > row.starts_at:
        row.ends_at = ends
    else:
        session.delete(row)
    session.flush()
    return reschedule(session)


def _written(session: Session) -> bool:
    """Whether this transaction has written a span yet."""
    return bool(session.info.get("changes", {}).get(MachineTime.__tablename__))


def put_span(session: Session, given: MachineTimeInput) -> MachineTime:
    """Write one span, for use cases that let the schedule follow themselves; raises as ``save`` does."""
    machine = get(session, Machine, given.machine_id)
    if given.kind not in list(MachineTimeKind):
        raise InvalidValue(
            _("'{kind}' is no kind of machine time.", kind=given.kind),
            record=machine.code,
            field="kind",
            remedy=_("Choose maintenance, breakdown or overtime."),
        )
    starts, ends = (_to_the_minute(moment) for moment in (given.starts_at, given.ends_at))
    if ends <= starts:
        raise InvalidValue(
            _("The time on machine {code} must end after it starts.", code=machine.code),
            record=machine.code,
            field="ends_at",
            remedy=_("Enter a later end."),
        )
    values = {
        "machine_id": machine.id, "kind": given.kind, "starts_at": starts, "ends_at": ends,
        "reason": given.reason.strip(),
    }  # fmt: skip
    check_texts(MachineTime, values, machine.code)
    row = _known(session, given, values)
    _refuse_overlap(session, machine, row, given.kind, starts, ends)
    if row is None:
        row = MachineTime(**values)
        session.add(row)
        session.flush()
    elif differs(row, values):
        same_version(row, given.version, machine.code)
        assign(row, values)
    return row


def _to_the_minute(moment: datetime) -> datetime:
    to_minute(moment)  # refuses a time without its zone
    return moment.replace(second=0, microsecond=0)


def _known(session: Session, given: MachineTimeInput, values: dict[str, object]) -> MachineTime | None:
    """The row that the form is about: by its id or, saved a second time, by what it says."""
    if given.id is not None:
        return get(session, MachineTime, given.id)
    return session.scalar(select(MachineTime).filter_by(**values).limit(1))


def _refuse_overlap(
    session: Session, machine: Machine, row: MachineTime | None, kind: str, starts: datetime, ends: datetime
) -> None:
    one = MachineTime
    found = select(one.starts_at).where(
        one.machine_id == machine.id, one.kind == kind, one.starts_at < ends, one.ends_at > starts
    )
    if row is not None:
        found = found.where(one.id != row.id)
    if session.scalar(found.limit(1)) is not None:
        raise InvalidValue(
            _("Machine {code} has '{kind}' in that time already.",
              code=machine.code, kind=_(KIND_NAMES[MachineTimeKind(kind)])),
            record=machine.code,
            field="starts_at",
            remedy=_("Change the time that is there, or remove it first."),
        )  # fmt: skip


def _rehome(session: Session, breakdowns: Iterable[MachineTime]) -> None:
    """What runs on a machine that is broken now goes to the fastest free machine that can do it."""
    now = clock.now()
    broken = {row.machine_id for row in breakdowns if row.starts_at <= now < row.ends_at}
    if not broken:
        return
    floor = read_floor(session)
    running = [
        step
        for steps in floor.operations.values()
        for step in steps
        if step.state == OperationState.STARTED and step.machine_id
    ]
    busy = {step.machine_id for step in running} | broken
    for step in running:
        if step.machine_id in broken:
            other = _free_machine(floor, step, busy)
            if other is not None:
                get(session, ProductionOperation, step.id).machine_id = other
                busy.add(other)
    session.flush()


def _free_machine(floor: Floor, step: OperationFacts, busy: set[int | None]) -> int | None:
    """The fastest machine that may do the step and on which nothing runs, None where there is none."""
    named = floor.eligible.get(step.id, ())
    ways = floor.alternatives(step.centre_id, step.setup_minutes, step.run_minutes, named)
    free = [way for way in ways if way.machine not in busy and not _down(floor, way.machine)]
    return min(free, key=lambda way: (way.minutes, way.machine)).machine if free else None


def _down(floor: Floor, machine_id: int) -> bool:
    times = floor.machine_times.get(machine_id, ())
    return any(t.kind != MachineTimeKind.OVERTIME and t.start <= floor.now < t.end for t in times)
