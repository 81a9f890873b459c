"""The list of items, as the table reads it."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from factory_erp.i18n import N_
from factory_erp.services.catalogue import views as catalog
from factory_erp.services.catalogue.views import ItemRow
from factory_erp.ui.catalog import words
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.rows import Column, Row

# Codes are of kind "date": half an HS code is of no use, so the column is hidden rather than cut.
COLUMNS = (
    Column("sku", N_("SKU"), 130, narrowest=110),
    Column("name", N_("Name"), 400, narrowest=330),
    Column("kind", N_("Kind"), 118, kind="pill", priority=3),
    Column("procurement", N_("Make or buy"), 104, kind="date", priority=7),
    Column("unit", N_("Unit"), 60, priority=8),
    Column("hs_code", N_("HS code"), 112, kind="date", priority=5),
    Column("on_hand", N_("On hand"), 90, kind="number", priority=1),
    Column("price", N_("Price from"), 104, kind="number", sortable=False, priority=2,
           tooltip=N_("The lowest price tier; for what is not sold, the standard cost")),
    Column("pack", N_("Per carton"), 88, kind="number", sortable=False, priority=6,
           tooltip=N_("Pieces in a master carton")),
)  # fmt: skip

EMPTY: Row = ("",) * len(COLUMNS)


class ItemSource:
    """Items of a saved view that match a search; see ``rows.RowSource``."""

    columns: Sequence[Column] = COLUMNS

    def ids(self, *, view: str, search: str, sort: str, descending: bool) -> array[int]:
        """Ids in the order asked."""
        return catalog.item_ids(view or "all", search, sort or "sku", descending)

    def rows(self, ids: Sequence[int]) -> Sequence[Row]:
        """The lines of *ids*; one that vanished is empty."""
        found = {row.id: row for row in catalog.item_rows(ids)}
        return [_row(found[item_id]) if item_id in found else EMPTY for item_id in ids]


def _row(row: ItemRow) -> Row:
    return (
        row.sku,
        row.name,
        words.kind_pill(row.kind),
        words.procurement(row.procurement),
        figures.unit(row.unit),
        words.hs(row.hs_code),
        figures.number(row.on_hand),
        figures.cost(row.price_from) if row.price_is_cost else figures.money(row.price_from),
        figures.number(row.pack) if row.pack else "",
    )
