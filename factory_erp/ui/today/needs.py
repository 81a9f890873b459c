"""What needs a person, as the page of the day lists it: lines that lead to the record, and counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QWidget

from factory_erp.i18n import N_, _, ngettext
from factory_erp.services.today.channels import ChannelCounts
from factory_erp.services.today.needs import Need, NeedRow
from factory_erp.ui.kit.rows import Column, PillCell, Row
from factory_erp.ui.kit.theme import Tone
from factory_erp.ui.kit.widgets import Button, Kind

COLUMNS = (
    Column("need", N_("Concerns"), 112, kind="pill", sortable=False, priority=1),
    Column("title", N_("Record"), 180, sortable=False, narrowest=130),
    Column("reason", N_("What is the matter"), 300, sortable=False),
)

PILLS = {
    Need.ACCOUNT: (N_("Account"), Tone.DANGER),
    Need.OUTBOX: (N_("Not reported"), Tone.DANGER),
    Need.CREDIT: (N_("L/C date"), Tone.WARNING),
    Need.CHANGE: (N_("Changed"), Tone.WARNING),
    Need.EXCEPTION: (N_("Platform"), Tone.WARNING),
    Need.INQUIRY: (N_("Inquiry"), Tone.WARNING),
    Need.LISTING: (N_("Listing"), Tone.WARNING),
    Need.QUOTATION: (N_("Quotation"), Tone.INFO),
    Need.HOLD: (N_("On hold"), Tone.WARNING),
    Need.FLOOR: (N_("Production"), Tone.WARNING),
}

LINKS = {
    Need.ACCOUNT: "erp://platforms/accounts/{id}",
    Need.OUTBOX: "erp://platforms/outbox/{id}",
    Need.CREDIT: "erp://credits/{id}",
    Need.CHANGE: "erp://platforms/exceptions/{id}",
    Need.EXCEPTION: "erp://platforms/exceptions/{id}",
    Need.INQUIRY: "erp://inquiries/{id}",
    Need.LISTING: "erp://listings/{id}",
    Need.QUOTATION: "erp://inquiries/quotation/{id}",
    Need.HOLD: "erp://sales/{id}",
    Need.FLOOR: "erp://sales/{id}",
}
"""Where a line leads; {id} is its record."""


def key(row: NeedRow) -> tuple[str, Need, int, str]:
    """Where the line leads, and which one it is: a credit may have several days."""
    link = row.link or LINKS[row.need].format(id=row.record_id)
    return (link, row.need, row.record_id, row.reason if row.need == Need.CREDIT else "")


def cells(row: NeedRow) -> Row:
    """The line of what needs a person."""
    text, tone = PILLS[row.need]
    return (PillCell(_(text), tone), row.title, row.reason)


class ChannelLine(QWidget):
    """How much waits on the channels, each count a link; hidden while nothing waits."""

    def __init__(self, go: Callable[[str], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._go = go
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(2, 0, 2, 0)
        self._row.setSpacing(20)
        self.links: list[Button] = []
        self.hide()

    def show_counts(self, counts: ChannelCounts) -> None:
        """Say what there is."""
        while (item := self._row.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.links = [
            Button(text, self, kind=Kind.LINK, icon=icon, run=partial(self._go, link))
            for icon, text, link in _counted(counts)
        ]
        for link in self.links:
            self._row.addWidget(link)
        self._row.addStretch(1)
        self.setVisible(bool(self.links))


def _counted(counts: ChannelCounts) -> Iterator[tuple[str, str, str]]:
    """Icon, text and link of each count that is not zero."""
    if counts.inquiries:
        yield "mail", _inquiries(counts), "erp://inquiries/view/all"
    if counts.quotations_expiring:
        text = ngettext(
            "{count} quotation lapses soon", "{count} quotations lapse soon", counts.quotations_expiring
        )
        yield "document", text, "erp://inquiries/view/quotations"
    if counts.rejected:
        text = ngettext("{count} listing is rejected", "{count} listings are rejected", counts.rejected)
        yield "warning", text, "erp://listings/view/rejected"
    if counts.problems:
        text = ngettext("{count} listing has problems", "{count} listings have problems", counts.problems)
        yield "tag", text, "erp://listings/view/problems"


def _inquiries(counts: ChannelCounts) -> str:
    """How many wait, and of them how many must not wait longer."""
    said = [ngettext("{count} inquiry waits", "{count} inquiries wait", counts.inquiries)]
    if counts.overdue:
        said.append(ngettext("{count} overdue", "{count} overdue", counts.overdue))
    if counts.due_soon:
        said.append(ngettext("{count} due within a day", "{count} due within a day", counts.due_soon))
    return " · ".join(said)
