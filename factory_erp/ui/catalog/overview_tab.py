"""An item at a glance: its card, what it is made of now, and how."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import _
from factory_erp.models.catalog import Procurement
from factory_erp.services.catalogue import views as catalog
from factory_erp.services.catalogue.views import ItemDetail
from factory_erp.services.engineering import structure as engineering
from factory_erp.services.engineering.structure import BillNode
from factory_erp.ui.catalog.bill import item_of, routing_table, show_routing, tree_node, wide_tree
from factory_erp.ui.catalog.card import ItemCard
from factory_erp.ui.kit.frames import framed, split
from factory_erp.ui.kit.widgets import label

CARD_WIDTH = 360
"""Of the card beside bill and routing, px."""


@dataclass(frozen=True, slots=True)
class Shown:
    """An item with its bill; ``problem`` says why there is no bill where one was expected."""

    item: ItemDetail
    bill: BillNode | None
    problem: str = ""


def read_item(item_id: int) -> Shown:
    """The item and its bill. A bill that goes round in a circle must not hide the item. Raises NotFound."""
    item = catalog.item_detail(item_id)
    try:
        return Shown(item, engineering.bill_tree(item_id))
    except DomainError as error:
        return Shown(item, None, str(error))


class OverviewTab(QWidget):
    """Reads only. ``item_asked`` (an id) asks for the page of a component."""

    item_asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.card = ItemCard()
        self.card.setMinimumWidth(CARD_WIDTH)
        self.tree = wide_tree()
        self.tree.opened.connect(lambda key: self.item_asked.emit(item_of(key)))
        self.routing = routing_table()
        self._no_bill = label(muted=True, wrap=True)
        self._no_bill.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._no_bill.setContentsMargins(12, 0, 12, 12)
        bill = framed(self.tree, self._no_bill, title=_("Bill of materials"))
        routing = framed(self.routing, title=_("Routing"))
        parts = split(bill, routing, across=False, stretch=(3, 2))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(split(self.card, parts, stretch=(0, 1)))
        self.setFocusProxy(self.tree)

    def show_item(self, shown: Shown) -> None:
        """The item and, unless it could not be read, its bill."""
        item, bill = shown.item, shown.bill
        self.card.show_item(item, headed=False)
        show_routing(self.routing, item.operations)
        has_bill = bill is not None and bool(bill.children)
        self.tree.set_nodes([tree_node(bill, with_name=True)] if bill and has_bill else [], depth=2)
        self.tree.setVisible(has_bill)
        self._no_bill.setText(shown.problem or _no_bill_text(item))
        self._no_bill.setVisible(not has_bill)


def _no_bill_text(item: ItemDetail) -> str:
    if item.procurement is Procurement.BUY:
        return _("This item has no bill of materials: it is bought.")
    return _("This item has no bill of materials yet. Enter its components in the tab of that name.")
