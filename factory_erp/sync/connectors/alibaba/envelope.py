"""Alibaba's answers: what is inside, or which error they mean.

A transport success can still be a failure, and an error may sit inside the ``…_response`` object of an
answer with HTTP status 200, so every level of the envelope is checked on the way in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone

from factory_erp.i18n import _
from factory_erp.sync.connectors.alibaba.remedies import remedy
from factory_erp.sync.http.client import Json
from factory_erp.sync.http.errors import (
    AccessDenied,
    PlatformError,
    PlatformUnavailable,
    ReauthoriseNeeded,
    Refused,
    Throttled,
    WrongCredentials,
)

_SUCCESS = {"", "0", "200"}
# The bare numbers are the codes of the older TOP protocol, which the gateway still passes on.
_CREDENTIALS = {"IncompleteSignature", "InvalidSignature", "InvalidAppKey", "25", "29"}
_TOKEN = {"IllegalAccessToken", "IllegalRefreshToken", "InvalidRefreshToken", "InvalidCode", "27"}
_THROTTLE = {"AppCallLimit", "ApiCallLimit", "AppApiCallLimit", "7"}
_AWAY = {"ServiceTimeout", "ServiceUnavailable", "InternalError"}
_BUSY = {"B_PRODUCT_INFO_TRANSLATION_FAILED"}
_ACCESS = {"InsufficientPermission", "AppWhiteIpLimit", "IllegalTimestamp", "InvalidTimestamp"}
_DAILY = "accesscontrol.limited-by-app-access-count"
_BAN = re.compile(r"ban will last (?:for )?(\d{1,6})")
_BUSY_SECONDS = 60
_QUOTA_ZONE = timezone(timedelta(hours=8))


def unwrap(answer: Json, now: datetime, *, batch: bool = False) -> Json:
    """The payload of *answer*; raises the error that it carries. *now* dates the end of a daily ban.

    In a *batch* answer a list of ``errors`` tells of each failure, so that ``success: false`` beside it only
    says that not everything was done.
    """
    body = answer
    while True:
        failure = _failure(body, now, batch=batch)
        if failure is not None:
            raise failure
        inner = _inner(body)
        if inner is None:
            return body
        name, body = inner
        if name == "value":
            return body


def trace(answer: Json) -> str:
    """What the platform's support wants to know of a refused call; "" where the answer names nothing."""
    found = {name: _text(answer, name) for name in ("request_id", "trace_id", "_trace_id_")}
    return " ".join(f"{name}={value}" for name, value in found.items() if value)


def _inner(body: Json) -> tuple[str, Json] | None:
    for name, value in body.items():
        if isinstance(value, Mapping) and (name in {"value", "result"} or name.endswith("_response")):
            return name, value
    return None


def _failure(body: Json, now: datetime, *, batch: bool) -> PlatformError | None:
    nested = body.get("error_response")
    if isinstance(nested, Mapping):
        return classify(nested, now)
    if _text(body, "code") not in _SUCCESS or _text(body, "error_code") not in _SUCCESS:
        return classify(body, now)
    failed = any(_is_false(body.get(name)) for name in ("success", "biz_success"))
    if failed and not (batch and body.get("errors")):
        return classify(body, now)
    return None


def classify(error: Json, now: datetime) -> PlatformError:
    """The typed error for an error object of the platform, old or new style."""
    code = _code(error)
    sub_code = _text(error, "sub_code")
    message = _text(error, "sub_msg", "message", "message_info", "error_message", "msg")
    if code in _THROTTLE or sub_code.startswith("accesscontrol.limited"):
        return Throttled(_ban(message, sub_code, now))
    if code in _CREDENTIALS:
        return WrongCredentials(code)
    if code in _TOKEN:
        return ReauthoriseNeeded()
    if _is_away(error, code, sub_code):
        return PlatformUnavailable(f"{code} {message}".strip())
    if code in _BUSY:
        # It refused for want of its own translator and has not acted.
        return Throttled(_BUSY_SECONDS)
    if code in _ACCESS:
        return AccessDenied(code, message, remedy=_access_remedy(code))
    return Refused(sub_code or code, message, remedy=remedy(sub_code or code))


def _code(error: Json) -> str:
    own = _text(error, "code")
    if own not in _SUCCESS:
        return own
    return _text(error, "error_code", "msg_code", "error_type", "err_type") or own or "–"


def _is_away(error: Json, code: str, sub_code: str) -> bool:
    """Whether the platform itself failed, so that a write may have been carried out all the same."""
    internal = code in _AWAY or _text(error, "type") == "SYSTEM" or "500" in (code, sub_code)
    # "S_" marks the product calls' own failures, "B_" those of the request.
    return internal or sub_code.startswith("isp.") or code.startswith("S_")


def _access_remedy(code: str) -> str:
    if code == "AppWhiteIpLimit":
        return _("Add this network's public IP address to the app's white list on open.alibaba.com.")
    if code == "InsufficientPermission":
        return _("Apply for the permission in the app console and authorise with the main account.")
    return _("Set this computer's clock, or the clock offset in the account's settings.")


def _ban(message: str, sub_code: str, now: datetime) -> int:
    """Seconds of a ban; the application's daily quota begins anew at midnight in China."""
    stated = _BAN.search(message)
    if stated:
        return int(stated.group(1))
    if sub_code != _DAILY:
        return 1
    local = now.astimezone(_QUOTA_ZONE)
    midnight = (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return int((midnight - local).total_seconds()) + 1


def _text(body: Json, *names: str) -> str:
    for name in names:
        value = body.get(name)
        if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip():
            return str(value).strip()
    return ""


def _is_false(value: object) -> bool:
    return value is False or (isinstance(value, str) and value.strip().lower() == "false")
