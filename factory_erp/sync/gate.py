"""What a run asks before each step: may it go on? Cancelled, its lease lost, the day's calls used up."""

from __future__ import annotations

import time

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import _
from factory_erp.services.platforms import account_health, sync_leases
from factory_erp.services.platforms.sync_leases import Lease
from factory_erp.services.progress import Progress
from factory_erp.sync.archive import CallArchive
from factory_erp.sync.http.errors import Stopped

RENEW_AFTER = 20.0
"""Seconds after which the lease is renewed at the next step; a small part of its length."""

_SLICE = 0.25
"""Seconds of a pause after which a cancel is heard."""


class Gate:
    """Progress of one run: passes on what it is told, keeps the lease alive, says when to end.

    ``problem`` is why the run must not go on, None while it may or where a person stopped it.
    """

    def __init__(
        self, progress: Progress, lease: Lease, archive: CallArchive, calls_left: int | None
    ) -> None:
        self._progress = progress
        self._lease = lease
        self._archive = archive
        self._calls_left = calls_left
        self._renewed = _clocks()
        self.problem: DomainError | None = None

    @property
    def stopped_by_person(self) -> bool:
        """Whether a person asked to stop."""
        return self._progress.cancelled

    @property
    def cancelled(self) -> bool:
        """Whether the run ends here. Asked before each page and message, so that a lost lease is seen."""
        if self.problem is None:
            self._keep_lease()
        return self.problem is not None or self._progress.cancelled

    def report(self, done: int, total: int, text: str = "") -> None:
        """Pass it on; the calls of the page that is done are archived and counted.

        Only here are they held against the day's quota: what a page has cost is not thrown away.
        """
        self._archive.flush()
        self._keep_quota()
        self._progress.report(done, total, text)

    def sleep(self, seconds: float) -> None:
        """Wait, renewing the lease. Raises Stopped as soon as the run must not go on."""
        end = time.monotonic() + seconds
        while True:
            if self.cancelled:
                raise Stopped
            left = end - time.monotonic()
            if left <= 0:
                return
            time.sleep(min(left, _SLICE))

    def _keep_lease(self) -> None:
        # Two clocks: one does not run while the computer sleeps, the other may be put back.
        passed = max(now - then for now, then in zip(_clocks(), self._renewed, strict=True))
        if passed < RENEW_AFTER:
            return
        if sync_leases.renew(self._lease) is None:
            self.problem = _lost_lease(self._lease.account_id)
        self._renewed = _clocks()

    def _keep_quota(self) -> None:
        if self.problem is None and self._calls_left is not None and self._archive.count >= self._calls_left:
            message = _("The calls that the platform allows in a day are used up.")
            self.problem = DomainError(message, remedy=account_health.quota_remedy())


def _clocks() -> tuple[float, float]:
    return time.monotonic(), time.time()


def _lost_lease(account_id: int) -> DomainError:
    other = sync_leases.held(account_id)
    return DomainError(
        _(
            "Another PC has taken over the sync of this account ({holder}).",
            holder=other.by if other else "–",
        ),
        remedy=_("Nothing is lost: that PC goes on where this one stopped."),
    )
