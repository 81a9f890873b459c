"""Cartons onto pallets: equal cartons in layers, pallet numbers, and what the pallets weigh.

Lengths are millimetres, weights grams. Nothing hangs over the pallet, and cartons stay upright. What does not
fill a pallet of its own is left for ``loading.mixed_pallets``, which stacks different cartons together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from factory_erp.domain.cartons import CartonRange, count, format_ranges
from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _
from factory_erp.packing.goods import CartonGroup, PackLevel
from factory_erp.packing.layers import Lying, layer
from factory_erp.packing.series import taken

PALLET_PREFIX = "P"
"""Begins the pallets' numbers, apart from those of the cartons."""


@dataclass(frozen=True, slots=True)
class PalletType:
    """An empty pallet: name, outer sizes, own weight."""

    code: str
    length_mm: int
    width_mm: int
    height_mm: int
    tare_g: int


PALLETS: dict[str, PalletType] = {
    row.code: row
    for row in (
        PalletType("EUR", 1200, 800, 144, 25_000),
        PalletType("1200x1000", 1200, 1000, 150, 25_000),
        PalletType("1100x1100", 1100, 1100, 150, 22_000),
        PalletType("1140x1140", 1140, 1140, 150, 24_000),
        PalletType("48x40in", 1219, 1016, 140, 20_000),
    )
}
"""Usual flat pallets (the sizes of ISO 6780); weights are usual ones of dry wood, the scale decides."""


@dataclass(frozen=True, slots=True)
class PalletRules:
    """The pallet, and how high (with the pallet) and heavy (gross) it may get."""

    pallet: PalletType = PALLETS["1200x1000"]
    max_height_mm: int = 1_800
    max_gross_g: int = 1_000_000

    def __post_init__(self) -> None:
        """Raises InvalidValue for limits that leave no room for cartons."""
        if self.max_height_mm <= self.pallet.height_mm or self.max_gross_g <= self.pallet.tare_g:
            raise InvalidValue(
                _("The height and weight allowed leave no room on the pallet."),
                field="max_height_mm",
                remedy=_("Allow more than the empty pallet's own height and weight."),
            )

    @property
    def room_mm(self) -> int:
        """Height for cartons."""
        return self.max_height_mm - self.pallet.height_mm

    @property
    def payload_g(self) -> int:
        """Weight for cartons."""
        return self.max_gross_g - self.pallet.tare_g


class Pattern(NamedTuple):
    """How equal cartons stand on a pallet: one layer, and how many layers are stacked."""

    layer: tuple[Lying, ...]
    layers: int

    @property
    def cartons(self) -> int:
        """On a full pallet."""
        return len(self.layer) * self.layers


@dataclass(frozen=True, slots=True)
class PalletGroup:
    """Equal pallets numbered ``first`` to ``last``: ``cartons`` are those of all, in their order.

    Sizes are the loaded pallet's; ``cargo_g`` is the gross weight of the cartons on one.
    """

    first: int
    last: int
    cartons: tuple[CartonRange, ...]
    cartons_each: int
    length_mm: int
    width_mm: int
    height_mm: int
    tare_g: int
    cargo_g: int
    layers: int = 0
    """Layers of a pallet of equal cartons; 0 where different ones stand together or the catalogue decides."""

    @property
    def pallets(self) -> int:
        """How many."""
        return self.last - self.first + 1

    @property
    def gross_g(self) -> int:
        """Of one pallet with its cartons."""
        return self.tare_g + self.cargo_g

    @property
    def volume_mm3(self) -> int:
        """Outer volume of one loaded pallet."""
        return self.length_mm * self.width_mm * self.height_mm

    @property
    def pallet_numbers(self) -> str:
        """As papers write them: "P1-P4"."""
        return str(CartonRange(self.first, self.last, PALLET_PREFIX))

    @property
    def carton_numbers(self) -> str:
        """As papers write them: "1-96"."""
        return format_ranges(self.cartons)

    def cartons_of(self, pallet: int) -> tuple[CartonRange, ...]:
        """The cartons on pallet number *pallet*."""
        _before, rest = taken(self.cartons, (pallet - self.first) * self.cartons_each)
        return taken(rest, self.cartons_each)[0]


class PalletTotals(NamedTuple):
    """Sums over pallets: ``gross_g`` with the pallets themselves, ``volume_mm3`` as loaded."""

    pallets: int
    cartons: int
    tare_g: int
    gross_g: int
    volume_mm3: int


