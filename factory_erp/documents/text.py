"""What a document says in its own language: labels, sentences, dates, names of countries and units."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

from babel import Locale

from factory_erp.documents.facts import PortName, Texts
from factory_erp.documents.labels import label, sentence
from factory_erp.documents.snapshot import Language
from factory_erp.domain import countries, quantity
from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.money import Money
from factory_erp.domain.words_languages import amount_in_words, cartons_in_words

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAYS: dict[str, str] = {
    "zh_CN": "{day.year}年{day.month}月{day.day}日",
    "ja": "{day.year}年{day.month}月{day.day}日",
    "es": "{day.day} de {month} de {day.year}",
    "pt": "{day.day} de {month} de {day.year}",
    "de": "{day.day}. {month} {day.year}",
    "ru": "{day.day} {month} {day.year} г.",
    "vi": "{day.day} tháng {day.month} năm {day.year}",
}
"""How a date is written, where it is not day, name of the month, year."""


@dataclass(frozen=True, slots=True)
class Wording:
    """The texts of one document language; "bilingual" is English with Chinese after it."""

    language: Language

    @property
    def codes(self) -> tuple[Language, ...]:
        """The languages shown, in order."""
        return ("en", "zh_CN") if self.language == "bilingual" else (self.language,)

    @property
    def right_to_left(self) -> bool:
        """Whether its pages are read from the right."""
        return self.language == "ar"

    def both(self, key: str) -> list[str]:
        """The label *key*, one text per language shown."""
        return [label(key, code) for code in self.codes]

    def label(self, key: str) -> str:
        """The label *key* on one line."""
        return "  ".join(self.both(key))

    def sentences(self, key: str, **values: object) -> list[str]:
        """The sentence *key*, one per language shown; a value with a language is a dict of code → text."""
        return [
            sentence(key, code).format(
                **{name: value[code] if isinstance(value, dict) else value for name, value in values.items()}
            )
            for code in self.codes
        ]

    def pick(self, texts: Texts) -> list[str]:
        """*texts* in the languages shown, each once; if those are missing in English, or what there is."""
        known = dict(texts)
        shown = [known[code] for code in self.codes if known.get(code)]
        other = [text for text in (known.get("en"), *known.values()) if text]
        return list(dict.fromkeys(shown)) or other[:1]

    def inline(self, texts: Texts, separator: str = "  ") -> str:
        """Like ``pick`` on one line."""
        return separator.join(self.pick(texts))

    def day(self, day: date) -> str:
        """22 Nov 2026, or 2026年11月22日: no reader can mistake day for month."""
        return _day(day, self.codes[0])

    def days(self, day: date) -> dict[str, str]:
        """The day as each of the languages shown writes it, for a sentence in each."""
        return {code: _day(day, code) for code in self.codes}

    def country(self, code: str) -> str:
        """The country's name in the languages shown; an unknown code as it stands."""
        return "  ".join(country_name(code, language) for language in self.codes) if code else ""

    def unit(self, code: str) -> str:
        """The unit as printed beside a quantity: "PCS", or in Chinese "件"; InvalidValue if unknown."""
        return label(f"unit_{quantity.unit(code).code}", self.codes[0])

    def port(self, port: PortName | None) -> str:
        """The port's name with its UN/LOCODE in brackets."""
        if port is None:
            return ""
        code = f" ({port.code})" if port.code else ""
        return self.inline(port.names) + code

    def amount_in_words(self, money: Money) -> list[str]:
        """The total in words; none for a total below zero, which no invoice can ask for."""
        return [amount_in_words(money, code) for code in self.codes] if money.minor >= 0 else []

    def cartons_in_words(self, cartons: int) -> list[str]:
        """SAY TOTAL TWO HUNDRED AND FORTY CARTONS ONLY / 合计贰佰肆拾箱整."""
        return [cartons_in_words(cartons, code) for code in self.codes]


def _day(day: date, code: str) -> str:
    month = _MONTHS[day.month - 1] if code == "en" else _month(day.month, code)
    return _DAYS.get(code, "{day.day} {month} {day.year}").format(day=day, month=month)


@cache
def _month(month: int, language: str) -> str:
    """The month's name as it stands in a date."""
    return str(Locale.parse(language).months["format"]["wide"][month])


@cache
def country_name(code: str, language: str) -> str:
    """Name of the country *code* in *language*; an unknown code as it stands."""
    try:
        if language in ("en", "zh_CN"):
            return countries.country_name(code, language)
        return Locale.parse(language).territories.get(code) or countries.country_name(code, "en")
    except InvalidValue:
        return code


def figure(value: Decimal, decimals: int) -> str:
    """*value* with thousands separators and *decimals* places."""
    return f"{value:,.{decimals}f}"


def places(values: Iterable[Decimal], least: int = 0) -> int:
    """Decimal places that show each of *values* exactly, at least *least*: a column's digits line up."""
    return max([least, *(-int(value.normalize().as_tuple().exponent) for value in values)])


def totals_by_unit(quantities: Iterable[tuple[Decimal, str]]) -> list[tuple[Decimal, str]]:
    """Σ quantity per unit, in order of first appearance: pieces and sets are not added together."""
    sums: dict[str, Decimal] = {}
    for value, unit in quantities:
        sums[unit] = sums.get(unit, Decimal(0)) + value
    return [(value, unit) for unit, value in sums.items()]
