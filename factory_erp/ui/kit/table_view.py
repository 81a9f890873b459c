"""The view under every table: tuned for long lists, with fitted columns, copying and an empty state."""

from __future__ import annotations

import csv
import html
import io
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QMimeData, QModelIndex, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QFrame, QMenu, QTableView, QWidget

from factory_erp.i18n import _
from factory_erp.ui.kit import list_export, theme
from factory_erp.ui.kit.delegates import ROW_HEIGHT, CellDelegate
from factory_erp.ui.kit.rows import Column, Row, text_of
from factory_erp.ui.kit.table_header import ColumnHeader, ColumnLayout

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class CellTable(QTableView):
    """Rows of one height without a grid, selected whole; columns always fit the width."""

    chosen = Signal(QModelIndex)
    """Enter or a double click on a row."""
    copied = Signal()
    """The user asked for a copy of the selection (Ctrl+C)."""
    exported = Signal()
    """The user asked for the whole list as a file (Ctrl+Shift+E)."""

    def __init__(self, columns: Sequence[Column], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._empty_text = ""
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        header = ColumnHeader(columns, self)
        self.setHorizontalHeader(header)
        self.layout_of_columns = ColumnLayout(header, columns, self.viewport())
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(rows.ResizeMode.Fixed)
        rows.setMinimumSectionSize(ROW_HEIGHT)
        rows.setDefaultSectionSize(ROW_HEIGHT)
        self.doubleClicked.connect(self.chosen)

    def empty_text(self) -> str:
        """What is written where there are no rows."""
        return self._empty_text

    def set_empty_text(self, text: str) -> None:
        """Write *text* (translated) where there are no rows; a screen reader reads it too."""
        self._empty_text = text
        self.setAccessibleDescription(text)
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The rows, or the words that say why there are none."""
        super().paintEvent(event)
        model = self.model()
        if self._empty_text and (model is None or not model.rowCount()):
            painter = QPainter(self.viewport())
            painter.setPen(QColor(theme.current().text_muted))
            room = self.viewport().rect().adjusted(24, 24, -24, -24)
            painter.drawText(
                room, int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap), self._empty_text
            )
            painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The columns follow the width; a scroll bar that appears is a change of width as well."""
        super().resizeEvent(event)
        self.layout_of_columns.refit()

    def changeEvent(self, event: QEvent) -> None:
        """A new font or style: texts are measured anew."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            delegate = self.itemDelegate()
            if isinstance(delegate, CellDelegate):
                delegate.forget()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens the record, Ctrl+C copies, Ctrl+Shift+E exports."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copied.emit()
        elif QKeySequence(event.keyCombination()) == QKeySequence(list_export.KEY):
            self.exported.emit()
        elif event.key() in _ENTER and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            if self.currentIndex().isValid():
                self.chosen.emit(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def menu(self) -> QMenu:
        """What can be done with any list: copy the selected rows, write all of it to a file."""
        menu = QMenu(self)
        copy = menu.addAction(_("Copy"), self.copied.emit)
        copy.setShortcut(QKeySequence(QKeySequence.StandardKey.Copy))
        copy.setEnabled(self.count_selected() > 0)
        export = menu.addAction(_("Export list…"), self.exported.emit)
        export.setShortcut(QKeySequence(list_export.KEY))
        export.setEnabled(list_export.context_of(self) is not None)
        return menu

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """A right click, or the Menu key."""
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Only the left button opens a record."""
        if event.button() == Qt.MouseButton.LeftButton:
            super().mouseDoubleClickEvent(event)

    def moveCursor(
        self,
        cursorAction: QAbstractItemView.CursorAction,  # noqa: N803
        modifiers: Qt.KeyboardModifier,
    ) -> QModelIndex:
        """Home and End go to the first and last row: rows are selected whole."""
        model = self.model()
        ends = {QAbstractItemView.CursorAction.MoveHome: 0, QAbstractItemView.CursorAction.MoveEnd: -1}
        if model is None or not model.rowCount() or cursorAction not in ends:
            return super().moveCursor(cursorAction, modifiers)
        row = ends[cursorAction] % model.rowCount()
        return model.index(row, max(self.currentIndex().column(), 0))

    def keyboardSearch(self, search: str) -> None:
        """Nothing: Qt would look through every row of the list, and fetch them all."""

    def selected_rows(self) -> list[int]:
        """Selected rows, ascending; counted by ranges, so that a selected million costs little."""
        return sorted({row for top, bottom in self._spans() for row in range(top, bottom + 1)})

    def count_selected(self) -> int:
        """How many rows are selected."""
        return sum(bottom - top + 1 for top, bottom in self._spans())

    def _spans(self) -> set[tuple[int, int]]:
        selection = self.selectionModel().selection()
        ranges = (selection.at(number) for number in range(selection.count()))
        return {(span.top(), span.bottom()) for span in ranges}


def copy_rows(columns: Sequence[Column], sections: Sequence[int], rows: Sequence[Row]) -> None:
    """Put the *sections* of *rows* on the clipboard as tab-separated text and as HTML."""
    shown = [[(columns[section], text_of(row[section])) for section in sections] for row in rows]
    data = QMimeData()
    data.setText(as_tsv([[text for _column, text in row] for row in shown]))
    data.setHtml(as_html(shown))
    QGuiApplication.clipboard().setMimeData(data)


def as_tsv(rows: Sequence[Sequence[str]]) -> str:
    """Tab-separated lines as Excel writes them: cells with tabs, quotes or line breaks are quoted."""
    out = io.StringIO()
    csv.writer(out, dialect="excel-tab", lineterminator="\n").writerows(rows)
    return out.getvalue()


def as_html(rows: Sequence[Sequence[tuple[Column, str]]]) -> str:
    """An HTML table.  Cells that are not numbers are marked as text: a spreadsheet must neither drop the
    leading zeros of an article number nor calculate a name that begins with an equals sign."""
    lines = ("".join(_html_cell(column, text) for column, text in row) for row in rows)
    return "<table>" + "".join(f"<tr>{line}</tr>" for line in lines) + "</table>"


def _html_cell(column: Column, text: str) -> str:
    style = "" if column.kind == "number" else r""" style="mso-number-format:'\@'" """.rstrip()
    return f"<td{style}>{html.escape(text)}</td>"
