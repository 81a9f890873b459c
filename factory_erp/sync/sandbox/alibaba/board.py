"""The sandbox's buyers' requests for quotation, and the answers to them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import RLock

from factory_erp.sync.sandbox.alibaba.payloads import Payload, epoch_ms

_FIRST, _QUOTES = 3_000_001, 10
_OPEN_DAYS = 30


@dataclass(frozen=True, slots=True)
class Quotation:
    """An answer to a request. Posted twice, it is there twice."""

    quotation_id: int
    rfq_id: str
    content: Payload


class RequestBoard:
    """Requests by id; every method may be called from any thread."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._lock = RLock()
        self._requests: dict[str, Payload] = {}
        self._quotations: list[Quotation] = []

    def add(self, subject: str, quantity: int = 100, **fields: object) -> str:
        """Post a request; its id. *fields* are any of the detail's own, in place of what it has by default.

        ``opened`` is when it was posted, an aware datetime; now, if not given.
        """
        with self._lock:
            rfq_id = str(_FIRST + len(self._requests))
            opened = fields.pop("opened", None)
            start = opened if isinstance(opened, datetime) else self._now()
            self._requests[rfq_id] = {
                "rfq_id": rfq_id,
                "subject": subject,
                "description": subject,
                "quantity": quantity,
                "quantity_unit": "Pieces",
                "country_simple": "DE",
                "category_id": 0,
                "left_count": _QUOTES,
                "lang_src": "en_US",
                "open_time": epoch_ms(start),
                "expirate_time": epoch_ms(start + timedelta(days=_OPEN_DAYS)),
                "status": "open",
                "shipping_terms": "FOB",
                "payment_terms": "T/T",
                "destination_port": "Hamburg",
                "attachments": [],
                **fields,
            }
            return rfq_id

    def requests(self) -> list[Payload]:
        """A copy of every request, the newest first."""
        with self._lock:
            found = [dict(request) for request in self._requests.values()]
        return sorted(found, key=lambda row: (int(str(row["open_time"])), str(row["rfq_id"])), reverse=True)

    def request(self, rfq_id: str) -> Payload | None:
        """A copy of one request."""
        with self._lock:
            found = self._requests.get(rfq_id)
            return dict(found) if found else None

    def quote(self, rfq_id: str, content: Payload) -> int:
        """Record an answer to a known request, also a repeated one; its new id."""
        with self._lock:
            request = self._requests[rfq_id]
            request["left_count"] = int(str(request["left_count"])) - 1
            number = 900_001 + len(self._quotations)
            self._quotations.append(Quotation(number, rfq_id, content))
            return number

    def quotations(self, rfq_id: str = "") -> list[Quotation]:
        """The answers posted, to one request or to all."""
        with self._lock:
            return [each for each in self._quotations if not rfq_id or each.rfq_id == rfq_id]
