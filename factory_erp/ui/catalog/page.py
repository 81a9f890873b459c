"""The catalogue page: the list of items with the card of the current one, or one item at full size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QWidget

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import N_, _, ngettext
from factory_erp.services import catalog, engineering
from factory_erp.services.catalog import ItemDetail
from factory_erp.services.engineering import BillNode
from factory_erp.ui.catalog.card import ItemCard
from factory_erp.ui.catalog.item_view import ItemView
from factory_erp.ui.catalog.list import ItemSource
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.commands import Command
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.frames import framed
from factory_erp.ui.kit.page import Page
from factory_erp.ui.kit.saved_views import ViewBar
from factory_erp.ui.kit.table import RecordTable

VIEW_NAMES = {
    "all": N_("All items"),
    "sellable": N_("Sellable"),
    "semi_finished": N_("Semi-finished"),
    "raw": N_("Raw materials"),
    "packaging": N_("Packaging"),
}
CONCERNS = frozenset(
    {"item", "item_text", "packaging_level", "price_line", "bill", "bill_line", "routing",
     "routing_operation", "stock_balance", "stock_move", "company"}
)  # fmt: skip
"""Kinds of record that show on this page."""


@dataclass(frozen=True, slots=True)
class Shown:
    """An item with its bill; ``problem`` says why there is no bill where one was expected."""

    item: ItemDetail
    bill: BillNode | None
    problem: str = ""


def read_item(item_id: int) -> Shown:
    """The item and its bill. A bill that goes round in a circle must not hide the item."""
    item = catalog.item_detail(item_id)
    try:
        return Shown(item, engineering.bill_tree(item_id))
    except DomainError as error:
        return Shown(item, None, str(error))


class CatalogPage(Page):
    """Items: find one, look at it, open it."""

    noun = catalog.NOUN

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._opened: int | None = None
        self._sku = ""
        self.header.set_title(_("Catalogue"))
        self.header.enable_search(_("Search SKU, name, HS code…"))
        source = ItemSource()
        self.table = RecordTable(source, context.jobs)
        self.views = ViewBar(
            context, self.noun, VIEW_NAMES, source,
            chips=self.chips, table=self.table, search=self.header.search,
        )  # fmt: skip
        self.table.set_name(_("Items"))
        self.table.set_empty_text(
            _(
                "There are no items here yet. Products are entered and imported from the next version on; "
                "the demo factory shows what will be there."
            )
        )
        self.card = ItemCard()
        self.card.setMinimumWidth(310)
        self.view = ItemView()
        self._frame = framed(self.table)
        self.set_body(self._frame, self.card, self.view, stretch=(4, 1, 1))
        self.body.setSizes([816, 360, 0])
        self.view.hide()
        self.card.show_nothing()
        self.setFocusProxy(self.table)
        self._connect()
        self.views.recall()

    def _connect(self) -> None:
        self.header.searched.connect(self._search)
        self.views.chosen.connect(self.close_item)
        self.table.current_changed.connect(self._show_card)
        self.table.activated.connect(self.open_item)
        self.table.count_changed.connect(self._say_count)
        self.table.refused.connect(self.context.say)
        self.view.closed.connect(self.close_item)
        self.view.item_asked.connect(self.open_item)
        self.card.link_clicked.connect(self.context.navigate)

    def hideEvent(self, event: QHideEvent) -> None:
        """Remember chip and columns for the next start."""
        super().hideEvent(event)
        self.views.remember()

    # reading

    def refresh(self) -> None:
        """Read the list, the counts and the item in view again."""
        self.views.refresh()
        self.context.jobs.run(catalog.item_counts, done=self.views.set_counts, owner=self)
        self._read_current()

    def on_changes(self, changes: object) -> None:
        """Read again when items, bills, prices or stock changed."""
        if isinstance(changes, Mapping) and CONCERNS.isdisjoint(changes):
            return
        super().on_changes(changes)

    def _say_count(self, count: int) -> None:
        self.header.set_counts(
            ngettext("{number} item", "{number} items", count, number=figures.number(count))
        )

    def _search(self, text: str) -> None:
        self.close_item()
        self.table.set_search(text)

    # one item

    def _show_card(self, item_id: int | None) -> None:
        if item_id is None:
            self._sku = ""
            self.card.show_nothing()
        else:
            self._read_current()

    def _read_current(self) -> None:
        wanted = self._opened if self._opened is not None else self.table.current_id()
        if wanted is not None:
            take = partial(self._take_item, wanted)
            self.context.jobs.run(partial(read_item, wanted), done=take, owner=self)

    def _take_item(self, wanted: int, shown: Shown) -> None:
        """Show the answer, unless another item has been chosen meanwhile."""
        if self._opened == wanted:
            self._sku = shown.item.sku
            self.view.show_item(shown.item, shown.bill)
        elif self._opened is None and self.table.current_id() == wanted:
            self._sku = shown.item.sku
            self._fill_card(shown)
        if shown.problem:
            self.context.say(shown.problem)

    def _fill_card(self, shown: Shown) -> None:
        self.card.show_item(shown.item, shown.bill, self.open_item)
        self.card.add_action(_("Open item"), partial(self.open_item, shown.item.id), primary=True)

    def open_item(self, item_id: int) -> None:
        """Show the item over the whole page."""
        self._opened = item_id
        for widget in (self._frame, self.card, self.chips):
            widget.hide()
        self.view.show()
        self.view.tree.setFocus()
        self._read_current()

    def close_item(self) -> None:
        """Back to the list, with the item current that was open."""
        if self._opened is None:
            return
        opened, self._opened = self._opened, None
        self.view.hide()
        for widget in (self._frame, self.card, self.chips):
            widget.show()
        self.table.setFocus()
        self.table.select_id(opened)
        self._read_current()

    # the window's questions

    def go_home(self) -> None:
        """Back to the list."""
        self.close_item()

    def commands(self) -> list[Command]:
        """Open the current item, and back; saved views."""
        is_open = lambda: self._opened is not None  # noqa: E731
        can_open = lambda: self._opened is None and self.table.current_id() is not None  # noqa: E731
        return [
            Command("catalog.open", N_("Open item"), self._open_current, "Ctrl+O", can_open, "bom", "record"),
            Command("catalog.list", N_("Back to the list"), self.close_item, "", is_open, group="record"),
            *self.views.commands(),
        ]

    def _open_current(self) -> None:
        current = self.table.current_id()
        if current is not None:
            self.open_item(current)

    def open_record(self, key: str) -> None:
        """Show the item with that SKU or id; or a saved view of the list (``view/raw``)."""
        folder, _slash, view = key.partition("/")
        if folder == "view" and view in catalog.VIEWS:
            self.close_item()
            self.chips.select(view)
            return
        self.context.jobs.run(partial(catalog.find_item, key), done=partial(self._take_found, key))

    def _take_found(self, key: str, item_id: int | None) -> None:
        if item_id is None:
            self.context.say(_("There is no item '{key}'.", key=key))
        else:
            self.open_item(item_id)

    def state(self) -> dict[str, object]:
        """View, columns and open item."""
        return self.views.state() | {"opened": self._opened, "record": self._sku}

    def restore_state(self, state: dict[str, object]) -> None:
        """Go back to the view and item."""
        self.views.restore_state(state)
        opened = state.get("opened")
        if isinstance(opened, int):
            self.open_item(opened)
