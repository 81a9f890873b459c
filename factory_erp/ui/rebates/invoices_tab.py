"""Suppliers' VAT invoices: the list, and what can be done with the lines that are chosen."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.i18n import _, ngettext
from factory_erp.services.customs import supplier_invoices
from factory_erp.services.customs.supplier_invoices import SupplierInvoiceRow
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.buttons import Button, Kind, label
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.frames import framed
from factory_erp.ui.kit.simple_table import SimpleTable
from factory_erp.ui.kit.widgets import SearchBox
from factory_erp.ui.rebates import words
from factory_erp.ui.rebates.invoice_deeds import InvoiceDeeds

CONCERNS = frozenset({"supplier_invoice", "shipment", "partner", "item"})
MOST = 1000
"""Lines listed at once; others are found by typing."""

SEARCH_WIDTH = 210
"""At least, px."""


class InvoicesTab(QWidget):
    """The lines of suppliers' invoices; ``counted`` says how many are listed."""

    counted = Signal(int)

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._rows: dict[int, SupplierInvoiceRow] = {}
        self._wanted: int | None = None
        self.deeds = InvoiceDeeds(context, self)
        self.deeds.saved.connect(self.show_one)
        self.search = SearchBox(_("Number, supplier, goods or SKU"))
        self.count = label(muted=True)
        self.table = SimpleTable(words.INVOICE_COLUMNS)
        self.table.set_name(_("Suppliers' invoices"))
        self.table.set_empty_text(
            _("No supplier's invoice here. Enter one line of each special VAT invoice with New invoice.")
        )
        self.buttons = {
            "new": Button(_("New invoice…"), kind=Kind.PRIMARY, icon="add", run=self.deeds.new),
            "edit": Button(_("Change…"), icon="edit", run=self._edit),
            "put": Button(_("Put to a shipment…"), icon="ship", run=self._put),
            "off": Button(_("Take off"), run=self._take_off),
            "remove": Button(_("Remove…"), icon="delete", run=self._remove),
        }
        self.buttons["off"].setToolTip(_("Let the lines belong to no shipment"))
        self._lay_out()
        self.search.searched.connect(lambda _text: self.refresh())
        self.table.activated.connect(lambda _key: self._edit())
        self.table.view.selectionModel().selectionChanged.connect(lambda _on, _off: self._dress())
        self.setFocusProxy(self.table)
        self._dress()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(10)
        self.search.setMinimumWidth(SEARCH_WIDTH)
        top.addWidget(self.search, 1)
        top.addWidget(self.count)
        for key in ("edit", "put", "off", "remove", "new"):
            top.addWidget(self.buttons[key])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(top)
        column.addWidget(framed(self.table), 1)

    # what the page asks

    def refresh(self) -> None:
        """Read the list again."""
        read = partial(supplier_invoices.supplier_invoices, self.search.text(), limit=MOST)
        self._context.jobs.run(read, done=self._show, owner=self)

    def on_changes(self, changes: Mapping[str, object]) -> None:
        """Read again where lines, or the names beside them, have changed."""
        if not CONCERNS.isdisjoint(changes):
            self.refresh()

    def is_dirty(self) -> bool:
        """Never: what is typed is typed in dialogs."""
        return False

    def discard(self) -> None:
        """Nothing to throw away."""

    def show_one(self, key: object) -> None:
        """Make the line with that id current; in the whole list if it is not in this one."""
        self._wanted = int(str(key)) if str(key).isdecimal() else None
        if self._wanted is not None and self._wanted not in self._rows:
            self.search.show_words("")
        self.refresh()

    def shown(self) -> str:
        """The line that is current, or will be once the list is read."""
        return str(self._wanted or self.table.current_key() or "")

    def selected(self) -> list[SupplierInvoiceRow]:
        """The lines that are chosen."""
        keys = (key for key in self.table.selected_keys() if isinstance(key, int))
        return [self._rows[key] for key in keys if key in self._rows]

    # inside

    def _show(self, rows: list[SupplierInvoiceRow]) -> None:
        self._rows = {row.id: row for row in rows}
        self.table.set_rows([words.invoice_row(row) for row in rows], [row.id for row in rows])
        if self._wanted in self._rows:
            self.table.select_key(self._wanted)
        self._wanted = None
        said = ngettext("{number} line", "{number} lines", len(rows), number=figures.number(len(rows)))
        self.count.setText(f"{said}+" if len(rows) == MOST else said)
        self.counted.emit(len(rows))
        self._dress()

    def _dress(self) -> None:
        chosen = self.selected()
        self.buttons["edit"].setEnabled(len(chosen) == 1)
        self.buttons["remove"].setEnabled(len(chosen) == 1)
        self.buttons["put"].setEnabled(bool(chosen))
        self.buttons["off"].setEnabled(any(row.shipment_id for row in chosen))

    def _edit(self) -> None:
        if len(chosen := self.selected()) == 1:
            self.deeds.edit(chosen[0])

    def _put(self) -> None:
        if chosen := self.selected():
            self.deeds.put(chosen)

    def _take_off(self) -> None:
        if chosen := [row for row in self.selected() if row.shipment_id]:
            self.deeds.take_off(chosen)

    def _remove(self) -> None:
        if len(chosen := self.selected()) == 1:
            self.deeds.remove(chosen[0])
