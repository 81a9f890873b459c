"""Accounts on platforms: connecting them, how far they are read, what waits for a person."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import astuple, dataclass, field, fields
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from factory_erp.domain.errors import Conflict, InvalidValue
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
    SyncRun,
)
from factory_erp.models.sales import SalesOrder
from factory_erp.services import exception_texts
from factory_erp.services.base import get, query, use_case
from factory_erp.services.clock import now
from factory_erp.services.master_data import check_texts, figure_problem
from factory_erp.services.platform_orders.intake import ORDERS
from factory_erp.services.platforms import account_health


@dataclass(frozen=True, slots=True)
class AccountView:
    """An account, how it is, and what it holds.

    ``version`` is that of its settings alone: what a sync notes does not make a form outdated.
    """

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
    options: Mapping[str, str]
    every_minutes: int
    overlap_minutes: int
    history_days: int
    daily_quota: int
    calls_today: int
    """Calls on the platform's present day (GMT+8)."""
    state_since: datetime | None
    retry_at: datetime | None
    failures: int
    token_until: datetime | None
    language: str
    ask_new_buyers: bool
    push_stock: bool
    push_lead_time: bool
    push_prices: bool
    safety_stock: Decimal
    version: int


@dataclass(frozen=True, slots=True)
class AccountForm:
    """The settings of an account as its form holds them; its secret goes to the keyring, not here.

    ``id`` None is a new account. ``options`` are the texts of the fields that its platform names.
    """

    platform: str
    name: str
    app_key: str = ""
    base_url: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    every_minutes: int = 0
    overlap_minutes: int = 10
    history_days: int = 90
    daily_quota: int = 0
    language: str = "en"
    ask_new_buyers: bool = False
    push_stock: bool = True
    push_lead_time: bool = True
    push_prices: bool = False
    safety_stock: Decimal = Decimal(0)
    id: int | None = None


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
    texts = {"platform": platform, "name": name, "base_url": base_url, "app_key": app_key}
    check_texts(PlatformAccount, texts, name)
    account = session.scalar(select(PlatformAccount).filter_by(platform=platform, name=name))
    if account is None:
        account = PlatformAccount(platform=platform, name=name)
        session.add(account)
    account.base_url, account.app_key = base_url, app_key
    session.flush()
    return account.id


@use_case
def save_account(session: Session, form: AccountForm, version: int | None = None) -> int:
    """Add or change an account; its id. *version* is the one that the form was filled from.

    Raises InvalidValue for a setting that cannot be, Conflict where somebody else changed the settings since
    or another account of the platform has the name.
    """
    _check(form)
    account = get(session, PlatformAccount, form.id, lock=True) if form.id else PlatformAccount()
    if form.id and version is not None and version != _version(account):
        raise Conflict(
            _("The settings of '{name}' were changed since you opened them.", name=account.name),
            record=account.name,
            remedy=_("Look at them as they are now, then make your change again."),
        )
    _refuse_taken(session, form)
    for one in fields(form):
        if one.name not in ("id", "options"):
            setattr(account, one.name, getattr(form, one.name))
    account.name, account.app_key = form.name.strip(), form.app_key.strip()
    account.options = json.dumps(dict(form.options), ensure_ascii=False, sort_keys=True)
    session.add(account)
    session.flush()
    return account.id


def _check(form: AccountForm) -> None:
    if not form.name.strip():
        raise InvalidValue(
            _("An account needs a name."), field="name", remedy=_("Call it what your people call the shop.")
        )
    ranges = {"every_minutes": (0, 1440), "overlap_minutes": (0, 10_080), "history_days": (1, 365)}
    for name, (least, most) in {**ranges, "daily_quota": (0, 10**9)}.items():
        if not least <= getattr(form, name) <= most:
            raise InvalidValue(
                _("{figure} is out of range.", figure=getattr(form, name)),
                field=name,
                remedy=_("Enter a figure from {least} to {most}.", least=least, most=most),
            )
    check_texts(PlatformAccount, {name: getattr(form, name) for name in _TEXTS}, form.name)
    problem = figure_problem(form.safety_stock, "safety_stock", record=form.name)
    if problem is not None:
        raise problem


_TEXTS = ("platform", "name", "app_key", "base_url", "language")


def _refuse_taken(session: Session, form: AccountForm) -> None:
    same = select(PlatformAccount.id).filter_by(platform=form.platform, name=form.name.strip())
    if session.scalar(same.where(PlatformAccount.id != (form.id or 0))) is not None:
        raise Conflict(
            _("There is an account '{name}' on this platform already.", name=form.name.strip()),
            record=form.name.strip(),
            field="name",
            remedy=_("Open that account, or choose another name."),
        )


