"""The time axis of the Gantt chart: pixels and minutes, and the two rows of dates above it; no Qt here.

Days begin at the factory's midnight, so a day on which the clocks change is 23 or 25 hours wide.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache, partial
from itertools import pairwise
from typing import Literal

from factory_erp.i18n import language
from factory_erp.ui.kit.gantt_data import GanttData

Unit = Literal["hour", "shift", "day", "week", "month", "year"]

DAY = 24 * 60
"""Minutes of an ordinary day."""

MOST_SCALE = 8.0
LEAST_SCALE = 1 / 4000
"""Pixels per minute: from seven seconds a pixel to three days a pixel."""


@dataclass(frozen=True, slots=True)
class Tick:
    """One field of a header row: [start, end) in minutes, its words, whether a weekend day or an hour."""

    start: int
    end: int
    text: str
    weekend: bool = False
    is_hour: bool = False


@dataclass(frozen=True, slots=True)
class Rows:
    """Units of the two header rows, and the hours of a field where the lower row counts hours."""

    upper: Unit
    lower: Unit
    hours: int = 0


HOUR_ROOM = 34
"""Pixels that the words of an hour need."""


def rows_for(scale: float, *, shifts: bool = False) -> Rows:
    """The header rows that leave room for their words at *scale* px per minute; *shifts* can be named."""
    for hours in (1, 2, 3, 6):
        if scale * 60 * hours >= HOUR_ROOM:
            return Rows("day", "shift") if shifts and hours >= 3 else Rows("day", "hour", hours)
    day = scale * DAY
    if day >= 26:
        return Rows("month", "day")
    if day * 7 >= 30:
        return Rows("month", "week")
    return Rows("year", "month")


def ticks(
    data: GanttData,
    unit: Unit,
    start: float,
    end: float,
    *,
    hours: int = 0,
    wide: bool = True,
    whole: bool = False,
) -> list[Tick]:
    """Fields of *unit* that touch [start, end).

    *wide* ones have room for the weekday; *whole* ones stand in the upper row and name their month and year.
    """
    if unit == "hour":
        return _hour_ticks(data, start, end, hours)
    if unit == "shift":
        return _shift_ticks(data, start, end)
    edges: list[date] = []
    for day in _days(data.local(start).date(), unit):
        edges.append(day)
        if _minute(data, day) >= end:
            break
    name = whole_label if whole else partial(label, wide)
    return [
        Tick(_minute(data, day), _minute(data, after), name(unit, day, language()), _is_weekend(unit, day))
        for day, after in pairwise(edges)
    ]


def _is_weekend(unit: Unit, day: date) -> bool:
    return unit == "day" and day.weekday() >= 5


def _minute(data: GanttData, day: date, after: int = 0) -> int:
    """The minute of *day* that is *after* minutes past midnight on the factory's clock."""
    return data.minute(datetime.combine(day, time(after // 60, after % 60), data.zone).astimezone(UTC))


def _days(day: date, unit: Unit) -> Iterator[date]:
    """First days of the units from that which holds *day*; weeks begin on Monday (ISO 8601)."""
    if unit == "week":
        day -= timedelta(days=day.weekday())
    elif unit != "day":
        day = day.replace(day=1, month=1 if unit == "year" else day.month)
    while True:
        yield day
        if unit == "day":
            day += timedelta(days=1)
        elif unit == "week":
            day += timedelta(days=7)
        elif unit == "month":
            day = (day + timedelta(days=31)).replace(day=1)
        else:
            day = day.replace(year=day.year + 1)


def _hour_ticks(data: GanttData, start: float, end: float, hours: int) -> list[Tick]:
    """Fields of *hours* wall-clock hours, counted from each local midnight."""
    result: list[Tick] = []
    for day in ticks(data, "day", start, end):
        edges = [minute for hour in range(0, 24, hours) if (minute := day.start + hour * 60) < day.end]
        for minute, after in pairwise([*edges, day.end]):
            if after > start and minute < end:
                result.append(Tick(minute, after, f"{data.local(minute):%H:%M}", is_hour=True))
    return result


def _shift_ticks(data: GanttData, start: float, end: float) -> list[Tick]:
    """Fields from the start of a shift to that of the next, over midnight too."""
    days = [data.local(tick.start).date() for tick in ticks(data, "day", start - DAY, end + DAY)]
    edges = [(_minute(data, day, shift.start), shift.name) for day in days for shift in data.shifts]
    fields = (Tick(minute, after, name) for (minute, name), (after, _next) in pairwise(edges))
    return [field for field in fields if field.end > start and field.start < end]


def span_words(data: GanttData, start: int, end: int) -> str:
    """A span on the factory's clock: "Mon 23 08:00 – 14:30", the day again where it is another one."""
    first, last = data.local(start), data.local(end)
    words = [label(True, "day", moment.date(), language()) for moment in (first, last)]
    again = "" if first.date() == last.date() else f"{words[1]} "
    return f"{words[0]} {first:%H:%M} – {again}{last:%H:%M}"


@lru_cache(maxsize=4096)
def label(wide: bool, unit: Unit, day: date, code: str) -> str:
    """Words of a field under a month or year, in the language *code*: "Mon 23", "23 周一", "Nov", "11月"."""
    from babel.dates import format_skeleton, get_day_names

    if unit == "day" and wide:
        name = get_day_names("abbreviated", locale=code)[day.weekday()]
        return f"{day.day} {name}" if code.startswith("zh") else f"{name} {day.day}"
    if unit == "month":
        return str(format_skeleton("MMM", day, locale=code))
    return str(format_skeleton("Md", day, locale=code)) if wide else str(day.day)


@lru_cache(maxsize=1024)
def whole_label(unit: Unit, day: date, code: str) -> str:
    """Words that stand alone: "Mon, Nov 23, 2026", "2026年11月23日周一"; "November 2026"; "2026年"."""
    from babel.dates import format_skeleton

    skeleton = {"day": "yMMMEd", "month": "yMMMM", "year": "y"}[unit]
    return str(format_skeleton(skeleton, day, locale=code))
