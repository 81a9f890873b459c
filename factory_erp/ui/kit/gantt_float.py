"""What floats above the Gantt chart: the bar in the hand, the ghosts of a preview, words, the rubber band."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen, QPolygon

from factory_erp.ui.kit.gantt_data import GanttData
from factory_erp.ui.kit.gantt_drag import Place, PreviewKind
from factory_erp.ui.kit.gantt_inks import Colouring, ink_of, mixed
from factory_erp.ui.kit.gantt_scale import span_words
from factory_erp.ui.kit.gantt_text import CENTRE, LEAST_ROOM, LEFT, Texts
from factory_erp.ui.kit.gantt_window import HEADER_HEIGHT, TITLE_WIDTH, Window, bar_rect, clipped
from factory_erp.ui.kit.theme import Theme

MESSAGE_WIDTH = 340
GAP = 16
"""Pixels between the pointer and the message."""
INSET = 8
_WRAPPED = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap)


@dataclass(frozen=True, slots=True)
class Floating:
    """All that moves above the chart: ``held`` is in the hand, ``ghosts`` are what it would bring about."""

    held: Place | None = None
    ghosts: Sequence[Place] = ()
    message: str = ""
    pointer: QPoint = field(default_factory=QPoint)
    band: QRect = field(default_factory=QRect)

    def __bool__(self) -> bool:
        return bool(self.held or self.ghosts or self.message or not self.band.isNull())


class FloatPainter:
    """Draws what floats over the *window* on *data*."""

    def __init__(self, data: GanttData, window: Window, texts: Texts, look: Theme) -> None:
        self._data, self._window, self._texts, self._look = data, window, texts, look

    def paint_ghosts(self, painter: QPainter, ghosts: Sequence[Place]) -> None:
        """Draw the ghosts, which stay while the bar in the hand moves."""
        painter.save()
        self._prepare(painter)
        for ghost in ghosts:
            self._paint_ghost(painter, ghost)
        painter.restore()

    def paint(self, painter: QPainter, floating: Floating, colouring: Colouring) -> None:
        """Draw what moves with the pointer: the bar in the hand, the band, then words."""
        painter.save()
        self._prepare(painter)
        if floating.held is not None:
            self._paint_held(painter, floating.held, colouring)
        if not floating.band.isNull():
            self._paint_band(painter, floating.band)
        if floating.message:
            self._paint_message(painter, floating.message, self.message_rect(floating))
        painter.restore()

    def _prepare(self, painter: QPainter) -> None:
        painter.setClipRect(self._window.body, Qt.ClipOperation.IntersectClip)
        painter.setFont(self._texts.font)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def dirty(self, floating: Floating) -> QRect:
        """What must be drawn again when the bar in the hand, the band or the message moves on."""
        rect = floating.band.adjusted(-2, -2, 2, 2) if not floating.band.isNull() else QRect()
        if floating.held is not None:
            held = self._rect(floating.held).adjusted(-4, -4, 4, 4)
            rect = rect.united(held).united(self._label_rect(floating.held).adjusted(-2, -2, 2, 2))
        if floating.message:
            rect = rect.united(self.message_rect(floating).adjusted(-3, -3, 3, 3))
        return rect

    def message_rect(self, floating: Floating) -> QRect:
        """Where the message stands: beside the pointer, wherever there is room."""
        wide = self._texts.metrics.boundingRect(QRect(0, 0, MESSAGE_WIDTH, 1_000), _WRAPPED, floating.message)
        width, height = wide.width() + 2 * INSET + 2, wide.height() + 2 * INSET
        left, top = floating.pointer.x() + GAP, floating.pointer.y() + GAP + 4
        if left + width > self._window.width:
            left = max(TITLE_WIDTH, floating.pointer.x() - GAP - width)
        if top + height > self._window.height:
            top = max(HEADER_HEIGHT, floating.pointer.y() - GAP - height)
        return QRect(left, top, width, height)

    def anchor(self, place: Place) -> QPoint:
        """Where the message stands by when no pointer holds the bar."""
        return self._rect(place).bottomLeft()

    def _rect(self, place: Place) -> QRect:
        return clipped(self._window.rect(place.lane, place.start, place.end), self._window)

    def _paint_ghost(self, painter: QPainter, ghost: Place) -> None:
        """Shapes beside colours: slipping is dashed and points on, late has its corner, broken is crossed."""
        rect, look = self._rect(ghost), self._look
        if not rect.intersects(self._window.body):
            return
        colour = QColor(_COLOURS[ghost.kind](look))
        pen = QPen(
            colour, 2, Qt.PenStyle.DashLine if ghost.kind is PreviewKind.SLIPS else Qt.PenStyle.SolidLine
        )
        ground = mixed(look.surface, colour.name(), 0.16)
        painter.setPen(pen)
        painter.setBrush(ground)
        painter.drawRoundedRect(rect, 4, 4)
        if ghost.kind is PreviewKind.BREAKS:
            painter.setBrush(QBrush(mixed(look.surface, colour.name(), 0.6), Qt.BrushStyle.DiagCrossPattern))
            painter.drawRoundedRect(rect, 4, 4)
        elif ghost.kind is PreviewKind.LATE:
            _paint_corner(painter, rect, colour)
        self._paint_trail(painter, ghost, rect, colour)
        if rect.width() >= LEAST_ROOM and ghost.kind is not PreviewKind.BREAKS:
            painter.setPen(QColor(look.text))
            self._paint_words(painter, ghost.bar.text, rect)

    def _paint_trail(self, painter: QPainter, ghost: Place, rect: QRect, colour: QColor) -> None:
        """A thin line from where the bar is to where it would be, on its own lane."""
        if ghost.lane != ghost.bar.lane_index or ghost.start == ghost.bar.start:
            return
        old = bar_rect(ghost.bar, self._window)
        painter.setPen(QPen(colour, 1.5))
        level = rect.bottom() + 3
        left, right = (
            max(old.x(), TITLE_WIDTH - 50),
            max(min(rect.x(), self._window.width + 50), TITLE_WIDTH - 50),
        )
        painter.drawLine(left, level, right, level)
        way = 4 if right > left else -4
        painter.drawLine(right, level, right - way, level - 3)

    def _paint_held(self, painter: QPainter, held: Place, colouring: Colouring) -> None:
        """The bar in the hand over its old place, with its times; red and crossed where it may not go."""
        look, allowed, late = self._look, held.kind is not PreviewKind.BREAKS, held.kind is PreviewKind.LATE
        painter.setBrush(QBrush(mixed(look.surface, look.text_muted, 0.12)))
        painter.setPen(QPen(QColor(look.text_muted), 1.5, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(clipped(bar_rect(held.bar, self._window), self._window), 4, 4)
        rect, ink = self._rect(held), ink_of(colouring.of(held.bar), look)
        painter.setBrush(ink.ground if allowed else mixed(look.surface, look.danger, 0.2))
        colour = QColor(look.accent if allowed and not late else look.danger)
        painter.setPen(QPen(colour, 2))
        painter.drawRoundedRect(rect, 4, 4)
        if late:
            _paint_corner(painter, rect, colour)
        if not allowed:
            painter.setBrush(QBrush(mixed(look.surface, look.danger, 0.6), Qt.BrushStyle.DiagCrossPattern))
            painter.drawRoundedRect(rect, 4, 4)
        elif rect.width() >= LEAST_ROOM:
            painter.setPen(ink.text)
            self._paint_words(painter, held.bar.text, rect)
        self._paint_label(painter, held, allowed)

    def _paint_words(self, painter: QPainter, text: str, rect: QRect) -> None:
        painter.drawText(rect.adjusted(7, 0, -4, 0), LEFT, self._texts.cut(text, rect.width() - 11))

    def _label_rect(self, held: Place) -> QRect:
        """Where the times stand: over the bar, or under it in the first lane, and never out of sight."""
        rect, window = self._rect(held), self._window
        width = self._texts.width(span_words(self._data, held.start, held.end)) + 16
        left = min(max(rect.x(), TITLE_WIDTH), window.width - width)
        top = rect.y() - 25
        return QRect(left, top if top >= HEADER_HEIGHT else rect.bottom() + 4, width, 21)

    def _paint_label(self, painter: QPainter, held: Place, allowed: bool) -> None:
        label, look = self._label_rect(held), self._look
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(look.accent if allowed else look.danger))
        painter.drawRoundedRect(label, 4, 4)
        painter.setPen(QColor(look.on_accent))
        painter.drawText(label, CENTRE, span_words(self._data, held.start, held.end))

    def _paint_band(self, painter: QPainter, band: QRect) -> None:
        accent = QColor(self._look.accent)
        painter.setPen(QPen(accent, 1, Qt.PenStyle.DashLine))
        accent.setAlpha(30)
        painter.setBrush(accent)
        painter.drawRect(band)

    def _paint_message(self, painter: QPainter, message: str, rect: QRect) -> None:
        painter.setPen(QPen(QColor(self._look.text_muted), 1))
        painter.setBrush(QColor(self._look.surface))
        painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        painter.setPen(QColor(self._look.text))
        painter.drawText(rect.adjusted(INSET, INSET, -INSET, -INSET), _WRAPPED, message)


def _paint_corner(painter: QPainter, rect: QRect, colour: QColor) -> None:
    """The mark of what is late."""
    corner = rect.topRight()
    painter.setBrush(colour)
    painter.drawPolygon(QPolygon([corner, corner + QPoint(-9, 0), corner + QPoint(0, 9)]))


def _accent(look: Theme) -> str:
    return look.accent


def _warning(look: Theme) -> str:
    return look.warning


def _danger(look: Theme) -> str:
    return look.danger


_COLOURS = {
    PreviewKind.MOVES: _accent,
    PreviewKind.SLIPS: _warning,
    PreviewKind.LATE: _danger,
    PreviewKind.BREAKS: _danger,
}
