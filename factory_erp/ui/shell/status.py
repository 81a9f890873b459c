"""The status bar: what was just done, the job that runs, and the way to the commands."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QProgressBar, QStatusBar, QWidget

from factory_erp.i18n import _
from factory_erp.ui.kit.buttons import Button, Kind, label
from factory_erp.ui.kit.jobs import Job, Jobs

STAYS = 8000
"""Milliseconds that a sentence stays in the status bar."""


class StatusBar(QStatusBar):
    """Watches the jobs; of those with a title, the newest is shown with its progress."""

    def __init__(self, jobs: Jobs, open_palette: Callable[[], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._job: Job | None = None
        self.setSizeGripEnabled(False)
        self._words = label(_("Ready"))
        self._title = label()
        self._bar = QProgressBar()
        self._bar.setFixedWidth(120)
        self._bar.setTextVisible(False)
        self._cancel = Button(_("Cancel"), kind=Kind.LINK, run=self.cancel)
        palette = Button(_("Ctrl+K commands"), kind=Kind.LINK, run=open_palette)
        palette.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._words.setContentsMargins(8, 0, 0, 0)
        self.addWidget(self._words, 1)
        for widget in (self._title, self._bar, self._cancel, palette):
            self.addPermanentWidget(widget)
        self._fade = QTimer(self)
        self._fade.setSingleShot(True)
        self._fade.setInterval(STAYS)
        self._fade.timeout.connect(lambda: self._words.setText(_("Ready")))
        for signal in (jobs.started, jobs.progress, jobs.finished):
            signal.connect(self._look)
        self._look()

    def say(self, sentence: str) -> None:
        """Show *sentence* for a while."""
        self._words.setText(sentence)
        self._fade.start()

    def words(self) -> str:
        """The sentence shown."""
        return self._words.text()

    def job(self) -> Job | None:
        """The job shown."""
        return self._job

    def cancel(self) -> None:
        """Ask the job shown to stop."""
        if self._job is not None:
            self._job.cancel()
            self._cancel.setEnabled(False)

    def _look(self, _job: object = None) -> None:
        titled = [job for job in self._jobs.running() if job.title]
        newest = titled[-1] if titled else None
        if newest is not self._job:
            self._cancel.setEnabled(True)
        self._job = newest
        for widget in (self._title, self._bar):
            widget.setVisible(newest is not None)
        self._cancel.setVisible(newest is not None and newest.cancellable)
        if newest is not None:
            done, total, text = newest.steps
            self._title.setText(f"{newest.title}  {text}".rstrip())
            self._bar.setRange(0, total)
            self._bar.setValue(done)
            self._bar.setAccessibleName(newest.title)
