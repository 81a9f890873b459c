"""The shop floor as the scheduler sees it: machines, calendars, changeovers, and open operations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, or_, select, type_coerce
from sqlalchemy.orm import Session, aliased, selectinload

from factory_erp.domain.errors import NotAllowed
from factory_erp.i18n import _
from factory_erp.models.catalog import Item
from factory_erp.models.engineering import Machine, WorkCentre
from factory_erp.models.production import (
    EligibleMachine,
    OperationState,
    Peg,
    PegSource,
    ProductionMaterial,
    ProductionOperation,
    ProductionOrder,
    ProductionState,
)
from factory_erp.models.sales import OrderState, SalesOrder
from factory_erp.models.types import Scaled
from factory_erp.planning.calendar import Interval, WorkingCalendar, to_minute
from factory_erp.planning.schedule import problem as plan
from factory_erp.services import clock, working_time

OPEN = (ProductionState.PLANNED, ProductionState.RELEASED, ProductionState.IN_PROGRESS)
"""Production orders that still have something to be done."""

SCHEDULE_LOCK = 0x464C4F4F
"""Key of the PostgreSQL advisory lock on the schedule."""

HALL = -1
"""Machine and centre where goods wait: after a step (drying, cooling), or away at a subcontractor's.

It is always open and never full.
"""


@dataclass(frozen=True, slots=True)
class MachineFacts:
    """What scheduling reads of a machine."""

    id: int
    code: str
    centre_id: int
    speed_percent: int
    active: bool


@dataclass(frozen=True, slots=True)
class OperationFacts:
    """What scheduling reads of an operation of an open production order."""

    id: int
    order_id: int
    sequence: int
    centre_id: int
    setup_minutes: int
    run_minutes: int
    queue_minutes: int
    family: str
    state: str
    machine_id: int | None
    planned_start: datetime | None
    setup_finish: datetime | None
    planned_finish: datetime | None
    started_at: datetime | None
    finished_at: datetime | None
    made: Decimal
    """Good and scrap together."""
    subcontract_days: int
    """Calendar days at a subcontractor; such a step takes no machine."""

    @property
    def place(self) -> int | None:
        """The machine it stands on: the hall, which is never full, when it is done by a subcontractor."""
        return HALL if self.subcontract_days else self.machine_id


@dataclass(frozen=True, slots=True)
class Eligible:
    """A machine that may do a step, at its own speed; *setup_minutes* None: as the step says."""

    machine_id: int
    speed_percent: int
    setup_minutes: int | None


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """What scheduling reads of an open production order."""

    id: int
    number: str
    state: str
    quantity: Decimal
    due: date
    needed: date
    priority: int
    material_at: datetime | None
    planned_start: datetime | None
    planned_finish: datetime | None


@dataclass(slots=True)
class Families:
    """Changeover families as the numbers that planning uses; no family (0) never costs anything."""

    numbers: dict[str, int] = field(default_factory=lambda: {"": 0})

    def number(self, family: str) -> int:
        """The number of *family*."""
        return self.numbers.setdefault(family, len(self.numbers))


@dataclass(frozen=True, slots=True)
class Floor:
    """Everything that is read once for a schedule or a promise, at the minute *now*."""

    now: int
    place: ZoneInfo
    machines: Mapping[int, MachineFacts]
    centres: Mapping[int, WorkCentre]
    calendar_of: Mapping[int, int]
    last_family: Mapping[int, str]
    orders: Mapping[int, OrderFacts]
    operations: Mapping[int, list[OperationFacts]]
    """By order, in sequence."""
    feeders: Mapping[int, tuple[int, ...]]
    waiting: Mapping[int, int]
    """Orders with purchases not yet booked in → the longest lead time among them, in days."""
    eligible: Mapping[int, tuple[Eligible, ...]]
    """By operation, the machines that may do it; one that is not here may be done by any of its centre."""
    families: Families = field(default_factory=Families)

    def plan_machines(self, hours: Mapping[int, tuple[Interval, ...]], end: int) -> tuple[plan.Machine, ...]:
        """The machines with their calendars, and the hall in which goods wait."""
        calendars = {number: WorkingCalendar(intervals) for number, intervals in hours.items()}
        rows = [
            plan.Machine(
                id=machine.id,
                centre=machine.centre_id,
                calendar=calendars[self.calendar_of[machine.id]],
                family=self._set_up_for(machine.id),
            )
            for machine in self.machines.values()
        ]
        begin = min([self.now, *(intervals[0][0] for intervals in hours.values() if intervals)])
        return (*rows, plan.Machine(HALL, HALL, WorkingCalendar(((begin, end),)), unlimited=True))

    def _set_up_for(self, machine_id: int) -> int | None:
        family = self.last_family.get(machine_id)
        return None if family is None else self.families.number(family)

    def plan_centres(self) -> tuple[plan.Centre, ...]:
        """The work centres with their changeover minutes; call it when all families are numbered."""
        number, known = self.families.number, self.families.numbers
        rows = []
        for centre in self.centres.values():
            minutes = {(number(c.from_family), number(c.to_family)): c.minutes for c in centre.changeovers}
            for family in list(known.values()):
                minutes.setdefault((0, family), 0)
                minutes.setdefault((family, 0), 0)
            rows.append(plan.Centre(centre.id, minutes, centre.changeover_minutes))
        return (*rows, plan.Centre(HALL))

    def alternatives(
        self, centre_id: int, setup: int, run: int, named: Sequence[Eligible] = ()
    ) -> tuple[plan.Alternative, ...]:
        """The machines that can do it, faster ones in less time: those *named*, or all of the centre.

        Raises NotAllowed where none of them is in use.
        """
        choices = named or [
            Eligible(machine.id, machine.speed_percent, None)
            for machine in self.machines.values()
            if machine.centre_id == centre_id
        ]
        found = tuple(
            _alternative(one, setup, run) for one in choices if self.machines[one.machine_id].active
        )
        if not found:
            code = self.centres[centre_id].code
            raise NotAllowed(
                _("None of the machines that may do a step at {code} is in use.", code=code)
                if named
                else _("Work centre {code} has no machine in use.", code=code),
                record=code,
                field=_("Machines"),
                remedy=_("Add a machine to it, or put one of its machines back into use."),
            )
        return found

    def run_on(self, step: OperationFacts) -> int:
        """Working minutes that a started operation takes on the machine it is on."""
        named = {one.machine_id: one for one in self.eligible.get(step.id, ())}
        machine = self.machines.get(step.machine_id or 0)
        usual = Eligible(0, machine.speed_percent if machine else 100, None)
        return _alternative(
            named.get(step.machine_id or 0, usual), step.setup_minutes, step.run_minutes
        ).minutes


def _alternative(choice: Eligible, setup: int, run: int) -> plan.Alternative:
    own = setup if choice.setup_minutes is None else choice.setup_minutes
    return plan.Alternative(choice.machine_id, own, _at_speed(run, choice.speed_percent, own))


def _at_speed(run_minutes: int, percent: int, setup_minutes: int) -> int:
    """Run minutes on a machine of that speed, rounded up; an operation takes a minute at least."""
    minutes = -(-run_minutes * 100 // max(1, percent))
    return minutes if minutes or setup_minutes else 1


def lock_schedule(session: Session, *, alone: bool) -> None:
    """Keep schedule and floor apart until the transaction ends: one solves alone, or many report.

    Take it before anything is read. SQLite has one writer at a time anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        lock = func.pg_advisory_xact_lock if alone else func.pg_advisory_xact_lock_shared
        session.execute(select(lock(SCHEDULE_LOCK))).all()


