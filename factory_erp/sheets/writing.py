"""Tables to .xlsx and .csv files, whole or not at all, harmless in every spreadsheet program.

In a workbook text is stored as text and can never be a formula; in a .csv, which has no types, formula-like
text gets an apostrophe (``guard.neutral``) that reading takes off again. Reading a written file gives back
every text exactly, line breaks (CR LF too), spaces and control characters included.
"""

from __future__ import annotations

import csv
import errno
import io
import os
import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import IO

from factory_erp.domain.errors import DomainError, InvalidValue
from factory_erp.i18n import _
from factory_erp.sheets import xlsx_writing
from factory_erp.sheets.guard import neutral
from factory_erp.sheets.table import LIMITS, letter
from factory_erp.sheets.values import Cell, moment, plain
from factory_erp.sheets.xlsx_writing import Style
from factory_erp.sheets.xstring import unstorable

__all__ = ["Cell", "cell_text", "write_file"]


def write_file(
    path: Path,
    headers: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    title: str = "",
    hints: Sequence[str] = (),
    language: str = "",
) -> int:
    """Write a table to *path*, a workbook or UTF-8 text by its suffix .xlsx or .csv; the rows written.

    *rows* are taken one by one and may be short. In a workbook *title* names the sheet, *hints* (one per
    column) appear beside the cells of their column, and *language* ("zh_CN") chooses a font that has its
    characters. Datetimes are written as the wall clock they show, to the second.

    The file is made beside and put in its place at the end: an error leaves the old file as it was.
    Raises InvalidValue for a cell that no file holds (NUL, over 32,767 characters, a figure that is not
    finite) and for another suffix, DomainError where the disk is full or the file is open elsewhere,
    ValueError for a row longer than the headers, TypeError for other values.
    """
    table = _Checked(headers, rows)
    kind = path.suffix.casefold()
    if kind not in (".xlsx", ".csv"):
        raise InvalidValue(
            _("{name} is neither .xlsx nor .csv.", name=path.name),
            remedy=_("Give the file one of these suffixes."),
        )
    with _replacing(path) as file:
        if kind == ".csv":
            _write_csv(file, table)
        else:
            xlsx_writing.write(file, headers, iter(table), Style(title or path.stem, hints, language))
    return table.written


class _Checked:
    """The rows, each looked at before it is written, and how many there were."""

    def __init__(self, headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
        self.headers = headers
        self.written = 0
        self._rows = rows
        self._check(1, headers)

    def __iter__(self) -> Iterator[Sequence[Cell]]:
        for number, row in enumerate(self._rows, 2):
            self._check(number, row)
            yield row
            self.written += 1

    def _check(self, number: int, row: Sequence[Cell]) -> None:
        if len(row) > len(self.headers):
            raise ValueError(f"row {number} has {len(row)} cells under {len(self.headers)} headers")
        for column, cell in enumerate(row):
            if fault := _fault(cell):
                raise InvalidValue(
                    _(
                        "{cell} cannot be written: {reason}.",
                        cell=f"{letter(column + 1)}{number}",
                        reason=fault,
                    ),
                    field=self.headers[column],
                    remedy=_("Correct the value in the record."),
                )


def _fault(cell: Cell) -> str:
    """Why no file can hold *cell*; "" if one can."""
    if isinstance(cell, str):
        # Excel counts an emoji as two characters
        if len(cell) * 2 > LIMITS.cell and len(cell.encode("utf-16-le", "surrogatepass")) // 2 > LIMITS.cell:
            return _("it has more than {limit} characters", limit=f"{LIMITS.cell:,}")
        return _("it holds a NUL or half of an emoji") if unstorable(cell) else ""
    if isinstance(cell, Decimal):
        return "" if cell.is_finite() else _("it is not a finite number")
    if not isinstance(cell, int | date | None):
        raise TypeError(f"cells do not hold {type(cell).__name__}")
    return ""


def _write_csv(file: IO[bytes], table: _Checked) -> None:
    """UTF-8 with its mark, without which Excel takes Chinese for something else; lines end as in RFC 4180."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([neutral(header) for header in table.headers])
    for row in table:
        writer.writerow([cell_text(cell) for cell in row])
    text.detach()


def cell_text(cell: Cell) -> str:
    """*cell* as a .csv holds it, and as reading a workbook answers it but for ``neutral``."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return neutral(cell)
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, Decimal):
        return plain(cell)
    if isinstance(cell, datetime):
        return moment(cell)
    return cell.isoformat() if isinstance(cell, date) else str(cell)


@contextmanager
def _replacing(path: Path) -> Iterator[IO[bytes]]:
    """A file to write into that takes the place of *path* at the end, or is gone after an error."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with beside.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except BaseException as error:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise _unwritable(path, error) from error
        raise


def _unwritable(path: Path, error: OSError) -> DomainError:
    if error.errno == errno.ENOSPC:
        message, remedy = _("The disk is full."), _("Free some space and write the file again.")
    else:
        message = _("{path} cannot be written: {reason}.", path=path, reason=error.strerror or str(error))
        remedy = _("Close it in Excel, or choose another folder.")
    return DomainError(message, record=path.name, remedy=remedy)
