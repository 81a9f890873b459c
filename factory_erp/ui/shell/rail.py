"""The navigation rail: the pages in sections, the settings at the bottom."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QScrollArea, QVBoxLayout, QWidget

from factory_erp.i18n import _
from factory_erp.ui.kit import theme
from factory_erp.ui.kit.buttons import Button, Kind, label
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.page import Page

WIDTH = 196
"""Of the rail, px."""


@dataclass(frozen=True)
class PageSpec:
    """A page before it is made.

    ``noun`` is its name in deep links, ``section`` and ``title`` are msgids (``N_``), ``icon`` a name in
    resources/icons.  Pages without a section stand at the bottom of the rail.  ``factory`` is called when
    the page is first shown.
    """

    noun: str
    section: str
    title: str
    icon: str
    factory: Callable[[UiContext], Page]


class NavRail(QWidget):
    """A button for each page; ``chosen`` carries the page's noun."""

    chosen = Signal(str)

    def __init__(self, name: str, pages: Sequence[PageSpec], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedWidth(WIDTH)
        self.setAccessibleName(_("Pages"))
        self._group = QButtonGroup(self)
        self._buttons: dict[str, Button] = {}
        heading = label(name, pixels=15, bold=True)
        heading.setContentsMargins(12, 4, 0, 6)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 12, 11, 10)
        column.setSpacing(2)
        column.addWidget(heading)
        self._area = self._sections([page for page in pages if page.section])
        column.addWidget(self._area, 1)
        for page in pages:
            if not page.section:
                column.addWidget(self._button(page))

    def mark(self, noun: str) -> None:
        """Show that the page *noun* is in view; its button comes into sight."""
        button = self._buttons[noun]
        button.setChecked(True)
        if self._area.isAncestorOf(button):
            self._area.ensureWidgetVisible(button)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The rail's ground, and a hairline at its right edge."""
        look = theme.current()
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(look.surface))
        painter.setPen(QColor(look.border))
        painter.drawLine(self.width() - 1, 0, self.width() - 1, self.height())

    def _sections(self, pages: Sequence[PageSpec]) -> QScrollArea:
        """Scrolls on a low screen, where the pages do not all fit."""
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        section = ""
        for page in pages:
            if page.section != section:
                section = page.section
                caption = label(_(section), pixels=12, muted=True)
                caption.setContentsMargins(12, 10, 0, 3)
                column.addWidget(caption)
            column.addWidget(self._button(page))
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(content)
        content.setAutoFillBackground(False)
        area.viewport().setAutoFillBackground(False)
        return area

    def _button(self, page: PageSpec) -> Button:
        button = Button(_(page.title), kind=Kind.NAV, icon=page.icon, run=lambda: self.chosen.emit(page.noun))
        button.setObjectName(f"nav-{page.noun}")
        self._group.addButton(button)
        self._buttons[page.noun] = button
        return button
