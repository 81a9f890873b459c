"""A letter of credit from the text of the bank's message, as a form to look through and save."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.checking import mt700
from factory_erp.checking.credit import Credit
from factory_erp.checking.mt700_values import swift_clauses, swift_firm
from factory_erp.i18n import _
from factory_erp.models.credits import LetterOfCredit
from factory_erp.models.partners import Partner
from factory_erp.services.base import query
from factory_erp.services.credits.letters import CreditInput

TAGS = {
    "number": "20",
    "form": "40A",
    "rules": "40E",
    "issued_on": "31C",
    "expires_on": "31D",
    "expiry_place": "31D",
    "issuing_bank": "52",
    "applicant": "50",
    "beneficiary": "59",
    "currency": "32B",
    "amount": "32B",
    "tolerance_plus": "39A",
    "tolerance_minus": "39A",
    "max_amount_words": "39B",
    "additional_amounts": "39C",
    "available_with": "41",
    "available_by": "41",
    "drafts_at": "42C",
    "drawee": "42",
    "partial_shipments": "43P",
    "transshipment": "43T",
    "place_of_receipt": "44A",
    "port_of_loading": "44E",
    "port_of_discharge": "44F",
    "place_of_delivery": "44B",
    "latest_shipment": "44C",
    "shipment_period": "44D",
    "goods": "45A",
    "documents": "46A",
    "conditions": "47A",
    "charges": "71D",
    "presentation_days": "48",
    "presentation_text": "48",
    "confirmation": "49",
    "advising_bank": "57",
}
"""Field of the form → the tag of the message that it stands for (names: ``checking.mt700.field_name``)."""


@dataclass(frozen=True, slots=True)
class DraftProblem:
    """A field of the message that is missing or could not be read: its tag, name, text, and why."""

    tag: str
    name: str
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class CreditDraft:
    """A form filled from a message, with what a person has to look at.

    *known_id*: the credit that has this number already, which an amended message changes.
    """

    given: CreditInput
    problems: tuple[DraftProblem, ...]
    known_id: int | None


@query
def from_message(session: Session, text: str) -> CreditDraft:
    """What the message MT700 in *text* says, as a form; nothing is written and nothing raises.

    The customer is the one whose name is the applicant's. A number that is there already gives the form
    of that credit, so that saving it writes the message over it.
    """
    reading = mt700.parse(text)
    known = session.scalar(select(LetterOfCredit).filter_by(number=reading.credit.number))
    given = input_of(reading.credit, text, known.customer_id if known else _customer(session, reading.credit))
    if known is not None:
        given = _over(given, known)
    return CreditDraft(given, tuple(_problems(reading)), known.id if known else None)


def _over(given: CreditInput, known: LetterOfCredit) -> CreditInput:
    values = {field.name: getattr(given, field.name) for field in fields(given)}
    return CreditInput(**(values | {"id": known.id, "version": known.version, "note": known.note}))


def _customer(session: Session, credit: Credit) -> int | None:
    name = " ".join(credit.applicant.name.split())
    if not name:
        return None
    return session.scalar(select(Partner.id).where(Partner.name.ilike(_escaped(name), escape="/")))


def _escaped(name: str) -> str:
    """*name* to be compared whole, whatever its case: its own wild cards are plain signs."""
    return name.replace("/", "//").replace("%", "/%").replace("_", "/_")


def _problems(reading: mt700.Reading) -> list[DraftProblem]:
    found = [DraftProblem(one.tag, mt700.field_name(one.tag), one.text, one.why) for one in reading.unread]
    told = {one.tag for one in reading.unread}
    missing = [tag for tag in reading.missing if tag not in told and reading.fields]
    return found + [
        DraftProblem(tag, mt700.field_name(tag), "", _("The message does not say it.")) for tag in missing
    ]


def input_of(credit: Credit, message: str, customer_id: int | None = None) -> CreditInput:
    """The form of *credit*, texts cut to what is kept of them."""
    values: dict[str, Any] = {
        field.name: getattr(credit, field.name)
        for field in fields(CreditInput)
        if hasattr(credit, field.name)
    }
    values |= {
        "applicant": swift_firm(credit.applicant),
        "beneficiary": swift_firm(credit.beneficiary),
        "documents": swift_clauses(credit.documents),
        "conditions": swift_clauses(credit.conditions),
    }
    columns = LetterOfCredit.__table__.columns
    for name, value in values.items():
        longest = getattr(columns[name].type, "length", None) if name in columns else None
        if isinstance(value, str) and longest:
            values[name] = value[:longest].strip()
    return CreditInput(**values, message=message.replace("\0", ""), customer_id=customer_id)
