"""Working time: when a machine is open, and the way between wall clock and working minutes.

Wall-clock minutes are whole minutes of UTC since an origin (by default 1970-01-01T00:00Z), so that
they neither repeat nor jump when local clocks change. Working minutes count only open time; prefix
sums make either direction one binary search.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import accumulate, pairwise
from typing import NamedTuple

from factory_erp.domain.errors import DomainError, InvalidValue
from factory_erp.i18n import _

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DAY = 1440
"""Minutes in a day without a clock change."""

Interval = tuple[int, int]
"""Open from the first minute up to, not including, the second."""


class BeyondCalendar(DomainError):
    """Work would end after the last open interval that the calendar knows."""


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """Sorted, disjoint open intervals in wall-clock minutes.

    Raises InvalidValue for an empty, unsorted or overlapping interval.
    """

    intervals: tuple[Interval, ...]
    _starts: tuple[int, ...] = field(init=False, repr=False, compare=False)
    _before: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if any(start >= end for start, end in self.intervals):
            raise InvalidValue(_("A working interval must end after it starts."))
        if any(first[1] > second[0] for first, second in pairwise(self.intervals)):
            raise InvalidValue(_("Working intervals must be in order and must not overlap."))
        object.__setattr__(self, "_starts", tuple(start for start, _end in self.intervals))
        lengths = (end - start for start, end in self.intervals)
        object.__setattr__(self, "_before", tuple(accumulate(lengths, initial=0)))

    @property
    def total(self) -> int:
        """Working minutes in the whole calendar."""
        return self._before[-1]

    def to_working(self, wall: int) -> int:
        """Working minutes that have passed before wall-clock minute *wall*."""
        index = bisect_right(self._starts, wall) - 1
        if index < 0:
            return 0
        start, end = self.intervals[index]
        return self._before[index] + min(wall, end) - start

    def to_wall(self, working: int) -> int:
        """Wall-clock minute at which working minute *working* begins (an opening, not a closing)."""
        index = bisect_right(self._before, working) - 1
        if index < 0 or index >= len(self.intervals):
            raise self._beyond()
        return self._starts[index] + working - self._before[index]

    def end_wall(self, working: int) -> int:
        """First wall-clock minute by which *working* minutes have passed (closing, not next opening)."""
        index = bisect_left(self._before, working) - 1
        if index >= len(self.intervals):
            raise self._beyond()
        return self._starts[max(index, 0)] + working - self._before[max(index, 0)] if self._starts else 0

    def add_working(self, start_wall: int, minutes: int) -> int:
        """When work begun at *start_wall*, resting while closed, has had *minutes* of working time."""
        return self.end_wall(self.to_working(start_wall) + minutes) if minutes else start_wall

    def next_open(self, wall: int) -> int:
        """*wall* itself when open, else the next opening; raises BeyondCalendar after the last."""
        return self.to_wall(self.to_working(wall))

    def is_open(self, wall: int) -> bool:
        """Whether work may be going on in the minute that begins at *wall*."""
        index = bisect_right(self._starts, wall) - 1
        return index >= 0 and wall < self.intervals[index][1]

    def _beyond(self) -> BeyondCalendar:
        return BeyondCalendar(
            _("The work does not fit into the working calendar."),
            remedy=_("Extend the calendar, add shifts, or plan less work on this machine."),
        )


class Shift(NamedTuple):
    """Weekly working hours: weekday 0 = Monday, minutes after local midnight.

    An ``end`` at or before ``start`` is on the next day (22:00–06:00 is 1320–360).
    """

    weekday: int
    start: int
    end: int


def expand(
    shifts: Iterable[Shift],
    exceptions: Mapping[date, Sequence[Interval]],
    start: date,
    days: int,
    zone: tzinfo,
    origin: datetime = EPOCH,
) -> tuple[Interval, ...]:
    """Open intervals of *days* days from *start*, merged, in UTC minutes since *origin*.

    *exceptions* replace the whole day: no hours means closed. A night shift belongs to the date on
    which it starts. Local times are converted one by one, so a shift over a clock change is an
    hour shorter or longer, as it is on the floor; a time that occurs twice means the first.
    Raises InvalidValue for hours outside the day.
    """
    weekly: dict[int, list[Interval]] = {}
    for shift in shifts:
        weekly.setdefault(shift.weekday, []).append((shift.start, shift.end))
    found: list[Interval] = []
    for number in range(days):
        day = start + timedelta(days=number)
        for hours in exceptions.get(day, weekly.get(day.weekday(), ())):
            found.append(_hours_on(day, hours, zone, origin))
    return merge(found)


def merge(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """Sorted, disjoint intervals covering the same minutes; empty ones vanish."""
    merged: list[Interval] = []
    for start, end in sorted(interval for interval in intervals if interval[0] < interval[1]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def subtract(intervals: Iterable[Interval], closed: Iterable[Interval]) -> tuple[Interval, ...]:
    """What is left of the *intervals* (sorted, disjoint) outside all of the *closed* ones."""
    left, away = [], merge(closed)
    place = 0
    for start, end in intervals:
        while place < len(away) and away[place][1] <= start:
            place += 1
        ahead = place
        while ahead < len(away) and away[ahead][0] < end:
            if away[ahead][0] > start:
                left.append((start, away[ahead][0]))
            start = max(start, away[ahead][1])
            ahead += 1
        if start < end:
            left.append((start, end))
    return tuple(left)


def to_minute(moment: datetime, origin: datetime = EPOCH) -> int:
    """Whole minutes from *origin* to the aware *moment*, rounded down; naive moments are refused."""
    if moment.tzinfo is None:
        raise InvalidValue(_("A time without its time zone cannot be planned."))
    utc = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    return (utc - origin) // MINUTE


def to_moment(minute: int, origin: datetime = EPOCH) -> datetime:
    """The UTC moment of wall-clock minute *minute*."""
    return origin + timedelta(minutes=minute)


def _hours_on(day: date, hours: Interval, zone: tzinfo, origin: datetime) -> Interval:
    start, end = hours
    if not (0 <= start < DAY and 0 <= end <= DAY):
        raise InvalidValue(_("Working hours must lie between 00:00 and 24:00."))
    return _minute(day, start, zone, origin), _minute(day, end if end > start else end + DAY, zone, origin)


def _minute(day: date, minute: int, zone: tzinfo, origin: datetime) -> int:
    day, minute = day + timedelta(days=minute // DAY), minute % DAY
    return to_minute(datetime.combine(day, time(minute // 60, minute % 60), zone), origin)
