"""Stock: moves, balances, what may be promised, and the proof that the books are right."""

import random
from decimal import Decimal

import pytest
from sqlalchemy import select, update

from factory_erp.domain.errors import Conflict, InvalidValue, NotAllowed, NotFound
from factory_erp.models.database import Database
from factory_erp.models.inventory import MoveCause, StockBalance, StockMove
from factory_erp.models.sales import OrderState, SalesOrder
from factory_erp.services import planning
from factory_erp.services.production import orders as production
from factory_erp.services.production.orders import ReportInput
from factory_erp.services.shipping.ready import ready_quantities
from factory_erp.services.stock import inventory
from tests.services.factory import (
    Step,
    a_bill,
    a_cup_factory,
    a_routing,
    an_item,
    an_order,
    an_order_for_cups,
    in_stock,
)


def an_item_with(db: Database, quantity: int, sku: str = "CUP", step: str = "1") -> int:
    with db.session(write=True) as session:
        item = an_item(session, sku, step=step)
        inventory.ensure_locations(session)
        if quantity:
            in_stock(session, item, quantity)
        return item.id


def held(db: Database, item_id: int) -> Decimal:
    with db.session() as session:
        return inventory.on_hand(session, [item_id])[item_id]


def proof(db: Database) -> list[str]:
    with db.session() as session:
        return inventory.prove(session)


def test_goods_are_received_once_per_key(db: Database) -> None:
    item = an_item_with(db, 0)
    first = inventory.receive(item, Decimal(40), "PO-1", "key-1")
    again = inventory.receive(item, Decimal(40), "PO-1", "key-1")
    assert first.value == again.value
    assert "stock_balance" in first.changes
    assert held(db, item) == 40
    assert proof(db) == []


def test_a_key_used_for_something_else_is_a_conflict(db: Database) -> None:
    item = an_item_with(db, 0)
    inventory.receive(item, Decimal(40), "PO-1", "key-1")
    with pytest.raises(Conflict):
        inventory.receive(item, Decimal(41), "PO-1", "key-1")
    assert held(db, item) == 40


def test_a_stocktake_books_the_difference_either_way(db: Database) -> None:
    item = an_item_with(db, 10)
    inventory.adjust(item, Decimal(-3), "Count", "a")
    assert held(db, item) == 7
    inventory.adjust(item, Decimal(5), "Count", "b")
    assert held(db, item) == 12
    assert proof(db) == []


def test_a_warehouse_never_goes_below_zero_and_says_what_is_there(db: Database) -> None:
    item = an_item_with(db, 7)
    with pytest.raises(NotAllowed) as refused:
        inventory.adjust(item, Decimal(-8), "Count", "a")
    assert "CUP" in refused.value.message
    assert "WH" in refused.value.message
    assert "7 are there, 8 are needed" in refused.value.message
    assert refused.value.remedy
    assert held(db, item) == 7
    assert proof(db) == []


def test_a_refused_move_leaves_nothing_even_when_the_caller_goes_on(db: Database) -> None:
    item = an_item_with(db, 7)
    with db.session(write=True) as session, pytest.raises(NotAllowed):
        inventory.move(
            session, item_id=item, quantity=Decimal(9), source="WH", destination="PROD",
            cause=MoveCause.ISSUE, reference="MO-1", client_key="m",
        )  # fmt: skip
    with db.session() as session:
        assert session.scalar(select(StockMove.id).filter_by(client_key="m")) is None
    assert proof(db) == []


@pytest.mark.parametrize("quantity", ["0", "-1", "0.5", "NaN"])
def test_quantities_that_cannot_be_are_refused(db: Database, quantity: str) -> None:
    item = an_item_with(db, 0)
    with pytest.raises(InvalidValue) as refused:
        inventory.receive(item, Decimal(quantity), "PO", "k")
    assert refused.value.field


def test_what_is_weighed_may_have_fractions(db: Database) -> None:
    item = an_item_with(db, 0, step="0.000001")
    inventory.receive(item, Decimal("0.000001"), "PO", "k")
    assert held(db, item) == Decimal("0.000001")


def test_an_unknown_place_is_named(db: Database) -> None:
    item = an_item_with(db, 1)
    with db.session(write=True) as session, pytest.raises(NotFound, match="MOON"):
        inventory.move(
            session, item_id=item, quantity=Decimal(1), source="WH", destination="MOON",
            cause=MoveCause.DELIVERY, reference="", client_key="m",
        )  # fmt: skip


def test_the_proof_finds_a_balance_that_was_tampered_with(db: Database) -> None:
    item = an_item_with(db, 7)
    with db.session(write=True) as session:
        session.execute(update(StockBalance).where(StockBalance.on_hand > 0).values(on_hand=Decimal("6.5")))
    assert len(proof(db)) == 1
    assert "CUP at WH" in proof(db)[0]
    assert "6.5" in proof(db)[0]
    assert item


