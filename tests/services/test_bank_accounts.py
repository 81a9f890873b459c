"""Bank accounts: what is accepted, and what is refused with its field."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from factory_erp.domain.errors import InvalidValue, NotAllowed, NotFound
from factory_erp.models.database import Database
from factory_erp.services import bank_accounts, partners
from factory_erp.services.bank_accounts import AccountView, is_bic
from factory_erp.services.partners import CompanyView

EURO = AccountView("EUR", "Ningbo Cup Co.", "Bank of Ningbo", "3901 2400", "NBCBCN2N", "66 Harbour Road")


@pytest.fixture
def company(db: Database) -> None:
    partners.save_company(CompanyView("Ningbo Cup Co., Ltd."))


def test_an_account_is_added_changed_and_removed(company: None) -> None:
    messy = replace(EURO, currency=" eur", beneficiary=" Ningbo  Cup Co. ", swift="nbcb cn2n")
    made = bank_accounts.save_bank_account(messy)
    assert bank_accounts.bank_accounts() == [replace(EURO, id=made.value)]
    assert made.changes["bank_account"] == {made.value}
    bank_accounts.save_bank_account(replace(EURO, id=made.value, account="77"))
    dollar = bank_accounts.save_bank_account(replace(EURO, currency="USD")).value
    assert [(one.currency, one.account) for one in bank_accounts.bank_accounts()] == [
        ("EUR", "77"),
        ("USD", "3901 2400"),
    ]
    bank_accounts.remove_bank_account(made.value)
    assert not bank_accounts.remove_bank_account(made.value).changes
    assert [one.id for one in bank_accounts.bank_accounts()] == [dollar]
    with pytest.raises(NotFound):
        bank_accounts.save_bank_account(replace(EURO, id=made.value))


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("beneficiary", " "),
        ("account", ""),
        ("account", "1" * 41),
        ("swift", "NBCBCN2"),
        ("swift", "NBCBZZ2N"),
        ("bank_address", "x" * 301),
    ],
)
def test_what_is_wrong_is_said_at_its_field(company: None, field: str, text: str) -> None:
    changed: dict[str, Any] = {field: text}
    with pytest.raises(InvalidValue) as refused:
        bank_accounts.save_bank_account(replace(EURO, **changed))
    assert refused.value.field == field
    assert refused.value.remedy
    assert bank_accounts.bank_accounts() == []


def test_an_unknown_currency_is_refused(company: None) -> None:
    with pytest.raises(InvalidValue, match="'EUX' is not a currency"):
        bank_accounts.save_bank_account(replace(EURO, currency="EUX"))


def test_an_account_is_entered_once_per_currency(company: None) -> None:
    first = bank_accounts.save_bank_account(EURO).value
    with pytest.raises(InvalidValue, match="3901 2400 in EUR is entered already"):
        bank_accounts.save_bank_account(EURO)
    assert bank_accounts.save_bank_account(replace(EURO, id=first, bank_name="BoN")).value == first


def test_the_company_comes_first(db: Database) -> None:
    with pytest.raises(NotAllowed, match="before its bank accounts"):
        bank_accounts.save_bank_account(EURO)


@pytest.mark.parametrize(
    ("code", "sound"),
    [
        ("DEUTDEFF", True),
        ("DEUTDEFF500", True),
        ("DEUTDEFF50", False),
        ("deutdeff", False),
        ("DEUTXXFF", False),
    ],
)
def test_the_form_of_a_swift_code(code: str, sound: bool) -> None:
    assert is_bic(code) is sound
