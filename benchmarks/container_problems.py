"""The public test problems of container loading: read from a thpack file, or made again by their procedure.

E. E. Bischoff and M. S. W. Ratcliff, "Issues in the development of approaches to container loading" (1995),
give the procedure: BR1 to BR7 are problems of 3, 5, 8, 10, 12, 15 and 20 kinds of box, 100 each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

from factory_erp.packing.loading.problem import Piece, Problem, Room

GRAM = 1
UNLIMITED_G = 10**9
"""The problems know no weights: a gram each, and no payload."""

CLASSES = {"BR1": 3, "BR2": 5, "BR3": 8, "BR4": 10, "BR5": 12, "BR6": 15, "BR7": 20}
"""Kinds of box in each problem of a class."""

ROOM = Room(587, 233, 220, UNLIMITED_G)
LEAST, MOST = (30, 25, 20), (120, 100, 80)
STANDS = 2
"""A side may stand upright if it is less than so many times the shortest."""
FIRST_SEED, NEXT_SEED, SKIPPED = 2_502_505, 100, 10


def read(text: str) -> Iterator[Problem]:
    """The problems of a file: how many; each has a number and a seed, the room, how many kinds; each kind has
    a number, its three sides, each followed by 1 if it may stand upright, and how many there are.
    """
    numbers = iter(map(int, text.split()))
    for _problem in range(next(numbers)):
        _number, _seed, length, width, height, kinds = islice(numbers, 6)
        pieces = tuple(_read_piece(tuple(islice(numbers, 8))) for _kind in range(kinds))
        yield Problem(Room(length, width, height, UNLIMITED_G), pieces)


def _read_piece(row: tuple[int, ...]) -> Piece:
    upright = tuple(side for side in range(3) if row[2 + 2 * side])
    return Piece(str(row[0]), (row[1], row[3], row[5]), GRAM, row[7], upright)


def made(kinds: int, number: int) -> Problem:
    """Problem *number* (1 first) of the class with so many *kinds*: the same boxes as in the files."""
    draw = _draws(FIRST_SEED + NEXT_SEED * (number - 1))
    for _skipped in range(SKIPPED):
        draw()
    sides = [tuple(low + int(draw() * (high - low + 1)) for low, high in zip(LEAST, MOST, strict=True))
             for _kind in range(kinds)]  # fmt: skip
    volumes = [a * b * c for a, b, c in sides]
    counts, filled = [1] * kinds, sum(volumes)
    while filled + volumes[kind := int(draw() * kinds)] <= ROOM.volume:
        counts[kind] += 1
        filled += volumes[kind]
    return Problem(
        ROOM, tuple(_made_piece(*row) for row in zip(range(1, kinds + 1), sides, counts, strict=True))
    )


def _draws(seed: int) -> Callable[[], float]:
    """Numbers from 0 to 1 by Park and Miller's minimal standard generator."""
    state = seed

    def draw() -> float:
        nonlocal state
        state = 16_807 * state % 2_147_483_647
        return state / 2_147_483_647

    return draw


def _made_piece(number: int, sides: tuple[int, ...], count: int) -> Piece:
    """Longest side first, as in the files."""
    long, middle, short = sorted(sides, reverse=True)
    upright = tuple(row for row, side in enumerate((long, middle, short)) if side < STANDS * short)
    return Piece(str(number), (long, middle, short), GRAM, count, upright)
