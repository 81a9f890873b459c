"""The work that is there: production orders as they are scheduled, and what the plan suggests to make."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased, selectinload

from factory_erp.models.catalog import Item
from factory_erp.models.engineering import WorkCentre
from factory_erp.models.partners import Partner
from factory_erp.models.planning import Suggestion, SuggestionKind
from factory_erp.models.production import (
    OperationState,
    ProductionOperation,
    ProductionOrder,
    ProductionState,
)
from factory_erp.models.sales import SalesOrder
from factory_erp.planning.calendar import DAY, BeyondCalendar, WorkingCalendar, to_minute
from factory_erp.planning.load import Step, back_schedule
from factory_erp.services import clock, working_time
from factory_erp.services.engineering.structure import current_routings
from factory_erp.services.floor.reading import OPEN, goes_on, needed_by
from factory_erp.services.load.hours import MachineHours
from factory_erp.services.load.parts import Layer, LoadSpan, Origin, routing_steps, spans_of, unscheduled


@dataclass(frozen=True, slots=True)
class _Step:
    """An operation that has still to be done."""

    id: int
    order_id: int
    centre_id: int
    setup_minutes: int
    run_minutes: int
    queue_minutes: int
    subcontract_days: int
    family: str
    campaign: str
    state: str
    machine_id: int | None
    planned_start: datetime | None
    setup_finish: datetime | None
    planned_finish: datetime | None


def production_spans(session: Session, now: int, hours: MachineHours) -> list[LoadSpan]:
    """What is left to do of open production orders: where the schedule has it, else before it is due."""
    place = working_time.zone(session)
    origins, steps = _origins(session, place), _steps(session)
    changes = _changeovers(session, steps)
    spans: list[LoadSpan] = []
    for order, rows in steps.items():
        origin = origins[order]
        placed = [row for row in rows if row.planned_start is not None and row.machine_id in hours.of]
        spans.extend(_scheduled(origin, row, now, hours, changes.get(row.id, 0)) for row in placed)
        left = [row for row in rows if row not in placed]
        if any(not row.subcontract_days for row in left):
            spans.extend(_still_open(origin, left, now, hours, place))
    return spans


def _scheduled(origin: Origin, row: _Step, now: int, hours: MachineHours, change: int) -> LoadSpan:
    """The step where it stands; one that should have begun already is counted from now on."""
    assert row.machine_id is not None
    assert row.planned_start is not None
    start = to_minute(row.planned_start)
    setup_end = to_minute(row.setup_finish or row.planned_start)
    end = to_minute(row.planned_finish or row.planned_start)
    if start < now and row.state == OperationState.WAITING:
        start, setup_end, end = _from_now(hours.of[row.machine_id].calendar, start, setup_end, end, now)
    return LoadSpan(origin, row.centre_id, row.machine_id, start, setup_end, end, change)


def _from_now(
    calendar: WorkingCalendar, start: int, setup_end: int, end: int, now: int
) -> tuple[int, int, int]:
    worked = calendar.to_working
    try:
        return (
            now,
            calendar.add_working(now, worked(setup_end) - worked(start)),
            calendar.add_working(now, worked(end) - worked(start)),
        )
    except BeyondCalendar:
        return now, now, now


def _still_open(
    origin: Origin, rows: list[_Step], now: int, hours: MachineHours, place: ZoneInfo
) -> list[LoadSpan]:
    due = now if origin.due is None else working_time.end_of_day(origin.due, place)
    steps = [
        Step(row.centre_id, 0, 0, row.subcontract_days * DAY + row.queue_minutes)
        if row.subcontract_days
        else Step(row.centre_id, row.setup_minutes, row.run_minutes, row.queue_minutes)
        for row in rows
    ]
    return spans_of(origin, back_schedule(steps, due, now, hours.usual()))


def _origins(session: Session, place: ZoneInfo) -> dict[int, Origin]:
    order = ProductionOrder
    rows = session.execute(
        select(order.id, order.state, order.number, order.item_id, order.quantity, order.due,
               order.planned_finish, needed_by(), func.coalesce(Partner.name, ""))
        .outerjoin(SalesOrder, SalesOrder.id == order.sales_order_id)
        .outerjoin(Partner, Partner.id == SalesOrder.customer_id)
        .where(order.state.in_(OPEN), goes_on())
    )  # fmt: skip
    found = {}
    for number, state, name, item, quantity, due, finish, needed, customer in rows:
        late = finish is not None and clock.day_of(finish, place.key) > needed
        layer = Layer.PLANNED if state == ProductionState.PLANNED else Layer.RELEASED
        found[number] = Origin(layer, "production", number, name, item, quantity, customer, due, late)
    return found


def _steps(session: Session) -> dict[int, list[_Step]]:
    step = ProductionOperation
    columns = (
        step.id, step.order_id, step.centre_id, step.setup_minutes, step.run_minutes, step.queue_minutes,
        step.subcontract_days, step.family, step.campaign, step.state, step.machine_id, step.planned_start,
        step.setup_finish, step.planned_finish,
    )  # fmt: skip
    rows = session.execute(
        select(*columns)
        .join(ProductionOrder, ProductionOrder.id == step.order_id)
        .where(ProductionOrder.state.in_(OPEN), goes_on())
        .where(step.state.in_((OperationState.WAITING, OperationState.STARTED)))
        .order_by(step.order_id, step.sequence)
    )
    found: dict[int, list[_Step]] = defaultdict(list)
    for row in rows:
        found[row.order_id].append(_Step(*tuple(row)))
    return found


def _changeovers(session: Session, steps: Mapping[int, list[_Step]]) -> dict[int, int]:
    """Operation → changeover minutes ahead of it, after the one that runs before it on its machine."""
    lines: dict[int, list[tuple[datetime, int, _Step]]] = defaultdict(list)
    for rows in steps.values():
        for row in rows:
            if row.machine_id is not None and row.planned_start is not None:
                lines[row.machine_id].append((row.planned_start, row.id, row))
    matrices = _matrices(session)
    setups: dict[tuple[int, str], int] = defaultdict(int)
    for _start, _id, row in (one for line in lines.values() for one in line):
        if row.campaign:
            key = row.centre_id, row.campaign
            setups[key] = max(setups[key], row.setup_minutes)
    found: dict[int, int] = {}
    for line in lines.values():
        before: _Step | None = None
        for _start, _id, row in sorted(line, key=lambda one: one[:2]):
            found[row.id] = 0
            if not (before and row.campaign and before.campaign == row.campaign):
                family = None if before is None else before.family
                change = _minutes(*matrices[row.centre_id], family, row.family)
                # A campaign is set up once, ahead of its first operation.
                found[row.id] = change + setups.get((row.centre_id, row.campaign), 0)
            before = row
    return found


def _matrices(session: Session) -> dict[int, tuple[int, dict[tuple[str, str], int]]]:
    """Centre → minutes between two families that its matrix does not name, and those that it names."""
    centres = session.scalars(select(WorkCentre).options(selectinload(WorkCentre.changeovers)))
    return {
        centre.id: (
            centre.changeover_minutes,
            {(pair.from_family, pair.to_family): pair.minutes for pair in centre.changeovers},
        )
        for centre in centres
    }


def _minutes(default: int, minutes: Mapping[tuple[str, str], int], before: str | None, after: str) -> int:
    """Of a pair that the matrix does not name: the centre's usual, nothing within or without a family."""
    if before is None:
        return 0
    usual = default if before and after and before != after else 0
    return minutes.get((before, after), usual)


