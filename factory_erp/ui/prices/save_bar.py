"""The bar under a draft of prices."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QWidget

from factory_erp.i18n import _
from factory_erp.ui.kit.buttons import Button, Kind, label


class SaveBar(QWidget):
    """ "Unsaved changes", Discard and Save; in sight only while there is something to save."""

    def __init__(self, discard: Callable[[], object], save: Callable[[], object]) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(10)
        row.addWidget(label(_("Unsaved changes"), muted=True), 1)
        self.discard_button = Button(_("Discard"), run=discard)
        self.save_button = Button(_("Save"), kind=Kind.PRIMARY, run=save)
        self.save_button.setToolTip("Ctrl+Enter")
        row.addWidget(self.discard_button)
        row.addWidget(self.save_button)
        self.hide()
