"""What is promised stays kept: while an order is planned piece by piece, on hold, or asks once more."""

from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import select

from factory_erp.models.catalog import Item
from factory_erp.models.database import Database
from factory_erp.models.planning import HoldState, PromiseBlock, PromiseHold, PromiseLine
from factory_erp.models.production import Peg, PegSource
from factory_erp.models.sales import OrderState, SalesLine, SalesOrder
from factory_erp.services import clock, planning
from factory_erp.services.inquiries import quotation_outcomes, quotations
from factory_erp.services.material import plan as material_plan
from factory_erp.services.promise import asking as promise
from factory_erp.services.promise import holds as promise_holds
from factory_erp.services.purchasing import orders as purchases
from factory_erp.services.sales import orders as sales
from factory_erp.services.suggestions import accepting as suggestions
from tests.conftest import MONDAY
from tests.services.factory import (
    CupFactory,
    Step,
    a_bill,
    a_cup_factory,
    a_customer,
    a_routing,
    an_item,
    an_order,
    in_stock,
)
from tests.services.test_promise_holds import a_quotation, a_shop, free, held
from tests.services.test_suggestions import by_sku, ids

DAY = date(2026, 12, 18)
LONG = timedelta(days=5)


def promised(order: int) -> int:
    """Keep the earliest day for the draft order, confirm it for that; the promise."""
    number = promise_holds.hold(promise.promise_order(order)).value
    promise_holds.use_for_order(number, order)
    sales.confirm(order, promised=DAY)
    return number


def offered(item: int, quantity: int) -> Decimal:
    """What another buyer would get from stock at once."""
    return promise.promise_item(item, Decimal(quantity)).lines[0].from_stock


def another_order(db: Database, shop: CupFactory, cups: int, ship_by: date = DAY) -> int:
    with db.session(write=True) as session:
        buyer = a_customer(session, "OTHER")
        wanted = {session.merge(shop.cup): cups}
        return an_order(session, wanted, number="SO-2", customer=buyer, ship_by=ship_by).id


def stock_pegs(db: Database, order: int) -> dict[int, Decimal]:
    """Item → what the order's lines have in stock."""
    with db.session() as session:
        rows = session.execute(
            select(Peg.item_id, Peg.quantity)
            .join(SalesLine, SalesLine.id == Peg.sales_line_id)
            .where(SalesLine.order_id == order, Peg.source == PegSource.STOCK)
        )
        return {item: quantity for item, quantity in rows}  # noqa: C416 - rows are not pairs to mypy


def kept(db: Database, hold: int) -> dict[int, Decimal]:
    """Item → what the promise still keeps of it in stock."""
    with db.session() as session:
        lines = session.scalars(select(PromiseLine).filter_by(hold_id=hold))
        return {line.item_id: line.from_stock for line in lines}


def an_order_from_stock_and_to_make(db: Database) -> tuple[CupFactory, int, int]:
    """The factory, an item X of which 50 are there, and a draft order for 60 cups and those 50."""
    with db.session(write=True) as session:
        shop = a_cup_factory(session)
        other = an_item(session, "X")
        a_routing(session, other, Step(shop.press, 60))
        a_bill(session, other, {shop.steel: 1})
        for item, quantity in ((other, 50), (shop.steel, 9000), (shop.box, 9000)):
            in_stock(session, item, quantity)
        return shop, other.id, an_order(session, {shop.cup: 60, other: 50}, state=OrderState.DRAFT).id


def test_a_line_from_stock_is_kept_when_the_rest_of_its_order_is_accepted(db: Database) -> None:
    _shop, item, order = an_order_from_stock_and_to_make(db)
    hold = promised(order)
    material_plan.run_plan()
    suggestions.accept(ids())
    with db.session() as session:
        assert session.get_one(SalesOrder, order).state == OrderState.IN_PRODUCTION
    assert stock_pegs(db, order) == {item: 50}
    assert free(db, item) == 0
    assert offered(item, 50) == 0
    assert held(db, hold).state == HoldState.USED
    assert promise_holds.open_holds() == (), "pegs keep everything now"


def test_stock_of_an_accepted_order_is_not_planned_for_the_next(db: Database) -> None:
    _shop, item, order = an_order_from_stock_and_to_make(db)
    sales.confirm(order, promised=DAY)
    with db.session(write=True) as session:
        buyer = a_customer(session, "OTHER")
        found = session.get_one(Item, item)
        day = date(2027, 1, 29)
        later = an_order(session, {found: 50}, number="SO-9", customer=buyer, ship_by=day).id
    material_plan.run_plan()
    suggestions.accept([by_sku()["CUP"].id])
    planning.plan_order(later)
    assert stock_pegs(db, order) == {item: 50}
    assert stock_pegs(db, later) == {}


