"""Tables as a file would bring them, and what an import makes of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from factory_erp.services.exchange.importing import ImportReport, import_sheet
from factory_erp.services.exchange.mapping import ColumnMap
from factory_erp.sheets.table import CellProblem, Row, Sheet, Source


def a_sheet(
    headers: str | Sequence[str], *rows: Sequence[str], problems: Sequence[CellProblem] = ()
) -> Sheet:
    """A table with *headers* (words, or a list); its rows are numbered from 2."""
    names = tuple(headers.split()) if isinstance(headers, str) else tuple(headers)
    numbered = tuple(Row(number, tuple(cells)) for number, cells in enumerate(rows, 2))
    assert all(len(row.cells) == len(names) for row in numbered)
    return Sheet(names, numbered, Source("csv", "test.csv", encoding="UTF-8"), tuple(problems))


def take(
    kind: str,
    headers: str | Sequence[str],
    *rows: Sequence[str],
    mapping: ColumnMap | None = None,
    dry_run: bool = False,
    folder: Path | None = None,
) -> ImportReport:
    """The report of importing a table."""
    return import_sheet(kind, a_sheet(headers, *rows), mapping, dry_run=dry_run, folder=folder).value


def counts(report: ImportReport) -> tuple[int, int, int]:
    """Created, updated and unchanged rows of a file that was taken."""
    assert report.rejected == ()
    return report.created, report.updated, report.unchanged


def refused(report: ImportReport) -> list[tuple[int, str]]:
    """Row and column of every rejection."""
    assert report.rejected
    return [(one.row, one.column) for one in report.rejected]
