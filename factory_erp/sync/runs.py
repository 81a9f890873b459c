"""A whole conversation with a platform: orders and inquiries in, messages out, listings refreshed.

One PC at a time holds the account's lease. A part that is refused does not keep the others from running; a
platform that is away, throttles or no longer knows us ends the run.
"""

from __future__ import annotations

import getpass
import logging
import os
import platform
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.exc import SQLAlchemyError

from factory_erp.domain.errors import DomainError, NotAllowed
from factory_erp.i18n import N_, _
from factory_erp.models.platforms import RunOutcome, RunTrigger
from factory_erp.services import outbox
from factory_erp.services.base import Changes
from factory_erp.services.clock import now
from factory_erp.services.listings import feed as listing_feed
from factory_erp.services.platform_orders.intake import Applied
from factory_erp.services.platforms import account_health, sync_leases, sync_runs
from factory_erp.services.platforms import accounts as platforms
from factory_erp.services.platforms.accounts import AccountView
from factory_erp.services.platforms.sync_leases import Held, Lease
from factory_erp.services.platforms.sync_runs import RunCounts
from factory_erp.services.progress import Progress, Quiet
from factory_erp.sync import engine
from factory_erp.sync.archive import CallArchive
from factory_erp.sync.connectors.base import Connector
from factory_erp.sync.connectors.registry import spec
from factory_erp.sync.credentials import SecretStore
from factory_erp.sync.engine import Pushed
from factory_erp.sync.gate import Gate
from factory_erp.sync.http.errors import (
    PlatformError,
    PlatformUnavailable,
    ReauthoriseNeeded,
    Stopped,
    Throttled,
    WrongCredentials,
)
from factory_erp.sync.inquiry_pull import pull_inquiries
from factory_erp.sync.listing_pull import refresh_listings

log = logging.getLogger(__name__)

_ASK_AGAIN = 1.0
"""Seconds between two questions whether the other PC is done."""


class Part(StrEnum):
    """What a run does, in its order."""

    ORDERS = "orders"
    INQUIRIES = "inquiries"
    CHANGES = "changes"
    OUTBOX = "outbox"
    LISTINGS = "listings"


ALL_PARTS = tuple(Part)

PART_NAMES = {
    Part.ORDERS: N_("Orders"),
    Part.INQUIRIES: N_("Inquiries"),
    Part.CHANGES: N_("Stock, prices and lead times"),
    Part.OUTBOX: N_("Outbox"),
    Part.LISTINGS: N_("Listings"),
}


class AccountWaits(NotAllowed):
    """The account has to be left alone for now."""


class AccountBusy(NotAllowed):
    """Another program or PC talks to the account."""

    def __init__(self, account: str, held: Held) -> None:
        super().__init__(
            _("'{name}' is being synced by {holder} at the moment.", name=account, holder=held.by),
            record=account,
            remedy=_("Wait until it is done; if that PC was switched off, a few minutes are enough."),
        )
        self.held = held


@dataclass(frozen=True, slots=True)
class PartProblem:
    """A part of a run that could not be done, and the next step."""

    part: Part
    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class RunReport:
    """What a run did. ``problems`` names each part that failed; ``stop`` is why it ended early, or ""."""

    account_id: int
    account: str
    run_id: int
    started_at: datetime
    outcome: RunOutcome = RunOutcome.RUNNING
    orders: Applied = field(default_factory=Applied)
    inquiries: int = 0
    queued: int = 0
    """Messages written because stock, prices or lead times had changed."""
    pushed: Pushed = field(default_factory=Pushed)
    listings: int = 0
    """Listings whose state on the platform had changed."""
    calls: int = 0
    problems: tuple[PartProblem, ...] = ()
    stop: str = ""
    changes: Changes = field(default_factory=dict)

    @property
    def problem(self) -> str:
        """All that went wrong, for the history; "" where nothing did."""
        failed = (f"{_(PART_NAMES[one.part])}: {one.message} {one.remedy}".strip() for one in self.problems)
        return "\n".join(text for text in (*failed, self.stop) if text)

    @property
    def counts(self) -> RunCounts:
        """The figures of the history's line."""
        return RunCounts(
            created=len(self.orders.created),
            updated=len(self.orders.updated),
            unchanged=self.orders.unchanged,
            exceptions=self.orders.exceptions,
            inquiries=self.inquiries,
            sent=self.pushed.done,
            failed=self.pushed.failed,
            unknown=self.pushed.unknown,
            calls=self.calls,
        )


