"""Amounts of one currency in another, by the exchange rates of the price settings."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from sqlalchemy.orm import Session

from factory_erp.services.customs.fob_values import Convert
from factory_erp.services.pricing.settings import MarginSettings, read_margins

RATE_PLACES = 10


def converter(session: Session) -> Convert:
    """The function that brings an amount from one currency to another, with the rates as they are now."""
    settings = read_margins(session)

    def convert(amount: Decimal, currency: str, wanted: str) -> Decimal | None:
        rate = cross_rate(settings, currency, wanted)
        return None if rate is None else amount * rate

    return convert


def cross_rate(settings: MarginSettings, currency: str, wanted: str) -> Decimal | None:
    """What one unit of *currency* is worth in *wanted*; None where a rate is missing."""
    if currency == wanted:
        return Decimal(1)
    here, there = settings.rate(currency), settings.rate(wanted)
    if here is None or not there:
        return None
    ratio = Fraction(here) / Fraction(there)
    return round(Decimal(ratio.numerator) / Decimal(ratio.denominator), RATE_PLACES)
