"""Containers of a shipment: which are needed, what goes into which, and the plan for the loading team.

The search takes seconds and holds no database: ``plan`` reads, works, and gives its answer back;
``apply_plan`` stores it if the cartons are still those that it was made for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from factory_erp.documents.details.labels import ContainerLoaded, LoadingDetails
from factory_erp.domain.cartons import CartonRange, format_ranges, parse
from factory_erp.domain.checkdigits import is_container_number
from factory_erp.domain.errors import InvalidValue, NotAllowed
from factory_erp.i18n import _
from factory_erp.models.shipping import Shipment, ShipmentContainer
from factory_erp.packing.containers import container
from factory_erp.services.base import query, use_case
from factory_erp.services.issuing.loading_cargo import (
    cargo_of,
    carton_ranges,
    labels_of,
    loaded,
    pallets_of,
    signature,
)
from factory_erp.services.papers import inputs
from factory_erp.services.papers.inputs import PaperOf
from factory_erp.services.shipping.facts import load
from factory_erp.services.shipping.ready import OPEN_STATES
from factory_erp.services.shipping.rules import check_version, require_state

if TYPE_CHECKING:
    from factory_erp.packing.loading.cargo import Cargo
    from factory_erp.packing.loading.containers import LooseCargo

KIND = "loading_plan"
NOTHING = LoadingDetails(())
SECONDS = 8.0
"""For the search, where nobody says otherwise."""

FREIGHT = {"20GP": Decimal(100), "40GP": Decimal(170), "40HQ": Decimal(175), "45HQ": Decimal(215)}
"""What containers cost beside each other where no rates are given: a long one less than two short ones."""

LOOSE_PER_CBM, LOOSE_BELOW_CBM = Decimal(7), Decimal(15)
"""Usual freight of loose cargo (LCL) beside ``FREIGHT``, and from where on nobody ships loose."""


@dataclass(frozen=True, slots=True)
class ContainerSummary:
    """One container of a plan: packages (cartons or pallets), g, mm³, how full by volume and by payload."""

    position: int
    type_code: str
    cartons: int
    gross_g: int
    volume_mm3: int
    fill_percent: Decimal
    payload_percent: Decimal


@dataclass(frozen=True, slots=True)
class LoadingView:
    """A plan: the containers with every package in its place, and what has none (label, packages).

    *goes_loose*: what has no place is shipped as loose cargo, because that is cheaper. *loose_below*: the
    shipment is *cubic_metres* (or as many tonnes, if more) and cheaper loose below so many. *cost* is that
    of containers and loose cargo in the currency of the rates. None: the containers were given.
    """

    details: LoadingDetails
    containers: tuple[ContainerSummary, ...]
    carton_ranges: tuple[str, ...]
    left_out: tuple[tuple[str, int], ...]
    made_for: str
    """The packages that it was made for; a plan for others cannot be stored."""
    goes_loose: bool = False
    cubic_metres: Decimal = Decimal(0)
    loose_below: Decimal | None = None
    cost: Decimal | None = None

    @property
    def cheaper_loose(self) -> bool:
        """Whether loose cargo (LCL) costs less than the smallest container, at usual rates or those given."""
        return self.loose_below is not None and self.cubic_metres < self.loose_below


@dataclass(frozen=True, slots=True)
class ContainerInput:
    """A container as its form has it: grams; ``carton_ranges`` "" for all that no other names."""

    type_code: str
    number: str = ""
    seal: str = ""
    tare_g: int = 0
    max_gross_g: int = 0
    dunnage_g: int = 0
    weighed_g: int = 0
    carton_ranges: str = ""


@dataclass(frozen=True, slots=True)
class _Job:
    """What a plan is made from."""

    cargo: tuple[Cargo, ...]
    made_for: str
    cubic_metres: Decimal
    on_pallet: Mapping[int, tuple[CartonRange, ...]]
    """Number of a pallet → the cartons on it; nothing where there are no pallets."""


def plan(
    shipment_id: int,
    kinds: Mapping[str, Decimal] | None = None,
    seconds: float = SECONDS,
    booked: Sequence[str] = (),
    stops: Mapping[str, int] | None = None,
    loose: LooseCargo | None = None,
) -> LoadingView:
    """Which containers the shipment needs and how they are loaded, in about *seconds*.

    Pallets are loaded once the cartons are on them. *kinds*: freight of each container that can be had, by
    trade name. *loose*: what loose cargo costs, where a rest may go so. *booked*: the containers that there
    are, to be filled as well as can be, instead. *stops*: order number → when it is unloaded, 1 first.
    Raises NotAllowed for a shipment that is not packed, InvalidValue for a package that no container takes.
    """
    from factory_erp.packing.loading.choice import choose, fill

    job = _read(shipment_id, stops or {})
    rates = kinds or FREIGHT
    found = fill(job.cargo, booked, seconds) if booked else choose(job.cargo, rates, seconds, loose)
    made = tuple(loaded(one) for one in found.containers)
    left = tuple((format_ranges([row]), len(row)) for row in found.loose)
    return LoadingView(
        LoadingDetails(made, left),
        tuple(_summary(one) for one in made),
        tuple(carton_ranges(job.on_pallet, one.numbers) for one in found.containers),
        left,
        job.made_for,
        goes_loose=bool(left and loose and not booked),
        cubic_metres=job.cubic_metres,
        loose_below=None if booked else _loose_below(rates, loose),
        cost=None if booked else found.cost,
    )


def _loose_below(rates: Mapping[str, Decimal], loose: LooseCargo | None) -> Decimal | None:
    """m³ (or tonnes) below which the cheapest container costs more than loose cargo."""
    from factory_erp.packing.loading.choice import break_even
    from factory_erp.packing.loading.containers import LooseCargo

    if loose is None and any(FREIGHT.get(code) != rate for code, rate in rates.items()):
        return None
    usual = LooseCargo(LOOSE_BELOW_CBM, LOOSE_PER_CBM)
    return min(break_even(rates, loose or usual).values(), default=None)


@query
def _read(session: Session, shipment_id: int, stops: Mapping[str, int]) -> _Job:
    shipment = load(session, shipment_id)
    if not shipment.cartons:
        raise NotAllowed(
            _("Shipment {number} is not packed, so nothing can be loaded.", number=shipment.number),
            record=shipment.number,
            field="cartons",
            remedy=_("Pack it into cartons first."),
        )
    cargo = cargo_of(shipment, stops)
    volume = Decimal(sum(one.volume for one in cargo)) / 10**9
    tonnes = Decimal(sum(len(one.numbers) * one.weight_g for one in cargo)) / 10**6
    on_pallet = {one.number: one.cartons for one in pallets_of(shipment)}
    return _Job(cargo, signature(shipment), max(volume, tonnes), on_pallet)


def _summary(one: ContainerLoaded) -> ContainerSummary:
    room = one.length_mm * one.width_mm * one.height_mm
    return ContainerSummary(
        one.position,
        one.type_code,
        len(one.boxes),
        one.cargo_g,
        one.volume_mm3,
        _percent(one.volume_mm3, room),
        _percent(one.cargo_g, one.payload_g),
    )


def _percent(part: int, whole: int) -> Decimal:
    return Decimal(part * 1000 // whole) / 10 if whole else Decimal(0)


@use_case
def apply_plan(session: Session, shipment_id: int, view: LoadingView, version: int | None = None) -> None:
    """Store a plan: its containers take the place of the shipment's; numbers and seals are kept by place.

    What goes as loose cargo has no container. Raises NotAllowed where the cartons or pallets have changed
    since, or something found no place; Conflict.
    """
    shipment = _open(session, shipment_id, version)
    if signature(shipment) != view.made_for:
        raise NotAllowed(
            _("The cartons of {number} have changed since this plan was made.", number=shipment.number),
            record=shipment.number,
            remedy=_("Work the plan out again."),
        )
    if view.left_out and not view.goes_loose:
        raise NotAllowed(
            _("{cartons} cartons found no place.", cartons=sum(left for _label, left in view.left_out)),
            record=shipment.number,
            remedy=_("Add a container, and work the plan out again."),
        )
    before = {one.position: one for one in shipment.containers}
    rows = [
        _kept(before.get(one.position), one, ranges)
        for one, ranges in zip(view.containers, view.carton_ranges, strict=True)
    ]
    _replace(session, shipment, rows)
    inputs.write(session, PaperOf(KIND, shipment_id=shipment.id), NOTHING, view.details, None)


def _kept(before: ShipmentContainer | None, one: ContainerSummary, ranges: str) -> ContainerInput:
    if before is None or before.type_code != one.type_code:
        return ContainerInput(one.type_code, carton_ranges=ranges)
    return replace(_input(before), carton_ranges=ranges)


def _input(one: ShipmentContainer) -> ContainerInput:
    return ContainerInput(
        one.type_code, one.number, one.seal, one.tare_g, one.max_gross_g, one.dunnage_g, one.weighed_g,
        one.carton_ranges,
    )  # fmt: skip


@use_case
def set_containers(
    session: Session, shipment_id: int, containers: Sequence[ContainerInput], version: int | None = None
) -> None:
    """Write the shipment's containers down, replacing what was there.

    Raises InvalidValue for a number whose check digit is wrong (ISO 6346), an unknown type, weights below
    zero or above the plate's, cartons that are not there or are in two containers; Conflict.
    """
    shipment = _open(session, shipment_id, version)
    rows = [_checked(position, one) for position, one in enumerate(containers, 1)]
    _check_cartons(shipment, rows)
    _replace(session, shipment, rows)


def _open(session: Session, shipment_id: int, version: int | None) -> Shipment:
    shipment = load(session, shipment_id, lock=True)
    check_version(shipment, version)
    require_state(shipment, OPEN_STATES, _("loaded"))
    return shipment


def _checked(position: int, one: ContainerInput) -> ContainerInput:
    """The row with its number and ranges as they are stored."""
    kind = container(one.type_code.strip().upper())
    number = "".join(one.number.split()).replace("-", "").upper()
    if number and not is_container_number(number):
        raise InvalidValue(
            _("'{number}' is not a container number: its check digit is wrong.", number=one.number),
            record=one.number,
            field="number",
            remedy=_("Copy the four letters and seven digits from the container's door."),
        )
    if min(one.tare_g, one.max_gross_g, one.dunnage_g, one.weighed_g) < 0:
        raise InvalidValue(
            _("Container {position}: a weight is below zero.", position=position),
            record=number or str(position),
            field="tare_g",
            remedy=_("Enter the weights from the container's plate, in kilograms."),
        )
    ranges = format_ranges(parse(one.carton_ranges)) if one.carton_ranges.strip() else ""
    seal = " ".join(one.seal.split())
    return replace(one, type_code=kind.code, number=number, seal=seal, carton_ranges=ranges)


def _check_cartons(shipment: Shipment, rows: Sequence[ContainerInput]) -> None:
    """Every carton named is one of the shipment's, and in one container only."""
    named = [part for row in rows if row.carton_ranges for part in parse(row.carton_ranges)]
    there = {(one.prefix, number) for one in shipment.cartons for number in range(one.first, one.last + 1)}
    seen: set[tuple[str, int]] = set()
    for part in named:
        for number in range(part.first, part.last + 1):
            key = (part.prefix, number)
            if key not in there or key in seen:
                raise _wrong_carton(shipment, CartonRange(number, number, part.prefix), twice=key in seen)
            seen.add(key)