def _version(account: PlatformAccount) -> int:
    return zlib.crc32(repr(astuple(_form(account))).encode())


def _form(row: PlatformAccount) -> AccountForm:
    """The settings of an account, as its form is filled."""
    names = [one.name for one in fields(AccountForm) if one.name != "options"]
    return AccountForm(**{name: getattr(row, name) for name in names}, options=_options(row))


def _options(row: PlatformAccount) -> dict[str, str]:
    read = json.loads(row.options or "{}")
    return {str(name): str(value) for name, value in sorted(read.items())}


@query
def account_form(session: Session, account_id: int) -> tuple[AccountForm, int]:
    """The settings to fill a form with, and their version. Raises NotFound."""
    row = get(session, PlatformAccount, account_id)
    return _form(row), _version(row)


@use_case
def note_problem(session: Session, account_id: int, problem: str, state: AccountState | None = None) -> None:
    """Remember what a person has to know of the account, so that the page can say it."""
    account = get(session, PlatformAccount, account_id, lock=True)
    account.last_problem = problem
    if state is not None:
        _put(account, state)


@use_case
def set_paused(session: Session, account_id: int, paused: bool) -> None:
    """Stop or resume talking to the account."""
    account = get(session, PlatformAccount, account_id, lock=True)
    _put(account, AccountState.PAUSED if paused else AccountState.CONNECTED)


def _put(account: PlatformAccount, state: AccountState) -> None:
    """A person's word on the account: what was waited for is forgotten."""
    if account.state != state:
        account.state, account.state_since = state, now()
    account.failures, account.retry_at = 0, None


@query
def next_window(session: Session, account_id: int, kind: str = ORDERS) -> Window:
    """From the cursor of *kind*, less the overlap, until now; the first reaches back the account's history.

    A cursor that lies further ahead than the overlap was moved by a clock that was wrong then: it says
    nothing of what has been read, and the history is read again.
    """
    account = get(session, PlatformAccount, account_id)
    cursor = session.scalar(select(SyncCursor).filter_by(account_id=account_id, kind=kind))
    end = now()
    position = cursor.position if cursor else None
    overlap = timedelta(minutes=account.overlap_minutes)
    if position is None or position > end + max(overlap, _SAME_TIME):
        return Window(end - timedelta(days=account.history_days), end)
    return Window(min(position, end) - overlap, end)


@query
def due_accounts(session: Session, present: datetime | None = None) -> list[int]:
    """Accounts that the program should sync by itself at *present* (default: now), the longest waiting first.

    One that was away or throttled is due again as soon as its pause is over.
    """
    moment = present or now()
    rows = session.scalars(select(PlatformAccount).where(PlatformAccount.every_minutes > 0))
    waiting = [(_last_run(session, row.id), row) for row in rows]
    due = [(last, row.id) for last, row in waiting if _is_due(row, last, moment)]
    return [account_id for _last, account_id in sorted(due)]


_SAME_TIME = timedelta(minutes=1)
"""By how much the clocks of two PCs that are both right may differ."""

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def _last_run(session: Session, account_id: int) -> datetime:
    newest = select(func.max(SyncRun.started_at)).filter_by(account_id=account_id)
    return session.scalar(newest) or _NEVER


def _is_due(account: PlatformAccount, last: datetime, moment: datetime) -> bool:
    if account.state in (AccountState.PAUSED, AccountState.REAUTHORISE):
        return False
    if account.daily_quota and account_health.calls_today(account) >= account.daily_quota:
        return False
    if account.retry_at is not None:
        return account.retry_at <= moment
    # A clock that was put back must not silence the account: a run in the future is no run.
    return last > moment or last + timedelta(minutes=account.every_minutes) <= moment


@query
def account(session: Session, account_id: int) -> AccountView:
    """The account as it is now. Raises NotFound."""
    return _account(session, get(session, PlatformAccount, account_id))


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
        options=_options(row),
        every_minutes=row.every_minutes,
        overlap_minutes=row.overlap_minutes,
        history_days=row.history_days,
        daily_quota=row.daily_quota,
        calls_today=account_health.calls_today(row),
        state_since=row.state_since,
        retry_at=row.retry_at,
        failures=row.failures,
        token_until=row.token_until,
        language=row.language,
        ask_new_buyers=row.ask_new_buyers,
        push_stock=row.push_stock,
        push_lead_time=row.push_lead_time,
        push_prices=row.push_prices,
        safety_stock=row.safety_stock,
        version=_version(row),
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
