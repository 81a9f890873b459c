"""What planning keeps: suggestions and pegging, purchases, promises held, scenarios, machine times."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from factory_erp.models.base import Base, Keyed, Timed, Transitions, Versioned, fk, one_of
from factory_erp.models.catalog import Item
from factory_erp.models.types import Scaled, UtcDateTime


class MachineTimeKind(StrEnum):
    """Why a machine is open or closed other than its calendar says."""

    MAINTENANCE = "maintenance"
    BREAKDOWN = "breakdown"
    OVERTIME = "overtime"


class MachineTime(Base, Timed, Versioned):
    """A span in which one machine is closed (maintenance, breakdown) or open at extra cost (overtime)."""

    __tablename__ = "machine_time"
    __table_args__ = (
        one_of("kind", MachineTimeKind),
        CheckConstraint("ends_at > starts_at", name="forward"),
        Index("ix_machine_time_machine_id_ends_at", "machine_id", "ends_at"),
    )

    machine_id: Mapped[int] = mapped_column(fk("machine.id", cascade=True))
    kind: Mapped[str] = mapped_column(String(12))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(String(120), default="")


class Resource(Base, Versioned):
    """Something that steps need beside their machine: a mould, a jig, a crew; so many are there."""

    __tablename__ = "resource"
    __table_args__ = (CheckConstraint("capacity > 0", name="capacity_positive"),)

    code: Mapped[str] = mapped_column(String(20), unique=True)
    name_en: Mapped[str] = mapped_column(String(80))
    name_zh: Mapped[str] = mapped_column(String(80))
    capacity: Mapped[int] = mapped_column(default=1)


class RoutingResource(Base):
    """A step of a routing holds the resource while it runs."""

    __tablename__ = "routing_resource"
    __table_args__ = (UniqueConstraint("operation_id", "resource_id"),)

    operation_id: Mapped[int] = mapped_column(fk("routing_operation.id", cascade=True))
    resource_id: Mapped[int] = mapped_column(fk("resource.id"), index=True)


class OperationResource(Base):
    """The same of an operation of a production order, as its routing said then."""

    __tablename__ = "operation_resource"
    __table_args__ = (UniqueConstraint("operation_id", "resource_id"),)

    operation_id: Mapped[int] = mapped_column(fk("production_operation.id", cascade=True))
    resource_id: Mapped[int] = mapped_column(fk("resource.id"), index=True)


class PurchaseState(StrEnum):
    """Life of a purchase order."""

    ORDERED = "ordered"
    RECEIVED = "received"
    CANCELLED = "cancelled"


PURCHASE_TRANSITIONS: Transitions = {
    PurchaseState.ORDERED: frozenset({PurchaseState.RECEIVED, PurchaseState.CANCELLED}),
    PurchaseState.RECEIVED: frozenset(),
    PurchaseState.CANCELLED: frozenset(),
}


class PurchaseOrder(Base, Timed, Versioned, Keyed):
    """What was ordered from a supplier; none is named where the item has no usual one."""

    __tablename__ = "purchase_order"
    __table_args__ = (one_of("state", PurchaseState),)

    number: Mapped[str] = mapped_column(String(24), unique=True)
    state: Mapped[str] = mapped_column(String(10), default=PurchaseState.ORDERED, index=True)
    supplier_id: Mapped[int | None] = mapped_column(fk("partner.id"), index=True)
    ordered_on: Mapped[date]
    remark: Mapped[str] = mapped_column(Text, default="")
    lines: Mapped[list[PurchaseLine]] = relationship(
        cascade="all, delete-orphan", order_by="PurchaseLine.position", back_populates="order"
    )


class PurchaseLine(Base, Versioned):
    """One item of a purchase order; *received* so far, the rest *expected_on*."""

    __tablename__ = "purchase_line"
    __table_args__ = (
        UniqueConstraint("order_id", "position"),
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint("received >= 0", name="received_not_negative"),
        Index("ix_purchase_line_item_id_expected_on", "item_id", "expected_on"),
    )

    order_id: Mapped[int] = mapped_column(fk("purchase_order.id", cascade=True))
    position: Mapped[int]
    item_id: Mapped[int] = mapped_column(fk("item.id"))
    quantity: Mapped[Decimal] = mapped_column(Scaled())
    received: Mapped[Decimal] = mapped_column(Scaled(), default=Decimal(0))
    needed_on: Mapped[date]
    """When the plan wanted it."""
    expected_on: Mapped[date]
    """When it comes, as the supplier says now."""
    order: Mapped[PurchaseOrder] = relationship(back_populates="lines")
    item: Mapped[Item] = relationship()


class SuggestionKind(StrEnum):
    """What the plan proposes to a person."""

    MAKE = "make"
    BUY = "buy"
    EXPEDITE = "expedite"
    DELAY = "delay"
    CANCEL = "cancel"
    MERGE = "merge"


class Suggestion(Base, Timed, Versioned):
    """Something that the material plan proposes; its ``key`` stays the same from run to run.

    Make and buy name an item and how much; expedite, delay, cancel and merge name the production order or
    purchase line they speak of. What was accepted is gone from here: it is an order then. A *dismissed* one
    is not shown again while the plan says the same.
    """

    __tablename__ = "suggestion"
    __table_args__ = (
        one_of("kind", SuggestionKind),
        CheckConstraint("quantity >= 0", name="quantity_not_negative"),
        Index("ix_suggestion_item_id", "item_id"),
    )

    key: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[str] = mapped_column(String(10), index=True)
    dismissed: Mapped[bool] = mapped_column(default=False)
    item_id: Mapped[int] = mapped_column(fk("item.id", cascade=True))
    quantity: Mapped[Decimal] = mapped_column(Scaled())
    start_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it must be begun or ordered to be there in time."""
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    available_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it can be there at the earliest; later than ``due_at`` means late."""
    level: Mapped[int] = mapped_column(default=0)
    sales_order_id: Mapped[int | None] = mapped_column(fk("sales_order.id", cascade=True), index=True)
    """The order that it is for, where it is for one alone."""
    production_order_id: Mapped[int | None] = mapped_column(
        fk("production_order.id", cascade=True), index=True
    )
    purchase_line_id: Mapped[int | None] = mapped_column(fk("purchase_line.id", cascade=True), index=True)
    reason: Mapped[str] = mapped_column(String(24), default="")
    """Why, as a word of the plan; ``detail`` holds its facts as JSON."""
    detail: Mapped[str] = mapped_column(Text, default="")


class PlanPeg(Base):
    """So much of a demand is covered by that supply, in the plan as it stands (not yet in orders).

    The demand is an order line, a material of a production order, a component of a make suggestion, or, where
    none is named, the item's safety stock. The supply is a suggestion, a production order, a purchase line
    or, where none is named, free stock.
    """

    __tablename__ = "plan_peg"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity_positive"),
        *(
            Index(
                f"ix_plan_peg_{column}",
                column,
                sqlite_where=text(f"{column} IS NOT NULL"),
                postgresql_where=text(f"{column} IS NOT NULL"),
            )
            for column in (
                "sales_line_id", "material_id", "consumer_id", "suggestion_id", "production_order_id",
                "purchase_line_id",
            )
        ),
    )  # fmt: skip
    # A peg names one demand and one supply: it stands in two of these indexes, not in six. Nothing is unique
    # but the id: the plan, which has one writer at a time, makes no two pegs of the same names.

    item_id: Mapped[int] = mapped_column(fk("item.id", cascade=True), index=True)
    sales_line_id: Mapped[int | None] = mapped_column(fk("sales_line.id", cascade=True))
    material_id: Mapped[int | None] = mapped_column(fk("production_material.id", cascade=True))
    consumer_id: Mapped[int | None] = mapped_column(fk("suggestion.id", cascade=True))
    suggestion_id: Mapped[int | None] = mapped_column(fk("suggestion.id", cascade=True))
    production_order_id: Mapped[int | None] = mapped_column(fk("production_order.id", cascade=True))
    purchase_line_id: Mapped[int | None] = mapped_column(fk("purchase_line.id", cascade=True))
    quantity: Mapped[Decimal] = mapped_column(Scaled())
    late: Mapped[bool] = mapped_column(default=False)
    """Whether the supply comes after the demand is due."""


class PlanRun(Base):
    """A run of the material plan: when, how long, and what it could not plan, as JSON."""

    __tablename__ = "plan_run"

    ran_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    milliseconds: Mapped[int]
    demands: Mapped[int]
    make: Mapped[int]
    buy: Mapped[int]
    advice: Mapped[int]
    problems: Mapped[str] = mapped_column(Text, default="")


class ScheduleRun(Base):
    """A run of the schedule: what the search made of it."""

    __tablename__ = "schedule_run"

    started_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    milliseconds: Mapped[int]
    seed: Mapped[int]
    operations: Mapped[int]
    cost_before: Mapped[int | None]
    cost_after: Mapped[int]
    late_orders: Mapped[int]
    changeover_minutes: Mapped[int]


class HoldState(StrEnum):
    """Life of a promise that is kept for a buyer."""

    HELD = "held"
    USED = "used"
    RELEASED = "released"
    EXPIRED = "expired"


HOLD_TRANSITIONS: Transitions = {
    HoldState.HELD: frozenset({HoldState.USED, HoldState.RELEASED, HoldState.EXPIRED}),
    HoldState.USED: frozenset({HoldState.EXPIRED}),
    HoldState.RELEASED: frozenset(),
    HoldState.EXPIRED: frozenset(),
}


class PromiseHold(Base, Timed, Versioned, Keyed):
    """A promised date with the stock and machine time that it needs, kept until it expires or is used."""

    __tablename__ = "promise_hold"
    __table_args__ = (
        one_of("state", HoldState),
        Index("ix_promise_hold_state_expires_at", "state", "expires_at"),
    )

    state: Mapped[str] = mapped_column(String(10), default=HoldState.HELD)
    quotation_id: Mapped[int | None] = mapped_column(fk("quotation.id", cascade=True), index=True)
    sales_order_id: Mapped[int | None] = mapped_column(fk("sales_order.id", cascade=True), index=True)
    promised_on: Mapped[date]
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    note: Mapped[str] = mapped_column(String(200), default="")
    lines: Mapped[list[PromiseLine]] = relationship(cascade="all, delete-orphan", order_by="PromiseLine.id")
    blocks: Mapped[list[PromiseBlock]] = relationship(
        cascade="all, delete-orphan", order_by="PromiseBlock.id"
    )


class PromiseLine(Base):
    """An item of a promise: so much wanted, so much of it kept from stock."""

    __tablename__ = "promise_line"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint("from_stock >= 0", name="stock_not_negative"),
    )

    hold_id: Mapped[int] = mapped_column(fk("promise_hold.id", cascade=True), index=True)
    item_id: Mapped[int] = mapped_column(fk("item.id"), index=True)
    quantity: Mapped[Decimal] = mapped_column(Scaled())
    from_stock: Mapped[Decimal] = mapped_column(Scaled(), default=Decimal(0))
    component: Mapped[bool] = mapped_column(default=False)
    """A part that is kept for what will be made, not something promised itself."""


class PromiseBlock(Base):
    """Machine time that a promise keeps for what will have to be made."""

    __tablename__ = "promise_block"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="forward"),
        Index("ix_promise_block_machine_id_starts_at", "machine_id", "starts_at"),
    )

    hold_id: Mapped[int] = mapped_column(fk("promise_hold.id", cascade=True), index=True)
    machine_id: Mapped[int] = mapped_column(fk("machine.id"))
    item_id: Mapped[int] = mapped_column(fk("item.id"))
    family: Mapped[str] = mapped_column(String(40), default="")
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ScenarioState(StrEnum):
    """Life of a what-if."""

    OPEN = "open"
    APPLIED = "applied"
    DISCARDED = "discarded"


SCENARIO_TRANSITIONS: Transitions = {
    ScenarioState.OPEN: frozenset({ScenarioState.APPLIED, ScenarioState.DISCARDED}),
    ScenarioState.APPLIED: frozenset(),
    ScenarioState.DISCARDED: frozenset(),
}


class Scenario(Base, Timed, Versioned, Keyed):
    """A what-if: changes to the live factory, and what they would lead to; nothing live is touched by it.

    ``changes`` is a JSON list of what differs, ``figures`` JSON of live and scenario side by side, ``places``
    JSON of the schedule (operation → machine, start, end in planning minutes).
    """

    __tablename__ = "scenario"
    __table_args__ = (one_of("state", ScenarioState),)

    name: Mapped[str] = mapped_column(String(80), unique=True)
    note: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(10), default=ScenarioState.OPEN, index=True)
    changes: Mapped[str] = mapped_column(Text, default="[]")
    figures: Mapped[str] = mapped_column(Text, default="")
    places: Mapped[str] = mapped_column(Text, default="")
    computed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
