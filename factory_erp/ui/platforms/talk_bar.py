"""How far the conversation with a platform is, and the way to stop it."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from factory_erp.i18n import _
from factory_erp.ui.kit.jobs import Job
from factory_erp.ui.kit.widgets import Button, Kind, label
from factory_erp.ui.platforms.actions import Actions


class TalkBar(QWidget):
    """A bar and a word on what is being done; stands on the card of the account."""

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        self.words = label(_("Connecting…"), muted=True, wrap=True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 0)
        self.bar.setAccessibleName(_("Progress"))
        self.cancel = Button(_("Cancel"), kind=Kind.LINK, run=self._stop)
        self._actions = actions
        row = QHBoxLayout()
        row.addWidget(self.bar, 1)
        row.addWidget(self.cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 4)
        column.setSpacing(2)
        column.addWidget(self.words)
        column.addLayout(row)
        if actions.talk is not None:
            self.show_steps(actions.talk.job)

    def show_steps(self, job: Job) -> None:
        """Show how far *job* is."""
        done, total, text = job.steps
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        if text and not done:
            self.words.setText(text)
        elif text:
            self.words.setText(f"{text} {done:,} / {total:,}" if total else f"{text} {done:,}")

    def _stop(self) -> None:
        self.cancel.setEnabled(False)
        self.words.setText(_("Stopping after this page…"))
        self._actions.stop()
