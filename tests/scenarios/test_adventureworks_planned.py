"""The bicycles of AdventureWorks planned and scheduled: from buyers' orders to a place for every step.

Machines stand in the locations that have a work capacity, and each works as many hours a week as that says.
"""

from __future__ import annotations

import random
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from factory_erp.models.catalog import Item
from factory_erp.models.database import Database
from factory_erp.models.production import ProductionOperation
from factory_erp.models.sales import SalesLine, SalesOrder
from factory_erp.services.engineering import calendars, work_centres
from factory_erp.services.engineering.calendars import CalendarInput, ShiftInput
from factory_erp.services.engineering.work_centres import MachineInput
from factory_erp.services.exchange.catalogue_import import import_catalogue
from factory_erp.services.material import plan as material_plan
from factory_erp.services.schedule import search as schedule_search
from tests import adventureworks
from tests.scenarios.planning_checks import late_lines, plan_everything, troubles
from tests.scenarios.test_material_adventureworks import ORDERS, ordered

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

WORKING_DAYS = 6
MIDNIGHT = 24 * 60


def works_as_long_as_the_data_says() -> None:
    """Each machine gets the calendar of its location: its work capacity spread over Monday to Saturday."""
    for centre in work_centres.centres():
        hours = Decimal(adventureworks.by_id("Location", "LocationID")[centre.code[1:]]["Availability"])
        minutes = int(hours * 60) // WORKING_DAYS
        shifts = [ShiftInput(day, MIDNIGHT - minutes, MIDNIGHT) for day in range(WORKING_DAYS)]
        calendar = CalendarInput(f"C{centre.code}", centre.name_en, centre.name_zh, tuple(shifts))
        number = calendars.save_calendar(calendar).value
        for one in centre.machines:
            work_centres.save_machine(
                MachineInput(
                    one.code, one.name_en, one.name_zh, centre.id, number, id=one.id, version=one.version
                )
            )


def ordered_at_list_prices(db: Database) -> None:
    """Orders of forty buyers over two months."""
    prices = {row["ProductNumber"]: Decimal(row["ListPrice"]) for row in adventureworks.table("Product")}
    with db.session(write=True) as session:
        ordered(session, random.Random(7))
        for line in session.scalars(select(SalesLine)):
            line.unit_price = prices[session.get_one(Item, line.item_id).sku]
            line.amount_minor = int(line.unit_price * line.quantity * 100)
        for order in session.scalars(select(SalesOrder)):
            order.product_minor = order.total_minor = sum(line.amount_minor for line in order.lines)


def test_every_order_is_planned_scheduled_and_covered_or_explained(db: Database) -> None:
    import_catalogue(adventureworks.catalogue(to_order=True))
    works_as_long_as_the_data_says()
    ordered_at_list_prices(db)
    planned = plan_everything()
    assert planned.report.demands == ORDERS * 4
    assert planned.report.problems == ()
    assert len(planned.accepted.production_orders) == planned.report.make > 500
    with db.session() as session:
        steps = session.scalar(select(func.count(ProductionOperation.id)))
    assert planned.outcome.operations == steps
    assert planned.outcome.warnings == ()
    assert troubles(db) == []
    assert 0 < len(late_lines(db)) < ORDERS, "some are wanted sooner than their parts can be there"

    better = schedule_search.improve_schedule(2.0, seed=7, workers=1).value
    assert better.cost_before is not None
    assert better.cost_after <= better.cost_before
    assert troubles(db) == []
    again = material_plan.run_plan().value
    assert (again.make, again.buy) == (0, 0)
    assert troubles(db) == []
