"""Adding an account, and the sign-in on the platform that lets the program act for it."""

from __future__ import annotations

import secrets as random
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import _
from factory_erp.services.platforms import AccountView
from factory_erp.sync.connectors.registry import PLATFORMS
from factory_erp.sync.credentials import PASSPHRASE_VARIABLE, SecretStore
from factory_erp.ui.kit.form_dialog import Grower
from factory_erp.ui.kit.forms import Field, FieldKind, Form
from factory_erp.ui.kit.jobs import Jobs
from factory_erp.ui.kit.theme import Tone
from factory_erp.ui.kit.widgets import Banner, Button, Kind, label, show_problem
from factory_erp.ui.platforms import words, work
from factory_erp.ui.platforms.work import AccountInput


def account_fields(*, is_new: bool, keeps: bool = True) -> list[Field]:
    """The account form's fields; *keeps* as for ``AccountDialog``."""
    keep = _("The secret of the app. It is kept in this PC's keyring, never in the database.")
    if not keeps:
        keep = _("The secret of the app. It is forgotten when the program ends.")
    if not is_new:
        keep = _("Leave it empty to keep the stored secret.")
    return [
        Field("platform", _("Platform"), FieldKind.CHOICE, required=True, read_only=not is_new,
              choices=[(code, words.platform(code)) for code in PLATFORMS]),
        Field("name", _("Shop name"), required=True, read_only=not is_new,
              hint=_("What you call this shop; it stands beside its orders.")),
        Field("gateway", _("Gateway address"), check=_check_gateway,
              hint=_("Leave it empty for the platform's own address.")),
        Field("app_key", _("App key"), required=True,
              hint=_("From the platform's developer console.")),
        Field("app_secret", _("App secret"), required=is_new, hint=keep),
    ]  # fmt: skip


def _check_gateway(value: object) -> str:
    url = QUrl(str(value))
    if url.scheme() not in {"http", "https"} or not url.host():
        return _("Enter an address that begins with https://, or leave it empty.")
    if url.scheme() == "http" and url.host() not in {"127.0.0.1", "localhost"}:
        return _("Secrets travel to this address: it has to begin with https://.")
    return ""


