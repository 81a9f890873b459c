"""The compiled engine: whatever a problem says is kept, and chance repeats itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factory_erp.planning.calendar import BeyondCalendar, WorkingCalendar
from factory_erp.planning.schedule import engine
from factory_erp.planning.schedule.check import violations
from factory_erp.planning.schedule.measure import measure
from factory_erp.planning.schedule.problem import (
    Alternative,
    Centre,
    Fixed,
    Machine,
    Objective,
    Operation,
    Order,
    Problem,
    Resource,
)
from factory_erp.planning.schedule.result import Assignment, Reason, Schedule
from tests.planning.schedule.shops import all_kinds
from tests.planning.shop import daily, load, problems
from tests.shared import shared_path


@pytest.fixture(scope="module", autouse=True)
def warm() -> None:
    """Compile once."""
    engine.warm_up()


@settings(max_examples=150, deadline=None)
@given(st.one_of(all_kinds(), all_kinds(limits=True)), st.integers(0, 3))
def test_every_schedule_is_valid_and_search_never_makes_it_worse(problem: Problem, seed: int) -> None:
    start = engine.first(problem)
    assert violations(problem, start) == []
    better = engine.improve(problem, start, iterations=1500, seed=seed)
    assert violations(problem, better) == []
    assert better.cost <= start.cost
    assert better == engine.improve(problem, start, iterations=1500, seed=seed)
    assert better.changeover_minutes == sum(_changeovers(problem, better))


def _changeovers(problem: Problem, schedule: Schedule) -> Iterator[int]:
    """Minutes from operation to operation on each machine, counted anew."""
    for machine in problem.machines:
        here = [(a.start, a.end, o) for o, a in schedule.assignments.items() if a.machine == machine.id]
        families = [machine.family, *(problem.operation[o].family for _start, _end, o in sorted(here))]
        for before, after in pairwise(families):
            if not machine.unlimited and after is not None:
                yield problem.centre[machine.centre].minutes(before, after)


@settings(max_examples=100, deadline=None)
@given(st.one_of(all_kinds(), all_kinds(limits=True)))
def test_same_sequences_again_are_valid_and_not_later(problem: Problem) -> None:
    start = engine.first(problem)
    again = engine.retime(problem, start.assignments)
    assert violations(problem, again) == []
    assert engine.retime(problem, again.assignments).assignments == again.assignments
    machines = {number: row.machine for number, row in start.assignments.items()}
    assert {number: row.machine for number, row in again.assignments.items()} == machines


@settings(max_examples=100, deadline=None)
@given(st.one_of(all_kinds(), all_kinds(limits=True)), st.data())
def test_what_changed_is_repaired(problem: Problem, data: st.DataObject) -> None:
    """Orders come and go, machines lose operations, and the clock has moved on."""
    before = engine.first(problem).assignments
    lost = data.draw(st.sets(st.sampled_from(sorted(before)))) if before else set()
    operations = tuple(_changed(operation, data) for operation in problem.operations)
    after = replace(problem, operations=operations, now=problem.now + data.draw(st.integers(0, 500)))
    known = {number: row for number, row in before.items() if number not in lost}
    schedule = engine.repair(after, known)
    assert violations(after, schedule) == []


def _changed(operation: Operation, data: st.DataObject) -> Operation:
    if operation.fixed or len(operation.alternatives) < 2 or data.draw(st.booleans()):
        return operation
    return replace(operation, alternatives=operation.alternatives[1:])


@settings(max_examples=60, deadline=None)
@given(all_kinds())
def test_nothing_changed_nothing_repaired(problem: Problem) -> None:
    calm = replace(problem, objective=replace(problem.objective, disturbance=0, earliness=0))
    start = engine.retime(calm, engine.first(calm).assignments)
    assert engine.repair(calm, start.assignments).assignments == start.assignments


@settings(max_examples=60, deadline=None)
@given(problems(), problems())
def test_new_orders_are_put_in_and_the_others_keep_their_machines(one: Problem, two: Problem) -> None:
    before = engine.first(one).assignments
    machines = set(one.machine)
    orders = tuple(replace(o, id=o.id + 100, predecessors=()) for o in two.orders)
    ways = {o.id: tuple(a for a in o.alternatives if a.machine in machines) for o in two.operations}
    extra = tuple(
        replace(o, id=o.id + 1000, order=o.order + 100, alternatives=ways[o.id])
        for o in two.operations
        if ways[o.id]
    )
    wider = replace(one, orders=(*one.orders, *orders), operations=(*one.operations, *extra))
    after = engine.repair(wider, before)
    assert violations(wider, after) == []
    old = {number: row for number, row in after.assignments.items() if number in before}
    assert {n: row.machine for n, row in old.items()} == {n: row.machine for n, row in before.items()}


def shop(*operations: Operation, due: int = 0, **changes: object) -> Problem:
    """One order for each operation's order number, on machines 1 and 2, open 8 to 18 o'clock."""
    machines = tuple(Machine(n, 1, daily(480, 600, 60), 0) for n in (1, 2))
    orders = tuple(Order(n, 0, due) for n in sorted({o.order for o in operations}))
    centre = Centre(1, {(0, 1): 30, (1, 0): 30})
    usual = {
        "machines": machines,
        "centres": (centre,),
        "operations": operations,
        "orders": orders,
        "now": 480,
    }
    return Problem(**(usual | changes))  # type: ignore[arg-type]


def step(number: int, order: int, minutes: int, machine: int = 1, seq: int = 10, **more: object) -> Operation:
    plain = Operation(number, order, seq, 1, 0, (Alternative(machine, 0, minutes),))
    return replace(plain, **more)  # type: ignore[arg-type]


def times(schedule: Schedule) -> dict[int, tuple[int, int]]:
    return {number: (row.start, row.end) for number, row in schedule.assignments.items()}


def test_work_that_cannot_pause_waits_for_the_next_opening() -> None:
    problem = shop(step(1, 1, 400), step(2, 1, 300, seq=20, resumable=False))
    schedule = engine.first(problem)
    assert times(schedule) == {1: (480, 880), 2: (1920, 2220)}
    assert Reason("calendar", 2, 1920, 1) in schedule.reasons[1]


def test_a_mould_serves_one_after_another() -> None:
    problem = shop(
        step(1, 1, 100, 1, resources=(7,)), step(2, 2, 100, 2, resources=(7,)), resources=(Resource(7),)
    )
    schedule = engine.first(problem)
    assert sorted(times(schedule).values()) == [(480, 580), (580, 680)]
    late = max(schedule.assignments, key=lambda n: schedule.assignments[n].start)
    assert schedule.reasons[late] == (Reason("resource", 3 - late, 580, late, 7),)
    two = replace(problem, resources=(Resource(7, 2),))
    assert set(times(engine.first(two)).values()) == {(480, 580)}


def test_paint_dries_and_glue_does_not_wait() -> None:
    dries = shop(step(1, 1, 60, lag=45), step(2, 1, 60, 2, 20))
    assert times(engine.first(dries)) == {1: (480, 540), 2: (585, 645)}
    busy = step(3, 2, 200, 2, fixed=Fixed(2, 480, 680))
    glued = shop(step(1, 1, 60, max_lag=10), step(2, 1, 60, 2, 20), busy)
    schedule = engine.first(glued)
    assert times(schedule)[2][0] - times(schedule)[1][1] <= 10
    assert times(schedule)[2] == (680, 740)


def test_transfer_batches_overlap() -> None:
    slow = shop(step(1, 1, 200, transfer_ppm=250_000), step(2, 1, 100, 2, 20))
    assert times(engine.first(slow)) == {1: (480, 680), 2: (605, 705)}  # its last quarter after 680
    quick = shop(step(1, 1, 100, transfer_ppm=250_000), step(2, 1, 200, 2, 20))
    assert times(engine.first(quick)) == {1: (480, 580), 2: (505, 705)}


def test_a_lock_is_named_and_what_precedes_it_hurries() -> None:
    locked = step(1, 1, 60, fixed=Fixed(1, 900, 960))
    schedule = engine.first(shop(locked))
    assert schedule.reasons == {1: (Reason("locked", 1, 900, 1),)}


def test_a_promised_date_weighs_a_hundredfold() -> None:
    orders = (Order(1, 0, 540, weight=50), Order(2, 0, 540, promised=True))
    problem = shop(step(1, 1, 60), step(2, 2, 60), orders=orders)
    found = engine.improve(problem, iterations=500)
    assert times(found)[2] == (480, 540)
    assert found.cost == 50 * 60


def test_each_part_of_the_cost_is_counted() -> None:
    machines = (replace(shop(step(1, 1, 9)).machines[0], overtime=((540, 600),)),)
    goal = Objective(changeover=2, overtime=3, earliness=5, disturbance=7, move=11)
    problem = shop(
        step(1, 1, 120),
        step(2, 2, 60, family=1),
        due=1000,
        machines=machines,
        objective=goal,
        published={1: Fixed(2, 490, 610)},
    )
    rows = {1: Assignment(1, 480, 480, 600), 2: Assignment(1, 630, 630, 690)}
    schedule = measure(problem, rows)
    assert schedule.changeover_minutes == 30
    assert schedule.overtime_minutes == 60
    assert schedule.earliness_minutes == 400 + 310
    assert (schedule.disturbance_minutes, schedule.moved) == (10, 1)
    assert schedule.cost == 2 * 30 + 3 * 60 + 5 * 710 + 7 * 10 + 11 * 60
    only_end = replace(problem, objective=Objective(makespan=True))
    assert measure(only_end, rows).cost == 690


def test_what_is_early_goes_back_to_where_it_was_published() -> None:
    problem = shop(
        step(1, 1, 60), due=9999, published={1: Fixed(1, 700, 760)}, objective=Objective(disturbance=1)
    )
    assert times(engine.first(problem)) == {1: (700, 760)}
    just_in_time = shop(step(1, 1, 60), due=900, objective=Objective(earliness=1))
    assert times(engine.first(just_in_time)) == {1: (840, 900)}


def test_a_machine_that_breaks_down_delays_or_hands_over() -> None:
    both = (Alternative(1, 0, 60), Alternative(2, 0, 60))
    problem = shop(step(1, 1, 60, alternatives=both), step(2, 2, 60, 2, alternatives=both), due=560)
    before = engine.first(problem).assignments
    broken = replace(problem.machines[0], calendar=daily(480, 600, 60))
    gap = WorkingCalendar(((480, 500), *broken.calendar.intervals[1:]))
    down = replace(problem, machines=(replace(broken, calendar=gap), problem.machines[1]))
    kept = engine.repair(down, before)
    assert violations(down, kept) == []
    assert {n: row.machine for n, row in kept.assignments.items()} == {
        n: row.machine for n, row in before.items()
    }
    assert engine.improve(down, kept, iterations=2000).cost < kept.cost


def test_a_delay_holds_up_nobody_else() -> None:
    problem = shop(step(1, 1, 60), step(2, 1, 60, 2, 20), step(3, 2, 60, 2), step(4, 3, 60, 2), due=9999)
    before = engine.retime(
        problem,
        {
            1: Assignment(1, 480, 480, 540),
            2: Assignment(2, 540, 540, 600),
            3: Assignment(2, 600, 600, 660),
            4: Assignment(2, 660, 660, 720),
        },
    )
    later = replace(problem, orders=(replace(problem.orders[0], release=2000), *problem.orders[1:]))
    after = engine.repair(later, before.assignments)
    assert times(after) == {1: (2000, 2060), 2: (2060, 2120), 3: (480, 540), 4: (540, 600)}
    kept = engine.retime(later, before.assignments)
    assert times(kept)[3] == (2120, 2180)


def test_the_search_is_watched_and_cancelled() -> None:
    problem = shop(*(step(n, n, 60, family=n % 2) for n in range(1, 9)), due=700)
    told: list[tuple[int, int]] = []
    handed: list[Schedule] = []
    found = engine.improve(
        problem,
        seconds=1.3,
        on_better=handed.append,
        progress=lambda done, total: told.append((done, total)),
        workers=2,
    )
    assert told == sorted(told)
    assert told[-1][0] <= told[-1][1]
    assert all(found.cost <= better.cost for better in handed)
    answers = iter((False, False, True))
    engine.improve(problem, seconds=60, cancelled=lambda: next(answers))
    assert next(answers, None) is None


def test_a_schedule_of_nothing() -> None:
    empty = Problem((), (), (), ())
    for schedule in (engine.first(empty), engine.improve(empty, iterations=10), engine.repair(empty, {})):
        assert schedule.assignments == {}
        assert schedule.cost == 0


def test_work_that_does_not_fit_is_refused() -> None:
    short = (replace(shop(step(1, 1, 9)).machines[0], calendar=daily(480, 600, 1)),)
    for use in (engine.first, lambda p: engine.repair(p, {}), lambda p: engine.improve(p, iterations=9)):
        with pytest.raises(BeyondCalendar):
            use(shop(step(1, 1, 601), machines=short))


def test_the_scheduler_is_the_engine() -> None:
    problem = shop(*(step(n, n, 60, family=n % 2) for n in range(1, 9)), due=700)
    found = engine.SearchScheduler(iterations=3000).solve(problem, seed=3)
    assert found == engine.improve(problem, iterations=3000, seed=3)
    assert engine.is_warm()


@pytest.mark.parametrize(("name", "limit"), [("300_1", 480), ("300_2", 580)])
def test_a_short_search_nearly_halves_the_cost(name: str, limit: int) -> None:
    problem = load(shared_path(f"benchmarks/scheduling/small_batch_{name}.json"))
    found = engine.improve(problem, iterations=120_000)
    assert violations(problem, found) == []
    assert found.cost <= limit * 60
    two = engine.improve(problem, found, seconds=1, workers=2)
    assert violations(problem, two) == []
    assert two.cost <= found.cost
