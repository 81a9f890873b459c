"""Accounts on trading platforms, what came from them and what goes to them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from factory_erp.models.base import Base, Timed, Transitions, Versioned, fk, one_of
from factory_erp.models.types import Scaled, UtcDateTime


class AccountState(StrEnum):
    """Whether the account can be talked to; each but *paused* follows from what the platform answered."""

    CONNECTED = "connected"
    THROTTLED = "throttled"
    REAUTHORISE = "reauthorise"
    PAUSED = "paused"
    DOWN = "down"


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
    UNKNOWN_BUYER = "unknown_buyer"
    UNIT_DIFFERS = "unit_differs"
    TOTALS_DIFFER = "totals_differ"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    FROZEN = "frozen"
    REFUNDED = "refunded"
    DISPUTED = "disputed"


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
    state_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    retry_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Before this moment a throttled or unreachable platform is left alone."""
    failures: Mapped[int] = mapped_column(default=0)
    """Runs in a row that found the platform away."""
    every_minutes: Mapped[int] = mapped_column(default=0)
    """How often the program syncs the account by itself; 0: only by hand."""
    options: Mapped[str] = mapped_column(Text, default="{}")
    """What its connector asks for (call style, time zone, folder …): JSON object of texts."""
    daily_quota: Mapped[int] = mapped_column(default=0)
    """Calls that the platform allows in a day; 0: not known."""
    calls_day: Mapped[date | None]
    calls_count: Mapped[int] = mapped_column(default=0)
    """Calls made on ``calls_day``."""
    token_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Until when the sign-in can be renewed without a person; the token itself is in the keyring."""
    language: Mapped[str] = mapped_column(String(10), default="en")
    """In which the platform wants titles and descriptions."""
    ask_new_buyers: Mapped[bool] = mapped_column(default=False)
    """Whether a person says for each unknown buyer which customer it is."""
    push_stock: Mapped[bool] = mapped_column(default=True)
    push_lead_time: Mapped[bool] = mapped_column(default=True)
    push_prices: Mapped[bool] = mapped_column(default=False)
    safety_stock: Mapped[Decimal] = mapped_column(Scaled(), default=Decimal(0))
    """Kept back of every item, in its own unit, before stock is published."""


class SyncLease(Base, Timed):
    """Who may talk to an account at the moment: one PC at a time."""

    __tablename__ = "sync_lease"
    __table_args__ = (UniqueConstraint("account_id"),)

    account_id: Mapped[int] = mapped_column(fk("platform_account.id", cascade=True))
    holder: Mapped[str] = mapped_column(String(120))
    """The PC and program, as a person reads it."""
    token: Mapped[str] = mapped_column(String(64))
    """What only the holder knows: it renews and gives back with it."""
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RunTrigger(StrEnum):
    """What started a run."""

    HAND = "hand"
    TIMER = "timer"
    SERVER = "server"


class RunOutcome(StrEnum):
    """How a run ended."""

    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


class SyncRun(Base, Timed):
    """One conversation with a platform, and what it brought."""

    __tablename__ = "sync_run"
    __table_args__ = (
        one_of("trigger", RunTrigger),
        one_of("outcome", RunOutcome),
        Index("ix_sync_run_account_id_started_at", "account_id", "started_at"),
    )

    account_id: Mapped[int] = mapped_column(fk("platform_account.id", cascade=True))
    trigger: Mapped[str] = mapped_column(String(8))
    holder: Mapped[str] = mapped_column(String(120), default="")
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str] = mapped_column(String(10), default=RunOutcome.RUNNING)
    created: Mapped[int] = mapped_column(default=0)
    updated: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    exceptions: Mapped[int] = mapped_column(default=0)
    inquiries: Mapped[int] = mapped_column(default=0)
    sent: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0)
    unknown: Mapped[int] = mapped_column(default=0)
    calls: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str] = mapped_column(Text, default="")


class ApiCall(Base):
    """One call to a platform as it went over the wire, its secrets removed."""

    __tablename__ = "api_call"
    __table_args__ = (
        Index("ix_api_call_account_id_started_at", "account_id", "started_at"),
        Index("ix_api_call_account_id_subject", "account_id", "subject"),
    )

    account_id: Mapped[int] = mapped_column(fk("platform_account.id", cascade=True))
    run_id: Mapped[int | None] = mapped_column(fk("sync_run.id", cascade=True), index=True)
    api: Mapped[str] = mapped_column(String(120))
    subject: Mapped[str] = mapped_column(String(120), default="")
    """External id of the order, listing or inquiry that it was about; "" for lists."""
    acts: Mapped[bool] = mapped_column(default=False)
    """Whether the call changes something on the platform."""
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    milliseconds: Mapped[int] = mapped_column(default=0)
    status: Mapped[int] = mapped_column(default=0)
    """HTTP status; 0 where no answer came."""
    outcome: Mapped[str] = mapped_column(String(120), default="")
    """"" for success, else the kind of failure and the platform's code."""
    request: Mapped[str] = mapped_column(Text, default="")
    response: Mapped[str] = mapped_column(Text, default="")


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
        Index("ix_outbox_message_account_id_kind_record_id", "account_id", "kind", "record_id"),
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
