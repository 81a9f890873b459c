"""The two dialogs of the program: a problem in plain words, and a question before what cannot be undone."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import _
from factory_erp.ui.kit.buttons import Button, Kind, label
from factory_erp.ui.kit.jobs import details

WIDTH = 460
"""Of a message, px."""


class Message(QDialog):
    """A sentence, what to do about it under it, and buttons at the right; the last one is the act."""

    def __init__(self, title: str, text: str, more: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumWidth(WIDTH)
        self._text = label(text, pixels=15, bold=bool(more), wrap=True, selectable=True)
        self._more = label(more, wrap=True, selectable=True)
        self._more.setVisible(bool(more))
        self._left, self._right = QHBoxLayout(), QHBoxLayout()
        foot = QHBoxLayout()
        for part in (self._left, self._right):
            part.setSpacing(10)
        foot.addLayout(self._left)
        foot.addStretch(1)
        foot.addLayout(self._right)
        column = QVBoxLayout(self)
        column.setContentsMargins(22, 20, 22, 16)
        column.setSpacing(10)
        column.addWidget(self._text)
        column.addWidget(self._more)
        column.addStretch(1)
        column.addSpacing(6)
        column.addLayout(foot)

    def text(self) -> str:
        """The sentence."""
        return self._text.text()

    def more_text(self) -> str:
        """What stands under it."""
        return self._more.text()

    def add_button(self, button: Button, *, left: bool = False) -> Button:
        """Put *button* to the right of those that are there, or at the *left* edge; returns it."""
        button.setAutoDefault(True)
        (self._left if left else self._right).addWidget(button)
        return button

    def start_at(self, button: Button) -> None:
        """Enter presses *button*, which has the keyboard first."""
        button.setDefault(True)
        button.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        """As high as the words need: a wrapped label cannot ask for it by itself."""
        layout = self.layout()
        assert layout is not None
        layout.activate()
        self.resize(self.width(), max(layout.totalHeightForWidth(self.width()), 0))
        super().showEvent(event)


def tell(parent: QWidget | None, title: str, text: str, more: str = "") -> Message:
    """Say something that has to be read; returns the open dialog, which does not block."""
    box = _message(parent, title, text, more)
    box.open()
    return box


def show_problem(parent: QWidget | None, error: BaseException) -> Message:
    """Say what went wrong, without a traceback; returns the open dialog, which does not block.

    A domain error says what to do about it.  Any other error is ours: a plain sentence, and a button
    that copies what the log holds.
    """
    if isinstance(error, DomainError):
        return tell(parent, error.record or _("This cannot be done"), error.message, error.remedy)
    box = _message(
        parent,
        _("Unexpected problem"),
        _("Something went wrong inside the program. This step was not saved."),
        _("Please try again. If it happens again, send us the details."),
    )
    copy = Button(_("Copy details"), run=lambda: QGuiApplication.clipboard().setText(details(error)))
    copy.setObjectName("copy-details")
    box.add_button(copy, left=True)
    box.open()
    return box


def _message(parent: QWidget | None, title: str, text: str, more: str) -> Message:
    """A message with one button, which closes it."""
    box = Message(title, text, more, parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.start_at(box.add_button(Button(_("OK"), kind=Kind.PRIMARY, run=box.accept)))
    return box


def confirm(parent: QWidget | None, title: str, text: str, act_label: str) -> bool:
    """Ask before an irreversible act; *text* says what will happen, *act_label* is the verb.

    Escape and Enter both mean no: the act needs its own click or key.
    """
    box = Message(title, text, parent=parent)
    cancel = box.add_button(Button(_("Cancel"), run=box.reject))
    box.add_button(Button(act_label, kind=Kind.PRIMARY, run=box.accept))
    box.start_at(cancel)
    agreed = box.exec() == QDialog.DialogCode.Accepted
    box.deleteLater()
    return agreed
