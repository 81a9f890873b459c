"""What an inquiry could be answered with: the items of its product, their prices and when they are ready."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.domain.errors import InvalidValue
from factory_erp.models.catalog import Item
from factory_erp.models.inquiries import Inquiry
from factory_erp.services import clock
from factory_erp.services.catalogue.unit_conversions import convert
from factory_erp.services.inquiries.quotation_lines import QuoteLineForm, lead_days, line_price
from factory_erp.services.names import ItemNames
from factory_erp.services.pricing.prices import PriceAnswer
from factory_erp.services.sales.entry import USUAL_TERM, Terms, loading_place, terms_for

MOST = 50
"""Items of one product that are suggested."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An item that could be offered: ``quantity`` in its unit, its price there, and the earliest day.

    ``price`` and ``earliest`` are None where no price list, or no lead time, is known.
    """

    item_id: int
    sku: str
    name: str
    options: str
    unit: str
    quantity: Decimal
    price: PriceAnswer | None
    lead_days: int | None
    earliest: date | None


def items_of(session: Session, inquiry: Inquiry) -> Sequence[Item]:
    """The items of the inquiry's product that are sold, by SKU."""
    if inquiry.product_id is None:
        return ()
    sold = select(Item).where(Item.product_id == inquiry.product_id, Item.active, Item.sellable)
    return session.scalars(sold.order_by(Item.sku).limit(MOST)).all()


def wanted_quantity(session: Session, inquiry: Inquiry, item: Item) -> Decimal:
    """How many of the item are asked for, in its unit; its least order where that is not known."""
    least = max(item.min_order, item.step)
    if inquiry.quantity is None:
        return least
    try:
        return convert(session, item.id, inquiry.quantity, inquiry.unit or item.unit)
    except InvalidValue:
        return least


def lines_for(session: Session, inquiry: Inquiry) -> list[QuoteLineForm]:
    """What the inquiry asks for as lines of a quotation: one where its product is one item, else none."""
    items = items_of(session, inquiry)
    if len(items) != 1:
        return []
    return [QuoteLineForm(items[0].id, wanted_quantity(session, inquiry, items[0]))]


def suggestions(session: Session, inquiry: Inquiry) -> tuple[Suggestion, ...]:
    """The items that could be offered, by SKU, on the customer's usual terms."""
    items = items_of(session, inquiry)
    wanted = [(item.id, wanted_quantity(session, inquiry, item)) for item in items]
    terms = _terms(session, inquiry)
    names, days = ItemNames(session, [item.id for item in items]), lead_days(session, wanted)
    return tuple(
        _suggestion(item, quantity, names.of(item.id), lead,
                    line_price(session, terms, inquiry.account_id, item.id, quantity))
        for item, (_id, quantity), lead in zip(items, wanted, days, strict=True)
    )  # fmt: skip


def _suggestion(
    item: Item, quantity: Decimal, name: str, lead: int | None, price: PriceAnswer | None
) -> Suggestion:
    earliest = None if lead is None else clock.today() + timedelta(days=lead)
    return Suggestion(item.id, item.sku, name, item.options, item.unit, quantity, price, lead, earliest)


def _terms(session: Session, inquiry: Inquiry) -> Terms:
    if inquiry.customer_id is None:
        return Terms(None, "", USUAL_TERM, loading_place(session))
    usual = terms_for(session, inquiry.customer_id)
    return Terms(inquiry.customer_id, usual.currency, usual.incoterm, usual.place)
