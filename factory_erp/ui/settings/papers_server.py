"""The mail server that documents are sent through; the password goes to this PC's keyring only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields as dataclass_fields
from functools import partial
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import N_, _, pgettext
from factory_erp.services.base import Result
from factory_erp.services.mail import settings as mail_settings
from factory_erp.services.mail.settings import USUAL_PORT, MailSettings, MailSheet
from factory_erp.sync import mail
from factory_erp.sync.credentials import SecretStore
from factory_erp.ui.desk import desk
from factory_erp.ui.kit.buttons import Button, label
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import show_problem, tell
from factory_erp.ui.kit.edits import TextEdit
from factory_erp.ui.kit.forms import Field, FieldKind, Form

NAMES = tuple(one.name for one in dataclass_fields(MailSettings))
SECURITY = {
    "starttls": N_("STARTTLS"),
    "tls": N_("TLS from the start"),
    "none": N_("None (this PC only)"),
}
Read = tuple[MailSheet, bool]
"""The settings, and whether this PC keeps a password for them."""


class PasswordEdit(TextEdit):
    """A line that does not show what is typed."""

    def __init__(self) -> None:
        super().__init__()
        self.setEchoMode(QLineEdit.EchoMode.Password)


def server_fields() -> list[Field]:
    """The form's fields, named as in ``MailSettings``, and the password."""
    security = [(key, _(name)) for key, name in SECURITY.items()]
    return [
        Field("host", _("Mail server"), required=True, hint=_("For example smtp.example.com")),
        Field("security", _("Encryption"), FieldKind.CHOICE, choices=security, required=True),
        Field("port", pgettext("mail server", "Port"), FieldKind.INTEGER, required=True,
              hint=_("Usual are 587 for STARTTLS and 465 for TLS")),
        Field("user", _("User name"), hint=_("Empty where the server asks for none")),
        Field("password", _("Password"), FieldKind.OWN, make=PasswordEdit,
              hint=_("Kept in this PC's keyring, never in the database")),
        Field("sender", _("Sender address"), hint=_("Empty: the e-mail address of the company")),
        Field("sender_name", _("Sender name"), hint=_("Empty: the name of the company")),
    ]  # fmt: skip


class ServerPanel(QWidget):
    """The settings as a form that saves when told to, and a try whether the server takes us."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context = context
        self._known: MailSheet | None = None
        self.form = Form(server_fields(), columns=1)
        self.form.setEnabled(False)
        self.form.edited.connect(self._follow)
        self.form.saved.connect(self._save)
        self.form.discarded.connect(self.refresh)
        self.form.dirty_changed.connect(lambda _dirty: self._show_try())
        self.try_button = Button(_("Try the server"), icon="check", run=self.try_server)
        top = QHBoxLayout()
        top.addWidget(label(_("Mail server"), pixels=15, bold=True))
        top.addStretch(1)
        top.addWidget(self.try_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(self.form, 1)
        self.setFocusProxy(self.form.edit("host"))
        self._show_try()

    def refresh(self) -> None:
        """Read again, unless somebody is typing here."""
        if not self.form.is_dirty():
            secrets = desk(self._context).secrets
            self._context.jobs.run(partial(_read, secrets), done=self._take, owner=self)

    def _take(self, read: Read) -> None:
        if self.form.is_dirty():
            return
        sheet, kept = read
        self._known = sheet
        self.form.set_values({name: getattr(sheet.settings, name) for name in NAMES})
        for name, text in (
            ("sender", sheet.company_email),
            ("sender_name", sheet.company_name),
            ("password", _("kept in this PC's keyring") if kept else ""),
        ):
            edit = self.form.edit(name)
            assert isinstance(edit, TextEdit)
            edit.setPlaceholderText(text)
        self.form.setEnabled(True)
        self._show_try()

    def _follow(self, name: str) -> None:
        """Another encryption has another usual port; a port of somebody's own stays."""
        port = self.form.edit("port")
        if name != "security" or not isinstance(port, TextEdit):
            return
        usual = {str(number) for number in USUAL_PORT.values()}
        wanted = self.form.draft()["security"]
        if port.text() in usual | {""} and wanted.isdigit():
            self.form.restore_draft({"port": str(list(USUAL_PORT.values())[int(wanted)])})

    def _save(self, values: Mapping[str, Any]) -> None:
        if self._known is None:
            return
        typed = {name: value for name in NAMES if (value := values[name]) is not None}
        settings, password = MailSettings(**typed), str(values["password"] or "")
        act = partial(_write, settings, self._known.version, password, desk(self._context).secrets)
        self._context.jobs.run(
            act, done=self._saved, failed=self._failed, write=True, title=_("Save mail server"), owner=self
        )

    def _saved(self, _none: object) -> None:
        self.form.mark_saved()
        self._context.say(_("The mail server is saved."))
        self.refresh()

    def _failed(self, error: Exception) -> None:
        if not (isinstance(error, DomainError) and self.form.show_error(error)):
            show_problem(self, error)

    def _show_try(self) -> None:
        entered = self._known is not None and bool(self._known.settings.host)
        self.try_button.setEnabled(entered and not self.form.is_dirty())
        reason = _("Enter the server first.") if not entered else _("Save the changes first.")
        self.try_button.setToolTip("" if self.try_button.isEnabled() else reason)

    def try_server(self) -> None:
        """Sign in to the server and out again; nothing is sent."""
        if self._known is None:
            return
        self.try_button.setEnabled(False)
        self._context.jobs.run(
            partial(mail.try_server, self._known.settings, desk(self._context).secrets),
            done=self._tried, failed=partial(show_problem, self), finally_=self._show_try,
            title=_("Trying the mail server"), owner=self,
        )  # fmt: skip

    def _tried(self, _none: object) -> None:
        said = _("The mail server takes user name and password. Documents can be sent.")
        tell(self, _("Mail server"), said)


def _read(secrets: SecretStore) -> Read:
    sheet = mail_settings.mail_sheet()
    return sheet, bool(sheet.settings.host) and mail.has_password(sheet.settings, secrets)


def _write(settings: MailSettings, version: int, password: str, secrets: SecretStore) -> Result[None]:
    """The settings into the database, then the password into the keyring, where one was typed."""
    done = mail_settings.save_mail_settings(settings, version)
    if password:
        mail.keep_password(settings, secrets, password)
    return done
