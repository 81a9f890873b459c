"""What is kept of the orders that platforms send: every version, and those that wait for a person."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.models.platforms import (
    ExceptionKind,
    ExceptionState,
    InboxMessage,
    PlatformAccount,
    SyncException,
)
from factory_erp.services.incoming import IncomingOrder, IncomingProblem, PersonNeededError
from factory_erp.services.outside_texts import clean, key_of, one_line

ORDERS = "order"

LONGEST_ID = 120
"""Characters of an order's id that its records hold."""

LONGEST_RAW = 1_000_000
"""Characters that are kept of a payload which could not be read."""

ABOUT_OURS = frozenset(
    {
        ExceptionKind.CHANGED,
        ExceptionKind.CANCELLED,
        ExceptionKind.FROZEN,
        ExceptionKind.DISPUTED,
        ExceptionKind.REFUNDED,
    }
)
"""Kinds that are about an order which is ours already: it was confirmed, so a person decides."""

_WAITING = tuple(sorted(set(ExceptionKind) - ABOUT_OURS))
"""Kinds that keep one version of an order waiting, so that a newer version takes their place."""


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of a page."""

    created: tuple[int, ...] = ()
    updated: tuple[int, ...] = ()
    unchanged: int = 0
    exceptions: int = 0

    def __add__(self, other: Applied) -> Applied:
        return Applied(
            self.created + other.created,
            self.updated + other.updated,
            self.unchanged + other.unchanged,
            self.exceptions + other.exceptions,
        )


def keep(session: Session, account_id: int, order: IncomingOrder) -> bool:
    """Keep the version as it came; whether no later one of the order was ever seen."""
    key = {"account_id": account_id, "kind": ORDERS, "external_id": order.external_id}
    newest = True
    known = None
    for row in session.scalars(select(InboxMessage).filter_by(**key)):
        seen = IncomingOrder.from_json(row.payload).modified_at
        newest = newest and seen <= order.modified_at
        if row.payload_sha256 == order.payload_sha256:
            known = row
            if seen < order.modified_at:
                row.payload = order.to_json()
    if known is None:
        session.add(InboxMessage(**key, payload_sha256=order.payload_sha256, payload=order.to_json()))
    return newest


def wait(session: Session, account_id: int, order: IncomingOrder, why: PersonNeededError) -> Applied:
    """Record that the order waits for a person; nothing is new when this very version waits already."""
    key = {
        "account_id": account_id,
        "external_id": order.external_id,
        "kind": why.kind,
        "subject": why.subject,
    }
    known = session.scalar(select(SyncException).filter_by(**key))
    if known is not None and _says_the_same(known, order):
        return Applied(unchanged=1)
    settle(session, account_id, order.external_id, *_WAITING)
    record = known or SyncException(**key)
    record.detail, record.payload, record.state = why.detail, order.to_json(), ExceptionState.OPEN
    session.add(record)
    return Applied(exceptions=1)


def _says_the_same(known: SyncException, order: IncomingOrder) -> bool:
    """Whether this very version waits already, or was dismissed."""
    if not known.payload or known.state == ExceptionState.RESOLVED:
        return False
    return IncomingOrder.from_json(known.payload).payload_sha256 == order.payload_sha256


def settle(session: Session, account_id: int, external_id: str, *kinds: str) -> None:
    """The order came through, or a newer version of it waits: what it was waiting for is mended."""
    waiting = select(SyncException).filter_by(
        account_id=account_id, external_id=external_id, state=ExceptionState.OPEN
    )
    if kinds:
        waiting = waiting.where(SyncException.kind.in_(kinds))
    for record in session.scalars(waiting):
        record.state = ExceptionState.RESOLVED


def settle_waiting(session: Session, account_id: int, external_id: str) -> None:
    """The order is ours: no version of it waits to come in any more."""
    settle(session, account_id, external_id, *_WAITING)


def unreadable(session: Session, account: PlatformAccount, problem: IncomingProblem) -> Applied:
    """Keep a payload that could not be read, and let a person know of it once."""
    key = {
        "account_id": account.id,
        "external_id": key_of(problem.external_id, LONGEST_ID),
        "kind": ExceptionKind.MALFORMED,
        "subject": one_line(problem.reason, 200),
    }
    known = session.scalar(select(SyncException).filter_by(**key))
    news = _raw_inbox(session, account.id, problem)
    session.add_all(news)
    if known is not None and known.state != ExceptionState.RESOLVED and not news:
        return Applied(unchanged=1)
    record = known or SyncException(**key)
    record.detail, record.state = clean(problem.reason), ExceptionState.OPEN
    session.add(record)
    return Applied(exceptions=1)


def _raw_inbox(session: Session, account_id: int, problem: IncomingProblem) -> list[InboxMessage]:
    payload = clean(problem.payload, LONGEST_RAW)
    key = {
        "account_id": account_id,
        "kind": RAW,
        "external_id": key_of(problem.external_id, LONGEST_ID),
        "payload_sha256": hashlib.sha256(payload.encode()).hexdigest(),
    }
    known = session.scalar(select(InboxMessage.id).filter_by(**key))
    return [] if known is not None else [InboxMessage(**key, payload=payload)]


RAW = "raw"
"""Kind of the kept payloads that could not be read."""
