"""Painting a Gantt chart: a function of the index, the window on it and the theme.

A frame with 20,000 bars must take no more than 16 ms.  So thin bars are merged beforehand (``LaneIndex``),
rectangles of one colour are drawn in one call, and texts are laid out once (``QStaticText``).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetrics, QPainter, QPen, QPolygon, QStaticText

from factory_erp.ui.kit import theme
from factory_erp.ui.kit.gantt_model import MOST_LEVEL, Bar, GanttData, GanttIndex
from factory_erp.ui.kit.gantt_scale import Tick, rows_for, ticks
from factory_erp.ui.kit.theme import Theme

TITLE_WIDTH = 232
"""Room for the code and the name of a machine, px."""
HEADER_ROW = 27
HEADER_HEIGHT = 2 * HEADER_ROW
LANE_HEIGHT = 36
BAR_MARGIN = 5
ROUND_FROM = 14
"""Bars of this width (px) and more have round corners, set-up, marks and text; thinner ones are plain."""
TEXT_FROM = 38
MERGE_BELOW = 3
"""Bars thinner than this (px) are merged."""
PADDING = theme.CELL_PADDING

_HUES = (217, 262, 32, 192, 148, 330, 84, 12)


@dataclass(frozen=True)
class Window:
    """The part of the chart that is seen: minute at the left edge, px per minute, and the scroll in px."""

    start: float
    scale: float
    top: int
    width: int
    height: int

    @property
    def end(self) -> float:
        """Minute at the right edge."""
        return self.start + max(self.width - TITLE_WIDTH, 0) / self.scale

    @property
    def level(self) -> int:
        """Level of detail: the least for which 2**level minutes are ``MERGE_BELOW`` px."""
        return max(0, min(MOST_LEVEL, math.ceil(math.log2(MERGE_BELOW / self.scale))))

    def x(self, minute: float) -> int:
        """Pixel column of *minute*, kept within what a painter can hold."""
        return TITLE_WIDTH + round(max(-20_000.0, min(20_000.0, (minute - self.start) * self.scale)))

    def y(self, lane: int) -> int:
        """Upper pixel row of *lane*."""
        return HEADER_HEIGHT + lane * LANE_HEIGHT - self.top

    def lanes(self, count: int) -> range:
        """Lanes that are seen, of *count*."""
        first = self.top // LANE_HEIGHT
        last = (self.top + self.height - HEADER_HEIGHT) // LANE_HEIGHT + 1
        return range(max(0, first), max(0, min(count, last)))


@dataclass(frozen=True, eq=False)
class Ink:
    """Colours of one hue of bars: ground, set-up, hatching, words, and bars too thin for all these."""

    ground: QColor
    setup: QColor
    edge: QColor
    text: QColor
    plain: QColor


@lru_cache(maxsize=4)
def inks(name: str) -> tuple[Ink, ...]:
    """Colours of bars by ``colour_index`` in the theme called *name*; words contrast 4.5 and more."""
    if name == "dark":
        return tuple(
            _ink(hue, (0.42, 0.25), (0.40, 0.19), (0.45, 0.45), (0.85, 0.86), (0.42, 0.36)) for hue in _HUES
        )
    return tuple(
        _ink(hue, (0.78, 0.895), (0.70, 0.95), (0.45, 0.70), (0.80, 0.25), (0.60, 0.77)) for hue in _HUES
    )


Shade = tuple[float, float]
"""Saturation and lightness, 0 to 1."""

Placed = tuple[Bar, QRect, int]
"""A bar, where it is drawn, and how many px of it are set-up."""


def _ink(hue: int, *shades: Shade) -> Ink:
    return Ink(*(QColor.fromHslF(hue / 360, *shade) for shade in shades))


def mixed(first: str, second: str, part: float) -> QColor:
    """*first* with *part* (0 to 1) of *second* in it, opaque: alpha would cost three times as much."""
    one, two = QColor(first), QColor(second)
    pairs = ((one.red(), two.red()), (one.green(), two.green()), (one.blue(), two.blue()))
    return QColor(*(round(a + (b - a) * part) for a, b in pairs))


class GanttPainter:
    """Draws frames; keeps what can be used again from frame to frame (texts, header fields)."""

    def __init__(self) -> None:
        self._texts: dict[tuple[str, int], QStaticText] = {}
        self._font = QFont()
        self._metrics = QFontMetrics(self._font)

    def set_font(self, font: QFont) -> None:
        """Words are drawn in *font*; bars in one a little smaller."""
        self._font = QFont(font)
        if font.pixelSize() > 0:
            self._font.setPixelSize(font.pixelSize() - 1)
        self._metrics = QFontMetrics(self._font)
        self._texts.clear()

    def paint(self, painter: QPainter, index: GanttIndex, window: Window, selected: Hashable = None) -> None:
        """Draw the whole *window*; *selected* is the id of a bar, whose group is highlighted."""
        look = theme.current()
        painter.setFont(self._font)
        painter.fillRect(0, 0, window.width, window.height, QColor(look.surface))
        body = QRect(TITLE_WIDTH, HEADER_HEIGHT, window.width - TITLE_WIDTH, window.height - HEADER_HEIGHT)
        painter.save()
        painter.setClipRect(body)
        self._paint_ground(painter, index, window, look)
        self._paint_bars(painter, index, window, look)
        self._paint_group(painter, index, window, look, selected)
        painter.restore()
        self._paint_titles(painter, index.data, window, look)
        self._paint_header(painter, index.data, window, look)
        self._paint_now(painter, index.data, window, look)

    # ground

    def _paint_ground(self, painter: QPainter, index: GanttIndex, window: Window, look: Theme) -> None:
        """Closed times shaded, fields of time and lanes ruled."""
        seen = window.lanes(len(index.lanes))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(mixed(look.surface, look.border, 0.45))
        painter.drawRects(_closed_rects(index, window, seen))
        painter.setBrush(QColor(look.border))
        bottom = window.y(len(index.lanes))
        _upper, fields = self._fields(index.data, window)
        rules = [QRect(window.x(tick.start), HEADER_HEIGHT, 1, bottom - HEADER_HEIGHT) for tick in fields]
        rules += [QRect(TITLE_WIDTH, window.y(lane + 1) - 1, window.width, 1) for lane in seen]
        painter.drawRects(rules)

    # bars

    def _paint_bars(self, painter: QPainter, index: GanttIndex, window: Window, look: Theme) -> None:
        """Blocks and thin bars first, in one call per colour; then the wide ones, feature by feature."""
        plain: defaultdict[int, list[QRect]] = defaultdict(list)
        wide: defaultdict[int, list[Placed]] = defaultdict(list)
        for lane in window.lanes(len(index.lanes)):
            _sort_out(index, window, lane, plain, wide)
        colours = inks(look.name)
        painter.setPen(Qt.PenStyle.NoPen)
        for colour, rects in plain.items():
            painter.setBrush(QColor(look.danger) if colour == _LATE else _ink_of(colour, look, colours).plain)
            painter.drawRects(rects)
        self._paint_wide(
            painter, {_ink_of(colour, look, colours): bars for colour, bars in wide.items()}, look
        )

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
        _paint_late(painter, [rect for bars in wide.values() for bar, rect, _head in bars if bar.late], look)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for ink, bars in wide.items():
            painter.setPen(ink.text)
            for bar, rect, head in bars:
                if rect.width() >= TEXT_FROM:
                    self._paint_bar_text(painter, bar.text, rect, head)

    def _paint_bar_text(self, painter: QPainter, text: str, rect: QRect, head: int) -> None:
        """The words, after the set-up if it is short, and in sight while the beginning is scrolled out."""
        left = max(rect.x() + (head if head < rect.width() // 3 else 0), TITLE_WIDTH) + 6
        laid = self._text(text, rect.right() - left - 4) if text else None
        if laid is not None:
            painter.drawStaticText(left, rect.y() + (rect.height() - self._metrics.height()) // 2, laid)

    def _text(self, text: str, room: int) -> QStaticText | None:
        """*text* laid out; cut to *room* px, or nothing where hardly more than the dots would be left.

        Cuts are made in steps of 8 px, so that zooming does not lay out every text in every frame.
        """
        whole = self._texts.get((text, -1))
        if whole is None:
            whole = self._texts[(text, -1)] = _static(text, self._font)
        if whole.size().width() <= room:
            return whole
        if room < TEXT_FROM:
            return None
        key = (text, room // 8)
        if key not in self._texts:
            if len(self._texts) > _TEXTS_KEPT:
                self._texts.clear()
            cut = self._metrics.elidedText(text, Qt.TextElideMode.ElideRight, room // 8 * 8)
            self._texts[key] = _static(cut, self._font)
        return self._texts[key]

    def _paint_group(
        self, painter: QPainter, index: GanttIndex, window: Window, look: Theme, selected: Hashable
    ) -> None:
        """The bars of the selected one's order in the accent colour, wherever they are; itself framed."""
        chosen = index.by_id.get(selected)
        if chosen is None:
            return
        accent = QColor(look.accent)
        ink = Ink(accent, accent, accent, QColor(look.on_accent), accent)
        for bar in index.group_of(chosen):
            rect = bar_rect(bar, window)
            if rect.right() < TITLE_WIDTH or rect.x() > window.width:
                continue
            if rect.width() >= ROUND_FROM:
                rect = _clipped(rect, window)
                self._paint_wide(painter, {ink: [(bar, rect, 0)]}, look)
            else:
                painter.fillRect(rect, accent)
            if bar is chosen:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setPen(QPen(QColor(look.text), 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(rect.adjusted(-1, -1, 1, 1), 5, 5)
                painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    # edges

    def _paint_titles(self, painter: QPainter, data: GanttData, window: Window, look: Theme) -> None:
        """Names of the lanes, always in sight."""
        painter.save()
        painter.setClipRect(0, HEADER_HEIGHT, TITLE_WIDTH, window.height - HEADER_HEIGHT)
        painter.fillRect(0, HEADER_HEIGHT, TITLE_WIDTH, window.height, QColor(look.surface))
        border, text, muted = QColor(look.border), QColor(look.text), QColor(look.text_muted)
        room = TITLE_WIDTH - 2 * PADDING - 4
        for number in window.lanes(len(data.lanes)):
            lane, top = data.lanes[number], window.y(number)
            painter.fillRect(0, top + LANE_HEIGHT - 1, TITLE_WIDTH, 1, border)
            title = self._metrics.elidedText(lane.title, Qt.TextElideMode.ElideRight, room)
            painter.setPen(text)
            painter.drawText(QRect(PADDING + 4, top, room, LANE_HEIGHT), _LEFT, title)
            left = self._metrics.horizontalAdvance(title) + 8
            if lane.subtitle and room - left > 24:
                rest = self._metrics.elidedText(lane.subtitle, Qt.TextElideMode.ElideRight, room - left)
                painter.setPen(muted)
                painter.drawText(QRect(PADDING + 4, top, room, LANE_HEIGHT), _RIGHT, rest)
        painter.fillRect(TITLE_WIDTH - 1, HEADER_HEIGHT, 1, window.height, border)
        painter.restore()

    def _paint_header(self, painter: QPainter, data: GanttData, window: Window, look: Theme) -> None:
        """Two rows of dates; the words of a field stay in sight as long as the field does."""
        upper, lower = self._fields(data, window)
        painter.save()
        painter.fillRect(0, 0, window.width, HEADER_HEIGHT, QColor(look.surface))
        border = QColor(look.border)
        painter.fillRect(0, HEADER_HEIGHT - 1, window.width, 1, border)
        painter.fillRect(TITLE_WIDTH - 1, 0, 1, HEADER_HEIGHT, border)
        painter.setClipRect(TITLE_WIDTH, 0, window.width - TITLE_WIDTH, HEADER_HEIGHT)
        painter.setPen(QColor(look.text_muted))
        for tick in lower:
            left, right = window.x(tick.start), window.x(tick.end)
            if tick.weekend:
                painter.fillRect(left + 1, HEADER_ROW, right - left - 1, HEADER_ROW - 1, QColor(look.window))
            painter.fillRect(left, HEADER_ROW, 1, HEADER_ROW, border)
            left = max(left, TITLE_WIDTH)
            if right - left < self._metrics.horizontalAdvance(tick.text):
                continue  # half scrolled out: no word is better than a wrong number
            room = QRect(left, HEADER_ROW, right - left, HEADER_ROW - 1)
            if tick.is_hour:
                painter.drawText(room.adjusted(5, 0, 5, 0), _LEFT, tick.text)
            else:
                painter.drawText(room, _CENTRE, tick.text)
        bold = QFont(self._font)
        bold.setBold(True)
        painter.setFont(bold)
        painter.setPen(QColor(look.text))
        for tick in upper:
            left, right = window.x(tick.start), window.x(tick.end)
            painter.fillRect(left, 0, 1, HEADER_ROW, border)
            start = max(left, TITLE_WIDTH) + PADDING
            if left < TITLE_WIDTH:  # pushed out by the next field, not cut by it
                start = min(start, right - QFontMetrics(bold).horizontalAdvance(tick.text) - PADDING)
            painter.drawText(QRect(start, 0, max(0, right - start - 2), HEADER_ROW), _LEFT, tick.text)
        painter.restore()

    def _fields(self, data: GanttData, window: Window) -> tuple[list[Tick], list[Tick]]:
        """Fields of the two header rows in sight."""
        rows = rows_for(window.scale)
        start, end = window.start, window.end
        lower = ticks(data, rows.lower, start, end, hours=rows.hours, wide=_is_wide(rows.lower, window.scale))
        upper = ticks(data, rows.upper, start, end, whole=True)
        return upper, lower

    def _paint_now(self, painter: QPainter, data: GanttData, window: Window, look: Theme) -> None:
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


_LATE = -1
_BLOCK = -2
_DONE = -3
_TEXTS_KEPT = 20_000
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)
_CENTRE = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextSingleLine)


