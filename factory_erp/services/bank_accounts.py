"""The company's bank accounts: what invoices in each currency ask buyers to pay to."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from factory_erp.domain.countries import COUNTRIES
from factory_erp.domain.errors import InvalidValue, NotAllowed
from factory_erp.domain.money import exponent
from factory_erp.i18n import N_, _
from factory_erp.models.partners import BankAccount, Company
from factory_erp.services.base import get, query, use_case

_BIC = re.compile(r"[A-Z0-9]{4}([A-Z]{2})[A-Z0-9]{2}([A-Z0-9]{3})?")
"""Business identifier code (ISO 9362): firm, country, place, and perhaps a branch."""

NAMES = {
    "currency": N_("Currency"),
    "beneficiary": N_("Beneficiary"),
    "bank_name": N_("Bank"),
    "bank_address": N_("Bank address"),
    "account": N_("Account number"),
    "swift": N_("SWIFT code (BIC)"),
}
"""What the fields of an account are called on screen."""

_NEEDED = ("currency", "beneficiary", "bank_name", "account", "swift")


@dataclass(frozen=True, slots=True)
class AccountView:
    """A bank account. ``currency`` after ISO 4217, ``swift`` a BIC of 8 or 11 characters; 0 is a new one."""

    currency: str
    beneficiary: str
    bank_name: str
    account: str
    swift: str
    bank_address: str = ""
    id: int = 0


@query
def bank_accounts(session: Session) -> list[AccountView]:
    """The accounts by currency; of several in a currency invoices name the first."""
    rows = session.scalars(select(BankAccount).order_by(BankAccount.currency, BankAccount.id))
    names = [field.name for field in fields(AccountView)]
    return [AccountView(**{name: getattr(row, name) for name in names}) for row in rows]


def pays_to(session: Session, currency: str) -> bool:
    """Whether there is an account for invoices in *currency*."""
    return bool(session.scalar(select(exists().where(BankAccount.currency == currency))))


@use_case
def save_bank_account(session: Session, view: AccountView) -> int:
    """Add the account, or change the one with its id; its id.

    Raises InvalidValue naming the field that is missing, too long, unknown or there already,
    NotAllowed before the company is entered, NotFound for an account that was removed meanwhile.
    """
    texts = _checked(view)
    company = _company(session)
    row = get(session, BankAccount, view.id, lock=True) if view.id else BankAccount(company_id=company.id)
    _check_unique(session, company, view.id, texts)
    for name, text in texts.items():
        setattr(row, name, text)
    session.add(row)
    session.flush()
    return row.id


@use_case
def remove_bank_account(session: Session, account_id: int) -> None:
    """Forget the account; documents that name it stay as they were issued."""
    row = session.get(BankAccount, account_id)
    if row is not None:
        session.delete(row)


def is_bic(text: str) -> bool:
    """Whether *text* has the form of a BIC (8 or 11 characters) with a country that exists."""
    found = _BIC.fullmatch(text)
    return found is not None and (found[1] in COUNTRIES or found[1] == "XK")  # Kosovo: not in ISO 3166


def _checked(view: AccountView) -> dict[str, str]:
    """The texts as they are stored: single spaces, codes in capitals."""
    texts = {name: " ".join(getattr(view, name).split()) for name in NAMES}
    texts["currency"] = texts["currency"].upper()
    texts["swift"] = texts["swift"].replace(" ", "").upper()
    for name, text in texts.items():
        if name in _NEEDED and not text:
            raise _wrong(name, _("A bank account needs: {field}.", field=_(NAMES[name])), _("Enter it."))
        _check_length(name, text)
    exponent(texts["currency"])
    if not is_bic(texts["swift"]):
        said = _("'{code}' is not a SWIFT code.", code=texts["swift"])
        remedy = _("A SWIFT code (BIC) has 8 or 11 characters, the fifth and sixth are the bank's country.")
        raise _wrong("swift", said, remedy)
    return texts


def _check_length(name: str, text: str) -> None:
    most = getattr(BankAccount, name).type.length
    if len(text) > most:
        said = _("{field}: {count} characters are too many.", field=_(NAMES[name]), count=len(text))
        raise _wrong(name, said, _("Use at most {count} characters.", count=most))


def _wrong(name: str, said: str, remedy: str) -> InvalidValue:
    return InvalidValue(said, field=name, remedy=remedy)


def _company(session: Session) -> Company:
    company = session.scalar(select(Company).order_by(Company.id))
    if company is None:
        raise NotAllowed(
            _("The company has to be entered before its bank accounts."),
            remedy=_("Enter its name under Settings → Company and save, then add the account."),
        )
    return company


def _check_unique(session: Session, company: Company, own_id: int, texts: dict[str, str]) -> None:
    same = select(BankAccount.id).filter_by(
        company_id=company.id, currency=texts["currency"], account=texts["account"]
    )
    if session.scalar(same.where(BankAccount.id != own_id)) is not None:
        said = _("Account {account} in {currency} is entered already.", **_two(texts))
        raise _wrong("account", said, _("Change the one that is there."))


def _two(texts: dict[str, str]) -> dict[str, str]:
    return {"account": texts["account"], "currency": texts["currency"]}
