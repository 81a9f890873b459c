from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factory_erp.documents.typeset import (
    MISSING,
    NO_LINE_END,
    NO_LINE_START,
    break_lines,
    clean,
    fitting_size,
    text_width,
)

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
    assert shown == clean(text).replace(" ", "").replace("\n", "")


@pytest.mark.parametrize("width", range(24, 160, 3))
def test_kinsoku(width):
    lines = break_lines(CHINESE, 7, width)
    assert not any(line[0] in NO_LINE_START for line in lines[1:])
    assert not any(line[-1] in NO_LINE_END for line in lines[:-1])


def test_latin_breaks_at_spaces_and_numbers_stay_whole():
    words = ["Vacuum", "bottle", "HY-2026-0815", "with", "lid"]
    lines = break_lines(" ".join(words), 7, 50)
    assert len(lines) > 1
    assert [word for line in lines for word in line.split()] == words


def test_line_feeds_are_kept_and_control_characters_are_not():
    assert break_lines("a\nb\r\nc\x00\u202ed\x07", 7, 100) == ("a", "b", "cd")


def test_missing_glyphs_show_and_rare_characters_are_drawn():
    assert clean("a😀ب") == f"a{MISSING}{MISSING}"
    assert clean("𫖮𬭎𬴂𬘭") == "𫖮𬭎𬴂𬘭"
    assert clean("e\u0301") == "é"
    assert clean("\ud800") == MISSING


def test_figures_shrink_to_their_column():
    text = "123,456,789,012,345,678.90"
    size = fitting_size(text, 7.4, 40)
    assert text_width(text, size) <= 40
