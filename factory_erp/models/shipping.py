"""Shipments, what is in them, and the cartons it is packed into."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from factory_erp.models.base import Base, Keyed, Timed, Transitions, Versioned, fk, one_of
from factory_erp.models.partners import Partner
from factory_erp.models.sales import SalesLine
from factory_erp.models.types import Scaled, UtcDateTime


class ShipmentState(StrEnum):
    """Life of a shipment."""

    DRAFT = "draft"
    PACKED = "packed"
    DOCUMENTED = "documented"
    SHIPPED = "shipped"
    CANCELLED = "cancelled"


SHIPMENT_TRANSITIONS: Transitions = {
    ShipmentState.DRAFT: frozenset({ShipmentState.PACKED, ShipmentState.CANCELLED}),
    ShipmentState.PACKED: frozenset({ShipmentState.DRAFT, ShipmentState.DOCUMENTED, ShipmentState.CANCELLED}),
    ShipmentState.DOCUMENTED: frozenset(
        {ShipmentState.PACKED, ShipmentState.SHIPPED, ShipmentState.CANCELLED}
    ),
    ShipmentState.SHIPPED: frozenset(),
    ShipmentState.CANCELLED: frozenset(),
}


class Shipment(Base, Timed, Versioned, Keyed):
    """Goods of one or more orders that leave together for one consignee."""

    __tablename__ = "shipment"
    __table_args__ = (one_of("state", ShipmentState), Index("ix_shipment_state_etd", "state", "etd"))

    number: Mapped[str] = mapped_column(String(24), unique=True)
    state: Mapped[str] = mapped_column(String(12), default=ShipmentState.DRAFT)
    consignee_id: Mapped[int] = mapped_column(fk("partner.id"), index=True)
    currency: Mapped[str] = mapped_column(String(3))
    incoterm: Mapped[str] = mapped_column(String(3))
    place: Mapped[str] = mapped_column(String(80), default="")
    port_of_loading: Mapped[str] = mapped_column(String(80), default="")
    port_of_discharge: Mapped[str] = mapped_column(String(80), default="")
    destination_country: Mapped[str] = mapped_column(String(2))
    ship_to: Mapped[str] = mapped_column(Text, default="")
    marks: Mapped[str] = mapped_column(Text, default="")
    vessel_voyage: Mapped[str] = mapped_column(String(80), default="")
    container_numbers: Mapped[str] = mapped_column(Text, default="")
    forwarder_id: Mapped[int | None] = mapped_column(fk("partner.id"))
    carrier_code: Mapped[str] = mapped_column(String(40), default="")
    logistics_type: Mapped[str] = mapped_column(String(12), default="EXPRESS")
    tracking_number: Mapped[str] = mapped_column(String(60), default="")
    etd: Mapped[date | None]
    eta: Mapped[date | None]
    on_board: Mapped[date | None]
    """The day that the bill of lading says the goods were on board."""
    booking_number: Mapped[str] = mapped_column(String(40), default="")
    bill_number: Mapped[str] = mapped_column(String(40), default="")
    place_of_receipt: Mapped[str] = mapped_column(String(80), default="")
    final_destination: Mapped[str] = mapped_column(String(80), default="")
    notify: Mapped[str] = mapped_column(Text, default="")
    """Notify party: name, then address lines."""
    remarks: Mapped[str] = mapped_column(Text, default="")
    credit_id: Mapped[int | None] = mapped_column(fk("letter_of_credit.id"), index=True)
    presented_on: Mapped[date | None]
    """The day that the papers went to the bank."""
    shipped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    consignee: Mapped[Partner] = relationship(foreign_keys=[consignee_id])
    forwarder: Mapped[Partner | None] = relationship(foreign_keys=[forwarder_id])
    lines: Mapped[list[ShipmentLine]] = relationship(cascade="all, delete-orphan", order_by="ShipmentLine.id")
    cartons: Mapped[list[CartonGroup]] = relationship(
        cascade="all, delete-orphan", order_by="CartonGroup.first"
    )
    containers: Mapped[list[ShipmentContainer]] = relationship(
        cascade="all, delete-orphan", order_by="ShipmentContainer.position"
    )
    pallets: Mapped[list[PalletGroup]] = relationship(
        cascade="all, delete-orphan", order_by="PalletGroup.first"
    )


class ShipmentLine(Base):
    """So much of an order line goes with this shipment."""

    __tablename__ = "shipment_line"
    __table_args__ = (
        UniqueConstraint("shipment_id", "sales_line_id"),
        CheckConstraint("quantity > 0", name="quantity_positive"),
    )

    shipment_id: Mapped[int] = mapped_column(fk("shipment.id", cascade=True))
    sales_line_id: Mapped[int] = mapped_column(fk("sales_line.id"), index=True)
    quantity: Mapped[Decimal] = mapped_column(Scaled())
    sales_line: Mapped[SalesLine] = relationship()


class CartonGroup(Base):
    """Cartons *first* to *last*, all with the same contents, size and weights."""

    __tablename__ = "carton_group"
    __table_args__ = (
        UniqueConstraint("shipment_id", "prefix", "first"),
        CheckConstraint("first >= 1 AND last >= first", name="range_forward"),
        CheckConstraint("gross_g >= net_g AND net_g >= 0", name="gross_not_below_net"),
    )

    shipment_id: Mapped[int] = mapped_column(fk("shipment.id", cascade=True))
    first: Mapped[int]
    last: Mapped[int]
    prefix: Mapped[str] = mapped_column(String(12), default="")
    """Printed before the carton numbers: a colour, a customer's mark."""
    sscc_first: Mapped[int | None] = mapped_column(BigInteger)
    """Serial number of the first carton's SSCC; the next cartons follow. None: not numbered yet."""
    length_mm: Mapped[int]
    width_mm: Mapped[int]
    height_mm: Mapped[int]
    net_g: Mapped[int]
    gross_g: Mapped[int]
    weighed_reason: Mapped[str] = mapped_column(String(120), default="")
    """Why the weights differ from the packaging level, when somebody corrected them."""
    contents: Mapped[list[CartonContent]] = relationship(
        cascade="all, delete-orphan", order_by="CartonContent.id"
    )


