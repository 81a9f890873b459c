"""From a confirmed order to production orders, purchases, a schedule and a promise."""

import inspect
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from factory_erp.domain.errors import NotAllowed
from factory_erp.models.database import Database
from factory_erp.models.engineering import CalendarException, Changeover
from factory_erp.models.production import (
    OperationState,
    Peg,
    PegSource,
    ProductionOperation,
    ProductionOrder,
)
from factory_erp.models.sales import OrderState, SalesOrder
from factory_erp.planning.material.explode import BillCycle
from factory_erp.planning.schedule.check import violations
from factory_erp.planning.schedule.dispatch import DispatchScheduler
from factory_erp.planning.schedule.measure import measure
from factory_erp.planning.schedule.problem import Problem
from factory_erp.planning.schedule.result import Assignment, Schedule
from factory_erp.services import base, clock, planning, search
from factory_erp.services.floor.reading import HALL, lock_schedule, read_floor
from factory_erp.services.production import orders as production
from factory_erp.services.sales import orders as sales
from factory_erp.services.schedule import scheduling
from tests.conftest import MONDAY
from tests.services.factory import (
    Step,
    a_bill,
    a_cup_factory,
    a_machine,
    a_routing,
    an_item,
    an_order,
    an_order_for_cups,
    in_stock,
)


def made(db: Database) -> dict[str, ProductionOrder]:
    """Production orders by SKU."""
    with db.session() as session:
        orders = session.scalars(select(ProductionOrder)).all()
        return {order.item.sku: order for order in orders}


def test_a_plan_nets_stock_through_all_levels(db: Database) -> None:
    _shop, order_id = an_order_for_cups(db, 100, cup=20, lid=30, steel=5)
    outcome = planning.plan_order(order_id).value
    orders = made(db)
    assert {sku: order.quantity for sku, order in orders.items()} == {"CUP": 80, "LID": 50}
    assert outcome.production_orders == (orders["CUP"].id, orders["LID"].id)
    wanted = {row.sku: (row.quantity, row.needed_on) for row in outcome.shortages}
    # 80 cups need 20 kg and 50 lids 2.5 kg; 5 kg are there
    assert wanted["STEEL"][0] == Decimal("17.5")
    assert wanted["BOX"] == (80, date(2026, 12, 17))
    with db.session() as session:
        assert session.get_one(SalesOrder, order_id).state == OrderState.IN_PRODUCTION
        pegged = {
            row[0]: row[1] for row in session.execute(select(Peg.source, func.count()).group_by(Peg.source))
        }
    assert pegged[PegSource.PRODUCTION] == 2
    assert pegged[PegSource.STOCK] >= 3


def test_bill_and_routing_are_copied_into_the_production_order(db: Database) -> None:
    _shop, order_id = an_order_for_cups(db, 100)
    planning.plan_order(order_id)
    detail = production.production_detail(made(db)["CUP"].id)
    assert [(step.sequence, step.setup_minutes, step.run_minutes) for step in detail.operations] == [
        (10, 30, 100), (20, 0, 50),
    ]  # fmt: skip
    materials = {part.sku: (part.quantity, part.operation) for part in detail.materials}
    assert materials == {"LID": (100, None), "STEEL": (25, None), "BOX": (100, 20)}
    assert [(peg.number, peg.quantity) for peg in detail.serves] == [("SO-2026-00001", 100)]
    assert {peg.sku: peg.source for peg in detail.supplied_by} == {
        "LID": "production", "STEEL": "purchase", "BOX": "purchase",
    }  # fmt: skip
    assert detail.material_at == MONDAY + timedelta(days=5)
    assert detail.row.due == date(2026, 12, 18)
    assert made(db)["LID"].due == date(2026, 12, 17)


def test_planning_again_changes_nothing(db: Database) -> None:
    _shop, order_id = an_order_for_cups(db)
    first = planning.plan_order(order_id)
    again = planning.plan_order(order_id)
    assert again.value == first.value
    assert not again.changes
    assert first.changes["production_order"] == frozenset(first.value.production_orders)


def test_an_order_that_is_all_in_stock_is_ready(db: Database) -> None:
    _shop, order_id = an_order_for_cups(db, 10, cup=10)
    outcome = planning.plan_order(order_id).value
    assert outcome == planning.PlanOutcome((), ())
    with db.session() as session:
        assert session.get_one(SalesOrder, order_id).state == OrderState.READY


