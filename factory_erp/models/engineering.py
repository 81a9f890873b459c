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


class WorkCentre(Base, Versioned):
    """Machines that do the same kind of work."""

    __tablename__ = "work_centre"

    code: Mapped[str] = mapped_column(String(20), unique=True)
    name_en: Mapped[str] = mapped_column(String(80))
    name_zh: Mapped[str] = mapped_column(String(80))
    changeover_minutes: Mapped[int] = mapped_column(default=0)
    """Between two families that the matrix does not name."""
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
        Index("ix_routing_operation_centre_id", "centre_id"),
    )

    routing_id: Mapped[int] = mapped_column(fk("routing.id", cascade=True))
    sequence: Mapped[int]
    name_en: Mapped[str] = mapped_column(String(80))
    name_zh: Mapped[str] = mapped_column(String(80))
    centre_id: Mapped[int] = mapped_column(fk("work_centre.id"))
    setup_minutes: Mapped[int] = mapped_column(default=0)
    run_seconds: Mapped[Decimal] = mapped_column(Scaled(), default=Decimal(0))
    """Per unit made, at 100 % speed."""
    queue_minutes: Mapped[int] = mapped_column(default=0)
    """Waiting after the step before the next may start (drying, cooling, moving)."""
    family: Mapped[str] = mapped_column(String(40), default="")
    instructions: Mapped[str] = mapped_column(Text, default="")
