"""What a Gantt chart shows: lanes, bars, and what lies beneath and between them; no Qt here.

All times are whole minutes since ``GanttData.origin``.  Bars of one lane may overlap.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum

Interval = tuple[int, int]
"""Half-open span of minutes [start, end)."""


class SpanKind(StrEnum):
    """Why a machine is open or closed other than its calendar says."""

    OVERTIME = "overtime"
    MAINTENANCE = "maintenance"
    BREAKDOWN = "breakdown"


@dataclass(frozen=True, slots=True)
class LaneSpan:
    """Minutes of a lane that are marked: worked at extra cost, or lost to maintenance or a breakdown."""

    start: int
    end: int
    kind: SpanKind
    text: str = ""


@dataclass(frozen=True, slots=True)
class Lane:
    """One row: a machine or a team, and when it is open (sorted, disjoint intervals)."""

    key: Hashable
    title: str
    subtitle: str = ""
    open_intervals: Sequence[Interval] = ()
    spans: Sequence[LaneSpan] = ()


@dataclass(frozen=True, slots=True)
class Bar:
    """One operation on a lane: set-up in [start, setup_end), then work until ``end``.

    ``changeover`` minutes from the operation before lie ahead of ``start``.  ``group`` ties the bars of one
    production order together; ``colour_index`` picks a colour of the chart where no colouring is set.
    A ``hold`` is capacity kept for a promise; ``words`` are what the filter finds beside ``text``: customer,
    order, item.
    """

    id: Hashable
    lane_index: int
    start: int
    end: int
    setup_end: int
    text: str
    colour_index: int = 0
    late: bool = False
    done: bool = False
    started: bool = False
    tooltip: str = ""
    group: Hashable = None
    changeover: int = 0
    locked: bool = False
    hold: bool = False
    words: str = ""

    def __post_init__(self) -> None:
        if not self.start <= self.setup_end <= self.end:
            raise ValueError(f"bar {self.id!r}: set-up must lie between start and end")
        if self.changeover < 0:
            raise ValueError(f"bar {self.id!r}: a changeover cannot take less than no time")


@dataclass(frozen=True, slots=True)
class Due:
    """When the bars of a group are wanted, and the words of its flag."""

    minute: int
    text: str


@dataclass(frozen=True, slots=True)
class ShiftMark:
    """A shift of the factory's day: its start in minutes after local midnight, and its name."""

    start: int
    name: str


@dataclass(frozen=True, slots=True)
class GanttData:
    """A whole chart.  ``origin`` (UTC, aware) is minute 0, ``now`` a minute, ``zone`` that of the factory.

    What starts before ``frozen_until`` is not moved by a scheduler.  ``links`` are pairs of bar ids, the
    first before the second; ``dues`` belong to groups.  ``shifts``, by start, name the parts of a day in the
    header.  ``horizon`` is how far the chart can be scrolled even where there is nothing yet.
    """

    lanes: Sequence[Lane]
    bars: Sequence[Bar]
    origin: datetime
    now: int
    zone: tzinfo
    frozen_until: int | None = None
    links: Sequence[tuple[Hashable, Hashable]] = ()
    dues: Mapping[Hashable, Due] = field(default_factory=dict)
    shifts: Sequence[ShiftMark] = ()
    horizon: Interval | None = None

    def __post_init__(self) -> None:
        if self.origin.tzinfo is None:
            raise ValueError("the origin must carry its time zone")
        if any(not 0 <= bar.lane_index < len(self.lanes) for bar in self.bars):
            raise ValueError("a bar stands on a lane that does not exist")

    def local(self, minute: float) -> datetime:
        """The factory's wall clock at *minute*."""
        return (self.origin + timedelta(minutes=minute)).astimezone(self.zone)

    def moment(self, minute: int) -> datetime:
        """The moment (UTC) of *minute*."""
        return self.origin + timedelta(minutes=minute)

    def minute(self, moment: datetime) -> int:
        """The minute of an aware *moment*, rounded down."""
        return (moment - self.origin) // timedelta(minutes=1)

    def extent(self) -> Interval:
        """First start and last end of all bars, ``now`` and the horizon included."""
        start = min((bar.start for bar in self.bars), default=self.now)
        end = max((bar.end for bar in self.bars), default=self.now + 1)
        first, last = self.horizon or (self.now, self.now + 1)
        return min(start, self.now, first), max(end, self.now + 1, last)
