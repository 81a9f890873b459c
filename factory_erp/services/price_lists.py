"""Which price lists are valid, and what the general ones ask."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from factory_erp.domain.quantity import Quantity, unit_name
from factory_erp.i18n import language
from factory_erp.models.partners import Company
from factory_erp.models.pricing import PriceKind, PriceLine, PriceList
from factory_erp.services.bulk import chunks

Terms = tuple[str, str, str]
"""Currency, trade term and place of a list."""


@dataclass(frozen=True, slots=True)
class GeneralTier:
    """A break of a general sales list: *price* of a unit, in main units of *currency*."""

    min_quantity: Decimal
    price: Decimal
    currency: str
    term: str


def company_currency(session: Session) -> str:
    """The currency in which the factory counts its costs."""
    return session.scalar(select(Company.currency)) or "CNY"


def valid_on(day: date) -> ColumnElement[bool]:
    """The condition that a price list is valid on *day*, both its ends included."""
    return and_(PriceList.valid_from <= day, or_(PriceList.valid_to.is_(None), PriceList.valid_to >= day))


def general() -> ColumnElement[bool]:
    """The condition that a list holds sales prices for everybody."""
    return and_(
        PriceList.kind == PriceKind.SALES, PriceList.partner_id.is_(None), PriceList.account_id.is_(None)
    )


def term_of(incoterm: str, place: str) -> str:
    """A trade term as it is printed: "FOB Ningbo"."""
    return f"{incoterm} {place}".strip()


def said(quantity: Decimal, unit: str) -> str:
    """A quantity with its unit, in the language of whoever reads it: "500 PCS"."""
    return f"{Quantity.of(quantity, unit).format(language())} {unit_name(unit, language())}"


def general_tiers(session: Session, item_ids: Iterable[int], day: date) -> dict[int, list[GeneralTier]]:
    """Breaks by item on *day*, the smallest first; of several lists of the same terms the newest counts."""
    columns = select(
        PriceLine.item_id, PriceLine.min_quantity, PriceLine.price, PriceList.id.label("list_id"),
        PriceList.currency, PriceList.incoterm, PriceList.place,
    ).join(PriceList, PriceList.id == PriceLine.list_id)  # fmt: skip
    tiers: dict[int, list[GeneralTier]] = {}
    for part in chunks(item_ids):
        newest_last = columns.where(general(), valid_on(day), PriceLine.item_id.in_(part)).order_by(
            PriceList.valid_from, PriceList.id, PriceLine.min_quantity
        )
        newest: dict[tuple[int, Terms], tuple[int, list[GeneralTier]]] = {}
        for row in session.execute(newest_last):
            key = (row.item_id, (row.currency, row.incoterm, row.place))
            if key not in newest or newest[key][0] != row.list_id:
                newest[key] = (row.list_id, [])
            term = term_of(row.incoterm, row.place)
            newest[key][1].append(GeneralTier(row.min_quantity, row.price, row.currency, term))
        for (item_id, _terms), (_list, found) in newest.items():
            tiers.setdefault(item_id, []).extend(found)
    for rows in tiers.values():
        rows.sort(key=lambda tier: tier.min_quantity)
    return tiers
