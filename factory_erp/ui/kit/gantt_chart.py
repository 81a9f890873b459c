"""The moving picture under the planning board: time and place, scrolling, zooming, filter and colours."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from factory_erp.i18n import language
from factory_erp.ui.kit import theme
from factory_erp.ui.kit.gantt_data import Bar, GanttData
from factory_erp.ui.kit.gantt_inks import Colouring
from factory_erp.ui.kit.gantt_model import GanttIndex
from factory_erp.ui.kit.gantt_paint import GanttPainter
from factory_erp.ui.kit.gantt_scale import DAY, LEAST_SCALE, MOST_SCALE
from factory_erp.ui.kit.gantt_scene import Scene
from factory_erp.ui.kit.gantt_window import HEADER_HEIGHT, LANE_HEIGHT, TITLE_WIDTH, Window

PRESETS = {"shift": DAY // 2, "day": DAY, "week": 7 * DAY, "month": 31 * DAY, "quarter": 92 * DAY}
"""Minutes that the chart shows side by side, by the name of the preset."""

MARGIN = 0.03
"""Part of the whole time that may be scrolled to before the first bar and after the last."""

CLICK_SLACK = 3
"""Pixels beside a thin bar that still hit it."""

ZOOM_STEP = 1.25

FilterMode = Literal["dim", "hide"]


class GanttChart(QAbstractScrollArea):
    """Bars on lanes over time, to look at: what is drawn, and which part of it is seen."""

    view_changed = Signal()
    """Another part of the chart is seen, or it shows other data: what stands beside it follows."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._index = GanttIndex(GanttData((), (), datetime.now(UTC), 0, UTC))
        self._shown = self._index
        self._faded: GanttIndex | None = None
        self._empty = True
        self._filter: tuple[str, FilterMode] = ("", "dim")
        self._colouring = Colouring()
        self._painter = GanttPainter()
        self._start = 0.0
        self._scale = 0.1
        self._fit_pending = False
        self._still: tuple[object, QPixmap] | None = None
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.horizontalScrollBar().valueChanged.connect(self._scrolled_sideways)
        self.verticalScrollBar().valueChanged.connect(self._seen_changed)
        self._painter.set_font(self.font())

    # data

    def set_data(self, data: GanttData | GanttIndex) -> None:
        """Show *data*; zoom, place, selection and filter stay (the first time: everything is shown).

        A large chart is better handed over as ``GanttIndex(data).prepare()``, made in a job.
        """
        index = data if isinstance(data, GanttIndex) else GanttIndex(data)
        first, moved = self._empty, index.data.minute(self._index.data.origin)
        self._index, self._empty = index, False
        self._start += 0 if first else moved
        self._apply_filter()
        if first:
            self.fit_all()
        self._set_bars()
        self._seen_changed()

    def data(self) -> GanttData | None:
        """What is shown."""
        return None if self._empty else self._index.data

    def index(self) -> GanttIndex:
        """What is shown, ready to be searched; without lanes before data are set."""
        return self._index

    def set_filter(self, text: str, mode: FilterMode = "dim") -> int:
        """Show bars palely ("dim") or not at all ("hide") that do not hold every word of *text*.

        Returns how many hold them; an empty text shows all.
        """
        self._filter = (text, mode)
        self._apply_filter()
        self._seen_changed()
        return len(self._shown.by_id)

    def _apply_filter(self) -> None:
        text, mode = self._filter
        self._shown, self._faded = self._index, None
        if text.strip():
            found = self._index.matching(text)
            self._shown = self._index.part(found)
            self._faded = self._index.part(found, without=True) if mode == "dim" else None

    def set_colouring(self, colouring: Colouring | None) -> None:
        """Colour the bars by *colouring*; None: each by its ``colour_index``."""
        self._colouring = colouring or Colouring()
        self._seen_changed()

    def colouring(self) -> Colouring:
        """How the bars are coloured."""
        return self._colouring

    # time and place

    def seen(self) -> Window:
        """The part that is seen, in the words of the painter."""
        size = self.viewport().size()
        return Window(self._start, self._scale, self.verticalScrollBar().value(), size.width(), size.height())

    def shown(self) -> GanttIndex:
        """The bars that the filter lets through."""
        return self._shown

    def minute_at(self, x: float) -> float:
        """The minute under pixel column *x* of the viewport."""
        return self._start + (x - TITLE_WIDTH) / self._scale

    def bar_at(self, position: QPoint) -> Bar | None:
        """The bar under *position* in the viewport, or within a few pixels of it."""
        if position.x() < TITLE_WIDTH or position.y() < HEADER_HEIGHT:
            return None
        lane, inside = divmod(position.y() - HEADER_HEIGHT + self.verticalScrollBar().value(), LANE_HEIGHT)
        if lane >= len(self._index.lanes) or not 3 <= inside < LANE_HEIGHT - 3:
            return None
        minute, slack = self.minute_at(position.x() + 0.5), CLICK_SLACK / self._scale
        layers = (self._shown, self._faded) if self._faded else (self._shown,)
        found = (layer.lanes[lane].at(minute, slack) for layer in layers)
        return next((bar for bar in found if bar is not None), None)

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
        self._scale = self._least_scale()
        self._go_to(self._bounds()[0])

    def show_preset(self, name: str) -> None:
        """Show a "shift", "day", "week", "month" or "quarter" around the middle; KeyError for others."""
        middle = self.minute_at(TITLE_WIDTH + self._body_width() / 2)
        self._scale = max(LEAST_SCALE, min(MOST_SCALE, self._body_width() / PRESETS[name]))
        self._fit_pending = False
        self._go_to(middle - self._body_width() / 2 / self._scale)

    def go_to_now(self) -> None:
        """Bring the present to the first quarter of the width."""
        self._go_to(self._index.data.now - self._body_width() / 4 / self._scale)

    def go_to_start(self) -> None:
        """Bring the first bar to the left edge."""
        self._go_to(self._bounds()[0])

    def go_to_end(self) -> None:
        """Bring the last bar to the right edge."""
        self._go_to(self._bounds()[1])

    def scroll_by(self, across: int, down: int) -> None:
        """Scroll by pixels, as far as there is something."""
        if across:
            self._go_to(self._start + across / self._scale)
        if down:
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() + down)

    def _body_width(self) -> int:
        return max(1, self.viewport().width() - TITLE_WIDTH)

    def _bounds(self) -> tuple[float, float]:
        """First and last minute that may be scrolled to."""
        start, end = self._index.extent if not self._empty else (0, DAY)
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
        self._seen_changed()

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
        down.setRange(0, max(0, len(self._index.lanes) * LANE_HEIGHT - room))
        down.setPageStep(max(1, room))
        down.setSingleStep(LANE_HEIGHT)

    def _scrolled_sideways(self, value: int) -> None:
        self._start = self._bounds()[0] + value / self._scale
        self._seen_changed()

    def _seen_changed(self) -> None:
        self.viewport().update()
        self.view_changed.emit()

    # painting

    def scene(self) -> Scene:
        """What is drawn now."""
        return Scene(self._index, self.seen(), self._shown, self._faded, colouring=self._colouring)

    def render_frame(self, painter: QPainter) -> None:
        """Draw what is seen with *painter*: the screen's or an image's."""
        self._painter.paint(painter, self.scene())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the frame, and what floats above it."""
        painter = QPainter(self.viewport())
        if self._floats():
            painter.drawPixmap(0, 0, self._backdrop())
            self._paint_floating(painter)
        else:
            self._still = None
            self.render_frame(painter)
        painter.end()

    def _floats(self) -> bool:
        """Whether something moves above the chart, which is therefore drawn once and kept."""
        return False

    def _paint_floating(self, painter: QPainter) -> None:
        """Draw what moves above the chart."""

    def _backdrop(self) -> QPixmap:
        """What lies under all that moves."""
        return self._still_picture()

    def _still_picture(self) -> QPixmap:
        """The chart itself, drawn anew only when it looks otherwise."""
        scene, ratio = self.scene(), self.viewport().devicePixelRatioF()
        key = (scene, theme.current().name, language(), ratio, self._painter.texts.font)
        if self._still is None or self._still[0] != key:
            picture = QPixmap(round(scene.window.width * ratio), round(scene.window.height * ratio))
            picture.setDevicePixelRatio(ratio)
            painter = QPainter(picture)
            self._painter.paint(painter, scene)
            painter.end()
            self._still = (key, picture)
        return self._still[1]

    # events

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

    def sizeHint(self) -> QSize:
        """A board, not a strip."""
        return QSize(960, HEADER_HEIGHT + 12 * LANE_HEIGHT)
