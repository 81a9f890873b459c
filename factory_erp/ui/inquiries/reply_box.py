"""Where an answer is written: what it says, and how it reaches the buyer."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from factory_erp.i18n import _
from factory_erp.services.inquiries.views import InquiryDetail
from factory_erp.ui.inquiries import words
from factory_erp.ui.kit.buttons import Button, Kind, label

HEIGHT = 92
"""Of the place to write in, px."""


class ReplyBox(QWidget):
    """An answer that is being written.  ``sent`` carries whether a person sends it himself."""

    sent = Signal(bool)
    dirty_changed = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._through = False
        self._known_dirty = False
        self.edit = QPlainTextEdit()
        self.edit.setAccessibleName(_("Answer"))
        self.edit.setPlaceholderText(_("Write an answer…   Ctrl+Enter sends it"))
        self.edit.setTabChangesFocus(True)
        self.edit.setFixedHeight(HEIGHT)
        for part in (self.edit, self.edit.viewport()):
            part.setAcceptDrops(False)  # e-mails that are dropped here are the page's
        self.edit.installEventFilter(self)
        self.edit.textChanged.connect(self._note_edit)
        self.problem = label(wrap=True)
        self.problem.setProperty("problem", True)
        self.problem.hide()
        self.way = label(muted=True, wrap=True)
        self.discard_button = Button(_("Discard"), run=self.discard)
        self.by_hand_button = Button(_("I sent it myself"), run=lambda: self.sent.emit(True))
        self.by_hand_button.setToolTip(
            _("Keep the answer here as sent; the platform is not told: you answered it there.")
        )
        self.send_button = Button(_("Send"), kind=Kind.PRIMARY, run=self.send)
        self.send_button.setToolTip("Ctrl+Enter")
        self._lay_out()
        self._note_edit()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self.way, 1)
        for button in (self.discard_button, self.by_hand_button, self.send_button):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 4, 14, 12)
        column.setSpacing(8)
        column.addWidget(self.edit)
        column.addWidget(self.problem)
        column.addLayout(row)

    def show_way(self, detail: InquiryDetail) -> None:
        """Say how an answer to this inquiry travels."""
        self._through = detail.takes_replies
        self.way.setText(words.way(detail))
        self.by_hand_button.setVisible(self._through)
        self.send_button.setText(self._act(detail))
        self.send_button.setAccessibleName(self.send_button.text())

    @staticmethod
    def _act(detail: InquiryDetail) -> str:
        if detail.takes_replies:
            return _("Send")
        return _("Write e-mail") if detail.buyer_email else _("Copy, mark as sent")

    def text(self) -> str:
        """What stands there."""
        return self.edit.toPlainText()

    def is_dirty(self) -> bool:
        """Whether something was written and not sent."""
        return bool(self.text().strip())

    def send(self) -> None:
        """Ask for the answer to be sent the way it says."""
        if self.send_button.isEnabled():
            self.sent.emit(not self._through)

    def discard(self) -> None:
        """Empty the box; Ctrl+Z in it brings the text back."""
        cursor = self.edit.textCursor()
        cursor.select(cursor.SelectionType.Document)
        cursor.removeSelectedText()

    def clear(self) -> None:
        """Empty the box for good: what stood there was sent."""
        self.edit.clear()

    def set_busy(self, on: bool) -> None:
        """Not twice while the first is on its way."""
        self.edit.setReadOnly(on)
        self._look(busy=on)

    def show_problem(self, text: str) -> None:
        """Say under the text why it was not taken."""
        self.problem.setText(text)
        self.problem.setVisible(bool(text))
        self.edit.setAccessibleDescription(text)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ctrl+Enter sends."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self.send()
                return True
        return super().eventFilter(watched, event)

    def _note_edit(self) -> None:
        self.show_problem("")
        self._look(busy=False)
        dirty = self.is_dirty()
        if dirty != self._known_dirty:
            self._known_dirty = dirty
            self.dirty_changed.emit(dirty)

    def _look(self, *, busy: bool) -> None:
        some = self.is_dirty() and not busy
        self.send_button.setEnabled(some)
        self.by_hand_button.setEnabled(some)
        self.discard_button.setVisible(self.is_dirty())
        self.discard_button.setEnabled(not busy)
