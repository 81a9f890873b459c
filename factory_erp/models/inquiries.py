"""What buyers ask before they order, and the quotations that answer them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from factory_erp.models.base import Base, Keyed, Timed, Transitions, Versioned, fk, one_of
from factory_erp.models.types import Scaled, UtcDateTime


class InquirySource(StrEnum):
    """Where an inquiry came from."""

    MESSAGE = "message"
    RFQ = "rfq"
    EMAIL = "email"
    FILE = "file"
    TYPED = "typed"


class InquiryState(StrEnum):
    """How far an inquiry is answered."""

    NEW = "new"
    ANSWERED = "answered"
    QUOTED = "quoted"
    WON = "won"
    LOST = "lost"


class Inquiry(Base, Timed, Versioned, Keyed):
    """A buyer's question, from whatever side it came."""

    __tablename__ = "inquiry"
    __table_args__ = (
        one_of("source", InquirySource),
        one_of("state", InquiryState),
        UniqueConstraint("account_id", "source", "external_id"),
        Index("ix_inquiry_state_received_at", "state", "received_at"),
    )

    number: Mapped[str] = mapped_column(String(24), unique=True)
    source: Mapped[str] = mapped_column(String(10))
    account_id: Mapped[int | None] = mapped_column(fk("platform_account.id"))
    external_id: Mapped[str | None] = mapped_column(String(200))
    """The platform's id, or the Message-ID of an e-mail; None where it was typed."""
    state: Mapped[str] = mapped_column(String(10), default=InquiryState.NEW)
    subject: Mapped[str] = mapped_column(String(300), default="")
    buyer_id: Mapped[str] = mapped_column(String(120), default="")
    buyer_name: Mapped[str] = mapped_column(String(200), default="")
    buyer_country: Mapped[str] = mapped_column(String(2), default="")
    buyer_email: Mapped[str] = mapped_column(String(200), default="")
    customer_id: Mapped[int | None] = mapped_column(fk("partner.id"), index=True)
    listing_id: Mapped[int | None] = mapped_column(fk("listing.id"), index=True)
    product_id: Mapped[int | None] = mapped_column(fk("product.id"), index=True)
    quantity: Mapped[Decimal | None] = mapped_column(Scaled())
    unit: Mapped[str] = mapped_column(String(3), default="")
    wanted_by: Mapped[date | None]
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    modified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """The platform's own time of the latest change taken."""
    answer_by: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the platform no longer takes an answer."""
    messages: Mapped[list[InquiryMessage]] = relationship(
        cascade="all, delete-orphan", order_by="InquiryMessage.sent_at, InquiryMessage.id"
    )


class InquiryMessage(Base, Timed):
    """One message of the conversation."""

    __tablename__ = "inquiry_message"
    __table_args__ = (UniqueConstraint("inquiry_id", "external_id"),)

    inquiry_id: Mapped[int] = mapped_column(fk("inquiry.id", cascade=True))
    external_id: Mapped[str] = mapped_column(String(200))
    """The platform's id; for our own answer the key of its outbox message until the platform names it."""
    outgoing: Mapped[bool] = mapped_column(default=False)
    author: Mapped[str] = mapped_column(String(200), default="")
    body: Mapped[str] = mapped_column(Text)
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)


class QuotationState(StrEnum):
    """Life of a quotation."""

    DRAFT = "draft"
    SENT = "sent"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"


QUOTATION_TRANSITIONS: Transitions = {
    QuotationState.DRAFT: frozenset({QuotationState.SENT, QuotationState.DECLINED}),
    QuotationState.SENT: frozenset(
        {QuotationState.ACCEPTED, QuotationState.DECLINED, QuotationState.EXPIRED, QuotationState.SENT}
    ),
    QuotationState.EXPIRED: frozenset(
        {QuotationState.SENT, QuotationState.ACCEPTED, QuotationState.DECLINED}
    ),
    QuotationState.ACCEPTED: frozenset(),
    QuotationState.DECLINED: frozenset(),
}


class Quotation(Base, Timed, Versioned, Keyed):
    """An offer to a buyer: goods, prices, terms, and until when it stands."""

    __tablename__ = "quotation"
    __table_args__ = (
        one_of("state", QuotationState),
        Index("ix_quotation_state_valid_until", "state", "valid_until"),
        CheckConstraint("total_minor >= 0", name="total_not_negative"),
    )

    number: Mapped[str] = mapped_column(String(24), unique=True)
    state: Mapped[str] = mapped_column(String(10), default=QuotationState.DRAFT)
    inquiry_id: Mapped[int | None] = mapped_column(fk("inquiry.id"), index=True)
    customer_id: Mapped[int | None] = mapped_column(fk("partner.id"), index=True)
    buyer_name: Mapped[str] = mapped_column(String(200))
    buyer_country: Mapped[str] = mapped_column(String(2), default="")
    buyer_address: Mapped[str] = mapped_column(Text, default="")
    buyer_email: Mapped[str] = mapped_column(String(200), default="")
    language: Mapped[str] = mapped_column(String(10), default="en")
    currency: Mapped[str] = mapped_column(String(3))
    incoterm: Mapped[str] = mapped_column(String(3))
    place: Mapped[str] = mapped_column(String(80), default="")
    payment_terms: Mapped[str] = mapped_column(String(200), default="")
    lead_days: Mapped[int | None]
    """Days from the order until the goods are ready."""
    quoted_on: Mapped[date]
    valid_until: Mapped[date]
    freight_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    discount_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    total_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    remark: Mapped[str] = mapped_column(Text, default="")
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sales_order_id: Mapped[int | None] = mapped_column(fk("sales_order.id"), index=True)
    lines: Mapped[list[QuotationLine]] = relationship(
        cascade="all, delete-orphan", order_by="QuotationLine.position"
    )


class QuotationLine(Base):
    """One item of a quotation."""

    __tablename__ = "quotation_line"
    __table_args__ = (
        UniqueConstraint("quotation_id", "position"),
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint("unit_price >= 0", name="price_not_negative"),
    )

    quotation_id: Mapped[int] = mapped_column(fk("quotation.id", cascade=True))
    position: Mapped[int]
    item_id: Mapped[int] = mapped_column(fk("item.id"), index=True)
    quantity: Mapped[Decimal] = mapped_column(Scaled())
    unit: Mapped[str] = mapped_column(String(3))
    unit_price: Mapped[Decimal] = mapped_column(Scaled())
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    note: Mapped[str] = mapped_column(String(300), default="")
