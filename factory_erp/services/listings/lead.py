"""How long it would take now to make a quantity of an item, estimated from the load of the shop.

Each step of the item's routing waits for the machine of its work centre that is free first after everything
that is scheduled on it, and for the centre's work that is not scheduled yet, shared among its machines. Then
it is set up and run in that machine's working time. Gaps in the schedule are not used, steps do not overlap,
materials are taken as there: the promise of an order (``services/promise/asking.py``) weighs all that, but
takes a hundred times as long. An item that is bought, or has no routing, has the lead time of its own record.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from factory_erp.domain.listings import LeadTier
from factory_erp.models.catalog import Item, Procurement
from factory_erp.models.engineering import Machine, Routing, RoutingOperation
from factory_erp.models.production import OperationState, ProductionOperation, ProductionOrder
from factory_erp.planning.calendar import DAY, BeyondCalendar, WorkingCalendar, to_minute
from factory_erp.services import clock, working_time
from factory_erp.services.bulk import chunks
from factory_erp.services.material.explosion import run_minutes
from factory_erp.services.stock.reservations import CONSUMING

HORIZON_DAYS = 180
"""Longest lead time that is estimated; what takes longer is said to take as long."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a routing; ``rest_minutes`` are waiting and carrying after it."""

    centre_id: int
    setup_minutes: int
    run_seconds: Decimal
    batch_size: Decimal
    rest_minutes: int
    subcontract_days: int


@dataclass(frozen=True, slots=True)
class FreeMachine:
    """The machine of a centre that is free first, from *free* (a planning minute) on.

    ``queue`` are the centre's working minutes that nobody has scheduled, shared among its machines.
    """

    calendar_id: int
    speed_percent: int
    free: int
    queue: int


