"""Amounts of money and numbers of cartons in words, in every language that a document can be written in.

English and Chinese have the wording of letters of credit and bills (``words``). The others say the number,
the currency by its name, and the minor units as a fraction ("con 56/100"), which leaves no room to write
anything in. Names of currencies with their plural forms are those of the Unicode CLDR, which comes
with Babel.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from babel.numbers import get_currency_name

from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.money import Money, exponent
from factory_erp.domain.words import (
    LIMIT,
    amount_in_chinese,
    amount_in_english,
    count_in_english,
    number_in_chinese,
)
from factory_erp.domain.words_eastern import (
    cardinal_arabic,
    cardinal_thai,
    cardinal_vietnamese,
    number_in_japanese,
)
from factory_erp.domain.words_northern import cardinal_german, cardinal_russian, russian_form
from factory_erp.domain.words_romance import cardinal_french, cardinal_portuguese, cardinal_spanish
from factory_erp.i18n import _

_FRENCH_FEMININE = frozenset({"livre", "couronne", "roupie", "hryvnia", "lire"})
_GERMAN_FEMININE = frozenset({"Krone", "Rupie", "Lira", "Griwna", "Hrywnja"})
_CENTS = frozenset({"USD", "EUR", "AUD", "CAD", "NZD", "SGD", "HKD", "TWD", "ZAR"})
"""Currencies whose hundredth is a cent."""


def amount_in_words(money: Money, language: str) -> str:
    """*money* in words of *language* ("en", "zh_CN", "es", "fr", "de", "pt", "ru", "ar", "ja", "vi", "th").

    Raises InvalidValue for another language, and from LIMIT main units on.
    """
    if language == "en":
        return amount_in_english(money)
    if language == "zh_CN":
        return amount_in_chinese(money)
    if language not in _AMOUNTS:
        raise InvalidValue(_("Amounts cannot be written out in {language}.", language=language))
    places = exponent(money.currency)
    whole, minor = divmod(abs(money.minor), 10**places)
    _refuse_outside(whole)
    said = _AMOUNTS[language](whole, money.currency, _fraction(minor, places), minor)
    if money.minor < 0:
        said = f"{_MINUS[language]} {said}"
    return said[0].upper() + said[1:]


def cartons_in_words(count: int, language: str) -> str:
    """*count* cartons in words of *language*. Raises InvalidValue for another language, and from LIMIT on."""
    if language == "en":
        return count_in_english(count, "CARTON", "CARTONS")
    if language == "zh_CN":
        return f"合计{number_in_chinese(count)}箱整"
    if language not in _CARTONS:
        raise InvalidValue(_("Amounts cannot be written out in {language}.", language=language))
    _refuse_outside(count)
    said = _CARTONS[language](count)
    return said[0].upper() + said[1:]


_MINUS = {
    "es": "menos",
    "fr": "moins",
    "de": "minus",
    "pt": "menos",
    "ru": "минус",
    "ar": "ناقص",
    "ja": "マイナス",
    "vi": "âm",
    "th": "ลบ",
}


def _refuse_outside(number: int) -> None:
    if not 0 <= number < LIMIT:
        raise InvalidValue(
            _("{number} cannot be written in words.", number=number),
            remedy=_("Numbers from 0 to {limit} can.", limit=LIMIT - 1),
        )


def _fraction(minor: int, places: int) -> str:
    """ "56/100"; empty for a currency without minor units."""
    return f"{minor:0{places}d}/{10**places}" if places else ""


@cache
def _named(currency: str, language: str, count: int) -> str:
    """The currency's name as it follows *count* (only the plural category matters; callers keep it small)."""
    return get_currency_name(currency, count=count, locale=language).partition(" (")[0]


def _currency(whole: int, currency: str, language: str) -> str:
    """The currency's name as it follows the number *whole*; no plural rule looks beyond the last digits."""
    return _named(currency, language, whole if whole < 200 else 100 + whole % 100)


def _first_word(currency: str, language: str) -> str:
    return _named(currency, language, 1).split()[0].lower()


def _with(link: str, fraction: str) -> str:
    return f" {link} {fraction}" if fraction else ""


def _spanish(whole: int, currency: str, fraction: str, _minor: int) -> str:
    feminine = _first_word(currency, "es").endswith("a")
    of = " de" if whole and whole % 10**6 == 0 else ""
    words = cardinal_spanish(whole, feminine=feminine)
    return f"son {words}{of} {_currency(whole, currency, 'es')}" + _with("con", fraction)


