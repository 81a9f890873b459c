"""The list of orders as a table reads it: a ``RowSource`` over the sales queries."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from factory_erp.i18n import N_, _
from factory_erp.services.sales import views as sales_views
from factory_erp.services.sales.views import OrderRow
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.rows import Column, Row
from factory_erp.ui.sales import texts

COLUMNS = (
    Column("number", N_("Order no."), 122, kind="date"),
    Column("ordered", N_("Ordered"), 96, kind="date", priority=7),
    Column("channel", N_("Channel"), 226, sortable=False, priority=6, narrowest=200),
    Column("customer", N_("Customer"), 190, narrowest=120),
    Column("country", N_("To"), 46, kind="pill", sortable=False, priority=5, tooltip=N_("Destination")),
    Column("goods", N_("Goods"), 200, sortable=False, priority=3, narrowest=150),
    Column("quantity", N_("Quantity"), 80, kind="number", sortable=False, priority=4),
    Column("total", N_("Amount"), 122, kind="number", priority=1),
    Column("ship_by", N_("Ship by"), 96, kind="date", tooltip=N_("Promised ship date")),
    Column("state", N_("State"), 124, kind="pill"),
)
"""Keys of sortable columns are the sort keys of ``sales.views.order_ids``."""


class OrderSource:
    """Orders by the million: ids sorted and filtered by SQL, rows formatted as they are fetched.

    ``view`` is one of ``sales.views.VIEWS``; empty means all. Safe to call from any thread.
    """

    @property
    def columns(self) -> Sequence[Column]:
        """The columns, in the order of the cells of a row."""
        return COLUMNS

    def ids(self, *, view: str, search: str, sort: str, descending: bool) -> array[int]:
        """Ids of the orders of *view* that contain *search*, in the wished order."""
        return sales_views.order_ids(view=view or "all", words=search, sort=sort, descending=descending)

    def rows(self, ids: Sequence[int]) -> Sequence[Row]:
        """The orders with these ids, formatted; a vanished one is a row of empty cells."""
        found = {row.id: display(row) for row in sales_views.order_rows(ids)}
        return [found.get(wanted, _BLANK) for wanted in ids]


_BLANK: Row = ("",) * len(COLUMNS)


def display(row: OrderRow) -> Row:
    """The cells of one order."""
    return (
        row.number,
        figures.local_day(row.ordered_at),
        row.channel or _("Direct"),
        row.customer,
        row.country,
        goods(row),
        figures.number(row.quantity),
        figures.money(row.total),
        figures.day(row.ship_by) or figures.NONE,
        texts.state_pill(row.state, row.late),
    )


def goods(row: OrderRow) -> str:
    """The first item, and how many more there are."""
    if not row.more_lines:
        return row.goods
    return _("{name} +{count} more", name=row.goods, count=row.more_lines)
