"""Cartons that were weighed or measured: what they really are, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from factory_erp.domain.cartons import CartonRange
from factory_erp.domain.errors import InvalidValue, NotFound
from factory_erp.i18n import _
from factory_erp.packing.goods import CartonGroup


@dataclass(frozen=True, slots=True)
class Correction:
    """What each of these cartons really weighs (g) and measures (mm); None leaves what was computed."""

    cartons: CartonRange
    reason: str
    net_g: int | None = None
    gross_g: int | None = None
    sides: tuple[int, int, int] | None = None
    """Outer length, width, height."""

    def __post_init__(self) -> None:
        """Raises InvalidValue without a reason or for sizes that cannot be."""
        if not self.reason.strip():
            raise InvalidValue(
                _("Cartons {cartons}: a correction needs its reason.", cartons=self.cartons),
                record=str(self.cartons),
                field="reason",
                remedy=_("Write how it was found, for example 'weighed on the floor scale'."),
            )
        if self.sides is not None and min(self.sides) <= 0:
            raise InvalidValue(
                _("Cartons {cartons}: sizes must be above zero.", cartons=self.cartons),
                record=str(self.cartons),
                field="sides",
                remedy=_("Measure length, width and height of the carton again."),
            )


def corrected(groups: Iterable[CartonGroup], correction: Correction) -> tuple[CartonGroup, ...]:
    """The *groups* in which the cartons named are as measured; numbers, pieces and order stay.

    A range of which only a part was measured becomes two or three. Raises NotFound if one of the cartons is
    in no group, InvalidValue if the gross weight would be below the net weight, or that not above zero.
    """
    rows = list(groups)
    found = sum(max(0, min(g.last, c.last) - max(g.first, c.first) + 1)
                for g in rows for c in (correction.cartons,) if g.prefix == c.prefix)  # fmt: skip
    if found != len(correction.cartons):
        raise NotFound(
            _("There are no cartons {cartons} in this packing.", cartons=correction.cartons),
            record=str(correction.cartons),
            remedy=_("Choose numbers of the packing list."),
        )
    return tuple(part for group in rows for part in _parts(group, correction))


def _parts(group: CartonGroup, correction: Correction) -> Iterator[CartonGroup]:
    """Of one group: what comes before the cartons named, they, and what comes after."""
    wanted = correction.cartons
    first, last = max(group.first, wanted.first), min(group.last, wanted.last)
    if group.prefix != wanted.prefix or first > last:
        yield group
        return
    if group.first < first:
        yield replace(group, last=first - 1)
    yield _measured(replace(group, first=first, last=last), correction)
    if last < group.last:
        yield replace(group, first=last + 1)


def _measured(group: CartonGroup, correction: Correction) -> CartonGroup:
    length, width, height = correction.sides or (group.length_mm, group.width_mm, group.height_mm)
    net = group.net_g if correction.net_g is None else correction.net_g
    gross = group.gross_g if correction.gross_g is None else correction.gross_g
    if not 0 < net <= gross:
        raise InvalidValue(
            _("Cartons {cartons}: the gross weight cannot be below the net weight, nor the net weight zero.",
              cartons=group.numbers),
            record=str(group.numbers),
            field="gross_g",
            remedy=_("Weigh the carton again and enter both weights."),
        )  # fmt: skip
    return replace(
        group, length_mm=length, width_mm=width, height_mm=height, net_g=net, gross_g=gross,
        reason=correction.reason.strip(),
    )  # fmt: skip
