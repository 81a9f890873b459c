"""What goes out to the platforms, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from factory_erp.i18n import N_, _
from factory_erp.models.platforms import OutboxState
from factory_erp.services.outbox import OutboxRow
from factory_erp.services.platforms import AccountView
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.rows import Column
from factory_erp.ui.kit.theme import Tone
from factory_erp.ui.kit.widgets import label
from factory_erp.ui.platforms import words
from factory_erp.ui.platforms.actions import Actions
from factory_erp.ui.platforms.view import TableWithCard

COLUMNS = (
    Column("created", N_("Created"), 128, kind="date", priority=2),
    Column("account", N_("Account"), 220, priority=5, narrowest=200),
    Column("title", N_("Message"), 230),
    Column("state", N_("State"), 122, kind="pill"),
    Column("attempts", N_("Attempts"), 80, kind="number", priority=4),
    Column("answer", N_("Answer"), 220, priority=1),
)
WAITING = frozenset({OutboxState.NEW, OutboxState.SENT, OutboxState.UNKNOWN, OutboxState.FAILED})
"""States of messages that the platform has not confirmed."""

MEANINGS = {
    OutboxState.NEW: N_("It goes out with the next push."),
    OutboxState.SENT: N_(
        "It is being sent now. If the answer is lost, the platform is asked before a new try."
    ),
    OutboxState.DONE: N_("The platform has confirmed it."),
    OutboxState.FAILED: N_("The platform refused it. Mend what its answer names, then send it again."),
    OutboxState.UNKNOWN: N_(
        "The answer was lost, so nobody knows whether it arrived. The next push asks the platform first."
    ),
}


class OutboxView(TableWithCard[OutboxRow]):
    """The newest first."""

    def __init__(self, actions: Actions) -> None:
        self._actions = actions
        self._accounts: Mapping[int, str] = {}
        super().__init__(COLUMNS, _("Outbox"), _("Nothing has gone out yet."))
        self.table.set_empty_text(_("Nothing has gone out yet: shipments of platform orders appear here."))
        actions.talk_changed.connect(self.show_current)

    def show_messages(self, messages: Sequence[OutboxRow], accounts: Sequence[AccountView]) -> None:
        """Show *messages*."""
        self._accounts = {view.id: view.name for view in accounts}
        self.set_records(
            [
                (
                    row.id,
                    row,
                    (
                        figures.local(row.created_at),
                        self._accounts.get(row.account_id, ""),
                        row.title,
                        words.outbox_pill(row.state),
                        figures.number(row.attempts),
                        row.problem or row.answer,
                    ),
                )
                for row in messages
            ]
        )

    def fill_card(self, record: OutboxRow) -> None:
        """The message, and another try where one makes sense."""
        pill = words.outbox_pill(record.state)
        account = self._accounts.get(record.account_id, "")
        self.card.set_title(record.title, account, (pill.text, Tone(pill.tone)))
        rows = [
            (_("Created"), figures.local(record.created_at)),
            (_("Attempts"), figures.number(record.attempts)),
        ]
        if record.answer:
            rows.append((_("Answer"), record.answer))
        self.card.add_rows(rows)
        if record.problem:
            self.card.add_section(_("Last problem"))
            self.card.add_widget(label(record.problem, wrap=True, selectable=True))
        self.card.add_section(_("What it means"))
        self.card.add_widget(label(_(MEANINGS[record.state]), muted=True, wrap=True))
        if record.state in WAITING:
            self._add_button(record)

    def _add_button(self, record: OutboxRow) -> None:
        why = ""
        if record.state is OutboxState.SENT:
            why = _("It is being sent now.")
        elif self._actions.talk is not None:
            why = _("Wait until the running transfer has ended.")
        again = partial(self._actions.send_again, record)
        fresh = record.state is OutboxState.NEW and not record.attempts
        text = _("Send now") if fresh else _("Send again")
        self.card.add_action(text, again, primary=True, enabled=not why, reason=why)
