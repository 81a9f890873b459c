"""When each machine is open: its calendar, less maintenance and breakdowns, with overtime apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.models.engineering import Machine
from factory_erp.models.planning import MachineTime
from factory_erp.planning.calendar import DAY, WorkingCalendar, to_minute, to_moment
from factory_erp.services import working_time
from factory_erp.services.working_time import Opening


@dataclass(frozen=True, slots=True)
class MachineHours:
    """The hours of every machine in use by machine, and which machines each centre has."""

    of: Mapping[int, Opening]
    machines: Mapping[int, tuple[int, ...]]
    """Centre → its machines in use, by code."""

    def usual(self) -> dict[int, WorkingCalendar]:
        """The calendar by which a centre's unscheduled work is counted: that of its first machine."""
        return {centre: self.of[machines[0]].calendar for centre, machines in self.machines.items()}


def machine_hours(session: Session, first: date, days: int, place: ZoneInfo) -> MachineHours:
    """The hours of all machines in use for *days* days from *first*: four statements."""
    hours = working_time.open_hours(session, first, days, place)
    shared = {number: Opening(WorkingCalendar(intervals)) for number, intervals in hours.items()}
    end = minute_of(first + timedelta(days=days), 0, place)
    times = _times(session, minute_of(first, 0, place), end)
    rows = session.execute(
        select(Machine.id, Machine.centre_id, Machine.calendar_id)
        .where(Machine.active)
        .order_by(Machine.code)
    )
    of: dict[int, Opening] = {}
    machines: dict[int, list[int]] = defaultdict(list)
    for machine, centre, calendar in rows:
        usual, spans = shared[calendar], times.get(machine)
        of[machine] = usual.changed(spans) if spans else usual
        machines[centre].append(machine)
    return MachineHours(of, {centre: tuple(found) for centre, found in machines.items()})


def _times(session: Session, begin: int, end: int) -> dict[int, list[tuple[int, int, str]]]:
    """Machine → its spans within begin … end in which it is closed or works overtime."""
    one = MachineTime
    rows = session.execute(
        select(one.machine_id, one.kind, one.starts_at, one.ends_at)
        .where(one.ends_at > to_moment(begin), one.starts_at < to_moment(end))
        .order_by(one.starts_at, one.id)
    )
    found: dict[int, list[tuple[int, int, str]]] = defaultdict(list)
    for machine, kind, starts, ends in rows:
        found[machine].append((max(begin, to_minute(starts)), min(end, to_minute(ends)), kind))
    return found


def minute_of(day: date, minute: int, place: ZoneInfo) -> int:
    """Planning minute of *minute* minutes after the factory's midnight of *day*; past 1440 the next day."""
    day, minute = day + timedelta(days=minute // DAY), minute % DAY
    return to_minute(datetime.combine(day, time(minute // 60, minute % 60), place))
