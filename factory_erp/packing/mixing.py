"""Remainders of several lines in one carton: which may meet, and when a carton is full."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from factory_erp.packing.goods import PackItem, PackLevel, net_weight

PPM = 1_000_000

Shared = Literal["order", "destination", "family"]


@dataclass(frozen=True, slots=True)
class PackRules:
    """Whether remainders may share a carton, how full and heavy (gross) it may be; how cartons are numbered.

    ``same``: what items in a mixed carton must have in common (nothing: any may meet). ``max_items``: how
    many lines at most. ``numbering``: each prefix from 1, or one run of numbers through all prefixes.
    """

    mix_remainders: bool = False
    max_gross_g: int = 25_000
    fill_ppm: int = 900_000
    same: tuple[Shared, ...] = ("order",)
    max_items: int | None = None
    numbering: Literal["each", "through"] = "each"


@dataclass(frozen=True, slots=True)
class Part:
    """Pieces of one item that do not fill a carton; ``row`` is the item's place among all."""

    row: int
    item: PackItem
    level: PackLevel
    pieces: int

    @property
    def net_g(self) -> int:
        """Their net weight."""
        return net_weight(self.item, self.level, self.pieces)

    @property
    def volume(self) -> Fraction:
        """Room in a mixed carton: a started inner box takes that of a full one, if the carton has it."""
        pieces = self.pieces
        if self.item.inner:
            started = -(-pieces // self.item.inner.quantity)
            pieces = min(self.level.quantity, started * self.item.inner.quantity)
        return Fraction(self.level.volume_mm3 * pieces, self.level.quantity)

    @property
    def smallest(self) -> PackLevel:
        """The smallest of its boxes that holds it whole: the master carton holds it always."""
        fitting = [box for box in self.item.boxes if box.quantity >= self.pieces and box.kind != "pallet"]
        return min([self.level, *fitting], key=_size)


@dataclass(slots=True)
class MixedCarton:
    """Parts together in the largest of their boxes; ``sides`` are the longest of all, largest first."""

    parts: list[Part]
    box: PackLevel
    sides: tuple[int, ...]
    net_g: int
    volume: Fraction

    @classmethod
    def of(cls, part: Part) -> MixedCarton:
        """A carton with one part in it."""
        return cls([part], part.level, part.level.sides, part.net_g, part.volume)

    def takes(self, other: MixedCarton, rules: PackRules) -> bool:
        """Add what is in *other* if the larger box takes all: the sides, volume, weight, number of lines."""
        if rules.max_items is not None and len(self.parts) + len(other.parts) > rules.max_items:
            return False
        box, net = max(self.box, other.box, key=_size), self.net_g + other.net_g
        if net + box.tare_g > rules.max_gross_g:
            return False
        volume = self.volume + other.volume
        if volume * PPM > box.volume_mm3 * rules.fill_ppm:
            return False
        sides = tuple(map(max, self.sides, other.sides))
        # A piece's own size is not known: only a box as large on every side as its own surely takes it.
        if any(side > room for side, room in zip(sides, box.sides, strict=True)):
            return False
        self.parts.extend(other.parts)
        self.box, self.sides, self.net_g, self.volume = box, sides, net, volume
        return True


def mixed(loose: Iterable[Part], rules: PackRules) -> list[MixedCarton]:
    """Remainders gathered first-fit, the bulkiest first; a remainder is never split.

    Lines keep their order in each carton, and cartons come in the order of their first lines.
    """
    alike: dict[tuple[str, ...], list[MixedCarton]] = {}
    for part in sorted(loose, key=lambda one: one.volume, reverse=True):
        open_ones = alike.setdefault(_kin(part.item, rules), [])
        new = MixedCarton.of(part)
        if not any(carton.takes(new, rules) for carton in open_ones):
            open_ones.append(new)
    cartons = [carton for kin in alike.values() for carton in kin]
    for carton in cartons:
        carton.parts.sort(key=lambda one: one.row)
    return sorted(cartons, key=lambda carton: carton.parts[0].row)


def _size(level: PackLevel) -> tuple[int, int]:
    return level.volume_mm3, level.tare_g


def _kin(item: PackItem, rules: PackRules) -> tuple[str, ...]:
    """What must be equal for two items to share a carton; a carton has one number, hence one prefix."""
    shared = {"order": item.order, "destination": item.destination, "family": item.family}
    return item.prefix, *(shared[name] for name in rules.same)
