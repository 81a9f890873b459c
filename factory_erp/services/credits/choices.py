"""The shipments that could go under a letter of credit, for somebody who chooses one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.models.credits import LetterOfCredit
from factory_erp.models.partners import Partner
from factory_erp.models.shipping import Shipment, ShipmentState
from factory_erp.services.base import get, query

LIMIT = 50
"""Shipments offered at once; further ones are found by typing."""


@dataclass(frozen=True, slots=True)
class ShipmentChoice:
    """A shipment to choose: its number, for whom, when it leaves; *version* for the use case."""

    id: int
    number: str
    customer: str
    etd: date | None
    version: int


@query
def shipments_for(session: Session, credit_id: int, words: str = "") -> list[ShipmentChoice]:
    """Shipments in the credit's currency that are under none, its customer's first, then the latest ones.

    *words* stand in the shipment's number or in the customer's name. Raises NotFound.
    """
    credit = get(session, LetterOfCredit, credit_id)
    statement = (
        select(Shipment, Partner.name)
        .join(Partner, Partner.id == Shipment.consignee_id)
        .where(
            Shipment.credit_id.is_(None),
            Shipment.currency == credit.currency,
            Shipment.presented_on.is_(None),
            Shipment.state != ShipmentState.CANCELLED,
        )
        .order_by((Shipment.consignee_id == credit.customer_id).desc(), Shipment.id.desc())
    )
    if words.strip():
        wanted = words.strip()
        statement = statement.where(
            Shipment.number.icontains(wanted, autoescape=True)
            | Partner.name.icontains(wanted, autoescape=True)
        )
    rows = session.execute(statement.limit(LIMIT))
    return [ShipmentChoice(one.id, one.number, name, one.etd, one.version) for one, name in rows]
