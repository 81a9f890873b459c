"""Compiled search: which block fits a space best, a loading to its end, and one level of the beam.

The measure of a block is after I. Araya, K. Guerrero, E. Nuñez, "VCS: a new heuristic function for selecting
boxes in the single container loading problem" (2017): its volume, how much of its surface touches walls and
neighbours, how much of the space can still be filled beside it, and how few pieces it has.
"""

from __future__ import annotations

from factory_erp.compiling import kernel
from factory_erp.packing.loading import layout as c
from factory_erp.packing.loading.kernels_spaces import copy_row, corner, next_space, put
from factory_erp.packing.loading.layout import Blocks, Ints, Reals, Room, State

FILLABLE, PIECES, TOUCHING, GAP = 4.0, 0.2, 1.0, 0.04
"""Weights of the measure's parts (exponents), and how far from a neighbour still counts as touching it."""


@kernel
def touching(room: Room, state: State, x: int, y: int, z: int, dx: int, dy: int, dz: int) -> float:
    """The share of a block's surface that touches the room or other blocks; its base always does."""
    near_x, near_y = GAP * dx, GAP * dy
    area = dx * dy
    area += dy * dz * ((x <= near_x) + (room.side[0] - x - dx <= near_x))
    area += dx * dz * ((y <= near_y) + (room.side[1] - y - dy <= near_y))
    area += dx * dy * (room.side[2] - z - dz <= GAP * dz)
    for number in range(state.sums[c.PLACED]):
        other = state.placed[number]
        high = min(other[c.P_Z1], z + dz) - max(other[c.P_Z0], z)
        if high <= 0:
            continue
        wide = min(other[c.P_Y1], y + dy) - max(other[c.P_Y0], y)
        long = min(other[c.P_X1], x + dx) - max(other[c.P_X0], x)
        if wide > 0 >= long and -long <= near_x:
            area += wide * high
        elif long > 0 >= wide and -wide <= near_y:
            area += long * high
    return float(area / (2.0 * (dx * dy + dx * dz + dy * dz)))


@kernel
def fits(room: Room, blocks: Blocks, state: State, space: Ints, block: int) -> bool:
    """Whether there are enough pieces, and weight, load and unloading order allow the block there."""
    row = blocks.row[block]
    if row[c.STOP] != state.sums[c.AT_STOP] or row[c.PRESSES] > space[c.ALLOWS]:
        return False
    if state.sums[c.GRAMS] + row[c.WEIGHT] > room.payload:
        return False
    for place in range(row[c.TYPES]):
        if blocks.need[block, place] > state.left[blocks.kind[block, place]]:
            return False
    return not room.one_way or _reachable(room, blocks, state, space, row)


@kernel
def _reachable(room: Room, blocks: Blocks, state: State, space: Ints, row: Ints) -> bool:
    """Nothing of a later stop stands between the place and the door."""
    x, y = corner(room, space, row[c.DX], row[c.DY])
    z, end_x = space[c.Z], x + row[c.DX]
    for number in range(state.sums[c.PLACED]):
        other = state.placed[number]
        if blocks.row[other[c.P_BLOCK], c.STOP] == row[c.STOP] or other[c.P_X0] < end_x:
            continue
        beside = other[c.P_Y0] >= y + row[c.DY] or other[c.P_Y1] <= y
        if not beside and other[c.P_Z0] < z + row[c.DZ] and other[c.P_Z1] > z:
            return False
    return True


