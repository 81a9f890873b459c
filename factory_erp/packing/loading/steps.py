"""The order for the loading team: one step after the other, each some equal pieces side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from factory_erp.packing.loading.problem import HEIGHT, LENGTH, WIDTH, Loading, Placed

REACH = 1_200
"""How far in front of the wall that stands a step may grow towards the door, mm."""

Corners = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Step:
    """Equal pieces lying alike, as a cuboid without gaps: so many along the length, across, and high."""

    along: int
    across: int
    high: int
    placed: tuple[Placed, ...]
    """In the order in which they are put down: from the far end, each wall layer by layer."""

    @property
    def piece(self) -> int:
        """Row of the piece in the problem."""
        return self.placed[0].piece

    @property
    def at(self) -> tuple[int, int, int]:
        """The corner nearest to the origin."""
        return self.placed[0].at

    @property
    def end(self) -> tuple[int, int, int]:
        """The opposite corner."""
        return self.placed[-1].end


def loading_order(loading: Loading) -> tuple[Placed, ...]:
    """All pieces: each after what it stands on and after what stands deeper in its line; later stops first.

    The same loading, its pieces named in any order, has always the same order.
    """
    return tuple(one for step in steps(loading) for one in step.placed)


def steps(loading: Loading) -> tuple[Step, ...]:
    """The order in steps, from the far end to the door."""
    return tuple(_Team(loading).work())


class _Team:
    """Who loads: what stands already (by row of ``todo``), and what can be put down next."""

    def __init__(self, loading: Loading) -> None:
        stop = [piece.stop for piece in loading.problem.pieces]
        self.todo = sorted(loading.placed, key=lambda one: (-stop[one.piece], *_deep(one)))
        self.row_of = {(one.piece, one.orientation, one.at): row for row, one in enumerate(self.todo)}
        self.first = _all_before(self.todo)
        self.stands = [False] * len(self.todo)

    def work(self) -> Iterator[Step]:
        """Put everything down."""
        while not all(self.stands):
            yield self._step(self._next())

    def _next(self) -> int:
        """The first that can be put down. Were all in each other's way, the deepest: it is lifted over."""
        open_rows = [row for row, stands in enumerate(self.stands) if not stands]
        return next((row for row in open_rows if self._can([row])), open_rows[0])

    def _can(self, rows: list[int]) -> bool:
        """Whether they can be put down one after the other."""
        now = set()
        for row in rows:
            if any(not self.stands[other] and other not in now for other in self.first[row]):
                return False
            now.add(row)
        return True

    def _step(self, row: int) -> Step:
        """Grow from one piece: across, then up, then towards the door."""
        self.stands[row] = True
        most = max(1, REACH // self.todo[row].sides[LENGTH])
        line, across = self._grown([row], WIDTH, len(self.todo))
        wall, high = self._grown(line, HEIGHT, len(self.todo))
        every, along = self._grown(wall, LENGTH, most)
        return Step(along, across, high, tuple(self.todo[one] for one in every))

    def _grown(self, rows: list[int], axis: int, most: int) -> tuple[list[int], int]:
        """*rows* and their equals next to them along *axis*, put down; and how many times there are."""
        every, last, times = list(rows), rows, 1
        while times < most and (last := self._beside(last, axis)) and self._can(last):
            for row in last:
                self.stands[row] = True
            every, times = every + last, times + 1
        return every, times

    def _beside(self, rows: list[int], axis: int) -> list[int]:
        """The equals of *rows* right next to them along *axis*; none where one is missing."""
        found = []
        for row in rows:
            one = self.todo[row]
            at = list(one.at)
            at[axis] += one.sides[axis]
            equal = self.row_of.get((one.piece, one.orientation, (at[0], at[1], at[2])))
            if equal is None or self.stands[equal]:
                return []
            found.append(equal)
        return found


def _deep(one: Placed) -> tuple[int, ...]:
    """From the far end, from below, from one side."""
    return one.at[LENGTH], one.at[HEIGHT], one.at[WIDTH], one.piece, one.orientation


def _all_before(placed: list[Placed]) -> list[list[int]]:
    """For each piece the rows of those that it stands on, and of those deeper in its line."""
    start = np.array([one.at for one in placed], np.int64).reshape(-1, 3)
    end = np.array([one.end for one in placed], np.int64).reshape(-1, 3)
    return [_before(start, end, row) for row in range(len(placed))]


def _before(start: Corners, end: Corners, row: int) -> list[int]:
    meets = (start < end[row]) & (end > start[row])
    stands_on = meets[:, LENGTH] & meets[:, WIDTH] & (end[:, HEIGHT] == start[row, HEIGHT])
    deeper = meets[:, WIDTH] & meets[:, HEIGHT] & (end[:, LENGTH] <= start[row, LENGTH])
    rows: list[int] = np.flatnonzero(stands_on | deeper).tolist()
    return rows
