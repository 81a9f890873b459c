"""A table as it was read: cells under the file's own headers, row numbers at the left, faults marked.

Unlike the lists of records it scrolls sideways and never translates a header: "Name" is the file's word.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPolygonF,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyleOptionViewItem,
    QTableView,
    QToolTip,
    QWidget,
)

from factory_erp.services.exchange.kind import Verdict
from factory_erp.sheets.table import Sheet
from factory_erp.ui.exchange.sheet_model import MEASURED, RESULT, SheetModel
from factory_erp.ui.kit import theme
from factory_erp.ui.kit.delegates import CellDelegate
from factory_erp.ui.kit.table_model import ALIGN_FLAGS, Index
from factory_erp.ui.kit.table_view import copy_rows

ROW_HEIGHT = 30
NARROWEST, WIDEST = 64, 280
"""Of a column, px; what is longer is in the tooltip."""

CORNER = 8
"""Edge of the triangle in a faulty cell, px: a fault is not told by colour alone."""


class _SheetDelegate(CellDelegate):
    """Cells with their faults: a soft red ground and a corner; the reason is in the tooltip."""

    def __init__(self, model: SheetModel, parent: QTableView) -> None:
        super().__init__(model.columns, model.cell_at, parent, boxed=True)
        self._model = model

    def wear(self) -> None:
        """The model has other columns."""
        self.columns = self._model.columns
        self._flags = [ALIGN_FLAGS[one.side] | Qt.TextFlag.TextSingleLine.value for one in self.columns]

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """The fault's ground, the cell, the corner."""
        faulty = bool(self._model.fault(index)) and self._model.place_of(index)[1] >= 0
        look = theme.current()
        if faulty:
            painter.fillRect(option.rect, QColor(look.pill("danger")[0]))
        super().paint(painter, option, index)
        if faulty:
            corner = QPointF(option.rect.right() + 1, option.rect.top())
            shape = [corner, corner - QPointF(CORNER, 0), corner + QPointF(0, CORNER)]
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(look.danger))
            painter.drawPolygon(QPolygonF(shape))

    def helpEvent(
        self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index
    ) -> bool:
        """The reason of a fault; else a text that was cut."""
        fault = self._model.fault(index) if index.isValid() else ""
        if event.type() != QEvent.Type.ToolTip or not fault:
            return super().helpEvent(event, view, option, index)
        QToolTip.showText(event.globalPos(), fault, view)
        return True


class SheetTable(QTableView):
    """The view of a ``SheetModel``."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sheet_model = SheetModel(self)
        self._cells = _SheetDelegate(self.sheet_model, self)
        self._empty = ""
        self.setModel(self.sheet_model)
        self.setItemDelegate(self._cells)
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAlternatingRowColors(True)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setMinimumSectionSize(NARROWEST)
        self.horizontalHeader().setStretchLastSection(True)
        numbers = self.verticalHeader()
        numbers.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        numbers.setDefaultSectionSize(ROW_HEIGHT)
        numbers.setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        numbers.setHighlightSections(False)
        numbers.setStyleSheet(f"QHeaderView::section {{ border: none; padding: 0 {theme.CELL_PADDING}px; }}")

    def show_sheet(
        self,
        sheet: Sheet | None,
        places: Sequence[int],
        verdicts: Mapping[int, Verdict] | None = None,
        marks: Mapping[tuple[int, int], str] | None = None,
    ) -> None:
        """Show rows, see ``SheetModel.show_sheet``; the columns keep their widths if they are the same."""
        before = [column.title for column in self.sheet_model.columns]
        self.sheet_model.show_sheet(sheet, places, verdicts, marks)
        self._cells.wear()
        if before != [column.title for column in self.sheet_model.columns]:
            self._measure()

    def go_to(self, place: int, column: int) -> bool:
        """Go to a cell of the sheet by its places; False where its row is not shown."""
        row = self.sheet_model.row_at(place)
        if row >= 0:
            index = self.sheet_model.index(row, column + self.sheet_model.before)
            self.setCurrentIndex(index)
            self.scrollTo(index, self.ScrollHint.PositionAtCenter)
        return row >= 0

    def set_empty_text(self, text: str) -> None:
        """Say *text* where there are no rows."""
        self._empty = text
        self.setAccessibleDescription(text)
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The rows, or the words that say why there are none."""
        super().paintEvent(event)
        if self._empty and not self.sheet_model.rowCount():
            painter = QPainter(self.viewport())
            painter.setPen(QColor(theme.current().text_muted))
            painter.drawText(self.viewport().rect(), int(Qt.AlignmentFlag.AlignCenter), self._empty)
            painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+C copies the marked cells."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_selection()
        else:
            super().keyPressEvent(event)

    def copy_selection(self) -> None:
        """Put the marked cells on the clipboard as TSV and HTML."""
        spans = self.selectionModel().selection()
        if spans.count():
            span, model = spans.at(0), self.sheet_model
            across = range(span.left(), span.right() + 1)
            rows = [
                tuple(model.cell_at(model.index(row, column)) for column in across)
                for row in range(span.top(), span.bottom() + 1)
            ]
            copy_rows(model.columns[span.left() : span.right() + 1], range(len(across)), rows)

    def _measure(self) -> None:
        """Widths by the header and the first rows."""
        model = self.sheet_model
        head = QFontMetrics(self.font())
        for section, column in enumerate(model.columns):
            said = str(model.headerData(section, Qt.Orientation.Horizontal))
            wished = [head.horizontalAdvance(said) + 2 * theme.CELL_PADDING + 12]
            wished += [
                self._cells.wished_width(self.font(), model.cell_at(model.index(row, section))) + 4
                for row in range(min(MEASURED, model.rowCount()))
            ]
            least = column.width if column is RESULT else NARROWEST
            self.setColumnWidth(section, min(max(least, *wished), WIDEST))
