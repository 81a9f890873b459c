"""A status as a pill: a word on a soft ground of its tone."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from factory_erp.ui.kit import theme
from factory_erp.ui.kit.theme import Tone

PADDING = 9
"""Left and right of the word, px."""

PIXELS = 12
"""Size of the word, px."""


class Pill(QWidget):
    """A word in a rounded field; tables draw the same with their delegate."""

    def __init__(
        self, text: str = "", tone: Tone | str = Tone.NEUTRAL, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFont(theme.scaled_font(PIXELS))
        self.set(text, tone)

    def set(self, text: str, tone: Tone | str) -> None:
        """Say *text* in *tone*."""
        self._text = text
        self._tone = Tone(tone)
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def text(self) -> str:
        """The word on the pill."""
        return self._text

    def sizeHint(self) -> QSize:
        """As wide as the word and its padding."""
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self._text) + 2 * PADDING, metrics.height() + 4)

    def minimumSizeHint(self) -> QSize:
        """A word is never cut."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the field and the word."""
        background, ink = theme.current().pill(self._tone)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(background))
        box = QRectF(self.rect())
        painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
        painter.setPen(QColor(ink))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._text)
