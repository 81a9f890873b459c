"""One item over the whole page: its card, its bill as a large tree, its routing."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.i18n import _
from factory_erp.services.catalog import ItemDetail
from factory_erp.services.engineering import BillNode
from factory_erp.ui.catalog.bill import item_of, routing_table, show_routing, tree_node, wide_tree
from factory_erp.ui.catalog.card import ItemCard
from factory_erp.ui.kit.frames import framed, split
from factory_erp.ui.kit.widgets import Button, Kind, label

CARD_WIDTH = 380


class ItemView(QWidget):
    """Read-only for now; Escape leads back to the list.

    ``closed`` asks for the list, ``item_asked`` (an id) for the page of a component.
    """

    closed = Signal()
    item_asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.card = ItemCard()
        self.card.setMinimumWidth(CARD_WIDTH)
        self.tree = wide_tree()
        self.tree.opened.connect(lambda key: self.item_asked.emit(item_of(key)))
        self.routing = routing_table()
        self._no_bill = label(_("This item has no bill of materials: it is bought."), muted=True, wrap=True)
        self._no_bill.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._no_bill.setContentsMargins(12, 0, 12, 12)
        # Wherever in the window the keyboard is: a button that has just gone took the focus with it.
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self.closed.emit)
        self._lay_out()

    def _lay_out(self) -> None:
        back = Button(_("Back to the list"), kind=Kind.LINK, icon="chevron-left", run=self.closed.emit)
        back.setToolTip(_("Esc"))
        bill = framed(self.tree, self._no_bill, title=_("Bill of materials"))
        routing = framed(self.routing, title=_("Routing"))
        parts = split(bill, routing, across=False, stretch=(3, 2))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        bar = QHBoxLayout()
        bar.addWidget(back)
        bar.addStretch(1)
        column.addLayout(bar)
        column.addWidget(split(self.card, parts, stretch=(0, 1)), 1)

    def show_item(self, item: ItemDetail, bill: BillNode | None) -> None:
        """The item and, unless it could not be read, its bill."""
        self.card.show_item(item)
        show_routing(self.routing, item.operations)
        has_bill = bill is not None and bool(bill.children)
        self.tree.set_nodes([tree_node(bill, with_name=True)] if bill and has_bill else [], depth=2)
        self.tree.setVisible(has_bill)
        self._no_bill.setVisible(not has_bill)
