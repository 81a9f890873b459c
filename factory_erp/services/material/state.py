"""What the material plan has to cover, and what there is: demands and supplies less what pegs have settled.

A peg is firm: the plan nets only what pegs do not cover. A peg to a purchase that nobody has ordered yet
covers nothing, so that the plan proposes to buy it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Integer, cast, func, select, type_coerce
from sqlalchemy.orm import Session

from factory_erp.models.inventory import Location, LocationKind, StockBalance
from factory_erp.models.partners import Partner
from factory_erp.models.planning import HoldState, PromiseBlock, PromiseHold, PromiseLine
from factory_erp.models.production import (
    Peg,
    ProductionMaterial,
    ProductionOrder,
    ProductionState,
)
from factory_erp.models.sales import SalesLine, SalesOrder
from factory_erp.models.types import UtcDateTime
from factory_erp.planning.calendar import to_minute
from factory_erp.planning.material.tables import Demand, DemandKind, Supply, SupplyKind
from factory_erp.services.engineering.structure import micro
from factory_erp.services.floor.reading import goes_on
from factory_erp.services.material.items import Factory, lead_minutes
from factory_erp.services.material.rows import Days, raw_rows
from factory_erp.services.material.settled import Settled, expected_good, purchases_to_come, read_settled
from factory_erp.services.order_states import WANTING
from factory_erp.services.stock import inventory
from factory_erp.services.stock.promise_open import ORDERED, kept_on_order, less_kept
from factory_erp.services.stock.purchases_received import unordered
from factory_erp.services.stock.reservations import CONSUMING, LINE, MATERIAL

BY_PRODUCT = 1 << 40
"""Added to the id of a production material, it is the key of the by-product that will come of it."""
PROMISED = 1 << 41
"""Added to the id of a promise's line, it is the key of the stock that the promise keeps."""
PRIORITIES = {"A": 3, "B": 2, "C": 1}
"""Among demands that are due at once; open production (4) comes first, being begun."""
BEGUN = 4


@dataclass(frozen=True, slots=True)
class OpenOrder:
    """A production order that still gives something, in micro-units."""

    id: int
    item_id: int
    quantity: int
    scrap: int
    good: int
    is_planned: bool
    begins: int
    in_time: int
    """When it had to begin to be finished on the day it is due; never after ``begins``."""
    ends: int
    group: int


@dataclass(frozen=True, slots=True)
class State:
    """Demands and supplies of the whole factory."""

    demands: list[Demand]
    supplies: list[Supply]
    due_of_order: dict[int, int]
    """Open production order → the minute it is due."""


def read_state(session: Session, factory: Factory, days: Days) -> State:
    """Read what is wanted and what there is: about ten statements."""
    purchases = purchases_to_come(session)
    settled = read_settled(session, {row[0]: row[2] for row in purchases})
    orders = {order.id: order for order in _open_orders(session, factory, days)}
    demands = [*_lines(session, factory, settled, days), *_materials(session, settled, orders)]
    scrap = dict(zip(factory.items.id.tolist(), factory.items.scrap_ppm.tolist(), strict=True))
    supplies = [
        *_stock(session),
        *_to_come(
            session,
            [*_production(orders, settled, scrap, days.now), *_purchases(purchases, settled, days)],
            {order.id for order in orders.values() if order.group},
        ),
        *_by_products(session, orders, days.now),
    ]
    return State(demands, supplies, {order.id: order.ends for order in orders.values()})


def _open_orders(session: Session, factory: Factory, days: Days) -> Iterator[OpenOrder]:
    """Production orders that go on: when their materials are needed, and when they are finished."""
    made = ProductionOrder
    statement = select(
        made.id, made.item_id, made.quantity, made.scrap, made.good, made.state, made.due,
        made.planned_start, made.planned_finish, made.sales_order_id,
    ).where(made.state.in_(CONSUMING), goes_on()).order_by(made.id)  # fmt: skip
    for row in raw_rows(session, statement):
        order_id, item, quantity, scrap, good, state, due, start, finish, group = row
        ends = days.end_of(due)
        in_time = ends - lead_minutes(factory, item, quantity)
        begins = in_time if start is None else days.minute(start)
        yield OpenOrder(
            order_id, item, quantity, scrap, good, state == ProductionState.PLANNED, begins,
            min(in_time, begins), ends if finish is None else days.minute(finish), group or 0,
        )  # fmt: skip


