"""Working calendars: weekly shifts, days that differ, and the public holidays of a country.

Holidays come from the library ``holidays`` (MIT), which is imported only when it is asked for. Years
that a government has not announced yet are what the library can know, and ``holiday_note`` says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import extract, select
from sqlalchemy.orm import Session, selectinload

from factory_erp.domain.countries import COUNTRIES, country_name
from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _, language
from factory_erp.models.engineering import Calendar, CalendarException, CalendarShift, Machine
from factory_erp.models.partners import Partner
from factory_erp.services import clock
from factory_erp.services.base import get, query, use_case
from factory_erp.services.engineering.revisions import raise_version
from factory_erp.services.engineering.work_centres import named, put, refuse_used
from factory_erp.services.master_data import check_texts

DAY = 1440
WEEK = 7 * DAY
ONE_DAY = timedelta(days=1)
SATURDAY = 5
FIRST_YEAR, LAST_YEAR = 1950, 2100
LONGEST_REASON = 120
MEMORY = 10
"""Years before this one in which a country is looked at for make-up working days."""

Span = tuple[int, int]
"""Minutes after midnight, from and to; past 1440 the span runs into the next day."""


@dataclass(frozen=True, slots=True)
class ShiftInput:
    """Open each week from one minute of a weekday (0 Monday) to another; past 1440 into the next day."""

    weekday: int
    start_minute: int
    end_minute: int


@dataclass(frozen=True, slots=True)
class CalendarInput:
    """A calendar's form: its weekly shifts; *version* is the one the form read."""

    code: str
    name_en: str
    name_zh: str
    shifts: tuple[ShiftInput, ...]
    id: int | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True)
