"""Work off the UI thread: one lane for what writes, two threads for the rest.

A job is a plain function.  Writers queue in one lane, because the database has one writer; readers
share a small pool.  The function runs in a copy of the caller's context, so it speaks the user's
language.  What it returns, or raises, is delivered on the UI thread, through a queued signal.
"""

from __future__ import annotations

import inspect
import logging
import threading
import traceback
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot
from shiboken6 import isValid

from factory_erp.domain.errors import DomainError

log = logging.getLogger(__name__)

READERS = 2
"""Threads beside the writer's: enough for a search to overtake a report."""

T = TypeVar("T")


class JobCancelledError(Exception):
    """Raised inside a job by ``Progress.report`` once the user has asked it to stop."""


class Progress:
    """How far a job is; given to a function that declares a parameter named ``progress``.

    May be called from any thread.  ``report`` raises JobCancelledError after a cancel, so that a loop which
    reports can be stopped; ``cancelled`` may be polled instead where stopping needs care.
    """

    def __init__(self, tell: Callable[[int, int, str], None] = lambda done, total, text: None) -> None:
        self._tell = tell
        self._stop = threading.Event()

    @property
    def cancelled(self) -> bool:
        """Whether the user, or the closing window, asked the job to stop."""
        return self._stop.is_set()

    def cancel(self) -> None:
        """Ask the job to stop at its next report."""
        self._stop.set()

    def report(self, done: int, total: int, text: str = "") -> None:
        """*done* of *total* steps are finished (total 0: unknown). Raises JobCancelledError if cancelled."""
        if self._stop.is_set():
            raise JobCancelledError
        self._tell(done, total, text)


@dataclass(eq=False)
class Job:
    """One piece of work, as the status bar shows it."""

    number: int
    title: str
    write: bool
    cancellable: bool
    progress: Progress
    done: Callable[..., object] | None = None
    failed: Callable[[Exception], object] | None = None
    finally_: Callable[[], object] | None = None
    owner: QObject | None = None
    steps: tuple[int, int, str] = (0, 0, "")
    future: Future[object] | None = field(default=None, repr=False)

    def cancel(self) -> None:
        """Stop the job: at once if it still waits in its lane, else at its next report."""
        self.progress.cancel()
        if self.future is not None:
            self.future.cancel()


