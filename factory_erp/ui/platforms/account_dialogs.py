"""Adding an account of a platform, and changing its settings and keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import _
from factory_erp.services.platforms.accounts import AccountForm, AccountView
from factory_erp.sync.connectors.registry import PLATFORMS
from factory_erp.sync.credentials import PASSPHRASE_VARIABLE, SecretStore
from factory_erp.ui.kit.form_dialog import Grower
from factory_erp.ui.kit.forms import ChoiceEdit, Form, TextEdit
from factory_erp.ui.kit.icons import icon
from factory_erp.ui.kit.jobs import Jobs
from factory_erp.ui.kit.theme import Tone
from factory_erp.ui.kit.widgets import Banner, Button, Kind, label, show_problem
from factory_erp.ui.platforms import work
from factory_erp.ui.platforms.account_fields import MOST, OPTION, account_fields, form_of, values_of

SIZE = (860, 640)
_OF_ONE_PLATFORM = ("platform", "language", "gateway", "app_key", "app_secret")
"""Fields that mean something else on another platform: a key must not travel to a foreign address."""


class AccountDialog(QDialog):
    """A new account, or the settings of one that is there; ``done_with(view)`` once it is stored.

    *keeps* is False where this PC has no keyring: the dialog then says that the secret ends with the program.
    Choosing another platform shows the fields that it asks for.
    """

    def __init__(
        self,
        jobs: Jobs,
        secrets: SecretStore,
        done_with: Callable[[AccountView], object],
        form: AccountForm | None = None,
        version: int | None = None,
        parent: QWidget | None = None,
        *,
        keeps: bool = True,
    ) -> None:
        super().__init__(parent)
        self._jobs, self._secrets, self._done_with = jobs, secrets, done_with
        self._is_new, self._keeps, self._version = form is None, keeps, version
        self._before = form or AccountForm(next(iter(PLATFORMS)), "")
        self._spec = PLATFORMS[self._before.platform]
        self.setWindowTitle(_("Add account") if form is None else form.name)
        self._accept = Button(_("Continue") if form is None else _("Save"), kind=Kind.PRIMARY)
        self._accept.setToolTip("Ctrl+Enter")
        self._accept.clicked.connect(lambda _checked=False: self.form.save())
        self._place = QVBoxLayout()
        self._notes = QVBoxLayout()
        self._lay_out()
        self._show_form(values_of(self._before, self._spec))
        self.resize(*SIZE)
        self.form.edit(
            "name" if form is None else "app_key" if self._spec.needs_secret else "name"
        ).setFocus()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(14)
        if not self._keeps:
            column.addWidget(_warning())
        row = QHBoxLayout()
        row.setSpacing(24)
        row.addLayout(self._place, 1)
        side = QWidget()
        side.setFixedWidth(220)
        side.setLayout(self._notes)
        self._notes.setContentsMargins(0, 0, 0, 0)
        self._notes.setSpacing(8)
        row.addWidget(side)
        column.addLayout(row, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        buttons.addStretch(1)
        buttons.addWidget(Button(_("Cancel"), run=self.reject))
        buttons.addWidget(self._accept)
        column.addLayout(buttons)

    def _show_form(self, values: Mapping[str, object]) -> None:
        self.form = Form(
            account_fields(self._spec, is_new=self._is_new, keeps=self._keeps), values, columns=2
        )
        # The dialog's own buttons save and cancel.
        self.form.bar.setMaximumHeight(0)
        self.form.saved.connect(self._save)
        self.form.edited.connect(self._note_edit)
        self._dress()
        self._grower = Grower(self, self.form)
        self._place.addWidget(self.form)
        self._show_notes()

    def _dress(self) -> None:
        """What a plain field cannot say of itself: lengths, what is secret, what is a folder."""
        for name, most in MOST.items():
            edit = self._line(name)
            if edit is not None:
                edit.setMaxLength(most)
        secret, gateway = self._line("app_secret"), self._line("gateway")
        if secret is not None:
            secret.setEchoMode(QLineEdit.EchoMode.Password)
        if gateway is not None:
            gateway.setPlaceholderText(self._spec.gateway)
        for option in self._spec.options:
            edit = self._line(OPTION + option.name)
            if edit is not None and option.folder:
                browse = edit.addAction(icon("search"), QLineEdit.ActionPosition.TrailingPosition)
                browse.setToolTip(_("Choose a folder…"))
                browse.triggered.connect(partial(self._choose_folder, edit))
            elif edit is not None and option.default:
                edit.setPlaceholderText(option.default)

    def _line(self, name: str) -> TextEdit | None:
        edit = self.form.edit(name) if name in self.form.draft() else None
        return edit if isinstance(edit, TextEdit) else None

    def _choose_folder(self, edit: TextEdit) -> None:
        chosen = QFileDialog.getExistingDirectory(self, _("Choose a folder…"), edit.text())
        if chosen:
            edit.setText(chosen)
            edit.edited.emit()

    def _show_notes(self) -> None:
        while (item := self._notes.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        self._notes.addWidget(label(_("Before you begin"), pixels=15, bold=True, wrap=True))
        for text in self._said():
            self._notes.addWidget(label(text, muted=True, wrap=True))
        self._notes.addStretch(1)

    def _said(self) -> list[str]:
        notes = [_(note) for note in self._spec.notes]
        if not self._is_new or not self._spec.needs_secret:
            return notes
        lead = _(
            "Create an app in the platform's developer console, then enter its key and secret here. "
            "Next you sign in on the platform to permit the program to act for the shop."
        )
        return [lead, *notes]

    def _note_edit(self, name: str) -> None:
        if name == "platform":
            # Not while the edit that told of it is still in the middle of doing so.
            QTimer.singleShot(0, self, self._change_platform)

    def _change_platform(self) -> None:
        """Show the fields of the other platform; the shop's name and rhythm stay as they were typed."""
        edit = self.form.edit("platform")
        assert isinstance(edit, ChoiceEdit)
        chosen = PLATFORMS[str(edit.value())]
        if chosen is self._spec:
            return
        kept = {name: text for name, text in self.form.draft().items() if not name.startswith(OPTION)}
        old, self._spec = self.form, chosen
        self._grower.deleteLater()
        fresh = AccountForm(chosen.code, "")
        self._show_form(values_of(fresh, chosen))
        for own in _OF_ONE_PLATFORM:
            kept.pop(own, None)
        self.form.restore_draft(kept)
        self._place.removeWidget(old)
        old.deleteLater()
        self.form.edit("platform").setFocus()

    def _save(self, values: dict[str, object]) -> None:
        form = form_of(values, self._before, self._spec)
        secret = str(values.get("app_secret") or "")
        self._accept.setEnabled(False)
        self._jobs.run(
            partial(work.save_account, form, secret, self._secrets, self._version),
            done=self._stored, failed=self._failed, write=True, title=_("Saving the account"), owner=self,
        )  # fmt: skip

    def _stored(self, view: AccountView) -> None:
        self.accept()
        self._done_with(view)

    def _failed(self, error: Exception) -> None:
        self._accept.setEnabled(True)
        if not (isinstance(error, DomainError) and self.form.show_error(error)):
            show_problem(self, error)


def _warning() -> Banner:
    said = _(
        "This PC has no keyring, so the secret and the sign-in are kept only until the program ends. "
        "To keep them, set the environment variable {variable} to a passphrase and start the program again.",
        variable=PASSPHRASE_VARIABLE,
    )
    banner = Banner(said, Tone.WARNING, icon="warning")
    banner.words.setWordWrap(True)
    return banner
