"""What the production page shows: lists of production orders, one in full, and what is next where."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased, selectinload

from factory_erp.models.catalog import Item
from factory_erp.models.engineering import Machine, WorkCentre
from factory_erp.models.partners import Partner
from factory_erp.models.production import (
    OperationState,
    Peg,
    ProductionMaterial,
    ProductionOperation,
    ProductionOrder,
    ProductionState,
)
from factory_erp.models.sales import SalesLine, SalesOrder
from factory_erp.services import clock, inventory, working_time
from factory_erp.services.base import get, query
from factory_erp.services.floor import goes_on, needed_by
from factory_erp.services.listing import containing, counted, listed
from factory_erp.services.names import CHINESE, ENGLISH, ItemNames

VIEWS = ("all", "open", "late", "in_progress", "done")
OPEN = (ProductionState.PLANNED, ProductionState.RELEASED, ProductionState.IN_PROGRESS)
FINISHED = (ProductionState.DONE, ProductionState.CLOSED)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class ProductionRow:
    """A production order in the list; names in both languages, *progress* in percent of its work."""

    id: int
    number: str
    sku: str
    item_name_en: str
    item_name_zh: str
    unit: str
    quantity: Decimal
    good: Decimal
    scrap: Decimal
    due: date
    planned_start: datetime | None
    planned_finish: datetime | None
    state: str
    sales_order_id: int | None
    sales_number: str
    progress: int
    late: bool


@dataclass(frozen=True, slots=True)
class MachineRow:
    """A machine in use, by what the floor calls it."""

    id: int
    code: str
    name_en: str
    name_zh: str


@dataclass(frozen=True, slots=True)
class StepRow:
    """An operation of a production order; ``machines`` are those of its work centre."""

    id: int
    sequence: int
    name_en: str
    name_zh: str
    centre_code: str
    machine_id: int | None
    machine_code: str
    setup_minutes: int
    run_minutes: int
    state: str
    planned_start: datetime | None
    planned_finish: datetime | None
    started_at: datetime | None
    finished_at: datetime | None
    good: Decimal
    scrap: Decimal
    machines: tuple[MachineRow, ...]


@dataclass(frozen=True, slots=True)
class MaterialRow:
    """A component that it consumes: needed, issued, and what the warehouse has."""

    id: int
    item_id: int
    sku: str
    name: str
    unit: str
    quantity: Decimal
    issued: Decimal
    on_hand: Decimal
    operation: int | None


@dataclass(frozen=True, slots=True)
class PegRow:
    """A demand that the order serves, or a supply that serves one of its materials."""

    item_id: int
    sku: str
    quantity: Decimal
    source: str
    due: date | None
    number: str
    """The sales or production order at the other end; empty for stock and purchases."""
    record_id: int | None


@dataclass(frozen=True, slots=True)
class ProductionDetail:
    """A production order in full."""

    row: ProductionRow
    customer: str
    material_at: datetime | None
    version: int
    operations: tuple[StepRow, ...]
    materials: tuple[MaterialRow, ...]
    serves: tuple[PegRow, ...]
    supplied_by: tuple[PegRow, ...]


@dataclass(frozen=True, slots=True)
class OperationRow:
    """What is next on a machine: the operation, its order, and how much it can still report."""

    operation_id: int
    sequence: int
    name_en: str
    name_zh: str
    centre_code: str
    machine_code: str
    order_id: int
    order_number: str
    sku: str
    item_name_en: str
    item_name_zh: str
    unit: str
    quantity: Decimal
    good: Decimal
    scrap: Decimal
    state: str
    planned_start: datetime | None
    planned_finish: datetime | None
    due: date
    late: bool


def is_late(session: Session) -> ColumnElement[bool]:
    """An open order that is overdue, or planned to end on a later day than it is needed."""
    needed = needed_by()
    overdue = needed < clock.today(working_time.zone(session).key)
    return and_(ProductionOrder.state.in_(OPEN), or_(overdue, _planned_day(session) > needed))


def _planned_day(session: Session) -> ColumnElement[Any]:
    """The factory's day of the planned finish; work that ends at midnight ends on the day before."""
    place = working_time.zone(session)
    if session.get_bind().dialect.name == "sqlite":
        offset = clock.now().astimezone(place).utcoffset() or timedelta()
        minutes = (offset - MINUTE) // MINUTE
        return func.date(ProductionOrder.planned_finish, f"{minutes:+d} minutes")
    return func.date(func.timezone(place.key, ProductionOrder.planned_finish) - MINUTE)


def _view(session: Session, name: str) -> ColumnElement[bool] | None:
    conditions = {
        "open": ProductionOrder.state.in_(OPEN),
        "late": is_late(session),
        "in_progress": ProductionOrder.state == ProductionState.IN_PROGRESS,
        "done": ProductionOrder.state.in_(FINISHED),
    }
    return conditions.get(name)


