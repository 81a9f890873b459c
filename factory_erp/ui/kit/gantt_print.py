"""The Gantt chart on paper: any part of it in light colours, and a whole one split over pages."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QFile, QIODevice, QMarginsF, QRect
from PySide6.QtGui import QColor, QFont, QPageLayout, QPageSize, QPainter, QPdfWriter

from factory_erp.i18n import _
from factory_erp.ui.kit import theme
from factory_erp.ui.kit.gantt_inks import Colouring
from factory_erp.ui.kit.gantt_legend import colour_entries, mark_entries, paint_entries
from factory_erp.ui.kit.gantt_model import GanttIndex
from factory_erp.ui.kit.gantt_paint import GanttPainter
from factory_erp.ui.kit.gantt_scale import DAY, span_words
from factory_erp.ui.kit.gantt_scene import Scene
from factory_erp.ui.kit.gantt_text import LEFT, RIGHT
from factory_erp.ui.kit.gantt_window import HEADER_HEIGHT, LANE_HEIGHT, TITLE_WIDTH, Window

DOTS = 96
"""Dots per inch that the measures of the chart are meant for."""
HEADING = 30
"""Height of the line over the chart, px."""
LEGEND = 50
"""Room for two rows of the legend under the chart, px."""


@dataclass(frozen=True, slots=True)
class Part:
    """What stands on one page: minutes [start, end) of some lanes, by position."""

    start: int
    end: int
    lanes: range


def render_part(
    painter: QPainter,
    index: GanttIndex,
    rect: QRect,
    part: Part,
    colouring: Colouring | None = None,
    selected: Hashable = None,
) -> Window:
    """Draw *part* into *rect* in light colours, made smaller where its lanes need more height.

    Returns the window that was drawn, in px before it was made smaller.
    """
    height = HEADER_HEIGHT + len(part.lanes) * LANE_HEIGHT
    factor = min(1.0, rect.height() / height)
    width = round(rect.width() / factor)
    scale = max(1, width - TITLE_WIDTH) / max(1, part.end - part.start)
    window = Window(part.start, scale, part.lanes.start * LANE_HEIGHT, width, height)
    scene = Scene(index, window, index, selected=selected, colouring=colouring or Colouring())
    painter.save()
    painter.translate(rect.topLeft())
    painter.scale(factor, factor)
    painter.setClipRect(0, 0, width, height)
    _pen().paint(painter, scene, theme.LIGHT)
    painter.restore()
    return window


def _pen() -> GanttPainter:
    """A painter with the program's font, without local forms: those figures could not be found in a PDF."""
    font = theme.app_font()
    font.setFeature(QFont.Tag("locl"), 0)
    pen = GanttPainter()
    pen.set_font(font)
    return pen


def parts(index: GanttIndex, start: int, end: int, minutes: int, lanes: int) -> list[Part]:
    """Pages of *minutes* and *lanes* that cover [start, end): all times of the first lanes, then the next."""
    count = len(index.lanes)
    rows = [range(first, min(count, first + lanes)) for first in range(0, count, lanes)]
    times = [(first, min(end, first + minutes)) for first in range(start, end, minutes)]
    return [
        Part(first, first + minutes if len(times) > 1 else last, row) for row in rows for first, last in times
    ]


def print_chart(
    device: QPdfWriter,
    index: GanttIndex,
    title: str,
    start: int,
    end: int,
    *,
    minutes: int = 7 * DAY,
    colouring: Colouring | None = None,
) -> int:
    """Print the minutes from *start* to *end*, *minutes* on a page, with heading, legend and page numbers.

    *device* has its page set; lines and words are drawn as such, whatever the dots.  Returns the number of
    pages.  Raises OSError where the device cannot be written to.
    """
    device.setResolution(DOTS)  # so that hatchings are as wide apart as on the screen
    device.setTitle(title)
    painter = QPainter()
    if not painter.begin(device):
        raise OSError(_("The document cannot be written."))
    try:
        page = device.pageLayout().paintRectPixels(DOTS)
        sheet = QRect(0, 0, page.width(), page.height())
        room = sheet.adjusted(0, HEADING, 0, -LEGEND)
        lanes = max(1, (room.height() - HEADER_HEIGHT) // LANE_HEIGHT)
        pages = parts(index, start, end, minutes, lanes)
        for number, part in enumerate(pages):
            if number:
                device.newPage()
            _print_page(
                painter, index, sheet, part, title, (number + 1, len(pages)), colouring or Colouring()
            )
        return len(pages)
    finally:
        painter.end()


def save_chart(
    path: Path,
    index: GanttIndex,
    title: str,
    start: int,
    end: int,
    *,
    minutes: int = 7 * DAY,
    colouring: Colouring | None = None,
) -> int:
    """``print_chart`` as a PDF at *path*, A4 across; raises OSError where it cannot be written."""
    file = QFile(str(path))
    if not file.open(QIODevice.OpenModeFlag.WriteOnly):
        raise OSError(_("{file} cannot be written.", file=path.name))
    writer = QPdfWriter(file)
    size, across = QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Landscape
    writer.setPageLayout(QPageLayout(size, across, QMarginsF(10, 10, 10, 10), QPageLayout.Unit.Millimeter))
    try:
        return print_chart(writer, index, title, start, end, minutes=minutes, colouring=colouring)
    finally:
        file.close()


def _print_page(
    painter: QPainter,
    index: GanttIndex,
    sheet: QRect,
    part: Part,
    title: str,
    page: tuple[int, int],
    colouring: Colouring,
) -> None:
    pen = _pen()
    painter.setFont(pen.texts.bold)
    painter.setPen(QColor(theme.LIGHT.text))
    heading = QRect(0, 0, sheet.width(), HEADING - 6)
    painter.drawText(heading, LEFT, title)
    painter.setFont(pen.texts.font)
    painter.setPen(QColor(theme.LIGHT.text_muted))
    span = span_words(index.data, part.start, part.end)
    count = _("Page {number} of {count}", number=page[0], count=page[1])
    painter.drawText(heading, RIGHT, f"{span}   {count}")
    window = render_part(painter, index, sheet.adjusted(0, HEADING, 0, -LEGEND), part, colouring)
    painter.save()
    painter.translate(0, sheet.height() - LEGEND + 6)
    entries = colour_entries(index, window, colouring) + mark_entries(index, window)
    paint_entries(painter, entries, sheet.width(), pen.texts, theme.LIGHT)
    painter.restore()
