"""What bills and routings say is honoured: by-products come in, named machines work, subcontractors wait."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factory_erp.domain.errors import InvalidValue, NotAllowed
from factory_erp.models.database import Database
from factory_erp.models.engineering import Machine
from factory_erp.models.production import ProductionMaterial, ProductionOperation
from factory_erp.models.sales import OrderState, SalesOrder
from factory_erp.planning.schedule.check import violations
from factory_erp.planning.schedule.dispatch import DispatchScheduler
from factory_erp.services import planning
from factory_erp.services.engineering import bills, routings
from factory_erp.services.engineering.bills import AlternateInput, BillInput, BillLineInput
from factory_erp.services.engineering.routings import MachineChoice, RoutingInput, StepInput
from factory_erp.services.floor.reading import read_floor
from factory_erp.services.material.explosion import run_minutes
from factory_erp.services.production import orders as production
from factory_erp.services.production.orders import ReportInput
from factory_erp.services.schedule import scheduling
from factory_erp.services.stock import inventory
from tests.conftest import MONDAY
from tests.services.factory import (
    LONG_AGO,
    CupFactory,
    a_cup_factory,
    a_customer,
    a_machine,
    an_item,
    an_order,
    in_stock,
)

PLENTY = 1000


@pytest.fixture
def shop(db: Database) -> CupFactory:
    """The cup factory with parts for many cups, a slow second press, and a plater in town."""
    with db.session(write=True) as session:
        shop = a_cup_factory(session)
        for item in (shop.lid, shop.steel, shop.box):
            in_stock(session, item, PLENTY)
        a_machine(session, "PRESS-2", "PRESS-CENTRE")
        a_customer(session, "PLATER")
        return shop


def an_order_of(db: Database, shop: CupFactory, cups: int = 10) -> int:
    with db.session(write=True) as session:
        return an_order(session, {shop.cup: cups}).id


def machine(db: Database, code: str) -> int:
    with db.session() as session:
        return session.query(Machine).filter_by(code=code).one().id


def cups_are_made(db: Database, shop: CupFactory) -> None:
    """Pressed four at a time on the slow press only, plated outside for three days, packed."""
    with db.session(write=True) as session:
        plater = a_customer(session, "PLATER").id
    slow = MachineChoice(machine(db, "PRESS-2"), 50, 5)
    press = StepInput(
        10, "Press", "", shop.press.centre_id, 30, Decimal(600), batch_size=Decimal(4),
        transfer_lot=Decimal(4), queue_minutes=10, move_minutes=20,
        quality_point="No dents", machines=(slow,),
    )  # fmt: skip
    plate = StepInput(
        20, "Plate", "", shop.press.centre_id, subcontractor_id=plater, subcontract_days=3,
        queue_minutes=60,
    )  # fmt: skip
    pack = StepInput(30, "Pack", "", shop.bench.centre_id, run_seconds=Decimal(30))
    (routing,) = routings.routing_revisions(shop.cup.id)
    routings.save_routing(RoutingInput(shop.cup.id, "A", LONG_AGO, None, (press, plate, pack), id=routing.id))


def chips_come_out(db: Database, shop: CupFactory, quantity: str = "0.35", **chips: Any) -> int:
    """Cups are made of a lid and a box, and so much of CHIPS comes out of each."""
    with db.session(write=True) as session:
        waste = an_item(session, "CHIPS", buy=True, **chips).id
    lines = (
        BillLineInput(shop.lid.id, Decimal(1), alternates=(AlternateInput(shop.steel.id, Decimal(2)),)),
        BillLineInput(shop.box.id, Decimal(1), operation=20),
        BillLineInput(waste, Decimal(quantity), by_product=True),
    )
    (bill,) = bills.revisions(shop.cup.id)
    bills.save_bill(BillInput(shop.cup.id, "A", Decimal(1), LONG_AGO, None, "", lines, id=bill.id))
    return waste


def steps(db: Database) -> list[ProductionOperation]:
    with db.session() as session:
        return list(session.query(ProductionOperation).order_by(ProductionOperation.sequence))


def say(operation: int, good: int, scrap: int = 0, key: str = "") -> None:
    said = ReportInput(operation, Decimal(good), Decimal(scrap), key or f"{operation}:{good}:{scrap}")
    production.report(said)


def on_hand(db: Database, item_id: int) -> Decimal:
    with db.session() as session:
        assert inventory.prove(session) == []
        assert inventory.available(session, [item_id]) == inventory.on_hand(session, [item_id])
        return inventory.on_hand(session, [item_id])[item_id]


def test_by_products_come_in_with_the_good_pieces(db: Database, shop: CupFactory) -> None:
    chips = chips_come_out(db, shop)
    order_id = an_order_of(db, shop)
    planned = planning.plan_order(order_id).value
    assert planned.shortages == ()
    with db.session() as session:
        rows = session.query(ProductionMaterial).order_by(ProductionMaterial.position).all()
        assert [(row.item_id, row.quantity, row.by_product) for row in rows] == [
            (shop.lid.id, 10, False), (shop.box.id, 10, False), (chips, 3, True),
        ]  # fmt: skip
    assert planning.shortfall(order_id) == ()
    assert not planning.plan_order(order_id).changes, "nothing is missing of what comes out"
    production.release(planned.production_orders)
    press, pack = (step.id for step in steps(db))
    say(press, 9, 1)
    assert on_hand(db, chips) == 0, "not before the cup is finished"
    say(pack, 4)
    say(pack, 4)
    assert on_hand(db, chips) == 1
    say(pack, 2)
    say(pack, 2)
    assert on_hand(db, chips) == 1, "6 of 10 cups: 1.8 pieces"
    say(pack, 3)
    assert on_hand(db, chips) == 2, "9 of 10 cups: 2.7 pieces"


def test_what_is_weighed_comes_in_to_the_gram(db: Database, shop: CupFactory) -> None:
    chips = chips_come_out(db, shop, "0.035", unit="KGM", step="0.001")
    order_id = an_order_of(db, shop)
    production.release(planning.plan_order(order_id).value.production_orders)
    press, pack = (step.id for step in steps(db))
    say(press, 10)
    for good, there in ((3, "0.105"), (1, "0.14"), (6, "0.35")):
        say(pack, good)
        assert on_hand(db, chips) == Decimal(there)


def test_a_bill_with_alternates_still_says_what_is_short(db: Database, shop: CupFactory) -> None:
    chips_come_out(db, shop)
    planned = planning.plan_order(an_order_of(db, shop, PLENTY + 50)).value
    assert [(row.sku, row.quantity) for row in planned.shortages] == [("BOX", 50)]


def test_production_keeps_what_the_routing_said(db: Database, shop: CupFactory) -> None:
    cups_are_made(db, shop)
    planning.plan_order(an_order_of(db, shop))
    press, plate, pack = steps(db)
    assert (press.run_minutes, press.queue_minutes, press.transfer_lot) == (30, 30, 4)
    assert (press.quality_point, plate.subcontract_days, pack.subcontract_days) == ("No dents", 3, 0)
    assert plate.subcontractor_id is not None
    with db.session() as session:
        named = session.get_one(ProductionOperation, press.id).eligible
        assert [(one.speed_percent, one.setup_minutes) for one in named] == [(50, 5)]


def test_the_schedule_uses_named_machines_and_waits_for_the_subcontractor(
    db: Database, shop: CupFactory
) -> None:
    cups_are_made(db, shop)
    order_id = an_order_of(db, shop)
    with db.session(write=True) as session:
        session.get_one(SalesOrder, order_id).state = OrderState.DRAFT
    promised = planning.promise(order_id).ship_date
    with db.session(write=True) as session:
        session.get_one(SalesOrder, order_id).state = OrderState.CONFIRMED
    planning.plan_order(order_id)
    assert planning.schedule().value.operations == 3
    press, plate, pack = steps(db)
    pressed = MONDAY + timedelta(minutes=5 + 60)  # 3 batches of 10 minutes, at half speed
    assert (press.machine_id, press.planned_start, press.planned_finish) == (
        machine(db, "PRESS-2"), MONDAY, pressed,
    )  # fmt: skip
    gone = pressed + timedelta(minutes=30)
    assert (plate.machine_id, plate.planned_start, plate.setup_finish, plate.planned_finish) == (
        None, gone, gone, gone + timedelta(days=3),
    )  # fmt: skip
    assert pack.planned_start == gone + timedelta(days=3, hours=1)
    assert promised == date(2026, 11, 26) == pack.planned_start.date()
    assert not planning.schedule().changes, "an unchanged schedule is not written again"
    with db.session() as session:
        problem = scheduling.build_problem(session, read_floor(session))
    assert violations(problem, DispatchScheduler().solve(problem)) == []


def test_a_subcontracted_step_is_started_and_reported_without_a_machine(
    db: Database, shop: CupFactory
) -> None:
    cups_are_made(db, shop)
    planned = planning.plan_order(an_order_of(db, shop)).value
    production.release(planned.production_orders)
    press, plate, pack = (step.id for step in steps(db))
    say(press, 10)
    production.start(plate)
    planning.schedule()
    started, packing = steps(db)[1:]
    assert (started.machine_id, started.state) == (None, "started")
    assert started.planned_start == MONDAY
    assert started.planned_finish == MONDAY + timedelta(days=3)
    assert packing.planned_start == MONDAY + timedelta(days=3, hours=1)
    say(plate, 10)
    say(pack, 10)
    with db.session() as session:
        assert inventory.prove(session) == []
    (made,) = production.production_rows(planned.production_orders)
    assert made.state == "done"


def test_only_a_named_machine_may_be_started_and_one_must_be_in_use(db: Database, shop: CupFactory) -> None:
    cups_are_made(db, shop)
    planned = planning.plan_order(an_order_of(db, shop)).value
    production.release(planned.production_orders)
    press = steps(db)[0].id
    with pytest.raises(InvalidValue, match="does not let"):
        production.start(press, shop.press.id)
    with db.session(write=True) as session:
        session.get_one(Machine, machine(db, "PRESS-2")).active = False
    with pytest.raises(NotAllowed, match="PRESS-CENTRE"):
        planning.schedule()
    with db.session(write=True) as session:
        session.get_one(Machine, machine(db, "PRESS-2")).active = True
    production.start(press)
    assert steps(db)[0].machine_id == machine(db, "PRESS-2")


def test_the_forecast_of_a_running_step_uses_its_own_speed(db: Database, shop: CupFactory) -> None:
    cups_are_made(db, shop)
    planned = planning.plan_order(an_order_of(db, shop)).value
    production.release(planned.production_orders)
    production.start(steps(db)[0].id)
    planning.schedule()
    assert steps(db)[0].planned_finish == MONDAY + timedelta(minutes=65)


@given(
    seconds=st.integers(0, 5000), quantity=st.integers(1, 500), batch=st.integers(1, 60),
)  # fmt: skip
def test_a_batch_takes_its_time_full_or_not(seconds: int, quantity: int, batch: int) -> None:
    found = run_minutes(Decimal(seconds), Decimal(quantity), Decimal(batch))
    batches = -(-quantity // batch)
    assert found == -(-seconds * batches // 60)
    assert run_minutes(Decimal(seconds), Decimal(quantity)) == -(-seconds * quantity // 60)
