"""Where a product is sold: its listing in each shop, and the SKU that each of its items has there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.i18n import N_, _, ngettext
from factory_erp.services.catalogue import products
from factory_erp.services.catalogue.products import ListingView
from factory_erp.services.listings import grid as listing_grid
from factory_erp.services.listings.grid import GridRow
from factory_erp.ui import listing_words
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.buttons import Button, label
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.frames import GAP, framed, split
from factory_erp.ui.kit.rows import Column, PillCell, Row
from factory_erp.ui.kit.simple_table import SimpleTable
from factory_erp.ui.platforms.words import platform

LISTINGS = (
    Column("account", N_("Shop"), 170, sortable=False, narrowest=130),
    Column("platform", N_("Platform"), 110, sortable=False, priority=2, narrowest=96),
    Column("title", N_("Title"), 280, sortable=False, narrowest=160),
    Column("state", N_("State"), 110, kind="pill", sortable=False),
    Column("problems", N_("Check"), 110, kind="pill", sortable=False,
           tooltip=N_("What keeps the listing from being published")),
    Column("differs", N_("On platform"), 110, kind="pill", sortable=False,
           tooltip=N_("Whether it is there as it should be")),
    Column("stock", N_("Stock"), 110, kind="number", sortable=False,
           tooltip=N_("What the platform was told / what it will be told")),
    Column("published", N_("Published"), 132, kind="date", sortable=False, priority=1),
)  # fmt: skip
SKUS = (
    Column("platform", N_("Platform"), 120, sortable=False),
    Column("account", N_("Shop"), 160, sortable=False),
    Column("external_sku", N_("SKU there"), 170, sortable=False),
    Column("sku", N_("Our SKU"), 160, sortable=False),
    Column("name", N_("Name"), 260, sortable=False, priority=1),
)


@dataclass(frozen=True, slots=True)
class Sold:
    """The listings of a product by account, and the platforms' SKUs that mean its items."""

    listings: tuple[GridRow, ...]
    skus: Sequence[ListingView]


def read_sold(product_id: int) -> Sold:
    """Where the product is sold, as it stands now."""
    ids = listing_grid.grid_ids(sort="account", product_id=product_id)
    return Sold(listing_grid.grid_rows(ids), products.listings(product_id))


