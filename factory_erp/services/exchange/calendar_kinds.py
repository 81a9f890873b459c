"""Working time in and out: the weekly shifts of calendars, and the days that differ.

A calendar's shifts are replaced as a whole, and so is a day. A shift that ends at or before its
beginning runs into the next day: 22:00 to 06:00.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from factory_erp.i18n import N_, _
from factory_erp.models.engineering import Calendar, CalendarException, CalendarShift
from factory_erp.services.bulk import insert_rows
from factory_erp.services.exchange.fields import Field, choice, clock_time, code, day, text
from factory_erp.services.exchange.grouping import grouped, header, resolve, unrefused
from factory_erp.services.exchange.kind import Intake, Kind, Record, Verdict
from factory_erp.services.exchange.upsert import change_rows, differences
from factory_erp.services.exchange.weekdays import NUMBERS, WEEKDAYS, WORDS

DAY, WEEK = 1440, 7 * 1440
"""Minutes."""

CALENDAR = Field(
    "calendar",
    N_("Calendar"),
    code(20),
    required=True,
    key_part=True,
    aliases=("Code", "日历", "日历编码"),
    example="DAY",
)
NAMES = (
    Field("name_en", N_("English name"), text(80), aliases=("Name", "英文名称"), example="Day shift"),
    Field("name_zh", N_("Chinese name"), text(80), aliases=("中文名称",), example="白班"),
)
SHIFT_FIELDS = (
    CALENDAR,
    Field(
        "weekday",
        N_("Weekday"),
        choice(WEEKDAYS),
        required=True,
        key_part=True,
        aliases=("Day", "星期"),
        example="Monday",
    ),
    Field(
        "start",
        N_("From"),
        clock_time(),
        required=True,
        key_part=True,
        aliases=("Start", "开始"),
        example="08:00",
    ),
    Field(
        "end",
        N_("To"),
        clock_time(),
        required=True,
        aliases=("End", "Until", "结束"),
        example="17:00",
        hint=N_("An end before the start is on the next day."),
    ),
    *NAMES,
)
DAY_FIELDS = (
    CALENDAR,
    Field(
        "day", N_("Day"), day(), required=True, key_part=True, aliases=("Date", "日期"), example="2026-10-01"
    ),
    Field(
        "start",
        N_("From"),
        clock_time(),
        key_part=True,
        default=None,
        aliases=("Start", "开始"),
        hint=N_("Empty, with an empty end: closed all day."),
    ),
    Field("end", N_("To"), clock_time(), default=None, aliases=("End", "Until", "结束")),
    Field("reason", N_("Reason"), text(120), aliases=("Holiday", "原因", "节日"), example="National Day"),
)

Span = tuple[int, int]
"""From one minute to another; past 1440 on the next day."""


def _span(start: int, end: int) -> Span:
    return start, end if end > start else end + DAY


def _shown_end(end: int) -> int:
    return end - DAY if end > DAY else end


def take_calendars(session: Session, records: Sequence[Record], intake: Intake) -> None:
    """Make the calendars' names and shifts what the rows say."""
    there = {calendar.code: calendar for calendar in session.scalars(select(Calendar))}
    shifts = _shifts(session)
    for name, rows in grouped(records, lambda record: str(record["calendar"])).items():
        said = header(rows, NAMES, intake)
        wanted = [(NUMBERS[row["weekday"]], *_span(row["start"], row["end"])) for row in rows]
        _refuse_overlaps(rows, wanted, intake)
        stored = there.get(name)
        held = shifts.get(stored.id, []) if stored else []
        verdict = _calendar(session, name, said, stored, sorted(wanted) != sorted(held))
        if verdict is not Verdict.UNCHANGED and not intake.rejected:
            _write_shifts(session, name, wanted)
        for row in rows:
            intake.note(row, verdict)


def _refuse_overlaps(rows: Sequence[Record], shifts: Sequence[tuple[int, int, int]], intake: Intake) -> None:
    week = sorted((weekday * DAY + start, weekday * DAY + end, row)
                  for (weekday, start, end), row in zip(shifts, rows, strict=True))  # fmt: skip
    again = (week[0][0] + WEEK, week[0][1] + WEEK, week[0][2])
    for (_start, end, _row), (start, _end, row) in pairwise([*week, again]):
        if start < end:
            intake.reject(row, "start", _("This shift begins before another one of the calendar ends."))


def _calendar(
    session: Session, name: str, said: Mapping[str, Any], stored: Calendar | None, shifts_differ: bool
) -> Verdict:
    """Make or change the calendar itself; what became of it and its shifts together."""
    if stored is None:
        english = said.get("name_en") or name
        insert_rows(session, Calendar, [
            {"code": name, "name_en": english, "name_zh": said.get("name_zh") or english}
        ])  # fmt: skip
        return Verdict.CREATED
    given = {key: value for key, value in said.items() if value}
    different = differences({"name_en": stored.name_en, "name_zh": stored.name_zh}, given)
    if different or shifts_differ:
        change_rows(session, Calendar, [(stored.id, different or {"name_en": stored.name_en})])
        return Verdict.UPDATED
    return Verdict.UNCHANGED


def _write_shifts(session: Session, name: str, shifts: Sequence[tuple[int, int, int]]) -> None:
    calendar_id = session.scalars(select(Calendar.id).filter_by(code=name)).one()
    session.execute(delete(CalendarShift).where(CalendarShift.calendar_id == calendar_id))
    insert_rows(session, CalendarShift, [
        {"calendar_id": calendar_id, "weekday": weekday, "start_minute": start, "end_minute": end}
        for weekday, start, end in shifts
    ])  # fmt: skip


