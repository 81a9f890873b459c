"""A worksheet that is printed and calculated with: titles, a table with formulas, sums below it.

Unlike the plain tables of ``writing`` it is small and held in memory. Figures are exact decimals; a formula
is stored with its result, so that a program that does not calculate shows the same. Text is never a formula.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from typing import Literal
from zipfile import ZipFile

from factory_erp.sheets.package import (
    DECLARATION,
    MAIN,
    SHEET,
    entry,
    font_of,
    frame,
    quoted,
    sheet_name,
    text_cell,
)
from factory_erp.sheets.table import LIMITS, letter
from factory_erp.sheets.values import plain
from factory_erp.sheets.xstring import to_xml

Look = Literal["plain", "title", "label", "head", "body", "total"]
"""How a cell looks: a text by itself, large, small and grey; head, body and total of a bordered table."""

_LOOKS: tuple[Look, ...] = ("plain", "title", "label", "head", "body", "total")
_FRAMED = ("head", "body", "total")
_FONTS = {"title": 2, "label": 3, "head": 1, "total": 1}
_FIRST_FORMAT = 164


@dataclass(frozen=True, slots=True)
class Entry:
    """What a cell holds. ``number_format`` is Excel's ("#,##0.00"); a ``formula`` has ``value`` as result."""

    value: str | int | Decimal
    look: Look = "plain"
    number_format: str = ""
    formula: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """The sheet: rows of cells (None: empty), widths of the columns in characters, how it is printed.

    ``head_row`` (counted from 1) is the head of the table: it and what is above it stay in view, and it
    is repeated on each printed page.
    """

    title: str
    rows: Sequence[Sequence[Entry | None]]
    widths: Sequence[int]
    head_row: int
    landscape: bool = False
    language: str = ""


def write(report: Report) -> bytes:
    """The report as the bytes of an .xlsx file; the same report gives the same bytes."""
    styles = _Styles(report.language)
    sheet = "".join(_sheet(report, styles))
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        for name, content in frame(report.title, styles.xml(), _print_titles(report)):
            archive.writestr(entry(name), DECLARATION + content)
        archive.writestr(entry(SHEET), DECLARATION + sheet)
    return out.getvalue()


class _Styles:
    """Cell styles by look and number format, numbered as they are met."""

    def __init__(self, language: str) -> None:
        self._font = font_of(language)
        self._formats: list[str] = []
        self._known: dict[tuple[Look, str], int] = {("plain", ""): 0}

    def number(self, cell: Entry) -> int:
        """The number of the cell's style."""
        if cell.number_format and cell.number_format not in self._formats:
            self._formats.append(cell.number_format)
        return self._known.setdefault((cell.look, cell.number_format), len(self._known))

    def xml(self) -> str:
        """The stylesheet with all styles met so far."""
        formats = "".join(
            f'<numFmt numFmtId="{_FIRST_FORMAT + index}" formatCode={quoted(code)}/>'
            for index, code in enumerate(self._formats)
        )
        cells = "".join(self._cell_format(look, code) for look, code in self._known)
        counted = f'<numFmts count="{len(self._formats)}">{formats}</numFmts>' if formats else ""
        return (
            f'<styleSheet xmlns="{MAIN}">{counted}{self._fonts()}'
            '<fills count="3"><fill><patternFill patternType="none"/></fill>'
            '<fill><patternFill patternType="gray125"/></fill><fill><patternFill patternType="solid">'
            '<fgColor rgb="FFEFF2F5"/><bgColor indexed="64"/></patternFill></fill></fills>'
            '<borders count="2"><border><left/><right/><top/><bottom/><diagonal/></border>'
            f"{_BORDER}</borders>"
            '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
            f'<cellXfs count="{len(self._known)}">{cells}</cellXfs>'
            '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
            "</styleSheet>"
        )

    def _fonts(self) -> str:
        name = f'<name val="{self._font}"/>'
        grey = '<color rgb="FF61676F"/>'
        return (
            f'<fonts count="4"><font><sz val="10"/>{name}</font><font><b/><sz val="10"/>{name}</font>'
            f'<font><b/><sz val="16"/>{name}</font><font><sz val="8"/>{grey}{name}</font></fonts>'
        )

    def _cell_format(self, look: Look, code: str) -> str:
        """Text wraps and stands at the top; the head and the total are shaded."""
        number = _FIRST_FORMAT + self._formats.index(code) if code else 0
        framed = int(look in _FRAMED)
        fill = 2 if look in ("head", "total") else 0
        wrap = ' wrapText="1"' if framed else ""
        across = ' horizontal="center"' if look == "head" else ""
        return (
            f'<xf numFmtId="{number}" fontId="{_FONTS.get(look, 0)}" fillId="{fill}" borderId="{framed}" '
            'xfId="0" applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1">'
            f'<alignment vertical="top"{across}{wrap}/></xf>'
        )


_BORDER = "<border>{}<diagonal/></border>".format(
    "".join(
        f'<{side} style="thin"><color rgb="FFB8BFC9"/></{side}>'
        for side in ("left", "right", "top", "bottom")
    )
)


def _sheet(report: Report, styles: _Styles) -> Iterator[str]:
    """The parts of the worksheet in the order that the schema wants."""
    below = f"A{report.head_row + 1}"
    yield f'<worksheet xmlns="{MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
    yield '<sheetViews><sheetView showGridLines="0" tabSelected="1" workbookViewId="0">'
    yield (
        f'<pane ySplit="{report.head_row}" topLeftCell="{below}" activePane="bottomLeft" state="frozen"/>'
        "</sheetView></sheetViews><cols>"
    )
    for column, width in enumerate(report.widths, 1):
        yield f'<col min="{column}" max="{column}" width="{width}" customWidth="1"/>'
    yield "</cols><sheetData>"
    for number, row in enumerate(report.rows, 1):
        yield f'<row r="{number}">{"".join(_cells(number, row, styles))}</row>'
    orientation = "landscape" if report.landscape else "portrait"
    yield (
        '</sheetData><pageMargins left="0.5" right="0.5" top="0.5" bottom="0.6" header="0.3" footer="0.3"/>'
        f'<pageSetup paperSize="9" orientation="{orientation}" fitToWidth="1" fitToHeight="0"/>'
        "<headerFooter><oddFooter>&amp;C&amp;P / &amp;N</oddFooter></headerFooter></worksheet>"
    )


def _cells(number: int, row: Sequence[Entry | None], styles: _Styles) -> Iterator[str]:
    for column, cell in enumerate(row, 1):
        if cell is None:
            continue
        place, style = f"{letter(column)}{number}", styles.number(cell)
        formula = f"<f>{to_xml(cell.formula)}</f>" if cell.formula else ""
        if isinstance(cell.value, str):
            text = cell.value[: LIMITS.cell]
            yield text_cell(place, text, style) if text else f'<c r="{place}" s="{style}"/>'
        else:
            yield f'<c r="{place}" s="{style}">{formula}<v>{plain(Decimal(cell.value))}</v></c>'


def _print_titles(report: Report) -> str:
    """The head of the table on every printed page."""
    sheet = sheet_name(report.title).replace("'", "''")
    rows = to_xml(f"'{sheet}'!${report.head_row}:${report.head_row}")
    return f'<definedName name="_xlnm.Print_Titles" localSheetId="0">{rows}</definedName>'
