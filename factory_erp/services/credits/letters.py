"""Letters of credit as they are kept: their form, their states, and what the checker reads of them.

What papers under a credit must say is judged by ``checking``, which reads it through ``to_checking``.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any, get_args

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.checking.credit import Credit, Permission
from factory_erp.checking.firm import Firm
from factory_erp.checking.mt700_values import read_clauses, read_firm
from factory_erp.domain.errors import InvalidValue, NotAllowed
from factory_erp.domain.money import Money
from factory_erp.i18n import N_, _
from factory_erp.models.credits import CREDIT_TRANSITIONS, CreditState, LetterOfCredit
from factory_erp.models.partners import Partner
from factory_erp.models.shipping import Shipment
from factory_erp.services import search
from factory_erp.services.base import allowed, get, use_case
from factory_erp.services.master_data import assign, check_texts, differs, figure_problem, same_version, under

NOUN = "credit"
"""The kind under which a credit is found; its link is erp://credits/ID."""

STATE_NAMES = {
    CreditState.DRAFT: N_("Draft"),
    CreditState.ADVISED: N_("Advised"),
    CreditState.USED: N_("Used up"),
    CreditState.CLOSED: N_("Closed"),
}

MOST_DAYS = 365


@dataclass(frozen=True, slots=True)
class CreditInput:
    """A credit's form. *amount* in main units of *currency*, tolerances in percent.

    *applicant* and *beneficiary*: name, then address lines. *documents* and *conditions*: a clause a
    paragraph. *presentation_days* None: 21. *version* is the one that the form read.
    """

    number: str = ""
    currency: str = ""
    amount: Decimal | None = None
    customer_id: int | None = None
    form: str = ""
    rules: str = ""
    issued_on: date | None = None
    expires_on: date | None = None
    expiry_place: str = ""
    issuing_bank: str = ""
    advising_bank: str = ""
    applicant: str = ""
    beneficiary: str = ""
    tolerance_plus: Decimal = Decimal(0)
    tolerance_minus: Decimal = Decimal(0)
    max_amount_words: str = ""
    additional_amounts: str = ""
    available_with: str = ""
    available_by: str = ""
    drafts_at: str = ""
    drawee: str = ""
    partial_shipments: str = ""
    transshipment: str = ""
    place_of_receipt: str = ""
    port_of_loading: str = ""
    port_of_discharge: str = ""
    place_of_delivery: str = ""
    latest_shipment: date | None = None
    shipment_period: str = ""
    goods: str = ""
    documents: str = ""
    conditions: str = ""
    charges: str = ""
    presentation_days: int | None = None
    presentation_text: str = ""
    confirmation: str = ""
    message: str = ""
    note: str = ""
    id: int | None = None
    version: int | None = None


def to_checking(row: LetterOfCredit) -> Credit:
    """The credit as the checker reads it."""
    values: dict[str, Any] = {
        field.name: getattr(row, field.name)
        for field in fields(Credit)
        if field.name in LetterOfCredit.__table__.columns
    }
    values |= {
        "applicant": _firm(row.applicant),
        "beneficiary": _firm(row.beneficiary),
        "documents": read_clauses(row.documents),
        "conditions": read_clauses(row.conditions),
    }
    return Credit(
        **values,
        amount=Money(row.amount_minor, row.currency).amount,
        raw=row.message,
    )


def _firm(text: str) -> Firm:
    return read_firm(text) if any(_says(line) for line in text.splitlines()) else Firm()


def _says(line: str) -> bool:
    return bool(line.strip()) and not line.strip().startswith("/")


@use_case
def save_credit(session: Session, given: CreditInput, client_key: str = "") -> int:
    """Enter or change a credit; its id. The same form saved again changes nothing.

    Raises InvalidValue under the field, NotAllowed for a closed credit, and Conflict where somebody else
    changed it since the form was opened.
    """
    values = _values(given)
    _check(values, given)
    if given.customer_id is not None:
        get(session, Partner, given.customer_id)
    row = _row(session, given, client_key)
    _check_number(session, values, row)
    if row is None:
        row = LetterOfCredit(**values, state=CreditState.DRAFT, client_key=client_key or None)
        session.add(row)
    elif differs(row, values):
        same_version(row, given.version, row.number)
        _refuse_closed(row)
        assign(row, values)
    session.flush()
    index_credit(session, row)
    return row.id


def _row(session: Session, given: CreditInput, client_key: str) -> LetterOfCredit | None:
    if given.id is not None:
        return get(session, LetterOfCredit, given.id, lock=True)
    if not client_key:
        return None
    return session.scalar(select(LetterOfCredit).filter_by(client_key=client_key))