def _shifts(session: Session) -> dict[int, list[tuple[int, int, int]]]:
    """(weekday, start, end) by calendar id."""
    found: dict[int, list[tuple[int, int, int]]] = {}
    columns = (
        CalendarShift.calendar_id,
        CalendarShift.weekday,
        CalendarShift.start_minute,
        CalendarShift.end_minute,
    )
    for calendar_id, *shift in session.execute(select(*columns).order_by(*columns)):
        weekday, start, end = shift
        found.setdefault(calendar_id, []).append((weekday, start, end))
    return found


def give_calendars(session: Session) -> Iterator[Mapping[str, Any]]:
    """Every shift of every calendar, by code, weekday and start."""
    shifts = _shifts(session)
    for calendar in session.scalars(select(Calendar).order_by(Calendar.code)):
        for weekday, start, end in shifts.get(calendar.id, ()):
            yield {
                "calendar": calendar.code,
                "weekday": WORDS[weekday],
                "start": start,
                "end": _shown_end(end),
                "name_en": calendar.name_en,
                "name_zh": calendar.name_zh,
            }


def take_days(session: Session, records: Sequence[Record], intake: Intake) -> None:
    """Make the days that differ what the rows say; a day without hours is closed."""
    remedy = _("Import the calendars first.")
    calendars = resolve(session, Calendar.code, records, "calendar", intake, remedy)
    held = _days(session)
    changed: dict[int, None] = {}
    for (name, on), rows in grouped(unrefused(records, intake), _day_of).items():
        calendar_id = calendars[name]
        before = held.get((calendar_id, on), [])
        wanted = _wanted_day(rows, before, intake)
        same = sorted(wanted) == sorted(before)
        for row in rows:
            intake.note(row, Verdict.UNCHANGED if same else Verdict.UPDATED if before else Verdict.CREATED)
        if not same and not intake.rejected:
            _write_day(session, calendar_id, on, wanted)
            changed[calendar_id] = None
    _raise_versions(session, list(changed))


def _day_of(record: Record) -> tuple[str, date]:
    return record["calendar"], record["day"]


def _wanted_day(
    rows: Sequence[Record], before: Sequence[tuple[int, int, str]], intake: Intake
) -> list[tuple[int, int, str]]:
    """(start, end, reason) of one day's rows."""
    reason = before[0][2] if before else ""
    wanted = []
    for row in rows:
        start, end = row.get("start"), row.get("end")
        if (start is None) != (end is None):
            key = "start" if start is None else "end"
            intake.reject(row, key, _("Give both a start and an end, or neither: then the day is closed."))
        elif start is None and len(rows) > 1:
            intake.reject(row, "start", _("Another row gives hours to the same day."))
        hours = (0, 0) if start is None or end is None else _span(start, end)
        wanted.append((*hours, row.get("reason", reason)))
    spans = sorted(
        zip(((start, end) for start, end, _reason in wanted), rows, strict=True), key=lambda s: s[0]
    )
    for ((_start, end), _row), ((start, _end), row) in pairwise(spans):
        if start < end:
            intake.reject(row, "start", _("These hours begin before others of the same day end."))
    return wanted


def _write_day(session: Session, calendar_id: int, on: date, hours: Sequence[tuple[int, int, str]]) -> None:
    same_day = (CalendarException.calendar_id == calendar_id) & (CalendarException.day == on)
    session.execute(delete(CalendarException).where(same_day))
    insert_rows(session, CalendarException, [
        {"calendar_id": calendar_id, "day": on, "start_minute": start, "end_minute": end, "reason": reason}
        for start, end, reason in hours
    ])  # fmt: skip


def _raise_versions(session: Session, calendar_ids: Sequence[int]) -> None:
    """Let forms that have the calendar open hear that it changed."""
    names = dict(session.execute(select(Calendar.id, Calendar.name_en)).all())
    change_rows(session, Calendar, [(at, {"name_en": names[at]}) for at in calendar_ids])


def _days(session: Session) -> dict[tuple[int, date], list[tuple[int, int, str]]]:
    found: dict[tuple[int, date], list[tuple[int, int, str]]] = {}
    for row in session.scalars(select(CalendarException)):
        hours = (row.start_minute, row.end_minute, row.reason)
        found.setdefault((row.calendar_id, row.day), []).append(hours)
    return found


def give_days(session: Session) -> Iterator[Mapping[str, Any]]:
    """Every day that differs, by calendar, day and start."""
    names = dict(session.execute(select(Calendar.id, Calendar.code)).all())
    days = sorted((names[calendar_id], on, hours) for (calendar_id, on), hours in _days(session).items())
    for name, on, hours in days:
        for start, end, reason in sorted(hours):
            closed = end <= start
            yield {
                "calendar": name,
                "day": on,
                "start": None if closed else start,
                "end": None if closed else _shown_end(end),
                "reason": reason,
            }


KINDS = (
    Kind("calendars", N_("Calendars"), SHIFT_FIELDS, take_calendars, give_calendars),
    Kind(
        "calendar-days",
        N_("Days that differ"),
        DAY_FIELDS,
        take_days,
        give_days,
        needs=("calendars",),
    ),
)