@kernel
def choose(room: Room, blocks: Blocks, state: State, number: int, best: Ints, worth: Reals) -> int:
    """Fill *best* with the best blocks for a space, best first; returns how many there are."""
    space, found = state.space[number], 0
    long, wide, high = space[c.X1] - space[c.X0], space[c.Y1] - space[c.Y0], room.side[2] - space[c.Z]
    size = float(long * wide * high)
    for block in range(blocks.row.shape[0]):
        row = blocks.row[block]
        dx, dy, dz = row[c.DX], row[c.DY], row[c.DZ]
        if dx > long or dy > wide or dz > high or not fits(room, blocks, state, space, block):
            continue
        flat = (dx + room.flat[long - dx]) * (dy + room.flat[wide - dy])
        fillable = flat * (dz + room.tall[high - dz]) / size
        value = row[c.VOLUME] / size * fillable**FILLABLE * row[c.PIECES] ** -PIECES
        if found == best.size and value <= worth[found - 1]:
            continue
        x, y = corner(room, space, dx, dy)
        value *= touching(room, state, x, y, space[c.Z], dx, dy, dz) ** TOUCHING
        if found == best.size and value <= worth[found - 1]:
            continue
        place = found if found < best.size else found - 1
        while place > 0 and worth[place - 1] < value:
            best[place], worth[place] = best[place - 1], worth[place - 1]
            place -= 1
        best[place], worth[place] = block, value
        found = min(found + 1, best.size)
    return found


@kernel
def choose_next(room: Room, blocks: Blocks, state: State, best: Ints, worth: Reals) -> tuple[int, int]:
    """The next space that a block fits into, and how many blocks are in *best*; (-1, 0) at the end."""
    while True:
        number = next_space(room, state)
        if number < 0:
            state.sums[c.AT_STOP] -= 1
            if state.sums[c.AT_STOP] < 1:
                return -1, 0
            continue
        found = choose(room, blocks, state, number, best, worth)
        if found:
            return number, found
        state.space[number, c.TRIED] = state.sums[c.AT_STOP]


@kernel
def complete(room: Room, blocks: Blocks, state: State, best: Ints, worth: Reals) -> None:
    """Always the best block, until nothing fits any more; *best* and *worth* have room for one."""
    while True:
        number, found = choose_next(room, blocks, state, best, worth)
        if not found:
            return
        put(room, blocks, state, number, best[0])


@kernel
def copy_state(states: State, source: int, onto: State, target: int) -> None:
    """Copy row *source* of a stack of states to row *target* of another."""
    for number in range(states.sums[source, c.SPACES]):
        copy_row(states.space[source, number], onto.space[target, number])
    for number in range(states.sums[source, c.PLACED]):
        copy_row(states.placed[source, number], onto.placed[target, number])
    copy_row(states.left[source], onto.left[target])
    copy_row(states.sums[source], onto.sums[target])


@kernel
def one_of(states: State, number: int) -> State:
    """A state of a stack, not copied."""
    return State(states.space[number], states.placed[number], states.left[number], states.sums[number])


@kernel
def widen(
    room: Room,
    blocks: Blocks,
    beam: State,
    number: int,
    ways: Ints,
    count: int,
    scratch: State,
    best: State,
    choice: Ints,
    worth: Reals,
) -> int:
    """From state *number* of *beam* the ways on, put into *ways* from row *count*; returns the next row.

    Each way is completed on *scratch*; the fullest ever is kept in *best*. Both are stacks of one. *choice*
    and *worth* have room for the ways of one state, and one more.
    """
    most, state = choice.size - 1, one_of(scratch, 0)
    space, found = choose_next(room, blocks, one_of(beam, number), choice[:most], worth[:most])
    for row in range(found):
        copy_state(beam, number, scratch, 0)
        put(room, blocks, state, space, choice[row])
        way = ways[count]
        way[c.FROM], way[c.INTO], way[c.BLOCK], way[c.NOW] = number, space, choice[row], state.sums[c.FILLED]
        complete(room, blocks, state, choice[most:], worth[most:])
        way[c.REACHED] = state.sums[c.FILLED]
        if state.sums[c.FILLED] > best.sums[0, c.FILLED]:
            copy_state(scratch, 0, best, 0)
        count += 1
    return count


@kernel
def follow(room: Room, blocks: Blocks, beam: State, way: Ints, onto: State, target: int) -> None:
    """Go one way on from a state of *beam*, into row *target* of another stack."""
    copy_state(beam, way[c.FROM], onto, target)
    put(room, blocks, one_of(onto, target), way[c.INTO], way[c.BLOCK])
