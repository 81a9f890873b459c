"""A tree with the look of the tables: bills of materials, where-used, pegging."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPointF, QRect, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QKeySequence, QPainter, QPen, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QTreeView, QWidget

from factory_erp.ui.kit import theme
from factory_erp.ui.kit.delegates import MARK_WIDTH, CellDelegate
from factory_erp.ui.kit.rows import Cell, Column, Row, text_of
from factory_erp.ui.kit.table_header import ColumnHeader, ColumnLayout, State
from factory_erp.ui.kit.table_model import ACCESSIBLE, ALIGN_FLAGS, ALIGNMENT, DISPLAY, Index, header_text
from factory_erp.ui.kit.table_view import copy_rows

Path = tuple[Hashable, ...]
"""Keys from the root to a node: the same part may stand in a bill more than once."""

_NO_PARENT = QModelIndex()


@dataclass(frozen=True, slots=True)
class TreeNode:
    """One line of a tree: its key (unique among its siblings), its cells, and the lines below it."""

    key: Hashable
    cells: Row
    children: tuple[TreeNode, ...] = ()


@dataclass(frozen=True, slots=True)
class _Place:
    """A node laid out in a flat list: where its parent is and which child it is."""

    node: TreeNode
    parent: int
    row: int
    path: Path
    children: list[int]


class TreeNodeModel(QAbstractItemModel):
    """Frozen nodes, numbered; an index carries its node's number (a Python object would not stay alive)."""

    def __init__(self, columns: Sequence[Column], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._places: list[_Place] = []
        self._roots: list[int] = []

    def set_nodes(self, roots: Sequence[TreeNode]) -> None:
        """Show other nodes."""
        self.beginResetModel()
        self._places = []
        self._roots = [self._add(node, -1, row, ()) for row, node in enumerate(roots)]
        self.endResetModel()

    def _add(self, node: TreeNode, parent: int, row: int, above: Path) -> int:
        number = len(self._places)
        place = _Place(node, parent, row, (*above, node.key), [])
        self._places.append(place)
        place.children.extend(
            self._add(child, number, n, place.path) for n, child in enumerate(node.children)
        )
        return number

    def node_at(self, index: Index) -> TreeNode:
        """The node at *index*."""
        return self._places[index.internalId()].node

    def path_at(self, index: Index) -> Path:
        """Keys from the root to the node at *index*."""
        return self._places[index.internalId()].path

    def cell_at(self, index: Index) -> Cell:
        """The cell at *index*; blank where a node has fewer cells than the tree has columns."""
        cells = self.node_at(index).cells
        return cells[index.column()] if index.column() < len(cells) else ""

    def indexes(self) -> Iterator[QModelIndex]:
        """The first column of every node, parents before children."""
        for number, place in enumerate(self._places):
            yield self.createIndex(place.row, 0, number)

    def _below(self, parent: Index) -> list[int]:
        return self._places[parent.internalId()].children if parent.isValid() else self._roots

    def index(self, row: int, column: int, parent: Index = _NO_PARENT) -> QModelIndex:
        """Index of the *row*-th child."""
        below = self._below(parent)
        if 0 <= row < len(below) and 0 <= column < len(self.columns):
            return self.createIndex(row, column, below[row])
        return QModelIndex()

    def parent(self, index: Index = _NO_PARENT) -> QModelIndex:  # type: ignore[override]
        """Index of the node above."""
        number = self._places[index.internalId()].parent if index.isValid() else -1
        return self.createIndex(self._places[number].row, 0, number) if number >= 0 else QModelIndex()

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        """Number of children."""
        return len(self._below(parent)) if parent.column() <= 0 else 0

    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        """Number of columns."""
        return len(self.columns)

    def data(self, index: Index, role: int = DISPLAY) -> object:
        """Text of a cell for display and for a screen reader."""
        if role in (DISPLAY, ACCESSIBLE):
            return text_of(self.cell_at(index)) if index.isValid() else None
        if role == ALIGNMENT:
            return ALIGN_FLAGS[self.columns[index.column()].side]
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> object:
        """Title, tooltip and alignment of a column."""
        if orientation == Qt.Orientation.Horizontal and 0 <= section < len(self.columns):
            return header_text(self.columns[section], role)
        return None


class BillTree(QTreeView):
    """A tree of ``TreeNode``; what is open and what is current survive ``set_nodes``."""

    opened = Signal(object)
    """Key of the node to open: Enter or double click."""
    current_changed = Signal(object)
    """Key of the current node, or None."""

    def __init__(self, columns: Sequence[Column], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.nodes = TreeNodeModel(columns, self)
        header = ColumnHeader(self.nodes.columns, self)
        header.setSectionsClickable(False)
        self.setHeader(header)
        self.layout_of_columns = ColumnLayout(header, self.nodes.columns, self.viewport())
        self.setModel(self.nodes)
        self.setItemDelegate(CellDelegate(self.nodes.columns, self.nodes.cell_at, self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAlternatingRowColors(True)
        self.setUniformRowHeights(True)
        self.setIndentation(22)
        self.setExpandsOnDoubleClick(False)
        self.setAllColumnsShowFocus(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.selectionModel().currentRowChanged.connect(self._note_current)
        self.doubleClicked.connect(self._open)

    def set_nodes(self, roots: Sequence[TreeNode], *, depth: int = 1) -> None:
        """Show *roots*, open down to *depth* levels where a node was not there before."""
        before = {self.nodes.path_at(index): self.isExpanded(index) for index in self.nodes.indexes()}
        current = self.nodes.path_at(self.currentIndex()) if self.currentIndex().isValid() else None
        self.nodes.set_nodes(roots)
        for index in self.nodes.indexes():
            path = self.nodes.path_at(index)
            self.setExpanded(index, before.get(path, len(path) <= depth))
            if path == current:
                self.setCurrentIndex(index)
        if current is not None and not self.currentIndex().isValid():
            self.current_changed.emit(None)

    def current_key(self) -> Hashable | None:
        """Key of the current node, None where there is none."""
        return self.nodes.node_at(self.currentIndex()).key if self.currentIndex().isValid() else None

    def current_path(self) -> Path:
        """Keys from the root to the current node, empty where there is none."""
        return self.nodes.path_at(self.currentIndex()) if self.currentIndex().isValid() else ()

    def column_state(self) -> State:
        """Columns as the user set them, fit for JSON."""
        return self.layout_of_columns.state()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens the record, Ctrl+C copies the line."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self._copy()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self._open(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The columns follow the width."""
        super().resizeEvent(event)
        self.layout_of_columns.refit()

    def drawBranches(self, painter: QPainter, rect: QRect, index: Index) -> None:
        """The ground of a selected row reaches its left edge; an angle where there is something to open."""
        look = theme.current()
        if self.selectionModel().isSelected(index):
            painter.fillRect(rect, QColor(look.accent_soft))
            painter.fillRect(rect.x(), rect.y(), MARK_WIDTH, rect.height(), QColor(look.accent))
        if not self.nodes.rowCount(index):
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(look.text_muted), 1.6))
        middle = QPointF(rect.right() - self.indentation() / 2 + 3, rect.center().y() + 0.5)
        shape = [(-4, -2), (0, 2), (4, -2)] if self.isExpanded(index) else [(-2, -4), (2, 0), (-2, 4)]
        painter.drawPolyline(QPolygonF([middle + QPointF(x, y) for x, y in shape]))
        painter.restore()

    def _copy(self) -> None:
        indexes = self.selectionModel().selectedRows()
        count = len(self.nodes.columns)
        rows = [
            tuple(self.nodes.cell_at(index.siblingAtColumn(n)) for n in range(count)) for index in indexes
        ]
        if rows:
            copy_rows(self.nodes.columns, self.layout_of_columns.visible(), rows)

    def _open(self, index: QModelIndex) -> None:
        self.opened.emit(self.nodes.node_at(index).key)

    def _note_current(self, current: QModelIndex, previous: QModelIndex) -> None:
        self.current_changed.emit(self.nodes.node_at(current).key if current.isValid() else None)
