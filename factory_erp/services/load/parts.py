"""What the load is made of: pieces of work with their place in time, from whichever layer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from factory_erp.i18n import N_
from factory_erp.models.engineering import Routing, RoutingOperation
from factory_erp.planning.calendar import DAY, WorkingCalendar
from factory_erp.planning.load import Span, Step, back_schedule
from factory_erp.services.material.explosion import run_minutes, wait_minutes


class Layer(StrEnum):
    """How certain a piece of work is, the most certain first."""

    RELEASED = "released"
    PLANNED = "planned"
    SUGGESTED = "suggested"
    ROUGH = "rough"


LAYER_NAMES = {
    Layer.RELEASED: N_("Released"),
    Layer.PLANNED: N_("Planned"),
    Layer.SUGGESTED: N_("Suggested"),
    Layer.ROUGH: N_("Not yet confirmed"),
}


@dataclass(frozen=True, slots=True)
class Origin:
    """What a piece of work is for.

    ``kind`` is production, suggestion, sales or quotation, ``record_id`` the id of such a record and
    ``number`` what people call it. Of a quotation only ``percent`` of the work counts.
    """

    layer: Layer
    kind: str
    record_id: int
    number: str
    item_id: int
    quantity: Decimal
    customer: str
    due: date | None
    late: bool = False
    percent: int = 100


@dataclass(frozen=True, slots=True)
class LoadSpan:
    """A piece of work at a centre, in planning minutes; without a machine nobody has scheduled it yet.

    The working minutes of ``changeover`` lie ahead of ``start``.
    """

    origin: Origin
    centre_id: int
    machine_id: int | None
    start: int
    setup_end: int
    end: int
    changeover: int = 0


def routing_steps(routing: Routing | None, quantity: Decimal) -> list[Step]:
    """What the routing asks for to make *quantity*, at 100 % speed; nothing without a routing."""
    return [_step(operation, quantity) for operation in routing.operations] if routing else []


def _step(operation: RoutingOperation, quantity: Decimal) -> Step:
    if operation.subcontract_days:
        return Step(operation.centre_id, 0, 0, operation.subcontract_days * DAY + wait_minutes(operation))
    run = run_minutes(operation.run_seconds, quantity, operation.batch_size)
    return Step(operation.centre_id, operation.setup_minutes, run, wait_minutes(operation))


def unscheduled(
    origin: Origin, steps: Sequence[Step], due: int, now: int, calendars: Mapping[int, WorkingCalendar]
) -> list[LoadSpan]:
    """The work of *steps*, back-scheduled from *due*; steps that take no machine are left out."""
    return spans_of(origin, back_schedule(steps, due, now, calendars))


def spans_of(origin: Origin, placed: Iterable[Span]) -> list[LoadSpan]:
    """Placed steps of one origin as pieces of work; what takes no machine time is left out."""
    return [
        LoadSpan(origin, span.centre, None, span.start, span.setup_end, span.end)
        for span in placed
        if span.end > span.start
    ]
