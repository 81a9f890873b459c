"""What every source of a table is read into: rows of text under headers, and what was wrong with cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from factory_erp.domain.errors import DomainError

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a file is read at most.

    ``bytes`` of the file, ``unpacked`` bytes of what a zip holds, ``ratio`` of unpacked to packed,
    ``rows`` below the header, ``columns``, ``cells`` (rows times columns), characters of one ``cell``
    (Excel's own limit).
    """

    bytes: int = 50 * MIB
    unpacked: int = 200 * MIB
    ratio: int = 100
    rows: int = 250_000
    columns: int = 200
    cells: int = 3_000_000
    cell: int = 32_767


LIMITS = Limits()
"""What a desktop with a few hundred free megabytes reads in half a minute."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a table came from and how it was understood.

    ``format`` is "xlsx", "csv" or "clipboard"; ``encoding`` and ``delimiter`` are empty for a workbook,
    ``sheet`` and ``sheets`` (its visible worksheets) for anything else. ``notes`` are sentences for the
    user about what was left out.
    """

    format: str
    name: str
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A row as Excel numbers it (the first line of a file is 1), with as many cells as there are headers."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CellProblem:
    """A cell whose value cannot be trusted; ``column`` is its header, or its letter without one.

    *alone*: it says nothing of other cells, as a merged range or a row with a cell too many does.
    """

    row: int
    column: str
    reason: str
    alone: bool = True


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table as text: plain numbers, ISO dates, TRUE and FALSE; a problem's cell may be empty."""

    headers: tuple[str, ...]
    rows: tuple[Row, ...]
    source: Source
    problems: tuple[CellProblem, ...] = ()


class SheetRefused(DomainError):
    """The file as a whole cannot be read: too large, damaged, locked, dangerous or no table."""


class Watch(Protocol):
    """What may look on while a file is read; ``services.progress.Progress`` is one."""

    @property
    def cancelled(self) -> bool:
        """Whether the person asked to stop."""

    def report(self, done: int, total: int, text: str = "") -> None:
        """*done* of *total* bytes are read; a total of 0 means that it is not known."""


def letter(column: int) -> str:
    """Excel's name of a column counted from 1: 1 is A, 27 is AA; raises ValueError below 1."""
    if column < 1:
        raise ValueError("columns are counted from 1")
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def column_number(letters: str) -> int:
    """The column that Excel calls *letters*, counted from 1; 0 for anything but one to three letters A–Z."""
    if not 1 <= len(letters) <= 3 or not (letters.isascii() and letters.isupper() and letters.isalpha()):
        return 0
    number = 0
    for one in letters:
        number = number * 26 + ord(one) - ord("A") + 1
    return number
