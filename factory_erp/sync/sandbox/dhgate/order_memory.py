"""The sandbox's orders, what buyers and the platform do to them, and the deliveries reported."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from factory_erp.sync.sandbox.dhgate.clock import Memory
from factory_erp.sync.sandbox.dhgate.payloads import Payload, hex_id, money

FULL, PARTIAL = "1", "2"
"""Values of ``deliveryState``: everything is on its way, or a part of it."""

SHIPPABLE = {"103001", "103002", "105003", "105004", "101009"}
"""Order states in which the platform takes a delivery; the last one for further parcels and corrections."""

CARRIERS = ("UPS", "DHL", "FEDEX", "EMS", "China Post Air Mail", "ePacket", "Sea Freight")
"""Names of the platform's ways of shipping."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A delivery that was reported. Reported twice, it is there twice."""

    order_no: str
    delivery_no: str
    shipping_type: str
    state: str
    remark: str
    date: str


class OrderMemory(Memory):
    """Orders by number; every method may be called from any thread."""

    def __init__(self) -> None:
        super().__init__()
        self.deliveries: list[Delivery] = []
        self.carriers: list[str] = list(CARRIERS)
        self._orders: dict[str, Payload] = {}

    def add(self, order: Payload) -> None:
        """Put *order*, a payload with an ``orderNo``, on the platform, in place of one of that number."""
        with self.lock:
            self._orders[str(order["orderNo"])] = copy.deepcopy(order)

    def order(self, order_no: str) -> Payload | None:
        """A copy of the order's payload."""
        with self.lock:
            return copy.deepcopy(self._orders.get(order_no))

    def orders(self) -> list[Payload]:
        """A copy of every payload."""
        with self.lock:
            return copy.deepcopy(list(self._orders.values()))

    def select(self, keep: Callable[[Payload], bool]) -> list[Payload]:
        """The payloads that *keep* accepts, without copies: for reading only."""
        with self.lock:
            return [order for order in self._orders.values() if keep(order)]

    def modify(self, order_no: str, **fields: object) -> None:
        """Change *fields* of an order as buyer or platform would: its date of update moves on."""
        with self.lock:
            order = self._orders[order_no]
            self._orders[order_no] = {**order, "updateDate": self.date(), **copy.deepcopy(fields)}

    def pay(self, order_no: str) -> None:
        """The buyer has paid, and the platform has seen the money."""
        self.modify(order_no, orderStatus="103001", payDate=self.date())

    def cancel(self, order_no: str) -> None:
        """The order is cancelled."""
        self.modify(order_no, orderStatus="111000", cancelDate=self.date())

    def refund_request(self, order_no: str) -> None:
        """The buyer asks for the money back; the outcome is open."""
        self.modify(order_no, orderStatus="105001")

    def refund(self, order_no: str, amount: Decimal | str, *, whole: bool = False) -> None:
        """A refund is agreed: a part of the money and shipping goes on, or the *whole* and it does not."""
        with self.lock:
            kept = Decimal(str(self._orders[order_no]["actualPrice"])) - Decimal(amount)
            self.modify(
                order_no,
                orderStatus="105002" if whole else "105003",
                refundMoney=money(amount),
                actualPrice=money(kept),
            )

    def dispute(self, order_no: str, reason: str = "Dispute opened by the buyer") -> None:
        """The buyer complains to the platform; the order needs attention."""
        self.modify(order_no, orderStatus="106002", isWarn=True, warnReason=reason)

    def warn(self, order_no: str, reason: str = "High risk order") -> None:
        """The platform marks the order as risky; "" takes the mark away."""
        self.modify(order_no, isWarn=bool(reason), warnReason=reason or None)

    def deliver(self, delivery: Delivery) -> None:
        """Record a reported delivery, also a repeated one."""
        with self.lock:
            self.deliveries.append(delivery)
            known = self._orders[delivery.order_no].get("orderDeliveryList")
            rows = [*known, _delivery_row(delivery)] if isinstance(known, list) else [_delivery_row(delivery)]
            self.modify(
                delivery.order_no,
                orderStatus="101009" if delivery.state == FULL else "103002",
                orderDeliveryList=rows,
                deliveryDate=delivery.date,
            )

    def deliveries_of(self, order_no: str) -> list[Delivery]:
        """The deliveries reported for an order, in the order of their arrival."""
        with self.lock:
            return [delivery for delivery in self.deliveries if delivery.order_no == order_no]

    def carrier_rows(self) -> list[Payload]:
        """The ways of shipping: id and name."""
        return [{"id": hex_id("carrier", name), "name": name} for name in self.carriers]


def _delivery_row(delivery: Delivery) -> Payload:
    """A row of ``orderDeliveryList``; nothing was complained about or changed."""
    return {
        "deliveryDate": delivery.date,
        "deliveryNo": delivery.delivery_no,
        "shippingType": delivery.shipping_type,
        "remark": delivery.remark,
        "newDeliveryNo": None,
        "newShippingType": None,
        "newRemark": None,
        "complaintStatus": None,
        "processingResults": None,
    }
