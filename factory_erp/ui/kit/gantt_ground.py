"""What lies beneath the bars of a Gantt chart: closed times, the frozen zone, marked spans, rules."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QBrush, QColor, QPainter

from factory_erp.ui.kit.gantt_data import SpanKind
from factory_erp.ui.kit.gantt_inks import mixed
from factory_erp.ui.kit.gantt_scene import Scene
from factory_erp.ui.kit.gantt_window import HEADER_HEIGHT, LANE_HEIGHT, TITLE_WIDTH
from factory_erp.ui.kit.theme import Theme, Tone


def paint_ground(painter: QPainter, scene: Scene, look: Theme) -> None:
    """All that is drawn before the bars."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(closed_colour(look))
    painter.drawRects(_closed_rects(scene))
    _paint_frozen(painter, scene, look)
    _paint_spans(painter, scene, look)
    _paint_rules(painter, scene, look)


def closed_colour(look: Theme) -> QColor:
    """The shade of closed times."""
    return mixed(look.surface, look.border, 0.45)


def frozen_colour(look: Theme) -> QColor:
    """The tint of the time in which nothing is moved any more; closed times show through."""
    tint = QColor(look.accent)
    tint.setAlpha(36 if look.is_dark else 24)
    return tint


def paint_span(painter: QPainter, rect: QRect, kind: SpanKind, look: Theme) -> None:
    """Overtime tinted between two lines; maintenance and breakdown cross-hatched, each in its colour."""
    if kind is SpanKind.OVERTIME:
        ground, line = (QColor(colour) for colour in look.pill(Tone.WARNING))
        painter.fillRect(rect, ground)
        painter.fillRect(rect.x(), rect.y(), rect.width(), 2, line)
        painter.fillRect(rect.x(), rect.bottom() - 1, rect.width(), 2, line)
        return
    broken = kind is SpanKind.BREAKDOWN
    painter.fillRect(rect, QColor(look.pill(Tone.DANGER if broken else Tone.NEUTRAL)[0]))
    pattern = Qt.BrushStyle.DiagCrossPattern if broken else Qt.BrushStyle.CrossPattern
    ink = QColor(look.danger if broken else look.text_muted)
    painter.fillRect(rect, QBrush(mixed(look.surface, ink.name(), 0.55), pattern))


def _paint_frozen(painter: QPainter, scene: Scene, look: Theme) -> None:
    """A veil over the time that the scheduler leaves alone, with a dashed end."""
    until, window = scene.index.data.frozen_until, scene.window
    if until is None or until <= window.start:
        return
    right = min(window.x(until), window.width)
    bottom = window.y(len(scene.index.lanes))
    painter.fillRect(
        TITLE_WIDTH, HEADER_HEIGHT, right - TITLE_WIDTH, bottom - HEADER_HEIGHT, frozen_colour(look)
    )
    if until <= window.end:
        painter.setBrush(QColor(look.accent))
        painter.drawRects(
            [QRect(right - 1, top, 2, min(6, bottom - top)) for top in range(HEADER_HEIGHT, bottom, 10)]
        )


def _closed_rects(scene: Scene) -> list[QRect]:
    """Closed times in sight; lanes of one calendar share the arithmetic."""
    index, window = scene.index, scene.window
    columns: dict[int, list[tuple[int, int]]] = {}
    rects: list[QRect] = []
    for lane in scene.lanes:
        spans = index.closed(lane, window.level)
        if id(spans) not in columns:
            seen = spans.between(window.start, window.end)
            edges = [(window.x(spans.starts[place]), window.x(spans.ends[place])) for place in seen]
            columns[id(spans)] = [(left, right - left) for left, right in edges]
        top = window.y(lane)
        rects += [QRect(left, top, width, LANE_HEIGHT) for left, width in columns[id(spans)]]
    return rects


def _paint_spans(painter: QPainter, scene: Scene, look: Theme) -> None:
    window = scene.window
    for lane in scene.lanes:
        for span in scene.index.data.lanes[lane].spans:
            if span.start < window.end and span.end > window.start:
                left = max(window.x(span.start), TITLE_WIDTH)
                width = max(2, min(window.x(span.end), window.width) - left)
                paint_span(painter, QRect(left, window.y(lane), width, LANE_HEIGHT - 1), span.kind, look)


def _paint_rules(painter: QPainter, scene: Scene, look: Theme) -> None:
    """A line after each field of time and each lane."""
    window = scene.window
    bottom = window.y(len(scene.index.lanes))
    _upper, fields = scene.fields
    rules = [QRect(window.x(tick.start), HEADER_HEIGHT, 1, bottom - HEADER_HEIGHT) for tick in fields]
    rules += [QRect(TITLE_WIDTH, window.y(lane + 1) - 1, window.width, 1) for lane in scene.lanes]
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(look.border))
    painter.drawRects(rules)
