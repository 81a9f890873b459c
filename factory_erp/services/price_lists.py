"""Which price lists are valid, what the general ones ask, and a catalogue's prices into them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
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
from factory_erp.services.catalogue_input import PriceInput
from factory_erp.services.clock import today

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


class GeneralPrices:
    """The general sales lists without an end, into which a catalogue's prices are taken."""

    def __init__(self, session: Session, valid_from: date) -> None:
        self._session, self._valid_from = session, valid_from
        self._lists: dict[Terms, PriceList] = {}
        # A list that begins later is a price change to come: the catalogue does not touch it.
        begun = PriceList.valid_from <= max(valid_from, today())
        found = select(PriceList).where(general(), PriceList.valid_to.is_(None), begun)
        for row in session.scalars(found.order_by(PriceList.valid_from, PriceList.id)):
            self._lists[(row.currency, row.incoterm, row.place)] = row
        self._lines = self._read()

    def _read(self) -> dict[int, dict[tuple[int, Decimal], PriceLine]]:
        lines: dict[int, dict[tuple[int, Decimal], PriceLine]] = defaultdict(dict)
        wanted = [price_list.id for price_list in self._lists.values()]
        for line in self._session.scalars(select(PriceLine).where(PriceLine.list_id.in_(wanted))):
            lines[line.item_id][line.list_id, line.min_quantity] = line
        return lines

    def take(self, item_id: int, prices: Sequence[PriceInput]) -> bool:
        """Make the item's prices in these lists exactly *prices*; whether anything changed."""
        known, changed = self._lines.pop(item_id, {}), False
        for price in prices:
            list_id = self._list((price.currency, price.incoterm, price.place)).id
            line = known.pop((list_id, price.min_quantity), None)
            if line is None:
                line = PriceLine(list_id=list_id, item_id=item_id, min_quantity=price.min_quantity)
                self._session.add(line)
            if line.price != price.price:
                line.price, changed = price.price, True
        for gone in known.values():
            self._session.delete(gone)
        return changed or bool(known)

    def _list(self, terms: Terms) -> PriceList:
        """The list of these terms, made where there is none yet."""
        if terms not in self._lists:
            currency, incoterm, place = terms
            made = PriceList(
                code=self._free_code(" ".join(part for part in terms if part)), kind=PriceKind.SALES,
                currency=currency, incoterm=incoterm, place=place, valid_from=self._valid_from,
            )  # fmt: skip
            self._session.add(made)
            self._session.flush()
            self._lists[terms] = made
        return self._lists[terms]

    def _free_code(self, wanted: str) -> str:
        """*wanted*, cut to fit and numbered where another list is called so already."""
        taken = set(self._session.scalars(select(PriceList.code)))
        names = (wanted[:54], *(f"{wanted[:54]} {number}" for number in range(2, len(taken) + 3)))
        return next(name for name in names if name not in taken)
