"""Rows of a file as typed records of a kind, by a mapping; cells that cannot be taken, with the reason."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from datetime import datetime
from decimal import Decimal, localcontext
from pathlib import Path
from typing import Any

from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.figures import scaled, unscaled
from factory_erp.i18n import _
from factory_erp.services.exchange.fields import Field
from factory_erp.services.exchange.kind import Intake, Kind, Record
from factory_erp.services.exchange.mapping import (
    EMPTY,
    RAW,
    ColumnMap,
    Lookup,
    MappingRefusedError,
    Source,
    factor_of,
)
from factory_erp.services.exchange.readers import Day, figure
from factory_erp.sheets.reading import read_file
from factory_erp.sheets.table import Row, Sheet

REMEMBERED = 50_000
"""Different cells of a field whose value is kept: most columns repeat a few words."""
DIGITS = 80
"""Precision in which a figure is multiplied: more than two longest figures have."""


class Tables:
    """The files that a mapping looks things up in, each read once from *folder*."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._sheets: dict[str, Sheet] = {}
        self._found: dict[tuple[str, str, str], dict[str, str]] = {}

    def look_up(self, lookup: Lookup, word: str) -> str:
        """What the look-up says of *word*. Raises InvalidValue where its file has no such row."""
        found = self._table(lookup).get(word.strip())
        if found is None:
            raise InvalidValue(
                _(
                    "{file} has no row with {key} {word}.",
                    file=lookup.file,
                    key=lookup.key,
                    word=word.strip(),
                ),
                remedy=_("Add the row to that file, or correct the cell."),
            )
        return self.look_up(lookup.then, found) if lookup.then and found.strip() else found

    def open(self, lookup: Lookup | None) -> None:
        """Read the file of *lookup* and of those behind it. Raises MappingRefusedError or SheetRefused."""
        while lookup:
            self._table(lookup)
            lookup = lookup.then

    def _table(self, lookup: Lookup) -> dict[str, str]:
        at = (lookup.file, lookup.key, lookup.value)
        if at not in self._found:
            self._found[at] = self._pairs(lookup)
        return self._found[at]

    def _pairs(self, lookup: Lookup) -> dict[str, str]:
        sheet = self._sheet(lookup.file)
        if absent := [name for name in (lookup.key, lookup.value) if name not in sheet.headers]:
            raise MappingRefusedError(
                _("{file} has no column {names}.", file=lookup.file, names=", ".join(absent)),
                remedy=_("It has: {names}.", names=", ".join(sheet.headers)),
            )
        key, value = sheet.headers.index(lookup.key), sheet.headers.index(lookup.value)
        pairs: dict[str, str] = {}
        for row in sheet.rows:
            word = row.cells[key].strip()
            if pairs.setdefault(word, row.cells[value]) != row.cells[value]:
                raise MappingRefusedError(
                    _(
                        "{file} has several rows with {key} {word}.",
                        file=lookup.file,
                        key=lookup.key,
                        word=word,
                    ),
                    remedy=_("Look up by a column that names each row once."),
                )
        return pairs

    def _sheet(self, name: str) -> Sheet:
        if self._folder is None:
            raise MappingRefusedError(
                _("The mapping looks things up in {file}, which is not there.", file=name)
            )
        if name not in self._sheets:
            self._sheets[name] = read_file(self._folder / name)
        return self._sheets[name]


class Translator:
    """Reads the cells of *sheet* as the fields of *kind*."""

    def __init__(self, kind: Kind, mapping: ColumnMap, sheet: Sheet, folder: Path | None) -> None:
        self.fields = tuple(field for field in kind.fields if field.key in mapping.columns)
        self._mapping = mapping
        self._at = {header: place for place, header in enumerate(sheet.headers)}
        self._tables = Tables(folder)
        for lookup in mapping.lookups:
            self._tables.open(lookup)
        self._places = {
            field.key: [self._at[name] for name in mapping.columns[field.key].named] for field in self.fields
        }
        self._known: dict[str, dict[tuple[str, ...], Any]] = {field.key: {} for field in self.fields}

    def value(self, row: Row, field: Field) -> Any:
        """The typed value of the row's cell; the field's default where it is empty. Raises InvalidValue."""
        cells = tuple(row.cells[place] for place in self._places[field.key])
        known = self._known[field.key]
        if cells not in known:
            if len(known) >= REMEMBERED:
                known.clear()
            known[cells] = self._read(row, field)
        return known[cells]

    def _read(self, row: Row, field: Field) -> Any:
        text = self._text(row, field)
        if text.strip():
            return field.read(text)
        if field.required:
            raise InvalidValue(_("The cell is empty."), remedy=_("Fill it in."))
        return field.default

    def _text(self, row: Row, field: Field) -> str:
        source = self._mapping.columns[field.key]
        text = self.joined(row, field.key)
        if source.lookup and text.strip():
            text = self._tables.look_up(source.lookup, text)
        if source.values:
            text = _translated(source, text)
        if source.times and text.strip():
            factor = factor_of(source.times, self._cell(row, source.times.column))
            text = _multiplied(text, factor, source.places)
        written = source.date or (self._mapping.date if isinstance(field.read, Day) else "")
        return _day(field, text, written) if written and text.strip() else text

    def joined(self, row: Row, key: str) -> str:
        """The text of the row's cells for a field, before anything is made of it."""
        source = self._mapping.columns[key]
        if not source.columns:
            return source.constant
        cells = [self._cell(row, name) for name in source.columns]
        return (
            cells[0] if len(cells) == 1 else source.joint.join(cell.strip() for cell in cells if cell.strip())
        )

    def named(self, key: str) -> tuple[str, ...]:
        """The headers that the text of a field comes from."""
        return self._mapping.columns[key].named

    def skips(self, row: Row) -> bool:
        """Whether the mapping leaves the row out."""
        return any(skip.leaves_out(self._cell(row, skip.column)) for skip in self._mapping.skip)

    def _cell(self, row: Row, header: str) -> str:
        return row.cells[self._at[header]] if header else ""


