"""Painting a Gantt chart: a function of the scene and the theme.

A frame with 20,000 bars must take no more than 16 ms.  So thin bars are merged beforehand (``LaneIndex``),
rectangles of one colour are drawn in one call, and texts are laid out once (``Texts``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QPainter, QPen, QPolygon

from factory_erp.ui.kit import theme
from factory_erp.ui.kit.gantt_edges import paint_header, paint_now, paint_titles
from factory_erp.ui.kit.gantt_ground import paint_ground
from factory_erp.ui.kit.gantt_inks import GREY, Colouring, Ink, ink_of, mixed
from factory_erp.ui.kit.gantt_model import Bar, GanttIndex
from factory_erp.ui.kit.gantt_order import paint_order
from factory_erp.ui.kit.gantt_scene import Scene
from factory_erp.ui.kit.gantt_text import LEAST_ROOM, Texts
from factory_erp.ui.kit.gantt_window import (
    BAR_HEIGHT,
    BAR_MARGIN,
    LANE_HEIGHT,
    TITLE_WIDTH,
    Window,
    bar_rect,
    clipped,
)
from factory_erp.ui.kit.theme import Theme

ROUND_FROM = 14
"""Bars of this width (px) and more have round corners, set-up, marks and text; thinner ones are plain."""
STRIPE = 3
"""Width of the strong stripe at the head of a bar, px."""
OVERHANG = 3
"""Pixels by which a thin late bar reaches out above and below."""
LOCK_ROOM = 15

_LATE = -1

Placed = tuple[Bar, QRect, int]
"""A bar, where it is drawn, and how many px of it are set-up."""


@dataclass(slots=True)
class _Sorted:
    """Bars in sight by colour: rectangles of thin ones, wide ones whole, and changeovers before them."""

    plain: defaultdict[int, list[QRect]] = field(default_factory=lambda: defaultdict(list))
    wide: defaultdict[int, list[Placed]] = field(default_factory=lambda: defaultdict(list))
    changeovers: list[QRect] = field(default_factory=list)


class GanttPainter:
    """Draws frames; keeps what can be used again from frame to frame."""

    def __init__(self) -> None:
        self.texts = Texts()

    def set_font(self, font: QFont) -> None:
        """Words are drawn in *font*, a little smaller."""
        self.texts.set_font(font)

    def paint(self, painter: QPainter, scene: Scene, look: Theme | None = None) -> None:
        """Draw the whole window of *scene* in *look* (None: what the program wears)."""
        look = look or theme.current()
        window = scene.window
        painter.setFont(self.texts.font)
        painter.fillRect(0, 0, window.width, window.height, QColor(look.surface))
        painter.save()
        painter.setClipRect(window.body, Qt.ClipOperation.IntersectClip)
        paint_ground(painter, scene, look)
        if scene.faded is not None:
            _paint_faded(painter, scene, scene.faded, look)
        self._paint_bars(painter, scene, look)
        self._paint_group(painter, scene, look)
        _paint_picked(painter, scene, look)
        _paint_dimmed(painter, scene, look)
        paint_order(painter, scene, self.texts, look)
        painter.restore()
        paint_titles(painter, scene, self.texts, look)
        paint_header(painter, scene, self.texts, look)
        paint_now(painter, scene.index.data, window, look)

    def _paint_bars(self, painter: QPainter, scene: Scene, look: Theme) -> None:
        """Blocks and thin bars first, in one call per colour; then the wide ones, feature by feature."""
        found = _Sorted()
        for lane in scene.lanes:
            _sort_out(scene.shown, scene.window, lane, scene.colouring, found)
        painter.setPen(Qt.PenStyle.NoPen)
        for colour, rects in found.plain.items():
            painter.setBrush(QColor(look.danger) if colour == _LATE else ink_of(colour, look).strong)
            painter.drawRects(rects)
        _paint_changeovers(painter, found.changeovers, look)
        self._paint_wide(painter, {ink_of(colour, look): bars for colour, bars in found.wide.items()}, look)

    def _paint_wide(self, painter: QPainter, wide: Mapping[Ink, list[Placed]], look: Theme) -> None:
        """Bars with room for marks: one pass a feature, because changing the painter's state costs most."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for ink, bars in wide.items():
            painter.setBrush(ink.ground)
            for _bar, rect, _head in bars:
                painter.drawRoundedRect(rect, 4, 4)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for ink, bars in wide.items():
            _paint_marks(painter, ink, bars)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for ink, bars in wide.items():
            _paint_holds(painter, ink, [rect for bar, rect, _head in bars if bar.hold], look)
        _paint_late(painter, [rect for bars in wide.values() for bar, rect, _head in bars if bar.late], look)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for ink, bars in wide.items():
            painter.setPen(ink.text)
            for bar, rect, head in bars:
                if rect.width() >= LEAST_ROOM:
                    self._paint_text(painter, bar, rect, head)

    def _paint_text(self, painter: QPainter, bar: Bar, rect: QRect, head: int) -> None:
        """The words, after the set-up if it is short, and in sight while the beginning is scrolled out."""
        left = max(rect.x() + (head if head < rect.width() // 3 else STRIPE), TITLE_WIDTH) + 5
        room = rect.right() - left - (LOCK_ROOM if bar.locked else 4)
        laid = self.texts.laid(bar.text, room) if bar.text else None
        if laid is not None:
            painter.drawStaticText(left, rect.y() + (rect.height() - self.texts.metrics.height()) // 2, laid)

    def _paint_group(self, painter: QPainter, scene: Scene, look: Theme) -> None:
        """The bars of the selected one's order in the accent colour, wherever they are; itself framed."""
        chosen = scene.index.by_id.get(scene.selected)
        if chosen is None:
            return
        accent = QColor(look.accent)
        setup = mixed(look.accent, look.text, 0.25)
        ink = Ink(accent, setup, QColor(look.on_accent), QColor(look.text))
        wide: list[Placed] = []
        for bar in scene.index.group_of(chosen):
            rect = bar_rect(bar, scene.window)
            if rect.right() < TITLE_WIDTH or rect.x() > scene.window.width:
                continue
            if rect.width() >= ROUND_FROM:
                wide.append((bar, clipped(rect, scene.window), 0))
            else:
                painter.fillRect(rect, accent)
        self._paint_wide(painter, {ink: wide}, look)
        _paint_frame(painter, clipped(bar_rect(chosen, scene.window), scene.window), QColor(look.text))


def _paint_faded(painter: QPainter, scene: Scene, faded: GanttIndex, look: Theme) -> None:
    """What the filter does not want, pale, thin and without words."""
    window, rects = scene.window, []
    for lane in scene.lanes:
        spans, top = faded.lanes[lane].blocks(window.level).spans, window.y(lane) + BAR_MARGIN + 6
        for place in spans.between(window.start, window.end):
            left = max(window.x(spans.starts[place]), TITLE_WIDTH - 8)
            right = min(window.x(spans.ends[place]), window.width + 8)
            rects.append(QRect(left, top, max(1, right - left - 1), BAR_HEIGHT - 12))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(mixed(look.surface, look.text_muted, 0.22))
    painter.drawRects(rects)


def _paint_picked(painter: QPainter, scene: Scene, look: Theme) -> None:
    """A frame in the accent colour around every bar that is picked."""
    for key in scene.picked:
        bar = scene.index.by_id.get(key)
        if bar is not None and bar.end > scene.window.start and bar.start < scene.window.end:
            _paint_frame(painter, clipped(bar_rect(bar, scene.window), scene.window), QColor(look.accent))


def _paint_frame(painter: QPainter, rect: QRect, colour: QColor) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour, 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(rect.adjusted(-1, -1, 1, 1), 5, 5)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _paint_dimmed(painter: QPainter, scene: Scene, look: Theme) -> None:
    veil = QColor(look.surface)
    veil.setAlpha(175)
    for lane in scene.lanes:
        if lane in scene.dimmed:
            painter.fillRect(TITLE_WIDTH, scene.window.y(lane), scene.window.width, LANE_HEIGHT - 1, veil)


def _sort_out(index: GanttIndex, window: Window, lane: int, colouring: Colouring, found: _Sorted) -> None:
    """Pixels of one lane, by colour: plain what has no room for marks, the rest wide."""
    line = index.lanes[lane]
    bars, blocks = line.bars, line.blocks(window.level)
    starts, ends, places, late = blocks.spans.starts, blocks.spans.ends, blocks.bars, blocks.late
    top, colour_of = window.y(lane) + BAR_MARGIN, colouring.of
    scale, offset, limit = window.scale, TITLE_WIDTH - window.start * window.scale, window.width + 8
    for position in blocks.spans.between(window.start, window.end + line.longest_changeover):
        left = int(starts[position] * scale + offset)
        right = int(ends[position] * scale + offset)
        width, place = right - left, places[position]
        if width >= ROUND_FROM and place >= 0:
            bar = bars[place]
            rect = clipped(QRect(left, top, width - 1, BAR_HEIGHT), window)
            head = int(bar.setup_end * scale + offset) - rect.x() if bar.setup_end > bar.start else 0
            found.wide[colour_of(bar)].append((bar, rect, head))
            if bar.changeover:
                before = int((bar.start - bar.changeover) * scale + offset)
                found.changeovers.append(QRect(before, top + 4, left - before, BAR_HEIGHT - 8))
        elif right > TITLE_WIDTH:
            if left < TITLE_WIDTH - 8 or right > limit:
                left, right = max(left, TITLE_WIDTH - 8), min(right, limit)
            if left < right or left < limit:
                rect = QRect(left, top, max(1, right - left - (width > 3)), BAR_HEIGHT)
                if late[position]:
                    found.plain[_LATE].append(rect.adjusted(0, -OVERHANG, 0, OVERHANG))
                else:
                    found.plain[GREY if place < 0 else colour_of(bars[place])].append(rect)


def _paint_changeovers(painter: QPainter, rects: Sequence[QRect], look: Theme) -> None:
    """Hatched spans, lower than a bar, that lead up to it."""
    shown = [rect for rect in rects if rect.width() >= 2]
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(mixed(look.surface, look.text_muted, 0.18))
    painter.drawRects(shown)
    painter.setBrush(QBrush(mixed(look.surface, look.text_muted, 0.85), Qt.BrushStyle.BDiagPattern))
    painter.drawRects(shown)


def _paint_marks(painter: QPainter, ink: Ink, bars: Sequence[Placed]) -> None:
    """The strong stripe, set-up darker, a band under those that have started, the lock."""
    painter.setPen(Qt.PenStyle.NoPen)
    heads = [
        QRect(rect.x() + 1, rect.y() + 1, head - 1, rect.height() - 2)
        for _bar, rect, head in bars
        if head >= 4
    ]
    if heads:
        painter.setBrush(ink.setup)
        painter.drawRects(heads)
    strong = [QRect(rect.x(), rect.y() + 2, STRIPE, rect.height() - 4) for _bar, rect, _head in bars]
    strong += [
        QRect(rect.x() + 2, rect.bottom() - 3, rect.width() - 4, 4)
        for bar, rect, _head in bars
        if bar.started and not bar.done
    ]
    painter.setBrush(ink.strong)
    painter.drawRects(strong)
    locks = [part for bar, rect, _head in bars if bar.locked for part in lock_rects(rect)]
    if locks:
        painter.setBrush(ink.text)
        painter.drawRects(locks)


def lock_rects(rect: QRect) -> list[QRect]:
    """A little padlock at the right end of a bar: its shackle and its body."""
    x, y = rect.right() - 11, rect.center().y() - 5
    return [
        QRect(x + 1, y, 6, 2),
        QRect(x + 1, y + 2, 2, 3),
        QRect(x + 5, y + 2, 2, 3),
        QRect(x, y + 5, 8, 6),
    ]


def _paint_holds(painter: QPainter, ink: Ink, rects: Sequence[QRect], look: Theme) -> None:
    """Capacity kept for a promise: there, but not yet an order, so hollow and dashed."""
    pen = QPen(ink.strong, 1.5, Qt.PenStyle.CustomDashLine)
    pen.setDashPattern([3, 2.5])
    painter.setPen(pen)
    painter.setBrush(QColor(look.surface))
    for rect in rects:
        painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
    painter.setPen(Qt.PenStyle.NoPen)


def _paint_late(painter: QPainter, rects: Sequence[QRect], look: Theme) -> None:
    """Late bars: outlined, and marked in the corner for those who see no red."""
    red = QColor(look.danger)
    painter.setPen(QPen(red, 1.5))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for rect in rects:
        painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(red)
    for rect in rects:
        corner = rect.topRight() + QPoint(0, 1)
        painter.drawPolygon(QPolygon([corner, corner + QPoint(-7, 0), corner + QPoint(0, 7)]))
