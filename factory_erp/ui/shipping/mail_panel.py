"""E-mailing the documents: whom to, in which words, and what was sent to whom."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from functools import partial
from typing import Any, cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import N_, _
from factory_erp.models.documents import MailState
from factory_erp.services.base import Result
from factory_erp.services.mail import drafts as mail_drafts
from factory_erp.services.mail import sending as mail
from factory_erp.services.mail.drafts import MailDraft
from factory_erp.services.mail.groups import Group
from factory_erp.services.mail.sending import MailInput, MailView
from factory_erp.services.workbench.views import ShipmentDetail
from factory_erp.ui.desk import desk
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.buttons import Button, ElidedLabel, Kind, label
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import confirm, show_problem
from factory_erp.ui.kit.edits import ChoiceEdit, NoteEdit
from factory_erp.ui.kit.forms import Field, FieldKind, Form
from factory_erp.ui.kit.rows import Column, PillCell, Row
from factory_erp.ui.kit.simple_table import SimpleTable
from factory_erp.ui.kit.theme import Tone
from factory_erp.ui.paper_words import LANGUAGES
from factory_erp.ui.shipping import steps
from factory_erp.ui.shipping.attachments import Attachments

COLUMNS = (
    Column("moment", N_("Written"), 132, kind="date"),
    Column("to", N_("Recipient"), 170),
    Column("subject", N_("Subject"), 200, priority=2),
    Column("documents", N_("Documents"), 90, priority=3),
    Column("state", N_("State"), 128, kind="pill"),
)

LOG_HEIGHT = 112
"""Of the log: its header and two messages, px."""

FORM_HEIGHT = 214
"""Of three lines of fields with a sentence under one, px."""

GROUPS: dict[Group, str] = {"buyer": N_("Buyer"), "bank": N_("Bank"), "carrier": N_("Forwarder")}
FORMS = {"files": N_("A file for each document"), "pdf": N_("One PDF"), "zip": N_("A zip archive")}


class MailPanel(QWidget):
    """A message with the documents, ready to be sent; the log of messages under it."""

    settled = Signal()
    """A message was sent, or was not: the log has changed."""

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._jobs = context.jobs
        self._detail: ShipmentDetail | None = None
        self._mails: dict[int, MailView] = {}
        self._key = uuid.uuid4().hex
        self._sending = False
        self.note = label(muted=True, wrap=True)
        self.form = Form(_fields(), columns=2, parent=self)
        self.form.setFixedHeight(FORM_HEIGHT)
        self.form.bar.hide()
        self.form.dirty_changed.connect(lambda _dirty: self.form.bar.hide())
        self.form.edited.connect(self._edited)
        self.form.saved.connect(self._write)
        self.body = NoteEdit()
        self.body.setAccessibleName(_("Text of the e-mail"))
        self.body.setMinimumHeight(80)
        self.body.setMaximumHeight(16_777_215)
        for key in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(key), self.body, self.send, context=Qt.ShortcutContext.WidgetShortcut)
        self._written_body = ""
        self.attached = Attachments()
        self.attached.edited.connect(self._attach)
        self._attached_by_hand = False
        self.send_button = Button(_("Send"), kind=Kind.PRIMARY, icon="mail", run=self.send)
        self.log = SimpleTable(COLUMNS, self)
        self.log.set_name(_("Messages sent"))
        self.log.set_empty_text(_("Nothing was sent yet."))
        self.log.current_changed.connect(lambda _key: self._show_actions())
        self.answer = ElidedLabel(muted=True)
        self.again_button = Button(_("Send again"), run=self.send_again)
        self.was_button = Button(_("It was sent"), run=partial(self.decide, sent=True))
        self.not_button = Button(_("It was not sent"), run=partial(self.decide, sent=False))
        self._lay_out()

    def show_detail(self, detail: ShipmentDetail) -> None:
        """Show the message for *detail*; one that is being written for the same shipment stays."""
        fresh = self._detail is None or self._detail.id != detail.id
        changed = self._detail is None or self._detail.documents != detail.documents
        self._detail = detail
        held = {str(row.kind) for row in detail.documents if row.state is steps.ISSUED}
        self.attached.offer([row.kind for row in detail.papers if row.kind in held])
        if fresh:
            self.form.set_values({"group": "buyer", "language": "", "form": "files"})
        if fresh or (changed and not self._is_written()):
            self._compose()
        self._read_log()
        self._show_actions()

    def send(self) -> None:
        """Write the message down and send it, once all fields are sound."""
        if self.send_button.isEnabled():
            self.form.save()

    def send_again(self) -> None:
        """Send the chosen message once more; one that may have been sent only after asking."""
        view = self._current()
        if view is None or view.state == MailState.SENT or self._sending:
            return
        text = _("It may have been sent already: the recipient may get it twice.")
        if view.uncertain and not confirm(self, view.subject, text, _("Send again")):
            return
        self._deliver(view.id, again=view.uncertain)

    def decide(self, *, sent: bool) -> None:
        """A person found out whether the chosen message was sent."""
        view = self._current()
        if view is not None and view.uncertain:
            act = partial(mail.decide_mail, view.id, view.version, sent=sent)
            self._jobs.run(act, write=True, title=view.subject, finally_=self._settle, owner=self)

    # writing

    def _is_written(self) -> bool:
        typed = self.form.is_dirty() or self.body.raw() != self._written_body
        return typed or self._attached_by_hand

    def _attach(self) -> None:
        self._attached_by_hand = True
        self._show_actions()

    def _edited(self, name: str) -> None:
        if name in ("group", "language"):
            self._compose()

    def _compose(self) -> None:
        """The words for the group, in the background."""
        if self._detail is None or not steps.can_send(self._detail).now:
            return
        group = cast(Group, self._chosen("group") or "buyer")
        language = str(self._chosen("language") or "")
        read = partial(mail_drafts.compose_mail, self._detail.id, language, group)
        self._jobs.run(read, done=self._take, owner=self)

    def _chosen(self, name: str) -> object:
        edit = self.form.edit(name)
        return edit.value() if isinstance(edit, ChoiceEdit) else None

    def _take(self, draft: MailDraft) -> None:
        self._key = uuid.uuid4().hex
        self.form.set_values(
            {
                "group": draft.group,
                "language": self._chosen("language"),
                "to": ", ".join(draft.to) or None,
                "cc": ", ".join(draft.cc) or None,
                "subject": draft.subject,
                "form": self._chosen("form"),
            }
        )
        subject = self.form.edit("subject")
        if isinstance(subject, QLineEdit):
            subject.home(False)  # a long one is read from its beginning
        self.body.show_value(draft.body)
        self._written_body = self.body.raw()
        self.attached.choose(draft.kinds)
        self._attached_by_hand = False
        self._show_actions()

    def _write(self, values: Mapping[str, Any]) -> None:
        if self._detail is None:
            return
        message = MailInput(
            to=addresses(values["to"]),
            cc=addresses(values["cc"]),
            subject=values["subject"] or "",
            body=self.body.raw(),
            kinds=self.attached.chosen(),
            twins=self.attached.forms(),
            form=values["form"],
            group=values["group"],
        )
        self._sending = True
        self._show_actions()
        self._jobs.run(
            partial(mail.write_mail, self._detail.id, message, self._key),
            write=True,
            title=_("Writing the message"),
            done=self._written,
            failed=self._refused,
            owner=self,
        )

    def _written(self, mail_id: int) -> None:
        self._key = uuid.uuid4().hex
        self._sending = False
        self._deliver(mail_id)

    def _refused(self, error: Exception) -> None:
        self._sending = False
        self._show_actions()
        if not (isinstance(error, DomainError) and self.form.show_error(error)):
            show_problem(self, error)

    # sending

    def _deliver(self, mail_id: int, *, again: bool = False) -> None:
        """Hand it to the mail server: beside the writer's lane, for that may take a minute."""
        self._sending = True
        self._show_actions()
        self._jobs.run(
            partial(_delivered, self._context, mail_id, again),
            title=_("Sending the message"),
            done=lambda reply: self._context.say(_("Sent: {reply}", reply=reply)),
            failed=lambda error: show_problem(self, error),
            finally_=self._settle,
            owner=self,
        )

    def _settle(self) -> None:
        self._sending = False
        self._read_log()
        self._show_actions()
        self.settled.emit()

    # the log

    def _read_log(self) -> None:
        if self._detail is not None:
            self._jobs.run(partial(mail.mails, self._detail.id), done=self._show_log, owner=self)

    def _show_log(self, rows: tuple[MailView, ...]) -> None:
        self._mails = {row.id: row for row in rows}
        self.log.set_rows([mail_row(row) for row in rows], [row.id for row in rows])
        self._show_actions()

    def _current(self) -> MailView | None:
        key = self.log.current_key()
        return self._mails.get(key) if isinstance(key, int) else None

    def _show_actions(self) -> None:
        can = steps.can_send(self._detail) if self._detail is not None else steps.Can(False)
        for widget in (self.form, self.body, self.attached):
            widget.setEnabled(can.now)
        attached = bool(self.attached.chosen())
        self.send_button.setEnabled(can.now and attached and not self._sending)
        self.send_button.setToolTip(
            can.reason or ("Ctrl+Enter" if attached else _("Attach a document first."))
        )
        self.note.setText(can.reason)
        self.note.setVisible(bool(can.reason))
        view = self._current()
        self.answer.setText(_said(view) if view is not None else "")
        waiting = view is not None and view.state != MailState.SENT
        self.again_button.setVisible(waiting)
        self.again_button.setEnabled(not self._sending)
        for button in (self.was_button, self.not_button):
            button.setVisible(view is not None and view.uncertain)

    def _lay_out(self) -> None:
        self.log.setFixedHeight(LOG_HEIGHT)
        sending = QHBoxLayout()
        sending.addWidget(self.attached, 1)
        sending.addWidget(self.send_button)
        deciding = QHBoxLayout()
        deciding.setSpacing(8)
        deciding.addWidget(label(_("E-mails"), pixels=15, bold=True))
        deciding.addWidget(self.answer, 1)
        for button in (self.was_button, self.not_button, self.again_button):
            deciding.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(label(_("Send the documents"), pixels=15, bold=True))
        column.addWidget(self.note)
        column.addWidget(self.form)
        column.addWidget(label(_("Text of the e-mail"), muted=True))
        column.addWidget(self.body, 1)
        column.addLayout(sending)
        column.addLayout(deciding)
        column.addWidget(self.log)


