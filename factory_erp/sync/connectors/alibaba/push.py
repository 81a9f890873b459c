"""The platform's push messages: whether one is genuine, and what it says.

They need a public HTTPS address with a certificate of a checked company, which a desktop program does not
have: it polls. A company that runs a server of its own can read them with this.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import IntEnum

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _
from factory_erp.sync.connectors.alibaba.products import inner, text
from factory_erp.sync.http.client import Json, parse_json

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class PushKind(IntEnum):
    """The platform's ``message_type``."""

    PRODUCT = 1
    ORDER = 3


@dataclass(frozen=True, slots=True)
class PushMessage:
    """One message: *record* is the order's or the product's id, *status* the order's status or the change.

    Messages come at least once and in any order: they say what to fetch, never what is true.
    """

    kind: PushKind
    record: str
    status: str
    seller_id: str
    sent_at: datetime
    raw: Mapping[str, object] = field(repr=False)


def genuine(app_key: str, secret: str, body: bytes, authorization: str) -> bool:
    """Whether the ``Authorization`` header signs *body*: lower hex HMAC-SHA256 over app key and raw body."""
    expected = hmac.new(secret.encode(), app_key.encode() + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), authorization.encode())


def read_push(body: bytes) -> PushMessage:
    """The message in *body*. InvalidValue for one of another kind or without a record."""
    try:
        said = parse_json(body)
    except ValueError as fault:
        raise _unreadable("body") from fault
    if not isinstance(said, Mapping):
        raise _unreadable("body")
    data = inner(said, "data")
    kind = _kind(text(said, "message_type"))
    order = kind is PushKind.ORDER
    record = text(data, "trade_id_str", "trade_order_id") if order else text(data, "productId")
    if not record:
        raise _unreadable("data")
    return PushMessage(
        kind=kind,
        record=record,
        status=text(data, "status") if order else text(data, "option"),
        seller_id=text(said, "seller_id"),
        sent_at=_moment(said),
        raw=said,
    )


def _kind(number: str) -> PushKind:
    try:
        return PushKind(int(number))
    except ValueError as fault:
        raise _unreadable("message_type") from fault


def _moment(said: Json) -> datetime:
    stamp = text(said, "timestamp")
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 11):
        raise _unreadable("timestamp")
    return _EPOCH + timedelta(seconds=int(stamp))


def _unreadable(name: str) -> InvalidValue:
    return InvalidValue(_("The platform's message cannot be read ({field}).", field=name), field=name)
