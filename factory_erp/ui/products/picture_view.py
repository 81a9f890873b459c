"""One picture as large as there is room for it."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from factory_erp.ui.kit import theme


class PictureView(QWidget):
    """Shows an image whole, never larger than it is; words where there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image = QImage()
        self._words = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_image(self, image: QImage, name: str) -> None:
        """Show *image*; *name* is what a screen reader says of it."""
        self._image, self._words = image, ""
        self.setAccessibleName(name)
        self.update()

    def show_words(self, words: str) -> None:
        """Show a sentence in place of a picture."""
        self._image, self._words = QImage(), words
        self.setAccessibleName(words)
        self.update()

    def image(self) -> QImage:
        """The image in view, null if there is none."""
        return self._image

    def words(self) -> str:
        """The sentence in view, "" while there is a picture."""
        return self._words

    def sizeHint(self) -> QSize:
        """Room for a picture that one can judge."""
        return QSize(420, 320)

    def minimumSizeHint(self) -> QSize:
        """Less is of no use."""
        return QSize(160, 120)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The picture in the middle, or the sentence."""
        painter = QPainter(self)
        if self._image.isNull():
            painter.setPen(QColor(theme.current().text_muted))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(20, 20, -20, -20), int(flags), self._words)
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(self._place(), self._image)

    def _place(self) -> QRect:
        size = self._image.size()
        if size.width() > self.width() or size.height() > self.height():
            size = size.scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRect(0, 0, size.width(), size.height())
        place.moveCenter(self.rect().center())
        return place
