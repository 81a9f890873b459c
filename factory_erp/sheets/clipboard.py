"""A block of cells copied in Excel or WPS, as the clipboard has it: the csv dialect "excel-tab".

Excel puts a cell in quotation marks only where it holds a line break, a tab or a quotation mark; a
quotation mark that is never closed ('5" pipe', '"special') is part of the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence

from factory_erp.i18n import LANGUAGES, _, in_language
from factory_erp.sheets import delimited
from factory_erp.sheets.collect import Collector
from factory_erp.sheets.refusals import nul, too_large, too_many_cells
from factory_erp.sheets.table import LIMITS, Sheet, Source

# Possessive (*+), so that a quotation mark left open is looked for once and not from every cell again.
_CELL = re.compile(r'(?:"([^"]*+(?:""[^"]*+)*+)"(?=[\t\r\n]|\Z)|([^\t\r\n]*))(\t|\r\n|\r|\n|\Z)')


def parse_block(text: str) -> list[list[str]]:
    """The rows of a copied block; the line break that ends it makes no row. Cells keep their own breaks.

    Raises SheetRefused for a block larger than a file may be.
    """
    if len(text) > LIMITS.bytes:
        raise too_large(len(text), LIMITS)
    rows: list[list[str]] = [[]]
    for number, (cell, ends_row) in enumerate(_cells(_whole(text))):
        if number > LIMITS.cells:
            raise too_many_cells(LIMITS)
        rows[-1].append(cell)
        if ends_row:
            rows.append([])
    if rows[-1] == [""]:
        rows.pop()
    return rows


def block_sheet(text: str, headers: Sequence[str], aliases: Mapping[str, str] | None = None) -> Sheet:
    """A copied block as a table under *headers*, column by column.

    If every cell of its first row is one of the headers, in any interface language or both ("SKU 货号"),
    that row is the header and may name the columns in another order. *aliases* are further names (a
    field's Chinese title while *headers* are Chinese: its English one) and the header each means. Rows
    are numbered from 1 as they stand in the block. Raises SheetRefused for a block without rows.
    """
    rows = parse_block(text)
    table = Collector(LIMITS, ragged=True)
    named = _named(rows[0], headers, aliases or {}) if rows else None
    table.add(1 if named else 0, named or list(headers))
    for number, cells in enumerate(rows[1:] if named else rows, 2 if named else 1):
        if any("\0" in cell for cell in cells):
            raise nul(number)
        delimited.take(table, number, cells, LIMITS)
    return table.sheet(Source("clipboard", _("Clipboard"), delimiter="\t"))


def _cells(text: str) -> Iterator[tuple[str, bool]]:
    """Every cell and whether it ends its row."""
    position, end = 0, "\t"
    while end:
        found = _CELL.match(text, position)
        assert found, "the pattern matches at every cell, if only an empty one"
        quoted, bare, end = found.groups()
        yield (bare if quoted is None else quoted.replace('""', '"')), end not in ("\t", "")
        position = found.end()


def _whole(text: str) -> str:
    """*text* without what some programs leave behind it, and without halves of broken emoji."""
    return text.rstrip("\0").encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _named(row: Sequence[str], headers: Sequence[str], aliases: Mapping[str, str]) -> list[str] | None:
    """The header that each cell of *row* means; None where one of them is no header."""
    known = {_normal(alias): header for alias, header in aliases.items()}
    for header in filter(None, headers):
        known |= {_normal(name): header for name in _translations(header)}
    if not any(map(_normal, row)) or any(_normal(cell) not in known for cell in row if cell.strip()):
        return None
    return [known[_normal(cell)] if cell.strip() else "" for cell in row]


def _translations(header: str) -> list[str]:
    """The header as it is, in each interface language, and in all of them together."""
    names = []
    for language in LANGUAGES:
        with in_language(language):
            names.append(_(header))
    return [*names, " ".join(names), header]


def _normal(name: str) -> str:
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", name).casefold()))
