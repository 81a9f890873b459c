"""What the sales pages show: lists by the million, one order in full, and where it stands."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from factory_erp.domain.errors import NotFound
from factory_erp.domain.money import Money, UnitPrice
from factory_erp.i18n import _
from factory_erp.models.documents import Document, DocumentState
from factory_erp.models.partners import Partner
from factory_erp.models.platforms import ExceptionState, OutboxMessage, PlatformAccount, SyncException
from factory_erp.models.production import ProductionOrder, ProductionState
from factory_erp.models.sales import OrderState, SalesLine, SalesOrder
from factory_erp.models.shipping import Shipment, ShipmentLine, ShipmentState
from factory_erp.services.base import get, query
from factory_erp.services.clock import today
from factory_erp.services.listing import containing, counted, listed
from factory_erp.services.names import ItemNames
from factory_erp.services.sales import journey

VIEWS = ("all", "to_review", "in_work", "ships_this_week", "late", "on_hold", "shipped")
"""Saved views that every workspace has."""

OPEN_STATES = (OrderState.CONFIRMED, OrderState.IN_PRODUCTION, OrderState.READY)


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order as one line of a list."""

    id: int
    number: str
    ordered_at: datetime
    channel: str
    external_id: str
    customer: str
    country: str
    goods: str
    more_lines: int
    quantity: Decimal
    total: Money
    ship_by: date | None
    state: OrderState
    late: bool


@dataclass(frozen=True, slots=True)
class LineView:
    """One line of an order, with what covers it."""

    id: int
    position: int
    item_id: int
    sku: str
    name: str
    options: str
    customer_item: str
    quantity: Decimal
    shipped: Decimal
    unit: str
    unit_price: UnitPrice
    amount: Money
    promised: date | None


@dataclass(frozen=True, slots=True)
class LinkedRecord:
    """A record that belongs to the order: its number and where to open it."""

    kind: str
    id: int
    number: str
    state: str


@dataclass(frozen=True, slots=True)
class Linked:
    """Records that came out of the order."""

    production: tuple[LinkedRecord, ...]
    shipments: tuple[LinkedRecord, ...]
    documents: tuple[LinkedRecord, ...]


@dataclass(frozen=True, slots=True)
class Amounts:
    """What the order's total consists of; ``adjustment`` is what the platform's total says beyond."""

    product: Money
    freight: Money
    insurance: Money
    discount: Money
    adjustment: Money
    total: Money


@dataclass(frozen=True, slots=True)
class OrderDetail:
    """An order in full."""

    id: int
    version: int
    number: str
    state: OrderState
    late: bool
    customer: str
    channel: str
    external_id: str
    customer_po: str
    ordered_at: datetime
    trade_term: str
    payment_terms: str
    port_of_discharge: str
    destination_country: str
    ship_to: str
    remark: str
    requested_ship: date | None
    ship_by: date | None
    amounts: Amounts
    lines: tuple[LineView, ...]
    steps: tuple[journey.Step, ...]
    linked: Linked


def is_late() -> ColumnElement[bool]:
    """An open order whose promised ship date has passed."""
    return and_(SalesOrder.state.in_(OPEN_STATES), SalesOrder.ship_by < today())


def ships_this_week() -> ColumnElement[bool]:
    """An open order promised for a day from today to Sunday; what is overdue is late instead."""
    sunday = today() + timedelta(days=6 - today().weekday())
    return and_(SalesOrder.state.in_(OPEN_STATES), SalesOrder.ship_by.between(today(), sunday))


def _view(name: str) -> ColumnElement[bool] | None:
    conditions = {
        "to_review": SalesOrder.state == OrderState.DRAFT,
        "in_work": SalesOrder.state.in_(OPEN_STATES),
        "ships_this_week": ships_this_week(),
        "late": is_late(),
        "on_hold": SalesOrder.state == OrderState.ON_HOLD,
        "shipped": SalesOrder.state.in_((OrderState.SHIPPED, OrderState.CLOSED)),
    }
    return conditions.get(name)


_SORTS = {
    "number": SalesOrder.number,
    "ordered": SalesOrder.ordered_at,
    "customer": Partner.name,
    "quantity": SalesOrder.id,
    "total": SalesOrder.total_minor,
    "ship_by": SalesOrder.ship_by,
    "state": SalesOrder.state,
}