_SORTS: Mapping[str, Any] = {
    "number": ProductionOrder.number,
    "item": Item.sku,
    "quantity": ProductionOrder.quantity,
    "good": ProductionOrder.good,
    "due": ProductionOrder.due,
    "planned_start": ProductionOrder.planned_start,
    "planned_finish": ProductionOrder.planned_finish,
    "state": ProductionOrder.state,
    "sales_order": SalesOrder.number,
}


@query
def production_ids(
    session: Session, view: str = "open", words: str = "", sort: str = "due", descending: bool = False
) -> array[int]:
    """Ids of the production orders of a view that contain *words*, sorted by the database."""
    statement = select(ProductionOrder.id)
    if sort == "item":
        statement = statement.join(Item, Item.id == ProductionOrder.item_id)
    if sort == "sales_order":
        statement = statement.outerjoin(SalesOrder, SalesOrder.id == ProductionOrder.sales_order_id)
    return listed(
        session,
        statement,
        ProductionOrder,
        where=_view(session, view),
        found=containing(ProductionOrder, "production", words),
        by=_SORTS.get(sort, ProductionOrder.due),
        descending=descending,
        empty_last=sort in {"planned_start", "planned_finish", "sales_order"},
    )


@query
def production_counts(session: Session) -> dict[str, int]:
    """View → how many production orders it holds."""
    return counted(session, ProductionOrder, VIEWS, lambda name: _view(session, name))


@query
def production_rows(session: Session, ids: Sequence[int]) -> list[ProductionRow]:
    """The production orders with these ids, in this order; one that was removed is left out."""
    return _rows(session, ids)


def _rows(session: Session, ids: Sequence[int]) -> list[ProductionRow]:
    statement = (
        select(ProductionOrder, Item.sku, Item.unit, SalesOrder.number, is_late(session))
        .join(Item, Item.id == ProductionOrder.item_id)
        .outerjoin(SalesOrder, SalesOrder.id == ProductionOrder.sales_order_id)
        .where(ProductionOrder.id.in_(ids))
    )
    rows = session.execute(statement).all()
    names = ItemNames(session, {row[0].item_id for row in rows})
    progress = _progress(session, ids)
    found = {
        order.id: ProductionRow(
            order.id, order.number, sku, names.of(order.item_id, ENGLISH), names.of(order.item_id, CHINESE),
            unit, order.quantity, order.good, order.scrap, order.due, order.planned_start,
            order.planned_finish, order.state, order.sales_order_id, number or "",
            100 if order.state in FINISHED else progress.get(order.id, 0), bool(late),
        )
        for order, sku, unit, number, late in rows
    }  # fmt: skip
    return [found[wanted] for wanted in ids if wanted in found]


def _progress(session: Session, ids: Sequence[int]) -> dict[int, int]:
    """Percent of the planned minutes that is done, counted by what was reported."""
    step = ProductionOperation
    rows = session.execute(
        select(
            step.order_id, step.setup_minutes + step.run_minutes, step.good, step.scrap, step.state,
            ProductionOrder.quantity,
        )
        .join(ProductionOrder, ProductionOrder.id == step.order_id)
        .where(step.order_id.in_(ids), step.state != OperationState.CANCELLED)
    )  # fmt: skip
    done: dict[int, Decimal] = {}
    total: dict[int, int] = {}
    for order, minutes, good, scrap, state, quantity in rows:
        share = Decimal(1) if state == OperationState.DONE else min(Decimal(1), (good + scrap) / quantity)
        done[order] = done.get(order, Decimal(0)) + minutes * share
        total[order] = total.get(order, 0) + minutes
    return {order: int(100 * done[order] / minutes) for order, minutes in total.items() if minutes}


@query
def production_detail(session: Session, order_id: int) -> ProductionDetail:
    """A production order in full. Raises NotFound."""
    order = get(session, ProductionOrder, order_id)
    customer = session.scalar(
        select(Partner.name)
        .join(SalesOrder, SalesOrder.customer_id == Partner.id)
        .where(SalesOrder.id == order.sales_order_id)
    )
    return ProductionDetail(
        row=_rows(session, [order_id])[0],
        customer=customer or "",
        material_at=order.material_at,
        version=order.version,
        operations=tuple(_steps(session, order_id)),
        materials=tuple(_materials(session, order_id)),
        serves=tuple(_serves(session, order_id)),
        supplied_by=tuple(_supplies(session, order_id)),
    )


def _steps(session: Session, order_id: int) -> list[StepRow]:
    statement = (
        select(ProductionOperation)
        .where(ProductionOperation.order_id == order_id)
        .order_by(ProductionOperation.sequence)
        .options(
            selectinload(ProductionOperation.centre).selectinload(WorkCentre.machines),
            selectinload(ProductionOperation.machine),
        )
    )
    return [_step(step) for step in session.scalars(statement)]


