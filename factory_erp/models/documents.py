"""Issued documents and the series that number them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from factory_erp.models.base import Base, Transitions, Versioned, fk, one_of
from factory_erp.models.types import UtcDateTime


class DocumentKind(StrEnum):
    """Which paper it is."""

    COMMERCIAL_INVOICE = "commercial_invoice"
    PACKING_LIST = "packing_list"


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
    """A paper as it was issued: number, frozen snapshot, file and its hash."""

    __tablename__ = "document"
    __table_args__ = (
        one_of("kind", DocumentKind),
        one_of("state", DocumentState),
        UniqueConstraint("kind", "number", "revision"),
        CheckConstraint("length(file_sha256) = 64", name="hash_length"),
    )

    kind: Mapped[str] = mapped_column(String(24))
    number: Mapped[str] = mapped_column(String(24), index=True)
    revision: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(String(12), default=DocumentState.ISSUED)
    shipment_id: Mapped[int] = mapped_column(fk("shipment.id"), index=True)
    language: Mapped[str] = mapped_column(String(12))
    issued_on: Mapped[date]
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    snapshot: Mapped[str] = mapped_column(Text)
    file_name: Mapped[str] = mapped_column(String(200))
    """Relative to the workspace's documents folder."""
    file_sha256: Mapped[str] = mapped_column(String(64))
    client_key: Mapped[str] = mapped_column(String(96), unique=True)


class NumberSeries(Base):
    """A gapless counter: its row is updated last in the transaction that uses the number."""

    __tablename__ = "number_series"
    __table_args__ = (CheckConstraint("last >= 0", name="not_negative"),)

    series: Mapped[str] = mapped_column(String(40), unique=True)
    """Kind and year: "CI-2026"."""
    last: Mapped[int] = mapped_column(default=0)
