"""What has come of a purchase: counting it on its line, and when the whole order is over."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from factory_erp.models.planning import PurchaseLine, PurchaseOrder, PurchaseState
from factory_erp.models.production import Peg, PegSource
from factory_erp.services.base import get


def to_come() -> ColumnElement[bool]:
    """Purchase lines of which something is still to come."""
    ordered = select(PurchaseOrder.id).where(PurchaseOrder.state == PurchaseState.ORDERED)
    return and_(PurchaseLine.quantity > PurchaseLine.received, PurchaseLine.order_id.in_(ordered))


def unordered() -> ColumnElement[bool]:
    """Pegs to goods that nobody has ordered: they name no purchase, or one that brings nothing any more."""
    coming = select(PurchaseLine.id).where(to_come())
    none = or_(Peg.purchase_line_id.is_(None), Peg.purchase_line_id.not_in(coming))
    return and_(Peg.source == PegSource.PURCHASE, none)


def count_received(session: Session, line_id: int, quantity: Decimal) -> None:
    """Count *quantity* as received on the line; its order is over when all of its lines have come.

    Of an order that is over already nothing comes: it stays as it is.
    """
    line = get(session, PurchaseLine, line_id)
    if line.order.state == PurchaseState.ORDERED:
        line.received += quantity
        finish(line.order)


def finish(order: PurchaseOrder) -> None:
    """Make an order received of which nothing is to come any more."""
    if order.state == PurchaseState.ORDERED and not any(still_open(line) for line in order.lines):
        order.state = PurchaseState.RECEIVED


def still_open(line: PurchaseLine) -> Decimal:
    """What is still to come on the line; never less than nothing, even where more came than was ordered."""
    return max(Decimal(0), line.quantity - line.received)
