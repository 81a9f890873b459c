"""Issued documents, the series that number them, what was typed for them, and how customers want them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from factory_erp.models.base import Base, Timed, Transitions, Versioned, fk, one_of
from factory_erp.models.types import UtcDateTime


class DocumentKind(StrEnum):
    """Which paper it is."""

    PROFORMA_INVOICE = "proforma_invoice"
    SALES_CONTRACT = "sales_contract"
    COMMERCIAL_INVOICE = "commercial_invoice"
    PACKING_LIST = "packing_list"
    SHIPPING_MARKS = "shipping_marks"
    CARTON_LABELS = "carton_labels"
    LOADING_PLAN = "loading_plan"
    BOOKING_NOTE = "booking_note"
    SHIPPERS_INSTRUCTION = "shippers_instruction"
    VGM_DECLARATION = "vgm_declaration"
    ORIGIN_GENERAL = "origin_general"
    ORIGIN_FORM_E = "origin_form_e"
    ORIGIN_RCEP = "origin_rcep"
    ORIGIN_FORM_A = "origin_form_a"
    BENEFICIARY_CERTIFICATE = "beneficiary_certificate"
    INSPECTION_CERTIFICATE = "inspection_certificate"
    WEIGHT_CERTIFICATE = "weight_certificate"
    BILL_OF_EXCHANGE = "bill_of_exchange"
    SHIPPING_ADVICE = "shipping_advice"
    CUSTOMS_DECLARATION = "customs_declaration"
    DECLARATION_ELEMENTS = "declaration_elements"
    PURCHASE_ORDER = "purchase_order"


class DocumentState(StrEnum):
    """Life of an issued document; it is never edited."""

    ISSUED = "issued"
    SUPERSEDED = "superseded"
    CANCELLED = "cancelled"


DOCUMENT_TRANSITIONS: Transitions = {
    DocumentState.ISSUED: frozenset({DocumentState.SUPERSEDED, DocumentState.CANCELLED}),
    DocumentState.SUPERSEDED: frozenset(),
    DocumentState.CANCELLED: frozenset(),
}


class Document(Base, Versioned):
    """A paper as it was issued: number, frozen snapshot, file and its hash.

    It belongs to a shipment, to a sales order (proforma invoice, contract) or to a purchase order.
    """

    __tablename__ = "document"
    __table_args__ = (
        one_of("kind", DocumentKind),
        one_of("state", DocumentState),
        UniqueConstraint("kind", "number", "revision"),
        CheckConstraint("length(file_sha256) = 64", name="hash_length"),
        CheckConstraint(
            "(CASE WHEN shipment_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN sales_order_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN purchase_order_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="one_owner",
        ),
        Index("ix_document_issued_at", "issued_at"),
        Index("ix_document_state_issued_at", "state", "issued_at"),
    )

    kind: Mapped[str] = mapped_column(String(24))
    variant: Mapped[str] = mapped_column(String(40), default="")
    """Which of several of one kind: "2" for the second beneficiary's certificate."""
    number: Mapped[str] = mapped_column(String(40), index=True)
    revision: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(String(12), default=DocumentState.ISSUED)
    shipment_id: Mapped[int | None] = mapped_column(fk("shipment.id"), index=True)
    sales_order_id: Mapped[int | None] = mapped_column(fk("sales_order.id"), index=True)
    purchase_order_id: Mapped[int | None] = mapped_column(fk("purchase_order.id"), index=True)
    partner_id: Mapped[int | None] = mapped_column(fk("partner.id"), index=True)
    """Whom it is addressed to: by which the register is searched."""
    language: Mapped[str] = mapped_column(String(12))
    issued_on: Mapped[date]
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    snapshot: Mapped[str] = mapped_column(Text)
    file_name: Mapped[str] = mapped_column(String(200))
    """Relative to the workspace's documents folder."""
    file_sha256: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(String(200), default="")
    """Why this revision was made, or why the document was cancelled."""
    client_key: Mapped[str] = mapped_column(String(96), unique=True)


class NumberSeries(Base):
    """A gapless counter: its row is updated last in the transaction that uses the number."""

    __tablename__ = "number_series"
    __table_args__ = (CheckConstraint("last >= 0", name="not_negative"),)

    series: Mapped[str] = mapped_column(String(40), unique=True)
    """Kind and year: "CI-2026"."""
    last: Mapped[int] = mapped_column(default=0)


