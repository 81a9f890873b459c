"""The history of conversations with the platforms, and the archived calls behind each line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, insert, select, update
from sqlalchemy.orm import Session, defer

from factory_erp.i18n import _
from factory_erp.models.platforms import ApiCall, PlatformAccount, RunOutcome, RunTrigger, SyncRun
from factory_erp.services.base import get, query, touched, use_case
from factory_erp.services.clock import now
from factory_erp.services.platforms.account_health import count_calls

KEEP_DAYS = 30
KEEP_CALLS = 20_000
"""Archived calls that are kept of each account: of the last 30 days, at most the newest 20,000."""

KEEP_RUNS_DAYS = 365


@dataclass(frozen=True, slots=True)
class CallRecord:
    """A call to be archived, its secrets removed; ``status`` 0 where no answer came."""

    api: str
    subject: str
    acts: bool
    started_at: datetime
    milliseconds: int
    status: int
    outcome: str
    request: str
    response: str


@dataclass(frozen=True, slots=True)
class CallRow:
    """An archived call as a list shows it; ``outcome`` is "" where the transport succeeded."""

    id: int
    account_id: int
    account: str
    run_id: int | None
    api: str
    subject: str
    acts: bool
    started_at: datetime
    milliseconds: int
    status: int
    outcome: str


@dataclass(frozen=True, slots=True)
class CallDetail:
    """An archived call with what was said, secrets removed."""

    row: CallRow
    request: str
    response: str


@dataclass(frozen=True, slots=True)
class RunCounts:
    """What a run brought and sent."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    exceptions: int = 0
    inquiries: int = 0
    sent: int = 0
    failed: int = 0
    unknown: int = 0
    calls: int = 0


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run as the history shows it; ``problem`` is "" where all went well."""

    id: int
    account_id: int
    account: str
    trigger: RunTrigger
    holder: str
    started_at: datetime
    ended_at: datetime | None
    outcome: RunOutcome
    counts: RunCounts
    problem: str


@use_case
def start_run(session: Session, account_id: int, trigger: RunTrigger, holder: str) -> int:
    """Begin a line of the history. The caller holds the account's lease: an open line is a dead program's."""
    dead = select(SyncRun).filter_by(account_id=account_id, outcome=RunOutcome.RUNNING)
    for left in session.scalars(dead):
        left.outcome, left.ended_at = RunOutcome.FAILED, now()
        left.problem = _("The program ended in the middle of the run.")
    run = SyncRun(account_id=account_id, trigger=trigger, holder=holder[:120], started_at=now())
    session.add(run)
    session.flush()
    return run.id


@use_case
def end_run(session: Session, run_id: int, outcome: RunOutcome, counts: RunCounts, problem: str = "") -> None:
    """Close a line of the history."""
    run = get(session, SyncRun, run_id, lock=True)
    run.outcome, run.ended_at, run.problem = outcome, now(), problem
    for one in fields(counts):
        setattr(run, one.name, getattr(counts, one.name))


@use_case
def record_calls(session: Session, account_id: int, run_id: int | None, calls: Sequence[CallRecord]) -> None:
    """Archive calls and count them against the day's quota.

    They are inserted in bulk and reported to nobody: a record of what was said changes no page's records.
    """
    if calls:
        session.execute(insert(ApiCall), [_archived(account_id, run_id, call) for call in calls])
        count_calls(session, account_id, len(calls))


def _archived(account_id: int, run_id: int | None, call: CallRecord) -> dict[str, object]:
    return {
        "account_id": account_id,
        "run_id": run_id,
        "api": _storable(call.api)[:120],
        "subject": _storable(call.subject)[:120],
        "acts": call.acts,
        "started_at": call.started_at,
        "milliseconds": call.milliseconds,
        "status": call.status,
        "outcome": _storable(call.outcome)[:120],
        "request": _storable(call.request),
        "response": _storable(call.response),
    }


def _storable(text: str) -> str:
    """What every database takes: no NUL, no half of a surrogate pair."""
    return text.replace("\0", "�").encode("utf-8", errors="replace").decode()


@use_case
def tidy(session: Session, account_id: int) -> int:
    """Forget calls beyond 30 days or the newest 20,000, and runs beyond a year; how many calls went."""
    mine = ApiCall.account_id == account_id
    newest = select(ApiCall.id).where(mine).order_by(ApiCall.id.desc())
    last_kept = session.scalar(newest.offset(KEEP_CALLS - 1).limit(1)) or 0
    old = ApiCall.started_at < now() - timedelta(days=KEEP_DAYS)
    gone = session.scalars(select(ApiCall.id).where(mine, old | (ApiCall.id < last_kept))).all()
    for first in range(0, len(gone), 500):
        session.execute(delete(ApiCall).where(ApiCall.id.in_(gone[first : first + 500])))
    _tidy_runs(session, account_id)
    return len(gone)


def _tidy_runs(session: Session, account_id: int) -> None:
    long_ago = now() - timedelta(days=KEEP_RUNS_DAYS)
    old = select(SyncRun.id).where(SyncRun.account_id == account_id, SyncRun.started_at < long_ago)
    ids = session.scalars(old.limit(500)).all()
    if ids:
        # A run's calls are older than a month and gone; one that stayed keeps its line without the run.
        session.execute(update(ApiCall).where(ApiCall.run_id.in_(ids)).values(run_id=None))
        session.execute(delete(SyncRun).where(SyncRun.id.in_(ids)))
        touched(session, SyncRun, ids)


@query
def runs(session: Session, account_id: int | None = None, limit: int = 200) -> list[RunRow]:
    """The newest runs, of one account or of all."""
    statement = (
        select(SyncRun, PlatformAccount.name)
        .join(PlatformAccount, PlatformAccount.id == SyncRun.account_id)
        .order_by(SyncRun.id.desc())
        .limit(limit)
    )
    if account_id is not None:
        statement = statement.where(SyncRun.account_id == account_id)
    return [_run(run, name) for run, name in session.execute(statement)]


def _run(run: SyncRun, account: str) -> RunRow:
    return RunRow(
        id=run.id,
        account_id=run.account_id,
        account=account,
        trigger=RunTrigger(run.trigger),
        holder=run.holder,
        started_at=run.started_at,
        ended_at=run.ended_at,
        outcome=RunOutcome(run.outcome),
        counts=RunCounts(**{one.name: getattr(run, one.name) for one in fields(RunCounts)}),
        problem=run.problem,
    )


def _call_rows() -> Select[ApiCall, str]:
    """Calls and their account's name; a list does not need the texts, which may be 80 KiB each."""
    joined = select(ApiCall, PlatformAccount.name)
    joined = joined.join(PlatformAccount, PlatformAccount.id == ApiCall.account_id)
    return joined.options(defer(ApiCall.request), defer(ApiCall.response))


def _call(found: ApiCall, account: str) -> CallRow:
    return CallRow(
        id=found.id,
        account_id=found.account_id,
        account=account,
        run_id=found.run_id,
        api=found.api,
        subject=found.subject,
        acts=found.acts,
        started_at=found.started_at,
        milliseconds=found.milliseconds,
        status=found.status,
        outcome=found.outcome,
    )


@query
def calls(
    session: Session,
    account_id: int | None = None,
    run_id: int | None = None,
    subject: str = "",
    limit: int = 500,
) -> list[CallRow]:
    """The newest archived calls: of an account, of a run, or about an external id."""
    statement = _call_rows().order_by(ApiCall.id.desc()).limit(limit)
    wanted = {"account_id": account_id, "run_id": run_id, "subject": subject or None}
    for name, value in wanted.items():
        if value is not None:
            statement = statement.where(getattr(ApiCall, name) == value)
    return [_call(found, name) for found, name in session.execute(statement)]


@query
def call(session: Session, call_id: int) -> CallDetail:
    """An archived call with its texts. Raises NotFound where it has been tidied away."""
    found = get(session, ApiCall, call_id)
    account = get(session, PlatformAccount, found.account_id)
    return CallDetail(_call(found, account.name), found.request, found.response)
