"""The calls of a connector on their way into the database: secrets removed, written in batches.

Nothing of the archive may fail a run: what cannot be written is logged and left out.
"""

from __future__ import annotations

import logging
from dataclasses import fields, replace
from datetime import timedelta
from threading import Lock

from factory_erp.services.platforms import sync_runs
from factory_erp.services.platforms.sync_runs import CallRecord
from factory_erp.sync.http.client import CallFacts
from factory_erp.sync.http.redact import hide

log = logging.getLogger(__name__)

BATCH = 100
"""Reads that may wait for the end of their page; a call that acts is written at once."""

_CLOCK_TOLERANCE = timedelta(seconds=2)
"""What a clock that is right may seem to be ahead: platforms tell whole seconds."""


class CallArchive:
    """Told of every call of one account's connector; safe to use from several threads.

    Without ``batches`` each call is written at once: for a connector that is opened for a single question.
    """

    def __init__(self, account_id: int, *, batches: bool = False, secrets: tuple[str, ...] = ()) -> None:
        self.account_id = account_id
        self.run_id: int | None = None
        """The line of the history that the calls belong to."""
        self._most = BATCH if batches else 1
        self._secrets = secrets
        self._waiting: list[CallRecord] = []
        self._count = 0
        self._ahead = timedelta()
        self._lock = Lock()

    def __repr__(self) -> str:
        return f"CallArchive(account_id={self.account_id}, calls={self._count})"

    @property
    def count(self) -> int:
        """Calls made so far."""
        return self._count

    @property
    def clock_ahead(self) -> timedelta:
        """How far this computer's clock is ahead of the platform's, by its usable answers; 0 where it is not.

        A pull must not claim to have read what lies between the two.
        """
        return self._ahead if self._ahead > _CLOCK_TOLERANCE else timedelta()

    def hide(self, *secrets: str) -> None:
        """Remove these values too from whatever is archived from now on."""
        self._secrets = (*self._secrets, *secrets)

    def __call__(self, facts: CallFacts) -> None:
        """Take a call in."""
        record = CallRecord(**{one.name: getattr(facts, one.name) for one in fields(CallRecord)})
        with self._lock:
            self._count += 1
            if facts.answered_at is not None and not facts.outcome:
                self._ahead = max(self._ahead, facts.started_at - facts.answered_at)
            self._waiting.append(self._without_secrets(record))
            full = record.acts or len(self._waiting) >= self._most
        if full:
            self.flush()

    def _without_secrets(self, record: CallRecord) -> CallRecord:
        if not self._secrets:
            return record
        return replace(
            record,
            subject=hide(record.subject, self._secrets),
            request=hide(record.request, self._secrets),
            response=hide(record.response, self._secrets),
        )

    def flush(self) -> None:
        """Write what waits."""
        with self._lock:
            waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        try:
            sync_runs.record_calls(self.account_id, self.run_id, waiting)
        except Exception:
            # Whatever it is, the run is worth more than its record.
            log.exception("%d calls of account %d could not be archived", len(waiting), self.account_id)
