"""What a production order consists of: its operations, its materials, and what it is pegged to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased, selectinload

from factory_erp.models.catalog import Item
from factory_erp.models.engineering import Machine, WorkCentre
from factory_erp.models.partners import Partner
from factory_erp.models.production import (
    Peg,
    ProductionMaterial,
    ProductionOperation,
    ProductionOrder,
)
from factory_erp.models.sales import SalesLine, SalesOrder
from factory_erp.services.names import ItemNames
from factory_erp.services.stock import inventory


@dataclass(frozen=True, slots=True)
class MachineRow:
    """A machine in use, by what the floor calls it."""

    id: int
    code: str
    name_en: str
    name_zh: str


@dataclass(frozen=True, slots=True)
class StepRow:
    """An operation of a production order.

    ``machines`` are those that may do it: the ones its routing named, else all of its work centre, and
    none where a ``subcontractor`` does it, which takes ``subcontract_days`` calendar days.
    """

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
    subcontractor: str
    subcontract_days: int
    quality_point: str


@dataclass(frozen=True, slots=True)
class MaterialRow:
    """A component that it consumes: needed, issued, and what the warehouse has.

    Of a ``by_product``, which comes out instead, ``quantity`` is expected and ``issued`` booked in so far.
    """

    id: int
    item_id: int
    sku: str
    name: str
    unit: str
    quantity: Decimal
    issued: Decimal
    on_hand: Decimal
    operation: int | None
    by_product: bool


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


def steps(session: Session, order_id: int) -> list[StepRow]:
    """The operations of a production order, in sequence."""
    statement = (
        select(ProductionOperation, Partner.name)
        .outerjoin(Partner, Partner.id == ProductionOperation.subcontractor_id)
        .where(ProductionOperation.order_id == order_id)
        .order_by(ProductionOperation.sequence)
        .options(
            selectinload(ProductionOperation.centre).selectinload(WorkCentre.machines),
            selectinload(ProductionOperation.machine),
            selectinload(ProductionOperation.eligible),
        )
    )
    return [_step(step, subcontractor or "") for step, subcontractor in session.execute(statement)]


def _step(step: ProductionOperation, subcontractor: str) -> StepRow:
    return StepRow(
        step.id, step.sequence, step.name_en, step.name_zh, step.centre.code, step.machine_id,
        step.machine.code if step.machine else "", step.setup_minutes, step.run_minutes, step.state,
        step.planned_start, step.planned_finish, step.started_at, step.finished_at, step.good, step.scrap,
        tuple(MachineRow(m.id, m.code, m.name_en, m.name_zh) for m in _machines(step)), subcontractor,
        step.subcontract_days, step.quality_point,
    )  # fmt: skip


def _machines(step: ProductionOperation) -> list[Machine]:
    """The machines in use that may do the step; none is ours where it is done outside."""
    if step.subcontract_days:
        return []
    named = {one.machine_id for one in step.eligible}
    return [one for one in step.centre.machines if one.active and (not named or one.id in named)]


def materials(session: Session, order_id: int) -> list[MaterialRow]:
    """What goes into a production order and what comes out beside its item, by position."""
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
            held[part.item_id], part.operation, part.by_product,
        )
        for part, sku, unit in rows
    ]  # fmt: skip


def serves(session: Session, order_id: int) -> list[PegRow]:
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


def supplies(session: Session, order_id: int) -> list[PegRow]:
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
