"""What was told to the platform about a listing, and what waits to be told; read-only."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.i18n import N_, _
from factory_erp.services.listings.views import MessageView
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.buttons import Button, label
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.frames import GAP, framed
from factory_erp.ui.kit.rows import Column, Row
from factory_erp.ui.kit.simple_table import SimpleTable
from factory_erp.ui.listings import words
from factory_erp.ui.listings.work import Opened

COLUMNS = (
    Column("created", N_("Written"), 136, kind="date", sortable=False),
    Column("kind", N_("About"), 90, sortable=False),
    Column("title", N_("Message"), 230, sortable=False),
    Column("state", N_("State"), 112, kind="pill", sortable=False),
    Column("problem", N_("Problem"), 220, sortable=False, priority=1),
)


class MessagesTab(QWidget):
    """The newest first; the page Platforms sends them again or drops them."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self.table = SimpleTable(COLUMNS)
        self.table.set_name(_("Messages"))
        self.table.set_empty_text(_("The platform was told nothing about this listing yet."))
        self.said = label(wrap=True, selectable=True)
        link = Button(_("Open the outbox"), icon="store",
                      run=lambda: context.navigate("erp://platforms/outbox"))  # fmt: skip
        head = QHBoxLayout()
        head.addWidget(self.said, 1)
        head.addWidget(link)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addLayout(head)
        column.addWidget(framed(self.table), 1)
        self.setFocusProxy(self.table)

    def show_listing(self, opened: Opened) -> None:
        """Show the messages, and what the platform said last."""
        row = opened.detail.row
        said = row.message or (
            _("Its number on the platform is {number}.", number=row.external_id)
            if row.external_id
            else _("The platform does not have it yet.")
        )
        self.said.setText(said)
        messages = opened.detail.messages
        self.table.set_rows([_line(one) for one in messages], [one.id for one in messages])


def _line(one: MessageView) -> Row:
    return (
        figures.local(one.created_at),
        _(words.MESSAGE_KINDS[one.kind]),
        one.title,
        words.message_pill(one.state),
        one.problem,
    )
