"""What scheduling is told: calendars with what a machine is down, resources, waits, what stays still."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from itertools import pairwise

import pytest
from sqlalchemy import select

from factory_erp.models.database import Database
from factory_erp.models.engineering import Changeover, WorkCentre
from factory_erp.models.partners import Partner
from factory_erp.models.planning import (
    MachineTime,
    MachineTimeKind,
    OperationResource,
    PromiseBlock,
    PromiseHold,
    PurchaseLine,
    Resource,
)
from factory_erp.models.production import ProductionOrder
from factory_erp.planning.calendar import to_minute
from factory_erp.planning.schedule.problem import Fixed
from factory_erp.services import clock, planning
from factory_erp.services.floor.planning_settings import PlanningSettings, save_planning_settings
from factory_erp.services.production import orders as production
from tests.conftest import MONDAY
from tests.services.factory import an_order_for_cups
from tests.services.schedule_shop import (
    a_shop,
    broken_rules,
    change,
    floor_and_problem,
    on_order,
    operation,
    ordered,
    scheduled,
    step,
)

OPENING = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def minute(moment: datetime) -> int:
    return to_minute(moment)


def test_a_machine_is_closed_for_maintenance_and_open_in_overtime(db: Database) -> None:
    shop = a_shop(db)
    spans = [(MachineTimeKind.MAINTENANCE, 2, 4), (MachineTimeKind.OVERTIME, 8, 12)]
    with db.session(write=True) as session:
        for kind, start, end in spans:
            session.add(
                MachineTime(machine_id=shop.press, kind=kind, starts_at=OPENING + start * HOUR,
                            ends_at=OPENING + end * HOUR)
            )  # fmt: skip
    with db.session() as session:
        press, second = (floor_and_problem(session)[1].machine[one] for one in (shop.press, shop.second))
    at = minute(OPENING)
    today = [span for span in press.calendar.intervals if at <= span[0] < at + 1440]
    assert today == [(at, at + 120), (at + 240, at + 720)]
    assert press.overtime == ((at + 540, at + 720),), "only what its shift does not cover costs extra"
    assert (at, at + 540) in second.calendar.intervals
    assert second.overtime == ()


def test_waits_lots_and_rests_come_from_the_steps(db: Database) -> None:
    shop = a_shop(db)
    (made,) = ordered(db, shop, 60)
    press, pack = step(db, made, 10).id, step(db, made, 20).id
    change(db, press, queue_minutes=20, max_wait_minutes=60, transfer_lot=Decimal(15), resumable=False)
    told = operation(db, press)
    assert (told.lag, told.max_lag, told.transfer_ppm, told.resumable) == (20, 60, 250_000, False)
    assert (operation(db, pack).lag, operation(db, pack).max_lag) == (0, None), "nothing follows it"
    change(db, press, max_wait_minutes=5)
    assert operation(db, press).max_lag == 20, "it cannot be less than the wait itself"


def test_a_step_too_long_for_any_shift_may_rest_all_the_same(db: Database) -> None:
    shop = a_shop(db)
    (made,) = ordered(db, shop, 60)
    press = step(db, made, 10).id
    change(db, press, run_minutes=600, resumable=False)
    assert operation(db, press).resumable
    assert planning.schedule().value.operations == 2


def test_a_mould_serves_one_order_at_a_time(db: Database) -> None:
    shop = a_shop(db)
    made = ordered(db, shop, 60, 60, 60)
    with db.session(write=True) as session:
        mould = Resource(code="MOULD-1", name_en="Mould", name_zh="模具")
        session.add(mould)
        session.flush()
        for order in made:
            found = step(db, order, 10).id
            session.add(OperationResource(operation_id=found, resource_id=mould.id))
    planning.schedule()
    rows = [step(db, order, 10) for order in made]
    spans = sorted((r.planned_start, r.planned_finish) for r in rows if r.planned_start and r.planned_finish)
    assert len(spans) == 3
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    assert broken_rules(db) == []


def test_what_begins_soon_and_what_is_locked_stays(db: Database) -> None:
    _shop, made = scheduled(db, 60, 2000)
    soon, late = step(db, made[0], 10), step(db, made[1], 20)
    assert soon.planned_start is not None
    assert late.planned_start is not None
    assert late.planned_finish is not None
    assert late.planned_start > MONDAY + 24 * HOUR
    assert operation(db, soon.id).fixed is not None
    assert operation(db, late.id).fixed is None
    change(db, late.id, locked=True)
    expected = Fixed(late.machine_id or 0, minute(late.planned_start), minute(late.planned_finish))
    assert operation(db, late.id).fixed == expected
    save_planning_settings(PlanningSettings(frozen_hours=0))
    assert operation(db, soon.id).fixed is None


def test_a_place_that_is_impossible_is_not_kept(db: Database) -> None:
    shop, made = scheduled(db, 60)
    press, pack = step(db, made[0], 10), step(db, made[0], 20)
    assert operation(db, press.id).fixed
    assert operation(db, pack.id).fixed
    with db.session(write=True) as session:
        session.add(
            MachineTime(machine_id=press.machine_id or shop.press, kind=MachineTimeKind.BREAKDOWN,
                        starts_at=MONDAY, ends_at=MONDAY + 3 * HOUR)
        )  # fmt: skip
    assert operation(db, press.id).fixed is None
    assert operation(db, pack.id).fixed is None, "what comes before it does not stay either"
    with clock.at(MONDAY + timedelta(days=1)):
        assert operation(db, pack.id).fixed is None, "its time has passed"


def test_a_campaign_pays_its_set_up_once(db: Database) -> None:
    shop = a_shop(db)
    with db.session(write=True) as session:
        centre = session.scalars(select(WorkCentre).filter_by(code="PRESS-CENTRE")).one()
        centre.changeovers.append(Changeover(from_family="", to_family="x", minutes=5))
    made = ordered(db, shop, 60, 60, 60)
    ids = [step(db, order, 10).id for order in made]
    for one in ids[:2]:
        change(db, one, campaign="C1")
    with db.session() as session:
        floor, problem = floor_and_problem(session)
        campaign = floor.families.campaigns[shop.cups.press.centre_id, "C1"]
    first, second, alone = (problem.operation[one] for one in ids)
    assert first.family == second.family == campaign.number != alone.family
    assert [way.setup_minutes for way in first.alternatives] == [0, 0]
    assert [way.setup_minutes for way in alone.alternatives] == [30, 30]
    minutes = problem.centre[shop.cups.press.centre_id].minutes
    assert minutes(alone.family, campaign.number) == 30, "entering it costs the set-up"
    assert minutes(campaign.number, campaign.number) == 0
    assert problem.machine[shop.press].family == 0, "a fresh machine is set up for it too"
    planning.schedule()
    assert broken_rules(db) == []


def test_machine_time_that_a_promise_keeps_is_not_given_away(db: Database) -> None:
    shop = a_shop(db)
    with db.session(write=True) as session:
        block = PromiseBlock(
            machine_id=shop.bench, item_id=shop.cups.cup.id, starts_at=MONDAY, ends_at=MONDAY + 6 * HOUR
        )
        hold = PromiseHold(
            promised_on=date(2026, 12, 1), expires_at=MONDAY + timedelta(days=7), blocks=[block]
        )
        session.add(hold)
    (made,) = ordered(db, shop, 60)
    planning.schedule()
    assert step(db, made, 20).planned_start == MONDAY + 6 * HOUR
    with db.session(write=True) as session:
        session.get_one(PromiseHold, 1).expires_at = MONDAY - HOUR
    with db.session() as session:
        assert floor_and_problem(session)[0].blocks == ()


def test_purchases_are_waited_for_where_they_are_used(db: Database) -> None:
    _shop, order_id = an_order_for_cups(db, 100, lid=100)
    (cup,) = planning.plan_order(order_id).value.production_orders
    on_order(db, "STEEL", date(2026, 11, 24))
    line = on_order(db, "BOX", date(2026, 12, 1))
    planning.schedule()
    press, pack = step(db, cup, 10), step(db, cup, 20)
    assert press.planned_start == datetime(2026, 11, 25, 0, 0, tzinfo=UTC), "the steel came the day before"
    assert pack.planned_start == datetime(2026, 12, 2, 0, 0, tzinfo=UTC), "only packing waits for the boxes"
    with db.session(write=True) as session:
        session.get_one(PurchaseLine, line).expected_on = date(2026, 12, 8)
    planning.schedule()
    assert step(db, cup, 10).planned_start == press.planned_start
    assert step(db, cup, 20).planned_start == datetime(2026, 12, 9, 0, 0, tzinfo=UTC)


def test_parts_that_nobody_has_ordered_are_not_expected_before_they_could_come(db: Database) -> None:
    _shop, order_id = an_order_for_cups(db, 100)
    made = planning.plan_order(order_id).value.production_orders
    planning.schedule()
    later = MONDAY + timedelta(days=30)
    lead = timedelta(days=5)
    with clock.at(later):
        planning.schedule()
        with db.session() as session:
            for order in map(partial(session.get_one, ProductionOrder), made):
                assert order.material_at == later + lead
                assert order.planned_start is not None
                assert order.planned_start >= later + lead
    with clock.at(later + HOUR):
        assert planning.schedule().changes == {}, "ordered today they come on the same day"
        on_order(db, "STEEL", later.date())
        on_order(db, "BOX", later.date())
        planning.schedule()
        assert step(db, made[-1], 10).planned_start == datetime(2026, 12, 24, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(("letter", "factor"), [("A", 3), ("B", 1)])
def test_lateness_weighs_in_money(db: Database, letter: str, factor: int) -> None:
    shop = a_shop(db)
    save_planning_settings(PlanningSettings(late_percent=Decimal(5)))
    (made,) = ordered(db, shop, 4800)  # at 1.00 each: 5 % a day are 240.00, a thousand cents an hour
    with db.session(write=True) as session:
        session.scalars(select(Partner).filter_by(code="ACME")).one().priority_class = letter
    with db.session() as session:
        _floor, problem = floor_and_problem(session)
    assert (problem.order[made].weight, problem.order[made].promised) == (1000 * factor, True)
    assert problem.objective.changeover == 8000
    with db.session(write=True) as session:
        session.get_one(ProductionOrder, made).priority = 2
    with db.session() as session:
        assert floor_and_problem(session)[1].order[made].weight == 2000 * factor


def test_parts_weigh_least(db: Database) -> None:
    _shop, order_id = an_order_for_cups(db, 100)
    planning.plan_order(order_id)
    with db.session() as session:
        _floor, problem = floor_and_problem(session)
    assert sorted((order.weight, order.promised) for order in problem.orders) == [(1, False), (800, True)], (
        "an hour late costs ten of changeover, a hundredth of that as promises count a hundredfold"
    )


def test_a_started_operation_is_forecast_and_fixed(db: Database) -> None:
    _shop, made = scheduled(db, 60)
    production.release(made)
    press = step(db, made[0], 10)
    production.start(press.id)
    with clock.at(MONDAY + HOUR):
        fixed = operation(db, press.id).fixed
    assert fixed == Fixed(press.machine_id or 0, minute(MONDAY), minute(MONDAY) + 90)
