"""The one question before publishing: what will be sent, and what stays behind and why."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.i18n import N_, _, ngettext
from factory_erp.services.listings.draft import Planned, PublishPlan
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.buttons import Button, Kind, label
from factory_erp.ui.kit.frames import framed
from factory_erp.ui.kit.rows import Column, PillCell, Row
from factory_erp.ui.kit.simple_table import SimpleTable
from factory_erp.ui.kit.theme import Tone

COLUMNS = (
    Column("title", N_("Listing"), 250, sortable=False, narrowest=180),
    Column("what", N_("What happens"), 110, kind="pill", sortable=False),
    Column("reason", N_("Why"), 660, sortable=False, narrowest=240),
)


class PublishDialog(QDialog):
    """Accepted: send what can be sent. Without anything to send there is only Close."""

    def __init__(self, plan: PublishPlan, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Publish listings"))
        self.table = SimpleTable(COLUMNS)
        self.table.set_name(_("What publishing would do"))
        self.table.set_rows(_rows(plan))
        self.words = label(summary(plan), pixels=15, bold=True, wrap=True)
        self.cancel_button = Button(_("Cancel") if plan.count else _("Close"), run=self.reject)
        self.send_button = Button(_send_text(plan), kind=Kind.PRIMARY, run=self.accept)
        self.send_button.setVisible(bool(plan.count))
        self._lay_out()
        self.resize(1080, 480)
        self.cancel_button.setFocus()

    def _lay_out(self) -> None:
        note = _("They go into the outbox; the next run of the account sends them. Buyers see them then.")
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        buttons.addStretch(1)
        for button in (self.cancel_button, self.send_button):
            button.setAutoDefault(True)
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        column.addWidget(self.words)
        if self.send_button.isVisibleTo(self):
            column.addWidget(label(note, muted=True, wrap=True))
        column.addWidget(framed(self.table), 1)
        column.addLayout(buttons)


def summary(plan: PublishPlan) -> str:
    """ "2 new, 1 update; 3 stay behind; 4 are unchanged."""
    if not plan.count:
        return _("Nothing can be sent now.")
    parts = []
    if plan.new:
        parts.append(_("{number} new", number=figures.number(len(plan.new))))
    if plan.updated:
        parts.append(_("{number} to update", number=figures.number(len(plan.updated))))
    if plan.refused:
        parts.append(_("{number} refused", number=figures.number(len(plan.refused))))
    if plan.unchanged:
        parts.append(_("{number} unchanged", number=figures.number(len(plan.unchanged))))
    return ", ".join(parts)


def _send_text(plan: PublishPlan) -> str:
    return ngettext(
        "Send {number} listing", "Send {number} listings", plan.count, number=figures.number(plan.count)
    )


def _rows(plan: PublishPlan) -> list[Row]:
    return [
        *_part(plan.refused, PillCell(_("Refused"), Tone.DANGER), ""),
        *_part(plan.new, PillCell(_("New"), Tone.SUCCESS), _("The platform does not have it yet.")),
        *_part(plan.updated, PillCell(_("Update"), Tone.INFO), _("It is not there as it should be.")),
        *_part(plan.unchanged, PillCell(_("Unchanged"), Tone.NEUTRAL), _("It is there as it should be.")),
    ]


def _part(planned: Sequence[Planned], pill: PillCell, why: str) -> list[Row]:
    return [(one.title, pill, one.reason or why) for one in planned]
