"""Order payloads in the shape of the DHgate order calls, made from plain values or read from a file.

One payload holds what ``dh.order.list.get``, ``dh.order.get`` and ``dh.order.product.get`` say of an order.
Amounts stand in it as decimal text; on their way out they become JSON numbers (documented as Double).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

Payload = dict[str, object]

SHANGHAI = ZoneInfo("Asia/Shanghai")
"""The time zone that the platform's dates presumably stand in; its documentation does not say."""

LIST_FIELDS = (
    "buyerConfirmDate",
    "buyerId",
    "buyerNickName",
    "cancelDate",
    "country",
    "deliveryDate",
    "deliveryDeadline",
    "inAccountDate",
    "isWarn",
    "orderId",
    "orderNo",
    "orderRemark",
    "orderStatus",
    "orderTotalPrice",
    "payDate",
    "startedDate",
    "updateDate",
    "warnReason",
)
"""What a row of the order list says."""

DETAIL_FIELDS = (
    "actualPrice",
    "buyerRemark",
    "commissionAmount",
    "deliveryDate",
    "deliveryDeadline",
    "fillingMoney",
    "gatewayFee",
    "itemTotalPrice",
    "orderContact",
    "orderDeliveryList",
    "orderNo",
    "orderRemark",
    "orderStatus",
    "orderTotalPrice",
    "payDate",
    "preferOrder",
    "reducePrice",
    "refundMoney",
    "risePrice",
    "sellerCouponPrice",
    "shippingCost",
    "shippingType",
    "startedDate",
)
"""What ``dh.order.get`` says."""

_CENT = Decimal("0.01")
_LATER = ("deliveryDate", "cancelDate", "buyerConfirmDate", "inAccountDate", "orderRemark")


def date_text(moment: datetime | None, zone: ZoneInfo = SHANGHAI) -> str | None:
    """A date as the platform writes it: to the second, without a zone; None where there is none."""
    return None if moment is None else f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S}"


def hex_id(kind: str, name: str) -> str:
    """A platform id of 32 hexadecimal digits, always the same for the same name."""
    return hashlib.md5(f"{kind}:{name}".encode(), usedforsecurity=False).hexdigest()


def money(amount: Decimal | str) -> str:
    """An amount with two decimals."""
    return f"{Decimal(amount):.2f}"


def line_payload(
    sku_code: str,
    count: int,
    price: Decimal | str,
    *,
    name: str = "",
    item_code: str = "184942450",
    sku_id: str = "",
    lot: int = 1,
    unit: str = "Piece",
    attributes: Mapping[str, str] | None = None,
    category: str = "Home & Garden",
    weight_kg: Decimal | str = "0.5",
    size_cm: tuple[str, str, str] = ("20", "15", "10"),
    remark: str = "",
) -> Payload:
    """One product line: *count* units at *price* each, a unit being a lot of *lot* pieces above 1."""
    return {
        "itemcode": item_code,
        "skuCode": sku_code,
        "skuId": sku_id or f"{sum(sku_code.encode()):021d}",
        "itemName": name or sku_code,
        "itemCount": count,
        "itemPrice": str(price),
        "packingQuantity": lot,
        "measureName": unit,
        "itemAttr": ", ".join(f"{key}: {value}" for key, value in (attributes or {}).items()),
        "itemImage": f"100x100/albu_{item_code}_00",
        "itemUrl": f"product/sandbox/{item_code}.html",
        "categoryName": category,
        "grossWeight": str(weight_kg),
        **dict(zip(("length", "width", "height"), size_cm, strict=True)),
        "buyerRemark": remark,
    }


def contact_payload(
    country: str = "Germany",
    *,
    first_name: str = "Anna",
    last_name: str = "Weber",
    buyer_id: str = "",
    nick_name: str = "nordlicht",
    street: str = "Speicherstrasse 12",
    street_2: str = "",
    city: str = "Hamburg",
    state: str = "Hamburg",
    postal_code: str = "20457",
    telephone: str = "+49 40 5550123",
    email: str = "buyer@example.com",
    vat_number: str = "",
) -> Payload:
    """Who receives the goods, and where; *country* is a name, as on the platform."""
    return {
        "buyerId": buyer_id or hex_id("buyer", nick_name),
        "buyerNickName": nick_name,
        "firstName": first_name,
        "lastName": last_name,
        "addressLine1": street,
        "addressLine2": street_2,
        "city": city,
        "state": state,
        "country": country,
        "postalcode": postal_code,
        "telephone": telephone,
        "email": email,
        "vatNumber": vat_number,
        "abn": "",
    }


