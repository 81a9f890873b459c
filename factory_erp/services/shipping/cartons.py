"""A shipment's cartons: packed by rules, numbered, weighed and measured again, put onto pallets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from factory_erp.domain.cartons import RESERVED, CartonRange, format_ranges, normalised, parse
from factory_erp.domain.errors import InvalidValue, NotFound
from factory_erp.i18n import _
from factory_erp.models import shipping as models
from factory_erp.models.shipping import CartonContent, CartonGroup, Shipment, ShipmentLine, ShipmentState
from factory_erp.packing import cartons as packing
from factory_erp.packing.corrections import Correction, corrected
from factory_erp.packing.loading.mixed_pallets import palletized
from factory_erp.packing.pallets import PALLETS, PalletRules
from factory_erp.services.base import use_case
from factory_erp.services.master_data import assign, check_texts
from factory_erp.services.shipping.facts import load, sorted_lines
from factory_erp.services.shipping.marks import marks
from factory_erp.services.shipping.pack_items import pack_item, pallet_levels
from factory_erp.services.shipping.ready import OPEN_STATES
from factory_erp.services.shipping.rules import check_version, require_state
from factory_erp.services.shipping.serials import give_serials

PrefixBy = Literal["", "order", "options"]

MIXED_SECONDS = 1.0
"""For the pallets on which different cartons stand together: the shipment is locked meanwhile."""

_LONGEST_PREFIX = 8
_PACKED = (ShipmentState.PACKED, ShipmentState.DOCUMENTED)


@dataclass(frozen=True, slots=True)
class CartonRules:
    """What items in a mixed carton have in common, and what stands before the carton numbers.

    *prefix_by*: a letter for each order or for each of the items' options, or "" for *prefix* before all of
    them (letters, at most 8; empty: numbers alone). Numbers run through all prefixes.
    """

    same: tuple[packing.Shared, ...] = ("order",)
    prefix_by: PrefixBy = ""
    prefix: str = ""


USUAL = CartonRules()


@dataclass(frozen=True, slots=True)
class PackView:
    """What packing came to: cartons, pieces, grams, cubic millimetres, and the marks on the cartons."""

    shipment_id: int
    cartons: int
    pieces: int
    net_g: int
    gross_g: int
    volume_mm3: int
    marks: str


@use_case
def pack(
    session: Session, shipment_id: int, mix_remainders: bool = False, rules: CartonRules = USUAL
) -> PackView:
    """Pack the shipment into numbered cartons by the items' master cartons, replacing what was there.

    Pallets go with the old cartons, and containers no longer name them. Documents that were issued name the
    old cartons: they have to be issued again before the goods leave. Raises InvalidValue naming the SKU that
    has no master carton or a prefix that cannot be, NotAllowed once the goods have left.
    """
    shipment = load(session, shipment_id, lock=True)
    require_state(shipment, OPEN_STATES, _("packed again"))
    lines = sorted_lines(shipment)
    prefixes = _prefixes(lines, rules)
    items = [replace(pack_item(line), prefix=prefixes[line.id]) for line in lines]
    groups = packing.pack(items, packing.PackRules(mix_remainders, same=rules.same, numbering="through"))
    shipment.cartons, shipment.pallets = [], []
    for container in shipment.containers:
        container.carton_ranges = ""
    session.flush()  # the old carton numbers must be gone before the new ones come
    by_key = {str(line.id): line for line in lines}
    shipment.cartons = [_carton_group(group, by_key) for group in groups]
    totals = packing.totals(groups)
    shipment.marks = marks(shipment, totals.cartons)
    shipment.state = ShipmentState.PACKED
    flag_modified(shipment, "marks")
    weights = totals.net_g, totals.gross_g, totals.volume_mm3
    return PackView(shipment.id, totals.cartons, sum(totals.pieces.values()), *weights, shipment.marks)


def _prefixes(lines: Sequence[ShipmentLine], rules: CartonRules) -> dict[int, str]:
    """Line id → what stands before its carton numbers."""
    if not rules.prefix_by:
        prefix = _checked(rules.prefix)
        return {line.id: prefix for line in lines}
    series = {line.id: _series(line, rules.prefix_by) for line in lines}
    letters = {name: _letters(place) for place, name in enumerate(dict.fromkeys(series.values()))}
    return {line.id: letters[series[line.id]] for line in lines}


def _series(line: ShipmentLine, by: PrefixBy) -> str:
    item = line.sales_line.item
    return line.sales_line.order.number if by == "order" else item.options or item.sku


def _letters(place: int) -> str:
    """A, B … Z, AA, AB …, without words that carton numbers are written with."""
    text = ""
    place += 1
    while place:
        place, sign = divmod(place - 1, 26)
        text = chr(ord("A") + sign) + text
    return f"{text}X" if text in RESERVED else text


def _checked(prefix: str) -> str:
    text = prefix.strip().upper()
    usual = text.isascii() and text.isalpha() and len(text) <= _LONGEST_PREFIX and text not in RESERVED
    if text and not usual:
        raise InvalidValue(
            _("'{prefix}' cannot stand before carton numbers.", prefix=prefix),
            record=prefix,
            field="prefix",
            remedy=_("Use up to {most} letters from A to Z, such as A or RED.", most=_LONGEST_PREFIX),
        )
    return text


def _carton_group(group: packing.CartonGroup, lines: Mapping[str, ShipmentLine]) -> CartonGroup:
    contents = [CartonContent(line=lines[key], per_carton=pieces) for key, pieces in group.contents]
    return CartonGroup(first=group.first, prefix=group.prefix, contents=contents, **_measures(group))


def _measures(group: packing.CartonGroup) -> dict[str, Any]:
    """What can change while a range keeps its first number: its end, sizes, weights and their reason."""
    return {
        "last": group.last,
        "length_mm": group.length_mm,
        "width_mm": group.width_mm,
        "height_mm": group.height_mm,
        "net_g": group.net_g,
        "gross_g": group.gross_g,
        "weighed_reason": group.reason,
    }


@use_case
def correct_carton(
    session: Session,
    shipment_id: int,
    first: int,
    net_g: int,
    gross_g: int,
    reason: str,
    version: int | None = None,
    sides: tuple[int, int, int] | None = None,
    cartons: str = "",
) -> None:
    """Write down what the cartons that begin with number *first* really weigh, each, and why.

    *cartons* names those of them that were weighed, such as "3, 7-9": they become ranges of their own; empty:
    all of them. *sides*: outer length, width and height in mm, None leaves them. Raises InvalidValue for a
    gross weight below the net weight, a side of nothing, a missing reason or a carton that is not among
    these, NotFound for a number that no range begins with.
    """
    shipment = load(session, shipment_id, lock=True)
    check_version(shipment, version)
    require_state(shipment, _PACKED, _("weighed"))
    group = next((group for group in shipment.cartons if group.first == first), None)
    if group is None:
        raise NotFound(
            _("Shipment {number} has no cartons from number {first}.", number=shipment.number, first=first),
            record=shipment.number,
            remedy=_("Choose a row of the packing list."),
        )
    check_texts(CartonGroup, {"weighed_reason": reason.strip()}, shipment.number)
    parts: tuple[packing.CartonGroup, ...] = (_packed(group),)
    for numbers in _weighed(parts[0].numbers, cartons):
        parts = corrected(parts, Correction(numbers, reason, net_g, gross_g, sides))
    _take_parts(shipment, group, parts)
    flag_modified(shipment, "marks")  # the shipment's version rises with its cartons


def _weighed(whole: CartonRange, cartons: str) -> tuple[CartonRange, ...]:
    """The numbers that *cartons* names, with the letters of the range *whole*, of which all must be."""
    if not cartons.strip():
        return (whole,)
    named = normalised(replace(one, prefix=one.prefix or whole.prefix) for one in parse(cartons, whole.last))
    strange = [
        one for one in named if one.prefix != whole.prefix or one.first < whole.first or one.last > whole.last
    ]
    if strange:
        raise InvalidValue(
            _("Cartons {cartons} are not among {range}.", cartons=format_ranges(strange), range=whole),
            record=str(whole),
            field="cartons",
            remedy=_("Correct cartons of another row by themselves."),
        )
    return named


def _take_parts(shipment: Shipment, group: CartonGroup, parts: Sequence[packing.CartonGroup]) -> None:
    """*group* becomes the first of its *parts*; the others stand beside it, with their own serial numbers."""
    first, serial = group.first, group.sscc_first
    lines = {str(line.id): line for line in shipment.lines}
    for part in parts[1:]:
        made = _carton_group(part, lines)
        made.sscc_first = None if serial is None else serial + part.first - first
        shipment.cartons.append(made)
    assign(group, _measures(parts[0]))


@use_case
def palletize(
    session: Session,
    shipment_id: int,
    pallet: str,
    max_height_mm: int = 1_800,
    max_gross_g: int = 1_000_000,
    version: int | None = None,
) -> int:
    """Put all cartons onto pallets of one type (``packing.pallets.PALLETS``); how many there are.

    An item whose catalogue says how its full pallet is stacked, on such a pallet and within the limits, is
    stacked so.
    Raises InvalidValue for a carton that no such pallet takes or limits that leave no room.
    """
    shipment = load(session, shipment_id, lock=True)
    check_version(shipment, version)
    require_state(shipment, _PACKED, _("put onto pallets"))
    if pallet not in PALLETS:
        raise InvalidValue(
            _("There is no pallet '{code}'.", code=pallet), field="pallet", remedy=", ".join(PALLETS)
        )
    rules = PalletRules(PALLETS[pallet], max_height_mm, max_gross_g)
    groups = [_packed(group) for group in shipment.cartons]
    made = palletized(groups, rules, MIXED_SECONDS, pallet_levels(shipment.lines, rules))
    shipment.pallets = []
    session.flush()  # the old pallet numbers must be gone before the new ones come
    shipment.pallets = [
        models.PalletGroup(
            first=row.first, last=row.last, carton_ranges=row.carton_numbers, cartons_each=row.cartons_each,
            tare_g=row.tare_g, length_mm=row.length_mm, width_mm=row.width_mm, height_mm=row.height_mm,
        )
        for row in made
    ]  # fmt: skip
    flag_modified(shipment, "marks")
    return sum(row.pallets for row in made)


@use_case
def remove_pallets(session: Session, shipment_id: int, version: int | None = None) -> None:
    """The cartons travel loose again. Safe to repeat."""
    shipment = load(session, shipment_id, lock=True)
    if shipment.pallets:
        check_version(shipment, version)
        require_state(shipment, _PACKED, _("taken off its pallets"))
        shipment.pallets = []
        flag_modified(shipment, "marks")


def _packed(group: CartonGroup) -> packing.CartonGroup:
    contents = tuple(packing.Content(str(one.line_id), one.per_carton) for one in group.contents)
    sides = group.length_mm, group.width_mm, group.height_mm
    weights = group.net_g, group.gross_g
    return packing.CartonGroup(
        group.first, group.last, contents, *sides, *weights, group.prefix, group.weighed_reason
    )


@use_case
def number_cartons(session: Session, shipment_id: int, version: int | None = None) -> None:
    """Give each carton that has none a serial shipping container code (SSCC) of its own. Safe to repeat.

    Raises NotAllowed for a shipment that is not packed and where the company has no GS1 prefix.
    """
    shipment: Shipment = load(session, shipment_id, lock=True)
    check_version(shipment, version)
    require_state(shipment, _PACKED, _("numbered"))
    give_serials(session, shipment)
