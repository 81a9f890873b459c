"""A promise can be kept: it breaks no rule, moves nothing, and says what binds it."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factory_erp.domain.errors import InvalidValue
from factory_erp.planning.calendar import BeyondCalendar, WorkingCalendar
from factory_erp.planning.promise.insert import Inserter
from factory_erp.planning.schedule.check import violations
from factory_erp.planning.schedule.measure import measure
from factory_erp.planning.schedule.problem import (
    Alternative,
    Centre,
    Machine,
    Operation,
    Order,
    Problem,
    Resource,
)
from factory_erp.planning.schedule.result import Assignment, Reason, Schedule
from tests.planning.promise.shops import broken, featured, fixed_in, renumbered, scheduled
from tests.planning.shop import daily

DAYS = daily(480, 600, 60)


def a_shop(
    steps: list[Operation], rows: dict[int, Assignment], *, resources: tuple[Resource, ...] = ()
) -> tuple[Problem, Schedule]:
    """Two machines of ten hours a day, changing between families in 30 minutes; *steps* stand at *rows*."""
    machines = (Machine(1, 1, DAYS, family=0), Machine(2, 1, DAYS, family=0))
    orders = tuple(Order(number, 0, 99_999) for number in sorted({step.order for step in steps}))
    problem = Problem(machines, (Centre(1, default=30),), tuple(steps), orders, resources=resources)
    return problem, measure(problem, rows)


def step(number: int, order: int, minutes: int = 60, *, machine: int = 1, seq: int = 1) -> Operation:
    return Operation(number, order, seq, 1, 0, (Alternative(machine, 0, minutes),))


@settings(max_examples=40, deadline=None)
@given(featured(), featured(), st.data())
def test_a_promise_breaks_no_rule_and_moves_nothing(
    problem: Problem, other: Problem, data: st.DataObject
) -> None:
    schedule = scheduled(problem)
    locked = (
        data.draw(st.sets(st.sampled_from([o.id for o in problem.operations])))
        if problem.operations
        else set()
    )
    problem = fixed_in(problem, schedule, locked)
    orders, operations = renumbered(other, problem.machines)
    orders[0] = replace(orders[0], predecessors=(0,))
    inserter = Inserter(problem, schedule)
    try:
        found = inserter.earliest(orders, operations)
    except BeyondCalendar:
        return
    wider = replace(problem, orders=(*problem.orders, *orders), operations=(*problem.operations, *operations))
    whole = measure(wider, {**schedule.assignments, **found.assignments})
    assert broken(wider, whole) == []
    assert violations(wider, whole) == []
    assert {number: whole.finish[number] for number in found.finishes} == dict(found.finishes)
    assert all(whole.finish[number] == finish for number, finish in schedule.finish.items())
    assert found.reasons
    assert found.changeover_minutes == whole.changeover_minutes - schedule.changeover_minutes


@settings(max_examples=40, deadline=None)
@given(featured(), featured())
def test_asking_twice_says_the_same_and_accepting_makes_room_scarcer(
    problem: Problem, other: Problem
) -> None:
    inserter = Inserter(problem, scheduled(problem))
    orders, operations = renumbered(other, problem.machines)
    try:
        first = inserter.earliest(orders, operations)
        assert inserter.earliest(orders, operations) == first
        full = inserter.accepted(first, operations)
        again = renumbered(
            replace(other, orders=other.orders[:1], operations=other.routing[0]), problem.machines
        )
        more = [replace(one, id=one.id + 5000, predecessors=()) for one in again[0]]
        steps = [replace(one, id=one.id + 5000, order=one.order + 5000) for one in again[1]]
        assert full.earliest(more, steps).finish >= inserter.earliest(more, steps).finish
    except BeyondCalendar:
        return
    with pytest.raises(InvalidValue):
        full.earliest(orders, operations)


def test_orders_that_feed_one_another_are_promised_together() -> None:
    problem, schedule = a_shop([], {})
    part, whole = Order(1, 700, 0), Order(2, 0, 0, predecessors=(1,))
    found = Inserter(problem, schedule).earliest([whole, part], [step(1, 1), step(2, 2, machine=2)])
    assert (found.order, found.finish) == (2, 820)
    assert found.assignments[2].start == found.assignments[1].end == 760
    assert found.reasons == (Reason("material", 1, 700),)
    assert found.binding == Reason("material", 1, 700)


def test_a_step_that_cannot_rest_waits_for_the_morning() -> None:
    problem, schedule = a_shop([], {})
    whole = replace(step(1, 1, 400), resumable=False)
    found = Inserter(problem, schedule).earliest([Order(1, 800, 0)], [whole])
    assert (found.assignments[1].start, found.finish) == (1920, 2320)


def test_a_mould_in_use_is_awaited() -> None:
    held = replace(step(1, 1, 300), resources=(7,))
    problem, schedule = a_shop([held], {1: Assignment(1, 480, 480, 780)}, resources=(Resource(7),))
    found = Inserter(problem, schedule).earliest(
        [Order(2, 0, 0)], [replace(step(2, 2, machine=2), resources=(7,))]
    )
    assert found.assignments[2].start == 780
    assert found.reasons == (Reason("resource", 1, 780, machine=2, resource=7),)


def test_the_first_lot_is_carried_ahead() -> None:
    problem, schedule = a_shop([], {})
    carried = replace(step(1, 1, 100), transfer_ppm=100_000, lag=5)
    found = Inserter(problem, schedule).earliest(
        [Order(1, 0, 0)], [carried, step(2, 1, 100, machine=2, seq=2)]
    )
    assert found.assignments[2].start == 480 + 10 + 5
    assert found.finish == 580 + 5 + 10


def test_a_step_that_must_be_followed_soon_begins_later() -> None:
    problem, schedule = a_shop([step(9, 9, 300, machine=2)], {9: Assignment(2, 480, 480, 780)})
    soon = replace(step(1, 1), max_lag=10)
    found = Inserter(problem, schedule).earliest([Order(1, 0, 0)], [soon, step(2, 1, machine=2, seq=2)])
    assert found.assignments[2].start == 780
    assert 770 <= found.assignments[1].end <= 780


def test_what_can_never_follow_soon_enough_is_said() -> None:
    night = WorkingCalendar(tuple((day * 1440, day * 1440 + 200) for day in range(40)))
    machines = (Machine(1, 1, DAYS), Machine(2, 1, night))
    problem = Problem(machines, (Centre(1),), (), ())
    soon = replace(step(1, 1), max_lag=10)
    with pytest.raises(BeyondCalendar):
        Inserter(problem, measure(problem, {})).earliest(
            [Order(1, 0, 0)], [soon, step(2, 1, machine=2, seq=2)]
        )


def test_a_known_order_is_not_promised_again() -> None:
    problem, schedule = a_shop([step(1, 1)], {1: Assignment(1, 480, 480, 540)})
    with pytest.raises(InvalidValue):
        Inserter(problem, schedule).earliest([Order(1, 0, 0)], [])
