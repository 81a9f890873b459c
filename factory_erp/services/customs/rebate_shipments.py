"""The shipments whose export tax rebate can be reckoned, for a list and for somebody who chooses one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.hs import HsCode
from factory_erp.models.catalog import Item
from factory_erp.models.customs import SupplierInvoice
from factory_erp.models.partners import Partner
from factory_erp.models.sales import SalesLine
from factory_erp.models.shipping import Shipment, ShipmentLine, ShipmentState
from factory_erp.services.base import query
from factory_erp.services.customs.rebates import export_day
from factory_erp.services.shipping.facts import own_company

LIMIT = 500
"""Shipments listed at once; further ones are found by typing."""

_PACKED = (ShipmentState.PACKED, ShipmentState.DOCUMENTED, ShipmentState.SHIPPED)


@dataclass(frozen=True, slots=True)
class RebateShipment:
    """A packed shipment: for whom, when it is exported, and lines of suppliers' invoices put to it."""

    id: int
    number: str
    customer: str
    state: ShipmentState
    export_on: date
    invoices: int


@query
def rebate_shipments(session: Session, words: str = "", limit: int = LIMIT) -> list[RebateShipment]:
    """The packed shipments whose number or customer contains *words*, the newest first."""
    invoices = (
        select(func.count(SupplierInvoice.id))
        .where(SupplierInvoice.shipment_id == Shipment.id)
        .scalar_subquery()
    )
    statement = (
        select(Shipment, Partner.name, invoices)
        .join(Partner, Partner.id == Shipment.consignee_id)
        .where(Shipment.state.in_(_PACKED))
        .order_by(Shipment.id.desc())
        .limit(limit)
    )
    if wanted := words.strip():
        columns = (Shipment.number, Partner.name)
        statement = statement.where(or_(*(column.icontains(wanted, autoescape=True) for column in columns)))
    return [
        RebateShipment(one.id, one.number, customer, ShipmentState(one.state), export_day(one), count)
        for one, customer, count in session.execute(statement)
    ]


@query
def skus_by_code(session: Session, shipment_id: int) -> dict[str, str]:
    """HS code (digits) → an item of the shipment declared under it; what is no code is left out."""
    statement = (
        select(Item.sku, Item.hs_code)
        .join(SalesLine, SalesLine.item_id == Item.id)
        .join(ShipmentLine, ShipmentLine.sales_line_id == SalesLine.id)
        .where(ShipmentLine.shipment_id == shipment_id)
        .order_by(ShipmentLine.id.desc())
    )
    found: dict[str, str] = {}
    for row in session.execute(statement):
        try:
            found[HsCode.parse(row.hs_code).digits] = row.sku
        except InvalidValue:
            continue
    return found


@query
def rebate_regime(session: Session) -> str:
    """``rebates.TRADING`` or ``rebates.MANUFACTURER``. Raises NotAllowed before our company is entered."""
    return own_company(session).rebate_regime
