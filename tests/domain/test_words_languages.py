"""Numbers and amounts in the words of buyers: vectors, and that the words mean the number.

European words are held against another program (num2words), Eastern ones are read back by readers that know
nothing of the writers.
"""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from num2words import num2words

from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.money import CURRENCY_EXPONENTS, Money, exponent
from factory_erp.domain.words import LIMIT, listed
from factory_erp.domain.words_eastern import (
    cardinal_arabic,
    cardinal_thai,
    cardinal_vietnamese,
    number_in_japanese,
)
from factory_erp.domain.words_languages import amount_in_words, cartons_in_words
from factory_erp.domain.words_northern import cardinal_german, cardinal_russian
from factory_erp.domain.words_romance import cardinal_french, cardinal_portuguese, cardinal_spanish

LANGUAGES = ("en", "zh_CN", "es", "fr", "de", "pt", "ru", "ar", "ja", "vi", "th")
numbers = st.one_of(st.integers(0, 2000), st.integers(0, 10**6), st.integers(0, LIMIT - 1))


def plain(text: str) -> str:
    """Without what programs punctuate differently."""
    return re.sub(r"[\s,-]+", " ", text).strip()


@given(numbers)
def test_spanish(number):
    theirs = num2words(number, lang="es")
    # Before a noun: "uno" is "un", and so it is before "mil".
    theirs = re.sub(r"veintiuno\b", "veintiún", theirs)
    assert plain(cardinal_spanish(number)) == plain(re.sub(r"\buno\b", "un", theirs))


@given(numbers)
def test_french(number):
    theirs = num2words(number, lang="fr").replace("-et-", " et ")
    assert plain(cardinal_french(number)) == plain(theirs)


@given(st.one_of(st.integers(0, 10**6), st.integers(0, LIMIT - 1)))
def test_portuguese(number):
    # The link "e" after thousands is a matter of style where hundreds with a rest follow.
    theirs = num2words(number, lang="pt_BR").replace("catorze", "quatorze")
    without = re.compile(r"\be\b")
    assert plain(without.sub("", cardinal_portuguese(number))) == plain(without.sub("", theirs))


@given(numbers)
def test_german(number):
    # Theirs says "hunderteinstausend", which no German does.
    theirs = num2words(number, lang="de").replace("einstausend", "eintausend")
    assert plain(cardinal_german(number)).lower() == plain(theirs).lower()


@given(numbers)
def test_russian(number):
    assert plain(cardinal_russian(number)) == plain(num2words(number, lang="ru"))


def arabic_value(words: str) -> int:
    """What Arabic number words mean: parts are added, a scale multiplies what stands before it."""
    ones = ["صفر", "واحد", "اثنان", "ثلاثة", "أربعة", "خمسة", "ستة", "سبعة", "ثمانية", "تسعة", "عشرة"]
    values = {word: n for n, word in enumerate(ones)}
    values |= {"أحد": 1, "اثنا": 2, "عشر": 10}
    tens = listed("عشرون ثلاثون أربعون خمسون ستون سبعون ثمانون تسعون")
    values |= {word: 10 * n for n, word in enumerate(tens, 2)}
    hundreds = listed("مئة مئتان ثلاثمئة أربعمئة خمسمئة ستمئة سبعمئة ثمانمئة تسعمئة")
    values |= {word: 100 * n for n, word in enumerate(hundreds, 1)}
    singular = ("ألف", "مليون", "مليار", "تريليون", "كوادريليون")
    scales = {name: 1000**n for n, name in enumerate(singular, 1)}
    scales |= {name + "ا": 1000**n for n, name in enumerate(singular, 1)}
    scales |= dict(
        zip(("آلاف", "ملايين", "مليارات", "تريليونات", "كوادريليونات"), scales.values(), strict=False)
    )
    twos = {name + "ان": 2 * 1000**n for n, name in enumerate(singular, 1)}
    total = group = 0
    for word in words.split():
        name = word if word in values or word in scales or word in twos else word.removeprefix("و")
        if name in twos:
            total += twos[name]
        elif name in scales:
            total, group = total + max(group, 1) * scales[name], 0
        else:
            group += values[name]
    return total + group


def japanese_value(words: str) -> int:
    total = group = digit = 0
    for char in words:
        if char in "零壱弐参四五六七八九":
            digit = "零壱弐参四五六七八九".index(char)
        elif char in "拾百千":
            group, digit = group + digit * 10 ** ("拾百千".index(char) + 1), 0
        else:
            total, group, digit = total + (group + digit) * 10 ** (4 * ("万億兆".index(char) + 1)), 0, 0
    return total + group + digit


def vietnamese_value(words: str) -> int:
    digits = {word: n for n, word in enumerate(listed("không một hai ba bốn năm sáu bảy tám chín"))}
    digits |= {"mốt": 1, "tư": 4, "lăm": 5}
    if " tỷ" in words:
        high, _tỷ, low = words.rpartition(" tỷ")
        return vietnamese_value(high) * 10**9 + vietnamese_value(low)
    total = group = last = 0
    for word in words.split():
        if word in digits:
            last = digits[word]
        elif word == "trăm":
            group, last = last * 100, 0
        elif word in ("mươi", "mười"):
            group, last = group + (last if word == "mươi" else 1) * 10, 0
        elif word in ("nghìn", "triệu"):
            total, group, last = total + (group + last) * {"nghìn": 1000, "triệu": 10**6}[word], 0, 0
    return total + group + last


