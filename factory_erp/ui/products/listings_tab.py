"""Where a product is sold: the shops on platforms, and the SKU that each of its items has there."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.i18n import N_, _, ngettext
from factory_erp.services import products
from factory_erp.services.products import ListingView
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.buttons import Button, label
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.frames import GAP, framed
from factory_erp.ui.kit.rows import Column, Row
from factory_erp.ui.kit.simple_table import SimpleTable
from factory_erp.ui.platforms.words import platform

COLUMNS = (
    Column("platform", N_("Platform"), 120, sortable=False),
    Column("account", N_("Shop"), 160, sortable=False),
    Column("external_sku", N_("SKU there"), 170, sortable=False),
    Column("sku", N_("Our SKU"), 160, sortable=False),
    Column("name", N_("Name"), 260, sortable=False, priority=1),
)


class ListingsTab(QWidget):
    """Read-only: SKUs of platforms are matched on the page Platforms."""

    dirty_changed = Signal(bool)

    def __init__(self, context: UiContext, record_id: int) -> None:
        super().__init__()
        self.context, self.record_id = context, record_id
        self._views: list[ListingView] = []
        self.table = SimpleTable(COLUMNS)
        self.table.set_name(_("Listings"))
        self.table.set_empty_text(
            _("No shop sells this product yet. A SKU is matched when the first order for it comes in.")
        )
        self.table.activated.connect(self.open_item)
        self.counts = label(bold=True)
        self.link = Button(_("Open Platforms"), icon="store", run=self.open_platforms)
        self._lay_out()

    def _lay_out(self) -> None:
        origin = label(
            _(
                "Shop and SKU come from the platform, as its orders name them; the item behind a SKU was "
                "chosen on the page Platforms. Names, pictures and prices of the item are kept here."
            ),
            muted=True,
            wrap=True,
        )
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(self.counts, 1)
        head.addWidget(self.link)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addLayout(head)
        column.addWidget(origin)
        column.addWidget(framed(self.table), 1)
        self.setFocusProxy(self.table)

    # the tab's protocol

    def refresh(self) -> None:
        """Read the listings again."""
        self.context.jobs.run(partial(products.listings, self.record_id), done=self._take, owner=self)

    def is_dirty(self) -> bool:
        """Never: nothing is edited here."""
        return False

    def save(self) -> bool:
        """There is nothing to save."""
        return True

    def discard(self) -> None:
        """There is nothing to throw away."""

    def _take(self, views: Sequence[ListingView]) -> None:
        self._views = list(views)
        self.table.set_rows([listing_row(view) for view in views])
        self.counts.setText(summary(views))

    def open_item(self, key: object) -> None:
        """Go to the item of the line *key*."""
        if isinstance(key, int) and 0 <= key < len(self._views):
            self.context.navigate(f"erp://catalog/{self._views[key].item_id}")

    def open_platforms(self) -> None:
        """Go where shops are connected and SKUs are matched."""
        self.context.navigate("erp://platforms/accounts")


def listing_row(view: ListingView) -> Row:
    """A listing as the table shows it."""
    return platform(view.platform), view.account, view.external_sku, view.sku, view.name


def summary(views: Sequence[ListingView]) -> str:
    """How many SKUs in how many shops: "6 SKUs in 2 shops"."""
    shops = len({view.account_id for view in views})
    if not shops:
        return _("Not sold on a platform yet")
    skus = ngettext("{number} SKU", "{number} SKUs", len(views), number=figures.number(len(views)))
    return ngettext("{skus} in {number} shop", "{skus} in {number} shops", shops, skus=skus,
                    number=figures.number(shops))  # fmt: skip
