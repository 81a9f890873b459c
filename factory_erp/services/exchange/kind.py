"""What a kind of record is to import and export, and the ledger of one import."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import _
from factory_erp.services.exchange.fields import Field
from factory_erp.services.progress import Progress, Quiet

STEP = 1000
"""Rows between two reports of progress: also how soon an import hears that it should stop."""


SHOWN = 80
"""Characters of a refused cell that the report repeats."""

MOST_REJECTIONS = 10_000
"""Refused cells that a report lists: a file of a million wrong cells must not fill the memory."""


class ImportStoppedError(DomainError):
    """The person stopped the import; its transaction is rolled back and leaves nothing."""


class Verdict(StrEnum):
    """What became of a row."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


_RANK = {Verdict.UNCHANGED: 0, Verdict.UPDATED: 1, Verdict.CREATED: 2}


@dataclass(frozen=True, slots=True)
class Record:
    """A row of the file, read: field key → typed value, only for the columns that the file has."""

    row: int
    values: Mapping[str, Any]

    def __getitem__(self, key: str) -> Any:
        return self.values[key]

    def get(self, key: str, default: Any = None) -> Any:
        """The value of field *key*; *default* where the file has no such column."""
        return self.values.get(key, default)


@dataclass(frozen=True, slots=True)
class Rejection:
    """A cell that cannot be taken; ``row`` as a spreadsheet shows it, ``column`` as its header says."""

    row: int
    column: str
    reason: str
    value: str = ""


class Intake:
    """One import's ledger: what became of each row, what was refused, how far it is.

    *columns* names the file's header of a field key; ``unread_from`` is the row at which reading was given
    up because too much was refused already, else 0.
    """

    def __init__(self, columns: Mapping[str, str] | None = None, progress: Progress | None = None) -> None:
        self._columns = columns or {}
        self._progress = progress or Quiet()
        self._rejected: list[Rejection] = []
        self._refused: set[int] = set()
        self._unlisted = 0
        self.unread_from = 0
        self._verdicts: dict[int, Verdict] = {}

    @property
    def rejected(self) -> Sequence[Rejection]:
        """What was refused so far, in the order in which it was found; at most MOST_REJECTIONS of it."""
        return tuple(self._rejected)

    @property
    def refused(self) -> AbstractSet[int]:
        """Every row of the file of which something was refused."""
        return self._refused

    @property
    def full(self) -> bool:
        """Whether no more refusals are listed."""
        return len(self._rejected) >= MOST_REJECTIONS

    @property
    def unlisted(self) -> int:
        """Refusals that are not listed."""
        return self._unlisted

    def verdict(self, record: Record) -> Verdict:
        """What became of the record so far."""
        return self._verdicts.get(record.row, Verdict.UNCHANGED)

    def reject(self, record: Record, key: str, reason: str) -> None:
        """Refuse the cell of *record* in field *key*, saying why."""
        value = record.values.get(key, "")
        self.reject_row(record.row, key, reason, "" if value is None else str(value))

    def reject_row(self, row: int, key: str, reason: str, cell: str = "") -> None:
        """Refuse the *cell* in *row* of the file and field *key*."""
        self._refused.add(row)
        if self.full:
            self._unlisted += 1
            return
        self._rejected.append(Rejection(row, self._columns.get(key, key), reason, cell[:SHOWN]))

    def note(self, record: Record, verdict: Verdict) -> None:
        """Say what became of *record*; the greatest of several verdicts stands."""
        self._verdicts[record.row] = max(self.verdict(record), verdict, key=_RANK.__getitem__)

    def aside(self) -> Intake:
        """A ledger for the parts of records, with the same progress."""
        return Intake(self._columns, self._progress)

    def step(self, done: int, total: int, text: str = "") -> None:
        """Report progress, every STEP rows. Raises ImportStoppedError if the person stopped it."""
        if done % STEP and done != total:
            return
        self._progress.report(done, total, text)
        if self._progress.cancelled:
            raise ImportStoppedError(_("The import was stopped. Nothing was changed."))


Take = Callable[[Session, Sequence[Record], Intake], None]
Give = Callable[[Session], Iterator[Mapping[str, Any]]]


@dataclass(frozen=True)
class Kind:
    """A kind of record: its columns, how rows are taken in and given out.

    *take* writes the records and notes a verdict for each, or refuses cells; *give* yields the
    rows in a steady order, field key → typed value. *needs* are the kinds to import before it.
    """

    name: str
    title: str
    fields: tuple[Field, ...]
    take: Take
    give: Give
    needs: tuple[str, ...] = ()

    def field(self, key: str) -> Field:
        """The field with that key; KeyError where there is none."""
        return next(field for field in self.fields if field.key == key)

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys of the fields by which a record is known."""
        return tuple(field.key for field in self.fields if field.key_part)
