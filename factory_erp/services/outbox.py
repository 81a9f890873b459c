"""Calls that have to reach a platform: written with the change that caused them, sent later.

``new → sent → done | failed | unknown``. A message is marked *sent* before the call is made. If
the program dies in between, or the answer never comes, nobody knows whether the platform acted:
after the lease such a message is *unknown*, and it is looked up on the platform before it is
tried again. What became of a message is written down by ``platforms.outbox_settling``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from factory_erp.models.platforms import OutboxMessage, OutboxState, PlatformAccount
from factory_erp.services.base import get, query, use_case
from factory_erp.services.clock import now
from factory_erp.services.outbox_texts import remedy

LEASE = timedelta(minutes=3)
"""Longer than any call may take: within it another process may still be sending the message."""

BACKOFF = timedelta(seconds=30)
GIVE_UP_AFTER = 8

Effect = Callable[[Session, OutboxMessage], None]
"""What follows from a message's new state for its record; called inside the settling transaction."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that this process may send. ``look_up_first``: it may have arrived already.

    ``attempt`` numbers the claims of a message: who finds a later one there has lost it to another process.
    ``insisted``: a person has asked for it since, who may have looked where no program can.
    """

    id: int
    kind: str
    client_key: str
    payload: str
    title: str
    look_up_first: bool
    attempt: int
    account_id: int
    record_id: int
    insisted: bool = False


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A message as the outbox page shows it.

    ``subject`` is the platform's id of what it is about, ``remedy`` the next step, "" where none is needed.
    """

    id: int
    account_id: int
    title: str
    state: OutboxState
    attempts: int
    created_at: datetime
    answer: str
    problem: str
    kind: str
    account: str
    subject: str
    record_id: int
    not_before: datetime | None
    sent_at: datetime | None
    remedy: str


def enqueue(
    session: Session,
    *,
    account_id: int,
    kind: str,
    client_key: str,
    record_id: int,
    title: str,
    payload: Mapping[str, object],
    replace: bool = False,
) -> OutboxMessage:
    """Write a message with the change that caused it; the same *client_key* again finds the first one.

    With *replace* a message of the kind about the record that was never sent takes the new payload, so that
    only the latest stock or price goes out.
    """
    text = json.dumps(payload, ensure_ascii=False, sort_keys=True)
    found = session.scalar(select(OutboxMessage).filter_by(client_key=client_key))
    if found is None and replace:
        never_sent = {"account_id": account_id, "kind": kind, "record_id": record_id, "attempts": 0}
        waiting = select(OutboxMessage).filter_by(**never_sent, state=OutboxState.NEW).limit(1)
        found = session.scalar(waiting.with_for_update(skip_locked=True))
        if found is not None:
            found.payload, found.title = text, title
    if found is not None:
        return found
    made = OutboxMessage(
        account_id=account_id,
        kind=kind,
        client_key=client_key,
        record_id=record_id,
        title=title,
        payload=text,
    )
    session.add(made)
    session.flush()
    return made


@use_case
def claim(session: Session, account_id: int, lease: timedelta = LEASE) -> Claimed | None:
    """Mark the next message of the account as being sent, and hand it out; None when nothing is due."""
    statement = (
        select(OutboxMessage)
        .where(OutboxMessage.account_id == account_id, _due(lease))
        .order_by(OutboxMessage.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    message = session.scalar(statement)
    if message is None:
        return None
    uncertain = message.state in {OutboxState.SENT, OutboxState.UNKNOWN}
    insisted = uncertain and message.sent_at is None
    message.state, message.sent_at = OutboxState.SENT, now()
    message.attempts += 1
    return Claimed(
        id=message.id,
        kind=message.kind,
        client_key=message.client_key,
        payload=message.payload,
        title=message.title,
        look_up_first=uncertain,
        attempt=message.attempts,
        account_id=message.account_id,
        record_id=message.record_id,
        insisted=insisted,
    )


@use_case
def renew(session: Session, claimed: Claimed) -> bool:
    """Begin the lease anew after a long look-up; False when another process has taken the message over."""
    message = get(session, OutboxMessage, claimed.id, lock=True)
    if lost(message, claimed):
        return False
    message.sent_at = now()
    return True


def lost(message: OutboxMessage, claimed: Claimed) -> bool:
    """Whether another process has taken the message over since it was claimed."""
    return message.state != OutboxState.SENT or message.attempts != claimed.attempt


def _due(lease: timedelta) -> ColumnElement[bool]:
    waited = or_(OutboxMessage.not_before.is_(None), OutboxMessage.not_before <= now())
    fresh = and_(OutboxMessage.state.in_((OutboxState.NEW, OutboxState.UNKNOWN)), waited)
    abandoned = and_(OutboxMessage.state == OutboxState.SENT, OutboxMessage.sent_at <= now() - lease)
    return or_(fresh, abandoned)


@use_case
def send_again(session: Session, message_id: int) -> None:
    """A person asks for another try; a message that may have arrived is looked up first."""
    make_due(get(session, OutboxMessage, message_id, lock=True))


def make_due(message: OutboxMessage) -> None:
    """Let a message that is not on its way, and not done, go with the next sync."""
    if message.state not in {OutboxState.FAILED, OutboxState.UNKNOWN, OutboxState.NEW}:
        return
    uncertain = message.state == OutboxState.UNKNOWN or dropped_uncertain(message)
    message.state = OutboxState.UNKNOWN if uncertain else OutboxState.NEW
    message.not_before = None
    if uncertain:
        # Its claims are counted on: a process that comes back late must not take a new claim for its own.
        message.sent_at = None
    else:
        message.attempts = 0


def dropped_uncertain(message: OutboxMessage) -> bool:
    """Whether a person dropped it while nobody knew if it had arrived: only then a failed one has a time."""
    return message.state == OutboxState.FAILED and message.not_before is not None


@query
def rows(session: Session, account_id: int | None = None, limit: int = 500) -> list[OutboxRow]:
    """The newest messages, of one account or of all."""
    statement = (
        select(OutboxMessage, PlatformAccount.name)
        .join(PlatformAccount, PlatformAccount.id == OutboxMessage.account_id)
        .order_by(OutboxMessage.id.desc())
        .limit(limit)
    )
    if account_id is not None:
        statement = statement.where(OutboxMessage.account_id == account_id)
    return [_row(message, name) for message, name in session.execute(statement)]


@query
def message_payload(session: Session, message_id: int) -> str:
    """What the message says, as JSON. Raises NotFound."""
    return get(session, OutboxMessage, message_id).payload


def _row(message: OutboxMessage, account: str) -> OutboxRow:
    state = OutboxState(message.state)
    return OutboxRow(
        id=message.id,
        account_id=message.account_id,
        title=message.title,
        state=state,
        attempts=message.attempts,
        created_at=message.created_at,
        answer=message.answer,
        problem=message.problem,
        kind=message.kind,
        account=account,
        subject=_subject(message.payload),
        record_id=message.record_id,
        not_before=message.not_before,
        sent_at=message.sent_at,
        remedy=remedy(message.kind, state),
    )


def _subject(payload: str) -> str:
    """The platform's id in a payload, by the names that the kinds of messages use for it."""
    try:
        said = json.loads(payload)
    except ValueError:
        return ""
    for name in ("external_order_id", "external_id", "model_number"):
        if isinstance(said, dict) and said.get(name):
            return str(said[name])
    return ""