def test_parts_of_what_is_not_accepted_yet_stay_kept_and_no_more_than_those(db: Database) -> None:
    shop, item, order = an_order_from_stock_and_to_make(db)
    with db.session(write=True) as session:
        for line in session.get_one(SalesOrder, order).lines:
            line.quantity = Decimal(80) if line.item_id == item else line.quantity
    hold = promised(order)
    assert kept(db, hold)[shop.steel.id] == 60 * Decimal("0.3") + 30, "cups, lids and 30 of X"
    material_plan.run_plan()
    suggestions.accept(ids("CUP", "LID"))
    assert kept(db, hold)[shop.steel.id] == 30
    assert item not in kept(db, hold) or kept(db, hold)[item] == 0, "pegged by now"
    assert free(db, shop.steel.id) == 9000 - 60 * Decimal("0.3") - 30, "each part is kept once"
    with db.session() as session:
        assert set(session.scalars(select(PromiseBlock.item_id))) == {item}
    material_plan.run_plan()
    suggestions.accept(ids("X"))
    assert kept(db, hold) == {}
    assert free(db, shop.steel.id) == 9000 - 60 * Decimal("0.3") - 30


def test_planning_the_order_takes_the_rest_over_from_its_promise(db: Database) -> None:
    shop, _item, order = an_order_from_stock_and_to_make(db)
    hold = promised(order)
    planning.plan_order(order)
    assert kept(db, hold) == {}
    assert free(db, shop.steel.id) == 9000 - 60 * Decimal("0.3")


def test_what_is_promised_to_an_order_on_hold_is_not_given_to_another_demand(db: Database) -> None:
    with db.session(write=True) as session:
        shop = a_cup_factory(session)
        sets = an_item(session, "SET")
        a_bill(session, sets, {shop.cup: 1})
        a_routing(session, sets, Step(shop.bench, 60))
        in_stock(session, shop.cup, 100)
        order = an_order(session, {shop.cup: 100}, state=OrderState.DRAFT).id
    hold = promised(order)
    sales.hold(order)
    with db.session(write=True) as session:
        an_order(session, {session.merge(sets): 100}, number="SO-2", customer=a_customer(session, "OTHER"))
    material_plan.run_plan()
    assert by_sku()["CUP"].quantity == 100
    suggestions.accept(ids())
    with db.session() as session:
        pegged = session.scalars(select(Peg).filter_by(item_id=shop.cup.id)).all()
        assert {peg.source for peg in pegged} == {PegSource.PRODUCTION}
    sales.lift_hold(order)
    assert promise.promise_order(order).day == held(db, hold).promised_on
    material_plan.run_plan()
    planning.plan_order(order)
    assert stock_pegs(db, order) == {shop.cup.id: 100}


def test_stock_that_was_promised_after_the_plan_ran_is_not_accepted_away(db: Database) -> None:
    shop = a_shop(db, cup=40, steel=9000, box=9000)
    order = another_order(db, shop, 100)
    material_plan.run_plan()
    with db.session(write=True) as session:
        buyer = a_customer(session)
        late = an_order(session, {session.merge(shop.cup): 40}, customer=buyer, state=OrderState.DRAFT).id
        session.add(
            PromiseHold(
                state=HoldState.USED, sales_order_id=late, promised_on=DAY, expires_at=clock.now() + LONG,
                lines=[PromiseLine(item_id=shop.cup.id, quantity=Decimal(40), from_stock=Decimal(40))],
            )
        )  # fmt: skip
    sales.confirm(late, promised=DAY)
    suggestions.accept(ids("CUP", "LID"))
    assert stock_pegs(db, order) == {}
    assert promise.promise_order(late).lines[0].from_stock == 40


def boxes_on_order(db: Database) -> tuple[CupFactory, int]:
    """Boxes take forty days to buy, but sixty come the day after tomorrow; and a quotation for sixty cups."""
    shop = a_shop(db, steel=9000)
    with db.session(write=True) as session:
        session.merge(shop.box).lead_days = 40
    soon = date(2026, 11, 25)
    purchases.by_hand(
        purchases.NewPurchase(None, [purchases.NewPurchaseLine(shop.box.id, Decimal(60), soon, soon)])
    )
    quotation = a_quotation(db, shop)
    return shop, quotation


def box_purchases(db: Database) -> set[int | None]:
    with db.session() as session:
        return set(session.scalars(select(Peg.purchase_line_id).filter_by(source=PegSource.PURCHASE)))


