"""A machine that breaks down, is maintained, or works overtime: the schedule follows at once."""

from datetime import UTC, datetime, timedelta

import pytest

from factory_erp.domain.errors import Conflict, InvalidValue, NotAllowed
from factory_erp.models.database import Database
from factory_erp.models.engineering import Machine
from factory_erp.models.planning import MachineTimeKind
from factory_erp.models.production import ProductionOperation
from factory_erp.services import planning
from factory_erp.services.board import moves as board
from factory_erp.services.production import orders as production
from factory_erp.services.schedule import machine_times
from factory_erp.services.schedule.machine_times import MachineTimeInput
from tests.conftest import MONDAY
from tests.services.schedule_shop import broken_rules, number, places, scheduled, step

HOUR = timedelta(hours=1)
BREAKDOWN, OVERTIME = MachineTimeKind.BREAKDOWN, MachineTimeKind.OVERTIME
MAINTENANCE = MachineTimeKind.MAINTENANCE


def test_after_a_breakdown_the_work_is_on_other_machines(db: Database) -> None:
    shop, made = scheduled(db, 60, 60, 60)
    outcome = machine_times.add(shop.press, BREAKDOWN, MONDAY, MONDAY + timedelta(days=3), "Motor")
    assert outcome.schedule is not None
    assert outcome.schedule.moved
    assert {step(db, order, 10).machine_id for order in made} == {shop.second}
    assert broken_rules(db) == []
    (view,) = machine_times.machine_times(MONDAY, MONDAY + HOUR)
    assert (view.machine, view.kind, view.reason) == ("PRESS", "breakdown", "Motor")


def test_what_runs_goes_to_a_free_machine(db: Database) -> None:
    shop, made = scheduled(db, 60, 60)
    production.release(made)
    first = next(order for order in made if step(db, order, 10).machine_id == shop.press)
    production.start(step(db, first, 10).id)
    machine_times.add(shop.press, BREAKDOWN, MONDAY, MONDAY + timedelta(days=3))
    running = step(db, first, 10)
    assert (running.machine_id, running.state) == (shop.second, "started")
    assert broken_rules(db) == []


def test_what_runs_waits_for_the_repair_where_no_machine_is_free(db: Database) -> None:
    shop, made = scheduled(db, 60, 60)
    production.release(made)
    for order, machine in zip(made, (shop.press, shop.second), strict=True):
        production.start(step(db, order, 10).id, machine)
    end = MONDAY + 4 * HOUR
    machine_times.add(shop.press, BREAKDOWN, MONDAY, end)
    running = step(db, made[0], 10)
    assert (running.machine_id, running.planned_finish) == (shop.press, end + timedelta(minutes=90))


def test_it_is_said_which_locked_operation_could_not_stay(db: Database) -> None:
    shop, made = scheduled(db, 60, 60)
    press = step(db, made[0], 10)
    board.lock_operations([press.id])
    outcome = machine_times.add(press.machine_id or 0, MAINTENANCE, MONDAY, MONDAY + timedelta(days=3))
    assert outcome.schedule is not None
    now = step(db, made[0], 10)
    assert (now.machine_id, now.locked) == (({shop.press, shop.second} - {press.machine_id}).pop(), True)
    (said,) = outcome.schedule.warnings
    assert said == (
        f"{number(db, made[0])} could not stay where it was locked: {where(db, press)} → {where(db, now)}."
    )
    assert planning.schedule().value.warnings == (), "it stays where it is now"


def where(db: Database, operation: ProductionOperation) -> str:
    """Machine and local time of an operation, in Ningbo."""
    assert operation.planned_start is not None
    with db.session() as session:
        code = session.get_one(Machine, operation.machine_id).code
    return f"{code} {operation.planned_start + 8 * HOUR:%Y-%m-%d %H:%M}"


def test_the_same_again_changes_nothing_and_a_change_is_followed(db: Database) -> None:
    shop, _made = scheduled(db, 60)
    said = MachineTimeInput(shop.press, BREAKDOWN, MONDAY, MONDAY + HOUR)
    (row,) = machine_times.save([said]).value.ids
    again = machine_times.save([said])
    assert (again.value.ids, again.value.schedule, again.changes) == ((row,), None, {})
    longer = MachineTimeInput(shop.press, BREAKDOWN, MONDAY, MONDAY + 2 * HOUR, id=row, version=1)
    assert machine_times.save([longer]).value.schedule is not None
    with pytest.raises(Conflict):
        machine_times.save(
            [MachineTimeInput(shop.press, BREAKDOWN, MONDAY, MONDAY + 9 * HOUR, id=row, version=1)]
        )


def test_overtime_is_worked_and_taken_away_again(db: Database) -> None:
    shop, made = scheduled(db, 600)  # 630 minutes of pressing: more than a day
    evening = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    before = places(db)
    (row,) = machine_times.add(
        step(db, made[0], 10).machine_id or shop.press, OVERTIME, evening, evening + 3 * HOUR
    ).ids
    assert step(db, made[0], 10).planned_finish == MONDAY + timedelta(minutes=630)
    machine_times.remove([row])
    assert places(db) == before
    assert machine_times.remove([row]).value is None, "it is gone already"


@pytest.mark.parametrize(
    ("kind", "hours", "said"),
    [("breakdown", 0, "must end after"), ("party", 1, "no kind"), ("maintenance", 5, "already")],
)
def test_what_makes_no_sense_is_refused(db: Database, kind: str, hours: int, said: str) -> None:
    shop, _made = scheduled(db, 60)
    later = MONDAY + timedelta(days=9)
    machine_times.add(shop.press, MachineTimeKind.MAINTENANCE, later + 3 * HOUR, later + 4 * HOUR)
    with pytest.raises(InvalidValue, match=said) as refused:
        machine_times.add(shop.press, kind, later, later + hours * HOUR)
    assert refused.value.record == "PRESS"
    assert refused.value.remedy


def test_a_repair_that_is_done_sooner_gives_the_machine_back(db: Database) -> None:
    shop, made = scheduled(db, 60)
    (row,) = machine_times.add(shop.press, BREAKDOWN, MONDAY - HOUR, MONDAY + timedelta(days=3)).ids
    with pytest.raises(Conflict):
        machine_times.end_now(row, 7)
    outcome = machine_times.end_now(row, 1).value
    assert outcome is not None
    (view,) = machine_times.machine_times(MONDAY - 2 * HOUR, MONDAY + HOUR)
    assert (view.starts_at, view.ends_at) == (MONDAY - HOUR, MONDAY)
    assert machine_times.end_now(row).value is None, "it is over already"
    assert broken_rules(db) == []
    assert len(made) == 1


def test_a_time_to_come_is_not_ended_and_one_just_begun_is_forgotten(db: Database) -> None:
    shop, _made = scheduled(db, 60)
    (later,) = machine_times.add(shop.press, OVERTIME, MONDAY + HOUR, MONDAY + 2 * HOUR).ids
    with pytest.raises(NotAllowed, match="not begun") as refused:
        machine_times.end_now(later)
    assert refused.value.remedy
    (just,) = machine_times.add(shop.press, BREAKDOWN, MONDAY, MONDAY + HOUR).ids
    machine_times.end_now(just)
    assert [one.id for one in machine_times.machine_times(MONDAY, MONDAY + 9 * HOUR)] == [later]
    assert machine_times.end_now(just).value is None
