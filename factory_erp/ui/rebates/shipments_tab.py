"""Shipments at the left, the rebate of the current one beside them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtWidgets import QVBoxLayout, QWidget

from factory_erp.i18n import _
from factory_erp.services.customs import rebate_shipments
from factory_erp.services.customs.rebate_shipments import RebateShipment
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.frames import framed, split
from factory_erp.ui.kit.simple_table import SimpleTable
from factory_erp.ui.kit.widgets import SearchBox
from factory_erp.ui.rebates import words, work
from factory_erp.ui.rebates.sheet_view import SheetView

CONCERNS = frozenset(
    {"shipment", "shipment_line", "supplier_invoice", "tariff_code", "tariff_rate", "item", "item_text",
     "item_declaration", "document_input", "setting", "company", "partner", "sales_order", "sales_line"}
)  # fmt: skip
"""Kinds of record that a sheet is reckoned from."""

LIST_WIDTH = 310
"""Of the shipments at the left, px."""


class ShipmentsTab(QWidget):
    """The rebate shipment by shipment."""

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._listed: list[RebateShipment] = []
        self._wanted: str = ""
        self.search = SearchBox(_("Shipment or customer"))
        self.table = SimpleTable(words.SHIPMENT_COLUMNS)
        self.table.set_name(_("Shipments"))
        self.table.set_empty_text(_("No packed shipment here. Pack one on the page Shipments."))
        self.sheet = SheetView(lambda link: context.navigate(link))
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.search)
        column.addWidget(framed(self.table), 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(split(left, self.sheet, stretch=(0, 1), sizes=(LIST_WIDTH, 900)))
        self.search.searched.connect(lambda _text: self.refresh())
        self.table.current_changed.connect(self._open)
        self.sheet.costs_changed.connect(self._read)
        self.setFocusProxy(self.table)

    # what the page asks

    def refresh(self) -> None:
        """Read the list, and the sheet in sight, again."""
        read = partial(rebate_shipments.rebate_shipments, self.search.text())
        self._context.jobs.run(read, done=self._show_list, owner=self)

    def on_changes(self, changes: Mapping[str, object]) -> None:
        """Read again where something changed that a sheet is reckoned from."""
        if not CONCERNS.isdisjoint(changes):
            self.refresh()

    def is_dirty(self) -> bool:
        """Never: nothing is typed here that is kept."""
        return False

    def discard(self) -> None:
        """Nothing to throw away."""

    def show_one(self, key: object) -> None:
        """Show the shipment with that id or number."""
        self._wanted = str(key)
        self.search.show_words("")
        self.refresh()

    def shown(self) -> str:
        """The shipment whose sheet is in view, or will be once the list is read."""
        return self._wanted or str(self.table.current_key() or "")

    # inside

    def _show_list(self, found: list[RebateShipment]) -> None:
        self._listed = found
        before = self.table.current_key()
        self.table.set_rows([words.shipment_row(one) for one in found], [one.id for one in found])
        wanted, self._wanted = self._wanted, ""
        target = next((one.id for one in found if wanted in (str(one.id), one.number)), None)
        if wanted and target is None:
            self._context.say(_("There is no packed shipment {number}.", number=wanted))
        if target is None and self.table.current_key() is None and found:
            target = found[0].id
        if target is not None and target != before:
            self.table.select_key(target)
        elif not found:
            self.sheet.say(_("No shipment is packed yet, so there is nothing to have back."))
        else:
            self._read()

    def _open(self, key: object) -> None:
        self.sheet.forget_costs()
        self._read()

    def _read(self) -> None:
        key = self.table.current_key()
        if isinstance(key, int):
            self._context.jobs.run(
                partial(work.read_sheet, key, self.sheet.home_costs()),
                done=self._show, failed=partial(self._fail, key), owner=self,
            )  # fmt: skip

    def _show(self, opened: work.OpenedSheet) -> None:
        if opened.sheet.shipment_id == self.table.current_key():
            self.sheet.show_sheet(opened)

    def _fail(self, key: int, error: Exception) -> None:
        if key == self.table.current_key():
            self.sheet.say(str(error))
