"""The program's search: never worse than what it set out from, and honest about how near the best it is."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings

from factory_erp.planning.schedule import engine, searching
from factory_erp.planning.schedule.check import violations
from factory_erp.planning.schedule.exact_bound import lower_bound
from factory_erp.planning.schedule.measure import measure
from factory_erp.planning.schedule.problem import (
    Alternative,
    Centre,
    Machine,
    Objective,
    Operation,
    Order,
    Problem,
)
from factory_erp.planning.schedule.result import Assignment, Schedule
from factory_erp.planning.schedule.searching import gap_percent, search
from tests.planning.schedule.small import shifts, small_problems

DAY_SHIFT = shifts((480, 480))


def two_colours(orders: int = 4, minutes: int = 60) -> Problem:
    """Orders of two colours in turn on two machines by day, an hour to change over, all due at once."""
    machines = (Machine(0, 0, DAY_SHIFT, 0), Machine(1, 0, DAY_SHIFT, 1))
    ways = (Alternative(0, 0, minutes), Alternative(1, 0, minutes + 10))
    steps = tuple(Operation(n, n, 0, 0, n % 2, ways) for n in range(orders))
    due = tuple(Order(n, 0, 480, weight=1 + n % 3) for n in range(orders))
    return Problem(machines, (Centre(0, {}, 60),), steps, due, objective=Objective(changeover=2))


def in_turn(problem: Problem) -> dict[int, Assignment]:
    """All on the first machine, one colour after the other."""
    return {o.id: Assignment(0, 480 + 200 * o.id, 480, 540 + 200 * o.id) for o in problem.operations}


def test_in_a_small_shop_the_best_is_proven_and_the_search_is_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(searching, "FIRST_SEARCH", 0.2)
    problem = two_colours()
    began = time.monotonic()
    bounds: list[int] = []
    found = search(problem, seconds=60, on_bound=bounds.append)
    assert time.monotonic() - began < 50, "it does not go on once the best is found"
    assert found.proven
    assert (found.lower_bound, found.gap_percent) == (found.schedule.cost, 0)
    assert lower_bound(problem) < found.schedule.cost, "no quick bound could have said so"
    assert bounds == sorted(set(bounds))
    assert bounds[-1] == found.schedule.cost
    assert violations(problem, found.schedule) == []
    # By hand: each colour on its own machine. Two of 60, two of 70 minutes: nobody changes over.
    ends = sorted((a.machine, a.end) for a in found.schedule.assignments.values())
    assert ends == [(0, 540), (0, 600), (1, 550), (1, 620)]
    assert found.schedule.changeover_minutes == 0


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(small_problems())
def test_it_is_never_worse_and_its_bound_never_above_it(problem: Problem) -> None:
    start = engine.first(problem)
    found = search(problem, start, seconds=1.0)
    assert found.schedule.cost <= start.cost
    if not violations(problem, start):
        assert violations(problem, found.schedule) == []
        assert found.lower_bound is None or found.lower_bound <= found.schedule.cost


def test_the_same_seed_gives_the_same_answer() -> None:
    problem = two_colours(9)
    one, other = (search(problem, iterations=500, seed=3) for _time in range(2))
    assert one.schedule.assignments == other.schedule.assignments
    assert one.lower_bound == other.lower_bound


def test_it_stops_when_it_is_told() -> None:
    problem = two_colours(20)
    start = engine.first(problem)
    asked = 0

    def cancelled() -> bool:
        nonlocal asked
        asked += 1
        return asked > 3

    began = time.monotonic()
    found = search(problem, start, seconds=300, cancelled=cancelled)
    assert time.monotonic() - began < 60
    assert found.schedule.cost <= start.cost
    assert search(problem, start, seconds=300, cancelled=lambda: True).schedule == start


def test_it_says_how_far_it_is_and_hands_on_what_the_exact_solver_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The anytime search finds nothing here, so that all comes of the exact solver."""

    def idle(_problem: Problem, best: Schedule, **_more: object) -> Schedule:
        return best

    problem = two_colours()
    start = measure(problem, engine.retime(problem, in_turn(problem)).assignments)
    assert start.changeover_minutes > 0
    monkeypatch.setattr(engine, "improve", idle)
    told: list[tuple[int, int]] = []
    heard: list[Schedule] = []
    found = search(
        problem, start, seconds=20, on_better=heard.append, progress=lambda *said: told.append(said)
    )
    assert found.proven
    assert [one.cost for one in heard] == [found.schedule.cost]
    assert found.schedule.cost < start.cost
    assert all(0 <= done <= total == 1000 for done, total in told)
    assert told == sorted(told)


def test_a_larger_shop_has_the_quick_bound_only(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = two_colours()
    monkeypatch.setattr(searching, "SMALL", 3)
    found = search(problem, seconds=0.5)
    assert found.lower_bound == lower_bound(problem)
    assert not found.proven
    assert found.gap_percent
    monkeypatch.setattr(searching, "BOUNDED", 3)
    assert search(problem, seconds=0.5).lower_bound is None


def test_a_gap_is_rounded_up_and_never_guessed() -> None:
    assert gap_percent(100, 100) == 0
    assert gap_percent(1001, 1000) == 1
    assert gap_percent(100, None) is None
    assert gap_percent(100, 0) is None, "nothing can be said in per cent of nothing"
    assert gap_percent(0, 0) == 0
    assert gap_percent(90, 100) is None, "a schedule that breaks a rule may lie below"


def test_what_was_promised_and_is_in_time_stays_in_time() -> None:
    """Breaking the promise would save two changeovers, worth far more than its lateness."""
    machines = (Machine(0, 0, DAY_SHIFT),)
    colours, due = (1, 0, 1), (540, 720, 9000)
    steps = tuple(Operation(n, n, 0, 0, colour, (Alternative(0, 0, 60),)) for n, colour in enumerate(colours))
    steps = (*steps, Operation(3, 3, 0, 0, 0, (Alternative(0, 0, 60),)))
    orders = tuple(Order(n, 0, day) for n, day in enumerate((*due, 9000)))

    def problem(promised: bool) -> Problem:
        given = tuple(Order(o.id, 0, o.due, 1, promised=promised and o.id == 1) for o in orders)
        return Problem(machines, (Centre(0, {}, 120),), steps, given, objective=Objective(changeover=10_000))

    placed = {
        0: Assignment(0, 480, 480, 540), 1: Assignment(0, 540, 660, 720, 120),
        2: Assignment(0, 720, 840, 900, 120), 3: Assignment(0, 900, 1020, 1080, 120),
    }  # fmt: skip
    free, bound = problem(False), problem(True)
    saved = search(free, measure(free, placed), iterations=3000).schedule
    kept = search(bound, measure(bound, placed), iterations=3000).schedule
    assert saved.changeover_minutes == 120
    assert kept.lateness[1] <= 0
    assert kept.changeover_minutes < 360, "it still saves what breaks no promise"
