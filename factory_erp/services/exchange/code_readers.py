"""Readers of codes that stand on a list: units, currencies, countries, terms, languages, HS codes, GTINs.

People may write the code or a name of it in either language; the value is always the code.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from factory_erp.domain import checkdigits, countries, incoterms, quantity
from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.hs import HsCode
from factory_erp.domain.money import CURRENCY_EXPONENTS
from factory_erp.domain.money import exponent as currency_exponent
from factory_erp.i18n import _, language
from factory_erp.services.exchange.readers import Code, folded, tidy

if TYPE_CHECKING:
    from factory_erp.sheets.writing import Cell

_LANGUAGE = re.compile(r"([a-z]{2,3})(?:_([a-z]{2,4}))?")

_MORE_UNITS = {
    "H87": ("pc", "pce", "ea", "each", "pieces"), "C62": ("units",), "SET": ("sets",), "PR": ("pairs", "对"),
    "DZN": ("doz", "dozens"), "XRO": ("roll", "rolls"), "XST": ("sheets", "片"), "KGM": ("kg", "公斤"),
    "GRM": ("g", "grams"), "TNE": ("t", "ton", "tons", "吨"), "LBR": ("lb", "lbs"), "MTR": ("meter",),
    "CMT": ("公分",), "MTK": ("m2", "m²", "平米"), "MTQ": ("m3", "m³", "立方"), "LTR": ("liter", "公升"),
    "YRD": ("yd", "yards"), "FOT": ("feet",), "INH": ("inches",),
}  # fmt: skip


def _unit_words() -> dict[str, str]:
    words = {code.casefold(): code for code in quantity.UNITS}
    for found in quantity.UNITS.values():
        for word in (found.abbr_en, found.en, found.zh, *_MORE_UNITS.get(found.code, ())):
            words.setdefault(word.casefold(), found.code)
    return words


_UNIT_WORDS = _unit_words()


@dataclass(frozen=True)
class UnitCode:
    """A unit of measure by UNECE Rec 20 code, abbreviation or name: "H87", "PCS", "件"."""

    def __call__(self, text: str) -> str:
        """Its Rec 20 code."""
        found = _UNIT_WORDS.get(text.strip().casefold())
        if found is None:
            raise InvalidValue(
                _("'{text}' is not a unit of measure that is known here.", text=text.strip()[:40]),
                remedy=_("Write one like PCS, SET, KGS or M, or a code of UNECE Recommendation 20."),
            )
        return found

    def show(self, value: str) -> Cell:
        """What people write: "PCS", "件"."""
        return quantity.unit_name(value, language()) if value in quantity.UNITS else value


def unit_code() -> UnitCode:
    """A unit of measure."""
    return UnitCode()


@dataclass(frozen=True)
class Listed:
    """A code that must be on a list; *words* are folded names of it."""

    words: Mapping[str, str]
    check: Any

    def __call__(self, text: str) -> str:
        """The code; raises what the list's own check says of another."""
        said = tidy(text)
        found = self.words.get(folded(said), said.upper())
        self.check(found)
        return found

    def show(self, value: str) -> Cell:
        """The code itself."""
        return value


_CURRENCY_WORDS = {
    **{folded(code): code for code in CURRENCY_EXPONENTS},
    "rmb": "CNY", "cnh": "CNY", "人民币": "CNY", "us$": "USD", "美元": "USD", "欧元": "EUR", "英镑": "GBP",
    "日元": "JPY", "港币": "HKD", "港元": "HKD",
}  # fmt: skip
_COUNTRY_WORDS = {
    folded(word): found.alpha2
    for found in countries.COUNTRIES.values()
    for word in (found.alpha2, found.alpha3, found.en, found.zh)
} | {"uk": "GB", "usa": "US", "unitedstatesofamerica": "US", "turkey": "TR", "prc": "CN"}


def currency() -> Listed:
    """A currency of ISO 4217."""
    return Listed(_CURRENCY_WORDS, currency_exponent)


def country() -> Listed:
    """A country by ISO 3166-1 code or name in either language; its alpha-2 code."""
    return Listed(_COUNTRY_WORDS, countries.country)


def incoterm() -> Listed:
    """A rule of Incoterms 2020, by its three letters."""
    return Listed({}, incoterms.incoterm)


_LANGUAGE_WORDS = {
    "english": "en", "英文": "en", "英语": "en", "zh": "zh_CN", "cn": "zh_CN", "zhhans": "zh_CN",
    "zhchs": "zh_CN", "中文": "zh_CN", "简体中文": "zh_CN", "chinese": "zh_CN", "汉语": "zh_CN",
    "zhcht": "zh_TW", "zhhant": "zh_TW", "繁体中文": "zh_TW",
}  # fmt: skip


@dataclass(frozen=True)
class LanguageCode:
    """A language: "en", "zh_CN", "pt-BR"."""

    def __call__(self, text: str) -> str:
        """The code as texts keep it: language, underscore, country."""
        said = text.strip()
        if known := _LANGUAGE_WORDS.get(folded(said)):
            return known
        found = _LANGUAGE.fullmatch(said.casefold().replace("-", "_"))
        if found is None:
            raise InvalidValue(
                _("'{text}' is not a language.", text=said[:40]),
                remedy=_("Write its code, for example en, de, zh_CN."),
            )
        region = found[2] or ""
        return found[1] + (f"_{region.upper() if len(region) == 2 else region.title()}" if region else "")

    def show(self, value: str) -> Cell:
        """The code itself."""
        return value


def language_code() -> LanguageCode:
    """A language by code or name."""
    return LanguageCode()


@dataclass(frozen=True)
class Hs:
    """An HS code of 6 to 10 digits, with or without dots."""

    def __call__(self, text: str) -> str:
        """Its digits."""
        return HsCode.parse(Code(40)(text)).digits

    def show(self, value: str) -> Cell:
        """Its digits."""
        return value


def hs_code() -> Hs:
    """An HS code."""
    return Hs()


@dataclass(frozen=True)
class Gtin:
    """A GTIN-8, -12, -13 or -14 with a right check digit."""

    def __call__(self, text: str) -> str:
        """The digits."""
        said = Code(40)(text).replace(" ", "").replace("-", "")
        if not checkdigits.is_gtin(said):
            raise InvalidValue(
                _("'{text}' is not a GTIN: its length or check digit is wrong.", text=said[:40]),
                remedy=_("Write the 8, 12, 13 or 14 digits under the bar code."),
            )
        return said

    def show(self, value: str) -> Cell:
        """The digits."""
        return value


def gtin() -> Gtin:
    """A bar code number."""
    return Gtin()
