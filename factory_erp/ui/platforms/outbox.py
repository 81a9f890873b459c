"""What goes out to the platforms, and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from factory_erp.i18n import N_, _
from factory_erp.models.platforms import OutboxState
from factory_erp.services.outbox import OutboxRow
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.rows import Column, Row
from factory_erp.ui.kit.theme import Tone
from factory_erp.ui.kit.widgets import Button, Kind, label
from factory_erp.ui.platforms import words
from factory_erp.ui.platforms.outbox_actions import OutboxActions, record_link
from factory_erp.ui.platforms.view import ALL, TableWithCard

COLUMNS = (
    Column("title", N_("Message"), 300, narrowest=250),
    Column("kind", N_("Kind"), 130, priority=4, narrowest=90),
    Column("account", N_("Account"), 150, priority=5, narrowest=110),
    Column("state", N_("State"), 122, kind="pill"),
    Column("attempts", N_("Attempts"), 76, kind="number", priority=3),
    Column("next", N_("Next try"), 128, kind="date", priority=2),
    Column("answer", N_("Answer"), 200, priority=1, narrowest=110),
    Column("created", N_("Created"), 128, kind="date", priority=6),
)
WAITING = frozenset({OutboxState.NEW, OutboxState.SENT, OutboxState.UNKNOWN, OutboxState.FAILED})
"""States of messages that the platform has not confirmed."""

GROUPS = {
    OutboxState.NEW: "waiting",
    OutboxState.SENT: "waiting",
    OutboxState.FAILED: "failed",
    OutboxState.UNKNOWN: "unknown",
    OutboxState.DONE: "done",
}
TITLES = {
    ALL: N_("All"),
    "waiting": N_("Waiting"),
    "failed": N_("Refused"),
    "unknown": N_("Not confirmed"),
    "done": N_("Done"),
}


class OutboxView(TableWithCard[OutboxRow]):
    """The newest first."""

    def __init__(self, actions: OutboxActions) -> None:
        self._actions = actions
        super().__init__(COLUMNS, _("Outbox"), _("Nothing has gone out yet."), titles=TITLES)
        self.table.set_empty_text(
            _("Nothing here: shipments, listings and answers for the platforms appear as they are made.")
        )
        self.table.activated.connect(lambda _key: self._open())
        actions.talks.talk_changed.connect(self.show_current)

    def group_of(self, record: OutboxRow) -> str:
        """How far it is."""
        return GROUPS[record.state]

    def show_messages(self, messages: Sequence[OutboxRow]) -> None:
        """Show *messages*."""
        self.set_records([(row.id, row, _row(row)) for row in messages])

    def _open(self) -> None:
        record = self.current()
        if record is not None:
            self._actions.open_record(record)

    def fill_card(self, record: OutboxRow) -> None:
        """The message, what became of it, and what can be done."""
        pill = words.outbox_pill(record.state)
        self.card.set_title(record.title, record.account, (pill.text, Tone(pill.tone)))
        self.card.add_rows(_facts(record))
        if record.problem:
            self.card.add_section(_("Last problem"))
            self.card.add_widget(label(record.problem, wrap=True, selectable=True))
        if record.remedy:
            self.card.add_section(_("What to do"))
            self.card.add_widget(label(record.remedy, muted=True, wrap=True))
        self._add_links(record)
        if record.state in WAITING:
            self._add_buttons(record)

    def _add_links(self, record: OutboxRow) -> None:
        actions = self._actions
        self.card.add_section(_("More"))
        if record_link(record):
            self._link("link", _("Open the record"), partial(actions.open_record, record))
        calls = self._link("sync", _("Show the calls behind it"), partial(actions.show_calls, record))
        calls.setEnabled(bool(record.subject))
        if not record.subject:
            calls.setToolTip(_("The platform has no number for it yet."))
        self._link("document", _("Show what it says…"), partial(actions.show_payload, record))
        if record.state in WAITING:
            drop = self._link("delete", _("Drop…"), partial(actions.drop, record))
            drop.setEnabled(record.state is not OutboxState.SENT)
            drop.setToolTip(_sending(record))

    def _link(self, icon: str, text: str, run: Callable[[], object]) -> Button:
        button = Button(text, kind=Kind.LINK, icon=icon, run=run)
        self.card.add_widget(button)
        return button

    def _add_buttons(self, record: OutboxRow) -> None:
        actions = self._actions
        sending = _sending(record)
        busy = "" if actions.talks.talk is None else _("Wait until the running transfer has ended.")
        done = partial(actions.mark_done, record)
        self.card.add_action(_("Mark as done…"), done, enabled=not sending, reason=sending)
        fresh = record.state is OutboxState.NEW and not record.attempts
        text, why = _("Send now") if fresh else _("Send again"), sending or busy
        again = partial(actions.talks.send_again, record)
        self.card.add_action(text, again, primary=True, enabled=not why, reason=why)


def _sending(record: OutboxRow) -> str:
    """Why nothing can be decided on it now; "" where it can be."""
    return _("It is being sent now.") if record.state is OutboxState.SENT else ""


def _facts(record: OutboxRow) -> list[tuple[str, str]]:
    rows = [
        (_("Kind"), words.message_kind(record.kind)),
        (_("Number there"), record.subject),
        (_("Created"), figures.local(record.created_at)),
        (_("Attempts"), figures.number(record.attempts)),
        (_("Last try"), figures.local(record.sent_at)),
        (_("Next try"), _next(record)),
        (_("Answer"), record.answer),
    ]
    return [(name, text) for name, text in rows if text]


def _next(record: OutboxRow) -> str:
    if record.state not in (OutboxState.NEW, OutboxState.UNKNOWN):
        return ""
    return figures.local(record.not_before) or _("next sync")


def _row(row: OutboxRow) -> Row:
    return (
        row.title,
        words.message_kind(row.kind),
        row.account,
        words.outbox_pill(row.state),
        figures.number(row.attempts),
        _next(row),
        row.problem or row.answer,
        figures.local(row.created_at),
    )
