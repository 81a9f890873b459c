from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtPdf import QPdfDocument
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from factory_erp.ui.kit import theme
from factory_erp.ui.kit.gantt_inks import Colouring, ColourKey
from factory_erp.ui.kit.gantt_model import GanttIndex
from factory_erp.ui.kit.gantt_print import Part, parts, render_part, save_chart
from factory_erp.ui.kit.gantt_window import BAR_HEIGHT, BAR_MARGIN, HEADER_HEIGHT
from tests.ui.kit.gantt_boards import BARS, DAY, week

COLOURS = Colouring({one.id: ColourKey(one.words, one.words) for one in BARS})


def test_pages_cover_every_minute_of_every_lane_once() -> None:
    pages = parts(GanttIndex(week()), 0, 10 * DAY, 3 * DAY, 2)
    cells = [(day, lane) for page in pages for day in range(page.start, page.end, DAY) for lane in page.lanes]
    assert len(cells) == len(set(cells))
    assert {(day * DAY, lane) for day in range(10) for lane in range(5)} <= set(cells)
    assert [page.lanes for page in pages[::4]] == [range(2), range(2, 4), range(4, 5)]
    assert {page.end - page.start for page in pages} == {3 * DAY}


@pytest.mark.parametrize("look", [theme.LIGHT, theme.DARK], ids=lambda value: value.name)
def test_paper_is_white_whatever_the_window_wears(qapp: QApplication, look: theme.Theme) -> None:
    try:
        theme.apply(qapp, look)
        image = QImage(900, 400, QImage.Format.Format_RGB32)
        image.fill(QColor("#00ff00"))
        painter = QPainter(image)
        index = GanttIndex(week())
        window = render_part(
            painter, index, QRect(50, 20, 800, 300), Part(DAY, 2 * DAY, range(1, 3)), COLOURS
        )
        painter.end()
    finally:
        theme.apply(qapp, theme.LIGHT)
    assert image.pixelColor(60, 30) == QColor(theme.LIGHT.surface)
    assert image.pixelColor(20, 200) == QColor("#00ff00")
    assert image.pixelColor(300, 20 + window.height + 2) == QColor("#00ff00")
    stripe = QColor(
        image.pixelColor(50 + window.x(BARS[2].start) + 1, 20 + HEADER_HEIGHT + BAR_MARGIN + BAR_HEIGHT // 2)
    )
    assert theme.contrast(stripe.name(), theme.LIGHT.surface) >= 3


def test_lanes_that_need_more_height_are_made_smaller(qapp: QApplication) -> None:
    image = QImage(900, 200, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    window = render_part(painter, GanttIndex(week()), QRect(0, 0, 900, 117), Part(0, DAY, range(5)))
    painter.end()
    assert window.height == 2 * 117
    assert window.width == 1_800


def test_a_chart_becomes_a_pdf_of_several_pages(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "schedule.pdf"
    assert (
        save_chart(
            path, GanttIndex(week()), "Schedule 生产排程", 0, 10 * DAY, minutes=2 * DAY, colouring=COLOURS
        )
        == 5
    )
    document = QPdfDocument()
    assert document.load(str(path)) is QPdfDocument.Error.None_
    assert document.pageCount() == 5
    size = document.pagePointSize(0)
    assert size.width() > size.height()
    words = document.getAllText(0).text()
    assert "Page 1 of 5" in words
    assert "Nordlicht" in words
    assert "MO-1" in words
    document.close()


def test_a_file_that_cannot_be_written_is_said_so(tmp_path: Path, qapp: QApplication) -> None:
    with pytest.raises(OSError, match="written"):
        save_chart(tmp_path / "missing" / "schedule.pdf", GanttIndex(week()), "", 0, DAY)
