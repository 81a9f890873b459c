"""The load strip: beneath the Gantt chart, on the same time axis, work against capacity by centre."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPolygon,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QFrame, QToolTip, QWidget

from factory_erp.i18n import _
from factory_erp.ui.kit import figures, theme
from factory_erp.ui.kit.gantt_chart import GanttChart
from factory_erp.ui.kit.gantt_data import GanttData
from factory_erp.ui.kit.gantt_inks import mixed
from factory_erp.ui.kit.gantt_load import LoadColumn, LoadRow, LoadUnit, columns, unit_for
from factory_erp.ui.kit.gantt_scale import span_words
from factory_erp.ui.kit.gantt_text import CENTRE, LEFT, RIGHT, Texts
from factory_erp.ui.kit.gantt_window import PADDING, TITLE_WIDTH, Window
from factory_erp.ui.kit.theme import Theme

ROW_HEIGHT = 46
FULL = 28
"""Height of a column at 100 %, px; what is beyond has ``BEYOND`` px, to 150 %."""
BEYOND = 12
FIGURE_ROOM = 40
"""Width of a column, px, from which its per cent are written in it."""


class LoadStrip(QAbstractScrollArea):
    """A row per centre and a column per day, week or month, as the zoom of *chart* allows.

    A column is filled up to its load; what exceeds the capacity stands on the 100 % line, hatched and
    pointed.
    """

    activated = Signal(object, object, object)
    """Key of the row, start and end (aware) of the column that was double-clicked."""

    def __init__(self, chart: GanttChart, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chart = chart
        self._rows: Sequence[LoadRow] = ()
        self._columns: dict[LoadUnit, list[list[LoadColumn]]] = {}
        self._texts = Texts()
        self._texts.set_font(self.font())
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.verticalScrollBar().valueChanged.connect(self.viewport().update)
        chart.view_changed.connect(self._follow)
        self._name()

    def set_rows(self, rows: Sequence[LoadRow]) -> None:
        """Show the load of *rows*."""
        self._rows = list(rows)
        self._columns.clear()
        over = [row.title for row in rows if any(day.load > day.capacity for day in row.days)]
        self.setAccessibleDescription(_("Over capacity: {names}", names=", ".join(over)) if over else "")
        self._follow()

    def rows(self) -> Sequence[LoadRow]:
        """What is shown."""
        return self._rows

    def column_at(self, position: QPoint) -> tuple[LoadRow, LoadColumn] | None:
        """The row and the column under *position* in the viewport."""
        number = (position.y() + self.verticalScrollBar().value()) // ROW_HEIGHT
        data, window = self._chart.index().data, self._window()
        if position.x() < TITLE_WIDTH or not 0 <= number < len(self._rows):
            return None
        moment = data.moment(int(window.minute(position.x())))
        found = (one for one in self._by_unit()[number] if one.start <= moment < one.end)
        column = next(found, None)
        return (self._rows[number], column) if column else None

    def text_of(self, row: LoadRow, column: LoadColumn) -> str:
        """What the tooltip says of *column*."""
        data = self._chart.index().data
        load, capacity = (figures.number(minutes // 60) for minutes in (column.load, column.capacity))
        if column.percent is None:
            work = _("{load} h of work, closed", load=load)
        else:
            work = _(
                "{load} h of {capacity} h ({percent} %)", load=load, capacity=capacity, percent=column.percent
            )
        span = span_words(data, data.minute(column.start), data.minute(column.end))
        return f"{row.title}\n{span}\n{work}"

    def _by_unit(self) -> list[list[LoadColumn]]:
        unit, zone = unit_for(self._chart.scale()), self._chart.index().data.zone
        if unit not in self._columns:
            self._columns[unit] = [list(columns(row, unit, zone)) for row in self._rows]
        return self._columns[unit]

    def _window(self) -> Window:
        """The chart's window, as wide as this strip."""
        seen, size = self._chart.seen(), self.viewport().size()
        return Window(seen.start, seen.scale, self.verticalScrollBar().value(), size.width(), size.height())

    def _follow(self) -> None:
        """The chart is elsewhere, or there are other rows."""
        policies = Qt.ScrollBarPolicy
        wide = self._chart.verticalScrollBar().isVisible()
        self.setVerticalScrollBarPolicy(policies.ScrollBarAlwaysOn if wide else policies.ScrollBarAsNeeded)
        room = self.viewport().height()
        self.verticalScrollBar().setRange(0, max(0, len(self._rows) * ROW_HEIGHT - room))
        self.verticalScrollBar().setPageStep(max(1, room))
        self.verticalScrollBar().setSingleStep(ROW_HEIGHT)
        self.viewport().update()

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows in sight."""
        painter, look, window = QPainter(self.viewport()), theme.current(), self._window()
        painter.setFont(self._texts.font)
        painter.fillRect(self.viewport().rect(), QColor(look.surface))
        by_unit = self._by_unit()
        for number, row in enumerate(self._rows):
            top = number * ROW_HEIGHT - window.top
            if top + ROW_HEIGHT > 0 and top < window.height:
                self._paint_row(painter, row, by_unit[number], top, window, look)
        painter.fillRect(TITLE_WIDTH - 1, 0, 1, window.height, QColor(look.border))
        painter.end()

    def _paint_row(
        self, painter: QPainter, row: LoadRow, found: list[LoadColumn], top: int, window: Window, look: Theme
    ) -> None:
        data = self._chart.index().data
        base = top + ROW_HEIGHT - 3
        painter.save()
        painter.setClipRect(TITLE_WIDTH, top, window.width - TITLE_WIDTH, ROW_HEIGHT)
        for column in found:
            rect = column_rect(column, data, window, base)
            if rect.right() >= TITLE_WIDTH and rect.x() <= window.width:
                self._paint_column(painter, column, rect, look)
        painter.setPen(QColor(look.text_muted))
        painter.drawLine(TITLE_WIDTH, base - FULL, window.width, base - FULL)
        painter.restore()
        painter.fillRect(0, top + ROW_HEIGHT - 1, window.width, 1, QColor(look.border))
        self._paint_title(painter, row, top, look)

    def _paint_title(self, painter: QPainter, row: LoadRow, top: int, look: Theme) -> None:
        room = QRect(PADDING + 4, top, TITLE_WIDTH - 2 * PADDING - 44, ROW_HEIGHT)
        title = self._texts.cut(row.title, room.width())
        painter.setPen(QColor(look.text))
        painter.drawText(room, LEFT, title)
        left = self._texts.width(title) + 8
        painter.setPen(QColor(look.text_muted))
        if row.subtitle and room.width() - left > 24:
            painter.drawText(room, RIGHT, self._texts.cut(row.subtitle, room.width() - left))
        line = QRect(TITLE_WIDTH - 46, top + ROW_HEIGHT - 3 - FULL - 9, 42, 18)
        painter.drawText(line, RIGHT, "100 %")

    def _paint_column(self, painter: QPainter, column: LoadColumn, rect: QRect, look: Theme) -> None:
        """The part within the capacity filled; the part beyond it hatched, with a point on top."""
        filled = _height(min(column.load, column.capacity), column.capacity)
        painter.fillRect(rect, mixed(look.surface, look.border, 0.45))
        painter.fillRect(
            rect.x(), rect.bottom() + 1 - filled, rect.width(), filled, mixed(look.surface, look.accent, 0.6)
        )
        if column.is_over:
            self._paint_over(painter, column, rect, QColor(look.danger), look)
        percent = column.percent
        if percent is not None and column.load and rect.width() >= FIGURE_ROOM:
            painter.setPen(QColor(look.text))
            painter.drawText(rect.adjusted(0, 8, 0, 0), CENTRE, f"{percent} %")

    def _paint_over(
        self, painter: QPainter, column: LoadColumn, rect: QRect, red: QColor, look: Theme
    ) -> None:
        beyond = column.load - column.capacity
        height = max(4, min(BEYOND, BEYOND * 2 * beyond // max(1, column.capacity)))
        over = QRect(rect.x(), rect.y() - height, rect.width(), height)
        painter.fillRect(over, mixed(look.surface, look.danger, 0.25))
        painter.fillRect(over, QBrush(red, Qt.BrushStyle.BDiagPattern))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(red)
        middle = rect.center().x() + 1
        tip = QPoint(middle, over.y() - 3)
        painter.drawPolygon(QPolygon([tip, tip + QPoint(5, 6), tip + QPoint(-5, 6)]))

    # events

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Other room, other scroll bar."""
        self._follow()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom and scroll through time as on the chart; the wheel alone scrolls the rows."""
        turn, modifiers = event.angleDelta(), event.modifiers()
        through_time = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        if modifiers & through_time or abs(turn.x()) > abs(turn.y()):
            QApplication.sendEvent(self._chart.viewport(), event)
        else:
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() - turn.y() * ROW_HEIGHT // 120)
            event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Ask for the details of a column."""
        hit = self.column_at(event.position().toPoint())
        if hit is not None:
            self.activated.emit(hit[0].key, hit[1].start, hit[1].end)

    def viewportEvent(self, event: QEvent) -> bool:
        """Load and capacity of the column under the pointer."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            hit = self.column_at(event.pos())
            QToolTip.showText(event.globalPos(), self.text_of(*hit) if hit else "", self.viewport())
            return True
        return super().viewportEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Another font or language."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._texts.set_font(self.font())
        if event.type() == QEvent.Type.LanguageChange:
            self._name()
        self.viewport().update()

    def sizeHint(self) -> QSize:
        """Three rows."""
        return QSize(960, 3 * ROW_HEIGHT)

    def _name(self) -> None:
        self.setAccessibleName(_("Load against capacity"))


def column_rect(column: LoadColumn, data: GanttData, window: Window, base: int) -> QRect:
    """Where *column* stands up to 100 %, its foot on *base*."""
    left, right = window.x(data.minute(column.start)), window.x(data.minute(column.end))
    return QRect(left + 1, base - FULL, max(2, right - left - 1), FULL)


def _height(load: int, capacity: int) -> int:
    """Pixels of *load*, which does not exceed the capacity."""
    return load * FULL // capacity if capacity else 0
