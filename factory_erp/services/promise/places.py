"""The places that a promise kept on machines go over to the steps of what is made for its order.

A promise is true because there was room for it: its steps begin there, until the schedule finds better.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from factory_erp.models.planning import HoldState, PromiseBlock, PromiseHold
from factory_erp.models.production import OperationState, ProductionOperation, ProductionOrder
from factory_erp.services.bulk import chunks

Made = tuple[int, int]
"""A sales order and an item that is made for it."""


def take_places(session: Session, order_ids: Iterable[int]) -> None:
    """Put the steps of these new production orders where the promise of their sales order has machine time.

    Steps and machine times are paired in their order; an item that is made for an order in several parts, or
    in another number of steps by now, gets no places.
    """
    owners: dict[Made, list[ProductionOrder]] = defaultdict(list)
    for part in chunks(order_ids):
        rows = select(ProductionOrder).where(
            ProductionOrder.id.in_(part), ProductionOrder.sales_order_id.is_not(None)
        )
        for order in session.scalars(rows.options(selectinload(ProductionOrder.operations))):
            owners[order.sales_order_id or 0, order.item_id].append(order)
    times = _times(session, {sales for sales, _item in owners})
    for made, orders in owners.items():
        if len(orders) == 1:
            _place(orders[0].operations, times.get(made, []))


def _times(session: Session, sales_orders: Iterable[int]) -> Mapping[Made, list[PromiseBlock]]:
    """The machine times that promises keep for each item of these orders, the first first."""
    found: dict[Made, list[PromiseBlock]] = defaultdict(list)
    for part in chunks(sales_orders):
        rows = (
            select(PromiseHold.sales_order_id, PromiseBlock)
            .join(PromiseHold, PromiseHold.id == PromiseBlock.hold_id)
            .where(PromiseHold.state == HoldState.USED, PromiseHold.sales_order_id.in_(part))
            .order_by(PromiseBlock.starts_at, PromiseBlock.id)
        )
        for sales, block in session.execute(rows):
            found[sales or 0, block.item_id].append(block)
    return found


def _place(operations: Iterable[ProductionOperation], blocks: list[PromiseBlock]) -> None:
    steps = [step for step in operations if not step.subcontract_days]
    if len(steps) != len(blocks) or any(step.state != OperationState.WAITING for step in steps):
        return
    for step, block in zip(steps, blocks, strict=True):
        step.machine_id, step.planned_start = block.machine_id, block.starts_at
        step.setup_finish, step.planned_finish = block.starts_at, block.ends_at
