"""Whole numbers in German and Russian words, as amounts on trade papers are written out.

Numbers are 0 ≤ number < 10**16.
"""

from __future__ import annotations

from factory_erp.domain.words import listed

_GERMAN = listed(
    "null ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn "
    "sechzehn siebzehn achtzehn neunzehn"
)
_GERMAN_TENS = listed("_ _ zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig")
_GERMAN_SCALES = (
    (10**15, "Billiarde", "Billiarden"),
    (10**12, "Billion", "Billionen"),
    (10**9, "Milliarde", "Milliarden"),
    (10**6, "Million", "Millionen"),
)

_RUSSIAN = listed(
    "ноль один два три четыре пять шесть семь восемь девять десять одиннадцать двенадцать тринадцать "
    "четырнадцать пятнадцать шестнадцать семнадцать восемнадцать девятнадцать"
)
_RUSSIAN_TENS = listed("_ _ двадцать тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят девяносто")
_RUSSIAN_HUNDREDS = listed("_ сто двести триста четыреста пятьсот шестьсот семьсот восемьсот девятьсот")
_RUSSIAN_SCALES = (
    (10**15, False, ("квадриллион", "квадриллиона", "квадриллионов")),
    (10**12, False, ("триллион", "триллиона", "триллионов")),
    (10**9, False, ("миллиард", "миллиарда", "миллиардов")),
    (10**6, False, ("миллион", "миллиона", "миллионов")),
    (10**3, True, ("тысяча", "тысячи", "тысяч")),
)


def cardinal_german(number: int) -> str:
    """*number* as it is counted: 1 → "eins", 1234 → "eintausendzweihundertvierunddreißig"."""
    if number == 0:
        return _GERMAN[0]
    parts = []
    rest = number
    for size, one, many in _GERMAN_SCALES:
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"eine {one}" if count == 1 else f"{_german_below_thousand(count, 'eins')} {many}")
    thousands, small = divmod(rest, 1000)
    word = f"{_german_below_thousand(thousands, 'ein')}tausend" if thousands else ""
    word += _german_below_thousand(small, "eins") if small else ""
    return " ".join([*parts, word] if word else parts)


def _german_below_thousand(number: int, one: str) -> str:
    """1 ≤ *number* < 1000; a one at the end is said as *one*."""
    hundreds, rest = divmod(number, 100)
    lead = f"{_GERMAN[hundreds]}hundert" if hundreds else ""
    if rest == 1:
        return lead + one
    if rest < 20:
        return lead + (_GERMAN[rest] if rest else "")
    tens, ones = divmod(rest, 10)
    return lead + (f"{_GERMAN[ones]}und" if ones else "") + _GERMAN_TENS[tens]


def cardinal_russian(number: int, *, feminine: bool = False) -> str:
    """*number* before a noun of its gender: 1 → "один", or "одна"; 2000 → "две тысячи"."""
    if number == 0:
        return _RUSSIAN[0]
    parts: list[str] = []
    rest = number
    for size, is_feminine, forms in _RUSSIAN_SCALES:
        count, rest = divmod(rest, size)
        if count:
            parts += [*_russian_below_thousand(count, is_feminine), russian_form(count, forms)]
    return " ".join([*parts, *_russian_below_thousand(rest, feminine)])


def russian_form(count: int, forms: tuple[str, str, str]) -> str:
    """The form of a noun after *count*: for 1 (and 21), for 2 to 4 (and 22), for all others."""
    if count % 100 in range(11, 15):
        return forms[2]
    return forms[{1: 0, 2: 1, 3: 1, 4: 1}.get(count % 10, 2)]


def _russian_below_thousand(number: int, feminine: bool) -> list[str]:
    hundreds, rest = divmod(number, 100)
    words = [_RUSSIAN_HUNDREDS[hundreds]] if hundreds else []
    if rest >= 20:
        words.append(_RUSSIAN_TENS[rest // 10])
        rest %= 10
    if rest:
        agreed = {1: "одна", 2: "две"} if feminine else {}
        words.append(agreed.get(rest, _RUSSIAN[rest]))
    return words
