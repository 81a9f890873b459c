"""Shipments: gathering ready goods, packing them, their transport, and the moment they leave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.domain.checkdigits import is_container_number
from factory_erp.domain.errors import InvalidValue, NotAllowed
from factory_erp.i18n import _
from factory_erp.models.partners import Company, Partner
from factory_erp.models.sales import OrderState, SalesLine, SalesOrder
from factory_erp.models.shipping import (
    SHIPMENT_TRANSITIONS,
    Shipment,
    ShipmentLine,
    ShipmentState,
)
from factory_erp.services.base import allowed, get, touched, use_case
from factory_erp.services.clock import today
from factory_erp.services.master_data import check_texts
from factory_erp.services.numbering import next_number
from factory_erp.services.order_states import STATE_NAMES as ORDER_STATE_NAMES
from factory_erp.services.shipping.cartons import (
    CartonRules,
    PackView,
    correct_carton,
    number_cartons,
    pack,
    palletize,
    remove_pallets,
)
from factory_erp.services.shipping.documents import cancel_documents, index_shipment
from factory_erp.services.shipping.facts import load, orders_of
from factory_erp.services.shipping.leave import ShipOutcome, close_short, ship
from factory_erp.services.shipping.marks import marks
from factory_erp.services.shipping.ready import OPEN_STATES, ready_quantities
from factory_erp.services.shipping.rules import (
    STATE_NAMES,
    check_platform,
    check_together,
    check_version,
    require_state,
)

__all__ = [
    "LOGISTICS_TYPES",
    "STATE_NAMES",
    "CartonRules",
    "PackView",
    "ShipOutcome",
    "TransportInput",
    "cancel",
    "close_short",
    "correct_carton",
    "create",
    "number_cartons",
    "pack",
    "palletize",
    "remove_pallets",
    "set_transport",
    "ship",
]

LOGISTICS_TYPES = ("EXPRESS", "POST")


@dataclass(frozen=True, slots=True)
class TransportInput:
    """How the goods travel, and what papers say beside it. Ports: UN/LOCODE or name; *notify*: name, address.

    Container numbers after ISO 6346; None leaves those that were entered with the containers.
    """

    vessel_voyage: str = ""
    container_numbers: tuple[str, ...] | None = None
    port_of_loading: str = ""
    port_of_discharge: str = ""
    etd: date | None = None
    carrier_code: str = ""
    logistics_type: str = "EXPRESS"
    tracking_number: str = ""
    forwarder_id: int | None = None
    booking_number: str = ""
    bill_number: str = ""
    on_board: date | None = None
    eta: date | None = None
    place_of_receipt: str = ""
    final_destination: str = ""
    notify: str = ""
    remarks: str = ""


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
    where orders do not go together, a platform holds one, none is ready, or more is asked for than there is.
    """
    known = session.scalar(select(Shipment.id).filter_by(client_key=client_key))
    if known is not None:
        return known
    orders = [get(session, SalesOrder, order_id, lock=True) for order_id in sorted(set(order_ids))]
    _check_ready(orders)
    check_together(orders)
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
        check_platform(order)


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
def set_transport(
    session: Session, shipment_id: int, transport: TransportInput, version: int | None = None
) -> None:
    """Enter how the goods travel, replacing all of it; documents that say it have to be issued again.

    Raises InvalidValue for a container number whose check digit is wrong (ISO 6346) or an unknown
    logistics type, Conflict when the shipment is not the *version* that was on the screen.
    """
    shipment = load(session, shipment_id, lock=True)
    check_version(shipment, version)
    require_state(shipment, OPEN_STATES, _("changed"))
    _check_transport(session, transport)
    for field in fields(transport):
        value = getattr(transport, field.name)
        if field.name != "container_numbers":
            setattr(shipment, field.name, value.strip() if isinstance(value, str) else value)
    if transport.container_numbers is not None:
        numbers = [_container(number) for number in transport.container_numbers if number.strip()]
        shipment.container_numbers = "\n".join(dict.fromkeys(numbers))
    shipment.marks = marks(shipment, max((group.last for group in shipment.cartons), default=None))
    session.flush()
    index_shipment(session, shipment)


def _check_transport(session: Session, transport: TransportInput) -> None:
    if transport.logistics_type not in LOGISTICS_TYPES:
        raise InvalidValue(
            _("'{value}' is not a kind of transport that platforms know.", value=transport.logistics_type),
            field="logistics_type",
            remedy=_("Choose one of {codes}.", codes=", ".join(LOGISTICS_TYPES)),
        )
    if transport.forwarder_id is not None:
        get(session, Partner, transport.forwarder_id)
    if transport.etd and transport.eta and transport.eta < transport.etd:
        raise InvalidValue(
            _("The goods cannot arrive before they depart."),
            field="eta",
            remedy=_("Correct one of the two days."),
        )
    check_texts(Shipment, {one.name: getattr(transport, one.name) for one in fields(transport)})


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
def cancel(session: Session, shipment_id: int) -> None:
    """Give a shipment up before it leaves; its quantities can go into another one.

    Its documents become cancelled: their numbers stay used and their files stay where they are.
    Raises NotAllowed once the goods have left.
    """
    cancel_shipment(session, load(session, shipment_id, lock=True))


def cancel_shipment(session: Session, shipment: Shipment) -> None:
    """Give up a shipment whose row is locked; see ``cancel``."""
    if shipment.state == ShipmentState.CANCELLED:
        return
    if not allowed(SHIPMENT_TRANSITIONS, shipment.state, ShipmentState.CANCELLED):
        require_state(shipment, (), _("cancelled"))
    cancel_documents(session, shipment.id)
    shipment.state = ShipmentState.CANCELLED
    touched(session, SalesOrder, [order.id for order in orders_of(shipment)])
