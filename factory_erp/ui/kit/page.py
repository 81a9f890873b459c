"""The base of every page: what the shell asks of it, and the layout that all share."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from factory_erp.ui.kit.commands import Command
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.widgets import ChipBar, PageHeader

MARGIN = 18
"""Space between the page and the window's edge, px."""


class Page(QWidget):
    """One page of the window.

    ``noun`` is its name in deep links (``erp://<noun>/<key>``).  The shell makes a page the first time
    it is shown, and anew when language or theme changes.
    """

    noun = ""

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        # Takes the focus as it comes into view; a page with a list hands it on with ``setFocusProxy``.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.header = PageHeader(self)
        self.chips = ChipBar(self)
        self.chips.hide()
        self.body = QSplitter(Qt.Orientation.Horizontal, self)
        self.body.setChildrenCollapsible(False)
        self.body.setHandleWidth(12)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, 14, MARGIN, 12)
        column.setSpacing(12)
        column.addWidget(self.header)
        column.addWidget(self.chips)
        column.addWidget(self.body, 1)

    def title(self) -> str:
        """The page's name in the user's language."""
        return self.header.title()

    def refresh(self) -> None:
        """Read again what the page shows; called as the page comes into view."""

    def on_changes(self, changes: object) -> None:
        """Something was committed; by default the page reads again, if it is in view."""
        if self.isVisible():
            self.refresh()

    def commands(self) -> list[Command]:
        """Commands that exist while this page is in view."""
        return []

    def open_record(self, key: str) -> None:
        """Show the record *key*, the last part of a deep link."""

    def go_home(self) -> None:
        """Go back to the page's list; called when the page in view is asked for once more."""

    def can_leave(self) -> bool:
        """Whether the user may go elsewhere: a page with an unsaved draft asks."""
        return True

    def state(self) -> dict[str, object]:
        """What to carry over when the page is rebuilt or the program starts again: plain values."""
        return {}

    def restore_state(self, state: dict[str, object]) -> None:
        """Take over what ``state`` gave."""

    def set_body(self, *widgets: QWidget, stretch: tuple[int, ...] = ()) -> None:
        """Put *widgets* side by side under the header; *stretch* as the splitter's factors."""
        for index, widget in enumerate(widgets):
            self.body.addWidget(widget)
            if index < len(stretch):
                self.body.setStretchFactor(index, stretch[index])