def holder_name() -> str:
    """This PC and program, as a person on another PC reads it."""
    try:
        user = getpass.getuser()
    except (OSError, KeyError, ImportError):
        user = "–"
    return f"{user} @ {platform.node() or '–'} ({os.getpid()})"


def sync_account(
    account_id: int,
    secrets: SecretStore,
    *,
    trigger: RunTrigger,
    progress: Progress | None = None,
    parts: Sequence[Part] = ALL_PARTS,
    wait: bool = False,
) -> RunReport:
    """Sync one account. What was done before a cancel or a failure stays done and is in the report.

    Raises AccountWaits where the account has to be left alone, AccountBusy where somebody else talks to it
    (with *wait*, it is waited for), DomainError where its secret is not on this PC.
    """
    watch = progress or Quiet()
    view = platforms.account(account_id)
    _refuse_waiting(view, by_hand=trigger is RunTrigger.HAND)
    with _leased(view, watch, wait=wait) as lease:
        archive = CallArchive(account_id, batches=True)
        gate = Gate(watch, lease, archive, account_health.quota_left(account_id))
        with engine.open_connector(view, secrets, archive=archive, sleep=gate.sleep) as connector:
            return _Run(view, trigger, connector, gate, archive).go(parts)


@contextmanager
def opened(view: AccountView, secrets: SecretStore, progress: Progress) -> Iterator[Connector]:
    """The connector of an account that nobody else talks to meanwhile, for a single question.

    Raises AccountWaits, AccountBusy or DomainError as ``sync_account`` does.
    """
    _refuse_waiting(view, by_hand=True)
    with _leased(view, progress, wait=False) as lease:
        archive = CallArchive(view.id, batches=True)
        gate = Gate(progress, lease, archive, account_health.quota_left(view.id))
        with engine.open_connector(view, secrets, archive=archive, sleep=gate.sleep) as connector:
            try:
                yield connector
            finally:
                archive.flush()


def _refuse_waiting(view: AccountView, *, by_hand: bool) -> None:
    found = account_health.may_talk(view.id, by_hand=by_hand)
    if found is not None:
        reason = found.reason or _("The account is left alone for a while.")
        raise AccountWaits(reason, record=view.name, remedy=found.remedy)


@contextmanager
def _leased(view: AccountView, progress: Progress, *, wait: bool) -> Iterator[Lease]:
    holder = holder_name()
    got = sync_leases.take(view.id, holder)
    while isinstance(got, Held) and wait and not progress.cancelled:
        progress.report(0, 0, _("Waiting for {holder}", holder=got.by))
        time.sleep(_ASK_AGAIN)
        got = sync_leases.take(view.id, holder)
    if isinstance(got, Held):
        raise AccountBusy(view.name, got)
    try:
        yield got
    finally:
        sync_leases.give_back(got)


_ENDS_RUN = (PlatformUnavailable, Throttled, ReauthoriseNeeded, WrongCredentials)
"""What every further part would meet too."""


