"""The foot of the assistant: Back, Next, why Next cannot be, and the work that is under way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from factory_erp.i18n import _
from factory_erp.services.exchange.kind import ImportStoppedError
from factory_erp.ui.exchange.progress_line import ProgressLine
from factory_erp.ui.kit.buttons import Button, Kind, label
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import show_problem


@dataclass
class _Run:
    """One piece of work, and whether its answer or its refusal has come: a stop brings neither."""

    done: Callable[[Any], object]
    failed: Callable[[Exception], object]
    answered: bool = False


class Foot(QWidget):
    """Runs one piece of work at a time; ``locked`` says whether the steps have to wait for it."""

    locked = Signal(bool)

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._running: _Run | None = None
        self._may = False
        self.progress = ProgressLine(context.jobs)
        self.why = label(wrap=True)
        self.back_button = Button(_("Back"), icon="chevron-left")
        self.next_button = Button(kind=Kind.PRIMARY)
        self.next_button.setToolTip("Ctrl+Enter")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(self.progress, 1)
        row.addWidget(self.why, 1)
        row.addWidget(self.back_button)
        row.addWidget(self.next_button)

    def offer(self, title: str, why: str) -> None:
        """Next is called *title*, and cannot be pressed for a reason *why*; no title, no buttons."""
        self.next_button.setText(title)
        self.next_button.setAccessibleName(title)
        self.next_button.setVisible(bool(title))
        self.back_button.setVisible(bool(title))
        self.why.setText(why)
        self._may = bool(title) and not why
        self._look()

    def busy(self) -> bool:
        """Whether something is under way."""
        return self._running is not None

    def can_go_on(self) -> bool:
        """Whether Next can be pressed."""
        return self._may and not self.busy()

    def run(
        self,
        function: Callable[..., Any],
        done: Callable[[Any], object],
        title: str,
        *,
        failed: Callable[[Exception], object] | None = None,
        write: bool = False,
    ) -> None:
        """Work in the background; a refusal goes to *failed* or a dialog, a stop leaves all as it was."""
        run = self._running = _Run(done, failed or partial(show_problem, self))
        job = self._context.jobs.run(
            function, done=partial(self._answer, run), failed=partial(self._fail, run),
            finally_=partial(self._end, run), title=title, write=write, cancellable=True, owner=self,
        )  # fmt: skip
        self.progress.follow(job)
        self._look()
        self.locked.emit(True)

    def _answer(self, run: _Run, value: Any) -> None:
        """The work is over before its answer is shown, which may start work of its own."""
        self._free(run)
        run.done(value)

    def _fail(self, run: _Run, error: Exception) -> None:
        if isinstance(error, ImportStoppedError):
            return  # the work noticed the stop by itself, before its progress did
        self._free(run)
        run.failed(error)

    def _end(self, run: _Run) -> None:
        if not run.answered:
            self._free(run)
            self._context.say(_("Stopped. Nothing was changed."))

    def _free(self, run: _Run) -> None:
        run.answered = True
        self._running = None
        self._look()
        self.locked.emit(False)

    def _look(self) -> None:
        self.setVisible(self.busy() or bool(self.next_button.text()))
        self.why.setVisible(not self.busy())
        self.next_button.setEnabled(self.can_go_on())
        self.back_button.setEnabled(not self.busy())
