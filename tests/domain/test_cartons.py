"""Carton numbers in the notations met on real packing lists."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factory_erp.domain.cartons import (
    NOTATIONS,
    RESERVED,
    CartonRange,
    Notation,
    count,
    format_ranges,
    missing_and_double,
    normalised,
    parse,
    printed,
)
from factory_erp.domain.errors import InvalidValue

prefixes = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", max_size=8).filter(lambda text: text not in RESERVED)
ranges = st.builds(
    lambda first, length, prefix: CartonRange(first, first + length, prefix),
    st.integers(1, 9_000),
    st.integers(0, 900),
    st.one_of(st.just(""), prefixes),
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1-50, 53, 60-62", [(1, 50), (53, 53), (60, 62)]),
        ("CTN NO. 1-50", [(1, 50)]),
        ("C/NO. 1-50", [(1, 50)]),
        ("c/nos.: 1-3", [(1, 3)]),
        ("CTN#1-4", [(1, 4)]),
        ("#7", [(7, 7)]),
        ("NO.5", [(5, 5)]),
        ("Carton No. 1-5 / 6-10", [(1, 5), (6, 10)]),
        ("1 – 5", [(1, 5)]),
        ("1~5", [(1, 5)]),
        ("箱号：1—3、5", [(1, 3), (5, 5)]),
        ("001-050;51", [(1, 50), (51, 51)]),
        ("C/NO. 1-UP", [(1, 25)]),
        ("CASE NO. 3-UP", [(3, 25)]),
        ("1/UP", [(1, 25)]),
        ("3/25", [(3, 3)]),
        ("C/NO. 25/25", [(25, 25)]),
        ("Ｃ／ＮＯ．１－３，５", [(1, 3), (5, 5)]),
        ("1 to 5", [(1, 5)]),
        ("NOS. 1 TO 5 / 7 TO 9", [(1, 5), (7, 9)]),
        ("1-5 / 6 / 7-9", [(1, 5), (6, 6), (7, 9)]),
        ("1 ～ 5、\u300010", [(1, 5), (10, 10)]),
        ("CASE NO. 1\u2013UP", [(1, 25)]),
    ],
)
def test_notations(text: str, expected: list[tuple[int, int]]) -> None:
    assert parse(text, total=25) == tuple(CartonRange(first, last) for first, last in expected)


@pytest.mark.parametrize("text", ["A1-A20", "A1-20", "a1 - a20", "C/NO. A1-A20"])
def test_a_series_has_its_prefix_once_or_twice(text: str) -> None:
    assert parse(text) == (CartonRange(1, 20, "A"),)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "abc",
        "1-",
        "-5",
        "UP",
        "UP3",
        "1-3/10",
        "1/2/3",
        "A1-B20",
        "1.5",
        "①-③",
        "٣-٥",
        "1-3/ 10",
        "1to5",
        "C" + " " * 50_000 + "1x",
        "1-" * 20_000,
        "A" * 100_000,
        "5-3",
        "0-3",
        "0",
        "1234567",
    ],
)
def test_what_cannot_be_read(text: str) -> None:
    with pytest.raises(InvalidValue):
        parse(text, total=25)


def test_up_needs_the_number_of_cartons() -> None:
    with pytest.raises(InvalidValue, match="UP"):
        parse("1-UP")
    with pytest.raises(InvalidValue):
        parse("30-UP", total=25)


def test_a_piece_of_a_total_must_fit_that_total() -> None:
    assert parse("1/25") == (CartonRange(1, 1),)
    with pytest.raises(InvalidValue, match="total"):
        parse("1/25", total=30)
    with pytest.raises(InvalidValue, match="total"):
        parse("26/25")


def test_a_carton_stands_in_one_range_only() -> None:
    with pytest.raises(InvalidValue, match="Carton 3 is named twice"):
        parse("1-5, 3-8")
    assert len(parse("A1-5, B3-8")) == 2


@pytest.mark.parametrize(
    ("first", "last", "prefix"), [(0, 1, ""), (2, 1, ""), (1, 2, "a"), (1, 2, "UP"), (1, 2, "A-")]
)
def test_impossible_ranges_are_refused(first: int, last: int, prefix: str) -> None:
    with pytest.raises(InvalidValue):
        CartonRange(first, last, prefix)


def test_the_printed_form_is_sorted_and_merged() -> None:
    assert format_ranges(parse("53, 26-50, 1-25")) == "1-50, 53"
    assert format_ranges(parse("B2, A3, 7, A1-2")) == "7, A1-A3, B2"
    assert format_ranges([]) == ""


EXAMPLES = {
    "1-50, 53": "1-5, 7, 9-25",
    "CTN NO. 1-50": "CTN NO. 1-5, 7, 9-25",
    "C/NO. 1-50": "C/NO. 1-5, 7, 9-25",
    "C/NO. 1-UP": "C/NO. 1-5, 7, 9-UP",
    "CASE NO. 1-UP": "CASE NO. 1-5, 7, 9-UP",
    "Carton No. 1-5 / 6-10": "Carton No. 1-5, 7, 9-25",
    "1/25": "1-5, 7/25, 9-25",
    "箱号 1-50": "箱号 1-5, 7, 9-25",
}


@pytest.mark.parametrize("name", NOTATIONS)
def test_each_notation_as_it_is_printed(name: str) -> None:
    some = parse("1-5, 7, 9-25")
    assert printed(some, NOTATIONS[name], 25) == EXAMPLES[name]
    assert printed([], NOTATIONS[name], 25) == ""


def test_slashes_part_ranges_only() -> None:
    slashes = NOTATIONS["Carton No. 1-5 / 6-10"]
    assert printed(parse("A1-5, B1-10"), slashes) == "Carton No. A1-A5 / B1-B10"
    assert printed(parse("3, 25"), slashes) == "Carton No. 3, 25"


@pytest.mark.parametrize("total", [None, 24])
def test_up_and_of_total_need_the_number_of_cartons(total: int | None) -> None:
    for name in ("C/NO. 1-UP", "1/25"):
        with pytest.raises(InvalidValue, match="total"):
            printed(parse("1-25"), NOTATIONS[name], total)


def test_missing_and_double_cartons() -> None:
    assert missing_and_double(parse("1-5, 8-10"), 10) == ([6, 7], [])
    assert missing_and_double([CartonRange(1, 5), CartonRange(5, 9)], 10) == ([10], [5])
    assert missing_and_double(parse("A1-A20, B21-B40"), 40) == ([], [])
    assert missing_and_double([], 2) == ([1, 2], [])


@given(st.lists(ranges, min_size=1, max_size=12))
def test_the_printed_form_reads_back_as_the_same_cartons(some: list[CartonRange]) -> None:
    text = format_ranges(some)
    assert parse(text) == normalised(some)
    assert format_ranges(parse(text)) == text


@given(
    st.lists(ranges, min_size=1, max_size=12),
    st.builds(
        Notation,
        st.sampled_from(["", *(one.label for one in NOTATIONS.values())]),
        st.booleans(),
        st.booleans(),
        st.booleans(),
    ),
    st.integers(0, 1) | st.integers(0, 100),
)
def test_every_notation_reads_back_as_the_same_cartons(
    some: list[CartonRange], notation: Notation, more: int
) -> None:
    total = max((row.last for row in some if not row.prefix), default=0) + more
    assert parse(printed(some, notation, total), total) == normalised(some)


@given(st.text(max_size=60))
def test_hostile_text_is_refused_or_read(text: str) -> None:
    with suppress(InvalidValue):
        assert count(parse(text, total=25)) >= 1


@given(st.lists(ranges, max_size=12))
def test_normalising_keeps_every_carton_once(some: list[CartonRange]) -> None:
    cartons = {(item.prefix, number) for item in some for number in range(item.first, item.last + 1)}
    merged = normalised(some)
    assert count(merged) == len(cartons) <= count(some)
    assert {
        (item.prefix, number) for item in merged for number in range(item.first, item.last + 1)
    } == cartons


@given(st.lists(st.integers(1, 60), max_size=60), st.integers(1, 60))
def test_missing_and_double_find_exactly_what_is_wrong(numbers: list[int], total: int) -> None:
    missing, double = missing_and_double([CartonRange(number, number) for number in numbers], total)
    assert missing == [number for number in range(1, total + 1) if number not in numbers]
    assert double == sorted({number for number in numbers if numbers.count(number) > 1})


@given(st.text("0123456789-–~/,;. ABCNOUPS#箱号", max_size=30))
def test_any_text_is_either_refused_or_read_for_good(text: str) -> None:
    try:
        read = parse(text, total=25)
    except InvalidValue:
        return
    assert parse(format_ranges(read)) == normalised(read)
