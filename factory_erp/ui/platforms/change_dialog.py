"""A platform's change of an order in a dialog of its own."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from factory_erp.i18n import _
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.widgets import Button
from factory_erp.ui.platforms.change_view import ChangeView

SIZE = QSize(900, 600)
"""Room for five columns and some addresses, px."""


class ChangeDialog(QDialog):
    """``view`` holds the differences; the dialog goes once all of the change is decided on."""

    def __init__(
        self, context: UiContext, exception_id: int, number: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("What changed in {number}", number=number))
        self.resize(SIZE)
        self._answered = False
        self.view = ChangeView(context, exception_id, wide=True)
        self.view.decided.connect(self._note_decision)
        self.view.shown.connect(self._close_if_over)
        self.view.buttons.insertWidget(0, Button(_("Close"), run=self.reject))
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.addWidget(self.view, 1)

    def _note_decision(self) -> None:
        self._answered = True

    def _close_if_over(self) -> None:
        """What somebody else decided stays in sight, to be read."""
        if self._answered and self.view.change is not None and not self.view.change.open:
            self.accept()
