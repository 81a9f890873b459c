"""The model of a list of a million rows: ids in an array, rows fetched a page at a time.

Roles are compared as ints: ``Qt.ItemDataRole`` members are Python enums, and comparing those doubles the
time of a frame.
"""

from __future__ import annotations

import logging
from array import array
from collections import OrderedDict
from collections.abc import Collection, Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from factory_erp.i18n import _
from factory_erp.ui.kit.rows import Cell, Column, Row, RowSource, text_of

Index = QModelIndex | QPersistentModelIndex

DISPLAY = int(Qt.ItemDataRole.DisplayRole)
EDIT = int(Qt.ItemDataRole.EditRole)
TOOLTIP = int(Qt.ItemDataRole.ToolTipRole)
ALIGNMENT = int(Qt.ItemDataRole.TextAlignmentRole)
ACCESSIBLE = int(Qt.ItemDataRole.AccessibleTextRole)

ALIGN_FLAGS = {
    "left": int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter),
    "right": int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter),
    "centre": int(Qt.AlignmentFlag.AlignCenter),
}

PAGE_SHIFT = 7
PAGE_ROWS = 1 << PAGE_SHIFT
"""Rows fetched at once: more than a screen shows, and one indexed query."""

PAGES_KEPT = 64
"""Pages in the cache: some 8,000 rows, so that paging back and forth asks nothing again."""

_NO_PARENT = QModelIndex()
_log = logging.getLogger(__name__)


def header_text(column: Column, role: int) -> object:
    """What a column says in its header for *role* (an int), translated now; None for other roles."""
    if role in (DISPLAY, ACCESSIBLE):
        return _(column.title)
    if role == TOOLTIP:
        return _(column.tooltip or column.title)
    if role == ALIGNMENT:
        return ALIGN_FLAGS[column.side]
    return None


class RecordTableModel(QAbstractTableModel):
    """Rows of a ``RowSource`` in the order of an array of ids.

    Only pages that are looked at are fetched, synchronously (about a millisecond each).
    """

    def __init__(self, source: RowSource, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns: Sequence[Column] = tuple(source.columns)
        self._source = source
        self._ids: array[int] = array("q")
        self._pages: OrderedDict[int, list[Row]] = OrderedDict()
        self._newest = -1

    # ids

    @property
    def ids(self) -> array[int]:
        """The ids in the order shown; not to be changed."""
        return self._ids

    def set_ids(self, ids: array[int]) -> None:
        """Show *ids* (``array('q')``) instead; all rows are fetched anew."""
        self.beginResetModel()
        self._ids = ids
        self._forget_pages()
        self.endResetModel()

    def id_at(self, row: int) -> int | None:
        """Id of the record in *row*, None beyond the end."""
        return self._ids[row] if 0 <= row < len(self._ids) else None

    def row_of(self, record: int) -> int | None:
        """Row of the record with this id, None where it is not listed (30 ms in a million)."""
        try:
            return self._ids.index(record)
        except ValueError:
            return None

    def rows_of(self, records: Collection[int]) -> list[int]:
        """Rows of those of *records* that are listed, ascending, in one pass."""
        if len(records) == 1:
            row = self.row_of(next(iter(records)))
            return [] if row is None else [row]
        wanted = set(records)
        return [row for row, record in enumerate(self._ids) if record in wanted] if wanted else []

    def invalidate(self, ids: Collection[int] | None = None) -> None:
        """Fetch the rows of *ids* (None: all) again when they are next painted.

        Ids, selection and scroll position stay as they are.
        """
        if ids is None:
            self._forget_pages()
        else:
            self._forget_pages_with(ids)
        if self._ids:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._ids) - 1, len(self.columns) - 1))

    def _forget_pages(self) -> None:
        self._pages.clear()
        self._newest = -1

    def _forget_pages_with(self, ids: Collection[int]) -> None:
        wanted = set(ids)
        for number in list(self._pages):
            start = number << PAGE_SHIFT
            if not wanted.isdisjoint(self._ids[start : start + PAGE_ROWS]):
                del self._pages[number]
        self._newest = -1

    # rows

    def row(self, row: int) -> Row:
        """The display cells of *row*, from the cache or the source."""
        number = row >> PAGE_SHIFT
        page = self._pages.get(number)
        if page is None:
            page = self._fetch(number)
        elif number != self._newest:
            self._pages.move_to_end(number)
            self._newest = number
        return page[row & (PAGE_ROWS - 1)]

    def cell_at(self, index: Index) -> Cell:
        """The cell at *index*, for the delegate: quicker than a trip through ``data``."""
        return self.row(index.row())[index.column()]

    def read(self, rows: Sequence[int]) -> list[Row]:
        """The display cells of *rows*, past the cache, for copying."""
        found: list[Row] = []
        for start in range(0, len(rows), 500):
            found += self._ask([self._ids[row] for row in rows[start : start + 500]])
        return found

    def _fetch(self, number: int) -> list[Row]:
        start = number << PAGE_SHIFT
        page = self._ask(self._ids[start : start + PAGE_ROWS])
        self._pages[number] = page
        self._newest = number
        if len(self._pages) > PAGES_KEPT:
            self._pages.popitem(last=False)
        return page

    def _ask(self, ids: Sequence[int]) -> list[Row]:
        """Rows of *ids*; blank where the source fails, because painting has nobody to raise to."""
        try:
            rows = list(self._source.rows(ids))
        except Exception:
            _log.exception("Rows could not be read.")
            rows = []
        blank: Row = ("",) * len(self.columns)
        return rows + [blank] * (len(ids) - len(rows))

    # Qt

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        """Number of ids."""
        return 0 if parent.isValid() else len(self._ids)

    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        """Number of columns."""
        return 0 if parent.isValid() else len(self.columns)

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
