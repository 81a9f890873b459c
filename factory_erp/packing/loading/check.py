"""What a loading breaks, found by code that shares nothing with the search.

Every pair is compared and every supporting surface added up; slow, plain, and right.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from factory_erp.packing.loading.problem import HEIGHT, LENGTH, ORIENTATIONS, WIDTH, Loading, Placed

FINE = 1_000_000_000
"""Loads are handed down in billionths of a gram, so that they compare as whole numbers."""


def violations(loading: Loading) -> list[str]:
    """One line for each broken rule; empty for a loading that can be done."""
    return [
        *_counts(loading), *_within(loading), *_overlaps(loading), *_unsupported(loading),
        *_overloaded(loading), *_blocked(loading), *_too_heavy(loading),
    ]  # fmt: skip


def _counts(loading: Loading) -> Iterator[str]:
    for number, left in enumerate(loading.left):
        if left < 0:
            yield f"piece {number}: {-left} more than there are"


def _within(loading: Loading) -> Iterator[str]:
    room = loading.problem.room
    for one in loading.placed:
        piece = loading.problem.pieces[one.piece]
        lying = ORIENTATIONS[one.orientation]
        if lying[HEIGHT] not in piece.upright or one.sides != tuple(piece.sides[side] for side in lying):
            yield f"{one}: lies in a way that is not allowed"
        if room.door_mm is not None and one.sides[HEIGHT] > room.door_mm:
            yield f"{one}: higher than the door"
        if min(one.at) < 0 or any(
            e > r for e, r in zip(one.end, (room.length, room.width, room.height), strict=True)
        ):
            yield f"{one}: outside the room"


def _overlaps(loading: Loading) -> Iterator[str]:
    ordered = sorted(loading.placed, key=lambda one: one.at)
    for number, one in enumerate(ordered):
        for other in ordered[number + 1 :]:
            if other.at[LENGTH] >= one.end[LENGTH]:
                break
            if all(
                one.at[axis] < other.end[axis] and other.at[axis] < one.end[axis] for axis in (WIDTH, HEIGHT)
            ):
                yield f"{one} and {other} overlap"


def touching(below: Placed, above: Placed) -> int:
    """The area in mm² on which *above* stands on *below*, 0 if it does not."""
    if below.end[HEIGHT] != above.at[HEIGHT]:
        return 0
    spans = [
        min(below.end[axis], above.end[axis]) - max(below.at[axis], above.at[axis])
        for axis in (LENGTH, WIDTH)
    ]
    return max(0, spans[0]) * max(0, spans[1])


def _under(loading: Loading) -> list[list[tuple[int, int]]]:
    """For each piece the rows of those that it stands on, and the area."""
    tops = defaultdict(list)
    for row, one in enumerate(loading.placed):
        tops[one.end[HEIGHT]].append(row)
    return [
        [(row, area) for row in tops[above.at[HEIGHT]] if (area := touching(loading.placed[row], above))]
        for above in loading.placed
    ]


def _unsupported(loading: Loading) -> Iterator[str]:
    for one, under in zip(loading.placed, _under(loading), strict=True):
        base = one.sides[LENGTH] * one.sides[WIDTH]
        if one.at[HEIGHT] and sum(area for _row, area in under) < base:
            yield f"{one}: not fully supported"


def _overloaded(loading: Loading) -> Iterator[str]:
    """The weight on each piece, handed down in proportion to the area on which it stands."""
    pieces, under = loading.problem.pieces, _under(loading)
    burden = [0] * len(loading.placed)
    for row in sorted(range(len(burden)), key=lambda row: -loading.placed[row].at[HEIGHT]):
        one = loading.placed[row]
        limit = pieces[one.piece].bears_g
        if limit is not None and burden[row] > limit * FINE:
            yield f"{one}: bears {burden[row] // FINE} g of {limit} g"
        carried = burden[row] + pieces[one.piece].weight_g * FINE
        for below, area in under[row]:
            burden[below] += carried * area // (one.sides[LENGTH] * one.sides[WIDTH])


def _blocked(loading: Loading) -> Iterator[str]:
    """A piece that leaves later stands neither on nor before one that leaves earlier."""
    stops = [piece.stop for piece in loading.problem.pieces]
    for one in loading.placed:
        for other in loading.placed:
            if stops[other.piece] <= stops[one.piece]:
                continue
            if touching(one, other):
                yield f"{other} stands on {one}, which is unloaded before it"
            in_line = all(
                one.at[axis] < other.end[axis] and other.at[axis] < one.end[axis] for axis in (WIDTH, HEIGHT)
            )
            if in_line and other.at[LENGTH] >= one.end[LENGTH]:
                yield f"{other} stands before {one}, which is unloaded before it"


def _too_heavy(loading: Loading) -> Iterator[str]:
    if loading.weight_g > loading.problem.room.payload_g:
        yield f"{loading.weight_g} g are more than the payload of {loading.problem.room.payload_g} g"