def _french(whole: int, currency: str, fraction: str, _minor: int) -> str:
    name = _currency(whole, currency, "fr")
    words = cardinal_french(whole, feminine=_first_word(currency, "fr").rstrip("s") in _FRENCH_FEMININE)
    of = " " if not whole or whole % 10**6 else " d’" if name[0].lower() in "aeiouyé" else " de "
    return f"{words}{of}{name}" + _with("et", fraction)


def _german(whole: int, currency: str, fraction: str, _minor: int) -> str:
    feminine = _named(currency, "de", 1).split()[-1] in _GERMAN_FEMININE
    words = ("eine" if feminine else "ein") if whole == 1 else cardinal_german(whole)
    return f"{words} {_currency(whole, currency, 'de')}" + _with("und", fraction)


def _portuguese(whole: int, currency: str, fraction: str, _minor: int) -> str:
    feminine = _first_word(currency, "pt").endswith("a")
    of = " de" if whole and whole % 10**6 == 0 else ""
    words = cardinal_portuguese(whole, feminine=feminine)
    return f"{words}{of} {_currency(whole, currency, 'pt').lower()}" + _with("e", fraction)


def _russian(whole: int, currency: str, fraction: str, _minor: int) -> str:
    feminine = _first_word(currency, "ru").endswith(("а", "я"))
    words = cardinal_russian(whole, feminine=feminine)
    return f"{words} {_currency(whole, currency, 'ru')}" + _with("и", fraction)


def _arabic(whole: int, currency: str, fraction: str, _minor: int) -> str:
    fraction = f" و {fraction}" if fraction else ""
    return f"فقط {cardinal_arabic(whole)} {_named(currency, 'ar', 1)}{fraction} لا غير"


def _japanese(whole: int, currency: str, fraction: str, minor: int) -> str:
    rest = f"{number_in_japanese(minor)}セント" if currency in _CENTS else f"と{fraction}"
    return f"金{number_in_japanese(whole)}{_currency(whole, currency, 'ja')}{rest if minor else ''}也"


def _vietnamese(whole: int, currency: str, fraction: str, minor: int) -> str:
    name = _currency(whole, currency, "vi")
    rest = f" và {fraction}" if minor else " chẵn"
    return f"{cardinal_vietnamese(whole)} {name[0].lower()}{name[1:]}{rest}"


def _thai(whole: int, currency: str, fraction: str, minor: int) -> str:
    name = _currency(whole, currency, "th")
    said = f"{cardinal_thai(whole)}{name.removesuffix('ไทย') if currency == 'THB' else name}"
    if not minor:
        return f"{said}ถ้วน"
    return f"{said}{cardinal_thai(minor)}สตางค์" if currency == "THB" else f"{said} กับ {fraction}"


_AMOUNTS: dict[str, Callable[[int, str, str, int], str]] = {
    "es": _spanish,
    "fr": _french,
    "de": _german,
    "pt": _portuguese,
    "ru": _russian,
    "ar": _arabic,
    "ja": _japanese,
    "vi": _vietnamese,
    "th": _thai,
}

_CARTONS: dict[str, Callable[[int], str]] = {
    "es": lambda n: f"son {cardinal_spanish(n, feminine=True)} {'caja' if n == 1 else 'cajas'}",
    "fr": lambda n: f"{cardinal_french(n)} {'carton' if n < 2 else 'cartons'}",
    "de": lambda n: f"{'ein' if n == 1 else cardinal_german(n)} {'Karton' if n == 1 else 'Kartons'}",
    "pt": lambda n: f"{cardinal_portuguese(n, feminine=True)} {'caixa' if n == 1 else 'caixas'}",
    "ru": lambda n: (
        f"{cardinal_russian(n, feminine=True)} {russian_form(n, ('коробка', 'коробки', 'коробок'))}"
    ),
    "ar": lambda n: f"فقط {cardinal_arabic(n)} كرتون لا غير",
    "ja": lambda n: f"合計{number_in_japanese(n)}カートン",
    "vi": lambda n: f"{cardinal_vietnamese(n)} thùng",
    "th": lambda n: f"{cardinal_thai(n)}กล่อง",
}
