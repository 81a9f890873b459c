"""The model of a table as it was read: the file's own cells, row numbers and headers, and the faults."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt

from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.figures import parse_decimal
from factory_erp.i18n import N_, _
from factory_erp.services.exchange.kind import Verdict
from factory_erp.sheets.table import Sheet
from factory_erp.ui.exchange import words
from factory_erp.ui.kit.rows import Cell, Column, Kind, PillCell, text_of
from factory_erp.ui.kit.table_model import ACCESSIBLE, ALIGN_FLAGS, ALIGNMENT, DISPLAY, TOOLTIP, Index

MEASURED = 60
"""Rows that a column's width and side are taken from."""

RESULT = Column("result", N_("Result"), 104, kind="pill")
REJECTED = (N_("Rejected"), "danger")
LEFT_OUT = (N_("Left out"), "neutral")
_NO_PARENT = QModelIndex()


class SheetModel(QAbstractTableModel):
    """The rows of a ``Sheet``, all or some; with verdicts, their result stands before the cells."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns: list[Column] = []
        self.headers: tuple[str, ...] = ()
        self.marks: Mapping[tuple[int, int], str] = {}
        self._sheet: Sheet | None = None
        self._places: Sequence[int] = ()
        self._verdicts: Mapping[int, Verdict] | None = None
        self._bad: frozenset[int] = frozenset()

    def show_sheet(
        self,
        sheet: Sheet | None,
        places: Sequence[int],
        verdicts: Mapping[int, Verdict] | None = None,
        marks: Mapping[tuple[int, int], str] | None = None,
    ) -> None:
        """Show the rows of *sheet* at *places*; *marks* as in ``work.Judged``."""
        self.beginResetModel()
        self._sheet, self._places, self._verdicts = sheet, places, verdicts
        self.marks = marks or {}
        self._bad = frozenset(row for row, _column in self.marks)
        self.headers = sheet.headers if sheet else ()
        file_columns = [Column(str(n), header, kind=_kind(sheet, n)) for n, header in enumerate(self.headers)]
        self.columns = [RESULT, *file_columns] if verdicts is not None else file_columns
        self.endResetModel()

    @property
    def before(self) -> int:
        """Columns before the file's own."""
        return len(self.columns) - len(self.headers)

    def place_of(self, index: Index) -> tuple[int, int]:
        """Places of the row and column in the sheet; the column is -1 in the result's."""
        return self._places[index.row()], max(index.column() - self.before, -1)

    def row_at(self, place: int) -> int:
        """The row that shows the sheet's row at *place*, -1 where it is not shown."""
        try:
            return self._places.index(place)
        except ValueError:
            return -1

    def fault(self, index: Index) -> str:
        """Why the cell is refused, "" if it is not; a row's own faults are its result's."""
        row, column = self.place_of(index)
        return self.marks.get((row, column), "")

    def cell_at(self, index: Index) -> Cell:
        """The cell at *index*."""
        row, column = self.place_of(index)
        if self._sheet is None:
            return ""
        if column >= 0:
            return self._sheet.rows[row].cells[column]
        return self._result(row, self._sheet.rows[row].number)

    def _result(self, place: int, number: int) -> PillCell:
        if place in self._bad:
            word, tone = REJECTED
        else:
            verdict = (self._verdicts or {}).get(number)
            word, tone = words.VERDICTS[verdict] if verdict else LEFT_OUT
        return PillCell(_(word), tone)

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        """Number of rows shown."""
        return 0 if parent.isValid() else len(self._places)

    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        """Number of columns, the result's included."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = DISPLAY) -> object:
        """Text of a cell; for a screen reader with its fault."""
        if role == DISPLAY:
            return text_of(self.cell_at(index))
        if role == ACCESSIBLE:
            return " – ".join(part for part in (text_of(self.cell_at(index)), self.fault(index)) if part)
        if role == TOOLTIP:
            return self.fault(index) or None
        if role == ALIGNMENT:
            return ALIGN_FLAGS[self.columns[index.column()].side]
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> object:
        """The file's headers as they are; at the left the row's number as a spreadsheet shows it."""
        if orientation == Qt.Orientation.Vertical:
            if role == DISPLAY and self._sheet and section < len(self._places):
                return str(self._sheet.rows[self._places[section]].number)
            return None
        if not 0 <= section < len(self.columns):
            return None
        if role in (DISPLAY, TOOLTIP, ACCESSIBLE):
            place = section - self.before
            return self.headers[place] if place >= 0 else _(RESULT.title)
        return ALIGN_FLAGS[self.columns[section].side] if role == ALIGNMENT else None


def _kind(sheet: Sheet | None, place: int) -> Kind:
    """ "number" for a column whose first cells are all figures, else "text"."""
    cells = [row.cells[place] for row in (sheet.rows[:MEASURED] if sheet else ()) if row.cells[place].strip()]
    return "number" if cells and all(map(_is_figure, cells)) else "text"


def _is_figure(text: str) -> bool:
    try:
        parse_decimal(text.strip())
    except InvalidValue:
        return False
    # An id keeps its leading zero, and stands as text.
    return not (text.strip().startswith("0") and text.strip()[1:2].isdigit())
