"""Rows by the hundred thousand, as the driver gives them: whole numbers stay whole numbers.

Scaled columns come as micro-units, which is what the material plan reckons in; days and moments come as
the driver keeps them, and are read here.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, TypeVarTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Select
from sqlalchemy.orm import Session

from factory_erp.planning.calendar import to_minute, to_moment
from factory_erp.services import working_time

Raw = list[tuple[Any, ...]]
Mark = tuple[Any, ...]
"""A few values read from tables, equal to those read before where nothing has changed."""
Columns = TypeVarTuple("Columns")


def raw_rows(session: Session, statement: Select[*Columns]) -> Raw:
    """What *statement* selects, untranslated."""
    cursor: Any = session.connection().execute(statement).cursor
    rows: Raw = cursor.fetchall()
    return rows


class Days:
    """Days and moments of the database as planning minutes, each read once."""

    def __init__(self, place: ZoneInfo, now: int, *, is_sqlite: bool) -> None:
        self.place, self.now, self._is_sqlite = place, now, is_sqlite
        self._ends: dict[Any, int] = {}
        self._moments: dict[int, Any] = {}
        self._days: dict[int, date] = {}

    def end_of(self, stored: Any) -> int:
        """The minute in which a day that the driver gave is over at the factory."""
        if stored not in self._ends:
            day = date.fromisoformat(stored) if isinstance(stored, str) else stored
            self._ends[stored] = working_time.end_of_day(day, self.place)
        return self._ends[stored]

    def minute(self, stored: Any) -> int:
        """The minute of a moment that the driver gave."""
        if not isinstance(stored, str):
            return to_minute(stored)
        return to_minute(datetime.fromisoformat(stored).replace(tzinfo=UTC))

    def stored(self, minute: int) -> Any:
        """A minute as the driver wants and gives the moment."""
        if minute not in self._moments:
            self._moments[minute] = self.kept(to_moment(minute))
        return self._moments[minute]

    def kept(self, moment: datetime) -> Any:
        """A moment in UTC as the driver wants and gives it."""
        text = moment.replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")
        return text if self._is_sqlite else moment

    def day(self, minute: int) -> date:
        """The factory's day on which what ends at *minute* ends."""
        if minute not in self._days:
            self._days[minute] = working_time.day_of(minute, self.place)
        return self._days[minute]


def days_of(session: Session, now: int) -> Days:
    """The days of the bound database."""
    place = working_time.zone(session)
    return Days(place, now, is_sqlite=session.get_bind().dialect.name == "sqlite")
