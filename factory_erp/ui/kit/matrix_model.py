"""The Qt model of a matrix: cells by row head, column head and page; some have no item behind them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QModelIndex, QObject, Qt, Signal

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import _
from factory_erp.ui.kit.grid_cells import EMPTY, GridCell
from factory_erp.ui.kit.grid_model import CellModel, said
from factory_erp.ui.kit.rows import Column
from factory_erp.ui.kit.table_model import ACCESSIBLE, ALIGN_FLAGS, ALIGNMENT, DISPLAY, EDIT, TOOLTIP, Index

Key = tuple[Hashable, ...]
"""(row, column), or (page, row, column) where there are pages."""

_NO_PARENT = QModelIndex()
_TOTAL = "total"
_ONE_CELL = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemNeverHasChildren


@dataclass(frozen=True, slots=True)
class Head:
    """A row, column or page of a matrix: the key that its cells are known by, and its words, translated."""

    key: Hashable
    title: str
    detail: str = ""


class MatrixModel(CellModel):
    """``edited(cells by key)`` asks the grid to make an edit a step of undo.

    Without *read* nothing can be edited; *additive* adds a row and a column of totals.
    """

    edited = Signal(object)

    def __init__(
        self,
        read: Callable[[str], object] | None,
        show: Callable[[Any], str],
        width: int,
        *,
        additive: bool,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._read, self._show, self._width, self._additive = read, show, width, additive
        self.rows: Sequence[Head] = ()
        self.heads: Sequence[Head] = ()
        self.page: tuple[Hashable, ...] = ()
        self.columns: list[Column] = []
        self.cells: dict[Key, GridCell] = {}

    @property
    def edits(self) -> bool:
        """Whether cells take input at all."""
        return self._read is not None

    def set_matrix(self, rows: Sequence[Head], heads: Sequence[Head], cells: Mapping[Key, object]) -> None:
        """Other heads and cells; the page is none until ``set_page``."""
        self.beginResetModel()
        self.rows, self.heads, self.page = rows, heads, ()
        self.cells = {key: self.shown(value) for key, value in cells.items()}
        # The view holds on to this list.
        self.columns[:] = [
            Column(str(n), head.title, self._width, kind="number", sortable=False, tooltip=head.detail)
            for n, head in enumerate(heads)
        ]
        if self._additive:
            self.columns.append(Column(_TOTAL, _("Total"), self._width, kind="number", sortable=False))
        self.endResetModel()

    def set_page(self, key: Hashable) -> None:
        """Show the cells of another page."""
        self.beginResetModel()
        self.page = (key,)
        self.endResetModel()

    def shown(self, value: object) -> GridCell:
        """The cell that shows *value*."""
        return EMPTY if value is None else GridCell(self._show(value), value)

    def read(self, text: str) -> GridCell:
        """The cell that was given *text*; an unsound one keeps its text and says why."""
        if not text.strip() or self._read is None:
            return EMPTY
        try:
            return self.shown(self._read(text.strip()))
        except DomainError as error:
            return GridCell(text, None, str(error))

    def put(self, cells: Mapping[Key, GridCell]) -> None:
        """Show *cells* in place of those that were there."""
        self.cells.update(cells)
        self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, self.columnCount() - 1))

    def key_at(self, row: int, column: int) -> Key | None:
        """Key of a cell on this page, None in the row and column of totals."""
        if row >= len(self.rows) or column >= len(self.heads):
            return None
        return (*self.page, self.rows[row].key, self.heads[column].key)

    def cell_at(self, index: Index) -> GridCell | None:
        """The cell, or a total; None where there is no item."""
        row, column = index.row(), index.column()
        key = self.key_at(row, column)
        if key is not None:
            return self.cells.get(key)
        rows = self.rows if row >= len(self.rows) else self.rows[row : row + 1]
        heads = self.heads if column >= len(self.heads) else self.heads[column : column + 1]
        return self.shown(self._sum((*self.page, one.key, head.key) for one in rows for head in heads))

    def _sum(self, keys: Iterable[Key]) -> object:
        """Sum of the sound cells among *keys*, None if there are none."""
        values = [cell.value for key in keys if (cell := self.cells.get(key)) and cell.value is not None]
        return sum(values[1:], values[0]) if values else None  # type: ignore[call-overload]

    def is_open(self, index: Index) -> bool:
        """Whether there is an item that takes input."""
        key = self.key_at(index.row(), index.column())
        return self._read is not None and key in self.cells

    def takes(self, row: int, column: int) -> bool:
        """``is_open`` by numbers; True nowhere outside the matrix."""
        return self.is_open(self.index(row, column))

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        """Rows, and the one of totals."""
        return 0 if parent.isValid() else len(self.rows) + (self._additive and bool(self.rows))

    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        """Columns, and the one of totals."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = DISPLAY) -> object:
        """Text of a cell, what is wrong with it, and where it stands."""
        if not index.isValid():
            return None
        return ALIGN_FLAGS["right"] if role == ALIGNMENT else said(self.cell_at(index), role)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> object:
        """Titles of columns and rows."""
        if role not in (DISPLAY, ACCESSIBLE, TOOLTIP) or section < 0:
            return None
        down = orientation == Qt.Orientation.Vertical
        heads = self.rows if down else self.heads
        if section >= len(heads):
            return _("Total") if section < (self.rowCount() if down else self.columnCount()) else None
        return heads[section].detail if role == TOOLTIP else heads[section].title

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Selectable, and editable where there is an item."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return _ONE_CELL | Qt.ItemFlag.ItemIsEditable if self.is_open(index) else _ONE_CELL

    def setData(self, index: Index, value: object, role: int = EDIT) -> bool:
        """Read an edited text; it stays in the cell, sound or not."""
        if role != EDIT or not index.isValid() or not self.is_open(index):
            return False
        key = self.key_at(index.row(), index.column())
        cell = self.read(str(value))
        if key is not None and cell != self.cells[key]:
            self.edited.emit({key: cell})
        return True
