"""What items cost: a roll-up down to the leaves, and standard costs set from it.

Rules and a worked example: ``docs/algorithms/cost.md``. All amounts are in the company's currency.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from factory_erp.domain.figures import round_ratio
from factory_erp.i18n import _
from factory_erp.models.catalog import Item
from factory_erp.models.partners import Partner
from factory_erp.models.pricing import PriceKind, PriceLine, PriceList
from factory_erp.planning.cost import CostBook, CostNode, CostSplit
from factory_erp.services.base import query, touched, use_case
from factory_erp.services.bulk import chunks
from factory_erp.services.clock import today
from factory_erp.services.engineering.cost_facts import CostFacts, ItemCost
from factory_erp.services.engineering.structure import whole
from factory_erp.services.names import ItemNames
from factory_erp.services.price_lists import company_currency, said, valid_on
from factory_erp.services.progress import Progress, Quiet

COST_PLACES = 6
"""Decimals to which a cost is shown and stored, half rounded away from zero."""


@dataclass(frozen=True, slots=True)
class CostParts:
    """A cost by where it comes from; each figure is rounded by itself, the total from the exact sum."""

    material: Decimal
    machine: Decimal
    labour: Decimal
    overhead: Decimal
    subcontract: Decimal
    total: Decimal


@dataclass(frozen=True, slots=True)
class CostView:
    """An item within a roll-up: *quantity* of it goes into the lot that was asked for.

    ``per_lot`` is what that quantity costs with all below it, ``own`` the part of it that is not its
    components', ``per_unit`` one unit. A by-product's cost is negative: it is credited.
    """

    item_id: int
    sku: str
    name: str
    unit: str
    quantity: Decimal
    currency: str
    per_unit: CostParts
    per_lot: CostParts
    own: CostParts
    level: int
    by_product: bool
    phantom: bool
    children: tuple[CostView, ...]


@dataclass(frozen=True, slots=True)
class StandardCost:
    """The standard cost of a unit as it is and as it would be, and where the new one comes from.

    ``difference_percent`` has two decimals; None where there was no cost before.
    """

    item_id: int
    sku: str
    name: str
    old: Decimal
    new: Decimal
    difference_percent: Decimal | None
    source: str


@dataclass(frozen=True, slots=True)
class _Offer:
    """What a supplier asks for an item, and where it says so."""

    price: Decimal
    source: str


@query
def cost_of(session: Session, item_id: int, lot: Decimal) -> CostView:
    """What a lot of the item costs, down to the leaves.

    Raises NotFound, InvalidValue for a lot that is not above zero, BillCycle for a circular bill.
    """
    facts = CostFacts(session, [item_id], today())
    tree = facts.book().tree(item_id, lot)
    return _view(facts, ItemNames(session, facts.items), company_currency(session), tree)


@query
def unit_cost(session: Session, item_id: int, lot: Decimal) -> Decimal:
    """What one unit costs when *lot* are made at once; raises as ``cost_of``."""
    return unit_costs(session, [(item_id, lot)])[item_id, lot]


def unit_costs(session: Session, wanted: Iterable[tuple[int, Decimal]]) -> dict[tuple[int, Decimal], Decimal]:
    """(item, lot) → cost of a unit, for many at once: everything below them is read once."""
    pairs = set(wanted)
    book = CostFacts(session, {item_id for item_id, _lot in pairs}, today()).book()
    return {(item_id, lot): cost_figure(book.unit(item_id, lot).total) for item_id, lot in pairs}


def cost_figure(cost: Fraction) -> Decimal:
    """A cost as it is shown and stored: COST_PLACES decimals, half away from zero, no trailing zeros."""
    return whole(round_ratio(cost.numerator * 10**COST_PLACES, cost.denominator))


def _view(facts: CostFacts, names: ItemNames, currency: str, node: CostNode) -> CostView:
    head = facts.heads[node.item]
    return CostView(
        item_id=node.item,
        sku=head.sku,
        name=names.of(node.item),
        unit=head.unit,
        quantity=cost_figure(node.quantity),
        currency=currency,
        per_unit=_shown(node.total.times(1 / node.quantity)),
        per_lot=_shown(node.total),
        own=_shown(node.own),
        level=node.level,
        by_product=node.by_product,
        phantom=node.phantom,
        children=tuple(_view(facts, names, currency, child) for child in node.children),
    )


def _shown(split: CostSplit) -> CostParts:
    parts = (split.material, split.machine, split.labour, split.overhead, split.subcontract, split.total)
    return CostParts(*(cost_figure(part) for part in parts))


@query
def roll_up_everything(
    session: Session, progress: Progress | None = None, item_ids: Sequence[int] | None = None
) -> list[StandardCost]:
    """What ``set_standard_costs`` would write for the same *item_ids* (None: all), by SKU.

    Made items: the roll-up at their usual lot, components at theirs. Bought items: the cheapest
    purchase price of today in the company's currency, where there is one. Cancelled: nothing.
    """
    return _standards(session, progress or Quiet(), item_ids)


@use_case
def set_standard_costs(
    session: Session, item_ids: Sequence[int] | None = None, progress: Progress | None = None
) -> int:
    """Make the roll-up the standard cost of these items (None: all); how many were changed.

    A second time changes nothing. Cancelled: nothing is changed. Raises BillCycle.
    """
    found = _standards(session, progress or Quiet(), item_ids)
    changed: list[dict[str, Any]] = [
        {"key": row.item_id, "cost": row.new} for row in found if row.new != row.old
    ]
    if changed:
        table = Item.__table__.c
        statement = update(Item.__table__).where(table.id == bindparam("key"))  # type: ignore[arg-type]
        values = {"standard_cost": bindparam("cost"), "version": table.version + 1}
        session.connection().execute(statement.values(values), changed)
        session.expire_all()
        touched(session, Item, [row["key"] for row in changed])
    return len(changed)


def _standards(session: Session, watch: Progress, item_ids: Sequence[int] | None) -> list[StandardCost]:
    chosen = set[int](session.scalars(select(Item.id)).all() if item_ids is None else item_ids)
    watch.report(0, 0, _("Reading bills and routings"))
    facts = CostFacts(session, chosen, today())
    bought = [facts.heads[key] for key in chosen if not facts.items[key].rolled]
    offers = _offers(session, [head for head in bought if not head.make])
    for key, offer in offers.items():
        # What is about to become the standard cost counts in what is made of it.
        facts.items[key] = replace(facts.items[key], standard=offer.price)
    units = _rolled(facts, facts.book(), watch)
    if watch.cancelled:
        return []
    names = ItemNames(session, chosen)
    rows = [
        _standard(facts.heads[key], names, cost_figure(units[key].total), _source(facts, offers, key))
        for key in chosen
        if facts.items[key].rolled or key in offers
    ]
    return sorted(rows, key=lambda row: row.sku)


def _rolled(facts: CostFacts, book: CostBook, watch: Progress) -> dict[int, CostSplit]:
    lots = {key: head.lot for key, head in facts.heads.items()}
    return book.standards(
        lots,
        lambda done, total: watch.report(done, total, _("Rolling up costs")),
        lambda: watch.cancelled,
    )


def _standard(head: ItemCost, names: ItemNames, new: Decimal, source: str) -> StandardCost:
    change = None
    if head.standard:
        percent = (Fraction(new) / Fraction(head.standard) - 1) * 100
        change = hundredths(percent)
    return StandardCost(head.id, head.sku, names.of(head.id), head.standard, new, change, source)


def hundredths(figure: Fraction) -> Decimal:
    """A percentage with two decimals, half away from zero."""
    return Decimal(round_ratio(figure.numerator * 100, figure.denominator)).scaleb(-2)


def _source(facts: CostFacts, offers: Mapping[int, _Offer], key: int) -> str:
    if key in offers:
        return offers[key].source
    head = facts.heads[key]
    return _("Roll-up of a lot of {quantity}.", quantity=said(head.lot, head.unit))


def _offers(session: Session, heads: Iterable[ItemCost]) -> dict[int, _Offer]:
    """The cheapest supplier of each item at its usual lot (below his first break: the first break)."""
    wanted = {head.id: head for head in heads}
    columns = (
        select(
            PriceLine.item_id, PriceLine.min_quantity, PriceLine.price, PriceList.id.label("list_id"),
            PriceList.code, Partner.name,
        )
        .join(PriceList, PriceList.id == PriceLine.list_id)
        .join(Partner, Partner.id == PriceList.partner_id)
        .where(PriceList.kind == PriceKind.PURCHASE, PriceList.currency == company_currency(session))
        .where(valid_on(today()))
        .order_by(PriceLine.min_quantity, PriceList.id)
    )  # fmt: skip
    asked: dict[tuple[int, int], _Offer] = {}
    for part in chunks(wanted):
        for row in session.execute(columns.where(PriceLine.item_id.in_(part))):
            key = (row.item_id, row.list_id)
            head = wanted[row.item_id]
            if key not in asked or row.min_quantity <= head.lot:
                quantity = said(row.min_quantity, head.unit)
                source = _("List {code} of {partner}, from {quantity}.",
                           code=row.code, partner=row.name, quantity=quantity)  # fmt: skip
                asked[key] = _Offer(row.price, source)
    cheapest: dict[int, _Offer] = {}
    for (item_id, _list), offer in asked.items():
        if item_id not in cheapest or offer.price < cheapest[item_id].price:
            cheapest[item_id] = offer
    return cheapest
