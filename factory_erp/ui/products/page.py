"""The products page: the list of families with the card of the current one, or one product at full size."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from factory_erp.i18n import N_, _, ngettext
from factory_erp.services.catalogue import products
from factory_erp.services.catalogue.products import ProductSheet
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.commands import Command
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.frames import framed
from factory_erp.ui.kit.page import Page
from factory_erp.ui.kit.saved_views import ViewBar
from factory_erp.ui.kit.table import RecordTable
from factory_erp.ui.products import dialogs, words
from factory_erp.ui.products.card import ProductCard, Shown, read_product
from factory_erp.ui.products.list import ProductSource
from factory_erp.ui.products.sheet import TABS, ProductView

CONCERNS = frozenset(
    {"product", "product_text", "product_image", "certificate", "option_axis", "option_value", "option_text",
     "item_option", "variant_rule", "item", "item_text", "price_list", "price_line", "stock_balance",
     "stock_move", "production_order", "sales_order", "sales_line", "sku_mapping", "listing", "listing_sku"}
)  # fmt: skip
"""Kinds of record that show on this page."""


class ProductsPage(Page):
    """Products: ``erp://products/<code or id>[/<tab>]`` and ``erp://products/view/<view>``."""

    noun = products.NOUN

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._shown: ProductSheet | None = None
        source = ProductSource()
        self.table = RecordTable(source, context.jobs)
        self.views = ViewBar(
            context, self.noun, words.VIEW_NAMES, source,
            chips=self.chips, table=self.table, search=self.header.search,
        )  # fmt: skip
        self.card = ProductCard()
        self.view = ProductView(context)
        self.stack = QStackedWidget()
        self._lay_out()
        self._connect()
        self.views.recall()

    def _lay_out(self) -> None:
        self.header.set_title(_("Products"))
        self.header.enable_search(_("Search code or name…"))
        self.header.add_button(_("Import…"), partial(self._exchange, "import"), icon="import")
        self.header.add_button(_("Export…"), partial(self._exchange, "export"), icon="save")
        self.header.add_button(_("New product…"), self.ask_new, icon="add", primary=True)
        self.table.set_name(_("Products"))
        self.card.show_nothing()
        self.set_body(framed(self.table), self.card, stretch=(4, 1))
        self.body.setSizes([830, 340])
        front = QWidget()
        column = QVBoxLayout(front)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        for part, stretch in ((self.header, 0), (self.chips, 0), (self.body, 1)):
            column.addWidget(part, stretch)
        self.stack.addWidget(front)
        self.stack.addWidget(self.view)
        layout = self.layout()
        assert layout is not None
        layout.addWidget(self.stack)
        self.setFocusProxy(self.table)

    def _connect(self) -> None:
        self.header.searched.connect(self.table.set_search)
        self.views.chosen.connect(self._say_empty)
        self.table.current_changed.connect(lambda _record: self._read_current())
        self.table.activated.connect(self.open_product)
        self.table.count_changed.connect(self._say_count)
        self.table.refused.connect(self.context.say)
        self.view.closed.connect(self.close_product)

    # what the shell asks

    def refresh(self) -> None:
        """Read list, counts and the product in view again."""
        self._say_empty(self.views.base())
        self.views.refresh()
        self.context.jobs.run(products.product_counts, done=self.views.set_counts, owner=self)
        if self.is_open():
            self.view.refresh()
        self._read_current()

    def on_changes(self, changes: object) -> None:
        """Read again when products, their items or what stands on a tab changed."""
        if isinstance(changes, Mapping) and CONCERNS.isdisjoint(changes):
            return
        super().on_changes(changes)

    def hideEvent(self, event: QHideEvent) -> None:
        """Remember chip and columns for the next start."""
        super().hideEvent(event)
        self.views.remember()

    def go_home(self) -> None:
        """Back to the list; asks where something is unsaved."""
        self.close_product()

    def can_leave(self) -> bool:
        """Ask where a tab of the open product holds a draft."""
        return self.view.can_leave()

    def open_record(self, key: str) -> None:
        """A product by code or id, on a tab of it (``TB20/rules``); or a saved view (``view/incomplete``)."""
        folder, _slash, last = key.rpartition("/")
        if folder == "view" and last in products.VIEWS:
            if self.close_product():
                self.chips.select(last)
            return
        tab = last if folder and last in {name for name, _title, _class in TABS} else ""
        wanted = folder if tab else key
        find = partial(products.find_product, wanted)
        self.context.jobs.run(find, done=partial(self._take_found, wanted, tab), owner=self)

    def _take_found(self, key: str, tab: str, product_id: int | None) -> None:
        if product_id is None:
            self.context.say(_("There is no product '{key}'.", key=key))
        else:
            self.open_product(product_id, tab)

    def state(self) -> dict[str, object]:
        """View, columns, and the open product with its tab."""
        return self.views.state() | {
            "opened": self.view.product_id,
            "tab": self.view.tabs.current(),
            "record": self.view.code,
        }

    def restore_state(self, state: dict[str, object]) -> None:
        """Take over what ``state`` gave."""
        self.views.restore_state(state)
        opened = state.get("opened")
        if isinstance(opened, int):
            self.open_product(opened, str(state.get("tab", "")))

    # the list and its card

    def _say_empty(self, view: str) -> None:
        self.table.set_empty_text(_(words.EMPTY_TEXTS[view]))

    def _say_count(self, count: int) -> None:
        self.header.set_counts(
            ngettext("{number} product", "{number} products", count, number=figures.number(count))
        )

    def _read_current(self) -> None:
        wanted = self.table.current_id()
        if wanted is None:
            self._shown = None
            self.card.show_nothing()
        elif not self.is_open():
            read = partial(read_product, wanted)
            self.context.jobs.run(read, done=self._take_card, failed=self._miss_card, owner=self)

    def _take_card(self, shown: Shown) -> None:
        if shown.sheet.id != self.table.current_id():
            return
        self._shown = shown.sheet
        self.card.show_product(shown)
        self.card.add_action(_("Copy…"), self.ask_copy)
        can_go = not shown.sheet.items
        self.card.add_action(
            _("Remove…"), self.ask_remove, enabled=can_go,
            reason="" if can_go else _("Remove its items first, or move them to another product."),
        )  # fmt: skip
        self.card.add_action(_("Open product"), partial(self.open_product, shown.sheet.id), primary=True)

    def _miss_card(self, error: Exception) -> None:
        self._shown = None
        self.card.show_nothing()
        self.context.say(str(error))

    # one product

    def is_open(self) -> bool:
        """Whether a product is shown over the page."""
        return self.stack.currentWidget() is self.view

    def open_product(self, product_id: int, tab: str = "") -> None:
        """Show the product over the whole page."""
        if self.is_open() and product_id != self.view.product_id and not self.view.can_leave():
            return
        self.table.select_id(product_id)
        self.stack.setCurrentWidget(self.view)
        self.view.show_product(product_id, tab)
        self.setFocusProxy(self.view.tabs.bar)
        self.view.tabs.bar.setFocus()

    def close_product(self) -> bool:
        """Back to the list; False if the person stays, because something is not saved."""
        if not self.is_open():
            return True
        if not self.view.can_leave():
            return False
        self.view.forget()
        self.stack.setCurrentIndex(0)
        self.setFocusProxy(self.table)
        self.table.setFocus()
        self._read_current()
        return True

    # commands

    def commands(self) -> list[Command]:
        """New, open, copy, remove, save, import and export; saved views."""
        is_open, in_list = self.is_open, self._has_current
        return [
            Command("products.new", N_("New product…"), self.ask_new, "Ctrl+N", icon="add", group="record"),
            Command("products.open", N_("Open product"), self._open_current, "Ctrl+O", in_list,
                    icon="box", group="record"),
            Command("products.copy", N_("Copy product…"), self.ask_copy, "", in_list, icon="copy",
                    group="record"),
            Command("products.remove", N_("Remove product…"), self.ask_remove, "", in_list, icon="delete",
                    group="record"),
            Command("products.save", N_("Save"), self.view.save, "Ctrl+S", self.view.is_dirty, icon="save",
                    group="file"),
            Command("products.import", N_("Import products…"), partial(self._exchange, "import"), "",
                    icon="import", group="file"),
            Command("products.export", N_("Export products…"), partial(self._exchange, "export"), "",
                    icon="save", group="file"),
            Command("products.list", N_("Back to the list"), self.close_product, "", is_open,
                    icon="chevron-left", group="go"),
            *self.views.commands(),
        ]  # fmt: skip

    def _has_current(self) -> bool:
        return not self.is_open() and self._shown is not None

    def _open_current(self) -> None:
        if self._shown is not None:
            self.open_product(self._shown.id)

    def ask_new(self) -> object:
        """The open dialog for a new product, which is then opened."""
        return dialogs.ask_new(self.context, self._open_made, self)

    def ask_copy(self) -> object:
        """The open dialog for a copy of the current product."""
        return self._with_shown(lambda sheet: dialogs.ask_copy(self.context, sheet, self._open_made, self))

    def ask_remove(self) -> object:
        """Remove the current product, after asking."""
        return self._with_shown(
            lambda sheet: dialogs.ask_remove(self.context, sheet, self._say_removed, self)
        )

    def _with_shown(self, run: Callable[[ProductSheet], object]) -> object:
        return run(self._shown) if self._shown is not None else None

    def _open_made(self, product_id: int) -> None:
        self.refresh()
        self.open_product(product_id)

    def _say_removed(self, _none: object) -> None:
        self.context.say(_("The product is removed."))
        self.refresh()

    def _exchange(self, way: str) -> None:
        self.context.navigate(f"erp://exchange/{way}/products")
