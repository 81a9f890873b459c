"""Workbooks (.xlsx, .xlsm) into a ``Sheet``: the zip guarded, the right worksheet chosen, one pass over it.

Read by expat and not by openpyxl, whose read-only mode took 49 s for three million cells where this
takes fifteen, which knows none of the limits here and runs for minutes over one far cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from factory_erp.i18n import _
from factory_erp.sheets.archive import Archive
from factory_erp.sheets.collect import Collector
from factory_erp.sheets.markup import Budget, parse
from factory_erp.sheets.refusals import stopped
from factory_erp.sheets.table import Limits, Sheet, SheetRefused, Source, Watch
from factory_erp.sheets.workbook import SheetPart, Workbook, open_workbook
from factory_erp.sheets.worksheet import WorksheetHandler


def read(data: bytes, name: str, *, sheet: str = "", limits: Limits, watch: Watch | None = None) -> Sheet:
    """The table on the worksheet called *sheet*, or on the first visible one with content.

    Raises SheetRefused for whatever is no readable workbook or has no such sheet.
    """
    archive = Archive(data, limits)
    budget = Budget()
    book = open_workbook(archive, budget, limits)
    visible = tuple(part.name for part in book.sheets if part.visible)
    for part in _candidates(book, sheet):
        table = Collector(limits, ragged=False)
        chunks = _watched(archive.stream(part.part), archive.size(part.part), watch)
        parse(chunks, WorksheetHandler(book, table, budget, limits), budget)
        if sheet or not table.empty:
            return table.sheet(Source("xlsx", name, sheet=part.name, sheets=visible))
    raise SheetRefused(_("The workbook is empty."), remedy=_("Choose a file with content."))


def _candidates(book: Workbook, name: str) -> list[SheetPart]:
    if not name:
        return [part for part in book.sheets if part.visible]
    wanted = name.strip().casefold()
    found = [part for part in book.sheets if part.name.strip().casefold() == wanted]
    if not found:
        raise SheetRefused(
            _('There is no sheet called "{sheet}" in the workbook.', sheet=name),
            remedy=_("It has: {sheets}.", sheets=", ".join(part.name for part in book.sheets)),
        )
    return found[:1]


def _watched(chunks: Iterable[bytes], total: int, watch: Watch | None) -> Iterator[bytes]:
    """The *chunks*, each reported to *watch*; raises SheetRefused when the person stops."""
    done = 0
    for chunk in chunks:
        yield chunk
        done += len(chunk)
        if watch is not None:
            watch.report(done, total)
            if watch.cancelled:
                raise stopped()
