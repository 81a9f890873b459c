"""What has come of a purchase: counting it on its line, and when the whole order is over."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy.orm import Session

from factory_erp.models.planning import PurchaseLine, PurchaseOrder, PurchaseState
from factory_erp.services.base import get


def count_received(session: Session, line_id: int, quantity: Decimal) -> None:
    """Count *quantity* as received on the line; its order is over when all of its lines have come."""
    line = get(session, PurchaseLine, line_id)
    line.received += quantity
    finish(line.order)


def finish(order: PurchaseOrder) -> None:
    """Make an order received of which nothing is to come any more."""
    if order.state == PurchaseState.ORDERED and not any(still_open(line) for line in order.lines):
        order.state = PurchaseState.RECEIVED


def still_open(line: PurchaseLine) -> Decimal:
    """What is still to come on the line; never less than nothing, even where more came than was ordered."""
    return max(Decimal(0), line.quantity - line.received)
