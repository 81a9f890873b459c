"""The catalogue page: the list of items with the card of the current one, or one item at full size."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QWidget

from factory_erp.i18n import N_, _, ngettext
from factory_erp.services.catalogue import views as catalog
from factory_erp.services.catalogue.views import ItemDetail
from factory_erp.ui.catalog.card import ItemCard
from factory_erp.ui.catalog.item_actions import ItemActions
from factory_erp.ui.catalog.item_parts import OVERVIEW, TITLES
from factory_erp.ui.catalog.item_view import ItemView
from factory_erp.ui.catalog.list import ItemSource
from factory_erp.ui.catalog.overview_tab import Shown, read_item
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.commands import Command
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.frames import framed
from factory_erp.ui.kit.page import Page
from factory_erp.ui.kit.saved_views import ViewBar
from factory_erp.ui.kit.table import RecordTable
from factory_erp.ui.partners import PartnersDialog

VIEW_NAMES = {
    "all": N_("All items"),
    "sellable": N_("Sellable"),
    "semi_finished": N_("Semi-finished"),
    "raw": N_("Raw materials"),
    "packaging": N_("Packaging"),
    "inactive": N_("Inactive"),
}
LISTED = frozenset(
    {"item", "item_text", "packaging_level", "price_line", "price_list", "bill", "bill_line", "routing",
     "routing_operation", "stock_balance", "stock_move", "company"}
)  # fmt: skip
"""Kinds of record that show in the list and on its card."""
CONCERNS = LISTED | {
    "product", "unit_conversion", "item_number", "item_declaration", "tariff_code", "tariff_rate",
    "bill_alternate", "operation_machine", "routing_resource", "resource", "work_centre", "machine",
    "partner", "sku_mapping",
}  # fmt: skip
"""Kinds of record that show on the page of an item."""


class CatalogPage(Page):
    """Items: find one, look at it, open it."""

    noun = catalog.NOUN

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._opened: int | None = None
        self._item: ItemDetail | None = None
        self.acts = ItemActions(context, self)
        self.header.set_title(_("Items"))
        self.header.enable_search(_("Search SKU, name, HS code…"))
        self._add_buttons()
        source = ItemSource()
        self.table = RecordTable(source, context.jobs)
        self.views = ViewBar(
            context, self.noun, VIEW_NAMES, source,
            chips=self.chips, table=self.table, search=self.header.search,
        )  # fmt: skip
        self.table.set_name(_("Items"))
        self.table.set_empty_text(
            _(
                "There are no items here. Enter one with New item…, or bring those that you have in Excel "
                "with Import…"
            )
        )
        self.card = ItemCard()
        self.card.setMinimumWidth(310)
        self.view = ItemView(context, self.acts)
        self._frame = framed(self.table)
        self.set_body(self._frame, self.card, self.view, stretch=(4, 1, 1))
        self.body.setSizes([816, 360, 0])
        self.view.hide()
        self.card.show_nothing()
        self.setFocusProxy(self.table)
        self._connect()
        self.views.recall()

    def _add_buttons(self) -> None:
        self.header.add_button(_("Import…"), self.acts.import_items, icon="import")
        self.header.add_button(_("Export…"), self.acts.export_items, icon="document")
        self.header.add_button(_("New item…"), self.acts.new, icon="add", primary=True)

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
        self.acts.made.connect(self._show_made)
        self.acts.removed.connect(self._leave_removed)

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
        self.view.refresh()

    def on_changes(self, changes: object) -> None:
        """Read again when something that shows here has changed."""
        shown = LISTED if self._opened is None else CONCERNS
        if not isinstance(changes, Mapping) or not shown.isdisjoint(changes):
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
        if self._opened is None and (self._item is None or self._item.id != item_id):
            self._item = None
        if item_id is None:
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
            self._item = shown.item
            self.view.show_item(shown)
        elif self._opened is None and self.table.current_id() == wanted:
            self._item = shown.item
            self._fill_card(shown)
        if shown.problem:
            self.context.say(shown.problem)

    def _fill_card(self, shown: Shown) -> None:
        self.card.show_item(shown.item, shown.bill, self.open_item)
        more = self.card.add_action(_("More"), lambda: self.acts.open_menu(shown.item, more))
        self.card.add_action(_("Open item"), partial(self.open_item, shown.item.id), primary=True)

    def open_item(self, item_id: int) -> bool:
        """Show the item over the whole page; False if the user stays with what he has not saved."""
        if item_id != self._opened and not self.view.may_leave():
            return False
        self._opened = item_id
        self._show_list(False)
        self.view.open_item(item_id)
        self.view.tabs.bar.setFocus()
        self._read_current()
        return True

    def close_item(self) -> bool:
        """Back to the list, with the item current that was open; False if the user stays."""
        if self._opened is None:
            return True
        if not self.view.may_leave():
            return False
        opened, self._opened = self._opened, None
        self.view.close_item()
        self._show_list(True)
        self.table.setFocus()
        self.table.select_id(opened)
        self._read_current()
        return True

    def _show_list(self, on: bool) -> None:
        """The list with all around it, or the item."""
        self.view.setVisible(not on)
        for widget in (self._frame, self.card, self.chips, self.header):
            widget.setVisible(on)

    def _show_made(self, item_id: int) -> None:
        """A new item or a copy: on with its data."""
        if self.open_item(item_id):
            self.view.show_tab("data")

    def _leave_removed(self, item_id: int) -> None:
        """Nobody is asked about drafts of an item that is gone."""
        if self._opened == item_id:
            self.view.close_item()
            self.close_item()

    # the window's questions

    def go_home(self) -> None:
        """Back to the list."""
        self.close_item()

    def can_leave(self) -> bool:
        """Ask where an item holds something unsaved."""
        return self.view.may_leave()

    def open_partners(self) -> None:
        """Who buys and who delivers: their class and delivery days count in the plan."""
        PartnersDialog(self.context, parent=self).open()

    def commands(self) -> list[Command]:
        """Enter, open, save, copy, put away, remove; to and from Excel; saved views."""
        is_open = lambda: self._opened is not None  # noqa: E731
        can_open = lambda: self._opened is None and self.table.current_id() is not None  # noqa: E731
        has_item = lambda: self._item is not None  # noqa: E731
        act = self._with_item
        return [
            Command("catalog.new", N_("New item…"), self.acts.new, "Ctrl+N", None, "add", "record"),
            Command("catalog.open", N_("Open item"), self._open_current, "Ctrl+O", can_open, "bom", "record"),
            Command(
                "catalog.save", N_("Save"), self.view.save, "Ctrl+S", self.view.can_save, "save", "record"
            ),
            Command(
                "catalog.copy", N_("Copy item…"), act(self.acts.copy), "Ctrl+D", has_item, "copy", "record"
            ),
            self._turning("catalog.put_away", N_("Set item inactive"), active=False),
            self._turning("catalog.bring_back", N_("Set item active"), active=True),
            Command(
                "catalog.remove", N_("Remove item…"), act(self.acts.remove), "", has_item, "delete", "record"
            ),
            Command("catalog.partners", N_("Customers and suppliers…"), self.open_partners, group="record"),
            Command("catalog.list", N_("Back to the list"), self.close_item, "", is_open, group="record"),
            Command(
                "catalog.import", N_("Import items…"), self.acts.import_items, "", None, "import", "file"
            ),
            Command(
                "catalog.export", N_("Export items…"), self.acts.export_items, "", None, "document", "file"
            ),
            *self.views.commands(),
        ]

    def _with_item(self, act: Callable[[ItemDetail], object]) -> Callable[[], object]:
        """The act on the item that is open, or current in the list, when it is run."""
        return lambda: act(self._item) if self._item is not None else None

    def _turning(self, key: str, title: str, *, active: bool) -> Command:
        """Put the item away, or bring it back: the one of the two that makes a difference can be run."""
        run = self._with_item(lambda item: self.acts.set_active(item, active))
        when = lambda: self._item is not None and self._item.active is not active  # noqa: E731
        return Command(key, title, run, "", when, group="record")

    def _open_current(self) -> None:
        current = self.table.current_id()
        if current is not None:
            self.open_item(current)

    def open_record(self, key: str) -> None:
        """An item by SKU or id, on a tab of it (``TB20-BK/routing``); or a saved view (``view/raw``)."""
        folder, _slash, last = key.rpartition("/")
        if folder == "view" and last in catalog.VIEWS:
            if self.close_item():
                self.chips.select(last)
            return
        tab = last if folder and (last == OVERVIEW or last in TITLES) else ""
        wanted = folder if tab else key
        self.context.jobs.run(partial(catalog.find_item, wanted), done=partial(self._take_found, wanted, tab))

    def _take_found(self, key: str, tab: str, item_id: int | None) -> None:
        if item_id is None:
            self.context.say(_("There is no item '{key}'.", key=key))
        elif self.open_item(item_id) and tab:
            self.view.show_tab(tab)

    def state(self) -> dict[str, object]:
        """View, columns, open item and its tab."""
        sku = self._item.sku if self._item is not None else ""
        tab = self.view.tabs.current() if self._opened is not None else ""
        return self.views.state() | {"opened": self._opened, "record": sku, "tab": tab}

    def restore_state(self, state: dict[str, object]) -> None:
        """Go back to the view, the item and its tab."""
        self.views.restore_state(state)
        opened = state.get("opened")
        if isinstance(opened, int):
            self.open_item(opened)
            self.view.show_tab(str(state.get("tab", "")))
