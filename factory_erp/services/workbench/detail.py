"""One shipment in full: its lines, cartons, containers, totals, and where its papers stand."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from factory_erp.documents.details.labels import LoadingDetails
from factory_erp.domain.cartons import CartonRange, format_ranges
from factory_erp.domain.errors import NotAllowed
from factory_erp.domain.money import Money, UnitPrice
from factory_erp.models.documents import Document, DocumentKind, DocumentMail, DocumentState, MailState
from factory_erp.models.sales import OrderState, SalesOrder
from factory_erp.models.shipping import (
    CartonGroup,
    PalletGroup,
    Shipment,
    ShipmentContainer,
    ShipmentLine,
    ShipmentState,
)
from factory_erp.packing.containers import recommend
from factory_erp.packing.pallets import PALLET_PREFIX
from factory_erp.services.bank_accounts import pays_to
from factory_erp.services.base import query
from factory_erp.services.files import documents as document_files
from factory_erp.services.issuing.loading import loading_details
from factory_erp.services.issuing.standing import standing
from factory_erp.services.issuing.trade_details import credit_of
from factory_erp.services.names import ItemNames
from factory_erp.services.shipping.documents import KINDS
from factory_erp.services.shipping.facts import load, orders_of, sorted_lines
from factory_erp.services.shipping.transport import contents_of
from factory_erp.services.workbench.rows import (
    CartonRow,
    ContainerRow,
    DocumentRow,
    LineRow,
    PalletRow,
    ShipmentDetail,
    Totals,
)


@query
def detail(session: Session, shipment_id: int) -> ShipmentDetail:
    """The shipment in full. Raises NotFound."""
    shipment = load(session, shipment_id)
    lines, cartons = _lines(session, shipment), _cartons(shipment)
    now = standing(session, shipment)
    documents = _documents(session, shipment_id, now.fresh)
    in_force = {row.kind for row in documents if row.current}
    totals = _totals(shipment, lines, cartons, now.total)
    orders = orders_of(shipment)
    credit = credit_of(session, shipment)
    return ShipmentDetail(
        id=shipment.id, version=shipment.version, number=shipment.number,
        state=ShipmentState(shipment.state), consignee_id=shipment.consignee_id,
        consignee=shipment.consignee.name, ship_to=shipment.ship_to,
        destination_country=shipment.destination_country, currency=shipment.currency,
        incoterm=shipment.incoterm, place=shipment.place, port_of_loading=shipment.port_of_loading,
        port_of_discharge=shipment.port_of_discharge, vessel_voyage=shipment.vessel_voyage,
        container_numbers=tuple(shipment.container_numbers.split()), carrier_code=shipment.carrier_code,
        logistics_type=shipment.logistics_type, tracking_number=shipment.tracking_number,
        etd=shipment.etd, shipped_at=shipment.shipped_at, marks=shipment.marks,
        from_platform=any(order.account_id is not None for order in orders),
        orders=tuple((order.id, order.number) for order in orders), lines=lines, cartons=cartons,
        totals=totals, containers=recommend(totals.volume_mm3, totals.gross_g), documents=documents,
        documents_current=in_force >= set(KINDS), problem=now.problem,
        without_bank=not pays_to(session, shipment.currency), short=_short(shipment, orders),
        forwarder_id=shipment.forwarder_id,
        forwarder=shipment.forwarder.name if shipment.forwarder else "",
        booking_number=shipment.booking_number, bill_number=shipment.bill_number,
        on_board=shipment.on_board, eta=shipment.eta, place_of_receipt=shipment.place_of_receipt,
        final_destination=shipment.final_destination, notify=shipment.notify, remarks=shipment.remarks,
        credit_id=shipment.credit_id, credit=credit.number if credit else "",
        presented_on=shipment.presented_on,
        filled=tuple(_container(shipment, one) for one in shipment.containers),
        pallets=tuple(_pallet(one) for one in shipment.pallets), papers=now.papers,
        mails=_sent_mails(session, shipment_id),
    )  # fmt: skip


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
        label=format_ranges([CartonRange(group.first, group.last, group.prefix)]),
        cartons=count,
        contents=tuple((part.line.sales_line.item.sku, part.per_carton) for part in group.contents),
        pieces=sum(part.per_carton for part in group.contents) * count,
        length_mm=group.length_mm,
        width_mm=group.width_mm,
        height_mm=group.height_mm,
        net_g=group.net_g,
        gross_g=group.gross_g,
        volume_mm3=group.length_mm * group.width_mm * group.height_mm,
        weighed_reason=group.weighed_reason,
        prefix=group.prefix,
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
            variant=document.variant,
        )
        for document in session.scalars(statement)
    )


def _container(shipment: Shipment, one: ShipmentContainer) -> ContainerRow:
    cartons, gross_g, volume_mm3 = contents_of(shipment, one)
    return ContainerRow(
        position=one.position,
        type_code=one.type_code,
        number=one.number,
        seal=one.seal,
        tare_g=one.tare_g,
        max_gross_g=one.max_gross_g,
        dunnage_g=one.dunnage_g,
        weighed_g=one.weighed_g,
        carton_ranges=one.carton_ranges,
        cartons=cartons,
        gross_g=gross_g,
        volume_mm3=volume_mm3,
    )


def _pallet(one: PalletGroup) -> PalletRow:
    return PalletRow(
        pallets=one.last - one.first + 1,
        label=format_ranges([CartonRange(one.first, one.last, PALLET_PREFIX)]),
        carton_ranges=one.carton_ranges,
        cartons_each=one.cartons_each,
        tare_g=one.tare_g,
        length_mm=one.length_mm,
        width_mm=one.width_mm,
        height_mm=one.height_mm,
    )


def _sent_mails(session: Session, shipment_id: int) -> int:
    statement = select(func.count(DocumentMail.id)).filter_by(shipment_id=shipment_id, state=MailState.SENT)
    return session.scalar(statement) or 0


@query
def loading_plan(session: Session, shipment_id: int) -> LoadingDetails | None:
    """The loading plan of the shipment; None where none was made, or its cartons have changed since."""
    try:
        return loading_details(session, load(session, shipment_id))
    except NotAllowed:
        return None
