"""Tables and trees on a card, like the cards beside them."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from factory_erp.ui.kit.widgets import label


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
