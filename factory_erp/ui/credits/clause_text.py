"""The words of one clause, as high as they need; its keys lead to the clauses around it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent, QKeySequence, QResizeEvent, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit

_EDGE = 14
"""Frame and padding above and below the lines of a clause, px."""


class ClauseText(QPlainTextEdit):
    """One clause, as high as its words; Enter begins the next one, Backspace at the start joins two."""

    split_asked = Signal(str)
    """The words behind the cursor, which become the next clause."""
    join_asked = Signal()
    moved = Signal(int)
    entered = Signal()
    left = Signal()

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setTabChangesFocus(True)
        # Two undo histories would fight over one key: the form's is the one.
        self.setUndoRedoEnabled(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().documentLayout().documentSizeChanged.connect(lambda _size: self._fit())
        self._fit()

    def _fit(self) -> None:
        lines = max(int(self.document().size().height()), 1)
        self.setFixedHeight(lines * QFontMetrics(self.font()).lineSpacing() + _EDGE + 8)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width breaks the lines anew."""
        super().resizeEvent(event)
        self._fit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Tell the form, which brings the clause into sight."""
        super().focusInEvent(event)
        self.entered.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Tell the form: what is typed next is another step."""
        super().focusOutEvent(event)
        self.left.emit()

    def event(self, event: QEvent) -> bool:
        """Undo and redo are the form's: not even offered to the text."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _is_undo(event):
            event.ignore()
            return False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter, Backspace at the start, up and down over the edge; the form's keys go on to it."""
        cursor, key = self.textCursor(), event.key()
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if _is_undo(event) or (control and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter)):
            event.ignore()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            cursor.movePosition(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)
            rest = cursor.selectedText()
            cursor.removeSelectedText()
            self.split_asked.emit(rest)
        elif key == Qt.Key.Key_Backspace and cursor.atStart() and not cursor.hasSelection():
            self.join_asked.emit()
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and not control and self._at_edge(key):
            self.moved.emit(-1 if key == Qt.Key.Key_Up else 1)
        else:
            super().keyPressEvent(event)

    def _at_edge(self, key: int) -> bool:
        cursor = self.textCursor()
        way = QTextCursor.MoveOperation.Up if key == Qt.Key.Key_Up else QTextCursor.MoveOperation.Down
        return not cursor.movePosition(way)


def _is_undo(event: QKeyEvent) -> bool:
    return event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo)
