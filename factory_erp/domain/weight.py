"""Weights in whole grams and carton sizes in whole millimetres.

Packing lists print kilograms, centimetres and cubic metres; keeping the small units as integers
makes per-carton × cartons equal the total to the last digit.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.figures import exact_decimal, format_scaled, scaled, unscaled
from factory_erp.i18n import _

_GRAM_PLACES = 3
_CBM_PLACES = 9


@dataclass(frozen=True, slots=True, order=True)
class Weight:
    """A mass in whole *grams*. Differences may be negative."""

    grams: int

    def __post_init__(self) -> None:
        if type(self.grams) is not int:
            raise InvalidValue(_("'{figure}' is not a whole number of grams.", figure=self.grams))

    @classmethod
    def kg(cls, kilograms: str | int | Decimal) -> Weight:
        """A weight given in kilograms; raises InvalidValue if negative or finer than a gram."""
        value = exact_decimal(kilograms, _GRAM_PLACES)
        if value < 0:
            raise InvalidValue(_("A weight cannot be negative: {figure} kg.", figure=value))
        return cls(scaled(value, _GRAM_PLACES))

    @property
    def kilograms(self) -> Decimal:
        """The weight in kilograms with three decimals."""
        return unscaled(self.grams, _GRAM_PLACES)

    def __add__(self, other: Weight) -> Weight:
        if not isinstance(other, Weight):
            return NotImplemented
        return Weight(self.grams + other.grams)

    def __sub__(self, other: Weight) -> Weight:
        if not isinstance(other, Weight):
            return NotImplemented
        return Weight(self.grams - other.grams)

    def __mul__(self, factor: int) -> Weight:
        if not isinstance(factor, int):
            return NotImplemented
        return Weight(self.grams * factor)

    __rmul__ = __mul__

    def __bool__(self) -> bool:
        return self.grams != 0

    def format(self, decimals: int = 2, language: str = "en") -> str:
        """Kilograms rounded half up to *decimals*: "12.50", "1,250.00"."""
        return format_scaled(scaled(self.kilograms, decimals), decimals, language)

    def __str__(self) -> str:
        return f"{format_scaled(self.grams, _GRAM_PLACES, minimum=0)} kg"


@dataclass(frozen=True, slots=True)
class Dimensions:
    """Outer size of a box in whole millimetres, each at least 1."""

    length_mm: int
    width_mm: int
    height_mm: int

    def __post_init__(self) -> None:
        for side in (self.length_mm, self.width_mm, self.height_mm):
            if type(side) is not int or side < 1:
                raise InvalidValue(
                    _("'{figure}' is not a length in whole millimetres.", figure=side),
                    remedy=_("Give length, width and height, each at least 1 mm."),
                )

    @property
    def volume_mm3(self) -> int:
        """Volume in cubic millimetres."""
        return self.length_mm * self.width_mm * self.height_mm

    @property
    def cbm(self) -> Decimal:
        """Volume in cubic metres, exact (nine decimals)."""
        return unscaled(self.volume_mm3, _CBM_PLACES)

    def format(self) -> str:
        """Length×width×height in centimetres, one decimal only where needed: "45×32.5×28"."""
        sides = (self.length_mm, self.width_mm, self.height_mm)
        return "×".join(f"{side // 10}.{side % 10}" if side % 10 else f"{side // 10}" for side in sides)


def cbm_text(volume_mm3: int, decimals: int = 3, language: str = "en") -> str:
    """A volume in cubic millimetres as cubic metres, rounded half up: 21_583_000_000 → "21.583"."""
    return format_scaled(scaled(unscaled(volume_mm3, _CBM_PLACES), decimals), decimals, language)
