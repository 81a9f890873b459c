"""Draws the cells of a grid, and makes their editors: a line edit, or one that suggests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QObject,
    QPointF,
    QRect,
    QRectF,
    Qt,
    Signal,
)
from PySide6.QtGui import QBrush, QColor, QHelpEvent, QKeyEvent, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QStyle, QStyleOptionViewItem, QToolTip, QWidget

from factory_erp.ui.kit import theme
from factory_erp.ui.kit.choose import LookupEdit
from factory_erp.ui.kit.delegates import PADDING, CellDelegate
from factory_erp.ui.kit.grid_cells import GridCell
from factory_erp.ui.kit.grid_model import CellModel
from factory_erp.ui.kit.rows import Column, Runner
from factory_erp.ui.kit.table_model import ALIGN_FLAGS, ALIGNMENT, DISPLAY, EDIT, TOOLTIP, Index

BOX = 16
"""Edge of a box to tick, px."""

CORNER = 7
"""Edge of the triangle in the corner of a cell that is not right, px: told by shape, not colour alone."""

HATCH_ALPHA = 90
"""Of 255: strokes that are seen in both themes, and quieter than any text."""

_SELECTED = QStyle.StateFlag.State_Selected.value
_FOCUSED = QStyle.StateFlag.State_HasFocus.value
_SINGLE_LINE = Qt.TextFlag.TextSingleLine.value


class KeyTaker(Protocol):
    """The view of a grid, as far as its delegate knows it."""

    def owns(self, event: QKeyEvent, editor: QLineEdit | None) -> bool:
        """Whether the key is the grid's and no shortcut of the window."""

    def key(self, event: QKeyEvent, editor: QLineEdit | None) -> bool:
        """True if the key was the grid's and is done with."""


