"""The API behind the sandbox: signature check, tokens, orders, shipping; form in, JSON object out.

It verifies signatures with code of its own, so that a mistake in the connector's cannot agree with itself.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from factory_erp.sync.sandbox.alibaba.payloads import PACIFIC, Payload, epoch_ms
from factory_erp.sync.sandbox.alibaba.state import SHIPPABLE, SandboxState

Form = Mapping[str, str]

_SKEW_MS = 7_200_000
_PAGE_DEFAULT, _PAGE_LARGEST = 10, 100


class ApiError(Exception):
    """An answer with an error envelope."""

    def __init__(self, code: str, message: str, kind: str = "ISV") -> None:
        super().__init__(message)
        self.envelope: Payload = {"type": kind, "code": code, "message": message}


def answer(state: SandboxState, api: str, form: Form) -> Payload:
    """The answer to a call, success or error envelope. It acts: a shipment is recorded here."""
    try:
        verify(state, api, form)
        return {"code": "0", **_api(api)(state, form)}
    except ApiError as error:
        return error.envelope


def verify(state: SandboxState, api: str, form: Form) -> None:
    """Raise ApiError unless the call is signed with the application's secret and carries a good token."""
    if form.get("app_key") != state.app_key:
        raise ApiError("InvalidAppKey", "The app key is not valid")
    if form.get("sign_method") != "sha256" or not _signed(state.app_secret, api, form):
        raise ApiError("IncompleteSignature", "The request signature does not conform to platform standards")
    stamp = form.get("timestamp", "")
    if not stamp.isdigit() or abs(int(stamp) - epoch_ms(state.now())) > _SKEW_MS:
        raise ApiError("IllegalTimestamp", "The timestamp is outside the permitted range")
    if not api.startswith("/auth/") and not state.accepts(form.get("access_token", "")):
        raise ApiError("IllegalAccessToken", "The specified access token is invalid or expired")


def _signed(secret: str, api: str, form: Form) -> bool:
    mac = hmac.new(bytes(secret, "utf-8"), bytes(api, "utf-8"), hashlib.sha256)
    for name in sorted(form, key=lambda text: text.encode("utf-8")):
        if name != "sign":
            mac.update(bytes(f"{name}{form[name]}", "utf-8"))
    return hmac.compare_digest(mac.hexdigest().upper().encode(), form.get("sign", "").encode())


def _api(api: str) -> Callable[[SandboxState, Form], Payload]:
    handler = _APIS.get(api)
    if handler is None:
        raise ApiError("InvalidApiPath", "The specified API path is invalid")
    return handler


def _token_create(state: SandboxState, form: Form) -> Payload:
    if not state.take_code(form.get("code", "")):
        raise ApiError("InvalidCode", "The specified code is invalid or expired")
    return state.issue_token()


def _token_refresh(state: SandboxState, form: Form) -> Payload:
    tokens = state.rotate(form.get("refresh_token", ""))
    if tokens is None:
        raise ApiError("IllegalRefreshToken", "The specified refresh token is invalid or expired")
    return tokens


def _order_list(state: SandboxState, form: Form) -> Payload:
    if form.get("role") != "seller":
        raise ApiError("InvalidParameter", "The specified parameter 'role' is not valid")
    page, size = _whole(form, "start_page", 0), _whole(form, "page_size", _PAGE_DEFAULT)
    if not 1 <= size <= _PAGE_LARGEST:
        raise ApiError("InvalidParameter", "The specified parameter 'page_size' is not valid")
    found = state.select(_filter(form))
    found.sort(key=lambda order: (_stamp(order, "create_date"), str(order["trade_id"])), reverse=True)
    rows = [_row(order) for order in found[page * size : (page + 1) * size]]
    return {"value": {"total_count": str(len(found)), "order_list": rows}}


def _filter(form: Form) -> Callable[[Payload], bool]:
    start, end = _bound(form, "modified_date_start"), _bound(form, "modified_date_end")
    since, until = _bound(form, "create_date_start"), _bound(form, "create_date_end")
    status = form.get("status", "")

    def keep(order: Payload) -> bool:
        modified, created = _stamp(order, "modify_date"), _stamp(order, "create_date")
        wanted = not status or order.get("trade_status") == status
        return wanted and _within(modified, start, end) and _within(created, since, until)

    return keep


def _within(stamp: int, start: int | None, end: int | None) -> bool:
    return (start is None or start <= stamp) and (end is None or stamp <= end)


