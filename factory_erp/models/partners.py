"""Our company and the firms it deals with."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import CheckConstraint, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from factory_erp.models.base import Base, Keyed, Timed, Versioned, fk, one_of


class Role(StrEnum):
    """What a partner is to us; one firm may be several."""

    CUSTOMER = "customer"
    SUPPLIER = "supplier"
    SUBCONTRACTOR = "subcontractor"
    FORWARDER = "forwarder"
    BROKER = "broker"
    AGENCY = "agency"


class AddressUse(StrEnum):
    """What an address is for."""

    MAIN = "main"
    SHIPPING = "shipping"


class Company(Base, Versioned):
    """The factory itself: the exporter on every document. One row."""

    __tablename__ = "company"
    __table_args__ = (
        CheckConstraint("rebate_regime IN ('manufacturer', 'trading')", name="rebate_regime_known"),
    )

    code: Mapped[str] = mapped_column(String(16), unique=True, default="main")
    name_en: Mapped[str] = mapped_column(String(200))
    name_zh: Mapped[str] = mapped_column(String(200), default="")
    address_en: Mapped[str] = mapped_column(Text, default="")
    address_zh: Mapped[str] = mapped_column(Text, default="")
    uscc: Mapped[str] = mapped_column(String(18), default="")
    customs_code: Mapped[str] = mapped_column(String(10), default="")
    phone: Mapped[str] = mapped_column(String(60), default="")
    email: Mapped[str] = mapped_column(String(200), default="")
    currency: Mapped[str] = mapped_column(String(3), default="CNY")
    country: Mapped[str] = mapped_column(String(2), default="CN")
    port_of_loading: Mapped[str] = mapped_column(String(5), default="CNNBO")
    source_place: Mapped[str] = mapped_column(String(80), default="")
    time_zone: Mapped[str] = mapped_column(String(60), default="Asia/Shanghai")
    gs1_prefix: Mapped[str] = mapped_column(String(12), default="")
    """GS1 company prefix, for SSCC and GTIN; empty: the firm has none."""
    rebate_regime: Mapped[str] = mapped_column(String(12), default="manufacturer")
    """Export tax rebate: "manufacturer" 免抵退, "trading" 免退税."""
    authorised_person: Mapped[str] = mapped_column(String(80), default="")
    """Who signs declarations such as the verified gross mass."""
    logo: Mapped[str] = mapped_column(String(64), default="")
    signature: Mapped[str] = mapped_column(String(64), default="")
    chop: Mapped[str] = mapped_column(String(64), default="")
    """Pictures on documents, named by the SHA-256 of their bytes; they lie in the workspace."""
    bank_accounts: Mapped[list[BankAccount]] = relationship(
        cascade="all, delete-orphan", order_by="BankAccount.id"
    )


class BankAccount(Base):
    """Where buyers pay to."""

    __tablename__ = "bank_account"
    __table_args__ = (UniqueConstraint("company_id", "currency", "account"),)

    company_id: Mapped[int] = mapped_column(fk("company.id", cascade=True))
    currency: Mapped[str] = mapped_column(String(3))
    beneficiary: Mapped[str] = mapped_column(String(200))
    bank_name: Mapped[str] = mapped_column(String(200))
    bank_address: Mapped[str] = mapped_column(String(300), default="")
    account: Mapped[str] = mapped_column(String(40))
    swift: Mapped[str] = mapped_column(String(11))


class Partner(Base, Timed, Versioned, Keyed):
    """A customer, supplier, forwarder …"""

    __tablename__ = "partner"
    __table_args__ = (
        CheckConstraint("length(country) = 2", name="country_alpha2"),
        CheckConstraint("priority_class IN ('A', 'B', 'C')", name="priority_class_known"),
    )

    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200), index=True)
    name_local: Mapped[str] = mapped_column(String(200), default="")
    country: Mapped[str] = mapped_column(String(2))
    language: Mapped[str] = mapped_column(String(8), default="en")
    currency: Mapped[str] = mapped_column(String(3), default="USD")
    payment_terms: Mapped[str] = mapped_column(String(200), default="")
    marks_template: Mapped[str] = mapped_column(Text, default="")
    tax_id: Mapped[str] = mapped_column(String(40), default="")
    email: Mapped[str] = mapped_column(String(200), default="")
    phone: Mapped[str] = mapped_column(String(60), default="")
    priority_class: Mapped[str] = mapped_column(String(1), default="B")
    """A, B or C: how much a late order of this customer hurts."""
    calendar_id: Mapped[int | None] = mapped_column(fk("calendar.id"), index=True)
    """The days on which this supplier delivers; None: every day."""
    roles: Mapped[list[PartnerRole]] = relationship(cascade="all, delete-orphan")
    addresses: Mapped[list[PartnerAddress]] = relationship(
        cascade="all, delete-orphan", order_by="PartnerAddress.id"
    )


class PartnerRole(Base):
    """One role of one partner."""

    __tablename__ = "partner_role"
    __table_args__ = (UniqueConstraint("partner_id", "role"), one_of("role", Role))

    partner_id: Mapped[int] = mapped_column(fk("partner.id", cascade=True))
    role: Mapped[str] = mapped_column(String(20), index=True)


class PartnerAddress(Base):
    """A postal address, in the parts that its country prints."""

    __tablename__ = "partner_address"
    __table_args__ = (one_of("use", AddressUse),)

    partner_id: Mapped[int] = mapped_column(fk("partner.id", cascade=True), index=True)
    use: Mapped[str] = mapped_column(String(12), default=AddressUse.MAIN)
    contact: Mapped[str] = mapped_column(String(120), default="")
    phone: Mapped[str] = mapped_column(String(60), default="")
    street: Mapped[str] = mapped_column(Text, default="")
    city: Mapped[str] = mapped_column(String(120), default="")
    province: Mapped[str] = mapped_column(String(120), default="")
    postal_code: Mapped[str] = mapped_column(String(20), default="")
    country: Mapped[str] = mapped_column(String(2))
