"""What stands in the containers of a shipment: its cartons, or its pallets once the cartons are on them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from factory_erp.documents.details.labels import BoxPlaced, ContainerLoaded, LoadingStep
from factory_erp.domain.cartons import CartonRange, count, format_ranges, normalised, parse
from factory_erp.models.catalog import PackKind
from factory_erp.models.shipping import CartonGroup, PalletGroup, Shipment
from factory_erp.packing.pallets import PALLET_PREFIX

if TYPE_CHECKING:
    from factory_erp.packing.loading.cargo import Cargo, LoadedContainer

NOTHING_ON_TOP = 0
"""Grams that a pallet bears: nothing is put onto pallets."""


@dataclass(frozen=True, slots=True)
class LoadedPallet:
    """One pallet: its number, the cartons on it, outer sizes in mm, gross weight with its cartons in g."""

    number: int
    cartons: tuple[CartonRange, ...]
    sides: tuple[int, int, int]
    gross_g: int
    orders: tuple[str, ...]


def cargo_of(shipment: Shipment, stops: Mapping[str, int]) -> tuple[Cargo, ...]:
    """What the search has to place; *stops*: order number → when it is unloaded, 1 first.

    A pallet with goods of several orders is unloaded with the first of them.
    """
    return tuple(_pallets(shipment, stops) if shipment.pallets else _cartons(shipment, stops))


def _cartons(shipment: Shipment, stops: Mapping[str, int]) -> Iterator[Cargo]:
    from factory_erp.packing.loading.cargo import Cargo

    for group in sorted(shipment.cartons, key=lambda one: one.first):
        sides = group.length_mm, group.width_mm, group.height_mm
        order, rule = _order(group), _rule(group)
        stop = stops.get(order, 1)
        yield Cargo(_numbers(group), sides, group.gross_g, order, stop, rule.upright, rule.bears_g)


def _pallets(shipment: Shipment, stops: Mapping[str, int]) -> Iterator[Cargo]:
    from factory_erp.packing.loading.cargo import Cargo

    for one in pallets_of(shipment):
        numbers = CartonRange(one.number, one.number, PALLET_PREFIX)
        stop = min(stops.get(order, 1) for order in one.orders)
        yield Cargo(numbers, one.sides, one.gross_g, " / ".join(one.orders), stop, bears_g=NOTHING_ON_TOP)


class _Rule(NamedTuple):
    """Which sides may stand vertical, and what may stand on one carton, in g."""

    upright: tuple[int, ...]
    bears_g: int | None


def _rule(group: CartonGroup) -> _Rule:
    """How the cartons may be loaded, by the most careful of the items in them."""
    from factory_erp.packing.loading.problem import HEIGHT, LENGTH, WIDTH

    items = [content.line.sales_line.item for content in group.contents]
    levels = [level for item in items for level in item.packaging if level.kind == PackKind.MASTER]
    limits = [level.bears_g for level in levels if level.bears_g is not None]
    lies = bool(levels) and all(level.may_lie for level in levels)
    return _Rule((LENGTH, WIDTH, HEIGHT) if lies else (HEIGHT,), min(limits, default=None))


def _order(group: CartonGroup) -> str:
    return group.contents[0].line.sales_line.order.number


def _numbers(group: CartonGroup) -> CartonRange:
    return CartonRange(group.first, group.last, group.prefix)


def pallets_of(shipment: Shipment) -> tuple[LoadedPallet, ...]:
    """Every pallet of the shipment by itself, with what is on it."""
    return tuple(made for group in shipment.pallets for made in _each(shipment, group))


def _each(shipment: Shipment, group: PalletGroup) -> Iterator[LoadedPallet]:
    rest = tuple(parse(group.carton_ranges))
    sides = group.length_mm, group.width_mm, group.height_mm
    for number in range(group.first, group.last + 1):
        here, rest = _first(rest, group.cartons_each)
        weight, orders = group.tare_g, dict[str, None]()
        for cartons in shipment.cartons:
            if inside := sum(len(common) for part in here if (common := _common(cartons, part))):
                weight += inside * cartons.gross_g
                orders[_order(cartons)] = None
        yield LoadedPallet(number, here, sides, weight, tuple(orders))


def _first(
    ranges: tuple[CartonRange, ...], wanted: int
) -> tuple[tuple[CartonRange, ...], tuple[CartonRange, ...]]:
    """The first *wanted* cartons of the ranges, and those behind them."""
    taken: list[CartonRange] = []
    for place, one in enumerate(ranges):
        if wanted < len(one):
            cut = one.first + wanted
            if wanted:
                taken.append(CartonRange(one.first, cut - 1, one.prefix))
            return tuple(taken), (CartonRange(cut, one.last, one.prefix), *ranges[place + 1 :])
        taken.append(one)
        wanted -= len(one)
    return tuple(taken), ()


def _common(group: CartonGroup, part: CartonRange) -> CartonRange | None:
    first, last = max(group.first, part.first), min(group.last, part.last)
    return CartonRange(first, last, group.prefix) if part.prefix == group.prefix and first <= last else None


def carton_ranges(on_pallet: Mapping[int, tuple[CartonRange, ...]], packages: Iterable[CartonRange]) -> str:
    """The cartons of *packages* (cartons, or pallets where there are any), as papers write them."""
    if not on_pallet:
        return format_ranges(normalised(packages))
    numbers = [number for one in packages for number in range(one.first, one.last + 1)]
    return format_ranges(normalised(part for number in numbers for part in on_pallet[number]))


def pallet_tare_in(shipment: Shipment, ranges: str) -> int:
    """Weight in g of the empty pallets of which all cartons are among *ranges*; "": of all pallets."""
    tare = {n: one.tare_g for one in shipment.pallets for n in range(one.first, one.last + 1)}
    if not ranges:
        return sum(tare.values())
    inside = {(part.prefix, n) for part in parse(ranges) for n in range(part.first, part.last + 1)}
    return sum(
        tare[one.number]
        for one in pallets_of(shipment)
        if all((part.prefix, n) in inside for part in one.cartons for n in range(part.first, part.last + 1))
    )


def labels_of(shipment: Shipment) -> list[str]:
    """The numbers of all packages that stand in containers, one by one."""
    if shipment.pallets:
        return [f"{PALLET_PREFIX}{one.number}" for one in pallets_of(shipment)]
    return [f"{one.prefix}{n}" for one in shipment.cartons for n in range(one.first, one.last + 1)]


def loaded(one: LoadedContainer) -> ContainerLoaded:
    """A container of the search as the loading plan draws it, its number still to come."""
    return ContainerLoaded(
        position=one.position,
        type_code=one.type_code,
        number="",
        length_mm=one.length_mm,
        width_mm=one.width_mm,
        height_mm=one.height_mm,
        payload_g=one.payload_g,
        cargo_g=one.cargo_g,
        volume_mm3=one.volume_mm3,
        boxes=tuple(
            BoxPlaced(
                box.label,
                box.order,
                box.x_mm,
                box.y_mm,
                box.z_mm,
                box.length_mm,
                box.width_mm,
                box.height_mm,
                box.step,
                box.gross_g,
            )
            for box in one.boxes
        ),
        steps=tuple(
            LoadingStep(
                row.step, row.label, row.cartons, row.across, row.high, row.deep, " / ".join(row.orders)
            )
            for row in one.steps
        ),
    )


def signature(shipment: Shipment) -> str:
    """Numbers, sides and weights of all cartons and pallets: another signature, other packages."""
    rows = [
        f"{one.prefix}{one.first}-{one.last}:{one.length_mm}x{one.width_mm}x{one.height_mm}:{one.gross_g}"
        for one in sorted(shipment.cartons, key=lambda one: one.first)
    ]
    rows += [
        f"{PALLET_PREFIX}{one.first}-{one.last}:{one.length_mm}x{one.width_mm}x{one.height_mm}:{one.tare_g}"
        f":{count(parse(one.carton_ranges))}"
        for one in sorted(shipment.pallets, key=lambda one: one.first)
    ]
    return ";".join(rows)
