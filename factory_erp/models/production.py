"""Production orders, their operations and materials, and what demand each serves."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from factory_erp.models.base import Base, Keyed, Timed, Transitions, Versioned, fk, one_of
from factory_erp.models.catalog import Item
from factory_erp.models.engineering import Machine, WorkCentre
from factory_erp.models.types import Scaled, UtcDateTime


class ProductionState(StrEnum):
    """Life of a production order."""

    PLANNED = "planned"
    RELEASED = "released"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    CLOSED = "closed"
    CANCELLED = "cancelled"


PRODUCTION_TRANSITIONS: Transitions = {
    ProductionState.PLANNED: frozenset({ProductionState.RELEASED, ProductionState.CANCELLED}),
    ProductionState.RELEASED: frozenset({ProductionState.IN_PROGRESS, ProductionState.CANCELLED}),
    ProductionState.IN_PROGRESS: frozenset({ProductionState.DONE}),
    ProductionState.DONE: frozenset({ProductionState.CLOSED}),
    ProductionState.CLOSED: frozenset(),
    ProductionState.CANCELLED: frozenset(),
}


class OperationState(StrEnum):
    """Life of one operation."""

    WAITING = "waiting"
    STARTED = "started"
    DONE = "done"
    CANCELLED = "cancelled"


OPERATION_TRANSITIONS: Transitions = {
    OperationState.WAITING: frozenset(
        {OperationState.STARTED, OperationState.DONE, OperationState.CANCELLED}
    ),
    OperationState.STARTED: frozenset({OperationState.DONE}),
    OperationState.DONE: frozenset(),
    OperationState.CANCELLED: frozenset(),
}


class ProductionOrder(Base, Timed, Versioned, Keyed):
    """Make *quantity* of an item; bill and routing are copied into it when it is made."""

    __tablename__ = "production_order"
    __table_args__ = (
        one_of("state", ProductionState),
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint("good >= 0 AND scrap >= 0", name="made_not_negative"),
        Index("ix_production_order_state_due", "state", "due"),
    )

    number: Mapped[str] = mapped_column(String(24), unique=True)
    state: Mapped[str] = mapped_column(String(16), default=ProductionState.PLANNED)
    item_id: Mapped[int] = mapped_column(fk("item.id"), index=True)
    sales_order_id: Mapped[int | None] = mapped_column(fk("sales_order.id"), index=True)
    """The order that the batch was made for; pegs say which line."""
    quantity: Mapped[Decimal] = mapped_column(Scaled())
    good: Mapped[Decimal] = mapped_column(Scaled(), default=Decimal(0))
    scrap: Mapped[Decimal] = mapped_column(Scaled(), default=Decimal(0))
    due: Mapped[date]
    priority: Mapped[int] = mapped_column(default=1)
    batch: Mapped[str] = mapped_column(String(24), default="", index=True)
    """Number of the matrix order that it is a cell of: one traveller for all of them."""
    lot: Mapped[str] = mapped_column(String(40), default="")
    material_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the last bought material is expected; the schedule starts no earlier."""
    planned_start: Mapped[datetime | None] = mapped_column(UtcDateTime)
    planned_finish: Mapped[datetime | None] = mapped_column(UtcDateTime)
    item: Mapped[Item] = relationship()
    operations: Mapped[list[ProductionOperation]] = relationship(
        cascade="all, delete-orphan", order_by="ProductionOperation.sequence", back_populates="order"
    )
    materials: Mapped[list[ProductionMaterial]] = relationship(
        cascade="all, delete-orphan", order_by="ProductionMaterial.position"
    )


class ProductionOperation(Base, Versioned):
    """One step of a production order, with its place in the schedule."""

    __tablename__ = "production_operation"
    __table_args__ = (
        UniqueConstraint("order_id", "sequence"),
        one_of("state", OperationState),
        CheckConstraint("good >= 0 AND scrap >= 0", name="made_not_negative"),
        CheckConstraint("planned_finish IS NULL OR planned_finish >= planned_start", name="planned_forward"),
        Index("ix_production_operation_machine_id_planned_start", "machine_id", "planned_start"),
    )

    order_id: Mapped[int] = mapped_column(fk("production_order.id", cascade=True))
    sequence: Mapped[int]
    name_en: Mapped[str] = mapped_column(String(80))
    name_zh: Mapped[str] = mapped_column(String(80))
    centre_id: Mapped[int] = mapped_column(fk("work_centre.id"))
    setup_minutes: Mapped[int]
    run_minutes: Mapped[int]
    """For the whole batch at 100 % speed, rounded up."""
    queue_minutes: Mapped[int] = mapped_column(default=0)
    max_wait_minutes: Mapped[int | None]
    resumable: Mapped[bool] = mapped_column(default=True)
    family: Mapped[str] = mapped_column(String(40), default="")
    locked: Mapped[bool] = mapped_column(default=False)
    """A planner has fixed its machine and time: scheduling leaves it there."""
    campaign: Mapped[str] = mapped_column(String(40), default="", index=True)
    """Operations of one campaign run one after another with one setup; empty: on its own."""
    state: Mapped[str] = mapped_column(String(12), default=OperationState.WAITING)
    machine_id: Mapped[int | None] = mapped_column(fk("machine.id"))
    planned_start: Mapped[datetime | None] = mapped_column(UtcDateTime)
    setup_finish: Mapped[datetime | None] = mapped_column(UtcDateTime)
    planned_finish: Mapped[datetime | None] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    good: Mapped[Decimal] = mapped_column(Scaled(), default=Decimal(0))
    scrap: Mapped[Decimal] = mapped_column(Scaled(), default=Decimal(0))
    transfer_lot: Mapped[Decimal] = mapped_column(Scaled(), default=Decimal(0))
    subcontractor_id: Mapped[int | None] = mapped_column(fk("partner.id"))
    subcontract_days: Mapped[int] = mapped_column(default=0)
    """Calendar days at a subcontractor; such a step takes no machine of ours."""
    quality_point: Mapped[str] = mapped_column(String(200), default="")
    eligible: Mapped[list[EligibleMachine]] = relationship(cascade="all, delete-orphan")
    order: Mapped[ProductionOrder] = relationship(back_populates="operations")
    centre: Mapped[WorkCentre] = relationship()
    machine: Mapped[Machine | None] = relationship()