class DayInput:
    """A day with other hours than its weekday's; no *spans*: closed."""

    day: date
    spans: tuple[Span, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CalendarView:
    """A calendar in the list; *week_minutes* it is open in an ordinary week, *machines* by code."""

    id: int
    code: str
    name_en: str
    name_zh: str
    week_minutes: int
    machines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CalendarSheet:
    """A calendar with its shifts by weekday, and the days of one year that differ, by day."""

    id: int
    code: str
    name_en: str
    name_zh: str
    week_minutes: int
    machines: tuple[str, ...]
    shifts: tuple[ShiftInput, ...]
    year: int
    days: tuple[DayInput, ...]
    version: int


@dataclass(frozen=True, slots=True)
class CountryView:
    """A country whose holidays are known; *code* after ISO 3166-1."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class HolidayRow:
    """A public holiday or, where *working*, a weekend day that is worked for it (调休).

    *known*: the calendar says something of that day already, and keeps it.
    """

    day: date
    name: str
    working: bool
    known: bool


@query
def calendars(session: Session) -> list[CalendarView]:
    """All calendars by code."""
    machines = _machines(session)
    found = select(Calendar).options(selectinload(Calendar.shifts)).order_by(Calendar.code)
    return [
        CalendarView(row.id, row.code, row.name_en, row.name_zh, _week(row), tuple(machines.get(row.id, ())))
        for row in session.scalars(found)
    ]


@query
def calendar_sheet(session: Session, calendar_id: int, year: int | None = None) -> CalendarSheet:
    """The calendar with the days of *year* (this year) that differ. Raises NotFound."""
    row = get(session, Calendar, calendar_id)
    shown = year or clock.today().year
    return CalendarSheet(
        row.id, row.code, row.name_en, row.name_zh, _week(row), tuple(_machines(session).get(row.id, ())),
        _typed(row.shifts), shown, tuple(_days(session, row.id, shown).values()), row.version,
    )  # fmt: skip


def _machines(session: Session) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for calendar, code in session.execute(select(Machine.calendar_id, Machine.code).order_by(Machine.code)):
        found.setdefault(calendar, []).append(code)
    return found


def _week(row: Calendar) -> int:
    return sum(shift.end_minute - shift.start_minute for shift in row.shifts)


def _typed(shifts: Iterable[CalendarShift]) -> tuple[ShiftInput, ...]:
    rows = (ShiftInput(shift.weekday, shift.start_minute, shift.end_minute) for shift in shifts)
    return tuple(sorted(rows, key=lambda row: (row.weekday, row.start_minute)))


def _days(session: Session, calendar_id: int, year: int) -> dict[date, DayInput]:
    """The days of *year* that differ, in order."""
    rows = session.scalars(
        select(CalendarException)
        .where(CalendarException.calendar_id == calendar_id)
        .where(extract("year", CalendarException.day) == year)
        .order_by(CalendarException.day, CalendarException.start_minute)
    )
    found: dict[date, DayInput] = {}
    for row in rows:
        before = found.get(row.day, DayInput(row.day, (), row.reason))
        span = ((row.start_minute, row.end_minute),) if row.end_minute > row.start_minute else ()
        found[row.day] = DayInput(row.day, (*before.spans, *span), before.reason or row.reason)
    return found


@use_case
def save_calendar(session: Session, given: CalendarInput) -> int:
    """Write the calendar with its weekly shifts; its id. The same form again changes nothing.

    Raises InvalidValue for shifts that overlap or last more than a day, and for a missing or taken
    code; Conflict where somebody changed it since it was read.
    """
    values = named(Calendar, given)
    shifts = tuple(sorted(given.shifts, key=lambda shift: (shift.weekday, shift.start_minute)))
    _check_shifts(values["code"], shifts)
    row = put(session, Calendar, given.id, given.version, values, lambda one: _typed(one.shifts) != shifts)
    if _typed(row.shifts) != shifts:
        raise_version(row, "code")
        row.shifts.clear()
        session.flush()  # the old shifts must be gone before the same hours are given again
        row.shifts.extend(CalendarShift(weekday=s.weekday, start_minute=s.start_minute,
                                        end_minute=s.end_minute) for s in shifts)  # fmt: skip
    session.flush()
    return row.id


def _check_shifts(code: str, shifts: Sequence[ShiftInput]) -> None:
    spans = [
        (shift.weekday * DAY + shift.start_minute, shift.weekday * DAY + shift.end_minute) for shift in shifts
    ]
    if any(not 0 <= shift.weekday < 7 for shift in shifts):
        raise _wrong(code, _("A week has seven days."))
    _check_spans(code, [(shift.start_minute, shift.end_minute) for shift in shifts])
    around = [*spans, *((start + WEEK, end + WEEK) for start, end in spans[:1])]
    _check_apart(code, around)


def _check_spans(code: str, spans: Iterable[Span]) -> None:
    if any(not (0 <= start < DAY and start < end <= start + DAY) for start, end in spans):
        raise _wrong(code, _("Hours begin between 00:00 and 24:00 and last at most a day."))


def _check_apart(code: str, spans: Sequence[Span]) -> None:
    if any(before[1] > after[0] for before, after in pairwise(spans)):
        raise _wrong(code, _("Two shifts overlap."))


def _wrong(code: str, said: str) -> InvalidValue:
    return InvalidValue(said, record=code, field=_("Shifts"), remedy=_("Correct the hours and save again."))


@use_case
def remove_calendar(session: Session, calendar_id: int) -> None:
    """Forget the calendar. Raises NotAllowed, naming them, while machines work or suppliers deliver by it."""
    row = session.get(Calendar, calendar_id)
    if row is not None:
        machines = _machines(session).get(row.id, [])
        refuse_used(row.code, machines, _("Give these machines another calendar first."))
        codes = select(Partner.code).filter_by(calendar_id=row.id).order_by(Partner.code)
        refuse_used(row.code, session.scalars(codes).all(), _("Give these suppliers another calendar first."))
        session.delete(row)


@use_case
def set_days(session: Session, calendar_id: int, days: Sequence[DayInput]) -> int:
    """Give days other hours than their weekday's, in place of what was said of them; how many changed.

    Raises InvalidValue for hours that overlap or last more than a day.
    """
    row = get(session, Calendar, calendar_id, lock=True)
    return _set_days(session, row, days)


def _set_days(session: Session, row: Calendar, days: Sequence[DayInput]) -> int:
    wanted = {given.day: _tidy(row.code, given) for given in days}
    before: dict[date, DayInput] = {}
    for year in {day.year for day in wanted}:
        before |= _days(session, row.id, year)
    changed = [given for day, given in wanted.items() if before.get(day) != given]
    _clear(session, row.id, [given.day for given in changed])
    for given in changed:
        for start, end in given.spans or ((0, 0),):
            session.add(CalendarException(calendar_id=row.id, day=given.day, start_minute=start,
                                          end_minute=end, reason=given.reason))  # fmt: skip
    session.flush()
    return len(changed)


def _tidy(code: str, given: DayInput) -> DayInput:
    spans = tuple(sorted(given.spans))
    _check_spans(code, spans)
    _check_apart(code, spans)
    reason = given.reason.strip()[:LONGEST_REASON]
    check_texts(CalendarException, {"reason": reason}, code)
    return DayInput(given.day, spans, reason)


@use_case
def clear_days(session: Session, calendar_id: int, days: Sequence[date]) -> int:
    """Let days have their weekday's hours again; how many had others."""
    get(session, Calendar, calendar_id, lock=True)
    return _clear(session, calendar_id, days)


def _clear(session: Session, calendar_id: int, days: Sequence[date]) -> int:
    rows = list(
        session.scalars(
            select(CalendarException)
            .where(CalendarException.calendar_id == calendar_id)
            .where(CalendarException.day.in_(days))
        )
    )
    for row in rows:
        session.delete(row)
    session.flush()
    return len({row.day for row in rows})


def countries() -> list[CountryView]:
    """The countries whose holidays the library knows, by name in the reader's language."""
    from holidays.registry import EntityLoader

    codes = [code for code in EntityLoader.get_country_codes(include_aliases=False) if code in COUNTRIES]
    found = [CountryView(code, country_name(code, language())) for code in codes]
    return sorted(found, key=lambda row: row.name)


@query
def holiday_preview(session: Session, calendar_id: int, country: str, year: int) -> list[HolidayRow]:
    """What ``add_holidays`` would add, by day. Raises InvalidValue for a country or year not known."""
    return _holidays(session, get(session, Calendar, calendar_id), country, year)


@use_case
def add_holidays(session: Session, calendar_id: int, country: str, year: int) -> int:
    """Close the calendar on the country's public holidays of *year*; how many days it says more.

    Weekend days that are worked instead (调休) get the hours of an ordinary working day. Days of which
    the calendar says something already stay as they are, so that adding twice is harmless.
    """
    row = get(session, Calendar, calendar_id, lock=True)
    hours = _ordinary_hours(row)
    days = [
        DayInput(found.day, hours if found.working else (), found.name)
        for found in _holidays(session, row, country, year)
        if not found.known
    ]
    return _set_days(session, row, days)


def holiday_note(country: str, year: int) -> str:
    """A warning where the days of *year* may still change; empty where they are official.

    A country that moves working days (China does, late in the year before) and has moved none in a year
    to come has not announced it; days that the library calls estimated follow the moon.
    """
    first = min(year, clock.today().year) - MEMORY
    found = _library(country, range(first, year + 1))
    moves = {day.year for day in found.weekend_workdays if first <= day.year <= year}
    if moves and year not in moves and year > max(moves) and year >= clock.today().year:
        return _("The official days for {year} are not announced yet.", year=year)
    label = found.tr(getattr(found, "estimated_label", "") or "").replace("%s", "").strip(" ()（）")
    if label and any(label in name for day, name in found.items() if day.year == year):
        return _("Some days of {year} are estimated: they follow the moon.", year=year)
    return ""


def _holidays(session: Session, row: Calendar, country: str, year: int) -> list[HolidayRow]:
    found = _library(country, [year])
    known = _days(session, row.id, year)
    named = {day: str(name) for day, name in found.items() if day.year == year}
    worked = {day for day in found.weekend_workdays if day.year == year} if _ordinary_hours(row) else set()
    if worked:
        named |= _weekends(named, found.weekend_workdays, {shift.weekday for shift in row.shifts})
    rows = [HolidayRow(day, name[:LONGEST_REASON], False, day in known) for day, name in named.items()]
    rows += [HolidayRow(day, _("Make-up working day"), True, day in known) for day in worked]
    return sorted(rows, key=lambda found: found.day)


def _weekends(named: Mapping[date, str], worked: Iterable[date], open_on: set[int]) -> dict[date, str]:
    """Weekend days beside a holiday, where working days are moved: the announced holiday holds them too.

    The library leaves them out because they are free anyway; a calendar that is open on Saturdays
    has to be told. Only days on which the calendar is open are given.
    """
    free, never = dict(named), set(worked)
    for _pass in range(2):  # Saturday and Sunday
        for day, name in sorted(free.items()):
            for beside in (day - ONE_DAY, day + ONE_DAY):
                if beside.weekday() >= SATURDAY and beside.year == day.year and beside not in never:
                    free.setdefault(beside, name)
    return {day: name for day, name in free.items() if day not in named and day.weekday() in open_on}


def _ordinary_hours(row: Calendar) -> tuple[Span, ...]:
    """The hours of the first weekday from Monday to Friday that has any."""
    for weekday in range(SATURDAY):
        hours = sorted((s.start_minute, s.end_minute) for s in row.shifts if s.weekday == weekday)
        if hours:
            return tuple(hours)
    return ()


def _library(country: str, years: Iterable[int]) -> Any:
    """The library's holidays of *country*, named in the reader's language where it can."""
    from holidays import country_holidays
    from holidays.registry import EntityLoader

    wanted = list(years)
    if not FIRST_YEAR <= wanted[-1] <= LAST_YEAR:
        raise InvalidValue(
            _("Holidays are known from {first} to {last}.", first=FIRST_YEAR, last=LAST_YEAR),
            field=_("Year"),
            remedy=_("Choose another year."),
        )
    if country not in EntityLoader.get_country_codes(include_aliases=False):
        raise InvalidValue(
            _("The holidays of '{country}' are not known.", country=country),
            field=_("Country"),
            remedy=_("Choose a country of the list."),
        )
    spoken = country_holidays(country, years=wanted[-1]).supported_languages
    return country_holidays(country, years=wanted, language=_spoken(spoken))


def _spoken(supported: Sequence[str]) -> str | None:
    """The reader's language or, failing that, English, if the library has it for the country."""
    for start in (language(), language()[:2], "en"):
        for code in supported:
            if code.startswith(start):
                return code
    return None