def test_stock_is_not_promised_twice(db: Database) -> None:
    shop, order_id = an_order_for_cups(db, 60, cup=100)
    planning.plan_order(order_id)
    with db.session(write=True) as session:
        second = an_order(session, {shop.cup: 60}, number="SO-2026-00002").id
    planning.plan_order(second)
    assert made(db)["CUP"].quantity == 20


def test_a_draft_is_not_planned(db: Database) -> None:
    with db.session(write=True) as session:
        draft = an_order(session, {a_cup_factory(session).cup: 1}, state=OrderState.DRAFT).id
    with pytest.raises(NotAllowed, match="not confirmed") as refused:
        planning.plan_order(draft)
    assert refused.value.record == "SO-2026-00001"
    assert refused.value.remedy


def test_a_cycle_is_refused_with_its_path_and_nothing_is_changed(db: Database) -> None:
    with db.session(write=True) as session:
        shop = a_cup_factory(session)
        a_bill(session, shop.steel, {shop.cup: 1})
        order_id = an_order(session, {shop.cup: 5}).id
    with pytest.raises(BillCycle) as refused:
        planning.plan_order(order_id)
    path = refused.value.message
    assert "CUP → LID → STEEL → CUP" in path or "CUP → STEEL → CUP" in path
    assert refused.value.remedy
    assert made(db) == {}
    with db.session() as session:
        assert session.get_one(SalesOrder, order_id).state == OrderState.CONFIRMED


def test_an_item_without_a_routing_is_refused_by_name(db: Database) -> None:
    with db.session(write=True) as session:
        order_id = an_order(session, {an_item(session, "VASE"): 5}).id
    with pytest.raises(NotAllowed, match="VASE"):
        planning.plan_order(order_id)
    assert made(db) == {}


def test_a_production_order_is_found_by_number_and_item(db: Database) -> None:
    _shop, order_id = an_order_for_cups(db)
    planning.plan_order(order_id)
    cup = made(db)["CUP"]
    assert search.find(cup.number)[0].link == f"erp://production/{cup.id}"
    assert cup.id in {hit.record_id for hit in search.find("Steel cup")}


def placed(db: Database) -> dict[str, tuple[datetime, datetime]]:
    """Start and finish of the operations: "CUP 10" → …"""
    with db.session() as session:
        rows = session.execute(
            select(ProductionOperation, ProductionOrder).join(ProductionOrder, ProductionOperation.order)
        ).all()
        assert all(step.planned_start and step.planned_finish for step, _order in rows)
        return {
            f"{order.item.sku} {step.sequence}": (step.planned_start, step.planned_finish)
            for step, order in rows
        }


def stored(db: Database) -> list[str]:
    """Rules that the schedule in the database breaks, by the independent checker."""
    with db.session() as session:
        floor = read_floor(session)
        problem = scheduling.build_problem(session, floor)
        rows = {
            step.id: Assignment(step.machine_id or 0, _minute(step.planned_start), _minute(step.setup_finish),
                                _minute(step.planned_finish))
            for steps in floor.operations.values() for step in steps if step.state != OperationState.DONE
        }  # fmt: skip
        waits = [step for step in problem.operations if step.centre == HALL]
        for wait in waits:
            end = rows[-wait.id].end
            rows[wait.id] = Assignment(HALL, end, end, end + wait.alternatives[0].run_minutes)
        schedule: Schedule = measure(problem, rows)
        return violations(problem, schedule)


def _minute(moment: datetime | None) -> int:
    assert moment is not None
    return int(moment.timestamp()) // 60


def test_the_schedule_keeps_material_precedence_and_working_hours(db: Database) -> None:
    _shop, order_id = an_order_for_cups(db, 500, lid=100)
    planning.plan_order(order_id)
    outcome = planning.schedule().value
    assert outcome.operations == 3
    assert outcome.late_orders == ()
    times = placed(db)
    steel_is_there = MONDAY + timedelta(days=5)
    assert times["LID 10"][0] >= steel_is_there
    assert times["CUP 10"][0] >= times["LID 10"][1]
    assert times["CUP 20"][0] >= times["CUP 10"][1]
    # 8:00 to 17:00 in Ningbo is 0:00 to 9:00 UTC
    assert all(0 <= moment.hour <= 9 and moment.weekday() < 5 for span in times.values() for moment in span)
    assert stored(db) == []