class ShipmentContainer(Base):
    """A container of the shipment, wanted or filled: its type, number, seal, and what is in it."""

    __tablename__ = "shipment_container"
    __table_args__ = (
        UniqueConstraint("shipment_id", "position"),
        CheckConstraint("tare_g >= 0 AND max_gross_g >= 0 AND dunnage_g >= 0", name="not_negative"),
    )

    shipment_id: Mapped[int] = mapped_column(fk("shipment.id", cascade=True))
    position: Mapped[int]
    type_code: Mapped[str] = mapped_column(String(8))
    number: Mapped[str] = mapped_column(String(11), default="")
    seal: Mapped[str] = mapped_column(String(30), default="")
    tare_g: Mapped[int] = mapped_column(default=0)
    max_gross_g: Mapped[int] = mapped_column(default=0)
    dunnage_g: Mapped[int] = mapped_column(default=0)
    weighed_g: Mapped[int] = mapped_column(default=0)
    """Verified gross mass from a scale; 0: added up."""
    carton_ranges: Mapped[str] = mapped_column(Text, default="")
    """Which cartons are in it: "1-120, 201-240"."""


class PalletGroup(Base):
    """Pallets *first* to *last*, all with so many cartons of a run of carton numbers."""

    __tablename__ = "pallet_group"
    __table_args__ = (
        UniqueConstraint("shipment_id", "first"),
        CheckConstraint("first >= 1 AND last >= first", name="range_forward"),
        CheckConstraint("cartons_each > 0 AND tare_g >= 0", name="cartons_positive"),
    )

    shipment_id: Mapped[int] = mapped_column(fk("shipment.id", cascade=True))
    first: Mapped[int]
    last: Mapped[int]
    carton_ranges: Mapped[str] = mapped_column(Text)
    cartons_each: Mapped[int]
    tare_g: Mapped[int] = mapped_column(default=0)
    length_mm: Mapped[int]
    width_mm: Mapped[int]
    height_mm: Mapped[int]
    """Outer size of the loaded pallet."""


class CartonContent(Base):
    """Pieces of one shipment line in each carton of a group."""

    __tablename__ = "carton_content"
    __table_args__ = (
        UniqueConstraint("group_id", "line_id"),
        CheckConstraint("per_carton > 0", name="per_carton_positive"),
    )

    group_id: Mapped[int] = mapped_column(fk("carton_group.id", cascade=True))
    line_id: Mapped[int] = mapped_column(fk("shipment_line.id", cascade=True))
    per_carton: Mapped[int]
    line: Mapped[ShipmentLine] = relationship()
