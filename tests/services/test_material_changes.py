"""Whether the material plan is out of date, whoever changed what, and as the days go by."""

from datetime import timedelta
from decimal import Decimal

from factory_erp.models.database import Database
from factory_erp.services import clock
from factory_erp.services.material import changes as material_changes
from factory_erp.services.material import plan as material_plan
from factory_erp.services.promise import asking as promise
from factory_erp.services.promise import holds as promise_holds
from factory_erp.services.sales import orders as sales
from tests.conftest import MONDAY
from tests.services.factory import an_order_for_cups

DAY = timedelta(days=1)


def test_what_changed_since_the_last_run_makes_it_out_of_date(db: Database) -> None:
    assert not material_changes.out_of_date(), "there is nothing to plan"
    _shop, order = an_order_for_cups(db, 10)
    sales.hold(order)
    assert material_changes.out_of_date(), "it never ran"
    material_plan.run_plan()
    assert not material_changes.out_of_date(), "its own writing does not count"
    sales.lift_hold(order)
    assert material_changes.out_of_date()
    material_plan.run_plan()
    assert not material_changes.out_of_date()


def test_the_plan_of_another_day_is_out_of_date(db: Database) -> None:
    an_order_for_cups(db, 10)
    material_plan.run_plan()
    with clock.at(MONDAY + DAY):
        assert material_changes.out_of_date()
        material_plan.run_plan()
        assert not material_changes.out_of_date()


def test_a_promise_that_has_lapsed_makes_it_out_of_date(db: Database) -> None:
    shop, _order = an_order_for_cups(db, 10)
    promise_holds.hold(promise.promise_item(shop.cup.id, Decimal(10)), expires_at=MONDAY + timedelta(hours=2))
    material_plan.run_plan()
    with clock.at(MONDAY + timedelta(hours=1)):
        assert not material_changes.out_of_date()
    with clock.at(MONDAY + timedelta(hours=3)):
        assert material_changes.out_of_date()
