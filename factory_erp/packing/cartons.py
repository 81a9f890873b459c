"""Pieces into numbered cartons: full master cartons in ranges, then the remainders.

Lengths are millimetres, weights grams, volumes cubic millimetres, all integers. The rules and a
worked example stand in ``docs/algorithms/packing.md``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Literal, NamedTuple

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _

PPM = 1_000_000


@dataclass(frozen=True, slots=True)
class PackLevel:
    """A packaging level: *quantity* pieces in a box of these outer sizes, weighed full.

    Raises InvalidValue for anything not above zero, or a gross weight below the net weight.
    """

    kind: Literal["inner", "master", "pallet"]
    quantity: int
    length_mm: int
    width_mm: int
    height_mm: int
    net_g: int
    gross_g: int

    def __post_init__(self) -> None:
        if min(self.quantity, self.length_mm, self.width_mm, self.height_mm, self.net_g) <= 0:
            raise InvalidValue(_("A packaging level needs pieces, sizes and a net weight above zero."))
        if self.gross_g < self.net_g:
            raise InvalidValue(
                _("The gross weight of a package cannot be less than its net weight."), field="gross_g"
            )

    @property
    def volume_mm3(self) -> int:
        """Outer volume."""
        return self.length_mm * self.width_mm * self.height_mm

    @property
    def tare_g(self) -> int:
        """Weight of the packaging alone."""
        return self.gross_g - self.net_g

    @property
    def sides(self) -> tuple[int, ...]:
        """Outer sizes, largest first."""
        return tuple(sorted((self.length_mm, self.width_mm, self.height_mm), reverse=True))


@dataclass(frozen=True, slots=True)
class PackItem:
    """So many pieces of an item to pack.

    ``key`` identifies the line, ``label`` names it in messages; ``piece_net_g`` 0 means: its share
    of the full carton's net weight. ``prefix`` begins its carton numbers ("A" in A1-A20), each
    prefix numbered on its own; only remainders of the same ``order`` are ever mixed.
    """

    key: str
    label: str
    quantity: int | Decimal
    level: PackLevel | None
    piece_net_g: int = 0
    prefix: str = ""
    order: str = ""


@dataclass(frozen=True, slots=True)
class PackRules:
    """Whether remainders may share a carton, and how full and heavy (gross) such a carton may be."""

    mix_remainders: bool = False
    max_gross_g: int = 25_000
    fill_ppm: int = 900_000


OWN_CARTONS = PackRules()
"""The default: every remainder in a carton of its own."""


class Content(NamedTuple):
    """Pieces of one line in each carton of a group."""

    key: str
    per_carton: int


@dataclass(frozen=True, slots=True)
class CartonGroup:
    """Equal cartons numbered ``first`` to ``last``; sizes and weights are those of one carton."""

    first: int
    last: int
    contents: tuple[Content, ...]
    length_mm: int
    width_mm: int
    height_mm: int
    net_g: int
    gross_g: int
    prefix: str = ""

    @property
    def cartons(self) -> int:
        """How many cartons the range holds."""
        return self.last - self.first + 1

    @property
    def volume_mm3(self) -> int:
        """Outer volume of one carton."""
        return self.length_mm * self.width_mm * self.height_mm


@dataclass(frozen=True, slots=True)
class PackTotals:
    """Sums over carton groups."""

    cartons: int
    pieces: dict[str, int]
    net_g: int
    gross_g: int
    volume_mm3: int


@dataclass(frozen=True, slots=True)
class _Part:
    """Pieces of one item that do not fill a carton."""

    item: PackItem
    level: PackLevel
    pieces: int

    @property
    def net_g(self) -> int:
        return net_weight(self.item, self.level, self.pieces)

    @property
    def volume(self) -> Fraction:
        return Fraction(self.level.volume_mm3 * self.pieces, self.level.quantity)


def pack(items: Sequence[PackItem], rules: PackRules = OWN_CARTONS) -> tuple[CartonGroup, ...]:
    """Pack *items* in the order given; carton numbers of each prefix run from 1 without a gap.

    Full cartons of an item come first, its remainder right after; mixed cartons come last.
    Raises InvalidValue for a fractional or negative quantity and for an item without master carton.
    """
    numbers = _Numbers()
    groups: list[CartonGroup] = []
    loose: list[_Part] = []
    for item in items:
        level, pieces = _master(item), whole_pieces(item)
        full, rest = divmod(pieces, level.quantity)
        if full:
            contents = (Content(item.key, level.quantity),)
            groups.append(numbers.group(item.prefix, full, contents, level, level.net_g, level.gross_g))
        if rest and rules.mix_remainders:
            loose.append(_Part(item, level, rest))
        elif rest:
            groups.append(_carton(numbers, [_Part(item, level, rest)]))
    groups.extend(_carton(numbers, parts) for parts in _mixed(loose, rules))
    return tuple(groups)


def totals(groups: Iterable[CartonGroup]) -> PackTotals:
    """Cartons, pieces by line, weights and volume of all *groups*."""
    rows = list(groups)
    pieces: dict[str, int] = {}
    for row in rows:
        for key, per_carton in row.contents:
            pieces[key] = pieces.get(key, 0) + per_carton * row.cartons
    return PackTotals(
        cartons=sum(row.cartons for row in rows),
        pieces=pieces,
        net_g=sum(row.net_g * row.cartons for row in rows),
        gross_g=sum(row.gross_g * row.cartons for row in rows),
        volume_mm3=sum(row.volume_mm3 * row.cartons for row in rows),
    )


def whole_pieces(item: PackItem) -> int:
    """The item's quantity as a count; raises InvalidValue when pieces are broken or negative."""
    if item.quantity != int(item.quantity) or item.quantity < 0:
        raise InvalidValue(
            _(
                "{quantity} of {item} cannot be packed: cartons hold whole pieces.",
                quantity=item.quantity,
                item=item.label,
            ),
            record=item.label,
            field="quantity",
            remedy=_("Correct the quantity to a whole number of pieces."),
        )
    return int(item.quantity)


