"""The parts of a promise over the days until it ships, drawn as bars."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from factory_erp.i18n import _, pgettext
from factory_erp.ui.kit import theme
from factory_erp.ui.promise.parts import Part

ROW = 26
"""Height of a row, px."""

NAME, SOURCE, DAYS, LEAST = 118, 168, 198, 60
"""Widths of what is written left and right of the bars, and of the bars at least, px."""

SEEN = 8
"""Rows that are drawn; a deep bill has more parts than anybody reads here."""


class Timeline(QWidget):
    """Rows of ``Part``; the day that was wanted is a line across them."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: tuple[Part, ...] = ()
        self._wanted: date | None = None
        self._hidden = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(pgettext("promise", "Where it comes from"))

    def show_parts(self, parts: Sequence[Part], wanted: date | None) -> None:
        """Draw *parts*; *wanted* is the day that was asked for."""
        self.parts, self._wanted = tuple(parts[:SEEN]), wanted
        self._hidden = len(parts) - len(self.parts)
        said = "; ".join(f"{one.name}: {one.source}, {one.days()}" for one in parts)
        self.setAccessibleDescription(said)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """As high as its rows."""
        return QSize(NAME + SOURCE + DAYS + 160, ROW * (len(self.parts) + bool(self._hidden)))

    def minimumSizeHint(self) -> QSize:
        """The words are never cut by the bars."""
        return QSize(NAME + SOURCE + DAYS + LEAST, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Name, source, bar and days of each row."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for number, part in enumerate(self.parts):
            self._draw(painter, number * ROW, part)
        if self._hidden:
            place = QRectF(0, len(self.parts) * ROW, self.width(), ROW)
            painter.setPen(QColor(theme.current().text_muted))
            _write(painter, place, _("… and {count} more", count=self._hidden))
        if self._wanted is not None and self.parts:
            self._draw_wanted(painter, self._wanted)

    def _draw(self, painter: QPainter, top: int, part: Part) -> None:
        look = theme.current()
        painter.setPen(QColor(look.text))
        _write(painter, QRectF(0, top, NAME - 10, ROW), part.name)
        painter.setPen(QColor(look.text_muted))
        _write(painter, QRectF(NAME, top, SOURCE - 10, ROW), part.source)
        right = QRectF(self.width() - DAYS + 12, top, DAYS - 12, ROW)
        _write(painter, right, part.days(), Qt.AlignmentFlag.AlignRight)
        track = QRectF(NAME + SOURCE, top + ROW / 2 - 1, self._room(), 2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(look.track))
        painter.drawRoundedRect(track, 1, 1)
        left, end = self._place(part.first), self._place(part.last)
        painter.setBrush(QColor(look.solid(part.tone)))
        bar = QRectF(left, top + 8, max(end - left, 8), ROW - 16)
        painter.drawRoundedRect(bar, 4, 4)

    def _draw_wanted(self, painter: QPainter, day: date) -> None:
        if not self._days()[0] <= day <= self._days()[1]:
            return
        pen = QPen(QColor(theme.current().danger), 1.5, Qt.PenStyle.DashLine)
        painter.setPen(pen)
        place = self._place(day) + 4
        painter.drawLine(int(place), 0, int(place), ROW * len(self.parts))

    def _room(self) -> int:
        return self.width() - NAME - SOURCE - DAYS

    def _days(self) -> tuple[date, date]:
        lasts = [part.last for part in self.parts]
        return min(part.first for part in self.parts), max([*lasts, self._wanted or lasts[0]])

    def _place(self, day: date) -> float:
        first, last = self._days()
        return NAME + SOURCE + (self._room() - 8) * (day - first).days / max((last - first).days, 1)


def _write(
    painter: QPainter, box: QRectF, text: str, side: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft
) -> None:
    shown = QFontMetrics(painter.font()).elidedText(text, Qt.TextElideMode.ElideRight, int(box.width()))
    painter.drawText(box, int(side | Qt.AlignmentFlag.AlignVCenter), shown)
