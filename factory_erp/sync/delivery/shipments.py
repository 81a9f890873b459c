"""Delivering shipments."""

from __future__ import annotations

from factory_erp.services.outbox import Claimed
from factory_erp.sync.connectors.base import Connector, ShipmentSink
from factory_erp.sync.delivery.base import Delivery, port
from factory_erp.sync.translate import notice


class Shipments:
    """Reports a parcel; a second report would be a second parcel, so it is looked up first."""

    repeatable = False

    def send(self, connector: Connector, message: Claimed) -> str:
        """Report the parcel once; the platform's voucher."""
        return _sink(connector).push(notice(message.payload, message.client_key))

    def find(self, connector: Connector, message: Claimed) -> str | None:
        """The voucher or tracking number under which the platform knows the parcel."""
        return _sink(connector).find(notice(message.payload, message.client_key))


def _sink(connector: Connector) -> ShipmentSink:
    return port(connector.shipments, connector)


DELIVERIES: dict[str, Delivery] = {"shipment": Shipments()}
"""Kind of message to its delivery."""
