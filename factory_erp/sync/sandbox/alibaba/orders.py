"""The order APIs: list, detail, money, shipping, logistics, tracking, carriers."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from factory_erp.sync.sandbox.alibaba.arguments import (
    ApiError,
    Arguments,
    Failed,
    child,
    figure,
    invalid,
    rows,
)
from factory_erp.sync.sandbox.alibaba.money import fund_payload
from factory_erp.sync.sandbox.alibaba.payloads import Payload
from factory_erp.sync.sandbox.alibaba.state import SHIPPABLE, SandboxState, Shipment

CHANNELS = (
    ("EX_DHL", "DHL"),
    ("EX_FEDEX", "FedEx"),
    ("EX_UPS", "UPS"),
    ("EX_TNT", "TNT"),
    ("EX_EMS", "EMS"),
    ("EX_SF", "SF Express"),
    ("EX_ASP_OCEAN_EXPRESS", "Ocean Express"),
    ("OTHER", "Other"),
)
"""Carrier codes and names of the sandbox."""

_PAGE_DEFAULT, _PAGE_LARGEST = 10, 100


def order_list(state: SandboxState, call: Arguments) -> Payload:
    """A page of orders, newest first; pages begin at 0."""
    if call.text("role") != "seller":
        raise invalid("role")
    page, size = call.whole("start_page", 0), call.whole("page_size", _PAGE_DEFAULT)
    if not 1 <= size <= _PAGE_LARGEST:
        raise invalid("page_size")
    found = state.select(_filter(call))
    found.sort(key=lambda order: (_stamp(order, "create_date"), str(order["trade_id"])), reverse=True)
    shown = [_row(order) for order in found[page * size : (page + 1) * size]]
    return {"value": {"total_count": str(len(found)), "order_list": shown}}


def _filter(call: Arguments) -> Callable[[Payload], bool]:
    start, end = call.moment("modified_date_start"), call.moment("modified_date_end")
    since, until = call.moment("create_date_start"), call.moment("create_date_end")
    status = call.text("status")

    def keep(order: Payload) -> bool:
        modified, created = _stamp(order, "modify_date"), _stamp(order, "create_date")
        wanted = not status or order.get("trade_status") == status
        return wanted and _within(modified, start, end) and _within(created, since, until)

    return keep


def _within(stamp: int, start: int | None, end: int | None) -> bool:
    return (start is None or start <= stamp) and (end is None or stamp <= end)


def _stamp(order: Payload, field: str) -> int:
    """Epoch ms of an order's date; 0 where a deliberately malformed order has none."""
    text = str(child(order, field).get("timestamp", ""))
    return int(text) if text.isdigit() else 0


def _row(order: Payload) -> Payload:
    names = ("trade_id", "trade_status", "create_date", "modify_date")
    return {name: order[name] for name in names if name in order}


def order_get(state: SandboxState, call: Arguments) -> Payload:
    """An order with its lines, amounts and address."""
    return {"value": _known_order(state, call.text("e_trade_id"))}


def order_fund(state: SandboxState, call: Arguments) -> Payload:
    """What was paid, kept and given back; only the sections that ``data_select`` names."""
    order = _known_order(state, call.text("e_trade_id"))
    wanted = call.text("data_select").split(",")
    return {"value": fund_payload(order, state.refunds_of(str(order["trade_id"])), wanted)}


def channels(state: SandboxState, call: Arguments) -> Payload:
    """The codes that a shipment's ``service_provider`` may have."""
    return {"value": {"channel_list": [{"code": code, "name": name} for code, name in CHANNELS]}}


def ship(state: SandboxState, call: Arguments) -> Payload:
    """Report a shipment of the whole order."""
    request = call.mapping("shipping_request")
    _check_shipping(state, request)
    return {"value": {"voucher_id": state.ship(_texts(request))}}


