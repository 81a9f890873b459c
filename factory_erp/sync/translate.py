"""From a connector's order to the values that the use cases take, and back for shipments."""

from __future__ import annotations

import json
from decimal import Decimal
from zoneinfo import ZoneInfo

from factory_erp.domain.incoterms import INCOTERMS
from factory_erp.services.clock import FACTORY_ZONE
from factory_erp.services.incoming import IncomingLine, IncomingOrder, IncomingProblem, Life
from factory_erp.sync.connectors.base import (
    PlatformAddress,
    PlatformOrder,
    PlatformOrderLine,
    ShipmentNotice,
)
from factory_erp.sync.connectors.payloads import PayloadProblem

DEFAULT_TERM = "FOB"
"""What a Chinese factory quotes when the platform's order names no trade term."""

_NOWHERE = PlatformAddress("", "", "", "", "", "", "")


def incoming(order: PlatformOrder) -> IncomingOrder:
    """The platform's order as the use cases take it."""
    address = order.address or _NOWHERE
    ship_by = order.agreed_ship_date
    return IncomingOrder(
        external_id=order.external_id,
        life=Life(order.life.value),
        status=order.status,
        modified_at=order.modified_at,
        ordered_at=order.created_at,
        buyer_id=order.buyer_id,
        buyer_name=address.company or order.buyer_name,
        country=address.country_code or order.buyer_country,
        contact=address.contact,
        phone=address.phone,
        street=address.street,
        city=address.city,
        province=address.province,
        postal_code=address.postal_code,
        currency=order.currency,
        incoterm=order.trade_term if order.trade_term in INCOTERMS else DEFAULT_TERM,
        lines=tuple(_line(line) for line in order.lines),
        product_total=order.product_total,
        freight=order.shipment_fee or Decimal(0),
        insurance=Decimal(0),
        discount=abs(order.discount or Decimal(0)),
        total=order.total,
        adjustment=order.adjustment or Decimal(0),
        company=address.company,
        payment_terms=_payment_terms(order),
        remark=order.remark,
        ship_by=ship_by.astimezone(ZoneInfo(FACTORY_ZONE)).date() if ship_by else None,
        refunded=order.refunded or Decimal(0),
        buyer_email=order.buyer_email,
        contract_version=order.contract_version,
    )


def _line(line: PlatformOrderLine) -> IncomingLine:
    names = (line.sku_code, line.model_number, line.sku_id, line.product_id)
    return IncomingLine(
        external_line_id=line.external_line_id,
        skus=tuple(dict.fromkeys(name for name in names if name)),
        name=line.name,
        quantity=line.quantity,
        unit_price=line.unit_price,
        unit_code=line.unit_code,
    )


def _payment_terms(order: PlatformOrder) -> str:
    """Deposit and balance as trade people write them: "T/T 30% deposit, 70% before shipment"."""
    if not order.advance or not order.balance or not order.total:
        return ""
    percent = (order.advance * 100 / order.total).quantize(Decimal(1))
    return f"T/T {percent}% deposit, {100 - percent}% before shipment"


def problem(found: PayloadProblem) -> IncomingProblem:
    """An unreadable order, its payload kept as text."""
    raw = json.dumps(found.raw, ensure_ascii=False, default=str, sort_keys=True)
    return IncomingProblem(found.external_id, found.reason, raw)


def notice(payload: str, key: str) -> ShipmentNotice:
    """The shipment that an outbox message tells of."""
    said = json.loads(payload)
    return ShipmentNotice(
        external_order_id=said["external_order_id"],
        carrier_code=said["carrier_code"],
        logistics_type=said["logistics_type"],
        tracking_number=said["tracking_number"],
        our_key=key,
        lines=tuple((line["sku_id"], Decimal(line["quantity"])) for line in said["lines"]),
        partial=bool(said.get("partial", False)),
        completes=bool(said.get("completes", not said.get("partial", False))),
    )
