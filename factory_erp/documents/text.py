"""What a document says in its own language: labels, sentences, dates, names of countries and units."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from factory_erp.documents.labels import LABELS, SENTENCES
from factory_erp.documents.snapshot import Language, PortName, Texts
from factory_erp.domain import countries, quantity, words
from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.money import Money

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Wording:
    """The texts of one document language; "bilingual" is English with Chinese after it."""

    language: Language

    @property
    def codes(self) -> tuple[str, ...]:
        """The languages shown, in order."""
        return ("en", "zh_CN") if self.language == "bilingual" else (self.language,)

    def both(self, key: str) -> list[str]:
        """The label *key*, one text per language shown."""
        return [LABELS[key][code == "zh_CN"] for code in self.codes]

    def label(self, key: str) -> str:
        """The label *key* on one line."""
        return "  ".join(self.both(key))

    def sentences(self, key: str, **values: object) -> list[str]:
        """The sentence *key*, one per language shown; a value with a language is a dict of code → text."""
        return [
            SENTENCES[key][code == "zh_CN"].format(
                **{name: value[code] if isinstance(value, dict) else value for name, value in values.items()}
            )
            for code in self.codes
        ]

    def pick(self, texts: Texts) -> list[str]:
        """*texts* in the languages shown, each once; in another language if those are missing."""
        known = dict(texts)
        shown = [known[code] for code in self.codes if known.get(code)]
        return list(dict.fromkeys(shown)) or [text for _code, text in texts[:1]]

    def inline(self, texts: Texts, separator: str = "  ") -> str:
        """Like ``pick`` on one line."""
        return separator.join(self.pick(texts))

    def day(self, day: date) -> str:
        """22 Nov 2026, or 2026年11月22日: no reader can mistake day for month."""
        if self.language == "zh_CN":
            return f"{day.year}年{day.month}月{day.day}日"
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"

    def country(self, code: str) -> str:
        """The country's name in the languages shown; an unknown code as it stands."""
        return "  ".join(country_name(code, language) for language in self.codes) if code else ""

    def unit(self, code: str) -> str:
        """The unit as printed beside a quantity: "PCS", or in Chinese "件"."""
        unit = quantity.unit(code)
        return unit.zh if self.language == "zh_CN" else unit.abbr_en

    def port(self, port: PortName | None) -> str:
        """The port's name with its UN/LOCODE in brackets."""
        if port is None:
            return ""
        code = f" ({port.code})" if port.code else ""
        return self.inline(port.names) + code

    def amount_in_words(self, money: Money) -> list[str]:
        """The total in words; none for a total below zero, which no invoice can ask for."""
        if money.minor < 0:
            return []
        in_words = {"en": words.amount_in_english, "zh_CN": words.amount_in_chinese}
        return [in_words[code](money) for code in self.codes]

    def cartons_in_words(self, cartons: int) -> list[str]:
        """SAY TOTAL TWO HUNDRED AND FORTY CARTONS ONLY / 总件数大写：贰佰肆拾箱整."""
        english = words.count_in_english(cartons, "CARTON", "CARTONS")
        chinese = f"合计{words.number_in_chinese(cartons)}箱整"
        return [chinese if code == "zh_CN" else english for code in self.codes]


def country_name(code: str, language: str) -> str:
    """Name of the country *code* in *language*; an unknown code as it stands."""
    try:
        return countries.country_name(code, language)
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