def test_what_is_pegged_or_made_for_an_order_is_not_available(db: Database) -> None:
    shop, order_id = an_order_for_cups(db, 30, cup=100)
    planning.plan_order(order_id)
    with db.session() as session:
        assert inventory.on_hand(session, [shop.cup.id]) == {shop.cup.id: 100}
        assert inventory.available(session, [shop.cup.id, shop.lid.id]) == {shop.cup.id: 70, shop.lid.id: 0}
    (row,) = inventory.stock_rows([shop.cup.id, 999_999])
    assert (row.sku, row.name, row.on_hand, row.available) == ("CUP", "Steel cup", 100, 70)


def test_what_was_shipped_or_cancelled_is_no_longer_reserved(db: Database) -> None:
    with db.session(write=True) as session:
        shop = a_cup_factory(session)
        in_stock(session, shop.cup, 100)
        ids = [an_order(session, {shop.cup: 30}, number=f"SO-{n}").id for n in (1, 2)]
    for order_id in ids:
        planning.plan_order(order_id)
    with db.session(write=True) as session:
        session.get_one(SalesOrder, ids[0]).lines[0].shipped = Decimal(10)
        session.get_one(SalesOrder, ids[1]).state = OrderState.CANCELLED
    with db.session() as session:
        assert inventory.available(session, [shop.cup.id])[shop.cup.id] == 80


def test_balances_are_the_sum_of_any_moves(db: Database) -> None:
    """Random moves between all places, some refused, some repeated: the books stay right."""
    luck = random.Random(20261123)
    items = [an_item_with(db, 20, sku=f"ITEM-{n}") for n in range(3)]
    expected = dict.fromkeys(items, 20)
    places = [code for code, *_rest in inventory.LOCATIONS]
    said: list[tuple[int, int, str, str]] = []
    for _turn in range(150):
        if not said or luck.random() < 0.8:
            said.append((luck.choice(items), luck.randint(1, 15), *luck.sample(places, 2)))
        number = luck.randrange(len(said)) if luck.random() < 0.2 else len(said) - 1
        item, quantity, source, destination = said[number]
        key = f"move:{number}"
        change = quantity * ((destination == "WH") - (source == "WH"))
        try:
            with db.session(write=True) as session:
                known = session.scalar(select(StockMove.id).filter_by(client_key=key)) is not None
                inventory.move(
                    session, item_id=item, quantity=Decimal(quantity), source=source,
                    destination=destination, cause=MoveCause.STOCKTAKE, reference="", client_key=key,
                )  # fmt: skip
        except NotAllowed:
            assert expected[item] + change < 0
            continue
        expected[item] += 0 if known else change
    assert {item: held(db, item) for item in items} == expected
    assert proof(db) == []


def test_a_line_may_take_what_is_kept_for_it_and_what_is_nobodys(db: Database) -> None:
    shop, first = an_order_for_cups(db, 30, cup=40)
    with db.session(write=True) as session:
        second = an_order(session, {shop.cup: 25}, number="SO-2026-00002").id
    planning.plan_order(first)
    with db.session() as session:
        mine, other = (session.get_one(SalesOrder, row).lines[0] for row in (first, second))
        assert inventory.free_for_lines(session, [other]) == {other.id: 10}
        assert inventory.free_for_lines(session, [mine]) == {mine.id: 30}
        assert inventory.free_for_lines(session, [other, mine]) == {other.id: 10, mine.id: 30}
        again = [inventory.Wanted("line", other.id, shop.cup.id, Decimal(7))] * 2
        assert inventory.free_for(session, again) == [7, 3], "what one takes is gone for the next"


def test_only_free_stock_is_ready_to_ship(db: Database) -> None:
    shop, first = an_order_for_cups(db, 30, cup=40)
    with db.session(write=True) as session:
        second = an_order(session, {shop.cup: 25}, number="SO-2026-00002").id
    planning.plan_order(first)
    with db.session() as session:
        orders = [session.get_one(SalesOrder, row) for row in (second, first)]
        assert [quantity for _line, quantity in ready_quantities(session, orders)] == [10, 30]


def test_what_one_consumer_took_of_a_supply_is_not_kept_for_the_other(db: Database) -> None:
    """18 good lids for two orders of ten: the first has taken its ten, eight are left for the other."""
    with db.session(write=True) as session:
        shop = a_cup_factory(session)
        mug = an_item(session, "MUG")
        a_bill(session, mug, {shop.lid: 1})
        a_routing(session, mug, Step(shop.bench))
        for item, quantity in ((shop.steel, 100), (shop.box, 100)):
            in_stock(session, item, quantity)
        order_id = an_order(session, {shop.cup: 10, mug: 10}).id
    ids = planning.plan_order(order_id).value.production_orders
    production.release(ids)
    made = {row.sku: production.production_detail(row.id) for row in production.production_rows(ids)}
    say = [("LID", 0, 18, 2), ("CUP", 0, 10, 0), ("CUP", 1, 10, 0)]
    for sku, place, good, scrap in say:
        step = made[sku].operations[place].id
        production.report(ReportInput(step, Decimal(good), Decimal(scrap), f"{sku}{place}"))
    with db.session() as session:
        assert inventory.on_hand(session, [shop.lid.id])[shop.lid.id] == 8
        assert inventory.available(session, [shop.lid.id])[shop.lid.id] == 0
    assert [(row.sku, int(row.quantity)) for row in planning.shortfall(order_id)] == [("LID", 2)]
