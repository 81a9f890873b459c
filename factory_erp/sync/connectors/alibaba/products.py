"""Reading what the product calls answer: listings, their variants and their state."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.figures import exact_decimal
from factory_erp.sync.connectors.alibaba.reader import PLACES, flat_list
from factory_erp.sync.connectors.listings import RemoteListing, RemoteSku, RemoteState
from factory_erp.sync.http.client import Json

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_PUBLISHING = {
    "online": RemoteState.ONLINE,
    "pending": RemoteState.REVIEW,
    "failed": RemoteState.REJECTED,
    "draft": RemoteState.OFFLINE,
    "offline": RemoteState.OFFLINE,
    "deleted": RemoteState.DELETED,
}
"""What the status call says of a listing that is being published."""

_AUDIT = {"pending": RemoteState.REVIEW, "rejected": RemoteState.REJECTED}
_STATUS = {
    "online": RemoteState.ONLINE,
    "offline": RemoteState.OFFLINE,
    "deleted": RemoteState.DELETED,
}


def text(data: Json, *names: str) -> str:
    """The first of *names* that holds text or a whole number, as text; "" if none does."""
    for name in names:
        value = data.get(name)
        if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip():
            return str(value).strip()
    return ""


def inner(data: Json, name: str) -> Json:
    """The object in *name*, empty if there is none."""
    value = data.get(name)
    return value if isinstance(value, Mapping) else {}


def rows(value: object) -> list[Json]:
    """The objects of a list, wrapped once more or not; a single object counts as a list of one."""
    found = flat_list(value)
    if found is None:
        found = [value]
    return [row for row in found if isinstance(row, Mapping)]


def found(payload: Json, name: str) -> object:
    """The field *name* of an answer, which some calls put one level down into ``data``."""
    return payload[name] if name in payload else inner(payload, "data").get(name)


def yes(value: object) -> bool:
    """Whether a flag is set, sent as true or as text."""
    return value is True or (isinstance(value, str) and value.strip().lower() in {"true", "y", "1"})


def read_listing(info: Json, message: str = "") -> RemoteListing:
    """The listing in a ``product_info`` object."""
    basic = inner(info, "basic_info")
    return RemoteListing(
        external_id=text(basic, "product_id"),
        model_number=text(basic, "model_number"),
        title=text(basic, "title", "subject"),
        state=_state(basic),
        message=message,
        skus=tuple(_sku(row) for row in rows(inner(info, "trade_info").get("sku_info"))),
        modified_at=_moment(text(basic, "last_modified_timestamp")),
        raw=info,
    )


def read_status(data: Json, external_id: str) -> RemoteListing:
    """A listing of which only the publishing status is known; an unknown word counts as in review."""
    state = _PUBLISHING.get(text(data, "status").lower(), RemoteState.REVIEW)
    return RemoteListing(external_id, "", "", state, text(data, "status_desc"), raw=data)


def _state(basic: Json) -> RemoteState:
    status = _STATUS.get(text(basic, "status").lower())
    if status is RemoteState.DELETED:
        return status
    return _AUDIT.get(text(basic, "audit_status").lower()) or status or RemoteState.REVIEW


def _sku(row: Json) -> RemoteSku:
    return RemoteSku(text(row, "sku_code"), text(row, "sku_id"), _quantity(text(row, "inventory")))


def _quantity(figure: str) -> Decimal | None:
    try:
        return exact_decimal(figure, PLACES) if figure else None
    except InvalidValue:
        return None


def _moment(stamp: str) -> datetime | None:
    """A time in epoch milliseconds; None where it is none."""
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 14):
        return None
    return _EPOCH + timedelta(milliseconds=int(stamp))
