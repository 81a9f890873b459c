"""What the production page shows: lists of production orders, one in full, and what is next where."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from factory_erp.models.catalog import Item
from factory_erp.models.engineering import Machine, WorkCentre
from factory_erp.models.partners import Partner
from factory_erp.models.production import (
    OperationState,
    ProductionOperation,
    ProductionOrder,
    ProductionState,
)
from factory_erp.models.sales import SalesOrder
from factory_erp.services import clock, working_time
from factory_erp.services.base import get, query
from factory_erp.services.floor.reading import goes_on, needed_by
from factory_erp.services.listing import containing, counted, listed
from factory_erp.services.names import CHINESE, ENGLISH, ItemNames
from factory_erp.services.production import parts
from factory_erp.services.production.parts import MaterialRow, PegRow, StepRow

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
class ProductionDetail:
    """A production order in full; ``batch`` is the matrix batch that it is a cell of, "" if of none."""

    row: ProductionRow
    customer: str
    material_at: datetime | None
    version: int
    operations: tuple[StepRow, ...]
    materials: tuple[MaterialRow, ...]
    serves: tuple[PegRow, ...]
    supplied_by: tuple[PegRow, ...]
    batch: str = ""


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
        operations=tuple(parts.steps(session, order_id)),
        materials=tuple(parts.materials(session, order_id)),
        serves=tuple(parts.serves(session, order_id)),
        supplied_by=tuple(parts.supplies(session, order_id)),
        batch=order.batch,
    )


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
