"""Campaigns: they save what they say, nobody gets late, and the schedule stays possible."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from factory_erp.planning.batching import Campaign, campaigns, split
from factory_erp.planning.schedule.dispatch import DispatchScheduler
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
from factory_erp.planning.schedule.result import Assignment
from tests.planning.shop import daily, problems

DAY = 1440
OPEN = daily(0, 1440, 60)


def shop(*operations: Operation, due: int = 10 * DAY, **orders: int) -> Problem:
    """One machine of centre 0 with 30 minutes between families; an order for each operation."""
    return Problem(
        (Machine(1, 0, OPEN, 0),),
        (Centre(0, {}, 30),),
        operations,
        tuple(Order(o.order, 0, orders.get(f"o{o.order}", due)) for o in operations),
    )


def op(number: int, family: int, run: int = 60, setup: int = 20) -> Operation:
    """Operation *number* is the only one of order *number*."""
    return Operation(number, number, 10, 0, family, (Alternative(1, setup, run),))


def in_turn(problem: Problem) -> dict[int, Assignment]:
    """Operations by number, one after another with the changeovers between them."""
    placed, at, family = {}, 0, 0
    for one in sorted(problem.operations, key=lambda o: o.id):
        way = one.alternatives[0]
        at += problem.changeover(1, family, one.family)
        placed[one.id] = Assignment(1, at, at + way.setup_minutes, at + way.minutes)
        at, family = at + way.minutes, one.family
    return placed


def test_two_of_a_family_behind_one_another_save_a_setup_and_two_changeovers() -> None:
    problem = shop(op(1, 0), op(2, 1), op(3, 0))
    (found,) = campaigns(problem, in_turn(problem), {1: "red", 3: "red"}, 5 * DAY)
    assert found.operations == (1, 3)
    # 3's set-up of 20 and the changeover from 1 back to 0
    assert found.saved == 20 + 30
    assert found.setup == 20
    assert found.places[3] == Assignment(1, 80, 80, 140)
    # 60 minutes of 3 come before 2, which moves as far as it must
    assert found.places[2].start == 140 + 30


def test_nobody_is_made_late_for_it() -> None:
    problem = shop(op(1, 0), op(2, 1), op(3, 0), o2=200)
    placed = in_turn(problem)
    assert placed[2].end == 190
    assert campaigns(problem, placed, {1: "red", 3: "red"}, 5 * DAY) == ()
    later = {1: 10 * DAY, 2: 250, 3: 10 * DAY}
    assert campaigns(problem, placed, {1: "red", 3: "red"}, 5 * DAY, later) != ()


def test_who_is_late_already_does_not_become_later() -> None:
    problem = shop(op(1, 0), op(2, 1), op(3, 0), o2=10)
    assert campaigns(problem, in_turn(problem), {1: "red", 3: "red"}, 5 * DAY) == ()


def test_outside_the_window_nothing_is_joined() -> None:
    problem = shop(op(1, 0), op(2, 1), op(3, 0))
    assert campaigns(problem, in_turn(problem), {1: "red", 3: "red"}, 100) == ()


def test_a_locked_operation_does_not_make_way() -> None:
    problem = shop(op(1, 0), op(2, 1), op(3, 0))
    placed = in_turn(problem)
    fixed = Fixed(1, placed[2].start, placed[2].end)
    locked = [replace(o, fixed=fixed) if o.id == 2 else o for o in problem.operations]
    assert campaigns(shop(*locked), placed, {1: "red", 3: "red"}, 5 * DAY) == ()


def test_a_member_waits_for_its_material() -> None:
    late = replace(op(3, 0), earliest=150)
    problem = shop(op(1, 0), op(2, 1), late)
    (found,) = campaigns(problem, in_turn(problem), {1: "red", 3: "red"}, 5 * DAY)
    assert found.places[3].start == 150
    assert found.places[2].start == 150 + 60 + 30


def test_a_mould_is_not_needed_twice_at_once() -> None:
    machines = (Machine(1, 0, OPEN, 0), Machine(2, 1, OPEN, 0))
    other = Operation(4, 4, 10, 1, 0, (Alternative(2, 0, 80),), resources=(9,))
    operations = (op(1, 0), op(2, 1), replace(op(3, 0), resources=(9,)), other)
    orders = tuple(Order(n, 0, 10 * DAY) for n in (1, 2, 3, 4))
    problem = Problem(machines, (Centre(0, {}, 30), Centre(1)), operations, orders, resources=(Resource(9),))
    placed = in_turn(shop(op(1, 0), op(2, 1), op(3, 0)))
    free = placed | {4: Assignment(2, 300, 300, 380)}
    taken = placed | {4: Assignment(2, 60, 60, 140)}
    kinds = {1: "red", 3: "red"}
    assert campaigns(problem, free, kinds, 5 * DAY) != ()
    assert campaigns(problem, taken, kinds, 5 * DAY) == ()


def test_costs_are_split_exactly() -> None:
    assert split(100, [1, 1, 1]) == (34, 33, 33)
    assert split(7, [0, 0]) == (4, 3)
    assert split(0, [5, 6]) == (0, 0)


@given(st.integers(0, 10**9), st.lists(st.integers(0, 10**6), min_size=1, max_size=9))
def test_shares_sum_to_the_whole_and_follow_the_weights(total: int, weights: list[int]) -> None:
    shares = split(total, weights)
    assert sum(shares) == total
    whole = sum(weights)
    for share, weight in zip(shares, weights, strict=True):
        if whole:
            assert abs(share * whole - total * weight) < whole


def joined(problem: Problem, placed: Mapping[int, Assignment], found: Campaign) -> None:
    """Assert, by rules of its own, that the campaign can run and makes nobody late."""
    after = dict(placed) | dict(found.places)
    members = set(found.operations)
    for number, at in after.items():
        way = problem.alternative(number, at.machine)
        assert way is not None
        calendar = problem.machine[at.machine].calendar
        worked = calendar.to_working(at.end) - calendar.to_working(at.start)
        if number not in members:
            assert worked == way.minutes
        else:
            assert way.run_minutes <= worked <= way.minutes
    for order in problem.orders:
        steps = problem.routing[order.id]
        for one, two in pairwise(steps):
            assert after[one.id].end <= after[two.id].start
        if steps:
            before = placed[steps[-1].id].end
            assert after[steps[-1].id].end <= max(order.due, before)
            for feeder in order.predecessors:
                if problem.routing[feeder]:
                    assert after[problem.routing[feeder][-1].id].end <= after[steps[0].id].start
    for machine in problem.machines:
        line = sorted((a.start, a.end, o) for o, a in after.items() if a.machine == machine.id)
        if machine.unlimited:
            continue
        for (_start, end, one), (start, _end, two) in pairwise(line):
            inside = one in members and two in members
            need = (
                0
                if inside
                else problem.changeover(
                    machine.id, problem.operation[one].family, problem.operation[two].family
                )
            )
            worked = machine.calendar.to_working
            assert worked(end) + need <= worked(start)


@settings(deadline=None, max_examples=80)
@given(problems())
def test_any_campaign_can_run_and_harms_nobody(problem: Problem) -> None:
    placed = DispatchScheduler(grid=((2.0, 0.5),)).solve(problem).assignments
    kinds = {o.id: str(o.family) for o in problem.operations}
    found = campaigns(problem, placed, kinds, 5 * DAY)
    seen: set[int] = set()
    for one in found:
        assert one.saved > 0
        assert len(one.operations) > 1
        assert seen.isdisjoint(one.operations)
        seen.update(one.operations)
        joined(problem, placed, one)
