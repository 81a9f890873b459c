"""When materials of open production are needed: a schedule that waits for them does not put that off."""

from datetime import date

from sqlalchemy import select

from factory_erp.models.database import Database
from factory_erp.models.planning import PurchaseLine
from factory_erp.models.production import ProductionOrder
from factory_erp.services import clock, planning
from factory_erp.services.material import plan as material_plan
from factory_erp.services.suggestions import accepting as suggestions
from tests.services.factory import a_cup_factory, an_order, in_stock
from tests.services.test_suggestions import by_sku

SHIPS = date(2026, 12, 4)


def test_what_production_waits_for_is_needed_so_that_it_is_in_time(db: Database) -> None:
    with db.session(write=True) as session:
        shop = a_cup_factory(session)
        shop.box.lead_days = 18
        in_stock(session, shop.steel, 100)
        in_stock(session, shop.lid, 100)
        order = an_order(session, {shop.cup: 100}, ship_by=SHIPS).id
    planning.plan_order(order)
    planning.schedule()
    with db.session() as session:
        begins = session.scalars(select(ProductionOrder.planned_start)).one()
        assert begins is not None
        assert clock.day_of(begins) > SHIPS, "it waits for boxes that nobody has ordered"
    material_plan.run_plan()
    box = by_sku()["BOX"]
    assert clock.day_of(box.due) <= SHIPS
    assert box.late_days > 0
    suggestions.accept([box.id])
    with db.session() as session:
        bought = session.scalars(select(PurchaseLine)).one()
        assert bought.needed_on <= SHIPS < bought.expected_on
