from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factory_erp.documents import render
from factory_erp.documents.bill_of_exchange import tenor_written
from factory_erp.documents.details.trade import draft_amount
from factory_erp.documents.facts import Party
from factory_erp.documents.page import INK
from factory_erp.documents.stored import from_json, to_json
from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.money import Money
from tests.documents.papers import exchange, marks_of, not_found, outside, overlapping, paper, said, text_of

PERCENTS = st.integers(1, 10_000).map(lambda hundredths: Decimal(hundredths) / 100)
_SMALL = (
    "ZERO", "ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN", "EIGHT", "NINE", "TEN", "ELEVEN", "TWELVE",
    "THIRTEEN", "FOURTEEN", "FIFTEEN", "SIXTEEN", "SEVENTEEN", "EIGHTEEN", "NINETEEN",
)  # fmt: skip
_TENS = ("TWENTY", "THIRTY", "FORTY", "FIFTY", "SIXTY", "SEVENTY", "EIGHTY", "NINETY")
_VALUES = {
    **{word: i for i, word in enumerate(_SMALL)},
    **{word: 20 + 10 * i for i, word in enumerate(_TENS)},
}
_SCALES = {"THOUSAND": 10**3, "MILLION": 10**6, "BILLION": 10**9}


def number_read(words: str) -> int:
    """An English number read from its words."""
    total, group = 0, 0
    for word in re.findall(r"[A-Z]+", words):
        if word == "HUNDRED":
            group *= 100
        elif word in _SCALES:
            total, group = total + group * _SCALES[word], 0
        elif word != "AND":
            group += _VALUES[word]
    return total + group


def cents_read(words: str) -> int:
    """The amount in cents that "SAY US DOLLARS … AND CENTS … ONLY" states."""
    found = re.fullmatch(r"SAY US DOLLARS? (.+?)(?: AND CENTS? (.+))? ONLY", words)
    assert found, words
    return number_read(found[1]) * 100 + (number_read(found[2]) if found[2] else 0)


@given(st.integers(1, 10**11), PERCENTS)
def test_the_amount_is_the_percentage_of_the_invoice(total, percent):
    assert abs(draft_amount(total, percent) * 100 - total * percent) <= 50


@given(st.integers(-(10**9), 10**9))
def test_the_whole_invoice_is_drawn_exactly(total):
    assert draft_amount(total, Decimal(100)) == total


@given(st.integers(1, 10**10), PERCENTS)
def test_parts_of_an_invoice_come_to_it(total, percent):
    if percent < 100:
        assert abs(draft_amount(total, percent) + draft_amount(total, 100 - percent) - total) <= 1


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 10**11))
def test_words_are_figures(minor):
    details = replace(exchange(100), amount_minor=minor)
    marks = [
        mark.text for page in marks_of(paper("bill_of_exchange", 1, "en", details)) for mark in page.texts
    ]
    lines = " ".join(marks)
    in_words = re.findall(r"SAY US DOLLARS? [A-Z -]+? ONLY", lines)
    assert len(in_words) == 2
    assert {cents_read(words) for words in in_words} == {minor}
    assert marks.count(f"USD {Money(minor, 'USD').format()}") == 2


def test_every_value_is_on_both_copies():
    document = paper(
        "bill_of_exchange", details=exchange(6_191_821, "90", "90 days after bill of lading date")
    )
    details = document.details
    assert details
    shown = text_of(render(document))
    expected = [
        *said(replace(details, tenor="90 days", drawee=Party("Jyske Handelsbank A/S"))),
        "Vestergade 8-16",
        "USD 55,726.39",
        "SAY US DOLLARS FIFTY-FIVE THOUSAND SEVEN HUNDRED AND TWENTY-SIX AND CENTS THIRTY-NINE ONLY",
        "美元伍万伍仟柒佰贰拾陆元叁角玖分", "90 days after bill of lading date (19 Sep 2026)", "1 Jul 2026",
        "Ningbo, 12 Sep 2026", "90 % of the value of invoice CI-2026-00042",
    ]  # fmt: skip
    assert [text for text in expected if shown.count(re.sub(r"\s", "", text)) < 2] == []
    assert (
        not_found(
            [
                "of this FIRST of exchange (SECOND of the same tenor and date being unpaid)",
                "of this SECOND of exchange (FIRST of the same tenor and date being unpaid)",
            ],
            render(document),
        )
        == []
    )


@pytest.mark.parametrize(
    ("tenor", "written", "struck"),
    [
        ("sight", "— — — — — —", False),
        ("At sight", "— — — — — —", False),
        ("60 days after sight", "60 days after", False),
        ("at 30 days sight", "30 days", False),
        ("90 days after bill of lading date", "90 days after bill of lading date (19 Sep 2026)", True),
        ("30 days after date", "30 days after date (19 Sep 2026)", True),
    ],
)
def test_the_tenor_is_written_as_the_form_wants_it(tenor, written, struck):
    assert tenor_written(tenor, "19 Sep 2026") == (written, struck)


def test_without_a_date_of_the_bill_of_lading_none_is_written():
    assert tenor_written("90 days after B/L date") == ("90 days after B/L date", True)


@pytest.mark.parametrize(
    ("tenor", "strokes"), [("sight", 0), ("60 days after sight", 0), ("45 days after B/L date", 2)]
)
def test_sight_is_struck_out_on_both_copies_where_it_is_not_so(tenor, strokes):
    pages = marks_of(paper("bill_of_exchange", 1, "en", exchange(100_00, tenor=tenor)))
    struck = [rule for page in pages for rule in page.rules if rule.width == 1 and rule.colour == INK]
    assert len(struck) == strokes
    for rule in struck:
        beneath = [m for m in pages[0].texts if m.text == "sight" and m.y - m.size < rule.y1 < m.y]
        assert [round(mark.x) for mark in beneath] == [round(rule.x1 + 1)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount_minor": 0},
        {"tenor": "  "},
        {"invoice_percent": Decimal(0)},
        {"invoice_percent": Decimal("100.01")},
    ],
)
def test_impossible_drafts_are_refused(wrong):
    with pytest.raises(InvalidValue):
        replace(exchange(100), **wrong)


@pytest.mark.parametrize("percent", ["NaN", "-1", "0", "101"])
def test_impossible_percentages_are_refused(percent):
    with pytest.raises(InvalidValue, match="not possible"):
        draft_amount(100, Decimal(percent))


@pytest.mark.parametrize("language", ["en", "zh_CN", "bilingual", "pt", "ar", "ja"])
def test_the_same_snapshot_gives_the_same_bytes_in_every_language(language):
    document = paper("bill_of_exchange", language=language)
    assert render(document) == render(from_json(to_json(document)))


def test_long_names_stay_inside():
    long = replace(
        exchange(10**13 + 77),
        drawee=Party("Bank of a Very Long Name " * 9, "银行" * 70, ("Street " * 40,) * 6),
        pay_to="Negotiating bank " * 30,
        tenor="120 days after the date of the bill of lading or waybill " * 3,
    )
    document = paper("bill_of_exchange", details=long)
    assert outside(document) == []
    assert overlapping(document) == []
    assert text_of(render(document)).count("Negotiatingbank") == 60
