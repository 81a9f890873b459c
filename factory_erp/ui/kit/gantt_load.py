"""The load of lanes against their capacity, by day, week or month; no Qt here."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from itertools import groupby
from typing import Literal

LoadUnit = Literal["day", "week", "month"]

LEAST_COLUMN = 14
"""Pixels below which columns are put together."""


@dataclass(frozen=True, slots=True)
class LoadDay:
    """A local day (aware start and end): minutes of work, set-up and changeover; and minutes it is open."""

    start: datetime
    end: datetime
    load: int
    capacity: int


@dataclass(frozen=True, slots=True)
class LoadRow:
    """A work centre, or any group of lanes, with its days in order."""

    key: Hashable
    title: str
    subtitle: str = ""
    days: Sequence[LoadDay] = ()


@dataclass(frozen=True, slots=True)
class LoadColumn:
    """Load and capacity (minutes) of one or several days."""

    start: datetime
    end: datetime
    load: int
    capacity: int

    @property
    def percent(self) -> int | None:
        """Load in per cent of the capacity, rounded up so that 101 is never 100; None without any."""
        return -(-self.load * 100 // self.capacity) if self.capacity else None

    @property
    def is_over(self) -> bool:
        """Whether there is more work than time."""
        return self.load > self.capacity


def unit_for(scale: float) -> LoadUnit:
    """The finest unit whose columns can be seen at *scale* px per minute."""
    day = scale * 24 * 60
    if day >= LEAST_COLUMN:
        return "day"
    return "week" if day * 7 >= LEAST_COLUMN else "month"


def columns(row: LoadRow, unit: LoadUnit, zone: tzinfo) -> Iterator[LoadColumn]:
    """The days of *row* put together; weeks begin on Monday (ISO 8601), months on the first, in *zone*."""
    for _first, group in groupby(
        row.days, key=lambda day: _first_of(day.start.astimezone(zone).date(), unit)
    ):
        days = list(group)
        load, capacity = sum(day.load for day in days), sum(day.capacity for day in days)
        yield LoadColumn(days[0].start, days[-1].end, load, capacity)


def _first_of(day: date, unit: LoadUnit) -> date:
    if unit == "day":
        return day
    return day - timedelta(days=day.weekday()) if unit == "week" else day.replace(day=1)
