"""The company's bank accounts: a table, and a form to add or change one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.i18n import N_, _
from factory_erp.services import bank_accounts
from factory_erp.services.bank_accounts import NAMES, AccountView, is_bic
from factory_erp.ui.kit.buttons import Button, label
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.delegates import ROW_HEIGHT
from factory_erp.ui.kit.dialogs import confirm
from factory_erp.ui.kit.form_dialog import FormDialog
from factory_erp.ui.kit.forms import Field, FieldKind
from factory_erp.ui.kit.frames import framed
from factory_erp.ui.kit.rows import Column, Row
from factory_erp.ui.kit.simple_table import SimpleTable
from factory_erp.ui.kit.table_header import HEADER_HEIGHT

COLUMNS = (
    Column("currency", NAMES["currency"], 84),
    Column("beneficiary", NAMES["beneficiary"], 200, priority=2),
    Column("bank_name", NAMES["bank_name"], 200),
    Column("bank_address", NAMES["bank_address"], 180, priority=3),
    Column("account", NAMES["account"], 190),
    Column("swift", N_("SWIFT"), 120, priority=1),
)
MOST_ROWS = 3
"""Rows in view before the table scrolls."""


def account_fields() -> list[Field]:
    """The form's fields, named as in ``AccountView``."""
    return [
        Field("currency", _(NAMES["currency"]), required=True, check=_check_currency,
              hint=_("Three letters, for example USD")),
        Field("beneficiary", _(NAMES["beneficiary"]), required=True,
              hint=_("The account holder, as the bank writes it")),
        Field("bank_name", _(NAMES["bank_name"]), required=True),
        Field("account", _(NAMES["account"]), required=True),
        Field("swift", _(NAMES["swift"]), required=True, check=_check_swift,
              hint=_("8 or 11 characters")),
        Field("bank_address", _(NAMES["bank_address"]), FieldKind.NOTE),
    ]  # fmt: skip


def _check_currency(value: object) -> str:
    sound = re.fullmatch(r"[A-Za-z]{3}", str(value).strip())
    return "" if sound else _("A currency has three letters, for example USD.")


def _check_swift(value: object) -> str:
    if is_bic("".join(str(value).split()).upper()):
        return ""
    return _("A SWIFT code (BIC) has 8 or 11 characters, the fifth and sixth are the bank's country.")


class BankAccountsPanel(QWidget):
    """The accounts with Add, Change and Remove; each asks in a dialog and saves at once."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context = context
        self._accounts: dict[int, AccountView] = {}
        self.table = SimpleTable(COLUMNS)
        self.table.set_name(_("Bank accounts"))
        self.table.set_empty_text(_("No account yet: invoices do not say where to pay."))
        self.table.setFixedHeight(HEADER_HEIGHT + ROW_HEIGHT * MOST_ROWS + 4)
        self.table.activated.connect(self.change)
        self.table.current_changed.connect(lambda _key: self._show_actions())
        self.add_button = Button(_("Add account…"), icon="add", run=self.add)
        self.change_button = Button(_("Change…"), icon="edit", run=self.change_current)
        self.remove_button = Button(_("Remove…"), run=self.remove_current)
        self._lay_out()
        self._show_actions()

    def refresh(self) -> None:
        """Read the accounts again."""
        self._context.jobs.run(bank_accounts.bank_accounts, done=self._take, owner=self)

    def add(self) -> FormDialog:
        """The open dialog for a new account."""
        return self._ask(_("New bank account"), AccountView("", "", "", "", ""), _("Add account"))

    def change_current(self) -> FormDialog | None:
        """The open dialog for the account chosen in the table."""
        return self.change(self.table.current_key())

    def change(self, key: object) -> FormDialog | None:
        """The open dialog for the account with the id *key*; None where there is none."""
        known = self._accounts.get(key) if isinstance(key, int) else None
        return self._ask(_("Bank account"), known, _("Save account")) if known else None

    def remove_current(self) -> None:
        """Remove the chosen account, after asking."""
        key = self.table.current_key()
        known = self._accounts.get(key) if isinstance(key, int) else None
        if known is None:
            return
        title = _("Remove account {account}?", account=known.account)
        text = _(
            "Invoices in {currency} no longer name it. Documents that were issued stay as they are.",
            currency=known.currency,
        )
        if confirm(self, title, text, _("Remove account")):
            self._context.jobs.run(
                partial(bank_accounts.remove_bank_account, known.id),
                done=partial(self._say, _("The account is removed.")), write=True, title=title, owner=self,
            )  # fmt: skip

    def _ask(self, title: str, known: AccountView, act: str) -> FormDialog:
        values = {name: getattr(known, name) or None for name in NAMES}
        save = partial(_saving, known.id)
        note = _("Invoices in this currency print the account as the one to pay to.")
        dialog = FormDialog(
            self._context.jobs, title, account_fields(), values, save, act, note=note, columns=2, parent=self
        )
        dialog.resize(640, 430)
        dialog.done_with.connect(partial(self._say, _("The account is saved.")))
        dialog.open()
        return dialog

    def _say(self, said: str, _value: object) -> None:
        self._context.say(said)
        self.refresh()

    def _take(self, accounts: Sequence[AccountView]) -> None:
        self._accounts = {account.id: account for account in accounts}
        self.table.set_rows([account_row(one) for one in accounts], list(self._accounts))
        self._show_actions()

    def _show_actions(self) -> None:
        chosen = self.table.current_key() in self._accounts
        for button in (self.change_button, self.remove_button):
            button.setEnabled(chosen)
            button.setToolTip("" if chosen else _("Choose an account first."))

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        buttons.addWidget(label(_("Bank accounts"), pixels=15, bold=True))
        buttons.addStretch(1)
        for button in (self.remove_button, self.change_button, self.add_button):
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(buttons)
        column.addWidget(framed(self.table))


def account_row(one: AccountView) -> Row:
    """An account as the table shows it."""
    return one.currency, one.beneficiary, one.bank_name, one.bank_address, one.account, one.swift


def _saving(account_id: int, values: Mapping[str, Any]) -> Callable[[], object]:
    texts = {name: str(values[name] or "") for name in NAMES}
    return partial(bank_accounts.save_bank_account, AccountView(id=account_id, **texts))
