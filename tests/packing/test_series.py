"""Letters for colours and customers, and so many cartons of some ranges."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from factory_erp.domain.cartons import CartonRange, count, normalised, parse
from factory_erp.packing.series import prefixes, taken


def test_a_name_gives_its_letters_or_the_next_of_the_alphabet() -> None:
    assert prefixes(["Red", "天蓝", "", "B", "深红", "red", "Red", "up", "Turquoise", "No 5"]) == {
        "Red": "RED",
        "天蓝": "A",
        "": "",
        "B": "B",
        "深红": "C",
        "red": "D",
        "up": "E",
        "Turquoise": "TURQUOIS",
        "No 5": "F",
    }


@given(st.lists(st.text(max_size=4) | st.sampled_from("abcdAB"), max_size=80))
def test_letters_are_valid_and_differ(names: list[str]) -> None:
    found = prefixes(names)
    assert list(found) == list(dict.fromkeys(names))
    assert len(set(found.values())) == len(found)
    for name, letters in found.items():
        assert CartonRange(1, 2, letters).prefix == letters
        assert bool(letters) == bool(name)


@given(st.integers(0, 40))
def test_taken_and_left_are_all(cartons: int) -> None:
    rows = parse("1-5, 9, A1-A20, 30-33")
    first, others = taken(rows, cartons)
    assert count(first) == min(cartons, count(rows))
    assert normalised((*first, *others)) == normalised(rows)
