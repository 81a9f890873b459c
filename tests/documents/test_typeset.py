from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factory_erp.documents.fonts import meant_by
from factory_erp.documents.lines import set_heading, set_label
from factory_erp.documents.typeset import (
    MISSING,
    NO_LINE_END,
    NO_LINE_START,
    break_lines,
    clean,
    fitting_size,
    is_unset,
    text_width,
)

TURNED = str.maketrans(")]}>»›", "([{<«‹")
CHINESE = "本公司所售（真空保温杯），容量五百毫升；颜色：“哑光黑”。每箱四十八只，出口包装！"


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300), st.floats(12, 300), st.booleans())
def test_no_line_is_wider_than_its_column(text, width, bold):
    for line in break_lines(text, 7.4, width, bold):
        assert text_width(line, 7.4, bold) <= width + 0.01


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200), st.floats(12, 200))
def test_breaking_loses_no_character(text, width):
    shown = "".join(break_lines(text, 7, width)).replace(" ", "")
    meant = clean(text).replace(" ", "").replace("\n", "")
    if is_unset(clean(text)):
        letters, meant = ("".join(map(meant_by, part)) for part in (shown, meant))
        assert sorted(letters.translate(TURNED)) == sorted(meant.translate(TURNED))
    else:
        assert shown == meant


@pytest.mark.parametrize("width", range(24, 160, 3))
def test_kinsoku(width):
    lines = break_lines(CHINESE, 7, width)
    assert not any(line[0] in NO_LINE_START for line in lines[1:])
    assert not any(line[-1] in NO_LINE_END for line in lines[:-1])


JAPANESE = "真空断熱ボトルはステンレススチール製で、ちょっと大きめのキャップが付いています。"


@pytest.mark.parametrize("width", range(24, 160, 3))
def test_japanese_small_kana_and_long_vowels_do_not_begin_a_line(width):
    lines = break_lines(JAPANESE, 7, width)
    assert not any(line[0] in "ー、。ょっァィゥェォャュョ" for line in lines[1:])


def test_latin_breaks_at_spaces_and_numbers_stay_whole():
    words = ["Vacuum", "bottle", "HY-2026-0815", "with", "lid"]
    lines = break_lines(" ".join(words), 7, 50)
    assert len(lines) > 1
    assert [word for line in lines for word in line.split()] == words


def test_line_feeds_are_kept_and_control_characters_are_not():
    assert break_lines("a\nb\r\nc\x00\u202ed\x07", 7, 100) == ("a", "b", "cd")


def test_missing_glyphs_show_and_rare_characters_are_drawn():
    assert clean("a😀ሀ") == f"a{MISSING}{MISSING}"
    assert clean("𫖮𬭎𬴂𬘭") == "𫖮𬭎𬴂𬘭"
    assert clean("𠮷㐂䶮𠀡", bold=True) == "𠮷㐂䶮𠀡"
    assert clean("e\u0301") == "é"
    assert clean("\ud800") == MISSING


@pytest.mark.parametrize("width", range(20, 90, 5))
def test_a_word_with_an_apostrophe_stays_whole(width):
    words = ["d’après", "l’usine", "d’Angers"]
    lines = break_lines(" ".join(words), 7, max(width, 30))
    shown = "".join(map(meant_by, " ".join(lines)))
    assert shown.split() == words


def test_figures_shrink_to_their_column():
    text = "123,456,789,012,345,678.90"
    size = fitting_size(text, 7.4, 40)
    assert text_width(text, size) <= 40


def test_a_label_in_two_languages_breaks_between_them():
    label = "Loaded and counted by  装柜清点人"
    assert [line.text for line in set_label(label, 400)] == [label]
    assert [line.text for line in set_label(label, 70)] == ["Loaded and counted by", "装柜清点人"]
    assert set_label("", 70) == []


def test_a_word_of_a_heading_is_set_smaller_rather_than_torn():
    narrow = text_width("Ursprungsland", 6.4, bold=True) * 0.8
    lines = set_heading("11. RCEP-Ursprungsland", narrow)
    assert lines[-1].text.endswith("Ursprungsland")
    assert lines[-1].size < 6.4
    assert {line.size for line in set_heading("原产国家和地区的名称", narrow)} == {6.4}
    assert {line.size for line in set_heading("น้ำหนักรวมสูงสุดของตู้", narrow)} == {6.4}
