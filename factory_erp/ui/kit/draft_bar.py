"""The bar under whatever holds a draft."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QWidget

from factory_erp.i18n import _
from factory_erp.ui.kit.buttons import Button, Kind, label


class DraftBar(QWidget):
    """ "Unsaved changes", Discard and Save; there only while there is something to save."""

    def __init__(
        self, discard: Callable[[], object], save: Callable[[], object], *, framed: bool = False
    ) -> None:
        """*framed*: below a table that reaches to the edges, so with a margin of its own."""
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(*((12, 8, 12, 8) if framed else (0, 8, 0, 0)))
        row.setSpacing(10)
        row.addWidget(label(_("Unsaved changes"), muted=True), 1)
        self.discard_button = Button(_("Discard"), run=discard)
        self.save_button = Button(_("Save"), kind=Kind.PRIMARY, run=save)
        self.save_button.setToolTip("Ctrl+Enter")
        row.addWidget(self.discard_button)
        row.addWidget(self.save_button)
        self.hide()
