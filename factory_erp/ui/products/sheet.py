"""One product over the whole page: its head, and a tab for each part of it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from importlib import import_module
from typing import Any, Protocol, cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.i18n import N_, _
from factory_erp.services.catalogue import products
from factory_erp.services.catalogue.products import ProductSheet
from factory_erp.ui.kit.buttons import Button, ElidedLabel, Kind
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import confirm
from factory_erp.ui.kit.pill import Pill
from factory_erp.ui.kit.tabs import Tabs
from factory_erp.ui.products import words

_HERE = "factory_erp.ui.products."
TABS = (
    ("overview", N_("Overview"), _HERE + "overview_tab:OverviewTab"),
    ("options", N_("Options & items"), _HERE + "options_tab:OptionsTab"),
    ("rules", N_("Rules"), _HERE + "rules_tab:RulesTab"),
    ("texts", N_("Texts"), _HERE + "texts_tab:TextsTab"),
    ("pictures", N_("Pictures"), _HERE + "images_tab:ImagesTab"),
    ("prices", N_("Prices"), _HERE + "prices_tab:PricesTab"),
    ("stock", N_("Stock"), _HERE + "stock_tab:StockTab"),
    ("certificates", N_("Certificates"), _HERE + "certificates_tab:CertificatesTab"),
    ("listings", N_("Listings"), _HERE + "listings_tab:ListingsTab"),
)
"""Key, title and class of each tab; imported when it is first looked at."""


class Tab(Protocol):
    """What a tab offers: a widget made of the context and the product's id."""

    dirty_changed: Any

    def refresh(self) -> None:
        """Read again; an open draft is not read over."""

    def is_dirty(self) -> bool:
        """Whether there is something to save."""

    def save(self) -> bool:
        """Start saving; False where the draft is not sound, which is then shown."""

    def discard(self) -> None:
        """Throw the draft away."""


class ProductView(QWidget):
    """Escape, or the button, leads back to the list; asks first where a tab holds a draft.

    ``closed`` asks for the list.
    """

    closed = Signal()

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.product_id: int | None = None
        self.code = ""
        self.tabs = Tabs()
        self._stale: set[str] = set()
        self.title = ElidedLabel(pixels=18, bold=True, least=160)
        self.pills = QHBoxLayout()
        self.pills.setSpacing(6)
        self._column = QVBoxLayout(self)
        self._lay_out()
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self.closed.emit)
        for key in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(
                QKeySequence(key), self, self.save, context=Qt.ShortcutContext.WidgetWithChildrenShortcut
            )

    def _lay_out(self) -> None:
        back = Button(_("Back to the list"), kind=Kind.LINK, icon="chevron-left", run=self.closed.emit)
        back.setToolTip(_("Esc"))
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(back)
        head.addWidget(self.title, 1)
        head.addLayout(self.pills)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._column.addLayout(head)
        self._column.addWidget(self.tabs, 1)

    # which product

    def show_product(self, product_id: int, tab: str = "") -> None:
        """Show the product, on *tab* (else the one that is on)."""
        wanted = tab if tab in {key for key, _title, _name in TABS} else self.tabs.current()
        if product_id != self.product_id:
            self.product_id, self.code = product_id, ""
            self.title.setText("")
            self._new_tabs(product_id)
        if wanted:
            self.tabs.select(wanted)
        self.refresh()

    def forget(self) -> None:
        """No product is open."""
        self.product_id, self.code = None, ""
        self._new_tabs(None)

    def _new_tabs(self, product_id: int | None) -> None:
        old, self.tabs = self.tabs, Tabs()
        self._column.replaceWidget(old, self.tabs)
        old.hide()
        old.deleteLater()
        self._stale = set()
        if product_id is not None:
            for key, title, name in TABS:
                self.tabs.add(key, _(title), partial(self._make, key, name, product_id))
        self.tabs.current_changed.connect(self._note_tab)

    def _make(self, key: str, name: str, product_id: int) -> QWidget:
        module, _colon, made = name.partition(":")
        tab: QWidget = getattr(import_module(module), made)(self.context, product_id)
        cast(Tab, tab).dirty_changed.connect(partial(self.tabs.mark, key))
        self._stale.add(key)
        return tab

    def _note_tab(self, key: str) -> None:
        """A tab is read as it comes into view, if it is not up to date."""
        if key in self._stale:
            self._stale.discard(key)
            self._tab(key).refresh()

    def _tab(self, key: str) -> Tab:
        return cast(Tab, self.tabs.page(key))

    # reading

    def refresh(self) -> None:
        """Read the head and the tab in view again, the others once they are looked at."""
        if self.product_id is None:
            return
        self._stale = {key for key in self.tabs.keys() if self.tabs.page(key) is not None}  # noqa: SIM118
        self._note_tab(self.tabs.current())
        read = partial(products.product_sheet, self.product_id)
        self.context.jobs.run(read, done=self._show_head, failed=self._gone, owner=self)

    def _show_head(self, sheet: ProductSheet) -> None:
        if sheet.id != self.product_id:
            return
        self.code = sheet.code
        self.title.setText(f"{sheet.code} · {sheet.name}" if sheet.name else sheet.code)
        while (item := self.pills.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        for share in sheet.completeness:
            self.pills.addWidget(Pill(words.share_text(share), words.share_tone(share.percent)))
        self.tabs.set_count("options", sheet.items)

    def _gone(self, error: Exception) -> None:
        """The product cannot be read: say why where it would stand."""
        self.context.say(str(error))
        for tab in self._dirty():
            tab.discard()
        self.closed.emit()

    # drafts

    def _dirty(self) -> Sequence[Tab]:
        made = (self.tabs.page(key) for key in self.tabs.keys())  # noqa: SIM118
        return [cast(Tab, tab) for tab in made if tab is not None and cast(Tab, tab).is_dirty()]

    def is_dirty(self) -> bool:
        """Whether a tab holds a draft."""
        return bool(self._dirty())

    def save(self) -> None:
        """Save the draft of the tab in view; without one, those of the others."""
        if self.product_id is None:
            return
        here = self._tab(self.tabs.current())
        for tab in [here] if here.is_dirty() else self._dirty():
            tab.save()

    def can_leave(self) -> bool:
        """Ask where a tab holds a draft, naming the tabs; they are thrown away if so told."""
        named = [
            _(title) for key, title, _name in TABS
            if self.tabs.keys() and self.tabs.page(key) is not None and self._tab(key).is_dirty()
        ]  # fmt: skip
        if not named:
            return True
        text = _(
            "What you changed of {product} is not saved: {tabs}.", product=self.code, tabs=", ".join(named)
        )
        if not confirm(self, _("Leave without saving?"), text, _("Discard changes")):
            return False
        for tab in self._dirty():
            tab.discard()
        return True
