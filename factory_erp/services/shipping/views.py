"""What the shipping pages show: lists of shipments, and one shipment in full with its totals and papers."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from factory_erp.domain.cartons import CartonRange, format_ranges
from factory_erp.domain.errors import DomainError, NotFound
from factory_erp.domain.money import Money, UnitPrice
from factory_erp.i18n import _
from factory_erp.models.documents import Document, DocumentKind, DocumentState
from factory_erp.models.partners import Partner
from factory_erp.models.sales import OrderState, SalesLine, SalesOrder
from factory_erp.models.shipping import CartonGroup, Shipment, ShipmentLine, ShipmentState
from factory_erp.packing.containers import Loading, recommend
from factory_erp.services.bank_accounts import pays_to
from factory_erp.services.base import query
from factory_erp.services.files import documents as document_files
from factory_erp.services.listing import containing, counted, listed
from factory_erp.services.names import ItemNames
from factory_erp.services.shipping.documents import KINDS, current_documents, says
from factory_erp.services.shipping.facts import compose_facts, load, orders_of, sorted_lines
from factory_erp.services.shipping.ready import ReadyOrder, ready_orders

__all__ = ["ReadyOrder", "detail", "ready_orders", "shipment_counts", "shipment_ids", "shipment_rows"]

_VIEWS: dict[str, ShipmentState | None] = {
    "all": None,
    "to_pack": ShipmentState.DRAFT,
    "to_document": ShipmentState.PACKED,
    "to_ship": ShipmentState.DOCUMENTED,
    "shipped": ShipmentState.SHIPPED,
}
VIEWS = tuple(_VIEWS)
"""Saved views that every workspace has."""

_SORTS: dict[str, Any] = {
    "number": Shipment.number,
    "consignee": Partner.name,
    "country": Shipment.destination_country,
    "state": Shipment.state,
    "etd": Shipment.etd,
    "shipped": Shipment.shipped_at,
    "created": Shipment.created_at,
}


@dataclass(frozen=True, slots=True)
class ShipmentRow:
    """A shipment as one line of a list; weights in grams, volume in cubic millimetres."""

    id: int
    number: str
    state: ShipmentState
    consignee: str
    country: str
    orders: tuple[str, ...]
    trade_term: str
    etd: date | None
    shipped_at: datetime | None
    cartons: int
    gross_g: int
    volume_mm3: int
    vessel_voyage: str
    carrier_code: str
    tracking_number: str


@dataclass(frozen=True, slots=True)
class LineRow:
    """One line of a shipment with its part of the order line; ``amount`` is price × shipped quantity."""

    id: int
    order_id: int
    order_number: str
    item_id: int
    sku: str
    name: str
    options: str
    customer_item: str
    quantity: Decimal
    ordered: Decimal
    unit: str
    unit_price: UnitPrice
    amount: Money


@dataclass(frozen=True, slots=True)
class CartonRow:
    """A range of equal cartons; weights are those of one carton, ``contents`` (SKU, pieces in each)."""

    first: int
    last: int
    label: str
    cartons: int
    contents: tuple[tuple[str, int], ...]
    pieces: int
    length_mm: int
    width_mm: int
    height_mm: int
    net_g: int
    gross_g: int
    volume_mm3: int
    weighed_reason: str


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums of a shipment: cartons, pieces, grams, cubic millimetres; ``lines`` and ``total`` in money.

    ``total`` is what the invoice asks for, None where it cannot be composed yet.
    """

    cartons: int
    pieces: int
    net_g: int
    gross_g: int
    volume_mm3: int
    lines: Money
    total: Money | None


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """An issued paper. ``current``: it is in force and says what the shipment contains now."""

    id: int
    kind: DocumentKind
    number: str
    revision: int
    state: DocumentState
    language: str
    issued_on: date
    issued_at: datetime
    path: Path
    current: bool


@dataclass(frozen=True, slots=True)
class ShipmentDetail:
    """A shipment in full. ``problem`` says why its documents cannot be issued, if they cannot.

    ``without_bank``: the company has no account in the currency, so the invoice will not say where to pay.
    ``short``: orders (id, number) of a shipment that has left of which something is still to come.
    """

    id: int
    version: int
    number: str
    state: ShipmentState
    consignee_id: int
    consignee: str
    ship_to: str
    destination_country: str
    currency: str
    incoterm: str
    place: str
    port_of_loading: str
    port_of_discharge: str
    vessel_voyage: str
    container_numbers: tuple[str, ...]
    carrier_code: str
    logistics_type: str
    tracking_number: str
    etd: date | None
    shipped_at: datetime | None
    marks: str
    from_platform: bool
    orders: tuple[tuple[int, str], ...]
    lines: tuple[LineRow, ...]
    cartons: tuple[CartonRow, ...]
    totals: Totals
    containers: Loading
    documents: tuple[DocumentRow, ...]
    documents_current: bool
    problem: str
    without_bank: bool
    short: tuple[tuple[int, str], ...]


