"""What is to be bought for production that several buyers share is bought for each of them."""

from decimal import Decimal

from sqlalchemy import select

from factory_erp.models.catalog import LotRule
from factory_erp.models.database import Database
from factory_erp.models.production import Peg, PegSource, ProductionOrder
from factory_erp.services import planning
from factory_erp.services.material import plan as material_plan
from factory_erp.services.production import orders as production
from factory_erp.services.suggestions import accepting as suggestions
from tests.services.factory import CupFactory, a_cup_factory, an_order
from tests.services.test_suggestions import ids


def shared_cups(db: Database) -> tuple[CupFactory, list[int]]:
    """Cups and lids for two buyers, 30 and 40, each made by one order; and an order made on its own."""
    with db.session(write=True) as session:
        shop = a_cup_factory(session)
        for item in (shop.cup, shop.lid):
            item.lot_rule, item.period_days = LotRule.PERIOD, 30
        orders = [
            an_order(session, {shop.cup: quantity}, number=f"SO-2026-{number:05d}").id
            for number, quantity in enumerate((30, 40), start=1)
        ]
    material_plan.run_plan()
    suggestions.accept(ids("CUP", "LID"))
    with db.session() as session:
        assert list(session.scalars(select(ProductionOrder.sales_order_id))) == [None, None]
    with db.session(write=True) as session:
        other = an_order(session, {shop.cup: 5}, number="SO-2026-00003").id
    planning.plan_order(other)
    return shop, [*orders, other]


def test_materials_of_shared_production_are_told_and_received_for_either_buyer(db: Database) -> None:
    _shop, (one, two, other) = shared_cups(db)
    wanted = {"BOX": Decimal(70), "STEEL": Decimal(21)}
    for order in (one, two):
        said = planning.plan_order(order).value.shortages
        assert {row.sku: row.quantity for row in said} == wanted
    assert {row.sku: row.quantity for row in planning.plan_order(other).value.shortages} == {
        "BOX": Decimal(5), "STEEL": Decimal("1.5"),
    }  # fmt: skip
    received = production.receive_shortages(two).value
    assert {row.sku: row.quantity for row in received} == wanted
    assert planning.plan_order(one).value.shortages == ()
    assert production.receive_shortages(one).value == ()
    with db.session() as session:
        waiting = session.scalars(select(Peg).filter_by(source=PegSource.PURCHASE)).all()
        assert sum(peg.quantity for peg in waiting) == Decimal("6.5")
