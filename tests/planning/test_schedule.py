"""Dispatching, reasons, promises: what the planner is told must hold on any shop."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factory_erp.domain.errors import InvalidValue
from factory_erp.planning.calendar import BeyondCalendar, WorkingCalendar
from factory_erp.planning.promise.insert import promise
from factory_erp.planning.schedule.check import lock_conflicts, violations
from factory_erp.planning.schedule.dispatch import DispatchScheduler
from factory_erp.planning.schedule.measure import measure
from factory_erp.planning.schedule.reasons import explain_feeders
from factory_erp.planning.schedule.result import (
    Alternative,
    Assignment,
    Centre,
    Fixed,
    Machine,
    Operation,
    Order,
    Problem,
    Reason,
    Schedule,
)
from tests.planning.shop import daily, load, problems
from tests.shared import shared_path

DAY_SHIFT = daily(480, 600, 60)
QUICK = DispatchScheduler(((2.0, 0.5),))


def press(**changes: object) -> Machine:
    return replace(Machine(1, 1, DAY_SHIFT, family=0), **changes)  # type: ignore[arg-type]


def step(
    number: int, order: int, minutes: int = 60, *, family: int = 0, setup: int = 0, seq: int = 10
) -> Operation:
    return Operation(number, order, seq, 1, family, (Alternative(1, setup, minutes),))


def shop(operations: list[Operation], orders: list[Order], now: int = 480, **machine: object) -> Problem:
    centre = Centre(1, {(0, 1): 30, (1, 0): 30})
    return Problem((press(**machine),), (centre,), tuple(operations), tuple(orders), now)


def test_work_pauses_overnight_and_setup_is_told_apart_from_run() -> None:
    schedule = QUICK.solve(shop([step(1, 1, 700, setup=20)], [Order(1, 0, 9999)]))
    assert schedule.assignments[1] == Assignment(1, 480, 500, 1440 + 480 + 120)
    assert schedule.lateness == {1: 2040 - 9999}
    assert schedule.reasons == {}


def test_families_are_kept_together_when_dates_allow() -> None:
    families = [0, 1, 0, 1, 0, 1]
    operations = [step(n, n, family=family) for n, family in enumerate(families)]
    schedule = DispatchScheduler().solve(shop(operations, [Order(n, 0, 9999) for n in range(6)]))
    assert schedule.changeover_minutes == 30


def test_the_changeover_is_done_while_the_goods_are_on_their_way() -> None:
    schedule = QUICK.solve(shop([step(1, 1, family=1)], [Order(1, 600, 9999)]))
    assert schedule.assignments[1] == Assignment(1, 600, 600, 660, changeover=30)
    at_once = QUICK.solve(shop([step(1, 1, family=1)], [Order(1, 0, 9999)]))
    assert at_once.assignments[1].start == 510


def test_the_urgent_and_heavy_order_goes_first() -> None:
    orders = [Order(1, 0, 600, weight=1), Order(2, 0, 600, weight=9)]
    schedule = QUICK.solve(shop([step(1, 1, 120), step(2, 2, 120)], orders))
    assert schedule.assignments[2].start == 480
    assert schedule.reasons == {1: (Reason("machine", 2, 600, machine=1),)}


def test_late_material_is_named_as_the_reason() -> None:
    schedule = QUICK.solve(shop([step(1, 1)], [Order(1, 900, 700)]))
    assert schedule.reasons == {1: (Reason("material", 1, 900),)}


def test_a_late_subassembly_is_named_as_the_reason() -> None:
    orders = [Order(1, 0, 560), Order(2, 0, 600, predecessors=(1,))]
    schedule = QUICK.solve(shop([step(1, 1, 120), step(2, 2, 30)], orders))
    assert schedule.assignments[2].start == 600
    assert schedule.reasons[2] == (Reason("predecessor", 1, 600),)
    assert schedule.reasons[1] == (Reason("capacity", 1, 600),)


def test_what_a_subassembly_waited_for_that_is_in_time_itself_is_told_too() -> None:
    orders = [Order(1, 900, 1020), Order(2, 0, 1000, predecessors=(1,)), Order(3, 0, 990, predecessors=(2,))]
    problem = shop([step(1, 1), step(2, 2, 30), step(3, 3, 30)], orders)
    found = QUICK.solve(problem)
    assert found.reasons == {3: (Reason("predecessor", 2, 990),)}
    feeders = explain_feeders(problem, found.assignments, found.finish, found.reasons)
    assert feeders == {2: (Reason("predecessor", 1, 960),), 1: (Reason("material", 1, 900),)}


def test_started_operations_stay_and_done_ones_take_no_time() -> None:
    started = replace(step(1, 1, 100, family=1), fixed=Fixed(1, 470, 580))
    done = replace(step(2, 2), done=True, fixed=Fixed(1, 400, 470))
    after = step(3, 2, 50, seq=20)
    problem = shop([started, done, after], [Order(1, 0, 9999), Order(2, 0, 9999)])
    schedule = QUICK.solve(problem)
    assert set(schedule.assignments) == {1, 3}
    assert (schedule.assignments[1].start, schedule.assignments[1].end) == (470, 580)
    assert schedule.assignments[3].start == 610  # 30 minutes to change over from family 1 to 0
    assert violations(problem, schedule) == []


def test_a_lock_that_cannot_be_kept_is_told() -> None:
    locked = replace(step(2, 1, seq=20), fixed=Fixed(1, 500, 560))
    problem = shop([step(1, 1, 100), locked], [Order(1, 0, 9999)])
    schedule = QUICK.solve(problem)
    assert violations(problem, schedule) == []
    assert lock_conflicts(problem, schedule) == [(2, 1)]


def test_two_locks_on_one_machine_at_once_are_told() -> None:
    one, two = (replace(step(n, n), fixed=Fixed(1, 500 + n, 560)) for n in (1, 2))
    problem = shop([one, two], [Order(1, 0, 9999), Order(2, 0, 9999)])
    assert lock_conflicts(problem, QUICK.solve(problem)) == [(1, 2)]


def test_a_subcontractor_takes_everything_at_once() -> None:
    operations = [step(1, 1, 300), step(2, 2, 300, family=1)]
    schedule = QUICK.solve(shop(operations, [Order(1, 0, 0), Order(2, 0, 0)], unlimited=True))
    assert {a.start for a in schedule.assignments.values()} == {480}
    assert schedule.changeover_minutes == 0


def test_work_that_the_calendar_cannot_hold_is_refused() -> None:
    with pytest.raises(BeyondCalendar):
        QUICK.solve(shop([step(1, 1, 601)], [Order(1, 0, 0)], calendar=WorkingCalendar(((480, 1080),))))


def test_solving_can_be_watched_and_cancelled() -> None:
    problem, seen = shop([step(1, 1)], [Order(1, 0, 0)]), []
    schedule = DispatchScheduler().solve(
        problem, lambda done, total: seen.append((done, total)), lambda: True
    )
    assert seen == [(1, 8)]
    assert violations(problem, schedule) == []


@pytest.mark.parametrize(
    ("operations", "orders"),
    [
        ([step(1, 9)], [Order(1, 0, 0)]),
        ([step(1, 1), step(1, 1)], [Order(1, 0, 0)]),
        ([step(1, 1), step(2, 1)], [Order(1, 0, 0)]),
        ([step(1, 1, 0)], [Order(1, 0, 0)]),
        ([replace(step(1, 1), alternatives=())], [Order(1, 0, 0)]),
        ([replace(step(1, 1), alternatives=(Alternative(7, 0, 5),))], [Order(1, 0, 0)]),
        ([replace(step(1, 1), fixed=Fixed(7, 0, 5))], [Order(1, 0, 0)]),
        ([replace(step(1, 1), fixed=Fixed(1, 6, 5))], [Order(1, 0, 0)]),
        ([], [Order(1, 0, 0, predecessors=(2,))]),
        ([], [Order(1, 0, 0, predecessors=(2,)), Order(2, 0, 0, predecessors=(1,))]),
    ],
)
def test_nonsense_is_refused(operations: list[Operation], orders: list[Order]) -> None:
    with pytest.raises(InvalidValue):
        shop(operations, orders)


def test_the_judge_sees_each_kind_of_mistake() -> None:
    operations = [step(1, 1, family=1), step(2, 1, seq=20), step(3, 2)]
    problem = shop(operations, [Order(1, 0, 0), Order(2, 700, 0)])

    def said(*rows: tuple[int, int, int, int]) -> str:
        placed = {o: Assignment(machine, start, start, end) for o, machine, start, end in rows}
        empty = Schedule(placed, {}, {}, {}, 0, 0)
        return "\n".join(violations(problem, empty))

    good = ((1, 1, 510, 570), (2, 1, 600, 660), (3, 1, 700, 760))
    assert said(*good) == ""
    assert "operation 3 is not scheduled" in said(*good[:2])
    assert "cannot run on machine 2" in said((1, 2, 510, 570), *good[1:])
    assert "no time to change over" in said((1, 1, 500, 560), *good[1:])
    assert "no time to change over from 1 to 2" in said(good[0], (2, 1, 590, 650), good[2])
    assert "starts before operation 1 ends" in said((1, 1, 800, 860), *good[1:])
    assert "starts before its material" in said(*good[:2], (3, 1, 690, 750))
    assert "at once" in said(*good[:2], (3, 1, 655, 715))
    assert "working minutes" in said(*good[:2], (3, 1, 700, 770))
    assert "closed" in said(*good[:2], (3, 1, 1080, 1980))
    assert "before it can" in said((1, 1, 400, 510), *good[1:])


@settings(max_examples=150, deadline=None)
@given(problems())
def test_every_schedule_is_valid_and_explained(problem: Problem) -> None:
    schedule = DispatchScheduler().solve(problem)
    assert violations(problem, schedule) == []
    assert schedule == DispatchScheduler().solve(problem, seed=7)
    late = {order for order, minutes in schedule.lateness.items() if minutes > 0}
    assert set(schedule.reasons) == late
    assert all(schedule.reasons.values())


@settings(max_examples=100, deadline=None)
@given(problems(), st.data())
def test_a_new_plan_keeps_what_is_started_or_locked(problem: Problem, data: st.DataObject) -> None:
    first = QUICK.solve(problem)
    later = problem.now + data.draw(st.integers(0, 3000))
    rows = []
    for operation in problem.operations:
        a = first.assignments[operation.id]
        keep = a.start <= later or data.draw(st.booleans())
        fixed = Fixed(a.machine, a.start, a.end) if keep else None
        rows.append(replace(operation, fixed=fixed, done=keep and a.end <= later))
    again = replace(problem, operations=tuple(rows), now=later)
    schedule = QUICK.solve(again)
    assert violations(again, schedule) == []
    kept = {o.id: o.fixed for o in rows if o.fixed and not o.done}
    assert {o: Fixed(a.machine, a.start, a.end) for o, a in schedule.assignments.items() if o in kept} == kept


@settings(max_examples=100, deadline=None)
@given(problems(), problems())
def test_a_promise_moves_nothing_and_can_be_kept(problem: Problem, other: Problem) -> None:
    schedule = QUICK.solve(problem)
    order = replace(other.orders[0], id=99, predecessors=(0,))
    ways = [m.id for m in problem.machines]
    new = tuple(
        replace(
            o, id=1000 + o.id, order=99, alternatives=tuple(a for a in o.alternatives if a.machine in ways)
        )
        for o in other.routing[other.orders[0].id]
    )
    new = tuple(o for o in new if o.alternatives)
    answer = promise(problem, schedule, order, new)
    wider = replace(problem, orders=(*problem.orders, order), operations=(*problem.operations, *new))
    whole = measure(wider, {**schedule.assignments, **answer.assignments})
    assert violations(wider, whole) == []
    assert whole.finish[99] == answer.finish
    assert all(whole.finish[o] == finish for o, finish in schedule.finish.items())


def test_a_promise_uses_the_gap_and_says_what_binds_it() -> None:
    waiting = shop([step(1, 1), step(2, 2)], [Order(1, 0, 9999), Order(2, 700, 9999)])
    schedule = QUICK.solve(waiting)
    answer = promise(waiting, schedule, Order(3, 0, 500), (step(3, 3, 100),))
    assert answer.assignments[3].start == 540
    assert (answer.finish, answer.lateness) == (640, 140)
    assert answer.reasons == (Reason("machine", 1, 540, machine=1),)
    too_long = promise(waiting, schedule, Order(3, 0, 500), (step(3, 3, 200),))
    assert too_long.assignments[3].start == 760
    changed = promise(waiting, schedule, Order(3, 0, 500), (step(3, 3, 110, family=1),))
    assert changed.assignments[3].start == 790  # 30 + 110 + 30 do not fit into 160 minutes


def test_a_started_order_cannot_be_promised() -> None:
    problem = shop([], [])
    with pytest.raises(InvalidValue):
        promise(problem, QUICK.solve(problem), Order(3, 0, 0), (replace(step(1, 3), done=True),))


@pytest.mark.parametrize(("name", "limit"), [("300_1", 760), ("300_2", 1020), ("1000_1", 3600)])
def test_benchmark_schedules_satisfy_the_separate_judge(name: str, limit: int, tmp_path: Path) -> None:
    instance = shared_path(f"benchmarks/scheduling/small_batch_{name}.json")
    judge = shared_path("tools/check_schedule.py")
    schedule = DispatchScheduler().solve(load(instance))
    rows = [[o, a.machine, a.start, a.end] for o, a in schedule.assignments.items()]
    (tmp_path / "schedule.json").write_text(json.dumps(rows))
    command = [sys.executable, str(judge), str(instance), str(tmp_path / "schedule.json")]
    said = json.loads(subprocess.run(command, capture_output=True, text=True, check=False).stdout)
    assert said["valid"], said["errors"]
    assert said["cost"] == pytest.approx(schedule.cost / 60, abs=0.01)
    assert said["cost"] <= limit
