"""The search for a full loading: a beam of states, each judged by completing it, wider in each round.

After I. Araya, M.-C. Riff, "A beam search approach to the container loading problem" (2014). The best loading
so far is at hand at any time: the search can be stopped after each state.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator

import numpy as np

from factory_erp.packing.loading import layout as c
from factory_erp.packing.loading.kernels_blocks import join_all, make_plain
from factory_erp.packing.loading.kernels_search import follow, widen
from factory_erp.packing.loading.layout import Blocks, Ints, State
from factory_erp.packing.loading.layout import Room as Tables
from factory_erp.packing.loading.problem import HEIGHT, ORIENTATIONS, Loading, Piece, Placed, Problem, Room

MOST_BLOCKS = 3000
PLAIN_SHARE = 0.75
"""No more of the blocks are of one piece alone: every piece needs some, and joined ones need room."""
MOST_TRIES = 500_000
"""Pairs of blocks that are looked at: some hundredths of a second."""
SPARE = 1.5
"""A state may take so many times as long as the one before it: none is begun that would then end too late."""
SEARCHING = 0.98
"""Part of the time that is for the search; the rest is for naming the pieces of what it found."""
WIDEST = 256
"""Width at which a search ends, however much time is left."""
TABLE = 1 << 18
"""Places of the hash table of blocks, a power of two far above their number."""


def warm_up() -> None:
    """Compile everything, or load what was compiled before."""
    too_many = Piece("", (1, 1, 1), 1, 9), Piece("", (1, 1, 2), 1, 2)
    load(Problem(Room(2, 2, 2, 9), too_many), seconds=60, widest=2)


def load(
    problem: Problem, seconds: float, progress: Callable[[Loading], bool] | None = None, widest: int = WIDEST
) -> Loading:
    """The fullest loading found within *seconds*, or once the beam has been *widest* wide.

    *progress* is told each better loading, and stops the search by returning False. What one state takes is
    never broken off, so that there is always a loading; none is begun that would probably end too late.
    Given time enough, the same problem always gets the same loading.
    """
    until = time.monotonic() + SEARCHING * seconds
    pieces = [piece for piece in problem.pieces if piece.count and problem.room.standing(piece)]
    if not pieces:
        return Loading(problem, ())
    wanted = sum(piece.count * piece.volume for piece in pieces)
    room, blocks, best = _room(problem), _blocks(problem), _stack(problem, 1)
    width, told, began = 1, 0, time.monotonic()
    while width <= widest:
        for _state in _round(problem, room, blocks, best, width):
            filled, now = int(best.sums[0, c.FILLED]), time.monotonic()
            goes_on, began = filled < wanted and now + SPARE * (now - began) < until, now
            if filled > told and progress is not None:
                told = filled
                goes_on = progress(_loading(problem, blocks, best)) and goes_on
            if not goes_on:
                return _loading(problem, blocks, best)
        width = max(width + 1, round(width * math.sqrt(2)))
    return _loading(problem, blocks, best)


def _round(problem: Problem, room: Tables, blocks: Blocks, best: State, width: int) -> Iterator[int]:
    """One beam from the empty room to the end; yields after each state that was looked at."""
    beam, following, scratch = _stack(problem, width), _stack(problem, width), _stack(problem, 1)
    ways = np.empty((width * width, c.WAY_COLUMNS), np.int64)
    choice, worth = np.empty(width + 1, np.int64), np.empty(width + 1, np.float64)
    beam.space[0, 0] = (0, 0, room.side[0], room.side[1], 0, c.ANY, 0)
    beam.left[0] = [piece.count for piece in problem.pieces]
    beam.sums[0] = (1, 0, 0, 0, room.stops)
    count = 1
    while count:
        found = 0
        for number in range(count):
            found = widen(room, blocks, beam, number, ways, found, scratch, best, choice, worth)
            yield found
        chosen = _fullest(ways[:found], width)
        for place, row in enumerate(chosen):
            follow(room, blocks, beam, ways[row], following, place)
        beam, following, count = following, beam, len(chosen)


def _fullest(ways: Ints, width: int) -> list[int]:
    """The ways that reach most; two that fill as much and reach as much are taken for the same."""
    chosen: list[int] = []
    seen = set()
    for number in np.lexsort((np.arange(len(ways)), -ways[:, c.REACHED])).tolist():
        mark = (int(ways[number, c.REACHED]), int(ways[number, c.NOW]))
        if mark not in seen:
            seen.add(mark)
            chosen.append(number)
        if len(chosen) == width:
            break
    return chosen


def _stack(problem: Problem, count: int) -> State:
    most = sum(piece.count for piece in problem.pieces)
    return State(
        np.zeros((count, c.MOST_SPACES, c.SPACE_COLUMNS), np.int64),
        np.zeros((count, most + 1, c.PLACED_COLUMNS), np.int64),
        np.zeros((count, len(problem.pieces)), np.int64),
        np.zeros((count, c.SUMS), np.int64),
    )


def _blocks(problem: Problem) -> Blocks:
    """All blocks, largest first; ``made`` names the rows in this order."""
    most = max(MOST_BLOCKS, 12 * len(problem.pieces))
    rows = most + 1
    blocks = Blocks(
        np.zeros((rows, c.BLOCK_COLUMNS), np.int64),
        np.zeros((rows, c.MOST_KINDS), np.int64),
        np.zeros((rows, c.MOST_KINDS), np.int64),
        np.zeros((rows, c.MADE_COLUMNS), np.int64),
    )
    limited = Blocks(*(table[:most] for table in blocks))
    pieces = np.array([_numbers(piece) for piece in problem.pieces], np.int64)
    standing = [problem.room.standing(piece) for piece in problem.pieces]
    upright = np.array([[side in stand for side in range(3)] for stand in standing], np.int64)
    side, table = _side(problem), np.zeros(TABLE, np.int64)
    for thin in range(4):
        table[:] = 0
        count = make_plain(pieces, upright, side, limited, table, thin)
        if count <= most * PLAIN_SHARE:
            break
    if count < most:
        count = join_all(pieces[:, 3].copy(), side, limited, table, count, MOST_TRIES)
    order = np.argsort(-blocks.row[:count, c.VOLUME], kind="stable")
    made = blocks.made[order]
    new_row = np.empty(count, np.int64)
    new_row[order] = np.arange(count)
    joined = made[:, c.FIRST] >= 0
    made[joined, : c.AXIS] = new_row[made[joined, : c.AXIS]]
    return Blocks(blocks.row[order], blocks.kind[order], blocks.need[order], made)


def _numbers(piece: Piece) -> tuple[int, ...]:
    bears = -1 if piece.bears_g is None else piece.bears_g
    return *piece.sides, piece.count, piece.weight_g, bears, piece.stop


def _side(problem: Problem) -> Ints:
    return np.array([problem.room.length, problem.room.width, problem.room.height], np.int64)


def _room(problem: Problem) -> Tables:
    lying, standing = set(), set()
    for piece in problem.pieces:
        for orientation in ORIENTATIONS:
            if piece.count and orientation[HEIGHT] in problem.room.standing(piece):
                lying |= {piece.sides[orientation[0]], piece.sides[orientation[1]]}
                standing.add(piece.sides[orientation[HEIGHT]])
    stops = {piece.stop for piece in problem.pieces if piece.count}
    side = _side(problem)
    return Tables(
        side, problem.room.payload_g, min(lying), min(standing), _reach(lying, int(max(side[:2]))),
        _reach(standing, int(side[2])), max(stops), len(stops) > 1,
        np.empty((c.MOST_SPACES, c.SPACE_COLUMNS), np.int64),
    )  # fmt: skip


def _reach(sides: set[int], size: int) -> Ints:
    """For each length up to *size*, the longest that a row of *sides* makes without being longer."""
    possible, within = 1, (1 << (size + 1)) - 1
    for side in sides:
        while (more := (possible | possible << side) & within) != possible:
            possible, side = more, 2 * side
    digits = np.frombuffer(f"{possible:b}"[::-1].ljust(size + 1, "0").encode(), np.uint8) == ord("1")
    return np.maximum.accumulate(np.where(digits, np.arange(size + 1), 0))


def _loading(problem: Problem, blocks: Blocks, best: State) -> Loading:
    placed: list[Placed] = []
    for number in range(int(best.sums[0, c.PLACED])):
        block, x, y, z = best.placed[0, number, : c.P_X1].tolist()
        placed.extend(_unpacked(problem, blocks, block, (x, y, z)))
    return Loading(problem, tuple(placed))


def _unpacked(problem: Problem, blocks: Blocks, block: int, at: tuple[int, int, int]) -> Iterator[Placed]:
    """The pieces of a block that stands at *at*."""
    first, second, axis, *repeats = blocks.made[block].tolist()
    if first < 0:
        sides = problem.pieces[second].sides
        lie = ORIENTATIONS[axis]
        lying = (sides[lie[0]], sides[lie[1]], sides[lie[2]])
        for number in np.ndindex(*repeats):
            x, y, z = (start + n * side for start, n, side in zip(at, number, lying, strict=True))
            yield Placed(second, axis, (x, y, z), lying)
        return
    yield from _unpacked(problem, blocks, first, at)
    beside = list(at)
    beside[axis] += int(blocks.row[first, axis])
    yield from _unpacked(problem, blocks, second, (beside[0], beside[1], beside[2]))
