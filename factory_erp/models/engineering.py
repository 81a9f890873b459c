"""How an item is made: bills of materials, routings, work centres, machines, calendars."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from factory_erp.models.base import Base, Timed, Versioned, fk
from factory_erp.models.types import Scaled


class Bill(Base, Timed, Versioned):
    """Bill of materials of an item: what *output* units of it consist of."""

    __tablename__ = "bill"
    __table_args__ = (
        UniqueConstraint("item_id", "revision"),
        CheckConstraint("output > 0", name="output_positive"),
    )

    item_id: Mapped[int] = mapped_column(fk("item.id"))
    revision: Mapped[str] = mapped_column(String(12), default="A")
    output: Mapped[Decimal] = mapped_column(Scaled(), default=Decimal(1))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    derived: Mapped[bool] = mapped_column(default=False)
    """Written by the variant rules of its product, and written anew when they change."""
    note: Mapped[str] = mapped_column(String(200), default="")
    lines: Mapped[list[BillLine]] = relationship(cascade="all, delete-orphan", order_by="BillLine.position")


class BillLine(Base):
    """One component of a bill."""

    __tablename__ = "bill_line"
    __table_args__ = (
        UniqueConstraint("bill_id", "position"),
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint("scrap_ppm >= 0 AND scrap_ppm < 1000000", name="scrap_fraction"),
    )

    bill_id: Mapped[int] = mapped_column(fk("bill.id", cascade=True))
    position: Mapped[int]
    component_id: Mapped[int] = mapped_column(fk("item.id"), index=True)
    quantity: Mapped[Decimal] = mapped_column(Scaled())
    """In the component's unit, per the bill's output."""
    scrap_ppm: Mapped[int] = mapped_column(default=0)
    operation: Mapped[int | None]
    """Sequence of the routing operation that consumes it; none means the first."""
    phantom: Mapped[bool] = mapped_column(default=False)
    by_product: Mapped[bool] = mapped_column(default=False)
    """Comes out beside the item instead of going into it; its quantity is per output."""
    alternates: Mapped[list[BillAlternate]] = relationship(
        cascade="all, delete-orphan", order_by="BillAlternate.priority"
    )


class BillAlternate(Base):
    """What may be used instead of a component when it is short, the smallest priority first."""

    __tablename__ = "bill_alternate"
    __table_args__ = (
        UniqueConstraint("line_id", "priority"),
        UniqueConstraint("line_id", "component_id"),
        CheckConstraint("quantity > 0", name="quantity_positive"),
    )

    line_id: Mapped[int] = mapped_column(fk("bill_line.id", cascade=True))
    priority: Mapped[int]
    component_id: Mapped[int] = mapped_column(fk("item.id"), index=True)
    quantity: Mapped[Decimal] = mapped_column(Scaled())
    """In its own unit, per the bill's output, in place of the line's quantity."""


class WorkCentre(Base, Versioned):
    """Machines that do the same kind of work."""

    __tablename__ = "work_centre"
    __table_args__ = (
        CheckConstraint(
            "machine_rate >= 0 AND labour_rate >= 0 AND crew >= 0 AND overhead_percent >= 0",
            name="rates_not_negative",
        ),
    )

    code: Mapped[str] = mapped_column(String(20), unique=True)
    name_en: Mapped[str] = mapped_column(String(80))
    name_zh: Mapped[str] = mapped_column(String(80))
    changeover_minutes: Mapped[int] = mapped_column(default=0)
    """Between two families that the matrix does not name."""
    machine_rate: Mapped[Decimal] = mapped_column(Scaled(), default=Decimal(0))
    """Of a machine for an hour, in the company's currency."""
    labour_rate: Mapped[Decimal] = mapped_column(Scaled(), default=Decimal(0))
    """Of a person for an hour."""
    crew: Mapped[Decimal] = mapped_column(Scaled(), default=Decimal(1))
    """Persons at a machine; 0.5 where one looks after two."""
    overhead_percent: Mapped[Decimal] = mapped_column(Scaled(), default=Decimal(0))
    """On machine and labour."""
    machines: Mapped[list[Machine]] = relationship(back_populates="centre", order_by="Machine.code")
    changeovers: Mapped[list[Changeover]] = relationship(cascade="all, delete-orphan")


class Calendar(Base, Versioned):
    """Working time: weekly shifts and the days that differ."""

    __tablename__ = "calendar"

    code: Mapped[str] = mapped_column(String(20), unique=True)
    name_en: Mapped[str] = mapped_column(String(80))
    name_zh: Mapped[str] = mapped_column(String(80))
    shifts: Mapped[list[CalendarShift]] = relationship(cascade="all, delete-orphan")
    exceptions: Mapped[list[CalendarException]] = relationship(cascade="all, delete-orphan")


class CalendarShift(Base):
    """Open from one minute of a weekday to another (past 1440 runs into the next day)."""

    __tablename__ = "calendar_shift"
    __table_args__ = (
        UniqueConstraint("calendar_id", "weekday", "start_minute"),
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday_iso"),
        CheckConstraint("start_minute >= 0 AND end_minute > start_minute", name="forward"),
    )

    calendar_id: Mapped[int] = mapped_column(fk("calendar.id", cascade=True))
    weekday: Mapped[int]
    """0 is Monday."""
    start_minute: Mapped[int]
    end_minute: Mapped[int]


