"""Factories that frePPLe shows its planning with, planned and scheduled here.

What the schedule keeps to is looked up in the file again: days, people, durations, the order of the steps.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import select

from factory_erp.models.database import Database
from factory_erp.models.production import ProductionOperation
from factory_erp.services import clock
from factory_erp.services.material import plan as material_plan
from factory_erp.services.material.shortages import shortages
from factory_erp.services.schedule import search as schedule_search
from tests.scenarios.frepple import Builder, Data
from tests.scenarios.planning_checks import NINGBO, Planned, late_lines, plan_everything, troubles

OPTIMUM = timedelta(hours=930)
"""The jobs of the job shop are the ten by ten of Fisher and Thompson, whose shortest schedule is known."""
FINISHED_GOODS = {"CHAIR", "VARNISHED-CHAIR", "ROUND-TABLE", "SQUARE-TABLE"}


@contextmanager
def planned_factory(db: Database, data: Data, orders: int) -> Iterator[Planned]:
    """The factory of the file, with everything planned, at the file's present."""
    with clock.at(data.now):
        built = Builder(db, data).build()
        assert len(built.orders) == orders
        planned = plan_everything()
        assert planned.report.demands == orders
        assert planned.outcome.operations == len(steps(db))
        assert planned.outcome.warnings == ()
        assert troubles(db) == []
        yield planned
        better = schedule_search.improve_schedule(1.0, seed=1, workers=1).value
        assert better.cost_before is not None
        assert better.cost_after <= better.cost_before
        again = material_plan.run_plan().value
        assert (again.make, again.buy) == (0, 0)
        assert troubles(db) == []


def steps(db: Database) -> list[ProductionOperation]:
    """All steps of production, with their order and machine."""
    with db.session() as session:
        found = list(session.scalars(select(ProductionOperation).order_by(ProductionOperation.id)))
        assert all(one.order.item and one.machine for one in found)
        return found


def span(step: ProductionOperation) -> tuple[datetime, datetime]:
    """When a step begins and ends."""
    assert step.planned_start
    assert step.planned_finish
    return step.planned_start, step.planned_finish


def on_closed_days(db: Database, data: Data) -> list[str]:
    """Steps that begin or end on a day on which the file says that their machine does not work."""
    found = []
    for step in steps(db):
        assert step.machine
        place = {"name": step.machine.name_en, "location": "factory"}
        resource = data.one("resource", step.machine.name_en) or place
        start, finish = span(step)
        for moment in (start, finish - timedelta(minutes=1)):
            day = moment.astimezone(NINGBO).date()
            if not data.holds(resource, day):
                found.append(f"{step.name_en} on {day}")
    return found


def most_people_at_once(db: Database, data: Data) -> dict[str, int]:
    """Group or skill → how many of it work at the busiest moment, by what the file says of the steps."""
    spans: dict[str, list[tuple[datetime, datetime]]] = {}
    for step in steps(db):
        for row in data.of("operationresource", operation=step.name_en):
            for name in {row["resource"], row.get("skill") or row["resource"]}:
                spans.setdefault(name, []).append(span(step))
    return {
        name: max(sum(start <= moment < end for start, end in rows) for moment, _end in rows)
        for name, rows in spans.items()
    }


def test_a_furniture_factory_with_people_machines_and_suppliers(db: Database) -> None:
    data = Data("manufacturing_demo")
    with planned_factory(db, data, orders=16) as planned:
        made = Counter(step.order.item.sku for step in steps(db))
        assert made.keys() == FINISHED_GOODS | {"CHAIR-LEG", "TABLE-LEG", "POLISHED-WOODEN-PANEL"}
        assert planned.report.problems == ()
        assert len(late_lines(db)) > 0, (
            "some are wanted on the next day, and nothing is there to make them of"
        )
        assert {row.sku for row in shortages()} <= {"CUSHION", "SCREWS", "WOODEN-BEAM", "WOODEN-PANEL"} | set(
            made
        )
        assert all(row.why for row in shortages())
    assert on_closed_days(db, data) == []
    busy = most_people_at_once(db, data)
    assert (busy["operators"] <= 3, busy["Sawing skill"] <= 2, busy["Varnish skill"] <= 1) == (
        True,
        True,
        True,
    )
    assert (busy["assembly line"] <= 2, busy["saw"], busy["grinder"]) == (True, 1, 1)


def test_a_job_shop_whose_shortest_schedule_is_known(db: Database) -> None:
    data = Data("jobshop")
    with planned_factory(db, data, orders=10) as planned:
        assert (planned.report.make, planned.report.buy) == (10, 0)
        assert {row.remedy for row in planned.report.problems} == {
            "Enter its bill of materials, or set it to be bought."
        }
    lasts = {
        row["name"]: timedelta(seconds=int(row["duration"]))
        for row in data.of("operation", type="fixed_time")
    }
    machines = {row["operation"]: row["resource"] for row in data.of("operationresource")}
    found = steps(db)
    assert len(found) == 100
    for step in found:
        start, end = span(step)
        assert end - start == lasts[step.name_en]
        assert step.machine
        assert step.machine.name_en == machines[step.name_en]
    ends = max(span(step)[1] for step in found)
    assert data.now + OPTIMUM <= ends < data.now + 2 * OPTIMUM


def test_a_textile_factory_in_two_places(db: Database) -> None:
    data = Data("demo")
    with planned_factory(db, data, orders=14) as planned:
        assert planned.report.problems == ()
        assert Counter(step.order.item.sku for step in steps(db)).keys() == {"PRODUCT", "FABRIC"}
    packed = Counter(step.machine.name_en for step in steps(db) if step.machine)
    assert packed.keys() == {"pack in factory 1", "pack in factory 2", "weave in factory 1"}