def suggested_spans(session: Session, now: int, hours: MachineHours) -> Iterator[LoadSpan]:
    """The work of what the material plan suggests to make, before each suggestion is due."""
    one, sold = Suggestion, aliased(SalesOrder)
    rows = session.execute(
        select(one.id, one.item_id, one.quantity, one.due_at, one.available_at, Item.sku,
               func.coalesce(Partner.name, ""))
        .join(Item, Item.id == one.item_id)
        .outerjoin(sold, sold.id == one.sales_order_id)
        .outerjoin(Partner, Partner.id == sold.customer_id)
        .where(one.kind == SuggestionKind.MAKE, one.dismissed.is_(False), one.quantity > 0)
        .order_by(one.id)
    ).all()  # fmt: skip
    routings = current_routings(session, {row.item_id for row in rows}, clock.today())
    place, usual = working_time.zone(session), hours.usual()
    for number, item, quantity, due_at, available_at, sku, customer in rows:
        due = clock.day_of(due_at, place.key)
        late = available_at is not None and available_at > due_at
        amount = Decimal(quantity)
        origin = Origin(Layer.SUGGESTED, "suggestion", number, sku, item, amount, customer, due, late)
        steps = routing_steps(routings.get(item), amount)
        yield from unscheduled(origin, steps, to_minute(due_at), now, usual)
