"""A bar in the hand: where it would go, how often that is told, and scrolling at the edges.

What the move would bring about is not known here: the page is told where the bar is and answers with ghosts.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from PySide6.QtCore import QObject, QPoint, QTimer, Signal

from factory_erp.planning.calendar import EPOCH, BeyondCalendar, WorkingCalendar, to_minute
from factory_erp.ui.kit.gantt_data import Bar, GanttData, Interval
from factory_erp.ui.kit.gantt_model import GanttIndex
from factory_erp.ui.kit.gantt_window import HEADER_HEIGHT, TITLE_WIDTH, Window

SNAP = 5
"""Minutes that a dragged bar snaps to."""
FINE = 1
"""Minutes that it snaps to while Alt is held."""
STEPS = (5, 15, 30, 60, 240, 1440, 7 * 1440)
"""Minutes by which a key moves a bar: the least that can be seen."""
LEAST_STEP = 5
"""Pixels that a step by keyboard is at least."""
TELL_EVERY = 50
"""Milliseconds between two words on where the bar is: at most twenty in a second."""
EDGE = 28
"""Pixels before an edge where scrolling begins."""
SCROLL_EVERY = 30


class PreviewKind(StrEnum):
    """What a bar of a preview does: it moves, it starts later, its order gets late, a rule is broken."""

    MOVES = "moves"
    SLIPS = "slips"
    LATE = "late"
    BREAKS = "breaks"


@dataclass(frozen=True, slots=True)
class Ghost:
    """Where a bar would stand: the lane by its key, the times aware."""

    bar: Hashable
    lane: Hashable
    start: datetime
    end: datetime
    kind: PreviewKind = PreviewKind.SLIPS


@dataclass(frozen=True, slots=True)
class Place:
    """A bar somewhere on the chart: lane by position, minutes since the chart's origin."""

    bar: Bar
    lane: int
    start: int
    end: int
    kind: PreviewKind = PreviewKind.MOVES


def places_of(ghosts: Sequence[Ghost], index: GanttIndex) -> list[Place]:
    """*ghosts* on the chart; those of bars and lanes that it does not show are left out."""
    data = index.data
    return [
        Place(
            index.by_id[ghost.bar],
            index.lane_places[ghost.lane],
            data.minute(ghost.start),
            data.minute(ghost.end),
            ghost.kind,
        )
        for ghost in ghosts
        if ghost.bar in index.by_id and ghost.lane in index.lane_places
    ]


def snapped(data: GanttData, minute: float, step: int = SNAP) -> int:
    """The minute nearest to *minute* at which the clock (UTC) stands at a multiple of *step* minutes."""
    offset = to_minute(data.origin, EPOCH) % step
    return round((minute + offset) / step) * step - offset


def step_of(scale: float) -> int:
    """Minutes by which an arrow key moves a bar at *scale* px per minute."""
    return next((step for step in STEPS if step * scale >= LEAST_STEP), STEPS[-1])


class WorkClock:
    """When work ends that is moved: resting while its new lane is closed, as it did on the old one."""

    def __init__(self, data: GanttData) -> None:
        self._data = data
        self._calendars: dict[int, WorkingCalendar] = {}

    def end(self, bar: Bar, lane: int, start: int) -> int:
        """The end of *bar* on *lane* from *start*; its length on the wall where a calendar cannot tell."""
        length = bar.end - bar.start
        here, there = self._calendar(bar.lane_index), self._calendar(lane)
        work = here.to_working(bar.end) - here.to_working(bar.start)
        try:
            return there.add_working(start, work) if work and there.total else start + length
        except BeyondCalendar:
            return start + length

    def _calendar(self, lane: int) -> WorkingCalendar:
        intervals: Sequence[Interval] = self._data.lanes[lane].open_intervals
        if id(intervals) not in self._calendars:
            self._calendars[id(intervals)] = WorkingCalendar(tuple(intervals))
        return self._calendars[id(intervals)]


class Hand(QObject):
    """Holds at most one bar above the chart; the lanes that may take it are known."""

    changed = Signal()
    """The bar was lifted, moved on, or let go."""
    told = Signal()
    """The bar is elsewhere since this was last said; said no more than twenty times in a second."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.bar: Bar | None = None
        self.lane = 0
        self.start = 0
        self.lanes: frozenset[int] = frozenset()
        self._clock: WorkClock | None = None
        self._untold = False
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(TELL_EVERY)
        self._pause.timeout.connect(self._tell)

    def lift(self, index: GanttIndex, bar: Bar, lanes: frozenset[int]) -> None:
        """Take *bar*, which only *lanes* may take."""
        self.bar, self.lane, self.start, self.lanes = bar, bar.lane_index, bar.start, lanes
        self._clock = WorkClock(index.data)
        self.changed.emit()

    def move(self, lane: int, start: int) -> None:
        """Hold the bar over *lane* at *start*."""
        if (lane, start) == (self.lane, self.start):
            return
        self.lane, self.start = lane, start
        self._untold = True
        self.changed.emit()
        if not self._pause.isActive():
            self._tell()

    def follow(self, index: GanttIndex, shift: int) -> None:
        """The chart shows other data, *shift* minutes further on; what is no longer there is let go."""
        bar = index.by_id.get(self.bar.id) if self.bar else None
        if bar is None or self.lane >= len(index.lanes):
            self.drop()
            return
        self.bar, self.start, self._clock = bar, self.start + shift, WorkClock(index.data)

    def drop(self) -> None:
        """Let go."""
        held, self.bar, self._untold = self.bar is not None, None, False
        self._pause.stop()
        if held:
            self.changed.emit()

    @property
    def allowed(self) -> bool:
        """Whether the lane may take the bar."""
        return self.lane in self.lanes

    @property
    def moved(self) -> bool:
        """Whether the bar is elsewhere than it was."""
        return self.bar is not None and (self.lane, self.start) != (self.bar.lane_index, self.bar.start)

    def place(self) -> Place | None:
        """Where the bar is held."""
        if self.bar is None or self._clock is None:
            return None
        end = self._clock.end(self.bar, self.lane, self.start)
        kind = PreviewKind.MOVES if self.allowed else PreviewKind.BREAKS
        return Place(self.bar, self.lane, self.start, end, kind)

    def _tell(self) -> None:
        if self._untold:
            self._untold = False
            self._pause.start()
            self.told.emit()


class EdgeScroll(QObject):
    """Scrolls while the pointer stays near an edge: the faster, the nearer to it."""

    def __init__(self, parent: QObject, scroll: Callable[[int, int], None]) -> None:
        super().__init__(parent)
        self._scroll = scroll
        self._speed = (0, 0)
        self._timer = QTimer(self)
        self._timer.setInterval(SCROLL_EVERY)
        self._timer.timeout.connect(lambda: self._scroll(*self._speed))

    def aim(self, pointer: QPoint, window: Window) -> None:
        """Scroll on or rest, for a *pointer* in the viewport."""
        self._speed = (
            _speed(pointer.x(), TITLE_WIDTH, window.width),
            _speed(pointer.y(), HEADER_HEIGHT, window.height),
        )
        if self._speed == (0, 0):
            self._timer.stop()
        elif not self._timer.isActive():
            self._timer.start()

    def stop(self) -> None:
        """Scroll no more."""
        self._timer.stop()


def _speed(place: int, low: int, high: int) -> int:
    """Pixels to scroll at a time for a pointer at *place* between two edges."""
    if place < low + EDGE:
        return -min(EDGE, low + EDGE - place)
    return min(EDGE, max(0, place - high + EDGE))