def goes_on(order: type[ProductionOrder] = ProductionOrder) -> ColumnElement[bool]:
    """Production orders whose sales order, if they have one, is not stopped."""
    stopped = (OrderState.ON_HOLD, OrderState.CANCELLED)
    return or_(
        order.sales_order_id.is_(None),
        order.sales_order_id.not_in(select(SalesOrder.id).where(SalesOrder.state.in_(stopped))),
    )


def read_floor(session: Session) -> Floor:
    """Read machines, open production orders and what feeds what: about ten statements in all."""
    columns = (Machine.id, Machine.code, Machine.centre_id, Machine.speed_percent, Machine.active)
    machines = session.execute(select(*columns).order_by(Machine.code))
    calendars = session.execute(select(Machine.id, Machine.calendar_id))
    centres = session.scalars(select(WorkCentre).options(selectinload(WorkCentre.changeovers)))
    return Floor(
        now=to_minute(clock.now()),
        place=working_time.zone(session),
        machines={row.id: MachineFacts(*row) for row in machines},
        centres={centre.id: centre for centre in centres},
        calendar_of={row[0]: row[1] for row in calendars},
        last_family=_last_families(session),
        orders=_open_orders(session),
        operations=_operations(session),
        feeders=_feeders(session),
        waiting=_waiting(session),
        eligible=_eligible(session),
    )


