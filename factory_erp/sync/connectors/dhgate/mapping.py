"""DHgate payloads to the connector contract: list rows, order details and product lines.

Fields follow the platform's documentation of ``dh.order.list.get``, ``dh.order.get`` and
``dh.order.product.get``. Amounts are US dollars. An order is known by its ``orderNo``; ``orderId``
is another, hexadecimal number of the same order and never used.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _
from factory_erp.sync.connectors.base import PlatformAddress, PlatformOrder, PlatformOrderLine
from factory_erp.sync.connectors.common.reader import PLACES, Malformed, Reader
from factory_erp.sync.connectors.dhgate.dates import Dates
from factory_erp.sync.connectors.dhgate.statuses import life, payment
from factory_erp.sync.connectors.dhgate.units import is_lot, unit_code
from factory_erp.sync.connectors.payloads import PayloadProblem
from factory_erp.sync.http.client import Json

CURRENCY = "USD"
"""The only currency of the platform's prices."""

_CENTS = 2


@dataclass(frozen=True, slots=True)
class OrderHead:
    """One row of the order list; the mark of a risky order stands only here."""

    order_no: str
    status: str
    modified_at: datetime
    warned: bool
    buyer_name: str


def read_head(row: Json, dates: Dates) -> OrderHead:
    """One row of the order list. Raises Malformed."""
    order_no = Reader(row, "").required("orderNo")
    reader = Reader(row, order_no)
    modified = _time(reader, dates, "updateDate") or _time(reader, dates, "startedDate")
    if modified is None:
        raise reader.fail("updateDate", _("it is missing."))
    return OrderHead(
        order_no=order_no,
        status=reader.text("orderStatus"),
        modified_at=modified,
        warned=reader.flag("isWarn"),
        buyer_name=reader.text("buyerNickName"),
    )


def read_order(
    detail: Json, products: Json, dates: Dates, head: OrderHead | None = None
) -> PlatformOrder | PayloadProblem:
    """The order in *detail* with its lines in *products*; a PayloadProblem if any field breaks the rules."""
    known = head.order_no if head else str(detail.get("orderNo") or "")
    try:
        return _order(Reader(detail, known), Reader(products, known), dates, head)
    except Malformed as fault:
        return PayloadProblem(known, fault.message, {**detail, **products})


def _order(reader: Reader, products: Reader, dates: Dates, head: OrderHead | None) -> PlatformOrder:
    order_no = reader.required("orderNo")
    if head and order_no != head.order_no:
        raise reader.fail("orderNo", _("the platform answered with order {other}.", other=order_no))
    created = _time(reader, dates, "startedDate")
    if created is None:
        raise reader.fail("startedDate", _("it is missing."))
    status = reader.required("orderStatus")
    contact = reader.child("orderContact") or Reader({}, order_no)
    amounts = _amounts(reader)
    return PlatformOrder(
        external_id=order_no,
        status=status,
        pay_step=payment(status),
        contract_version="",
        created_at=created,
        modified_at=head.modified_at if head else created,
        buyer_name=contact.text("buyerNickName") or (head.buyer_name if head else ""),
        buyer_id=contact.text("buyerId"),
        buyer_country=contact.country("country"),
        address=_address(contact),
        lines=_lines(products),
        product_total=amounts.goods,
        shipment_fee=amounts.shipping,
        discount=amounts.discount,
        adjustment=amounts.adjustment,
        total=amounts.total,
        advance=None,
        balance=None,
        currency=CURRENCY,
        trade_term="",
        shipment_method=reader.text("shippingType"),
        agreed_ship_date=_time(reader, dates, "deliveryDeadline"),
        remark=_remark(reader),
        raw={**reader.data, **products.data},
        life=life(status, warned=bool(head and head.warned)),
        refunded=reader.optional("refundMoney", _CENTS),
        buyer_email=contact.text("email"),
    )


def _remark(reader: Reader) -> str:
    """The buyer's remark and the order's, once where both are the same."""
    texts = (reader.text("buyerRemark"), reader.text("orderRemark"))
    return "\n".join(dict.fromkeys(text for text in texts if text))


@dataclass(frozen=True, slots=True)
class _OrderAmounts:
    goods: Decimal | None
    shipping: Decimal | None
    discount: Decimal
    adjustment: Decimal
    total: Decimal | None


def _amounts(reader: Reader) -> _OrderAmounts:
    """The amounts so that goods + shipping − discount + adjustment is the total.

    ``orderTotalPrice`` = ``itemTotalPrice`` + ``shippingCost`` − ``reducePrice`` (price lowered) −
    ``sellerCouponPrice`` + ``risePrice`` (price raised) + ``fillingMoney`` (paid on top). The documentation
    does not say whether the last one is in the total already: it counts unless the total agrees without it.
    Refund, commission and gateway fee are settled outside the total.
    """
    goods, shipping = reader.optional("itemTotalPrice", _CENTS), reader.optional("shippingCost", _CENTS)
    total = reader.optional("orderTotalPrice", _CENTS)
    discount = _or_zero(reader, "reducePrice") + _or_zero(reader, "sellerCouponPrice")
    rise, filling = _or_zero(reader, "risePrice"), _or_zero(reader, "fillingMoney")
    without = (goods or Decimal(0)) + (shipping or Decimal(0)) - discount + rise
    adjustment = rise if total == without else rise + filling
    return _OrderAmounts(goods, shipping, discount, adjustment, total)


