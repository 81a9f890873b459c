"""Reporting shipments, and asking what the platform already knows of one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _
from factory_erp.sync.connectors.alibaba.apis import (
    MULTI_SHIPPING,
    ORDER_LOGISTICS,
    SHIPPING,
    SHIPPING_CHANNELS,
)
from factory_erp.sync.connectors.alibaba.client import AlibabaClient
from factory_erp.sync.connectors.alibaba.reader import flat_list
from factory_erp.sync.connectors.base import ShipmentNotice
from factory_erp.sync.connectors.payloads import Choice
from factory_erp.sync.http.client import Json
from factory_erp.sync.http.errors import OutcomeUnknown

LOGISTICS_TYPES = ("EXPRESS", "POST")
"""The only two that the platform takes."""

_CODES = ("code", "channel_code", "service_provider", "value")
_NAMES = ("name", "channel_name", "service_provider_name", "label")


class Shipping:
    """Shipments of the account's orders. The platform has no idempotency key: a call acts each time."""

    def __init__(self, client: AlibabaClient) -> None:
        self._client = client
        self._carriers: tuple[Choice, ...] | None = None

    def push(self, notice: ShipmentNotice) -> str:
        """Report *notice* once; the voucher id. OutcomeUnknown if no readable answer came."""
        _check(notice)
        api, params = _call(notice)
        answer = self._client.write(api, params, record=notice.external_order_id)
        voucher = _voucher_id(answer)
        if not voucher:
            raise OutcomeUnknown(_("the answer names no voucher"), record=notice.external_order_id)
        return voucher

    def find(self, notice: ShipmentNotice) -> str | None:
        """Voucher id of the shipment with the notice's tracking number, or that number; None if absent."""
        query = {"e_trade_id": notice.external_order_id, "data_select": "logistic_order"}
        wanted = _normal(notice.tracking_number)
        for voucher in _vouchers(self._client.read(ORDER_LOGISTICS, query)):
            number = str(voucher.get("tracking_number") or "")
            if _normal(number) == wanted:
                return str(voucher.get("voucher_id") or number)
        return None

    def carriers(self) -> tuple[Choice, ...]:
        """The service providers that the shipping call takes; asked for once."""
        if self._carriers is None:
            self._carriers = tuple(_channels(self._client.read(SHIPPING_CHANNELS, {})))
        return self._carriers


def _check(notice: ShipmentNotice) -> None:
    """InvalidValue for what the platform would refuse anyway (error 402 of the shipping call)."""
    order = notice.external_order_id
    if notice.logistics_type not in LOGISTICS_TYPES:
        message = _(
            "'{kind}' is not a kind of logistics that the platform takes.", kind=notice.logistics_type
        )
        raise InvalidValue(message, record=order, remedy=_("Choose EXPRESS or POST."))
    if not notice.tracking_number.strip():
        raise InvalidValue(
            _("The shipment has no tracking number."), record=order, remedy=_("Enter it first.")
        )
    if not notice.carrier_code.strip():
        raise InvalidValue(_("The shipment has no carrier."), record=order, remedy=_("Choose a carrier."))
    if notice.partial and not notice.lines:
        raise InvalidValue(
            _("A partial shipment needs its lines."), record=order, remedy=_("Enter the goods.")
        )


def _call(notice: ShipmentNotice) -> tuple[str, dict[str, str]]:
    """(API path, parameters): one parcel for the whole order, or one with its goods named."""
    request = {
        "trade_id": notice.external_order_id,
        "service_provider": notice.carrier_code.strip(),
        "logistics_type": notice.logistics_type,
        "tracking_number": notice.tracking_number.strip(),
    }
    if not notice.partial:
        return SHIPPING, {"shipping_request": _json(request)}
    goods = [
        {"product_id": sku, "quantity": format(quantity, "f"), "trade_id": notice.external_order_id}
        for sku, quantity in notice.lines
    ]
    body = {"requests": [{"shipping_request": request, "goods": goods}]}
    return MULTI_SHIPPING, {"param_multi_shipping_create_request": _json(body)}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _voucher_id(answer: Json) -> str:
    several = flat_list(answer.get("voucher_ids")) or []
    value = answer.get("voucher_id") or (several[0] if several else answer.get("value"))
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _vouchers(payload: Json) -> Iterator[Json]:
    for row in flat_list(payload.get("shipping_order_list")) or []:
        voucher = row.get("voucher") if isinstance(row, Mapping) else None
        if isinstance(voucher, Mapping):
            yield voucher


def _channels(value: object) -> Iterator[Choice]:
    """Every entry with a code in the answer, wherever its list sits: its wrapping is not documented."""
    if isinstance(value, Mapping):
        code = next((value[name] for name in _CODES if isinstance(value.get(name), str)), "")
        name = next((value[name] for name in _NAMES if isinstance(value.get(name), str)), "")
        if code and name:
            yield Choice(str(code), str(name))
            return
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    for each in inner:
        yield from _channels(each)


def _normal(tracking_number: str) -> str:
    return "".join(tracking_number.split()).upper()
