"""Where things stand in a Gantt chart: the measures of its parts, and the window on it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QRect

from factory_erp.ui.kit import theme
from factory_erp.ui.kit.gantt_model import MOST_LEVEL, Bar

TITLE_WIDTH = 232
"""Room for the code and the name of a machine, px."""
HEADER_ROW = 27
HEADER_HEIGHT = 2 * HEADER_ROW
LANE_HEIGHT = 36
BAR_MARGIN = 5
BAR_HEIGHT = LANE_HEIGHT - 2 * BAR_MARGIN - 1
MERGE_BELOW = 3
"""Bars thinner than this (px) are merged."""
PADDING = theme.CELL_PADDING


@dataclass(frozen=True, slots=True)
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

    @property
    def body(self) -> QRect:
        """Where the bars are: without the titles and the header."""
        return QRect(TITLE_WIDTH, HEADER_HEIGHT, self.width - TITLE_WIDTH, self.height - HEADER_HEIGHT)

    def x(self, minute: float) -> int:
        """Pixel column of *minute*, kept within what a painter can hold."""
        return TITLE_WIDTH + round(max(-20_000.0, min(20_000.0, (minute - self.start) * self.scale)))

    def minute(self, x: float) -> float:
        """The minute under pixel column *x*."""
        return self.start + (x - TITLE_WIDTH) / self.scale

    def y(self, lane: int) -> int:
        """Upper pixel row of *lane*."""
        return HEADER_HEIGHT + lane * LANE_HEIGHT - self.top

    def lane(self, y: int) -> int:
        """The lane under pixel row *y*, whether there is one or not."""
        return (y - HEADER_HEIGHT + self.top) // LANE_HEIGHT

    def lanes(self, count: int) -> range:
        """Lanes that are seen, of *count*."""
        first = self.top // LANE_HEIGHT
        last = -(-(self.top + self.height - HEADER_HEIGHT) // LANE_HEIGHT)
        return range(max(0, first), max(0, min(count, last)))

    def rect(self, lane: int, start: float, end: float) -> QRect:
        """Where a bar of *lane* from minute *start* to *end* is drawn, at least 3 px wide."""
        left, right = self.x(start), self.x(end)
        return QRect(left, self.y(lane) + BAR_MARGIN, max(3, right - left - 1), BAR_HEIGHT)


def bar_rect(bar: Bar, window: Window) -> QRect:
    """Where *bar* is drawn, at least 3 px wide."""
    return window.rect(bar.lane_index, bar.start, bar.end)


def clipped(rect: QRect, window: Window) -> QRect:
    """*rect* without what is far out of sight: the rasterizer would walk along all of it."""
    if rect.x() >= -50 and rect.right() <= window.width + 50:
        return rect
    left = max(rect.x(), -50)
    return QRect(left, rect.y(), min(rect.right(), window.width + 50) - left + 1, rect.height())