def bar_rect(bar: Bar, window: Window) -> QRect:
    """Where *bar* is drawn, at least 3 px wide."""
    left, right = window.x(bar.start), window.x(bar.end)
    top = window.y(bar.lane_index) + BAR_MARGIN
    return QRect(left, top, max(3, right - left - 1), LANE_HEIGHT - 2 * BAR_MARGIN - 1)


def _closed_rects(index: GanttIndex, window: Window, lanes: range) -> list[QRect]:
    """Closed times in sight; lanes of one calendar share the arithmetic."""
    columns: dict[int, list[tuple[int, int]]] = {}
    rects: list[QRect] = []
    for lane in lanes:
        spans = index.closed(lane, window.level)
        if id(spans) not in columns:
            seen = spans.between(window.start, window.end)
            edges = [(window.x(spans.starts[place]), window.x(spans.ends[place])) for place in seen]
            columns[id(spans)] = [(left, right - left) for left, right in edges]
        top = window.y(lane)
        rects += [QRect(left, top, width, LANE_HEIGHT) for left, width in columns[id(spans)]]
    return rects


def _sort_out(
    index: GanttIndex,
    window: Window,
    lane: int,
    plain: defaultdict[int, list[QRect]],
    wide: defaultdict[int, list[Placed]],
) -> None:
    """Pixels of one lane, by colour: into *plain* what has no room for marks, the rest into *wide*."""
    bars = index.lanes[lane].bars
    blocks = index.lanes[lane].blocks(window.level)
    starts, ends, places, late = blocks.spans.starts, blocks.spans.ends, blocks.bars, blocks.late
    top, height = window.y(lane) + BAR_MARGIN, LANE_HEIGHT - 2 * BAR_MARGIN - 1
    scale, offset, limit = window.scale, TITLE_WIDTH - window.start * window.scale, window.width + 8
    for position in blocks.spans.between(window.start, window.end):
        left = int(starts[position] * scale + offset)
        right = int(ends[position] * scale + offset)
        width, place = right - left, places[position]
        if width >= ROUND_FROM and place >= 0:
            bar = bars[place]
            rect = _clipped(QRect(left, top, width - 1, height), window)
            head = int(bar.setup_end * scale + offset) - rect.x() if bar.setup_end > bar.start else 0
            wide[_colour_of(bar)].append((bar, rect, head))
        elif right > TITLE_WIDTH:
            if left < TITLE_WIDTH - 8 or right > limit:
                left, right = max(left, TITLE_WIDTH - 8), min(right, limit)
            colour = _LATE if late[position] else _BLOCK if place < 0 else _colour_of(bars[place])
            plain[colour].append(QRect(left, top, max(1, right - left - (width > 3)), height))


