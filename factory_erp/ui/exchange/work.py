"""What the assistant does off the window's thread: read, understand, try, take.  No widgets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from factory_erp.i18n import _
from factory_erp.services.base import Result
from factory_erp.services.exchange import saved_maps
from factory_erp.services.exchange.importing import ImportReport, import_sheet
from factory_erp.services.exchange.kind import Kind as RecordKind
from factory_erp.services.exchange.kind import Rejection
from factory_erp.services.exchange.mapping import ColumnMap, MappingRefusedError, checked, guess, load
from factory_erp.services.exchange.registry import kind as kind_named
from factory_erp.services.progress import Progress
from factory_erp.sheets.clipboard import block_sheet, parse_block
from factory_erp.sheets.reading import read_file
from factory_erp.sheets.table import Sheet
from factory_erp.ui.exchange.calm import calm

JOINT = " + "
"""Between the headers of a report's column that was made of several."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a table is to be read, where the person said so; empty and None: as is found out.

    ``headless`` concerns the clipboard: whether its first row is data in the order of the template.
    """

    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    headless: bool | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a table comes from: the file at ``path``, or the ``text`` of the clipboard."""

    path: Path | None = None
    text: str = ""
    reading: Reading = Reading()


@dataclass(frozen=True, slots=True)
class Opened:
    """A table that was read as records of ``kind``, and how its columns are understood.

    ``remembered``: the mapping is that of the last import with these headers.
    """

    kind: str
    origin: Origin
    sheet: Sheet
    mapping: ColumnMap
    remembered: bool = False

    @property
    def folder(self) -> Path | None:
        """Where files that the mapping looks things up in are."""
        return self.origin.path.parent if self.origin.path else None


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of a table's rows.

    ``marks`` has the reasons of refused cells by (place of the row, place of the column) in the sheet;
    the column is -1 for a row as a whole. ``bad_rows`` are the places of rows with any, ascending;
    ``places`` those of all rows by their numbers.
    """

    opened: Opened
    report: ImportReport
    marks: Mapping[tuple[int, int], str] = field(default_factory=dict)
    bad_rows: Sequence[int] = ()
    places: Mapping[int, int] = field(default_factory=dict)


@calm()
def open_table(kind: str, origin: Origin, *, progress: Progress | None = None) -> Opened:
    """Read the table and find out what its columns mean. Raises SheetRefused."""
    target = kind_named(kind)
    sheet = _read(target, origin, progress)
    known = _remembered(target, sheet.headers)
    return Opened(kind, origin, sheet, known or guess(target, sheet.headers), known is not None)


@calm()
def reopen(opened: Opened, mapping: ColumnMap, *, progress: Progress | None = None) -> Opened:
    """Read the table anew; *mapping* stays where the headers are the same still."""
    fresh = open_table(opened.kind, opened.origin, progress=progress)
    if fresh.sheet.headers != opened.sheet.headers:
        return fresh
    return replace(fresh, mapping=mapping, remembered=opened.remembered)


@calm()
def load_mapping(opened: Opened, path: Path, *, progress: Progress | None = None) -> Opened:
    """The table as the mapping in the file at *path* reads and understands it.

    Raises MappingRefusedError where the mapping does not fit.
    """
    mapping = load(path)
    said = Reading(
        mapping.encoding or opened.origin.reading.encoding,
        mapping.delimiter or opened.origin.reading.delimiter,
        mapping.sheet or opened.origin.reading.sheet,
        opened.origin.reading.headless,
    )
    if said != opened.origin.reading:
        origin = replace(opened.origin, reading=said)
        opened = open_table(opened.kind, origin, progress=progress)
    checked(mapping, kind_named(opened.kind), opened.sheet.headers)
    return replace(opened, mapping=mapping, remembered=False)


def forget(opened: Opened) -> Result[ColumnMap]:
    """Forget the mapping of these headers; what is guessed without it."""
    done = saved_maps.forget(opened.kind, opened.sheet.headers)
    return Result(guess(kind_named(opened.kind), opened.sheet.headers), done.changes)


@calm()
def preview(opened: Opened, *, progress: Progress | None = None) -> Judged:
    """Try the import; nothing is written."""
    return judged(opened, _import(opened, progress, dry_run=True).value)


@calm()
def read_and_preview(opened: Opened, *, progress: Progress | None = None) -> Judged:
    """Read a table that was corrected, and try it."""
    return preview(reopen(opened, opened.mapping, progress=progress), progress=progress)


@calm()
def take(opened: Opened, *, progress: Progress | None = None) -> Result[Judged]:
    """Import the table, all of it or nothing."""
    result = _import(opened, progress, dry_run=False)
    return Result(judged(opened, result.value), result.changes)


def _import(opened: Opened, progress: Progress | None, *, dry_run: bool) -> Result[ImportReport]:
    return import_sheet(
        opened.kind, opened.sheet, opened.mapping, dry_run=dry_run, progress=progress, folder=opened.folder
    )


def judged(opened: Opened, report: ImportReport) -> Judged:
    """*report* with the places of what it refuses."""
    sheet = opened.sheet
    places = {row.number: place for place, row in enumerate(sheet.rows)}
    columns = {header: place for place, header in enumerate(sheet.headers)}
    marks: dict[tuple[int, int], str] = {}
    for one in report.rejected:
        row = places.get(one.row)
        if row is None:
            continue
        for column in _columns_of(one, columns):
            known = marks.get((row, column))
            marks[row, column] = f"{known}\n{one.reason}" if known else one.reason
    return Judged(opened, report, marks, tuple(sorted({row for row, _column in marks})), places)


def _columns_of(one: Rejection, columns: Mapping[str, int]) -> list[int]:
    """Places of the columns that a rejection names; -1 where it concerns the row."""
    if one.column in columns:
        return [columns[one.column]]
    return [columns[part] for part in one.column.split(JOINT) if part in columns] or [-1]


def _remembered(kind: RecordKind, headers: Sequence[str]) -> ColumnMap | None:
    """The mapping of the last import with these headers, unless the program has changed since."""
    found = saved_maps.remembered(kind.name, headers)
    try:
        return checked(found, kind, headers) if found else None
    except MappingRefusedError:
        return None


def _read(kind: RecordKind, origin: Origin, progress: Progress | None) -> Sheet:
    said = origin.reading
    if origin.path is None:
        return _block(kind, origin.text, said.headless)
    if progress is not None:
        progress.report(0, 0, _("Reading the file"))
    return read_file(
        origin.path, sheet=said.sheet, encoding=said.encoding, delimiter=said.delimiter, watch=progress
    )


def _block(kind: RecordKind, text: str, headless: bool | None) -> Sheet:
    """A copied block; whether its first row holds headers is seen from them, unless it is said."""
    rows = parse_block(text)
    first = [" ".join(cell.split()) for cell in rows[0]] if rows else []
    if headless is None:
        headless = bool(first) and not guess(kind, first).columns
    if not headless:
        return block_sheet(text, first)
    # Only as many as there are cells: a column that nobody copied must not empty a field.
    widest = max(map(len, rows), default=0)
    return block_sheet(text, [_(one.title) for one in kind.fields[:widest]])


def is_headless(opened: Opened) -> bool:
    """Whether the first row of the clipboard was read as data."""
    return bool(opened.sheet.rows) and opened.sheet.rows[0].number == 1


def samples(sheet: Sheet, header: str, most: int = 3) -> list[str]:
    """The first *most* different cells of a column that hold something."""
    place = sheet.headers.index(header)
    found: dict[str, None] = {}
    for row in sheet.rows[:500]:
        if cell := row.cells[place].strip():
            found.setdefault(cell)
            if len(found) == most:
                break
    return list(found)