class Palletized(NamedTuple):
    """Pallets of equal cartons, and the cartons that did not fill one: each group with its numbers."""

    pallets: tuple[PalletGroup, ...]
    left: tuple[CartonGroup, ...]


def pattern(group: CartonGroup, rules: PalletRules) -> Pattern:
    """How the cartons of *group* stand on one pallet; no layers where not even one fits.

    As many whole layers as height and weight allow; if they are too heavy for a whole one, part of it.
    """
    lying = layer(rules.pallet.length_mm, rules.pallet.width_mm, group.length_mm, group.width_mm)
    by_weight = rules.payload_g // group.gross_g
    lying = lying[:by_weight]
    if not lying:
        return Pattern((), 0)
    return Pattern(lying, min(rules.room_mm // group.height_mm, by_weight // len(lying)))


def equal_pallets(
    groups: Sequence[CartonGroup],
    rules: PalletRules,
    first: int = 1,
    levels: Mapping[str, PackLevel] | None = None,
) -> Palletized:
    """Full pallets of equal cartons, numbered from *first*, and the cartons left over, both in order.

    *levels* are the pallets that the catalogue describes, by line: cartons of that line alone are stacked as
    it says, if its pieces are whole cartons and its weight allows. Raises InvalidValue for a carton that is
    too large or too heavy for the pallet.
    """
    made: list[PalletGroup] = []
    left: list[CartonGroup] = []
    for group in groups:
        plan = _by_level(group, levels or {}) or _by_pattern(group, rules)
        pallets, rest = divmod(group.cartons, plan.cartons)
        if pallets:
            made.append(_stacked(group, plan, pallets, first))
            first = made[-1].last + 1
        if rest:
            left.append(replace(group, first=group.last - rest + 1))
    return Palletized(tuple(made), tuple(left))


def pallet_totals(pallets: Iterable[PalletGroup]) -> PalletTotals:
    """Pallets, cartons, weight of the empty pallets, gross weight with them and volume of all."""
    rows = list(pallets)
    return PalletTotals(
        sum(row.pallets for row in rows),
        sum(count(row.cartons) for row in rows),
        sum(row.pallets * row.tare_g for row in rows),
        sum(row.pallets * row.gross_g for row in rows),
        sum(row.pallets * row.volume_mm3 for row in rows),
    )


class _Full(NamedTuple):
    """A full pallet: its cartons, outer sizes, tare, and layers if they are known."""

    cartons: int
    sides: tuple[int, int, int]
    tare_g: int
    layers: int


def _by_level(group: CartonGroup, levels: Mapping[str, PackLevel]) -> _Full | None:
    level = levels.get(group.contents[0].key) if len(group.contents) == 1 else None
    if level is None or level.quantity % group.contents[0].per_carton:
        return None
    cartons = level.quantity // group.contents[0].per_carton
    tare = level.gross_g - cartons * group.gross_g
    sides = level.length_mm, level.width_mm, level.height_mm
    return _Full(cartons, sides, tare, 0) if tare >= 0 else None


def _by_pattern(group: CartonGroup, rules: PalletRules) -> _Full:
    plan, pallet = pattern(group, rules), rules.pallet
    if not plan.cartons:
        raise _too_large(group, rules)
    height = pallet.height_mm + plan.layers * group.height_mm
    return _Full(plan.cartons, (pallet.length_mm, pallet.width_mm, height), pallet.tare_g, plan.layers)


def _stacked(group: CartonGroup, plan: _Full, pallets: int, first: int) -> PalletGroup:
    numbers = CartonRange(group.first, group.first + pallets * plan.cartons - 1, group.prefix)
    cargo = plan.cartons * group.gross_g
    return PalletGroup(
        first, first + pallets - 1, (numbers,), plan.cartons, *plan.sides, plan.tare_g, cargo, plan.layers
    )


def _too_large(group: CartonGroup, rules: PalletRules) -> InvalidValue:
    return InvalidValue(
        _(
            "Cartons {cartons} do not fit on a pallet of {length} × {width} mm within its height and weight.",
            cartons=group.numbers,
            length=rules.pallet.length_mm,
            width=rules.pallet.width_mm,
        ),
        record=str(group.numbers),
        field="pallet",
        remedy=_("Choose a larger pallet, or ship these cartons loose."),
    )