def _colour_of(bar: Bar) -> int:
    return _DONE if bar.done else bar.colour_index % len(_HUES)


def _ink_of(colour: int, look: Theme, colours: tuple[Ink, ...]) -> Ink:
    """The ink of a colour index, of a block of bars, or of what is done."""
    if colour == _DONE:
        return _done_ink(look.name)
    return colours[0 if colour == _BLOCK else colour]


@lru_cache(maxsize=4)
def _done_ink(name: str) -> Ink:
    """Work that is done is grey: it is no longer to be thought about."""
    look = theme.THEMES[name]
    ground, text = (QColor(colour) for colour in look.pill(theme.Tone.NEUTRAL))
    border = QColor(look.border)
    return Ink(ground, ground, mixed(look.border, look.text_muted, 0.3), text, border)


def _is_wide(unit: str, scale: float) -> bool:
    """Whether a field of the lower row has room for more than a number; months stand under their year."""
    day = scale * 24 * 60
    return (unit == "day" and day >= 58) or (unit == "week" and 7 * day >= 44)


def _static(text: str, font: QFont) -> QStaticText:
    laid = QStaticText(text)
    laid.setTextFormat(Qt.TextFormat.PlainText)
    laid.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
    laid.prepare(font=font)
    return laid


def _clipped(rect: QRect, window: Window) -> QRect:
    """*rect* without what is far out of sight: the rasterizer would walk along all of it."""
    if rect.x() >= -50 and rect.right() <= window.width + 50:
        return rect
    left = max(rect.x(), -50)
    return QRect(left, rect.y(), min(rect.right(), window.width + 50) - left + 1, rect.height())


def _paint_marks(painter: QPainter, ink: Ink, bars: Sequence[Placed]) -> None:
    """Set-up, lighter and hatched, at the head of the bars; a strong edge on those that have started."""
    heads = [
        QRect(rect.x() + 1, rect.y() + 2, head - 1, rect.height() - 4)
        for _bar, rect, head in bars
        if head >= 4
    ]
    if heads:
        painter.setBrush(ink.setup)
        painter.drawRects(heads)
        painter.setBrush(QBrush(ink.edge, Qt.BrushStyle.BDiagPattern))
        painter.drawRects(heads)
    started = [rect for bar, rect, _head in bars if bar.started and not bar.done]
    if started:
        painter.setBrush(ink.text)
        painter.drawRects([QRect(rect.x(), rect.y() + 3, 3, rect.height() - 6) for rect in started])


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
