"""Rows of a table under the columns that are known, and the records that they make.

A record's fault names file, row and column. It costs that record alone; a file that cannot be read as a
whole is a fault of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.quantity import UNITS
from factory_erp.i18n import _
from factory_erp.sheets.table import Sheet, SheetRefused
from factory_erp.sync.connectors.common.reader import Malformed, Reader
from factory_erp.sync.connectors.dropfolder.folder import Folder, reaching
from factory_erp.sync.connectors.dropfolder.inbox import Inbox, Taken
from factory_erp.sync.connectors.payloads import PayloadProblem

T = TypeVar("T")

ZONE = ZoneInfo("Asia/Shanghai")
"""Dates and times of the tables are those of the factory."""

_MOMENT = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2}))?)?", re.ASCII)
_UNITS: dict[str, str] = {
    word.casefold(): unit.code
    for unit in UNITS.values()
    for word in (unit.code, unit.en, f"{unit.en}s", unit.zh, unit.abbr_en, unit.abbr_en.removesuffix("S"))
}


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a kind of table: ``key`` names the record, ``needed`` must have a header.

    ``known`` are the headers of each column that are understood; the first is the documented one.
    """

    key: str
    needed: tuple[str, ...]
    known: Mapping[str, tuple[str, ...]]

    def of(self, header: str) -> str:
        """The column called *header*, "" for none: letter case, spaces and hyphens do not count."""
        plain = _plain(header)
        return next((name for name, words in self.known.items() if plain in map(_plain, words)), "")


def _plain(header: str) -> str:
    return re.sub(r"[\s_-]+", "", header.rstrip("*")).casefold()


class Row(Reader):
    """A row as a reader of its columns; what is wrong with it names file, row and column."""

    def __init__(
        self,
        file: str,
        line: int,
        data: Mapping[str, str],
        headers: Mapping[str, str],
        faults: Mapping[str, str],
    ) -> None:
        super().__init__(data, file)
        self.line = line
        self._headers = headers
        self._faults = faults

    def fail(self, field: str, fault: str) -> Malformed:
        """The error for the cell in column *field*."""
        error = Malformed(
            _("{file}, row {row}", file=self.record, row=self.line), self._headers.get(field, field), fault
        )
        error.remedy = _("Correct the file and put it into the folder again.")
        return error

    def check(self) -> None:
        """Raise for a cell that could not be read, whether or not anybody asks for it."""
        for column, fault in self._faults.items():
            raise self.fail(column, fault)

    def nameless(self, key: str) -> Malformed:
        """Why the row belongs to no record."""
        faults = (self.fail(column, fault) for column, fault in self._faults.items())
        return next(faults, self.fail(key, _("it is missing.")))

    def moment(self, field: str) -> datetime | None:
        """The date or time in *field*, at the factory's wall clock; None where there is none."""
        text = self.text(field)
        if not text:
            return None
        found = _MOMENT.fullmatch(text)
        try:
            if found is None:
                raise ValueError(text)
            year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
            return datetime(year, month, day, hour, minute, second, tzinfo=ZONE)
        except ValueError:
            raise self.fail(field, _("'{text}' is not a date such as 2026-11-23.", text=text)) from None

    def day(self, field: str) -> date | None:
        """The date in *field*."""
        found = self.moment(field)
        return found.date() if found else None

    def needed_moment(self, field: str) -> datetime:
        """The date or time in *field*, which must be there."""
        self.required(field)
        found = self.moment(field)
        assert found is not None
        return found

    def unit(self, field: str) -> str:
        """The Rec 20 code of the unit in *field*, by code, English or Chinese name; "" where it is empty."""
        word = self.text(field)
        code = _UNITS.get(word.casefold(), "")
        if word and not code:
            raise self.fail(field, _("'{word}' is not a unit that is known here.", word=word))
        return code


def same_head(rows: Sequence[Row], columns: Sequence[str]) -> Row:
    """The first of a record's rows; the others repeat what it says in *columns*, or leave them empty."""
    first = rows[0]
    for row in rows:
        row.check()
        for column in columns:
            said = row.text(column)
            if said and said != first.text(column):
                raise row.fail(column, _("it differs from row {row} of the same record.", row=first.line))
    return first


