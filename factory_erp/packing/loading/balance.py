"""Weight nearer to the middle of the container: what leaves room above is spread along the floor.

A container that is heavy at one end tips when it is lifted, and overloads an axle of the lorry. Where
everything fits with room to spare, the same pieces are loaded again under a lower roof, so that they take
more of the length.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from factory_erp.packing.loading.problem import HEIGHT, LENGTH, Loading, Piece, Problem
from factory_erp.packing.loading.search import WIDEST, load

MIDDLE = 500_000
NEAR = 100_000
"""How far from the middle of the length the centre of gravity may lie, ppm of the length."""

ROOFS = 8
"""Roofs that are tried: each halves what is not known of the lowest possible one."""


def off_centre(loading: Loading) -> int:
    """How far the centre of gravity lies from the middle of the length, ppm of the length."""
    return abs(loading.balance_ppm[LENGTH] - MIDDLE)


def balanced(
    problem: Problem, seconds: float, progress: Callable[[Loading], bool] | None = None, widest: int = WIDEST
) -> Loading:
    """The fullest loading found, spread along the length if it takes everything but lies too far to one end.

    Half of *seconds* is for the search, half for spreading; *progress* and *widest* are as in ``load``. The
    result is never emptier than what the search found. Perhaps no roof helps: then the weights themselves are
    unequal, and ``off_centre`` of the result tells so.
    """
    best = load(problem, seconds / 2, progress, widest)
    if any(best.left) or off_centre(best) <= NEAR:
        return best
    until = time.monotonic() + seconds / 2
    low, high = _lowest(problem), max(one.end[HEIGHT] for one in best.placed)
    for tries in range(ROOFS, 0, -1):
        roof = (low + high) // 2
        if roof >= high or (left := until - time.monotonic()) <= 0:
            break
        found = _under(problem, roof, left / tries, widest)
        if any(found.left):
            low = roof + 1
            continue
        high = max(one.end[HEIGHT] for one in found.placed)
        best = min(best, found, key=off_centre)
    return best


def _lowest(problem: Problem) -> int:
    """No roof is lower than this: the volume spread over the whole floor, and the highest single piece."""
    wanted = sum(piece.count * piece.volume for piece in problem.pieces)
    floor = problem.room.length * problem.room.width
    return max(-(-wanted // floor), *(_height(piece) for piece in problem.pieces if piece.count))


def _height(piece: Piece) -> int:
    """How low a piece can lie."""
    return min(piece.sides[side] for side in piece.upright)


def _under(problem: Problem, roof: int, seconds: float, widest: int) -> Loading:
    """A loading of the same room that leaves everything above *roof* free."""
    lower = replace(problem, room=replace(problem.room, height=roof))
    return Loading(problem, load(lower, seconds, widest=widest).placed)
