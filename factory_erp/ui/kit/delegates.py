"""One delegate that draws the cells of every table and tree: texts, numbers, dates and pills."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetrics, QHelpEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
    QWidget,
)

from factory_erp.ui.kit import theme
from factory_erp.ui.kit.rows import Cell, Column, Toned, text_of
from factory_erp.ui.kit.table_model import ALIGN_FLAGS

Index = QModelIndex | QPersistentModelIndex

ROW_HEIGHT = 34
PADDING = theme.CELL_PADDING
PILL_HEIGHT = 22
PILL_PADDING = 9
MARK_WIDTH = 3
"""Width of the bar at the left edge of a selected row: selection is not told by colour alone."""

_SELECTED = QStyle.StateFlag.State_Selected.value
_FOCUSED = QStyle.StateFlag.State_HasFocus.value
_SINGLE_LINE = Qt.TextFlag.TextSingleLine.value
_ELIDE = Qt.TextElideMode.ElideRight
_TEXTS_KEPT = 20_000


class _Inks:
    """The colours of the theme as Qt objects, made once per theme and not once per cell."""

    def __init__(self, look: theme.Theme) -> None:
        self.look = look
        self.text = QColor(look.text)
        self.soft = QColor(look.accent_soft)
        self.accent = QColor(look.accent)
        self.pills = {
            str(tone): (QBrush(QColor(look.pill(tone)[0])), QColor(look.pill(tone)[1])) for tone in theme.Tone
        }


class CellDelegate(QStyledItemDelegate):
    """Draws cells straight from ``cell_at``; ``boxed`` outlines the current cell (tables one edits in)."""

    def __init__(
        self,
        columns: Sequence[Column],
        cell_at: Callable[[Index], Cell],
        parent: QObject | None = None,
        *,
        boxed: bool = False,
    ) -> None:
        super().__init__(parent)
        self.columns = columns
        self.boxed = boxed
        self._cell_at = cell_at
        self._flags = [ALIGN_FLAGS[column.side] | _SINGLE_LINE for column in columns]
        self._elided: dict[tuple[str, int], str] = {}
        self._inks = _Inks(theme.current())

    def forget(self) -> None:
        """Measure texts anew: the font has changed."""
        self._elided.clear()

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one cell: ground of a selected row, then text or pill."""
        if self._inks.look is not theme.current():
            self._inks = _Inks(theme.current())
        rect: QRect = option.rect
        state: int = option.state.value
        if state & _SELECTED:
            self._paint_selection(painter, rect)
        cell = self._cell_at(index)
        if isinstance(cell, str):
            self._paint_text(painter, option, cell, self._flags[index.column()])
        elif cell.text:
            self._paint_pill(painter, option, cell, self.columns[index.column()].side)
        if self.boxed and state & _FOCUSED:
            painter.setPen(self._inks.accent)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(rect.adjusted(0, 0, -1, -1))

    def _paint_selection(self, painter: QPainter, rect: QRect) -> None:
        painter.fillRect(rect, self._inks.soft)
        if rect.x() <= 0 < rect.right():
            painter.fillRect(0, rect.y(), MARK_WIDTH, rect.height(), self._inks.accent)

    def _paint_text(self, painter: QPainter, option: QStyleOptionViewItem, text: str, flags: int) -> None:
        if not text:
            return
        room: QRect = option.rect.adjusted(PADDING, 0, -PADDING, 0)
        painter.setPen(self._inks.text)
        painter.drawText(room, flags, self._fitted(text, room.width(), option.fontMetrics))

    def _fitted(self, text: str, width: int, metrics: QFontMetrics) -> str:
        key = (text, width)
        fitted = self._elided.get(key)
        if fitted is None:
            if len(self._elided) > _TEXTS_KEPT:
                self._elided.clear()
            fitted = self._elided[key] = metrics.elidedText(text, _ELIDE, width)
        return fitted

    def _paint_pill(self, painter: QPainter, option: QStyleOptionViewItem, cell: Toned, side: str) -> None:
        ground, ink = self._inks.pills.get(cell.tone) or self._inks.pills["neutral"]
        room: QRect = option.rect.adjusted(PADDING, 0, -PADDING, 0)
        font = pill_font(option.font)
        metrics = QFontMetrics(font)
        width = min(metrics.horizontalAdvance(cell.text) + 2 * PILL_PADDING, room.width())
        left = room.x()
        if side != "left":
            left += (room.width() - width) // (1 if side == "right" else 2)
        height = min(PILL_HEIGHT, room.height() - 4)
        pill = QRect(left, room.y() + (room.height() - height) // 2, width, height)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(QRectF(pill), height / 2, height / 2)
        painter.setPen(ink)
        painter.setFont(font)
        text = metrics.elidedText(cell.text, _ELIDE, width - 2 * PILL_PADDING + 2)
        painter.drawText(pill, ALIGN_FLAGS["centre"] | _SINGLE_LINE, text)
        painter.restore()

    def wished_width(self, font: QFont, cell: Cell) -> int:
        """Width in px that shows *cell* whole, padding included."""
        if isinstance(cell, str):
            return QFontMetrics(font).horizontalAdvance(cell) + 2 * PADDING
        return QFontMetrics(pill_font(font)).horizontalAdvance(cell.text) + 2 * (PADDING + PILL_PADDING)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """The size that shows the cell whole, for a double click between two headers."""
        return QSize(self.wished_width(option.font, self._cell_at(index)) + 1, ROW_HEIGHT)

    def helpEvent(
        self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index
    ) -> bool:
        """A text that was cut is shown whole in a tooltip."""
        if event.type() != QEvent.Type.ToolTip or not index.isValid():
            return super().helpEvent(event, view, option, index)
        cell = self._cell_at(index)
        cut = self.wished_width(view.font(), cell) > view.visualRect(index).width()
        QToolTip.showText(event.globalPos(), text_of(cell) if cut else "", view)
        return True

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """The standard editor, dressed for a cell: no rounded frame of its own, padded like the cell."""
        editor = super().createEditor(parent, option, index)
        accent = self._inks.look.accent
        editor.setStyleSheet(f"border: 2px solid {accent}; border-radius: 0; padding: 0 {PADDING - 3}px;")
        return editor


def pill_font(font: QFont) -> QFont:
    """The font of a pill in a table of *font*: a little smaller."""
    smaller = QFont(font)
    smaller.setPixelSize(
        max(10, QFontMetrics(font).height() * 3 // 5 if font.pixelSize() < 0 else font.pixelSize() - 1)
    )
    return smaller
