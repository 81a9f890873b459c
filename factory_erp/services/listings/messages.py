"""Messages about listings in the outbox: at most one of a kind waits for each listing."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from factory_erp.models.listings import Listing
from factory_erp.models.platforms import OutboxMessage, OutboxState
from factory_erp.services import outbox
from factory_erp.services.bulk import chunks


class Kind(StrEnum):
    """What a message about a listing asks of the platform."""

    LISTING = "listing"
    SHELF = "shelf"
    PRICES = "prices"
    STOCK = "stock"
    LEAD_TIME = "lead_time"


class Placed(StrEnum):
    """What became of the wish to tell the platform something."""

    QUEUED = "queued"
    SAME = "same"
    """It waits already, or was refused just so and nobody has changed anything."""
    BUSY = "busy"
    """An earlier message of the kind is on its way: what it leads to has to be known first."""


def latest(
    session: Session, account_id: int, kind: Kind, listing_ids: Collection[int]
) -> dict[int, OutboxMessage]:
    """Listing → the newest message of the kind about it."""
    found: dict[int, OutboxMessage] = {}
    about = {"account_id": account_id, "kind": kind.value}
    for part in chunks(listing_ids):
        newest = select(func.max(OutboxMessage.id)).filter_by(**about)
        ids = newest.where(OutboxMessage.record_id.in_(part)).group_by(OutboxMessage.record_id)
        rows = session.scalars(select(OutboxMessage).where(OutboxMessage.id.in_(ids)))
        found.update((message.record_id, message) for message in rows)
    return found


def under_way(message: OutboxMessage | None) -> bool:
    """Whether the message was sent and may yet act."""
    if message is None:
        return False
    tried = message.state == OutboxState.NEW and message.attempts > 0
    return tried or message.state in {OutboxState.SENT, OutboxState.UNKNOWN}


def waits(message: OutboxMessage | None) -> bool:
    """Whether the message was written and never sent."""
    return message is not None and message.state == OutboxState.NEW and not message.attempts


def place(
    session: Session,
    listing: Listing,
    kind: Kind,
    payload: Mapping[str, object],
    title: str,
    last: OutboxMessage | None,
    *,
    insist: bool = False,
) -> Placed:
    """Write the message unless it waits already; *last* is the newest of its kind (``latest``).

    What failed before is written again only when it says something else, or where a person *insists*.
    """
    if under_way(last):
        return Placed.BUSY
    text = json.dumps(payload, ensure_ascii=False, sort_keys=True)
    same = last is not None and last.payload == text
    failed = last is not None and last.state == OutboxState.FAILED
    if same and (waits(last) or (failed and not insist)):
        return Placed.SAME
    outbox.enqueue(
        session,
        account_id=listing.account_id,
        kind=kind,
        client_key=f"{kind}:{listing.id}:{last.id if last else 0}",
        record_id=listing.id,
        title=title[:200],
        payload=payload,
        replace=True,
    )
    return Placed.QUEUED
