"""Exact figures: strict reading, commercial rounding, printing."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.figures import (
    decimals_used,
    exact_decimal,
    format_figure,
    format_scaled,
    parse_decimal,
    round_ratio,
    scaled,
    unscaled,
)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " 1",
        "1 ",
        "1_000",
        "1,000.00",
        "1e3",
        "NaN",
        "Infinity",
        "-inf",
        "１２",
        "٣",
        ".5",
        "5.",
        "--1",
        "1.2.3",
        "1\n",
        "9" * 31,
    ],
)
def test_only_plain_ascii_decimals_are_read(text: str) -> None:
    with pytest.raises(InvalidValue):
        parse_decimal(text)


@pytest.mark.parametrize(("text", "value"), [("0", "0"), ("-1.50", "-1.50"), ("+7", "7"), ("007", "7")])
def test_plain_decimals_are_read(text: str, value: str) -> None:
    assert parse_decimal(text) == Decimal(value)


@pytest.mark.parametrize(
    "value", [1.5, True, None, Decimal("NaN"), Decimal("Infinity"), Decimal("1E+999999"), Decimal("1.234")]
)
def test_inexact_and_absurd_values_are_refused(value: object) -> None:
    with pytest.raises(InvalidValue):
        exact_decimal(value, 2)  # type: ignore[arg-type]


def test_a_vanishingly_small_value_is_refused_before_any_arithmetic() -> None:
    with pytest.raises(InvalidValue):
        exact_decimal(Decimal("1E-999999999"), 6)


def test_trailing_zeros_do_not_count_as_decimals() -> None:
    assert decimals_used(Decimal("1.2500")) == 2
    assert decimals_used(Decimal("100")) == 0
    assert decimals_used(Decimal("1E+3")) == 0
    assert decimals_used(Decimal("0.0000")) == 0
    assert exact_decimal("1.2300000", 2) == Decimal("1.23")


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [("0.005", 2, 1), ("-0.005", 2, -1), ("0.0049", 2, 0), ("2.675", 2, 268), ("1.5", 0, 2), ("-2.5", 0, -3)],
)
def test_halves_round_away_from_zero(value: str, places: int, expected: int) -> None:
    assert scaled(Decimal(value), places) == expected


@given(st.decimals(-(10**15), 10**15, places=9), st.integers(0, 6))
def test_rounding_agrees_with_the_decimal_module(value: Decimal, places: int) -> None:
    with localcontext() as context:
        context.prec = 60
        expected = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
        assert scaled(value, places) == int(expected.scaleb(places))


@given(st.integers(-(10**40), 10**40), st.integers(0, 9))
def test_scaling_and_unscaling_are_inverse_beyond_the_default_precision(number: int, places: int) -> None:
    assert scaled(unscaled(number, places), places) == number


@given(st.integers(), st.integers(min_value=1))
def test_a_rounded_ratio_is_at_most_half_off(numerator: int, denominator: int) -> None:
    assert abs(2 * (round_ratio(numerator, denominator) * denominator - numerator)) <= denominator


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "-1,234,567.50"),
        ("zh_CN", "-1,234,567.50"),
        ("de", "-1.234.567,50"),
        ("de_AT", "-1.234.567,50"),
        ("pt-BR", "-1.234.567,50"),
        ("fr", "-1\N{NARROW NO-BREAK SPACE}234\N{NARROW NO-BREAK SPACE}567,50"),
        ("ru", "-1\N{NO-BREAK SPACE}234\N{NO-BREAK SPACE}567,50"),
    ],
)
def test_each_language_groups_in_its_way(language: str, expected: str) -> None:
    assert format_scaled(-123456750, 2, language) == expected


@pytest.mark.parametrize(
    ("value", "minimum", "expected"),
    [("0", 0, "0"), ("12.5", 0, "12.5"), ("2.3", 2, "2.30"), ("0.1275", 2, "0.1275"), ("1800", 0, "1,800")],
)
def test_figures_show_only_the_decimals_they_need(value: str, minimum: int, expected: str) -> None:
    assert format_figure(Decimal(value), minimum=minimum) == expected


@given(st.integers(-(10**20), 10**20), st.integers(0, 6))
def test_an_english_figure_reads_back_as_itself(number: int, places: int) -> None:
    text = format_scaled(number, places)
    assert scaled(parse_decimal(text.replace(",", "")), places) == number