def test_many_orders_with_changeovers_waits_and_a_holiday_make_a_valid_schedule(db: Database) -> None:
    with db.session(write=True) as session:
        shop = a_cup_factory(session)
        second = a_machine(session, "PRESS-2", "PRESS-CENTRE", speed_percent=150)
        mug = an_item(session, "MUG")
        a_bill(session, mug, {shop.lid: 2})
        a_routing(
            session,
            mug,
            Step(shop.press, 45, family="mug", queue_minutes=90),
            Step(shop.bench, 20, family="b"),
        )
        second.centre.changeover_minutes = 20
        second.centre.changeovers.append(Changeover(from_family="mug", to_family="cup", minutes=45))
        holiday = CalendarException(
            calendar_id=shop.press.calendar_id, day=date(2026, 11, 30), reason="Holiday"
        )
        session.add(holiday)
        in_stock(session, shop.steel, 1000)
        ids = [
            an_order(session, {mug: 40 + n, shop.cup: 30 + n}, number=f"SO-2026-{n:05}").id
            for n in range(1, 9)
        ]
    for order_id in ids:
        planning.plan_order(order_id)
    assert planning.schedule().value.operations == 8 * 5
    assert stored(db) == []
    again = planning.schedule()
    assert not again.changes, "an unchanged schedule is not written again"


def test_a_late_order_says_why(db: Database) -> None:
    with db.session(write=True) as session:
        shop = a_cup_factory(session)
        in_stock(session, shop.box, 10)
        order_id = an_order(session, {shop.cup: 10}, ship_by=date(2026, 11, 26)).id
    planning.plan_order(order_id)
    late = {row.number: row for row in planning.schedule().value.late_orders}
    lid = made(db)["LID"]
    assert late[lid.number].finish > datetime(2026, 11, 28, tzinfo=UTC)
    assert "2026-11-28" in late[lid.number].reason
    assert all(row.reason for row in late.values())
    assert all(row.late for row in production.production_rows(production.production_ids("late")))


def test_a_started_operation_stays_and_the_rest_moves_around_it(db: Database) -> None:
    shop, order_id = an_order_for_cups(db, 60, lid=60, steel=100, box=60)
    planning.plan_order(order_id)
    planning.schedule()
    before = placed(db)
    cup = made(db)["CUP"]
    production.release([cup.id])
    first = production.production_detail(cup.id).operations[0].id
    production.start(first)
    with db.session(write=True) as session:
        rush = an_order(session, {shop.lid: 200}, number="SO-2026-00009", ship_by=date(2026, 11, 24)).id
    planning.plan_order(rush)
    with clock.at(MONDAY + timedelta(minutes=45)):
        planning.schedule()
        assert stored(db) == []
    after = placed(db)
    assert after["CUP 10"][0] == MONDAY
    assert before["CUP 10"][0] == MONDAY
    assert after["CUP 10"][1] == before["CUP 10"][1]
    assert after["LID 10"][0] >= after["CUP 10"][1]


def test_scheduling_one_order_leaves_the_others_where_they_are(db: Database) -> None:
    shop, order_id = an_order_for_cups(db, 60, lid=160, steel=100, box=160)
    planning.plan_order(order_id)
    planning.schedule()
    first = made(db)["CUP"]
    times = placed(db)
    with db.session(write=True) as session:
        rush = an_order(session, {shop.cup: 30}, number="SO-2026-00002", ship_by=date(2026, 11, 24)).id
    (rush_order,) = planning.plan_order(rush).value.production_orders
    changes = planning.schedule([rush_order]).changes
    assert changes["production_order"] == {rush_order}
    with db.session() as session:
        kept = session.get_one(ProductionOrder, first.id)
        assert (kept.planned_start, kept.planned_finish) == (times["CUP 10"][0], times["CUP 20"][1])


def test_the_gantt_shows_machines_hours_and_bars(db: Database) -> None:
    _shop, order_id = an_order_for_cups(db, 60, lid=60, steel=100, box=60)
    planning.plan_order(order_id)
    planning.schedule()
    view = planning.gantt(MONDAY - timedelta(hours=1), MONDAY + timedelta(days=1))
    assert [lane.code for lane in view.lanes] == ["BENCH", "PRESS"]
    opening = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
    assert view.lanes[0].open[0] == (opening, opening + timedelta(hours=9))
    press, bench = sorted(view.bars, key=lambda bar: bar.start)
    assert (press.name_en, press.item_name_zh, press.sales_number) == ("Step 1", "钢杯", "SO-2026-00001")
    assert press.setup_finish - press.start == timedelta(minutes=30)
    assert bench.start >= press.finish
    assert not press.late
    assert planning.gantt(MONDAY + timedelta(days=3), MONDAY + timedelta(days=4)).bars == ()


