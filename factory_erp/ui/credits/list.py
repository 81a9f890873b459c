"""The list of letters of credit, as the table reads it."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from factory_erp.i18n import N_
from factory_erp.models.credits import CreditState
from factory_erp.services.credits import views as credit_views
from factory_erp.services.credits.views import CreditRow
from factory_erp.ui.credits import words
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.rows import Column, Row

COLUMNS = (
    Column("number", N_("Number"), 160, narrowest=146, tooltip=N_("Field 20")),
    Column("customer", N_("Applicant"), 170, narrowest=110, tooltip=N_("Customer, or field 50")),
    Column("bank", N_("Bank"), 140, sortable=False, priority=4, narrowest=110),
    Column("amount", N_("Amount"), 124, kind="number"),
    Column("drawn", N_("Drawn"), 62, kind="number", sortable=False, priority=3,
           tooltip=N_("Invoices of the shipments under it, of the largest amount allowed")),
    Column("latest_shipment", N_("Latest shipment"), 128, kind="date", priority=1),
    Column("presentation", N_("Presentation"), 104, kind="date", sortable=False, priority=2,
           tooltip=N_("Last day for papers of goods that are on board, else days after shipment")),
    Column("expires_on", N_("Expires"), 98, kind="date"),
    Column("days_left", N_("Days left"), 112, kind="pill", sortable=False),
    Column("state", N_("State"), 92, kind="pill"),
)  # fmt: skip

EMPTY: Row = ("",) * len(COLUMNS)


class CreditSource:
    """Credits of a saved view that match a search; see ``rows.RowSource``."""

    columns: Sequence[Column] = COLUMNS

    def ids(self, *, view: str, search: str, sort: str, descending: bool) -> array[int]:
        """Ids in the order asked."""
        return credit_views.credit_ids(view or "open", search, sort or "expires_on", descending)

    def rows(self, ids: Sequence[int]) -> Sequence[Row]:
        """The lines of *ids*; one that vanished is empty."""
        found = {row.id: row for row in credit_views.credit_rows(ids)}
        return [_row(found[key]) if key in found else EMPTY for key in ids]


def _row(row: CreditRow) -> Row:
    settled = row.state in (CreditState.USED, CreditState.CLOSED)
    waiting = figures.day(row.presentation) or words.presentation_period(row.presentation_days)
    return (
        row.number,
        row.customer,
        row.bank,
        figures.money(row.amount),
        words.share(row.drawn.planned, row.drawn.largest),
        figures.day(row.latest_shipment),
        waiting,
        figures.day(row.expires_on),
        words.days_pill(row.days_left, settled=settled),
        words.state_pill(row.state),
    )
