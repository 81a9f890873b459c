"""The base of a record's tabs that hold a draft: read in the background, edited, saved when told to.

The page that hosts a tab asks ``is_dirty`` before it leaves, calls ``save`` on Ctrl+Enter and ``refresh``
when the record has changed; a draft is never read over.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from factory_erp.domain.errors import DomainError
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import show_problem
from factory_erp.ui.kit.draft_bar import DraftBar
from factory_erp.ui.kit.forms import Form


class DraftTab(QWidget):
    """One part of the record *record_id*; ``dirty_changed`` says whether there is something to save."""

    dirty_changed = Signal(bool)

    def __init__(self, context: UiContext, record_id: int) -> None:
        super().__init__()
        self.context, self.record_id = context, record_id
        self.bar = DraftBar(self.discard, self.save)
        self._known_dirty = False

    # what each tab does its own way

    def reading(self) -> Callable[[], object]:
        """The query that ``show_record`` is given the answer of."""
        raise NotImplementedError

    def show_record(self, read: object) -> None:
        """Show what was read as the state that was saved last."""
        raise NotImplementedError

    def is_dirty(self) -> bool:
        """Whether there are edits that were not saved."""
        raise NotImplementedError

    def save(self) -> bool:
        """Start saving; False where a cell or field is not sound, which is then shown."""
        raise NotImplementedError

    def discard(self) -> None:
        """Throw the edits away, and read again what stands in the database."""
        raise NotImplementedError

    def show_refusal(self, error: DomainError) -> bool:
        """Show a use case's refusal where it belongs; False if it belongs to no field of this tab."""
        return False

    # the same for all

    def refresh(self) -> None:
        """Read again, unless somebody is in the middle of a draft."""
        if not self.is_dirty():
            self.context.jobs.run(self.reading(), done=self._take, owner=self)

    def _take(self, read: object) -> None:
        if not self.is_dirty():
            self.show_record(read)
            self.note_edit()

    def note_edit(self) -> None:
        """Something was edited, undone, saved or thrown away."""
        dirty = self.is_dirty()
        self.bar.setVisible(dirty)
        if dirty != self._known_dirty:
            self._known_dirty = dirty
            self.dirty_changed.emit(dirty)

    def write(self, use_case: Callable[[], object], done: Callable[[object], object], title: str) -> None:
        """Run *use_case*; a refusal is shown at its field, or in a dialog."""
        self.context.jobs.run(use_case, done=done, failed=self._failed, write=True, title=title, owner=self)

    def _failed(self, error: Exception) -> None:
        if not (isinstance(error, DomainError) and self.show_refusal(error)):
            show_problem(self, error)


def without_bar(form: Form) -> Form:
    """*form* as a part of a tab: the tab's bar is for all of it."""
    form.bar.hide()
    form.dirty_changed.connect(lambda _dirty: form.bar.hide())
    return form
