"""What the calendars tab reads, and its rows."""

from __future__ import annotations

from dataclasses import dataclass

from factory_erp.i18n import N_
from factory_erp.services.engineering import calendars
from factory_erp.services.engineering.calendars import CalendarSheet, CalendarView, DayInput
from factory_erp.ui.engineering.words import day_text, weekday
from factory_erp.ui.kit.rows import Column, Row
from factory_erp.ui.production.words import either, minutes

COLUMNS = (
    Column("code", N_("Code"), 72, narrowest=66),
    Column("name", N_("Name"), 270, narrowest=250),
    Column("week", N_("A week"), 84, kind="number", priority=1),
)
DAY_COLUMNS = (
    Column("day", N_("Date"), 132, narrowest=130),
    Column("what", N_("Hours"), 84, narrowest=80),
    Column("reason", N_("Reason"), 140, narrowest=120),
)


@dataclass(frozen=True, slots=True)
class CalendarsRead:
    """All calendars, and the one that is shown."""

    calendars: tuple[CalendarView, ...]
    sheet: CalendarSheet | None


def read_calendars(wanted: int | str, year: int) -> CalendarsRead:
    """The calendars and the sheet of the one with the id or code *wanted*, else of the first."""
    found = tuple(calendars.calendars())
    shown = next((one.id for one in found if wanted in (one.id, one.code)), found[0].id if found else None)
    return CalendarsRead(found, calendars.calendar_sheet(shown, year) if shown is not None else None)


def calendar_row(one: CalendarView) -> Row:
    """A calendar as the list shows it."""
    return one.code, either(one.name_en, one.name_zh), minutes(one.week_minutes)


def day_row(one: DayInput) -> Row:
    """A day that differs, as the list shows it."""
    return f"{one.day.isoformat()} {weekday(one.day.weekday())}", day_text(one), one.reason
