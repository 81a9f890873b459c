"""Sales orders: taking them in, confirming, holding, cancelling."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from factory_erp.domain.errors import Conflict, NotAllowed
from factory_erp.domain.money import UnitPrice
from factory_erp.i18n import _
from factory_erp.models.catalog import Item
from factory_erp.models.production import (
    PRODUCTION_TRANSITIONS,
    OperationState,
    Peg,
    ProductionMaterial,
    ProductionOrder,
    ProductionState,
)
from factory_erp.models.sales import OrderState, SalesLine, SalesOrder
from factory_erp.models.shipping import Shipment, ShipmentLine, ShipmentState
from factory_erp.services import search
from factory_erp.services.base import allowed, get, use_case
from factory_erp.services.clock import FACTORY_ZONE, today
from factory_erp.services.numbering import next_number
from factory_erp.services.order_states import ACCEPTED, STATE_NAMES, require, set_state
from factory_erp.services.stock.promise_settled import lapse
from factory_erp.services.stock.reservations import settle

__all__ = [
    "ACCEPTED",
    "STATE_NAMES",
    "NewLine",
    "NewOrder",
    "add_order",
    "cancel",
    "cancel_order",
    "close",
    "confirm",
    "fill_order",
    "hold",
    "hold_order",
    "index_order",
    "lift_hold",
    "order_line",
    "require",
    "set_state",
    "withdraw_promise",
]


@dataclass(frozen=True, slots=True)
class NewLine:
    """A line to take in; ``quantity`` in the item's unit."""

    item_id: int
    quantity: Decimal
    unit: str
    unit_price: Decimal
    external_line_id: str = ""
    customer_item: str = ""


@dataclass(frozen=True, slots=True)
class NewOrder:
    """An order to take in. Amounts are minor units of ``currency``; the total is the buyer's."""

    customer_id: int
    ordered_at: datetime
    currency: str
    incoterm: str
    place: str
    destination_country: str
    lines: Sequence[NewLine]
    account_id: int | None = None
    external_id: str | None = None
    customer_po: str = ""
    port_of_discharge: str = ""
    payment_terms: str = ""
    ship_to: str = ""
    marks: str = ""
    remark: str = ""
    requested_ship: date | None = None
    freight_minor: int = 0
    insurance_minor: int = 0
    discount_minor: int = 0
    adjustment_minor: int = 0
    total_minor: int | None = None
    client_key: str | None = None


def add_order(session: Session, new: NewOrder) -> SalesOrder:
    """A draft order with a number of its own; a repeated ``client_key`` finds the order made with it."""
    if new.client_key is not None:
        known = session.scalar(select(SalesOrder).filter_by(client_key=new.client_key))
        if known is not None:
            return known
    order = SalesOrder(state=OrderState.DRAFT, client_key=new.client_key)
    fill_order(order, new)
    order.number = next_number(session, "SO", new.ordered_at.astimezone(ZoneInfo(FACTORY_ZONE)).year)
    session.add(order)
    session.flush()
    return order


def fill_order(order: SalesOrder, new: NewOrder) -> None:
    """Write *new* over *order*. What the total says beyond its parts goes into the adjustment."""
    copied = (
        "customer_id account_id external_id customer_po ordered_at currency incoterm place "
        "destination_country port_of_discharge payment_terms ship_to marks remark requested_ship "
        "freight_minor insurance_minor discount_minor"
    )
    for name in copied.split():
        setattr(order, name, getattr(new, name))
    order.lines = [order_line(position, line, new.currency) for position, line in enumerate(new.lines, 1)]
    order.product_minor = sum(line.amount_minor for line in order.lines)
    parts = order.product_minor + new.freight_minor + new.insurance_minor - new.discount_minor
    order.total_minor = parts + new.adjustment_minor if new.total_minor is None else new.total_minor
    order.adjustment_minor = order.total_minor - parts


def order_line(position: int, new: NewLine, currency: str) -> SalesLine:
    """A line of an order, its amount figured in *currency*."""
    return SalesLine(
        position=position,
        item_id=new.item_id,
        quantity=new.quantity,
        unit=new.unit,
        unit_price=new.unit_price,
        amount_minor=UnitPrice(new.unit_price, currency).times(new.quantity).minor,
        external_line_id=new.external_line_id,
        customer_item=new.customer_item,
    )


def index_order(session: Session, order: SalesOrder) -> None:
    """Let the order be found by number, buyer, platform id, purchase order and SKU."""
    session.refresh(order, ["customer", "lines"])
    sold = select(Item.sku).join(SalesLine, SalesLine.item_id == Item.id)
    skus = session.scalars(sold.where(SalesLine.order_id == order.id).order_by(SalesLine.position))
    words = [order.external_id or "", order.customer_po, *skus]
    search.index(session, "sales", order.id, order.number, order.customer.name, *words)


@use_case
def confirm(
    session: Session, order_id: int, promised: date | None = None, version: int | None = None
) -> OrderState:
    """Accept the draft and promise *promised* (else the requested date) as its ship date.

    Confirming a confirmed order again changes nothing. Raises Conflict when the order is not
    the *version* that was on the screen.
    """
    order = get(session, SalesOrder, order_id, lock=True)
    if order.state not in {OrderState.DRAFT, OrderState.ON_HOLD, OrderState.CANCELLED}:
        return OrderState(order.state)
    _same_version(order, version)
    _not_held(order)
    lapse(session, order.id)
    set_state(session, order, OrderState.CONFIRMED)
    _promise(order, promised or order.requested_ship)
    return OrderState.CONFIRMED


def _not_held(order: SalesOrder) -> None:
    if order.state == OrderState.ON_HOLD:
        raise NotAllowed(
            _("Order {number} is on hold.", number=order.number),
            record=order.number,
            field="state",
            remedy=_("Lift the hold first."),
        )


