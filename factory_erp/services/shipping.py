"""Shipments: gathering ready goods, packing them, their transport, and the moment they leave."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from factory_erp.domain.checkdigits import is_container_number
from factory_erp.domain.errors import Conflict, InvalidValue, NotAllowed, NotFound
from factory_erp.i18n import N_, _
from factory_erp.models.documents import Document, DocumentKind
from factory_erp.models.inventory import MoveCause
from factory_erp.models.partners import Company
from factory_erp.models.platforms import OutboxMessage, PlatformAccount
from factory_erp.models.sales import OrderState, SalesLine, SalesOrder
from factory_erp.models.shipping import (
    SHIPMENT_TRANSITIONS,
    CartonContent,
    CartonGroup,
    Shipment,
    ShipmentLine,
    ShipmentState,
)
from factory_erp.packing import cartons as packing
from factory_erp.services import inventory
from factory_erp.services.base import allowed, get, use_case
from factory_erp.services.clock import now, today
from factory_erp.services.documents import KIND_NAMES, KINDS, current_documents, index_shipment, says
from factory_erp.services.numbering import next_number
from factory_erp.services.sales import STATE_NAMES as ORDER_STATE_NAMES
from factory_erp.services.sales import set_state
from factory_erp.services.shipment_facts import compose_facts, load, orders_of, pack_item, sorted_lines
from factory_erp.services.shipping_marks import marks
from factory_erp.services.shipping_ready import OPEN_STATES, ready_quantities

STATE_NAMES = {
    ShipmentState.DRAFT: N_("To pack"),
    ShipmentState.PACKED: N_("Packed"),
    ShipmentState.DOCUMENTED: N_("Documents issued"),
    ShipmentState.SHIPPED: N_("Shipped"),
    ShipmentState.CANCELLED: N_("Cancelled"),
}

LOGISTICS_TYPES = ("EXPRESS", "POST")

WAREHOUSE, CUSTOMER = "WH", "CUST"


@dataclass(frozen=True, slots=True)
class TransportInput:
    """How the goods travel. Container numbers after ISO 6346; ports as UN/LOCODE or a name."""

    vessel_voyage: str = ""
    container_numbers: tuple[str, ...] = ()
    port_of_loading: str = ""
    port_of_discharge: str = ""
    etd: date | None = None
    carrier_code: str = ""
    logistics_type: str = "EXPRESS"
    tracking_number: str = ""


@dataclass(frozen=True, slots=True)
class PackView:
    """What packing came to: cartons, pieces, grams, cubic millimetres, and the marks on the cartons."""

    shipment_id: int
    cartons: int
    pieces: int
    net_g: int
    gross_g: int
    volume_mm3: int
    marks: str


@dataclass(frozen=True, slots=True)
class ShipOutcome:
    """What leaving did: the orders that are now shipped in full, and messages to platforms."""

    shipment_id: int
    number: str
    shipped_at: datetime
    orders_shipped: tuple[str, ...]
    messages: int


@use_case
def create(
    session: Session,
    order_ids: Sequence[int],
    client_key: str,
    quantities: Mapping[int, Decimal] | None = None,
) -> int:
    """A draft shipment of what is ready of these orders; its id. The same key gives the same shipment.

    Of an order that is ready everything not yet in a shipment goes, of one in production what lies
    in the warehouse; *quantities* (order line id → quantity) takes less of some lines. Raises NotAllowed
    where orders do not go together, none is ready, or more is asked for than there is.
    """
    known = session.scalar(select(Shipment.id).filter_by(client_key=client_key))
    if known is not None:
        return known
    orders = [get(session, SalesOrder, order_id, lock=True) for order_id in sorted(set(order_ids))]
    _check_ready(orders)
    _check_together(orders)
    ready = _wanted(session, orders, quantities)
    shipment = _new(session, orders[0], client_key)
    shipment.lines = [
        ShipmentLine(sales_line=line, quantity=quantity) for line, quantity in ready if quantity
    ]
    shipment.marks = marks(shipment, None)
    shipment.number = next_number(session, "SH", today().year)
    session.add(shipment)
    session.flush()
    index_shipment(session, shipment)
    return shipment.id


def _check_ready(orders: Sequence[SalesOrder]) -> None:
    if not orders:
        message = _("A shipment needs at least one order.")
        raise NotAllowed(message, remedy=_("Choose an order that is ready."))
    for order in orders:
        if order.state not in (OrderState.READY, OrderState.IN_PRODUCTION):
            raise NotAllowed(
                _(
                    "Order {number} is '{state}' and cannot be shipped.",
                    number=order.number,
                    state=_(ORDER_STATE_NAMES[OrderState(order.state)]),
                ),
                record=order.number,
                field="state",
                remedy=_("Choose orders that are in production or ready to ship."),
            )


def _check_together(orders: Sequence[SalesOrder]) -> None:
    """One consignee, address, currency and trade term: they stand once on the documents."""
    shared = {
        "customer_id": N_("consignee"),
        "ship_to": N_("delivery address"),
        "destination_country": N_("country of destination"),
        "currency": N_("currency"),
        "incoterm": N_("terms of delivery"),
        "place": N_("named place"),
    }
    for order in orders[1:]:
        for name, label in shared.items():
            if getattr(order, name) != getattr(orders[0], name):
                raise NotAllowed(
                    _(
                        "Orders {one} and {other} differ in their {field} and cannot be shipped together.",
                        one=orders[0].number,
                        other=order.number,
                        field=_(label),
                    ),
                    record=order.number,
                    field=name,
                    remedy=_("Make a shipment of its own for {number}.", number=order.number),
                )


def _wanted(
    session: Session, orders: Sequence[SalesOrder], quantities: Mapping[int, Decimal] | None
) -> list[tuple[SalesLine, Decimal]]:
    ready = ready_quantities(session, orders)
    if quantities is not None:
        ready = [(line, _asked(line, there, quantities)) for line, there in ready]
    if not any(quantity for _line, quantity in ready):
        numbers = ", ".join(order.number for order in orders)
        raise NotAllowed(
            _(
                "Nothing of {number} is left to ship: it is in a shipment already, or not made yet.",
                number=numbers,
            ),
            record=numbers,
            field=_("Quantity"),
            remedy=_("Open the order to see its shipments and production orders."),
        )
    return ready


def _asked(line: SalesLine, there: Decimal, quantities: Mapping[int, Decimal]) -> Decimal:
    asked = quantities.get(line.id, Decimal(0))
    if not 0 <= asked <= there:
        raise NotAllowed(
            _(
                "{asked} of {sku} in order {number} cannot be shipped: {there} are ready.",
                asked=asked,
                sku=line.item.sku,
                number=line.order.number,
                there=there,
            ),
            record=line.order.number,
            field=_("Quantity"),
            remedy=_("Ship at most what is ready; the rest can follow."),
        )
    return asked


def _new(session: Session, order: SalesOrder, client_key: str) -> Shipment:
    """A shipment with the terms of *order*."""
    port = session.scalar(select(Company.port_of_loading).order_by(Company.id))
    return Shipment(
        client_key=client_key,
        state=ShipmentState.DRAFT,
        consignee=order.customer,
        currency=order.currency,
        incoterm=order.incoterm,
        place=order.place,
        port_of_loading=port or "",
        port_of_discharge=order.port_of_discharge,
        destination_country=order.destination_country,
        ship_to=order.ship_to,
        cartons=[],
    )


@use_case
def pack(session: Session, shipment_id: int, mix_remainders: bool = False) -> PackView:
    """Pack the shipment into numbered cartons by the items' master cartons, replacing what was there.

    Raises InvalidValue naming the SKU that has no master carton, NotAllowed once documents are issued.
    """
    shipment = load(session, shipment_id, lock=True)
    _require_state(shipment, (ShipmentState.DRAFT, ShipmentState.PACKED), _("packed again"))
    lines = sorted_lines(shipment)
    groups = packing.pack([pack_item(line) for line in lines], packing.PackRules(mix_remainders))
    shipment.cartons = []
    session.flush()  # the old carton numbers must be gone before the new ones come
    by_key = {str(line.id): line for line in lines}
    shipment.cartons = [_carton_group(group, by_key) for group in groups]
    totals = packing.totals(groups)
    shipment.marks = marks(shipment, totals.cartons)
    shipment.state = ShipmentState.PACKED
    flag_modified(shipment, "marks")
    weights = totals.net_g, totals.gross_g, totals.volume_mm3
    return PackView(shipment.id, totals.cartons, sum(totals.pieces.values()), *weights, shipment.marks)


def _carton_group(group: packing.CartonGroup, lines: Mapping[str, ShipmentLine]) -> CartonGroup:
    return CartonGroup(
        first=group.first,
        last=group.last,
        length_mm=group.length_mm,
        width_mm=group.width_mm,
        height_mm=group.height_mm,
        net_g=group.net_g,
        gross_g=group.gross_g,
        contents=[CartonContent(line=lines[key], per_carton=pieces) for key, pieces in group.contents],
    )


def _require_state(shipment: Shipment, states: Sequence[ShipmentState], action: str) -> None:
    if shipment.state not in states:
        raise NotAllowed(
            _(
                "Shipment {number} is '{state}' and cannot be {action}.",
                number=shipment.number,
                state=_(STATE_NAMES[ShipmentState(shipment.state)]),
                action=action,
            ),
            record=shipment.number,
            field="state",
            remedy=_("Make a new shipment, or correct single cartons and the transport instead."),
        )


def _check_version(shipment: Shipment, version: int | None) -> None:
    if version is not None and shipment.version != version:
        raise Conflict(
            _("Shipment {number} was changed since you opened it.", number=shipment.number),
            record=shipment.number,
            remedy=_("Look at the new version, then make your change again."),
        )


@use_case
def correct_carton(
    session: Session,
    shipment_id: int,
    first: int,
    net_g: int,
    gross_g: int,
    reason: str,
    version: int | None = None,
) -> None:
    """Write down what the cartons that begin with number *first* really weigh, each, and why.

    Raises InvalidValue for a gross weight below the net weight or a missing reason, NotFound for a
    carton number that no range begins with.
    """
    shipment = load(session, shipment_id, lock=True)
    _check_version(shipment, version)
    _require_state(shipment, (ShipmentState.PACKED, ShipmentState.DOCUMENTED), _("weighed"))
    group = next((group for group in shipment.cartons if group.first == first), None)
    if group is None:
        raise NotFound(
            _("Shipment {number} has no cartons from number {first}.", number=shipment.number, first=first),
            record=shipment.number,
            remedy=_("Choose a row of the packing list."),
        )
    _check_weights(group, net_g, gross_g, reason)
    group.net_g, group.gross_g, group.weighed_reason = net_g, gross_g, reason.strip()
    flag_modified(shipment, "marks")  # the shipment's version rises with its cartons


def _check_weights(group: CartonGroup, net_g: int, gross_g: int, reason: str) -> None:
    cartons = f"{group.first}-{group.last}"
    if not 0 < net_g <= gross_g:
        raise InvalidValue(
            _("Cartons {cartons}: the gross weight cannot be below the net weight, nor the net weight zero.",
              cartons=cartons),
            record=cartons, field="gross_g", remedy=_("Weigh the carton again and enter both weights."),
        )  # fmt: skip
    if not reason.strip():
        raise InvalidValue(
            _("Cartons {cartons}: a corrected weight needs its reason.", cartons=cartons),
            record=cartons,
            field="reason",
            remedy=_("Write how it was found, for example 'weighed on the floor scale'."),
        )


@use_case
def set_transport(
    session: Session, shipment_id: int, transport: TransportInput, version: int | None = None
) -> None:
    """Enter how the goods travel, replacing all of it; documents that say it have to be issued again.

    Raises InvalidValue for a container number whose check digit is wrong (ISO 6346) or an unknown
    logistics type, Conflict when the shipment is not the *version* that was on the screen.
    """
    shipment = load(session, shipment_id, lock=True)
    _check_version(shipment, version)
    _require_state(shipment, OPEN_STATES, _("changed"))
    containers = [_container(number) for number in transport.container_numbers if number.strip()]
    if transport.logistics_type not in LOGISTICS_TYPES:
        raise InvalidValue(
            _("'{value}' is not a kind of transport that platforms know.", value=transport.logistics_type),
            field="logistics_type",
            remedy=_("Choose one of {codes}.", codes=", ".join(LOGISTICS_TYPES)),
        )
    for field in fields(transport):
        value = getattr(transport, field.name)
        setattr(shipment, field.name, value.strip() if isinstance(value, str) else value)
    shipment.container_numbers = "\n".join(dict.fromkeys(containers))
    shipment.marks = marks(shipment, max((group.last for group in shipment.cartons), default=None))
    session.flush()
    index_shipment(session, shipment)


def _container(text: str) -> str:
    number = "".join(text.split()).replace("-", "").upper()
    if not is_container_number(number):
        raise InvalidValue(
            _("'{number}' is not a container number: its check digit is wrong.", number=text),
            record=text,
            field="container_numbers",
            remedy=_("Copy the four letters and seven digits from the container's door."),
        )
    return number


@use_case
def ship(session: Session, shipment_id: int) -> ShipOutcome:
    """The goods have left: stock goes to the customer, orders follow, platforms are told. Once only.

    Raises NotAllowed without documents in force that say what is shipped, for an order that is on hold or
    cancelled, without the tracking that a platform wants, and where stock is short.
    """
    shipment = load(session, shipment_id, lock=True)
    if shipment.state == ShipmentState.SHIPPED:
        return _outcome(session, shipment)
    orders = [get(session, SalesOrder, order_id, lock=True) for order_id in _order_ids(shipment)]
    load(session, shipment_id)  # again: another shipment of these orders may have left while we waited
    _check_shippable(session, shipment, orders)
    _deliver(session, shipment)
    for order in orders:
        _follow(session, order)
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
            values = {"document": _(KIND_NAMES[DocumentKind(kind)]), "number": shipment.number}
            if kind in current:
                message = _("{document}: it no longer says what leaves with {number}.", **values)
            else:
                message = _("{document}: it is not issued for {number}.", **values)
            remedy = _("Issue the documents again, then ship.")
            raise NotAllowed(message, record=shipment.number, field=_("Documents"), remedy=remedy)


def _deliver(session: Session, shipment: Shipment) -> None:
    """Move the goods out, items in a fixed order so that two shipments never wait for each other."""
    for line in sorted(shipment.lines, key=lambda line: (line.sales_line.item_id, line.id)):
        inventory.move(
            session,
            item_id=line.sales_line.item_id,
            quantity=line.quantity,
            source=WAREHOUSE,
            destination=CUSTOMER,
            cause=MoveCause.DELIVERY,
            reference=shipment.number,
            client_key=f"ship:{shipment.id}:line:{line.id}",
        )
        line.sales_line.shipped += line.quantity
    session.flush()


def _follow(session: Session, order: SalesOrder) -> None:
    """An order of which everything has left is shipped (all of it was there, so it was ready)."""
    if all(line.shipped == line.quantity for line in order.lines):
        if order.state == OrderState.IN_PRODUCTION:
            set_state(session, order, OrderState.READY)
        set_state(session, order, OrderState.SHIPPED)


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
        "lines": [{"sku_id": _sku_id(line.sales_line), "quantity": f"{line.quantity:f}"} for line in lines],
    }
    session.add(
        OutboxMessage(
            account_id=order.account_id,
            kind="shipment",
            client_key=_message_key(shipment.id, order.id),
            record_id=shipment.id,
            title=f"{shipment.number} → {order.number} ({order.external_id})",
            payload=json.dumps(payload, ensure_ascii=False),
        )
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


@use_case
def cancel(session: Session, shipment_id: int) -> None:
    """Give a shipment up before documents are issued; its quantities can go into another one."""
    shipment = load(session, shipment_id, lock=True)
    if shipment.state == ShipmentState.CANCELLED:
        return
    issued = session.scalar(select(func.count()).where(Document.shipment_id == shipment_id))
    if issued or not allowed(SHIPMENT_TRANSITIONS, shipment.state, ShipmentState.CANCELLED):
        _require_state(shipment, (), _("cancelled"))
    shipment.state = ShipmentState.CANCELLED
