"""Why an order is late, in sentences; each names the record that it speaks of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from factory_erp.i18n import _
from factory_erp.planning.calendar import to_moment
from factory_erp.planning.schedule.problem import Problem
from factory_erp.planning.schedule.result import Reason
from factory_erp.services import working_time
from factory_erp.services.floor.reading import Floor


@dataclass(frozen=True, slots=True)
class Why:
    """A sentence, and the record that it points to: its kind as a table name ("" for none) and id."""

    text: str
    kind: str = ""
    record_id: int = 0


@dataclass(frozen=True, slots=True)
class Material:
    """The part that an order waits for longest; *purchase* is "" where it has still to be ordered."""

    sku: str
    item_id: int
    purchase: str = ""
    purchase_id: int = 0


@dataclass(frozen=True, slots=True)
class Wording:
    """What sentences about a schedule are made of."""

    floor: Floor
    problem: Problem
    materials: Mapping[int, Material]
    """Production order → the part that it waits for."""

    def why(self, reason: Reason) -> Why:
        """The reason in a sentence."""
        return _SENTENCES[reason.kind](self, reason)

    def day(self, minute: int) -> str:
        """The factory's day, as sentences give it."""
        return working_time.day_of(minute, self.floor.place).isoformat()

    def moment(self, minute: int) -> str:
        """Day and time at the factory, as sentences give them."""
        return f"{to_moment(minute).astimezone(self.floor.place):%Y-%m-%d %H:%M}"

    def order_number(self, order: int) -> str:
        """How people know what stands in the schedule: a production order, a promise that is kept, a part."""
        if order in self.floor.orders:
            return self.floor.orders[order].number
        return _("a promise that is kept for a buyer") if order < 0 else _("another part of the order")

    def machine_code(self, machine: int | None) -> str:
        """The machine's code, "" for none of ours."""
        found = self.floor.machines.get(machine or 0)
        return found.code if found else ""


def reason_text(floor: Floor, problem: Problem, reasons: Sequence[Reason]) -> str:
    """The waits in plain words, first cause first."""
    wording = Wording(floor, problem, {})
    return " ".join(wording.why(reason).text for reason in reasons)


def _material(words: Wording, reason: Reason) -> Why:
    operation = words.problem.operation.get(reason.ref)
    part = words.materials.get(operation.order) if operation else None
    day = words.day(reason.until)
    if part is None:
        return Why(_("Its material is there on {day}.", day=day))
    if part.purchase:
        text = _("{sku} arrives on {day} (purchase {number}).", sku=part.sku, day=day, number=part.purchase)
        return Why(text, "purchase_order", part.purchase_id)
    text = _("{sku} has still to be ordered and can be there on {day}.", sku=part.sku, day=day)
    return Why(text, "item", part.item_id)


def _capacity(_words: Wording, _reason: Reason) -> Why:
    return Why(_("There is more work than time before it is due."))


def _predecessor(words: Wording, reason: Reason) -> Why:
    number, day = words.order_number(reason.ref), words.day(reason.until)
    return _of_order(_("It waits for {number}, finished on {day}.", number=number, day=day), words, reason)


def _machine(words: Wording, reason: Reason) -> Why:
    text = _(
        "It waits for machine {machine} behind {number} until {day}.",
        machine=words.machine_code(reason.machine),
        number=words.order_number(reason.ref),
        day=words.day(reason.until),
    )
    return _of_order(text, words, reason)


def _resource(words: Wording, reason: Reason) -> Why:
    resource = words.floor.resources.get(reason.resource or 0)
    text = _(
        "It waits for {resource}, which {number} holds until {day}.",
        resource=resource.code if resource else _("a mould or tool"),
        number=words.order_number(reason.ref),
        day=words.day(reason.until),
    )
    return _of_order(text, words, reason)


def _calendar(words: Wording, reason: Reason) -> Why:
    machine = words.machine_code(reason.machine)
    text = _(
        "Machine {machine} is closed until {moment}.", machine=machine, moment=words.moment(reason.until)
    )
    return Why(text, "machine", reason.machine or 0)


def _locked(words: Wording, reason: Reason) -> Why:
    text = _("Its place in the schedule is locked until {day}.", day=words.day(reason.until))
    return Why(text, "production_operation", reason.ref)


def _of_order(text: str, words: Wording, reason: Reason) -> Why:
    """Points to the production order, if it is one."""
    known = reason.ref in words.floor.orders
    return Why(text, "production_order" if known else "", reason.ref if known else 0)


_SENTENCES: Mapping[str, Callable[[Wording, Reason], Why]] = {
    "material": _material,
    "capacity": _capacity,
    "predecessor": _predecessor,
    "machine": _machine,
    "resource": _resource,
    "calendar": _calendar,
    "locked": _locked,
}
