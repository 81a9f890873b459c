"""Measured cartons: part of a range, the whole, or across ranges; nothing is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factory_erp.domain.cartons import CartonRange, parse
from factory_erp.domain.errors import InvalidValue, NotFound
from factory_erp.packing.cartons import PackItem, PackLevel, pack, totals
from factory_erp.packing.corrections import Correction, corrected

CUPS = PackLevel("master", 24, 450, 320, 280, 9600, 10_800)
GROUPS = pack([PackItem("L1", "CUP", 1210, CUPS, 400), PackItem("L2", "MUG", 48, CUPS, 400, prefix="A")])


def test_a_part_of_a_range_becomes_a_range_of_its_own() -> None:
    rows = corrected(GROUPS, Correction(CartonRange(5, 7), "weighed ", gross_g=10_900))
    assert [(str(row.numbers), row.gross_g, row.reason) for row in rows] == [
        ("1-4", 10_800, ""),
        ("5-7", 10_900, "weighed"),
        ("8-50", 10_800, ""),
        ("51", 5_200, ""),
        ("A1-A2", 10_800, ""),
    ]
    assert totals(rows).gross_g == totals(GROUPS).gross_g + 300


def test_sizes_and_weights_across_ranges_and_in_one_series_alone() -> None:
    rows = corrected(GROUPS, Correction(CartonRange(50, 51), "measured", 4000, 5000, (460, 320, 280)))
    assert [str(row.numbers) for row in rows] == ["1-49", "50", "51", "A1-A2"]
    assert {(row.net_g, row.gross_g, row.length_mm) for row in rows[1:3]} == {(4000, 5000, 460)}
    assert totals(rows).volume_mm3 == totals(GROUPS).volume_mm3 + 2 * 10 * 320 * 280
    (lettered,) = [row for row in corrected(GROUPS, Correction(CartonRange(1, 2, "A"), "x")) if row.reason]
    assert str(lettered.numbers) == "A1-A2"


@pytest.mark.parametrize("text", ["52", "50-52", "A3", "B1"])
def test_cartons_that_are_not_there(text: str) -> None:
    with pytest.raises(NotFound):
        corrected(GROUPS, Correction(parse(text)[0], "weighed", gross_g=11_000))


@pytest.mark.parametrize(
    "wrong",
    [
        {"reason": " "},
        {"sides": (0, 1, 1)},
        {"gross_g": 9599},
        {"net_g": 0},
        {"net_g": 10_801},
    ],
)
def test_what_cannot_be_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(InvalidValue) as error:
        corrected(GROUPS, Correction(**({"cartons": CartonRange(1, 3), "reason": "weighed"} | wrong)))  # type: ignore[arg-type]
    assert error.value.record
    assert error.value.remedy


@given(st.integers(1, 51), st.integers(0, 50))
def test_numbers_and_pieces_stay(first: int, more: int) -> None:
    rows = corrected(GROUPS, Correction(CartonRange(first, min(51, first + more)), "weighed", net_g=3000))
    assert totals(rows).pieces == totals(GROUPS).pieces
    plain = [n for row in rows if not row.prefix for n in range(row.first, row.last + 1)]
    assert plain == list(range(1, 52))
