"""Bringing a file in: every row is checked first, one that cannot be taken refuses the whole file.

The same file again changes nothing. What was understood of the columns is remembered.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import _, ngettext
from factory_erp.services.base import Result, use_case
from factory_erp.services.exchange.kind import (
    MOST_REJECTIONS,
    SHOWN,
    ImportStoppedError,
    Intake,
    Kind,
    Record,
    Rejection,
    Verdict,
)
from factory_erp.services.exchange.mapping import ColumnMap, checked, guess
from factory_erp.services.exchange.registry import kind as kind_named
from factory_erp.services.exchange.saved_maps import remember, remembered
from factory_erp.services.exchange.translating import columns_of, read_records
from factory_erp.services.progress import Progress
from factory_erp.sheets.table import CellProblem, Sheet


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of the rows of a file.

    With anything in *rejected*, or in a *dry_run*, nothing was written. The figures say what was done,
    of a dry run what would be; *verdicts* (by row as a spreadsheet counts) what would become of each.
    *notes* are sentences about what was left alone.
    """

    kind: str
    created: int
    updated: int
    unchanged: int
    skipped: int
    rejected: tuple[Rejection, ...]
    verdicts: Mapping[int, Verdict]
    dry_run: bool
    notes: tuple[str, ...] = ()

    @property
    def written(self) -> bool:
        """Whether the file was taken."""
        return not self.rejected and not self.dry_run


@dataclass(frozen=True, slots=True)
class _Work:
    """What one import is to do."""

    kind: Kind
    headers: tuple[str, ...]
    records: tuple[Record, ...]
    skipped: int
    rejected: tuple[Rejection, ...]
    columns: Mapping[str, str]
    keep: ColumnMap | None
    notes: tuple[str, ...]
    dry_run: bool
    progress: Progress | None


class _UndoneError(Exception):
    """Rolls the transaction back and carries the report out of it."""

    def __init__(self, report: ImportReport) -> None:
        super().__init__()
        self.report = report


def import_sheet(
    kind: str,
    sheet: Sheet,
    mapping: ColumnMap | None = None,
    *,
    dry_run: bool = False,
    progress: Progress | None = None,
    folder: Path | None = None,
) -> Result[ImportReport]:
    """Take the rows of *sheet* as records of *kind*, in one transaction, all or nothing.

    Without a *mapping* the one that is remembered for these headers counts, else a guess. Look-ups
    read files in *folder*. Raises NotFound for an unknown kind, MappingRefusedError where the mapping
    does not fit the file, ImportStoppedError where the person stopped it.
    """
    target = kind_named(kind)
    guessed = guess(target, sheet.headers)
    chosen = checked(mapping or mapping_for(kind, sheet.headers), target, sheet.headers)
    sheet = replace(sheet, problems=_concerning(sheet, chosen))
    intake = Intake(columns_of(target, chosen), progress)
    records, skipped = read_records(target, sheet, chosen, folder, intake)
    found = [Rejection(problem.row, problem.column, problem.reason) for problem in sheet.problems]
    found += _unlisted(intake)
    work = _Work(
        target, sheet.headers, records, skipped, (*found, *intake.rejected), columns_of(target, chosen),
        chosen if chosen != guessed else None, _unused(sheet, chosen), dry_run, progress,
    )  # fmt: skip
    try:
        return import_records(work)
    except _UndoneError as undone:
        return Result(undone.report, {})


def _concerning(sheet: Sheet, mapping: ColumnMap) -> tuple[CellProblem, ...]:
    """The problems of *sheet* but for those of single cells in columns that are not imported."""
    read = set(mapping.named)
    return tuple(one for one in sheet.problems if one.column in read or not one.alone)


def _unused(sheet: Sheet, mapping: ColumnMap) -> tuple[str, ...]:
    """A sentence that names the columns of the file that are not imported: one may be a mistyped header."""
    read = set(mapping.named)
    names = [header for header in sheet.headers if header not in read]
    if not names:
        return ()
    said = ngettext(
        "This column was not imported: {names}.",
        "These columns were not imported: {names}.",
        len(names),
        names=", ".join(name[:SHOWN] for name in names),
    )
    return (said,)


def mapping_for(kind: str, headers: Sequence[str]) -> ColumnMap:
    """How a file with these *headers* is understood: as the last one was, else by its headers' names."""
    return remembered(kind, headers) or guess(kind_named(kind), headers)


@use_case
def import_records(session: Session, work: _Work) -> ImportReport:
    """Take the records, and undo that again where anything is refused or only a try was asked for."""
    intake = Intake(work.columns, work.progress)
    broken = _taken(session, work, intake) if work.records else ()
    report = _report(work, intake, broken)
    if not report.written:
        raise _UndoneError(report)
    if work.keep:
        remember(session, work.kind.name, work.headers, work.keep)
    return report


def _taken(session: Session, work: _Work, intake: Intake) -> tuple[Rejection, ...]:
    """Let the kind take its records; what it could not foresee becomes one refusal of the whole file."""
    try:
        work.kind.take(session, work.records, intake)
        session.flush()
    except ImportStoppedError:
        raise
    except DomainError as error:
        place = error.record or error.field
        return (Rejection(0, "", f"{place}: {error}" if place else str(error)),)
    except (IntegrityError, DataError) as error:
        return (Rejection(0, "", _("The database refuses the rows: {reason}", reason=error.orig)),)
    return ()


def _unlisted(intake: Intake) -> tuple[Rejection, ...]:
    """A refusal of the whole file that stands for those that are not listed one by one."""
    remedy = _("Correct those that are listed, and import again.")
    if intake.unread_from:
        said = _(
            "More than {most} cells cannot be taken; the rows from {row} on were not looked at.",
            most=f"{MOST_REJECTIONS:,}",
            row=intake.unread_from,
        )
        return (Rejection(0, "", f"{said} {remedy}"),)
    if not intake.unlisted:
        return ()
    count = intake.unlisted
    said = ngettext(
        "{cells} more cell cannot be taken and is not listed.",
        "{cells} more cells cannot be taken and are not listed.",
        count,
        cells=f"{count:,}",
    )
    return (Rejection(0, "", f"{said} {remedy}"),)


def _report(work: _Work, intake: Intake, broken: Sequence[Rejection]) -> ImportReport:
    rejected = tuple(
        dict.fromkeys(
            sorted((*work.rejected, *intake.rejected, *_unlisted(intake), *broken), key=lambda one: one.row)
        )
    )
    refused = intake.refused | {one.row for one in rejected}
    verdicts = {record.row: intake.verdict(record) for record in work.records if record.row not in refused}
    # What was refused as a whole has created and changed nothing.
    done = {} if rejected and not work.dry_run else verdicts
    count = Counter(done.values())
    return ImportReport(
        kind=work.kind.name,
        created=count[Verdict.CREATED],
        updated=count[Verdict.UPDATED],
        unchanged=count[Verdict.UNCHANGED],
        skipped=work.skipped,
        rejected=rejected,
        verdicts=verdicts,
        dry_run=work.dry_run,
        notes=work.notes,
    )
