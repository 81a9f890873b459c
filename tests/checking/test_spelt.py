from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factory_erp.checking import spelt
from factory_erp.domain.money import Money
from factory_erp.domain.words import CURRENCY_WORDS, amount_in_chinese, amount_in_english

AMOUNTS = {
    "SAY US DOLLARS TWELVE THOUSAND AND CENTS FIFTY ONLY": "12000.50",
    "TWELVE THOUSAND US DOLLARS AND FIFTY CENTS": "12000.50",
    "US DOLLARS TWELVE THOUSAND AND FIFTY CENTS ONLY": "12000.50",
    "US Dollars one hundred and five and 50/100 only": "105.50",
    "DOLLARS TWELVE THOUSAND CENTS FIFTY-ONE ONLY": "12000.51",
    "SAY EUROS ONE HUNDRED AND NO CENTS ONLY": "100",
    "US DOLLARS FOURTY ONLY": "40",
    "SAY U.S. DOLLARS SEVENTEEN THOUSAND SIX HUNDRED ONLY": "17600",
    "人民币壹拾万柒仟元零伍角叁分": "107000.53",
    "美元壹仟肆佰零玖元伍角整": "1409.50",
    "人民币壹亿圆正": "100000000",
}

UNREADABLE = [
    "",
    "AS PER INVOICE",
    "FIVE SIX",
    "TWENTY-ONE POINT FIVE",
    "TWELVE HUNDRED",
    "CENTS FIFTY",
    "ONE DOLLAR AND TWO EUROS",
    "ONE AND TWO CENTS AND 50/100",
    "HUNDRED " * 100,
    "ONE TRILLION TRILLION",
    "NINETY-NINE THOUSAND TRILLION",
    "人民币壹佰元伍",
    "元",
]


@pytest.mark.parametrize("words", AMOUNTS)
def test_words_are_read(words: str) -> None:
    assert spelt.value(words) == Decimal(AMOUNTS[words])


@pytest.mark.parametrize("words", UNREADABLE)
def test_what_cannot_be_read_for_certain_is_no_amount(words: str) -> None:
    assert spelt.value(words) is None


def test_a_currency_of_three_decimals() -> None:
    assert spelt.value("KUWAITI DINARS TEN AND FILS SIX HUNDRED ONLY", 3) == Decimal("10.600")


@given(st.integers(min_value=100, max_value=10**13), st.sampled_from(["USD", "EUR", "GBP", "CNY", "HKD"]))
def test_what_documents_print_is_read_back(minor: int, currency: str) -> None:
    money = Money(minor, currency)
    assert currency in CURRENCY_WORDS
    assert spelt.value(amount_in_english(money)) == money.amount
    assert spelt.value(amount_in_chinese(money)) == money.amount


@given(st.text())
def test_any_text_is_an_amount_or_none(text: str) -> None:
    found = spelt.value(text)
    assert found is None or found >= 0
