"""Alibaba payloads to the connector contract: order list rows and order details.

Fields follow the samples of ``alibaba.seller.order.list`` and ``.get`` (TOP, lists wrapped) and of
``/alibaba/order/list`` and ``/alibaba/order/get`` (IOP, lists flat); both shapes are read.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from decimal import Decimal

from factory_erp.i18n import _
from factory_erp.sync.connectors.alibaba.reader import Malformed, Reader
from factory_erp.sync.connectors.alibaba.units import unit_code
from factory_erp.sync.connectors.base import (
    OrderLife,
    PlatformAddress,
    PlatformOrder,
    PlatformOrderHead,
    PlatformOrderLine,
)
from factory_erp.sync.connectors.payloads import PayloadProblem
from factory_erp.sync.http.client import Json

_CLOSED = frozenset({"trade_close", "trade_unavailable"})
_FROZEN = frozenset({"frozen", "charge_back", "wait_confirm_modify", "relating"})


def life(status: str) -> OrderLife:
    """What an order status means for the goods; one that the documentation does not name is open."""
    word = status.strip().lower()
    if word in _CLOSED:
        return OrderLife.CLOSED
    return OrderLife.FROZEN if word in _FROZEN else OrderLife.OPEN


def read_head(row: Json) -> PlatformOrderHead:
    """One row of the order list; TOP rows have no status ("" then). Raises Malformed."""
    trade_id = Reader(row, "").required("trade_id")
    reader = Reader(row, trade_id)
    modified = reader.time("modify_date") or reader.time("create_date")
    if modified is None:
        raise reader.fail("modify_date", _("it is missing."))
    return PlatformOrderHead(trade_id, reader.text("trade_status"), modified)


def read_order(payload: Json, head: PlatformOrderHead | None = None) -> PlatformOrder | PayloadProblem:
    """The order in *payload*, the detail of *head*; a PayloadProblem if any field breaks the rules."""
    known = head.external_id if head else str(payload.get("trade_id") or "")
    try:
        return _order(Reader(payload, known), head)
    except Malformed as fault:
        return PayloadProblem(known, fault.message, payload)


def _order(reader: Reader, head: PlatformOrderHead | None) -> PlatformOrder:
    trade_id = reader.required("trade_id")
    if head and trade_id != head.external_id:
        raise reader.fail("trade_id", _("the platform answered with order {other}.", other=trade_id))
    created = reader.time("create_date")
    if created is None:
        raise reader.fail("create_date", _("it is missing."))
    lines = _lines(reader)
    amounts = _Amounts(reader, lines[0].currency)
    buyer = reader.child("buyer") or Reader({}, trade_id)
    agreed = reader.child("shipment_date")
    return PlatformOrder(
        external_id=trade_id,
        status=reader.required("trade_status"),
        pay_step=reader.text("pay_step"),
        contract_version=reader.text("contract_version"),
        created_at=created,
        modified_at=_modified(reader, head, created),
        buyer_name=buyer.text("full_name"),
        buyer_id=buyer.text("immutable_eid", "e_account_id"),
        buyer_country=buyer.country("country"),
        address=_address(reader.child("shipping_address")),
        lines=lines,
        product_total=amounts.read("product_total_amount"),
        shipment_fee=amounts.read("shipment_fee"),
        discount=amounts.read("discount_amount", signed=True),
        adjustment=amounts.read("adjust_amount", signed=True),
        total=amounts.read("total_amount"),
        advance=amounts.read("advance_amount"),
        balance=amounts.read("balance_amount"),
        currency=amounts.currency,
        trade_term=reader.text("trade_term"),
        shipment_method=reader.text("shipment_method"),
        agreed_ship_date=agreed.time("date") if agreed else None,
        remark=reader.text("remark"),
        raw=reader.data,
        life=life(reader.text("trade_status")),
        buyer_email=buyer.text("email"),
    )


def _modified(reader: Reader, head: PlatformOrderHead | None, created: datetime) -> datetime:
    """The newest modification time that list and detail state."""
    stated = [reader.time("modify_date"), head.modified_at if head else None]
    return max((moment for moment in stated if moment), default=created)


class _Amounts:
    """Reads the order's amounts, which must all be in the currency of its lines."""

    def __init__(self, reader: Reader, currency: str) -> None:
        self._reader = reader
        self.currency = currency

    def read(self, field: str, *, signed: bool = False) -> Decimal | None:
        found = self._reader.money(field, signed=signed)
        if found is None:
            return None
        amount, currency = found
        if currency != self.currency:
            fault = _("{currency} differs from the lines' {other}.", currency=currency, other=self.currency)
            raise self._reader.fail(f"{field}.currency", fault)
        return amount


def _lines(reader: Reader) -> tuple[PlatformOrderLine, ...]:
    seen: Counter[str] = Counter()
    rows = [row for row in reader.items("order_products") if row.text("item_status") != "delete"]
    lines = tuple(_line(row, seen) for row in rows)
    if not lines:
        raise reader.fail("order_products", _("the order has no products."))
    if len({line.currency for line in lines}) > 1:
        raise reader.fail("order_products", _("its lines are in different currencies."))
    return lines


def _line(reader: Reader, seen: Counter[str]) -> PlatformOrderLine:
    quantity = reader.number("quantity")
    if not quantity:
        raise reader.fail("quantity", _("it is zero."))
    price = reader.child("unit_price")
    if price is None:
        raise reader.fail("unit_price", _("it is missing."))
    unit = reader.text("unit")
    product_id, sku_id = reader.text("product_id"), reader.text("sku_id")
    return PlatformOrderLine(
        external_line_id=_line_id(product_id, sku_id, seen),
        product_id=product_id,
        sku_id=sku_id,
        sku_code=reader.text("sku_code"),
        model_number=reader.text("model_number"),
        name=reader.text("name"),
        quantity=quantity,
        unit=unit,
        unit_price=price.number("amount"),
        currency=price.currency(),
        attributes=tuple((row.text("key"), row.text("value")) for row in reader.items("sku_attributes")),
        unit_code=unit_code(unit),
    )


def _line_id(product_id: str, sku_id: str, seen: Counter[str]) -> str:
    """The payload has no line id: product, SKU, and a number for the same SKU on several lines."""
    key = f"{product_id}/{sku_id}"
    seen[key] += 1
    return f"{key}/{seen[key]}"


def _address(reader: Reader | None) -> PlatformAddress | None:
    if reader is None or not reader.data:
        return None
    street = ", ".join(part for part in (reader.text("address"), reader.text("alternate_address")) if part)
    return PlatformAddress(
        contact=reader.text("contact_person"),
        phone=_phone(reader.child("mobile")) or _phone(reader.child("telephone")),
        country_code=reader.country("country_code") or _short_country(reader),
        province=reader.text("province", "province_code"),
        city=reader.text("city", "city_code"),
        street=street,
        postal_code=reader.text("zip"),
        company=reader.text("company_name", "company"),
    )


def _short_country(reader: Reader) -> str:
    """The country where only ``country`` is given: a code in TOP payloads, elsewhere a name."""
    if not reader.text("country"):
        raise reader.fail("country_code", _("it is missing."))
    return reader.country("country")


def _phone(reader: Reader | None) -> str:
    if reader is None or not reader.text("number"):
        return ""
    return " ".join(part for part in (reader.text(name) for name in ("country", "area", "number")) if part)
