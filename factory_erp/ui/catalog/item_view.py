"""One item over the whole page: a compact head, and a tab for each part of it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.i18n import _
from factory_erp.services.catalogue.views import ItemDetail
from factory_erp.ui.catalog import item_parts, words
from factory_erp.ui.catalog.item_actions import ItemActions
from factory_erp.ui.catalog.item_parts import OVERVIEW, TABS, TITLES, Part
from factory_erp.ui.catalog.overview_tab import OverviewTab, Shown
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.choose import LookupEdit
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import confirm
from factory_erp.ui.kit.tabs import Tabs
from factory_erp.ui.kit.theme import Tone
from factory_erp.ui.kit.widgets import Button, ElidedLabel, Kind, Pill, label


class ItemView(QWidget):
    """Each tab has a draft and a Save bar of its own; going to another item or page asks for all of them.

    ``closed`` asks for the list, ``item_asked`` (an id) for the page of a component.
    """

    closed = Signal()
    item_asked = Signal(object)

    def __init__(self, context: UiContext, actions: ItemActions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context, self._actions = context, actions
        self.item: ItemDetail | None = None
        self.item_id: int | None = None
        self.overview = OverviewTab()
        self.tabs = Tabs()
        self._sku = label(pixels=18, bold=True, selectable=True)
        self._name = ElidedLabel(muted=True, least=80)
        self._kind, self._away = Pill(), Pill()
        self._facts = label()
        self.back = Button(_("Items"), kind=Kind.LINK, icon="chevron-left", run=self.closed.emit)
        self.back.setToolTip(_("Back to the list (Esc)"))
        self.more = Button(_("More"), icon="more", run=self._open_menu)
        self._column = QVBoxLayout(self)
        self._lay_out()
        # Wherever in the window the keyboard is: a button that has just gone took the focus with it.
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self._escape)
        save = QShortcut(QKeySequence("Ctrl+Return"), self, self.save)
        save.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(12)
        for part in (self.back, self._sku, self._kind, self._away):
            head.addWidget(part)
        head.addWidget(self._name, 1)
        head.addWidget(self._facts)
        head.addWidget(self.more)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._column.addLayout(head)
        self._column.addWidget(self.tabs, 1)

    # which item

    def open_item(self, item_id: int) -> None:
        """Tabs for the item; the one that is on stays on. ``show_item`` follows once it is read."""
        if item_id == self.item_id:
            return
        current = self.tabs.current() or OVERVIEW
        self.item_id, self.item = item_id, None
        old, self.overview = self.tabs, OverviewTab()
        self.overview.item_asked.connect(self.item_asked)
        self.tabs = self._make_tabs(item_id)
        self._column.replaceWidget(old, self.tabs)
        old.hide()
        old.deleteLater()
        self.show_tab(current)

    def _make_tabs(self, item_id: int) -> Tabs:
        tabs = Tabs()
        tabs.bar.setAccessibleName(_("Parts of the item"))
        tabs.add(OVERVIEW, _("Overview"), lambda: self.overview)
        for key, title, name in TABS:
            tabs.add(key, _(title), partial(self._make_part, tabs, key, name, item_id))
        tabs.current_changed.connect(self._looked_at)
        return tabs

    def _make_part(self, tabs: Tabs, key: str, name: str, item_id: int) -> QWidget:
        widget = item_parts.make_tab(name, self.context, item_id)
        item_parts.part_of(widget).dirty_changed.connect(partial(tabs.mark, key))
        return widget

    def close_item(self) -> None:
        """Nothing is open any more; whoever has drafts has been asked before."""
        self.item_id = self.item = None

    def show_item(self, shown: Shown) -> None:
        """Head and overview of the item."""
        self.item = item = shown.item
        pill = words.kind_pill(item.kind)
        self._sku.setText(item.sku)
        self._kind.set(pill.text, pill.tone)
        self._away.set(_("Inactive"), Tone.DANGER)
        self._away.setVisible(not item.active)
        self._name.setText(item.name)
        self._facts.setText("    ".join(head_facts(item)))
        self.overview.show_item(shown)

    # tabs

    def show_tab(self, key: str) -> None:
        """Turn a tab on; a key that there is none of leaves all as it is."""
        if key == OVERVIEW or key in TITLES:
            self.tabs.select(key)

    def part(self, key: str = "") -> Part | None:
        """A tab that was looked at, the current one by default; None for the overview, which has no draft."""
        key = key or self.tabs.current()
        widget = self.tabs.page(key) if key != OVERVIEW else None
        return item_parts.part_of(widget) if widget is not None else None

    def _looked_at(self, _key: str) -> None:
        """What comes into view is read then, and again whenever one comes back to it."""
        self.refresh()

    def refresh(self) -> None:
        """Read the tab in view again."""
        part = self.part() if self.item_id is not None else None
        if part is not None:
            part.refresh()

    # drafts

    def dirty_tabs(self) -> list[str]:
        """Titles of the tabs that hold something unsaved."""
        return [_(TITLES[key]) for key, part in self._parts().items() if part.is_dirty()]

    def _parts(self) -> dict[str, Part]:
        """The tabs that were looked at, by key."""
        found = {key: self.part(key) for key in TITLES}
        return {key: part for key, part in found.items() if part is not None}

    def save(self) -> None:
        """Save the tab in view."""
        part = self.part()
        if part is not None and part.is_dirty():
            part.save()

    def can_save(self) -> bool:
        """Whether the tab in view holds something unsaved."""
        part = self.part()
        return part is not None and part.is_dirty()

    def may_leave(self) -> bool:
        """Ask where something is unsaved; agreed, it is thrown away."""
        dirty = self.dirty_tabs() if self.item_id is not None else []
        if not dirty:
            return True
        sku = self.item.sku if self.item else ""
        text = _("What you changed of {sku} is not saved: {parts}.", sku=sku, parts=", ".join(dirty))
        if not confirm(self, _("Leave without saving?"), text, _("Discard changes")):
            return False
        for part in self._parts().values():
            if part.is_dirty():
                part.discard()
        return True

    # keys

    def _open_menu(self) -> None:
        if self.item is not None:
            self._actions.open_menu(self.item, self.more)

    def _escape(self) -> None:
        """Close the list of suggestions that is open, else go back to the list of items."""
        focused = QApplication.focusWidget()
        if isinstance(focused, LookupEdit) and focused.is_open():
            focused.close_list()
        else:
            self.closed.emit()


def head_facts(item: ItemDetail) -> list[str]:
    """The figures that one wants to see whichever tab is on."""
    facts = [
        _("On hand {quantity}", quantity=figures.quantity(item.on_hand, item.unit)),
        _("Free {quantity}", quantity=figures.quantity(item.available, item.unit)),
    ]
    if item.standard_cost.amount:
        facts.append(_("Cost {amount}", amount=figures.cost(item.standard_cost)))
    return facts
