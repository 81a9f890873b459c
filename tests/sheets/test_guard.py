"""Formula-like text is made harmless and restored, whatever it is."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from factory_erp.sheets.guard import neutral, restored

HOSTILE = st.text(alphabet=st.one_of(st.sampled_from("=+-@'\t\r\n ＝＋－＠05."), st.characters()), max_size=8)


@given(HOSTILE)
@example("'")
@example("''=")
@example("'-5")
def test_what_is_neutralised_is_restored(text: str) -> None:
    assert restored(neutral(text)) == text


@given(HOSTILE)
def test_nothing_neutral_begins_as_a_formula_unless_it_is_a_number(text: str) -> None:
    shown = neutral(text)
    if shown.strip(" ")[:1] in ("=", "+", "-", "@", "＝", "＋", "－", "＠"):
        float(shown)


@given(HOSTILE, HOSTILE)
def test_two_texts_never_become_one(one: str, other: str) -> None:
    assert (neutral(one) == neutral(other)) == (one == other)


@pytest.mark.parametrize(
    "text", ["=1+1", "+A1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "＝1", "'x", " =1", "-5%"]
)
def test_formula_like_text_gets_an_apostrophe(text: str) -> None:
    assert neutral(text) == "'" + text


@pytest.mark.parametrize("text", ["", "-5", "+3.2", "-0.50", "5", "SKU-1", "a=b", "1-2", "it's"])
def test_plain_text_and_signed_numbers_stay(text: str) -> None:
    assert neutral(text) == text


@pytest.mark.parametrize("text", ["'90s", "'00123", "'-5", "'"])
def test_apostrophes_of_other_programs_stay(text: str) -> None:
    assert restored(text) == text
