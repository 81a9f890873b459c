"""The judge of loadings: each rule broken once, and not by a hair less."""

from __future__ import annotations

from dataclasses import replace

import pytest

from factory_erp.domain.errors import InvalidValue
from factory_erp.packing.loading.check import violations
from factory_erp.packing.loading.problem import Loading, Piece, Problem, Room
from tests.packing.loading.cases import ROOM, loading, piece, put

CUBE = (400, 400, 400)
LOW, TOP, NEXT = (0, 0, 0), (0, 0, 400), (400, 0, 0)


def cubes(count: int, **rules: object) -> tuple[Piece, ...]:
    return (piece("cube", *CUBE, count=count, **rules),)


def test_a_good_loading_breaks_nothing() -> None:
    assert violations(loading(cubes(3), put(0, LOW, CUBE), put(0, TOP, CUBE), put(0, NEXT, CUBE))) == []
    lying = put(0, LOW, (300, 200, 100), orientation=0)
    assert violations(loading((piece("flat", 300, 200, 100, upright=(2,)),), lying)) == []


@pytest.mark.parametrize(
    ("broken", "what"),
    [
        (loading(cubes(1), put(0, LOW, CUBE), put(0, NEXT, CUBE)), "1 more than there are"),
        (loading(cubes(1), put(0, (601, 0, 0), CUBE)), "outside the room"),
        (loading(cubes(1), put(0, (0, -1, 0), CUBE)), "outside the room"),
        (loading(cubes(2), put(0, LOW, CUBE), put(0, (399, 0, 0), CUBE)), "overlap"),
        (loading(cubes(1), put(0, (0, 0, 1), CUBE)), "not fully supported"),
        (loading(cubes(2), put(0, LOW, CUBE), put(0, (1, 0, 400), CUBE)), "not fully supported"),
        (loading((piece("a", 300, 200, 100, upright=(2,)),), put(0, LOW, (300, 100, 200), 2)), "not allowed"),
        (loading((piece("up", 300, 200, 100),), put(0, LOW, (300, 200, 101))), "not allowed"),
        (loading(cubes(2, bears_g=999), put(0, LOW, CUBE), put(0, TOP, CUBE)), "bears 1000 g of 999 g"),
        (
            loading(cubes(1), put(0, LOW, CUBE), room=replace(ROOM, door_mm=399)),
            "higher than the door",
        ),
        (loading(cubes(1, weight_g=1_000_001), put(0, LOW, CUBE)), "more than the payload"),
    ],
)  # fmt: skip
def test_every_rule_is_judged(broken: Loading, what: str) -> None:
    found = violations(broken)
    assert len(found) == 1
    assert what in found[0]


def test_a_load_just_borne_is_allowed_and_is_handed_down() -> None:
    room = Room(1000, 500, 1200, 10**6)
    stack = [put(0, (0, 0, 400 * layer), CUBE) for layer in range(3)]
    assert violations(loading(cubes(3, bears_g=2000), *stack, room=room)) == []
    assert "bears 2000 g of 1999 g" in violations(loading(cubes(3, bears_g=1999), *stack, room=room))[0]


def test_a_bridge_loads_its_supports_by_area() -> None:
    pieces = (
        piece("post", 300, 400, 400, count=2, bears_g=1500),
        piece("beam", 600, 400, 100, weight_g=3000),
    )
    posts = put(0, LOW, (300, 400, 400)), put(0, (300, 0, 0), (300, 400, 400))
    beam = put(1, TOP, (600, 400, 100))
    assert violations(loading(pieces, *posts, beam)) == []
    heavier = pieces[0], piece("beam", 600, 400, 100, weight_g=3002)
    assert len(violations(loading(heavier, *posts, beam))) == 2


def test_later_stops_stand_neither_on_nor_before_earlier_ones() -> None:
    first, last = piece("first", *CUBE, stop=1), piece("last", *CUBE, stop=2)
    assert violations(loading((first, last), put(1, LOW, CUBE), put(0, NEXT, CUBE))) == []
    assert violations(loading((first, last), put(1, LOW, CUBE), put(0, TOP, CUBE))) == []
    assert "stands before" in violations(loading((first, last), put(0, LOW, CUBE), put(1, NEXT, CUBE)))[0]
    assert "stands on" in violations(loading((first, last), put(0, LOW, CUBE), put(1, TOP, CUBE)))[0]


@pytest.mark.parametrize(
    "wrong",
    [{"weight_g": 0}, {"count": -1}, {"stop": 0}, {"bears_g": -1}, {"upright": ()}, {"upright": (3,)}],
)
def test_impossible_pieces_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(InvalidValue):
        Problem(ROOM, (piece("wrong", *CUBE, **wrong),))  # type: ignore[arg-type]
    with pytest.raises(InvalidValue):
        Problem(Room(0, 1, 1, 1), ())
