"""What pegs have settled: how much of each demand they cover, and what they take of each supply.

A peg is firm. One to a purchase that nobody has ordered yet covers nothing: it has still to be bought.
Quantities are micro-units, as the plan reckons.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Select, select, union
from sqlalchemy.orm import Session, aliased

from factory_erp.models.catalog import Item
from factory_erp.models.planning import PurchaseLine, PurchaseOrder, PurchaseState
from factory_erp.models.production import Peg, PegSource, ProductionMaterial, ProductionOrder
from factory_erp.models.sales import OrderState, SalesLine, SalesOrder
from factory_erp.planning.material.explode import PPM
from factory_erp.services.bulk import chunks
from factory_erp.services.engineering.structure import micro
from factory_erp.services.floor.reading import goes_on
from factory_erp.services.material.rows import raw_rows
from factory_erp.services.stock.reservations import CONSUMING, LINE, MATERIAL

GONE = (OrderState.SHIPPED, OrderState.CLOSED, OrderState.CANCELLED)
"""Sales orders that want nothing more."""
_GOING = tuple(state for state in OrderState if state not in GONE)

PERCENT = PPM // 100


@dataclass(slots=True)
class Settled:
    """By demand (LINE or MATERIAL, id), by production order and by purchase line."""

    covered: dict[tuple[str, int], int] = field(default_factory=lambda: defaultdict(int))
    made: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    bought: dict[int, int] = field(default_factory=lambda: defaultdict(int))


def purchases_to_come(session: Session) -> list[tuple[Any, ...]]:
    """Line, item, what is still to come and the expected day of everything that is ordered."""
    rest = PurchaseLine.quantity - PurchaseLine.received
    statement = (
        select(PurchaseLine.id, PurchaseLine.item_id, rest, PurchaseLine.expected_on)
        .join(PurchaseOrder, PurchaseOrder.id == PurchaseLine.order_id)
        .where(PurchaseOrder.state == PurchaseState.ORDERED, PurchaseLine.quantity > PurchaseLine.received)
        .order_by(PurchaseLine.id)
    )
    return raw_rows(session, statement)


def read_settled(session: Session, to_come: Mapping[int, int]) -> Settled:
    """Follow the pegs, first pegged, first served, order lines before materials."""
    settled = Settled()
    left: dict[int, int] = {}
    for line, part, source, quantity, supply, purchase, sold, shipped, consumer, issued, *made in raw_rows(
        session, _pegs()
    ):
        if line is not None:
            demand, wanted = (LINE, line), min(quantity, shipped) if sold in GONE else quantity
        else:
            over = consumer not in CONSUMING
            demand, wanted = (MATERIAL, part), min(quantity, issued) if over else quantity
        share = wanted
        if source == PegSource.PURCHASE:
            share = min(wanted, to_come.get(purchase, 0) - settled.bought[purchase]) if purchase else 0
            settled.bought[purchase or 0] += share
        elif supply is not None:
            share = min(wanted, left.setdefault(supply, _will_give(*made)))
            left[supply] -= share
            settled.made[supply] += share
        settled.covered[demand] += share
    return settled


def _will_give(state: str, quantity: int, scrap: int, good: int) -> int:
    return quantity - scrap if state in CONSUMING else good


def expected_good(quantity: int, scrap: int, scrap_ppm: int) -> int:
    """The good pieces to be expected of an order in the end: less what was lost, or what usually is."""
    return min(quantity - scrap, quantity * (PPM - scrap_ppm) // PPM)


def _pegs() -> Select[*tuple[Any, ...]]:
    """The pegs of all demands that are open, and of all production that still gives something."""
    consumer, supplier = aliased(ProductionOrder), aliased(ProductionOrder)
    # By the orders that are open, each through its index: pegs of all years are many.
    sold = select(Peg.id).join(SalesLine, SalesLine.id == Peg.sales_line_id).join(
        SalesOrder, SalesOrder.id == SalesLine.order_id
    )  # fmt: skip
    used = select(Peg.id).join(ProductionMaterial, ProductionMaterial.id == Peg.material_id).join(
        consumer, consumer.id == ProductionMaterial.order_id
    )  # fmt: skip
    made = select(Peg.id).join(supplier, supplier.id == Peg.production_order_id)
    wanted = union(
        sold.where(SalesOrder.state.in_(_GOING)),
        used.where(consumer.state.in_(CONSUMING)),
        made.where(supplier.state.in_(CONSUMING)),
    )
    return (
        select(
            Peg.sales_line_id, Peg.material_id, Peg.source, Peg.quantity, Peg.production_order_id,
            Peg.purchase_line_id, SalesOrder.state, SalesLine.shipped, consumer.state,
            ProductionMaterial.issued, supplier.state, supplier.quantity, supplier.scrap, supplier.good,
        )
        .outerjoin(SalesLine, SalesLine.id == Peg.sales_line_id)
        .outerjoin(SalesOrder, SalesOrder.id == SalesLine.order_id)
        .outerjoin(ProductionMaterial, ProductionMaterial.id == Peg.material_id)
        .outerjoin(consumer, consumer.id == ProductionMaterial.order_id)
        .outerjoin(supplier, supplier.id == Peg.production_order_id)
        .where(Peg.id.in_(wanted))
        .order_by(Peg.sales_line_id.is_(None), Peg.id)
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Unpegged:
    """What nobody is pegged to of a production order or purchase line: *quantity* micro-units, *due* then."""

    id: int
    item_id: int
    quantity: int
    due: date
    sales_order_id: int | None = None


def unpegged_production(session: Session, item_ids: Collection[int]) -> list[Unpegged]:
    """What open production orders of the items will give to nobody yet, the soonest due first."""
    made = ProductionOrder
    rows = [
        row
        for part in chunks(item_ids)
        for row in session.execute(
            select(made.id, made.item_id, made.quantity, made.scrap, made.good, made.due, made.sales_order_id,
                   Item.scrap_percent)
            .join(Item, Item.id == made.item_id)
            .where(made.item_id.in_(part), made.state.in_(CONSUMING), goes_on())
        )
    ]  # fmt: skip
    settled = read_settled(session, {}) if rows else Settled()
    found = []
    for order, item, quantity, scrap, good, due, sales, percent in rows:
        comes = expected_good(micro(quantity), micro(scrap), int(percent * PERCENT))
        rest = comes - max(settled.made[order], micro(good))
        if rest > 0:
            found.append(Unpegged(order, item, rest, due, sales))
    return sorted(found, key=lambda one: (one.due, one.id))


def unpegged_purchases(session: Session, item_ids: Collection[int]) -> list[Unpegged]:
    """What is on order of the items for nobody yet, the soonest expected first."""
    wanted = set(item_ids)
    coming = purchases_to_come(session)
    rows = [row for row in coming if row[1] in wanted]
    settled = read_settled(session, {row[0]: row[2] for row in coming}) if rows else Settled()
    found = [
        Unpegged(line, item, rest, date.fromisoformat(day) if isinstance(day, str) else day)
        for line, item, to_come, day in rows
        if (rest := to_come - settled.bought[line]) > 0
    ]
    return sorted(found, key=lambda one: (one.due, one.id))
