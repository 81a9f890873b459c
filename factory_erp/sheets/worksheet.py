"""The cells of one worksheet, in one pass over its XML.

Formulas are never evaluated: the value that Excel stored is taken, and a formula without one is a
problem of its cell. The position of a cell is the one it names, else the one after the cell before.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _
from factory_erp.sheets.collect import Area, Collector, too_long
from factory_erp.sheets.markup import Budget, Handler
from factory_erp.sheets.refusals import beyond_limits, damaged
from factory_erp.sheets.table import Limits, column_number, letter
from factory_erp.sheets.values import Shape, iso_text, moment_text, number_text, percent_text
from factory_erp.sheets.workbook import Workbook
from factory_erp.sheets.xstring import from_xml_text

_DIGITS = "0123456789"
_MAX_ROW = 1_048_576
_MAX_MERGES = 10_000
_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7}):\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_SHOWN = 200


class WorksheetHandler(Handler):
    """Hands the rows of a worksheet to a collector, its merged ranges last."""

    def __init__(self, book: Workbook, table: Collector, budget: Budget, limits: Limits) -> None:
        self._book = book
        self._table = table
        self._budget = budget
        self._limits = limits
        self._merges: list[Area] = []
        self._columns: dict[str, int] = {}
        self._row = 0
        self._column = 0
        self._cells: list[str] = []
        self._cell: Mapping[str, str] = {}
        self._value: list[str] = []
        self._formula: list[str] | None = None
        self._taken: list[str] | None = None
        self._phonetic = False
        self._most = 8 * limits.cell  # an escape takes seven characters
        self._room = 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        self.opened += 1
        if name == "c":
            self._cell = attributes
            self._value, self._formula, self._room = [], None, self._most
        elif name in ("v", "t"):
            self._taken = None if self._phonetic else self._value
        elif name == "row":
            self._start_row(attributes)
        elif name == "f":
            self._taken = self._formula = []
        elif name == "rPh":
            self._phonetic = True
        elif name == "mergeCell":
            self._merge(attributes.get("ref", ""))

    def end(self, name: str) -> None:
        """An element ends."""
        self.closed += 1
        if name in ("v", "t", "f"):
            self._taken = None
        elif name == "c":
            self._move()
            if self._value or self._formula is not None:
                self._end_cell()
        elif name == "row":
            self._end_row()
        elif name == "rPh":
            self._phonetic = False
        elif name == "worksheet":
            self._table.merged(self._merges)

    def text(self, data: str) -> None:
        """Characters: kept where a value or formula is open, as far as a cell may be long."""
        if self._taken is not None and self._room > 0:
            self._room -= len(data)
            self._taken.append(data)

    def _start_row(self, attributes: Mapping[str, str]) -> None:
        row = int(attributes.get("r", self._row + 1))
        if not self._row < row <= _MAX_ROW:
            raise damaged()
        self._row, self._column, self._cells = row, 0, []

    def _end_row(self) -> None:
        self._table.blank(self._row, self._column)
        if self._cells:
            self._table.add(self._row, self._cells)
            self._cells = []

    def _move(self) -> None:
        """To the column of the cell that ends."""
        place = self._cell.get("r")
        if place is None:
            self._column += 1
            return
        letters = place.rstrip(_DIGITS)
        column = self._columns.get(letters)
        if column is None:
            column = self._columns[letters] = column_number(letters)
            if not column:
                raise damaged()
        self._column = column

    def _end_cell(self) -> None:
        """Put the cell's text in its column, or a problem of the cell."""
        stored = "".join(self._value)
        try:
            text = self._text(stored) if stored else self._without_value()
        except InvalidValue as error:
            self._problem(str(error))
            text = stored[:_SHOWN]
        if len(text) > self._limits.cell:
            self._problem(too_long(self._limits.cell))
            text = text[:_SHOWN]
        if "\0" in text:
            self._problem(_("The cell holds a NUL character, which cannot be stored."))
            text = text.replace("\0", "")
        if self._column == len(self._cells) + 1 <= self._limits.columns:
            self._cells.append(text)
        elif text:
            self._place(text)

    def _text(self, stored: str) -> str:
        kind = self._cell.get("t", "n")
        if kind == "s":
            return self._book.strings[_index(stored)]
        if kind == "n":
            return self._number(stored)
        if kind in ("str", "inlineStr"):
            return self._budget.keep(from_xml_text(stored))
        return self._special(kind, stored)

    def _without_value(self) -> str:
        if self._formula is None or self._cell.get("t") == "str":  # a formula's text may be empty
            return ""
        self._problem(
            _("The formula has no stored result. Open the file in Excel and save it, or paste the values.")
        )
        return ("=" + "".join(self._formula))[:_SHOWN]

    def _number(self, stored: str) -> str:
        style = self._cell.get("s")
        shape = self._book.shapes[_index(style)] if style else Shape.NUMBER
        if shape is Shape.NUMBER:
            return number_text(stored)
        if shape is Shape.PERCENT:
            return percent_text(stored)
        return moment_text(stored, shape, from_1904=self._book.from_1904)

    def _special(self, kind: str, stored: str) -> str:
        if kind == "b":
            return "TRUE" if stored.strip() == "1" else "FALSE"
        if kind == "d":
            return iso_text(stored.strip())
        if kind == "e":
            self._problem(_("The cell shows the error {error}.", error=stored[:_SHOWN]))
            return stored
        raise damaged()

    def _problem(self, reason: str) -> None:
        self._table.problem(self._row, self._column, reason)

    def _place(self, text: str) -> None:
        """Put *text* beside a gap, or in a cell that the row has already."""
        cells, column = self._cells, self._column
        if column > self._limits.columns:
            raise beyond_limits(f"{letter(column)}{self._row}", self._limits)
        cells.extend([""] * (column - len(cells)))
        cells[column - 1] = text

    def _merge(self, name: str) -> None:
        found = _RANGE.fullmatch(name)
        if found and len(self._merges) < _MAX_MERGES:
            left, right = column_number(found[1]), column_number(found[3])
            top, bottom = int(found[2]), int(found[4])
            if (top, left) != (bottom, right):
                self._merges.append(Area(top, left, bottom, right, name.replace("$", "")))


def _index(stored: str) -> int:
    index = int(stored)
    if index < 0:
        raise damaged()
    return index