class GridDelegate(CellDelegate):
    """Lines between the cells, marks on what is not right, hatching where nothing can be.

    ``key(event, editor)`` of *taker* is asked first for every key in an open editor.
    """

    opened = Signal(QLineEdit)
    """An editor stands in a cell."""

    def __init__(
        self,
        source: CellModel,
        columns: Sequence[Column],
        taker: KeyTaker | None = None,
        jobs: Runner | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(columns, self._cell, parent)
        self._source, self._taker, self._jobs = source, taker, jobs

    def _cell(self, index: Index) -> str:
        cell = self._source.cell_at(index)
        return cell.text if cell is not None else ""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one cell."""
        look, rect = theme.current(), option.rect
        cell = self._source.cell_at(index)
        state: int = option.state.value
        ground = self._ground(index, cell, bool(state & _SELECTED), look)
        painter.fillRect(rect, QColor(ground))
        if cell is None:
            strokes = QColor(look.text_muted)
            strokes.setAlpha(HATCH_ALPHA)
            painter.fillRect(rect, QBrush(strokes, Qt.BrushStyle.BDiagPattern))
        elif self._source.is_check(index):
            self._paint_box(painter, rect, bool(cell.value), look)
        else:
            self._paint_words(painter, option, cell.text, index, look)
        painter.fillRect(rect.right(), rect.y(), 1, rect.height(), QColor(look.border))
        painter.fillRect(rect.x(), rect.bottom(), rect.width(), 1, QColor(look.border))
        if cell is not None and index.data(TOOLTIP):
            self._paint_problem(painter, rect, look)
        if state & _FOCUSED:
            painter.setPen(QPen(QColor(look.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(rect.adjusted(1, 1, -2, -2))

    def _ground(self, index: Index, cell: GridCell | None, selected: bool, look: theme.Theme) -> str:
        if selected:
            return look.accent_soft
        shut = cell is None or not (self._source.is_open(index) or self._source.can_tick(index))
        return look.surface_alt if shut else look.surface

    def _paint_words(
        self, painter: QPainter, option: QStyleOptionViewItem, text: str, index: Index, look: theme.Theme
    ) -> None:
        if not text:
            return
        room: QRect = option.rect.adjusted(PADDING, 0, -PADDING, 0)
        painter.setPen(QColor(look.text if self._source.is_open(index) else look.text_muted))
        flags = int(index.data(ALIGNMENT) or ALIGN_FLAGS["left"]) | _SINGLE_LINE
        painter.drawText(
            room, flags, self._fitted(text.replace("\n", " ↵ "), room.width(), option.fontMetrics)
        )

    def _paint_box(self, painter: QPainter, rect: QRect, ticked: bool, look: theme.Theme) -> None:
        box = QRectF(rect.center().x() - BOX / 2 + 0.5, rect.center().y() - BOX / 2 + 0.5, BOX, BOX)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(look.accent if ticked else look.text_muted), 1))
        painter.setBrush(QColor(look.accent if ticked else look.surface))
        painter.drawRoundedRect(box, 4, 4)
        if ticked:
            painter.setPen(QPen(QColor(look.on_accent), 2))
            left = box.topLeft()
            painter.drawPolyline(
                QPolygonF([left + QPointF(*p) for p in ((3.5, 8), (6.8, 11.5), (12.5, 4.5))])
            )
        painter.restore()

    def _paint_problem(self, painter: QPainter, rect: QRect, look: theme.Theme) -> None:
        """A frame and a corner."""
        danger = QColor(look.danger)
        painter.save()
        painter.setPen(danger)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(rect.adjusted(0, 0, -1, -1))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(danger)
        right, top = rect.right() + 1, rect.top()
        corner = [QPointF(right - CORNER, top), QPointF(right, top), QPointF(right, top + CORNER)]
        painter.drawPolygon(QPolygonF(corner))
        painter.restore()

    def helpEvent(
        self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index
    ) -> bool:
        """What is wrong with the cell; else its whole text, if that was cut."""
        said = index.data(TOOLTIP) if index.isValid() and event.type() == QEvent.Type.ToolTip else None
        if said:
            QToolTip.showText(event.globalPos(), str(said), view)
            return True
        return super().helpEvent(event, view, option, index)

    # editors

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """A line edit, aligned and named like its column."""
        search = self._source.finder(index)
        editor = QLineEdit(parent) if search is None else LookupEdit(search, self._jobs, parent)
        editor.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)  # the grid's own opens instead
        accent = theme.current().accent
        editor.setStyleSheet(f"border: 2px solid {accent}; border-radius: 0; padding: 0 {PADDING - 3}px;")
        editor.setAlignment(Qt.AlignmentFlag(int(index.data(ALIGNMENT) or ALIGN_FLAGS["left"])))
        model = index.model()
        title = model.headerData(index.column(), Qt.Orientation.Horizontal, DISPLAY)
        line = model.headerData(index.row(), Qt.Orientation.Vertical, DISPLAY)
        editor.setAccessibleName(f"{title} {line}")
        self.opened.emit(editor)
        return editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """The text, marked whole: what is typed replaces it."""
        assert isinstance(editor, QLineEdit)
        editor.setText(str(index.data(EDIT) or ""))
        editor.setModified(False)
        editor.selectAll()
        problem = index.data(TOOLTIP) or ""
        editor.setToolTip(problem)
        editor.setAccessibleDescription(problem)

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        """Hand over what was chosen or typed; an editor that was only passed through says nothing."""
        assert isinstance(editor, QLineEdit)
        if not editor.isModified():
            return
        editor.setModified(False)
        if isinstance(editor, LookupEdit) and (choice := editor.choice()) is not None:
            self._source.choose(index, choice)
        else:
            model.setData(index, editor.text(), EDIT)

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        """Over the whole cell."""
        editor.setGeometry(option.rect)

    def eventFilter(self, object: QObject, event: QEvent) -> bool:
        """The grid's keys inside an editor; the rest is the editor's own."""
        if self._taker is not None and isinstance(object, QLineEdit) and isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.ShortcutOverride and self._taker.owns(event, object):
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress:
                return self._taker.key(event, object)
        return super().eventFilter(object, event)
