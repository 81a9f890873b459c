"""What became of a document: its revisions, and to whom it went."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from factory_erp.i18n import N_, _
from factory_erp.models.documents import MailState
from factory_erp.services.issuing.register import DocumentHistory, RegisterRow, Sending
from factory_erp.ui import paper_words
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.buttons import Button, label
from factory_erp.ui.kit.rows import Column, PillCell, Row
from factory_erp.ui.kit.simple_table import SimpleTable
from factory_erp.ui.kit.theme import Tone

REVISIONS = (
    Column("revision", N_("Rev."), 56, kind="number", tooltip=N_("Revision")),
    Column("number", N_("Number"), 122, priority=2),
    Column("issued", N_("Issued"), 128, kind="date"),
    Column("state", N_("State"), 104, kind="pill"),
    Column("reason", N_("Reason"), 150, priority=1),
)
SENDINGS = (
    Column("at", N_("Sent"), 128, kind="date"),
    Column("to", N_("To"), 180),
    Column("state", N_("State"), 96, kind="pill"),
)
_MAIL_STATES = {
    MailState.WAITING: (N_("Waiting"), Tone.INFO),
    MailState.SENT: (N_("Sent"), Tone.SUCCESS),
    MailState.FAILED: (N_("Failed"), Tone.DANGER),
}


class HistoryPart(QWidget):
    """Two tables: revisions, the latest first, and messages."""

    def __init__(self, cancel: Callable[[], object]) -> None:
        """*cancel* asks to take the document out of force."""
        super().__init__()
        self.revisions = SimpleTable(REVISIONS)
        self.sendings = SimpleTable(SENDINGS)
        self.revisions.set_name(_("Revisions"))
        self.sendings.set_name(_("Sent to"))
        self.sendings.set_empty_text(_("It was not sent by e-mail from here."))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(label(_("Revisions"), bold=True))
        column.addWidget(self.revisions, 2)
        column.addWidget(label(_("Sent to"), bold=True))
        column.addWidget(self.sendings, 1)
        self.cancel_button = Button(_("Cancel document…"), run=cancel)
        column.addWidget(self.cancel_button, 0, Qt.AlignmentFlag.AlignRight)

    def show_history(self, history: DocumentHistory | None) -> None:
        """Show what became of the document; None: of none."""
        revisions = history.revisions if history else ()
        self.revisions.set_rows([revision_row(one) for one in revisions], [one.id for one in revisions])
        self.sendings.set_rows([sending_row(one) for one in history.sendings] if history else [])
        if history:
            self.revisions.select_key(history.document.id)


def revision_row(one: RegisterRow) -> Row:
    """A revision as the table shows it."""
    pill = paper_words.state_pill(one.state)
    return str(one.revision), one.number, figures.local(one.issued_at), pill, one.reason


def sending_row(one: Sending) -> Row:
    """A message as the table shows it."""
    text, tone = _MAIL_STATES[one.state]
    return figures.local(one.at), ", ".join(one.recipients), PillCell(_(text), tone)
