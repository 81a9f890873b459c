"""Every list to a file: all rows of the view, as they are shown, written off the UI thread.

``RecordTable`` and ``SimpleTable`` say with ``listing`` what they show; the view's context menu and
Ctrl+Shift+E lead here. A list that stands on no page (a part under test) has nobody to write for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Protocol, runtime_checkable

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget

from factory_erp.i18n import _, language, ngettext
from factory_erp.services import clock
from factory_erp.services.progress import Progress
from factory_erp.sheets.writing import Cell as FileCell
from factory_erp.sheets.writing import write_file
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.rows import Cell, Column, Row, text_of

KEY = "Ctrl+Shift+E"
"""Of "Export list…", in Qt's portable form."""

STEP = 500
"""Rows between two reports of progress."""

_FOLDER = "export/folder"
_NUMBER = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')


@dataclass(frozen=True)
class Listing:
    """A list as it is shown now: its *name*, the *columns* in view from left to right, *count* rows.

    *rows* is called, and its iterator run, in the background.
    """

    name: str
    columns: Sequence[Column]
    count: int
    rows: Callable[[], Iterator[Row]]


@runtime_checkable
class Listed(Protocol):
    """A widget that shows a list."""

    def listing(self) -> Listing:
        """What it shows."""


def context_of(widget: QWidget) -> UiContext | None:
    """The context of the page that *widget* stands on, None where it stands on none."""
    above: object = widget
    while isinstance(above, QWidget):
        found = getattr(above, "context", None)
        if isinstance(found, UiContext):
            return found
        above = above.parent()
    return None


def export_list(table: QWidget) -> bool:
    """Ask where to, and write what *table* shows; False if it stands on no page, or nothing was chosen."""
    context = context_of(table)
    if context is None or not isinstance(table, Listed):
        return False
    listing = table.listing()
    name = file_name(listing.name, clock.today())
    path = ask_target(table, context, _("Export list"), name)
    if path is None:
        return False
    context.jobs.run(
        partial(write_listing, path, listing),
        done=partial(_say_written, context, path),
        title=_("Exporting {name}", name=listing.name),
        cancellable=True,
        owner=table,
    )
    return True


def export_shown(page: QWidget) -> bool:
    """Export the list on *page* that has the keyboard, else the largest in sight; False if there is none."""
    lists = [one for one in page.findChildren(QWidget) if isinstance(one, Listed) and one.isVisible()]
    focused = page.window().focusWidget()
    here = [one for one in lists if focused is not None and (one is focused or one.isAncestorOf(focused))]
    largest = max(here or lists, key=lambda one: one.width() * one.height(), default=None)
    return largest is not None and export_list(largest)


def ask_target(parent: QWidget, context: UiContext, title: str, name: str) -> Path | None:
    """Ask for a file to write, *name* proposed in the folder used last; None if nothing was chosen."""
    kinds = [_("Excel workbook") + " (*.xlsx)", _("Text with commas, UTF-8") + " (*.csv)"]
    proposed = str(Path(_folder(context)) / name)
    chosen, kind = QFileDialog.getSaveFileName(parent, title, proposed, ";;".join(kinds))
    if not chosen:
        return None
    path = Path(chosen)
    if path.suffix.casefold() not in (".xlsx", ".csv"):
        path = path.with_name(path.name + (".csv" if kind == kinds[1] else ".xlsx"))
    context.settings().setValue(_FOLDER, str(path.parent))
    return path


def _folder(context: UiContext) -> str:
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return str(context.settings().value(_FOLDER, documents))


def file_name(name: str, on: date) -> str:
    """A file name that every system takes: "Orders 2026-11-23.xlsx"."""
    plain = " ".join(_NOT_IN_NAMES.sub(" ", name).split()).strip(".") or _("List")
    return f"{plain} {on.isoformat()}.xlsx"


def write_listing(path: Path, listing: Listing, progress: Progress) -> int:
    """Write *listing* to *path* (.xlsx or .csv); the rows written. Raises DomainError, see ``write_file``."""
    headers = [_(column.title) if column.title else "" for column in listing.columns]
    rows = _file_rows(listing, progress)
    return write_file(path, headers, rows, title=listing.name, language=language())


def _file_rows(listing: Listing, progress: Progress) -> Iterator[list[FileCell]]:
    for number, row in enumerate(listing.rows()):
        if number % STEP == 0:
            progress.report(number, listing.count)
        yield [file_cell(column, cell) for column, cell in zip(listing.columns, row, strict=True)]


def file_cell(column: Column, cell: Cell) -> FileCell:
    """The cell as a spreadsheet wants it: figures and days as such, where all of the text is one."""
    text = text_of(cell)
    if column.kind == "number" and _NUMBER.fullmatch(text):
        return Decimal(text.replace(",", ""))
    if column.kind == "date" and _DAY.fullmatch(text):
        return date.fromisoformat(text)
    return text


def _say_written(context: UiContext, path: Path, count: int) -> None:
    context.say(
        ngettext(
            "{number} row is written to {path}.",
            "{number} rows are written to {path}.",
            count,
            number=figures.number(count),
            path=path,
        )
    )