class ListingsTab(QWidget):
    """Read-only: listings are edited on the page Listings, SKUs of platforms matched on Platforms."""

    dirty_changed = Signal(bool)

    def __init__(self, context: UiContext, record_id: int) -> None:
        super().__init__()
        self.context, self.record_id = context, record_id
        self._views: Sequence[ListingView] = ()
        self.listings = SimpleTable(LISTINGS)
        self.listings.set_name(_("Listings"))
        self.listings.set_empty_text(_("Not listed yet. Add the product on the page Listings."))
        self.listings.activated.connect(self.open_listing)
        self.listings.current_changed.connect(lambda _key: self._note_current())
        self.table = SimpleTable(SKUS)
        self.table.set_name(_("SKUs of the shops"))
        self.table.set_empty_text(
            _("No order has named a SKU of this product yet. It is matched when the first one comes in.")
        )
        self.table.activated.connect(self.open_item)
        self.listed, self.counts = label(bold=True), label(bold=True)
        self.open_button = Button(_("Open listing"), icon="tag", run=self._open_current)
        self.all_button = Button(_("Open Listings"), icon="tag", run=self.open_listings)
        self.link = Button(_("Open Platforms"), icon="store", run=self.open_platforms)
        self._lay_out()
        self._note_current()

    def _lay_out(self) -> None:
        origin = label(
            _(
                "Shop and SKU come from the platform, as its orders name them; the item behind a SKU was "
                "chosen on the page Platforms. Names, pictures and prices of the item are kept here."
            ),
            muted=True,
            wrap=True,
        )
        above = _part(_head(self.listed, self.open_button, self.all_button), framed(self.listings))
        below = _part(_head(self.counts, self.link), origin, framed(self.table))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(split(above, below, across=False, stretch=(1, 2), sizes=(190, 380)), 1)
        self.setFocusProxy(self.listings)

    # the tab's protocol

    def refresh(self) -> None:
        """Read again where the product is sold."""
        self.context.jobs.run(partial(read_sold, self.record_id), done=self._take, owner=self)

    def is_dirty(self) -> bool:
        """Never: nothing is edited here."""
        return False

    def save(self) -> bool:
        """There is nothing to save."""
        return True

    def discard(self) -> None:
        """There is nothing to throw away."""

    def _take(self, sold: Sold) -> None:
        self._views = sold.skus
        self.listings.set_rows([listed_row(one) for one in sold.listings], [one.id for one in sold.listings])
        self.table.set_rows([sku_row(view) for view in sold.skus])
        self.listed.setText(listed_summary(sold.listings))
        self.counts.setText(summary(sold.skus))
        self._note_current()

    def _note_current(self) -> None:
        self.open_button.setEnabled(self.listings.current_key() is not None)

    # where it leads

    def open_listing(self, key: object) -> None:
        """Go to the listing *key*."""
        self.context.navigate(f"erp://listings/{key}")

    def _open_current(self) -> None:
        key = self.listings.current_key()
        if key is not None:
            self.open_listing(key)

    def open_listings(self) -> None:
        """Go where products are listed."""
        self.context.navigate("erp://listings/view/all")

    def open_item(self, key: object) -> None:
        """Go to the item of the line *key*."""
        if isinstance(key, int) and 0 <= key < len(self._views):
            self.context.navigate(f"erp://catalog/{self._views[key].item_id}")

    def open_platforms(self) -> None:
        """Go where shops are connected and SKUs are matched."""
        self.context.navigate("erp://platforms/accounts")


def _head(title: QWidget, *buttons: Button) -> QWidget:
    head = QWidget()
    row = QHBoxLayout(head)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(10)
    row.addWidget(title, 1)
    for button in buttons:
        row.addWidget(button)
    return head


def _part(*contents: QWidget) -> QWidget:
    """*contents* under one another; the last one takes the room."""
    part = QWidget()
    column = QVBoxLayout(part)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(GAP - 2)
    for content in contents:
        column.addWidget(content)
    column.setStretchFactor(contents[-1], 1)
    return part


def listed_row(row: GridRow) -> Row:
    """A listing as the table shows it."""
    there = listing_words.presence(row)
    return (
        row.account,
        platform(row.platform),
        row.title,
        listing_words.state_pill(row.state),
        listing_words.check_pill(row.problems),
        PillCell(there.text, there.tone),
        listing_words.stock(row),
        figures.local(row.published_at) or figures.NONE,
    )


def sku_row(view: ListingView) -> Row:
    """A SKU of a shop as the table shows it."""
    return platform(view.platform), view.account, view.external_sku, view.sku, view.name


def listed_summary(rows: Sequence[GridRow]) -> str:
    """How many listings in how many shops: "2 listings in 2 shops"."""
    if not rows:
        return _("Not listed yet")
    said = ngettext("{number} listing", "{number} listings", len(rows), number=figures.number(len(rows)))
    return _in_shops(said, len({row.account for row in rows}))


def summary(views: Sequence[ListingView]) -> str:
    """How many SKUs in how many shops: "6 SKUs in 2 shops"."""
    shops = len({view.account_id for view in views})
    if not shops:
        return _("No SKU matched yet")
    skus = ngettext("{number} SKU", "{number} SKUs", len(views), number=figures.number(len(views)))
    return _in_shops(skus, shops)


def _in_shops(said: str, shops: int) -> str:
    return ngettext("{skus} in {number} shop", "{skus} in {number} shops", shops, skus=said,
                    number=figures.number(shops))  # fmt: skip
