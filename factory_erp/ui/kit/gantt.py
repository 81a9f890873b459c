"""The planning board: a Gantt chart to look at, move about in, ask, and move bars on.

It changes nothing itself: it says what was done with the mouse or the keyboard, and the page decides.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QToolTip, QWidget

from factory_erp.i18n import _
from factory_erp.ui.kit.gantt_chart import ZOOM_STEP
from factory_erp.ui.kit.gantt_data import Bar
from factory_erp.ui.kit.gantt_move import GanttMove
from factory_erp.ui.kit.gantt_window import HEADER_HEIGHT, LANE_HEIGHT, TITLE_WIDTH


class GanttView(GanttMove):
    """Bars on lanes over time.

    Ctrl+wheel zooms around the pointer, wheel and Shift+wheel scroll, the middle button drags the chart.
    Arrows go from bar to bar, with Shift they scroll, with Ctrl they move the selected bar.  + and - zoom,
    Ctrl+0 shows everything, Home and End go to the first and last bar, N to now.  Ctrl+click, Space and a
    band drawn over empty space pick several bars; L asks to lock them.  Enter opens, Escape gives up or lets
    go.
    """

    activated = Signal(object)
    """Id of the bar to open: Enter or double click."""
    lock_asked = Signal(object)
    """Tuple of the ids of bars to lock, or unlock: L."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grip: tuple[QPoint, float, int] | None = None
        self._pressed: tuple[QPoint, Bar | None] | None = None
        self.viewport().setMouseTracking(True)
        self._name()

    # mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The left button takes hold of a bar, the middle one of the chart; the right one gives up."""
        position = event.position().toPoint()
        if event.button() == Qt.MouseButton.LeftButton:
            self._press(position, more=bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))
        elif event.button() == Qt.MouseButton.MiddleButton:
            self._grip = (position, self._start, self.verticalScrollBar().value())
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
        elif event.button() == Qt.MouseButton.RightButton:
            self._pressed = None
            self._cancel()
            bar = self.bar_at(position)
            if bar is not None and bar.id not in self._picked:
                self._choose(bar)

    def _press(self, position: QPoint, *, more: bool) -> None:
        bar = self.bar_at(position)
        self._drop()
        self._pointer = position
        self._pressed = (position, bar)
        self._inside = self.minute_at(position.x()) - (bar.start if bar else 0)
        if bar is not None and more:
            self._toggle(bar)
        elif not more:
            self._choose(bar)

    def _choose(self, bar: Bar | None) -> None:
        """Select *bar* and nothing else."""
        self._change(bar, {})

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag what is held: the chart, a bar, or the corner of the band."""
        position = event.position().toPoint()
        if self._grip is not None:
            origin, start, top = self._grip
            way = position - origin
            self._go_to(start - way.x() / self._scale)
            self.verticalScrollBar().setValue(top - way.y())
        elif self._pressed is not None:
            self._fine = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
            self._drag(position)

    def _drag(self, position: QPoint) -> None:
        assert self._pressed is not None
        origin, bar = self._pressed
        self._pointer = position
        begun = self._hand.bar is not None or not self._band.isNull()
        if not begun and (position - origin).manhattanLength() < QApplication.startDragDistance():
            return
        if bar is None:
            self._show_band(QRect(origin, position).normalized().intersected(self.seen().body))
        elif self._hand.bar is not None or self._lift(bar):
            self._aim()
            self._edges.aim(position, self.seen())
        else:
            self._pressed = None
            if self._eligible is not None:
                self.viewport().setCursor(Qt.CursorShape.ForbiddenCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        if event.button() == Qt.MouseButton.MiddleButton:
            self._grip = None
            self.viewport().unsetCursor()
        elif event.button() == Qt.MouseButton.LeftButton:
            self._pressed = None
            self.viewport().unsetCursor()
            band = self._band
            self._drop()
            self._show_band(QRect())
            if not band.isNull():
                more = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
                self._pick_within(band, more=more)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open the bar."""
        bar = self.bar_at(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and bar is not None:
            self.activated.emit(bar.id)

    def viewportEvent(self, event: QEvent) -> bool:
        """What the pointer rests on, in a tooltip: a bar, or a marked span of its machine."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            bar = self.bar_at(event.pos())
            text = (bar.tooltip or bar.text) if bar else self._span_text(event.pos())
            QToolTip.showText(event.globalPos(), "" if self._floats() else text, self.viewport())
            return True
        return super().viewportEvent(event)

    def _span_text(self, position: QPoint) -> str:
        lane, minute = self.seen().lane(position.y()), self.minute_at(position.x())
        inside = position.x() >= TITLE_WIDTH and position.y() >= HEADER_HEIGHT
        if not inside or lane >= len(self._index.lanes):
            return ""
        spans = (span for span in self._index.data.lanes[lane].spans if span.start <= minute < span.end)
        return "\n".join(span.text for span in spans)

    # keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """See the class: every gesture of the mouse has its key."""
        key, modifiers = Qt.Key(event.key()), event.modifiers()
        held = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        if key in _ARROWS:
            across, down = _ARROWS[key]
            if held and self._pressed is None:
                self._carry(across, down, fine=bool(modifiers & Qt.KeyboardModifier.AltModifier))
            elif modifiers & Qt.KeyboardModifier.ShiftModifier:
                self.scroll_by(across * self._body_width() // 8, down * LANE_HEIGHT)
            else:
                self._walk(across, down)
        elif not self._act(key, held):
            super().keyPressEvent(event)

    def _act(self, key: Qt.Key, held: bool) -> bool:
        """Do what *key* is for; False where it is for nothing."""
        bar = self.selected_bar()
        acts: dict[Qt.Key, Callable[[], object]] = {
            **{zoom: partial(self.zoom, factor) for zoom, factor in _ZOOMS.items()},
            Qt.Key.Key_Home: self.go_to_start,
            Qt.Key.Key_End: self.go_to_end,
            Qt.Key.Key_0: self.fit_all,
        }
        if not held:
            acts[Qt.Key.Key_N] = self.go_to_now
        if bar is not None and not held:
            acts[Qt.Key.Key_Space] = partial(self._toggle_here, bar)
            acts[Qt.Key.Key_L] = lambda: self.lock_asked.emit(self.selection())
            acts[Qt.Key.Key_Return] = acts[Qt.Key.Key_Enter] = partial(self._enter, bar)
        if bar is not None or self._picked or self._floats():
            acts[Qt.Key.Key_Escape] = self._give_up
        if key not in acts:
            return False
        acts[key]()
        return True

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Letting go of Ctrl puts down what was carried."""
        if event.key() == Qt.Key.Key_Control and self._settle.isActive():
            self._drop()
        super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """What was carried by keyboard is put down; what the mouse holds stays in its hand."""
        if self._settle.isActive():
            self._drop()
        super().focusOutEvent(event)

    def _toggle_here(self, bar: Bar) -> None:
        """Pick the selected bar or let it go; unlike a click, it takes no other along."""
        picked = dict(self._picked)
        if picked.pop(bar.id, bar) is bar:
            picked[bar.id] = None
        self._set_picked(picked)

    def _enter(self, bar: Bar) -> None:
        """Put down what is held, else open the bar."""
        if self._hand.bar is not None:
            self._drop()
        else:
            self.activated.emit(bar.id)

    def _give_up(self) -> None:
        """The nearest thing to let go of: the held bar, the preview, the picked bars, the selected one."""
        if self._hand.bar is not None or not self._band.isNull():
            self._pressed = None
            self._cancel()
        elif self._floats():
            self.clear_preview()
        elif self._picked:
            self._set_picked({})
        else:
            self._select(None)

    def changeEvent(self, event: QEvent) -> None:
        """A new language: the name too."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._name()

    def _name(self) -> None:
        self.setAccessibleName(_("Production schedule"))


_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}

_ZOOMS = {
    Qt.Key.Key_Plus: ZOOM_STEP,
    Qt.Key.Key_Equal: ZOOM_STEP,
    Qt.Key.Key_Minus: 1 / ZOOM_STEP,
}
