"""The benchmark's reader and its row."""

from __future__ import annotations

import pytest

from benchmarks.container_loading import problems, solve
from benchmarks.container_problems import CLASSES, made, read
from factory_erp.packing.loading.problem import Room
from tests.shared import shared_path

TEXT = (
    " 2\n 1 2502505\n 8 4 4\n 1\n 1 4 0 2 1 2 1 4\n"
    " 2 2502605\n 9 9 9\n 2\n 1 9 1 9 0 1 0 3\n 2 5 1 5 1 5 1 1\n"
)


def test_the_file_says_sides_that_may_stand_and_counts() -> None:
    first, second = read(TEXT)
    assert first.room == Room(8, 4, 4, 10**9)
    assert (first.pieces[0].sides, first.pieces[0].upright, first.pieces[0].count) == ((4, 2, 2), (1, 2), 4)
    assert [(piece.upright, piece.count) for piece in second.pieces] == [((0,), 3), ((0, 1, 2), 1)]


def test_a_row_says_how_full_and_whether_valid() -> None:
    row = solve(next(read(TEXT)), 0.2)
    assert (row["fill"], row["valid"], row["left"]) == (50.0, True, 0)


@pytest.mark.parametrize(("number", "kinds"), [(1, 3), (2, 5), (3, 8)])
def test_the_problems_of_the_files_can_be_made_again(number: int, kinds: int) -> None:
    path = shared_path(f"benchmarks/container_loading/thpack{number}.txt")
    for row, problem in enumerate(read(path.read_text()), 1):
        again = made(kinds, row)
        assert again.room == problem.room
        for one, other in zip(again.pieces, problem.pieces, strict=True):
            assert one.count == other.count
            flags = [
                sorted((side, row in piece.upright) for row, side in enumerate(piece.sides))
                for piece in (one, other)
            ]
            assert flags[0] == flags[1]


def test_a_class_stands_for_its_file() -> None:
    some = problems("BR7", 2)
    assert [len(problem.pieces) for problem in some] == [CLASSES["BR7"]] * 2
    assert some[0] != some[1]
    assert problems(str(shared_path("benchmarks/container_loading/thpack1.txt")), 1)[0] == made(3, 1)
