"""Rules of the plan on the database: phantoms, alternates in their order, what is firm and released stays."""

from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.models.catalog import Item
from factory_erp.models.database import Database
from factory_erp.models.engineering import Bill, BillAlternate, BillLine
from factory_erp.models.production import Peg, ProductionOrder, ProductionState
from factory_erp.models.sales import OrderState, SalesLine, SalesOrder
from factory_erp.services.material import plan as material_plan
from factory_erp.services.production import orders as production
from factory_erp.services.suggestions import accepting as suggestions
from factory_erp.services.suggestions.accepting import SuggestionFilter, SuggestionView
from tests.services.factory import a_cup_factory, an_item, an_order, in_stock
from tests.services.material_rules import supplies_pegged_twice, uncovered
from tests.services.test_suggestions import by_sku, planned_cups


def line_of(session: Session, parent: Item, part: Item) -> BillLine:
    """The line of *part* in the bill of *parent*."""
    mine = select(BillLine).join(Bill, Bill.id == BillLine.bill_id).where(Bill.item_id == parent.id)
    return session.scalars(mine.where(BillLine.component_id == part.id)).one()


def advised() -> dict[str, SuggestionView]:
    """The advice of a new run, by its kind."""
    material_plan.run_plan()
    return {row.kind: row for row in suggestions.suggestions(SuggestionFilter("advice"))}


def test_a_phantom_is_not_made_but_what_it_consists_of_is_there(db: Database) -> None:
    with db.session(write=True) as session:
        shop = a_cup_factory(session)
        line_of(session, shop.cup, shop.lid).phantom = True
        an_order(session, {shop.cup: 100})
    material_plan.run_plan()
    assert {sku: row.quantity for sku, row in by_sku().items()} == {"CUP": 100, "STEEL": 30, "BOX": 100}
    (cup,) = suggestions.accept([by_sku()["CUP"].id]).value.production_orders
    wanted: dict[str, Decimal] = {}
    for part in production.production_detail(cup).materials:
        wanted[part.sku] = wanted.get(part.sku, Decimal(0)) + part.quantity
    assert wanted == {"STEEL": 30, "BOX": 100}
    material_plan.run_plan()
    assert {sku: row.quantity for sku, row in by_sku().items()} == {"STEEL": 30, "BOX": 100}
    assert uncovered(db) == []


def test_alternates_are_taken_in_their_order_and_only_when_short(db: Database) -> None:
    with db.session(write=True) as session:
        shop = a_cup_factory(session)
        first, second = (an_item(session, sku, buy=True, lead_days=9) for sku in ("BAG", "SLEEVE"))
        line_of(session, shop.cup, shop.box).alternates = [
            BillAlternate(priority=2, component_id=second.id, quantity=Decimal(1)),
            BillAlternate(priority=1, component_id=first.id, quantity=Decimal(2)),
        ]
        for item, quantity in ((shop.lid, 100), (shop.steel, 100), (shop.box, 50), (first, 40), (second, 20)):
            in_stock(session, item, quantity)
        an_order(session, {shop.cup: 45}, number="SO-2026-00001", ship_by=date(2026, 12, 1))
    material_plan.run_plan()
    assert set(by_sku()) == {"CUP"}, "there are boxes enough"
    with db.session(write=True) as session:
        an_order(session, {session.get_one(Item, shop.cup.id): 40}, number="SO-2026-00002")
    material_plan.run_plan()
    both = suggestions.accept([row.id for row in suggestions.suggestions(SuggestionFilter("make"))]).value
    taken: dict[str, Decimal] = {}
    for order_id in both.production_orders:
        for part in production.production_detail(order_id).materials:
            taken[part.sku] = taken.get(part.sku, Decimal(0)) + part.quantity
    # 85 cups: 50 boxes, 20 cups in two bags each, and the rest in sleeves
    assert (taken["BOX"], taken["BAG"], taken["SLEEVE"]) == (50, 40, 15)
    assert supplies_pegged_twice(db) == []


def test_what_is_released_stays_and_serves_before_more_is_made(db: Database) -> None:
    (cup,) = planned_cups(db, 30)
    production.release([cup])
    with db.session(write=True) as session:
        session.scalars(select(SalesOrder)).one().state = OrderState.CANCELLED
        session.scalars(select(ProductionOrder).filter_by(id=cup)).one().sales_order_id = None
        for peg in session.scalars(select(Peg).where(Peg.production_order_id == cup)):
            session.delete(peg)
    assert "cancel" not in {kind for kind, row in advised().items() if row.sku == "CUP"}
    with db.session(write=True) as session:
        item = session.scalars(select(Item).filter_by(sku="CUP")).one()
        an_order(session, {item: 50}, number="SO-2026-00009")
    material_plan.run_plan()
    assert by_sku()["CUP"].quantity == 20
    detail = production.production_detail(cup)
    assert (detail.row.state, detail.row.quantity) == (ProductionState.RELEASED, 30)


def test_planned_production_that_nobody_wants_is_cancelled(db: Database) -> None:
    (cup,) = planned_cups(db, 30)
    with db.session(write=True) as session:
        session.scalars(select(SalesOrder)).one().state = OrderState.CANCELLED
        session.scalars(select(ProductionOrder).filter_by(id=cup)).one().sales_order_id = None
        for peg in session.scalars(select(Peg).where(Peg.production_order_id == cup)):
            session.delete(peg)
    told = advised()["cancel"]
    assert (told.sku, told.quantity) == ("CUP", 30)
    suggestions.accept([told.id])
    assert production.production_detail(cup).row.state == ProductionState.CANCELLED


def test_production_that_comes_too_late_is_hurried(db: Database) -> None:
    (cup,) = planned_cups(db, 10)
    with db.session(write=True) as session:
        for peg in session.scalars(select(Peg).where(Peg.production_order_id == cup)):
            session.delete(peg)
        session.scalars(select(ProductionOrder).filter_by(id=cup)).one().due = date(2027, 1, 20)
        session.scalars(select(SalesLine)).one().promised = date(2026, 12, 18)
    told = advised()["expedite"]
    assert told.sku == "CUP"
    suggestions.accept([told.id])
    assert production.production_detail(cup).row.due == date(2026, 12, 18)
    assert "expedite" not in advised()
