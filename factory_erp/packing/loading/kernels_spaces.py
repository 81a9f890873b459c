"""Compiled spaces: which to fill next, and what is left of them when a block was placed."""

from __future__ import annotations

from factory_erp.compiling import inlined, kernel
from factory_erp.packing.loading import layout as c
from factory_erp.packing.loading.layout import Blocks, Ints, Room, State


@inlined
def copy_row(source: Ints, target: Ints) -> None:
    """Copy number by number: a whole row at once would be copied twice."""
    for column in range(source.size):
        target[column] = source[column]


@kernel
def next_space(room: Room, state: State) -> int:
    """The space nearest to a corner of the floor (several stops: to the far end); -1 if none is of use."""
    best, least, most = -1, c.ANY, 0
    length, width, stop = room.side[0], room.side[1], state.sums[c.AT_STOP]
    for number in range(state.sums[c.SPACES]):
        space = state.space[number]
        if space[c.TRIED] == stop:
            continue
        along = space[c.X0] if room.one_way else min(space[c.X0], length - space[c.X1])
        far = along + min(space[c.Y0], width - space[c.Y1]) + space[c.Z]
        size = (space[c.X1] - space[c.X0]) * (space[c.Y1] - space[c.Y0]) * (room.side[2] - space[c.Z])
        if far < least or (far == least and size > most):
            best, least, most = number, far, size
    return best


@kernel
def corner(room: Room, space: Ints, dx: int, dy: int) -> tuple[int, int]:
    """Where in the space a block goes: into the corner nearest to the room's."""
    at_end = not room.one_way and room.side[0] - space[c.X1] < space[c.X0]
    at_side = room.side[1] - space[c.Y1] < space[c.Y0]
    return (space[c.X1] - dx if at_end else space[c.X0]), (space[c.Y1] - dy if at_side else space[c.Y0])


@kernel
def put(room: Room, blocks: Blocks, state: State, number: int, block: int) -> None:
    """Place a block into a space and cut all spaces that it meets."""
    row, sums = blocks.row[block], state.sums
    x, y = corner(room, state.space[number], row[c.DX], row[c.DY])
    z, allows = state.space[number, c.Z], state.space[number, c.ALLOWS]
    end_x, end_y, end_z = x + row[c.DX], y + row[c.DY], z + row[c.DZ]
    state.placed[sums[c.PLACED], :] = (block, x, y, z, end_x, end_y, end_z)
    sums[c.PLACED] += 1
    sums[c.FILLED] += row[c.VOLUME]
    sums[c.GRAMS] += row[c.WEIGHT]
    for place in range(row[c.TYPES]):
        state.left[blocks.kind[block, place]] -= blocks.need[block, place]
    _cut(room, state, x, y, end_x, end_y, end_z)
    if room.side[2] - end_z >= room.least_height:
        bears = row[c.BEARS] if allows == c.ANY else min(row[c.BEARS], allows - row[c.PRESSES])
        _cover(room, state, x, y, x + row[c.TOP_X], y + row[c.TOP_Y], end_z, bears)


@kernel
def _cut(room: Room, state: State, x: int, y: int, end_x: int, end_y: int, end_z: int) -> None:
    """What the block takes goes from each space; strips on its four sides stay, as large as can be."""
    met, count, kept = room.met, 0, 0
    for number in range(state.sums[c.SPACES]):
        space = state.space[number]
        inside = space[c.X0] < end_x and space[c.X1] > x and space[c.Y0] < end_y and space[c.Y1] > y
        if inside and space[c.Z] < end_z:
            copy_row(space, met[count])
            count += 1
        else:
            if kept != number:
                copy_row(space, state.space[kept])
            kept += 1
    state.sums[c.SPACES] = kept
    for number in range(count):
        space = met[number]
        x0, y0, x1, y1 = space[c.X0], space[c.Y0], space[c.X1], space[c.Y1]
        z, allows = space[c.Z], space[c.ALLOWS]
        if x0 < x:
            _add(room, state, x0, y0, x, y1, z, allows)
        if x1 > end_x:
            _add(room, state, end_x, y0, x1, y1, z, allows)
        if y0 < y:
            _add(room, state, x0, y0, x1, y, z, allows)
        if y1 > end_y:
            _add(room, state, x0, end_y, x1, y1, z, allows)


@kernel
def _cover(room: Room, state: State, x0: int, y0: int, x1: int, y1: int, z: int, bears: int) -> None:
    """The top of a block is a space, and so is what it makes together with a neighbour of the same height."""
    together, count = room.met, 0
    for number in range(state.sums[c.SPACES]):
        space = state.space[number]
        if space[c.Z] != z:
            continue
        low_x, high_x = max(space[c.X0], x0), min(space[c.X1], x1)
        low_y, high_y = max(space[c.Y0], y0), min(space[c.Y1], y1)
        if low_x == high_x and high_y - low_y >= room.least:
            low_x, high_x = min(space[c.X0], x0), max(space[c.X1], x1)
        elif low_y == high_y and high_x - low_x >= room.least:
            low_y, high_y = min(space[c.Y0], y0), max(space[c.Y1], y1)
        else:
            continue
        together[count, :5] = (low_x, low_y, high_x, high_y, min(bears, space[c.ALLOWS]))
        count += 1
    _add(room, state, x0, y0, x1, y1, z, bears)
    for number in range(count):
        joint = together[number]
        _add(room, state, joint[0], joint[1], joint[2], joint[3], z, joint[4])


@kernel
def _add(room: Room, state: State, x0: int, y0: int, x1: int, y1: int, z: int, allows: int) -> None:
    """A space, unless it is too narrow or lies within one that allows as much; those within it go."""
    if x1 - x0 < room.least or y1 - y0 < room.least:
        return
    for number in range(state.sums[c.SPACES]):
        space = state.space[number]
        around = space[c.X0] <= x0 and space[c.Y0] <= y0 and space[c.X1] >= x1 and space[c.Y1] >= y1
        if around and space[c.Z] == z and space[c.ALLOWS] >= allows:
            return
    kept = 0
    for number in range(state.sums[c.SPACES]):
        space = state.space[number]
        within = x0 <= space[c.X0] and y0 <= space[c.Y0] and x1 >= space[c.X1] and y1 >= space[c.Y1]
        if within and space[c.Z] == z and allows >= space[c.ALLOWS]:
            continue
        if kept != number:
            copy_row(space, state.space[kept])
        kept += 1
    if kept < state.space.shape[0]:
        state.space[kept, :] = (x0, y0, x1, y1, z, allows, 0)
        kept += 1
    state.sums[c.SPACES] = kept
