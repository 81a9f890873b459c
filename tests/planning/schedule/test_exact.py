"""Exact solving: right on cases worked out by hand, and never beaten by any schedule."""

from __future__ import annotations

import time
from typing import Any

from hypothesis import HealthCheck, given, settings

from factory_erp.planning.schedule import engine
from factory_erp.planning.schedule.check import violations
from factory_erp.planning.schedule.exact import solve_exactly
from factory_erp.planning.schedule.exact_bound import lower_bound
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
from factory_erp.planning.schedule.result import Assignment, Schedule
from tests.planning.schedule.small import shifts, small_problems

ROUND_THE_CLOCK = shifts((0, 1440))
DAY_SHIFT = shifts((480, 480))


def job(number: int, minutes: int, machine: int = 0, **more: Any) -> Operation:
    """The only operation of the order with the same number."""
    return Operation(number, number, 0, 0, 0, (Alternative(machine, 0, minutes),), **more)


def shop(*operations: Operation, **more: Any) -> Problem:
    """One machine round the clock, orders due at once, unless said otherwise."""
    orders = {o.order for o in operations}
    known: dict[str, Any] = {
        "machines": (Machine(0, 0, ROUND_THE_CLOCK),),
        "centres": (Centre(0),),
        "orders": tuple(Order(number, 0, 0) for number in sorted(orders)),
    }
    return Problem(operations=operations, **(known | more))


def solved(problem: Problem) -> Schedule:
    """The best schedule, proven and valid."""
    found = solve_exactly(problem, seconds=10)
    assert found.proven
    assert found.schedule
    assert violations(problem, found.schedule) == []
    assert found.lower_bound == found.schedule.cost
    return found.schedule


def starts(schedule: Schedule) -> dict[int, int]:
    """When each operation starts."""
    return {operation: placed.start for operation, placed in schedule.assignments.items()}


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(small_problems())
def test_no_schedule_beats_a_proven_one_and_no_bound_lies_above_it(problem: Problem) -> None:
    start = engine.first(problem)
    searched = engine.improve(problem, iterations=400, seed=1)
    found = solve_exactly(problem, seconds=4, hint=start)
    assert found.schedule is None or violations(problem, found.schedule) == []
    for other in (start, searched):
        if not violations(problem, other):
            assert found.schedule
            assert found.schedule.cost <= other.cost or not found.proven
            assert lower_bound(problem) <= other.cost
    if found.schedule and found.lower_bound is not None:
        assert lower_bound(problem) <= found.schedule.cost
        assert found.lower_bound <= found.schedule.cost


def test_the_heavier_order_goes_first() -> None:
    problem = shop(job(1, 100), job(2, 100), orders=(Order(1, 0, 0, 1), Order(2, 0, 0, 5)))
    assert starts(solved(problem)) == {1: 100, 2: 0}


def test_families_are_kept_together_when_changing_over_is_dear() -> None:
    families = {1: 0, 2: 1, 3: 0, 4: 1}
    operations = [Operation(n, n, 0, 0, family, (Alternative(0, 0, 10),)) for n, family in families.items()]
    problem = shop(
        *operations,
        machines=(Machine(0, 0, ROUND_THE_CLOCK, family=1),),
        centres=(Centre(0, default=50),),
        orders=tuple(Order(n, 0, 10_000) for n in families),
    )
    schedule = solved(problem)
    assert schedule.changeover_minutes == 50
    line = sorted(schedule.assignments, key=lambda o: schedule.assignments[o].start)
    assert [families[o] for o in line] == [1, 1, 0, 0]


def test_work_pauses_at_night_unless_it_cannot() -> None:
    shift = (Machine(0, 0, DAY_SHIFT),)
    resting = solved(shop(job(1, 300), job(2, 300), machines=shift))
    assert max(resting.finish.values()) == 1440 + 480 + 120
    whole = solved(shop(job(1, 300), job(2, 300, resumable=False), machines=shift))
    assert whole.assignments[2].start == 480
    both = shop(job(1, 300, resumable=False), job(2, 300, resumable=False), machines=shift)
    assert max(solved(both).finish.values()) == 1440 + 480 + 300


def test_a_mould_is_used_once_at_a_time() -> None:
    two = (Machine(0, 0, ROUND_THE_CLOCK), Machine(1, 0, ROUND_THE_CLOCK))
    operations = (job(1, 60, resources=(9,)), job(2, 60, machine=1, resources=(9,)))
    problem = shop(*operations, machines=two, resources=(Resource(9),))
    assert sorted(solved(problem).finish.values()) == [60, 120]
    plenty = shop(*operations, machines=two, resources=(Resource(9, 2),))
    assert sorted(solved(plenty).finish.values()) == [60, 60]


def test_what_is_locked_stays_and_the_rest_makes_room() -> None:
    locked = job(1, 50, fixed=Fixed(0, 100, 150))
    assert starts(solved(shop(locked, job(2, 101)))) == {1: 100, 2: 150}
    assert starts(solved(shop(locked, job(2, 100)))) == {1: 100, 2: 0}


