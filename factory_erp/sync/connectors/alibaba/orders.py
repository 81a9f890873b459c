"""Pulling orders: the list of a fixed modified window, 0-based pages, one detail call per order."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _
from factory_erp.sync.connectors.alibaba.apis import ORDER_FUND, ORDER_GET, ORDER_LIST, PRODUCT_DECRYPT
from factory_erp.sync.connectors.alibaba.client import AlibabaClient
from factory_erp.sync.connectors.alibaba.funds import SELECT, Funds, read_funds
from factory_erp.sync.connectors.alibaba.mapping import read_head, read_order
from factory_erp.sync.connectors.alibaba.reader import Malformed, flat_list
from factory_erp.sync.connectors.base import OrderPage, PlatformOrder, PlatformOrderHead, PlatformOrderLine
from factory_erp.sync.connectors.common.paging import steady
from factory_erp.sync.connectors.payloads import PayloadProblem
from factory_erp.sync.http.client import Json
from factory_erp.sync.http.errors import AccessDenied, PlatformUnavailable, Refused

log = logging.getLogger(__name__)

LARGEST_PAGE = 100
"""Most orders that the platform puts on one page."""

MONEY_MOVED = frozenset({"frozen", "charge_back", "trade_close"})
"""Statuses in which money may have gone back to the buyer: only these are worth another call.

