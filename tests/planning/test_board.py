"""A bar that is moved by hand: what is in its way goes later, and the schedule stays valid."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from factory_erp.planning.board import Board
from factory_erp.planning.calendar import WorkingCalendar, subtract
from factory_erp.planning.schedule.check import violations
from factory_erp.planning.schedule.dispatch import DispatchScheduler
from factory_erp.planning.schedule.measure import measure
from factory_erp.planning.schedule.problem import (
    Alternative,
    Centre,
    Fixed,
    Machine,
    Operation,
    Order,
    Problem,
    Resource,
)
from factory_erp.planning.schedule.result import Assignment, Schedule
from tests.planning.schedule.shops import all_kinds

ALWAYS = WorkingCalendar(((0, 100_000),))
DAYS = WorkingCalendar(tuple((1440 * day + 480, 1440 * day + 960) for day in range(60)))


def step(number: int, order: int, sequence: int = 0, minutes: int = 60, **more: object) -> Operation:
    """An operation that either of the two machines can do."""
    ways = (Alternative(0, 0, minutes), Alternative(1, 0, minutes))
    return replace(Operation(number, order, sequence, 0, 0, ways), **more)  # type: ignore[arg-type]


def a_problem(
    *steps: Operation, calendar: WorkingCalendar = ALWAYS, change: int = 0, **more: object
) -> Problem:
    """Two machines in one centre; as many orders as the steps name."""
    centre = Centre(0, {(1, 0): change, (0, 1): change})
    machines = (Machine(0, 0, calendar), Machine(1, 0, calendar))
    orders = tuple(Order(number, 0, 10_000) for number in sorted({one.order for one in steps}))
    return Problem(machines, (centre,), steps, orders, **more)  # type: ignore[arg-type]


def at(machine: int, start: int, end: int) -> Assignment:
    return Assignment(machine, start, start, end)


def test_what_is_in_the_way_goes_later() -> None:
    problem = a_problem(step(1, 1), step(2, 2), step(3, 3))
    board = Board(problem, {1: at(0, 0, 60), 2: at(0, 60, 120), 3: at(1, 0, 60)})
    moved = board.move(3, 0, 30)
    assert {o: (a.machine, a.start) for o, a in moved.places.items()} == {3: (0, 30), 1: (0, 90), 2: (0, 150)}


def test_what_it_was_taken_over_closes_up() -> None:
    problem = a_problem(step(1, 1), step(2, 2), step(3, 3), step(4, 4, earliest=90))
    board = Board(problem, {1: at(0, 0, 60), 2: at(0, 60, 120), 3: at(0, 200, 260), 4: at(0, 120, 180)})
    moved = board.move(1, 0, 190)
    assert {o: a.start for o, a in moved.places.items()} == {1: 190, 2: 0, 4: 90, 3: 250}


def test_a_bar_too_close_behind_another_moves_on_by_the_changeover() -> None:
    problem = a_problem(step(1, 1), step(2, 2, family=1), change=20)
    board = Board(problem, {1: at(0, 0, 60), 2: at(1, 0, 60)})
    assert board.move(2, 0, 65).places[2] == Assignment(0, 80, 80, 140, 20)


def test_it_waits_for_its_own_steps_and_says_until_when() -> None:
    problem = a_problem(step(1, 1, lag=30), step(2, 1, 1))
    board = Board(problem, {1: at(0, 0, 60), 2: at(1, 200, 260)})
    (why,) = board.move(2, 0, 70).broken
    assert (why.kind, why.other, why.until) == ("before", 1, 90)
    assert board.move(2, 0, 90).places[2].start == 90


def test_what_follows_goes_later_too_unless_it_is_fixed() -> None:
    later = step(2, 1, 1)
    places = {1: at(0, 0, 60), 2: at(1, 60, 120)}
    moved = Board(a_problem(step(1, 1), later), places).move(1, 0, 100)
    assert moved.places[2].start == 160
    fixed = replace(later, fixed=Fixed(1, 60, 120))
    (why,) = Board(a_problem(step(1, 1), fixed), places).move(1, 0, 100).broken
    assert (why.kind, why.other) == ("behind", 2)


def test_it_is_not_put_upon_what_is_fixed() -> None:
    problem = a_problem(step(1, 1, fixed=Fixed(0, 100, 160)), step(2, 2))
    board = Board(problem, {1: at(0, 100, 160), 2: at(1, 0, 60)})
    for start in (60, 120):
        (why,) = board.move(2, 0, start).broken
        assert (why.kind, why.other, why.until) == ("stands", 1, 160)
    assert board.move(2, 0, 40).places[2].end == 100


def test_the_longest_wait_draws_the_step_before_along() -> None:
    problem = a_problem(step(1, 1, max_lag=10), step(2, 1, 1), step(3, 2))
    board = Board(problem, {1: at(0, 0, 60), 2: at(1, 60, 120), 3: at(0, 60, 120)})
    moved = board.move(3, 1, 60).places
    assert moved[2].start == 120
    assert moved[1].end == 110
    assert board.move(2, 1, 500).places[1].end == 490
    late = Board(problem, {1: at(0, 200, 260), 2: at(1, 260, 320), 3: at(0, 60, 120)})
    (why,) = late.move(1, 0, 150).broken
    assert (why.kind, why.other, why.until) == ("wait", 2, 190)


def test_a_mould_is_held_once_at_a_time() -> None:
    steps = (step(1, 1, resources=(7,)), step(2, 2, resources=(7,)))
    problem = a_problem(*steps, resources=(Resource(7),))
    board = Board(problem, {1: at(0, 0, 60), 2: at(1, 60, 120)})
    moved = board.move(2, 1, 30).places
    assert (moved[2].start, moved[1].start) == (30, 90)


def test_nights_are_not_worked() -> None:
    problem = a_problem(step(1, 1, minutes=120), step(2, 2, minutes=120, resumable=False), calendar=DAYS)
    board = Board(problem, {1: at(0, 480, 600), 2: at(1, 480, 600)})
    assert board.move(1, 0, 900).places[1].end == 1440 + 540
    (why,) = board.move(2, 0, 900).broken
    assert (why.kind, why.until) == ("closed", 1440 + 480)


def test_an_order_is_put_off_and_others_close_up() -> None:
    problem = a_problem(step(1, 1), step(2, 1, 1), step(3, 2))
    board = Board(problem, {1: at(0, 0, 60), 2: at(0, 60, 120), 3: at(0, 120, 180)})
    moved = board.delay(1, 150).places
    assert {o: a.start for o, a in moved.items()} == {1: 150, 2: 210, 3: 0}


def placed(schedule: Schedule) -> dict[int, Assignment]:
    return dict(schedule.assignments)


@settings(deadline=None, max_examples=60)
@given(problem=all_kinds() | all_kinds(limits=True), data=st.data())
def test_a_drag_is_feasible_or_says_why(problem: Problem, data: st.DataObject) -> None:
    schedule = DispatchScheduler().solve(problem)
    free = [o for o in problem.operations if not o.fixed and not o.done]
    assume(free and not violations(problem, schedule))
    chosen = data.draw(st.sampled_from(free))
    machine = data.draw(st.sampled_from([way.machine for way in chosen.alternatives]))
    start = data.draw(st.integers(problem.now - 10, problem.now + 6000))
    board = Board(problem, placed(schedule))
    moved = board.move(chosen.id, machine, start)
    assert moved == board.move(chosen.id, machine, start)
    if moved.broken:
        assert not moved.places
        return
    after = measure(problem, {**placed(schedule), **moved.places}, explain=False)
    assert violations(problem, after) == []
    for number, place in moved.places.items():
        assert place == after.assignments[number]
        was = schedule.assignments[number]
        closes_up = machine == was.machine == schedule.assignments[chosen.id].machine
        assert number == chosen.id or closes_up or place.start > was.start
    few = board.move(chosen.id, machine, start, steps=1)
    assert few.cut or few == moved


@pytest.mark.parametrize("delay", [0, 3000])
@settings(deadline=None, max_examples=60)
@given(problem=all_kinds() | all_kinds(limits=True), data=st.data())
def test_an_order_put_off_leaves_a_valid_schedule(problem: Problem, data: st.DataObject, delay: int) -> None:
    schedule = DispatchScheduler().solve(problem)
    assume(problem.operations and not violations(problem, schedule))
    order = data.draw(st.sampled_from(problem.orders)).id
    moved = Board(problem, placed(schedule)).delay(order, problem.now + delay)
    if not moved.broken:
        after = measure(problem, {**placed(schedule), **moved.places}, explain=False)
        assert violations(problem, after) == []
        steps = [o for o in problem.routing[order] if not o.fixed and not o.done]
        assert all(after.assignments[o.id].start >= problem.now + delay for o in steps)


spans = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 10)), max_size=6)


@given(opened=spans, closed=spans)
def test_what_is_left_outside_of_spans(opened: list[tuple[int, int]], closed: list[tuple[int, int]]) -> None:
    from factory_erp.planning.calendar import merge

    intervals = merge((start, start + length) for start, length in opened)
    away = [(start, start + length) for start, length in closed]
    left = subtract(intervals, away)
    minutes = {m for start, end in intervals for m in range(start, end)}
    gone = {m for start, end in away for m in range(start, end)}
    assert sorted(minutes - gone) == [m for start, end in left for m in range(start, end)]