def test_a_promise_waits_for_material_and_machines(db: Database) -> None:
    with db.session(write=True) as session:
        shop = a_cup_factory(session)
        draft = an_order(session, {shop.cup: 100}, state=OrderState.DRAFT).id
    view = planning.promise(draft)
    assert view.ship_date >= date(2026, 11, 28)
    assert view.ship_date == date(2026, 11, 30), "the steel is there on Saturday, work goes on on Monday"
    assert any("STEEL" in reason for reason in view.reasons)
    assert made(db) == {}


def test_a_promise_is_later_when_the_machines_are_taken(db: Database) -> None:
    shop, order_id = an_order_for_cups(db, 1500, lid=3000, steel=5000, box=3000)
    with db.session(write=True) as session:
        draft = an_order(session, {shop.cup: 100}, number="SO-2026-00002", state=OrderState.DRAFT).id
    assert planning.promise(draft).ship_date == date(2026, 11, 23)
    planning.plan_order(order_id)
    planning.schedule()
    assert planning.promise(draft).ship_date > date(2026, 11, 24)


def test_an_order_without_any_date_is_planned_for_its_promise(db: Database) -> None:
    with db.session(write=True) as session:
        shop = a_cup_factory(session)
        order_id = an_order(session, {shop.cup: 100}, ship_by=None).id
    planning.plan_order(order_id)
    assert made(db)["CUP"].due == date(2026, 11, 30)


class MeanwhileStarted:
    """A scheduler during whose work somebody else changes an operation in the same transaction's sight."""

    def __init__(self, session: Session, operation: int) -> None:
        self.session, self.operation = session, operation

    def solve(self, problem: Problem, *told: Any) -> Schedule:
        """The real schedule, after the operation was begun behind our back."""
        row = update(ProductionOperation).where(ProductionOperation.id == self.operation)
        self.session.connection().execute(row.values(state=OperationState.STARTED, started_at=MONDAY))
        return DispatchScheduler().solve(problem, *told)


def test_only_operations_that_are_still_as_read_are_written(db: Database) -> None:
    _shop, order_id = an_order_for_cups(db, 60, lid=60, steel=100, box=60)
    planning.plan_order(order_id)
    press, pack = production.production_detail(made(db)["CUP"].id).operations
    with db.session(write=True) as session:
        solve = inspect.unwrap(planning.schedule)
        solve(session, scheduler=MeanwhileStarted(session, press.id))
    press, pack = production.production_detail(made(db)["CUP"].id).operations
    assert (press.state, press.planned_start) == ("started", None)
    assert pack.planned_start is not None


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_the_floor_waits_for_a_schedule_that_is_being_solved(db: Database) -> None:
    _shop, order_id = an_order_for_cups(db, 60, lid=60, steel=100, box=60)
    planning.plan_order(order_id)
    cup = made(db)["CUP"].id
    production.release([cup])
    press = production.production_detail(cup).operations[0].id
    solved: list[datetime] = []

    def work() -> None:
        with base.bound(db), clock.at(MONDAY):
            production.start(press)
        solved.append(datetime.now(UTC))

    with db.session(write=True) as session:
        lock_schedule(session, alone=True)
        other = Thread(target=work)
        other.start()
        other.join(0.5)
        assert solved == [], "it waits"
    other.join(10)
    assert len(solved) == 1
    with db.session(write=True) as one, db.session(write=True) as two:
        lock_schedule(one, alone=False)
        lock_schedule(two, alone=False)


def test_a_held_order_is_left_out_of_the_schedule(db: Database) -> None:
    shop, order_id = an_order_for_cups(db, 10, lid=20, steel=100, box=100)
    with db.session(write=True) as session:
        second = an_order(session, {shop.cup: 10}, number="SO-2026-00002").id
    planning.plan_order(order_id)
    planning.plan_order(second)
    sales.hold(order_id)
    assert planning.schedule().value.operations == 2
    sales.lift_hold(order_id)
    assert planning.schedule().value.operations == 4


def test_midnight_belongs_to_the_day_before() -> None:
    midnight = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
    assert clock.day_of(midnight) == date(2026, 11, 23)
    assert clock.day_of(midnight + timedelta(minutes=1)) == date(2026, 11, 24)
    assert clock.day_of(midnight, "UTC") == date(2026, 11, 23)
