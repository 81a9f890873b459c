"""What the factory counts margins with: what other currencies are worth, and which margin is too low."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.figures import exact_decimal
from factory_erp.domain.money import PRICE_PLACES, exponent
from factory_erp.i18n import _
from factory_erp.models.pricing import PriceKind, PriceList
from factory_erp.models.security import Setting
from factory_erp.services.base import query, use_case
from factory_erp.services.price_lists import company_currency

KEY = "prices.margins"
"""Where the settings are kept, as JSON of texts."""


@dataclass(frozen=True, slots=True)
class MarginSettings:
    """``rates``: currency → what one unit of it is worth in ``currency``, the company's.

    A margin below ``least_percent`` of the price is marked as low.
    """

    currency: str = "CNY"
    rates: Mapping[str, Decimal] = field(default_factory=dict)
    least_percent: Decimal = Decimal(15)

    def rate(self, currency: str) -> Decimal | None:
        """What one unit of *currency* is worth; None where nobody has said."""
        return Decimal(1) if currency == self.currency else self.rates.get(currency)


@query
def margin_settings(session: Session) -> MarginSettings:
    """The settings, those of a new factory where nothing was entered."""
    return read_margins(session)


def read_margins(session: Session) -> MarginSettings:
    """The settings, for use cases."""
    return _read(session, _row(session))


@query
def foreign_currencies(session: Session) -> list[str]:
    """The currencies of sales lists that need a rate for their margins, by code."""
    lists = select(PriceList.currency).where(PriceList.kind == PriceKind.SALES).distinct()
    return sorted(set(session.scalars(lists)) - {company_currency(session)})


@use_case
def save_margin_settings(
    session: Session, rates: Mapping[str, Decimal | None], least_percent: Decimal
) -> None:
    """Write the *rates* (None: not known any more; a currency that is not named keeps its own) and the limit.

    Raises InvalidValue, its field the currency or "least_percent".
    """
    row = _row(session)
    kept = dict(_read(session, row).rates)
    for currency, rate in rates.items():
        kept.pop(currency, None)
        if rate is not None:
            kept[currency] = _sound_rate(currency, rate)
    exact_decimal(least_percent, 2)
    if not 0 <= least_percent < 100:
        raise InvalidValue(
            _("A margin is a share of the price: from 0 to below 100 %."),
            field="least_percent",
            remedy=_("Enter for example 15."),
        )
    said = {"least_percent": str(least_percent), "rates": {key: str(kept[key]) for key in sorted(kept)}}
    value = json.dumps(said, sort_keys=True)
    if row is None:
        session.add(Setting(key=KEY, value=value))
    elif row.value != value:
        row.value = value


def _sound_rate(currency: str, rate: Decimal) -> Decimal:
    exponent(currency)
    if exact_decimal(rate, PRICE_PLACES) <= 0:
        raise InvalidValue(
            _("One {currency} must be worth something.", currency=currency),
            field=currency,
            remedy=_("Enter the exchange rate, or leave it empty."),
        )
    return rate


def _row(session: Session) -> Setting | None:
    return session.scalar(select(Setting).filter_by(key=KEY))


def _read(session: Session, row: Setting | None) -> MarginSettings:
    own = company_currency(session)
    if row is None:
        return MarginSettings(own)
    said = json.loads(row.value)
    rates = {currency: Decimal(rate) for currency, rate in said["rates"].items()}
    return MarginSettings(own, rates, Decimal(said["least_percent"]))
