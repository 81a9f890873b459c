"""The list of listings, as the table reads it."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from datetime import timedelta

from factory_erp.i18n import N_
from factory_erp.services.clock import today
from factory_erp.services.listings import grid as listing_grid
from factory_erp.services.listings import performance as listing_performance
from factory_erp.services.listings.grid import BROUGHT_DAYS, GridRow
from factory_erp.services.listings.performance import Performance
from factory_erp.ui import listing_words
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.rows import Column, Row
from factory_erp.ui.kit.theme import Tone
from factory_erp.ui.listings import words
from factory_erp.ui.listings.cells import CoverCell, MarkCell

COLUMNS = (
    Column("cover", N_("Cover"), 60, align="centre", sortable=False, narrowest=60),
    Column("title", N_("Product and title"), 230, narrowest=200,
           tooltip=N_("Sorted by model number")),
    Column("account", N_("Account"), 150, narrowest=132, priority=1),
    Column("platform", N_("Platform"), 104, sortable=False, priority=9, narrowest=96),
    Column("state", N_("State"), 100, kind="pill"),
    Column("problems", N_("Check"), 114, narrowest=114,
           tooltip=N_("What keeps the listing from being published")),
    Column("differs", N_("On platform"), 110, narrowest=110,
           tooltip=N_("Whether it is there as it should be")),
    Column("price", N_("Price"), 140, kind="number", sortable=False, tooltip=N_("From, to")),
    Column("min_order", N_("Least order"), 96, kind="number", sortable=False, priority=5),
    Column("stock", N_("Stock"), 104, kind="number", sortable=False, priority=2,
           tooltip=N_("What the platform was told / what it will be told")),
    Column("lead", N_("Lead time"), 92, kind="number", sortable=False, priority=7),
    Column("views", N_("Views"), 64, kind="number", sortable=False, priority=8,
           tooltip=N_("Of the last 30 days")),
    Column("inquiries", N_("Inquiries"), 80, kind="number", sortable=False, priority=4,
           tooltip=N_("Of the last 30 days")),
    Column("orders", N_("Orders"), 66, kind="number", sortable=False, priority=3,
           tooltip=N_("Of the last 30 days")),
)  # fmt: skip

EMPTY: Row = ("",) * len(COLUMNS)


class ListingSource:
    """Listings of a saved view, of one account or of all, that match a search; see ``rows.RowSource``."""

    columns: Sequence[Column] = COLUMNS

    def __init__(self) -> None:
        self.account_id: int | None = None
        self._brought: dict[int, Performance] = {}

    def ids(self, *, view: str, search: str, sort: str, descending: bool) -> array[int]:
        """Ids in the order asked."""
        # Read here and not with each page of rows: those are read while painting.
        self._brought = self._read_brought()
        return listing_grid.grid_ids(view or "all", search, sort or "title", descending, self.account_id)

    def _read_brought(self) -> dict[int, Performance]:
        since = today() - timedelta(days=BROUGHT_DAYS)
        accounts = [account.id for account in listing_grid.listed_accounts()]
        wanted = [number for number in accounts if self.account_id in (None, number)]
        return {
            one.listing_id: one for number in wanted for one in listing_performance.performance(number, since)
        }

    def rows(self, ids: Sequence[int]) -> Sequence[Row]:
        """The lines of *ids*; one that vanished is empty."""
        found = {row.id: row for row in listing_grid.grid_rows(ids)}
        return [self._row(found[key]) if key in found else EMPTY for key in ids]

    def _row(self, row: GridRow) -> Row:
        brought = self._brought.get(row.id) or Performance(row.id)
        return (
            CoverCell(row.cover),
            row.title if row.title == row.model_number else f"{row.model_number} · {row.title}",
            row.account,
            words.platform(row.platform),
            listing_words.state_pill(row.state),
            check_mark(row.problems),
            differs_mark(row),
            words.price_span(row.prices, row.currency),
            figures.quantity(row.min_order, row.unit) if row.min_order is not None and row.unit else "",
            listing_words.stock(row),
            words.lead(row.lead),
            _count(brought.views),
            _count(brought.inquiries),
            _count(brought.orders),
        )


def check_mark(problems: int) -> MarkCell:
    """A tick, or how many problems there are."""
    if problems:
        return MarkCell(listing_words.problems(problems), "warning", Tone.DANGER)
    return MarkCell(listing_words.problems(0), "check", Tone.SUCCESS)


def differs_mark(row: GridRow) -> MarkCell:
    """Whether the platform says what it should."""
    found = listing_words.presence(row)
    return MarkCell(found.text, found.icon, found.tone)


def _count(number: int) -> str:
    return figures.number(number) if number else figures.NONE