def _translated(source: Source, text: str) -> str:
    word = text.strip()
    if word in source.values:
        return source.values[word]
    if source.other == RAW or not word:
        return text
    if source.other == EMPTY:
        return ""
    raise InvalidValue(
        _("'{word}' is not among the values of the mapping.", word=word[:40]),
        remedy=_("Add it to the mapping, or correct the cell."),
    )


def _multiplied(text: str, factor: Decimal, places: int | None) -> str:
    with localcontext() as context:
        context.prec = DIGITS
        product = figure(text) * factor
        return f"{product if places is None else unscaled(scaled(product, places), places):f}"


def _day(field: Field, text: str, written: str) -> str:
    """A day that is written in the file's own way, as ISO has it; real dates of a spreadsheet already are."""
    try:
        field.read(text)
    except InvalidValue:
        try:
            return datetime.strptime(text.strip(), written).date().isoformat()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            raise InvalidValue(
                _("'{text}' is not a day written as {format}.", text=text.strip()[:40], format=written),
                remedy=_("Correct the cell, or the date format in the mapping."),
            ) from None
    return text


def columns_of(kind: Kind, mapping: ColumnMap) -> dict[str, str]:
    """Field key → what a report calls its column: the file's headers, else the field's title."""
    named = {key: " + ".join(source.columns) for key, source in mapping.columns.items()}
    return {field.key: named.get(field.key) or _(field.title) for field in kind.fields}


def read_records(
    kind: Kind, sheet: Sheet, mapping: ColumnMap, folder: Path | None, intake: Intake
) -> tuple[tuple[Record, ...], int]:
    """The records of *sheet* that can be read, and how many rows were left out; the rest is in *intake*."""
    if not _complete(kind, mapping, intake):
        return (), 0
    translator = Translator(kind, mapping, sheet, folder)
    spoilt: dict[int, set[str]] = {}
    for problem in sheet.problems:
        spoilt.setdefault(problem.row, set()).add(problem.column)
    records, skipped = [], 0
    for number, row in enumerate(sheet.rows, 1):
        intake.step(number, len(sheet.rows), _("Reading rows"))
        if intake.full:
            intake.unread_from = row.number
            break
        if translator.skips(row):
            skipped += 1
        elif (
            record := _record(row, translator, intake, spoilt.get(row.number, ()))
        ) and row.number not in spoilt:
            records.append(record)
    return tuple(_once(kind, records, mapping, intake)), skipped


def _complete(kind: Kind, mapping: ColumnMap, intake: Intake) -> bool:
    """Whether every required field has a column; else each that has none is refused, once."""
    missing = [field for field in kind.fields if field.required and field.key not in mapping.columns]
    for field in missing:
        intake.reject_row(1, field.key, missing_column(field))
    return not missing


def missing_column(field: Field) -> str:
    """The sentence for a column that the file must have and has not."""
    return _(
        "The column {title} is missing in the file. Add it, or say in the mapping which column it is.",
        title=_(field.title),
    )


def _record(row: Row, translator: Translator, intake: Intake, spoilt: Container[str]) -> Record | None:
    """The record of *row*; cells in *spoilt* columns have been refused already, by whoever read the file."""
    values: dict[str, Any] = {}
    for field in translator.fields:
        try:
            values[field.key] = translator.value(row, field)
        except InvalidValue as error:
            if not any(name in spoilt for name in translator.named(field.key)):
                intake.reject_row(row.number, field.key, str(error), translator.joined(row, field.key))
    return Record(row.number, values) if len(values) == len(translator.fields) else None


def _once(kind: Kind, records: Sequence[Record], mapping: ColumnMap, intake: Intake) -> Iterator[Record]:
    """The records whose key no row before them has; a second one is refused, naming both rows."""
    key = kind.keys
    if not key or any(part not in mapping.columns for part in key):
        yield from records
        return
    rows: dict[tuple[Any, ...], int] = {}
    for record in records:
        first = rows.setdefault(tuple(record[part] for part in key), record.row)
        if first == record.row:
            yield record
        else:
            reason = _(
                "Rows {first} and {second} are the same record. Keep one.", first=first, second=record.row
            )
            intake.reject(record, key[0], reason)
