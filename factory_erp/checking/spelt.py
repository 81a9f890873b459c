"""Amounts in words read back: "SAY US DOLLARS TWELVE THOUSAND AND CENTS FIFTY ONLY" is 12000.50.

English as trade writes it (minor units before or after their word, or as 50/100), and Chinese financial
capitals 大写. What cannot be read for certain is None: a bank reads words, it does not guess them.
"""

from __future__ import annotations

import re
from decimal import Decimal

from factory_erp.domain.words import LIMIT, cardinal_english

_BELOW_TWENTY = (
    "ZERO ONE TWO THREE FOUR FIVE SIX SEVEN EIGHT NINE TEN ELEVEN TWELVE THIRTEEN FOURTEEN FIFTEEN SIXTEEN "
    "SEVENTEEN EIGHTEEN NINETEEN"
)
_TENS = "TWENTY THIRTY FORTY FIFTY SIXTY SEVENTY EIGHTY NINETY"
_SMALL = {word: number for number, word in enumerate(_BELOW_TWENTY.split())} | {
    word: 10 * tens for tens, word in enumerate(_TENS.split(), start=2)
}
_SAME = {"FOURTY": "FORTY", "NIL": "ZERO", "NO": "ZERO"}
_SMALL |= {other: _SMALL[word] for other, word in _SAME.items()}
_SCALES = {"THOUSAND": 10**3, "MILLION": 10**6, "BILLION": 10**9, "TRILLION": 10**12}
_COINS = """
    CENT CENTS PENNY PENCE FEN FILS CENTIME CENTIMES SEN HALALA HALALAS PAISA PAISE KOPECK KOPECKS KURUS ORE
    AVO AVOS SATANG CENTAVO CENTAVOS GROSZ GROSZY BAISA
"""
_MINOR = frozenset(_COINS.split())
_FRACTION = re.compile(r"\b(NO|[0-9]{1,3})\s*/\s*(1000|100)\b")
_WORDS = re.compile(r"[A-Z]+")
_LONGEST = 400

_DIGITS = {char: number for number, char in enumerate("零壹贰叁肆伍陆柒捌玖")} | {"貳": 2, "参": 3, "陸": 6}
_PLACES = {"拾": 10, "佰": 100, "仟": 1000}
_PARTS = {"角": Decimal("0.1"), "分": Decimal("0.01"), "厘": Decimal("0.001")}
_CHINESE = re.compile(
    r"([零壹贰貳叁参肆伍陆陸柒捌玖拾佰仟万萬亿億]+)[元圆圓]([零壹贰貳叁参肆伍陆陸柒捌玖角分厘]*)[整正]?"
)
_CHINESE_PARTS = re.compile(r"零*([壹贰貳叁参肆伍陆陸柒捌玖])([角分厘])")


def value(words: str, minor_units: int = 2) -> Decimal | None:
    """The amount that *words* say, in major units; *minor_units*: decimals of the currency."""
    if len(words) > _LONGEST:
        return None
    chinese = _CHINESE.search(words)
    return _chinese(chinese) if chinese else _english(words.upper(), minor_units)


def _chinese(found: re.Match[str]) -> Decimal | None:
    whole = _chinese_whole(found[1].replace("萬", "万").replace("億", "亿"))
    parts = _CHINESE_PARTS.findall(found[2])
    if len("".join(map("".join, parts))) != len(found[2].replace("零", "")):
        return None
    return whole + sum((_DIGITS[digit] * _PARTS[part] for digit, part in parts), Decimal(0))


def _chinese_whole(text: str) -> Decimal:
    for mark, size in (("亿", 10**8), ("万", 10**4)):
        if mark in text:
            high, low = text.rsplit(mark, 1)
            return _chinese_whole(high) * size + _chinese_whole(low)
    total = digit = 0
    for char in text:
        if char in _PLACES:
            total, digit = total + (digit or 1) * _PLACES[char], 0
        else:
            digit = _DIGITS[char]
    return Decimal(total + digit)


def _english(text: str, minor_units: int) -> Decimal | None:
    fraction = _FRACTION.search(text)
    if fraction:
        text = text.replace(fraction[0], " ")
    runs = _runs(_WORDS.findall(text))
    numbers = [(mark, _number(run)) for mark, run in runs]
    if any(number is None for mark, number in numbers):
        return None
    major = [number for mark, number in numbers if mark == "" and number is not None]
    minor = [number for mark, number in numbers if mark == "minor" and number is not None]
    if len(major) != 1 or len(minor) > 1 or (minor and fraction):
        return None
    small = Decimal(minor[0]).scaleb(-minor_units) if minor else _as_fraction(fraction)
    return major[0] + small


def _as_fraction(found: re.Match[str] | None) -> Decimal:
    return Decimal(0) if found is None or found[1] == "NO" else Decimal(found[1]) / Decimal(found[2])


def _runs(words: list[str]) -> list[tuple[str, list[str]]]:
    """The runs of number words, each with "minor" where a word for cents stands before or behind it."""
    runs: list[tuple[str, list[str]]] = []
    run: list[str] = []
    before = ""
    for place, word in enumerate([*words, ""]):
        if _is_number(word) or (word == "AND" and run):
            run.append(word)
            continue
        counts_next = word in _MINOR and _is_number((*words, "", "")[place + 1])
        if word in _MINOR and not counts_next and run:
            runs += _with_minor(run, alone=bool(runs))
        elif run:
            runs.append((before, run))
        before, run = ("minor" if counts_next else ""), []
    return [(mark, [word for word in run if word != "AND"]) for mark, run in runs]


def _is_number(word: str) -> bool:
    return word in _SMALL or word in _SCALES or word == "HUNDRED"


def _with_minor(run: list[str], alone: bool) -> list[tuple[str, list[str]]]:
    """A run that cents follow: all of it if whole units stood before, else what its last AND parts off."""
    if alone or "AND" not in run:
        return [("minor", run)]
    at = len(run) - 1 - run[::-1].index("AND")
    return [("", run[:at]), ("minor", run[at + 1 :])]


def _number(run: list[str]) -> int | None:
    """The number that *run* spells; None unless it is spelt in the one usual order."""
    total = group = 0
    for word in run:
        if word == "HUNDRED":
            group *= 100
        elif word in _SCALES:
            total, group = total + group * _SCALES[word], 0
        else:
            group += _SMALL[word]
    number = total + group
    if number >= LIMIT:
        return None
    usual = [word for word in _WORDS.findall(cardinal_english(number)) if word != "AND"]
    return number if usual == [_SAME.get(word, word) for word in run] else None
