"""What the program does by itself while its window is open: syncing accounts that are due, tidying up.

Both are quiet: an account says on its page what went wrong, and nobody is interrupted by a dialog.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from factory_erp.i18n import _
from factory_erp.services import clock
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.jobs import Job, JobCancelledError, Progress

# The network's libraries are loaded by the first sync, in its own thread.
if TYPE_CHECKING:
    from factory_erp.services.base import Changes, Result
    from factory_erp.services.upkeep.tidying import Tidied
    from factory_erp.sync.credentials import SecretStore

log = logging.getLogger(__name__)

EVERY = 60_000
"""Milliseconds between two looks at what is due."""

FIRST = 5_000
"""Milliseconds after the start: the first page comes first."""

TIDIED = "tidied"
"""Setting that holds the day (ISO) of the last tidying on this PC."""


@dataclass(frozen=True, slots=True)
class Due:
    """What there is to do now."""

    accounts: tuple[int, ...]


class Background(QObject):
    """Looks each minute; one sync at a time, and none that somebody else runs.

    Nothing is begun once the job lanes are closed, and ``stop`` ends the looking. An account is synced
    only where its settings say how often, in the demo as in a factory of one's own.
    """

    def __init__(self, context: UiContext, secrets: SecretStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._secrets = secrets
        self._job: Job | None = None
        self._tidying: Job | None = None
        self.timer = QTimer(self, interval=EVERY)
        self.timer.timeout.connect(self.look)
        self._first = QTimer(self, singleShot=True, interval=FIRST)
        self._first.timeout.connect(self.look)

    def start(self) -> None:
        """Begin to look."""
        self.timer.start()
        self._first.start()

    def stop(self) -> None:
        """Look no more; what runs is ended by its lane."""
        self.timer.stop()
        self._first.stop()

    def busy(self) -> bool:
        """Whether a sync of its own, or the question whether there is one to run, is under way."""
        return self._job is not None

    def look(self) -> None:
        """Begin what is due."""
        if self._context.jobs.closed:
            self.stop()
            return
        self._tidy()
        if self._job is None:
            # Asked in a job without a title: the status bar stays still where there is nothing to do.
            self._job = self._context.jobs.run(
                _due_accounts, done=self._sync, failed=_quiet, finally_=self._looked, owner=self
            )

    def _sync(self, due: Due) -> None:
        if not due.accounts:
            return
        self._job = self._context.jobs.run(
            partial(sync_due, self._secrets),
            failed=_quiet,
            title=_("Syncing the platforms"),
            cancellable=True,
            finally_=self._synced,
            owner=self,
        )

    def _looked(self) -> None:
        """The question is answered; a sync that followed from it takes its place."""
        if self._job is not None and not self._job.title:
            self._job = None

    def _synced(self) -> None:
        self._job = None

    def _tidy(self) -> None:
        settings, today = self._context.settings(), clock.today().isoformat()
        if self._tidying is not None or settings.value(TIDIED, "") == today:
            return
        self._tidying = self._context.jobs.run(
            _tidy, done=partial(self._tidied, today), failed=_quiet, finally_=self._tidying_over, owner=self
        )

    def _tidied(self, day: str, found: Tidied) -> None:
        self._context.settings().setValue(TIDIED, day)
        log.info("tidied up: %s", found)

    def _tidying_over(self) -> None:
        self._tidying = None


class _Gentle:
    """Progress that lets a run end where it can be continued, instead of breaking out of it."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    @property
    def cancelled(self) -> bool:
        return self._progress.cancelled

    def report(self, done: int, total: int, text: str = "") -> None:
        try:
            self._progress.report(done, total, text)
        except JobCancelledError:
            return


def sync_due(secrets: SecretStore, progress: Progress) -> Result[int]:
    """Sync every account that is due; how many were, with all that changed."""
    from factory_erp.models.platforms import RunTrigger
    from factory_erp.services.base import Result
    from factory_erp.sync import engine, runs

    reports = runs.sync_due(secrets, trigger=RunTrigger.TIMER, progress=_Gentle(progress))
    changes: Changes = {}
    for report in reports:
        changes = engine.merged(changes, report.changes)
    return Result(len(reports), changes)


def _due_accounts() -> Due:
    from factory_erp.services.platforms import accounts as platforms

    return Due(tuple(platforms.due_accounts()))


def _tidy() -> Result[Tidied]:
    from factory_erp.services.upkeep.tidying import tidy

    return tidy()


def _quiet(error: Exception) -> None:
    """The account's page, and the history of its runs, say what there is to say."""
    log.warning("not done by itself: %s", error)
