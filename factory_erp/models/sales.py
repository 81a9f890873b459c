"""Sales orders and their lines."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from factory_erp.models.base import Base, Keyed, Timed, Transitions, Versioned, fk, one_of
from factory_erp.models.catalog import Item
from factory_erp.models.partners import Partner
from factory_erp.models.types import Scaled, UtcDateTime


class OrderState(StrEnum):
    """Life of a sales order."""

    DRAFT = "draft"
    CONFIRMED = "confirmed"
    IN_PRODUCTION = "in_production"
    READY = "ready"
    SHIPPED = "shipped"
    CLOSED = "closed"
    ON_HOLD = "on_hold"
    CANCELLED = "cancelled"


ORDER_TRANSITIONS: Transitions = {
    OrderState.DRAFT: frozenset({OrderState.CONFIRMED, OrderState.ON_HOLD, OrderState.CANCELLED}),
    OrderState.CONFIRMED: frozenset(
        {
            OrderState.DRAFT,
            OrderState.IN_PRODUCTION,
            OrderState.READY,
            OrderState.ON_HOLD,
            OrderState.CANCELLED,
        }
    ),
    OrderState.IN_PRODUCTION: frozenset({OrderState.READY, OrderState.ON_HOLD, OrderState.CANCELLED}),
    OrderState.READY: frozenset({OrderState.SHIPPED, OrderState.ON_HOLD, OrderState.CANCELLED}),
    OrderState.SHIPPED: frozenset({OrderState.CLOSED}),
    OrderState.ON_HOLD: frozenset(
        {
            OrderState.DRAFT,
            OrderState.CONFIRMED,
            OrderState.IN_PRODUCTION,
            OrderState.READY,
            OrderState.CANCELLED,
        }
    ),
    OrderState.CLOSED: frozenset(),
    OrderState.CANCELLED: frozenset(),
}


class PlatformBlock(StrEnum):
    """Why goods of a platform order must not leave."""

    NONE = ""
    CLOSED = "closed"
    FROZEN = "frozen"
    DISPUTED = "disputed"
    RISK = "risk"


class SalesOrder(Base, Timed, Versioned, Keyed):
    """What a buyer ordered, from a platform or typed in."""

    __tablename__ = "sales_order"
    __table_args__ = (
        one_of("state", OrderState),
        UniqueConstraint("account_id", "external_id"),
        Index("ix_sales_order_state_ship_by", "state", "ship_by"),
        Index("ix_sales_order_customer_id", "customer_id"),
        Index("ix_sales_order_ship_by", "ship_by"),
        Index("ix_sales_order_total_minor", "total_minor"),
        CheckConstraint("total_minor >= 0", name="total_not_negative"),
        one_of("platform_block", PlatformBlock),
    )

    number: Mapped[str] = mapped_column(String(24), unique=True)
    state: Mapped[str] = mapped_column(String(16), default=OrderState.DRAFT)
    held_from: Mapped[str | None] = mapped_column(String(16))
    """The state to return to when a hold is lifted."""
    customer_id: Mapped[int] = mapped_column(fk("partner.id"))
    account_id: Mapped[int | None] = mapped_column(fk("platform_account.id"))
    external_id: Mapped[str | None] = mapped_column(String(64))
    customer_po: Mapped[str] = mapped_column(String(60), default="")
    ordered_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    currency: Mapped[str] = mapped_column(String(3))
    incoterm: Mapped[str] = mapped_column(String(3))
    place: Mapped[str] = mapped_column(String(80), default="")
    destination_country: Mapped[str] = mapped_column(String(2))
    port_of_discharge: Mapped[str] = mapped_column(String(80), default="")
    payment_terms: Mapped[str] = mapped_column(String(200), default="")
    ship_to: Mapped[str] = mapped_column(Text, default="")
    """Delivery address as printed, one line per row."""
    marks: Mapped[str] = mapped_column(Text, default="")
    remark: Mapped[str] = mapped_column(Text, default="")
    requested_ship: Mapped[date | None]
    ship_by: Mapped[date | None]
    """Promised ship date of the order: the latest promise of its lines."""
    product_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    freight_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    insurance_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    discount_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    adjustment_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    total_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    platform_status: Mapped[str] = mapped_column(String(40), default="")
    """The platform's own word for where the order stands; follows it by itself."""
    platform_block: Mapped[str] = mapped_column(String(12), default="")
    """Why the platform forbids shipping (a ``PlatformBlock``), "" where it does not; follows it by itself."""
    refunded_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    """What the platform has paid back to the buyer."""
    customer: Mapped[Partner] = relationship()
    lines: Mapped[list[SalesLine]] = relationship(
        cascade="all, delete-orphan", order_by="SalesLine.position", back_populates="order"
    )


class SalesLine(Base, Versioned):
    """One item of a sales order."""

    __tablename__ = "sales_line"
    __table_args__ = (
        UniqueConstraint("order_id", "position"),
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint("shipped >= 0 AND shipped <= quantity", name="not_overshipped"),
        CheckConstraint("unit_price >= 0", name="price_not_negative"),
    )

    order_id: Mapped[int] = mapped_column(fk("sales_order.id", cascade=True))
    position: Mapped[int]
    item_id: Mapped[int] = mapped_column(fk("item.id"), index=True)
    external_line_id: Mapped[str] = mapped_column(String(64), default="")
    customer_item: Mapped[str] = mapped_column(String(60), default="")
    quantity: Mapped[Decimal] = mapped_column(Scaled())
    shipped: Mapped[Decimal] = mapped_column(Scaled(), default=Decimal(0))
    unit: Mapped[str] = mapped_column(String(3))
    unit_price: Mapped[Decimal] = mapped_column(Scaled())
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    promised: Mapped[date | None]
    order: Mapped[SalesOrder] = relationship(back_populates="lines")
    item: Mapped[Item] = relationship()
