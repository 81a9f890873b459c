"""The load as a grid: a row for each work centre, a heat cell for each week or day."""

from __future__ import annotations

from collections.abc import Collection
from typing import cast

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from factory_erp.i18n import _
from factory_erp.services.load.centres import LoadCell, LoadRow, LoadView
from factory_erp.services.load.parts import Layer
from factory_erp.ui.board import load_words, words
from factory_erp.ui.kit import theme
from factory_erp.ui.kit.gantt_inks import mixed
from factory_erp.ui.kit.theme import Theme

Index = QModelIndex | QPersistentModelIndex

TOTALS = 2
"""Columns before those of the periods: load and capacity of all of them."""

CELL_WIDTH, TOTAL_WIDTH, ROW_HEIGHT = 76, 80, 34
HEAD_WIDTH = 216
BUSY = 85
"""Per cent from which a centre has little room left: machines stand still at times."""

_NO_PARENT = QModelIndex()


class LoadModel(QAbstractTableModel):
    """What ``services.load.centres`` found, of the chosen layers."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.view: LoadView | None = None
        self.cells: list[list[LoadCell]] = []
        self.layers: frozenset[Layer] = frozenset(Layer)

    def show(self, view: LoadView | None, layers: Collection[Layer]) -> None:
        """Show the *layers* of *view*."""
        self.beginResetModel()
        self.view, self.layers = view, frozenset(layers)
        rows = view.centres if view else ()
        self.cells = [[load_words.narrowed(cell, self.layers) for cell in row.cells] for row in rows]
        self.endResetModel()

    def centre(self, row: int) -> LoadRow:
        """The centre of a row."""
        assert self.view is not None
        return self.view.centres[row]

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        """Number of centres."""
        return 0 if parent.isValid() else len(self.cells)

    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        """The totals, and the periods."""
        return 0 if parent.isValid() or self.view is None else TOTALS + len(self.view.starts)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Text of a cell, its tooltip, and what a screen reader says of it."""
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(index)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._whole(index)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def _text(self, index: Index) -> str:
        cells, column = self.cells[index.row()], index.column()
        if column >= TOTALS:
            return load_words.percent(cells[column - TOTALS])
        return load_words.hours(sum(cell.capacity if column else cell.load for cell in cells))

    def _whole(self, index: Index) -> str:
        assert self.view is not None
        if index.column() < TOTALS:
            title = self.headerData(index.column(), Qt.Orientation.Horizontal)
            return f"{self.centre(index.row()).code}: {title} {self._text(index)}"
        place = index.column() - TOTALS
        return load_words.cell_text(
            self.centre(index.row()), self.cells[index.row()][place], self.view.starts[place], self.view.by
        )

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Centres at the left, periods on top."""
        if self.view is None or section < 0:
            return None
        if orientation == Qt.Orientation.Vertical:
            return self._centre_head(section, role)
        if role == Qt.ItemDataRole.DisplayRole:
            return self._head(section)
        if role == Qt.ItemDataRole.ToolTipRole and section >= TOTALS:
            return load_words.whole_period(self.view.starts[section - TOTALS], self.view.by)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def _head(self, section: int) -> str:
        assert self.view is not None
        if section < TOTALS:
            return _("Capacity") if section else _("Load")
        return load_words.period(self.view.starts[section - TOTALS])

    def _centre_head(self, row: int, role: int) -> object:
        centre = self.centre(row)
        name = words.either(centre.name_en, centre.name_zh)
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{centre.code}  {name}" if name else centre.code
        if role == Qt.ItemDataRole.ToolTipRole:
            machines = _("{count} machines", count=centre.machines)
            return f"{centre.code} · {name} · {machines}"
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        return None


class _HeatDelegate(QStyledItemDelegate):
    """A ground as warm as the load; the figures, and a mark beyond 100 %, say the same."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one cell."""
        model = cast("LoadModel", index.model())
        look, rect = theme.current(), option.rect
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        ink = QColor(look.text)
        if index.column() >= TOTALS:
            cell = model.cells[index.row()][index.column() - TOTALS]
            painter.fillRect(rect.adjusted(1, 1, -1, -1), heat(cell, look))
            if not cell.load:
                ink = QColor(look.text_muted)
            elif load_words.is_over(cell):
                ink = QColor(look.danger)
        painter.setPen(ink)
        painter.drawText(
            rect.adjusted(6, 0, -8, 0),
            int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter),
            str(index.data()),
        )
        if chosen:
            painter.setPen(QColor(look.accent))
            painter.drawRect(rect.adjusted(0, 0, -1, -1))
            painter.drawRect(rect.adjusted(1, 1, -2, -2))


def heat(cell: LoadCell, look: Theme) -> QColor:
    """Ground of a cell: from nothing over blue and amber to red."""
    filled = cell.percent
    if filled is None or filled > 100:
        return mixed(look.surface, look.danger, 0.22)
    if filled >= BUSY:
        return mixed(look.surface, look.warning, 0.22)
    return mixed(look.surface, look.accent, 0.28 * filled / 100)


class LoadGrid(QTableView):
    """Cells one walks by mouse or arrow keys; ``chosen`` comes with another one, ``entered`` on Enter."""

    chosen = Signal()
    entered_cell = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.loads = LoadModel(self)
        self.setModel(self.loads)
        self.setItemDelegate(_HeatDelegate(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setAccessibleName(_("Load by work centre"))
        heads, centres = self.horizontalHeader(), self.verticalHeader()
        heads.setSectionsClickable(False)
        heads.setHighlightSections(False)
        heads.setMinimumHeight(ROW_HEIGHT)
        centres.setFixedWidth(HEAD_WIDTH)
        centres.setDefaultSectionSize(ROW_HEIGHT)
        # The style sheet's room above and below is for heads of columns, which are higher.
        centres.setStyleSheet("QHeaderView::section { padding: 0 8px; }")
        centres.setTextElideMode(Qt.TextElideMode.ElideRight)
        centres.setSectionsClickable(False)
        self.selectionModel().currentChanged.connect(lambda *_indexes: self.chosen.emit())
        self.doubleClicked.connect(lambda _index: self.entered_cell.emit())

    def show_load(self, view: LoadView | None, layers: Collection[Layer]) -> None:
        """Show other figures; the centre and the period that are chosen stay so."""
        before = self.place()
        scrolled = self.horizontalScrollBar().value()
        self.loads.show(view, layers)
        for column in range(self.loads.columnCount()):
            self.setColumnWidth(column, TOTAL_WIDTH if column < TOTALS else CELL_WIDTH)
        if self.loads.rowCount():
            row, column = before if before is not None else (0, 0)
            self.go_to(min(row, self.loads.rowCount() - 1), column)
        self.horizontalScrollBar().setValue(scrolled)

    def place(self) -> tuple[int, int] | None:
        """Row and period of the cell that is chosen (a total counts as the first period); None for none."""
        index = self.currentIndex()
        return (index.row(), max(0, index.column() - TOTALS)) if index.isValid() else None

    def go_to(self, row: int, period: int) -> None:
        """Choose a cell."""
        last = self.loads.columnCount() - 1
        self.setCurrentIndex(self.loads.index(row, min(period + TOTALS, last)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter leads to what loads the cell."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.entered_cell.emit()
        else:
            super().keyPressEvent(event)
