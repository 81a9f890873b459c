"""DHgate's dates: ``yyyy-MM-dd HH:mm:ss`` without a time zone, which the documentation does not name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _

DEFAULT_ZONE = "Asia/Shanghai"
"""Presumably the platform's; a setting of the account."""

LONGEST_SPAN = timedelta(days=364)
"""A window that the platform takes: 365 days, less one for a clock that changes in between."""

_FORMAT = "%Y-%m-%d %H:%M:%S"
_SECOND, _DAY = timedelta(seconds=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Dates:
    """The platform's calendar. While the zone is not *certain*, windows are a day wider on either side."""

    zone: ZoneInfo
    certain: bool = False

    @property
    def slack(self) -> timedelta:
        """How far the platform's dates may be off."""
        return timedelta() if self.certain else _DAY

    def read(self, text: str) -> datetime:
        """The moment that *text* names, UTC; fractions of a second are dropped. InvalidValue if it is none.

        In the hour that autumn repeats the earlier moment is taken, which cannot hide a later change.
        """
        try:
            return datetime.strptime(text.strip()[:19], _FORMAT).replace(tzinfo=self.zone).astimezone(UTC)
        except ValueError as fault:
            raise InvalidValue(_("'{text}' is not a date and time.", text=text)) from fault

    def write(self, moment: datetime) -> str:
        """*moment*, which is aware, as the platform writes it."""
        return moment.astimezone(self.zone).strftime(_FORMAT)

    def windows(self, start: datetime, end: datetime) -> tuple[tuple[str, str], ...]:
        """(start, end) texts that cover the window, never narrower, each within the platform's span."""
        if start.tzinfo is None or end.tzinfo is None:
            raise InvalidValue(_("The window of orders to fetch needs times with a time zone."))
        if end < start:
            raise InvalidValue(_("The window of orders to fetch ends before it begins."))
        first = start.astimezone(UTC).replace(microsecond=0) - self.slack
        last = end.astimezone(UTC).replace(microsecond=0) + self.slack + _SECOND
        found = []
        while first < last:
            until = min(first + LONGEST_SPAN, last)
            found.append(self._texts(first, until))
            first = until
        return tuple(found)

    def _texts(self, start: datetime, end: datetime) -> tuple[str, str]:
        """Both ends, an hour wider where the clock shows the same time twice that day."""
        early = start - timedelta(hours=1) if self._repeated(start) else start
        late = end + timedelta(hours=1) if self._repeated(end) else end
        return self.write(early), self.write(late)

    def _repeated(self, moment: datetime) -> bool:
        local = moment.astimezone(self.zone)
        return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()


def dates(options: Mapping[str, str]) -> Dates:
    """The calendar that an account's options name; InvalidValue for a zone that does not exist."""
    name = options.get("zone", "").strip() or DEFAULT_ZONE
    try:
        zone = ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as fault:
        raise InvalidValue(
            _("'{zone}' is not a time zone.", zone=name),
            field="zone",
            remedy=_("Enter a name like Asia/Shanghai."),
        ) from fault
    return Dates(zone, certain=options.get("zone_certain", "") == "yes")
