"""What the shipping pages show: lists of shipments; ``shipping_detail`` has one shipment in full."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from factory_erp.domain.errors import NotFound
from factory_erp.i18n import _
from factory_erp.models.partners import Partner
from factory_erp.models.sales import SalesLine, SalesOrder
from factory_erp.models.shipping import CartonGroup, Shipment, ShipmentLine, ShipmentState
from factory_erp.services.base import query
from factory_erp.services.issuing.standing import PaperRow
from factory_erp.services.listing import containing, counted, listed
from factory_erp.services.shipping.ready import ReadyOrder, ready_orders
from factory_erp.services.workbench.detail import detail
from factory_erp.services.workbench.rows import (
    CartonRow,
    ContainerRow,
    DocumentRow,
    LineRow,
    PalletRow,
    ShipmentDetail,
    ShipmentRow,
    Totals,
)

__all__ = [
    "CartonRow",
    "ContainerRow",
    "DocumentRow",
    "LineRow",
    "PalletRow",
    "PaperRow",
    "ReadyOrder",
    "ShipmentDetail",
    "ShipmentRow",
    "Totals",
    "detail",
    "ready_orders",
    "shipment_counts",
    "shipment_ids",
    "shipment_rows",
]

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