def _bound(form: Form, name: str) -> int | None:
    """Epoch ms of a window's end, whose Pacific text and timestamp must mean the same moment."""
    if name not in form:
        return None
    try:
        value = json.loads(form[name])
        stamp = int(value["date_timestamp"])
        local = datetime.strptime(value["date_str"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=PACIFIC)
    except (ValueError, TypeError, KeyError) as error:
        raise ApiError("InvalidParameter", f"The specified parameter 'null#{name}' is not valid") from error
    meant = {epoch_ms(local.replace(fold=fold).astimezone(UTC)) for fold in (0, 1)}
    if stamp not in meant:
        raise ApiError("InvalidParameter", f"The specified parameter '{name}' contradicts itself")
    return stamp


def _row(order: Payload) -> Payload:
    names = ("trade_id", "trade_status", "create_date", "modify_date")
    return {name: order[name] for name in names if name in order}


def _order_get(state: SandboxState, form: Form) -> Payload:
    return {"value": _known_order(state, form.get("e_trade_id", ""))}


def _ship(state: SandboxState, form: Form) -> Payload:
    request = _json_object(form, "shipping_request")
    failure = _shipping_fault(state, request)
    return failure or {"value": {"voucher_id": state.ship(_texts(request))}}


def _ship_several(state: SandboxState, form: Form) -> Payload:
    """All requests are checked before the first is recorded."""
    requests = _json_object(form, "param_multi_shipping_create_request").get("requests")
    rows = [row for row in requests if isinstance(row, dict)] if isinstance(requests, list) else []
    parcels = [(row.get("shipping_request") or {}, row.get("goods") or []) for row in rows]
    if not parcels:
        raise ApiError("InvalidParameter", "The specified parameter 'requests' is not valid")
    for request, _goods in parcels:
        failure = _shipping_fault(state, request)
        if failure:
            return failure
    vouchers = [state.ship(_texts(request), tuple(map(_texts, goods))) for request, goods in parcels]
    return {"value": {"voucher_ids": vouchers}}


def _shipping_fault(state: SandboxState, request: Payload) -> Payload | None:
    """The business failure of a shipping request: HTTP and gateway say success, the result does not."""
    order = state.order(str(request.get("trade_id", "")))
    missing = [n for n in ("service_provider", "logistics_type", "tracking_number") if not request.get(n)]
    if order is None:
        return _failure("404", "order not exist")
    if missing:
        return _failure("402", f"invalid request: {missing[0]} is missing")
    if request["logistics_type"] not in ("EXPRESS", "POST"):
        return _failure("402", "logisticsType must equals EXPRESS or POST")
    if order.get("trade_status") not in SHIPPABLE:
        return _failure("402", f"order status {order.get('trade_status')} does not allow shipping")
    return None


def _failure(code: str, message: str) -> Payload:
    return {"result": {"success": False, "msg_code": code, "message": message}}


def _logistics(state: SandboxState, form: Form) -> Payload:
    order = _known_order(state, form.get("e_trade_id", ""))
    shipped = state.shipments_of(str(order["trade_id"]))
    names = ("voucher_id", "tracking_number", "service_provider", "logistics_type")
    rows = [{"voucher": {name: getattr(item, name) for name in names}} for item in shipped]
    status = "DELIVERING" if rows else "UNDELIVERED"
    return {"value": {"logistic_status": status, "shipping_order_list": rows}}


def _known_order(state: SandboxState, trade_id: str) -> Payload:
    order = state.order(trade_id)
    if order is None:
        raise ApiError("404", "order not exist")
    return order


def _stamp(order: Payload, field: str) -> int:
    """Epoch ms of an order's date; 0 where a deliberately malformed order has none."""
    date = order.get(field)
    text = str(date.get("timestamp", "")) if isinstance(date, dict) else ""
    return int(text) if text.isdigit() else 0


def _whole(form: Form, name: str, default: int) -> int:
    text = form.get(name, str(default))
    if not text.isdigit():
        raise ApiError("InvalidParameter", f"The specified parameter '{name}' is not valid")
    return int(text)


def _json_object(form: Form, name: str) -> Payload:
    try:
        value = json.loads(form.get(name, ""))
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise ApiError("InvalidParameter", f"The specified parameter '{name}' is not valid")
    return value


def _texts(values: Mapping[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in values.items()}


_APIS: dict[str, Callable[[SandboxState, Form], Payload]] = {
    "/auth/token/create": _token_create,
    "/auth/token/refresh": _token_refresh,
    "/alibaba/order/list": _order_list,
    "/alibaba/order/get": _order_get,
    "/alibaba/v2/order/shipping": _ship,
    "/alibaba/order/v2/multi/shipping": _ship_several,
    "/order/logistics/query": _logistics,
}
