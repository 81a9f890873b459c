"""What is packed and what comes out of it: packaging levels, lines, and groups of equal cartons.

Lengths are millimetres, weights grams, volumes cubic millimetres, all integers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, NamedTuple

from factory_erp.domain.cartons import CartonRange
from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _


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
    of the full carton's net weight. ``prefix`` begins its carton numbers ("A" in A1-A20). ``order``,
    ``destination`` and ``family`` are what items in a mixed carton may have to share. ``inner`` is the
    inner box: in a mixed carton a started one takes the room of a full one. ``boxes`` are smaller cartons
    that a remainder may travel in.
    """

    key: str
    label: str
    quantity: int | Decimal
    level: PackLevel | None
    piece_net_g: int = 0
    prefix: str = ""
    order: str = ""
    destination: str = ""
    family: str = ""
    inner: PackLevel | None = None
    boxes: tuple[PackLevel, ...] = ()


class Content(NamedTuple):
    """Pieces of one line in each carton of a group."""

    key: str
    per_carton: int


@dataclass(frozen=True, slots=True)
class CartonGroup:
    """Equal cartons numbered ``first`` to ``last``; sizes and weights are those of one carton.

    ``reason`` says why they are not what the packaging levels say, where somebody measured them.
    """

    first: int
    last: int
    contents: tuple[Content, ...]
    length_mm: int
    width_mm: int
    height_mm: int
    net_g: int
    gross_g: int
    prefix: str = ""
    reason: str = ""

    @property
    def cartons(self) -> int:
        """How many cartons the range holds."""
        return self.last - self.first + 1

    @property
    def numbers(self) -> CartonRange:
        """The carton numbers."""
        return CartonRange(self.first, self.last, self.prefix)

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


def inner_boxes(item: PackItem, pieces: int) -> tuple[int, int]:
    """How many full inner boxes so many pieces make, and the pieces beside them."""
    return divmod(pieces, item.inner.quantity) if item.inner else (0, pieces)
