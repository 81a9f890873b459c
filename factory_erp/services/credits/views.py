"""What the page of letters of credit shows: the list, and one credit with its shipments and what is drawn."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from factory_erp.checking.dates import BankingDays, presentation_deadline
from factory_erp.domain.money import Money
from factory_erp.models.credits import CREDIT_TRANSITIONS, CreditState, LetterOfCredit
from factory_erp.models.partners import Partner
from factory_erp.models.shipping import Shipment, ShipmentState
from factory_erp.services.base import allowed, get, query
from factory_erp.services.clock import today
from factory_erp.services.credits.dates import banking_days
from factory_erp.services.credits.letters import NOUN, CreditInput
from factory_erp.services.credits.shipments import Drawn, amount_of, drawn, under_credit
from factory_erp.services.listing import containing, counted, listed

_OPEN = (CreditState.DRAFT, CreditState.ADVISED)
_VIEWS: dict[str, tuple[CreditState, ...] | None] = {
    "open": _OPEN,
    "draft": (CreditState.DRAFT,),
    "used": (CreditState.USED,),
    "closed": (CreditState.CLOSED,),
    "all": None,
}
VIEWS = tuple(_VIEWS)
"""Saved views that every workspace has."""

_SORTS: dict[str, Any] = {
    "number": LetterOfCredit.number,
    "customer": Partner.name,
    "state": LetterOfCredit.state,
    "amount": LetterOfCredit.amount_minor,
    "latest_shipment": LetterOfCredit.latest_shipment,
    "expires_on": LetterOfCredit.expires_on,
    "created": LetterOfCredit.created_at,
}


@dataclass(frozen=True, slots=True)
class CreditRow:
    """A credit as one line of a list. *days_left* until it expires, None where that is not known.

    *presentation*: the first last day for papers of goods that are on board and not presented yet; while
    there is none, *presentation_days* after shipment count (None: 21).
    """

    id: int
    number: str
    state: CreditState
    customer: str
    amount: Money
    drawn: Drawn
    latest_shipment: date | None
    expires_on: date | None
    days_left: int | None
    shipments: tuple[str, ...]
    bank: str = ""
    presentation: date | None = None
    presentation_days: int | None = None


@dataclass(frozen=True, slots=True)
class CreditShipment:
    """A shipment under a credit, what its invoice takes of it, and until when its papers must be at the bank.

    *present_by* is None until the goods are on board; *version* is the shipment's.
    """

    id: int
    number: str
    state: ShipmentState
    amount: Money
    etd: date | None
    on_board: date | None
    presented_on: date | None
    version: int
    present_by: date | None


@dataclass(frozen=True, slots=True)
class CreditDetail:
    """A credit in full: its form as it stands, states that may follow, shipments, what is drawn."""

    id: int
    state: CreditState
    given: CreditInput
    customer: str
    can_become: tuple[CreditState, ...]
    shipments: tuple[CreditShipment, ...]
    drawn: Drawn


def _view(name: str) -> ColumnElement[bool] | None:
    states = _VIEWS.get(name)
    return None if states is None else LetterOfCredit.state.in_(states)


@query
def credit_ids(
    session: Session,
    view: str = "open",
    words: str = "",
    sort: str = "expires_on",
    descending: bool = False,
) -> array[int]:
    """Ids of the credits of a view that contain *words*, sorted by the database."""
    statement = select(LetterOfCredit.id)
    if sort == "customer":
        statement = statement.outerjoin(Partner, Partner.id == LetterOfCredit.customer_id)
    return listed(
        session,
        statement,
        LetterOfCredit,
        where=_view(view),
        found=containing(LetterOfCredit, NOUN, words),
        by=_SORTS.get(sort, LetterOfCredit.expires_on),
        descending=descending,
        empty_last=True,
    )


@query
def credit_counts(session: Session) -> dict[str, int]:
    """View → how many credits it holds."""
    return counted(session, LetterOfCredit, VIEWS, _view)


@query
def credit_rows(session: Session, ids: Sequence[int]) -> list[CreditRow]:
    """The credits with these ids, in this order; one that was removed is left out."""
    shipments: dict[int | None, list[Shipment]] = defaultdict(list)
    for shipment in under_credit(session, ids):
        shipments[shipment.credit_id].append(shipment)
    statement = (
        select(LetterOfCredit, Partner.name)
        .outerjoin(Partner, Partner.id == LetterOfCredit.customer_id)
        .where(LetterOfCredit.id.in_(ids))
    )
    banking = banking_days(session, today())
    found = {
        row.id: _row(session, row, customer, shipments[row.id], banking)
        for row, customer in session.execute(statement)
    }
    return [found[wanted] for wanted in ids if wanted in found]


def _row(
    session: Session,
    row: LetterOfCredit,
    customer: str | None,
    shipments: Sequence[Shipment],
    banking: BankingDays,
) -> CreditRow:
    waiting = [_present_by(row, one, banking) for one in shipments if one.presented_on is None]
    return CreditRow(
        id=row.id,
        number=row.number,
        state=CreditState(row.state),
        customer=customer or _first_line(row.applicant),
        amount=Money(row.amount_minor, row.currency),
        drawn=drawn(session, row, shipments),
        latest_shipment=row.latest_shipment,
        expires_on=row.expires_on,
        days_left=None if row.expires_on is None else (row.expires_on - today()).days,
        shipments=tuple(one.number for one in shipments),
        bank=_first_line(row.issuing_bank),
        presentation=min((day for day in waiting if day is not None), default=None),
        presentation_days=row.presentation_days,
    )


def _present_by(row: LetterOfCredit, shipment: Shipment, banking: BankingDays) -> date | None:
    if shipment.on_board is None:
        return None
    return presentation_deadline(shipment.on_board, row.presentation_days, row.expires_on, banking)


def _first_line(text: str) -> str:
    return text.partition("\n")[0]


@query
def credit_detail(session: Session, credit_id: int) -> CreditDetail:
    """The credit in full. Raises NotFound."""
    row = get(session, LetterOfCredit, credit_id)
    shipments = under_credit(session, [row.id])
    banking = banking_days(session, today())
    return CreditDetail(
        id=row.id,
        state=CreditState(row.state),
        given=form_of(row),
        customer=row.customer.name if row.customer else _first_line(row.applicant),
        can_become=tuple(state for state in CreditState if allowed(CREDIT_TRANSITIONS, row.state, state)),
        shipments=tuple(_shipment(session, row, one, banking) for one in shipments),
        drawn=drawn(session, row, shipments),
    )


def form_of(row: LetterOfCredit) -> CreditInput:
    """The form as it was saved, over its version."""
    values = {one.name: getattr(row, one.name) for one in fields(CreditInput) if one.name != "amount"}
    return CreditInput(**values, amount=Money(row.amount_minor, row.currency).amount)


def _shipment(
    session: Session, row: LetterOfCredit, shipment: Shipment, banking: BankingDays
) -> CreditShipment:
    return CreditShipment(
        id=shipment.id,
        number=shipment.number,
        state=ShipmentState(shipment.state),
        amount=amount_of(session, shipment),
        etd=shipment.etd,
        on_board=shipment.on_board,
        presented_on=shipment.presented_on,
        version=shipment.version,
        present_by=_present_by(row, shipment, banking),
    )