class CalendarException(Base):
    """A day with other hours than its weekday; no hours means closed."""

    __tablename__ = "calendar_exception"
    __table_args__ = (UniqueConstraint("calendar_id", "day", "start_minute"),)

    calendar_id: Mapped[int] = mapped_column(fk("calendar.id", cascade=True))
    day: Mapped[date]
    start_minute: Mapped[int] = mapped_column(default=0)
    end_minute: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(String(120), default="")


class Machine(Base, Versioned):
    """One machine, line or bench."""

    __tablename__ = "machine"

    code: Mapped[str] = mapped_column(String(20), unique=True)
    name_en: Mapped[str] = mapped_column(String(80))
    name_zh: Mapped[str] = mapped_column(String(80))
    centre_id: Mapped[int] = mapped_column(fk("work_centre.id"), index=True)
    calendar_id: Mapped[int] = mapped_column(fk("calendar.id"))
    speed_percent: Mapped[int] = mapped_column(default=100)
    active: Mapped[bool] = mapped_column(default=True)
    centre: Mapped[WorkCentre] = relationship(back_populates="machines")


class Changeover(Base):
    """Minutes to change a centre's machine from one family to another."""

    __tablename__ = "changeover"
    __table_args__ = (
        UniqueConstraint("centre_id", "from_family", "to_family"),
        CheckConstraint("minutes >= 0", name="minutes_not_negative"),
    )

    centre_id: Mapped[int] = mapped_column(fk("work_centre.id", cascade=True))
    from_family: Mapped[str] = mapped_column(String(40))
    to_family: Mapped[str] = mapped_column(String(40))
    minutes: Mapped[int]


class Routing(Base, Timed, Versioned):
    """The operations that make an item, in order."""

    __tablename__ = "routing"
    __table_args__ = (UniqueConstraint("item_id", "revision"),)

    item_id: Mapped[int] = mapped_column(fk("item.id"))
    revision: Mapped[str] = mapped_column(String(12), default="A")
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    derived: Mapped[bool] = mapped_column(default=False)
    """Written by the variant rules of its product."""
    operations: Mapped[list[RoutingOperation]] = relationship(
        cascade="all, delete-orphan", order_by="RoutingOperation.sequence"
    )


class RoutingOperation(Base):
    """One step: where, how long to set up, how long per unit."""

    __tablename__ = "routing_operation"
    __table_args__ = (
        UniqueConstraint("routing_id", "sequence"),
        CheckConstraint(
            "setup_minutes >= 0 AND run_seconds >= 0 AND queue_minutes >= 0", name="not_negative"
        ),
        CheckConstraint(
            "batch_size >= 0 AND transfer_lot >= 0 AND move_minutes >= 0", name="lots_not_negative"
        ),
        CheckConstraint("subcontract_days >= 0 AND subcontract_price >= 0", name="subcontract_not_negative"),
        Index("ix_routing_operation_centre_id", "centre_id"),
    )

    routing_id: Mapped[int] = mapped_column(fk("routing.id", cascade=True))
    sequence: Mapped[int]
    name_en: Mapped[str] = mapped_column(String(80))
    name_zh: Mapped[str] = mapped_column(String(80))
    centre_id: Mapped[int] = mapped_column(fk("work_centre.id"))
    setup_minutes: Mapped[int] = mapped_column(default=0)
    run_seconds: Mapped[Decimal] = mapped_column(Scaled(), default=Decimal(0))
    """At 100 % speed: per unit made, or per batch where *batch_size* is not 0."""
    batch_size: Mapped[Decimal] = mapped_column(Scaled(), default=Decimal(0))
    """How many an oven, a bath or a mould takes at once; 0: one by one."""
    transfer_lot: Mapped[Decimal] = mapped_column(Scaled(), default=Decimal(0))
    """How many are carried to the next step at once, which may then begin; 0: only the whole order."""
    queue_minutes: Mapped[int] = mapped_column(default=0)
    """Waiting after the step before the next may start (drying, cooling)."""
    move_minutes: Mapped[int] = mapped_column(default=0)
    """Carrying to the next step."""
    max_wait_minutes: Mapped[int | None]
    """The next step must begin within so many minutes after this one ends; None: any time."""
    resumable: Mapped[bool] = mapped_column(default=True)
    """May rest at the end of a shift and go on at the next; else it must fit into one."""
    family: Mapped[str] = mapped_column(String(40), default="")
    instructions: Mapped[str] = mapped_column(Text, default="")
    quality_point: Mapped[str] = mapped_column(String(200), default="")
    """What is checked after the step; empty: nothing."""
    subcontractor_id: Mapped[int | None] = mapped_column(fk("partner.id"))
    subcontract_days: Mapped[int] = mapped_column(default=0)
    """Calendar days away, when a subcontractor does the step."""
    subcontract_price: Mapped[Decimal] = mapped_column(Scaled(), default=Decimal(0))
    """Per unit made, in the company's currency."""
    machines: Mapped[list[OperationMachine]] = relationship(cascade="all, delete-orphan")


class OperationMachine(Base):
    """A machine that may do the step, with its own speed; a step that names none takes any of its centre."""

    __tablename__ = "operation_machine"
    __table_args__ = (
        UniqueConstraint("operation_id", "machine_id"),
        CheckConstraint("speed_percent > 0", name="speed_positive"),
    )

    operation_id: Mapped[int] = mapped_column(fk("routing_operation.id", cascade=True))
    machine_id: Mapped[int] = mapped_column(fk("machine.id"), index=True)
    speed_percent: Mapped[int] = mapped_column(default=100)
    setup_minutes: Mapped[int | None]
    """None: as the step says."""
