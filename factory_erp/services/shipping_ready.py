"""What of the orders is ready to go into a shipment, and which orders go together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from factory_erp.models.platforms import PlatformAccount
from factory_erp.models.sales import OrderState, SalesLine, SalesOrder
from factory_erp.models.shipping import Shipment, ShipmentLine, ShipmentState
from factory_erp.services import inventory
from factory_erp.services.base import query

OPEN_STATES = (ShipmentState.DRAFT, ShipmentState.PACKED, ShipmentState.DOCUMENTED)
"""States of shipments that still hold goods in the warehouse."""


@dataclass(frozen=True, slots=True)
class ReadyOrder:
    """An order with goods to ship. Orders of the same ``group`` (from 1) can go in one shipment."""

    order_id: int
    number: str
    consignee: str
    channel: str
    destination_country: str
    currency: str
    trade_term: str
    ship_by: date | None
    quantity: Decimal
    lines: int
    whole: bool
    group: int


@query
def ready_orders(session: Session) -> list[ReadyOrder]:
    """Orders that are ready and not yet wholly in a shipment, group by group, the most urgent first."""
    statement = (
        select(SalesOrder)
        .where(SalesOrder.state == OrderState.READY)
        .options(selectinload(SalesOrder.lines), selectinload(SalesOrder.customer))
        .order_by(SalesOrder.ship_by.is_(None), SalesOrder.ship_by, SalesOrder.number)
    )
    orders = session.scalars(statement).all()
    ready: dict[int, list[tuple[SalesLine, Decimal]]] = defaultdict(list)
    for line, quantity in ready_quantities(session, orders):
        if quantity:
            ready[line.order_id].append((line, quantity))
    channels = dict(session.execute(select(PlatformAccount.id, PlatformAccount.name)).all())
    groups: dict[tuple[object, ...], int] = {}
    rows = [
        _ready(order, ready[order.id], channels, groups.setdefault(together(order), len(groups) + 1))
        for order in orders
        if order.id in ready
    ]
    return sorted(rows, key=lambda row: row.group)


def together(order: SalesOrder) -> tuple[object, ...]:
    """What orders of one shipment must have in common: it stands once on the documents."""
    return (
        order.customer_id,
        order.ship_to,
        order.destination_country,
        order.currency,
        order.incoterm,
        order.place,
    )


def _ready(
    order: SalesOrder, lines: list[tuple[SalesLine, Decimal]], channels: dict[int, str], group: int
) -> ReadyOrder:
    return ReadyOrder(
        order_id=order.id,
        number=order.number,
        consignee=order.customer.name,
        channel=channels.get(order.account_id or 0, ""),
        destination_country=order.destination_country,
        currency=order.currency,
        trade_term=f"{order.incoterm} {order.place}".strip(),
        ship_by=order.ship_by,
        quantity=sum((quantity for _line, quantity in lines), Decimal(0)),
        lines=len(lines),
        whole=len(lines) == len(order.lines) and all(q == line.quantity for line, q in lines),
        group=group,
    )


def ready_quantities(session: Session, orders: Iterable[SalesOrder]) -> list[tuple[SalesLine, Decimal]]:
    """Each line of *orders* with how much of it may go into a new shipment now (perhaps nothing)."""
    lines = [line for order in orders for line in order.lines]
    open_lines = _in_open_shipments(session, [line.id for line in lines])
    free = _free_stock(session, {line.item_id for line in lines if line.order.state != OrderState.READY})
    out: list[tuple[SalesLine, Decimal]] = []
    for line in lines:
        ready = line.quantity - line.shipped - open_lines.get(line.id, Decimal(0))
        if line.order.state != OrderState.READY:
            ready = max(Decimal(0), min(ready, free[line.item_id]))
            free[line.item_id] -= ready
        out.append((line, ready))
    return out


def _in_open_shipments(session: Session, line_ids: Collection[int]) -> dict[int, Decimal]:
    statement = (
        select(ShipmentLine.sales_line_id, func.sum(ShipmentLine.quantity))
        .join(Shipment)
        .where(Shipment.state.in_(OPEN_STATES), ShipmentLine.sales_line_id.in_(line_ids))
        .group_by(ShipmentLine.sales_line_id)
    )
    return dict(session.execute(statement).all())


def _free_stock(session: Session, item_ids: Collection[int]) -> dict[int, Decimal]:
    """What the warehouse holds of the items that no open shipment is waiting to take."""
    free = defaultdict(Decimal, inventory.on_hand(session, item_ids) if item_ids else {})
    taken = (
        select(SalesLine.item_id, func.sum(ShipmentLine.quantity))
        .join(SalesLine, SalesLine.id == ShipmentLine.sales_line_id)
        .join(Shipment, Shipment.id == ShipmentLine.shipment_id)
        .where(Shipment.state.in_(OPEN_STATES), SalesLine.item_id.in_(item_ids))
        .group_by(SalesLine.item_id)
    )
    for item_id, quantity in session.execute(taken):
        free[item_id] -= quantity
    return free
