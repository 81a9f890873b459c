"""What is to be loaded, into what room, and by which rules."""

from __future__ import annotations

from dataclasses import dataclass

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _

ORIENTATIONS: tuple[tuple[int, int, int], ...] = (
    (0, 1, 2), (1, 0, 2), (0, 2, 1), (2, 0, 1), (1, 2, 0), (2, 1, 0),
)  # fmt: skip
"""Which side of a piece lies along the room's length, width and height; 0 is the piece's length."""

LENGTH, WIDTH, HEIGHT = range(3)


@dataclass(frozen=True, slots=True)
class Piece:
    """Equal cartons or pallets: sides in mm, gross weight in g, how many.

    ``upright`` names the sides that may stand vertical (0 length, 1 width, 2 height): a carton marked
    "this way up" has (2,). ``bears_g`` is what may stand on one piece, all layers above together (None: any
    weight). ``stop`` is the unloading stop, 1 first: later stops are loaded first, deeper in the room.
    """

    key: str
    sides: tuple[int, int, int]
    weight_g: int
    count: int
    upright: tuple[int, ...] = (LENGTH, WIDTH, HEIGHT)
    bears_g: int | None = None
    stop: int = 1

    @property
    def volume(self) -> int:
        """Of one piece, mm³."""
        return self.sides[0] * self.sides[1] * self.sides[2]


@dataclass(frozen=True, slots=True)
class Room:
    """A container's inside in mm (its door at the far end of the length) and what it may carry, in g."""

    length: int
    width: int
    height: int
    payload_g: int
    door_mm: int | None = None
    """Height of the door: what stands higher does not come in. None: as high as the room."""

    @property
    def volume(self) -> int:
        """In mm³."""
        return self.length * self.width * self.height

    def standing(self, piece: Piece) -> tuple[int, ...]:
        """The sides of *piece* that may stand vertical and are no higher than the door."""
        door = self.height if self.door_mm is None else self.door_mm
        return tuple(side for side in piece.upright if piece.sides[side] <= door)


@dataclass(frozen=True, slots=True)
class Placed:
    """One piece: row in the problem, index into ORIENTATIONS, corner nearest the origin, sides as it lies."""

    piece: int
    orientation: int
    at: tuple[int, int, int]
    sides: tuple[int, int, int]

    @property
    def end(self) -> tuple[int, int, int]:
        """The corner opposite of ``at``."""
        x, y, z = self.at
        length, width, height = self.sides
        return x + length, y + width, z + height


@dataclass(frozen=True, slots=True)
class Problem:
    """Pieces for one room."""

    room: Room
    pieces: tuple[Piece, ...]

    def __post_init__(self) -> None:
        """Raises InvalidValue for sizes, weights or counts that cannot be."""
        if min(self.room.length, self.room.width, self.room.height, self.room.payload_g) <= 0:
            raise InvalidValue(_("A container needs inner sizes and a payload above zero."))
        for piece in self.pieces:
            _check(piece)


def _check(piece: Piece) -> None:
    problem = ""
    if min(piece.sides) <= 0 or piece.weight_g <= 0:
        problem = _("A package needs sizes and a weight above zero.")
    elif piece.count < 0 or piece.stop < 1 or (piece.bears_g is not None and piece.bears_g < 0):
        problem = _("Count, unloading stop and load on top cannot be negative.")
    elif not piece.upright or not set(piece.upright) <= {LENGTH, WIDTH, HEIGHT}:
        problem = _("At least one side of a package must be allowed to stand upright.")
    if problem:
        raise InvalidValue(problem, record=piece.key)


@dataclass(frozen=True, slots=True)
class Loading:
    """What was placed, in no particular order; ``left`` counts what found no room, by row of the problem."""

    problem: Problem
    placed: tuple[Placed, ...]

    @property
    def volume(self) -> int:
        """Of all placed pieces, mm³."""
        return sum(self.problem.pieces[one.piece].volume for one in self.placed)

    @property
    def weight_g(self) -> int:
        """Of all placed pieces."""
        return sum(self.problem.pieces[one.piece].weight_g for one in self.placed)

    @property
    def fill_ppm(self) -> int:
        """Parts per million of the room's volume that are filled."""
        return self.volume * 1_000_000 // self.problem.room.volume

    @property
    def left(self) -> tuple[int, ...]:
        """How many of each piece found no room."""
        counts = [piece.count for piece in self.problem.pieces]
        for one in self.placed:
            counts[one.piece] -= 1
        return tuple(counts)

    @property
    def balance_ppm(self) -> tuple[int, int]:
        """Where the centre of gravity lies along length and width, in ppm of them (500,000 is the middle)."""
        weight = self.weight_g
        if not weight:
            return 500_000, 500_000
        room = self.problem.room
        moments = [0, 0]
        for one in self.placed:
            grams = self.problem.pieces[one.piece].weight_g
            for axis in (LENGTH, WIDTH):
                moments[axis] += grams * (2 * one.at[axis] + one.sides[axis])
        return (
            moments[LENGTH] * 1_000_000 // (2 * weight * room.length),
            moments[WIDTH] * 1_000_000 // (2 * weight * room.width),
        )
