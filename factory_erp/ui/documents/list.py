"""The register as the table reads it, and the periods it can be narrowed to."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from factory_erp.i18n import N_
from factory_erp.services.issuing import register
from factory_erp.services.issuing.register import EVERYTHING, Filter, RegisterRow
from factory_erp.ui import paper_words
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.rows import Column, Row

VIEW_NAMES = {
    "in_force": N_("In force"),
    "this_month": N_("This month"),
    "superseded": N_("Superseded"),
    "cancelled": N_("Cancelled"),
    "all": N_("All"),
}
"""Saved views of ``services.issuing.register`` and what their chips say."""

EMPTY_TEXTS = {
    "in_force": N_("No document is in force. Documents are issued on the workbench of a shipment."),
    "this_month": N_("Nothing was issued this month. Documents are issued on the workbench of a shipment."),
    "superseded": N_("No document was replaced by a later revision."),
    "cancelled": N_("No document was cancelled."),
    "all": N_("Nothing was issued yet. Pack a shipment and issue its documents on its workbench."),
}

PERIODS = {
    "": N_("Any time"),
    "week": N_("Last 7 days"),
    "month": N_("Last 31 days"),
    "year": N_("This year"),
    "before": N_("Last year"),
}
"""Days of issue that the register can be narrowed to."""

COLUMNS = (
    Column("number", N_("Number"), 128, narrowest=118),
    Column("kind", N_("Document"), 170, narrowest=132),
    Column("revision", N_("Rev."), 50, kind="number", tooltip=N_("Revision"), priority=6),
    Column("partner", N_("Partner"), 180, narrowest=130),
    Column("owner", N_("Belongs to"), 124, sortable=False, narrowest=116, priority=2),
    Column("language", N_("Language"), 120, priority=5, narrowest=96),
    Column("issued", N_("Issued"), 96, kind="date", priority=1),
    Column("state", N_("State"), 104, kind="pill"),
)

EMPTY: Row = ("",) * len(COLUMNS)


def period(key: str, day: date) -> tuple[date | None, date | None]:
    """First and last day of the period *key*, seen from *day*; None where it is open."""
    match key:
        case "week":
            return day - timedelta(days=6), day
        case "month":
            return day - timedelta(days=30), day
        case "year":
            return date(day.year, 1, 1), date(day.year, 12, 31)
        case "before":
            return date(day.year - 1, 1, 1), date(day.year - 1, 12, 31)
    return None, None


class RegisterList:
    """Documents by saved view and search, of one kind and period or of all; see ``rows.RowSource``."""

    columns: Sequence[Column] = COLUMNS

    def __init__(self) -> None:
        self.narrowed: Filter = EVERYTHING

    def narrow(self, kind: str, since: date | None, until: date | None) -> None:
        """List only that kind ("": any), issued from *since* to *until*."""
        self.narrowed = replace(self.narrowed, kind=kind, since=since, until=until)

    def ids(self, *, view: str, search: str, sort: str, descending: bool) -> array[int]:
        """Ids of the documents of *view* that contain *search*."""
        return register.register_ids(view or "all", search, sort, descending, self.narrowed)

    def rows(self, ids: Sequence[int]) -> Sequence[Row]:
        """The rows of *ids*; one that is not there is empty."""
        found = {row.id: cells(row) for row in register.register_rows(ids)}
        return [found.get(wanted, EMPTY) for wanted in ids]


def cells(row: RegisterRow) -> Row:
    """A document as the table shows it."""
    return (
        row.number,
        paper_words.kind_name(row.kind, row.variant),
        str(row.revision),
        row.partner,
        row.owner,
        paper_words.language_name(row.language),
        figures.local_day(row.issued_at),
        paper_words.state_pill(row.state),
    )