def _wrong_carton(shipment: Shipment, carton: CartonRange, *, twice: bool) -> InvalidValue:
    message = (
        _("Carton {carton} is in two containers.", carton=carton)
        if twice
        else _("Shipment {number} has no carton {carton}.", number=shipment.number, carton=carton)
    )
    return InvalidValue(
        message,
        record=str(carton),
        field="carton_ranges",
        remedy=_("Write each carton in one container, for example 1-120, 201-240."),
    )


def _replace(session: Session, shipment: Shipment, rows: Sequence[ContainerInput]) -> None:
    shipment.containers = []
    session.flush()  # the old positions must be gone before the new ones come
    shipment.containers = [
        ShipmentContainer(
            position=position,
            type_code=row.type_code,
            number=row.number,
            seal=row.seal,
            tare_g=row.tare_g,
            max_gross_g=row.max_gross_g,
            dunnage_g=row.dunnage_g,
            weighed_g=row.weighed_g,
            carton_ranges=row.carton_ranges,
        )
        for position, row in enumerate(rows, 1)
    ]
    shipment.container_numbers = "\n".join(dict.fromkeys(row.number for row in rows if row.number))
    flag_modified(shipment, "marks")  # the shipment's version rises with its containers
    session.flush()


@query
def containers(session: Session, shipment_id: int) -> tuple[ContainerInput, ...]:
    """The shipment's containers as their form has them."""
    return tuple(_input(one) for one in load(session, shipment_id).containers)


def loading_details(session: Session, shipment: Shipment) -> LoadingDetails:
    """The loading plan as it was stored, with the containers' numbers.

    Raises NotAllowed where none was made, or the cartons have changed since.
    """
    found = inputs.typed_over(session, PaperOf(KIND, shipment_id=shipment.id), NOTHING)
    if not found.containers:
        raise NotAllowed(
            _("Shipment {number} has no loading plan yet.", number=shipment.number),
            record=shipment.number,
            field="containers",
            remedy=_("Work out which containers it needs."),
        )
    planned = [box.label for one in found.containers for box in one.boxes]
    loose = [part for label, _count in found.left_out for part in parse(label)]
    planned += [f"{part.prefix}{n}" for part in loose for n in range(part.first, part.last + 1)]
    if sorted(planned) != sorted(labels_of(shipment)):
        raise NotAllowed(
            _("The cartons of {number} have changed since this plan was made.", number=shipment.number),
            record=shipment.number,
            remedy=_("Work the plan out again."),
        )
    numbers = {one.position: one for one in shipment.containers}
    return replace(
        found,
        containers=tuple(
            replace(one, number=there.number, seal=there.seal)
            if (there := numbers.get(one.position)) is not None
            else one
            for one in found.containers
        ),
    )