class NumberPattern(Base, Versioned):
    """How the numbers of a kind of document look; kinds that share a series share its counter."""

    __tablename__ = "number_pattern"
    __table_args__ = (one_of("kind", DocumentKind),)

    kind: Mapped[str] = mapped_column(String(24), unique=True)
    pattern: Mapped[str] = mapped_column(String(60))
    """"CI-{year}-{number:05}"; {yy} and {month} are known too."""


class DocumentInput(Base, Versioned):
    """What a person typed for one paper of a shipment or an order, as JSON of that kind's details."""

    __tablename__ = "document_input"
    __table_args__ = (
        UniqueConstraint("shipment_id", "kind", "variant"),
        UniqueConstraint("sales_order_id", "kind", "variant"),
        CheckConstraint("(shipment_id IS NULL) <> (sales_order_id IS NULL)", name="one_owner"),
    )

    shipment_id: Mapped[int | None] = mapped_column(fk("shipment.id", cascade=True))
    sales_order_id: Mapped[int | None] = mapped_column(fk("sales_order.id", cascade=True))
    kind: Mapped[str] = mapped_column(String(24))
    variant: Mapped[str] = mapped_column(String(40), default="")
    typed: Mapped[str] = mapped_column(Text)


class ForeignPaper(Base, Versioned):
    """A paper that others make, typed in to be checked with ours: bill of lading, insurance, certificate."""

    __tablename__ = "foreign_paper"
    __table_args__ = (UniqueConstraint("shipment_id", "kind", "variant"),)

    shipment_id: Mapped[int] = mapped_column(fk("shipment.id", cascade=True))
    kind: Mapped[str] = mapped_column(String(24))
    variant: Mapped[str] = mapped_column(String(40), default="")
    stated: Mapped[str] = mapped_column(Text)
    """JSON in the form of the set file (docs/checking.md)."""


class DocumentOption(Base, Versioned):
    """How papers are set: for everybody (no partner), or as one customer wants them."""

    __tablename__ = "document_option"
    __table_args__ = (
        UniqueConstraint("partner_id", "kind"),
        Index(
            "uq_document_option_general",
            "kind",
            unique=True,
            postgresql_where=text("partner_id IS NULL"),
            sqlite_where=text("partner_id IS NULL"),
        ),
    )

    partner_id: Mapped[int | None] = mapped_column(fk("partner.id", cascade=True))
    kind: Mapped[str] = mapped_column(String(24), default="")
    """Empty: of every kind."""
    language: Mapped[str] = mapped_column(String(12), default="")
    """Empty: as the program's rule has it."""
    chosen: Mapped[str] = mapped_column(Text, default="{}")
    """JSON: hidden columns, clauses, neutral, certified, signature and chop switched on or off."""


class MailTemplate(Base, Versioned):
    """The message that documents go out with, in one language."""

    __tablename__ = "mail_template"

    language: Mapped[str] = mapped_column(String(12), unique=True)
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)


class MailState(StrEnum):
    """What became of a message."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


class DocumentMail(Base, Timed, Versioned):
    """One message with documents: to whom, with what, when, and what the mail server said."""

    __tablename__ = "document_mail"
    __table_args__ = (one_of("state", MailState), Index("ix_document_mail_state", "state"))

    shipment_id: Mapped[int | None] = mapped_column(fk("shipment.id"), index=True)
    partner_id: Mapped[int | None] = mapped_column(fk("partner.id"), index=True)
    state: Mapped[str] = mapped_column(String(10), default=MailState.WAITING)
    recipients: Mapped[str] = mapped_column(Text)
    """One address a line; "cc:" before those who get a copy."""
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    attached: Mapped[str] = mapped_column(Text)
    """JSON: document id, file name and SHA-256 of each attachment."""
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    """RFC 5322 Message-ID: the same when it is sent again, so that a mailbox shows it once."""
    tries: Mapped[int] = mapped_column(default=0)
    answer: Mapped[str] = mapped_column(Text, default="")
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    client_key: Mapped[str] = mapped_column(String(96), unique=True)
