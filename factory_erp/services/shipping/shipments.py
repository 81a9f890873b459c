"""Shipments: gathering ready goods, packing them, their transport, and the moment they leave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from factory_erp.domain.checkdigits import is_container_number
from factory_erp.domain.errors import InvalidValue, NotAllowed, NotFound
from factory_erp.i18n import _
from factory_erp.models.partners import Company
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
from factory_erp.services.base import allowed, get, touched, use_case
from factory_erp.services.clock import today
from factory_erp.services.numbering import next_number
from factory_erp.services.order_states import STATE_NAMES as ORDER_STATE_NAMES
from factory_erp.services.shipping.documents import cancel_documents, index_shipment
from factory_erp.services.shipping.facts import load, orders_of, pack_item, sorted_lines
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
    "PackView",
    "ShipOutcome",
    "TransportInput",
    "cancel",
    "close_short",
    "correct_carton",
    "create",
    "pack",
    "set_transport",
    "ship",
]

LOGISTICS_TYPES = ("EXPRESS", "POST")


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
def pack(session: Session, shipment_id: int, mix_remainders: bool = False) -> PackView:
    """Pack the shipment into numbered cartons by the items' master cartons, replacing what was there.

    Documents that were issued name the old cartons: they have to be issued again before the goods leave.
    Raises InvalidValue naming the SKU that has no master carton, NotAllowed once the goods have left.
    """
    shipment = load(session, shipment_id, lock=True)
    require_state(shipment, OPEN_STATES, _("packed again"))
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
    check_version(shipment, version)
    require_state(shipment, (ShipmentState.PACKED, ShipmentState.DOCUMENTED), _("weighed"))
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
    check_version(shipment, version)
    require_state(shipment, OPEN_STATES, _("changed"))
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
