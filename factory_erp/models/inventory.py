"""Stock: locations, moves between them, and the running balance that the moves prove."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from factory_erp.models.base import Base, fk, one_of
from factory_erp.models.types import Scaled, UtcDateTime


class LocationKind(StrEnum):
    """Where goods can be. Only a warehouse is ours and may not go below zero."""

    WAREHOUSE = "warehouse"
    PRODUCTION = "production"
    CUSTOMER = "customer"
    SUPPLIER = "supplier"
    SCRAP = "scrap"
    ADJUSTMENT = "adjustment"


class MoveCause(StrEnum):
    """Why goods moved."""

    OPENING = "opening"
    RECEIPT = "receipt"
    ISSUE = "issue"
    OUTPUT = "output"
    SCRAP = "scrap"
    DELIVERY = "delivery"
    STOCKTAKE = "stocktake"
    REVERSAL = "reversal"


class Location(Base):
    """A place that goods move from or to."""

    __tablename__ = "location"
    __table_args__ = (one_of("kind", LocationKind),)

    code: Mapped[str] = mapped_column(String(20), unique=True)
    name_en: Mapped[str] = mapped_column(String(80))
    name_zh: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(12))
    may_be_negative: Mapped[bool] = mapped_column(default=False)


class StockMove(Base):
    """A quantity that went from one location to another; never edited, only reversed."""

    __tablename__ = "stock_move"
    __table_args__ = (
        one_of("cause", MoveCause),
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint("source_id <> destination_id", name="goes_somewhere"),
        Index("ix_stock_move_item_id_moved_at", "item_id", "moved_at"),
    )

    client_key: Mapped[str] = mapped_column(String(96), unique=True)
    item_id: Mapped[int] = mapped_column(fk("item.id"))
    lot: Mapped[str] = mapped_column(String(40), default="")
    quantity: Mapped[Decimal] = mapped_column(Scaled())
    source_id: Mapped[int] = mapped_column(fk("location.id"))
    destination_id: Mapped[int] = mapped_column(fk("location.id"))
    cause: Mapped[str] = mapped_column(String(12))
    reference: Mapped[str] = mapped_column(String(40), default="")
    """Number of the document behind it, as the user knows it."""
    moved_at: Mapped[datetime] = mapped_column(UtcDateTime)


class StockBalance(Base):
    """On hand per item, lot and location: the sum of the moves, kept by one atomic UPDATE each."""

    __tablename__ = "stock_balance"
    __table_args__ = (
        UniqueConstraint("item_id", "location_id", "lot"),
        CheckConstraint("may_be_negative OR on_hand >= 0", name="not_below_zero"),
    )

    item_id: Mapped[int] = mapped_column(fk("item.id"))
    location_id: Mapped[int] = mapped_column(fk("location.id"))
    lot: Mapped[str] = mapped_column(String(40), default="")
    on_hand: Mapped[Decimal] = mapped_column(Scaled(), default=Decimal(0))
    may_be_negative: Mapped[bool] = mapped_column(default=False)
