"""How the compiled search sees a problem: tables of whole numbers.

A *block* is pieces packed without gaps into (nearly) a cuboid; it is placed as one. A *space* is a rectangle
of full support at some height, free up to the roof; spaces may overlap. Lengths are mm, pressures micrograms
on a mm².
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Reals = npt.NDArray[np.float64]

ANY = 1 << 60
"""A pressure without limit."""

# A block (``Blocks.row``)
DX, DY, DZ, TOP_X, TOP_Y = range(5)
"""Sides; the rectangle from its own corner whose whole top may bear others."""
VOLUME, WEIGHT, PRESSES, BEARS, PIECES, STOP, TYPES = range(5, 12)
"""Volume of its pieces; g; highest pressure under it and lowest that may come on it; how many pieces; their
unloading stop; how many kinds (columns of ``kind`` and ``need`` in use)."""
BLOCK_COLUMNS = 12

# How a block is made (``Blocks.made``)
FIRST, SECOND, AXIS = range(3)
"""Two blocks side by side along an axis; or FIRST = -1, SECOND = piece, AXIS = orientation, then how many
along length, width and height."""
MADE_COLUMNS = 6

# A space (``State.space``)
X0, Y0, X1, Y1, Z, ALLOWS, TRIED = range(7)
"""Rectangle, height, allowed pressure, and the stop for which it was found to be of no use (0: none)."""
SPACE_COLUMNS = 7

# A placed block (``State.placed``)
P_BLOCK, P_X0, P_Y0, P_Z0, P_X1, P_Y1, P_Z1 = range(7)
PLACED_COLUMNS = 7

# What else a state knows (``State.sums``)
SPACES, PLACED, FILLED, GRAMS, AT_STOP = range(5)
"""How many spaces and placed blocks; volume and weight of them; the stop that is being loaded."""
SUMS = 5

# A way on from a state
FROM, INTO, BLOCK, NOW, REACHED = range(5)
"""The state's row in the beam; the space and the block that goes there; the volume then filled, and what the
greedy completion reached."""
WAY_COLUMNS = 5

MOST_SPACES = 400
MOST_KINDS = 8
"""Kinds of piece in one block."""


class Room(NamedTuple):
    """The room and what holds for all states of a search."""

    side: Ints
    """Length, width, height."""
    payload: int
    least: int
    """Smallest side that may lie flat: narrower spaces are of no use."""
    least_height: int
    flat: Ints
    """For each length up to the longer side of the floor: the most of it that sides lying flat can fill."""
    tall: Ints
    """The same for heights."""
    stops: int
    """The highest stop: it is loaded first."""
    one_way: bool
    """Several stops: loading goes from the far end to the door, and nothing is put behind what stands."""
    met: Ints
    """Room for the spaces that one placed block meets: compiled code makes no tables of its own."""


class Blocks(NamedTuple):
    """All blocks; one row each."""

    row: Ints
    kind: Ints
    need: Ints
    made: Ints


class State(NamedTuple):
    """A loading under way."""

    space: Ints
    placed: Ints
    left: Ints
    sums: Ints
