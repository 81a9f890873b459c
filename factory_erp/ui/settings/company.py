"""The factory's own data: the exporter on every document."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields, replace
from functools import partial

from PySide6.QtWidgets import QVBoxLayout, QWidget

from factory_erp.domain.checkdigits import is_uscc
from factory_erp.domain.errors import DomainError
from factory_erp.domain.ports import PORTS, port_name
from factory_erp.i18n import _, language
from factory_erp.services import partners
from factory_erp.services.partners import CompanyView
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import show_problem
from factory_erp.ui.kit.forms import Field, FieldKind, Form
from factory_erp.ui.kit.widgets import label
from factory_erp.ui.settings.bank_accounts import BankAccountsPanel

_CUSTOMS_CODE = re.compile(r"[0-9]{4}[0-9A-Z]{6}")
"""Ten characters: four of the customs district, then kind and number (GACC)."""
_GS1 = re.compile(r"[0-9]{4,12}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def company_fields() -> list[Field]:
    """The form's fields, named as in ``CompanyView``."""
    return [
        Field("name_en", _("English name"), required=True, hint=_("The exporter on every document")),
        Field("name_zh", _("Chinese name")),
        Field("address_en", _("English address"), FieldKind.NOTE),
        Field("address_zh", _("Chinese address"), FieldKind.NOTE),
        Field("uscc", _("Unified social credit code"), check=_check_uscc,
              hint=_("18 characters, from the business licence")),
        Field("customs_code", _("Customs code"), check=_check_customs,
              hint=_("10 characters, from the customs registration")),
        Field("phone", _("Phone")),
        Field("email", _("E-mail"), check=_check_email),
        Field("port_of_loading", _("Usual port of loading"), FieldKind.CHOICE, required=True,
              choices=_ports()),
        Field("source_place", _("Source place within China"),
              hint=_("Where the goods come from, as the customs declaration names it")),
        Field("gs1_prefix", _("GS1 prefix"), check=_check_gs1,
              hint=_("4 to 12 digits, for barcodes on cartons; empty: none are printed")),
        Field("authorised_person", _("Authorised person"),
              hint=_("Who signs declarations such as the verified gross mass")),
        Field("rebate_regime", _("Tax rebate as"), FieldKind.CHOICE, required=True,
              choices=[("manufacturer", _("Manufacturer: set off against VAT at home")),
                       ("trading", _("Trading company: VAT of purchases comes back"))]),
    ]  # fmt: skip


def _ports() -> list[tuple[object, str]]:
    chinese = [port for port in PORTS.values() if port.country == "CN"]
    return [(port.code, f"{port_name(port.code, language())}  {port.code}") for port in chinese]


def _check_uscc(value: object) -> str:
    if is_uscc(str(value)):
        return ""
    return _("This is not a unified social credit code: a character is missing or mistyped.")


def _check_customs(value: object) -> str:
    sound = _CUSTOMS_CODE.fullmatch(str(value))
    return "" if sound else _("A customs code has 10 characters, the first four are digits.")


def _check_gs1(value: object) -> str:
    return "" if _GS1.fullmatch(str(value)) else _("A GS1 prefix has 4 to 12 digits.")


def _check_email(value: object) -> str:
    return "" if _EMAIL.fullmatch(str(value)) else _("This is not an e-mail address.")


class CompanySection(QWidget):
    """The company as a form that saves when told to."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context = context
        self._known = CompanyView(name_en="")
        self._is_read = False
        self.form = Form(company_fields(), columns=2)
        self.form.saved.connect(self._save)
        self.accounts = BankAccountsPanel(context)
        lead = label(_("What stands here is printed on every document from now on."), muted=True, wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(lead)
        column.addWidget(self.form, 1)
        column.addWidget(self.accounts)
        self.setFocusProxy(self.form.edit("name_en"))

    def refresh(self) -> None:
        """Read the accounts again, and the company unless somebody is typing here."""
        self.accounts.refresh()
        if not self.form.is_dirty():
            self._context.jobs.run(partners.company, done=self._take, owner=self)

    def _take(self, view: CompanyView | None) -> None:
        if self.form.is_dirty() or (self._is_read and view in (self._known, None)):
            return
        self._is_read = True
        self._known = view or CompanyView(name_en="")
        self.form.set_values(
            {field.name: getattr(self._known, field.name) or None for field in fields(self._known)}
        )

    def _save(self, values: Mapping[str, object]) -> None:
        texts = {name: str(value or "") for name, value in values.items()}
        view = replace(self._known, **texts)
        self._context.jobs.run(
            partial(partners.save_company, view),
            done=partial(self._saved, view), failed=self._failed, write=True, owner=self,
        )  # fmt: skip

    def _saved(self, view: CompanyView, _none: object) -> None:
        self._known = view
        self.form.mark_saved()
        self._context.say(_("The company's data are saved."))

    def _failed(self, error: Exception) -> None:
        if not (isinstance(error, DomainError) and self.form.show_error(error)):
            show_problem(self, error)
