"""The moment a shipment leaves: stock goes to the customer, orders follow, platforms are told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from factory_erp.domain.errors import NotAllowed
from factory_erp.i18n import N_, _
from factory_erp.models.inventory import MoveCause
from factory_erp.models.platforms import OutboxMessage, PlatformAccount
from factory_erp.models.sales import OrderState, SalesLine, SalesOrder
from factory_erp.models.shipping import SHIPMENT_TRANSITIONS, Shipment, ShipmentLine, ShipmentState
from factory_erp.services import outbox
from factory_erp.services.base import allowed, get, use_case
from factory_erp.services.clock import now
from factory_erp.services.order_states import STATE_NAMES as ORDER_STATE_NAMES
from factory_erp.services.order_states import set_state
from factory_erp.services.production.orders import close_production
from factory_erp.services.shipping.documents import KIND_NAMES, KINDS, current_documents, says
from factory_erp.services.shipping.facts import compose_facts, load, orders_of, sorted_lines
from factory_erp.services.shipping.ready import OPEN_STATES
from factory_erp.services.shipping.rules import STATE_NAMES, check_platform
from factory_erp.services.stock import inventory


@dataclass(frozen=True, slots=True)
class ShipOutcome:
    """What leaving did: the orders that are now shipped in full, and messages to platforms."""

    shipment_id: int
    number: str
    shipped_at: datetime
    orders_shipped: tuple[str, ...]
    messages: int


@use_case
def ship(session: Session, shipment_id: int) -> ShipOutcome:
    """The goods have left: stock goes to the customer, orders follow, platforms are told. Once only.

    Raises NotAllowed without documents in force that say what is shipped, for an order that is on hold,
    cancelled or held by its platform, without the tracking that a platform wants, and where stock is short.
    """
    shipment = load(session, shipment_id, lock=True)
    if shipment.state == ShipmentState.SHIPPED:
        return _outcome(session, shipment)
    orders = [get(session, SalesOrder, order_id, lock=True) for order_id in _order_ids(shipment)]
    load(session, shipment_id)  # again: another shipment of these orders may have left while we waited
    _check_shippable(session, shipment, orders)
    _deliver(session, shipment)
    for order in orders:
        follow(session, order)
        _tell_platform(session, shipment, order)
    shipment.state, shipment.shipped_at = ShipmentState.SHIPPED, now()
    session.flush()
    return _outcome(session, shipment)


def _order_ids(shipment: Shipment) -> list[int]:
    return sorted(order.id for order in orders_of(shipment))


def _check_shippable(session: Session, shipment: Shipment, orders: Sequence[SalesOrder]) -> None:
    if not allowed(SHIPMENT_TRANSITIONS, shipment.state, ShipmentState.SHIPPED):
        raise NotAllowed(
            _(
                "Shipment {number} is '{state}' and cannot leave yet.",
                number=shipment.number,
                state=_(STATE_NAMES[ShipmentState(shipment.state)]),
            ),
            record=shipment.number,
            field="state",
            remedy=_("Pack it and issue its documents first."),
        )
    for order in orders:
        _check_order(session, shipment, order)
    _check_documents(session, shipment)


def _check_order(session: Session, shipment: Shipment, order: SalesOrder) -> None:
    if order.state in (OrderState.ON_HOLD, OrderState.CANCELLED):
        raise NotAllowed(
            _(
                "Order {number} is '{state}': shipment {shipment} must not leave.",
                number=order.number,
                state=_(ORDER_STATE_NAMES[OrderState(order.state)]),
                shipment=shipment.number,
            ),
            record=order.number,
            field="state",
            remedy=_("Lift the hold on the order, or take it up with the buyer."),
        )
    check_platform(order)
    if order.account_id is not None:
        _check_tracking(session, shipment, order)


def _check_tracking(session: Session, shipment: Shipment, order: SalesOrder) -> None:
    wanted = {"carrier_code": N_("carrier"), "tracking_number": N_("tracking number")}
    for name, label in wanted.items():
        if not getattr(shipment, name):
            account = get(session, PlatformAccount, order.account_id or 0)
            raise NotAllowed(
                _(
                    "Order {number} came from {account}, which must be told the {field} of the shipment.",
                    number=order.number,
                    account=account.name,
                    field=_(label),
                ),
                record=shipment.number,
                field=name,
                remedy=_("Enter the {field} under Transport, then ship.", field=_(label)),
            )


def _check_documents(session: Session, shipment: Shipment) -> None:
    """Both papers are in force and say what leaves, to the last figure."""
    current, facts = current_documents(session, shipment.id), compose_facts(session, shipment)
    for kind in KINDS:
        if kind not in current or not says(current[kind], facts):
            values = {"document": _(KIND_NAMES[kind]), "number": shipment.number}
            if kind in current:
                message = _("{document}: it no longer says what leaves with {number}.", **values)
            else:
                message = _("{document}: it is not issued for {number}.", **values)
            remedy = _("Issue the documents again, then ship.")
            raise NotAllowed(message, record=shipment.number, field=_("Documents"), remedy=remedy)


def _deliver(session: Session, shipment: Shipment) -> None:
    """Move the goods out, leaving what is set aside for others; raises NotAllowed where too little is free.

    Items are locked in a fixed order, so that two shipments never wait for each other.
    """
    inventory.lock_stock(session, {line.sales_line.item_id for line in shipment.lines})
    for lines in _rounds(shipment.lines):
        free = inventory.free_for_lines(session, [line.sales_line for line in lines])
        for line in lines:
            _check_free(line, free[line.sales_line_id])
            _move_out(session, shipment, line)
        session.flush()


def _rounds(lines: Sequence[ShipmentLine]) -> Iterator[list[ShipmentLine]]:
    """The lines, each item once per round: what one line takes is gone for the next of its item."""
    rest = sorted(lines, key=lambda line: (line.sales_line.item_id, line.id))
    while rest:
        first = list({line.sales_line.item_id: line for line in reversed(rest)}.values())
        yield sorted(first, key=lambda line: line.sales_line.item_id)
        rest = [line for line in rest if line not in first]


def _check_free(line: ShipmentLine, free: Decimal) -> None:
    if free < line.quantity:
        ordered = line.sales_line
        raise NotAllowed(
            _(
                "There is not enough {sku} for order {number}: {have} are free for it, {need} are needed.",
                sku=ordered.item.sku,
                number=ordered.order.number,
                have=max(Decimal(0), free),
                need=line.quantity,
            ),
            record=ordered.item.sku,
            field=_("Quantity"),
            remedy=_(
                "Make or receive more of it, or cancel the shipment and ship what is there: "
                "the rest of the stock is set aside for other orders."
            ),
        )


def _move_out(session: Session, shipment: Shipment, line: ShipmentLine) -> None:
    inventory.move(
        session,
        item_id=line.sales_line.item_id,
        quantity=line.quantity,
        source=inventory.WAREHOUSE,
        destination=inventory.CUSTOMER,
        cause=MoveCause.DELIVERY,
        reference=shipment.number,
        client_key=f"ship:{shipment.id}:line:{line.id}",
    )
    line.sales_line.shipped += line.quantity


def follow(session: Session, order: SalesOrder) -> None:
    """An order of which everything has left is shipped."""
    if all(line.shipped == line.quantity for line in order.lines):
        _all_gone(session, order)


def _all_gone(session: Session, order: SalesOrder) -> None:
    """Nothing more of the order will leave: it is shipped, by way of ready, and its production is over."""
    if order.state == OrderState.IN_PRODUCTION:
        set_state(session, order, OrderState.READY)
    set_state(session, order, OrderState.SHIPPED)
    close_production(session, order.id)


@use_case
def close_short(session: Session, order_ids: Sequence[int]) -> None:
    """Give up what has not left of these orders: they become shipped, goods kept for them become free.

    Raises NotAllowed for an order that is not ready or in production, of which nothing has left, or
    of which an open shipment still holds something.
    """
    for order_id in sorted(set(order_ids)):
        order = get(session, SalesOrder, order_id, lock=True)
        if order.state not in (OrderState.SHIPPED, OrderState.CLOSED):
            _check_short(session, order)
            _all_gone(session, order)


def _check_short(session: Session, order: SalesOrder) -> None:
    if order.state not in (OrderState.READY, OrderState.IN_PRODUCTION) or not any(
        line.shipped for line in order.lines
    ):
        raise NotAllowed(
            _("Nothing of order {number} has left, or it is stopped.", number=order.number),
            record=order.number,
            field="state",
            remedy=_("Only an order that was delivered in part can be closed short; any other is cancelled."),
        )
    held = session.scalar(
        select(Shipment.number)
        .join(ShipmentLine, ShipmentLine.shipment_id == Shipment.id)
        .where(Shipment.state.in_(OPEN_STATES))
        .where(ShipmentLine.sales_line_id.in_([line.id for line in order.lines]))
        .order_by(Shipment.number)
    )
    if held is not None:
        raise NotAllowed(
            _("Shipment {shipment} still holds goods of order {number}.", shipment=held, number=order.number),
            record=held,
            remedy=_("Let it leave or cancel it first."),
        )


def _tell_platform(session: Session, shipment: Shipment, order: SalesOrder) -> None:
    if order.account_id is None:
        return
    lines = [line for line in sorted_lines(shipment) if line.sales_line.order_id == order.id]
    quantities = {line.sales_line_id: line.quantity for line in lines}
    payload = {
        "external_order_id": order.external_id,
        "carrier_code": shipment.carrier_code,
        "logistics_type": shipment.logistics_type,
        "tracking_number": shipment.tracking_number,
        "partial": any(quantities.get(line.id) != line.quantity for line in order.lines),
        "completes": all(line.shipped == line.quantity for line in order.lines),
        "lines": [{"sku_id": _sku_id(line.sales_line), "quantity": f"{line.quantity:f}"} for line in lines],
    }
    outbox.enqueue(
        session,
        account_id=order.account_id,
        kind="shipment",
        client_key=_message_key(shipment.id, order.id),
        record_id=shipment.id,
        title=f"{shipment.number} → {order.number} ({order.external_id})",
        payload=payload,
    )


def _message_key(shipment_id: int, order_id: int) -> str:
    return f"ship:{shipment_id}:{order_id}"


def _sku_id(line: SalesLine) -> str:
    """The platform's SKU id: the middle of the line id "product/sku/n" that orders come with."""
    parts = line.external_line_id.split("/")
    return parts[1] if len(parts) == 3 else line.external_line_id


def _outcome(session: Session, shipment: Shipment) -> ShipOutcome:
    orders = orders_of(shipment)
    keys = [_message_key(shipment.id, order.id) for order in orders]
    messages = session.scalar(select(func.count()).where(OutboxMessage.client_key.in_(keys)))
    assert shipment.shipped_at is not None
    done = tuple(order.number for order in orders if order.state in (OrderState.SHIPPED, OrderState.CLOSED))
    return ShipOutcome(shipment.id, shipment.number, shipment.shipped_at, done, messages or 0)