@dataclass(frozen=True, slots=True)
class Collected(Generic[T]):
    """What the waiting files say, and the files, to be put away when it was applied."""

    records: tuple[T, ...]
    problems: tuple[PayloadProblem, ...]
    files: tuple[Taken, ...]

    def pages(self, size: int) -> Iterator[tuple[tuple[T, ...], tuple[PayloadProblem, ...], bool]]:
        """Records by *size*, the problems with the last; whether they are the last. At least one page."""
        starts = range(0, max(len(self.records), 1), size)
        for start in starts:
            last = start == starts[-1]
            yield self.records[start : start + size], self.problems if last else (), last


Build = Callable[[Sequence[Row], Taken], T]
"""Makes a record of its rows; raises InvalidValue."""


def collect(
    folder: Folder, inbox: Inbox, moment: datetime, columns: Columns, build: Build[T]
) -> Collected[T]:
    """Read every waiting file. Of a record that stands in several, the last file's version is the one."""
    found: dict[str, tuple[Taken, list[Row]]] = {}
    problems: list[PayloadProblem] = []
    files: list[Taken] = []
    for file in inbox.take(moment):
        try:
            rows = read_rows(folder, file, columns)
        except SheetRefused as refusal:
            problems.append(PayloadProblem(file.name, f"{file.name}: {refusal}", {"file": file.name}))
        else:
            if rows is None:
                continue
            named, loose = _by_key(rows, columns.key)
            problems += loose
            found |= {key: (file, lines) for key, lines in named.items()}
        files.append(file)
    records: list[T] = []
    for key, (file, lines) in found.items():
        try:
            records.append(build(lines, file))
        except InvalidValue as error:
            problems.append(PayloadProblem(key, str(error), raw(lines)))
    return Collected(tuple(records), tuple(problems), tuple(files))


def read_rows(folder: Folder, file: Taken, columns: Columns) -> list[Row] | None:
    """The rows of a file, None while it is still being written. Raises SheetRefused."""
    try:
        sheet = folder.read(file.path, file.name)
    except SheetRefused:
        if _changed(file):
            return None
        raise
    if _changed(file):
        return None
    names = _names(sheet, columns)
    headers = dict(zip(names, sheet.headers, strict=True))
    faults: dict[int, dict[str, str]] = {}
    for problem in sheet.problems:
        faults.setdefault(problem.row, {})[problem.column] = problem.reason
    return [
        Row(
            file.name,
            row.number,
            dict(zip(names, row.cells, strict=True)),
            headers,
            faults.get(row.number, {}),
        )
        for row in sheet.rows
    ]


def _changed(file: Taken) -> bool:
    with reaching(file.path):
        return file.path.stat().st_mtime_ns != file.changed


def _names(sheet: Sheet, columns: Columns) -> list[str]:
    """Our name of each column. A header that is not known could be a misspelt one: it is refused."""
    names = [columns.of(header) for header in sheet.headers]
    strange = [header for header, name in zip(sheet.headers, names, strict=True) if not name]
    missing = [columns.known[name][0] for name in columns.needed if name not in names]
    twice = sorted({columns.known[name][0] for name in names if name and names.count(name) > 1})
    if not (strange or missing or twice):
        return names
    known = ", ".join(words[0] for words in columns.known.values())
    raise SheetRefused(
        _("These columns are missing: {columns}.", columns=", ".join(missing))
        if missing
        else _("These columns stand twice: {columns}.", columns=", ".join(twice))
        if twice
        else _("These columns are not known: {columns}.", columns=", ".join(strange)),
        remedy=_("Use these headers: {columns}.", columns=known),
    )


def _by_key(rows: Sequence[Row], key: str) -> tuple[dict[str, list[Row]], list[PayloadProblem]]:
    """The rows of each record, and a problem for each row that names none."""
    found: dict[str, list[Row]] = {}
    problems = []
    for row in rows:
        if name := row.text(key):
            found.setdefault(name, []).append(row)
        else:
            problems.append(PayloadProblem(row.record, str(row.nameless(key)), raw([row])))
    return found, problems


def raw(rows: Sequence[Row]) -> dict[str, object]:
    """The rows as they stood in their file."""
    return {
        "file": rows[0].record,
        "rows": [
            {"row": row.line, **{name: text for name, text in row.data.items() if text}} for row in rows
        ],
    }