def _lines(session: Session, factory: Factory, settled: Settled, days: Days) -> Iterator[Demand]:
    """What is left to ship of confirmed order lines, less what pegs cover."""
    statement = (
        select(
            SalesLine.id, SalesLine.item_id, SalesLine.quantity, SalesLine.shipped, SalesLine.promised,
            SalesOrder.ship_by, SalesOrder.requested_ship, SalesOrder.id, Partner.priority_class,
        )
        .join(SalesOrder, SalesOrder.id == SalesLine.order_id)
        .join(Partner, Partner.id == SalesOrder.customer_id)
        .where(SalesOrder.state.in_(WANTING), SalesLine.quantity > SalesLine.shipped)
        .order_by(SalesLine.id)
    )  # fmt: skip
    rows, begun = raw_rows(session, statement), _promised_starts(session)
    for line, item, quantity, shipped, promised, ship_by, asked, order, rank in rows:
        missing = quantity - max(shipped, settled.covered.get((LINE, line), 0))
        if missing > 0:
            day = promised or ship_by or asked
            due = days.end_of(day if day is not None else days.day(days.now))
            due = _as_promised(factory, begun.get(order, {}), item, missing, due)
            yield Demand(line, item, missing, due, PRIORITIES.get(rank, 0), order, DemandKind.SALES)


def _as_promised(factory: Factory, begun: dict[int, int], item: int, missing: int, due: int) -> int:
    """The line's *due* minute, sooner where its order took over a promise that begins to make it sooner.

    So early that what is bought for it and its parts is there when the promise begins to make them: later,
    the machine time on which the promise stands would be over.
    """
    if item not in begun:
        return due
    own = lead_minutes(factory, item, missing)
    parts = (at + lead_minutes(factory, part, missing) for part, at in begun.items() if part != item)
    return min(due, begun[item] + own, *(at + own for at in parts))


def _promised_starts(session: Session) -> dict[int, dict[int, int]]:
    """Order with something to plan → item → the minute when the promise it took over begins to make it."""
    found: dict[int, dict[int, int]] = {}
    begins = type_coerce(func.min(PromiseBlock.starts_at), UtcDateTime)
    statement = (
        select(SalesOrder.id, PromiseBlock.item_id, begins)
        .join(PromiseHold, PromiseHold.sales_order_id == SalesOrder.id)
        .join(PromiseBlock, PromiseBlock.hold_id == PromiseHold.id)
        .where(PromiseHold.state == HoldState.USED, SalesOrder.state.in_(WANTING))
        .group_by(SalesOrder.id, PromiseBlock.item_id)
    )
    for order, item, start in session.execute(statement):
        found.setdefault(order, {})[item] = to_minute(start)
    return found


def _materials(session: Session, settled: Settled, orders: dict[int, OpenOrder]) -> Iterator[Demand]:
    """What open production orders still need, less what pegs cover and what was issued.

    It is needed when they begin. What nobody has ordered yet, though, is what the schedule lets them wait
    for: it is needed so early that they are in time.
    """
    part, awaited = ProductionMaterial, _awaited(session)
    statement = (
        select(part.id, part.order_id, part.item_id, part.quantity, part.issued)
        .join(ProductionOrder, ProductionOrder.id == part.order_id)
        .where(ProductionOrder.state.in_(CONSUMING), part.by_product.is_(False))
        .order_by(part.id)
    )
    for material, order_id, item, quantity, issued in raw_rows(session, statement):
        order = orders.get(order_id)
        missing = quantity - max(issued, settled.covered.get((MATERIAL, material), 0))
        if order is not None and missing > 0:
            needed = order.in_time if material in awaited else order.begins
            yield Demand(material, item, missing, needed, BEGUN, order.group, DemandKind.MATERIAL)


def _awaited(session: Session) -> set[int]:
    """The materials of open production that wait for purchases which nobody has ordered."""
    part = ProductionMaterial
    statement = (
        select(part.id)
        .join(ProductionOrder, ProductionOrder.id == part.order_id)
        .join(Peg, Peg.material_id == part.id)
        .where(ProductionOrder.state.in_(CONSUMING), unordered())
    )
    return {row[0] for row in raw_rows(session, statement)}