def _or_zero(reader: Reader, field: str) -> Decimal:
    return reader.optional(field, _CENTS) or Decimal(0)


def _lines(products: Reader) -> tuple[PlatformOrderLine, ...]:
    seen: Counter[str] = Counter()
    lines = tuple(_line(row, seen) for row in products.items("orderProductList"))
    if not lines:
        raise products.fail("orderProductList", _("the order has no products."))
    return lines


def _line(reader: Reader, seen: Counter[str]) -> PlatformOrderLine:
    count, price = reader.number("itemCount"), reader.number("itemPrice")
    if not count:
        raise reader.fail("itemCount", _("it is zero."))
    lot = reader.optional("packingQuantity", 0) or Decimal(1)
    sold = _sold(count, price, reader.text("measureName"), max(lot, Decimal(1)))
    product_id, sku_id = reader.text("itemcode"), reader.text("skuId")
    return PlatformOrderLine(
        external_line_id=_line_id(product_id, sku_id, seen),
        product_id=product_id,
        sku_id=sku_id,
        sku_code=reader.text("skuCode"),
        model_number="",
        name=reader.text("itemName"),
        quantity=sold.quantity,
        unit=sold.unit,
        unit_price=sold.price,
        currency=CURRENCY,
        attributes=(*_attributes(reader.text("itemAttr")), *sold.note),
        unit_code=sold.unit_code,
    )


@dataclass(frozen=True, slots=True)
class _Sold:
    """Quantity, unit and price of a line as our side counts it."""

    quantity: Decimal
    price: Decimal
    unit: str
    unit_code: str
    note: tuple[tuple[str, str], ...] = ()


def _sold(count: Decimal, price: Decimal, unit: str, lot: Decimal) -> _Sold:
    """The line in what is inside the lots, *lot* to each; one that is not sold in lots as it stands.

    Ten lots of 12 at 30.00 are 120 pieces at 2.50. Where the price of one piece would need more than six
    decimals (12 for 10.00) the line stays in lots, whose unit our side does not know, so that a person
    decides. Either way the attribute ``packingQuantity`` says how many are in a lot.
    """
    if lot == 1:
        return _Sold(count, price, unit, unit_code(unit))
    note = (("packingQuantity", f"{lot:f}"),)
    single = Fraction(price) / Fraction(lot) * 10**PLACES
    if single.denominator != 1:
        # Not "": that means "the item's own unit", and a lot of twelve is not one piece.
        return _Sold(count, price, unit, LOT_CODE, note)
    each = Decimal(single.numerator).scaleb(-PLACES)
    inside = "piece" if is_lot(unit) else unit
    return _Sold(count * lot, each, inside, unit_code(inside), note)


LOT_CODE = "XPK"
"""Rec 20 code of a package: no conversion is known from it, so that a lot is never taken for a piece."""


def _attributes(text: str) -> tuple[tuple[str, str], ...]:
    """ "Color: Red, Size: L" in pairs; text of another form under the name of its field."""
    if not text:
        return ()
    pairs = [part.partition(":") for part in text.replace(";", ",").split(",")]
    if all(colon and name.strip() and value.strip() for name, colon, value in pairs):
        return tuple((name.strip(), value.strip()) for name, _colon, value in pairs)
    return (("itemAttr", text),)


def _line_id(product_id: str, sku_id: str, seen: Counter[str]) -> str:
    """The payload has no line id: product, SKU, and a number for the same SKU on several lines."""
    key = f"{product_id}/{sku_id}"
    seen[key] += 1
    return f"{key}/{seen[key]}"


def _address(contact: Reader) -> PlatformAddress | None:
    if not contact.data:
        return None
    names = (contact.text("firstName"), contact.text("lastName"))
    street = (contact.text("addressLine1"), contact.text("addressLine2"))
    return PlatformAddress(
        contact=" ".join(name for name in names if name),
        phone=contact.text("telephone"),
        country_code=_country(contact),
        province=contact.text("state"),
        city=contact.text("city"),
        street=", ".join(dict.fromkeys(line for line in street if line)),
        postal_code=contact.text("postalcode"),
    )


def _country(contact: Reader) -> str:
    found = contact.country("country")
    if not found:
        raise contact.fail("country", _("it is missing."))
    return found


def _time(reader: Reader, dates: Dates, field: str) -> datetime | None:
    text = reader.text(field)
    if not text:
        return None
    try:
        return dates.read(text)
    except InvalidValue as fault:
        raise reader.fail(field, fault.message) from fault