def order_payload(
    order_no: str,
    *,
    started: datetime,
    updated: datetime | None = None,
    paid: datetime | None = None,
    deadline: datetime | None = None,
    lines: Sequence[Payload] = (),
    status: str = "103001",
    contact: Payload | None = None,
    shipping_cost: Decimal | str = "0",
    reduce: Decimal | str = "0",
    rise: Decimal | str = "0",
    coupon: Decimal | str = "0",
    filling: Decimal | str = "0",
    refund: Decimal | str = "0",
    commission: Decimal | str = "0",
    gateway_fee: Decimal | str = "0",
    shipping_type: str = "DHL",
    remark: str = "",
    warn: str = "",
    zone: ZoneInfo = SHANGHAI,
) -> Payload:
    """A valid order in US dollars: its amounts add up from *lines* (one of 100 at 2.50 by default).

    ``orderTotalPrice`` = ``itemTotalPrice`` + ``shippingCost`` + ``risePrice`` + ``fillingMoney`` −
    ``reducePrice`` − ``sellerCouponPrice``; ``actualPrice`` is that less refund, commission and gateway fee.
    """
    rows = list(lines) or [line_payload("SKU-1", 100, "2.50")]
    where = contact or contact_payload()
    parts = {
        "shippingCost": shipping_cost,
        "reducePrice": reduce,
        "risePrice": rise,
        "sellerCouponPrice": coupon,
        "fillingMoney": filling,
        "refundMoney": refund,
        "commissionAmount": commission,
        "gatewayFee": gateway_fee,
    }
    payment = paid or (None if status in UNPAID else started)
    dates = {"startedDate": started, "payDate": payment, "updateDate": updated or started}
    return {
        "orderNo": order_no,
        "orderId": hex_id("order", order_no),
        "orderStatus": status,
        "preferOrder": "0",
        **dict.fromkeys(_LATER),
        **{name: date_text(moment, zone) for name, moment in dates.items()},
        "deliveryDeadline": date_text(deadline, zone),
        **{name: where[name] for name in ("buyerId", "buyerNickName", "country")},
        "isWarn": bool(warn),
        "warnReason": warn or None,
        "buyerRemark": remark,
        "shippingType": shipping_type,
        **_amounts(rows, {name: Decimal(amount) for name, amount in parts.items()}),
        "orderContact": where,
        "orderDeliveryList": [],
        "orderProductList": rows,
    }


def _amounts(rows: Sequence[Payload], parts: Mapping[str, Decimal]) -> dict[str, str]:
    """Every amount of an order, from its lines and what is added to or taken off them."""
    goods = sum((line_total(row) for row in rows), Decimal(0))
    more = sum(parts[name] for name in ("shippingCost", "risePrice", "fillingMoney"))
    total = goods + more - parts["reducePrice"] - parts["sellerCouponPrice"]
    kept = total - sum(parts[name] for name in ("refundMoney", "commissionAmount", "gatewayFee"))
    sums = {"itemTotalPrice": goods, "orderTotalPrice": total, "actualPrice": kept}
    return {name: money(amount) for name, amount in {**parts, **sums}.items()}


UNPAID = frozenset({"101003", "111000"})
"""Order states in which nothing has been paid: waiting for the buyer's money, and cancelled."""


def line_total(row: Payload) -> Decimal:
    """Count times price of a line, to the cent, half a cent up."""
    amount = Decimal(str(row["itemCount"])) * Decimal(str(row["itemPrice"]))
    return amount.quantize(_CENT, ROUND_HALF_UP)


def load_orders(path: Path) -> list[Payload]:
    """Order payloads from a JSON file: a list of them, or an object with the list in ``orders``."""
    content = json.loads(path.read_text(encoding="utf-8"), parse_float=str)
    rows = content.get("orders") if isinstance(content, dict) else content
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ValueError(f"{path.name} holds no list of orders")
    return rows
