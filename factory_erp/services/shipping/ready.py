"""What of the orders is ready to go into a shipment, and which orders go together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from factory_erp.models.platforms import PlatformAccount
from factory_erp.models.sales import OrderState, SalesLine, SalesOrder
from factory_erp.models.shipping import Shipment, ShipmentLine, ShipmentState
from factory_erp.services.base import query
from factory_erp.services.bulk import chunks
from factory_erp.services.shipping.rules import together_key
from factory_erp.services.stock import inventory
from factory_erp.services.stock.inventory import Wanted
from factory_erp.services.stock.reservations import LINE, ZERO

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
        _ready(order, ready[order.id], channels, groups.setdefault(together_key(order), len(groups) + 1))
        for order in orders
        if order.id in ready
    ]
    return sorted(rows, key=lambda row: row.group)


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
    """Each line of *orders* with how much of it may go into a new shipment now (perhaps nothing).

    That is what the warehouse holds for the line or for nobody, less what open shipments will take.
    """
    lines = [line for order in orders for line in order.lines]
    items = {line.item_id for line in lines}
    going = _in_open_shipments(session, items)
    packed = [Wanted(LINE, line_id, item_id, quantity) for line_id, (item_id, quantity) in going.items()]
    wanted = [Wanted(LINE, line.id, line.item_id, _left(line, going)) for line in lines]
    free = inventory.free_for(session, [*packed, *wanted])[len(packed) :]
    return list(zip(lines, free, strict=True))


def _left(line: SalesLine, going: Mapping[int, tuple[int, Decimal]]) -> Decimal:
    """What of the line is neither shipped nor in an open shipment."""
    return max(ZERO, line.quantity - line.shipped - going.get(line.id, (0, ZERO))[1])


def _in_open_shipments(session: Session, item_ids: Collection[int]) -> dict[int, tuple[int, Decimal]]:
    """Order line → its item and how much of it open shipments hold."""
    found: dict[int, tuple[int, Decimal]] = {}
    for part in chunks(item_ids):
        statement = (
            select(SalesLine.id, SalesLine.item_id, func.sum(ShipmentLine.quantity))
            .join(SalesLine, SalesLine.id == ShipmentLine.sales_line_id)
            .join(Shipment, Shipment.id == ShipmentLine.shipment_id)
            .where(Shipment.state.in_(OPEN_STATES), SalesLine.item_id.in_(part))
            .group_by(SalesLine.id, SalesLine.item_id)
            .order_by(SalesLine.id)
        )
        found.update({row[0]: (row[1], row[2]) for row in session.execute(statement)})
    return found
