"""Numbered cartons and pallets as pieces for the search, and loadings as numbered cartons again.

Packages of equal sides and one unloading stop are one kind of piece, whoever ordered them: the fewer kinds,
the fuller the container. Numbers are handed out in the order of loading.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from factory_erp.domain.cartons import CartonRange, format_ranges, normalised
from factory_erp.packing.goods import CartonGroup
from factory_erp.packing.loading.problem import HEIGHT, Loading, Piece, Placed
from factory_erp.packing.loading.steps import steps
from factory_erp.packing.pallets import PALLET_PREFIX, PalletGroup


@dataclass(frozen=True, slots=True)
class Cargo:
    """Equal numbered packages: outer sides in mm, gross weight of one in g, and the rules for loading them.

    ``upright``, ``bears_g`` and ``stop`` are as in ``Piece``: by default they stay upright, bear any weight.
    """

    numbers: CartonRange
    sides: tuple[int, int, int]
    weight_g: int
    order: str = ""
    stop: int = 1
    upright: tuple[int, ...] = (HEIGHT,)
    bears_g: int | None = None

    @property
    def volume(self) -> int:
        """Of all, mm³."""
        return len(self.numbers) * self.sides[0] * self.sides[1] * self.sides[2]


@dataclass(frozen=True, slots=True)
class LoadedBox:
    """One package: its number, whose it is, corner at the far end, sides as it lies (mm), weight (g)."""

    label: str
    order: str
    x_mm: int
    y_mm: int
    z_mm: int
    length_mm: int
    width_mm: int
    height_mm: int
    step: int
    gross_g: int


@dataclass(frozen=True, slots=True)
class LoadedStep:
    """What the team does next: these packages, so many across, high and towards the door."""

    step: int
    label: str
    cartons: int
    across: int
    high: int
    deep: int
    orders: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LoadedContainer:
    """One container as it is to be loaded: inner sizes in mm, weights in g, centre of gravity in ppm.

    ``numbers`` are the packages in it; ``balance_ppm`` is where the centre of gravity lies along the length
    and the width (500,000 is the middle).
    """

    position: int
    type_code: str
    length_mm: int
    width_mm: int
    height_mm: int
    payload_g: int
    cargo_g: int
    volume_mm3: int
    balance_ppm: tuple[int, int]
    boxes: tuple[LoadedBox, ...]
    steps: tuple[LoadedStep, ...]
    numbers: tuple[CartonRange, ...]

    @property
    def labels(self) -> str:
        """The packages in it, as papers write them: "1-120, 201-240"."""
        return format_ranges(self.numbers)

    @property
    def orders(self) -> tuple[str, ...]:
        """Whose goods are in it, in the order of loading."""
        return tuple(dict.fromkeys(box.order for box in self.boxes))


def carton_cargo(group: CartonGroup, order: str = "", stop: int = 1, bears_g: int | None = None) -> Cargo:
    """The cartons of a group, upright."""
    sides = group.length_mm, group.width_mm, group.height_mm
    return Cargo(group.numbers, sides, group.gross_g, order, stop, bears_g=bears_g)


def pallet_cargo(group: PalletGroup, order: str = "", stop: int = 1, bears_g: int | None = 0) -> Cargo:
    """The pallets of a group; by default nothing may stand on them."""
    numbers = CartonRange(group.first, group.last, PALLET_PREFIX)
    sides = group.length_mm, group.width_mm, group.height_mm
    return Cargo(numbers, sides, group.gross_g, order, stop, bears_g=bears_g)


@dataclass(frozen=True, slots=True)
class Package:
    """One of the cargo: its number, whose it is, and what it weighs in g."""

    number: CartonRange
    order: str
    weight_g: int


class Pool:
    """Cargo waiting to be loaded: what the search sees of it, and the numbers that are still to be given.

    Where packages bear any weight, the search takes those of equal sides for equally heavy (*exact*: not).
    """

    def __init__(self, cargo: Iterable[Cargo], *, exact: bool = False) -> None:
        kinds: dict[tuple[object, ...], list[Cargo]] = {}
        for row in cargo:
            kinds.setdefault(_kind(row, exact=exact), []).append(row)
        self.kinds = {str(number): tuple(rows) for number, rows in enumerate(kinds.values())}
        self.waiting = {key: deque(_one_by_one(rows)) for key, rows in self.kinds.items()}

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """All of it, however much has been given numbers."""
        return tuple(_piece(key, rows) for key, rows in self.kinds.items())

    def loaded(self, position: int, code: str, loading: Loading) -> LoadedContainer:
        """A loading of this pool's pieces, with the next numbers of each kind, as container *position*."""
        boxes: list[LoadedBox] = []
        rows: list[LoadedStep] = []
        inside: list[tuple[Placed, Package]] = []
        for count, step in enumerate(steps(loading), 1):
            key = loading.problem.pieces[step.piece].key
            here = [(one, self.waiting[key].popleft()) for one in step.placed]
            boxes.extend(_box(one, package, count) for one, package in here)
            orders = tuple(dict.fromkeys(package.order for _one, package in here))
            label = format_ranges(package.number for _one, package in here)
            rows.append(LoadedStep(count, label, len(here), step.across, step.high, step.along, orders))
            inside.extend(here)
        room, weighed = loading.problem.room, _weighed(loading, inside)
        return LoadedContainer(
            position, code, room.length, room.width, room.height, room.payload_g, weighed.weight_g,
            weighed.volume, weighed.balance_ppm, tuple(boxes), tuple(rows),
            normalised(package.number for _one, package in inside),
        )  # fmt: skip

    def left(self) -> tuple[CartonRange, ...]:
        """What has no container."""
        return normalised(package.number for rows in self.waiting.values() for package in rows)


def _kind(row: Cargo, *, exact: bool) -> tuple[object, ...]:
    """What must be equal for two rows to be one kind of piece; upright ones may be turned about."""
    sides = (*sorted(row.sides[:HEIGHT]), row.sides[HEIGHT]) if row.upright == (HEIGHT,) else row.sides
    weight = row.weight_g if exact or row.bears_g is not None else None
    return row.stop, sides, weight, row.upright, row.bears_g


def _piece(key: str, rows: Sequence[Cargo]) -> Piece:
    """All packages of a kind, with their mean weight rounded up."""
    count, one = sum(len(row.numbers) for row in rows), rows[0]
    weight = -(-sum(len(row.numbers) * row.weight_g for row in rows) // count)
    return Piece(key, one.sides, weight, count, one.upright, one.bears_g, one.stop)


def _one_by_one(rows: Iterable[Cargo]) -> Iterator[Package]:
    for row in rows:
        for number in range(row.numbers.first, row.numbers.last + 1):
            yield Package(CartonRange(number, number, row.numbers.prefix), row.order, row.weight_g)


def _box(one: Placed, package: Package, step: int) -> LoadedBox:
    return LoadedBox(str(package.number), package.order, *one.at, *one.sides, step, package.weight_g)


def _weighed(loading: Loading, inside: Sequence[tuple[Placed, Package]]) -> Loading:
    """The same loading, each piece with its own weight."""
    weights = dict.fromkeys((one.piece, package.weight_g) for one, package in inside)
    rows = {kind: row for row, kind in enumerate(weights)}
    pieces = tuple(
        replace(loading.problem.pieces[piece], weight_g=weight, count=len(inside)) for piece, weight in rows
    )
    placed = tuple(replace(one, piece=rows[one.piece, package.weight_g]) for one, package in inside)
    return Loading(replace(loading.problem, pieces=pieces), placed)
