"""Cells that only this list has: a small picture, and a mark of an icon beside its word."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QStyleOptionViewItem

from factory_erp.ui.kit import theme
from factory_erp.ui.kit.delegates import PADDING, CellDelegate, Index
from factory_erp.ui.kit.icons import pixmap
from factory_erp.ui.kit.jobs import Jobs
from factory_erp.ui.kit.rows import Cell, Column
from factory_erp.ui.kit.theme import Tone
from factory_erp.ui.listings import work

EDGE = 30
"""Of the picture in a row, px."""

ICON = 15
"""Of the icon beside a word, px."""


@dataclass(frozen=True, slots=True)
class CoverCell:
    """A picture by its hash; it is copied and exported as nothing."""

    sha256: str
    text: str = ""
    tone: str = Tone.NEUTRAL


@dataclass(frozen=True, slots=True)
class MarkCell:
    """A word with an icon of the kit before it, in its tone."""

    text: str
    icon: str
    tone: str = Tone.NEUTRAL


class Covers(QObject):
    """Thumbnails by hash and size, loaded once each in the background; ``loaded`` when one has come."""

    loaded = Signal()

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._images: dict[tuple[str, int], QImage] = {}

    def image(self, sha256: str, edge: int) -> QImage:
        """The picture at least *edge* px large; null while it is loaded, and where it cannot be."""
        key = (sha256, edge)
        if key not in self._images:
            self._images[key] = QImage()
            self._jobs.run(
                partial(load, sha256, edge), done=partial(self._take, key), failed=_leave_out, owner=self
            )
        return self._images[key]

    def _take(self, key: tuple[str, int], image: QImage) -> None:
        self._images[key] = image
        self.loaded.emit()


def load(sha256: str, edge: int) -> QImage:
    """The picture scaled to fit *edge* px. Runs off the UI thread. Raises DomainError."""
    image = QImage.fromData(work.thumbnail(sha256, edge))
    smooth = Qt.TransformationMode.SmoothTransformation
    return image.scaled(edge, edge, Qt.AspectRatioMode.KeepAspectRatio, smooth)


def _leave_out(_error: Exception) -> None:
    """A picture that is gone leaves its place empty; the check of the listing says so."""


class ListingDelegate(CellDelegate):
    """Draws covers and marks; everything else as every table."""

    def __init__(
        self, columns: Sequence[Column], cell_at: Callable[[Index], Cell], covers: Covers, parent: QObject
    ) -> None:
        super().__init__(columns, cell_at, parent)
        self._cell, self._covers = cell_at, covers

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one cell."""
        cell = self._cell(index)
        if isinstance(cell, MarkCell):
            self._paint_mark(painter, option, cell)
            return
        super().paint(painter, option, index)
        if isinstance(cell, CoverCell):
            self._paint_cover(painter, option.rect, cell.sha256)

    def _paint_mark(self, painter: QPainter, option: QStyleOptionViewItem, cell: MarkCell) -> None:
        if option.state.value & _SELECTED:
            self._paint_selection(painter, option.rect)
        if not cell.text:
            return
        colour = theme.current().solid(cell.tone)
        room: QRect = option.rect.adjusted(PADDING, 0, -PADDING, 0)
        ratio = painter.device().devicePixelRatioF()
        painter.drawPixmap(room.x(), room.center().y() - ICON // 2, pixmap(cell.icon, colour, ICON, ratio))
        words = room.adjusted(ICON + 5, 0, 0, 0)
        painter.setPen(QColor(colour))
        shown = option.fontMetrics.elidedText(cell.text, Qt.TextElideMode.ElideRight, words.width())
        painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter), shown)

    def _paint_cover(self, painter: QPainter, rect: QRect, sha256: str) -> None:
        look = theme.current()
        box = QRect(0, 0, EDGE, EDGE)
        box.moveCenter(rect.center())
        shape = QPainterPath()
        shape.addRoundedRect(QRectF(box), 4, 4)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillPath(shape, QColor(look.surface_alt))
        image = self._covers.image(sha256, EDGE * 2) if sha256 else QImage()
        if not image.isNull():
            painter.setClipPath(shape)
            place = QRect(box.topLeft(), image.size().scaled(box.size(), Qt.AspectRatioMode.KeepAspectRatio))
            place.moveCenter(box.center())
            painter.drawImage(place, image)
            painter.setClipping(False)
        painter.setPen(QPen(QColor(look.border), 1))
        painter.drawPath(shape)
        painter.restore()

    def wished_width(self, font: object, cell: Cell) -> int:
        """Width in px that shows *cell* whole."""
        if isinstance(cell, CoverCell):
            return EDGE + 2 * PADDING
        extra = ICON + 5 if isinstance(cell, MarkCell) else 0
        return super().wished_width(font, cell) + extra  # type: ignore[arg-type]


_SELECTED = 0x8000
