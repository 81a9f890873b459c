"""Amounts in words: the vectors of the rules, and that the words mean the number."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.money import CURRENCY_EXPONENTS, Money, exponent
from factory_erp.domain.words import (
    CURRENCY_WORDS,
    LIMIT,
    amount_in_chinese,
    amount_in_english,
    cardinal_english,
    count_in_english,
    number_in_chinese,
)

numbers = st.one_of(st.integers(0, 10**6), st.integers(0, LIMIT - 1))


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "ZERO"),
        (13, "THIRTEEN"),
        (40, "FORTY"),
        (49, "FORTY-NINE"),
        (100, "ONE HUNDRED"),
        (101, "ONE HUNDRED AND ONE"),
        (1000, "ONE THOUSAND"),
        (1005, "ONE THOUSAND AND FIVE"),
        (1090, "ONE THOUSAND AND NINETY"),
        (1234, "ONE THOUSAND TWO HUNDRED AND THIRTY-FOUR"),
        (10_000, "TEN THOUSAND"),
        (100_015, "ONE HUNDRED THOUSAND AND FIFTEEN"),
        (1_000_001, "ONE MILLION AND ONE"),
        (2_005_000, "TWO MILLION FIVE THOUSAND"),
        (1_234_567, "ONE MILLION TWO HUNDRED AND THIRTY-FOUR THOUSAND FIVE HUNDRED AND SIXTY-SEVEN"),
        (10**9, "ONE BILLION"),
        (10**12 + 19, "ONE TRILLION AND NINETEEN"),
    ],
)
def test_english_cardinals(number: int, words: str) -> None:
    assert cardinal_english(number) == words


@pytest.mark.parametrize(
    ("amount", "currency", "words"),
    [
        (
            "1234.56",
            "USD",
            "SAY US DOLLARS ONE THOUSAND TWO HUNDRED AND THIRTY-FOUR AND CENTS FIFTY-SIX ONLY",
        ),
        ("89", "USD", "SAY US DOLLARS EIGHTY-NINE ONLY"),
        ("1", "USD", "SAY US DOLLAR ONE ONLY"),
        ("1.01", "USD", "SAY US DOLLAR ONE AND CENT ONE ONLY"),
        ("0.05", "USD", "SAY US DOLLARS ZERO AND CENTS FIVE ONLY"),
        ("2.49", "GBP", "SAY POUNDS STERLING TWO AND PENCE FORTY-NINE ONLY"),
        ("500", "EUR", "SAY EUROS FIVE HUNDRED ONLY"),
        ("100000", "JPY", "SAY JAPANESE YEN ONE HUNDRED THOUSAND ONLY"),
        ("10.005", "KWD", "SAY KUWAITI DINARS TEN AND FILS FIVE ONLY"),
        ("-7", "CNY", "SAY MINUS RMB YUAN SEVEN ONLY"),
        ("3.05", "ALL", "SAY ALL THREE AND 05/100 ONLY"),
        ("2.50", "SEK", "SAY SWEDISH KRONOR TWO AND ORE FIFTY ONLY"),
    ],
)
def test_english_amounts(amount: str, currency: str, words: str) -> None:
    assert amount_in_english(Money.of(amount, currency)) == words


def test_counts_of_packages() -> None:
    assert count_in_english(240, "carton", "cartons") == "SAY TOTAL TWO HUNDRED AND FORTY CARTONS ONLY"
    assert count_in_english(1, "carton", "cartons") == "SAY TOTAL ONE CARTON ONLY"


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("1409.50", "壹仟肆佰零玖元伍角"),
        ("6007.14", "陆仟零柒元壹角肆分"),
        ("107000.53", "壹拾万柒仟元零伍角叁分"),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
        ("325.04", "叁佰贰拾伍元零肆分"),
        ("10", "壹拾元整"),
        ("100000000", "壹亿元整"),
        ("0.05", "伍分"),
        ("0.50", "伍角"),
        ("0", "零元整"),
        ("1680.32", "壹仟陆佰捌拾元零叁角贰分"),
        ("100010000", "壹亿零壹万元整"),
        ("100005000", "壹亿零伍仟元整"),
        ("1000050000000", "壹万亿伍仟万元整"),
        ("-5", "负伍元整"),
    ],
)
def test_chinese_amounts(amount: str, words: str) -> None:
    assert amount_in_chinese(Money.of(amount, "CNY")) == f"人民币{words}"


@pytest.mark.parametrize(
    ("amount", "currency", "words"),
    [
        ("1234.56", "USD", "美元壹仟贰佰叁拾肆元伍角陆分"),
        ("20", "EUR", "欧元贰拾元整"),
        ("20", "GBP", "英镑贰拾元整"),
        ("107000", "JPY", "日元壹拾万柒仟元整"),
        ("10.005", "KWD", "科威特第纳尔壹拾元零伍厘"),
        ("0.105", "KWD", "科威特第纳尔壹角零伍厘"),
        ("1.050", "KWD", "科威特第纳尔壹元零伍分"),
        ("3", "ALL", "ALL叁元整"),
    ],
)
def test_chinese_amounts_of_other_currencies(amount: str, currency: str, words: str) -> None:
    assert amount_in_chinese(Money.of(amount, currency)) == words


@pytest.mark.parametrize("number", [-1, LIMIT])
def test_numbers_beyond_words_are_refused(number: int) -> None:
    with pytest.raises(InvalidValue):
        cardinal_english(number)
    with pytest.raises(InvalidValue):
        number_in_chinese(number)


def test_the_currency_names_fit_the_currencies() -> None:
    assert len(CURRENCY_WORDS) >= 30
    for code, words in CURRENCY_WORDS.items():
        assert code in CURRENCY_EXPONENTS
        english = (words.one, words.many, words.minor_one, words.minor_many)
        assert all(name.isascii() and name == name.upper() for name in english), code
        assert bool(words.minor_one) == bool(words.minor_many) == (exponent(code) > 0), code
        assert words.zh
    assert len({words.one for words in CURRENCY_WORDS.values()}) == len(CURRENCY_WORDS)
    assert len({words.zh for words in CURRENCY_WORDS.values()}) == len(CURRENCY_WORDS)


def english_value(words: str) -> int:
    """What English number words mean, read by a program that knows nothing of the writer."""
    names = (
        "ZERO ONE TWO THREE FOUR FIVE SIX SEVEN EIGHT NINE TEN ELEVEN TWELVE THIRTEEN FOURTEEN FIFTEEN "
        "SIXTEEN SEVENTEEN EIGHTEEN NINETEEN TWENTY THIRTY FORTY FIFTY SIXTY SEVENTY EIGHTY NINETY"
    )
    values = dict(zip(names.split(), [*range(20), *range(20, 100, 10)], strict=True))
    scales = {
        "THOUSAND": 10**3,
        "MILLION": 10**6,
        "BILLION": 10**9,
        "TRILLION": 10**12,
        "QUADRILLION": 10**15,
    }
    total = group = 0
    for word in words.replace("-", " ").split():
        if word in scales:
            total, group = total + group * scales[word], 0
        elif word == "HUNDRED":
            group *= 100
        elif word != "AND":
            group += values[word]
    return total + group


def chinese_value(words: str) -> int:
    """What Chinese number words mean: 亿 and 万 split, the rest is digit times place."""
    for unit, size in (("亿", 10**8), ("万", 10**4)):
        if unit in words:
            high, low = words.rsplit(unit, 1)
            return chinese_value(high) * size + chinese_value(low)
    places = {"拾": 10, "佰": 100, "仟": 1000}
    found = re.findall(r"([壹贰叁肆伍陆柒捌玖])([拾佰仟]?)", words)
    return sum("零壹贰叁肆伍陆柒捌玖".index(digit) * places.get(place, 1) for digit, place in found)


@given(numbers)
def test_english_words_mean_the_number(number: int) -> None:
    words = cardinal_english(number)
    assert english_value(words) == number
    assert re.fullmatch(r"[A-Z]+([ -][A-Z]+)*", words)


@given(numbers)
def test_chinese_words_mean_the_number(number: int) -> None:
    words = number_in_chinese(number)
    assert chinese_value(words) == number
    assert "零零" not in words
    assert number == 0 or not words.startswith("零")
    assert number == 0 or not words.endswith("零")


@given(numbers.filter(lambda number: number < LIMIT // 100), st.sampled_from(sorted(CURRENCY_EXPONENTS)))
def test_every_amount_of_every_currency_can_be_said(minor: int, currency: str) -> None:
    money = Money(minor, currency)
    english, chinese = amount_in_english(money), amount_in_chinese(money)
    assert english.startswith("SAY ")
    assert english.endswith(" ONLY")
    assert "  " not in english
    assert chinese[-1] in "整角分厘"
    assert "零零" not in chinese
    whole, parts = divmod(minor, 10 ** exponent(currency))
    assert chinese.endswith("元整") == (parts == 0)
    figures = chinese.removeprefix(CURRENCY_WORDS[currency].zh if currency in CURRENCY_WORDS else currency)
    main, _yuan, rest = figures.rpartition("元") if "元" in figures else ("", "", figures)
    assert chinese_value(main) == whole
    said = {
        part: "零壹贰叁肆伍陆柒捌玖".index(digit)
        for digit, part in re.findall("([壹贰叁肆伍陆柒捌玖])([角分厘])", rest)
    }
    expected = dict(zip("角分厘", map(int, str(parts).rjust(exponent(currency), "0")), strict=False))
    assert said == ({part: digit for part, digit in expected.items() if digit} if parts else {})
