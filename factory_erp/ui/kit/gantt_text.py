"""Words of the Gantt chart, laid out once and used again from frame to frame."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetrics, QStaticText

LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)
RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)
CENTRE = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextSingleLine)

LEAST_ROOM = 38
"""Pixels below which hardly more than the dots of a cut text would be left."""

_KEPT = 20_000


class Texts:
    """A font a little smaller than the window's, its bold sister, and texts laid out in it."""

    def __init__(self) -> None:
        self._laid: dict[tuple[str, int], QStaticText] = {}
        self.set_font(QFont())

    def set_font(self, font: QFont) -> None:
        """Words are drawn one pixel smaller than *font*."""
        self.font = QFont(font)
        if font.pixelSize() > 0:
            self.font.setPixelSize(font.pixelSize() - 1)
        self.bold = QFont(self.font)
        self.bold.setBold(True)
        self.metrics = QFontMetrics(self.font)
        self.bold_metrics = QFontMetrics(self.bold)
        self._laid.clear()

    def laid(self, text: str, room: int) -> QStaticText | None:
        """*text* laid out; cut to *room* px, or nothing where too little would be left.

        Cuts are made in steps of 8 px, so that zooming does not lay out every text in every frame.
        """
        whole = self._laid.get((text, -1))
        if whole is None:
            whole = self._keep((text, -1), text)
        if whole.size().width() <= room:
            return whole
        if room < LEAST_ROOM:
            return None
        key = (text, room // 8)
        if key not in self._laid:
            self._keep(key, self.cut(text, room // 8 * 8))
        return self._laid[key]

    def cut(self, text: str, room: int) -> str:
        """*text*, ending in dots where it is wider than *room* px."""
        return self.metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)

    def width(self, text: str) -> int:
        """Pixels that *text* takes."""
        return self.metrics.horizontalAdvance(text)

    def _keep(self, key: tuple[str, int], text: str) -> QStaticText:
        if len(self._laid) > _KEPT:
            self._laid.clear()
        laid = self._laid[key] = _static(text, self.font)
        return laid


def _static(text: str, font: QFont) -> QStaticText:
    laid = QStaticText(text)
    laid.setTextFormat(Qt.TextFormat.PlainText)
    laid.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
    laid.prepare(font=font)
    return laid
