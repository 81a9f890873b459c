"""How the sales pages put values into words: states, days, amounts, quantities."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from factory_erp.domain.countries import country_name
from factory_erp.domain.errors import DomainError
from factory_erp.domain.quantity import Quantity, unit_name
from factory_erp.i18n import _, language, ngettext
from factory_erp.models.sales import OrderState
from factory_erp.services import clock
from factory_erp.services.sales import STATE_NAMES
from factory_erp.ui.kit.rows import PillCell
from factory_erp.ui.kit.theme import Tone

NONE = "–"
"""Where there is nothing to say."""

_ZONE = ZoneInfo(clock.FACTORY_ZONE)

STATE_TONES = {
    OrderState.DRAFT: Tone.NEUTRAL,
    OrderState.CONFIRMED: Tone.INFO,
    OrderState.IN_PRODUCTION: Tone.WARNING,
    OrderState.READY: Tone.SUCCESS,
    OrderState.SHIPPED: Tone.TEAL,
    OrderState.CLOSED: Tone.NEUTRAL,
    OrderState.ON_HOLD: Tone.DANGER,
    OrderState.CANCELLED: Tone.NEUTRAL,
}


def state_text(state: OrderState) -> str:
    """The state in a word or two."""
    return _(STATE_NAMES[state])


def state_pill(state: OrderState, late: bool = False) -> PillCell:
    """The state as a pill; an order that is late says so instead."""
    if late:
        return PillCell(_("Late"), Tone.DANGER)
    return PillCell(state_text(state), STATE_TONES[state])


def day(value: date | None) -> str:
    """2026-11-28, or a dash."""
    return value.isoformat() if value is not None else NONE


def local_day(moment: datetime) -> str:
    """The factory's calendar day of *moment*: 2026-11-28."""
    return moment.astimezone(_ZONE).strftime("%Y-%m-%d")


def local_time(moment: datetime) -> str:
    """*moment* at the factory to the minute: 2026-11-28 14:30."""
    return moment.astimezone(_ZONE).strftime("%Y-%m-%d %H:%M")


def figure(value: Decimal) -> str:
    """A quantity without its unit: 1,840."""
    return f"{value:,f}"


def with_unit(value: Decimal, unit: str) -> str:
    """A quantity as trade papers write it: 1,840 PCS."""
    return f"{Quantity(value, unit).format()} {unit_name(unit, language())}"


def country(code: str) -> str:
    """The country's name in the user's language; the code itself if nobody knows it."""
    try:
        return country_name(code, language())
    except DomainError:
        return code


def ago(moment: datetime) -> str:
    """How long ago that was, roughly."""
    passed = max(clock.now() - moment, timedelta(0))
    minutes = int(passed.total_seconds()) // 60
    if minutes < 1:
        return _("just now")
    if minutes < 60:
        return ngettext("{count} min ago", "{count} min ago", minutes)
    if minutes < 48 * 60:
        return ngettext("{count} hour ago", "{count} hours ago", minutes // 60)
    return ngettext("{count} day ago", "{count} days ago", minutes // (24 * 60))
