"""Steps of the loading team, by hand."""

from __future__ import annotations

from factory_erp.packing.loading.problem import Placed, Room
from factory_erp.packing.loading.steps import loading_order, steps
from tests.packing.loading.cases import loading, piece, put

SIDES = (600, 400, 300)
ROOM = Room(6000, 1200, 900, 10**9)


def grid(along: int, across: int, high: int) -> list[Placed]:
    return [
        put(0, (600 * x, 400 * y, 300 * z), SIDES)
        for x in range(along)
        for y in range(across)
        for z in range(high)
    ]


def test_equal_pieces_side_by_side_are_one_step_no_deeper_than_an_arm_reaches() -> None:
    made = steps(loading((piece("carton", *SIDES, count=27),), *grid(3, 3, 3), room=ROOM))
    assert [(step.along, step.across, step.high, step.at, step.end) for step in made] == [
        (2, 3, 3, (0, 0, 0), (1200, 1200, 900)),
        (1, 3, 3, (1200, 0, 0), (1800, 1200, 900)),
    ]


def test_a_gap_ends_a_step() -> None:
    some = [one for one in grid(2, 3, 1) if one.at != (0, 400, 0)]
    made = steps(loading((piece("carton", *SIDES, count=5),), *some, room=ROOM))
    assert [len(step.placed) for step in made] == [2, 2, 1]
    assert [step.at for step in made] == [(0, 0, 0), (0, 800, 0), (600, 400, 0)]


def test_what_lies_across_two_comes_after_both() -> None:
    post, beam = piece("post", *SIDES, count=2), piece("beam", 1200, 400, 300)
    posts, lid = (put(0, (0, 0, 0), SIDES), put(0, (600, 0, 0), SIDES)), put(1, (0, 0, 300), (1200, 400, 300))
    assert loading_order(loading((post, beam), lid, *posts, room=ROOM)) == (*posts, lid)
    assert steps(loading((post,))) == ()
