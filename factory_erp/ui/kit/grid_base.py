"""What a grid and a matrix have in common: undo, what is saved and what not, names, and pasting."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication, QUndoStack
from PySide6.QtWidgets import QWidget

from factory_erp.i18n import _
from factory_erp.sheets.clipboard import parse_block
from factory_erp.sheets.table import SheetRefused
from factory_erp.ui.kit.dialogs import show_problem
from factory_erp.ui.kit.grid_paste import PasteDialog, PastePlan
from factory_erp.ui.kit.grid_view import GridView
from factory_erp.ui.kit.rows import Column


class GridWidget(QWidget):
    """Cells that one edits in place.  Nothing is saved by itself.

    ``changed`` comes after every step, undone ones too; ``dirty_changed`` says whether there is something to
    save; ``save_asked`` is Ctrl+Enter.  A subclass sets ``view`` and says what pasting does.
    """

    changed = Signal()
    dirty_changed = Signal(bool)
    save_asked = Signal()

    view: GridView

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.undo_stack = QUndoStack(self)
        self.undo_stack.cleanChanged.connect(self._note_clean)

    def is_dirty(self) -> bool:
        """Whether there are edits that were not saved, the one in the open editor included."""
        editor = self.view.editor()
        return not self.undo_stack.isClean() or (editor is not None and editor.isModified())

    def mark_saved(self) -> None:
        """What stands in the cells is what is saved."""
        self.view.settle()
        self.undo_stack.setClean()

    def discard(self) -> None:
        """Go back to what was saved last; redo brings the edits back, where undo led there."""
        self.view.shut(keep=False)
        if self.undo_stack.cleanIndex() >= 0:
            self.undo_stack.setIndex(self.undo_stack.cleanIndex())
        else:
            # The way back to the saved state was cut off by an edit after an undo.
            self._restore()
            self.undo_stack.clear()

    def _restore(self) -> None:
        """Show what was saved last."""
        raise NotImplementedError

    def undo_text(self) -> str:
        """Title of the undo command: what it would undo."""
        return _("Undo: {step}", step=self.undo_stack.undoText()) if self.undo_stack.canUndo() else _("Undo")

    def redo_text(self) -> str:
        """Title of the redo command: what it would do again."""
        return _("Redo: {step}", step=self.undo_stack.redoText()) if self.undo_stack.canRedo() else _("Redo")

    def set_empty_text(self, text: str) -> None:
        """Say *text* (translated) where there are no rows."""
        self.view.set_empty_text(text)

    def set_name(self, name: str) -> None:
        """The name that a screen reader gives the cells, translated."""
        self.setAccessibleName(name)
        self.view.setAccessibleName(name)

    # commands

    def can(self, command: str) -> bool:
        """Whether *command* (a key of ``grid_keys.KEYS``) is of use here now."""
        raise NotImplementedError

    def run(self, command: str) -> None:
        """Do what the key of *command* does, if it can be done."""
        if not self.can(command):
            return
        if command not in ("copy", "save"):
            self.view.shut(keep=command != "paste")
        self._acts()[command]()
        self.view.reopen_if_shut()

    def _acts(self) -> dict[str, Callable[[], object]]:
        """What each command does."""
        return {
            "paste": self.paste,
            "undo": self.undo_stack.undo,
            "redo": self.undo_stack.redo,
            "save": self.save_asked.emit,
        }

    # pasting

    def paste(self, text: str | None = None) -> PasteDialog | None:
        """Paste *text* (the clipboard's where None) from the marked cell on.

        A short sound line goes in at once; anything else is shown in the dialog that is returned, open.
        """
        try:
            block = parse_block(QGuiApplication.clipboard().text() if text is None else text)
        except SheetRefused as error:
            show_problem(self, error)
            return None
        while block and not any(block[-1]):
            block.pop()
        if not block:
            return None
        plan = self.plan(block)
        if not plan.needs_asking():
            self.apply(plan)
            return None
        dialog = PasteDialog(plan, self._columns(), self, line_title=self._line_title)
        dialog.accepted.connect(partial(self.apply, plan))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    def plan(self, block: Sequence[Sequence[str]]) -> PastePlan:
        """What pasting *block* at the marked cells would do."""
        raise NotImplementedError

    def apply(self, plan: PastePlan) -> None:
        """Do all of *plan*, as one step."""
        raise NotImplementedError

    def _columns(self) -> Sequence[Column]:
        """The columns as shown."""
        raise NotImplementedError

    def _line_title(self, row: int) -> str:
        """How a line is called."""
        return str(row + 1)

    def _note_clean(self, clean: bool) -> None:
        self.dirty_changed.emit(not clean)
