"""The search, its balance and its order for the team: whatever comes out can be done."""

from __future__ import annotations

from hypothesis import given, settings

from factory_erp.packing.loading.balance import NEAR, balanced, off_centre
from factory_erp.packing.loading.check import violations
from factory_erp.packing.loading.problem import HEIGHT, LENGTH, WIDTH, Loading, Placed, Problem, Room
from factory_erp.packing.loading.search import load
from factory_erp.packing.loading.steps import loading_order, steps
from tests.packing.loading.cases import PROBLEMS, ROOM, loading, piece, put

LONG = 60.0
"""Seconds that are never used up: the width of the beam ends these searches."""


@given(PROBLEMS)
@settings(max_examples=80, deadline=None)
def test_every_rule_holds_and_the_team_can_do_it(problem: Problem) -> None:
    found = load(problem, LONG, widest=2)
    assert violations(found) == []
    order = loading_order(found)
    assert sorted(order, key=repr) == sorted(found.placed, key=repr)
    assert order == loading_order(Loading(problem, found.placed[::-1]))
    _in_order(problem, order)


def _in_order(problem: Problem, order: tuple[Placed, ...]) -> None:
    """Nothing is put down before what it stands on, or behind what stands in its line."""
    stops = [problem.pieces[one.piece].stop for one in order]
    assert stops == sorted(stops, reverse=True)
    for number, one in enumerate(order):
        for later in order[number + 1 :]:
            assert not (_meet(one, later, LENGTH, WIDTH) and later.end[HEIGHT] == one.at[HEIGHT])
            assert not (_meet(one, later, WIDTH, HEIGHT) and later.end[LENGTH] <= one.at[LENGTH])


def _meet(one: Placed, other: Placed, *axes: int) -> bool:
    return all(one.at[axis] < other.end[axis] and other.at[axis] < one.end[axis] for axis in axes)


@given(PROBLEMS)
@settings(max_examples=10, deadline=None)
def test_the_same_problem_gets_the_same_loading(problem: Problem) -> None:
    assert load(problem, LONG, widest=3) == load(problem, LONG, widest=3)


def test_nothing_stands_higher_than_the_door() -> None:
    room = Room(1000, 1000, 900, 10**6, door_mm=800)
    pieces = (
        piece("pallet", 500, 500, 850, count=2, upright=(2,)),
        piece("pole", 100, 100, 850, count=2),
        piece("box", 500, 500, 400, count=4),
    )
    found = load(Problem(room, pieces), LONG, widest=2)
    assert found.left == (2, 0, 0)
    assert violations(found) == []
    assert load(Problem(room, pieces[:1]), LONG).placed == ()


def test_what_fits_exactly_is_loaded_whole() -> None:
    found = load(Problem(ROOM, (piece("brick", 250, 250, 300, count=24, upright=(2,)),)), LONG, widest=2)
    assert found.fill_ppm == 1_000_000
    assert found.left == (0,)
    assert len(steps(found)) <= 4


def test_without_full_support_more_would_fit() -> None:
    pieces = (
        piece("tall", 500, 500, 400),
        piece("low", 500, 500, 300),
        piece("lid", 1000, 500, 500, bears_g=0, upright=(2,)),
    )
    assert load(Problem(ROOM, pieces), LONG, widest=8).left == (1, 1, 0)
    floating = loading(
        pieces, put(0, (0, 0, 0), (500, 500, 400)), put(1, (500, 0, 0), (500, 500, 300)),
        put(2, (0, 0, 400), (1000, 500, 500)),
    )  # fmt: skip
    assert [line.rpartition(": ")[2] for line in violations(floating)] == ["not fully supported"]


def test_many_small_cartons_leave_the_others_their_blocks() -> None:
    pieces = (piece("small", 90, 80, 70, count=600), piece("large", 310, 240, 200, count=8))
    found = load(Problem(Room(2000, 1000, 1200, 10**9), pieces), 0.0)
    assert found.left == (0, 0)


def test_progress_is_told_and_can_stop_it() -> None:
    told: list[int] = []

    def once(found: Loading) -> bool:
        told.append(len(found.placed))
        return False

    found = load(Problem(ROOM, (piece("brick", 310, 220, 130, count=90),)), LONG, once)
    assert told == [len(found.placed)]
    assert load(Problem(ROOM, (piece("none", 10, 10, 10, count=0),)), LONG).placed == ()


def test_a_load_with_room_above_is_spread_along_the_length() -> None:
    pieces = (
        piece("first", 600, 400, 400, count=60, stop=1),
        piece("last", 500, 350, 300, count=60, weight_g=3000, stop=2),
    )
    problem = Problem(Room(5898, 2352, 2393, 28_200_000), pieces)
    plain, spread = load(problem, LONG, widest=1), balanced(problem, LONG, widest=1)
    assert off_centre(plain) > NEAR
    assert off_centre(spread) < off_centre(plain)
    assert spread.left == (0, 0)
    assert spread.problem == problem
    assert violations(spread) == []
