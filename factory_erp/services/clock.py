"""What time it is: one place, so that tests and the demo can set it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

FACTORY_ZONE = "Asia/Shanghai"

_moment: ContextVar[datetime | None] = ContextVar("moment", default=None)


def now() -> datetime:
    """The present moment in UTC."""
    return _moment.get() or datetime.now(UTC)


def today(zone: str = FACTORY_ZONE) -> date:
    """The calendar day at the factory: what a document is dated."""
    return now().astimezone(ZoneInfo(zone)).date()


def day_of(moment: datetime, zone: str = FACTORY_ZONE) -> date:
    """The factory's day on which work that ends at *moment* (aware) ends.

    To the minute, as plans count; midnight belongs to the day before, on which the work was done.
    """
    return (moment - timedelta(minutes=1)).astimezone(ZoneInfo(zone)).date()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Inside the block it is *moment* (aware)."""
    token = _moment.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _moment.reset(token)
