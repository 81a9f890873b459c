"""Compiled making of blocks: equal pieces in rows and layers, and blocks side by side without much loss."""

from __future__ import annotations

import numpy as np

from factory_erp.compiling import kernel
from factory_erp.packing.loading import layout as c
from factory_erp.packing.loading.layout import Blocks, Ints
from factory_erp.packing.loading.problem import ORIENTATIONS

LYING = np.array(ORIENTATIONS)
FULL_PPM = 980_000
"""A block of several kinds fills at least this much of its cuboid."""
CLOSE = 9
"""Two sides that meet differ by less than one in ten: other pairs lose too much to be tried."""


@kernel
def is_new(table: Ints, block: Blocks, number: int) -> bool:
    """Whether no block with the same sides, top and pieces is in the hash table yet; puts it in."""
    row, code = block.row[number], 17
    for column in (c.DX, c.DY, c.DZ, c.TOP_X, c.TOP_Y):
        code = stirred(code, row[column])
    pieces = 0
    for place in range(row[c.TYPES]):
        pieces += stirred(stirred(23, block.kind[number, place]), block.need[number, place])
    code = stirred(code, pieces) | 1
    place = (code >> 23) & (table.size - 1)
    while table[place] != 0:
        if table[place] == code:
            return False
        place = (place + 1) & (table.size - 1)
    table[place] = code
    return True


@kernel
def stirred(code: int, value: int) -> int:
    """A hash of both numbers, 62 bits."""
    return (((code ^ value) * 6364136223846793005) ^ ((code ^ value) >> 29)) & 0x3FFFFFFFFFFFFFFF


@kernel
def make_plain(pieces: Ints, upright: Ints, side: Ints, block: Blocks, table: Ints, thin: int) -> int:
    """Rows, columns and layers of one piece in one orientation; returns how many blocks there are.

    Where the table would be too small for all, *thin* leaves out repeats: 0 none, then as ``is_kept`` says.
    *pieces* (n, 7): sides, count, weight, load that one bears on top (-1: any), stop. *upright* (n, 3).
    """
    count = 0
    for piece in range(pieces.shape[0]):
        for orientation in range(6):
            if upright[piece, LYING[orientation, 2]]:
                count = _stack(pieces, piece, orientation, side, block, table, count, thin)
    return count


@kernel
def is_kept(repeats: int, most: int, thin: int) -> bool:
    """Whether so many of at most *most* side by side are made: 1 thins to most, most/2, most/3 …, 2 to one
    and most, 3 to one alone.
    """
    if thin == 1:
        return most // (most // repeats) == repeats
    return thin == 0 or repeats == 1 or (thin == 2 and repeats == most)


