"""What every part of the sandbox's memory has: a lock, a clock, and the zone of the dates that it writes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from threading import RLock
from zoneinfo import ZoneInfo

from factory_erp.sync.sandbox.dhgate.payloads import SHANGHAI, date_text


class Memory:
    """Base of the parts; ``now`` may be replaced, ``zone`` is that of every date text."""

    now: Callable[[], datetime]
    zone: ZoneInfo = SHANGHAI

    def __init__(self) -> None:
        self.lock = RLock()
        self.now = lambda: datetime.now(UTC)

    def date(self) -> str:
        """The date text of this moment."""
        return str(date_text(self.now(), self.zone))
