"""What a price is and where it stands: price lists, their breaks with margins, the price for an order.

How a list is chosen, and what a margin is: ``docs/algorithms/prices.md``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import chain
from types import MappingProxyType

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.money import UnitPrice
from factory_erp.i18n import _
from factory_erp.models.catalog import Item, ItemText
from factory_erp.models.partners import Partner
from factory_erp.models.platforms import PlatformAccount
from factory_erp.models.pricing import PriceKind, PriceLine, PriceList
from factory_erp.services.base import get, query
from factory_erp.services.clock import today
from factory_erp.services.engineering.costing import cost_figure, hundredths, unit_costs
from factory_erp.services.names import ItemNames
from factory_erp.services.price_lists import company_currency, said, term_of, valid_on

NO_RATES: Mapping[str, Decimal] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class PriceAnswer:
    """The price of a unit and the line that says so; ``why`` is the sentence for people."""

    price: UnitPrice
    list_id: int
    list_code: str
    line_id: int
    from_quantity: Decimal
    below_minimum: bool
    incoterm: str
    place: str
    why: str


@dataclass(frozen=True, slots=True)
class PriceListView:
    """A price list with how many items and lines it holds; partner and account "" where it is for all."""

    id: int
    code: str
    name: str
    kind: PriceKind
    currency: str
    incoterm: str
    place: str
    partner_id: int | None
    partner: str
    account_id: int | None
    account: str
    valid_from: date
    valid_to: date | None
    items: int
    lines: int
    version: int


@dataclass(frozen=True, slots=True)
class TierRow:
    """A break of an item: its price, and what a unit costs when as many are made at once.

    ``cost`` is in the company's currency, ``margin_percent`` of the price. None: not known.
    """

    line_id: int
    min_quantity: Decimal
    price: Decimal
    lead_days: int
    cost: Decimal | None = None
    cost_in_currency: Decimal | None = None
    margin_percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class PriceRow:
    """An item of a list with its breaks, the smallest first."""

    item_id: int
    sku: str
    name: str
    options: str
    tiers: tuple[TierRow, ...]


@dataclass(frozen=True, slots=True)
class ItemPriceView:
    """A list that holds an item, with the item's breaks on it."""

    list_id: int
    list_code: str
    term: str
    currency: str
    kind: PriceKind
    partner: str
    valid_from: date
    valid_to: date | None
    tiers: tuple[TierRow, ...]


@query
def price_of(
    session: Session,
    item_id: int,
    quantity: Decimal,
    *,
    customer_id: int | None = None,
    account_id: int | None = None,
    day: date | None = None,
    incoterm: str = "FOB",
    place: str = "",
    currency: str = "",
    kind: PriceKind = PriceKind.SALES,
) -> PriceAnswer | None:
    """The price of a unit when *quantity* are ordered; None where no list fits.

    *place* or *currency* "" fit every list. The list does not depend on the quantity, and more never
    costs more per unit. *customer_id* names the supplier on purchases. Raises NotFound, InvalidValue.
    """
    return find_price(
        session, item_id, quantity, customer_id=customer_id, account_id=account_id, day=day,
        incoterm=incoterm, place=place, currency=currency, kind=kind,
    )  # fmt: skip


def find_price(
    session: Session,
    item_id: int,
    quantity: Decimal,
    *,
    customer_id: int | None = None,
    account_id: int | None = None,
    day: date | None = None,
    incoterm: str = "FOB",
    place: str = "",
    currency: str = "",
    kind: PriceKind = PriceKind.SALES,
) -> PriceAnswer | None:
    """What ``price_of`` answers, inside a transaction."""
    item = get(session, Item, item_id)
    if not quantity > 0:
        raise InvalidValue(
            _("A price needs a quantity above zero."), record=item.sku, field=_("Quantity"),
            remedy=_("Enter how many are ordered."),
        )  # fmt: skip
    fitting = select(PriceList).where(
        PriceList.kind == kind, PriceList.incoterm == incoterm, valid_on(day or today()),
        _for_whom(PriceList.partner_id, customer_id), _for_whom(PriceList.account_id, account_id),
        PriceList.id.in_(select(PriceLine.list_id).where(PriceLine.item_id == item_id)),
    )  # fmt: skip
    if currency:
        fitting = fitting.where(PriceList.currency == currency)
    lists = [one for one in session.scalars(fitting) if _place_fits(one, place)]
    if not lists:
        return None
    chosen = max(lists, key=lambda one: _rank(one, place))
    lines = select(PriceLine).filter_by(list_id=chosen.id, item_id=item_id)
    breaks = session.scalars(lines.order_by(PriceLine.min_quantity)).all()
    return _answer(session, item, chosen, breaks, quantity)


