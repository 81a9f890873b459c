"""A quotation as it goes out to a platform."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.domain.money import Money
from factory_erp.models.catalog import Item
from factory_erp.models.inquiries import Inquiry, Quotation
from factory_erp.services.base import get, query
from factory_erp.services.inquiries import quotation_facts
from factory_erp.services.names import ItemNames


@dataclass(frozen=True, slots=True)
class OfferLine:
    """A line; ``name`` is in the quotation's language, ``unit`` a Rec 20 code."""

    sku: str
    name: str
    quantity: Decimal
    unit: str
    unit_price: Decimal


@dataclass(frozen=True, slots=True)
class Offer:
    """The quotation; ``inquiry_id`` is the platform's id of what it answers, ``text`` the same in words."""

    inquiry_id: str
    number: str
    currency: str
    incoterm: str
    place: str
    payment_terms: str
    valid_until: date
    lead_days: int | None
    total: Decimal
    lines: tuple[OfferLine, ...]
    text: str


@query
def offer(session: Session, quotation_id: int) -> Offer:
    """What the platform is told. Raises NotFound."""
    quotation = get(session, Quotation, quotation_id)
    inquiry = get(session, Inquiry, quotation.inquiry_id or 0)
    return Offer(
        inquiry_id=inquiry.external_id or "",
        number=quotation.number,
        currency=quotation.currency,
        incoterm=quotation.incoterm,
        place=quotation.place,
        payment_terms=quotation.payment_terms,
        valid_until=quotation.valid_until,
        lead_days=quotation.lead_days,
        total=Money(quotation.total_minor, quotation.currency).amount,
        lines=_lines(session, quotation),
        text=quotation_facts.in_words(session, quotation),
    )


def _lines(session: Session, quotation: Quotation) -> tuple[OfferLine, ...]:
    ids = [line.item_id for line in quotation.lines]
    names = ItemNames(session, ids)
    skus = dict(session.execute(select(Item.id, Item.sku).where(Item.id.in_(ids))).all())
    spoken = "zh_CN" if quotation.language == "zh_CN" else "en"
    return tuple(
        OfferLine(
            skus[line.item_id], names.of(line.item_id, spoken), line.quantity, line.unit, line.unit_price
        )
        for line in quotation.lines
    )
