"""What customs asks of goods: tariff codes with their declaration elements, units and rates."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import BigInteger, CheckConstraint, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from factory_erp.models.base import Base, Keyed, Timed, Versioned, fk
from factory_erp.models.types import Scaled


class TariffCode(Base, Versioned):
    """An HS code of the national tariff that the factory declares under."""

    __tablename__ = "tariff_code"

    code: Mapped[str] = mapped_column(String(10), unique=True)
    name_en: Mapped[str] = mapped_column(String(300), default="")
    name_zh: Mapped[str] = mapped_column(String(300), default="")
    unit_1: Mapped[str] = mapped_column(String(3), default="")
    """First statutory unit (Rec 20), empty where it is not known."""
    unit_2: Mapped[str] = mapped_column(String(3), default="")
    elements: Mapped[str] = mapped_column(Text, default="")
    """Declaration elements 申报要素 in their order, one a line."""
    rates: Mapped[list[TariffRate]] = relationship(
        cascade="all, delete-orphan", order_by="TariffRate.valid_from"
    )


class TariffRate(Base):
    """VAT and export rebate of a code from a day on, in percent."""

    __tablename__ = "tariff_rate"
    __table_args__ = (
        UniqueConstraint("code_id", "valid_from"),
        CheckConstraint("vat_percent >= 0 AND rebate_percent >= 0", name="rates_not_negative"),
        CheckConstraint("rebate_percent <= vat_percent", name="rebate_within_vat"),
    )

    code_id: Mapped[int] = mapped_column(fk("tariff_code.id", cascade=True))
    valid_from: Mapped[date]
    vat_percent: Mapped[Decimal] = mapped_column(Scaled())
    rebate_percent: Mapped[Decimal] = mapped_column(Scaled())


class ItemDeclaration(Base):
    """What an item answers to a declaration element: brand type, material, use …"""

    __tablename__ = "item_declaration"
    __table_args__ = (UniqueConstraint("item_id", "element"),)

    item_id: Mapped[int] = mapped_column(fk("item.id", cascade=True))
    element: Mapped[str] = mapped_column(String(120))
    value: Mapped[str] = mapped_column(String(300))


class SupplierInvoice(Base, Timed, Versioned, Keyed):
    """A supplier's VAT invoice 增值税专用发票: the export must be declared by its name and unit."""

    __tablename__ = "supplier_invoice"
    __table_args__ = (
        UniqueConstraint("number", "line_no"),
        CheckConstraint("quantity > 0 AND net_minor >= 0 AND tax_minor >= 0", name="figures_sound"),
    )

    shipment_id: Mapped[int | None] = mapped_column(fk("shipment.id"), index=True)
    supplier_id: Mapped[int] = mapped_column(fk("partner.id"), index=True)
    item_id: Mapped[int | None] = mapped_column(fk("item.id"), index=True)
    number: Mapped[str] = mapped_column(String(24))
    line_no: Mapped[int] = mapped_column(default=1)
    issued_on: Mapped[date | None]
    goods_name: Mapped[str] = mapped_column(String(200))
    unit: Mapped[str] = mapped_column(String(12))
    """As the invoice says it: 个, 千克."""
    quantity: Mapped[Decimal] = mapped_column(Scaled())
    net_minor: Mapped[int] = mapped_column(BigInteger)
    """Without VAT, in fen."""
    tax_minor: Mapped[int] = mapped_column(BigInteger)
