"""Calendars: shifts, days that differ, and the holidays of a country."""

from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from factory_erp import i18n
from factory_erp.domain.errors import Conflict, InvalidValue, NotAllowed
from factory_erp.models.database import Database
from factory_erp.models.partners import Partner
from factory_erp.services import working_time
from factory_erp.services.engineering import calendars
from factory_erp.services.engineering.calendars import CalendarInput, DayInput, ShiftInput
from tests.services.factory import a_machine

WEEKDAYS = tuple(ShiftInput(day, 480, 1020) for day in range(5))
DAY = CalendarInput("DAY", "Day shift", "白班", WEEKDAYS)
SIX_DAYS = replace(DAY, shifts=(*WEEKDAYS, ShiftInput(5, 480, 720)))


@pytest.fixture
def day(db: Database) -> int:
    return calendars.save_calendar(DAY).value


def open_minutes(db: Database, calendar_id: int, first: date, days: int = 1) -> int:
    with db.session() as session:
        place = ZoneInfo("Asia/Shanghai")
        spans = working_time.open_hours(session, first, days, place)[calendar_id]
        return sum(end - start for start, end in spans)


def test_a_calendar_is_saved_once_and_scheduled_by(db: Database, day: int) -> None:
    assert not calendars.save_calendar(DAY).changes
    sheet = calendars.calendar_sheet(day)
    assert (sheet.shifts, sheet.week_minutes, sheet.version) == (WEEKDAYS, 5 * 540, 1)
    night = replace(SIX_DAYS, shifts=(*SIX_DAYS.shifts, ShiftInput(6, 1320, 1800)), id=day, version=1)
    calendars.save_calendar(night)
    assert calendars.calendars()[0].week_minutes == 5 * 540 + 240 + 480
    assert open_minutes(db, day, date(2026, 11, 23), 7) == 5 * 540 + 240 + 480
    with pytest.raises(Conflict):
        calendars.save_calendar(replace(night, shifts=WEEKDAYS))


@pytest.mark.parametrize(
    "shifts",
    [
        [(7, 0, 60)],
        [(0, 60, 60)],
        [(0, 1440, 1500)],
        [(0, 0, 1441)],
        [(0, 480, 1020), (0, 1000, 1100)],
        [(6, 1320, 1800), (0, 300, 600)],
    ],
)
def test_impossible_shifts_are_refused(db: Database, day: int, shifts: list[tuple[int, int, int]]) -> None:
    with pytest.raises(InvalidValue):
        calendars.save_calendar(replace(DAY, shifts=tuple(ShiftInput(*shift) for shift in shifts)))
    assert calendars.calendar_sheet(day).shifts == WEEKDAYS


def test_days_that_differ_replace_the_weekday_s_hours(db: Database, day: int) -> None:
    closed, half, monday = (date(2026, 11, 24) + timedelta(days=n) for n in range(3))
    days = [DayInput(closed, (), " Stocktake "), DayInput(half, ((480, 600), (900, 960))), DayInput(monday)]
    assert calendars.set_days(day, days).value == 3
    again = calendars.set_days(day, days)
    assert (again.value, dict(again.changes)) == (0, {})
    assert [open_minutes(db, day, one.day) for one in days] == [0, 180, 0]
    assert calendars.calendar_sheet(day).days[:2] == (DayInput(closed, (), "Stocktake"), days[1])
    calendars.set_days(day, [DayInput(closed, ((480, 600),))])
    assert open_minutes(db, day, closed) == 120
    assert calendars.clear_days(day, [half, monday, date(2026, 12, 1)]).value == 2
    assert open_minutes(db, day, half) == 540
    with pytest.raises(InvalidValue):
        calendars.set_days(day, [DayInput(half, ((480, 600), (590, 700)))])