def test_planning_another_order_leaves_the_purchase_that_a_promise_counts_on(db: Database) -> None:
    shop, quotation = boxes_on_order(db)
    offer = promise.promise_quotation(quotation)
    promise_holds.hold(offer, quotation_id=quotation)
    other = another_order(db, shop, 60, ship_by=date(2027, 2, 26))
    planning.plan_order(other)
    assert box_purchases(db) == {None}, "the boxes for the other order have still to be bought"
    assert promise.promise_quotation(quotation).day == offer.day


def test_the_material_plan_leaves_the_purchase_that_a_promise_counts_on(db: Database) -> None:
    shop, quotation = boxes_on_order(db)
    offer = promise.promise_quotation(quotation)
    hold = promise_holds.hold(offer, quotation_id=quotation).value
    another_order(db, shop, 60, ship_by=date(2027, 2, 26))
    material_plan.run_plan()
    assert by_sku()["BOX"].quantity == 60
    suggestions.accept(ids("CUP", "LID"))
    assert promise.promise_quotation(quotation).day == offer.day
    promise_holds.release(hold)
    material_plan.run_plan()
    assert "BOX" not in by_sku(), "nobody counts on the sixty any more"


def test_a_promise_made_after_the_plan_ran_keeps_the_purchase_from_being_accepted_away(db: Database) -> None:
    shop, quotation = boxes_on_order(db)
    another_order(db, shop, 60, ship_by=date(2027, 2, 26))
    material_plan.run_plan()
    chosen = ids("CUP", "LID")
    offer = promise.promise_quotation(quotation)
    promise_holds.hold(offer, quotation_id=quotation)
    suggestions.accept(chosen)
    assert box_purchases(db) == set()
    assert promise.promise_quotation(quotation).day == offer.day


def test_a_promise_that_lapsed_does_not_come_back_when_its_order_is_confirmed(db: Database) -> None:
    shop = a_shop(db, cup=60, steel=900, box=900)
    quotation = a_quotation(db, shop)
    hold = promise_holds.hold(promise.promise_quotation(quotation), quotation_id=quotation).value
    order = quotation_outcomes.accept_quotation(quotation).value
    with clock.at(MONDAY + timedelta(days=12)):
        second = promise.promise_item(shop.cup.id, Decimal(60))
        assert second.lines[0].from_stock == 60
        promise_holds.hold(second)
        sales.confirm(order, promised=DAY)
        assert held(db, hold).state == HoldState.EXPIRED
        assert free(db, shop.cup.id) == 0, "kept once, for the second"
        planning.plan_order(order)
        assert stock_pegs(db, order) == {}


def test_a_promise_that_lasts_is_kept_when_its_order_is_confirmed(db: Database) -> None:
    shop = a_shop(db, cup=60)
    quotation = a_quotation(db, shop)
    hold = promise_holds.hold(promise.promise_quotation(quotation), quotation_id=quotation).value
    order = quotation_outcomes.accept_quotation(quotation).value
    sales.confirm(order, promised=DAY)
    with clock.at(MONDAY + timedelta(days=12)):
        assert held(db, hold).state == HoldState.USED
        assert free(db, shop.cup.id) == 0


def test_a_revised_quotation_takes_what_was_kept_for_it(db: Database) -> None:
    shop = a_shop(db, cup=60)
    quotation = a_quotation(db, shop)
    offer = promise.promise_quotation(quotation)
    hold = promise_holds.hold(offer, quotation_id=quotation).value
    with clock.at(MONDAY + timedelta(days=3)):
        revision = quotations.revise_quotation(quotation, "again").value
        found = promise.promise_quotation(revision)
        assert (found.lines[0].from_stock, free(db, shop.cup.id)) == (60, 0)
        assert promise_holds.hold_for_quotation(quotation) is None
        mine = promise_holds.hold_for_quotation(revision)
        assert mine is not None
        assert (mine.id, mine.promised_on) == (hold, offer.day)
    with clock.at(MONDAY + timedelta(days=12)):
        assert free(db, shop.cup.id) == 0, "it lasts as long as the revision"
    with clock.at(MONDAY + timedelta(days=15)):
        assert free(db, shop.cup.id) == 60


def test_a_promise_that_lapsed_does_not_go_over_to_a_revision(db: Database) -> None:
    shop = a_shop(db, cup=60)
    quotation = a_quotation(db, shop)
    promise_holds.hold(promise.promise_quotation(quotation), quotation_id=quotation)
    with clock.at(MONDAY + timedelta(days=12)):
        revision = quotations.revise_quotation(quotation, "again").value
        assert promise_holds.hold_for_quotation(revision) is None
        assert free(db, shop.cup.id) == 60
