"""All cartons onto pallets: equal ones in layers, the rest together, placed like a small container."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate

from factory_erp.domain.cartons import CartonRange, normalised
from factory_erp.packing.goods import CartonGroup, PackLevel
from factory_erp.packing.loading.problem import HEIGHT, Loading, Piece, Problem, Room
from factory_erp.packing.loading.search import load
from factory_erp.packing.pallets import PalletGroup, PalletRules, equal_pallets
from factory_erp.packing.series import taken

CHOICE = 3
"""A pallet is filled from the next cartons, so many times what it could hold."""

WIDEST = 4
"""Width of the beam for one pallet: it takes few cartons."""


def palletized(
    groups: Sequence[CartonGroup],
    rules: PalletRules,
    seconds: float = 5.0,
    levels: Mapping[str, PackLevel] | None = None,
) -> tuple[PalletGroup, ...]:
    """All cartons of *groups* on pallets numbered from 1: full ones of equal cartons, then mixed ones.

    Every carton stands upright on full support. *levels* are as in ``equal_pallets``. *seconds* is for all
    mixed pallets together. Raises InvalidValue for a carton that is too large or too heavy for the pallet.
    """
    made, left = equal_pallets(groups, rules, levels=levels)
    first = made[-1].last + 1 if made else 1
    return *made, *_mixed(left, rules, first, seconds)


def pallet_pieces(
    pallets: Iterable[PalletGroup], bears_g: int | None = 0, stop: int = 1
) -> tuple[Piece, ...]:
    """The loaded pallets as pieces for a container; by default nothing may stand on them."""
    return tuple(
        Piece(row.pallet_numbers, (row.length_mm, row.width_mm, row.height_mm), row.gross_g, row.pallets,
              (HEIGHT,), bears_g, stop)
        for row in pallets
    )  # fmt: skip


def _mixed(
    groups: Sequence[CartonGroup], rules: PalletRules, first: int, seconds: float
) -> Iterator[PalletGroup]:
    """One pallet after the other, as full as can be, until nothing is left; each takes at least one."""
    room = Room(rules.pallet.length_mm, rules.pallet.width_mm, rules.room_mm, rules.payload_g)
    rest = list(groups)
    while rest:
        near = rest[: _enough(rest, room)]
        pieces = tuple(_piece(group, row) for row, group in enumerate(near))
        found = load(Problem(room, pieces), seconds / (2 * len(groups)), widest=WIDEST)
        yield _pallet(found, near, rules, first)
        first += 1
        rest[: len(near)] = [
            replace(group, first=group.last - left + 1)
            for group, left in zip(near, found.left, strict=True)
            if left
        ]


def _enough(groups: Sequence[CartonGroup], room: Room) -> int:
    """How many groups, the first ones first, give the next pallet a choice: neighbours stay together."""
    reached = accumulate(group.cartons * group.volume_mm3 for group in groups)
    return next((row for row, volume in enumerate(reached, 1) if volume >= CHOICE * room.volume), len(groups))


def _piece(group: CartonGroup, row: int) -> Piece:
    sides = group.length_mm, group.width_mm, group.height_mm
    return Piece(str(row), sides, group.gross_g, group.cartons, (HEIGHT,))


def _pallet(found: Loading, groups: Sequence[CartonGroup], rules: PalletRules, number: int) -> PalletGroup:
    numbers: list[CartonRange] = []
    for group, left in zip(groups, found.left, strict=True):
        numbers.extend(taken((group.numbers,), group.cartons - left)[0])
    pallet = rules.pallet
    height = pallet.height_mm + max(one.end[HEIGHT] for one in found.placed)
    return PalletGroup(
        number, number, normalised(numbers), len(found.placed), pallet.length_mm, pallet.width_mm, height,
        pallet.tare_g, found.weight_g,
    )  # fmt: skip
