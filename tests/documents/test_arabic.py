from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factory_erp.documents.arabic import (
    in_drawn_order,
    is_logical,
    letters_of,
    reads_from_right,
    shaped,
)
from factory_erp.documents.typeset import break_lines, one_line, text_width

ARABIC = st.text("ابتثجحخدذرزسشصضطظعغفقكلمنهويءآأؤإئىة ،.:()/-0123456789ABC", max_size=80)


def read_back(drawn: str) -> str:
    """The letters of a drawn text."""
    return "".join(map(letters_of, drawn))


@pytest.mark.parametrize(
    ("word", "forms"),
    [
        ("بيت", "initial medial final"),
        ("دار", "isolated isolated isolated"),
        ("سلام", "initial final isolated"),
        ("لا", "isolated"),
        ("بلا", "initial final"),
        ("قماش", "initial medial final isolated"),
        ("شيء", "initial final isolated"),
    ],
)
def test_letters_take_the_form_that_their_neighbours_give_them(word, forms):
    positions = [unicodedata.decomposition(char).split()[0].strip("<>") for char in shaped(word)]
    assert positions == forms.split()


@given(ARABIC)
def test_shaping_keeps_every_letter(text):
    assert read_back(shaped(text)) == text
    assert not is_logical(shaped(text))


@given(ARABIC)
def test_turning_keeps_every_character(text):
    drawn = in_drawn_order(shaped(text), reads_from_right(text))
    brackets = str.maketrans("()", "((")
    assert sorted(read_back(drawn).translate(brackets)) == sorted(text.translate(brackets))


@pytest.mark.parametrize(
    "kept",
    [
        "2026-0815",
        "PO-77120",
        "+86 574 8765 4321",
        "30 %",
        "-500.00",
        "Ningbo Haiyue Drinkware Co., Ltd.",
        "CIF Hamburg (Incoterms 2020)",
        "1,234.56",
        "C/NO. 1-240",
        "(B/L)",
        "export@haiyue-drinkware.example",
    ],
)
@pytest.mark.parametrize(
    "sentence", ["رقم الفاتورة {} بتاريخ اليوم", "{} كرتون", "العقد: {}", "دفعة ({}) مقدمة"]
)
def test_codes_figures_and_latin_keep_their_order(sentence, kept):
    assert kept in one_line(sentence.format(kept))


def test_the_line_reads_from_the_right():
    drawn = one_line("العقد: HY-118، اليوم")
    words = [read_back(word) for word in drawn.split(" ")]
    assert words == ["مويلا", "،HY-118", ":دقعلا"]


def test_the_full_stop_closes_the_sentence():
    assert read_back(one_line("وفق (البند VI/2.4.2).")) == ".(VI/2.4.2 دنبلا) قفو"
    assert read_back(one_line("الدفعة 2,379.47.")) == ".2,379.47 ةعفدلا"
    assert read_back(one_line("المستفيد: Haiyue Co., Ltd.")) == "Haiyue Co., Ltd. :ديفتسملا"


def test_wide_space_parts_one_figure_from_the_next():
    assert read_back(one_line("رقم 1-10   240 طرد")) == "درط 240   1-10 مقر"
    assert read_back(one_line("هاتف: +86 574 8765 4321")) == "+86 574 8765 4321 :فتاه"


def test_brackets_turn_with_the_line():
    assert read_back(one_line("سعر (صافي) اليوم")) == "مويلا (يفاص) رعس"


def test_an_arabic_name_inside_latin_turns_alone():
    drawn = one_line("Buyer: شركة النور, Riyadh")
    assert read_back(drawn) == "Buyer: رونلا ةكرش, Riyadh"


def test_text_without_arabic_is_left_alone():
    assert one_line("CIF Hamburg (Incoterms 2020)") == "CIF Hamburg (Incoterms 2020)"
    assert one_line("商业发票") == "商业发票"


@settings(max_examples=80, deadline=None)
@given(ARABIC, st.floats(20, 200))
def test_lines_fit_and_lose_nothing(text, width):
    lines = break_lines(text, 7.4, width)
    assert all(text_width(line, 7.4) <= width + 0.01 for line in lines)
    brackets = str.maketrans("()", "((", " ")
    shown = read_back("".join(lines)).translate(brackets)
    assert sorted(shown) == sorted(text.translate(brackets))


def test_lines_break_at_spaces_and_follow_each_other():
    text = "تحويل برقي دفعة مقدمة والباقي مقابل نسخة من بوليصة الشحن"
    lines = break_lines(text, 7.4, 70)
    assert len(lines) > 2
    assert " ".join(read_back(line)[::-1] for line in lines) == text
