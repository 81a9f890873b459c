"""One PC at a time talks to an account: a lease in the database, which ends by itself if its holder dies.

Time is the database server's where several PCs share one, so that a PC whose clock is wrong neither takes a
living holder's lease nor keeps its own for ever. Bulk statements write it: a lease is no record that a page
shows or an audit lists.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from factory_erp.models.platforms import SyncLease
from factory_erp.services.base import query, use_case
from factory_erp.services.clock import now

SECONDS = 180.0
"""Longer than any single call may take, so that a holder that waits for an answer keeps its lease."""


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to talk to an account until ``until``; renew it before that."""

    account_id: int
    holder: str
    token: str = field(repr=False)
    until: datetime


@dataclass(frozen=True, slots=True)
class Held:
    """Somebody else talks to the account."""

    by: str
    until: datetime


def take(account_id: int, holder: str, seconds: float = SECONDS) -> Lease | Held:
    """The lease, if nobody has it or its holder is dead; else who has it. *holder* is for people to read."""
    return _take(account_id, holder, seconds, secrets.token_hex(24)).value


@use_case
def _take(session: Session, account_id: int, holder: str, seconds: float, token: str) -> Lease | Held:
    present = _moment(session)
    until = present + timedelta(seconds=seconds)
    free = update(SyncLease).where(SyncLease.account_id == account_id, SyncLease.expires_at <= present)
    wanted = {"holder": holder[:120], "token": token, "expires_at": until}
    if _rows(session, free.values(wanted)) == 1:
        return Lease(account_id, holder, token, until)
    standing = session.execute(
        select(SyncLease.holder, SyncLease.expires_at).filter_by(account_id=account_id)
    ).first()
    if standing is not None:
        return Held(standing.holder, standing.expires_at)
    # Who loses the race for the first row meets the unique key; the use case is then tried once more.
    session.execute(insert(SyncLease).values(account_id=account_id, created_at=present, **wanted))
    return Lease(account_id, holder, token, until)


def renew(lease: Lease, seconds: float = SECONDS) -> Lease | None:
    """The lease for another while, even when it had run out meanwhile; None if somebody else took it."""
    return _renew(lease, seconds).value


@use_case
def _renew(session: Session, lease: Lease, seconds: float) -> Lease | None:
    until = _moment(session) + timedelta(seconds=seconds)
    mine = update(SyncLease).filter_by(account_id=lease.account_id, token=lease.token)
    if _rows(session, mine.values(expires_at=until)) == 0:
        return None
    return Lease(lease.account_id, lease.holder, lease.token, until)


@use_case
def give_back(session: Session, lease: Lease) -> None:
    """End the lease; nothing happens where somebody else has it by now."""
    session.execute(delete(SyncLease).filter_by(account_id=lease.account_id, token=lease.token))


@query
def held(session: Session, account_id: int) -> Held | None:
    """Who talks to the account at the moment."""
    rows = select(SyncLease).where(
        SyncLease.account_id == account_id, SyncLease.expires_at > _moment(session)
    )
    found = session.scalar(rows)
    return Held(found.holder, found.expires_at) if found else None


def _rows(session: Session, statement: object) -> int:
    result = session.execute(statement)  # type: ignore[call-overload]
    assert isinstance(result, CursorResult)
    return result.rowcount


def _moment(session: Session) -> datetime:
    """The moment by the clock that everybody who shares the database goes by."""
    if session.get_bind().dialect.name == "sqlite":
        return now()
    moment = session.scalar(select(func.clock_timestamp()))
    assert isinstance(moment, datetime)
    return moment
