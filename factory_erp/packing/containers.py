"""How many cartons a shipping container takes, and which containers a shipment needs.

A count by volume and weight for quoting and booking; it does not place the cartons: ``loading`` does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _

PPM = 1_000_000
LOADING_PPM = 850_000
"""Share of the inner volume that cartons usually fill, hand-loaded (28 of 33 m³ in a 20GP)."""


@dataclass(frozen=True, slots=True)
class Container:
    """A container type: trade name, ISO 6346 size-type code, inner sizes and height of the door in mm.

    Payload in kg is for a maximum gross of 30 480 kg (ISO 668) and a usual tare; the plate decides.
    """

    code: str
    iso: str
    length_mm: int
    width_mm: int
    height_mm: int
    payload_kg: int
    teu: int
    door_mm: int

    @property
    def volume_mm3(self) -> int:
        """Inner volume."""
        return self.length_mm * self.width_mm * self.height_mm

    @property
    def practical_mm3(self) -> int:
        """Volume that cartons usually fill."""
        return self.volume_mm3 * LOADING_PPM // PPM

    @property
    def payload_g(self) -> int:
        """Payload in grams."""
        return self.payload_kg * 1000


CONTAINERS: dict[str, Container] = {
    row.code: row
    for row in (
        Container("20GP", "22G1", 5898, 2352, 2393, 28_200, 1, 2280),
        Container("40GP", "42G1", 12_032, 2352, 2393, 26_700, 2, 2280),
        Container("40HQ", "45G1", 12_032, 2352, 2698, 26_500, 2, 2585),
        Container("45HQ", "L5G1", 13_556, 2352, 2698, 25_700, 2, 2585),
    )
}
"""Dry containers by trade name, smallest first. A 45-foot box counts as 2 TEU, with some lines as 2.25."""

USUAL = tuple(CONTAINERS[code] for code in ("20GP", "40GP", "40HQ"))
"""What every line has on every route; a 45HQ has to be asked for."""


@dataclass(frozen=True, slots=True)
class Capacity:
    """How many equal cartons fit, by each limit; ``limited_by`` names the one that binds."""

    cartons: int
    by_volume: int
    by_weight: int
    limited_by: Literal["volume", "weight", "size"]


@dataclass(frozen=True, slots=True)
class Loading:
    """Containers for a shipment: trade name and how many; parts per million of both limits used."""

    containers: tuple[tuple[str, int], ...]
    volume_ppm: int
    weight_ppm: int


def container(code: str) -> Container:
    """The container type with that trade name; raises InvalidValue."""
    try:
        return CONTAINERS[code]
    except KeyError:
        raise InvalidValue(_("There is no container type '{code}'.", code=code), field="container") from None


def capacity(code: str, length_mm: int, width_mm: int, height_mm: int, gross_g: int) -> Capacity:
    """How many cartons of one size and gross weight a container takes, in practice.

    Raises InvalidValue for an unknown type, or sizes and weight not above zero.
    """
    box = container(code)
    if min(length_mm, width_mm, height_mm, gross_g) <= 0:
        raise InvalidValue(_("A carton needs sizes and a gross weight above zero."))
    by_volume = box.practical_mm3 // (length_mm * width_mm * height_mm)
    by_weight = box.payload_g // gross_g
    room = sorted((box.length_mm, box.width_mm, box.height_mm))
    sides = sorted((length_mm, width_mm, height_mm))
    if any(side > limit for side, limit in zip(sides, room, strict=True)):
        return Capacity(0, by_volume, by_weight, "size")
    return Capacity(
        min(by_volume, by_weight), by_volume, by_weight, "weight" if by_weight < by_volume else "volume"
    )


def recommend(volume_mm3: int, gross_g: int) -> Loading:
    """The usual containers to book: least deck space (TEU), then fewest boxes, then the smallest room.

    A shipment of nothing needs none. Raises InvalidValue for negative totals.
    """
    if volume_mm3 < 0 or gross_g < 0:
        raise InvalidValue(_("Volume and weight of a shipment cannot be negative."))
    best = min(_mixes(volume_mm3, gross_g), key=_burden)
    room, payload = _room(best, practical=True), _payload(best)
    return Loading(
        tuple((box.code, count) for box, count in zip(USUAL, best, strict=True) if count),
        volume_mm3 * PPM // room if room else 0,
        gross_g * PPM // payload if payload else 0,
    )


def _mixes(volume: int, gross: int) -> list[tuple[int, int, int]]:
    """Sufficient counts (20GP, 40GP, 40HQ): any 40-foot boxes, and as many 20GP as are then still needed."""
    small, middle, large = USUAL
    most_tall = max(_boxes(volume, large.practical_mm3), _boxes(gross, large.payload_g))
    most_normal = max(_boxes(volume, middle.practical_mm3), _boxes(gross, middle.payload_g))
    found = []
    for tall in range(most_tall + 1):
        for normal in range(most_normal + 1):
            rest_volume = volume - tall * large.practical_mm3 - normal * middle.practical_mm3
            rest_gross = gross - tall * large.payload_g - normal * middle.payload_g
            short = max(_boxes(rest_volume, small.practical_mm3), _boxes(rest_gross, small.payload_g))
            found.append((short, normal, tall))
    return found


def _boxes(amount: int, each: int) -> int:
    return max(0, -(-amount // each))


def _burden(mix: tuple[int, int, int]) -> tuple[int, int, int]:
    teu = sum(count * box.teu for count, box in zip(mix, USUAL, strict=True))
    return teu, sum(mix), _room(mix, practical=False)


def _room(mix: tuple[int, int, int], *, practical: bool) -> int:
    boxes = zip(mix, USUAL, strict=True)
    return sum(count * (box.practical_mm3 if practical else box.volume_mm3) for count, box in boxes)


def _payload(mix: tuple[int, int, int]) -> int:
    return sum(count * box.payload_g for count, box in zip(mix, USUAL, strict=True))
