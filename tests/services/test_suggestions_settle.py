"""Accepting what somebody wanted when the plan was made: refused when he was stopped or is done since."""

from decimal import Decimal

import pytest
from sqlalchemy import func, select

from factory_erp.domain.errors import Conflict
from factory_erp.models.database import Database
from factory_erp.models.planning import PurchaseOrder, Suggestion
from factory_erp.models.production import Peg, PegSource, ProductionOrder
from factory_erp.models.sales import OrderState, SalesOrder
from factory_erp.services import planning
from factory_erp.services.material import plan as material_plan
from factory_erp.services.sales import orders as sales
from factory_erp.services.suggestions import accepting as suggestions
from tests.services.factory import an_order_for_cups
from tests.services.test_suggestions import ids


def written(db: Database) -> tuple[int, int, int]:
    """How many production orders, purchases and pegs there are."""
    with db.session() as session:
        kinds = (ProductionOrder, PurchaseOrder, Peg)
        one, two, three = (session.scalar(select(func.count()).select_from(kind)) or 0 for kind in kinds)
        return one, two, three


@pytest.mark.parametrize("skus", [(), ("LID",), ("STEEL",)])
def test_nothing_is_made_or_bought_for_an_order_cancelled_since_the_plan(
    db: Database, skus: tuple[str, ...]
) -> None:
    _shop, order = an_order_for_cups(db, 100)
    material_plan.run_plan()
    chosen = ids(*skus)
    sales.cancel(order)
    with pytest.raises(Conflict, match="SO-2026-00001") as refused:
        suggestions.accept(chosen)
    assert refused.value.remedy
    assert written(db) == (0, 0, 0)
    with db.session() as session:
        assert session.get_one(SalesOrder, order).state == OrderState.CANCELLED
        assert session.scalar(select(func.count(Suggestion.id))), "refused, so still there"


def test_nothing_is_accepted_for_an_order_that_was_put_on_hold(db: Database) -> None:
    _shop, order = an_order_for_cups(db, 10, steel=9000, box=9000)
    material_plan.run_plan()
    chosen = ids()
    sales.hold(order)
    with pytest.raises(Conflict, match="SO-2026-00001"):
        suggestions.accept(chosen)
    assert written(db) == (0, 0, 0)
    assert sales.lift_hold(order).value == OrderState.CONFIRMED
    made = suggestions.accept(chosen).value
    assert len(made.production_orders) == 2


def test_nothing_is_bought_for_production_whose_order_was_put_on_hold(db: Database) -> None:
    _shop, order = an_order_for_cups(db, 10)
    planning.plan_order(order)
    material_plan.run_plan()
    chosen = ids("BOX")
    before = written(db)
    sales.hold(order)
    with pytest.raises(Conflict, match="MO-2026"):
        suggestions.accept(chosen)
    assert written(db) == before


def test_planning_a_confirmed_order_that_has_pegs_puts_it_to_work_and_makes_up_the_rest(db: Database) -> None:
    shop, order = an_order_for_cups(db, 10, cup=4, steel=9000, box=9000)
    with db.session(write=True) as session:
        line = session.get_one(SalesOrder, order).lines[0]
        session.add(
            Peg(sales_line_id=line.id, item_id=shop.cup.id, source=PegSource.STOCK, quantity=Decimal(4))
        )
    planning.plan_order(order)
    with db.session() as session:
        assert session.get_one(SalesOrder, order).state == OrderState.IN_PRODUCTION
        cups = session.scalars(select(ProductionOrder).filter_by(item_id=shop.cup.id)).one()
        assert cups.quantity == 6
