"""The production orders of a matrix batch: what its traveller, and the code on it, stand for."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from factory_erp.models.production import (
    OperationState,
    ProductionOperation,
    ProductionOrder,
    ProductionState,
)
from factory_erp.services.base import get, query

OPEN = (OperationState.WAITING, OperationState.STARTED)


@query
def batch_of(session: Session, order_id: int) -> str:
    """Number of the batch that the production order is a cell of, "" if of none. Raises NotFound."""
    return get(session, ProductionOrder, order_id).batch


@query
def batch_orders(session: Session, batch: str) -> tuple[int, ...]:
    """Ids of the production orders of the batch that were not cancelled."""
    mine = select(ProductionOrder.id).where(
        ProductionOrder.batch == batch, ProductionOrder.state != ProductionState.CANCELLED
    )
    return tuple(session.scalars(mine.order_by(ProductionOrder.id))) if batch else ()


@query
def planned_orders(session: Session, batch: str) -> tuple[int, ...]:
    """Ids of the production orders of the batch that wait for their release."""
    mine = select(ProductionOrder.id).where(
        ProductionOrder.batch == batch, ProductionOrder.state == ProductionState.PLANNED
    )
    return tuple(session.scalars(mine.order_by(ProductionOrder.id))) if batch else ()


@query
def open_steps(session: Session, batch: str, sequence: int) -> frozenset[int]:
    """Operations of the batch with that sequence that are not finished; if there are none, all open ones.

    *batch* may be the number of a single production order, as its traveller says it.
    """
    found = (
        select(ProductionOperation.id, ProductionOperation.sequence)
        .join(ProductionOrder, ProductionOrder.id == ProductionOperation.order_id)
        .where(
            or_(ProductionOrder.batch == batch, ProductionOrder.number == batch),
            ProductionOperation.state.in_(OPEN),
        )
    )
    rows = session.execute(found).all() if batch else ()
    meant = frozenset(row.id for row in rows if row.sequence == sequence)
    return meant or frozenset(row.id for row in rows)