def _view(name: str) -> ColumnElement[bool] | None:
    state = _VIEWS.get(name)
    return None if state is None else Shipment.state == state


@query
def shipment_ids(
    session: Session, view: str = "all", words: str = "", sort: str = "number", descending: bool = True
) -> array[int]:
    """Ids of the shipments of a view that contain *words*, sorted by the database."""
    statement = select(Shipment.id)
    if sort == "consignee":
        statement = statement.join(Partner, Partner.id == Shipment.consignee_id)
    found = containing(Shipment, "shipping", words)
    by = _SORTS.get(sort, Shipment.number)
    return listed(session, statement, Shipment, where=_view(view), found=found, by=by, descending=descending)


@query
def shipment_counts(session: Session) -> dict[str, int]:
    """View → how many shipments it holds."""
    return counted(session, Shipment, VIEWS, _view)


@query
def shipment_rows(session: Session, ids: Sequence[int]) -> list[ShipmentRow]:
    """The shipments with these ids, in this order; one that was removed is left out."""
    orders, sums = _order_numbers(session, ids), _carton_sums(session, ids)
    statement = (
        select(Shipment, Partner.name)
        .join(Partner, Partner.id == Shipment.consignee_id)
        .where(Shipment.id.in_(ids))
    )
    found = {
        shipment.id: _row(shipment, consignee, orders.get(shipment.id, ()), sums.get(shipment.id, (0, 0, 0)))
        for shipment, consignee in session.execute(statement)
    }
    return [found[wanted] for wanted in ids if wanted in found]


def _row(
    shipment: Shipment, consignee: str, orders: tuple[str, ...], sums: tuple[int, int, int]
) -> ShipmentRow:
    return ShipmentRow(
        id=shipment.id,
        number=shipment.number,
        state=ShipmentState(shipment.state),
        consignee=consignee,
        country=shipment.destination_country,
        orders=orders,
        trade_term=f"{shipment.incoterm} {shipment.place}".strip(),
        etd=shipment.etd,
        shipped_at=shipment.shipped_at,
        cartons=sums[0],
        gross_g=sums[1],
        volume_mm3=sums[2],
        vessel_voyage=shipment.vessel_voyage,
        carrier_code=shipment.carrier_code,
        tracking_number=shipment.tracking_number,
    )


