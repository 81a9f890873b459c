"""The four ways to write a call: telling them apart, checking signatures, wrapping answers.

Signatures are computed here by code of the sandbox's own, so that a mistake of a client's cannot agree with
itself.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from factory_erp.sync.sandbox.alibaba.arguments import ApiError, Arguments
from factory_erp.sync.sandbox.alibaba.payloads import Payload, epoch_ms
from factory_erp.sync.sandbox.alibaba.state import SandboxState
from factory_erp.sync.sandbox.platform import Form, Reply

NAMES = {
    "taobao.top.auth.token.create": "/auth/token/create",
    "taobao.top.auth.token.refresh": "/auth/token/refresh",
    "alibaba.seller.order.list": "/alibaba/order/list",
    "alibaba.seller.order.get": "/alibaba/order/get",
    "alibaba.seller.order.fund.get": "/alibaba/order/fund/query",
    "alibaba.seller.order.logistics.get": "/order/logistics/query",
    "alibaba.order.logistics.tracking.get": "/order/logistics/tracking/get",
    "alibaba.seller.order.shipping.channels": "/alibaba/order/shipping/channels",
    "alibaba.seller.order.shipping": "/alibaba/v2/order/shipping",
    "alibaba.seller.order.multi.shipping": "/alibaba/order/v2/multi/shipping",
    "alibaba.icbu.photobank.upload": "/alibaba/icbu/photobank/upload",
    "alibaba.icbu.product.id.encrypt": "/alibaba/icbu/product/id/encrypt",
    "alibaba.icbu.product.id.decrypt": "/alibaba/icbu/product/id/decrypt",
    "alibaba.icbu.rfq.search": "/alibaba/icbu/rfq/search",
    "alibaba.icbu.rfqdetail.get": "/alibaba/icbu/rfqdetail/get",
    "alibaba.icbu.quotation.post": "/alibaba/icbu/quotation/post",
}
"""Dotted names of the older gateways, and the paths of the same APIs."""

_WRAPPED = "param_trade_ecology_order_list_query"
_CHINA = timezone(timedelta(hours=8))
_SKEW_MS, _TOP_SKEW_MS = 7_200_000, 600_000
_ELEMENTS = {
    "order_list": "trade_ecology_order",
    "order_products": "trade_ecology_order_product",
    "sku_attributes": "sku_attribute",
    "shipping_order_list": "shippingorderlist",
}
_TOP_CODES = {
    "InvalidAppKey": (29, "Invalid app Key"),
    "IncompleteSignature": (25, "Invalid signature"),
    "IllegalAccessToken": (27, "Invalid session"),
    "IllegalTimestamp": (31, "Invalid timestamp"),
    "InvalidApiPath": (22, "Invalid method"),
    "InvalidParameter": (41, "Invalid arguments"),
    "ApiCallLimit": (7, "App Call Limited"),
}


@dataclass(frozen=True, slots=True)
class Request:
    """A call as it came in: ``style`` is path, sdk, sync or top, ``api`` the API's path in every style."""

    style: str
    api: str
    name: str
    form: Form
    files: Mapping[str, bytes]

    @property
    def token(self) -> str:
        """The access token under either of its names."""
        return self.form.get("access_token") or self.form.get("session", "")

    def arguments(self) -> Arguments:
        """The API's own parameters, taken out of the one that the dotted order list puts them in."""
        inner = _object(self.form.get(_WRAPPED, ""))
        return Arguments({**self.form, **{name: _text(value) for name, value in inner.items()}}, self.files)


def read_request(path: str, form: Form, files: Mapping[str, bytes]) -> Request:
    """Tell the style of a call by its address and its ``method``."""
    method = form.get("method", "")
    own = path.removeprefix("/rest").rstrip("/")
    if own == "/router/rest":
        return Request("top", _path(method), method, form, files)
    if "/" in method:
        return Request("sdk", method, method, form, files)
    if method:
        return Request(
            "top" if "session" in form and "v" in form else "sync", _path(method), method, form, files
        )
    return Request("path", own, "", form, files)


def _path(name: str) -> str:
    return NAMES.get(name) or "/" + name.replace(".", "/")


def verify(state: SandboxState, request: Request) -> None:
    """Raise ApiError unless the call is signed with the application's secret and carries a good token."""
    form = request.form
    if form.get("app_key") != state.app_key:
        raise ApiError("InvalidAppKey", "The app key is not valid")
    expected = signature(state.app_secret, request)
    if not hmac.compare_digest(expected.encode(), form.get("sign", "").encode()):
        raise ApiError("IncompleteSignature", "The request signature does not conform to platform standards")
    if not _in_time(request, epoch_ms(state.now())):
        raise ApiError("IllegalTimestamp", "The timestamp is outside the permitted range")
    if not request.api.startswith("/auth/") and not state.accepts(request.token):
        raise ApiError("IllegalAccessToken", "The specified access token is invalid or expired")


