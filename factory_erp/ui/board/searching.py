"""The search for a better schedule, run from the window: it goes on while the board is used."""

from __future__ import annotations

from contextlib import suppress
from threading import Lock

from PySide6.QtCore import QObject, Qt, Signal, Slot

from factory_erp.i18n import _
from factory_erp.planning.schedule import engine
from factory_erp.services.base import Changes, Result
from factory_erp.services.schedule.scheduling import ScheduleOutcome
from factory_erp.services.schedule.search import ScheduleSearch
from factory_erp.ui.board import words
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.jobs import Job, JobCancelledError, Progress


class Searching(QObject):
    """At most one search at a time; stopping it keeps the best schedule so far."""

    started = Signal()
    improved = Signal(object)
    """A ``ScheduleOutcome`` that was just published, while the search goes on."""
    finished = Signal(object)
    """The last ``ScheduleOutcome``."""
    ended = Signal()
    """The search is over, whether it came to something or not."""
    _published = Signal(object, object)

    def __init__(self, context: UiContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._job: Job | None = None
        self._seconds: float | None = None
        # From the searching thread to the window's.
        self._published.connect(self._take, Qt.ConnectionType.QueuedConnection)

    @property
    def running(self) -> bool:
        """Whether a search is on."""
        return self._job is not None

    def start(self, seconds: float | None = None) -> None:
        """Search for *seconds* (None: as the settings say), unless a search is on."""
        if self._job is not None:
            return
        self._seconds = seconds
        # Not in the writers' lane: it holds the database only while it publishes, and moves must not wait.
        self._job = self._context.jobs.run(
            self._search,
            title=_("Scheduling"),
            cancellable=True,
            done=self.finished.emit,
            finally_=self._over,
            owner=self,
        )
        self.started.emit()

    def stop(self) -> None:
        """End the search; what it has found so far stays."""
        if self._job is not None:
            self._job.cancel()

    def _search(self, progress: Progress) -> Result[ScheduleOutcome]:
        """The job. A cancel is heard by asking, because an exception would lose the best schedule."""
        told = _Told(progress)

        def published(changes: Changes, outcome: ScheduleOutcome) -> None:
            told.say(words.so_far(outcome))
            self._published.emit(changes, outcome)

        search = ScheduleSearch(self._seconds, published=published)
        outcome = search.run(told.report, lambda: progress.cancelled)
        return Result(outcome, search.changes)

    @Slot(object, object)
    def _take(self, changes: object, outcome: object) -> None:
        self.improved.emit(outcome)
        self._context.jobs.changed.emit(changes)

    def _over(self) -> None:
        self._job = None
        self.ended.emit()


class _Told:
    """What the status bar hears of a search; its threads all speak to it."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._lock = Lock()
        self._steps = (0, 0)
        self._text = "" if engine.is_warm() else _("the first search takes longer to get ready")
        self.report(0, 0)

    def report(self, done: int, total: int) -> None:
        """*done* of *total* of the search are over."""
        with self._lock:
            self._steps = done, total
        self._tell()

    def say(self, text: str) -> None:
        """What was found."""
        self._text = text
        self._tell()

    def _tell(self) -> None:
        with suppress(JobCancelledError):
            self._progress.report(*self._steps, self._text)