class _Run:
    """One run under its lease: does the parts, keeps the report and the line of the history."""

    def __init__(
        self, view: AccountView, trigger: RunTrigger, connector: Connector, gate: Gate, archive: CallArchive
    ) -> None:
        self._connector, self._gate, self._archive = connector, gate, archive
        run_id = sync_runs.start_run(view.id, trigger, holder_name()).value
        archive.run_id = run_id
        changes = {"platform_account": frozenset({view.id}), "sync_run": frozenset({run_id})}
        self._report = RunReport(view.id, view.name, run_id, now(), changes=changes)

    def go(self, parts: Iterable[Part]) -> RunReport:
        """Do the parts that the platform can do."""
        outcome = RunOutcome.FAILED
        try:
            self._parts(frozenset(parts))
            outcome = self._outcome()
        finally:
            # Also when the program is being ended: the line says how far the run came.
            self._end(outcome)
        return self._report

    def _parts(self, wanted: frozenset[Part]) -> None:
        doing: dict[Part, tuple[object, Callable[[], None]]] = {
            Part.ORDERS: (self._connector.orders, self._orders),
            Part.INQUIRIES: (self._connector.inquiries, self._inquiries),
            Part.CHANGES: (self._connector.listings, self._queue),
            Part.OUTBOX: (self._connector, self._outbox),
            Part.LISTINGS: (self._connector.listings, self._listings),
        }
        for part, (able, work) in doing.items():
            if part not in wanted or able is None:
                continue
            self._gate.report(0, 0, _(PART_NAMES[part]))
            if self._gate.cancelled or not self._tried(part, work):
                return

    def _tried(self, part: Part, work: Callable[[], None]) -> bool:
        """Do one part; False where the run ends with it."""
        try:
            work()
        except Stopped:
            return False
        except SQLAlchemyError:
            raise
        except DomainError as error:
            self._failed(part, error.message, error.remedy)
            return not isinstance(error, _ENDS_RUN)
        except Exception as error:
            # A fault of ours in one part must not keep orders and shipments from moving for ever.
            log.exception("the part '%s' of a sync failed", part.value)
            name = type(error).__name__
            self._failed(part, _("The program failed ({error}).", error=name), _("See the log for details."))
        return True

    def _failed(self, part: Part, message: str, remedy: str) -> None:
        problem = PartProblem(part, message, remedy)
        self._report = replace(self._report, problems=(*self._report.problems, problem))

    def _orders(self) -> None:
        pulled = engine.pull(self._report.account_id, self._connector, self._gate, ahead=self._clock_ahead)
        self._add(pulled.changes, orders=pulled.applied)

    def _inquiries(self) -> None:
        with self._noting():
            found = pull_inquiries(
                self._report.account_id, self._connector, self._gate, ahead=self._clock_ahead
            )
        self._add({"inquiry": frozenset()}, inquiries=found)

    def _clock_ahead(self) -> timedelta:
        return self._archive.clock_ahead

    def _queue(self) -> None:
        rules = spec(self._connector.platform).rules
        queued = listing_feed.queue_changes(self._report.account_id, rules)
        self._add(queued.changes, queued=queued.value)

    def _outbox(self) -> None:
        try:
            pushed = engine.push(self._report.account_id, self._connector, self._gate)
            self._add({}, pushed=pushed)
        finally:
            own = frozenset(row.id for row in outbox.rows(self._report.account_id))
            self._add({"outbox_message": own, "listing": frozenset(), "inquiry": frozenset()})

    def _listings(self) -> None:
        with self._noting():
            changed = refresh_listings(self._report.account_id, self._connector, self._gate)
        self._add({"listing": frozenset()}, listings=changed)

    @contextmanager
    def _noting(self) -> Iterator[None]:
        """What goes wrong inside is noted on the account, as the engine does for its own parts."""
        try:
            yield
        except PlatformError as error:
            engine.note(self._report.account_id, error)
            raise

    def _add(self, changes: Changes, **found: object) -> None:
        merged = engine.merged(self._report.changes, changes)
        self._report = replace(self._report, changes=merged, **found)  # type: ignore[arg-type]

    def _outcome(self) -> RunOutcome:
        if self._gate.problem is not None:
            self._report = replace(self._report, stop=str(self._gate.problem))
            return RunOutcome.FAILED
        if self._gate.stopped_by_person:
            return RunOutcome.CANCELLED
        return RunOutcome.FAILED if self._report.problems else RunOutcome.DONE

    def _end(self, outcome: RunOutcome) -> None:
        self._archive.flush()
        self._report = replace(self._report, outcome=outcome, calls=self._archive.count)
        report = self._report
        sync_runs.end_run(report.run_id, outcome, report.counts, report.problem)
        sync_runs.tidy(report.account_id)


def sync_due(
    secrets: SecretStore, *, trigger: RunTrigger, progress: Progress | None = None
) -> list[RunReport]:
    """Sync every account whose time has come, one after the other; what somebody else syncs is left."""
    reports = []
    for account_id in platforms.due_accounts():
        if progress is not None and progress.cancelled:
            break
        try:
            reports.append(sync_account(account_id, secrets, trigger=trigger, progress=progress))
        except (AccountBusy, AccountWaits) as waiting:
            log.debug("account %d is left: %s", account_id, waiting)
        except DomainError as error:
            # Its secret is on another PC, most often: that PC syncs it.
            log.info("account %d cannot be synced here: %s", account_id, error)
    return reports