@kernel
def _stack(
    pieces: Ints, piece: int, orientation: int, side: Ints, block: Blocks, table: Ints, count: int, thin: int
) -> int:
    lie = LYING[orientation]
    dx, dy, dz = pieces[piece, lie[0]], pieces[piece, lie[1]], pieces[piece, lie[2]]
    there, grams, bears = pieces[piece, 3], pieces[piece, 4], pieces[piece, 5]
    press = -(-grams * 1_000_000 // (dx * dy))
    allow = c.ANY if bears < 0 else bears * 1_000_000 // (dx * dy)
    for nx in range(1, min(there, side[0] // dx) + 1):
        if not is_kept(nx, min(there, side[0] // dx), thin):
            continue
        for ny in range(1, min(there // nx, side[1] // dy) + 1):
            if not is_kept(ny, min(there // nx, side[1] // dy), thin):
                continue
            for nz in range(1, min(there // (nx * ny), side[2] // dz) + 1):
                if (nz - 1) * press > allow:
                    break
                if not is_kept(nz, min(there // (nx * ny), side[2] // dz), thin):
                    continue
                if count == block.row.shape[0]:
                    return count
                row, every = block.row[count], nx * ny * nz
                row[: c.VOLUME] = (nx * dx, ny * dy, nz * dz, nx * dx, ny * dy)
                block.kind[count, 0], block.need[count, 0], row[c.TYPES] = piece, every, 1
                if not is_new(table, block, count):
                    continue
                row[c.VOLUME], row[c.WEIGHT], row[c.PIECES] = every * dx * dy * dz, every * grams, every
                row[c.PRESSES], row[c.BEARS] = nz * press, c.ANY if bears < 0 else allow - (nz - 1) * press
                row[c.STOP] = pieces[piece, 6]
                block.made[count, :] = (-1, piece, orientation, nx, ny, nz)
                count += 1
    return count


@kernel
def join_all(there: Ints, side: Ints, block: Blocks, table: Ints, count: int, tries: int) -> int:
    """Blocks of two blocks, again and again, until the table is full or *tries* pairs were looked at."""
    start = 0
    while True:
        end = count
        for first in range(end):
            for second in range(0 if first >= start else start, end):
                tries -= 1
                if tries < 0:
                    return count
                for axis in range(3):
                    if _join(first, second, axis, there, side, block, table, count):
                        count += 1
                        if count == block.row.shape[0]:
                            return count
        if count == end:
            return count
        start = end


@kernel
def _join(
    first: int, second: int, axis: int, there: Ints, side: Ints, block: Blocks, table: Ints, into: int
) -> bool:
    """Put *second* behind, beside or on *first*, as block *into*, if that is worth having."""
    one, two = block.row[first], block.row[second]
    if one[c.STOP] != two[c.STOP] or not _meets(one, two, axis, first > second):
        return False
    if _made_otherwise(block.made[first], block.made[second], axis):
        return False
    row = block.row[into]
    for number in range(3):
        row[number] = max(one[number], two[number])
    row[axis] = one[axis] + two[axis]
    row[c.VOLUME] = one[c.VOLUME] + two[c.VOLUME]
    if row[0] > side[0] or row[1] > side[1] or row[2] > side[2]:
        return False
    if row[c.VOLUME] * 1_000_000 < FULL_PPM * (row[0] * row[1] * row[2]) or not _need_both(
        first, second, there, block, into
    ):
        return False
    _top(one, two, axis, row)
    if not is_new(table, block, into):
        return False
    row[c.WEIGHT], row[c.STOP] = one[c.WEIGHT] + two[c.WEIGHT], one[c.STOP]
    row[c.PIECES] = one[c.PIECES] + two[c.PIECES]
    block.made[into, : c.AXIS + 1] = (first, second, axis)
    return True


@kernel
def _made_otherwise(one: Ints, two: Ints, axis: int) -> bool:
    """Whether the same comes about in another way: as (a + b) + c, or as more of one piece lying alike."""
    if one[c.FIRST] < 0 and two[c.FIRST] < 0:
        return bool(one[1] == two[1] and one[2] == two[2])
    return bool(two[c.FIRST] >= 0 and two[c.AXIS] == axis)


@kernel
def _meets(one: Ints, two: Ints, axis: int, later: bool) -> bool:
    """Whether the sides that would meet are close enough; what stands on something must not hang over."""
    if axis == 2:
        if two[c.DX] > one[c.TOP_X] or two[c.DY] > one[c.TOP_Y] or two[c.PRESSES] > one[c.BEARS]:
            return False
        return bool(two[c.DX] * 10 >= one[c.DX] * CLOSE and two[c.DY] * 10 >= one[c.DY] * CLOSE)
    other = 1 - axis
    if two[c.DZ] > one[c.DZ] or (two[c.DZ] == one[c.DZ] and later):
        return False
    near = two[other] * 10 >= one[other] * CLOSE and one[other] * 10 >= two[other] * CLOSE
    return bool(near and two[c.DZ] * 10 >= one[c.DZ] * CLOSE)


@kernel
def _need_both(first: int, second: int, there: Ints, block: Blocks, into: int) -> bool:
    """The kinds of both together; False if there are not so many."""
    kinds = block.row[first, c.TYPES]
    for place in range(kinds):
        block.kind[into, place], block.need[into, place] = block.kind[first, place], block.need[first, place]
    for place in range(block.row[second, c.TYPES]):
        kind, found = block.kind[second, place], False
        for known in range(kinds):
            if block.kind[into, known] == kind:
                block.need[into, known] += block.need[second, place]
                found = True
                if block.need[into, known] > there[kind]:
                    return False
        if not found:
            if kinds == c.MOST_KINDS:
                return False
            block.kind[into, kinds], block.need[into, kinds] = kind, block.need[second, place]
            kinds += 1
    block.row[into, c.TYPES] = kinds
    return True


@kernel
def _top(one: Ints, two: Ints, axis: int, row: Ints) -> None:
    """Which part of the top bears, how much it bears, and how the whole presses."""
    if axis == 2:
        row[c.TOP_X], row[c.TOP_Y] = two[c.TOP_X], two[c.TOP_Y]
        row[c.PRESSES] = one[c.PRESSES] + two[c.PRESSES]
        row[c.BEARS] = two[c.BEARS]
        if one[c.BEARS] != c.ANY:
            row[c.BEARS] = min(two[c.BEARS], one[c.BEARS] - two[c.PRESSES])
        return
    row[c.PRESSES] = max(one[c.PRESSES], two[c.PRESSES])
    row[c.TOP_X], row[c.TOP_Y], row[c.BEARS] = one[c.TOP_X], one[c.TOP_Y], one[c.BEARS]
    along, across = c.TOP_X + axis, c.TOP_Y - axis
    if one[c.DZ] != two[c.DZ] or one[along] != one[axis]:
        return
    width = min(one[across], two[across])
    if (one[along] + two[along]) * width >= one[along] * one[across]:
        row[along], row[across], row[c.BEARS] = one[axis] + two[along], width, min(one[c.BEARS], two[c.BEARS])
