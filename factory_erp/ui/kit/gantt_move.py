"""Moving bars on the planning board: the bar in the hand, and the preview of what that would bring about."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Sequence
from dataclasses import replace

from PySide6.QtCore import QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from factory_erp.i18n import _
from factory_erp.ui.kit import theme
from factory_erp.ui.kit.gantt_data import Bar, GanttData
from factory_erp.ui.kit.gantt_drag import (
    FINE,
    SNAP,
    EdgeScroll,
    Ghost,
    Hand,
    Place,
    places_of,
    snapped,
    step_of,
)
from factory_erp.ui.kit.gantt_float import Floating, FloatPainter
from factory_erp.ui.kit.gantt_model import GanttIndex
from factory_erp.ui.kit.gantt_scale import span_words
from factory_erp.ui.kit.gantt_select import GanttSelect

SETTLE = 450
"""Milliseconds after the last step by keyboard until the bar is put down."""

Eligible = Callable[[Hashable], Collection[Hashable]]
"""Keys of the lanes that may take the bar of an id; empty where it must not be moved."""


class GanttMove(GanttSelect):
    """A chart whose bars can be taken, held over another place, and put down there.

    What is held floats above the chart, which is drawn once and kept: so a frame stays far below 16 ms.
    """

    moved = Signal(object, object, object)
    """Id of a bar, key of the lane and start (UTC) that it was given.  It stands where it was until the page
    sets other data, or refuses with ``clear_preview``."""
    drag_moved = Signal(object, object, object)
    """The same while the bar is still held, at most twenty times a second: time for a preview."""
    drag_ended = Signal()
    """The bar is no longer held, whether it was moved or not."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._eligible: Eligible | None = None
        self._inside = 0.0
        self._fine = False
        self._band = QRect()
        self._pointer = QPoint()
        self._ghosts: list[Ghost] = []
        self._places: list[Place] = []
        self._message = ""
        self._put_down: Place | None = None
        self._dirty = QRect()
        self._haunted: tuple[object, QPixmap] | None = None
        self._hand = Hand(self)
        self._hand.changed.connect(self._hand_changed)
        self._hand.told.connect(self._tell)
        self._edges = EdgeScroll(self, self._scroll_held)
        self._settle = QTimer(self, singleShot=True, interval=SETTLE)
        self._settle.timeout.connect(self._drop)

    def set_eligible(self, eligible: Eligible | None) -> None:
        """Bars may be moved to the lanes that *eligible* names; None: they are only looked at."""
        self._eligible = eligible

    def held_id(self) -> Hashable:
        """Id of the bar that is being moved, None where none is."""
        return self._hand.bar.id if self._hand.bar else None

    def show_preview(self, changes: Sequence[Ghost], text: str = "", bar_id: Hashable = None) -> None:
        """Draw where bars would stand, and say *text* beside the pointer, until ``clear_preview``.

        With *bar_id* it is the answer to ``drag_moved`` and ignored unless that bar is still held.
        """
        if bar_id is not None and bar_id != self.held_id():
            return
        self._ghosts, self._message = list(changes), text
        self._places = places_of(self._ghosts, self._index)
        self.viewport().update()

    def clear_preview(self) -> None:
        """Draw no ghosts any more; a bar that was put down is back in its place."""
        self._ghosts, self._places, self._message, self._put_down = [], [], "", None
        self.viewport().update()

    def set_data(self, data: GanttData | GanttIndex) -> None:
        """Show *data*; see ``GanttChart.set_data``.  A bar that is held stays so if it is still there."""
        before = self._index.data.origin
        self._put_down = None
        super().set_data(data)
        if self._hand.bar is not None:
            self._hand.follow(self._index, self._index.data.minute(before))
        self._places = places_of(self._ghosts, self._index)

    def _lift(self, bar: Bar) -> bool:
        """Take *bar* into the hand; False where it must stay."""
        lanes = self._eligible(bar.id) if self._eligible else ()
        places = {self._index.lane_places.get(key, -1) for key in lanes} - {-1}
        if not places:
            return False
        self.clear_preview()
        self._hand.lift(self._index, bar, frozenset(places))
        return True

    def _aim(self) -> None:
        """The held bar follows the pointer, which holds it ``_inside`` minutes after its start."""
        if self._hand.bar is not None:
            window = self.seen()
            start = window.minute(self._pointer.x()) - self._inside
            lane = max(0, min(len(self._index.lanes) - 1, window.lane(self._pointer.y())))
            self._hand.move(lane, snapped(self._index.data, start, FINE if self._fine else SNAP))

    def _scroll_held(self, across: int, down: int) -> None:
        self.scroll_by(across, down)
        self._aim()

    def _drop(self) -> None:
        """Put the held bar down, and say so if it is elsewhere now and may be."""
        self._settle.stop()
        bar, place = self._hand.bar, self._hand.place()
        told = self._hand.moved and self._hand.allowed
        self._hand.drop()
        if bar is not None and place is not None and told:
            self._put_down = place
            self.viewport().update()
            data = self._index.data
            self.moved.emit(bar.id, data.lanes[place.lane].key, data.moment(place.start))

    def _cancel(self) -> None:
        """Leave everything as it was."""
        self._settle.stop()
        self._hand.drop()
        self._show_band(QRect())

    def _hand_changed(self) -> None:
        """The bar was lifted, moved on or let go: draw it; at the end, put the pointer away."""
        if self._hand.bar is not None:
            shape = Qt.CursorShape.ClosedHandCursor if self._hand.allowed else Qt.CursorShape.ForbiddenCursor
            self.viewport().setCursor(shape)
            self._update_floating()
            return
        self._edges.stop()
        self.viewport().unsetCursor()
        self.clear_preview()
        self.drag_ended.emit()

    def _tell(self) -> None:
        data, bar = self._index.data, self._hand.bar
        if bar is not None and self._hand.allowed:
            self.drag_moved.emit(bar.id, data.lanes[self._hand.lane].key, data.moment(self._hand.start))
        elif bar is not None:
            machine = data.lanes[self._hand.lane].title
            self.show_preview((), _("{machine} cannot do this operation.", machine=machine))
        else:
            self.show_preview((), "")

    def _carry(self, across: int, down: int, *, fine: bool) -> None:
        """Move the selected bar by a step, or to the next lane that may take it; soon it is put down.

        So many steps are one move, with a preview on the way.
        """
        bar, last = self.selected_bar(), self._put_down
        if bar is None or (self._hand.bar is None and not self._lift(bar)):
            return
        if last is not None and last.bar.id == bar.id:  # the page has not answered yet
            self._hand.move(last.lane, last.start)
        step = FINE if fine else step_of(self._scale)
        lane = self._next_lane(self._hand.lane, down) if down else self._hand.lane
        start = snapped(self._index.data, self._hand.start + across * step, min(step, 60)) if across else None
        if start is not None and (start - self._hand.start) * across <= 0:
            start += across * min(step, 60)
        self._hand.move(lane, self._hand.start if start is None else start)
        place = self._hand.place()
        if place is not None:
            self._reveal_place(place.lane, place.start, place.end)
            self._pointer = self._float_painter().anchor(place)
            words = span_words(self._index.data, place.start, place.end)
            self.setAccessibleDescription(f"{self._index.data.lanes[place.lane].title}\n{words}")
        self._settle.start()

    def _next_lane(self, lane: int, down: int) -> int:
        """The next lane in that direction that may take the held bar; *lane* where there is none."""
        ways = [other for other in self._hand.lanes if (other - lane) * down > 0]
        return min(ways, key=lambda other: abs(other - lane), default=lane)

    # what floats

    def _floats(self) -> bool:
        return bool(self._floating())

    def _dimmed(self) -> frozenset[int]:
        """While a bar is held, the lanes that may not take it step back."""
        if self._hand.bar is None:
            return frozenset()
        return frozenset(range(len(self._index.lanes))) - self._hand.lanes

    def _floating(self) -> Floating:
        held = self._hand.place() or self._put_down
        ghosts = self._places
        if held is not None:
            own = next((ghost for ghost in ghosts if ghost.bar.id == held.bar.id), None)
            ghosts = [ghost for ghost in ghosts if ghost is not own]
            if own is not None and (own.lane, own.start) == (held.lane, held.start):
                held = replace(held, end=own.end, kind=own.kind)  # the page knows better when it ends
        return Floating(held, ghosts, self._message, self._pointer, self._band)

    def _float_painter(self) -> FloatPainter:
        return FloatPainter(self._index.data, self.seen(), self._painter.texts, theme.current())

    def _backdrop(self) -> QPixmap:
        """The chart with the ghosts on it, drawn anew only with another chart or other ghosts."""
        still, ghosts = self._still_picture(), tuple(self._floating().ghosts)
        if not ghosts:
            return still
        key = (still.cacheKey(), ghosts)
        if self._haunted is None or self._haunted[0] != key:
            picture = QPixmap(still)
            painter = QPainter(picture)
            self._float_painter().paint_ghosts(painter, ghosts)
            painter.end()
            self._haunted = (key, picture)
        return self._haunted[1]

    def _paint_floating(self, painter: QPainter) -> None:
        floating, floats = self._floating(), self._float_painter()
        floats.paint(painter, floating, self._colouring)
        self._dirty = floats.dirty(floating)

    def _update_floating(self) -> None:
        """Draw again no more than what floats, where it was and where it is."""
        if self._still is None:
            self.viewport().update()
            return
        self.viewport().update(self._dirty)
        self.viewport().update(self._float_painter().dirty(self._floating()))

    def _show_band(self, band: QRect) -> None:
        if band != self._band:
            self._band = band
            self._update_floating()