def _for_whom(column: InstrumentedAttribute[int | None], wanted: int | None) -> ColumnElement[bool]:
    return column.is_(None) if wanted is None else or_(column.is_(None), column == wanted)


def _place_fits(price_list: PriceList, place: str) -> bool:
    return not place.strip() or not price_list.place.strip() or _same_place(price_list, place)


def _same_place(price_list: PriceList, place: str) -> bool:
    return price_list.place.strip().casefold() == place.strip().casefold()


def _rank(price_list: PriceList, place: str) -> tuple[bool, bool, bool, date, int]:
    """The list with the greatest is the one that answers."""
    return (
        price_list.partner_id is not None,
        price_list.account_id is not None,
        _same_place(price_list, place),
        price_list.valid_from,
        price_list.id,
    )


def _answer(
    session: Session, item: Item, chosen: PriceList, breaks: Sequence[PriceLine], quantity: Decimal
) -> PriceAnswer:
    line = reached_break(breaks, quantity)
    below = quantity < line.min_quantity
    whose, least = _whose(session, chosen), said(line.min_quantity, item.unit)
    return PriceAnswer(
        price=UnitPrice(line.price, chosen.currency),
        list_id=chosen.id,
        list_code=chosen.code,
        line_id=line.id,
        from_quantity=line.min_quantity,
        below_minimum=below,
        incoterm=chosen.incoterm,
        place=chosen.place,
        why=_("{list}: the least quantity is {quantity}, its price was taken.", list=whose, quantity=least)
        if below
        else _("{list}, from {quantity}.", list=whose, quantity=least),
    )


def reached_break(breaks: Sequence[PriceLine], quantity: Decimal) -> PriceLine:
    """The break that counts for *quantity*: the cheapest of those reached, else the first of all.

    *breaks* ascend. On a list whose prices fall, as they should, it is the last one reached; on one
    from elsewhere that is wrong, a buyer of more still pays no more.
    """
    reached = [line for line in breaks if line.min_quantity <= quantity]
    return min(reached, key=lambda line: (line.price, -line.min_quantity)) if reached else breaks[0]


def _whose(session: Session, price_list: PriceList) -> str:
    if price_list.partner_id is not None:
        partner = get(session, Partner, price_list.partner_id).name
        return _("List {code} of {partner}", code=price_list.code, partner=partner)
    if price_list.account_id is not None:
        account = get(session, PlatformAccount, price_list.account_id).name
        return _("List {code} of shop {account}", code=price_list.code, account=account)
    return _("General list {code}", code=price_list.code)


@query
def price_lists(session: Session, kind: PriceKind = PriceKind.SALES) -> list[PriceListView]:
    """The lists of that kind by code."""
    held = select(
        PriceLine.list_id,
        func.count(PriceLine.item_id.distinct()).label("items"),
        func.count().label("lines"),
    ).group_by(PriceLine.list_id)
    counts = {row.list_id: (row.items, row.lines) for row in session.execute(held)}
    found = (
        select(PriceList, Partner.name, PlatformAccount.name)
        .outerjoin(Partner, Partner.id == PriceList.partner_id)
        .outerjoin(PlatformAccount, PlatformAccount.id == PriceList.account_id)
        .where(PriceList.kind == kind)
        .order_by(PriceList.code)
    )
    return [
        _list_view(row, partner or "", account or "", *counts.get(row.id, (0, 0)))
        for row, partner, account in session.execute(found)
    ]


def _list_view(row: PriceList, partner: str, account: str, items: int, lines: int) -> PriceListView:
    return PriceListView(
        row.id, row.code, row.name, PriceKind(row.kind), row.currency, row.incoterm, row.place,
        row.partner_id, partner, row.account_id, account, row.valid_from, row.valid_to, items, lines,
        row.version,
    )  # fmt: skip


