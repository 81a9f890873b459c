"""From the rows of a source to a ``Sheet``: header, blank edges, limits, and every cell in its column."""

from __future__ import annotations

import unicodedata
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from factory_erp.i18n import _, ngettext
from factory_erp.sheets.refusals import beyond_limits, too_many_cells, too_much_text
from factory_erp.sheets.table import CellProblem, Limits, Row, Sheet, SheetRefused, Source, letter

TITLE_ROWS = 5
"""Rows above the header that a title and its remarks may take."""

MAX_PROBLEMS = 1000
"""Problems that are listed: nobody reads more, and a hostile file could hold millions."""


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of cells, rows and columns counted from 1, both ends included."""

    top: int
    left: int
    bottom: int
    right: int
    name: str


class Collector:
    """Takes the rows of one table in their order and keeps those with content.

    ``ragged`` sources (.csv, clipboard) cannot have a column without header: a filled cell beyond the
    header is one too many there, while in a workbook it belongs to a column called by its letter.
    """

    def __init__(self, limits: Limits, *, ragged: bool) -> None:
        self._limits = limits
        self._ragged = ragged
        self._headers: list[str] = []
        self._header_row = 0
        self._above = 0
        self._rows: list[tuple[int, list[str]]] = []
        self._problems: list[tuple[int, int, str, bool]] = []
        self._text = 0
        self._unlisted = 0
        self._width = 0
        self._cells = 0
        self._lettered: list[str] = []
        self._last_row = 0
        self._last_column = 0

    @property
    def empty(self) -> bool:
        """Whether no cell with content has been seen."""
        return not self._headers and not self._problems

    def problem(self, row: int, column: int, reason: str, *, alone: bool = True) -> None:
        """The cell at *row* and *column* (from 1) cannot be trusted, because of *reason*.

        It stands *alone* if it makes no other cell doubtful.
        """
        if len(self._problems) < MAX_PROBLEMS:
            self._problems.append((row, column, reason, alone))
        else:
            self._unlisted += 1

    def blank(self, row: int, columns: int) -> None:
        """The file mentions *row* with *columns* cells, whether or not there is anything in them."""
        self._last_row = max(self._last_row, row)
        self._last_column = max(self._last_column, columns)

    def add(self, number: int, cells: list[str]) -> None:
        """The next row of the file; raises SheetRefused where it lies beyond the limits."""
        self.blank(number, len(cells))
        while cells and not cells[-1]:
            cells.pop()
        if not any(map(str.strip, cells)):
            return
        self._within_limits(number, len(cells))
        if not self._headers or self._is_header(cells):
            self._start(number, cells)
        else:
            self._take(number, cells)
        self._width = max(self._width, len(cells))

    def _is_header(self, cells: Sequence[str]) -> bool:
        """Whether what came before *cells* was only a title: one filled cell in each of its few rows."""
        if len(self._rows) >= TITLE_ROWS or _filled_cells(self._headers) != 1:
            return False
        titles = all(_filled_cells(row) == 1 for _number, row in self._rows)
        return titles and _filled_cells(cells) >= 3

    def _start(self, number: int, cells: Sequence[str]) -> None:
        """The table begins with the header in row *number*."""
        self._above = self._header_row
        self._rows.clear()
        self._problems = [problem for problem in self._problems if problem[0] >= number]
        self._header_row, self._headers = number, [" ".join(cell.split()) for cell in cells]

    def merged(self, areas: Iterable[Area]) -> None:
        """Report every merged range that covers cells of the table; to be called after the last row."""
        last = self._rows[-1][0] if self._rows else self._header_row
        for area in areas:
            if area.top <= last and area.bottom >= self._header_row and area.left <= self._width:
                reason = _(
                    "The cells {range} are merged, so it is not clear which of them the value belongs to. "
                    "Unmerge them and fill in every cell.",
                    range=area.name,
                )
                self.problem(max(area.top, self._header_row), area.left, reason, alone=False)

    def sheet(self, source: Source) -> Sheet:
        """The table that was collected; raises SheetRefused without rows or with a header used twice."""
        if not self._rows:
            raise self._without_rows()
        if len(self._rows) * self._width > self._limits.cells:
            raise too_many_cells(self._limits)
        names = self._names()
        kept = [column for column, name in enumerate(names) if name]
        source = replace(source, notes=(*source.notes, *self._notes()))
        headers = tuple(names[column] for column in kept)
        return Sheet(headers, tuple(self._finished(kept)), source, tuple(self._named_problems(names)))

    def _named_problems(self, names: Sequence[str]) -> Iterator[CellProblem]:
        for row, column, reason, alone in sorted(self._problems):
            name = names[column - 1] if column <= len(names) else ""
            yield CellProblem(row, name or letter(column), reason, alone)

    def _take(self, number: int, cells: list[str]) -> None:
        if self._ragged and len(cells) > len(self._headers):
            extra = _one_too_many(cells[len(self._headers) :])
            self.problem(number, len(self._headers) + 1, extra, alone=False)
            del cells[len(self._headers) :]
        self._cells += len(cells)
        if self._cells > self._limits.cells:
            raise too_many_cells(self._limits)
        # Cells may share one long text: a small file then holds gigabytes for the database.
        self._text += sum(map(len, cells))
        if self._text > self._limits.unpacked:
            raise too_much_text(self._limits)
        self._rows.append((number, cells))

    def _within_limits(self, number: int, width: int) -> None:
        if width > self._limits.columns:
            raise beyond_limits(f"{letter(width)}{number}", self._limits)
        if self._headers and number - self._header_row > self._limits.rows:
            raise beyond_limits(f"A{number}", self._limits)

    def _without_rows(self) -> SheetRefused:
        if self._header_row:
            return SheetRefused(
                _("There is a header in row {row}, but no row below it.", row=self._header_row),
                remedy=_("Fill in at least one row."),
            )
        return SheetRefused(
            _("There is nothing in this table."), remedy=_("Choose a file or sheet with content.")
        )

    def _names(self) -> list[str]:
        """Name of every column up to the last that is used; "" for one that is left out."""
        names = self._headers + [""] * (self._width - len(self._headers))
        unnamed = [column for column, name in enumerate(names) if not name]
        for column in sorted(self._filled(unnamed)):
            names[column] = letter(column + 1)
            self._lettered.append(names[column])
        self._refuse_duplicates(names)
        return names

    def _filled(self, columns: Sequence[int]) -> set[int]:
        """Those of *columns* that have a value or a problem below the header."""
        found = {column - 1 for row, column, *_rest in self._problems if row > self._header_row}
        found &= set(columns)
        if columns:
            for _number, cells in self._rows:
                found.update(column for column in columns if column < len(cells) and cells[column])
        return found

    def _refuse_duplicates(self, names: list[str]) -> None:
        """Blank out repeated headers over empty columns in place; raises SheetRefused for filled ones."""
        same: dict[str, list[int]] = {}
        for column, name in enumerate(names):
            if name:
                same.setdefault(unicodedata.normalize("NFKC", name).casefold(), []).append(column)
        for columns in (columns for columns in same.values() if len(columns) > 1):
            if self._filled(columns):
                raise _duplicate(names[columns[0]], columns, self._header_row)
            for column in columns[1:]:
                names[column] = ""

    def _finished(self, kept: Sequence[int]) -> Iterator[Row]:
        """The rows with the *kept* columns; each is let go where it was, so that memory is not doubled."""
        rows, width = deque(self._rows), self._width
        self._rows.clear()
        straight = len(kept) == width
        while rows:
            number, cells = rows.popleft()
            cells.extend([""] * (width - len(cells)))
            yield Row(number, tuple(cells) if straight else tuple(cells[column] for column in kept))

    def _notes(self) -> Iterator[str]:
        if self._above:
            yield _(
                "The table begins with its header in row {row}; the title above it was left out.",
                row=self._header_row,
            )
        if (rows := self._last_row - self._rows[-1][0]) > 0:
            yield ngettext(
                "The last row is empty and was left out.",
                "The last {rows} rows are empty and were left out.",
                rows,
                rows=f"{rows:,}",
            )
        if (columns := self._last_column - self._width) > 0:
            yield ngettext(
                "The last column is empty and was left out.",
                "The last {columns} columns are empty and were left out.",
                columns,
                columns=f"{columns:,}",
            )
        if self._lettered:
            yield _(
                "Columns without a header are called by their letter: {letters}.",
                letters=", ".join(self._lettered),
            )
        if self._unlisted:
            yield _("{problems} more problems are not listed.", problems=f"{self._unlisted:,}")


def _filled_cells(cells: Sequence[str]) -> int:
    return sum(1 for cell in cells if cell.strip())


def too_long(limit: int) -> str:
    """Why a cell of more than *limit* characters is not taken."""
    return _("The cell has more than {limit} characters, the most that Excel allows.", limit=f"{limit:,}")


def _one_too_many(extra: Sequence[str]) -> str:
    first = next(text for text in extra if text)
    return _(
        'The row has a cell too many: "{text}" has no header above it. Perhaps a separator stands inside a '
        "text without quotation marks.",
        text=first[:40],
    )


def _duplicate(name: str, columns: Sequence[int], row: int) -> SheetRefused:
    return SheetRefused(
        _(
            'The header "{header}" in row {row} stands over several columns: {columns}.',
            header=name,
            row=row,
            columns=", ".join(letter(column + 1) for column in columns),
        ),
        remedy=_("Rename or delete all but one of them."),
    )
