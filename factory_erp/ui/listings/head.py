"""The head of a listing: what it is called, where it is and how it stands."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QWidget

from factory_erp.i18n import _
from factory_erp.services.listings.views import ListingRow
from factory_erp.ui.kit.buttons import Button, ElidedLabel, Kind
from factory_erp.ui.kit.pill import Pill
from factory_erp.ui.listing_words import state_pill
from factory_erp.ui.listings import words


class ListingHead(QWidget):
    """The way back at the left, publishing at the right."""

    def __init__(self, back: Callable[[], object], publish: Callable[[], object]) -> None:
        super().__init__()
        self.title = ElidedLabel(pixels=18, bold=True, least=160)
        self.publish_button = Button(_("Publish or update…"), kind=Kind.PRIMARY, icon="sync", run=publish)
        self._pills = QHBoxLayout()
        self._pills.setSpacing(6)
        link = Button(_("Back to the list"), kind=Kind.LINK, icon="chevron-left", run=back)
        link.setToolTip(_("Esc"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(link)
        row.addWidget(self.title, 1)
        row.addLayout(self._pills)
        row.addWidget(self.publish_button)

    def show_listing(self, row: ListingRow | None) -> None:
        """Show the listing; None: nothing is open."""
        while (item := self._pills.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.publish_button.setEnabled(row is not None)
        if row is None:
            self.title.setText("")
            return
        same = row.title == row.model_number
        self.title.setText(row.title if same else f"{row.model_number} · {row.title}")
        pill = state_pill(row.state)
        shown = Pill(pill.text, pill.tone)
        shown.setToolTip(row.message)
        place = words.place(row.account, row.platform)
        self._pills.addWidget(ElidedLabel(place, muted=True, least=90))
        self._pills.addWidget(shown)
