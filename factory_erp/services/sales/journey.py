"""Where an order stands on the line from the platform to the buyer, and why.

Pure: facts in, steps out. Each step is done, current, to do, or a problem with its reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from factory_erp.i18n import _, ngettext, pgettext
from factory_erp.models.platforms import OutboxState
from factory_erp.models.production import ProductionState
from factory_erp.models.sales import OrderState
from factory_erp.models.shipping import ShipmentState
from factory_erp.services.clock import day_of


class StepState(StrEnum):
    """How far a step is."""

    DONE = "done"
    CURRENT = "current"
    TODO = "todo"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Step:
    """One station of the line: its caption, state and the reason in a sentence."""

    key: str
    title: str
    state: StepState
    note: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the line depends on. ``production`` … ``outbox`` are states of the linked records."""

    state: OrderState
    from_platform: bool
    ship_by: date | None
    planned_finish: datetime | None
    production: tuple[str, ...]
    shipments: tuple[str, ...]
    documents: int
    outbox: tuple[str, ...]
    waiting_changes: int
    today: date


_MADE = {ProductionState.DONE, ProductionState.CLOSED}
_PACKED = {ShipmentState.PACKED, ShipmentState.DOCUMENTED, ShipmentState.SHIPPED}
_SENT_OFF = {OrderState.SHIPPED, OrderState.CLOSED}


def steps(facts: Facts) -> tuple[Step, ...]:
    """The line of an order; the first step that is not done is the current one."""
    stations = [
        _received(facts),
        _confirmed(facts),
        _planned(facts),
        _made(facts),
        _packed(facts),
        _documented(facts),
        _shipped(facts),
    ]
    if facts.from_platform:
        stations.append(_reported(facts))
    return tuple(_with_current(stations, held=facts.state in {OrderState.ON_HOLD, OrderState.CANCELLED}))


def _with_current(stations: list[Step], *, held: bool) -> list[Step]:
    open_at = next((i for i, step in enumerate(stations) if step.state is not StepState.DONE), None)
    if open_at is None:
        return stations
    step = stations[open_at]
    if held:
        stations[open_at] = Step(
            step.key, step.title, StepState.PROBLEM, _("The order is on hold or cancelled.")
        )
    elif step.state is StepState.TODO:
        stations[open_at] = Step(step.key, step.title, StepState.CURRENT, step.note)
    return stations


def _step(key: str, title: str, done: bool, note: str = "", *, problem: bool = False) -> Step:
    state = StepState.DONE if done else StepState.PROBLEM if problem else StepState.TODO
    return Step(key, title, state, note)


def _received(facts: Facts) -> Step:
    if facts.waiting_changes:
        note = _("The order has changed on the platform: decide on the change.")
        return _step("received", pgettext("station", "Received"), done=False, note=note, problem=True)
    return _step("received", pgettext("station", "Received"), done=True)


def _confirmed(facts: Facts) -> Step:
    done = facts.ship_by is not None and facts.state != OrderState.DRAFT
    note = (
        _("Promised for {date}.", date=facts.ship_by.isoformat())
        if facts.ship_by
        else _("Review the order and promise a ship date.")
    )
    return _step("confirmed", pgettext("station", "Confirmed"), done, note)


def _planned(facts: Facts) -> Step:
    planned = bool(facts.production) or facts.state in {OrderState.READY, *_SENT_OFF}
    if not planned:
        return _step(
            "planned",
            pgettext("station", "Planned"),
            done=False,
            note=_("Plan the material and schedule it."),
        )
    if not facts.production:
        return _step("planned", pgettext("station", "Planned"), done=True, note=_("Everything is in stock."))
    if facts.planned_finish is None:
        return _step(
            "planned", pgettext("station", "Planned"), done=False, note=_("Not scheduled on machines yet.")
        )
    return _on_time(facts, day_of(facts.planned_finish))


def _on_time(facts: Facts, finish: date) -> Step:
    note = _("Finishes on {date}.", date=finish.isoformat())
    still_making = facts.state in {OrderState.CONFIRMED, OrderState.IN_PRODUCTION}
    late = still_making and facts.ship_by is not None and finish > facts.ship_by
    if late and facts.ship_by is not None:
        promised = facts.ship_by.isoformat()
        note = _(
            "Finishes on {date}, after the promised {promised}.", date=finish.isoformat(), promised=promised
        )
    return _step("planned", pgettext("station", "Planned"), done=not late, note=note, problem=late)


def _made(facts: Facts) -> Step:
    done = facts.state in {OrderState.READY, *_SENT_OFF}
    finished = sum(state in _MADE for state in facts.production)
    note = ""
    if facts.production:
        note = _("{done} of {all} production orders finished.", done=finished, all=len(facts.production))
    overdue = facts.ship_by is not None and facts.ship_by < facts.today and not done
    return _step("made", pgettext("station", "Made"), done, note, problem=overdue and bool(facts.production))


def _packed(facts: Facts) -> Step:
    done = bool(facts.shipments) and all(state in _PACKED for state in facts.shipments)
    return _step("packed", pgettext("station", "Packed"), done)


def _documented(facts: Facts) -> Step:
    note = ngettext("{count} document issued.", "{count} documents issued.", facts.documents)
    return _step(
        "documented", pgettext("station", "Documents"), facts.documents >= 2, note if facts.documents else ""
    )


def _shipped(facts: Facts) -> Step:
    return _step("shipped", pgettext("station", "Shipped"), facts.state in _SENT_OFF)


def _reported(facts: Facts) -> Step:
    title = pgettext("station", "Reported to platform")
    states = set(facts.outbox)
    if states & {OutboxState.FAILED, OutboxState.UNKNOWN}:
        note = _("The platform has not accepted the shipment; see the outbox.")
        return _step("reported", title, done=False, note=note, problem=True)
    return _step("reported", title, done=bool(states) and states == {OutboxState.DONE})
