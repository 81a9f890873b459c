"""The page of listings: the list of all accounts, or one listing at full size."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from factory_erp.i18n import N_, _, ngettext
from factory_erp.services.listings import grid as listing_grid
from factory_erp.services.listings.grid import GridRow, ListedAccount
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.buttons import Button, label
from factory_erp.ui.kit.commands import Command
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.edits import ChoiceEdit
from factory_erp.ui.kit.frames import framed
from factory_erp.ui.kit.page import Page
from factory_erp.ui.kit.saved_views import ViewBar
from factory_erp.ui.kit.table import RecordTable
from factory_erp.ui.listings import words
from factory_erp.ui.listings.actions import Actions
from factory_erp.ui.listings.add_dialog import AddDialog, account_title
from factory_erp.ui.listings.cells import Covers, ListingDelegate
from factory_erp.ui.listings.editor import ListingEditor
from factory_erp.ui.listings.list import ListingSource
from factory_erp.ui.listings.work import AddedProducts

CONCERNS = frozenset(
    {"listing", "listing_sku", "listing_day", "platform_account", "outbox_message", "product",
     "product_text", "product_image", "item", "item_option", "price_list", "price_line", "packaging_level",
     "stock_balance", "stock_move", "inquiry", "sales_order", "sales_line"}
)  # fmt: skip
"""Kinds of record that show on this page."""


class ListingsPage(Page):
    """Listings: ``erp://listings/<id>[/<tab>]`` and ``erp://listings/view/<view>``."""

    noun = listing_grid.NOUN

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.source = ListingSource()
        self.acts = Actions(context, self)
        self._accounts: Sequence[ListedAccount] = ()
        self.table = RecordTable(self.source, context.jobs)
        self.covers = Covers(context.jobs, self)
        columns, cell_at = self.table.model.columns, self.table.model.cell_at
        self.table.view.setItemDelegate(ListingDelegate(columns, cell_at, self.covers, self.table.view))
        self.views = ViewBar(
            context, self.noun, words.VIEW_NAMES, self.source,
            chips=self.chips, table=self.table, search=self.header.search,
        )  # fmt: skip
        self.account = ChoiceEdit([(None, _("All accounts"))])
        self.chosen = label(muted=True)
        self.buttons = self._make_buttons()
        self.editor = ListingEditor(context, self.covers)
        self.stack = QStackedWidget()
        self._lay_out()
        self._connect()
        self.views.recall()

    def _make_buttons(self) -> dict[str, Button]:
        acts: dict[str, tuple[str, str, Callable[[Sequence[int]], None]]] = {
            "publish": (_("Publish or update…"), "sync", self.acts.publish),
            "off": (_("Take off the shelf…"), "", self.acts.take_off),
            "on": (_("Put on the shelf…"), "", self.acts.put_on),
            "check": (_("Check again"), "check", self.acts.check),
        }
        return {
            key: Button(title, icon=icon, run=partial(self._with_selected, act))
            for key, (title, icon, act) in acts.items()
        }

    def _lay_out(self) -> None:
        self.header.set_title(_("Listings"))
        self.header.enable_search(_("Search title, model number or SKU…"))
        self.header.add_button(_("Add products…"), self.ask_add, icon="add", primary=True)
        self.table.set_name(_("Listings"))
        self.account.setAccessibleName(_("Account"))
        self.account.setMinimumWidth(210)
        bar = QHBoxLayout()
        bar.setSpacing(10)
        for button in self.buttons.values():
            bar.addWidget(button)
        bar.addWidget(self.chosen)
        bar.addStretch(1)
        bar.addWidget(self.account)
        self.set_body(framed(self.table))
        front = QWidget()
        column = QVBoxLayout(front)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.header)
        column.addWidget(self.chips)
        column.addLayout(bar)
        column.addWidget(self.body, 1)
        self.stack.addWidget(front)
        self.stack.addWidget(self.editor)
        layout = self.layout()
        assert layout is not None
        layout.addWidget(self.stack)
        self.setFocusProxy(self.table)
        self._note_selection(0)

    def _connect(self) -> None:
        self.header.searched.connect(self.table.set_search)
        self.views.chosen.connect(self._say_empty)
        self.account.edited.connect(self._filter_account)
        self.table.selection_changed.connect(self._note_selection)
        self.table.activated.connect(self.open_listing)
        self.table.count_changed.connect(self._say_count)
        view = self.table.view
        self.table.count_changed.connect(lambda _count: self._note_selection(view.count_selected()))
        self.table.refused.connect(self.context.say)
        self.covers.loaded.connect(self.table.view.viewport().update)
        self.editor.closed.connect(self.close_listing)
        self.editor.publish_asked.connect(lambda key: self.acts.publish([key]))

    # what the shell asks

    def refresh(self) -> None:
        """Read list, counts, accounts and the listing in view again."""
        self._say_empty(self.views.base())
        self.views.refresh()
        self.context.jobs.run(listing_grid.listed_accounts, done=self._show_accounts, owner=self)
        self._count()
        if self.is_open():
            self.editor.refresh()

    def on_changes(self, changes: object) -> None:
        """Read again when listings changed, or what they are composed of."""
        if isinstance(changes, Mapping) and CONCERNS.isdisjoint(changes):
            return
        super().on_changes(changes)

    def hideEvent(self, event: QHideEvent) -> None:
        """Remember chip and columns for the next start."""
        super().hideEvent(event)
        self.views.remember()

    def go_home(self) -> None:
        """Back to the list; asks where something is unsaved."""
        self.close_listing()

    def can_leave(self) -> bool:
        """Ask where the open listing holds a draft."""
        return self.editor.can_leave()

    def open_record(self, key: str) -> None:
        """A listing by its id, on a tab of it (``12/pictures``); or a saved view (``view/problems``)."""
        first, _slash, rest = key.partition("/")
        if first == "view" and rest in listing_grid.VIEWS:
            if self.close_listing():
                self.chips.select(rest)
        elif first.isdecimal():
            self.open_listing(int(first), rest)
        else:
            self.context.say(_("There is no listing '{key}'.", key=key))

    def state(self) -> dict[str, object]:
        """View, columns, and the open listing with its tab."""
        opened = self.editor.listing_id
        return self.views.state() | {
            "opened": opened,
            "tab": self.editor.tabs.current(),
            "record": "" if opened is None else str(opened),
        }

    def restore_state(self, state: dict[str, object]) -> None:
        """Take over what ``state`` gave."""
        self.views.restore_state(state)
        opened = state.get("opened")
        if isinstance(opened, int):
            self.open_listing(opened, str(state.get("tab", "")))

    # the list

    def _say_empty(self, view: str) -> None:
        self.table.set_empty_text(_(words.EMPTY_TEXTS[view]))

    def _say_count(self, count: int) -> None:
        self.header.set_counts(
            ngettext("{number} listing", "{number} listings", count, number=figures.number(count))
        )

    def _count(self) -> None:
        count = partial(listing_grid.grid_counts, self.source.account_id)
        self.context.jobs.run(count, done=self.views.set_counts, owner=self)

    def _show_accounts(self, accounts: Sequence[ListedAccount]) -> None:
        if accounts == self._accounts:
            return
        self._accounts = accounts
        self.account.set_choices(
            [(None, _("All accounts")), *((one.id, account_title(one)) for one in accounts)]
        )
        self.account.show_value(self.source.account_id)

    def _filter_account(self) -> None:
        value = self.account.value()
        self.source.account_id = value if isinstance(value, int) else None
        self._count()
        self.table.refresh()

    def _note_selection(self, count: object) -> None:
        assert isinstance(count, int)
        for button in self.buttons.values():
            button.setEnabled(bool(count))
        said = ngettext("{number} chosen", "{number} chosen", count, number=figures.number(count))
        self.chosen.setText(said if count else "")

    def _with_selected(self, act: Callable[[Sequence[int]], None]) -> None:
        if ids := self.table.selected_ids():
            act(ids)

    def ask_add(self) -> AddDialog | None:
        """The open dialog that adds products to an account; None where there is no account yet."""
        if not self._accounts:
            self.context.say(_("Connect a platform account first, on the page Platforms."))
            return None
        dialog = AddDialog(self.context.jobs, self._accounts, self._added, self.source.account_id, self)
        dialog.open()
        return dialog

    def _added(self, added: AddedProducts) -> None:
        self.context.say(words.added(len(added.new), len(added.there)))
        self.refresh()

    # one listing

    def is_open(self) -> bool:
        """Whether a listing is shown over the page."""
        return self.stack.currentWidget() is self.editor

    def open_listing(self, listing_id: int, tab: str = "") -> None:
        """Show the listing over the whole page."""
        if self.is_open() and listing_id != self.editor.listing_id and not self.editor.can_leave():
            return
        self.table.select_id(listing_id)
        self.stack.setCurrentWidget(self.editor)
        self.editor.show_listing(listing_id, tab)
        self.setFocusProxy(self.editor.tabs.bar)
        self.editor.tabs.bar.setFocus()

    def close_listing(self) -> bool:
        """Back to the list; False if the person stays, because something is not saved."""
        if not self.is_open():
            return True
        if not self.editor.can_leave():
            return False
        self.editor.forget()
        self.stack.setCurrentIndex(0)
        self.setFocusProxy(self.table)
        self.table.setFocus()
        return True

    # commands

    def commands(self) -> list[Command]:
        """Add, open, publish, shelf, check, remove, save; saved views."""
        some, is_open = self._has_some, self.is_open
        return [
            Command("listings.add", N_("Add products…"), self.ask_add, "Ctrl+N", icon="add", group="record"),
            Command("listings.open", N_("Open listing"), self._open_current, "Ctrl+O", some, "tag", "record"),
            Command("listings.publish", N_("Publish or update…"), partial(self._with_ids, self.acts.publish),
                    "Ctrl+Shift+P", some, "sync", "record"),
            Command("listings.off", N_("Take off the shelf…"), partial(self._with_ids, self.acts.take_off),
                    "", some, group="record"),
            Command("listings.on", N_("Put on the shelf…"), partial(self._with_ids, self.acts.put_on), "",
                    some, group="record"),
            Command("listings.check", N_("Check again"), partial(self._with_ids, self.acts.check), "", some,
                    "check", "record"),
            Command("listings.remove", N_("Remove listing…"), self._remove, "", some, "delete", "record"),
            Command("listings.save", N_("Save"), self.editor.save, "Ctrl+S", self.editor.is_dirty, "save",
                    "file"),
            Command("listings.list", N_("Back to the list"), self.close_listing, "", is_open,
                    "chevron-left", "go"),
            *self.views.commands(),
        ]  # fmt: skip

    def _ids(self) -> Sequence[int]:
        """The open listing, else those that are selected."""
        if self.is_open():
            return [] if self.editor.listing_id is None else [self.editor.listing_id]
        return self.table.selected_ids()

    def _has_some(self) -> bool:
        return bool(self._ids())

    def _with_ids(self, act: Callable[[Sequence[int]], None]) -> None:
        if ids := self._ids():
            act(ids)

    def _open_current(self) -> None:
        current = self.table.current_id()
        if current is not None and not self.is_open():
            self.open_listing(current)

    def _remove(self) -> None:
        if ids := self._ids():
            read = partial(listing_grid.grid_rows, list(ids[:1]))
            self.context.jobs.run(read, done=self._ask_remove, owner=self)

    def _ask_remove(self, found: Sequence[GridRow]) -> None:
        if found and self.close_listing():
            self.acts.remove(found[0].id, found[0].title)
