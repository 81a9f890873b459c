"""How a shipment travels, as its papers state it: containers with what is in them, pallets, notify party."""

from __future__ import annotations

from factory_erp.documents.facts import ContainerFacts, PalletLine, Party
from factory_erp.domain.cartons import CartonRange, format_ranges, parse
from factory_erp.domain.countries import find_country
from factory_erp.models.shipping import CartonGroup, PalletGroup, Shipment, ShipmentContainer


def containers_of(shipment: Shipment) -> tuple[ContainerFacts, ...]:
    """The containers that have a number, with cartons, gross weight and volume of what is in each."""
    return tuple(_container(shipment, one) for one in shipment.containers if one.number)


def _container(shipment: Shipment, one: ShipmentContainer) -> ContainerFacts:
    packages, gross_g, volume = contents_of(shipment, one)
    return ContainerFacts(
        number=one.number,
        seal=one.seal,
        type_code=one.type_code,
        tare_g=one.tare_g,
        max_gross_g=one.max_gross_g,
        packages=packages,
        gross_g=gross_g,
        volume_mm3=volume,
    )


def contents_of(shipment: Shipment, one: ShipmentContainer) -> tuple[int, int, int]:
    """(cartons, grams, mm³) in the container; the only container without named cartons has all of them."""
    wanted = parse(one.carton_ranges) if one.carton_ranges else ()
    if not wanted and len(shipment.containers) == 1:
        wanted = tuple(CartonRange(group.first, group.last, group.prefix) for group in shipment.cartons)
    cartons = gross = volume = 0
    for group in shipment.cartons:
        inside = sum(_common(group, part) for part in wanted)
        cartons += inside
        gross += inside * group.gross_g
        volume += inside * group.length_mm * group.width_mm * group.height_mm
    return cartons, gross, volume


def _common(group: CartonGroup, part: CartonRange) -> int:
    """Cartons of *group* that *part* names."""
    if part.prefix != group.prefix:
        return 0
    return max(0, min(group.last, part.last) - max(group.first, part.first) + 1)


def pallets_of(shipment: Shipment) -> tuple[PalletLine, ...]:
    """The pallets, as the packing list shows them."""
    return tuple(_pallet(one) for one in shipment.pallets)


def _pallet(one: PalletGroup) -> PalletLine:
    return PalletLine(
        pallets=one.last - one.first + 1,
        pallet_ranges=format_ranges([CartonRange(one.first, one.last, "P")]),
        carton_ranges=one.carton_ranges,
        cartons_each=one.cartons_each,
        tare_g=one.tare_g,
        length_mm=one.length_mm,
        width_mm=one.width_mm,
        height_mm=one.height_mm,
    )


def notify_party(shipment: Shipment) -> Party | None:
    """The notify party as it was typed: its name, then its address; a country in the last line is known."""
    name, *lines = [line.strip() for line in shipment.notify.splitlines() if line.strip()] or [""]
    if not name:
        return None
    nation = find_country(lines[-1]) if lines else None
    kept = lines[:-1] if nation else lines
    return Party(name=name, address_lines=tuple(kept), country=nation.alpha2 if nation else "")
