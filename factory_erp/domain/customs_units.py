"""Units of the China Customs (GACC, 计量单位代码表): statutory units of the tariff and units of sale.

The tariff asks for a quantity in its own unit, kilograms or pieces, which seldom is the unit of sale.
``converted`` brings a quantity from one unit to another where that needs no knowledge of the goods.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from factory_erp.domain.customs_codes import CustomsCode
from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.figures import round_ratio, unscaled
from factory_erp.domain.quantity import UNITS
from factory_erp.i18n import _

QUANTITY_PLACES = 5
"""Decimals of a quantity on the declaration."""

KILOGRAM = "035"

_TABLE = """
    001 台 002 座 003 辆 004 艘 005 架 006 套 007 个 008 只 009 头 010 张 011 件 012 支 013 枝 014 根
    015 条 016 把 017 块 018 卷 019 副 020 片 021 组 022 份 023 幅 025 双 026 对 027 棵 028 株 029 井
    030 米 031 盘 032 平方米 033 立方米 034 筒 035 千克 036 克 037 盆 038 万个 039 具 040 百副 041 百支
    042 百把 043 百个 044 百片 045 刀 046 疋 047 公担 048 扇 049 百枝 050 千只 051 千块 052 千盒
    053 千枝 054 千个 055 亿支 056 亿个 057 万套 058 千张 059 万张 060 千伏安 061 千瓦 062 千瓦时
    063 千升 067 英尺 070 吨 071 长吨 072 短吨 073 司马担 074 司马斤 075 斤 076 磅 077 担 078 英担
    079 短担 080 两 081 市担 083 盎司 084 克拉 085 市尺 086 码 088 英寸 089 寸 095 升 096 毫升
    097 英加仑 098 美加仑 099 立方英尺 101 立方尺 110 平方码 111 平方英尺 112 平方尺 115 英制马力
    116 公制马力 118 令 120 箱 121 批 122 罐 123 桶 124 扎 125 包 126 箩 127 打 128 筐 129 罗 130 匹
    131 册 132 本 133 发 134 枚 135 捆 136 袋 139 粒 140 盒 141 合 142 瓶 143 千支 144 万双 145 万粒
    146 千粒 147 千米 148 千英尺 149 百万贝可 163 部 164 亿株
"""
_WORDS = _TABLE.split()

CUSTOMS_UNITS: dict[str, CustomsCode] = {
    code: CustomsCode(code, name) for code, name in zip(_WORDS[::2], _WORDS[1::2], strict=True)
}
"""The customs' code to the unit."""


@dataclass(frozen=True, slots=True)
class _Measure:
    """What a unit measures, and how many of the base unit it is: g, mm, mm², mm³, single articles."""

    of: str
    factor: Fraction


def _measures(of: str, **factors: str) -> dict[str, _Measure]:
    """Measures by customs code; a code is written with a leading letter, as a keyword must be."""
    return {code[1:]: _Measure(of, Fraction(factor)) for code, factor in factors.items()}


# 件 个 只 支 台 …: names of one article, which the tariff chooses by the goods
_SINGLE = "001 002 003 004 005 007 008 010 011 012 013 014 015 016 017 020 023 039 048 131 132 134 139 163"

_MEASURES: dict[str, _Measure] = {
    **_measures("weight", u035="1000", u036="1", u047="100000", u070="1000000", u071="1016046.9088"),
    **_measures("weight", u072="907184.74", u075="500", u076="453.59237", u077="50000", u083="28.349523125"),
    **_measures("weight", u080="50", u084="0.2"),
    **_measures("length", u030="1000", u147="1000000", u086="914.4", u067="304.8", u088="25.4"),
    **_measures("length", u148="304800"),
    **_measures("area", u032="1000000", u110="836127.36", u111="92903.04"),
    **_measures("volume", u033="1000000000", u063="1000000000", u095="1000000", u096="1000"),
    **_measures("volume", u099="28316846.592", u098="3785411.784", u097="4546090"),
    **{code: _Measure("articles", Fraction(1)) for code in _SINGLE.split()},
    **_measures(
        "articles", u127="12", u129="144", u043="100", u041="100", u042="100", u044="100", u049="100"
    ),
    **_measures("articles", u054="1000", u050="1000", u051="1000", u053="1000", u058="1000", u143="1000"),
    **_measures("articles", u146="1000", u038="10000", u059="10000", u145="10000", u055="100000000"),
    **_measures("articles", u056="100000000"),
    **_measures("sets", u006="1", u057="10000"),
    **_measures("pairs", u025="1", u026="1", u144="10000"),
}


def customs_unit(code: str) -> CustomsCode:
    """The customs' unit for *code*, which is its own three digits or a UNECE Rec 20 code.

    Raises InvalidValue where customs has no such unit.
    """
    rec20 = UNITS.get(code)
    found = CUSTOMS_UNITS.get(rec20.customs_cn if rec20 else code)
    if found is None:
        raise InvalidValue(
            _("Customs has no unit for '{code}'.", code=code),
            field=_("Unit"),
            remedy=_("Choose a unit of the customs' table, for example 011 or 035."),
        )
    return found


def is_weight(code: str) -> bool:
    """Whether the customs' unit is one of weight: its quantity is the net weight."""
    measure = _MEASURES.get(code)
    return measure is not None and measure.of == "weight"


def of_weight(grams: int, code: str) -> Decimal:
    """*grams* in a unit of weight, to 5 decimals."""
    return _rounded(Fraction(grams) / _MEASURES[code].factor)


def converted(quantity: Decimal, unit: str, to: str) -> Decimal | None:
    """*quantity* of customs unit *unit* in the unit *to*, to 5 decimals; None where only the goods tell.

    Names of a single article (件, 个, 台) count as one another; how many pieces a set or pair has, or what
    a metre weighs, is for the item to say.
    """
    if unit == to:
        return quantity
    here, there = _MEASURES.get(unit), _MEASURES.get(to)
    if here is None or there is None or here.of != there.of:
        return None
    return _rounded(Fraction(quantity) * here.factor / there.factor)


def _rounded(value: Fraction) -> Decimal:
    scaled = value * 10**QUANTITY_PLACES
    return unscaled(round_ratio(scaled.numerator, scaled.denominator), QUANTITY_PLACES)
