"""Pulling orders: the list by time of update, 1-based pages, two more calls for each order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _
from factory_erp.sync.connectors.base import OrderPage, PlatformOrder
from factory_erp.sync.connectors.common.client import AuthorisedClient
from factory_erp.sync.connectors.common.paging import steady
from factory_erp.sync.connectors.common.reader import Malformed, Reader, rows_of
from factory_erp.sync.connectors.dhgate.dates import Dates
from factory_erp.sync.connectors.dhgate.mapping import OrderHead, read_head, read_order
from factory_erp.sync.connectors.payloads import PayloadProblem
from factory_erp.sync.http.client import Json
from factory_erp.sync.http.errors import AccessDenied, PlatformUnavailable, Refused

LARGEST_PAGE = 100
"""Most orders that the platform puts on one page."""

_BY_ORDER, _BY_UPDATE = "1", "3"


@dataclass
class _Pull:
    """What one pull has delivered: each order state once, however often the list shifts under it."""

    seen: set[tuple[str, datetime]] = field(default_factory=set)

    def new(self, heads: list[OrderHead]) -> list[OrderHead]:
        fresh = []
        for head in heads:
            key = (head.order_no, head.modified_at)
            if key not in self.seen:
                self.seen.add(key)
                fresh.append(head)
        return fresh


class Orders:
    """Reads the account's orders as the seller."""

    def __init__(self, client: AuthorisedClient, page_size: int, dates: Dates) -> None:
        self._client = client
        self._size = max(1, min(page_size, LARGEST_PAGE))
        self._dates = dates

    def pages(self, modified_from: datetime, modified_to: datetime) -> Iterator[OrderPage]:
        """Every order changed in the window; ``page`` counts the pages delivered.

        A window longer than the platform takes is read in parts. While the account's time zone is not
        certain, the window is a day wider on either side. PlatformUnavailable if a list never holds still.
        """
        windows, pull, number = self._dates.windows(modified_from, modified_to), _Pull(), 0
        for position, (start, end) in enumerate(windows, 1):
            query = {"startDate": start, "endDate": end, "querytimeType": _BY_UPDATE}
            for batch in steady(partial(self._list, query), _row_key, first=1):
                last = batch.last and position == len(windows)
                yield self._page(batch.rows, pull, number, batch.total, last=last)
                number += 1

    def order(self, external_id: str) -> PlatformOrder:
        """One order; InvalidValue if its payload cannot be read, Refused if there is none."""
        detail = self._detail(external_id)
        found = read_order(detail, self._products(external_id), self._dates, self._head(external_id, detail))
        if isinstance(found, PayloadProblem):
            raise InvalidValue(found.reason, record=external_id)
        return found

    def _head(self, order_no: str, detail: Json) -> OrderHead | None:
        """The order's row of the list, which alone has the time of update and the mark of a risk."""
        try:
            started = self._dates.read(Reader(detail, order_no).text("startedDate"))
        except InvalidValue:
            return None
        day = timedelta(days=1)
        query = {
            "startDate": self._dates.write(started - day),
            "endDate": self._dates.write(started + day),
            "querytimeType": _BY_ORDER,
            "orderNo": order_no,
        }
        heads, _problems = _heads(self._list(query, 1)[0], self._dates)
        return next((head for head in heads if head.order_no == order_no), None)

    def _list(self, query: Mapping[str, str], page: int) -> tuple[list[object], int]:
        params = {**query, "pageNo": str(page), "pageSize": str(self._size)}
        return read_list(self._client.read("dh.order.list.get", params))

    def _page(self, rows: list[object], pull: _Pull, number: int, total: int, *, last: bool) -> OrderPage:
        heads, problems = _heads(rows, self._dates)
        results = [self._with_detail(head) for head in pull.new(heads)]
        orders = tuple(result for result in results if isinstance(result, PlatformOrder))
        problems += [result for result in results if isinstance(result, PayloadProblem)]
        return OrderPage(orders, tuple(problems), number, total, last)

    def _with_detail(self, head: OrderHead) -> PlatformOrder | PayloadProblem:
        number = head.order_no
        try:
            return read_order(self._detail(number), self._products(number), self._dates, head)
        except AccessDenied:
            # The whole application is shut out, not this order: the pull must not pass it over.
            raise
        except Refused as refusal:
            return PayloadProblem(number, refusal.message, {"orderNo": number})

    def _detail(self, order_no: str) -> Json:
        return self._client.read("dh.order.get", {"orderNo": order_no})

    def _products(self, order_no: str) -> Json:
        answer = self._client.read("dh.order.product.get", {"orderNo": order_no})
        return {"orderProductList": answer.get("orderProductList")}


def read_list(payload: Json) -> tuple[list[object], int]:
    """(rows, total) of an order list answer; PlatformUnavailable if it is not one."""
    rows = rows_of(payload, "orderBaseInfoList")
    total = str(payload.get("count", len(rows or [])))
    if rows is None or not (total.isascii() and total.isdigit() and len(total) <= 10):
        raise PlatformUnavailable(_("the answer is not readable"))
    return rows, int(total)


def _row_key(row: object) -> str:
    """By what a row is told from the others, also where it is malformed."""
    number = row.get("orderNo") if isinstance(row, Mapping) else None
    return str(number) if number else repr(row)


def _heads(rows: list[object], dates: Dates) -> tuple[list[OrderHead], list[PayloadProblem]]:
    heads, problems = [], []
    for row in rows:
        data = row if isinstance(row, Mapping) else {"row": row}
        try:
            heads.append(read_head(data, dates))
        except Malformed as fault:
            problems.append(PayloadProblem(fault.record, fault.message, data))
    return heads, problems
