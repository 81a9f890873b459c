"""What the card of a production order is told of machines, subcontractors, quality and by-products."""

from __future__ import annotations

from decimal import Decimal

import pytest

from factory_erp.models.database import Database
from factory_erp.models.engineering import Machine
from factory_erp.services.production import orders as production
from factory_erp.services.production.orders import ProductionDetail, ReportInput
from tests.services.plated_cups import ten_plated_cups


@pytest.fixture
def order(db: Database) -> int:
    """Ten cups that are plated in town, released."""
    return ten_plated_cups(db)


def detail(order: int) -> ProductionDetail:
    return production.production_detail(order)


def test_a_step_offers_the_machines_that_its_routing_names(db: Database, order: int) -> None:
    press, _plate, pack = detail(order).operations
    assert [machine.code for machine in press.machines] == ["P-2", "P-3"]
    assert {machine.code for machine in pack.machines} == {"PRESS", "P-2", "P-3"}

    with db.session(write=True) as session:
        session.query(Machine).filter_by(code="P-2").one().active = False
    assert [machine.code for machine in detail(order).operations[0].machines] == ["P-3"]


def test_every_machine_that_is_offered_can_be_started(order: int) -> None:
    press = detail(order).operations[0]
    production.start(press.id, press.machines[1].id)
    assert detail(order).operations[0].machine_code == "P-3"


def test_a_step_outside_tells_who_does_it_and_how_long(order: int) -> None:
    press, plate, pack = detail(order).operations
    assert (plate.subcontractor, plate.subcontract_days, plate.machines) == ("PLATER Trading", 3, ())
    assert (pack.subcontractor, pack.subcontract_days) == ("", 0)
    assert [step.quality_point for step in (press, plate, pack)] == ["No dents", "", ""]


def test_a_by_product_is_told_apart_with_what_came_in(order: int) -> None:
    lid, chips = detail(order).materials
    assert (lid.sku, lid.by_product) == ("LID", False)
    assert (chips.sku, chips.by_product) == ("CHIPS", True)
    assert (chips.quantity, chips.issued) == (Decimal("0.5"), 0)
    for step in detail(order).operations:
        production.report(ReportInput(step.id, Decimal(10), Decimal(0), f"all:{step.id}"))
    assert detail(order).materials[1].issued == Decimal("0.5")
