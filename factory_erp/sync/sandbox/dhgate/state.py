"""What the sandbox platform believes: orders, listings, conversations, tokens, calls received."""

from __future__ import annotations

import copy
from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from factory_erp.sync.sandbox.dhgate.item_memory import ItemMemory
from factory_erp.sync.sandbox.dhgate.mail_memory import MailMemory, Topic
from factory_erp.sync.sandbox.dhgate.order_memory import OrderMemory
from factory_erp.sync.sandbox.dhgate.payloads import SHANGHAI, Payload, date_text
from factory_erp.sync.sandbox.dhgate.tokens import DAY, TokenMemory

_QUOTA_ZONE = timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class CallRecord:
    """One call received: its method, the answer's code ("00000000" is success) and the fault put on it."""

    api: str
    code: str
    fault: str


@dataclass(frozen=True, slots=True)
class Wire:
    """How answers look where the sources contradict each other.

    ``text_key`` is the name of an error's or status's text: "message" or "msg". ``code_key`` is the name of
    the code in an error of the gateway: "code" or "error_code". ``empty_code`` is the status of an answer
    that found nothing; "00000001" has been seen. ``texts`` sends amounts as text instead of numbers.
    """

    text_key: str = "message"
    code_key: str = "code"
    empty_code: str = "00000000"
    texts: bool = False


class SandboxState(OrderMemory, ItemMemory, MailMemory, TokenMemory):
    """The whole memory of a sandbox; every method may be called from any thread.

    ``zone`` is that of every date; ``quota`` the calls per day of Beijing time (0: no limit);
    ``skew_seconds`` how far a call's timestamp may be off.
    """

    def __init__(
        self,
        orders: Iterable[Payload] = (),
        *,
        app_key: str = "sandbox-app",
        app_secret: str = "sandbox-secret",
        access_seconds: int = DAY,
        refresh_seconds: int = 30 * DAY,
        expires_form: str = "seconds",
        zone: ZoneInfo = SHANGHAI,
        quota: int = 0,
        skew_seconds: int = 7_200,
        approve_after: int = 0,
        wire: Wire | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        super().__init__()
        self.app_key, self.app_secret = app_key, app_secret
        self.access_seconds, self.refresh_seconds = access_seconds, refresh_seconds
        self.expires_form, self.zone, self.now = expires_form, zone, now
        self.quota, self.skew_seconds, self.approve_after = quota, skew_seconds, approve_after
        self.wire = wire or Wire()
        self.counts: Counter[str] = Counter()
        self.faults: Counter[str] = Counter()
        self.calls: deque[CallRecord] = deque(maxlen=10_000)
        self._spent: Counter[str] = Counter()
        for order in orders:
            self.add(order)

    def spend(self) -> bool:
        """Count a call against the day's quota; False where it is used up."""
        if not self.quota:
            return True
        day = f"{self.now().astimezone(UTC) + _QUOTA_ZONE:%Y-%m-%d}"
        with self.lock:
            self._spent[day] += 1
            return self._spent[day] <= self.quota

    def record(self, api: str, code: str, fault: str) -> None:
        """Note one call received."""
        with self.lock:
            self.counts[api] += 1
            self.faults[fault] += 1
            self.calls.append(CallRecord(api, code, fault))

    def snapshot(self) -> Payload:
        """Everything but the secrets, for JSON: what a test in another process may ask."""
        with self.lock:
            return {
                "orders": copy.deepcopy(self._orders),
                "deliveries": [asdict(delivery) for delivery in self.deliveries],
                "items": copy.deepcopy(self._items),
                "images": sorted(self.images),
                "topics": [self._said(topic) for topic in self.topics()],
                "replies": [asdict(reply) for reply in self.replies()],
                "counts": dict(self.counts),
                "faults": dict(self.faults),
                "calls": [asdict(call) for call in self.calls],
            }

    def _said(self, topic: Topic) -> Payload:
        letters = [
            {**asdict(letter), "sent_at": date_text(letter.sent_at, self.zone)} for letter in topic.letters
        ]
        return {**asdict(topic), "letters": letters}
