"""The tabu search for flexible job shops: its arithmetic, and what it promises."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.fjsp import Ways, problem_of
from factory_erp.planning.schedule import engine, makespan
from factory_erp.planning.schedule import makespan_search as tabu
from factory_erp.planning.schedule.check import violations
from factory_erp.planning.schedule.makespan_graph import critical_path, longest, sort, without
from factory_erp.planning.schedule.makespan_state import Search
from factory_erp.planning.schedule.measure import measure
from factory_erp.planning.schedule.problem import Problem
from tests.planning.schedule.small import small_problems


@st.composite
def job_shops(draw: st.DrawFn) -> Problem:
    """Up to 5 jobs of up to 4 steps on up to 4 machines."""
    machines = draw(st.integers(1, 4))
    step = st.dictionaries(st.integers(0, machines - 1), st.integers(1, 9), min_size=1).map(
        lambda ways: sorted(ways.items())
    )
    jobs: list[list[Ways]] = draw(st.lists(st.lists(step, min_size=1, max_size=4), min_size=1, max_size=5))
    return problem_of(machines, jobs)


some = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


@some
@given(job_shops(), st.integers(0, 99))
def test_a_move_gives_exactly_the_makespan_that_it_foretold(problem: Problem, seed: int) -> None:
    search = Search(problem, seed)
    search.begin(None)
    shop, lines, times, memory, scratch = (
        search.shop,
        search.lines,
        search.times,
        search.memory,
        search.scratch,
    )
    for _move in range(15):
        end = longest(shop, lines, times)
        length = critical_path(shop, lines, times, end, memory.dice, scratch.path)
        move = tabu.best_move(shop, lines, times, memory, scratch, length)
        if move.operation < 0:
            break
        tabu.make(shop, lines, move)
        assert sort(shop, lines, times) == len(problem.operations), "the move closed a circle"
        assert longest(shop, lines, times) == max(move.through, move.floor)


@some
@given(job_shops(), st.integers(0, 99))
def test_what_is_taken_out_for_a_look_is_put_back(problem: Problem, seed: int) -> None:
    search = Search(problem, seed)
    search.begin(None)
    longest(search.shop, search.lines, search.times)
    before = [column.tolist() for column in search.lines]
    for row in range(len(problem.operations)):
        end = without(search.shop, search.lines, search.times, row, search.scratch.head, search.scratch.tail)
        assert end <= search.makespan
    assert [column.tolist() for column in search.lines][:5] == before[:5]


@some
@given(job_shops(), st.integers(0, 99))
def test_schedules_are_valid_never_worse_and_the_same_for_the_same_seed(problem: Problem, seed: int) -> None:
    start = engine.first(problem)
    one = makespan.solve(problem, start.assignments, iterations=200, seed=seed)
    two = makespan.solve(problem, start.assignments, iterations=200, seed=seed)
    assert one == two
    schedule = measure(problem, one.placed)
    assert violations(problem, schedule) == []
    assert one.lower_bound <= one.makespan == schedule.makespan <= start.makespan


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(job_shops(), st.sampled_from([1, 2]))
def test_search_and_exact_solver_meet_on_small_shops(problem: Problem, workers: int) -> None:
    found = makespan.solve(problem, seconds=10, workers=workers)
    assert found.lower_bound == found.makespan
    assert violations(problem, measure(problem, found.placed)) == []


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(small_problems())
def test_it_is_only_for_pure_problems(problem: Problem) -> None:
    if makespan.applies(problem):
        assert problem.objective.makespan
        assert violations(problem, measure(problem, makespan.solve(problem, iterations=50).placed)) == []


def test_the_engine_uses_it_and_hears_of_progress() -> None:
    problem = problem_of(2, [[[(0, 3), (1, 5)], [(1, 2)]], [[(0, 4)], [(0, 1), (1, 1)]]])
    told: list[tuple[int, int]] = []
    schedule = engine.improve(problem, iterations=100, progress=lambda done, of: told.append((done, of)))
    assert schedule.makespan == makespan.solve(problem, iterations=100).makespan
    assert told
    assert told[-1][0] <= told[-1][1]


def test_a_wish_to_stop_is_heard() -> None:
    problem = problem_of(3, [[[(m, 5 + (j * s) % 7) for m in range(3)] for s in range(6)] for j in range(9)])
    assert makespan.solve(problem, seconds=600, cancelled=lambda: True).moves == 0


@pytest.mark.parametrize("machines", [1, 5])
def test_a_shop_where_nothing_can_move(machines: int) -> None:
    problem = problem_of(machines, [[[(0, 4)], [(0, 2)]]])
    assert makespan.solve(problem, iterations=20).makespan == 6