def _stock(session: Session) -> Iterator[Supply]:
    """What is free in the warehouses, and what promises keep there for orders that wait for their plan."""
    held = (
        select(StockBalance.item_id)
        .join(Location, Location.id == StockBalance.location_id)
        .where(Location.kind == LocationKind.WAREHOUSE, StockBalance.on_hand > 0)
        .distinct()
    )
    items = [row[0] for row in raw_rows(session, held.order_by(StockBalance.item_id))]
    left = {item: micro(free) for item, free in inventory.available(session, items, ORDERED).items()}
    for promised, item, quantity, order in _promised(session):
        kept = min(quantity, left.get(item, 0))
        if kept > 0:
            left[item] -= kept
            yield Supply(PROMISED + promised, item, kept, 0, order, SupplyKind.STOCK)
    for item, free in left.items():
        if free > 0:
            yield Supply(item, item, free, 0, kind=SupplyKind.STOCK)


def _promised(session: Session) -> list[tuple[Any, ...]]:
    """Promise line, item, what it keeps of the stock, and the order that took the promise over."""
    statement = (
        select(PromiseLine.id, PromiseLine.item_id, PromiseLine.from_stock, SalesOrder.id)
        .join(PromiseHold, PromiseHold.id == PromiseLine.hold_id)
        .join(SalesOrder, SalesOrder.id == PromiseHold.sales_order_id)
        .where(PromiseHold.state == HoldState.USED, SalesOrder.state.in_(WANTING))
        .where(PromiseLine.from_stock > 0)
        .order_by(PromiseLine.id)
    )
    return raw_rows(session, statement)


def _to_come(session: Session, supplies: list[Supply], ordered: set[int]) -> Iterator[Supply]:
    """The supplies under way, less what promises to others than the plan's orders count on of them.

    What is made for an order (*ordered*: its production) no promise counts on.
    """
    counted = kept_on_order(session, {one.item for one in supplies}, ORDERED)
    free, own = list[Supply](), list[Supply]()
    for one in supplies:
        made_for_order = one.kind == SupplyKind.PRODUCTION and one.key in ordered
        (own if made_for_order else free).append(one)
    free.sort(key=lambda one: (one.available_at, one.kind, one.key))
    kept = {item: micro(quantity) for item, quantity in counted.items()}
    left = less_kept(kept, [(one.item, one.quantity) for one in free])
    yield from own
    for one, quantity in zip(free, left, strict=True):
        if quantity > 0:
            yield one if quantity == one.quantity else replace(one, quantity=quantity)


def _production(
    orders: dict[int, OpenOrder], settled: Settled, scrap: dict[int, int], now: int
) -> Iterator[Supply]:
    """What nobody is pegged to of production that goes on; what it made already lies in stock."""
    for order in orders.values():
        comes = expected_good(order.quantity, order.scrap, scrap[order.item_id])
        rest = comes - max(settled.made[order.id], order.good)
        if rest > 0:
            yield Supply(
                order.id, order.item_id, rest, max(order.ends, now), kind=SupplyKind.PRODUCTION,
                movable=order.is_planned,
            )  # fmt: skip


def _purchases(lines: list[tuple[Any, ...]], settled: Settled, days: Days) -> Iterator[Supply]:
    """What nobody is pegged to of what is ordered; what is overdue is hoped for today."""
    for line, item, to_come, expected in lines:
        rest = to_come - settled.bought[line]
        if rest > 0:
            at = max(days.end_of(expected), days.now)
            yield Supply(line, item, rest, at, kind=SupplyKind.PURCHASE, movable=True)


def _by_products(session: Session, orders: dict[int, OpenOrder], now: int) -> Iterator[Supply]:
    part = ProductionMaterial
    statement = (
        select(part.id, part.order_id, part.item_id, part.quantity - part.issued)
        .where(cast(part.by_product, Integer) == 1, part.order_id.in_(
            select(ProductionOrder.id).where(ProductionOrder.state.in_(CONSUMING))
        ), part.quantity > part.issued)
        .order_by(part.id)
    )  # fmt: skip
    for material, order_id, item, rest in raw_rows(session, statement):
        order = orders.get(order_id)
        if order is not None:
            key = BY_PRODUCT + material
            yield Supply(key, item, rest, max(order.ends, now), kind=SupplyKind.PRODUCTION)