def _order_numbers(session: Session, ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    statement = (
        select(ShipmentLine.shipment_id, SalesOrder.number)
        .join(SalesLine, SalesLine.id == ShipmentLine.sales_line_id)
        .join(SalesOrder, SalesOrder.id == SalesLine.order_id)
        .where(ShipmentLine.shipment_id.in_(ids))
        .order_by(SalesOrder.number)
        .distinct()
    )
    numbers: dict[int, tuple[str, ...]] = {}
    for shipment_id, number in session.execute(statement):
        numbers[shipment_id] = (*numbers.get(shipment_id, ()), number)
    return numbers


def _carton_sums(session: Session, ids: Sequence[int]) -> dict[int, tuple[int, int, int]]:
    """Shipment id → (cartons, gross grams, cubic millimetres)."""
    sums: dict[int, tuple[int, int, int]] = {}
    for group in session.scalars(select(CartonGroup).where(CartonGroup.shipment_id.in_(ids))):
        cartons, gross_g, volume = sums.get(group.shipment_id, (0, 0, 0))
        count = group.last - group.first + 1
        gross_g, volume = gross_g + group.gross_g * count, volume + _volume(group) * count
        sums[group.shipment_id] = cartons + count, gross_g, volume
    return sums


def _volume(group: CartonGroup) -> int:
    return group.length_mm * group.width_mm * group.height_mm


@query
def detail(session: Session, shipment_id: int) -> ShipmentDetail:
    """The shipment in full. Raises NotFound."""
    shipment = load(session, shipment_id)
    lines, cartons = _lines(session, shipment), _cartons(shipment)
    total, fresh, problem = _invoice(session, shipment)
    documents = _documents(session, shipment_id, fresh)
    in_force = {row.kind for row in documents if row.current}
    totals = _totals(shipment, lines, cartons, total)
    orders = orders_of(shipment)
    return ShipmentDetail(
        id=shipment.id,
        version=shipment.version,
        number=shipment.number,
        state=ShipmentState(shipment.state),
        consignee_id=shipment.consignee_id,
        consignee=shipment.consignee.name,
        ship_to=shipment.ship_to,
        destination_country=shipment.destination_country,
        currency=shipment.currency,
        incoterm=shipment.incoterm,
        place=shipment.place,
        port_of_loading=shipment.port_of_loading,
        port_of_discharge=shipment.port_of_discharge,
        vessel_voyage=shipment.vessel_voyage,
        container_numbers=tuple(shipment.container_numbers.split()),
        carrier_code=shipment.carrier_code,
        logistics_type=shipment.logistics_type,
        tracking_number=shipment.tracking_number,
        etd=shipment.etd,
        shipped_at=shipment.shipped_at,
        marks=shipment.marks,
        from_platform=any(order.account_id is not None for order in orders),
        orders=tuple((order.id, order.number) for order in orders),
        lines=lines,
        cartons=cartons,
        totals=totals,
        containers=recommend(totals.volume_mm3, totals.gross_g),
        documents=documents,
        documents_current=in_force == set(KINDS),
        problem=problem,
        without_bank=not pays_to(session, shipment.currency),
        short=_short(shipment, orders),
    )


def _short(shipment: Shipment, orders: Sequence[SalesOrder]) -> tuple[tuple[int, str], ...]:
    if shipment.state != ShipmentState.SHIPPED:
        return ()
    waiting = (OrderState.READY, OrderState.IN_PRODUCTION)
    return tuple((order.id, order.number) for order in orders if order.state in waiting)


def _lines(session: Session, shipment: Shipment) -> tuple[LineRow, ...]:
    names = ItemNames(session, {line.sales_line.item_id for line in shipment.lines})
    return tuple(_line(line, names) for line in sorted_lines(shipment))


def _line(line: ShipmentLine, names: ItemNames) -> LineRow:
    ordered = line.sales_line
    price = UnitPrice(ordered.unit_price, ordered.order.currency)
    return LineRow(
        id=line.id,
        order_id=ordered.order_id,
        order_number=ordered.order.number,
        item_id=ordered.item_id,
        sku=ordered.item.sku,
        name=names.of(ordered.item_id),
        options=ordered.item.options,
        customer_item=ordered.customer_item,
        quantity=line.quantity,
        ordered=ordered.quantity,
        unit=ordered.unit,
        unit_price=price,
        amount=price.times(line.quantity),
    )


def _cartons(shipment: Shipment) -> tuple[CartonRow, ...]:
    return tuple(_carton(group) for group in sorted(shipment.cartons, key=lambda group: group.first))


def _carton(group: CartonGroup) -> CartonRow:
    count = group.last - group.first + 1
    return CartonRow(
        first=group.first,
        last=group.last,
        label=format_ranges([CartonRange(group.first, group.last)]),
        cartons=count,
        contents=tuple((part.line.sales_line.item.sku, part.per_carton) for part in group.contents),
        pieces=sum(part.per_carton for part in group.contents) * count,
        length_mm=group.length_mm,
        width_mm=group.width_mm,
        height_mm=group.height_mm,
        net_g=group.net_g,
        gross_g=group.gross_g,
        volume_mm3=_volume(group),
        weighed_reason=group.weighed_reason,
    )


def _totals(
    shipment: Shipment, lines: Sequence[LineRow], cartons: Sequence[CartonRow], total: Money | None
) -> Totals:
    return Totals(
        cartons=sum(row.cartons for row in cartons),
        pieces=sum(row.pieces for row in cartons),
        net_g=sum(row.net_g * row.cartons for row in cartons),
        gross_g=sum(row.gross_g * row.cartons for row in cartons),
        volume_mm3=sum(row.volume_mm3 * row.cartons for row in cartons),
        lines=sum((row.amount for row in lines), Money.zero(shipment.currency)),
        total=total,
    )


def _invoice(session: Session, shipment: Shipment) -> tuple[Money | None, frozenset[int], str]:
    """(total of the invoice, ids of the documents that say what is shipped now, what hinders it).

    A cancelled shipment asks for nothing: what it would have cost is another shipment's by now.
    """
    if shipment.state == ShipmentState.CANCELLED:
        return None, frozenset(), ""
    try:
        facts = compose_facts(session, shipment)
    except DomainError as error:
        return None, frozenset(), str(error)
    current = current_documents(session, shipment.id).values()
    fresh = frozenset(document.id for document in current if says(document, facts))
    return Money(facts.total_minor, facts.currency), fresh, ""


def _documents(session: Session, shipment_id: int, fresh: frozenset[int]) -> tuple[DocumentRow, ...]:
    statement = select(Document).filter_by(shipment_id=shipment_id).order_by(Document.kind, Document.revision)
    return tuple(
        DocumentRow(
            id=document.id,
            kind=DocumentKind(document.kind),
            number=document.number,
            revision=document.revision,
            state=DocumentState(document.state),
            language=document.language,
            issued_on=document.issued_on,
            issued_at=document.issued_at,
            path=document_files.path_of(document.file_name),
            current=document.id in fresh,
        )
        for document in session.scalars(statement)
    )


@query
def shipment_id(session: Session, number: str) -> int:
    """Id of the shipment with that number. Raises NotFound."""
    found = session.scalar(select(Shipment.id).where(Shipment.number == number))
    if found is None:
        raise NotFound(
            _("There is no shipment {number}.", number=number),
            record=number,
            remedy=_("Check the number in the list of shipments."),
        )
    return found
