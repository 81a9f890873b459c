"""The list of products, as the table reads it."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Sequence

from factory_erp.i18n import N_, _
from factory_erp.services.catalogue import products
from factory_erp.services.catalogue.products import ProductRow
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.rows import Column, PillCell, Row
from factory_erp.ui.kit.theme import Tone
from factory_erp.ui.products import words

COLUMNS = (
    Column("code", N_("Code"), 130, narrowest=90),
    Column("name", N_("Name"), 300, narrowest=200),
    Column("category", N_("Category"), 140, priority=2),
    Column("brand", N_("Brand"), 100, priority=5),
    Column("material", N_("Made of"), 140, priority=6),
    Column("items", N_("Items"), 76, kind="number", tooltip=N_("Active items of the product")),
    Column("texts", N_("Texts"), 84, kind="pill", sortable=False, priority=1,
           tooltip=N_("How complete the texts are in English and Chinese, those of the items included")),
    Column("certificates", N_("Certificates"), 112, kind="pill", sortable=False, priority=3),
    Column("picture", N_("Picture"), 90, kind="pill", sortable=False, priority=4),
)  # fmt: skip

EMPTY: Row = ("",) * len(COLUMNS)


class ProductSource:
    """Products of a saved view that match a search; see ``rows.RowSource``."""

    columns: Sequence[Column] = COLUMNS

    def __init__(self) -> None:
        self._lapsing: frozenset[int] = frozenset()

    def ids(self, *, view: str, search: str, sort: str, descending: bool) -> array[int]:
        """Ids in the order asked."""
        # Read here and not with each page of rows: those are read while painting.
        self._lapsing = frozenset(products.product_ids("certificates"))
        return products.product_ids(view or "all", search, sort or "code", descending)

    def rows(self, ids: Sequence[int]) -> Sequence[Row]:
        """The lines of *ids*; one that vanished is empty."""
        found = {row.id: row for row in products.product_rows(ids)}
        return [_row(found[key], self._lapsing) if key in found else EMPTY for key in ids]


def _row(row: ProductRow, lapsing: Collection[int]) -> Row:
    return (
        row.code,
        row.name,
        row.category,
        row.brand,
        row.material,
        figures.number(row.items),
        words.percent_pill(row.complete_percent),
        PillCell(_("Lapsing"), Tone.WARNING) if row.id in lapsing else "",
        "" if row.cover else PillCell(_("Missing"), Tone.NEUTRAL),
    )