@query
def order_ids(
    session: Session, view: str = "all", words: str = "", sort: str = "ordered", descending: bool = True
) -> array[int]:
    """Ids of the orders of a view that contain *words*, sorted by the database."""
    statement = select(SalesOrder.id)
    if sort == "customer":
        statement = statement.join(Partner, Partner.id == SalesOrder.customer_id)
    found = containing(SalesOrder, "sales", words)
    by = _SORTS.get(sort, SalesOrder.ordered_at)
    return listed(
        session, statement, SalesOrder, where=_view(view), found=found, by=by, descending=descending
    )


@query
def order_numbered(session: Session, number: str) -> int:
    """Id of the order with this number. Raises NotFound."""
    found = session.scalar(select(SalesOrder.id).where(SalesOrder.number == number))
    if found is None:
        raise NotFound(
            _("There is no order {number}.", number=number),
            record=number,
            remedy=_("Search for it by buyer or by the platform's order id."),
        )
    return found


@query
def order_counts(session: Session) -> dict[str, int]:
    """View → how many orders it holds."""
    return counted(session, SalesOrder, VIEWS, _view)


@query
def order_rows(session: Session, ids: Sequence[int]) -> list[OrderRow]:
    """The orders with these ids, in this order; one that was removed is left out."""
    goods = _goods(session, ids)
    # Columns, not entities: a page of rows is read while the list is being painted.
    statement = (
        select(
            SalesOrder.id,
            SalesOrder.number,
            SalesOrder.ordered_at,
            PlatformAccount.name,
            SalesOrder.external_id,
            Partner.name,
            SalesOrder.destination_country,
            SalesOrder.total_minor,
            SalesOrder.currency,
            SalesOrder.ship_by,
            SalesOrder.state,
        )
        .join(Partner, Partner.id == SalesOrder.customer_id)
        .outerjoin(PlatformAccount, PlatformAccount.id == SalesOrder.account_id)
        .where(SalesOrder.id.in_(ids))
    )
    day = today()
    found = {row[0]: _row(tuple(row), goods, day) for row in session.execute(statement)}
    return [found[wanted] for wanted in ids if wanted in found]


def _row(found: tuple[Any, ...], goods: dict[int, tuple[str, int, Decimal]], day: date) -> OrderRow:
    key, number, ordered_at, channel, external_id, customer, country, minor, currency, ship_by, state = found
    name, count, quantity = goods.get(key, ("", 0, Decimal(0)))
    return OrderRow(
        id=key,
        number=number,
        ordered_at=ordered_at,
        channel=channel or "",
        external_id=external_id or "",
        customer=customer,
        country=country,
        goods=name,
        more_lines=max(0, count - 1),
        quantity=quantity,
        total=Money(minor, currency),
        ship_by=ship_by,
        state=OrderState(state),
        late=state in OPEN_STATES and ship_by is not None and ship_by < day,
    )


def _goods(session: Session, ids: Sequence[int]) -> dict[int, tuple[str, int, Decimal]]:
    """Order id → (name of its first item, number of lines, pieces)."""
    statement = (
        select(SalesLine.order_id, SalesLine.item_id, SalesLine.quantity)
        .where(SalesLine.order_id.in_(ids))
        .order_by(SalesLine.order_id, SalesLine.position)
    )
    lines: dict[int, list[tuple[int, Decimal]]] = defaultdict(list)
    for order_id, item_id, quantity in session.execute(statement):
        lines[order_id].append((item_id, quantity))
    names = ItemNames(session, {line[0][0] for line in lines.values()})
    return {
        order_id: (
            names.of(found[0][0]),
            len(found),
            sum((quantity for _item, quantity in found), Decimal(0)),
        )
        for order_id, found in lines.items()
    }


@query
def order_detail(session: Session, order_id: int) -> OrderDetail:
    """The order in full. Raises NotFound."""
    order = get(session, SalesOrder, order_id)
    linked = _linked(session, order)
    late = order.state in OPEN_STATES and order.ship_by is not None and order.ship_by < today()
    return OrderDetail(
        id=order.id,
        version=order.version,
        number=order.number,
        state=OrderState(order.state),
        late=late,
        customer=order.customer.name,
        channel=_channel(session, order),
        external_id=order.external_id or "",
        customer_po=order.customer_po,
        ordered_at=order.ordered_at,
        trade_term=f"{order.incoterm} {order.place}".strip(),
        payment_terms=order.payment_terms,
        port_of_discharge=order.port_of_discharge,
        destination_country=order.destination_country,
        ship_to=order.ship_to,
        remark=order.remark,
        requested_ship=order.requested_ship,
        ship_by=order.ship_by,
        amounts=_amounts(order),
        lines=_lines(session, order),
        steps=_steps(session, order, linked),
        linked=linked,
    )


