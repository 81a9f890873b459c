"""Quantities with their unit of measure.

Units carry their UNECE Recommendation 20 code (electronic documents), their names in both trade
languages (printed documents) and the China Customs unit code (export declaration).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import total_ordering

from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.figures import exact_decimal, format_figure, scaled, unscaled
from factory_erp.i18n import _

QUANTITY_PLACES = 6
"""Decimals that a quantity may have."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of measure.

    *code* is UNECE Rec 20, or X and the Rec 21 code where goods are sold by the package (as EN 16931
    writes it); *en* and *zh* its names; *abbr_en* what an English packing list prints;
    *decimals* how many decimals an entry field offers; *customs_cn* the China Customs unit code,
    empty where customs has no such unit.
    """

    code: str
    en: str
    zh: str
    abbr_en: str
    decimals: int
    customs_cn: str


_ALL = (
    Unit("H87", "piece", "件", "PCS", 0, "011"),
    Unit("C62", "unit", "个", "UNITS", 0, "007"),
    Unit("SET", "set", "套", "SETS", 0, "006"),
    Unit("KT", "kit", "套件", "KITS", 0, "006"),
    Unit("PR", "pair", "双", "PRS", 0, "025"),
    Unit("DZN", "dozen", "打", "DOZ", 0, "127"),
    Unit("GRO", "gross", "罗", "GRO", 0, "129"),
    Unit("CEN", "hundred", "百个", "HUND", 0, "043"),
    Unit("MIL", "thousand", "千个", "THSD", 0, "054"),
    Unit("XRO", "roll", "卷", "ROLLS", 0, "018"),
    Unit("XST", "sheet", "张", "SHEETS", 0, "010"),
    Unit("KGM", "kilogram", "千克", "KGS", 3, "035"),
    Unit("GRM", "gram", "克", "G", 0, "036"),
    Unit("TNE", "tonne", "吨", "MT", 3, "070"),
    Unit("LBR", "pound", "磅", "LBS", 3, "076"),
    Unit("ONZ", "ounce", "盎司", "OZ", 2, "083"),
    Unit("MTR", "metre", "米", "M", 2, "030"),
    Unit("CMT", "centimetre", "厘米", "CM", 1, ""),
    Unit("MMT", "millimetre", "毫米", "MM", 0, ""),
    Unit("KMT", "kilometre", "千米", "KM", 3, "147"),
    Unit("YRD", "yard", "码", "YDS", 2, "086"),
    Unit("FOT", "foot", "英尺", "FT", 2, "067"),
    Unit("INH", "inch", "英寸", "IN", 2, "088"),
    Unit("MTK", "square metre", "平方米", "SQM", 3, "032"),
    Unit("MTQ", "cubic metre", "立方米", "CBM", 3, "033"),
    Unit("LTR", "litre", "升", "L", 3, "095"),
    Unit("MLT", "millilitre", "毫升", "ML", 0, "096"),
    Unit("KWH", "kilowatt hour", "千瓦时", "KWH", 2, "062"),
    Unit("HUR", "hour", "小时", "HRS", 2, ""),
    Unit("MIN", "minute", "分钟", "MIN", 0, ""),
    Unit("DAY", "day", "天", "DAYS", 0, ""),
)
UNITS: dict[str, Unit] = {unit.code: unit for unit in _ALL}
"""Rec 20 code to the units that the trade in manufactured goods uses."""


def unit(code: str) -> Unit:
    """The unit with Rec 20 *code*; raises InvalidValue for one that is not in UNITS."""
    try:
        return UNITS[code]
    except (KeyError, TypeError):
        raise InvalidValue(
            _("'{code}' is not a unit of measure that is known here.", code=code),
            field=_("Unit"),
            remedy=_("Use a UNECE Recommendation 20 code, for example H87 for pieces."),
        ) from None


def unit_name(code: str, language: str) -> str:
    """Name of the unit as a document in *language* prints it: "PCS", "件"."""
    found = unit(code)
    return found.zh if language.startswith("zh") else found.abbr_en


@total_ordering
@dataclass(frozen=True, slots=True)
class Quantity:
    """*value* units of the Rec 20 *unit*, up to QUANTITY_PLACES decimals."""

    value: Decimal
    unit: str

    def __post_init__(self) -> None:
        unit(self.unit)
        object.__setattr__(self, "value", exact_decimal(self.value, QUANTITY_PLACES))

    @classmethod
    def of(cls, value: str | int | Decimal, code: str) -> Quantity:
        """*value* of the unit *code*; raises InvalidValue beyond QUANTITY_PLACES decimals."""
        return cls(exact_decimal(value, QUANTITY_PLACES), code)

    def __add__(self, other: Quantity) -> Quantity:
        if not isinstance(other, Quantity):
            return NotImplemented
        return self._combine(other, lambda one, two: one + two)

    def __sub__(self, other: Quantity) -> Quantity:
        if not isinstance(other, Quantity):
            return NotImplemented
        return self._combine(other, lambda one, two: one - two)

    def __neg__(self) -> Quantity:
        return Quantity(self.value.copy_negate(), self.unit)

    def __mul__(self, factor: int) -> Quantity:
        if not isinstance(factor, int):
            return NotImplemented
        return self._from_micro(self._micro * factor)

    __rmul__ = __mul__

    def __lt__(self, other: Quantity) -> bool:
        if not isinstance(other, Quantity):
            return NotImplemented
        return self.value < self._same(other).value

    def __le__(self, other: Quantity) -> bool:
        # total_ordering would ask == first, which is quietly False between two units
        if not isinstance(other, Quantity):
            return NotImplemented
        return self.value <= self._same(other).value

    def __bool__(self) -> bool:
        return bool(self.value)

    def __str__(self) -> str:
        return f"{self.format()} {unit_name(self.unit, 'en')}"

    def format(self, language: str = "en") -> str:
        """The figure as *language* prints it, without the unit: "1,800", "12.5"."""
        return format_figure(self.value, language, places=QUANTITY_PLACES)

    @property
    def _micro(self) -> int:
        return scaled(self.value, QUANTITY_PLACES)

    def _from_micro(self, micro: int) -> Quantity:
        return Quantity(unscaled(micro, QUANTITY_PLACES), self.unit)

    def _combine(self, other: Quantity, step: Callable[[int, int], int]) -> Quantity:
        return self._from_micro(step(self._micro, self._same(other)._micro))

    def _same(self, other: Quantity) -> Quantity:
        if other.unit != self.unit:
            raise InvalidValue(
                _("{one} and {other} are counted in different units.", one=str(self), other=str(other)),
                remedy=_("Convert one of them to the other's unit first."),
            )
        return other