def test_a_limited_wait_holds_the_first_step_back() -> None:
    first = Operation(1, 1, 1, 0, 0, (Alternative(0, 0, 60),), max_lag=30)
    second = Operation(2, 1, 2, 0, 0, (Alternative(1, 0, 60),))
    machines = (Machine(0, 0, ROUND_THE_CLOCK), Machine(1, 0, DAY_SHIFT))
    schedule = solved(shop(first, second, machines=machines))
    assert starts(schedule)[2] == 480
    assert schedule.assignments[1].end >= 450


def test_a_transfer_batch_lets_steps_overlap() -> None:
    first = Operation(1, 1, 1, 0, 0, (Alternative(0, 10, 100),), transfer_ppm=200_000, lag=5)
    second = Operation(2, 1, 2, 0, 0, (Alternative(1, 0, 50),))
    machines = (Machine(0, 0, ROUND_THE_CLOCK), Machine(1, 0, ROUND_THE_CLOCK))
    schedule = solved(shop(first, second, machines=machines))
    # The last batch arrives at 115 and takes a fifth of 50 minutes; work does not pause, so it starts at 75.
    assert schedule.assignments[2].start == 75
    assert schedule.finish[1] == 125


def test_overtime_earliness_and_disturbance_are_weighed() -> None:
    late = (Machine(0, 0, ROUND_THE_CLOCK, overtime=((0, 100),)),)
    one = (Order(1, 0, 200),)
    assert (
        starts(solved(shop(job(1, 50), machines=late, orders=one, objective=Objective(overtime=5))))[1] >= 100
    )
    assert starts(solved(shop(job(1, 50), orders=one, objective=Objective(earliness=1)))) == {1: 150}
    published = {1: Fixed(0, 70, 120)}
    calm = shop(job(1, 50), orders=one, objective=Objective(disturbance=1), published=published)
    assert starts(solved(calm)) == {1: 70}


def test_a_promised_date_weighs_a_hundredfold() -> None:
    orders = (Order(1, 0, 100, weight=20), Order(2, 0, 100, promised=True))
    assert starts(solved(shop(job(1, 100), job(2, 100), orders=orders))) == {1: 100, 2: 0}


def test_only_the_end_counts_for_a_makespan() -> None:
    ways = (Alternative(0, 0, 60), Alternative(1, 0, 90))
    operations = tuple(Operation(n, n, 0, 0, 0, ways) for n in (1, 2, 3))
    machines = (Machine(0, 0, ROUND_THE_CLOCK), Machine(1, 0, ROUND_THE_CLOCK))
    problem = shop(*operations, machines=machines, objective=Objective(makespan=True))
    assert solved(problem).makespan == 120


def test_where_there_is_no_schedule_it_says_so() -> None:
    first = Operation(1, 1, 1, 0, 0, (Alternative(0, 0, 60),), max_lag=0)
    second = Operation(2, 1, 2, 0, 0, (Alternative(1, 0, 60),))
    machines = (Machine(0, 0, DAY_SHIFT), Machine(1, 0, shifts((0, 300))))
    found = solve_exactly(shop(first, second, machines=machines), seconds=10)
    assert (found.schedule, found.lower_bound, found.proven) == (None, None, True)


def test_a_hint_is_never_made_worse_and_a_wish_to_stop_is_heard() -> None:
    ways = (Alternative(0, 0, 7), Alternative(1, 0, 9))
    operations = tuple(Operation(n, n, 0, 0, n % 5, ways) for n in range(40))
    machines = (Machine(0, 0, ROUND_THE_CLOCK), Machine(1, 0, ROUND_THE_CLOCK))
    problem = shop(*operations, machines=machines, centres=(Centre(0, default=11),))
    hint = engine.first(problem)
    began = time.perf_counter()
    found = solve_exactly(problem, seconds=60, hint=hint, cancelled=lambda: True)
    assert time.perf_counter() - began < 10
    assert found.schedule
    assert found.schedule.cost <= hint.cost
    assert not found.proven


def test_a_hint_that_breaks_a_rule_is_not_believed() -> None:
    problem = shop(job(1, 100), job(2, 100))
    both_at_once = {n: Assignment(0, 0, 0, 100) for n in (1, 2)}
    found = solve_exactly(problem, seconds=10, hint=measure(problem, both_at_once))
    assert found.schedule
    assert sorted(found.schedule.finish.values()) == [100, 200]


def test_the_bound_knows_queues_and_changeovers() -> None:
    queue = shop(*(job(n, 60) for n in range(1, 5)))
    assert lower_bound(queue) == 60 + 120 + 180 + 240
    two = tuple(Operation(n, n, 0, 0, n, (Alternative(0, 0, 60),)) for n in (1, 2))
    changing = shop(
        *two,
        machines=(Machine(0, 0, ROUND_THE_CLOCK, family=1),),
        centres=(Centre(0, default=30),),
        orders=(Order(1, 0, 999), Order(2, 0, 999)),
    )
    assert lower_bound(changing) == 30
    weighted = shop(job(1, 60), job(2, 60), orders=(Order(1, 0, 0, 1), Order(2, 0, 0, 3)))
    assert lower_bound(weighted) == 60 + 120 + 2 * 60
    assert solved(weighted).cost == 60 * 3 + 120
