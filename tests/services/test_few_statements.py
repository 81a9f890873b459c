"""Reading and writing much takes no more statements than reading and writing a little."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import partial

import pytest
from sqlalchemy import func, select

from factory_erp.models.database import Database
from factory_erp.models.production import ProductionOrder
from factory_erp.models.sales import OrderState, SalesLine, SalesOrder
from factory_erp.services import planning
from factory_erp.services.order_effects import changed_orders as order_effects
from factory_erp.services.promise import asking as promise
from factory_erp.services.promise import holds as promise_holds
from factory_erp.services.promise import shown as promise_shown
from factory_erp.services.purchasing import orders as purchases
from factory_erp.services.purchasing.orders import NewPurchase, NewPurchaseLine
from factory_erp.services.stock.inventory import ensure_locations
from tests.services.factory import CupFactory, a_cup_factory, a_customer, an_item, an_order, in_stock
from tests.statements import statements

FEW, MANY = 3, 12
LATER = date(2026, 12, 30)


def count(db: Database, run: Callable[[], object]) -> int:
    """How many statements *run* takes."""
    with statements(db) as said:
        run()
    return len(said)


def shop_with_orders(db: Database, orders: int) -> tuple[CupFactory, list[int]]:
    """A cup factory, and so many confirmed orders for cups."""
    with db.session(write=True) as session:
        shop, buyer = a_cup_factory(session), a_customer(session)
        ids = [
            an_order(session, {shop.cup: 10 + n}, number=f"SO-{n:03}", customer=buyer).id
            for n in range(orders)
        ]
        return shop, ids


def test_a_purchase_with_many_lines_is_read_as_quickly_as_one_with_few(db: Database) -> None:
    counted = []
    with db.session(write=True) as session:
        items = [an_item(session, f"PART-{n:02}").id for n in range(MANY)]
    for size in (FEW, MANY):
        new = NewPurchase(None, [NewPurchaseLine(one, Decimal(5), LATER) for one in items[:size]])
        order = purchases.by_hand(new).value
        counted.append(count(db, partial(purchases.purchase, order)))
    assert counted[0] == counted[1]


def test_promises_are_shown_as_quickly_when_many_are_kept(db: Database) -> None:
    with db.session(write=True) as session:
        shop, buyer = a_cup_factory(session), a_customer(session)
        in_stock(session, shop.cup, 900)
        drafts = [
            an_order(session, {shop.cup: 1}, number=f"SO-{n}", customer=buyer, state=OrderState.DRAFT).id
            for n in range(MANY)
        ]
    counted = []
    for part in (drafts[:FEW], drafts[FEW:]):
        for draft in part:
            held = promise_holds.hold(promise.promise_order(draft)).value
            promise_holds.use_for_order(held, draft)
        counted.append(count(db, promise_shown.kept))
    assert len(promise_shown.kept()) == MANY
    assert {one.number for one in promise_shown.kept()} == {f"SO-{n}" for n in range(MANY)}
    assert counted[0] == counted[1]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_goods_that_many_orders_wait_for_are_received_as_quickly(db: Database) -> None:
    with db.session(write=True) as session:
        part, buyer = an_item(session, "PART", buy=True), a_customer(session)
        item = part.id
        ensure_locations(session)
    counted = []
    for first, size in ((0, FEW), (100, MANY)):
        with db.session(write=True) as session:
            orders = [
                an_order(session, {session.merge(part): 10}, number=f"SO-{first + n}",
                         customer=session.merge(buyer)).id
                for n in range(size)
            ]  # fmt: skip
        for order in orders:
            planning.plan_order(order)
        much = Decimal(10 * size)
        bought = purchases.by_hand(NewPurchase(None, [NewPurchaseLine(item, much, LATER)])).value
        (line,) = purchases.purchase(bought).lines
        counted.append(count(db, partial(purchases.receive, line.id, much, f"R-{first}")))
    with db.session() as session:
        states = session.scalars(select(SalesOrder.state))
        assert set(states) == {OrderState.READY}
    assert counted[0] == counted[1]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_orders_that_changed_are_found_as_quickly_when_they_are_many(db: Database) -> None:
    _shop, orders = shop_with_orders(db, MANY)
    for order in orders:
        planning.plan_order(order)
    counted = []
    for part in (orders[:FEW], orders[FEW:]):
        with db.session(write=True) as session:
            for line in session.scalars(select(SalesLine).where(SalesLine.order_id.in_(part))):
                line.promised = LATER
                session.get_one(SalesOrder, line.order_id).ship_by = LATER
        with db.session() as session, statements(db) as said:
            changed = order_effects.changed_orders(session)
        counted.append(len(said))
    assert len(changed) == MANY
    with db.session() as session:
        assert session.scalar(select(func.count()).select_from(ProductionOrder))
    assert counted[0] == counted[1]
