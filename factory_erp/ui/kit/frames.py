"""Cards that hold tables and trees, and cards side by side."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QSplitter, QVBoxLayout, QWidget

from factory_erp.ui.kit.buttons import label

GAP = 12
"""Space between two cards, px."""


def framed(*contents: QWidget, title: str = "") -> QFrame:
    """*contents*, one under the other, on a card with a *title* if one is given."""
    frame = QFrame()
    frame.setProperty("card", True)
    column = QVBoxLayout(frame)
    column.setContentsMargins(1, 1, 1, 1)
    column.setSpacing(0)
    if title:
        heading = label(title, pixels=15, bold=True)
        heading.setContentsMargins(12, 11, 12, 8)
        column.addWidget(heading)
    for content in contents:
        column.addWidget(content, 1)
    return frame


def split(
    *parts: QWidget,
    across: bool = True,
    stretch: Sequence[int] = (),
    sizes: Sequence[int] = (),
    into: QSplitter | None = None,
) -> QSplitter:
    """*parts* side by side (or one under the other) with a gap that can be dragged.

    *stretch* are the factors by which they grow, *sizes* their first widths in px; *into* is a splitter
    to fill instead of a new one.
    """
    way = Qt.Orientation.Horizontal if across else Qt.Orientation.Vertical
    splitter = QSplitter(way) if into is None else into
    splitter.setChildrenCollapsible(False)
    splitter.setHandleWidth(GAP)
    for place, part in enumerate(parts):
        splitter.addWidget(part)
        if place < len(stretch):
            splitter.setStretchFactor(place, stretch[place])
    if sizes:
        splitter.setSizes(list(sizes))
    return splitter