def _channel(session: Session, order: SalesOrder) -> str:
    account = session.get(PlatformAccount, order.account_id) if order.account_id else None
    return account.name if account else ""


def _amounts(order: SalesOrder) -> Amounts:
    return Amounts(
        product=Money(order.product_minor, order.currency),
        freight=Money(order.freight_minor, order.currency),
        insurance=Money(order.insurance_minor, order.currency),
        discount=Money(order.discount_minor, order.currency),
        adjustment=Money(order.adjustment_minor, order.currency),
        total=Money(order.total_minor, order.currency),
    )


def _lines(session: Session, order: SalesOrder) -> tuple[LineView, ...]:
    names = ItemNames(session, {line.item_id for line in order.lines})
    return tuple(
        LineView(
            id=line.id,
            position=line.position,
            item_id=line.item_id,
            sku=line.item.sku,
            name=names.of(line.item_id) or line.item.sku,
            options=line.item.options,
            customer_item=line.customer_item,
            quantity=line.quantity,
            shipped=line.shipped,
            unit=line.unit,
            unit_price=UnitPrice(line.unit_price, order.currency),
            amount=Money(line.amount_minor, order.currency),
            promised=line.promised,
        )
        for line in order.lines
    )


def _linked(session: Session, order: SalesOrder) -> Linked:
    made = session.scalars(
        select(ProductionOrder)
        .where(ProductionOrder.sales_order_id == order.id, ProductionOrder.state != ProductionState.CANCELLED)
        .order_by(ProductionOrder.number)
    )
    gone = session.scalars(
        select(Shipment)
        .join(ShipmentLine)
        .join(SalesLine, SalesLine.id == ShipmentLine.sales_line_id)
        .where(SalesLine.order_id == order.id, Shipment.state != ShipmentState.CANCELLED)
        .distinct()
    ).all()
    papers = session.scalars(
        select(Document)
        .where(
            Document.shipment_id.in_([shipment.id for shipment in gone]),
            Document.state == DocumentState.ISSUED,
        )
        .order_by(Document.number)
    )
    return Linked(
        tuple(LinkedRecord("production", row.id, row.number, row.state) for row in made),
        tuple(LinkedRecord("shipping", row.id, row.number, row.state) for row in gone),
        tuple(LinkedRecord("document", row.id, row.number, row.kind) for row in papers),
    )


def _steps(session: Session, order: SalesOrder, linked: Linked) -> tuple[journey.Step, ...]:
    shipment_ids = [record.id for record in linked.shipments]
    finish = session.scalar(
        select(func.max(ProductionOrder.planned_finish)).where(ProductionOrder.sales_order_id == order.id)
    )
    outbox = session.scalars(
        select(OutboxMessage.state).where(
            OutboxMessage.kind == "shipment", OutboxMessage.record_id.in_(shipment_ids)
        )
    ).all()
    waiting = session.scalars(
        select(SyncException.kind).where(
            SyncException.external_id == (order.external_id or "-"),
            SyncException.state == ExceptionState.OPEN,
        )
    ).all()
    return journey.steps(
        journey.Facts(
            state=OrderState(order.state),
            from_platform=order.account_id is not None,
            ship_by=order.ship_by,
            planned_finish=finish,
            production=tuple(record.state for record in linked.production),
            shipments=tuple(record.state for record in linked.shipments),
            documents=len(linked.documents),
            outbox=tuple(outbox),
            waiting_changes=len(waiting),
            today=today(),
        )
    )


@query
def unplanned(session: Session) -> tuple[int, ...]:
    """Confirmed orders whose material is not planned yet, the most urgent first."""
    confirmed = select(SalesOrder.id).where(SalesOrder.state == OrderState.CONFIRMED)
    return tuple(session.scalars(confirmed.order_by(SalesOrder.ship_by, SalesOrder.id)))