def signature(secret: str, request: Request) -> str:
    """The signature that the call should carry; "?" for a method of signing that its style does not have."""
    form, method = request.form, request.form.get("sign_method", "")
    names = sorted((name for name in form if name != "sign"), key=lambda name: name.encode("utf-8"))
    if request.style != "top":
        prefix = {"path": request.api, "sdk": request.name}.get(request.style, "")
        text = prefix + "".join(f"{name}{form[name]}" for name in names)
        return _mac(secret, text, "sha256") if method == "sha256" else "?"
    text = "".join(f"{name}{form[name]}" for name in names if form[name])
    if method == "md5":
        return hashlib.md5(f"{secret}{text}{secret}".encode(), usedforsecurity=False).hexdigest().upper()
    algorithms = {"hmac": "md5", "hmac-sha256": "sha256"}
    return _mac(secret, text, algorithms[method]) if method in algorithms else "?"


def _mac(secret: str, text: str, algorithm: str) -> str:
    return hmac.new(secret.encode("utf-8"), text.encode("utf-8"), algorithm).hexdigest().upper()


def _in_time(request: Request, now_ms: int) -> bool:
    stamp = request.form.get("timestamp", "")
    if request.style != "top":
        return stamp.isdigit() and abs(int(stamp) - now_ms) <= _SKEW_MS
    try:
        local = datetime.strptime(stamp, "%Y-%m-%d %H:%M:%S").replace(tzinfo=_CHINA)
    except ValueError:
        return False
    return abs(epoch_ms(local.astimezone(UTC)) - now_ms) <= _TOP_SKEW_MS


# Answers


def success(request: Request, body: Payload, request_id: str) -> Reply:
    """An answer in the style of the call: flat, or in an object named after the API with wrapped lists."""
    if request.style in ("path", "sdk"):
        return Reply(200, {"code": "0", **body, "request_id": request_id}, "0")
    inner = _older(body)
    if request.api == "/alibaba/order/list":
        inner = {"result": {"success": True, **inner}}
    return Reply(200, {_root(request): {**inner, "request_id": request_id}}, "0")


def failure(request: Request, error: ApiError, request_id: str) -> Reply:
    """An error envelope in the style of the call; always HTTP 200, as on the platform."""
    if request.style in ("path", "sdk"):
        body: Payload = {"type": error.kind, "code": error.code, "message": error.message}
        return Reply(200, {**body, "request_id": request_id}, error.code)
    content: Payload = {**_older_error(request, error), "request_id": request_id}
    wrapped: Payload = {"error_response": content}
    return Reply(200, wrapped if request.style == "top" else {_root(request): wrapped}, error.code)


def _older_error(request: Request, error: ApiError) -> Payload:
    if request.style == "sync" and not error.code.isdigit():
        return {"type": error.kind, "code": error.code, "msg": error.message}
    code, message = _TOP_CODES.get(error.code, (15, "Remote service error"))
    sub_code = f"isv.{error.code}" if error.kind == "ISV" else f"isp.{error.code}"
    if error.code == "ApiCallLimit":
        sub_code = "accesscontrol.limited-by-api-access-count"
    top = request.style == "top"
    said: Payload = {"code": code if top else str(code), "msg": message}
    return {**said, "sub_code": sub_code, "sub_msg": error.message, **({} if top else {"type": "ISP"})}


def _root(request: Request) -> str:
    return request.name.removeprefix("taobao.").replace(".", "_") + "_response"


def _older(value: Payload) -> Payload:
    return {name: _older_value(name, each) for name, each in value.items()}


def _older_value(name: str, value: object) -> object:
    """Lists inside an object of one key, times and counts as numbers: how the older gateways write JSON."""
    if isinstance(value, dict):
        return _older(value)
    if isinstance(value, list):
        return {_element(name, value): [_older(row) if isinstance(row, dict) else row for row in value]}
    if name in ("timestamp", "total_count") and isinstance(value, str) and value.isdigit():
        return int(value)
    return value


def _element(name: str, rows: list[object]) -> str:
    if rows and not isinstance(rows[0], dict):
        return "string" if isinstance(rows[0], str) else "number"
    return _ELEMENTS.get(name) or name.removesuffix("_list")


def _object(text: str) -> Payload:
    try:
        value = json.loads(text) if text else {}
    except ValueError as error:
        raise ApiError("InvalidParameter", f"The specified parameter '{_WRAPPED}' is not valid") from error
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