def _delivered(context: UiContext, mail_id: int, again: bool) -> Result[str]:
    """Send the message; the server's reply, with what has changed. Raises DomainError."""
    from factory_erp.sync.mail import deliver

    reply = deliver(mail_id, desk(context).secrets, again=again)
    return Result(reply, {"document_mail": frozenset({mail_id})})


def _said(view: MailView) -> str:
    """What became of a message: what no longer holds of it, else what the mail server answered."""
    if view.stale:
        return _("No longer in force: {numbers}", numbers=", ".join(view.stale))
    return view.answer


def addresses(text: object) -> tuple[str, ...]:
    """Addresses apart by commas, semicolons or blanks."""
    return tuple(part for part in re.split(r"[\s,;，；、]+", str(text or "")) if part)


def _fields() -> tuple[Field, ...]:
    languages: list[tuple[object, str]] = [("", _("Reader's language"))]
    languages += [(code, _(name)) for code, name in LANGUAGES.items()]
    groups = [(key, _(name)) for key, name in GROUPS.items()]
    return (
        Field("group", _("Send to"), FieldKind.CHOICE, choices=groups),
        Field("language", _("Language"), FieldKind.CHOICE, choices=languages),
        Field("to", _("Recipients"), required=True, hint=_("Several apart by commas")),
        Field("cc", _("Cc")),
        Field("subject", _("Subject"), required=True),
        Field(
            "form",
            _("Attachments"),
            FieldKind.CHOICE,
            choices=[(key, _(name)) for key, name in FORMS.items()],
        ),
    )


_STATES = {
    MailState.WAITING: (N_("Not sent yet"), Tone.INFO),
    MailState.SENT: (N_("Sent"), Tone.SUCCESS),
    MailState.FAILED: (N_("Not sent"), Tone.DANGER),
}


def mail_row(row: MailView) -> Row:
    """A message as the log shows it."""
    text, tone = (N_("May have been sent"), Tone.WARNING) if row.uncertain else _STATES[row.state]
    return (
        figures.local(row.created_at),
        ", ".join(address.removeprefix("cc:") for address in row.recipients),
        row.subject,
        figures.number(len(row.attached)),
        PillCell(_(text), tone),
    )