def thai_value(words: str) -> int:
    if "ล้าน" in words:
        high, _million, low = words.rpartition("ล้าน")
        return thai_value(high) * 10**6 + thai_value(low)
    names = ("ศูนย์", "หนึ่ง", "สอง", "สาม", "สี่", "ห้า", "หก", "เจ็ด", "แปด", "เก้า")
    values = {name: n for n, name in enumerate(names)} | {"เอ็ด": 1, "ยี่": 2}
    places = {"สิบ": 10, "ร้อย": 100, "พัน": 1000, "หมื่น": 10**4, "แสน": 10**5}
    total = last = 0
    for word in re.findall("|".join((*values, *places)), words):
        if word in places:
            total, last = total + (last or 1) * places[word], 0
        else:
            last = values[word]
    return total + last


@given(numbers)
def test_eastern_words_mean_the_number(number):
    assert arabic_value(cardinal_arabic(number)) == number
    assert japanese_value(number_in_japanese(number)) == number
    assert vietnamese_value(cardinal_vietnamese(number)) == number
    assert thai_value(cardinal_thai(number)) == number


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("es", "Son mil doscientos treinta y cuatro dólares estadounidenses con 56/100"),
        ("fr", "Mille deux cent trente-quatre dollars des États-Unis et 56/100"),
        ("de", "Eintausendzweihundertvierunddreißig US-Dollar und 56/100"),
        ("pt", "Mil duzentos e trinta e quatro dólares americanos e 56/100"),
        ("ru", "Одна тысяча двести тридцать четыре доллара США и 56/100"),
        ("ar", "فقط ألف ومئتان وأربعة وثلاثون دولار أمريكي و 56/100 لا غير"),
        ("ja", "金壱千弐百参拾四米ドル五拾六セント也"),
        ("vi", "Một nghìn hai trăm ba mươi tư đô la Mỹ và 56/100"),
        ("th", "หนึ่งพันสองร้อยสามสิบสี่ดอลลาร์สหรัฐ กับ 56/100"),
    ],
)
def test_amounts(language, said):
    assert amount_in_words(Money.of("1234.56", "USD"), language) == said


@pytest.mark.parametrize(
    ("amount", "currency", "language", "said"),
    [
        ("21", "GBP", "es", "Son veintiuna libras esterlinas con 00/100"),
        ("1000000", "EUR", "es", "Son un millón de euros con 00/100"),
        ("1000000", "EUR", "fr", "Un million d’euros et 00/100"),
        ("21", "GBP", "fr", "Vingt et une livres sterling et 00/100"),
        ("1", "EUR", "de", "Ein Euro und 00/100"),
        ("2", "SEK", "pt", "Duas coroas suecas e 00/100"),
        ("2121", "SEK", "ru", "Две тысячи сто двадцать одна шведская крона и 00/100"),
        ("5", "CNY", "ru", "Пять китайских юаней и 00/100"),
        ("100000", "JPY", "ja", "金壱拾万円也"),
        ("10.005", "KWD", "es", "Son diez dinares kuwaitíes con 005/1000"),
        ("201500.25", "THB", "th", "สองแสนหนึ่งพันห้าร้อยบาทยี่สิบห้าสตางค์"),
        ("20", "THB", "th", "ยี่สิบบาทถ้วน"),
        ("2500000", "VND", "vi", "Hai triệu năm trăm nghìn đồng Việt Nam chẵn"),
        ("-5", "EUR", "de", "Minus fünf Euro und 00/100"),
    ],
)
def test_amounts_agree_with_their_currency(amount, currency, language, said):
    assert amount_in_words(Money.of(amount, currency), language) == said


@pytest.mark.parametrize(
    ("language", "one", "many"),
    [
        ("en", "SAY TOTAL ONE CARTON ONLY", "SAY TOTAL TWO HUNDRED AND FORTY-ONE CARTONS ONLY"),
        ("zh_CN", "合计壹箱整", "合计贰佰肆拾壹箱整"),
        ("es", "Son una caja", "Son doscientas cuarenta y una cajas"),
        ("fr", "Un carton", "Deux cent quarante et un cartons"),
        ("de", "Ein Karton", "Zweihunderteinundvierzig Kartons"),
        ("pt", "Uma caixa", "Duzentas e quarenta e uma caixas"),
        ("ru", "Одна коробка", "Двести сорок одна коробка"),
        ("ar", "فقط واحد كرتون لا غير", "فقط مئتان وواحد وأربعون كرتون لا غير"),
        ("ja", "合計壱カートン", "合計弐百四拾壱カートン"),
        ("vi", "Một thùng", "Hai trăm bốn mươi mốt thùng"),
        ("th", "หนึ่งกล่อง", "สองร้อยสี่สิบเอ็ดกล่อง"),
    ],
)
def test_cartons(language, one, many):
    assert cartons_in_words(1, language) == one
    assert cartons_in_words(241, language) == many


@given(
    st.integers(0, 10**13),
    st.sampled_from(sorted(CURRENCY_EXPONENTS)),
    st.sampled_from(LANGUAGES),
)
def test_every_amount_can_be_said_in_every_language(minor, currency, language):
    said = amount_in_words(Money(minor, currency), language)
    assert said == said.strip()
    assert "  " not in said
    if language in ("es", "fr", "de", "pt", "ru", "ar") and exponent(currency):
        part = minor % 10 ** exponent(currency)
        assert f" {part:0{exponent(currency)}d}/{10 ** exponent(currency)}" in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_beyond_words_are_refused(language):
    with pytest.raises(InvalidValue):
        amount_in_words(Money(LIMIT * 100, "USD"), language)
    with pytest.raises(InvalidValue):
        cartons_in_words(-1, language)


def test_other_languages_are_refused():
    with pytest.raises(InvalidValue):
        amount_in_words(Money(100, "USD"), "tlh")
    with pytest.raises(InvalidValue):
        cartons_in_words(1, "tlh")