An order that goes on after part of it was paid back looks like any other: who wants to know that at once lets
the account ask for every order.
"""

_PACIFIC = ZoneInfo("America/Los_Angeles")
_SECOND, _HOUR = timedelta(seconds=1), timedelta(hours=1)


def window(modified_from: datetime, modified_to: datetime) -> dict[str, str]:
    """The two window parameters: local text and epoch ms of each end, whole seconds, never narrower.

    The text is America/Los_Angeles time. In the hour that autumn repeats it could mean either of two
    moments, and which one the platform takes is not documented; there the window is made an hour wider.
    """
    start, end = _floor(_utc(modified_from)), _floor(_utc(modified_to))
    if end < modified_to:
        end += _SECOND
    if end < start:
        raise InvalidValue(_("The window of orders to fetch ends before it begins."))
    if _repeated(start) and not start.astimezone(_PACIFIC).fold:
        start -= _HOUR
    if _repeated(end) and end.astimezone(_PACIFIC).fold:
        end += _HOUR
    return {"modified_date_start": _moment(start), "modified_date_end": _moment(end)}


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise InvalidValue(_("The window of orders to fetch needs times with a time zone."))
    return moment.astimezone(UTC)


def _floor(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)


def _repeated(moment: datetime) -> bool:
    """Whether the clock in Los Angeles shows the time of *moment* twice that day."""
    local = moment.astimezone(_PACIFIC)
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()


def _moment(moment: datetime) -> str:
    local = moment.astimezone(_PACIFIC).strftime("%Y-%m-%d %H:%M:%S")
    stamp = str(int(moment.timestamp()) * 1000)
    return json.dumps({"date_str": local, "date_timestamp": stamp}, separators=(",", ":"))


@dataclass
class _Pull:
    """What one pull has delivered: each order state once, however often the list shifts under it."""

    seen: set[tuple[str, datetime]] = field(default_factory=set)

    def new(self, heads: list[PlatformOrderHead]) -> list[PlatformOrderHead]:
        fresh = []
        for head in heads:
            key = (head.external_id, head.modified_at)
            if key not in self.seen:
                self.seen.add(key)
                fresh.append(head)
        return fresh


class Orders:
    """Reads the account's orders as the seller."""

    def __init__(self, client: AlibabaClient, page_size: int, *, every_fund: bool = False) -> None:
        self._client = client
        self._every_fund = every_fund
        self._size = max(1, min(page_size, LARGEST_PAGE))
        self._products: dict[str, str] = {}

    def pages(self, modified_from: datetime, modified_to: datetime) -> Iterator[OrderPage]:
        """Every order changed in the window; ``page`` counts the pages delivered.

        An order that changes during the pull leaves the window and shifts the rest of the list, so that
        plain paging would skip a neighbour; a page may also come twice in place of another. The list is
        therefore read again until every order that it counts was seen, and only what is new is delivered.
        PlatformUnavailable if it never holds still.
        """
        limits, pull = window(modified_from, modified_to), _Pull()
        for number, batch in enumerate(steady(lambda page: self._list(limits, page), _key)):
            yield self._page(batch.rows, pull, number, batch.total, last=batch.last)

    def order(self, external_id: str) -> PlatformOrder:
        """One order; InvalidValue if its payload cannot be read, Refused if there is none."""
        found = read_order(self._detail(external_id))
        if isinstance(found, PayloadProblem):
            raise InvalidValue(found.reason, record=external_id)
        return self._completed(found)

    def order_funds(self, external_id: str) -> Funds:
        """What was paid, received, kept and paid back. InvalidValue if the payload cannot be read."""
        query = {"e_trade_id": external_id, "data_select": SELECT}
        return read_funds(self._client.read(ORDER_FUND, query), external_id)

    def _list(self, limits: Mapping[str, str], page: int) -> tuple[list[object], int]:
        query = {"role": "seller", "start_page": str(page), "page_size": str(self._size), **limits}
        return read_list(self._client.read(ORDER_LIST, query))

    def _page(self, rows: list[object], pull: _Pull, number: int, total: int, *, last: bool) -> OrderPage:
        heads, problems = _heads(rows)
        results = [self._with_detail(head) for head in pull.new(heads)]
        orders = tuple(result for result in results if isinstance(result, PlatformOrder))
        problems += [result for result in results if isinstance(result, PayloadProblem)]
        return OrderPage(orders, tuple(problems), number, total, last)

    def _with_detail(self, head: PlatformOrderHead) -> PlatformOrder | PayloadProblem:
        try:
            found = read_order(self._detail(head.external_id), head)
            return self._completed(found) if isinstance(found, PlatformOrder) else found
        except AccessDenied:
            # The whole application is shut out, not this order: the pull must not pass it over.
            raise
        except Refused as refusal:
            return PayloadProblem(head.external_id, refusal.message, {"trade_id": head.external_id})

    def _detail(self, external_id: str) -> Json:
        return self._client.read(ORDER_GET, {"e_trade_id": external_id})

    def _completed(self, order: PlatformOrder) -> PlatformOrder:
        """*order* with what only further calls tell; it stays as it is where the platform refuses them."""
        lines = tuple(self._named(line) for line in order.lines)
        return replace(order, lines=lines, refunded=self._refunded(order))

    def _refunded(self, order: PlatformOrder) -> Decimal | None:
        if not self._every_fund and order.status.lower() not in MONEY_MOVED:
            return None
        try:
            return self.order_funds(order.external_id).refunded_in(order.currency)
        except (Refused, Malformed) as failure:
            log.info("order %s: its refunds are not known (%s)", order.external_id, type(failure).__name__)
            return None

    def _named(self, line: PlatformOrderLine) -> PlatformOrderLine:
        """*line* with its product's plain id where that is all that can tell the item."""
        if line.sku_code or line.model_number or not line.product_id or line.product_id.isdigit():
            return line
        return replace(line, product_id=self._plain_id(line.product_id))

    def _plain_id(self, obfuscated: str) -> str:
        if obfuscated not in self._products:
            query = {"product_id": obfuscated, "language": "ENGLISH"}
            try:
                found = self._client.read(PRODUCT_DECRYPT, query)
            except Refused:
                found = {}
            value = found.get("id") or found.get("product_id")
            plain = isinstance(value, str | int) and not isinstance(value, bool)
            self._products[obfuscated] = str(value) if plain else obfuscated
        return self._products[obfuscated]


def read_list(payload: Json) -> tuple[list[object], int]:
    """(rows, total) of an order list answer; PlatformUnavailable if it is not one."""
    rows = flat_list(payload.get("order_list"))
    if rows is None:
        raise PlatformUnavailable(_("the answer is not readable"))
    total = str(payload.get("total_count", len(rows)))
    if not (total.isascii() and total.isdigit() and len(total) <= 10):
        raise PlatformUnavailable(_("the answer is not readable"))
    return rows, int(total)


def _key(row: object) -> str:
    """What tells rows apart when they are counted; one that cannot be read counts by its text."""
    found = row.get("trade_id") if isinstance(row, Mapping) else None
    return str(found or row)


def _heads(rows: list[object]) -> tuple[list[PlatformOrderHead], list[PayloadProblem]]:
    heads, problems = [], []
    for row in rows:
        data = row if isinstance(row, Mapping) else {"row": row}
        try:
            heads.append(read_head(data))
        except Malformed as fault:
            problems.append(PayloadProblem(fault.record, fault.message, data))
    return heads, problems