def _same_version(order: SalesOrder, version: int | None) -> None:
    if version is not None and order.version != version:
        raise Conflict(
            _("Order {number} was changed since you opened it.", number=order.number),
            record=order.number,
            remedy=_("Look at the new version, then confirm it."),
        )


def _promise(order: SalesOrder, ship_by: date | None) -> None:
    if ship_by is None or ship_by < today():
        raise NotAllowed(
            _("Order {number} has no ship date that can still be kept.", number=order.number),
            record=order.number,
            field=_("Promised ship date"),
            remedy=_("Enter a date from today on, or take the suggested one."),
        )
    order.ship_by = ship_by
    for line in order.lines:
        line.promised = ship_by


def withdraw_promise(session: Session, order: SalesOrder) -> None:
    """Let a confirmed order, held or not, be reviewed again: its ship date is promised anew."""
    if order.state == OrderState.ON_HOLD:
        order.held_from = OrderState.DRAFT
    else:
        set_state(session, order, OrderState.DRAFT)
    order.ship_by = None
    for line in order.lines:
        line.promised = None


@use_case
def hold(session: Session, order_id: int) -> None:
    """Stop everything on the order until the hold is lifted."""
    hold_order(session, get(session, SalesOrder, order_id, lock=True))


def hold_order(session: Session, order: SalesOrder) -> None:
    """Put the order, whose row is locked, on hold; it remembers where it stopped."""
    if order.state == OrderState.ON_HOLD:
        return
    before = order.state
    set_state(session, order, OrderState.ON_HOLD)
    order.held_from = before


@use_case
def lift_hold(session: Session, order_id: int) -> OrderState:
    """Let a held order go on where it stopped; one whose work was finished meanwhile is ready."""
    order = get(session, SalesOrder, order_id, lock=True)
    if order.state == OrderState.ON_HOLD:
        set_state(session, order, OrderState(order.held_from or OrderState.DRAFT))
        order.held_from = None
        settle(session, order)
    return OrderState(order.state)


@use_case
def close(session: Session, order_ids: Collection[int]) -> None:
    """Put orders that have left away: nothing more is to be done. Raises NotAllowed for any other."""
    for order_id in order_ids:
        set_state(session, get(session, SalesOrder, order_id, lock=True), OrderState.CLOSED)


@use_case
def cancel(session: Session, order_id: int) -> None:
    """Cancel an order of which nothing is being made or was shipped; see ``cancel_order``."""
    cancel_order(session, get(session, SalesOrder, order_id, lock=True))


def cancel_order(session: Session, order: SalesOrder) -> None:
    """Cancel the order, whose row is locked: its planned work goes with it.

    What was made for it becomes free stock, and what was kept for it is released. Raises NotAllowed
    while work is in progress, after anything was shipped, and while a shipment holds its goods.
    """
    if order.state == OrderState.CANCELLED:
        return
    _refuse_shipped(session, order)
    set_state(session, order, OrderState.CANCELLED)
    _cancel_work(session, order)
    _release_pegs(session, order)


def _refuse_shipped(session: Session, order: SalesOrder) -> None:
    holding = (
        select(Shipment)
        .join(ShipmentLine, ShipmentLine.shipment_id == Shipment.id)
        .join(SalesLine, SalesLine.id == ShipmentLine.sales_line_id)
        .where(SalesLine.order_id == order.id, Shipment.state != ShipmentState.CANCELLED)
        .order_by(Shipment.state != ShipmentState.SHIPPED, Shipment.id)
        .limit(1)
    )
    shipment = session.scalar(holding)
    if shipment is not None and shipment.state != ShipmentState.SHIPPED:
        raise NotAllowed(
            _("Goods of order {number} are in shipment {shipment}.",
              number=order.number, shipment=shipment.number),
            record=order.number,
            field="state",
            remedy=_("Cancel shipment {shipment} first, or take the order out of it.",
                     shipment=shipment.number),
        )  # fmt: skip
    if shipment is not None or any(line.shipped for line in order.lines):
        raise NotAllowed(
            _("Goods of order {number} have left.", number=order.number),
            record=order.number,
            field="state",
            remedy=_("Agree with the buyer on the rest, or put the order on hold."),
        )


def _cancel_work(session: Session, order: SalesOrder) -> None:
    made = select(ProductionOrder).where(ProductionOrder.sales_order_id == order.id)
    for work in session.scalars(made):
        if work.state in _OVER:
            continue
        if not allowed(PRODUCTION_TRANSITIONS, work.state, ProductionState.CANCELLED):
            raise NotAllowed(
                _("Production order {number} for this order has begun.", number=work.number),
                record=order.number,
                field="state",
                remedy=_("Finish what has begun, or put the order on hold."),
            )
        work.state = ProductionState.CANCELLED
        for operation in work.operations:
            operation.state = OperationState.CANCELLED


_OVER = frozenset({ProductionState.DONE, ProductionState.CLOSED, ProductionState.CANCELLED})


def _release_pegs(session: Session, order: SalesOrder) -> None:
    """Free what was kept or was to be bought for the order's lines and for its cancelled work."""
    lines = select(SalesLine.id).where(SalesLine.order_id == order.id)
    materials = (
        select(ProductionMaterial.id)
        .join(ProductionOrder, ProductionOrder.id == ProductionMaterial.order_id)
        .where(ProductionOrder.sales_order_id == order.id)
        .where(ProductionOrder.state == ProductionState.CANCELLED)
    )
    session.flush()
    freed = select(Peg).where(or_(Peg.sales_line_id.in_(lines), Peg.material_id.in_(materials)))
    for peg in session.scalars(freed):
        session.delete(peg)
