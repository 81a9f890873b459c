"""How many equal cartons lie side by side on a rectangle: the pattern of one layer.

Five blocks after E. E. Bischoff and W. B. Dowsland, "An application of the micro to product design and
distribution" (1982): one in each corner, in turn lengthwise and crosswise, and one in the middle. Plain
rows and two blocks are among them. Whole millimetres.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Lying:
    """One carton of a layer: its corner and its sides along length and width."""

    x: int
    y: int
    length: int
    width: int


class _Block(NamedTuple):
    """Rows of equal cartons from a corner."""

    x: int
    y: int
    along: int
    across: int
    length: int
    width: int

    @property
    def cartons(self) -> int:
        return self.along * self.across

    @property
    def end_x(self) -> int:
        return self.x + self.along * self.length

    @property
    def end_y(self) -> int:
        return self.y + self.across * self.width

    def lying(self) -> Iterator[Lying]:
        for i in range(self.along):
            for j in range(self.across):
                yield Lying(self.x + i * self.length, self.y + j * self.width, self.length, self.width)


Corners = tuple[_Block, _Block, _Block, _Block]


@lru_cache(maxsize=512)
def layer(length: int, width: int, long: int, short: int) -> tuple[Lying, ...]:
    """Cartons of *long* × *short* on *length* × *width*, none hanging over; () if not even one fits.

    The best of all arrangements in five blocks: not always the most that could be, seldom one less.
    """
    if min(length, width, long, short) <= 0:
        return ()
    long, short = max(long, short), min(long, short)
    best: tuple[_Block, ...] = ()
    count, most = 0, length * width // (long * short)
    for corners in _corners(length, width, long, short):
        there = sum(block.cartons for block in corners)
        for middle in _middles(corners):
            if there + middle.cartons > count:
                best, count = (*corners, middle), there + middle.cartons
        if count == most:
            break
    return tuple(one for block in best for one in block.lying())


def _corners(length: int, width: int, a: int, b: int) -> Iterator[Corners]:
    """Lengthwise blocks (a along the length) at the origin and opposite it, crosswise ones between them.

    Given how many columns and rows the first has, a crosswise block beside it takes all that is left of
    the length, one above it all that is left of the width; how far these reach is tried, and the last fills
    its corner.
    """
    for i, j in product(range(length // a + 1), range(width // b + 1)):
        origin = _Block(0, 0, i, j, a, b)
        beside, above = (length - i * a) // b, (width - j * b) // a
        for rows, columns in product(
            range(width // a + 1 if beside else 1), range(length // b + 1 if above else 1)
        ):
            right = _Block(length - beside * b, 0, beside, rows, b, a)
            top = _Block(0, width - above * a, columns, above, b, a)
            along, across = (length - columns * b) // a, (width - rows * a) // b
            far = _Block(length - along * a, width - across * b, along, across, a, b)
            crossing = columns * b > right.x and rows * a > top.y
            if not crossing and (far.x >= i * a or far.y >= j * b):
                yield origin, right, top, far


def _middles(corners: Corners) -> Iterator[_Block]:
    """What the hole between the four takes: whichever way it lies open, cartons either way round."""
    origin, right, top, far = corners
    a, b = origin.length, origin.width
    for x0, y0, x1, y1 in (
        (origin.end_x, right.end_y, far.x, top.y),
        (top.end_x, origin.end_y, right.x, far.y),
    ):
        if x1 - x0 >= b and y1 - y0 >= b:
            yield _Block(x0, y0, (x1 - x0) // a, (y1 - y0) // b, a, b)
            yield _Block(x0, y0, (x1 - x0) // b, (y1 - y0) // a, b, a)
    yield _Block(0, 0, 0, 0, a, b)
