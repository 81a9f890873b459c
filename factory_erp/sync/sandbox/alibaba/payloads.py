"""Order payloads in the shape of ``/alibaba/order/get``, made from plain values or read from a file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from factory_erp.sync.sandbox.platform import Payload as Payload

PACIFIC = ZoneInfo("America/Los_Angeles")
"""The time zone of every date text on the platform."""

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def date_payload(moment: datetime) -> Payload:
    """A date as the platform writes it: Pacific text for people, epoch milliseconds for programs."""
    local = moment.astimezone(PACIFIC)
    text = f"{_MONTHS[local.month - 1]}. {local.day}, {local:%Y, %H:%M:%S} {local.tzname()}."
    return {"format_date": text, "timestamp": str(epoch_ms(moment))}


def epoch_ms(moment: datetime) -> int:
    """Milliseconds since 1970 of an aware time."""
    return int(moment.timestamp()) * 1000 + moment.microsecond // 1000


def amount_payload(amount: Decimal | str, currency: str = "USD", places: int = 2) -> Payload:
    """An amount object: text with *places* decimals and its currency."""
    return {"amount": f"{Decimal(amount):.{places}f}", "currency": currency}


def line_payload(
    sku_code: str,
    quantity: Decimal | str,
    unit_price: Decimal | str,
    *,
    name: str = "",
    product_id: str = "1600000000001",
    sku_id: str = "",
    model_number: str = "",
    unit: str = "Pieces",
    currency: str = "USD",
    attributes: Mapping[str, str] | None = None,
) -> Payload:
    """One product line; quantity and unit price carry four decimals, as on the platform."""
    return {
        "product_id": product_id,
        "sku_id": sku_id or f"10{sum(sku_code.encode()):06d}",
        "sku_code": sku_code,
        "model_number": model_number,
        "name": name or sku_code,
        "quantity": f"{Decimal(quantity):.4f}",
        "unit": unit,
        "unit_price": amount_payload(unit_price, currency, 4),
        "sku_attributes": [{"key": key, "value": value} for key, value in (attributes or {}).items()],
    }


def address_payload(
    country_code: str = "DE",
    *,
    contact: str = "Anna Weber",
    city: str = "Hamburg",
    province: str = "Hamburg",
    street: str = "Speicherstrasse 12",
    postal_code: str = "20457",
    phone: tuple[str, str, str] = ("+49", "40", "5550123"),
) -> Payload:
    """A shipping address; *phone* is country, area and number."""
    return {
        "contact_person": contact,
        "country_code": country_code,
        "province": province,
        "city": city,
        "address": street,
        "zip": postal_code,
        "mobile": dict(zip(("country", "area", "number"), phone, strict=True)),
    }


def order_payload(
    trade_id: str,
    *,
    created: datetime,
    modified: datetime | None = None,
    lines: Sequence[Payload] = (),
    status: str = "undeliver",
    pay_step: str = "BALANCE",
    currency: str = "USD",
    buyer: str = "Nordlicht Handel GmbH",
    buyer_id: str = "b-0001",
    address: Payload | None = None,
    shipment_fee: Decimal | str = "0",
    discount: Decimal | str = "0",
    adjustment: Decimal | str = "0",
    advance_percent: int = 30,
    trade_term: str = "FOB",
    shipment_method: str = "sea",
    agreed_ship_date: datetime | None = None,
    remark: str = "",
) -> Payload:
    """A valid order: its amounts add up from *lines* (one line of 100 pieces at 2.50 by default)."""
    rows = list(lines) or [line_payload("SKU-1", "100", "2.50", currency=currency)]
    goods = sum((line_total(row) for row in rows), Decimal(0))
    total = goods + Decimal(shipment_fee) - Decimal(discount) + Decimal(adjustment)
    advance = (total * advance_percent / 100).quantize(Decimal("0.01"))
    where = address or address_payload()
    payload: Payload = {
        "trade_id": trade_id,
        "trade_status": status,
        "pay_step": pay_step,
        "contract_version": "1",
        "fulfillment_channel": "TAD",
        "create_date": date_payload(created),
        "modify_date": date_payload(modified or created),
        "buyer": {"full_name": buyer, "immutable_eid": buyer_id, "country": where["country_code"]},
        "seller": {"full_name": "Factory", "immutable_eid": "s-0001"},
        "shipping_address": where,
        "order_products": rows,
        "product_total_amount": amount_payload(goods, currency),
        "shipment_fee": amount_payload(shipment_fee, currency),
        "discount_amount": amount_payload(discount, currency),
        "adjust_amount": amount_payload(adjustment, currency),
        "total_amount": amount_payload(total, currency),
        "advance_amount": amount_payload(advance, currency),
        "balance_amount": amount_payload(total - advance, currency),
        "trade_term": trade_term,
        "shipment_method": shipment_method,
        "remark": remark,
    }
    if agreed_ship_date:
        payload["shipment_date"] = {"type": "absolute", "date": date_payload(agreed_ship_date)}
    return payload


def line_total(row: Payload) -> Decimal:
    """Quantity times unit price of a line, to the cent, half a cent up."""
    price = row["unit_price"]
    amount = price["amount"] if isinstance(price, dict) else "0"
    return (Decimal(str(row["quantity"])) * Decimal(str(amount))).quantize(Decimal("0.01"), ROUND_HALF_UP)


def load_orders(path: Path) -> list[Payload]:
    """Order payloads from a JSON file: a list of them, or an object with the list in ``orders``."""
    content = json.loads(path.read_text(encoding="utf-8"))
    rows = content.get("orders") if isinstance(content, dict) else content
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ValueError(f"{path.name} holds no list of orders")
    return rows
