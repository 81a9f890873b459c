"""The card beside a list: the record that is selected, at a glance, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QProgressBar,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from factory_erp.ui.kit.buttons import Button, ElidedLabel, Kind, label
from factory_erp.ui.kit.pill import Pill
from factory_erp.ui.kit.theme import Tone

CARD_LEAST = 305
"""Room for a caption beside a platform's order number, which cannot be broken, px."""

BAR_LEAST = 70
"""The narrowest bar whose length still says something, px."""


class DetailCard(QFrame):
    """Title, key-value rows, progress bars, links, and actions at the bottom, added from top to bottom.

    ``link_clicked`` carries the target that was given with the link.
    """

    link_clicked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self.setMinimumWidth(CARD_LEAST)
        self._outer = QVBoxLayout(self)
        self._outer.setContentsMargins(16, 14, 10, 14)
        self._outer.setSpacing(8)
        self._actions = QHBoxLayout()
        self._actions.setContentsMargins(0, 0, 6, 0)
        self._actions.setSpacing(10)
        self._scroll = QScrollArea(self)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._outer.addWidget(self._scroll, 1)
        self._outer.addLayout(self._actions)
        self.clear()

    def clear(self) -> None:
        """Take everything off the card."""
        content = QWidget()
        content.setAutoFillBackground(False)
        self._rows = QVBoxLayout(content)
        self._rows.setContentsMargins(0, 0, 6, 0)
        self._rows.setSpacing(8)
        self._rows.addStretch(1)
        self._scroll.setWidget(content)
        self._scroll.viewport().setAutoFillBackground(False)
        content.setAutoFillBackground(False)
        while (item := self._actions.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()  # it lives until the events are through, and is in no layout any more
                widget.deleteLater()

    def set_title(self, title: str, subtitle: str = "", pill: tuple[str, Tone] | None = None) -> None:
        """Head the card with *title*, a status *pill* beside it and a *subtitle* under it."""
        line = QHBoxLayout()
        line.addWidget(label(title, pixels=15, bold=True, selectable=True, wrap=True), 1)
        if pill is not None:
            line.addWidget(Pill(*pill), 0, Qt.AlignmentFlag.AlignTop)
        self._add(line)
        if subtitle:
            self._add(label(subtitle, wrap=True, selectable=True))

    def add_rows(self, rows: Iterable[tuple[str, str]]) -> None:
        """Key-value rows: what it is in a low voice, then the value."""
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(7)
        grid.setColumnStretch(1, 1)
        for number, (key, value) in enumerate(rows):
            grid.addWidget(label(key, muted=True), number, 0, Qt.AlignmentFlag.AlignTop)
            shown = label(value, wrap=True, selectable=True)
            shown.setAccessibleName(f"{key}: {value}")
            grid.addWidget(shown, number, 1)
        self._add(grid)

    def add_section(self, title: str) -> None:
        """A heading for what is added next."""
        heading = label(title, pixels=15, bold=True, wrap=True)
        heading.setContentsMargins(0, 6, 0, 0)
        self._add(heading)

    def add_progress(self, rows: Iterable[tuple[str, int]]) -> None:
        """A bar for each (caption, percent)."""
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(0, 3)
        grid.setColumnStretch(1, 2)
        for number, (caption, percent) in enumerate(rows):
            bar = QProgressBar()
            bar.setTextVisible(False)
            bar.setMinimumWidth(BAR_LEAST)
            bar.setValue(max(0, min(100, percent)))
            bar.setAccessibleName(f"{caption}: {percent}%")
            share = label(f"{percent}%", muted=True)
            share.setAlignment(Qt.AlignmentFlag.AlignRight)
            share.setMinimumWidth(38)
            grid.addWidget(ElidedLabel(caption), number, 0)
            grid.addWidget(bar, number, 1)
            grid.addWidget(share, number, 2)
        self._add(grid)

    def add_links(self, links: Iterable[tuple[str, str, str]]) -> None:
        """A link for each (icon name, text, target)."""
        for icon_name, text, target in links:
            follow = partial(self.link_clicked.emit, target)
            link = Button(text, kind=Kind.LINK, icon=icon_name, run=follow)
            link.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            self._add(link)

    def add_widget(self, widget: QWidget) -> None:
        """Anything else, a JourneyLine say."""
        self._add(widget)

    def add_action(
        self,
        text: str,
        run: Callable[[], object],
        *,
        primary: bool = False,
        enabled: bool = True,
        reason: str = "",
    ) -> Button:
        """A button at the bottom; *reason* tells, as a tooltip, why it is off."""
        button = Button(text, kind=Kind.PRIMARY if primary else Kind.PLAIN, run=run)
        button.setEnabled(enabled)
        button.setToolTip(reason)
        self._actions.addWidget(button, 1)
        return button

    def fill(
        self, title: str, subtitle: str, rows: Sequence[tuple[str, str]], pill: tuple[str, Tone] | None = None
    ) -> None:
        """The usual beginning in one step: clear, title and rows."""
        self.clear()
        self.set_title(title, subtitle, pill)
        self.add_rows(rows)

    def _add(self, part: QWidget | QHBoxLayout | QGridLayout) -> None:
        """Above the stretch that keeps the content at the top."""
        place = self._rows.count() - 1
        if isinstance(part, QWidget):
            self._rows.insertWidget(place, part)
        else:
            self._rows.insertLayout(place, part)
