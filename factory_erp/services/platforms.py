"""Accounts on platforms: connecting them, how far they are read, what waits for a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _
from factory_erp.models.platforms import (
    AccountState,
    ExceptionKind,
    ExceptionState,
    OutboxMessage,
    OutboxState,
    PlatformAccount,
    SyncCursor,
    SyncException,
)
from factory_erp.models.sales import SalesOrder
from factory_erp.services import exception_texts
from factory_erp.services.base import get, query, use_case
from factory_erp.services.clock import now
from factory_erp.services.intake import ORDERS


@dataclass(frozen=True, slots=True)
class AccountView:
    """An account, how it is, and what it holds."""

    id: int
    platform: str
    name: str
    base_url: str
    app_key: str
    state: AccountState
    last_pull_at: datetime | None
    last_problem: str
    orders: int
    open_exceptions: int
    waiting_messages: int


@dataclass(frozen=True, slots=True)
class ExceptionView:
    """A platform order that waits for a person."""

    id: int
    account_id: int
    account: str
    external_id: str
    kind: ExceptionKind
    subject: str
    detail: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Window:
    """The span of modification times that the next pull asks for."""

    start: datetime
    end: datetime


@use_case
def add_account(session: Session, platform: str, name: str, base_url: str, app_key: str) -> int:
    """Add an account (its secret goes to the keyring, not here); the same one again changes its address."""
    if not name.strip() or not app_key.strip():
        raise InvalidValue(
            _("An account needs a name and an app key."),
            field=_("App key"),
            remedy=_("Copy the app key from the platform's developer console."),
        )
    account = session.scalar(select(PlatformAccount).filter_by(platform=platform, name=name))
    if account is None:
        account = PlatformAccount(platform=platform, name=name)
        session.add(account)
    account.base_url, account.app_key = base_url, app_key
    session.flush()
    return account.id


@use_case
def note_problem(session: Session, account_id: int, problem: str, state: AccountState | None = None) -> None:
    """Remember why the last run failed, so that the page can say it."""
    account = get(session, PlatformAccount, account_id, lock=True)
    account.last_problem = problem
    if state is not None:
        account.state = state


@use_case
def set_paused(session: Session, account_id: int, paused: bool) -> None:
    """Stop or resume talking to the account."""
    account = get(session, PlatformAccount, account_id, lock=True)
    account.state = AccountState.PAUSED if paused else AccountState.CONNECTED


@query
def next_window(session: Session, account_id: int) -> Window:
    """From the cursor, less the overlap, until now; the first pull reaches back the account's history."""
    account = get(session, PlatformAccount, account_id)
    cursor = session.scalar(select(SyncCursor).filter_by(account_id=account_id, kind=ORDERS))
    end = now()
    if cursor is None or cursor.position is None:
        return Window(end - timedelta(days=account.history_days), end)
    return Window(cursor.position - timedelta(minutes=account.overlap_minutes), end)


@query
def accounts(session: Session) -> list[AccountView]:
    """Every account with its counts."""
    return [
        _account(session, row)
        for row in session.scalars(select(PlatformAccount).order_by(PlatformAccount.id))
    ]


def _account(session: Session, row: PlatformAccount) -> AccountView:
    waiting = (OutboxState.NEW, OutboxState.SENT, OutboxState.UNKNOWN, OutboxState.FAILED)
    orders = select(func.count()).select_from(SalesOrder).where(SalesOrder.account_id == row.id)
    exceptions = (
        select(func.count())
        .select_from(SyncException)
        .filter_by(account_id=row.id, state=ExceptionState.OPEN)
    )
    messages = (
        select(func.count())
        .select_from(OutboxMessage)
        .where(OutboxMessage.account_id == row.id, OutboxMessage.state.in_(waiting))
    )
    return AccountView(
        id=row.id,
        platform=row.platform,
        name=row.name,
        base_url=row.base_url,
        app_key=row.app_key,
        state=AccountState(row.state),
        last_pull_at=row.last_pull_at,
        last_problem=row.last_problem,
        orders=session.scalar(orders) or 0,
        open_exceptions=session.scalar(exceptions) or 0,
        waiting_messages=session.scalar(messages) or 0,
    )


@query
def open_exceptions(session: Session, limit: int = 1000) -> list[ExceptionView]:
    """What waits for a person, the oldest first."""
    statement = (
        select(SyncException, PlatformAccount.name)
        .join(PlatformAccount, PlatformAccount.id == SyncException.account_id)
        .where(SyncException.state == ExceptionState.OPEN)
        .order_by(SyncException.id)
        .limit(limit)
    )
    return [
        ExceptionView(
            row.id,
            row.account_id,
            name,
            row.external_id,
            ExceptionKind(row.kind),
            row.subject,
            exception_texts.sentence(row),
            row.created_at,
        )
        for row, name in session.execute(statement)
    ]
