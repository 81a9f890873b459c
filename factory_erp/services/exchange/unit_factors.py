"""One unit of measure in another of the same dimension, exactly: kilograms in grams, dozens in pieces."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from factory_erp.domain.figures import unscaled
from factory_erp.domain.quantity import QUANTITY_PLACES

_POUND = Decimal("0.45359237")
_DIMENSIONS: tuple[dict[str, Decimal], ...] = (
    {"H87": Decimal(1), "C62": Decimal(1), "DZN": Decimal(12), "GRO": Decimal(144), "CEN": Decimal(100),
     "MIL": Decimal(1000)},
    {"KGM": Decimal(1), "GRM": Decimal("0.001"), "TNE": Decimal(1000), "LBR": _POUND, "ONZ": _POUND / 16},
    {"MTR": Decimal(1), "CMT": Decimal("0.01"), "MMT": Decimal("0.001"), "KMT": Decimal(1000),
     "YRD": Decimal("0.9144"), "FOT": Decimal("0.3048"), "INH": Decimal("0.0254")},
    {"LTR": Decimal(1), "MLT": Decimal("0.001"), "MTQ": Decimal(1000)},
    {"HUR": Decimal(60), "MIN": Decimal(1), "DAY": Decimal(1440)},
)  # fmt: skip
"""Rec 20 code → how much of its dimension's measure it is (international yard and pound of 1959)."""

_FACTORS: dict[str, tuple[int, Decimal]] = {
    code: (number, factor) for number, units in enumerate(_DIMENSIONS) for code, factor in units.items()
}


def factor(unit: str, base: str, own: Mapping[str, Decimal]) -> Fraction | None:
    """How many *base* one *unit* is; None where nothing says so.

    *own* are the conversions of the item itself (unit → base units), which go before the general ones.
    """
    if unit == base:
        return Fraction(1)
    if unit in own:
        return Fraction(own[unit])
    one, other = _FACTORS.get(unit), _FACTORS.get(base)
    if one is None or other is None or one[0] != other[0]:
        return None
    return Fraction(one[1]) / Fraction(other[1])


def converted(quantity: Decimal, rate: Fraction) -> Decimal:
    """*quantity* at *rate*, rounded half up to the millionth that a bill keeps."""
    if rate == 1:
        return quantity
    exact = Fraction(quantity) * rate
    micro = (2 * exact.numerator * 10**QUANTITY_PLACES + exact.denominator) // (2 * exact.denominator)
    rounded = unscaled(micro, QUANTITY_PLACES)
    whole = rounded == rounded.to_integral_value()
    return rounded.quantize(Decimal(1)) if whole else rounded.normalize()
