"""The selected order on the Gantt chart: how its operations follow one another, and when it is due."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from factory_erp.ui.kit.gantt_data import Bar, Due
from factory_erp.ui.kit.gantt_scene import Scene
from factory_erp.ui.kit.gantt_text import CENTRE, Texts
from factory_erp.ui.kit.gantt_window import HEADER_HEIGHT, LANE_HEIGHT, TITLE_WIDTH, Window, bar_rect
from factory_erp.ui.kit.theme import Theme, Tone

ELBOW = 7
"""Pixels between a bar and the bend of its link."""
ARROW = 5
LEAST_LINKED = 6
"""Pixels that both bars of a link are wide at least."""
FLAG_HEIGHT = 20


def paint_order(painter: QPainter, scene: Scene, texts: Texts, look: Theme) -> None:
    """Links and the flag of the due date; nothing where no bar is selected."""
    chosen = scene.index.by_id.get(scene.selected)
    if chosen is None:
        return
    _paint_links(painter, scene, chosen, look)
    due = scene.index.data.dues.get(chosen.group) if chosen.group is not None else None
    if due is not None and scene.window.start <= due.minute <= scene.window.end:
        late = any(bar.late for bar in scene.index.group_of(chosen))
        _paint_flag(painter, scene, due, texts, look.pill(Tone.DANGER if late else Tone.SUCCESS))


def _paint_links(painter: QPainter, scene: Scene, chosen: Bar, look: Theme) -> None:
    lines, heads = QPainterPath(), []
    for first, second in scene.index.links_of(chosen):
        if _shows(first, second, scene.window):
            heads.append(_add_link(lines, first, second, scene.window))
    colour = QColor(look.text)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(look.surface), 3.5))  # a rim, so that the line is seen on dark bars too
    painter.drawPath(lines)
    painter.setPen(QPen(colour, 1.5))
    painter.drawPath(lines)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    for head in heads:
        painter.drawPolygon(head)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _shows(first: Bar, second: Bar, window: Window) -> bool:
    """Whether the link of two bars can be in sight, and they are wide enough for it to say anything."""
    if min(first.end - first.start, second.end - second.start) * window.scale < LEAST_LINKED:
        return False
    left, right = min(first.end, second.start), max(first.end, second.start)
    return left < window.end and right > window.start


def _add_link(path: QPainterPath, first: Bar, second: Bar, window: Window) -> QPolygonF:
    """An elbow from the end of *first* to the head of *second*; the answer is its arrow."""
    one, two = bar_rect(first, window), bar_rect(second, window)
    x1, y1 = one.right() + 1.0, one.center().y() + 0.5
    x2, y2 = float(two.x()), two.center().y() + 0.5
    path.moveTo(x1, y1)
    if x2 - x1 >= 2 * ELBOW:
        path.lineTo(x2 - ELBOW, y1)
    else:  # no room between them: around, along the edge of the lane
        edge = one.center().y() + (LANE_HEIGHT / 2 if y2 >= y1 else -LANE_HEIGHT / 2)
        path.lineTo(x1 + ELBOW, y1)
        path.lineTo(x1 + ELBOW, edge)
        path.lineTo(x2 - ELBOW, edge)
    path.lineTo(x2 - ELBOW, y2)
    path.lineTo(x2, y2)
    tip = QPointF(x2, y2)
    return QPolygonF([tip, tip + QPointF(-ARROW, -ARROW + 1), tip + QPointF(-ARROW, ARROW - 1)])


def _paint_flag(painter: QPainter, scene: Scene, due: Due, texts: Texts, pill: tuple[str, str]) -> None:
    """A flag at the top on a dashed pole through all lanes."""
    window = scene.window
    ground, ink = (QColor(colour) for colour in pill)
    x = window.x(due.minute)
    bottom = min(window.height, window.y(len(scene.index.lanes)))
    painter.setPen(QPen(ink, 2, Qt.PenStyle.DashLine))
    painter.drawLine(x, HEADER_HEIGHT, x, bottom)
    width = texts.width(due.text) + 14
    left = x if x + width <= window.width else max(TITLE_WIDTH, x - width)
    flag = QRect(left, HEADER_HEIGHT, width, FLAG_HEIGHT)
    painter.setPen(QPen(ink, 1))
    painter.setBrush(ground)
    painter.drawRect(flag)
    painter.drawText(flag, CENTRE, due.text)
