"""A paper that is only looked at, printed and saved, in any of its languages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.i18n import _
from factory_erp.services.issuing.drafts import Draft
from factory_erp.ui.kit.buttons import Button
from factory_erp.ui.kit.edits import ChoiceEdit
from factory_erp.ui.kit.jobs import Jobs
from factory_erp.ui.paper_dialog.view import PaperView

SIZE = (900, 770)
"""Of the dialog, where the window is large enough, px."""


class PaperLook(QDialog):
    """``read(language)`` gives the paper; *languages* are (code, name), the one of *language* first shown.

    *name* begins the names of its files.
    """

    def __init__(
        self,
        jobs: Jobs,
        title: str,
        name: str,
        read: Callable[[str], Draft],
        languages: Sequence[tuple[object, str]],
        language: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        room = parent.window().size() if parent is not None else None
        self.resize(
            *(SIZE if room is None else (min(SIZE[0], room.width() - 24), min(SIZE[1], room.height() - 24)))
        )
        self._name, self._read = name, read
        self.language = ChoiceEdit(languages)
        self.language.setAccessibleName(_("Language of the document"))
        self.language.show_value(language)
        self.language.edited.connect(self.draw)
        self.paper = PaperView(jobs)
        head = QHBoxLayout()
        head.addWidget(self.language)
        head.addStretch(1)
        head.addWidget(Button(_("Close"), run=self.reject))
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(10)
        column.addLayout(head)
        column.addWidget(self.paper, 1)
        self.draw()

    def draw(self) -> None:
        """Show the paper in the language that is chosen."""
        language = str(self.language.value())
        self.paper.read(partial(self._read, language), f"{self._name}-{language}.pdf")

    def done(self, result: int) -> None:
        """Close the document before its copies are removed."""
        self.paper.stop()
        super().done(result)