class EligibleMachine(Base):
    """A machine that may do the step, as its routing said then; where there is none, any of its centre."""

    __tablename__ = "eligible_machine"
    __table_args__ = (
        UniqueConstraint("operation_id", "machine_id"),
        CheckConstraint("speed_percent > 0", name="speed_positive"),
    )

    operation_id: Mapped[int] = mapped_column(fk("production_operation.id", cascade=True))
    machine_id: Mapped[int] = mapped_column(fk("machine.id"), index=True)
    speed_percent: Mapped[int] = mapped_column(default=100)
    setup_minutes: Mapped[int | None]
    """None: as the step says."""


class ProductionMaterial(Base):
    """A component that a production order consumes."""

    __tablename__ = "production_material"
    __table_args__ = (
        UniqueConstraint("order_id", "position"),
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint("issued >= 0", name="issued_not_negative"),
    )

    order_id: Mapped[int] = mapped_column(fk("production_order.id", cascade=True))
    position: Mapped[int]
    item_id: Mapped[int] = mapped_column(fk("item.id"), index=True)
    quantity: Mapped[Decimal] = mapped_column(Scaled())
    issued: Mapped[Decimal] = mapped_column(Scaled(), default=Decimal(0))
    operation: Mapped[int | None]
    by_product: Mapped[bool] = mapped_column(default=False)
    """Comes out with the order instead of going into it."""
    item: Mapped[Item] = relationship()


class OperationReport(Base, Timed):
    """What the floor reported (报工): good, scrap, when, on which machine."""

    __tablename__ = "operation_report"
    __table_args__ = (CheckConstraint("good >= 0 AND scrap >= 0", name="not_negative"),)

    operation_id: Mapped[int] = mapped_column(fk("production_operation.id"), index=True)
    client_key: Mapped[str] = mapped_column(String(64), unique=True)
    reported_at: Mapped[datetime] = mapped_column(UtcDateTime)
    machine_id: Mapped[int | None] = mapped_column(fk("machine.id"))
    good: Mapped[Decimal] = mapped_column(Scaled())
    scrap: Mapped[Decimal] = mapped_column(Scaled(), default=Decimal(0))
    reason: Mapped[str] = mapped_column(String(120), default="")
    worker: Mapped[str] = mapped_column(String(60), default="")


class PegSource(StrEnum):
    """What covers a demand."""

    STOCK = "stock"
    PRODUCTION = "production"
    PURCHASE = "purchase"


class Peg(Base):
    """So much of a demand (order line or production material) is covered by that supply."""

    __tablename__ = "peg"
    __table_args__ = (
        one_of("source", PegSource),
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint("(sales_line_id IS NULL) <> (material_id IS NULL)", name="one_demand"),
        CheckConstraint("(source = 'production') = (production_order_id IS NOT NULL)", name="supply_named"),
    )

    sales_line_id: Mapped[int | None] = mapped_column(fk("sales_line.id", cascade=True), index=True)
    material_id: Mapped[int | None] = mapped_column(fk("production_material.id", cascade=True), index=True)
    item_id: Mapped[int] = mapped_column(fk("item.id"), index=True)
    source: Mapped[str] = mapped_column(String(12))
    production_order_id: Mapped[int | None] = mapped_column(
        fk("production_order.id", cascade=True), index=True
    )
    purchase_line_id: Mapped[int | None] = mapped_column(fk("purchase_line.id"), index=True)
    """The purchase that brings it; a peg to a purchase without one has still to be ordered."""
    quantity: Mapped[Decimal] = mapped_column(Scaled())
    due: Mapped[date | None]
    """When a purchase is needed."""