class AccountDialog(QDialog):
    """A new account, or other keys for one that is there; ``done_with(view)`` once it is stored.

    *keeps* is False where this PC has no keyring: the dialog then says that the secret ends with the program.
    """

    def __init__(
        self,
        jobs: Jobs,
        secrets: SecretStore,
        done_with: Callable[[AccountView], object],
        view: AccountView | None = None,
        parent: QWidget | None = None,
        *,
        keeps: bool = True,
    ) -> None:
        super().__init__(parent)
        self._jobs, self._secrets, self._done_with = jobs, secrets, done_with
        self._is_new, self._keeps = view is None, keeps
        self.setWindowTitle(_("Add account") if view is None else view.name)
        self.form = Form(account_fields(is_new=view is None, keeps=keeps), _values(view))
        secret = self.form.edit("app_secret")
        assert isinstance(secret, QLineEdit)
        secret.setEchoMode(QLineEdit.EchoMode.Password)
        # The dialog's own buttons save and cancel.
        self.form.bar.setMaximumHeight(0)
        self.form.saved.connect(self._save)
        Grower(self, self.form)
        self._accept = Button(_("Continue") if view is None else _("Save"), kind=Kind.PRIMARY)
        self._accept.clicked.connect(lambda _checked=False: self.form.save())
        self._lay_out()
        self.resize(540, 570)
        self.form.edit("name" if view is None else "app_key").setFocus()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(14)
        if self._is_new:
            lead = _(
                "Create an app in the platform's developer console, then enter its key and secret here. "
                "Next you sign in on the platform to permit the program to act for the shop."
            )
            column.addWidget(label(lead, muted=True, wrap=True))
        if not self._keeps:
            column.addWidget(_warning())
        column.addWidget(self.form, 1)
        column.addLayout(_buttons(Button(_("Cancel"), run=self.reject), self._accept))

    def _save(self, values: dict[str, object]) -> None:
        given = AccountInput(
            platform=str(values["platform"]),
            name=str(values["name"]),
            gateway=str(values["gateway"] or "").rstrip("/"),
            app_key=str(values["app_key"]),
            app_secret=str(values["app_secret"] or ""),
        )
        self._accept.setEnabled(False)
        self._jobs.run(
            partial(work.save_account, given, self._secrets),
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


def _values(view: AccountView | None) -> dict[str, object]:
    if view is None:
        return {"platform": next(iter(PLATFORMS))}
    return {
        "platform": view.platform,
        "name": view.name,
        "gateway": view.base_url,
        "app_key": view.app_key,
    }


class AuthoriseDialog(QDialog):
    """Open the platform's page, agree there, paste what it gives; ``done_with(view)`` when it worked."""

    def __init__(
        self,
        jobs: Jobs,
        secrets: SecretStore,
        view: AccountView,
        done_with: Callable[[AccountView], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._jobs, self._secrets, self._view, self._done_with = jobs, secrets, view, done_with
        self._state = random.token_urlsafe(16)
        self.setWindowTitle(_("Sign in: {name}", name=view.name))
        self.connect_button = Button(_("Connect"), kind=Kind.PRIMARY, run=self.exchange)
        self.connect_button.setEnabled(False)
        self.callback = _line(_("Callback address"), work.CALLBACK)
        self.callback.textEdited.connect(lambda _text: self._show_url())
        self.url = QPlainTextEdit()
        self.url.setReadOnly(True)
        self.url.setFixedHeight(72)
        self.url.setAccessibleName(_("Sign-in page"))
        self.url.setTabChangesFocus(True)
        self.code = _line(_("Authorisation code"), "")
        self.code.setPlaceholderText(_("The code, or the whole address of the page that opened"))
        self.code.textChanged.connect(lambda text: self.connect_button.setEnabled(bool(text.strip())))
        self.code.returnPressed.connect(self.exchange)
        self.problem = label(wrap=True)
        self.problem.setProperty("problem", True)
        self.problem.hide()
        self._lay_out()
        self._show_url()
        self.resize(600, 520)
        self.code.setFocus()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(8)
        notice = _("The public IP address of this PC must be on the app's white list on the platform.")
        column.addWidget(Banner(notice))
        self._step(column, _("1. Callback address, exactly as the app's settings on the platform have it"))
        column.addWidget(self.callback)
        self._step(column, _("2. Open the sign-in page and agree there with the shop's main account"))
        column.addWidget(self.url)
        browse = Button(_("Open in browser"), icon="globe", run=self._browse)
        column.addLayout(_buttons(browse, Button(_("Copy address"), icon="copy", run=self._copy), left=True))
        self._step(column, _("3. Paste what follows: the code is good once, and for 30 minutes"))
        column.addWidget(self.code)
        column.addWidget(self.problem)
        column.addStretch(1)
        column.addLayout(_buttons(Button(_("Later"), run=self.reject), self.connect_button))

    def _step(self, column: QVBoxLayout, text: str) -> None:
        words_label = label(text, bold=True, wrap=True)
        words_label.setContentsMargins(0, 8, 0, 0)
        column.addWidget(words_label)

    def _show_url(self) -> None:
        callback = self.callback.text().strip()
        try:
            url = work.authorise_url(self._view, self._secrets, callback, self._state)
        except DomainError as error:
            self._say(error)
        else:
            self.url.setPlainText(url)

    def _browse(self) -> None:
        QDesktopServices.openUrl(QUrl(self.url.toPlainText()))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.url.toPlainText())

    def exchange(self) -> None:
        """Give the code to the platform, in the background."""
        if not self.connect_button.isEnabled():
            return
        try:
            code = work.code_in(self.code.text(), self._state)
        except DomainError as error:
            self._say(error)
            return
        self.connect_button.setEnabled(False)
        self._jobs.run(
            partial(work.authorise, self._view.id, self._secrets, code),
            done=self._connected, failed=self._failed, title=_("Signing in"), owner=self,
        )  # fmt: skip

    def _connected(self, view: AccountView) -> None:
        self.accept()
        self._done_with(view)

    def _failed(self, error: Exception) -> None:
        self.connect_button.setEnabled(True)
        if isinstance(error, DomainError):
            self._say(error)
        else:
            show_problem(self, error)

    def _say(self, error: DomainError) -> None:
        self.problem.setText(str(error))
        self.problem.show()


def _line(name: str, text: str) -> QLineEdit:
    edit = QLineEdit(text)
    edit.setAccessibleName(name)
    return edit


def _buttons(*buttons: Button, left: bool = False) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(10)
    if not left:
        row.addStretch(1)
    for button in buttons:
        row.addWidget(button)
    if left:
        row.addStretch(1)
    return row
