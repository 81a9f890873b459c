"""The planning board: a Gantt chart to look at, move about in and ask; it changes nothing itself."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import UTC, datetime

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QToolTip, QWidget

from factory_erp.i18n import _
from factory_erp.ui.kit.gantt_model import Bar, GanttData, GanttIndex
from factory_erp.ui.kit.gantt_paint import (
    HEADER_HEIGHT,
    LANE_HEIGHT,
    TITLE_WIDTH,
    GanttPainter,
    Window,
    bar_rect,
)
from factory_erp.ui.kit.gantt_scale import DAY, LEAST_SCALE, MOST_SCALE

PRESETS = {"day": DAY, "week": 7 * DAY, "month": 31 * DAY}
"""Minutes that the chart shows side by side, by the name of the preset."""

MARGIN = 0.03
"""Part of the whole time that may be scrolled to before the first bar and after the last."""

CLICK_SLACK = 3
"""Pixels beside a thin bar that still hit it."""

ZOOM_STEP = 1.25


class GanttView(QAbstractScrollArea):
    """Bars on lanes over time.

    Ctrl+wheel zooms around the pointer, wheel and Shift+wheel scroll, the middle button drags.  Arrows go
    from bar to bar (with Ctrl they scroll), + and - zoom, Home goes to now, 0 shows everything, Escape lets
    go.
    """

    selected = Signal(object)
    """Id of the bar that was clicked or walked to, None where nothing is selected any more."""
    activated = Signal(object)
    """Id of the bar to open: Enter or double click."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._index: GanttIndex | None = None
        self._painter = GanttPainter()
        self._start = 0.0
        self._scale = 0.1
        self._selected: Hashable = None
        self._grip: tuple[QPoint, float, int] | None = None
        self._fit_pending = False
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.viewport().setMouseTracking(True)
        self.horizontalScrollBar().valueChanged.connect(self._scrolled_sideways)
        self.verticalScrollBar().valueChanged.connect(self.viewport().update)
        self._painter.set_font(self.font())
        self._name()

    # data

    def set_data(self, data: GanttData | GanttIndex) -> None:
        """Show *data*; zoom, place and selection stay as they are (the first time: everything is shown).

        A large chart is better handed over as ``GanttIndex(data).prepare()``, made in a job.
        """
        index = data if isinstance(data, GanttIndex) else GanttIndex(data)
        first = self._index is None
        moved = 0 if self._index is None else index.data.minute(self._index.data.origin)
        self._index = index
        self._start += moved
        if self._selected not in self._index.by_id:
            self._select(None)
        if first:
            self.fit_all()
        self._set_bars()

    def data(self) -> GanttData | None:
        """What is shown."""
        return self._index.data if self._index else None

    def selected_id(self) -> Hashable:
        """Id of the selected bar, None where there is none."""
        return self._selected

    def select_id(self, bar_id: Hashable) -> bool:
        """Select a bar and bring it into sight; False where it is not on the chart."""
        bar = self._index.by_id.get(bar_id) if self._index else None
        if bar is None:
            return False
        self._select(bar)
        self._reveal(bar)
        return True

    # time and place

    def seen(self) -> Window:
        """The part that is seen, in the words of the painter."""
        size = self.viewport().size()
        return Window(self._start, self._scale, self.verticalScrollBar().value(), size.width(), size.height())

    def minute_at(self, x: float) -> float:
        """The minute under pixel column *x* of the viewport."""
        return self._start + (x - TITLE_WIDTH) / self._scale

    def bar_at(self, position: QPoint) -> Bar | None:
        """The bar under *position* in the viewport, or within a few pixels of it."""
        if self._index is None or position.x() < TITLE_WIDTH or position.y() < HEADER_HEIGHT:
            return None
        lane, inside = divmod(position.y() - HEADER_HEIGHT + self.verticalScrollBar().value(), LANE_HEIGHT)
        if lane >= len(self._index.lanes) or not 3 <= inside < LANE_HEIGHT - 3:
            return None
        return self._index.lanes[lane].at(self.minute_at(position.x() + 0.5), CLICK_SLACK / self._scale)

    def scale(self) -> float:
        """Pixels per minute."""
        return self._scale

    def zoom(self, factor: float, x: float | None = None) -> None:
        """Zoom by *factor*; the minute under column *x* (None: the middle) stays where it is."""
        if x is None:
            x = TITLE_WIDTH + self._body_width() / 2
        minute = self.minute_at(x)
        self._scale = max(self._least_scale(), min(MOST_SCALE, self._scale * factor))
        self._fit_pending = False
        self._go_to(minute - (x - TITLE_WIDTH) / self._scale)

    def fit_all(self) -> None:
        """Show the whole time side by side."""
        self._fit_pending = not self.isVisible()
        if self._index is not None:
            self._scale = max(LEAST_SCALE, min(MOST_SCALE, self._least_scale()))
            self._go_to(self._bounds()[0])

    def show_preset(self, name: str) -> None:
        """Show a "day", "week" or "month" side by side, around the present middle; KeyError for others."""
        middle = self.minute_at(TITLE_WIDTH + self._body_width() / 2)
        self._scale = max(LEAST_SCALE, min(MOST_SCALE, self._body_width() / PRESETS[name]))
        self._fit_pending = False
        self._go_to(middle - self._body_width() / 2 / self._scale)

    def go_to_now(self) -> None:
        """Bring the present to the first quarter of the width."""
        if self._index is not None:
            self._go_to(self._index.data.now - self._body_width() / 4 / self._scale)

    def _body_width(self) -> int:
        return max(1, self.viewport().width() - TITLE_WIDTH)

    def _bounds(self) -> tuple[float, float]:
        """First and last minute that may be scrolled to."""
        start, end = self._index.extent if self._index else (0, DAY)
        margin = max(60.0, (end - start) * MARGIN)
        return start - margin, end + margin

    def _least_scale(self) -> float:
        start, end = self._bounds()
        return max(LEAST_SCALE, min(MOST_SCALE, self._body_width() / (end - start)))

    def _go_to(self, minute: float) -> None:
        """Put *minute* at the left edge, or as near as the bounds allow."""
        first, last = self._bounds()
        self._start = max(first, min(minute, last - self._body_width() / self._scale))
        self._set_bars()
        self.viewport().update()

    def _set_bars(self) -> None:
        """Scroll bars that show where the window is; the exact start stays ours, they only hold pixels."""
        first, last = self._bounds()
        sideways, down = self.horizontalScrollBar(), self.verticalScrollBar()
        sideways.blockSignals(True)
        sideways.setRange(0, max(0, round((last - first) * self._scale) - self._body_width()))
        sideways.setPageStep(self._body_width())
        sideways.setSingleStep(40)
        sideways.setValue(round((self._start - first) * self._scale))
        sideways.blockSignals(False)
        room = self.viewport().height() - HEADER_HEIGHT
        lanes = len(self._index.lanes) if self._index else 0
        down.setRange(0, max(0, lanes * LANE_HEIGHT - room))
        down.setPageStep(max(1, room))
        down.setSingleStep(LANE_HEIGHT)

    def _scrolled_sideways(self, value: int) -> None:
        self._start = self._bounds()[0] + value / self._scale
        self.viewport().update()

    # events

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the frame."""
        painter = QPainter(self.viewport())
        self.render_frame(painter)
        painter.end()

    def render_frame(self, painter: QPainter) -> None:
        """Draw what is seen with *painter*: the screen's, an image's or a printer's."""
        index = self._index or GanttIndex(_nothing())
        self._painter.paint(painter, index, self.seen(), self._selected)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the minute at the left edge; a chart that was fitted before it had a size is fitted now."""
        super().resizeEvent(event)
        if self._fit_pending:
            self.fit_all()
        self._scale = max(self._scale, self._least_scale())
        self._go_to(self._start)

    def changeEvent(self, event: QEvent) -> None:
        """A new font, style or language: everything is drawn anew."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._painter.set_font(self.font())
        if event.type() == QEvent.Type.LanguageChange:
            self._name()
        self.viewport().update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Ctrl zooms around the pointer, Shift scrolls through time, the wheel alone through the lanes."""
        turn = event.angleDelta()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom(ZOOM_STEP ** (turn.y() / 120), event.position().x())
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier or abs(turn.x()) > abs(turn.y()):
            bar = self.horizontalScrollBar()
            bar.setValue(bar.value() - (turn.x() or turn.y()))
        else:
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() - turn.y() * 3 * LANE_HEIGHT // 240)
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The left button selects, the middle one takes hold of the chart."""
        position = event.position().toPoint()
        if event.button() == Qt.MouseButton.LeftButton:
            self._select(self.bar_at(position))
        elif event.button() == Qt.MouseButton.MiddleButton:
            self._grip = (position, self._start, self.verticalScrollBar().value())
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag what is held."""
        if self._grip is not None:
            origin, start, top = self._grip
            way = event.position().toPoint() - origin
            self._go_to(start - way.x() / self._scale)
            self.verticalScrollBar().setValue(top - way.y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        if event.button() == Qt.MouseButton.MiddleButton:
            self._grip = None
            self.viewport().unsetCursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open the bar."""
        bar = self.bar_at(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and bar is not None:
            self.activated.emit(bar.id)

    def viewportEvent(self, event: QEvent) -> bool:
        """What the pointer rests on, in a tooltip."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            bar = self.bar_at(event.pos())
            QToolTip.showText(event.globalPos(), (bar.tooltip or bar.text) if bar else "", self.viewport())
            return True
        return super().viewportEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """See the class: every gesture of the mouse has its key."""
        key = Qt.Key(event.key())
        held = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if key in _ARROWS:
            (self._scroll if held else self._walk)(*_ARROWS[key])
        elif key in _ZOOMS:
            self.zoom(_ZOOMS[key])
        elif key == Qt.Key.Key_Home:
            self.go_to_now()
        elif key == Qt.Key.Key_0:
            self.fit_all()
        elif key == Qt.Key.Key_Escape and self._selected is not None:
            self._select(None)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._selected is not None and not held:
            self.activated.emit(self._selected)
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        """A board, not a strip."""
        return QSize(960, HEADER_HEIGHT + 12 * LANE_HEIGHT)

    # selection

    def _select(self, bar: Bar | None) -> None:
        chosen = bar.id if bar else None
        if chosen == self._selected:
            return
        self._selected = chosen
        self.setAccessibleDescription((bar.tooltip or bar.text) if bar else "")
        self.viewport().update()
        self.selected.emit(chosen)

    def _walk(self, across: int, down: int) -> None:
        """Go to the bar beside the selected one, or to the nearest one in the next lane that has any."""
        if self._index is None or not self._index.by_id:
            return
        here = self._index.by_id.get(self._selected)
        target = self._entry() if here is None else self._neighbour(here, across, down)
        if target is not None:
            self._select(target)
            self._reveal(target)

    def _entry(self) -> Bar | None:
        """Where walking begins: the bar nearest to the middle of what is seen, in the first lane in sight."""
        assert self._index is not None
        seen = self.seen()
        lanes = [*seen.lanes(len(self._index.lanes)), *range(len(self._index.lanes))]
        near = (self._index.lanes[lane].nearest((seen.start + seen.end) / 2) for lane in lanes)
        return next((bar for bar in near if bar is not None), None)

    def _neighbour(self, here: Bar, across: int, down: int) -> Bar | None:
        assert self._index is not None
        if across:
            bars = self._index.lanes[here.lane_index].bars
            place = bars.index(here) + across
            return bars[place] if 0 <= place < len(bars) else None
        lane = here.lane_index + down
        while 0 <= lane < len(self._index.lanes):
            target = self._index.lanes[lane].nearest((here.start + here.end) / 2)
            if target is not None:
                return target
            lane += down
        return None

    def _reveal(self, bar: Bar) -> None:
        """Scroll as little as brings *bar* into sight."""
        seen = self.seen()
        rect = bar_rect(bar, seen)
        if rect.x() < TITLE_WIDTH or rect.right() > seen.width:
            middle = (bar.start + min(bar.end, bar.start + self._body_width() / self._scale)) / 2
            self._go_to(middle - self._body_width() / 2 / self._scale)
        down = self.verticalScrollBar()
        if rect.y() < HEADER_HEIGHT:
            down.setValue(bar.lane_index * LANE_HEIGHT)
        elif rect.bottom() > seen.height:
            down.setValue((bar.lane_index + 1) * LANE_HEIGHT - (seen.height - HEADER_HEIGHT))

    def _scroll(self, across: int, down: int) -> None:
        self._go_to(self._start + across * self._body_width() / 8 / self._scale)
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() + down * LANE_HEIGHT)

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


def _nothing() -> GanttData:
    """An empty chart around this minute, for a view that has not been given one yet."""
    return GanttData((), (), datetime.now(UTC), 0, UTC)
