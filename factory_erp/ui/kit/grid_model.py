"""The Qt model of a grid: rows that change by splices, each of them one step of undo."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QUndoCommand

from factory_erp.i18n import _
from factory_erp.ui.kit.choose import Choice, Search
from factory_erp.ui.kit.grid_cells import GridCell, GridRow, RowMaker
from factory_erp.ui.kit.table_model import (
    ACCESSIBLE,
    ALIGN_FLAGS,
    ALIGNMENT,
    DISPLAY,
    EDIT,
    TOOLTIP,
    Index,
    header_text,
)

DESCRIPTION = int(Qt.ItemDataRole.AccessibleDescriptionRole)
_NO_PARENT = QModelIndex()
_ONE_CELL = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemNeverHasChildren


class CellModel(QAbstractTableModel):
    """What the view and the delegate of a grid ask of its model, beside what Qt asks."""

    def cell_at(self, index: Index) -> GridCell | None:
        """The cell at *index*; None where there can be none (hatched)."""
        raise NotImplementedError

    def is_open(self, index: Index) -> bool:
        """Whether the cell takes text."""
        raise NotImplementedError

    def is_check(self, index: Index) -> bool:
        """Whether the cell is a box, with a tick or without."""
        return False

    def can_tick(self, index: Index) -> bool:
        """Whether the cell is a box that one may tick."""
        return False

    def finder(self, index: Index) -> Search | None:
        """The search behind the cell, where one chooses."""
        return None

    def choose(self, index: Index, choice: Choice) -> None:
        """Put the chosen record in the cell."""

    def toggle(self, index: Index) -> None:
        """Tick the box, or take its tick away."""


def said(cell: GridCell | None, role: int) -> object:
    """What *cell* says for one of Qt's roles of text."""
    if cell is None:
        return _("There is no item here.") if role in (TOOLTIP, DESCRIPTION) else None
    if role in (DISPLAY, EDIT, ACCESSIBLE):
        return cell.text
    if role == TOOLTIP:
        return cell.problem or None
    if role == DESCRIPTION:
        return _("Not right: {problem}", problem=cell.problem) if cell.problem else None
    return None


class GridModel(CellModel):
    """Rows of a grid.  ``edited(row, column, cell)`` asks the grid to make an edit a step of undo."""

    edited = Signal(int, int, object)

    def __init__(self, maker: RowMaker, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.maker = maker
        self.columns = [column.as_column() for column in maker.columns]
        self.rows: list[GridRow] = []
        self.read_only = False
        self._finders = [column.finder() for column in maker.columns]

    def set_rows(self, rows: Sequence[GridRow]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self.rows = list(rows)
        self.endResetModel()

    def splice(self, at: int, count: int, rows: Sequence[GridRow]) -> None:
        """Put *rows* in the place of the *count* rows from *at*; what is the same is left alone."""
        before = self.rows[at : at + count]
        head = 0
        while head < min(len(before), len(rows)) and before[head] is rows[head]:
            head += 1
        tail = 0
        while tail < min(len(before), len(rows)) - head and before[-1 - tail] is rows[-1 - tail]:
            tail += 1
        self._replace(at + head, len(before) - head - tail, rows[head : len(rows) - tail])

    def _replace(self, at: int, count: int, rows: Sequence[GridRow]) -> None:
        common = min(count, len(rows))
        self.rows[at : at + common] = rows[:common]
        if common:
            self.dataChanged.emit(self.index(at, 0), self.index(at + common - 1, len(self.columns) - 1))
        if len(rows) > common:
            self.beginInsertRows(_NO_PARENT, at + common, at + len(rows) - 1)
            self.rows[at + common : at + common] = rows[common:]
            self.endInsertRows()
        elif count > common:
            self.beginRemoveRows(_NO_PARENT, at + common, at + count - 1)
            del self.rows[at + common : at + count]
            self.endRemoveRows()

    def cell_at(self, index: Index) -> GridCell:
        """The cell at *index*."""
        return self.rows[index.row()].cells[index.column()]

    def is_open(self, index: Index) -> bool:
        """Whether the cells of the column take text."""
        column = self.maker.columns[index.column()]
        return not (self.read_only or column.read_only or column.kind == "check")

    def is_check(self, index: Index) -> bool:
        """Whether the column holds boxes to tick."""
        return self.maker.columns[index.column()].kind == "check"

    def can_tick(self, index: Index) -> bool:
        """Whether the column holds boxes that one may tick."""
        shut = self.read_only or self.maker.columns[index.column()].read_only
        return self.is_check(index) and not shut

    def finder(self, index: Index) -> Search | None:
        """The search behind the column, where one chooses."""
        return self._finders[index.column()]

    def choose(self, index: Index, choice: Choice) -> None:
        """Put the chosen record in the cell."""
        self.edited.emit(index.row(), index.column(), GridCell(choice.text, choice.key))

    def toggle(self, index: Index) -> None:
        """Tick the box, or take its tick away."""
        value = not self.cell_at(index).value
        self.edited.emit(index.row(), index.column(), self.maker.shown(index.column(), value))

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        """Number of rows."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        """Number of columns."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = DISPLAY) -> object:
        """Text of a cell, what is wrong with it, and where it stands."""
        if not index.isValid():
            return None
        if role == ALIGNMENT:
            return ALIGN_FLAGS[self.columns[index.column()].side]
        row = self.rows[index.row()]
        cell = row.cells[index.column()]
        # Nobody has written in a fresh row: what it still lacks is no mistake yet.
        return said(GridCell(cell.text, cell.value) if row.fresh else cell, role)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> object:
        """Titles of the columns, numbers of the rows."""
        if orientation == Qt.Orientation.Vertical:
            return str(section + 1) if role == DISPLAY else None
        return header_text(self.columns[section], role) if 0 <= section < len(self.columns) else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Selectable, and editable where the column is."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return _ONE_CELL | Qt.ItemFlag.ItemIsEditable if self.is_open(index) else _ONE_CELL

    def setData(self, index: Index, value: object, role: int = EDIT) -> bool:
        """Read an edited text; it stays in the cell, sound or not."""
        if role != EDIT or not index.isValid():
            return False
        if str(value) != self.cell_at(index).text:
            self.edited.emit(index.row(), index.column(), self.maker.read(index.column(), str(value)))
        return True


class Splice(QUndoCommand):
    """Rows *before*, from *at* on, became rows *after*; *column* is where to look for the change."""

    def __init__(
        self,
        grid: SplicedGrid,
        text: str,
        at: int,
        before: Sequence[GridRow],
        after: Sequence[GridRow],
        place: tuple[int, int],
    ) -> None:
        super().__init__(text)
        self._grid, self._at, self._before, self._after = grid, at, list(before), list(after)
        self._place = place
        self._fresh = True

    def redo(self) -> None:
        """Make the change."""
        self._grid.put(self._at, len(self._before), self._after, None if self._fresh else self._place)
        self._fresh = False

    def undo(self) -> None:
        """Take it back, and go to where it was."""
        self._grid.put(self._at, len(self._after), self._before, self._place)


class SplicedGrid(Protocol):
    """The grid whose rows a ``Splice`` exchanges."""

    def put(self, at: int, count: int, rows: Sequence[GridRow], place: tuple[int, int] | None) -> None:
        """Exchange *count* rows from *at*; go to *place* (row, column) unless it is None."""
