"""The gateway of the sandbox: checks of every call, the methods, envelopes of successes and errors.

There is no signature: a call is let in by its access token. What is checked is the contract: method, version,
timestamp, and that every parameter is a documented one with a value.
"""

from __future__ import annotations

from factory_erp.sync.sandbox.dhgate import catalogue_calls, item_calls, mail_calls, order_calls
from factory_erp.sync.sandbox.dhgate.forms import (
    EmptyAnswer,
    Form,
    GatewayError,
    Method,
    ServiceError,
    illegal,
)
from factory_erp.sync.sandbox.dhgate.payloads import Payload
from factory_erp.sync.sandbox.dhgate.state import SandboxState
from factory_erp.sync.sandbox.platform import Reply

SUCCESS, FAILURE = "00000000", "44"

METHODS: dict[str, Method] = {
    **order_calls.METHODS,
    **item_calls.METHODS,
    **catalogue_calls.METHODS,
    **mail_calls.METHODS,
}

ACTING = frozenset(
    {
        "dh.order.delivery.save",
        "dh.item.add",
        "dh.item.update",
        "dh.item.base.update",
        "dh.item.price.update",
        "dh.item.wholesale.update.list",
        "dh.item.leading.update.list",
        "dh.item.upshelf.list",
        "dh.item.downshelf.list",
        "dh.item.delete.list",
        "dh.album.img.upload",
        "dh.message.info.reply",
        "dh.message.send",
    }
)
"""The methods that change something on the platform."""

ROWS = {
    "dh.order.list.get": "orderBaseInfoList",
    "dh.item.list": "itemList",
    "dh.message.list": "msgList",
}
"""The methods that answer in pages, with the name of their list."""

_SYSTEM = frozenset({"access_token", "method", "timestamp", "v", "locale"})
_AMOUNTS = frozenset(
    {
        "actualPrice",
        "commissionAmount",
        "discount",
        "fillingMoney",
        "gatewayFee",
        "grossWeight",
        "height",
        "itemPrice",
        "itemTotalPrice",
        "length",
        "orderTotalPrice",
        "reducePrice",
        "refundMoney",
        "retailPrice",
        "risePrice",
        "sellerCouponPrice",
        "shippingCost",
        "stepWeight",
        "width",
    }
)


def answer(state: SandboxState, form: Form) -> Reply:
    """The answer to a call, success or error. It acts."""
    name = form.get("method", "")
    try:
        with state.lock:
            chosen = _let_in(state, form)
            state.count_call()
            return _success(state, SUCCESS, chosen.handler(state, form))
    except EmptyAnswer as nothing:
        return _success(state, state.wire.empty_code, nothing.payload)
    except GatewayError as error:
        return flat_error(state, error.code, error.text, error.detail)
    except ServiceError as error:
        return _failure(state, f"{name}${form.get('v', '')}", error)


def _let_in(state: SandboxState, form: Form) -> Method:
    """The method that is called, if everything about the call is in order."""
    chosen = _method(form)
    _check_timestamp(state, form)
    if not state.accepts(form.get("access_token", "")):
        raise GatewayError("40", "令牌Access Token过期或不存在")
    if not state.spend():
        raise GatewayError("36", "应用调用服务的次数超限")
    _check_parameters(chosen, form)
    return chosen


def _method(form: Form) -> Method:
    if not form.get("method"):
        raise GatewayError("26", "缺少方法名参数")
    chosen = METHODS.get(form["method"])
    if chosen is None:
        raise GatewayError("27", "不存在的方法名")
    if not form.get("v"):
        raise GatewayError("28", "缺少版本参数")
    if form["v"] != chosen.version:
        raise GatewayError("30", "不支持的版本号")
    return chosen


def _check_timestamp(state: SandboxState, form: Form) -> None:
    stamp = form.get("timestamp", "")
    if not stamp:
        raise GatewayError("38", "缺少时间戳参数")
    # Milliseconds: a stamp in seconds is 56 years off.
    if not stamp.isascii() or not stamp.isdigit():
        raise GatewayError("39", "非法的时间戳参数")
    if abs(int(stamp) - int(state.now().timestamp() * 1000)) > state.skew_seconds * 1000:
        raise GatewayError("39", "非法的时间戳参数")


def _check_parameters(chosen: Method, form: Form) -> None:
    missing = sorted(name for name in chosen.required if not form.get(name))
    if missing:
        raise GatewayError("32", "缺少必选参数", f"isv.missing-parameter:{missing[0]}")
    unknown = sorted(set(form) - _SYSTEM - chosen.required - chosen.optional)
    empty = sorted(name for name, value in form.items() if value == "")
    if unknown or empty:
        raise illegal((unknown + empty)[0])


def _success(state: SandboxState, code: str, payload: Payload) -> Reply:
    status = {"code": code, state.wire.text_key: "OK", "solution": "", "subErrors": []}
    body = payload if state.wire.texts else _numbers(payload)
    return Reply(200, {"status": status, **body})


def _numbers(payload: Payload) -> Payload:
    """The same with amounts as JSON numbers: the documented type is Double. Shortest digits lose nothing."""
    return {name: _plain(name, value) for name, value in payload.items()}


def _plain(name: str, value: object) -> object:
    if isinstance(value, dict):
        return _numbers(value)
    if isinstance(value, list):
        return [_plain(name, each) for each in value]
    return float(value) if name in _AMOUNTS and isinstance(value, str) and value else value


def flat_error(state: SandboxState, code: str, text: str, detail: str = "") -> Reply:
    """An error of the gateway: no status around it, HTTP 200."""
    key = state.wire.text_key
    subs = [{"code": detail, key: text}] if detail else []
    body: Payload = {state.wire.code_key: code, key: text, "solution": "", "subErrors": subs}
    return Reply(200, body, code)


def _failure(state: SandboxState, called: str, error: ServiceError) -> Reply:
    key = state.wire.text_key
    status = {
        "code": FAILURE,
        key: f"回调业务服务异常: methodv={called}",
        "solution": "",
        "subErrors": [{"code": error.code, key: error.text}],
    }
    return Reply(200, {"status": status})