class LeadTimes:
    """Lead times of some items from the load of today; read once, in six statements."""

    def __init__(self, session: Session, item_ids: Collection[int]) -> None:
        self._place, self._now = working_time.zone(session), to_minute(clock.now())
        self._today = clock.today(self._place.key)
        self._known = _own_days(session, item_ids)
        self._steps = _routings(session, item_ids, self._today)
        self._machines = _machines(session, self._now)
        hours = working_time.open_hours(session, self._today, HORIZON_DAYS, self._place)
        self._calendars = {number: WorkingCalendar(intervals) for number, intervals in hours.items()}
        self._found: dict[tuple[tuple[Step, ...], Decimal], int] = {}

    def days(self, item_id: int, quantity: Decimal) -> int | None:
        """Calendar days until *quantity* would be ready, at least 1; None where nothing is known."""
        made, own = self._known.get(item_id, (False, 0))
        steps = self._steps.get(item_id)
        if not made or not steps:
            return own or None
        key = (steps, quantity)
        if key not in self._found:
            self._found[key] = self._estimate(steps, quantity)
        return self._found[key]

    def tiers(self, item_id: int, quantities: Sequence[Decimal]) -> tuple[LeadTier, ...]:
        """The days from each of the rising *quantities* on, where they grow; empty where nothing is known."""
        found: list[LeadTier] = []
        for quantity in quantities:
            days = self.days(item_id, quantity)
            if days is not None and (not found or days > found[-1].days):
                found.append(LeadTier(quantity, days))
        return tuple(found)

    def _estimate(self, steps: tuple[Step, ...], quantity: Decimal) -> int:
        at = self._now
        try:
            for step in steps:
                at = self._after(step, quantity, at) + step.rest_minutes
        except BeyondCalendar:
            return HORIZON_DAYS
        ready = (working_time.day_of(at, self._place) - self._today).days
        return min(max(ready, 1), HORIZON_DAYS)

    def _after(self, step: Step, quantity: Decimal, at: int) -> int:
        """When the step ends that may begin at minute *at*."""
        if step.subcontract_days:
            return at + step.subcontract_days * DAY
        run = run_minutes(step.run_seconds, quantity, step.batch_size)
        machine = self._machines.get(step.centre_id)
        if machine is None:
            return at + step.setup_minutes + run
        work = step.setup_minutes - (-run * 100 // machine.speed_percent)
        calendar = self._calendars[machine.calendar_id]
        free = calendar.add_working(machine.free, machine.queue)
        return calendar.add_working(max(at, free), work)


def _own_days(session: Session, item_ids: Collection[int]) -> dict[int, tuple[bool, int]]:
    """Item → whether it is made, and the lead time of its record."""
    found: dict[int, tuple[bool, int]] = {}
    for part in chunks(item_ids):
        rows = select(Item.id, Item.procurement, Item.lead_days).where(Item.id.in_(part))
        found |= {
            row.id: (row.procurement == Procurement.MAKE, row.lead_days) for row in session.execute(rows)
        }
    return found


def _routings(session: Session, item_ids: Collection[int], day: date) -> dict[int, tuple[Step, ...]]:
    """Item → the steps of its routing that is valid on *day*: of several, the one that began last."""
    step = RoutingOperation
    valid = and_(Routing.valid_from <= day, or_(Routing.valid_to.is_(None), Routing.valid_to >= day))
    columns = select(
        Routing.item_id, Routing.id.label("routing"), step.centre_id, step.setup_minutes, step.run_seconds,
        step.batch_size, step.queue_minutes + step.move_minutes, step.subcontract_days,
    ).join(step, step.routing_id == Routing.id)  # fmt: skip
    steps: dict[int, list[Step]] = defaultdict(list)
    newest: dict[int, int] = {}
    for part in chunks(item_ids):
        wanted = columns.where(Routing.item_id.in_(part), valid)
        ordered = wanted.order_by(Routing.valid_from, Routing.revision, Routing.id, step.sequence)
        for item_id, routing, centre, setup, run, batch, rest, away in session.execute(ordered):
            if newest.get(item_id) != routing:
                newest[item_id], steps[item_id] = routing, []
            steps[item_id].append(Step(centre, setup, run, batch, rest, away))
    return {item_id: tuple(found) for item_id, found in steps.items()}


def _machines(session: Session, now: int) -> dict[int, FreeMachine]:
    """Work centre → its machine that is free first."""
    free, waiting = _scheduled_until(session), _unscheduled(session)
    rows = select(Machine.id, Machine.centre_id, Machine.calendar_id, Machine.speed_percent)
    centres: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for machine_id, centre_id, calendar_id, speed in session.execute(rows.where(Machine.active)):
        centres[centre_id].append((max(free.get(machine_id, now), now), calendar_id, speed))
    found: dict[int, FreeMachine] = {}
    for centre_id, machines in centres.items():
        at, calendar_id, speed = min(machines, key=lambda machine: (machine[0], -machine[2]))
        queue = waiting.get(centre_id, 0) // len(machines)
        found[centre_id] = FreeMachine(calendar_id, max(speed, 1), at, queue)
    return found


_TO_DO = ProductionOperation.state.in_((OperationState.WAITING, OperationState.STARTED))


def _scheduled_until(session: Session) -> Mapping[int, int]:
    """Machine → the minute in which the last of its scheduled steps ends."""
    step = ProductionOperation
    rows = select(step.machine_id, func.max(step.planned_finish)).where(
        _TO_DO, step.machine_id.is_not(None), step.planned_finish.is_not(None)
    )
    found = session.execute(rows.group_by(step.machine_id))
    return {machine: to_minute(end) for machine, end in found if machine is not None and end is not None}


def _unscheduled(session: Session) -> Mapping[int, int]:
    """Work centre → minutes of work that is ordered and not yet scheduled."""
    step = ProductionOperation
    rows = (
        select(step.centre_id, func.sum(step.setup_minutes + step.run_minutes))
        .join(ProductionOrder, ProductionOrder.id == step.order_id)
        .where(_TO_DO, step.planned_finish.is_(None), step.subcontract_days == 0)
        .where(ProductionOrder.state.in_(CONSUMING))
        .group_by(step.centre_id)
    )
    return {centre: int(minutes) for centre, minutes in session.execute(rows)}
