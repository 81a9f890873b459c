"""A workbook of one sheet, written row by row: a quarter of a million rows need no memory.

Not by openpyxl, which prints numbers through a binary float (9.95 becomes 9.949999999999999) and took
28 s where this takes six. Text is inline text of the format "@", so that no program takes it for a
formula and ids keep their digits. The same table gives the same bytes.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, islice
from typing import IO
from zipfile import ZipFile

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _
from factory_erp.sheets.package import (
    DECLARATION,
    MAIN,
    SHEET,
    entry,
    font_of,
    frame,
    quoted,
    text_cell,
)
from factory_erp.sheets.table import letter
from factory_erp.sheets.values import DIGITS, Cell, moment, plain, significant_digits

MAX_ROWS = 1_048_576
"""Rows of a sheet, the header included."""

_SAMPLE_ROWS = 200
_ROWS_AT_ONCE = 500
_NARROW, _WIDE = 8, 60
_GENERAL, _HEADER, _TEXT, _DATE, _MOMENT, _WHOLE = range(6)
_FIRST_DAY = date(1900, 3, 1)  # before it Excel's calendar has a day that never was
_DAY_ZERO = date(1899, 12, 30)
_SMALLEST = -300
_HINT_TITLE, _HINT = 32, 255


@dataclass(frozen=True, slots=True)
class Style:
    """Name of the sheet, a hint per column, and the language whose characters the font must have."""

    title: str
    hints: Sequence[str] = ()
    language: str = ""


def write(file: IO[bytes], headers: Sequence[str], rows: Iterator[Sequence[Cell]], style: Style) -> None:
    """Write the workbook into *file*; raises InvalidValue for more rows than a sheet has."""
    sample = list(islice(rows, _SAMPLE_ROWS))
    columns = _columns(headers, sample)
    with ZipFile(file, "w") as archive:
        for name, content in frame(style.title, _styles(font_of(style.language))):
            archive.writestr(entry(name), DECLARATION + content)
        with archive.open(entry(SHEET), "w") as part:
            table = _rows(headers, chain(sample, rows))
            for piece in chain((_top(columns),), table, (_bottom(headers, style.hints),)):
                part.write(piece.encode("utf-8"))


def _styles(font: str) -> str:
    """The cell styles in the order of _GENERAL … _WHOLE."""
    plain_font = f'<sz val="11"/><name val="{font}"/>'
    formats = (
        '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>',
        '<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1" '
        'applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>',
        *(
            f'<xf numFmtId="{number}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
            for number in (49, 164, 165, 1)
        ),
    )
    return (
        f'<styleSheet xmlns="{MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>'
        '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts>'
        f'<fonts count="2"><font>{plain_font}</font><font><b/>{plain_font}</font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        f'<cellXfs count="{len(formats)}">{"".join(formats)}</cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    )


def _columns(headers: Sequence[str], sample: Sequence[Sequence[Cell]]) -> str:
    """Widths from the first rows, and a style for the cells below the table: a template keeps typed ids."""
    parts = []
    for column, header in enumerate(headers):
        cells = [row[column] for row in sample if column < len(row) and row[column] not in (None, "")]
        longest = max(map(_shown_width, [header, *cells]))
        width = min(max(longest + 2, _NARROW), _WIDE)
        styles = {_style(cell) for cell in cells}
        style = f' style="{styles.pop()}"' if len(styles) == 1 else ""
        parts.append(f'<col min="{column + 1}" max="{column + 1}" width="{width}" customWidth="1"{style}/>')
    return f"<cols>{''.join(parts)}</cols>" if parts else ""


def _shown_width(cell: Cell) -> int:
    """Characters that the first line of *cell* is wide; a Chinese one counts twice."""
    text = moment(cell) if isinstance(cell, datetime) else str(cell)
    line = text.split("\n", 1)[0][:_WIDE]
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in line)


def _top(columns: str) -> str:
    return (
        f'{DECLARATION}<worksheet xmlns="{MAIN}"><sheetViews><sheetView tabSelected="1" workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f"{columns}<sheetData>"
    )


def _bottom(headers: Sequence[str], hints: Sequence[str]) -> str:
    """The end of the sheet, with a message that Excel shows beside any cell of a column with a hint."""
    notes = [
        f'<dataValidation allowBlank="1" showInputMessage="1" promptTitle={quoted(header[:_HINT_TITLE])} '
        f'prompt={quoted(hint[:_HINT])} sqref="{letter(column)}1:{letter(column)}{MAX_ROWS}"/>'
        for column, (header, hint) in enumerate(zip(headers, hints, strict=False), 1)
        if hint
    ]
    listed = f'<dataValidations count="{len(notes)}">{"".join(notes)}</dataValidations>' if notes else ""
    return f"</sheetData>{listed}</worksheet>"


def _rows(headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """The XML of the rows, some hundreds at a time."""
    letters = [letter(column) for column in range(1, len(headers) + 1)]
    yield _row(1, letters, headers, _HEADER)
    numbered = enumerate(rows, 2)
    while batch := list(islice(numbered, _ROWS_AT_ONCE)):
        if batch[-1][0] > MAX_ROWS:
            raise InvalidValue(
                _("The table has more rows than a worksheet: {rows}.", rows=f"{MAX_ROWS:,}"),
                remedy=_("Write it as .csv, or choose fewer records."),
            )
        yield "".join(_row(number, letters, row) for number, row in batch)


def _row(number: int, letters: Sequence[str], cells: Sequence[Cell], style: int | None = None) -> str:
    filled = (
        _cell(f"{name}{number}", cell, style)
        for name, cell in zip(letters, cells, strict=False)
        if cell is not None and cell != ""
    )
    return f'<row r="{number}">{"".join(filled)}</row>'


def _cell(place: str, cell: Cell, style: int | None) -> str:
    kind = _style(cell) if style is None else style
    if kind in (_TEXT, _HEADER):
        return text_cell(place, _as_text(cell), kind)
    if isinstance(cell, bool):
        return f'<c r="{place}" t="b"><v>{int(cell)}</v></c>'
    return f'<c r="{place}" s="{kind}"><v>{_stored(cell)}</v></c>'


def _style(cell: Cell) -> int:
    """How *cell* is stored: as text wherever a number or date of Excel would lose something."""
    if isinstance(cell, bool):
        return _GENERAL
    if isinstance(cell, int):
        return _WHOLE if len(str(abs(cell))) <= DIGITS else _TEXT
    if isinstance(cell, Decimal):
        exact = significant_digits(cell) <= DIGITS and _SMALLEST < cell.adjusted() < DIGITS
        return _GENERAL if exact or not cell else _TEXT
    if isinstance(cell, date):
        if _calendar_day(cell) < _FIRST_DAY:
            return _TEXT
        return _MOMENT if isinstance(cell, datetime) else _DATE
    return _TEXT


def _stored(cell: Cell) -> str:
    """The figure that stands for *cell*; days are counted from 1899-12-30."""
    if isinstance(cell, Decimal):
        return plain(cell)
    if isinstance(cell, datetime):
        seconds = cell.hour * 3600 + cell.minute * 60 + cell.second
        days = (_calendar_day(cell) - _DAY_ZERO).days
        return plain(Decimal(days) + round(Decimal(seconds) / 86_400, 10))
    return str((cell - _DAY_ZERO).days if isinstance(cell, date) else cell)


def _calendar_day(cell: date) -> date:
    return cell.date() if isinstance(cell, datetime) else cell


def _as_text(cell: Cell) -> str:
    if isinstance(cell, Decimal):
        return plain(cell)
    return moment(cell) if isinstance(cell, datetime) else str(cell)
