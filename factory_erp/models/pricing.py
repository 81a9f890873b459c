"""Price lists: what is asked of buyers, and what suppliers ask."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from factory_erp.models.base import Base, Timed, Versioned, fk, one_of
from factory_erp.models.types import Scaled


class PriceKind(StrEnum):
    """Whose prices a list holds."""

    SALES = "sales"
    PURCHASE = "purchase"


class PriceList(Base, Timed, Versioned):
    """Prices in one currency on one trade term, for everybody, one partner or one platform account."""

    __tablename__ = "price_list"
    __table_args__ = (
        one_of("kind", PriceKind),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="valid_forward"),
        CheckConstraint("kind = 'sales' OR partner_id IS NOT NULL", name="supplier_named"),
    )

    code: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(120), default="")
    kind: Mapped[str] = mapped_column(String(8), default=PriceKind.SALES, index=True)
    currency: Mapped[str] = mapped_column(String(3))
    incoterm: Mapped[str] = mapped_column(String(3), default="FOB")
    place: Mapped[str] = mapped_column(String(80), default="")
    partner_id: Mapped[int | None] = mapped_column(fk("partner.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(fk("platform_account.id"))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    lines: Mapped[list[PriceLine]] = relationship(cascade="all, delete-orphan", back_populates="list")


class PriceLine(Base):
    """Unit price of an item from a quantity upwards; strictly lower from break to break."""

    __tablename__ = "price_line"
    __table_args__ = (
        UniqueConstraint("list_id", "item_id", "min_quantity"),
        CheckConstraint("price >= 0", name="price_not_negative"),
        CheckConstraint("min_quantity > 0", name="quantity_positive"),
        CheckConstraint("lead_days >= 0", name="lead_not_negative"),
    )

    list_id: Mapped[int] = mapped_column(fk("price_list.id", cascade=True))
    item_id: Mapped[int] = mapped_column(fk("item.id", cascade=True), index=True)
    min_quantity: Mapped[Decimal] = mapped_column(Scaled(), default=Decimal(1))
    price: Mapped[Decimal] = mapped_column(Scaled())
    lead_days: Mapped[int] = mapped_column(default=0)
    """Days until a supplier delivers; 0 on sales lists, and where he has not said."""
    list: Mapped[PriceList] = relationship(back_populates="lines")
