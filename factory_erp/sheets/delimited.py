"""Text files with separators (.csv, .tsv, .txt) into a ``Sheet``.

Rows are numbered as Excel shows them: a cell with line breaks does not count as several rows, and a
first line "sep=;" is Excel's own instruction and no row.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from itertools import islice

from factory_erp.i18n import _
from factory_erp.sheets import encodings
from factory_erp.sheets.collect import Collector, too_long
from factory_erp.sheets.guard import restored
from factory_erp.sheets.refusals import nul, stopped
from factory_erp.sheets.table import Limits, Sheet, SheetRefused, Source, Watch

DELIMITERS = ",\t;|"
"""Separators that are recognised, the usual first: it wins where two fit equally well."""

_LONGEST_ROW = 8_000_000  # characters: the csv module needs four bytes for each while it reads a cell
_SAMPLE = 64 * 1024
_SAMPLE_ROWS = 100
_REPORT_ROWS = 2000
_CELL_SHOWN = 200
_MARK = "\ufeff"
_SEP = re.compile(r'"?sep=(.)"?', re.IGNORECASE)


def read(
    data: bytes,
    name: str,
    *,
    encoding: str = "",
    delimiter: str = "",
    limits: Limits,
    watch: Watch | None = None,
) -> Sheet:
    """The table in *data*; raises SheetRefused where its letters or rows cannot be read."""
    known = encodings.chosen(data, encoding) if encoding else encodings.detect(data)
    lines = _Lines(data, encodings.ENCODINGS[known])
    separator = delimiter or lines.said or sniff(_sample(data, encodings.ENCODINGS[known]))
    if len(separator) != 1 or separator in '"\r\n':
        raise SheetRefused(_('"{delimiter}" cannot separate cells.', delimiter=separator))
    table = Collector(limits, ragged=True)
    for number, record in enumerate(_records(lines, separator, watch, len(data)), 1):
        take(table, number, record, limits)
    return table.sheet(Source("csv", name, encoding=known, delimiter=separator))


def take(table: Collector, number: int, record: list[str], limits: Limits) -> None:
    """Put a row of text into *table*, its apostrophes of ``neutral`` taken off, over-long cells cut."""
    for column, text in enumerate(record):
        if len(text) > limits.cell:
            table.problem(number, column + 1, too_long(limits.cell))
            record[column] = text[:_CELL_SHOWN]
        elif text[:1] == "'":
            record[column] = restored(text)
    table.add(number, record)


def sniff(sample: str) -> str:
    """The separator by which most rows of *sample* have as many cells as its header; "," if none does."""
    fits = {delimiter: _fit(sample, delimiter) for delimiter in DELIMITERS}
    return max(DELIMITERS, key=lambda delimiter: fits[delimiter])


def _fit(sample: str, delimiter: str) -> tuple[float, int]:
    """(share of rows as long as the header, cells of the header); (0, 0) where it has a single cell."""
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    try:
        lengths = [len(row) for row in islice(reader, _SAMPLE_ROWS) if row]
    except csv.Error:
        return 0, 0
    if not lengths or lengths[0] == 1:
        return 0, 0
    return lengths.count(lengths[0]) / len(lengths), lengths[0]


def _sample(data: bytes, codec: str) -> str:
    """The beginning of the text, ending with a whole line if there is one."""
    text = data[:_SAMPLE].decode(codec, "ignore").removeprefix(_MARK)
    if len(data) > _SAMPLE and (end := text.rfind("\n")) > 0:
        text = text[: end + 1]
    return text


class _Lines:
    """Lines of the text, one by one, with what tells a quotation mark left open from a long cell.

    ``said`` is the separator of a first line "sep=;". ``row`` is the row being read; the reader of rows
    counts it up and sets ``taken``, the characters given out for it, back to 0.
    """

    def __init__(self, data: bytes, codec: str) -> None:
        self._file = io.TextIOWrapper(io.BytesIO(data), encoding=codec, newline="")
        self.row = 1
        self.taken = 0
        self.ended = False
        first = self._next().removeprefix(_MARK)
        instruction = _SEP.fullmatch(first.rstrip("\r\n"))
        self.said = instruction[1] if instruction else ""
        self._first = self._next() if instruction else first

    def __iter__(self) -> Iterator[str]:
        line = self._first
        while line:
            self.taken += len(line)
            if self.taken > _LONGEST_ROW:
                raise _unclosed(self.row)
            if "\0" in line:
                raise nul(self.row)
            yield line
            line = self._next()
        self.ended = True

    @property
    def position(self) -> int:
        """Bytes read so far."""
        return self._file.buffer.tell()

    def _next(self) -> str:
        line = self._file.readline(_LONGEST_ROW)
        if len(line) == _LONGEST_ROW:
            raise SheetRefused(
                _("Row {row} is longer than {limit} characters.", row=self.row, limit=f"{_LONGEST_ROW:,}"),
                remedy=_("Check that the file is a table with one line for each row."),
            )
        return line


def _records(lines: _Lines, delimiter: str, watch: Watch | None, total: int) -> Iterator[list[str]]:
    # The limit is one for the whole process: raised and left so, as another thread may be reading too.
    csv.field_size_limit(max(csv.field_size_limit(), _LONGEST_ROW))
    try:
        for record in csv.reader(lines, delimiter=delimiter):
            if lines.ended:  # the reader asked for more in the middle of the last row
                raise _unclosed(lines.row)
            yield record
            lines.row += 1
            lines.taken = 0
            if watch is not None and lines.row % _REPORT_ROWS == 0:
                watch.report(lines.position, total)
                if watch.cancelled:
                    raise stopped()
    except csv.Error as error:
        raise SheetRefused(
            _("Row {row} cannot be divided into cells: {reason}.", row=lines.row, reason=str(error)),
            remedy=_("Save the table again as CSV UTF-8 or as .xlsx."),
        ) from error


def _unclosed(row: int) -> SheetRefused:
    return SheetRefused(
        _("A quotation mark in row {row} is opened and never closed.", row=row),
        remedy=_("Close it, or write it twice where it belongs to the text."),
    )
