"""The sign-in on a platform that lets the program act for an account."""

from __future__ import annotations

import secrets as random
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import _
from factory_erp.services.platforms.accounts import AccountView
from factory_erp.sync.connectors.registry import PLATFORMS
from factory_erp.sync.credentials import SecretStore
from factory_erp.sync.http.errors import ReauthoriseNeeded
from factory_erp.ui.kit.jobs import Jobs
from factory_erp.ui.kit.widgets import Banner, Button, Kind, label, show_problem
from factory_erp.ui.platforms import work


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
        self._state = random.token_urlsafe(15)
        self.setWindowTitle(_("Sign in: {name}", name=view.name))
        self.connect_button = Button(_("Connect"), kind=Kind.PRIMARY, run=self.exchange)
        self.connect_button.setEnabled(False)
        self.callback = _line(_("Callback address"), work.callback_of(view))
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
        notice = self._notice()
        if notice:
            banner = Banner(notice)
            banner.words.setWordWrap(True)
            column.addWidget(banner)
        self._step(column, _("1. Callback address, exactly as the app's settings on the platform have it"))
        column.addWidget(self.callback)
        self._step(column, _("2. Open the sign-in page and agree there with the shop's main account"))
        column.addWidget(self.url)
        browse = Button(_("Open in browser"), icon="globe", run=self._browse)
        column.addLayout(_buttons(browse, Button(_("Copy address"), icon="copy", run=self._copy), left=True))
        self._step(column, _("3. Paste what follows: the code is good once, and only for minutes"))
        column.addWidget(self.code)
        column.addWidget(self.problem)
        column.addStretch(1)
        column.addLayout(_buttons(Button(_("Later"), run=self.reject), self.connect_button))

    def _notice(self) -> str:
        """What the owner has to know of the platform: the first note is what a sign-in fails without."""
        known = PLATFORMS.get(self._view.platform)
        return _(known.notes[0]) if known is not None and known.notes else ""

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
            partial(work.authorise, self._view.id, self._secrets, code, self.callback.text().strip()),
            done=self._connected, failed=self._failed, title=_("Signing in"), owner=self,
        )  # fmt: skip

    def _connected(self, view: AccountView) -> None:
        self.accept()
        self._done_with(view)

    def _failed(self, error: Exception) -> None:
        self.connect_button.setEnabled(True)
        if isinstance(error, ReauthoriseNeeded):
            # Of an account that is at work this sentence would be right; here it is the code that is wrong.
            self._say(_wrong_code())
        elif isinstance(error, DomainError):
            self._say(error)
        else:
            show_problem(self, error)

    def _say(self, error: DomainError) -> None:
        self.problem.setText(str(error))
        self.problem.show()


def _wrong_code() -> DomainError:
    return DomainError(
        _("The platform does not accept this code: it is good only once, and only for minutes."),
        remedy=_("Open the sign-in page again and paste the new code."),
    )


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
