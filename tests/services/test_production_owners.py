"""For whom production is made: merged orders serve both buyers, and lost pieces are nobody's."""

from decimal import Decimal

from sqlalchemy import or_, select

from factory_erp.models.catalog import Item
from factory_erp.models.database import Database
from factory_erp.models.inventory import MoveCause
from factory_erp.models.planning import PlanPeg, Suggestion
from factory_erp.models.production import Peg, ProductionMaterial, ProductionOrder, ProductionState
from factory_erp.models.sales import OrderState, SalesLine, SalesOrder
from factory_erp.services.material import plan as material_plan
from factory_erp.services.production import orders as production
from factory_erp.services.production.owners import close_production
from factory_erp.services.stock import inventory, reservations
from factory_erp.services.suggestions import accepting as suggestions
from factory_erp.services.suggestions.accepting import SuggestionFilter
from tests.services.factory import CupFactory, a_cup_factory, an_order, in_stock
from tests.services.material_rules import supplies_pegged_twice


def merged_cups(db: Database) -> tuple[CupFactory, int, int]:
    """Cups for two buyers, 30 and 40, parts in stock, made by one order; its id and that of the other."""
    with db.session(write=True) as session:
        shop = a_cup_factory(session)
        for item in (shop.lid, shop.steel, shop.box):
            in_stock(session, item, 200)
        for number, quantity in enumerate((30, 40), start=1):
            an_order(session, {shop.cup: quantity}, number=f"SO-2026-{number:05d}")
    material_plan.run_plan()
    head, other = suggestions.accept([row.id for row in suggestions.suggestions()]).value.production_orders
    material_plan.run_plan()
    (told,) = suggestions.suggestions(SuggestionFilter("advice"))
    suggestions.accept([told.id])
    return shop, head, other


def made(order_id: int, good: int, scrap: int = 0, key: str = "r") -> None:
    """The floor reports of all operations of the order; what is lost is lost at the last."""
    steps = production.production_detail(order_id).operations
    for number, step in enumerate(steps):
        last = step is steps[-1]
        whole, lost = (good, scrap) if last else (good + scrap, 0)
        production.report(
            production.ReportInput(step.id, Decimal(whole), Decimal(lost), f"{key}-{number}")
        )  # fmt: skip


def states(db: Database) -> list[str]:
    """The states of the sales orders."""
    with db.session() as session:
        return list(session.scalars(select(SalesOrder.state).order_by(SalesOrder.id)))


def test_of_a_merged_order_nothing_points_to_the_one_that_is_gone(db: Database) -> None:
    shop, head, other = merged_cups(db)
    with db.session() as session:
        parts = select(ProductionMaterial.id).where(ProductionMaterial.order_id == other)
        for kind in (Peg, PlanPeg):
            lost = or_(kind.production_order_id == other, kind.material_id.in_(parts))
            assert list(session.scalars(select(kind.id).where(lost))) == []
        assert list(session.scalars(select(Suggestion.id).filter_by(production_order_id=other))) == []
        kept = reservations.reserved(session, [shop.lid.id])
        part = session.scalars(select(ProductionMaterial).filter_by(order_id=head, item_id=shop.lid.id)).one()
        assert kept == {(shop.lid.id, reservations.MATERIAL, part.id): 70}
    assert {(peg.number, peg.quantity) for peg in production.production_detail(head).serves} == {
        ("SO-2026-00001", 30), ("SO-2026-00002", 40),
    }  # fmt: skip
    report = material_plan.run_plan().value
    assert (report.make, report.buy, report.advice) == (0, 0, 0)
    assert supplies_pegged_twice(db) == []


def test_each_buyer_of_a_merged_order_is_ready_when_his_pieces_are(db: Database) -> None:
    _shop, head, _other = merged_cups(db)
    production.release([head])
    made(head, 20, key="first")
    assert states(db) == [OrderState.IN_PRODUCTION, OrderState.IN_PRODUCTION]
    made(head, 15, key="second")
    assert states(db) == [OrderState.READY, OrderState.IN_PRODUCTION]
    made(head, 35, key="third")
    assert states(db) == [OrderState.READY, OrderState.READY]


def test_what_one_buyer_has_taken_is_not_kept_for_the_other(db: Database) -> None:
    shop, head, _other = merged_cups(db)
    production.release([head])
    made(head, 35, key="first")
    with db.session(write=True) as session:
        line = session.scalars(select(SalesLine).order_by(SalesLine.id)).first()
        assert line is not None
        inventory.move(
            session, item_id=shop.cup.id, quantity=Decimal(30), source=inventory.WAREHOUSE,
            destination=inventory.CUSTOMER, cause=MoveCause.DELIVERY, reference="SH", client_key="ship",
        )  # fmt: skip
        line.shipped = Decimal(30)
        session.get_one(SalesOrder, line.order_id).state = OrderState.SHIPPED
    with db.session() as session:
        assert list(reservations.reserved(session, [shop.cup.id]).values()) == [5]
        assert inventory.available(session, [shop.cup.id]) == {shop.cup.id: 0}
    made(head, 30, key="second")
    assert states(db) == [OrderState.SHIPPED, OrderState.IN_PRODUCTION]
    made(head, 5, key="third")
    assert states(db) == [OrderState.SHIPPED, OrderState.READY]


def test_production_for_two_is_closed_with_the_second(db: Database) -> None:
    _shop, head, _other = merged_cups(db)
    production.release([head])
    made(head, 70)
    for state in (ProductionState.DONE, ProductionState.CLOSED):
        with db.session(write=True) as session:
            order = session.scalars(
                select(SalesOrder).filter_by(state=OrderState.READY).order_by(SalesOrder.id)
            ).first()
            assert order is not None
            order.state = OrderState.SHIPPED
            session.flush()
            close_production(session, order.id)
            assert session.get_one(ProductionOrder, head).state == state


def test_nobody_counts_on_pieces_that_were_lost(db: Database) -> None:
    shop, head, _other = merged_cups(db)
    production.release([head])
    made(head, 32, 3)
    assert [(peg.number, peg.quantity) for peg in production.production_detail(head).serves] == [
        ("SO-2026-00001", 30), ("SO-2026-00002", 37),
    ]  # fmt: skip
    assert supplies_pegged_twice(db) == []
    material_plan.run_plan()
    (more,) = suggestions.suggestions(SuggestionFilter("make"))
    assert (more.sku, more.quantity) == ("CUP", 3)
    suggestions.accept([more.id])
    with db.session() as session:
        cup = session.get_one(Item, shop.cup.id)
        pegged = session.scalars(select(Peg.quantity).where(Peg.item_id == cup.id))
        assert sum(pegged) == 70
