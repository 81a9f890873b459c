"""What the demo's story asks of the factory while it is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from factory_erp.models.catalog import Item
from factory_erp.models.engineering import Machine
from factory_erp.models.planning import PurchaseLine, PurchaseOrder, PurchaseState
from factory_erp.models.platforms import ExceptionKind, ExceptionState, SyncException
from factory_erp.models.production import (
    OperationState,
    ProductionOperation,
    ProductionOrder,
    ProductionState,
)
from factory_erp.models.sales import OrderState, SalesOrder
from factory_erp.models.shipping import Shipment
from factory_erp.planning.calendar import WorkingCalendar
from factory_erp.services import clock, working_time
from factory_erp.services.base import query

_OVER = (ProductionState.DONE, ProductionState.CLOSED, ProductionState.CANCELLED)
_AROUND = 14
"""Days before and after the present whose working time is looked at."""


@dataclass(frozen=True, slots=True)
class Step:
    """An operation that is planned and not done."""

    id: int
    order_id: int
    quantity: Decimal
    good: Decimal
    start: datetime
    finish: datetime
    machine_id: int
    state: str


@query
def find_order(session: Session, account_id: int, trade_id: str) -> int:
    """Our order for the platform's."""
    found = select(SalesOrder.id).filter_by(account_id=account_id, external_id=trade_id)
    return session.scalars(found).one()


@query
def finished(session: Session, order_ids: Sequence[int]) -> frozenset[int]:
    """Those production orders that are done."""
    done = select(ProductionOrder.id).where(
        ProductionOrder.id.in_(order_ids), ProductionOrder.state.in_(_OVER)
    )
    return frozenset(session.scalars(done))


@query
def open_steps(session: Session) -> list[Step]:
    """Scheduled operations that are not done, in the order of their finish."""
    step, order = ProductionOperation, ProductionOrder
    rows = session.execute(
        select(
            step.id,
            step.order_id,
            order.quantity,
            step.good,
            step.planned_start,
            step.planned_finish,
            step.machine_id,
            step.state,
        )
        .join(order, order.id == step.order_id)
        .where(step.state.in_((OperationState.WAITING, OperationState.STARTED)))
        .where(order.state.not_in(_OVER), step.planned_finish.is_not(None))
        .order_by(step.planned_finish, step.order_id, step.sequence)
    )
    return [_step(*row) for row in rows]


def _step(*values: Any) -> Step:
    return Step(*values)


@query
def open_hours(session: Session, moment: datetime) -> dict[int, WorkingCalendar]:
    """Machine → its working time around *moment*."""
    begin = moment.date() - timedelta(days=_AROUND)
    hours = working_time.open_hours(session, begin, 2 * _AROUND, working_time.zone(session))
    machines = session.execute(select(Machine.id, Machine.calendar_id))
    return {machine: WorkingCalendar(hours[calendar]) for machine, calendar in machines}


@query
def last_finish(session: Session) -> dict[int, datetime]:
    """Machine → when the last operation on it was finished."""
    step = ProductionOperation
    done = select(step.machine_id, func.max(step.finished_at)).where(step.finished_at.is_not(None))
    rows = session.execute(done.group_by(step.machine_id))
    return {machine: at for machine, at in rows if machine is not None and at is not None}


@query
def sales_number(session: Session, order_id: int) -> str | None:
    """The platform's id of the sales order that a production order was made for."""
    found = select(SalesOrder.external_id).join(
        ProductionOrder, ProductionOrder.sales_order_id == SalesOrder.id
    )
    return session.scalar(found.where(ProductionOrder.id == order_id))


@query
def progress_of(session: Session, account_id: int, trade_id: str) -> tuple[int, int]:
    """(Operations done, all operations) of an order."""
    states = session.scalars(
        select(ProductionOperation.state)
        .join(ProductionOrder, ProductionOrder.id == ProductionOperation.order_id)
        .join(SalesOrder, SalesOrder.id == ProductionOrder.sales_order_id)
        .where(SalesOrder.account_id == account_id, SalesOrder.external_id == trade_id)
    ).all()
    return sum(state == OperationState.DONE for state in states), len(states)


@query
def ready_since(session: Session, order_id: int) -> datetime:
    """When the last operation for the order was finished; now where nothing had to be made."""
    found = (
        select(ProductionOperation.finished_at)
        .join(ProductionOrder, ProductionOrder.id == ProductionOperation.order_id)
        .where(ProductionOrder.sales_order_id == order_id, ProductionOperation.finished_at.is_not(None))
        .order_by(ProductionOperation.finished_at.desc())
        .limit(1)
    )
    return session.scalar(found) or clock.now()


@query
def shipment_state(session: Session, shipment_id: int) -> str:
    """State of the shipment."""
    return session.scalars(select(Shipment.state).filter_by(id=shipment_id)).one()


@query
def states(session: Session) -> dict[str, OrderState]:
    """Platform's id → state of our order."""
    rows = session.execute(select(SalesOrder.external_id, SalesOrder.state))
    return {external_id: OrderState(state) for external_id, state in rows if external_id}


@query
def purchase_lines(session: Session, sku: str) -> list[int]:
    """Lines of purchases of the item that are to come."""
    rows = (
        select(PurchaseLine.id)
        .join(PurchaseOrder, PurchaseOrder.id == PurchaseLine.order_id)
        .join(Item, Item.id == PurchaseLine.item_id)
        .where(Item.sku == sku, PurchaseOrder.state == PurchaseState.ORDERED)
    )
    return list(session.scalars(rows.order_by(PurchaseLine.id)))


@query
def change_of(session: Session, account_id: int, trade_id: str) -> int | None:
    """The change of the platform's order that waits for a person, None for none."""
    waiting = select(SyncException.id).filter_by(
        account_id=account_id, external_id=trade_id, kind=ExceptionKind.CHANGED, state=ExceptionState.OPEN
    )
    return session.scalar(waiting.limit(1))


@query
def machines(session: Session) -> dict[str, int]:
    """Code → id of every machine."""
    return dict(session.execute(select(Machine.code, Machine.id)).all())


@query
def is_joined(session: Session) -> bool:
    """Whether operations run as a campaign."""
    joined = select(ProductionOperation.id).where(ProductionOperation.campaign != "")
    return session.scalar(joined.limit(1)) is not None