def needed_by() -> ColumnElement[date]:
    """The day from which a production order is late: its sales order's ship date, else its own due day.

    A part may be made after the day that its lead time gives, as long as nobody waits for it.
    """
    sales = aliased(SalesOrder)  # the statement around it may read sales orders of its own
    promised = select(sales.ship_by).where(sales.id == ProductionOrder.sales_order_id)
    return func.coalesce(promised.scalar_subquery(), ProductionOrder.due)


def _open_orders(session: Session) -> dict[int, OrderFacts]:
    columns = (
        ProductionOrder.id, ProductionOrder.number, ProductionOrder.state, ProductionOrder.quantity,
        ProductionOrder.due, needed_by(), ProductionOrder.priority, ProductionOrder.material_at,
        ProductionOrder.planned_start, ProductionOrder.planned_finish,
    )  # fmt: skip
    found = select(*columns).where(ProductionOrder.state.in_(OPEN), goes_on()).order_by(ProductionOrder.id)
    return {row[0]: OrderFacts(*tuple(row)) for row in session.execute(found)}


def _operations(session: Session) -> dict[int, list[OperationFacts]]:
    step = ProductionOperation
    columns = (
        step.id, step.order_id, step.sequence, step.centre_id, step.setup_minutes, step.run_minutes,
        step.queue_minutes, step.family, step.state, step.machine_id, step.planned_start, step.setup_finish,
        step.planned_finish, step.started_at, step.finished_at, type_coerce(step.good + step.scrap, Scaled()),
        step.subcontract_days,
    )  # fmt: skip
    rows = session.execute(
        select(*columns)
        .join(ProductionOrder, ProductionOrder.id == step.order_id)
        .where(ProductionOrder.state.in_(OPEN), goes_on(), step.state != OperationState.CANCELLED)
        .order_by(step.order_id, step.sequence)
    )
    found: dict[int, list[OperationFacts]] = {}
    for row in rows:
        values: tuple[Any, ...] = tuple(row)
        found.setdefault(row[1], []).append(OperationFacts(*values))
    return found


def _eligible(session: Session) -> dict[int, tuple[Eligible, ...]]:
    """Operation of an open order → the machines that its routing named for it, by machine."""
    one = EligibleMachine
    rows = session.execute(
        select(one.operation_id, one.machine_id, one.speed_percent, one.setup_minutes)
        .join(ProductionOperation, ProductionOperation.id == one.operation_id)
        .join(ProductionOrder, ProductionOrder.id == ProductionOperation.order_id)
        .where(ProductionOrder.state.in_(OPEN), goes_on())
        .order_by(one.operation_id, one.machine_id)
    )
    found: dict[int, list[Eligible]] = {}
    for operation, machine, speed, setup in rows:
        found.setdefault(operation, []).append(Eligible(machine, speed, setup))
    return {operation: tuple(named) for operation, named in found.items()}


def _last_families(session: Session) -> dict[int, str]:
    """Machine → family of the last operation that it has done."""
    step = ProductionOperation
    last = (
        select(step.family)
        .where(step.machine_id == Machine.id, step.state == OperationState.DONE)
        .order_by(step.planned_start.desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = session.execute(select(Machine.id, last))
    return {machine: family for machine, family in rows if family is not None}


def _feeders(session: Session) -> dict[int, tuple[int, ...]]:
    """Open order → the open orders whose output it consumes."""
    supplier = aliased(ProductionOrder)
    pairs = (
        select(ProductionMaterial.order_id, supplier.id)
        .join(Peg, Peg.material_id == ProductionMaterial.id)
        .join(supplier, supplier.id == Peg.production_order_id)
        .join(ProductionOrder, ProductionOrder.id == ProductionMaterial.order_id)
        .where(ProductionOrder.state.in_(OPEN), supplier.state.in_(OPEN), goes_on(), goes_on(supplier))
        .distinct()
    )
    found: dict[int, list[int]] = {}
    for consumer, feeder in session.execute(pairs):
        found.setdefault(consumer, []).append(feeder)
    return {consumer: tuple(sorted(feeders)) for consumer, feeders in found.items()}


def _waiting(session: Session) -> dict[int, int]:
    """Open order → lead days of the slowest purchase that it still waits for."""
    rows = (
        select(ProductionMaterial.order_id, func.max(Item.lead_days))
        .join(Peg, Peg.material_id == ProductionMaterial.id)
        .join(Item, Item.id == Peg.item_id)
        .join(ProductionOrder, ProductionOrder.id == ProductionMaterial.order_id)
        .where(Peg.source == PegSource.PURCHASE, ProductionOrder.state.in_(OPEN))
        .group_by(ProductionMaterial.order_id)
    )
    return {order: days for order, days in session.execute(rows)}  # noqa: C416 - rows are not pairs to mypy
