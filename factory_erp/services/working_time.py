"""The factory's time: its zone, its days, and when each calendar is open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from factory_erp.models.engineering import Calendar, CalendarException, CalendarShift
from factory_erp.models.partners import Company
from factory_erp.models.planning import MachineTimeKind
from factory_erp.planning.calendar import (
    DAY,
    Interval,
    Shift,
    WorkingCalendar,
    expand,
    merge,
    subtract,
    to_minute,
    to_moment,
)
from factory_erp.services import clock
from factory_erp.services.clock import FACTORY_ZONE

LONGEST_STEP = timedelta(days=90)
"""Working times that ended earlier than this before now matter to nothing that still runs."""


def zone(session: Session) -> ZoneInfo:
    """The company's time zone."""
    return ZoneInfo(session.scalar(select(Company.time_zone)) or FACTORY_ZONE)


def end_of_day(day: date, place: ZoneInfo) -> int:
    """Minute in which *day* is over at the factory: what is due on it must be finished by then."""
    return to_minute(datetime.combine(day + timedelta(days=1), time(), place))


def day_of(minute: int, place: ZoneInfo) -> date:
    """The factory's day on which work that ends at *minute* ends; midnight belongs to the day before."""
    return clock.day_of(to_moment(minute), place.key)


def open_hours(session: Session, start: date, days: int, place: ZoneInfo) -> dict[int, tuple[Interval, ...]]:
    """Open intervals of every calendar from *start* on, by calendar id, in planning minutes."""
    statement = select(Calendar).options(selectinload(Calendar.shifts), selectinload(Calendar.exceptions))
    return {
        calendar.id: expand(_shifts(calendar.shifts), _exceptions(calendar.exceptions), start, days, place)
        for calendar in session.scalars(statement)
    }


def _shifts(shifts: Iterable[CalendarShift]) -> list[Shift]:
    return [Shift(shift.weekday, *_hours(shift.start_minute, shift.end_minute)) for shift in shifts]


def _exceptions(exceptions: Iterable[CalendarException]) -> dict[date, list[Interval]]:
    """Hours of the days that differ; a day without hours is closed."""
    days: dict[date, list[Interval]] = {}
    for row in exceptions:
        hours = days.setdefault(row.day, [])
        if row.end_minute > row.start_minute:
            hours.append(_hours(row.start_minute, row.end_minute))
    return days


def _hours(start: int, end: int) -> Interval:
    """The table counts past midnight (22:00 to 30:00), the plan wraps round (22:00 to 06:00)."""
    return start, end - DAY if end > DAY else end


@dataclass(frozen=True, slots=True)
class Opening:
    """When a machine is open, and which parts of that cost extra."""

    calendar: WorkingCalendar
    overtime: tuple[Interval, ...] = ()

    def changed(self, spans: Iterable[tuple[int, int, str]]) -> Opening:
        """With spans (start, end, kind of machine time) of overtime added, and those it is down taken out."""
        extra: list[Interval] = []
        down: list[Interval] = []
        for start, end, kind in spans:
            if start < end:
                (extra if kind == MachineTimeKind.OVERTIME else down).append((start, end))
        intervals = subtract(merge([*self.calendar.intervals, *extra]), down)
        overtime = subtract(subtract(merge(extra), self.calendar.intervals), down)
        return Opening(WorkingCalendar(intervals), overtime)
