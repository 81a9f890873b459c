"""Rules 25, 26 and 27: container and seal numbers, verified gross mass, and what a container can take."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from factory_erp.checking.findings import Check, Finding, Place, found
from factory_erp.checking.papers import Container, Paper, PaperKind, PaperSet
from factory_erp.checking.rules.reading import at, at_line, kind_name, of_kind, shown, total_of
from factory_erp.checking.texts import folded
from factory_erp.domain.checkdigits import is_container_number
from factory_erp.i18n import _

_SEPARATORS = re.compile(r"[\s./-]+")
_NOT_A_NUMBER = re.compile(r"[^A-Z0-9]")
_LISTING: tuple[PaperKind, ...] = (
    "bill_of_lading",
    "packing_list",
    "vgm_declaration",
    "commercial_invoice",
    "booking_note",
    "customs_declaration",
    "shipping_advice",
    "certificate_of_origin",
)


@dataclass(frozen=True, slots=True)
class Capacity:
    """What a container type takes: inner volume and usual load in m³, payload in kg.

    Payloads are for 30,480 kg gross (ISO 668) and a usual tare; the plate of the box decides.
    """

    volume_m3: Decimal
    usual_m3: Decimal
    payload_kg: Decimal


def _capacity(volume: str, usual: str, payload: str) -> Capacity:
    return Capacity(Decimal(volume), Decimal(usual), Decimal(payload))


CAPACITIES: dict[str, Capacity] = {
    "20GP": _capacity("33.2", "28", "28200"),
    "40GP": _capacity("67.7", "58", "26700"),
    "40HQ": _capacity("76.3", "68", "26500"),
    "45HQ": _capacity("86.0", "78", "25700"),
    "20RF": _capacity("27.0", "24", "27400"),
    "40RH": _capacity("67.5", "58", "29400"),
    "20OT": _capacity("32.5", "28", "28100"),
    "40OT": _capacity("65.9", "56", "26500"),
}
"""Trade name to what the type takes."""

_TYPE_NAMES = {
    "20GP": "20 20DC 20DV 20ST 20SD 20G0 20G1 22G0 22G1 20FT",
    "40GP": "40 40DC 40DV 40ST 40SD 42G0 42G1 40FT",
    "40HQ": "40HC 45G0 45G1 40HCDV",
    "45HQ": "45HC L5G0 L5G1",
    "20RF": "20RE 22R1 20REF",
    "40RH": "40RQ 45R1 40HR 40REF",
    "20OT": "22U1",
    "40OT": "42U1",
}
_BY_NAME = {name: key for key, names in _TYPE_NAMES.items() for name in (*names.split(), key)}


@dataclass(frozen=True, slots=True)
class _Listed:
    """One container on one paper, by the number without spaces and hyphens."""

    paper: Paper
    index: int
    number: str
    container: Container

    def place(self, field: str, value: Decimal | str | None) -> Place:
        return at_line(self.paper, self.index, field, value, "containers")


def _listed(papers: PaperSet) -> list[_Listed]:
    return [
        _Listed(paper, index, _plain(container.number), container)
        for paper in of_kind(papers, *_LISTING)
        for index, container in enumerate(paper.containers)
        if _plain(container.number)
    ]


def _plain(text: str) -> str:
    return _SEPARATORS.sub("", folded(text))


def numbers_agree(papers: PaperSet) -> Iterator[Finding]:
    """Rule 25: ISO 6346 check digits; the same containers and seals on all papers that list them."""
    listed = _listed(papers)
    for one in listed:
        yield from _wrong_number(one)
    yield from _other_containers(listed)
    yield from _other_seals(listed)


def _wrong_number(one: _Listed) -> Iterator[Finding]:
    if not is_container_number(one.number):
        message = _(
            "{number} is no container number: the check digit or the form is wrong (ISO 6346).",
            number=shown(one.container.number),
        )
        yield found(25, message, one.place("number", one.container.number))


def _other_containers(listed: list[_Listed]) -> Iterator[Finding]:
    by_kind: dict[PaperKind, dict[str, _Listed]] = defaultdict(dict)
    for one in listed:
        by_kind[one.paper.kind].setdefault(one.number, one)
    kinds = list(by_kind)
    for kind in kinds[1:]:
        mine, theirs = by_kind[kind], by_kind[kinds[0]]
        if mine.keys() != theirs.keys():
            odd, other = _odd_ones(mine, theirs)
            message = _(
                "The {paper} lists container {numbers}, the {other} lists {others}.",
                paper=kind_name(odd.paper.kind),
                numbers=shown(", ".join(mine)),
                other=kind_name(other.paper.kind),
                others=shown(", ".join(theirs)),
            )
            places = odd.place("number", odd.container.number), other.place("number", other.container.number)
            yield found(25, message, *places)


def _odd_ones(mine: dict[str, _Listed], theirs: dict[str, _Listed]) -> tuple[_Listed, _Listed]:
    """A container of each paper that the other does not have, where there is one."""
    odd = next((one for number, one in mine.items() if number not in theirs), next(iter(mine.values())))
    other = next((one for number, one in theirs.items() if number not in mine), next(iter(theirs.values())))
    return odd, other


def _other_seals(listed: list[_Listed]) -> Iterator[Finding]:
    first: dict[str, _Listed] = {}
    for one in listed:
        if not _plain(one.container.seal):
            continue
        other = first.setdefault(one.number, one)
        if _plain(other.container.seal) != _plain(one.container.seal):
            message = _(
                "Container {number} has seal {seal} on the {paper}, {expected} on the {other}.",
                number=one.number,
                seal=shown(one.container.seal),
                paper=kind_name(one.paper.kind),
                expected=shown(other.container.seal),
                other=kind_name(other.paper.kind),
            )
            yield found(
                25, message, one.place("seal", one.container.seal), other.place("seal", other.container.seal)
            )


def gross_mass_sound(papers: PaperSet) -> Iterator[Finding]:
    """Rule 26: the verified gross mass is no more than the plate allows and no less than cargo and tare."""
    listed = _listed(papers)
    for one in listed:
        mass = one.container.vgm_kg
        if mass is None:
            continue
        limit = _known(listed, one.number, "max_gross_kg", lambda box: box.max_gross_kg)
        if limit and mass > limit[1]:
            message = _(
                "Container {number}: verified gross mass {mass} kg is above the maximum of {limit} kg.",
                number=one.number,
                mass=shown(mass),
                limit=shown(limit[1]),
            )
            yield found(26, message, one.place("vgm_kg", mass), limit[0])
        yield from _too_light(one, mass, listed, papers)


def _too_light(one: _Listed, mass: Decimal, listed: list[_Listed], papers: PaperSet) -> Iterator[Finding]:
    cargo = _known(listed, one.number, "gross_kg", lambda box: box.gross_kg) or _only_cargo(listed, papers)
    tare = _known(listed, one.number, "tare_kg", lambda box: box.tare_kg)
    if cargo is None or tare is None or mass >= cargo[1] + tare[1]:
        return
    message = _(
        "Container {number}: verified gross mass {mass} kg is below cargo and tare, {due} kg.",
        number=one.number,
        mass=shown(mass),
        due=shown(cargo[1] + tare[1]),
    )
    yield found(26, message, one.place("vgm_kg", mass), cargo[0], tare[0])


def _known(
    listed: list[_Listed], number: str, field: str, read: Callable[[Container], Decimal | None]
) -> tuple[Place, Decimal] | None:
    """What a paper says of the container, the first that says it."""
    for one in listed:
        value = read(one.container)
        if one.number == number and value is not None and value > 0:
            return one.place(field, value), value
    return None


def _only_cargo(listed: list[_Listed], papers: PaperSet) -> tuple[Place, Decimal] | None:
    """The gross weight of the shipment, where it is all in one container."""
    if len({one.number for one in listed}) != 1:
        return None
    for paper in of_kind(papers, "packing_list", "bill_of_lading"):
        if paper.gross_kg is not None:
            return at(paper, "gross_kg", paper.gross_kg), paper.gross_kg
    return None


def load_fits(papers: PaperSet) -> Iterator[Finding]:
    """Rule 27: weight and volume against what the container type takes, container by container and in all."""
    seen: set[str] = set()
    for one in _listed(papers):
        type_name = _type_name(one.container.type_code)
        if not type_name or one.number in seen:
            continue
        yield from _overloaded(one, type_name)
        if one.container.gross_kg is not None or one.container.volume_m3 is not None:
            seen.add(one.number)
    yield from _overfull(papers)


def _type_name(text: str) -> str:
    plain = _NOT_A_NUMBER.sub("", folded(text))
    return _BY_NAME.get(plain, "")


def _overloaded(one: _Listed, type_name: str) -> Iterator[Finding]:
    box, room = one.container, CAPACITIES[type_name]
    payload = room.payload_kg
    if box.max_gross_kg is not None and box.tare_kg is not None and box.max_gross_kg > box.tare_kg:
        payload = box.max_gross_kg - box.tare_kg
    if box.gross_kg is not None and box.gross_kg > payload:
        message = _(
            "Container {number}: {weight} kg is above the payload of {payload} kg.",
            number=one.number,
            weight=shown(box.gross_kg),
            payload=shown(payload),
        )
        yield found(27, message, one.place("gross_kg", box.gross_kg), one.place("type_code", box.type_code))
    if box.volume_m3 is not None and box.volume_m3 > room.usual_m3:
        yield _full(
            one.place("volume_m3", box.volume_m3), one.place("type_code", box.type_code), box.volume_m3, room
        )


def _full(place: Place, type_place: Place, volume: Decimal, room: Capacity) -> Finding:
    if volume > room.volume_m3:
        message = _("{volume} m³ do not go into {room} m³.", volume=shown(volume), room=shown(room.volume_m3))
        return found(27, message, place, type_place)
    message = _(
        "{volume} m³ are more than the {room} m³ that are usually loaded.",
        volume=shown(volume),
        room=shown(room.usual_m3),
    )
    return found(27, message, place, type_place, severity="I")


def _overfull(papers: PaperSet) -> Iterator[Finding]:
    """The whole shipment against all containers of the paper that lists them with their types."""
    for paper in of_kind(papers, *_LISTING):
        names = [_type_name(container.type_code) for container in paper.containers]
        if not names or not all(names):
            continue
        types = at(paper, "containers", ", ".join(names))
        rooms = [CAPACITIES[name] for name in names]
        yield from _whole_shipment(papers, types, rooms)
        return


def _whole_shipment(papers: PaperSet, types: Place, rooms: list[Capacity]) -> Iterator[Finding]:
    payload = total_of(room.payload_kg for room in rooms) or Decimal(0)
    volume = total_of(room.volume_m3 for room in rooms) or Decimal(0)
    for paper in of_kind(papers, "packing_list", "bill_of_lading")[:1]:
        if paper.gross_kg is not None and paper.gross_kg > payload:
            message = _(
                "The shipment weighs {weight} kg, the containers take {payload} kg.",
                weight=shown(paper.gross_kg),
                payload=shown(payload),
            )
            yield found(27, message, at(paper, "gross_kg", paper.gross_kg), types)
        if paper.volume_m3 is not None and paper.volume_m3 > volume:
            message = _(
                "The shipment measures {volume} m³, the containers hold {room} m³.",
                volume=shown(paper.volume_m3),
                room=shown(volume),
            )
            yield found(27, message, at(paper, "volume_m3", paper.volume_m3), types)


CHECKS: dict[int, Check] = {25: numbers_agree, 26: gross_mass_sound, 27: load_fits}
