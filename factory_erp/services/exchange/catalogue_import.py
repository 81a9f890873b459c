"""Bringing a whole catalogue in: items, texts, packaging, prices, bills, routings, stock.

Each part goes the way of a file of its kind (``exchange``): the same cells are taken and refused,
what is there is found by its key, nothing is deleted but the lines of a bill or routing. All or
nothing: whatever cannot be taken refuses the whole input, with the list of all that is wrong.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from factory_erp.domain.errors import DomainError, InvalidValue
from factory_erp.i18n import _, ngettext
from factory_erp.services.base import use_case
from factory_erp.services.catalogue.input import CatalogueInput, RowProblem
from factory_erp.services.engineering.structure import lock_bills
from factory_erp.services.exchange.catalogue_records import Cells, Entry, entries
from factory_erp.services.exchange.fields import Field
from factory_erp.services.exchange.kind import Intake, Kind, Record, Verdict
from factory_erp.services.exchange.registry import kind as kind_named
from factory_erp.services.progress import Progress

SHOWN = 20
"""Problems that the message itself lists; the error carries them all."""
OF_ITEMS = ("items", "item-texts", "packaging", "prices")
"""The kinds that together are an item."""


class ImportRejectedError(DomainError):
    """The input has records that cannot be taken; nothing was changed."""

    def __init__(self, problems: list[RowProblem]) -> None:
        lines = [f"{problem.record} · {problem.field}: {problem.reason}" for problem in problems[:SHOWN]]
        said = ngettext(
            "{count} record cannot be imported; nothing was changed.",
            "{count} records cannot be imported; nothing was changed.",
            len(problems),
        )
        super().__init__(
            "\n".join([said, *lines]),
            record=problems[0].record,
            field=problems[0].field,
            remedy=_("Correct them and import again."),
        )
        self.problems = problems


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of the items, and how much else the catalogue now holds."""

    created: int
    updated: int
    unchanged: int
    bills: int
    bill_lines: int
    routings: int


@use_case
def import_catalogue(
    session: Session, catalogue: CatalogueInput, progress: Progress | None = None
) -> ImportReport:
    """Take the catalogue in. Raises ImportRejectedError, or ImportStoppedError where it was stopped."""
    if catalogue.bills:
        lock_bills(session)
    taking = _Taking(session, progress)
    taking.problems += _nameless(catalogue)
    for name, given in entries(catalogue):
        taking.take(kind_named(name), given)
    if taking.problems:
        raise ImportRejectedError(taking.problems)
    count = Counter(taking.items.values())
    return ImportReport(
        created=count[Verdict.CREATED],
        updated=count[Verdict.UPDATED],
        unchanged=count[Verdict.UNCHANGED],
        bills=len(catalogue.bills),
        bill_lines=sum(len(bill.components) for bill in catalogue.bills),
        routings=len(catalogue.routings),
    )


def _nameless(catalogue: CatalogueInput) -> Iterator[RowProblem]:
    """Items without a text: the catalogue of a file may add names later, a whole one may not."""
    for item in catalogue.items:
        if not item.texts:
            yield RowProblem(item.sku, _("Name"), _("is missing in every language"))


class _Taking:
    """One import: what was wrong so far, and what became of each item."""

    def __init__(self, session: Session, progress: Progress | None) -> None:
        self._session = session
        self._progress = progress
        self._refused: set[tuple[str, str]] = set()
        self.problems: list[RowProblem] = []
        self.items: dict[str, Verdict] = {}

    def take(self, kind: Kind, given: Sequence[Entry]) -> None:
        """Let the kind take its entries."""
        before = len(self.problems)
        spoken = [entry for entry in given if not any(map(self._depends_on_refused, entry.rows))]
        rows = [(entry.record, cells) for entry in self._once(kind, spoken) for cells in entry.rows]
        names = [record for record, _cells in rows]
        read = (self._read(kind, number, *row) for number, row in enumerate(rows, 1))
        records = [record for record in read if record]
        intake = Intake({field.key: _(field.title) for field in kind.fields}, self._progress)
        if records:
            kind.take(self._session, records, intake)
        for one in intake.rejected:
            self.problems.append(RowProblem(names[one.row - 1], one.column, one.reason))
        if len(kind.keys) == 1:
            self._refused |= {(kind.keys[0], problem.record) for problem in self.problems[before:]}
        if kind.name in OF_ITEMS:
            self._note(kind, records, intake)

    def _once(self, kind: Kind, given: Sequence[Entry]) -> Iterable[Entry]:
        """The entries by key; one that stands twice would silently win, one without rows would do nothing."""
        for key, times in Counter(entry.key for entry in given).items():
            if times > 1:
                reason = _("stands {times} times in the input", times=times)
                self.problems.append(RowProblem(key[0], _(kind.title), reason))
        for entry in given:
            if not entry.rows:
                self.problems.append(RowProblem(entry.record, _(kind.title), _("is empty")))
        return {entry.key: entry for entry in given}.values()

    def _depends_on_refused(self, cells: Cells) -> bool:
        """Whether the row speaks of a record that was refused: that was said already."""
        spoken = [(key, cells[key]) for key in ("sku", "centre") if key in cells]
        return not self._refused.isdisjoint([*spoken, ("sku", cells.get("component"))])

    def _read(self, kind: Kind, number: int, name: str, cells: Cells) -> Record | None:
        """The row's values as cells of a file would be read; None where one cannot be taken."""
        values: dict[str, Any] = {}
        for key, value in cells.items():
            field = kind.field(key)
            try:
                values[key] = _value(field, _text(value))
            except InvalidValue as error:
                self.problems.append(RowProblem(name, _(field.title), str(error)))
        return Record(number, values) if len(values) == len(cells) else None

    def _note(self, kind: Kind, records: Sequence[Record], intake: Intake) -> None:
        """An item is what its own row became, and at least updated where something of it changed."""
        for record in records:
            sku, verdict = record["sku"], intake.verdict(record)
            if kind.name == "items":
                self.items[sku] = verdict
            elif verdict is not Verdict.UNCHANGED and self.items.get(sku) is Verdict.UNCHANGED:
                self.items[sku] = Verdict.UPDATED


def _text(value: Any) -> str:
    """The value as it stands in a file."""
    if value is None:
        return ""
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _value(field: Field, text: str) -> Any:
    if text.strip():
        return field.read(text)
    if field.required:
        raise InvalidValue(_("The cell is empty."), remedy=_("Fill it in."))
    return field.default