def _values(given: CreditInput) -> dict[str, Any]:
    """Attribute → value, without blanks around texts; the amount as it was given."""
    names = [field.name for field in fields(given) if field.name not in ("id", "version", "amount")]
    found = {name: getattr(given, name) for name in names}
    found = {name: value.strip() if isinstance(value, str) else value for name, value in found.items()}
    found["currency"] = found["currency"].upper()
    if given.amount is not None and not _amount_problem(found["currency"], given.amount, found["number"]):
        found["amount_minor"] = Money.of(given.amount, found["currency"]).minor
    return found


def _amount_problem(currency: str, amount: Decimal, record: str) -> InvalidValue | None:
    """Why that much of that currency cannot be a credit's amount; None where it can."""
    problem = figure_problem(amount, "amount", above_zero=True, record=record)
    if problem is None:
        try:
            Money.of(amount, currency)
        except InvalidValue as error:
            field = "currency" if error.field else "amount"
            problem = under(error, field, record)
    return problem


def _check(values: dict[str, Any], given: CreditInput) -> None:
    record = values["number"]
    if not record:
        message = _("A letter of credit needs its number.")
        raise InvalidValue(message, field="number", remedy=_("Copy it from field 20 of the bank's message."))
    if given.amount is None:
        raise InvalidValue(
            _("A letter of credit needs its amount."),
            record=record,
            field="amount",
            remedy=_("Copy currency and amount from field 32B of the bank's message."),
        )
    check_texts(LetterOfCredit, values, record)
    problem = _amount_problem(values["currency"], given.amount, record)
    if problem is not None:
        raise problem
    _check_figures(values, record)
    _check_choices(values, record)


def _check_figures(values: dict[str, Any], record: str) -> None:
    for name in ("tolerance_plus", "tolerance_minus"):
        problem = figure_problem(values[name], name, record=record)
        if problem is None and values[name] > 100:
            message = _("A tolerance is at most 100 %.")
            problem = InvalidValue(message, record=record, field=name, remedy=_("Correct the figure."))
        if problem is not None:
            raise problem
    days = values["presentation_days"]
    if days is not None and not 0 <= days <= MOST_DAYS:
        raise InvalidValue(
            _("The period for presentation is from 0 to {most} days.", most=MOST_DAYS),
            record=record,
            field="presentation_days",
            remedy=_("Enter the days of field 48, or leave it empty for 21."),
        )
    issued, expires = values["issued_on"], values["expires_on"]
    if issued is not None and expires is not None and expires < issued:
        raise InvalidValue(
            _("The credit would expire before it is issued."),
            record=record,
            field="expires_on",
            remedy=_("Compare it with fields 31C and 31D."),
        )


def _check_choices(values: dict[str, Any], record: str) -> None:
    for name in ("partial_shipments", "transshipment"):
        if values[name] not in get_args(Permission):
            raise InvalidValue(
                _("'{value}' is not what a credit says of it.", value=values[name]),
                record=record,
                field=name,
                remedy=_("Choose one of {choices}.", choices=", ".join(get_args(Permission)[1:])),
            )


def _check_number(session: Session, values: dict[str, Any], row: LetterOfCredit | None) -> None:
    there = session.scalar(select(LetterOfCredit).filter_by(number=values["number"]))
    if there is not None and there is not row:
        raise InvalidValue(
            _("The letter of credit {number} is there already.", number=values["number"]),
            record=values["number"],
            field="number",
            remedy=_("Open that one: an amendment is entered there."),
        )


def _refuse_closed(row: LetterOfCredit) -> None:
    if row.state == CreditState.CLOSED:
        raise NotAllowed(
            _("The letter of credit {number} is closed.", number=row.number),
            record=row.number,
            field="state",
            remedy=_("Enter the bank's new credit under its own number."),
        )


def index_credit(session: Session, row: LetterOfCredit) -> None:
    """Let the credit be found by number, customer, applicant, bank, ports and the shipments under it."""
    customer = session.get(Partner, row.customer_id) if row.customer_id else None
    firm = _firm(row.applicant).name
    numbers = session.scalars(select(Shipment.number).filter_by(credit_id=row.id).order_by(Shipment.id))
    words = (firm, row.issuing_bank, row.port_of_loading, row.port_of_discharge, *numbers)
    search.index(session, NOUN, row.id, row.number, customer.name if customer else firm, *words)


@use_case
def set_state(session: Session, credit_id: int, state: CreditState, version: int | None = None) -> None:
    """Let the credit be advised, used up or closed. One that is in the state already stays as it is.

    Raises NotAllowed for a state that cannot follow, Conflict.
    """
    row = get(session, LetterOfCredit, credit_id, lock=True)
    if row.state == state:
        return
    same_version(row, version, row.number)
    if not allowed(CREDIT_TRANSITIONS, row.state, state):
        _refuse_closed(row)
        raise NotAllowed(
            _(
                "The letter of credit {number} is '{now}' and cannot become '{then}'.",
                number=row.number,
                now=_(STATE_NAMES[CreditState(row.state)]),
                then=_(STATE_NAMES[state]),
            ),
            record=row.number,
            field="state",
            remedy=_("Let the bank advise it first."),
        )
    row.state = state
