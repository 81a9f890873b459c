"""Accounts on trading platforms, what came from them and what goes to them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from factory_erp.models.base import Base, Timed, Transitions, Versioned, fk, one_of
from factory_erp.models.types import UtcDateTime


class AccountState(StrEnum):
    """Whether the account can be talked to."""

    CONNECTED = "connected"
    REAUTHORISE = "reauthorise"
    PAUSED = "paused"


class OutboxState(StrEnum):
    """What is known of an outgoing message."""

    NEW = "new"
    SENT = "sent"
    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"


OUTBOX_TRANSITIONS: Transitions = {
    OutboxState.NEW: frozenset({OutboxState.SENT}),
    OutboxState.SENT: frozenset({OutboxState.DONE, OutboxState.FAILED, OutboxState.UNKNOWN, OutboxState.NEW}),
    OutboxState.UNKNOWN: frozenset({OutboxState.SENT}),
    OutboxState.FAILED: frozenset({OutboxState.NEW}),
    OutboxState.DONE: frozenset(),
}


class ExceptionState(StrEnum):
    """Whether somebody has dealt with it."""

    OPEN = "open"
    RESOLVED = "resolved"
    DISMISSED = "dismissed"


class ExceptionKind(StrEnum):
    """Why a platform order could not become ours."""

    MALFORMED = "malformed"
    UNKNOWN_SKU = "unknown_sku"
    UNKNOWN_CURRENCY = "unknown_currency"
    UNKNOWN_COUNTRY = "unknown_country"
    UNIT_DIFFERS = "unit_differs"
    TOTALS_DIFFER = "totals_differ"
    CHANGED = "changed"
    CANCELLED = "cancelled"


class PlatformAccount(Base, Timed, Versioned):
    """A shop on a platform. Its secrets are in the keyring, never here."""

    __tablename__ = "platform_account"
    __table_args__ = (one_of("state", AccountState), UniqueConstraint("platform", "name"))

    platform: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(80))
    base_url: Mapped[str] = mapped_column(String(200))
    app_key: Mapped[str] = mapped_column(String(60))
    state: Mapped[str] = mapped_column(String(12), default=AccountState.CONNECTED)
    overlap_minutes: Mapped[int] = mapped_column(default=10)
    history_days: Mapped[int] = mapped_column(default=90)
    """How far back the very first pull reaches."""
    last_pull_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_problem: Mapped[str] = mapped_column(Text, default="")


class SyncCursor(Base, Versioned):
    """How far an account has been read, and the page reached inside the window being read."""

    __tablename__ = "sync_cursor"
    __table_args__ = (UniqueConstraint("account_id", "kind"),)

    account_id: Mapped[int] = mapped_column(fk("platform_account.id", cascade=True))
    kind: Mapped[str] = mapped_column(String(20))
    position: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Everything modified before this moment has been taken."""


class Binding(Base, Timed):
    """The record that an external id stands for: exactly one, whatever happens."""

    __tablename__ = "binding"
    __table_args__ = (
        UniqueConstraint("account_id", "kind", "external_id"),
        Index("ix_binding_kind_record_id", "kind", "record_id"),
    )

    account_id: Mapped[int] = mapped_column(fk("platform_account.id"))
    kind: Mapped[str] = mapped_column(String(20))
    external_id: Mapped[str] = mapped_column(String(120))
    record_id: Mapped[int] = mapped_column(BigInteger)
    payload_sha256: Mapped[str] = mapped_column(String(64), default="")
    modified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class InboxMessage(Base, Timed):
    """A raw payload as it came, kept for questions and for applying again."""

    __tablename__ = "inbox_message"
    __table_args__ = (UniqueConstraint("account_id", "kind", "external_id", "payload_sha256"),)

    account_id: Mapped[int] = mapped_column(fk("platform_account.id"))
    kind: Mapped[str] = mapped_column(String(20))
    external_id: Mapped[str] = mapped_column(String(120))
    payload_sha256: Mapped[str] = mapped_column(String(64))
    payload: Mapped[str] = mapped_column(Text)


class OutboxMessage(Base, Timed, Versioned):
    """A call that has to reach a platform, written with the change that caused it."""

    __tablename__ = "outbox_message"
    __table_args__ = (
        one_of("state", OutboxState),
        CheckConstraint("attempts >= 0", name="attempts_not_negative"),
        Index("ix_outbox_message_state_not_before", "state", "not_before"),
    )

    account_id: Mapped[int] = mapped_column(fk("platform_account.id"))
    kind: Mapped[str] = mapped_column(String(20))
    client_key: Mapped[str] = mapped_column(String(96), unique=True)
    record_id: Mapped[int] = mapped_column(BigInteger)
    title: Mapped[str] = mapped_column(String(200))
    payload: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(8), default=OutboxState.NEW)
    attempts: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answer: Mapped[str] = mapped_column(String(120), default="")
    problem: Mapped[str] = mapped_column(Text, default="")


class SyncException(Base, Timed, Versioned):
    """A platform order that waits for a person: why, and what would mend it."""

    __tablename__ = "sync_exception"
    __table_args__ = (
        one_of("state", ExceptionState),
        one_of("kind", ExceptionKind),
        UniqueConstraint("account_id", "external_id", "kind", "subject"),
    )

    account_id: Mapped[int] = mapped_column(fk("platform_account.id"))
    external_id: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(200), default="")
    """The SKU, currency or field that it is about."""
    detail: Mapped[str] = mapped_column(Text, default="")
    payload: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(10), default=ExceptionState.OPEN, index=True)


class SkuMapping(Base, Timed):
    """A platform's name for an item, as a person decided it."""

    __tablename__ = "sku_mapping"
    __table_args__ = (UniqueConstraint("account_id", "external_sku"),)

    account_id: Mapped[int] = mapped_column(fk("platform_account.id", cascade=True))
    external_sku: Mapped[str] = mapped_column(String(120))
    item_id: Mapped[int] = mapped_column(fk("item.id"))
