"""What is to be said of a letter of credit itself: what to have amended while there is time.

The checks of papers (``services.paper_checks``) measure papers by the credit; these need no paper.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.checking.dates import PRESENTATION_DAYS, shipment_window
from factory_erp.checking.findings import Severity
from factory_erp.checking.texts import folded, normalised
from factory_erp.i18n import _, ngettext
from factory_erp.models.credits import LetterOfCredit
from factory_erp.models.partners import Company
from factory_erp.services.base import get, query
from factory_erp.services.credits.shipments import drawn, under_credit

_HERE = ("CHINA", "中国", "OUR COUNTER", "BENEFICIARY")
"""Words of a place of expiry that papers need not travel to."""


@dataclass(frozen=True, slots=True)
class CreditFinding:
    """Something about a credit: "E" cannot be kept to, "W" wants a look; *field* as in ``CreditInput``."""

    severity: Severity
    field: str
    message: str


@query
def credit_findings(session: Session, credit_id: int) -> tuple[CreditFinding, ...]:
    """What is wrong with the credit itself, the worst first. Raises NotFound."""
    row = get(session, LetterOfCredit, credit_id)
    found = (*_dates(row), *_parties(session, row), *_drawings(session, row), *_documents(row))
    return tuple(sorted(found, key=lambda one: one.severity))


def _dates(row: LetterOfCredit) -> Iterator[CreditFinding]:
    """UCP 600 articles 6(d) and 14(c)."""
    if row.expires_on is None:
        yield CreditFinding("E", "expires_on", _("No day of expiry is stated: every credit has one."))
        return
    latest = row.latest_shipment or shipment_window(row.shipment_period).last
    if latest is not None:
        yield from _time_to_present(row, latest, row.expires_on)
    place = folded(row.expiry_place)
    if place and not any(word in place for word in _HERE):
        yield CreditFinding(
            "W", "expiry_place",
            _("It expires in {place}: the papers have to be there by then, not at your bank.",
              place=row.expiry_place),
        )  # fmt: skip


def _time_to_present(row: LetterOfCredit, latest: date, expiry: date) -> Iterator[CreditFinding]:
    days = (expiry - latest).days
    wanted = PRESENTATION_DAYS if row.presentation_days is None else row.presentation_days
    if days < 0:
        yield CreditFinding(
            "E", "latest_shipment",
            _("The latest shipment, {latest}, is after the expiry, {expiry}.",
              latest=latest.isoformat(), expiry=expiry.isoformat()),
        )  # fmt: skip
    elif days < wanted:
        yield CreditFinding(
            "W", "expires_on",
            ngettext(
                "From the latest shipment to the expiry is {count} day; {wanted} are allowed to present.",
                "From the latest shipment to the expiry are {count} days; {wanted} are allowed to present.",
                days, wanted=wanted,
            ),
        )  # fmt: skip


def _parties(session: Session, row: LetterOfCredit) -> Iterator[CreditFinding]:
    """The beneficiary is whom the papers have to come from (UCP 600 article 18a)."""
    company = session.scalar(select(Company).order_by(Company.id))
    named = row.beneficiary.partition("\n")[0].strip()
    if company is None or not named:
        return
    if normalised(named) not in (normalised(company.name_en), normalised(company.name_zh)):
        yield CreditFinding(
            "W", "beneficiary",
            _("The beneficiary is written {named}, your company {ours}. Have the credit amended.",
              named=named, ours=company.name_en),
        )  # fmt: skip


def _drawings(session: Session, row: LetterOfCredit) -> Iterator[CreditFinding]:
    """UCP 600 articles 30 and 31."""
    shipments = under_credit(session, [row.id])
    if len(shipments) > 1 and row.partial_shipments == "not allowed":
        yield CreditFinding(
            "E", "partial_shipments",
            ngettext(
                "Partial shipments are not allowed, and {count} shipment is under it.",
                "Partial shipments are not allowed, and {count} shipments are under it.", len(shipments),
            ),
        )  # fmt: skip
    over = drawn(session, row, shipments).left
    if over.minor < 0:
        yield CreditFinding(
            "E", "amount", _("The shipments under it are {over} more than it allows.", over=str(-over))
        )


def _documents(row: LetterOfCredit) -> Iterator[CreditFinding]:
    if not row.documents.strip():
        yield CreditFinding("W", "documents", _("No documents are asked for: enter the clauses of 46A."))
