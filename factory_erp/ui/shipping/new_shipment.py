"""Making a shipment: the orders that are ready, grouped by what can leave together."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from functools import partial
from itertools import groupby

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QCheckBox, QDialog, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from factory_erp.i18n import _, ngettext
from factory_erp.services.shipping import shipments as shipping
from factory_erp.services.shipping.ready import ReadyOrder
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.buttons import Button, Kind, label
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import show_problem
from factory_erp.ui.kit.widgets import EmptyState


class NewShipmentDialog(QDialog):
    """Tick the orders to ship together, Ctrl+Enter creates; ``created`` carries the new shipment's id.

    While something is ticked, what cannot go with it rests and says why.

    The key that makes saving twice harmless is drawn when the dialog opens.
    """

    created = Signal(object)

    def __init__(
        self, context: UiContext, orders: Sequence[ReadyOrder], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("New shipment"))
        self.resize(680, 560)
        self._context = context
        self._orders = {order.order_id: order for order in orders}
        self._client_key = f"shipment-{uuid.uuid4().hex}"
        self.boxes: dict[int, QCheckBox] = {}
        self._count = label(muted=True)
        self.create_button = Button(_("Create shipment"), self, kind=Kind.PRIMARY, run=self.create_shipment)
        self.create_button.setToolTip("Ctrl+Enter")
        for key in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(key), self, self.create_button.click)
        self._lay_out(orders)
        self._show_choice()
        for box in list(self.boxes.values())[:1]:
            box.setFocus()

    def chosen(self) -> list[int]:
        """Ids of the ticked orders."""
        return [order_id for order_id, box in self.boxes.items() if box.isChecked()]

    def create_shipment(self) -> None:
        """Make the shipment of what is ticked."""
        self.create_button.setEnabled(False)
        self._context.jobs.run(
            partial(shipping.create, self.chosen(), self._client_key),
            write=True,
            title=_("Creating the shipment"),
            done=self._done,
            failed=self._failed,
        )

    def _done(self, shipment_id: int) -> None:
        self.accept()
        self.created.emit(shipment_id)

    def _failed(self, error: Exception) -> None:
        self._show_choice()
        show_problem(self, error)

    def _lay_out(self, orders: Sequence[ReadyOrder]) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(14)
        if orders:
            text = _("Orders of one consignee with the same currency, terms and address can leave together.")
            column.addWidget(label(text, muted=True, wrap=True))
            column.addWidget(self._list(orders), 1)
        else:
            text = _("No order is ready to ship. Orders become ready when their production is reported done.")
            column.addWidget(EmptyState("ship", text), 1)
        buttons = QHBoxLayout()
        buttons.addWidget(self._count, 1)
        buttons.addWidget(Button(_("Cancel"), self, run=self.reject))
        buttons.addWidget(self.create_button)
        column.addLayout(buttons)

    def _list(self, orders: Sequence[ReadyOrder]) -> QScrollArea:
        content = QWidget()
        rows = QVBoxLayout(content)
        rows.setContentsMargins(0, 0, 6, 0)
        rows.setSpacing(10)
        for _group, members in groupby(orders, key=lambda order: order.group):
            rows.addWidget(self._group_card(list(members)))
        rows.addStretch(1)
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(content)
        content.setAutoFillBackground(False)
        area.viewport().setAutoFillBackground(False)
        return area

    def _group_card(self, orders: Sequence[ReadyOrder]) -> QFrame:
        card = QFrame()
        card.setProperty("card", True)
        rows = QVBoxLayout(card)
        rows.setContentsMargins(14, 10, 14, 12)
        rows.setSpacing(6)
        first = orders[0]
        terms = (figures.country(first.destination_country), first.trade_term, first.currency)
        rows.addWidget(label(first.consignee, bold=True, wrap=True))
        rows.addWidget(label(" · ".join(part for part in terms if part), muted=True, wrap=True))
        for order in orders:
            box = QCheckBox(_order_text(order))
            box.setAccessibleName(f"{order.consignee}: {box.text()}")
            box.toggled.connect(self._show_choice)
            self.boxes[order.order_id] = box
            rows.addWidget(box)
        return card

    def _show_choice(self) -> None:
        chosen = self.chosen()
        groups = {self._orders[order_id].group for order_id in chosen}
        for order_id, box in self.boxes.items():
            fits = not groups or self._orders[order_id].group in groups
            reason = "" if fits else _("Cannot leave with what is ticked: another consignee or other terms.")
            box.setEnabled(fits)
            box.setToolTip(reason)
            box.setAccessibleDescription(reason)
        count = len(chosen)
        self._count.setText(ngettext("{count} order chosen", "{count} orders chosen", count) if count else "")
        self.create_button.setEnabled(count > 0)


def _order_text(order: ReadyOrder) -> str:
    """One order in a line: number, pieces, when it must leave, where it came from."""
    parts = [
        order.number,
        ngettext("{quantity} in {count} line", "{quantity} in {count} lines", order.lines,
                 quantity=figures.number(order.quantity)),
        _("ship by {day}", day=figures.day(order.ship_by)) if order.ship_by else "",
        order.channel,
        "" if order.whole else _("the rest of the order"),
    ]  # fmt: skip
    return " · ".join(part for part in parts if part)
