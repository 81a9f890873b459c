"""The tree of a bill as Qt sees it: own lines that change by splices, and what hangs beneath them.

An index of an own line carries 0; of a line beneath it the number under which its place is remembered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject

from factory_erp.services.engineering.bills import BillLineView
from factory_erp.ui.catalog.bill_columns import KEY, NARROWEST, PHANTOM
from factory_erp.ui.catalog.bill_parts import DEEPEST, Part, Parts
from factory_erp.ui.kit.grid_cells import GridRow, RowMaker
from factory_erp.ui.kit.table_model import Index

_NO_PARENT = QModelIndex()


@dataclass(frozen=True, slots=True)
class Place:
    """A line beneath another: the key of the top line, the number above it (0: the top line), its row."""

    key: int
    above: int
    row: int
    line: BillLineView
    output: Decimal
    level: int


class BillStructure(QAbstractItemModel):
    """Own lines (``rows``) and, beneath each, the lines of its component's bill, down to what is bought."""

    def __init__(self, maker: RowMaker, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.maker = maker
        shown = (column.as_column() for column in maker.columns)
        self.columns = [replace(one, narrowest=NARROWEST.get(one.key, 0)) for one in shown]
        self.rows: list[GridRow] = []
        self.parts: dict[int, Part] = {}
        self._counts: dict[int, int] = {}
        self._places: list[Place] = []
        self._numbers: dict[tuple[int, int, int, int], int] = {}
        self._row_of_key: dict[int, int] = {}

    # rows

    def set_rows(self, rows: Sequence[GridRow], parts: Parts) -> None:
        """Show other lines over *parts*."""
        self.beginResetModel()
        self.rows, self.parts = list(rows), dict(parts)
        self._places, self._numbers = [], {}
        self._counts = {_key(row): len(self._below_row(row)) for row in rows}
        self._note_order()
        self.endResetModel()

    def learn(self, parts: Parts) -> None:
        """Take in *parts* that were read for components just chosen."""
        self.parts |= {item_id: part for item_id, part in parts.items() if item_id not in self.parts}
        for at, row in enumerate(self.rows):
            if self._counts[_key(row)] != len(self._below_row(row)):
                self._fold(at)
                self._unfold(at)
        self.tell_all()

    def tell_all(self) -> None:
        """Output, quantity or stock is another: every figure that follows from them may be."""
        if self.rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.rows) - 1, len(self.columns) - 1))

    def splice(self, at: int, count: int, rows: Sequence[GridRow]) -> None:
        """Put *rows* in the place of the *count* rows from *at*; a line that moved keeps what is unfolded."""
        before = self.rows[at : at + count]
        if count > 1 and count == len(rows) and list(rows) == [*before[1:], before[0]]:
            self._move(at, at + count)
        elif count > 1 and count == len(rows) and list(rows) == [before[-1], *before[:-1]]:
            self._move(at + count - 1, at)
        else:
            self._exchange(at, before, rows)
        self._note_order()

    def _move(self, source: int, target: int) -> None:
        self.beginMoveRows(_NO_PARENT, source, source, _NO_PARENT, target)
        row = self.rows.pop(source)
        self.rows.insert(target - (target > source), row)
        self._note_order()
        self.endMoveRows()

    def _exchange(self, at: int, before: Sequence[GridRow], rows: Sequence[GridRow]) -> None:
        common = min(len(before), len(rows))
        for place in range(common):
            if before[place] is not rows[place]:
                self._replace(at + place, rows[place])
        if len(rows) > common:
            self.beginInsertRows(_NO_PARENT, at + common, at + len(rows) - 1)
            self.rows[at + common : at + common] = rows[common:]
            self._counts |= {_key(row): len(self._below_row(row)) for row in rows[common:]}
            self._note_order()
            self.endInsertRows()
        elif len(before) > common:
            self.beginRemoveRows(_NO_PARENT, at + common, at + len(before) - 1)
            del self.rows[at + common : at + len(before)]
            self._note_order()
            self.endRemoveRows()

    def _replace(self, at: int, row: GridRow) -> None:
        """Put *row* at *at*; what hangs beneath goes and comes only where it is something else."""
        old = self.rows[at]
        same = _key(old) == _key(row) and self._below_row(old) == self._below_row(row)
        if not same:
            self._fold(at)
        self.rows[at] = row
        self._counts.setdefault(_key(row), 0)
        self._note_order()
        if not same:
            self._counts[_key(row)] = 0
            self._unfold(at)
        self.dataChanged.emit(self.index(at, 0), self.index(at, len(self.columns) - 1))

    def _fold(self, at: int) -> None:
        key = _key(self.rows[at])
        if count := self._counts[key]:
            self.beginRemoveRows(self.index(at, 0), 0, count - 1)
            self._counts[key] = 0
            self.endRemoveRows()

    def _unfold(self, at: int) -> None:
        key = _key(self.rows[at])
        if count := len(self._below_row(self.rows[at])):
            self.beginInsertRows(self.index(at, 0), 0, count - 1)
            self._counts[key] = count
            self.endInsertRows()

    def _note_order(self) -> None:
        self._row_of_key = {_key(row): place for place, row in enumerate(self.rows)}

    # places

    def is_line(self, index: Index) -> bool:
        """Whether *index* is one of the bill's own lines."""
        return index.isValid() and index.internalId() == 0

    def place_of(self, index: Index) -> Place:
        """Where a line beneath another stands."""
        return self._places[index.internalId() - 1]

    def top_row(self, index: Index) -> int:
        """Row of the own line that *index* is, or hangs beneath; -1 for no index."""
        if not index.isValid() or index.internalId() == 0:
            return index.row()
        return self._row_of_key[self.place_of(index).key]

    def item_at(self, index: Index) -> int | None:
        """Id of the component at *index*, None where none is chosen."""
        if self.is_line(index):
            value = self.rows[index.row()].cells[0].value
            return value if isinstance(value, int) else None
        return self.place_of(index).line.component_id if index.isValid() else None

    def _below_row(self, row: GridRow) -> tuple[BillLineView, ...]:
        values = self.maker.values(row)
        part = self.parts.get(values["component"]) if isinstance(values["component"], int) else None
        return part.below(phantom=values["kind"] == PHANTOM) if part is not None else ()

    def _below(self, index: Index) -> tuple[BillLineView, ...]:
        """The lines beneath *index*."""
        if self.is_line(index):
            return self._below_row(self.rows[index.row()])
        place = self.place_of(index)
        part = self.parts.get(place.line.component_id)
        deep = part is None or place.level >= DEEPEST
        return () if deep or part is None else part.below(phantom=place.line.phantom)

    # Qt

    def index(self, row: int, column: int, parent: Index = _NO_PARENT) -> QModelIndex:
        """Index of the *row*-th line beneath *parent*."""
        if not (0 <= column < len(self.columns) and 0 <= row < self.rowCount(parent)):
            return QModelIndex()
        return self.createIndex(row, column, self._number(parent, row) if parent.isValid() else 0)

    def _number(self, parent: Index, row: int) -> int:
        """The number of a line beneath *parent*; the same as long as it is the same line there."""
        above = parent.internalId()
        key = _key(self.rows[parent.row()]) if not above else self._places[above - 1].key
        item = self.item_at(parent) or 0
        found = self._numbers.get((key, above, item, row))
        if found is None:
            bill = self.parts[item].bill
            assert bill is not None
            level = 2 if not above else self._places[above - 1].level + 1
            self._places.append(Place(key, above, row, bill.lines[row], bill.output, level))
            found = self._numbers[key, above, item, row] = len(self._places)
        return found

    def parent(self, index: Index = _NO_PARENT) -> QModelIndex:  # type: ignore[override]
        """Index of the line above."""
        if not index.isValid() or index.internalId() == 0:
            return QModelIndex()
        place = self.place_of(index)
        if place.above:
            return self.createIndex(self._places[place.above - 1].row, 0, place.above)
        row = self._row_of_key.get(place.key)  # none while its line is being taken out
        return QModelIndex() if row is None else self.createIndex(row, 0, 0)

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        """Number of lines beneath."""
        if not parent.isValid():
            return len(self.rows)
        if parent.column() > 0:
            return 0
        if parent.internalId() == 0:
            return self._counts.get(_key(self.rows[parent.row()]), 0)
        return len(self._below(parent))

    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        """Number of columns."""
        return len(self.columns)


def _key(row: GridRow) -> int:
    """The number by which the tree knows a line again."""
    key = row.rest[KEY]
    assert isinstance(key, int)
    return key
