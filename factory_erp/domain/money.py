"""Money: an amount in whole minor units of one currency, and unit prices finer than a cent.

Currencies never mix: adding or comparing two of them raises instead of guessing a rate.
Minor units are those of ISO 4217.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import total_ordering
from math import lcm

from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.figures import (
    exact_decimal,
    finite_decimal,
    format_figure,
    format_scaled,
    parse_decimal,
    round_ratio,
    scaled,
    unscaled,
)
from factory_erp.i18n import _

__all__ = ["CURRENCY_EXPONENTS", "PRICE_PLACES", "Money", "UnitPrice", "exponent", "parse_decimal"]

_TWO_DECIMALS = """
    AED ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF
    CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD
    HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK
    MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD
    RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS
    UAH USD UYU UZS VES WST XCD YER ZAR ZMW
"""
_NO_DECIMALS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_THREE_DECIMALS = "BHD IQD JOD KWD LYD OMR TND"

CURRENCY_EXPONENTS: dict[str, int] = {
    **dict.fromkeys(_TWO_DECIMALS.split(), 2),
    **dict.fromkeys(_NO_DECIMALS.split(), 0),
    **dict.fromkeys(_THREE_DECIMALS.split(), 3),
}
"""ISO 4217 currency code to the number of decimals of its minor unit."""

_SYMBOLS = {
    "USD": "US$",
    "EUR": "€",
    "GBP": "£",
    "CNY": "CN¥",
    "JPY": "JP¥",
    "HKD": "HK$",
    "AUD": "A$",
    "CAD": "C$",
    "NZD": "NZ$",
    "SGD": "S$",
    "TWD": "NT$",
    "KRW": "₩",
    "INR": "₹",
    "VND": "₫",
    "BRL": "R$",
    "MXN": "MX$",
    "PHP": "₱",
    "ILS": "₪",
}
"""Symbols that name one currency only: a bare $ or ¥ would not."""

PRICE_PLACES = 6
"""Decimals that a unit price may have."""


def exponent(currency: str) -> int:
    """Decimals of *currency*'s minor unit (ISO 4217); raises InvalidValue for an unknown code."""
    try:
        return CURRENCY_EXPONENTS[currency]
    except (KeyError, TypeError):
        raise InvalidValue(
            _("'{code}' is not a currency that is known here.", code=currency),
            field=_("Currency"),
            remedy=_("Use the three capital letters of ISO 4217, for example USD."),
        ) from None


