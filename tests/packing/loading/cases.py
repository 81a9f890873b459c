"""Small problems for the tests of loading."""

from __future__ import annotations

from hypothesis import strategies as st

from factory_erp.packing.loading.problem import Loading, Piece, Placed, Problem, Room

ROOM = Room(1000, 500, 900, 1_000_000)


def piece(key: str, *sides: int, count: int = 1, **rules: object) -> Piece:
    """A carton of 1 kg, unless *rules* say otherwise."""
    length, width, height = sides
    return Piece(key, (length, width, height), count=count, **({"weight_g": 1000} | rules))  # type: ignore[arg-type]


def put(row: int, at: tuple[int, int, int], sides: tuple[int, int, int], orientation: int = 0) -> Placed:
    """One placed piece."""
    return Placed(row, orientation, at, sides)


def loading(pieces: tuple[Piece, ...], *placed: Placed, room: Room = ROOM) -> Loading:
    """A loading made by hand."""
    return Loading(Problem(room, pieces), placed)


SIDE = st.integers(20, 70).map(lambda tens: tens * 10)
UPRIGHT = st.sampled_from([(2,), (0, 2), (1, 2), (0, 1, 2), (0,)])
PIECES = st.builds(
    Piece,
    key=st.just("carton"),
    sides=st.tuples(SIDE, SIDE, SIDE),
    weight_g=st.integers(1, 40_000),
    count=st.integers(0, 12),
    upright=UPRIGHT,
    bears_g=st.none() | st.integers(0, 90_000),
    stop=st.integers(1, 3),
)
PROBLEMS = st.builds(
    Problem,
    room=st.builds(
        Room,
        length=st.integers(800, 2500),
        width=st.integers(500, 1300),
        height=st.integers(500, 1300),
        payload_g=st.integers(10_000, 900_000),
    ),
    pieces=st.lists(PIECES, min_size=1, max_size=4).map(tuple),
)