@query
def price_rows(
    session: Session, list_id: int, words: str = "", rates: Mapping[str, Decimal] = NO_RATES
) -> list[PriceRow]:
    """The items of a list that contain *words* (SKU, options, a name), by SKU, with their margins.

    *rates*: currency → what one unit of it is worth in the company's currency; it is needed for the
    margins of a list in another currency. Purchase lists have no margins. Raises NotFound.
    """
    price_list = get(session, PriceList, list_id)
    found = select(PriceLine, Item.sku, Item.options).join(Item, Item.id == PriceLine.item_id)
    found = found.where(PriceLine.list_id == list_id).order_by(Item.sku, PriceLine.min_quantity)
    if words.strip():
        found = found.where(_contains(words.strip()))
    lines: dict[int, list[PriceLine]] = defaultdict(list)
    heads: dict[int, tuple[str, str]] = {}
    for line, sku, options in session.execute(found):
        lines[line.item_id].append(line)
        heads[line.item_id] = (sku, options)
    names, costs = ItemNames(session, lines), _costs(session, price_list, chain(*lines.values()))
    rate = _rate(session, price_list, rates)
    return [
        PriceRow(item_id, sku, names.of(item_id), options, _tiers(lines[item_id], costs, rate))
        for item_id, (sku, options) in heads.items()
    ]


def _contains(words: str) -> ColumnElement[bool]:
    named = select(ItemText.item_id).where(ItemText.name.icontains(words, autoescape=True))
    return or_(
        Item.sku.icontains(words, autoescape=True),
        Item.options.icontains(words, autoescape=True),
        Item.id.in_(named),
    )


def _costs(session: Session, price_list: PriceList, lines: Iterable[PriceLine]) -> Mapping[int, Decimal]:
    """Line → roll-up of a unit when as many are made at once; without those of which nothing is known."""
    if price_list.kind != PriceKind.SALES:
        return {}
    pairs = {line.id: (line.item_id, line.min_quantity) for line in lines}
    costs = unit_costs(session, pairs.values())
    return {line_id: costs[pair] for line_id, pair in pairs.items() if costs[pair]}


def _rate(session: Session, price_list: PriceList, rates: Mapping[str, Decimal]) -> Decimal | None:
    """What a unit of the list's currency is worth in the company's; None where nobody says."""
    if price_list.currency == company_currency(session):
        return Decimal(1)
    rate = rates.get(price_list.currency)
    return rate if rate and rate > 0 else None


def _tiers(
    lines: Iterable[PriceLine], costs: Mapping[int, Decimal] | None = None, rate: Decimal | None = None
) -> tuple[TierRow, ...]:
    return tuple(_tier(line, (costs or {}).get(line.id), rate) for line in lines)


def _tier(line: PriceLine, cost: Decimal | None, rate: Decimal | None) -> TierRow:
    converted = None if cost is None or rate is None else Fraction(cost) / Fraction(rate)
    return TierRow(
        line.id, line.min_quantity, line.price, line.lead_days, cost,
        None if converted is None else cost_figure(converted),
        None if converted is None else margin_percent(line.price, converted),
    )  # fmt: skip


def margin_percent(price: Decimal, cost: Fraction) -> Decimal | None:
    """(price − cost) / price × 100 with two decimals; None for a price of nothing."""
    return hundredths((Fraction(price) - cost) / Fraction(price) * 100) if price else None


@query
def item_prices(session: Session, item_id: int) -> list[ItemPriceView]:
    """All lists that hold the item, valid or not: sales before purchase, then by code."""
    found = (
        select(PriceLine, PriceList, Partner.name)
        .join(PriceList, PriceList.id == PriceLine.list_id)
        .outerjoin(Partner, Partner.id == PriceList.partner_id)
        .where(PriceLine.item_id == item_id)
        .order_by(PriceList.kind.desc(), PriceList.code, PriceLine.min_quantity)
    )
    lines: dict[int, list[PriceLine]] = defaultdict(list)
    heads: dict[int, tuple[PriceList, str]] = {}
    for line, price_list, partner in session.execute(found):
        lines[price_list.id].append(line)
        heads[price_list.id] = (price_list, partner or "")
    return [
        ItemPriceView(
            head.id, head.code, term_of(head.incoterm, head.place), head.currency, PriceKind(head.kind),
            partner, head.valid_from, head.valid_to, _tiers(lines[head.id]),
        )
        for head, partner in heads.values()
    ]  # fmt: skip
