"""For whom a production order is made: whose state follows it, and who counts on how much of it.

What was planned for several sales orders at once, or merged, is no single order's own. It is for all whose
lines are pegged to it.
"""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.models.production import Peg, ProductionOrder, ProductionState
from factory_erp.models.sales import OrderState, SalesLine, SalesOrder
from factory_erp.services.base import get
from factory_erp.services.floor.work import set_order_state
from factory_erp.services.stock.reservations import settle

OVER = (OrderState.SHIPPED, OrderState.CLOSED, OrderState.CANCELLED)
"""Sales orders that want nothing more."""


def owners_of(session: Session, order: ProductionOrder) -> list[int]:
    """The sales order that it is for, or all whose lines are pegged to it; in the order of their ids."""
    if order.sales_order_id is not None:
        return [order.sales_order_id]
    pegged = (
        select(SalesLine.order_id)
        .join(Peg, Peg.sales_line_id == SalesLine.id)
        .where(Peg.production_order_id == order.id)
    )
    return sorted(set(session.scalars(pegged)))


def settle_owners(session: Session, order: ProductionOrder) -> None:
    """Make those ready who have all they want now: of what is for several, each as soon as it has."""
    if order.state == ProductionState.DONE or order.sales_order_id is None:
        for sales_id in owners_of(session, order):
            settle(session, get(session, SalesOrder, sales_id))


def free_output(session: Session, order: ProductionOrder, gives: Decimal) -> None:
    """Let nobody count on more of the order than it *gives*; who was pegged last loses first."""
    waiting = select(Peg).filter_by(production_order_id=order.id, item_id=order.item_id).order_by(Peg.id)
    for peg in session.scalars(waiting).all():
        kept = min(gives, peg.quantity)
        gives -= kept
        if kept:
            peg.quantity = kept
        else:
            session.delete(peg)
    session.flush()


def close_production(session: Session, sales_order_id: int) -> None:
    """Close finished production of a sales order that has shipped completely, unless others still wait."""
    pegged = (
        select(Peg.production_order_id)
        .join(SalesLine, SalesLine.id == Peg.sales_line_id)
        .where(SalesLine.order_id == sales_order_id, Peg.production_order_id.is_not(None))
    )
    shared = ProductionOrder.sales_order_id.is_(None) & ProductionOrder.id.in_(pegged)
    done = select(ProductionOrder).where(
        (ProductionOrder.sales_order_id == sales_order_id) | shared,
        ProductionOrder.state == ProductionState.DONE,
    )
    for order in session.scalars(done.order_by(ProductionOrder.id).with_for_update()).all():
        others = set(owners_of(session, order)) - {sales_order_id}
        waiting = select(SalesOrder.id).where(SalesOrder.id.in_(others), SalesOrder.state.not_in(OVER))
        if session.scalar(waiting.limit(1)) is None:
            set_order_state(order, ProductionState.CLOSED)
