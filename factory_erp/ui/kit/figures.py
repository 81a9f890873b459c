"""How every page says figures: days and times at the factory, quantities, money, weights.  No Qt.

Lists, cards and dialogs take their figures from here, so that a date or an amount reads the same
wherever it stands.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from factory_erp.domain.countries import country_name
from factory_erp.domain.errors import DomainError
from factory_erp.domain.figures import format_figure
from factory_erp.domain.money import Money, UnitPrice, exponent
from factory_erp.domain.quantity import unit_name
from factory_erp.domain.weight import Weight, cbm_text
from factory_erp.i18n import language
from factory_erp.services.clock import FACTORY_ZONE, day_of

NONE = "–"
"""Where there is nothing to say, and an empty place would look forgotten."""

COST_PLACES = 4
"""Decimals of a unit's cost on the screen, at most; what is stored has six and is reckoned with."""

ZONE = ZoneInfo(FACTORY_ZONE)
"""Times are shown as the factory's clock shows them, wherever the window is."""


def day(value: date | None) -> str:
    """A date as 2026-11-28; nothing for none."""
    return value.isoformat() if value else ""


def local_day(moment: datetime) -> str:
    """The factory's calendar day of an aware *moment*: 2026-11-28."""
    return moment.astimezone(ZONE).date().isoformat()


def last_day(moment: datetime) -> str:
    """The factory's day on which what a plan ends at *moment* ends: midnight belongs to the day before."""
    return day_of(moment).isoformat()


def local(moment: datetime | None) -> str:
    """An aware *moment* at the factory to the minute: 2026-11-28 14:30; nothing for none."""
    return moment.astimezone(ZONE).strftime("%Y-%m-%d %H:%M") if moment else ""


def number(value: Decimal | int, places: int = 6) -> str:
    """A count or quantity with thousands separators and at most *places* decimals: 1,840 or 0.38."""
    return format_figure(Decimal(value), language(), places=places)


def unit(code: str) -> str:
    """The short name of a Rec 20 unit: PCS, 件."""
    return unit_name(code, language())


def quantity(value: Decimal | int, code: str) -> str:
    """A quantity as trade papers write it: 1,840 PCS."""
    return f"{number(value)} {unit(code)}"


def amount(value: Money | UnitPrice) -> str:
    """An amount or unit price without its currency, where that stands beside it: 79,018.51."""
    return value.format(language())


def money(value: Money | UnitPrice | None) -> str:
    """An amount or unit price with its currency: USD 79,018.51; nothing for none."""
    return f"{value.currency} {amount(value)}" if value is not None else ""


def cost(value: UnitPrice | Decimal | None) -> str:
    """What one unit costs, to COST_PLACES decimals: CNY 41.4286; of a plain figure without currency."""
    if value is None:
        return ""
    if isinstance(value, UnitPrice):
        figure = format_figure(value.amount, language(), exponent(value.currency), COST_PLACES)
        return f"{value.currency} {figure}"
    return number(value, COST_PLACES)


def kilograms(grams: int) -> str:
    """Grams as kilograms with two decimals, as packing lists print them; nothing for zero."""
    return Weight(grams).format(2, language()) if grams else ""


def cbm(volume_mm3: int) -> str:
    """Cubic millimetres as cubic metres with three decimals: 21.583."""
    return cbm_text(volume_mm3, 3, language())


def country(code: str) -> str:
    """The country's name in the user's language; the code itself if nobody knows it."""
    try:
        return country_name(code, language())
    except DomainError:
        return code
