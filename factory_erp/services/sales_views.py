"""What the sales pages show: lists by the million, one order in full, and where it stands."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import Session, selectinload

from factory_erp.domain.money import Money, UnitPrice
from factory_erp.i18n import language
from factory_erp.models.catalog import Item, ItemText
from factory_erp.models.documents import Document, DocumentState
from factory_erp.models.partners import Partner
from factory_erp.models.platforms import ExceptionState, OutboxMessage, PlatformAccount, SyncException
from factory_erp.models.production import ProductionOrder, ProductionState
from factory_erp.models.sales import OrderState, SalesLine, SalesOrder
from factory_erp.models.shipping import Shipment, ShipmentLine, ShipmentState
from factory_erp.services import journey, search
from factory_erp.services.base import get, query
from factory_erp.services.clock import today

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


def _view(name: str) -> ColumnElement[bool] | None:
    week_end = today() + timedelta(days=6 - today().weekday())
    conditions = {
        "to_review": SalesOrder.state == OrderState.DRAFT,
        "in_work": SalesOrder.state.in_(OPEN_STATES),
        "ships_this_week": and_(SalesOrder.state.in_(OPEN_STATES), SalesOrder.ship_by <= week_end),
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
    condition = _view(view)
    if condition is not None:
        statement = statement.where(condition)
    if words.strip():
        statement = statement.where(SalesOrder.id.in_(search.matching("sales", words)))
    column = _SORTS.get(sort, SalesOrder.ordered_at)
    order = (column.desc(), SalesOrder.id.desc()) if descending else (column.asc(), SalesOrder.id.asc())
    return array("q", session.scalars(statement.order_by(*order)))


@query
def order_counts(session: Session) -> dict[str, int]:
    """View → how many orders it holds."""
    parts = [func.sum(case((_view(name), 1), else_=0)) for name in VIEWS[1:]]  # type: ignore[arg-type]
    row = session.execute(select(func.count(), *parts).select_from(SalesOrder)).one()
    return {name: int(count or 0) for name, count in zip(VIEWS, row, strict=True)}


@query
def order_rows(session: Session, ids: Sequence[int]) -> list[OrderRow]:
    """The orders with these ids, in this order; one that was removed is left out."""
    goods = _goods(session, ids)
    statement = (
        select(SalesOrder, Partner.name, PlatformAccount.name, is_late())
        .join(Partner, Partner.id == SalesOrder.customer_id)
        .outerjoin(PlatformAccount, PlatformAccount.id == SalesOrder.account_id)
        .where(SalesOrder.id.in_(ids))
    )
    found = {row[0].id: _row(*row, goods) for row in session.execute(statement)}
    return [found[wanted] for wanted in ids if wanted in found]


def _row(
    order: SalesOrder,
    customer: str,
    channel: str | None,
    late: bool,
    goods: dict[int, tuple[str, int, Decimal]],
) -> OrderRow:
    name, count, quantity = goods.get(order.id, ("", 0, Decimal(0)))
    return OrderRow(
        id=order.id,
        number=order.number,
        ordered_at=order.ordered_at,
        channel=channel or "",
        external_id=order.external_id or "",
        customer=customer,
        country=order.destination_country,
        goods=name,
        more_lines=max(0, count - 1),
        quantity=quantity,
        total=Money(order.total_minor, order.currency),
        ship_by=order.ship_by,
        state=OrderState(order.state),
        late=bool(late),
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
    names = item_names(session, {line[0][0] for line in lines.values()})
    return {
        order_id: (names.get(found[0][0], ""), len(found), sum((q for _, q in found), Decimal(0)))
        for order_id, found in lines.items()
    }


def item_names(session: Session, ids: set[int], code: str = "") -> dict[int, str]:
    """Item id → its name in the language, else in English, else its SKU."""
    wanted = code or language()
    names = dict(session.execute(select(Item.id, Item.sku).where(Item.id.in_(ids))).tuples().all())
    statement = select(ItemText.item_id, ItemText.language, ItemText.name).where(ItemText.item_id.in_(ids))
    texts = session.execute(statement.where(ItemText.language.in_({"en", wanted}))).all()
    for item_id, _code, name in sorted(texts, key=lambda row: row.language == wanted):
        names[item_id] = name
    return names


def detail_statement() -> Select[SalesOrder]:
    """The order with everything its page shows, in a few round trips."""
    return select(SalesOrder).options(
        selectinload(SalesOrder.lines).selectinload(SalesLine.item), selectinload(SalesOrder.customer)
    )


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
    names = item_names(session, {line.item_id for line in order.lines})
    return tuple(
        LineView(
            id=line.id,
            position=line.position,
            item_id=line.item_id,
            sku=line.item.sku,
            name=names[line.item_id],
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
