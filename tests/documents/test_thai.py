from __future__ import annotations

import unicodedata

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given, settings
from hypothesis import strategies as st

from factory_erp.config import resources_dir
from factory_erp.documents.thai import GLYPHS, begins_cluster, is_thai, shaped
from factory_erp.documents.typeset import break_lines, text_width

THAI = (
    "กรุณาชำระเงินตามเงื่อนไขที่ตกลงไว้ภายในสามสิบวันนับจากวันที่ในใบแจ้งหนี้ฉบับนี้ "
    "มิฉะนั้นผู้ขายขอสงวนสิทธิ์ในการเรียกเก็บดอกเบี้ยตามกฎหมาย รหัส TB-500"
)


def read_back(drawn: str) -> str:
    """The characters that a drawn text stands for."""
    return "".join(GLYPHS[char][0] if char in GLYPHS else char for char in drawn)


@settings(max_examples=60, deadline=None)
@given(st.floats(16, 200))
def test_no_cluster_is_torn_and_nothing_is_lost(width):
    lines = break_lines(THAI, 7.4, width)
    assert "".join(map(read_back, lines)).replace(" ", "") == THAI.replace(" ", "")
    for line in lines:
        assert text_width(line, 7.4) <= width + 0.01
        assert unicodedata.category(read_back(line)[0]) != "Mn"
        assert read_back(line)[0] not in "ะาำๅๆ"
        assert read_back(line)[-1] not in "เแโใไ"


def test_a_line_ends_at_a_space_where_that_fills_it():
    first, *_ = break_lines("ขวดน้ำสุญญากาศ ฝาไม้ไผ่สีขาว", 7.4, text_width("ขวดน้ำสุญญากาศ ฝาไม้", 7.4))
    assert read_back(first) == "ขวดน้ำสุญญากาศ"


def test_the_last_consonant_of_a_word_is_not_left_alone():
    width = text_width("น้ำหนักรวมสูงสุ", 7.4) + 1
    assert read_back(break_lines("น้ำหนักรวมสูงสุด (kg)", 7.4, width)[0]) == "น้ำหนักรวมสูง"


def test_a_cluster_begins_with_its_consonant():
    assert [i for i in range(1, 5) if begins_cluster("น้ำใจ", i)] == [3]


def test_tone_marks_over_vowels_and_tall_consonants_have_their_own_glyphs():
    assert shaped("กี่") != "กี่"
    assert shaped("ก่") == "ก่"
    assert shaped("น้ำ")[1] in GLYPHS
    assert shaped("ป่า")[1] in GLYPHS
    assert read_back(shaped(THAI)) == THAI
    assert shaped(shaped(THAI)) == shaped(THAI)


@pytest.mark.parametrize("weight", ["400Regular", "700Bold"])
def test_the_glyphs_are_those_of_the_shipped_fonts(weight):
    with TTFont(resources_dir() / "fonts" / f"NotoSansThai_{weight}.ttf") as font:
        names = [(char, font.getGlyphName(glyph).partition(".")) for char, glyph in GLYPHS.values()]
    for char, (name, _dot, variant) in names:
        assert name == f"uni{ord(char):04X}"
        assert variant in ("small", "narrow", "less", "short")


def test_other_scripts_are_not_thai():
    assert is_thai("ขวด")
    assert not is_thai("bottle 瓶 زجاجة")
