"""What goes with a dropped production order: the parts made for it alone."""

from sqlalchemy import select

from factory_erp.models.database import Database
from factory_erp.models.production import Peg, ProductionOrder, ProductionState
from factory_erp.models.sales import SalesLine
from factory_erp.services import planning
from factory_erp.services.sales import orders as sales
from factory_erp.services.scenarios import comparing as scenarios
from factory_erp.services.scenarios.changes import OrderChange
from factory_erp.services.scenarios.comparing import Effort, ScenarioForm
from tests.services.factory import CupFactory, a_cup_factory, a_customer, an_order, in_stock

QUICK = Effort(iterations=100)


def shop_with_parts(db: Database) -> CupFactory:
    with db.session(write=True) as session:
        shop = a_cup_factory(session)
        in_stock(session, shop.steel, 9000)
        in_stock(session, shop.box, 9000)
        return shop


def states(db: Database) -> dict[int, str]:
    """Item → state of its production order."""
    with db.session() as session:
        return {made.item_id: made.state for made in session.scalars(select(ProductionOrder))}


def production_of(db: Database, item: int) -> int:
    with db.session() as session:
        return session.scalars(select(ProductionOrder.id).filter_by(item_id=item)).one()


def dropped(order: int) -> tuple[str, ...]:
    """The sentences of applying a scenario without that production order."""
    number = scenarios.create(ScenarioForm("Without", (OrderChange(order, drop=True),))).value
    scenarios.compute(number, QUICK)
    return scenarios.apply(number).value.left


def test_parts_that_an_order_line_gets_too_stay_and_are_named(db: Database) -> None:
    shop = shop_with_parts(db)
    with db.session(write=True) as session:
        order = an_order(session, {session.merge(shop.cup): 60, session.merge(shop.lid): 40}).id
    planning.plan_order(order)
    planning.schedule()
    lids = production_of(db, shop.lid.id)
    (left,) = dropped(production_of(db, shop.cup.id))
    assert states(db) == {
        shop.cup.id: ProductionState.CANCELLED, shop.lid.id: ProductionState.PLANNED,
    }  # fmt: skip
    with db.session() as session:
        assert session.get_one(ProductionOrder, lids).number in left
        assert "SO-2026-00001" in left
        (peg,) = session.scalars(select(Peg).filter_by(production_order_id=lids))
        assert peg.quantity == 40
        assert session.get_one(SalesLine, peg.sales_line_id).item_id == shop.lid.id


def test_parts_for_the_dropped_order_alone_go_with_it(db: Database) -> None:
    shop = shop_with_parts(db)
    with db.session(write=True) as session:
        order = an_order(session, {session.merge(shop.cup): 60}).id
    planning.plan_order(order)
    planning.schedule()
    assert dropped(production_of(db, shop.cup.id)) == ()
    assert set(states(db).values()) == {ProductionState.CANCELLED}


def test_parts_that_an_order_on_hold_gets_too_stay(db: Database) -> None:
    shop = shop_with_parts(db)
    with db.session(write=True) as session:
        buyer = a_customer(session)
        one, two = (
            an_order(session, {session.merge(shop.cup): 60}, number=f"SO-{n}", customer=buyer).id
            for n in "12"
        )
    planning.plan_order(one)
    planning.plan_order(two)
    with db.session(write=True) as session:
        lids = session.scalars(
            select(ProductionOrder).filter_by(item_id=shop.lid.id).order_by(ProductionOrder.id)
        ).all()
        shared, gone = lids
        for peg in session.scalars(select(Peg).filter_by(production_order_id=gone.id)):
            peg.production_order_id = shared.id
        cups = session.scalar(select(ProductionOrder.id).filter_by(item_id=shop.cup.id, sales_order_id=one))
        assert cups is not None
        number = shared.id
    planning.schedule()
    sales.hold(two)
    (left,) = dropped(cups)
    with db.session() as session:
        assert session.get_one(ProductionOrder, number).state == ProductionState.PLANNED
        other = session.scalar(
            select(ProductionOrder.number).filter_by(item_id=shop.cup.id, sales_order_id=two)
        )
        assert other
        assert other in left
