"""Reporting shipments, and asking what the platform already knows of one."""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _
from factory_erp.sync.connectors.base import ShipmentNotice
from factory_erp.sync.connectors.common.client import AuthorisedClient
from factory_erp.sync.connectors.common.reader import Reader, rows_of
from factory_erp.sync.connectors.payloads import Choice
from factory_erp.sync.http.errors import OutcomeUnknown, Refused

FULL, PARTIAL = "1", "2"
"""Values of ``deliveryState``."""

LONGEST_REMARK = 1000
"""Characters of a remark, which must not be Chinese."""


class Shipping:
    """Shipments of the account's orders. The platform has no idempotency key: a call acts each time."""

    def __init__(self, client: AuthorisedClient) -> None:
        self._client = client
        self._carriers: tuple[Choice, ...] = ()
        self._lock = Lock()

    def push(self, notice: ShipmentNotice) -> str:
        """Report *notice* once; its tracking number, as the platform gives no other id.

        The platform takes no quantities: a part of an order is marked as one, and its remark names the goods.
        OutcomeUnknown if no readable answer came.
        """
        _check(notice)
        order = notice.external_order_id
        params = {
            "orderNo": order,
            "deliveryNo": notice.tracking_number.strip(),
            "shippingType": notice.carrier_code.strip(),
            "deliveryState": FULL if notice.completes else PARTIAL,
            "deliveryRemark": remark(notice),
        }
        answer = self._client.write("dh.order.delivery.save", params, record=order)
        if "result" not in answer:
            raise OutcomeUnknown(_("the answer does not say whether it was done"), record=order)
        if not Reader(answer, order).flag("result"):
            raise Refused("result", _("the platform did not accept the shipment"), record=order)
        return params["deliveryNo"]

    def find(self, notice: ShipmentNotice) -> str | None:
        """The tracking number if the platform knows a delivery of the order with it, corrected ones too."""
        detail = self._client.read("dh.order.get", {"orderNo": notice.external_order_id})
        wanted = _normal(notice.tracking_number)
        for row in rows_of(detail, "orderDeliveryList") or []:
            numbers = (row.get("deliveryNo"), row.get("newDeliveryNo")) if isinstance(row, Mapping) else ()
            if wanted in {_normal(str(number or "")) for number in numbers}:
                return notice.tracking_number.strip()
        return None

    def carriers(self) -> tuple[Choice, ...]:
        """The ways of shipping that the platform knows, asked for once; the code is the platform's name."""
        with self._lock:
            if not self._carriers:
                self._carriers = self._asked("dh.shipping.types.get") or self._asked("dh.shipping.typelist")
            return self._carriers

    def _asked(self, api: str) -> tuple[Choice, ...]:
        rows = rows_of(self._client.read(api, {})) or []
        readers = [Reader(row, "") for row in rows if isinstance(row, Mapping)]
        named = [(reader.text("name"), reader.text("description", "name")) for reader in readers]
        return tuple(Choice(name, words) for name, words in named if name)


def remark(notice: ShipmentNotice) -> str:
    """The goods of a partial shipment in plain ASCII, "" for a whole one."""
    if not notice.partial:
        return ""
    goods = ", ".join(f"{sku} x {quantity:f}" for sku, quantity in notice.lines)
    return goods.encode("ascii", "ignore").decode()[:LONGEST_REMARK]


def _check(notice: ShipmentNotice) -> None:
    """InvalidValue for what the platform would refuse anyway."""
    order = notice.external_order_id
    if not notice.tracking_number.strip():
        raise InvalidValue(
            _("The shipment has no tracking number."), record=order, remedy=_("Enter it first.")
        )
    if not notice.carrier_code.strip():
        raise InvalidValue(_("The shipment has no carrier."), record=order, remedy=_("Choose a carrier."))


def _normal(tracking_number: str) -> str:
    return "".join(tracking_number.split()).upper()
