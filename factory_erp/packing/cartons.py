"""Pieces into numbered cartons: full master cartons in ranges, then the remainders.

Lengths are millimetres, weights grams, volumes cubic millimetres, all integers. The rules and a
worked example stand in ``docs/algorithms/packing.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _
from factory_erp.packing.goods import (
    CartonGroup,
    Content,
    PackItem,
    PackLevel,
    PackTotals,
    inner_boxes,
    net_weight,
    totals,
    whole_pieces,
)
from factory_erp.packing.mixing import PackRules, Part, Shared, mixed

__all__ = [
    "OWN_CARTONS", "CartonGroup", "Content", "PackItem", "PackLevel", "PackRules", "PackTotals", "Shared",
    "inner_boxes", "net_weight", "pack", "totals", "whole_pieces",
]  # fmt: skip

OWN_CARTONS = PackRules()
"""The default: every remainder in a carton of its own."""


def pack(items: Sequence[PackItem], rules: PackRules = OWN_CARTONS) -> tuple[CartonGroup, ...]:
    """Pack *items* in the order given; carton numbers run from 1 without a gap.

    Full cartons of an item come first, its remainder right after; mixed cartons come last, in the order of
    their first lines. Raises InvalidValue for a fractional or negative quantity and for an item without
    master carton.
    """
    numbers = _Numbers(rules.numbering == "through")
    groups: list[CartonGroup] = []
    loose: list[Part] = []
    for row, item in enumerate(items):
        level, pieces = _master(item), whole_pieces(item)
        full, rest = divmod(pieces, level.quantity)
        if full:
            contents = (Content(item.key, level.quantity),)
            groups.append(numbers.group(item.prefix, full, contents, level, level.net_g, level.gross_g))
        if rest and rules.mix_remainders:
            loose.append(Part(row, item, level, rest))
        elif rest:
            part = Part(row, item, level, rest)
            groups.append(_carton(numbers, [part], part.smallest))
    for carton in mixed(loose, rules):
        box = carton.box if len(carton.parts) > 1 else carton.parts[0].smallest
        groups.append(_carton(numbers, carton.parts, box))
    return tuple(groups)


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
    """The last carton number of each prefix, or of all together."""

    through: bool
    used: dict[str, int] = field(default_factory=dict)

    def group(
        self, prefix: str, count: int, contents: tuple[Content, ...], box: PackLevel, net_g: int, gross_g: int
    ) -> CartonGroup:
        """A range of *count* cartons with the next numbers."""
        series = "" if self.through else prefix
        first = self.used.get(series, 0) + 1
        last = self.used[series] = first + count - 1
        sides = box.length_mm, box.width_mm, box.height_mm
        return CartonGroup(first, last, contents, *sides, net_g, gross_g, prefix)


def _carton(numbers: _Numbers, parts: Sequence[Part], box: PackLevel) -> CartonGroup:
    """One *box* holding *parts*."""
    net = sum(part.net_g for part in parts)
    contents = tuple(Content(part.item.key, part.pieces) for part in parts)
    return numbers.group(parts[0].item.prefix, 1, contents, box, net, net + box.tare_g)
