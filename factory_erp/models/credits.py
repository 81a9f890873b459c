"""Letters of credit, as the bank advised them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from factory_erp.models.base import Base, Keyed, Timed, Transitions, Versioned, fk, one_of
from factory_erp.models.partners import Partner
from factory_erp.models.types import Scaled


class CreditState(StrEnum):
    """Life of a letter of credit at our desk."""

    DRAFT = "draft"
    ADVISED = "advised"
    USED = "used"
    CLOSED = "closed"


CREDIT_TRANSITIONS: Transitions = {
    CreditState.DRAFT: frozenset({CreditState.ADVISED, CreditState.CLOSED}),
    CreditState.ADVISED: frozenset({CreditState.USED, CreditState.CLOSED}),
    CreditState.USED: frozenset({CreditState.ADVISED, CreditState.CLOSED}),
    CreditState.CLOSED: frozenset(),
}


class LetterOfCredit(Base, Timed, Versioned, Keyed):
    """A documentary credit (MT700): the fields that papers are checked against, tag by tag."""

    __tablename__ = "letter_of_credit"
    __table_args__ = (
        one_of("state", CreditState),
        CheckConstraint("amount_minor >= 0", name="amount_not_negative"),
        CheckConstraint("tolerance_plus >= 0 AND tolerance_minus >= 0", name="tolerance_not_negative"),
        Index("ix_letter_of_credit_state_expiry", "state", "expires_on"),
    )

    number: Mapped[str] = mapped_column(String(40), unique=True)
    """20."""
    state: Mapped[str] = mapped_column(String(10), default=CreditState.DRAFT)
    customer_id: Mapped[int | None] = mapped_column(fk("partner.id"), index=True)
    form: Mapped[str] = mapped_column(String(60), default="")
    """40A."""
    rules: Mapped[str] = mapped_column(String(80), default="")
    """40E."""
    issued_on: Mapped[date | None]
    """31C."""
    expires_on: Mapped[date | None]
    expiry_place: Mapped[str] = mapped_column(String(80), default="")
    """31D."""
    issuing_bank: Mapped[str] = mapped_column(Text, default="")
    """51a or 52a."""
    advising_bank: Mapped[str] = mapped_column(Text, default="")
    applicant: Mapped[str] = mapped_column(Text, default="")
    """50: name, then address lines."""
    beneficiary: Mapped[str] = mapped_column(Text, default="")
    """59."""
    currency: Mapped[str] = mapped_column(String(3))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    """32B."""
    tolerance_plus: Mapped[Decimal] = mapped_column(Scaled(), default=Decimal(0))
    tolerance_minus: Mapped[Decimal] = mapped_column(Scaled(), default=Decimal(0))
    """39A, percent."""
    max_amount_words: Mapped[str] = mapped_column(String(40), default="")
    """39B: with any words here the credit's amount may not be exceeded, whatever 39A says."""
    additional_amounts: Mapped[str] = mapped_column(Text, default="")
    """39C."""
    available_with: Mapped[str] = mapped_column(Text, default="")
    """41a."""
    available_by: Mapped[str] = mapped_column(String(40), default="")
    drafts_at: Mapped[str] = mapped_column(Text, default="")
    """42C."""
    drawee: Mapped[str] = mapped_column(Text, default="")
    """42a."""
    partial_shipments: Mapped[str] = mapped_column(String(40), default="")
    """43P."""
    transshipment: Mapped[str] = mapped_column(String(40), default="")
    """43T."""
    place_of_receipt: Mapped[str] = mapped_column(String(140), default="")
    """44A."""
    port_of_loading: Mapped[str] = mapped_column(String(140), default="")
    """44E."""
    port_of_discharge: Mapped[str] = mapped_column(String(140), default="")
    """44F."""
    place_of_delivery: Mapped[str] = mapped_column(String(140), default="")
    """44B."""
    latest_shipment: Mapped[date | None]
    """44C."""
    shipment_period: Mapped[str] = mapped_column(Text, default="")
    """44D."""
    goods: Mapped[str] = mapped_column(Text, default="")
    """45A."""
    documents: Mapped[str] = mapped_column(Text, default="")
    """46A, one demand a paragraph."""
    conditions: Mapped[str] = mapped_column(Text, default="")
    """47A, one condition a paragraph."""
    charges: Mapped[str] = mapped_column(Text, default="")
    """71D."""
    presentation_days: Mapped[int | None]
    """48; None: 21 days (UCP 600 art. 14 c)."""
    presentation_text: Mapped[str] = mapped_column(String(140), default="")
    """48, what it says beyond the days."""
    confirmation: Mapped[str] = mapped_column(String(40), default="")
    """49."""
    message: Mapped[str] = mapped_column(Text, default="")
    """The bank's message as it was pasted."""
    note: Mapped[str] = mapped_column(Text, default="")
    customer: Mapped[Partner | None] = relationship()