@total_ordering
@dataclass(frozen=True, slots=True)
class Money:
    """An amount of *minor* units (cents, fen, yen) of one ISO 4217 *currency*."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise InvalidValue(_("'{figure}' is not a whole number of minor units.", figure=self.minor))
        exponent(self.currency)

    @classmethod
    def of(cls, amount: str | int | Decimal, currency: str) -> Money:
        """*amount* in main units; raises InvalidValue when it is finer than the currency's minor unit."""
        places = exponent(currency)
        return cls(scaled(exact_decimal(amount, places), places), currency)

    @classmethod
    def rounded(cls, amount: Decimal, currency: str) -> Money:
        """*amount* in main units, half a minor unit rounded away from zero (commercial rounding)."""
        return cls(scaled(finite_decimal(amount), exponent(currency)), currency)

    @classmethod
    def zero(cls, currency: str) -> Money:
        """No money, of *currency*."""
        return cls(0, currency)

    @property
    def amount(self) -> Decimal:
        """The amount in main units, with the currency's decimals."""
        return unscaled(self.minor, exponent(self.currency))

    def __add__(self, other: Money) -> Money:
        if not isinstance(other, Money):
            return NotImplemented
        return Money(self.minor + self._same(other).minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        if not isinstance(other, Money):
            return NotImplemented
        return Money(self.minor - self._same(other).minor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __abs__(self) -> Money:
        return Money(abs(self.minor), self.currency)

    def __mul__(self, factor: int) -> Money:
        if not isinstance(factor, int):
            return NotImplemented
        return Money(self.minor * factor, self.currency)

    __rmul__ = __mul__

    def __lt__(self, other: Money) -> bool:
        if not isinstance(other, Money):
            return NotImplemented
        return self.minor < self._same(other).minor

    def __le__(self, other: Money) -> bool:
        # total_ordering would ask == first, which is quietly False between two currencies
        if not isinstance(other, Money):
            return NotImplemented
        return self.minor <= self._same(other).minor

    def __bool__(self) -> bool:
        return self.minor != 0

    def __str__(self) -> str:
        return f"{self.currency} {self.format()}"

    def _same(self, other: Money) -> Money:
        if other.currency != self.currency:
            raise InvalidValue(
                _("{one} and {other} cannot be put together.", one=str(self), other=str(other)),
                remedy=_("Convert one of them at a dated exchange rate first."),
            )
        return other

    def allocate(self, weights: Sequence[int | Decimal]) -> list[Money]:
        """Shares in proportion to *weights* that sum to this amount to the last minor unit.

        Largest remainder; equal remainders go to the earlier share. Raises InvalidValue when there
        are no weights, a negative one, or only zeros.
        """
        shares = _largest_remainder(abs(self.minor), _whole_weights(weights))
        sign = -1 if self.minor < 0 else 1
        return [Money(sign * share, self.currency) for share in shares]

    def format(self, language: str = "en", symbol: bool = False) -> str:
        """The figure as printed, "79,018.51"; with *symbol* "US$79,018.51" or "CHF 79,018.51"."""
        figure = format_scaled(abs(self.minor), exponent(self.currency), language)
        prefix = _SYMBOLS.get(self.currency, f"{self.currency} ") if symbol else ""
        return ("-" if self.minor < 0 else "") + prefix + figure


@dataclass(frozen=True, slots=True)
class UnitPrice:
    """The price of one unit: *amount* in main units of *currency*, up to PRICE_PLACES decimals."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        exponent(self.currency)
        object.__setattr__(self, "amount", exact_decimal(self.amount, PRICE_PLACES))

    @classmethod
    def of(cls, amount: str | int | Decimal, currency: str) -> UnitPrice:
        """*amount* in main units; raises InvalidValue beyond PRICE_PLACES decimals."""
        return cls(exact_decimal(amount, PRICE_PLACES), currency)

    def times(self, quantity: Decimal) -> Money:
        """The amount of a line of *quantity* units, rounded half up once to the minor unit."""
        minor = Fraction(self.amount) * Fraction(finite_decimal(quantity)) * 10 ** exponent(self.currency)
        return Money(round_ratio(minor.numerator, minor.denominator), self.currency)

    def format(self, language: str = "en") -> str:
        """The price with the currency's decimals, more only where needed: "2.35", "0.1275"."""
        return format_figure(self.amount, language, exponent(self.currency), PRICE_PLACES)

    def __str__(self) -> str:
        return f"{self.currency} {self.format()}"


def _whole_weights(weights: Sequence[int | Decimal]) -> list[int]:
    """*weights* brought to whole numbers in the same proportion."""
    ratios = [Fraction(finite_decimal(weight)) for weight in weights]
    if not any(ratios) or min(ratios) < 0:
        raise InvalidValue(
            _("An amount can only be divided by shares that are not negative and not all zero."),
            remedy=_("Give at least one line a value or weight to share by."),
        )
    common = lcm(*(ratio.denominator for ratio in ratios))
    return [ratio.numerator * (common // ratio.denominator) for ratio in ratios]


def _largest_remainder(total: int, weights: list[int]) -> list[int]:
    """*total* ≥ 0 divided by *weights*: each share floored, the rest given out one by one."""
    whole = sum(weights)
    shares = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: -(total * weights[i] % whole))
    for index in by_remainder[: total - sum(shares)]:
        shares[index] += 1
    return shares