class Jobs(QObject):
    """The one way to run work in the background.  Lives on, and delivers to, the UI thread.

    ``changed`` carries the change set of a committed use case, ``progress`` a Job whose ``steps`` have
    moved, ``started`` and ``finished`` a Job, ``problem`` an exception that no caller took.
    """

    changed = Signal(object)
    progress = Signal(object)
    started = Signal(object)
    finished = Signal(object)
    problem = Signal(object)
    _stepped = Signal(object, int, int, str)
    _ended = Signal(object, object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._writer = ThreadPoolExecutor(1, "writer")
        self._readers = ThreadPoolExecutor(READERS, "reader")
        self._numbers = count(1)
        self._running: dict[int, Job] = {}
        self._closed = False
        self._stepped.connect(self._on_stepped, Qt.ConnectionType.QueuedConnection)
        self._ended.connect(self._on_ended, Qt.ConnectionType.QueuedConnection)

    def run(
        self,
        function: Callable[..., T],
        *,
        done: Callable[..., object] | None = None,
        failed: Callable[[Exception], object] | None = None,
        title: str = "",
        write: bool = False,
        cancellable: bool = False,
        finally_: Callable[[], object] | None = None,
        owner: QObject | None = None,
    ) -> Job:
        """Run *function* in the writer's lane (``write``) or in the readers' pool; returns at once.

        On the UI thread, later: ``done(value)`` with the value of a Result or with what was returned,
        or ``failed(error)``; without ``failed`` the error goes to ``problem``.  ``finally_()`` comes after
        either, and after a cancel.  None of them is called once ``owner``, or the widget whose bound method
        it is, has been deleted.  Jobs without a title stay out of the status bar.
        After ``shutdown`` what only reads is dropped, because a timer may still fire while the window
        closes; what writes raises RuntimeError, because nothing a person asked for is lost silently.
        """
        job = Job(next(self._numbers), title, write, cancellable, Progress(), done, failed, finally_, owner)
        if self._closed:
            if write:
                raise RuntimeError("the window is closing: no new work is taken")
            job.cancel()
            return job
        job.progress._tell = partial(self._tell_step, job)
        if _wants_progress(function):
            function = partial(function, progress=job.progress)
        self._running[job.number] = job
        self.started.emit(job)
        lane = self._writer if write else self._readers
        job.future = lane.submit(copy_context().run, function)
        job.future.add_done_callback(partial(self._tell_end, job))
        return job

    def running(self) -> list[Job]:
        """Jobs that wait or run, oldest first."""
        return list(self._running.values())

    @property
    def closed(self) -> bool:
        """Whether the window is closing: no new work is taken."""
        return self._closed

    def shutdown(self) -> None:
        """Cancel everything, wait for the threads to end; late results are dropped."""
        self._closed = True
        for job in self.running():
            job.cancel()
        for lane in (self._writer, self._readers):
            lane.shutdown(wait=True, cancel_futures=True)
        self._running.clear()

    def _tell_step(self, job: Job, done: int, total: int, text: str) -> None:
        if not self._closed:
            self._stepped.emit(job, done, total, text)

    def _tell_end(self, job: Job, future: Future[object]) -> None:
        """Runs in the worker's thread (or in the canceller's): hands over to the UI thread."""
        if self._closed:
            return
        if future.cancelled():
            self._ended.emit(job, None, JobCancelledError())
        else:
            error = future.exception()
            self._ended.emit(job, None if error else future.result(), error)

    @Slot(object, int, int, str)
    def _on_stepped(self, job: Job, done: int, total: int, text: str) -> None:
        if job.number in self._running:
            job.steps = (done, total, text)
            self.progress.emit(job)

    @Slot(object, object, object)
    def _on_ended(self, job: Job, result: object, error: Exception | None) -> None:
        if self._running.pop(job.number, None) is None:
            return
        try:
            if error is None:
                self._deliver(job, result)
            elif not isinstance(error, JobCancelledError):
                self._fail(job, error)
        finally:
            if job.finally_ is not None and _is_alive(job, job.finally_):
                job.finally_()
            self.finished.emit(job)

    def _deliver(self, job: Job, result: object) -> None:
        """The caller hears of the result first, the pages of the changes after it."""
        value, changes = unwrap(result)
        if job.done is not None and _is_alive(job, job.done):
            job.done(value)
        if changes:
            self.changed.emit(changes)

    def _fail(self, job: Job, error: Exception) -> None:
        if not isinstance(error, DomainError):
            log.error("%s failed", job.title or "a job", exc_info=error)
        if job.failed is not None:
            if _is_alive(job, job.failed):
                job.failed(error)
        else:
            self.problem.emit(error)


def unwrap(result: object) -> tuple[object, object]:
    """(value, changes) of a services ``Result``; (result, None) of anything else."""
    if hasattr(result, "value") and hasattr(result, "changes"):
        return result.value, result.changes
    return result, None


def details(error: BaseException) -> str:
    """The traceback of *error*, for the log and for "Copy details"."""
    return "".join(traceback.format_exception(error))


def _is_alive(job: Job, callback: Callable[..., object]) -> bool:
    """Whether the job's owner and the widget behind *callback* exist: pages are rebuilt meanwhile."""
    while isinstance(callback, partial):
        callback = callback.func
    target = getattr(callback, "__self__", None)
    return all(isValid(one) for one in (job.owner, target) if isinstance(one, QObject))


def _wants_progress(function: Callable[..., object]) -> bool:
    """Whether *function* has a free parameter named ``progress`` (partials are seen through)."""
    try:
        parameter = inspect.signature(function).parameters.get("progress")
    except (TypeError, ValueError):
        return False
    return parameter is not None and not (isinstance(function, partial) and "progress" in function.keywords)
