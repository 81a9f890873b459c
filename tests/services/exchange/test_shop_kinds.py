"""Work centres, machines, changeovers and calendars by file."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from factory_erp.models.database import Database
from factory_erp.models.engineering import (
    Calendar,
    CalendarException,
    CalendarShift,
    Changeover,
    Machine,
    WorkCentre,
)
from tests.services.exchange.rows import counts, given, reasons, took, unchanged_again

CENTRE = {"centre": "FORM", "name_en": "Forming", "name_zh": "成型", "machine_rate": "22.5", "crew": "0.5"}
MACHINE = {"machine": "P1", "name_en": "Press 1", "centre": "FORM", "speed_percent": "120"}


def _shifts(db: Database) -> list[tuple[int, int, int]]:
    columns = (CalendarShift.weekday, CalendarShift.start_minute, CalendarShift.end_minute)
    with db.session() as session:
        rows = session.execute(select(*columns).order_by(*columns))
        return [(weekday, start, end) for weekday, start, end in rows]


def test_work_centres_come_with_their_rates(db: Database) -> None:
    assert counts(took("work-centres", CENTRE, {"centre": "PAINT", "name_en": "Paint"})) == (2, 0, 0, 0)
    assert counts(took("work-centres", {**CENTRE, "crew": "2"})) == (0, 1, 0, 0)
    with db.session() as session:
        form, paint = session.scalars(select(WorkCentre).order_by(WorkCentre.code))
        assert (form.machine_rate, form.crew, form.version) == (Decimal("22.5"), Decimal(2), 2)
        assert (paint.name_zh, paint.machine_rate, paint.crew) == ("Paint", Decimal(0), Decimal(1))
    assert unchanged_again("work-centres") == 2


def test_a_machine_without_a_calendar_works_the_ordinary_day(db: Database) -> None:
    took("work-centres", CENTRE)
    assert counts(took("machines", MACHINE)) == (1, 0, 0, 0)
    with db.session() as session:
        machine = session.scalars(select(Machine)).one()
        calendar = session.get_one(Calendar, machine.calendar_id)
        assert (machine.speed_percent, machine.name_zh, calendar.code) == (120, "Press 1", "DAY")
    assert len(_shifts(db)) == 6
    assert counts(took("machines", {**MACHINE, "active": "no"})) == (0, 1, 0, 0)
    assert reasons(took("machines", {**MACHINE, "centre": "X"}, {**MACHINE, "machine": "P2"})) == [
        (2, "centre")
    ]
    assert reasons(took("machines", {**MACHINE, "calendar": "NIGHT"})) == [(2, "calendar")]
    assert unchanged_again("machines") == 1


def test_changeovers_by_family(db: Database) -> None:
    took("work-centres", CENTRE)
    row = {"centre": "FORM", "from_family": "WHITE", "to_family": "BLACK", "minutes": "35"}
    back = {**row, "from_family": "BLACK", "to_family": "WHITE", "minutes": "90"}
    assert counts(took("changeovers", row, back)) == (2, 0, 0, 0)
    assert counts(took("changeovers", row, {**back, "minutes": "60"})) == (0, 1, 1, 0)
    with db.session() as session:
        assert sorted(session.scalars(select(Changeover.minutes))) == [35, 60]
    assert reasons(took("changeovers", row, row)) == [(3, "centre")]
    assert unchanged_again("changeovers") == 2


@pytest.mark.parametrize("monday", ["Monday", "周一", "星期一", "1", "mon"])
def test_a_calendar_is_its_shifts_and_night_runs_into_the_next_day(db: Database, monday: str) -> None:
    night = {"calendar": "NIGHT", "weekday": monday, "start": "22:00", "end": "06:00", "name_en": "Night"}
    late = {**night, "weekday": "Sunday", "start": "16:00", "end": "24:00"}
    assert counts(took("calendars", night, late)) == (2, 0, 0, 0)
    assert _shifts(db) == [(0, 1320, 1800), (6, 960, 1440)]
    assert given("calendars")[0]["end"] == "06:00"
    assert unchanged_again("calendars") == 2
    assert counts(took("calendars", {**night, "end": "05:00"})) == (0, 1, 0, 0)
    assert _shifts(db) == [(0, 1320, 1740)]
    with db.session() as session:
        assert session.scalars(select(Calendar.version)).one() == 2


def test_shifts_that_overlap_are_refused_even_over_the_week_end(db: Database) -> None:
    night = {"calendar": "N", "weekday": "Sunday", "start": "22:00", "end": "06:00"}
    early = {**night, "weekday": "Monday", "start": "05:00", "end": "13:00"}
    assert reasons(took("calendars", night, early)) == [(3, "start")]
    day = {**early, "start": "08:00"}
    assert reasons(took("calendars", day, {**day, "start": "12:00", "end": "20:00"})) == [(3, "start")]
    assert _shifts(db) == []


def test_days_that_differ_are_closed_or_have_their_own_hours(db: Database) -> None:
    took("calendars", {"calendar": "DAY", "weekday": "Monday", "start": "08:00", "end": "17:00"})
    closed = {"calendar": "DAY", "day": "2026-10-01", "start": "", "end": "", "reason": "National Day"}
    short = {**closed, "day": "2026-10-10", "start": "08:00", "end": "12:00", "reason": "调休"}
    assert counts(took("calendar-days", closed, short)) == (2, 0, 0, 0)
    assert unchanged_again("calendar-days") == 2
    assert counts(took("calendar-days", {**closed, "start": "09:00", "end": "11:00"}, short)) == (0, 1, 1, 0)
    with db.session() as session:
        rows = session.scalars(select(CalendarException).order_by(CalendarException.day))
        assert [(row.day, row.start_minute, row.end_minute) for row in rows] == [
            (date(2026, 10, 1), 540, 660),
            (date(2026, 10, 10), 480, 720),
        ]


def test_hours_of_a_day_must_be_whole_and_apart(db: Database) -> None:
    took("calendars", {"calendar": "DAY", "weekday": "Monday", "start": "08:00", "end": "17:00"})
    row = {"calendar": "DAY", "day": "2026-10-01", "start": "08:00", "end": "12:00"}
    assert reasons(took("calendar-days", {**row, "end": ""})) == [(2, "end")]
    assert reasons(took("calendar-days", row, {**row, "start": "11:00", "end": "15:00"})) == [(3, "start")]
    assert reasons(took("calendar-days", row, {**row, "start": "", "end": ""})) == [(3, "start")]
    assert reasons(took("calendar-days", {**row, "calendar": "X"})) == [(2, "calendar")]
    assert given("calendar-days") == []


def test_moulds_and_crews_go_in_and_out(db: Database) -> None:
    mould = {"resource": "MOULD-7", "name_en": "Lid mould", "name_zh": "杯盖模具", "capacity": "2"}
    crew = {"resource": "CREW", "name_en": "Crew", "name_zh": "", "capacity": ""}
    assert counts(took("resources", mould, crew)) == (2, 0, 0, 0)
    assert [tuple(row.values()) for row in given("resources")] == [
        ("CREW", "Crew", "Crew", "1"), ("MOULD-7", "Lid mould", "杯盖模具", "2"),
    ]  # fmt: skip
    assert counts(took("resources", {"resource": "MOULD-7", "name_en": "Lid mould", "capacity": "3"})) == (
        0, 1, 0, 0,
    )  # fmt: skip
    assert reasons(took("resources", {**crew, "capacity": "0"})) == [(2, "capacity")]
    assert unchanged_again("resources") == 2
