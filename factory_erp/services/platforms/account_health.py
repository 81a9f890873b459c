"""Whether an account can be talked to: the circuit that follows from what its platform answered.

connected → throttled (until the ban is over), reauthorise (until a person signs in), down (after three runs
in a row that found the platform away; asked again after 1, 2, 4 … 30 minutes), and back. Each change is
logged once. *paused* is a person's word and stays until a person takes it back.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import case, update
from sqlalchemy.orm import Session

from factory_erp.i18n import _
from factory_erp.models.platforms import AccountState, PlatformAccount
from factory_erp.services.base import Result, get, query, use_case
from factory_erp.services.clock import now

log = logging.getLogger(__name__)

PLATFORM_ZONE = ZoneInfo("Asia/Shanghai")
"""In which both platforms' days of call quotas begin (GMT+8)."""

DOWN_AFTER = 3
LONGEST_PAUSE = timedelta(minutes=30)
_FIRST_PAUSE = timedelta(minutes=1)


class Trouble(StrEnum):
    """What a failed run found."""

    AWAY = "away"
    THROTTLED = "throttled"
    SIGN_IN = "sign_in"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Wait:
    """Why an account is left alone, until when (None: until a person does something), and what would help."""

    state: AccountState
    reason: str
    until: datetime | None
    remedy: str


@dataclass(frozen=True, slots=True)
class _Turn:
    """A change of state that is worth a line in the log."""

    account: str
    before: AccountState
    after: AccountState


def note_trouble(account_id: int, trouble: Trouble, said: str, seconds: int = 0) -> Result[None]:
    """Remember why a run failed; *seconds* is how long the platform asked to wait, 0 if it did not say."""
    noted = _note_trouble(account_id, trouble, said, seconds)
    turn = noted.value
    if turn is not None:
        log.warning("account '%s' is %s: %s", turn.account, turn.after.value, said)
    return Result(None, noted.changes)


@use_case
def _note_trouble(
    session: Session, account_id: int, trouble: Trouble, said: str, seconds: int
) -> _Turn | None:
    account = get(session, PlatformAccount, account_id, lock=True)
    account.last_problem = said
    if account.state == AccountState.PAUSED:
        return None
    if trouble is Trouble.AWAY:
        account.failures += 1
    before = AccountState(account.state)
    after = _after(before, trouble, account.failures)
    account.retry_at = _retry_at(after, trouble, account.failures, seconds) or account.retry_at
    return _turn(account, after)


def _after(state: AccountState, trouble: Trouble, failures: int) -> AccountState:
    if trouble is Trouble.SIGN_IN:
        return AccountState.REAUTHORISE
    if trouble is Trouble.THROTTLED:
        return AccountState.THROTTLED
    return AccountState.DOWN if trouble is Trouble.AWAY and failures >= DOWN_AFTER else state


def _retry_at(state: AccountState, trouble: Trouble, failures: int, seconds: int) -> datetime | None:
    asked = timedelta(seconds=seconds)
    if trouble is Trouble.THROTTLED:
        return now() + asked
    if trouble is Trouble.AWAY and state is AccountState.DOWN:
        return now() + max(asked, pause_after(failures))
    return now() + asked if trouble is Trouble.AWAY and seconds else None


def pause_after(failures: int) -> timedelta:
    """How long a platform that was away *failures* runs in a row is left alone: 1, 2, 4 … 30 minutes."""
    if failures < DOWN_AFTER:
        return timedelta()
    doublings = min(failures - DOWN_AFTER, 10)
    return min(_FIRST_PAUSE * (1 << doublings), LONGEST_PAUSE)


def _turn(account: PlatformAccount, after: AccountState) -> _Turn | None:
    before = AccountState(account.state)
    if before is after:
        return None
    account.state, account.state_since = after, now()
    return _Turn(account.name, before, after)


def note_well(account_id: int) -> Result[None]:
    """The platform answers: the account is connected again, whatever was before (unless it is paused)."""
    noted = _note_well(account_id)
    turn = noted.value
    if turn is not None:
        log.info("account '%s' is connected again (it was %s)", turn.account, turn.before.value)
    return Result(None, noted.changes)


@use_case
def _note_well(session: Session, account_id: int) -> _Turn | None:
    account = get(session, PlatformAccount, account_id, lock=True)
    if account.state == AccountState.PAUSED:
        return None
    account.failures, account.retry_at = 0, None
    return _turn(account, AccountState.CONNECTED)


@use_case
def note_token(session: Session, account_id: int, until: datetime) -> None:
    """Remember until when the sign-in can be renewed without a person; the token itself is not kept here."""
    get(session, PlatformAccount, account_id, lock=True).token_until = until


@query
def may_talk(session: Session, account_id: int, *, by_hand: bool = False) -> Wait | None:
    """Why the account has to be left alone now; None where it may be asked.

    A person who asks *by_hand* may try a platform that was away or a sign-in that was refused, but neither
    a ban, a spent quota nor a pause.
    """
    account = get(session, PlatformAccount, account_id)
    state, present = AccountState(account.state), now()
    if state is AccountState.PAUSED:
        return Wait(state, _("The account is paused."), None, _("Resume it on the Platforms page."))
    spent = _spent(account)
    if spent is not None:
        return spent
    waits = account.retry_at is not None and account.retry_at > present
    if waits and (state is AccountState.THROTTLED or not by_hand):
        return Wait(state, account.last_problem, account.retry_at, _("Wait; the program goes on by itself."))
    if state is AccountState.REAUTHORISE and not by_hand:
        remedy = _("Open the platform account and authorise the program again.")
        return Wait(state, account.last_problem, None, remedy)
    return None


def _spent(account: PlatformAccount) -> Wait | None:
    if _left(account) != 0:
        return None
    return Wait(AccountState(account.state), quota_sentence(account.daily_quota), _midnight(), quota_remedy())


def quota_sentence(quota: int) -> str:
    """That the day's calls are used up."""
    return _("All {quota} calls that the platform allows in a day are used up.", quota=f"{quota:,}")


def quota_remedy() -> str:
    """What to do about it."""
    return _(
        "Go on after midnight Beijing time, sync less often, or enter the quota that the platform gives you "
        "now."
    )


@query
def quota_left(session: Session, account_id: int) -> int | None:
    """Calls that the account may still make today (GMT+8); None where its quota is not known."""
    return _left(get(session, PlatformAccount, account_id))


def _left(account: PlatformAccount) -> int | None:
    return max(0, account.daily_quota - calls_today(account)) if account.daily_quota else None


def calls_today(account: PlatformAccount) -> int:
    """Calls made on the platform's present day."""
    return account.calls_count if account.calls_day == platform_day() else 0


def platform_day() -> date:
    """The platforms' present day, in GMT+8."""
    return now().astimezone(PLATFORM_ZONE).date()


def _midnight() -> datetime:
    local = now().astimezone(PLATFORM_ZONE)
    return (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)


def count_calls(session: Session, account_id: int, calls: int) -> None:
    """Add *calls* to today's count. The row's version stays: nobody's form is about this figure."""
    today = platform_day()
    same_day = PlatformAccount.calls_day == today
    counted = case((same_day, PlatformAccount.calls_count + calls), else_=calls)
    statement = update(PlatformAccount).where(PlatformAccount.id == account_id)
    session.execute(statement.values(calls_day=today, calls_count=counted, version=PlatformAccount.version))
