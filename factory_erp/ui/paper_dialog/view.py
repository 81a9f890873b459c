"""A paper that is drawn in the background, with what it lacks said above it, or why there is none."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import count
from pathlib import Path

from PySide6.QtCore import QTemporaryDir, Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import _
from factory_erp.services.issuing.drafts import Draft
from factory_erp.ui.kit.jobs import Jobs
from factory_erp.ui.kit.pdf_preview import PdfPreview
from factory_erp.ui.kit.theme import Tone
from factory_erp.ui.kit.widgets import Banner, EmptyState
from factory_erp.ui.paper_words import lacking_text


class PaperView(QWidget):
    """Shows one paper at a time; an answer to an older question is dropped.

    ``drawn`` comes with each answer: whether a paper is in sight.
    """

    drawn = Signal(bool)

    def __init__(self, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._folder, self._numbers, self._asked = QTemporaryDir(), count(1), 0
        self.lacking = Banner("", Tone.WARNING, icon="info")
        self.lacking.words.setWordWrap(True)
        self.preview = PdfPreview(self)
        self.problem = EmptyState("document", "")
        self._stack = QStackedWidget()
        self._stack.addWidget(self.preview)
        self._stack.addWidget(self.problem)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.lacking)
        column.addWidget(self._stack, 1)
        self._say_lacking("")

    def read(self, read: Callable[[], Draft], name: str) -> None:
        """Show what *read* gives; *name* is what "Save as" proposes for it."""
        self._asked = number = next(self._numbers)
        path = Path(self._folder.path()) / str(number) / name
        self._jobs.run(
            partial(_write, read, path),
            done=partial(self._show, number, path),
            failed=partial(self._fail, number),
            owner=self,
        )

    def stop(self) -> None:
        """Show nothing any more, so that the files can be removed; what is being drawn is dropped."""
        self._asked = next(self._numbers)
        self.preview.clear()

    def _show(self, number: int, path: Path, draft: Draft) -> None:
        if number == self._asked:
            self._stack.setCurrentWidget(self.preview)
            self._say_lacking(lacking_text(draft.lacking))
            self.drawn.emit(self.preview.show_document(path))

    def _fail(self, number: int, error: Exception) -> None:
        if number != self._asked:
            return
        self.preview.clear()
        plain = isinstance(error, DomainError)
        self.problem.sentence.setText(str(error) if plain else _("The document could not be drawn."))
        self._stack.setCurrentWidget(self.problem)
        self._say_lacking("")
        self.drawn.emit(False)

    def _say_lacking(self, said: str) -> None:
        self.lacking.set_text(said)
        self.lacking.setVisible(bool(said))


def _write(read: Callable[[], Draft], path: Path) -> Draft:
    """Draw the paper and put it into a folder of its own."""
    draft = read()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(draft.content)
    return draft
