"""The load of one work centre as columns against the line of its capacity."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygon
from PySide6.QtWidgets import QToolTip, QWidget

from factory_erp.i18n import _
from factory_erp.services.load.centres import By, LoadCell, LoadRow
from factory_erp.services.load.parts import LAYER_NAMES, Layer
from factory_erp.ui.board import load_words, words
from factory_erp.ui.kit import theme
from factory_erp.ui.kit.gantt_inks import mixed
from factory_erp.ui.kit.gantt_text import LEFT, RIGHT, Texts
from factory_erp.ui.kit.theme import Theme

TOP, FOOT, LEFT_ROOM, RIGHT_ROOM = 58, 26, 56, 14
"""Room around the columns, px: title and legend, days, hours, and a margin."""
WIDEST, GAP = 54, 6
CENTRE = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextSingleLine)
DAY_ROOM = 44
"""Pixels that a day's name needs below a column."""


class LoadChart(QWidget):
    """Stacked columns, the surest work below; what exceeds the capacity is hatched and pointed."""

    picked = Signal(int)
    """Number of the period that was clicked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row: LoadRow | None = None
        self._cells: Sequence[LoadCell] = ()
        self._starts: Sequence[date] = ()
        self._by: By = "week"
        self._chosen = -1
        self._texts = Texts()
        self.setMinimumHeight(170)
        self.setAccessibleName(_("Load of the work centre"))

    def show_centre(
        self, row: LoadRow | None, cells: Sequence[LoadCell], starts: Sequence[date], by: By, chosen: int
    ) -> None:
        """Show the *cells* of a centre; *chosen* is the period that is picked out."""
        self._row, self._cells, self._starts, self._by, self._chosen = row, cells, starts, by, chosen
        self.setAccessibleDescription(self._summary())
        self.update()

    def _summary(self) -> str:
        if self._row is None:
            return ""
        parts = [
            f"{load_words.whole_period(start, self._by)}: {load_words.percent(cell) or '0 %'}"
            for start, cell in zip(self._starts, self._cells, strict=True)
        ]
        return f"{self._row.code}. " + "; ".join(parts)

    def sizeHint(self) -> QSize:
        """Wide enough for eight weeks."""
        return QSize(480, 230)

    # where things stand

    def _most(self) -> int:
        """Minutes at the top of the picture; at least an hour."""
        return max(60, *(max(cell.load, cell.capacity) for cell in self._cells)) * 11 // 10

    def _height(self, minutes: int) -> int:
        return minutes * (self.height() - TOP - FOOT) // self._most()

    def column_rect(self, place: int) -> QRect:
        """Where the column of a period stands, from the foot to the top of the picture."""
        room = (self.width() - LEFT_ROOM - RIGHT_ROOM) // max(1, len(self._cells))
        width = max(3, min(WIDEST, room - GAP))
        left = LEFT_ROOM + place * room + (room - width) // 2
        return QRect(left, TOP, width, self.height() - TOP - FOOT)

    def _place_at(self, at: QPoint) -> int:
        """Number of the period under *at*, -1 for none."""
        for place in range(len(self._cells)):
            rect = self.column_rect(place)
            if rect.left() - GAP // 2 <= at.x() <= rect.right() + GAP // 2 and at.y() >= TOP:
                return place
        return -1

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw title, legend, columns and the capacity line."""
        painter, look = QPainter(self), theme.current()
        self._texts.set_font(self.font())
        painter.fillRect(self.rect(), QColor(look.surface))
        if self._row is not None and self._cells:
            painter.setFont(self._texts.font)
            self._paint_head(painter, look, self._row)
            self._paint_scale(painter, look)
            for place, cell in enumerate(self._cells):
                self._paint_column(painter, look, place, cell)
            self._paint_capacity(painter, look)
        painter.end()

    def _paint_head(self, painter: QPainter, look: Theme, row: LoadRow) -> None:
        painter.setPen(QColor(look.text))
        painter.setFont(self._texts.bold)
        name = words.either(row.name_en, row.name_zh)
        limit = _("Capacity")
        title = QRect(14, 8, self.width() - 58 - self._texts.width(limit), 20)
        painter.drawText(title, LEFT, self._texts.cut(f"{row.code}  {name}", title.width()))
        painter.setFont(self._texts.font)
        left = 14
        for layer in Layer:
            text = _(LAYER_NAMES[layer])
            painter.fillRect(left, 36, 10, 10, layer_ink(layer, look))
            painter.setPen(QColor(look.text_muted))
            painter.drawText(QRect(left + 15, 30, 400, 20), LEFT, text)
            left += 15 + self._texts.width(text) + 16
        painter.drawText(QRect(0, 8, self.width() - 14, 20), RIGHT, limit)
        painter.fillRect(self.width() - 34 - self._texts.width(limit), 17, 14, 2, QColor(look.text))

    def _paint_scale(self, painter: QPainter, look: Theme) -> None:
        """Hours at the left, a fine line at each."""
        step = scale_step(self._most())
        for minutes in range(0, self._most() + 1, step):
            at = self.height() - FOOT - self._height(minutes)
            painter.fillRect(LEFT_ROOM, at, self.width() - LEFT_ROOM - RIGHT_ROOM, 1, QColor(look.border))
            painter.setPen(QColor(look.text_muted))
            painter.drawText(QRect(0, at - 9, LEFT_ROOM - 6, 18), RIGHT, load_words.hours(minutes))

    def _paint_column(self, painter: QPainter, look: Theme, place: int, cell: LoadCell) -> None:
        rect = self.column_rect(place)
        if place == self._chosen:
            painter.fillRect(rect.adjusted(-GAP // 2, 0, GAP // 2, FOOT), QColor(look.accent_soft))
        done = 0
        for layer in Layer:
            minutes = getattr(cell, layer.value)
            low, high = self._height(done), self._height(done + minutes)
            top = rect.bottom() + 1 - high
            painter.fillRect(rect.x(), top, rect.width(), high - low, layer_ink(layer, look))
            done += minutes
        if load_words.is_over(cell):
            self._paint_over(painter, look, rect, cell)
        if rect.width() + GAP >= DAY_ROOM or place % max(1, DAY_ROOM // (rect.width() + GAP)) == 0:
            painter.setPen(QColor(look.text_muted))
            day = QRect(rect.center().x() - 40, self.height() - FOOT + 4, 80, 18)
            painter.drawText(day, CENTRE, load_words.period(self._starts[place]))

    def _paint_over(self, painter: QPainter, look: Theme, rect: QRect, cell: LoadCell) -> None:
        """Hatch what is beyond the capacity, and point at it."""
        low, high = self._height(cell.capacity), self._height(cell.load)
        top = rect.bottom() + 1 - high
        red = QColor(look.danger)
        painter.fillRect(rect.x(), top, rect.width(), high - low, QBrush(red, Qt.BrushStyle.BDiagPattern))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(red)
        tip = QPoint(rect.center().x() + 1, top - 8)
        painter.drawPolygon(QPolygon([tip, tip + QPoint(5, 6), tip + QPoint(-5, 6)]))

    def _paint_capacity(self, painter: QPainter, look: Theme) -> None:
        painter.setPen(QPen(QColor(look.text), 2))
        for place, cell in enumerate(self._cells):
            rect = self.column_rect(place)
            at = rect.bottom() + 1 - self._height(cell.capacity)
            painter.drawLine(rect.x() - GAP // 2, at, rect.right() + GAP // 2, at)

    # events

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pick a period."""
        place = self._place_at(event.position().toPoint())
        if place >= 0:
            self.picked.emit(place)

    def event(self, event: QEvent) -> bool:
        """What a column says, under the pointer."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            place = self._place_at(event.pos())
            text = self.text_of(place) if place >= 0 else ""
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)

    def text_of(self, place: int) -> str:
        """What the tooltip says of a period."""
        assert self._row is not None
        return load_words.cell_text(self._row, self._cells[place], self._starts[place], self._by)


def layer_ink(layer: Layer, look: Theme) -> QColor:
    """The colour of a layer: the surer, the stronger."""
    strength = {Layer.RELEASED: 0.85, Layer.PLANNED: 0.55, Layer.SUGGESTED: 0.32}
    if layer in strength:
        return mixed(look.surface, look.accent, strength[layer])
    return mixed(look.surface, look.text_muted, 0.35)


def scale_step(most: int) -> int:
    """Minutes between two lines: a round number of hours, four or five lines in all."""
    steps = (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500)
    hours = most / 60 / 5
    return next((step for step in steps if step >= hours), 1000) * 60