def test_the_holidays_of_china_close_the_week_and_open_the_weekends_worked_for_it(
    db: Database, day: int
) -> None:
    rows = {row.day: row for row in calendars.holiday_preview(day, "CN", 2026)}
    spring = [date(2026, 2, 16) + timedelta(days=n) for n in range(5)]
    assert all(not rows[one].working for one in spring)
    worked = {one for one, row in rows.items() if row.working}
    assert worked == {
        date(2026, 1, 4), date(2026, 2, 14), date(2026, 2, 28), date(2026, 5, 9), date(2026, 9, 20),
        date(2026, 10, 10),
    }  # fmt: skip
    assert calendars.add_holidays(day, "CN", 2026).value == len(rows)
    assert not calendars.add_holidays(day, "CN", 2026).changes
    assert all(row.known for row in calendars.holiday_preview(day, "CN", 2026))
    assert open_minutes(db, day, date(2026, 2, 14), 14) == 540 * 5, "the 14th, 24th to 27th"
    assert open_minutes(db, day, date(2026, 10, 1), 8) == 540
    assert open_minutes(db, day, date(2026, 10, 10)) == 540


def test_a_factory_that_works_on_saturdays_rests_on_those_within_a_holiday(db: Database) -> None:
    six = calendars.save_calendar(SIX_DAYS).value
    calendars.set_days(six, [DayInput(date(2026, 5, 1), ((480, 600),), "Urgent order")])
    calendars.add_holidays(six, "CN", 2026)
    assert open_minutes(db, six, date(2026, 2, 15), 9) == 0, "the nine days that were announced"
    assert open_minutes(db, six, date(2026, 2, 14)) == 540, "an ordinary day, not a Saturday"
    assert open_minutes(db, six, date(2026, 5, 1)) == 120, "what was entered stays"
    assert open_minutes(db, six, date(2026, 3, 7)) == 240


def test_holidays_are_named_in_the_reader_s_language_where_known(db: Database, day: int) -> None:
    def name(country: str, one: date) -> str:
        return next(row.name for row in calendars.holiday_preview(day, country, 2026) if row.day == one)

    with i18n.in_language("zh_CN"):
        assert name("CN", date(2026, 10, 1)) == "国庆节"
        assert name("DE", date(2026, 5, 1)) == "Labor Day"
        assert next(row.name for row in calendars.countries() if row.code == "DE") == "德国"
    assert name("CN", date(2026, 10, 1)) == "National Day"
    assert {"CN", "DE", "VN", "US"} <= {row.code for row in calendars.countries()}


def test_a_year_that_is_not_announced_says_so(db: Database, day: int) -> None:
    assert calendars.holiday_note("CN", 2026) == ""
    for year in (2035, 2060):
        assert str(year) in calendars.holiday_note("CN", year)
    assert calendars.holiday_note("DE", 2035) == ""
    assert "moon" in calendars.holiday_note("AE", 2035)
    for country, year in (("XX", 2026), ("CN", 3000)):
        with pytest.raises(InvalidValue):
            calendars.holiday_preview(day, country, year)


def test_a_calendar_that_machines_work_by_is_not_removed(db: Database, day: int) -> None:
    with db.session(write=True) as session:
        a_machine(session, "PRESS")
    assert calendars.calendars()[0].machines == ("PRESS",)
    with pytest.raises(NotAllowed, match="DAY is used by PRESS"):
        calendars.remove_calendar(day)
    other = calendars.save_calendar(replace(DAY, code="SPARE")).value
    calendars.remove_calendar(other)
    calendars.remove_calendar(other)
    assert [row.code for row in calendars.calendars()] == ["DAY"]


def test_a_calendar_by_which_a_supplier_delivers_is_not_removed(db: Database, day: int) -> None:
    with db.session(write=True) as session:
        session.add(Partner(code="STEELCO", name="Steel Co.", country="CN", calendar_id=day))
    with pytest.raises(NotAllowed, match="DAY is used by STEELCO") as refused:
        calendars.remove_calendar(day)
    assert "suppliers" in refused.value.remedy


def test_a_new_calendar_is_not_written_over_one_with_the_same_code(db: Database, day: int) -> None:
    with pytest.raises(InvalidValue, match="taken"):
        calendars.save_calendar(replace(DAY, shifts=()))
    assert calendars.calendar_sheet(day).shifts == WEEKDAYS
