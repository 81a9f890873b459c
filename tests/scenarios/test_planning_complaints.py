"""What planners complain of in other systems does not happen here: the schedule's share."""

from datetime import date, timedelta
from itertools import pairwise

from factory_erp.models.database import Database
from factory_erp.models.engineering import WorkCentre
from factory_erp.models.planning import MachineTimeKind
from factory_erp.models.production import ProductionOrder
from factory_erp.services import clock, planning
from factory_erp.services.board import moves as board
from factory_erp.services.board.late_orders import late_list
from factory_erp.services.production import orders as production
from factory_erp.services.schedule import machine_times
from factory_erp.services.schedule.problem import stored_places
from factory_erp.services.schedule.scheduling import repaired
from tests.conftest import MONDAY
from tests.services.schedule_shop import (
    a_shop,
    broken_rules,
    change,
    floor_and_problem,
    is_open,
    ordered,
    places,
    scheduled,
    step,
    steps,
)


def test_end_dates_do_not_ignore_shifts(db: Database) -> None:
    _shop, made = scheduled(db, 2000, 900, 500)
    for row in steps(db).values():
        assert row.planned_start
        assert row.planned_finish
        assert is_open(row.planned_start)
        assert is_open(row.planned_finish)
    with db.session() as session:
        for order in made:
            finish = session.get_one(ProductionOrder, order).planned_finish
            assert finish == step(db, order, 20).planned_finish, "an order ends with its last step"


def test_replanning_does_something_on_conflicts(db: Database) -> None:
    _shop, made = scheduled(db, 60, 60)
    first, second = (step(db, order, 10) for order in made)
    # both at once on one machine, behind the schedule's back
    change(
        db, second.id, machine_id=first.machine_id, planned_start=first.planned_start,
        setup_finish=first.setup_finish, planned_finish=first.planned_finish,
    )  # fmt: skip
    assert broken_rules(db)
    planning.schedule()
    assert broken_rules(db) == []


def test_capacity_is_a_constraint(db: Database) -> None:
    shop, made = scheduled(db, *(60 for _ in range(12)), ship_by=date(2026, 11, 23))
    assert broken_rules(db) == []
    for machine in (shop.press, shop.second, shop.bench):
        spans = sorted(
            (row.planned_start, row.planned_finish)
            for row in steps(db).values()
            if row.machine_id == machine and row.planned_start and row.planned_finish
        )
        assert all(one[1] <= other[0] for one, other in pairwise(spans))
    assert len(late_list()) > 0, "what does not fit is late, not squeezed in"
    assert made


def test_setup_and_run_are_kept_apart(db: Database) -> None:
    shop = a_shop(db)
    with db.session(write=True) as session:
        session.get_one(WorkCentre, shop.cups.press.centre_id).changeover_minutes = 45
    made = ordered(db, shop, 60, 120)
    for order, family in zip(made, ("red", "blue"), strict=True):
        change(db, step(db, order, 10).id, family=family)
    planning.schedule()
    for order, minutes in zip(made, (60, 120), strict=True):
        row = step(db, order, 10)
        assert row.planned_start
        assert row.setup_finish
        assert row.planned_finish
        assert row.setup_finish - row.planned_start == timedelta(minutes=30), "set-up does not grow with it"
        assert row.planned_finish - row.setup_finish == timedelta(minutes=minutes)
    second = step(db, made[1], 10)
    moved = board.move_operation(
        second.id, step(db, made[0], 10).machine_id or 0, MONDAY + timedelta(hours=1)
    )
    bars = {bar.operation_id: bar for bar in planning.gantt(MONDAY, MONDAY + timedelta(days=9)).bars}
    assert 45 in {bars[place.operation_id].changeover for place in moved.value.moved}


def test_replanning_keeps_orders_and_operations(db: Database) -> None:
    shop, made = scheduled(db, 60, 60)
    before, where = set(steps(db)), places(db)
    assert not planning.schedule().changes, "nothing has changed, nothing is written"
    more = ordered(db, shop, 60, first=9)
    changes = planning.schedule().changes
    assert before < set(steps(db))
    assert changes["production_order"] == set(more)
    after = places(db)
    assert {number: after[number] for number in where} == where, "one more order moves nobody without need"
    assert made


def test_a_broken_machine_moves_only_what_it_must(db: Database) -> None:
    shop, made = scheduled(db, 60, 60, 60, 60)
    before = places(db)
    machine_times.add(shop.second, MachineTimeKind.BREAKDOWN, MONDAY, MONDAY + timedelta(days=2))
    after = places(db)
    stayed = [n for n, (machine, _s, _f) in before.items() if machine == shop.press and after[n] == before[n]]
    assert len(stayed) == 2
    assert broken_rules(db) == []
    assert made


def test_every_late_order_has_a_reason(db: Database) -> None:
    shop, _made = scheduled(db, *(200 for _ in range(8)), ship_by=date(2026, 11, 24))
    machine_times.add(shop.press, MachineTimeKind.BREAKDOWN, MONDAY, MONDAY + timedelta(days=4))
    late = late_list()
    assert len(late) >= 4
    assert all(view.reasons and all(why.text for why in view.reasons) for view in late)
    outcome = planning.schedule().value
    assert all(order.reason for order in outcome.late_orders)
    assert {order.number for order in outcome.late_orders} == {view.number for view in late}


def test_what_is_reported_late_or_overdue_moves_what_follows(db: Database) -> None:
    _shop, made = scheduled(db, 60, 60)
    production.release(made)
    press = step(db, made[0], 10)
    production.start(press.id)
    with clock.at(MONDAY + timedelta(hours=3)):
        # pressing should have been done after 90 minutes, and nothing is reported; the other never began
        planning.schedule()
        running, packing, waiting = step(db, made[0], 10), step(db, made[0], 20), step(db, made[1], 10)
        assert running.planned_finish
        assert packing.planned_start
        assert waiting.planned_start
        assert running.planned_finish > clock.now()
        assert packing.planned_start >= running.planned_finish
        assert waiting.planned_start >= clock.now()
        assert broken_rules(db) == []
        assert not planning.schedule().changes


def test_a_frozen_start_does_not_stir_up_the_rest(db: Database) -> None:
    shop, made = scheduled(db, *(300 for _ in range(10)), ship_by=date(2027, 3, 1))
    before = places(db)
    with db.session() as session:
        floor, problem = floor_and_problem(session)
    assert 0 < len([o for o in problem.operations if o.fixed]) < len(problem.operations)
    solved, changed = repaired(problem, stored_places(floor))
    assert not changed, "what is possible as it stands is left as it stands"
    assert set(solved.assignments) == set(before)
    assert shop
    assert made