def ship_several(state: SandboxState, call: Arguments) -> Payload:
    """Report several parcels, each with its goods. All are checked before the first is recorded."""
    requests = rows(call.mapping("param_multi_shipping_create_request").get("requests"))
    parcels = [(child(row, "shipping_request"), rows(row.get("goods"))) for row in requests]
    if not parcels:
        raise invalid("requests")
    for request, goods in parcels:
        _check_shipping(state, request)
        _check_goods(state, request, goods)
    vouchers = [state.ship(_texts(request), tuple(map(_texts, goods))) for request, goods in parcels]
    return {"value": {"voucher_ids": vouchers}}


def _check_shipping(state: SandboxState, request: Payload) -> None:
    """Raise the business failure of a request: HTTP and gateway say success, the result does not."""
    order = state.order(str(request.get("trade_id", "")))
    missing = [n for n in ("service_provider", "logistics_type", "tracking_number") if not request.get(n)]
    if order is None:
        raise _refused("404", "order not exist")
    if missing:
        raise _refused("402", f"invalid request: {missing[0]} is missing")
    if request["logistics_type"] not in ("EXPRESS", "POST"):
        raise _refused("402", "logisticsType must equals EXPRESS or POST")
    if order.get("trade_status") not in SHIPPABLE:
        raise _refused("402", f"order status {order.get('trade_status')} does not allow shipping")


def _check_goods(state: SandboxState, request: Payload, goods: list[Payload]) -> None:
    """Goods must be lines of the order, each with a quantity that was ordered.

    What earlier parcels held does not count: a parcel reported twice shall be there twice.
    """
    order = state.order(str(request["trade_id"])) or {}
    ordered = {
        str(line.get("sku_id")): figure(line.get("quantity")) for line in rows(order.get("order_products"))
    }
    for row in goods:
        most, sent = ordered.get(str(row.get("product_id"))), figure(row.get("quantity"))
        if most is None:
            raise _refused("402", f"goods {row.get('product_id')} not in order")
        if sent is None or not Decimal(0) < sent <= most:
            raise _refused("402", f"goods {row.get('product_id')} has an invalid quantity")


def _refused(code: str, message: str) -> Failed:
    return Failed({"result": {"success": False, "msg_code": code, "message": message}})


def logistics(state: SandboxState, call: Arguments) -> Payload:
    """The parcels reported for an order, each with its goods."""
    order = _known_order(state, call.text("e_trade_id"))
    shipped = state.shipments_of(str(order["trade_id"]))
    value: Payload = {
        "logistic_status": state.logistic_status(str(order["trade_id"])),
        "shipping_order_list": [_parcel(item) for item in shipped],
    }
    agreed = child(order, "shipment_date", "date")
    return {"value": {**value, "agreed_shipment_date": agreed} if agreed else value}


def _parcel(item: Shipment) -> Payload:
    names = ("voucher_id", "tracking_number", "service_provider", "logistics_type")
    return {
        "voucher": {name: getattr(item, name) for name in names},
        "goods": [dict(row) for row in item.goods],
    }


def tracking(state: SandboxState, call: Arguments) -> Payload:
    """What carriers say of an order's parcels."""
    order = _known_order(state, call.text("trade_id"))
    found = [_track(item) for item in state.shipments_of(str(order["trade_id"]))]
    return {"tracking_list": found}


def _track(item: Shipment) -> Payload:
    event: Payload = {
        "event_code": "PICKED_UP",
        "event_name": "Picked up",
        "event_location": "CN",
        "event_time": item.reported_at.strftime("%Y-%m-%d %H:%M:%S"),
    }
    return {
        "carrier": item.service_provider,
        "tracking_number": item.tracking_number,
        "current_event_code": "PICKED_UP",
        "tracking_url": f"https://carrier.example/{item.tracking_number}",
        "event_list": [event],
    }


def _known_order(state: SandboxState, trade_id: str) -> Payload:
    order = state.order(trade_id)
    if order is None:
        raise ApiError("404", "order not exist")
    return order


def _texts(values: Payload) -> dict[str, str]:
    return {name: str(value) for name, value in values.items()}
