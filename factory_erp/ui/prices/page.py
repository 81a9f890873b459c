"""The price page: lists at the left, the prices of the chosen one beside them, and what an order costs."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QSplitter, QWidget

from factory_erp.i18n import N_, _
from factory_erp.models.pricing import PriceKind
from factory_erp.services.pricing.prices import PriceListView
from factory_erp.ui.kit.commands import Command
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import confirm
from factory_erp.ui.kit.form_dialog import FormDialog
from factory_erp.ui.kit.frames import split
from factory_erp.ui.kit.page import Page
from factory_erp.ui.kit.widgets import Chip
from factory_erp.ui.prices import words, work
from factory_erp.ui.prices.actions import ListActions
from factory_erp.ui.prices.answer_panel import AnswerPanel
from factory_erp.ui.prices.bulk_dialog import BulkDialog, Scope
from factory_erp.ui.prices.lists_panel import ListsPanel
from factory_erp.ui.prices.sheet import PriceSheet


class PricesPage(Page):
    """Prices.  Deep links: ``erp://prices/<id or code>``, ``…/<id>/<words>`` for some items of a list, and
    ``erp://prices/view/purchase``.
    """

    noun = "prices"

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._lists: work.Lists | None = None
        self._wanted, self._sought = "", ""
        self._shown: int | None = None
        self._stale, self._asked = False, 0
        self.header.set_title(_("Prices"))
        self.header.enable_search(_("SKU or name"))
        self.panel = ListsPanel()
        self.sheet = PriceSheet(context)
        self.actions_of = ListActions(context, self)
        self.answer = AnswerPanel(context)
        self._lay_out()
        self._connect()
        self._show_actions()

    def _lay_out(self) -> None:
        add = self.header.add_button
        self.import_button = add(_("Import…"), partial(self._exchange, "import"), icon="import")
        self.export_button = add(_("Export…"), partial(self._exchange, "export"))
        self.bulk_button = add(_("Change prices…"), self.change_prices)
        self.new_button = add(_("New list…"), self.new_list, icon="add", primary=True)
        self.chips.set_chips([Chip(kind.value, _(title)) for kind, title in words.KINDS.items()])
        self.panel.setMinimumWidth(240)
        above = QSplitter()
        split(self.panel, self.sheet, stretch=(0, 1), sizes=(296, 730), into=above)
        self.body.setOrientation(Qt.Orientation.Vertical)
        self.set_body(above, self.answer, stretch=(1, 0))
        self.setFocusProxy(self.panel)

    def _connect(self) -> None:
        self.header.searched.connect(self._search)
        self.chips.chosen.connect(self._choose_kind)
        self.panel.chosen.connect(self._choose)
        self.panel.change_asked.connect(self.change_list)
        self.panel.copy_asked.connect(self.copy_list)
        self.panel.remove_asked.connect(self.remove_list)
        self.sheet.dirty_changed.connect(lambda _dirty: self._show_actions())
        self.sheet.margins_asked.connect(self.ask_margins)
        self.sheet.discarded.connect(self._catch_up)
        self.actions_of.made.connect(self._take_made)
        self.actions_of.done.connect(self.refresh)
        self.answer.followed.connect(lambda list_id: self.open_record(str(list_id)))

    # reading

    def refresh(self) -> None:
        """Read the lists again, and the prices in view unless somebody edits them."""
        self.context.jobs.run(work.read_lists, done=self._take_lists, owner=self)

    def on_changes(self, changes: object) -> None:
        """Read again when lists, prices, or what items cost and are called has changed."""
        if isinstance(changes, Mapping) and work.CONCERNS.isdisjoint(changes):
            return
        super().on_changes(changes)

    def _take_lists(self, lists: work.Lists) -> None:
        self._lists = lists
        self.answer.set_items(lists.items)
        for kind, found in lists.lists.items():
            self.chips.set_count(kind.value, len(found))
        if self._wanted:
            key, self._wanted = self._wanted, ""
            self._go_to(key)
        else:
            self._show_lists()
        self.answer.refresh()

    def _show_lists(self) -> None:
        """The lists of the kind that is on; the sheet is read anew."""
        if self._lists is None:
            return
        kind = PriceKind(self.chips.current())
        lists = self._lists.lists[kind]
        with QSignalBlocker(self.panel):
            self.panel.show_lists(kind, lists)
        self.header.set_counts(words.counts(lists))
        self._read_sheet()

    def _read_sheet(self) -> None:
        """Read the chosen list; a draft is never read over."""
        head = self.panel.current()
        self._stale = self.sheet.is_dirty()
        if self._stale or self._lists is None:
            return
        self._shown = head.id if head is not None else None
        self._show_actions()
        if head is None:
            self.sheet.show_nothing("")
            return
        sought = self.header.search.text()
        self._asked += 1
        read = partial(work.read_sheet, head, sought, self._lists.margins)
        self.context.jobs.run(read, done=partial(self._take_sheet, self._asked, sought), owner=self)

    def _catch_up(self) -> None:
        """Read what was not read over the draft that has just been thrown away."""
        if self._stale:
            self._read_sheet()

    def _take_sheet(self, number: int, sought: str, sheet: work.Sheet) -> None:
        """Show the answer, unless something else has been asked for, or edited, meanwhile."""
        if number == self._asked and self._lists is not None and not self.sheet.is_dirty():
            self._sought = sought
            self.sheet.show_sheet(sheet, self._lists)
            self._show_actions()

    # choosing

    def _choose_kind(self, _kind: str) -> None:
        if self.can_leave():
            self._show_lists()
        else:
            head = self._head()
            with QSignalBlocker(self.chips):
                self.chips.select((head.kind if head else PriceKind.SALES).value)

    def _choose(self, key: object) -> None:
        """Another list: a draft of the one before is asked for first."""
        if key == self._shown:
            return
        if self.can_leave():
            self._read_sheet()
        elif self._shown is not None:
            with QSignalBlocker(self.panel):
                self.panel.select(self._shown)

    def _search(self, _text: str) -> None:
        if self.can_leave():
            self._read_sheet()
        else:
            self.header.search.show_words(self._sought)

    def open_record(self, key: str) -> None:
        """A list by id or code, some items of it (``12/TB20``), or one kind (``view/purchase``)."""
        if self._lists is None:
            self._wanted = key
        elif self.can_leave():
            self._go_to(key)

    def _go_to(self, key: str) -> None:
        folder, _slash, rest = key.partition("/")
        assert self._lists is not None
        if folder == "view" and rest in {kind.value for kind in PriceKind}:
            self.chips.select(rest)
            return
        head = self._lists.find(key)
        sought = ""
        if head is None and rest:
            head, sought = self._lists.find(folder), rest
        if head is None:
            self.context.say(_("There is no price list '{key}'.", key=key))
            self._show_lists()
            return
        self.header.search.show_words(sought)
        with QSignalBlocker(self.chips):
            self.chips.select(head.kind.value)
        self._show_lists()
        with QSignalBlocker(self.panel):
            self.panel.select(head.id)
        self._read_sheet()
        self.sheet.setFocus()

    # what one can do

    def _head(self) -> PriceListView | None:
        sheet = self.sheet.sheet()
        return sheet.head if sheet is not None else None

    def _show_actions(self) -> None:
        head, dirty = self._head(), self.sheet.is_dirty()
        can = head is not None and bool(head.lines) and not dirty
        self.bulk_button.setEnabled(can)
        reason = _("Save or discard your changes first.") if dirty else _("There are no prices to change.")
        self.bulk_button.setToolTip("" if can else reason)

    def new_list(self) -> FormDialog:
        """The open dialog for a new list of the kind in view."""
        return self.actions_of.new(PriceKind(self.chips.current()))

    def change_list(self) -> FormDialog | None:
        """The open dialog for the head of the chosen list."""
        head = self.panel.current()
        return self.actions_of.change(head) if head is not None else None

    def copy_list(self) -> FormDialog | None:
        """The open dialog for a copy of the chosen list."""
        head = self.panel.current()
        return self.actions_of.copy(head) if head is not None else None

    def remove_list(self) -> None:
        """Remove the chosen list with its prices, after asking; a draft of them is asked for first."""
        head = self.panel.current()
        if head is not None and self.can_leave():
            self.actions_of.remove(head)

    def change_prices(self) -> BulkDialog | None:
        """The open dialog for a change of many prices; not beside a draft."""
        sheet = self.sheet.sheet()
        if sheet is None or self._lists is None or self.sheet.is_dirty():
            return None
        shown = self.sheet.shown_items() if sheet.partial and not sheet.too_long else None
        scope = Scope(self.sheet.selected_items(), shown)
        return self.actions_of.change_prices(sheet.head, scope, self._lists.margins)

    def ask_margins(self) -> None:
        """Ask what currencies are worth, and which margin is low."""
        if self._lists is not None:
            self.actions_of.ask_margins(self._lists.margins)

    def _take_made(self, list_id: int) -> None:
        """Show the list that was made, unless another one is being edited."""
        if not self.sheet.is_dirty():
            self._wanted = str(list_id)
        self.refresh()

    def _exchange(self, way: str) -> None:
        self.context.navigate(f"erp://exchange/{way}/prices")

    # the window's questions

    def can_leave(self) -> bool:
        """Ask when prices were edited and not saved."""
        if not self.sheet.is_dirty():
            return True
        text = _("What you changed in list {code} is not saved.", code=self._code())
        if not confirm(self, _("Leave without saving?"), text, _("Discard changes")):
            return False
        self.sheet.discard()
        return True

    def _code(self) -> str:
        head = self._head()
        return head.code if head is not None else ""

    def commands(self) -> list[Command]:
        """New, change, copy and remove a list; change prices; save; the question."""
        chosen = lambda: self.panel.current() is not None  # noqa: E731
        return [
            Command("prices.new", N_("New price list…"), self.new_list, "Ctrl+N", icon="add", group="record"),
            Command("prices.change", N_("Change price list…"), self.change_list, "", chosen, "edit",
                    "record"),
            Command("prices.copy", N_("Copy price list…"), self.copy_list, "", chosen, "copy", "record"),
            Command("prices.remove", N_("Remove price list…"), self.remove_list, "", chosen, "delete",
                    "record"),
            Command("prices.bulk", N_("Change prices…"), self.change_prices, "",
                    self.bulk_button.isEnabled, "money", "record"),
            Command("prices.margins", N_("Exchange rates and margins…"), self.ask_margins, "", None, "money",
                    "record"),
            Command("prices.ask", N_("What does it cost?"), self._ask, "Ctrl+Shift+P", None, "search",
                    "record"),
            *self.sheet.commands(),
        ]  # fmt: skip

    def _ask(self) -> None:
        self.answer.form.edit("item_id").setFocus()

    def state(self) -> dict[str, object]:
        """The list in view, and the search."""
        return {"kind": self.chips.current(), "list": self._shown, "search": self.header.search.text()}

    def restore_state(self, state: dict[str, object]) -> None:
        """Go back to that list."""
        if state.get("list") is not None:
            self._wanted = f"{state['list']}/{state.get('search') or ''}".rstrip("/")
