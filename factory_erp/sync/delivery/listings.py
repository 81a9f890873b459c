"""Delivering listings, shelf changes, prices, stock and lead times."""

from __future__ import annotations

from factory_erp.sync.delivery.base import Delivery

DELIVERIES: dict[str, Delivery] = {}
"""Kind of message to its delivery."""
