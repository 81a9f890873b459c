"""How far a piece of work is, with a button that stops it."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from factory_erp.i18n import _
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.buttons import Button, label
from factory_erp.ui.kit.jobs import Job, Jobs


class ProgressLine(QWidget):
    """Follows one job at a time and is there only while it runs."""

    def __init__(self, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._job: Job | None = None
        self.words = label()
        self.bar = QProgressBar()
        self.bar.setFixedWidth(200)
        self.bar.setTextVisible(False)
        self.stop_button = Button(_("Stop"), icon="stop", run=self.stop)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        for part in (self.words, self.bar, self.stop_button):
            row.addWidget(part)
        row.addStretch(1)
        jobs.progress.connect(self._note_step)
        jobs.finished.connect(self._note_end)
        self.hide()

    def follow(self, job: Job) -> None:
        """Show how far *job* is until it ends."""
        self._job = job
        self.words.setText(job.title)
        self.bar.setRange(0, 0)
        self.bar.setAccessibleName(job.title)
        self.stop_button.setEnabled(True)
        self.show()

    def busy(self) -> bool:
        """Whether a job is followed."""
        return self._job is not None

    def stop(self) -> None:
        """Ask the job to stop."""
        if self._job is not None:
            self.stop_button.setEnabled(False)
            self.words.setText(_("Stopping…"))
            self._job.cancel()

    def _note_step(self, job: object) -> None:
        if self._job is None or job is not self._job or self._job.progress.cancelled:
            return
        done, total, text = self._job.steps
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        figure = f"{done * 100 // total} %" if total else figures.number(done)
        self.words.setText(" · ".join((text or self._job.title, figure)) if done else self._job.title)

    def _note_end(self, job: object) -> None:
        if job is self._job:
            self._job = None
            self.hide()