def net_weight(item: PackItem, level: PackLevel, pieces: int) -> int:
    """Net grams of *pieces*: by piece weight, or their share of a full carton, rounded half up."""
    if item.piece_net_g:
        return item.piece_net_g * pieces
    return (2 * level.net_g * pieces + level.quantity) // (2 * level.quantity)


def _master(item: PackItem) -> PackLevel:
    if item.level is None or item.level.kind != "master":
        raise InvalidValue(
            _("{item} has no master carton.", item=item.label),
            record=item.label,
            field="packaging",
            remedy=_("Enter the pieces, sizes and weights of its master carton in the catalogue."),
        )
    return item.level


@dataclass(slots=True)
class _Numbers:
    """The next carton number of each prefix."""

    used: dict[str, int] = field(default_factory=dict)

    def group(
        self, prefix: str, count: int, contents: tuple[Content, ...], box: PackLevel, net_g: int, gross_g: int
    ) -> CartonGroup:
        """A range of *count* cartons with the next numbers."""
        first = self.used.get(prefix, 0) + 1
        self.used[prefix] = first + count - 1
        return CartonGroup(
            first,
            first + count - 1,
            contents,
            box.length_mm,
            box.width_mm,
            box.height_mm,
            net_g,
            gross_g,
            prefix,
        )


def _carton(numbers: _Numbers, parts: Sequence[_Part]) -> CartonGroup:
    """One carton, the largest of its contents' own, holding *parts*."""
    box = _box(parts)
    net = sum(part.net_g for part in parts)
    contents = tuple(Content(part.item.key, part.pieces) for part in parts)
    return numbers.group(parts[0].item.prefix, 1, contents, box, net, net + box.tare_g)


def _box(parts: Sequence[_Part]) -> PackLevel:
    return max((part.level for part in parts), key=lambda level: (level.volume_mm3, level.tare_g))


def _mixed(loose: Sequence[_Part], rules: PackRules) -> list[list[_Part]]:
    """Remainders gathered first-fit, the bulkiest first; a remainder is never split."""
    cartons: list[list[_Part]] = []
    for part in sorted(loose, key=lambda p: p.volume, reverse=True):
        home = next((parts for parts in cartons if _joins(parts, part, rules)), None)
        if home is None:
            cartons.append([part])
        else:
            home.append(part)
    return cartons


def _joins(parts: Sequence[_Part], part: _Part, rules: PackRules) -> bool:
    """Same order and numbers, and the largest box takes all: each side, the volume, the weight."""
    first, together = parts[0].item, [*parts, part]
    if (first.order, first.prefix) != (part.item.order, part.item.prefix):
        return False
    box = _box(together)
    # A piece's own size is not known: only a box as large on every side as its own surely takes it.
    if any(side > room for p in together for side, room in zip(p.level.sides, box.sides, strict=True)):
        return False
    if sum(p.net_g for p in together) + box.tare_g > rules.max_gross_g:
        return False
    return sum(p.volume for p in together) * PPM <= box.volume_mm3 * rules.fill_ppm
