"""Draws the thumbnails of a strip of pictures: fitted into a square, a caption under it."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from factory_erp.i18n import _
from factory_erp.ui.kit import theme
from factory_erp.ui.kit.icons import pixmap

EDGE = 112
"""Of a thumbnail, px."""

CAPTION = 24
"""Height of the line under it, px."""

GAP = 10
"""Space between two thumbnails, px."""

PICTURE = int(Qt.ItemDataRole.UserRole)
"""The role of an item's ``Picture``."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture of a strip: its key, and the words under it, translated."""

    key: Hashable
    caption: str = ""


class Pictures(Protocol):
    """What is known of the pictures that are drawn."""

    @property
    def cover_marked(self) -> bool:
        """Whether the first one is the cover."""

    def image(self, key: Hashable) -> QImage | None:
        """The thumbnail, None where there is none."""

    def is_broken(self, key: Hashable) -> bool:
        """Whether there will be none."""


class Thumbnails(QStyledItemDelegate):
    """Draws a picture, its caption, and the mark of the cover."""

    def __init__(self, pictures: Pictures, parent: QObject) -> None:
        super().__init__(parent)
        self._pictures = pictures

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """The same for every picture."""
        return QSize(EDGE + GAP, EDGE + CAPTION + GAP)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw one thumbnail."""
        picture: Picture = index.data(PICTURE)
        look = theme.current()
        box = QRect(option.rect.x() + GAP // 2, option.rect.y() + GAP // 2, EDGE, EDGE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self._paint_picture(painter, box, picture, look)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(look.accent if selected else look.border), 2 if selected else 1))
        painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        if index.row() == 0 and self._pictures.cover_marked:
            self._paint_cover(painter, box, look)
        painter.setPen(QColor(look.text if selected else look.text_muted))
        painter.setFont(theme.scaled_font(12))
        text = QFontMetrics(painter.font()).elidedText(picture.caption, Qt.TextElideMode.ElideRight, EDGE)
        room = QRect(box.x(), box.bottom() + 3, EDGE, CAPTION - 2)
        painter.drawText(room, int(Qt.AlignmentFlag.AlignCenter), text)
        painter.restore()

    def _paint_picture(self, painter: QPainter, box: QRect, picture: Picture, look: theme.Theme) -> None:
        """The picture fitted into its box; a sign while it is loaded, or where it cannot be."""
        shape = QPainterPath()
        shape.addRoundedRect(QRectF(box), 6, 6)
        painter.fillPath(shape, QColor(look.surface_alt))
        image = self._pictures.image(picture.key)
        if image is not None:
            painter.setClipPath(shape)
            size = image.size().scaled(box.size(), Qt.AspectRatioMode.KeepAspectRatio)
            place = QRect(box.topLeft(), size)
            place.moveCenter(box.center())
            painter.drawImage(place, image)
            painter.setClipping(False)
            return
        broken = self._pictures.is_broken(picture.key)
        sign = pixmap("warning" if broken else "clock", look.warning if broken else look.text_muted, 26)
        painter.drawPixmap(box.center().x() - 12, box.center().y() - 24, sign)
        painter.setPen(QColor(look.text_muted))
        painter.setFont(theme.scaled_font(12))
        words = _("Cannot be shown") if broken else _("Loading…")
        room = QRect(box.x() + 4, box.center().y() + 6, EDGE - 8, 34)
        painter.drawText(room, int(Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap), words)

    def _paint_cover(self, painter: QPainter, box: QRect, look: theme.Theme) -> None:
        """A word in the corner of the first picture."""
        ground, ink = look.pill(theme.Tone.ACCENT)
        font = theme.scaled_font(12, bold=True)
        word = _("Cover")
        width = QFontMetrics(font).horizontalAdvance(word) + 14
        pill = QRectF(box.x() + 6, box.y() + 6, width, 20)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(ground))
        painter.drawRoundedRect(pill, 10, 10)
        painter.setPen(QColor(ink))
        painter.setFont(font)
        painter.drawText(pill, int(Qt.AlignmentFlag.AlignCenter), word)