def _step(step: ProductionOperation) -> StepRow:
    return StepRow(
        step.id, step.sequence, step.name_en, step.name_zh, step.centre.code, step.machine_id,
        step.machine.code if step.machine else "", step.setup_minutes, step.run_minutes, step.state,
        step.planned_start, step.planned_finish, step.started_at, step.finished_at, step.good, step.scrap,
        tuple(MachineRow(m.id, m.code, m.name_en, m.name_zh) for m in step.centre.machines if m.active),
    )  # fmt: skip


def _materials(session: Session, order_id: int) -> list[MaterialRow]:
    statement = (
        select(ProductionMaterial, Item.sku, Item.unit)
        .join(Item, Item.id == ProductionMaterial.item_id)
        .where(ProductionMaterial.order_id == order_id)
        .order_by(ProductionMaterial.position)
    )
    rows = session.execute(statement).all()
    items = {part.item_id for part, _sku, _unit in rows}
    names, held = ItemNames(session, items), inventory.on_hand(session, items)
    return [
        MaterialRow(
            part.id, part.item_id, sku, names.of(part.item_id), unit, part.quantity, part.issued,
            held[part.item_id], part.operation,
        )
        for part, sku, unit in rows
    ]  # fmt: skip


def _serves(session: Session, order_id: int) -> list[PegRow]:
    """Sales lines and other production orders that get this one's output."""
    consumer = aliased(ProductionOrder)
    statement = (
        select(
            Peg.item_id, Item.sku, Peg.quantity, Peg.source, func.coalesce(consumer.due, SalesLine.promised),
            func.coalesce(SalesOrder.number, consumer.number), func.coalesce(SalesOrder.id, consumer.id),
        )
        .join(Item, Item.id == Peg.item_id)
        .outerjoin(SalesLine, SalesLine.id == Peg.sales_line_id)
        .outerjoin(SalesOrder, SalesOrder.id == SalesLine.order_id)
        .outerjoin(ProductionMaterial, ProductionMaterial.id == Peg.material_id)
        .outerjoin(consumer, consumer.id == ProductionMaterial.order_id)
        .where(Peg.production_order_id == order_id)
        .order_by(Peg.id)
    )  # fmt: skip
    return [PegRow(*row) for row in session.execute(statement)]


def _supplies(session: Session, order_id: int) -> list[PegRow]:
    """Stock, purchases and production orders that cover this one's materials."""
    supplier = aliased(ProductionOrder)
    statement = (
        select(
            Peg.item_id, Item.sku, Peg.quantity, Peg.source, func.coalesce(supplier.due, Peg.due),
            func.coalesce(supplier.number, ""), supplier.id,
        )
        .join(Item, Item.id == Peg.item_id)
        .join(ProductionMaterial, ProductionMaterial.id == Peg.material_id)
        .outerjoin(supplier, supplier.id == Peg.production_order_id)
        .where(ProductionMaterial.order_id == order_id)
        .order_by(ProductionMaterial.position, Peg.id)
    )  # fmt: skip
    return [PegRow(*row) for row in session.execute(statement)]


@query
def open_operations(session: Session, centre_id: int | None = None, limit: int = 200) -> list[OperationRow]:
    """What the floor does next: operations of released orders, by machine's planned start."""
    rows = session.execute(_next_operations(session, centre_id, limit)).all()
    names = ItemNames(session, {row[1].item_id for row in rows})
    return [
        OperationRow(
            step.id, step.sequence, step.name_en, step.name_zh, centre, machine or "", order.id, order.number,
            sku, names.of(order.item_id, ENGLISH), names.of(order.item_id, CHINESE), unit, order.quantity,
            step.good, step.scrap, step.state, step.planned_start, step.planned_finish, order.due, bool(late),
        )
        for step, order, sku, unit, centre, machine, late in rows
    ]  # fmt: skip


def _next_operations(
    session: Session, centre_id: int | None, limit: int
) -> Select[ProductionOperation, ProductionOrder, str, str, str, str, bool]:
    step, order = ProductionOperation, ProductionOrder
    statement = (
        select(step, order, Item.sku, Item.unit, WorkCentre.code, Machine.code, is_late(session))
        .join(order, order.id == step.order_id)
        .join(Item, Item.id == order.item_id)
        .join(WorkCentre, WorkCentre.id == step.centre_id)
        .outerjoin(Machine, Machine.id == step.machine_id)
        .where(order.state.in_((ProductionState.RELEASED, ProductionState.IN_PROGRESS)))
        .where(step.state.in_((OperationState.WAITING, OperationState.STARTED)), goes_on())
    )
    if centre_id is not None:
        statement = statement.where(step.centre_id == centre_id)
    return statement.order_by(step.planned_start.asc().nulls_last(), order.due, step.id).limit(limit)
