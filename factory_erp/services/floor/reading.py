"""Reading the shop floor: machines, calendars, changeovers, and the open operations with what they need."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any, TypeVar, TypeVarTuple
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, func, or_, select, type_coerce
from sqlalchemy.orm import Session, aliased, selectinload

from factory_erp.models.catalog import Item
from factory_erp.models.engineering import Machine, WorkCentre
from factory_erp.models.planning import (
    MachineTime,
    OperationResource,
    PromiseBlock,
    PromiseHold,
    PurchaseLine,
    Resource,
)
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
from factory_erp.planning.calendar import to_minute
from factory_erp.services import clock, working_time
from factory_erp.services.floor.facts import (
    HALL,
    BlockFacts,
    Eligible,
    Families,
    Floor,
    LastDone,
    MachineFacts,
    MachineTimeFacts,
    OperationFacts,
    OrderFacts,
    ResourceFacts,
)
from factory_erp.services.floor.order_weights import order_weights
from factory_erp.services.floor.planning_settings import read_settings
from factory_erp.services.stock.promise_open import still_open
from factory_erp.services.stock.purchases_received import to_come, unordered

__all__ = [
    "HALL",
    "OPEN",
    "Eligible",
    "Families",
    "Floor",
    "MachineFacts",
    "OperationFacts",
    "OrderFacts",
    "goes_on",
    "lock_schedule",
    "needed_by",
    "read_floor",
]

OPEN = (ProductionState.PLANNED, ProductionState.RELEASED, ProductionState.IN_PROGRESS)
"""Production orders that still have something to be done."""

T = TypeVar("T")
Columns = TypeVarTuple("Columns")

SCHEDULE_LOCK = 0x464C4F4F
"""Key of the PostgreSQL advisory lock on the schedule."""


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
    """Read machines, open production orders and what feeds what: about twenty statements in all."""
    place, settings = working_time.zone(session), read_settings(session)
    columns = (Machine.id, Machine.code, Machine.centre_id, Machine.speed_percent, Machine.active)
    machines = session.execute(select(*columns).order_by(Machine.code))
    calendars = session.execute(select(Machine.id, Machine.calendar_id))
    centres = session.scalars(select(WorkCentre).options(selectinload(WorkCentre.changeovers)))
    return Floor(
        now=to_minute(clock.now()),
        place=place,
        machines={row.id: MachineFacts(*row) for row in machines},
        centres={centre.id: centre for centre in centres},
        calendar_of={row[0]: row[1] for row in calendars},
        last_done=_last_done(session),
        orders=_open_orders(session),
        operations=_operations(session),
        feeders=_feeders(session),
        waiting=_waiting(session),
        arrivals=_arrivals(session, place),
        eligible=_eligible(session),
        weights=order_weights(session, settings, OPEN),
        machine_times=_machine_times(session),
        resources=_resources(session),
        needs=_needs(session),
        blocks=_blocks(session),
        settings=settings,
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
        ProductionOrder.planned_start, ProductionOrder.planned_finish, ProductionOrder.sales_order_id,
    )  # fmt: skip
    found = select(*columns).where(ProductionOrder.state.in_(OPEN), goes_on()).order_by(ProductionOrder.id)
    return {row[0]: OrderFacts(*tuple(row)) for row in session.execute(found)}


def _operations(session: Session) -> dict[int, list[OperationFacts]]:
    step = ProductionOperation
    columns = (
        step.id, step.order_id, step.sequence, step.centre_id, step.setup_minutes, step.run_minutes,
        step.queue_minutes, step.family, step.state, step.machine_id, step.planned_start, step.setup_finish,
        step.planned_finish, step.started_at, step.finished_at, type_coerce(step.good + step.scrap, Scaled()),
        step.subcontract_days, step.locked, step.campaign, step.resumable, step.max_wait_minutes,
        step.transfer_lot, step.version,
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
    columns = select(one.operation_id, one.machine_id, one.speed_percent, one.setup_minutes)
    rows = session.execute(
        _of_open_orders(columns, one.operation_id).order_by(one.operation_id, one.machine_id)
    )
    return _grouped((operation, Eligible(machine, speed, setup)) for operation, machine, speed, setup in rows)


def _last_done(session: Session) -> dict[int, LastDone]:
    """Machine → the last operation that it has done."""
    step, other = ProductionOperation, aliased(ProductionOperation)
    last = (
        select(other.id)
        .where(other.machine_id == Machine.id, other.state == OperationState.DONE)
        .order_by(other.planned_start.desc())
        .limit(1)
        .scalar_subquery()
    )
    columns = select(Machine.id, step.family, step.campaign, step.finished_at)
    rows = session.execute(columns.join(step, step.id == last))
    now = clock.now()
    return {
        machine: LastDone(family, campaign, to_minute(finished or now))
        for machine, family, campaign, finished in rows
    }


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
    """Open order → lead days of the slowest part that has still to be ordered for it."""
    rows = (
        select(ProductionMaterial.order_id, func.max(Item.lead_days))
        .join(Peg, Peg.material_id == ProductionMaterial.id)
        .join(Item, Item.id == Peg.item_id)
        .join(ProductionOrder, ProductionOrder.id == ProductionMaterial.order_id)
        .where(unordered(), ProductionOrder.state.in_(OPEN))
        .group_by(ProductionMaterial.order_id)
    )
    return {order: days for order, days in session.execute(rows)}  # noqa: C416 - rows are not pairs to mypy


def _arrivals(session: Session, place: ZoneInfo) -> dict[int, dict[int | None, int]]:
    """Open order → step that consumes it → when the last part that is on order for it comes.

    What is expected on a day is there when the day is over, so that work begins on the next.
    """
    rows = session.execute(
        select(ProductionMaterial.order_id, ProductionMaterial.operation, func.max(PurchaseLine.expected_on))
        .join(Peg, Peg.material_id == ProductionMaterial.id)
        .join(PurchaseLine, PurchaseLine.id == Peg.purchase_line_id)
        .join(ProductionOrder, ProductionOrder.id == ProductionMaterial.order_id)
        .where(Peg.source == PegSource.PURCHASE, ProductionOrder.state.in_(OPEN), to_come())
        .group_by(ProductionMaterial.order_id, ProductionMaterial.operation)
    )
    found: dict[int, dict[int | None, int]] = defaultdict(dict)
    for order, operation, day in rows:
        found[order][operation] = working_time.end_of_day(day, place)
    return dict(found)


def _machine_times(session: Session) -> dict[int, tuple[MachineTimeFacts, ...]]:
    """Machine → its times that are not long over: running operations may have begun before them."""
    one = MachineTime
    rows = session.execute(
        select(one.id, one.machine_id, one.kind, one.starts_at, one.ends_at)
        .where(one.ends_at > clock.now() - working_time.LONGEST_STEP)
        .order_by(one.machine_id, one.starts_at)
    )
    return _grouped(
        (machine, MachineTimeFacts(number, machine, kind, to_minute(start), to_minute(end)))
        for number, machine, kind, start, end in rows
    )


def _resources(session: Session) -> dict[int, ResourceFacts]:
    rows = session.execute(select(Resource.id, Resource.code, Resource.capacity))
    return {row.id: ResourceFacts(*row) for row in rows}


def _needs(session: Session) -> dict[int, tuple[int, ...]]:
    """Operation of an open order → the resources that it holds."""
    one = OperationResource
    rows = session.execute(
        _of_open_orders(select(one.operation_id, one.resource_id), one.operation_id).order_by(
            one.operation_id, one.resource_id
        )
    )
    return _grouped((operation, resource) for operation, resource in rows)


def _of_open_orders(statement: Select[*Columns], operation_id: SQLColumnExpression[int]) -> Select[*Columns]:
    return (
        statement.join(ProductionOperation, ProductionOperation.id == operation_id)
        .join(ProductionOrder, ProductionOrder.id == ProductionOperation.order_id)
        .where(ProductionOrder.state.in_(OPEN), goes_on())
    )


def _grouped(pairs: Iterable[tuple[int, T]]) -> dict[int, tuple[T, ...]]:
    found: dict[int, list[T]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return {key: tuple(values) for key, values in found.items()}


def _blocks(session: Session) -> tuple[BlockFacts, ...]:
    """Machine time of promises that are still kept."""
    one, hold = PromiseBlock, PromiseHold
    rows = session.execute(
        select(one.id, one.hold_id, one.machine_id, one.family, one.starts_at, one.ends_at)
        .join(hold, hold.id == one.hold_id)
        .where(still_open(), one.ends_at > clock.now())
        .order_by(one.machine_id, one.starts_at)
    )
    return tuple(
        BlockFacts(number, held, machine, family, to_minute(start), to_minute(end))
        for number, held, machine, family, start, end in rows
    )
