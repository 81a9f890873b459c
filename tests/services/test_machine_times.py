"""A machine that breaks down, is maintained, or works overtime: the schedule follows at once."""

from datetime import UTC, datetime, timedelta

import pytest

from factory_erp.domain.errors import Conflict, InvalidValue
from factory_erp.models.database import Database
from factory_erp.models.planning import MachineTimeKind
from factory_erp.services import machine_times, production
from factory_erp.services.machine_times import MachineTimeInput
from tests.conftest import MONDAY
from tests.services.schedule_shop import broken_rules, places, scheduled, step

HOUR = timedelta(hours=1)
BREAKDOWN, OVERTIME = MachineTimeKind.BREAKDOWN, MachineTimeKind.OVERTIME


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
