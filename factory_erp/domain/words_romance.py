"""Whole numbers in Spanish, French and Portuguese words, as amounts on trade papers are written out.

Spanish and French count by the long scale (billón, billion: 10**12), Portuguese by the Brazilian short one
(bilhão: 10**9). A number stands before the noun it counts and takes its gender: "veintiún dólares",
"doscientas libras". Numbers are 0 ≤ number < 10**16.
"""

from __future__ import annotations

from collections.abc import Sequence

from factory_erp.domain.words import listed

_SPANISH = listed(
    "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince "
    "dieciséis diecisiete dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro "
    "veinticinco veintiséis veintisiete veintiocho veintinueve"
)
_SPANISH_TENS = listed("_ _ veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa")
_SPANISH_HUNDREDS = listed(
    "_ ciento doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos novecientos"
)

_FRENCH = listed(
    "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize "
    "dix-sept dix-huit dix-neuf"
)
_FRENCH_TENS = listed("_ _ vingt trente quarante cinquante soixante soixante quatre-vingt quatre-vingt")
_FRENCH_SCALES = ((10**15, "billiard"), (10**12, "billion"), (10**9, "milliard"), (10**6, "million"))

_PORTUGUESE = listed(
    "zero um dois três quatro cinco seis sete oito nove dez onze doze treze quatorze quinze "
    "dezesseis dezessete dezoito dezenove"
)
_PORTUGUESE_TENS = listed("_ _ vinte trinta quarenta cinquenta sessenta setenta oitenta noventa")
_PORTUGUESE_HUNDREDS = listed(
    "_ cento duzentos trezentos quatrocentos quinhentos seiscentos setecentos oitocentos novecentos"
)
_PORTUGUESE_SCALES = (
    (10**15, "quatrilhão", "quatrilhões"),
    (10**12, "trilhão", "trilhões"),
    (10**9, "bilhão", "bilhões"),
    (10**6, "milhão", "milhões"),
)


def _joined(parts: Sequence[str]) -> str:
    return " ".join(part for part in parts if part)


def cardinal_spanish(number: int, *, feminine: bool = False) -> str:
    """*number* before a noun: 1 → "un", or "una"; 2021 → "dos mil veintiún"."""
    if number == 0:
        return _SPANISH[0]
    billions, rest = divmod(number, 10**12)
    millions, small = divmod(rest, 10**6)
    return _joined(
        [
            _spanish_scale(billions, "billón", "billones"),
            _spanish_scale(millions, "millón", "millones"),
            _spanish_below_million(small, feminine=feminine),
        ]
    )


def _spanish_scale(count: int, one: str, many: str) -> str:
    if not count:
        return ""
    return f"{_spanish_below_million(count, feminine=False)} {one if count == 1 else many}"


def _spanish_below_million(number: int, *, feminine: bool) -> str:
    thousands, rest = divmod(number, 1000)
    lead = ""
    if thousands:
        # The thousands agree in their hundreds, but it is "veintiún mil libras".
        lead = "mil" if thousands == 1 else f"{_spanish_group(thousands, feminine, 'un')} mil"
    return _joined([lead, _spanish_group(rest, feminine, "una" if feminine else "un")])


def _spanish_group(number: int, feminine: bool, one: str) -> str:
    """1 ≤ *number* < 1000 (nothing for 0); a one at the end is said as *one*."""
    if number == 100:
        return "cien"
    hundreds, rest = divmod(number, 100)
    lead = _SPANISH_HUNDREDS[hundreds] if hundreds else ""
    if feminine and hundreds > 1:
        lead = f"{lead[:-2]}as"
    return _joined([lead, _spanish_below_hundred(rest, one)])


def _spanish_below_hundred(number: int, one: str) -> str:
    if not number:
        return ""
    tens, ones = divmod(number, 10)
    if number < 30:
        name = _SPANISH[number]
        if number == 21:
            return "veintiún" if one == "un" else "veintiuna"
        return one if number == 1 else name
    return _SPANISH_TENS[tens] + (f" y {one if ones == 1 else _SPANISH[ones]}" if ones else "")


def cardinal_french(number: int, *, feminine: bool = False) -> str:
    """*number* in traditional spelling: 80 → "quatre-vingts", 1201 → "mille deux cent un", or "une"."""
    if number == 0:
        return _FRENCH[0]
    parts = []
    rest = number
    for size, name in _FRENCH_SCALES:
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{_french_group(count, last=True)} {name}{'s' if count > 1 else ''}")
    thousands, rest = divmod(rest, 1000)
    if thousands:
        parts.append("mille" if thousands == 1 else f"{_french_group(thousands, last=False)} mille")
    parts.append(_french_group(rest, last=True))
    words = _joined(parts)
    return f"{words}e" if feminine and rest % 10 == 1 and words.endswith("un") else words


def _french_group(number: int, *, last: bool) -> str:
    """1 ≤ *number* < 1000; *last*: nothing counted follows, so that "cents" and "vingts" keep their s."""
    hundreds, rest = divmod(number, 100)
    lead = ""
    if hundreds:
        lead = "cent" if hundreds == 1 else f"{_FRENCH[hundreds]} cent"
        lead += "s" if hundreds > 1 and not rest and last else ""
    return _joined([lead, _french_below_hundred(rest, last=last)])


def _french_below_hundred(number: int, *, last: bool) -> str:
    if number < 20:
        return _FRENCH[number] if number else ""
    tens, ones = divmod(number, 10)
    if tens in (7, 9):
        ones += 10
    if number == 80:
        return "quatre-vingts" if last else "quatre-vingt"
    if not ones:
        return _FRENCH_TENS[tens]
    link = " et " if ones in (1, 11) and tens < 8 else "-"
    return _FRENCH_TENS[tens] + link + _FRENCH[ones]


def cardinal_portuguese(number: int, *, feminine: bool = False) -> str:
    """*number* as in Brazil: 1234 → "mil duzentos e trinta e quatro", 1200 → "mil e duzentos"."""
    if number == 0:
        return _PORTUGUESE[0]
    parts: list[str] = []
    rest = number
    for size, one, many in _PORTUGUESE_SCALES:
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{_portuguese_group(count, feminine=False)} {one if count == 1 else many}")
    thousands, rest = divmod(rest, 1000)
    if thousands:
        lead = "" if thousands == 1 else _portuguese_group(thousands, feminine=feminine)
        parts.append(_joined([lead, "mil"]))
    if rest:
        group = _portuguese_group(rest, feminine=feminine)
        # "e" joins what follows the thousands where it is one word's worth: below 100, or full hundreds.
        parts.append(f"e {group}" if parts and (rest < 100 or rest % 100 == 0) else group)
    return _joined(parts)


def _portuguese_group(number: int, *, feminine: bool) -> str:
    """1 ≤ *number* < 1000."""
    if number == 100:
        return "cem"
    hundreds, rest = divmod(number, 100)
    parts = []
    if hundreds:
        name = _PORTUGUESE_HUNDREDS[hundreds]
        parts.append(f"{name[:-2]}as" if feminine and hundreds > 1 else name)
    tens, ones = divmod(rest, 10)
    if rest >= 20:
        parts.append(_PORTUGUESE_TENS[tens])
        rest = ones
    if rest:
        agreed = {1: "uma", 2: "duas"} if feminine else {}
        parts.append(agreed.get(rest, _PORTUGUESE[rest]))
    return " e ".join(parts)
