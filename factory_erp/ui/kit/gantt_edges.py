"""The frame of a Gantt chart: names of the lanes, two rows of dates, and the line of the present."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QPainter

from factory_erp.ui.kit.gantt_data import GanttData
from factory_erp.ui.kit.gantt_scene import Scene
from factory_erp.ui.kit.gantt_text import CENTRE, LEFT, RIGHT, Texts
from factory_erp.ui.kit.gantt_window import (
    HEADER_HEIGHT,
    HEADER_ROW,
    LANE_HEIGHT,
    PADDING,
    TITLE_WIDTH,
    Window,
)
from factory_erp.ui.kit.theme import Theme


def paint_titles(painter: QPainter, scene: Scene, texts: Texts, look: Theme) -> None:
    """Names of the lanes, always in sight; muted where the lane is dimmed."""
    window, data = scene.window, scene.index.data
    painter.save()
    painter.setClipRect(0, HEADER_HEIGHT, TITLE_WIDTH, window.height - HEADER_HEIGHT)
    painter.fillRect(0, HEADER_HEIGHT, TITLE_WIDTH, window.height, QColor(look.surface))
    border, text, muted = QColor(look.border), QColor(look.text), QColor(look.text_muted)
    room = TITLE_WIDTH - 2 * PADDING - 4
    for number in scene.lanes:
        lane, top = data.lanes[number], window.y(number)
        place = QRect(PADDING + 4, top, room, LANE_HEIGHT)
        painter.fillRect(0, top + LANE_HEIGHT - 1, TITLE_WIDTH, 1, border)
        title = texts.cut(lane.title, room)
        painter.setPen(muted if number in scene.dimmed else text)
        painter.drawText(place, LEFT, title)
        left = texts.width(title) + 8
        if lane.subtitle and room - left > 24:
            painter.setPen(muted)
            painter.drawText(place, RIGHT, texts.cut(lane.subtitle, room - left))
    painter.fillRect(TITLE_WIDTH - 1, HEADER_HEIGHT, 1, window.height, border)
    painter.restore()


def paint_header(painter: QPainter, scene: Scene, texts: Texts, look: Theme) -> None:
    """Two rows of dates; the words of a field stay in sight as long as the field does."""
    window = scene.window
    painter.save()
    painter.fillRect(0, 0, window.width, HEADER_HEIGHT, QColor(look.surface))
    border = QColor(look.border)
    painter.fillRect(0, HEADER_HEIGHT - 1, window.width, 1, border)
    painter.fillRect(TITLE_WIDTH - 1, 0, 1, HEADER_HEIGHT, border)
    painter.setClipRect(TITLE_WIDTH, 0, window.width - TITLE_WIDTH, HEADER_HEIGHT)
    _paint_lower(painter, scene, texts, look)
    painter.setFont(texts.bold)
    painter.setPen(QColor(look.text))
    for tick in scene.fields[0]:
        left, right = window.x(tick.start), window.x(tick.end)
        painter.fillRect(left, 0, 1, HEADER_ROW, border)
        start = max(left, TITLE_WIDTH) + PADDING
        if left < TITLE_WIDTH:  # pushed out by the next field, not cut by it
            start = min(start, right - texts.bold_metrics.horizontalAdvance(tick.text) - PADDING)
        painter.drawText(QRect(start, 0, max(0, right - start - 2), HEADER_ROW), LEFT, tick.text)
    painter.restore()


def _paint_lower(painter: QPainter, scene: Scene, texts: Texts, look: Theme) -> None:
    window, border = scene.window, QColor(look.border)
    painter.setPen(QColor(look.text_muted))
    for tick in scene.fields[1]:
        left, right = window.x(tick.start), window.x(tick.end)
        if tick.weekend:
            painter.fillRect(left + 1, HEADER_ROW, right - left - 1, HEADER_ROW - 1, QColor(look.window))
        painter.fillRect(left, HEADER_ROW, 1, HEADER_ROW, border)
        left = max(left, TITLE_WIDTH)
        if right - left < texts.width(tick.text):
            continue  # half scrolled out: no word is better than a wrong number
        room = QRect(left, HEADER_ROW, right - left, HEADER_ROW - 1)
        if tick.is_hour:
            painter.drawText(room.adjusted(5, 0, 5, 0), LEFT, tick.text)
        else:
            painter.drawText(room, CENTRE, tick.text)


def paint_now(painter: QPainter, data: GanttData, window: Window, look: Theme) -> None:
    """A red line through the present, with a knob in the header."""
    x = window.x(data.now)
    if not TITLE_WIDTH <= x <= window.width:
        return
    red = QColor(look.danger)
    painter.fillRect(x - 1, HEADER_ROW, 2, window.height - HEADER_ROW, red)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(red)
    painter.drawEllipse(QPointF(x, HEADER_ROW), 4, 4)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
