"""Rows for the tests of import and export: text in, as a file brings it, and text out, as a file shows it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from factory_erp.services import base
from factory_erp.services.exchange.importing import ImportReport, import_sheet
from factory_erp.services.exchange.registry import kind as kind_named
from factory_erp.services.progress import Progress
from factory_erp.sheets.table import Row, Sheet, Source

TextRow = Mapping[str, str]


def sheet(rows: Iterable[TextRow]) -> Sheet:
    """The rows as a table; a row without one of the columns has an empty cell there."""
    listed = list(rows)
    headers = tuple(dict.fromkeys(header for row in listed for header in row))
    cells = (tuple(row.get(header, "") for header in headers) for row in listed)
    source = Source("csv", "rows.csv", "UTF-8", ",", "", (), ())
    return Sheet(headers, tuple(Row(number, row) for number, row in enumerate(cells, 2)), source)


def took(kind: str, *rows: TextRow, dry_run: bool = False, progress: Progress | None = None) -> ImportReport:
    """What became of the rows when they were imported."""
    return import_sheet(kind, sheet(rows), dry_run=dry_run, progress=progress).value


def given(kind: str) -> list[TextRow]:
    """Every record of the kind as an exported file has it."""
    target = kind_named(kind)
    with base.database().session() as session:
        return [
            {field.key: shown(field.read.show, values.get(field.key)) for field in target.fields}
            for values in target.give(session)
        ]


def shown(show: object, value: object) -> str:
    """The cell as text, as it is read back from a file."""
    if value is None or value == "":
        return ""
    assert callable(show)
    cell = show(value)
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    """Created, updated, unchanged, rejected."""
    return report.created, report.updated, report.unchanged, len(report.rejected)


def reasons(report: ImportReport) -> list[tuple[int, str]]:
    """Row and column of every refusal."""
    return [(one.row, one.column) for one in report.rejected]


def unchanged_again(kind: str) -> int:
    """Export the kind and import it again: how many rows, all of which must be unchanged."""
    rows = given(kind)
    report = took(kind, *rows)
    assert counts(report) == (0, 0, len(rows), 0), report.rejected[:5]
    return len(rows)
