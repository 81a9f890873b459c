"""Every kind of outbox message and how it is delivered."""

from __future__ import annotations

from factory_erp.sync.delivery import inquiries, listings, shipments
from factory_erp.sync.delivery.base import Delivery

DELIVERIES: dict[str, Delivery] = {**shipments.DELIVERIES, **listings.DELIVERIES, **inquiries.DELIVERIES}
"""Kind of message to its delivery."""
