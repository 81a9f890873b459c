"""The report of an import as a file: every row of the table, what becomes of it, and why.

The cells of the row stand beside, so that the report can be corrected and imported itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from factory_erp.i18n import _, language
from factory_erp.services.progress import Progress
from factory_erp.sheets.table import LIMITS
from factory_erp.sheets.writing import write_file
from factory_erp.ui.exchange import words
from factory_erp.ui.exchange.work import Judged

STEP = 500
"""Rows between two reports of progress."""

LONGEST = LIMITS.cell // 2
"""Characters of the reasons of one row: a cell holds no more, and emoji count twice."""


def write_report(path: Path, judged: Judged, progress: Progress) -> int:
    """Write the report to *path* (.xlsx or .csv); the rows written. Raises DomainError as ``write_file``."""
    sheet = judged.opened.sheet
    headers = [_("Row"), _("Result"), _("What is wrong"), *sheet.headers]
    return write_file(path, headers, _rows(judged, progress), title=_("Import report"), language=language())


def _rows(judged: Judged, progress: Progress) -> Iterator[list[str | int | None]]:
    sheet, reasons = judged.opened.sheet, reasons_by_row(judged)
    for number in (0, 1):
        if number in reasons:
            yield [number, _("Rejected"), reasons[number]]
    for done, row in enumerate(sheet.rows):
        if done % STEP == 0:
            progress.report(done, len(sheet.rows))
        if row.number != 1 or 1 not in reasons:
            yield [row.number, result_of(judged, row.number, reasons), reasons.get(row.number), *row.cells]


def reasons_by_row(judged: Judged) -> dict[int, str]:
    """Row as a spreadsheet counts it → everything that is wrong with it, a line each."""
    lines: defaultdict[int, list[str]] = defaultdict(list)
    for one in judged.report.rejected:
        lines[one.row].append(f"{one.column}: {one.reason}" if one.column else one.reason)
    return {row: "\n".join(said)[:LONGEST] for row, said in lines.items()}


def result_of(judged: Judged, row: int, reasons: Mapping[int, str]) -> str:
    """What becomes of the row, in a word."""
    if row in reasons:
        return _("Rejected")
    verdict = judged.report.verdicts.get(row)
    return _(words.VERDICTS[verdict][0]) if verdict else _("Left out")
