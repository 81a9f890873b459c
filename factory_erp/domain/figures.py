"""Exact decimal figures: reading them strictly, rounding them commercially, printing them.

Everything that is counted, weighed or paid passes through here, so that one rule decides what
a figure may look like and how half a cent is rounded. Floats are refused: 0.1 is not 0.1 in them.
"""

from __future__ import annotations

import re
from decimal import Decimal

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _

MAX_DIGITS = 30
"""Digits before the decimal point that a figure may have; keeps 1E+999999 out of the arithmetic."""

_MAX_PLACES = 1000
_PLAIN = re.compile(r"[+-]?[0-9]{1,30}(?:\.[0-9]{1,30})?")

_POINT_COMMA = (".", ",")
_SPACE_COMMA = ("\N{NO-BREAK SPACE}", ",")
_SEPARATORS: dict[str, tuple[str, str]] = {
    **dict.fromkeys(("de", "es", "it", "pt", "nl", "tr", "id", "vi", "da", "el"), _POINT_COMMA),
    **dict.fromkeys(("ru", "uk", "pl", "cs", "sk", "sv", "nb", "fi", "hu", "bg"), _SPACE_COMMA),
    "fr": ("\N{NARROW NO-BREAK SPACE}", ","),
}
"""Language to (thousands, decimal) separators; every other language prints 1,234.56 as trade papers do."""


def parse_decimal(text: str) -> Decimal:
    """The figure written in *text*: ASCII digits with at most a sign and one decimal point.

    Grouping, exponents, full-width digits, underscores, NaN and infinities raise InvalidValue,
    because each of them has been read as a different amount by some program.
    """
    if not isinstance(text, str) or not _PLAIN.fullmatch(text):
        raise InvalidValue(
            _("'{figure}' is not a plain number.", figure=text),
            remedy=_("Write digits with a decimal point, for example 1234.56."),
        )
    return Decimal(text)


def exact_decimal(value: str | int | Decimal, places: int) -> Decimal:
    """*value* as a finite Decimal with at most *places* decimals, trailing zeros aside.

    Raises InvalidValue for floats, NaN, infinities, figures over MAX_DIGITS digits and finer ones.
    """
    if isinstance(value, str):
        value = parse_decimal(value)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise InvalidValue(_("'{figure}' is not an exact number.", figure=value))
    number = Decimal(value)
    if not number.is_finite() or (number and number.adjusted() >= MAX_DIGITS):
        raise InvalidValue(_("'{figure}' is not an amount that can be counted.", figure=value))
    if decimals_used(number) > places:
        raise InvalidValue(
            _("{figure} has more than {places} decimals.", figure=value, places=places),
            remedy=_("Round it to {places} decimals.", places=places),
        )
    return number


def finite_decimal(value: str | int | Decimal) -> Decimal:
    """*value* as a finite Decimal of any precision that the arithmetic can bear; raises InvalidValue."""
    return exact_decimal(value, _MAX_PLACES)


def decimals_used(value: Decimal) -> int:
    """Decimals that a finite *value* needs: 2 for 1.250, 0 for 100."""
    _sign, digits, exponent = value.as_tuple()
    assert isinstance(exponent, int)
    if exponent >= 0 or not value:
        return 0
    trailing = next((i for i, digit in enumerate(reversed(digits)) if digit), 0)
    return max(0, -exponent - trailing)


def scaled(value: Decimal, places: int) -> int:
    """A finite *value* times 10**places as a whole number, half rounded away from zero.

    Computed on integers, so no decimal context can round it twice.
    """
    numerator, denominator = value.as_integer_ratio()
    # int() because the type checker takes an int to a power for Any
    return round_ratio(numerator * int(10**places), denominator)


def round_ratio(numerator: int, denominator: int) -> int:
    """*numerator* / *denominator* (> 0) as a whole number, half rounded away from zero."""
    magnitude = (2 * abs(numerator) + denominator) // (2 * denominator)
    return -magnitude if numerator < 0 else magnitude


def unscaled(number: int, places: int) -> Decimal:
    """*number* / 10**places, exactly, with *places* decimals: (7901851, 2) → 79018.51."""
    return Decimal(f"{number}E-{places}")


def format_scaled(number: int, places: int, language: str = "en", minimum: int | None = None) -> str:
    """*number* / 10**places with grouped thousands, as *language* writes it.

    With *minimum* given, zeros beyond that many decimals are dropped.
    """
    thousands, point = _SEPARATORS.get(language.split("_")[0].split("-")[0], (",", "."))
    digits = str(abs(number)).rjust(places + 1, "0")
    whole, fraction = digits[: len(digits) - places], digits[len(digits) - places :]
    if minimum is not None:
        fraction = fraction[:minimum] + fraction[minimum:].rstrip("0")
    grouped = f"{int(whole):,}".replace(",", thousands)
    sign = "-" if number < 0 else ""
    return sign + grouped + (point + fraction if fraction else "")


def format_figure(value: Decimal, language: str = "en", minimum: int = 0, places: int = 6) -> str:
    """*value* rounded half up to *places* decimals, at least *minimum* of them shown."""
    return format_scaled(scaled(value, places), places, language, minimum)
