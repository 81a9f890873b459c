"""The list of purchase orders, as the table reads it, and the lines of one."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from factory_erp.i18n import N_, _
from factory_erp.services.purchasing import orders as purchases
from factory_erp.services.purchasing.orders import PurchaseLineView, PurchaseRow
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.rows import Column, PillCell, Row
from factory_erp.ui.kit.theme import Tone
from factory_erp.ui.material import words

COLUMNS = (
    Column("number", N_("Purchase order"), 140, kind="number", align="left"),
    Column("supplier", N_("Supplier"), 240, narrowest=150),
    Column("ordered", N_("Ordered on"), 100, kind="date", priority=2),
    Column("lines", N_("Open lines"), 90, kind="number", sortable=False, priority=1),
    Column("expected", N_("Next expected"), 132, kind="date"),
    Column("state", N_("State"), 100, kind="pill"),
)

LINE_COLUMNS = (
    Column("item", N_("Item"), 220, narrowest=150),
    Column("quantity", N_("Quantity"), 84, kind="number"),
    Column("unit", N_("Unit"), 50, narrowest=50),
    Column("received", N_("Received so far"), 122, kind="number", priority=2),
    Column("open", N_("To come"), 84, kind="number"),
    Column("needed", N_("Needed by"), 96, kind="date", priority=1),
    Column("expected", N_("Expected"), 96, kind="date"),
    Column("late", N_("Late"), 112, kind="pill"),
    Column("waiting", N_("Who waits"), 190, narrowest=130, priority=3),
)

EMPTY: Row = ("",) * len(COLUMNS)


class PurchaseSource:
    """Purchase orders of a view that match a search; see ``rows.RowSource``."""

    columns: Sequence[Column] = COLUMNS

    def ids(self, *, view: str, search: str, sort: str, descending: bool) -> array[int]:
        """Ids in the order asked."""
        return purchases.purchase_ids(view or "open", search, sort or "expected", descending)

    def rows(self, ids: Sequence[int]) -> Sequence[Row]:
        """The lines of *ids*; one that vanished is empty."""
        found = {row.id: _cells(row) for row in purchases.purchase_rows(ids)}
        return [found.get(wanted, EMPTY) for wanted in ids]


def _cells(row: PurchaseRow) -> Row:
    return (
        row.number,
        row.supplier or _("Not known yet"),
        figures.day(row.ordered_on),
        words.open_lines(row.open_lines, row.lines),
        figures.day(row.expected_on),
        words.state_pill(row.state, late=row.late),
    )


def line_cells(line: PurchaseLineView) -> Row:
    """A line of a purchase order."""
    return (
        words.item(line.sku, line.name),
        figures.number(line.quantity),
        figures.unit(line.unit),
        figures.number(line.received) if line.received else figures.NONE,
        figures.number(line.open) if line.open else figures.NONE,
        figures.day(line.needed_on),
        figures.day(line.expected_on),
        _late(line),
        words.waiting(line.waiting),
    )


def _late(line: PurchaseLineView) -> PillCell | str:
    """Overdue, or how late it comes for those who wait."""
    if line.late:
        return PillCell(_("Overdue"), Tone.DANGER)
    days = max((one.late_days for one in line.waiting), default=0)
    return words.late_pill(days) if line.open else ""


def id_of(key: str) -> int | None:
    """Id of the purchase order that a deep link names by its id or number; None where there is none."""
    if key.isdecimal():
        return int(key)
    rows = purchases.purchase_rows(purchases.purchase_ids("all", key))
    return next((row.id for row in rows if row.number == key), None)
