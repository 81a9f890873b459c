"""A rush: finished in time if that is possible, with everybody who waits for it named, and other ways."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from factory_erp.planning.calendar import BeyondCalendar
from factory_erp.planning.promise.insert import Inserter
from factory_erp.planning.promise.rush import rush
from factory_erp.planning.promise.ways import PPM, Prices, alternatives
from factory_erp.planning.schedule.check import violations
from factory_erp.planning.schedule.measure import measure
from factory_erp.planning.schedule.problem import Alternative, Centre, Machine, Operation, Order, Problem
from factory_erp.planning.schedule.result import Assignment, Schedule
from tests.planning.promise.shops import broken, featured, fixed_in, renumbered, scheduled
from tests.planning.shop import daily

DAYS = daily(480, 600, 60)
PRICES = Prices(changeover_hour=8000, overtime_hour=6000)


def a_queue(minutes: list[int], *, promised: int = -1, machines: int = 1) -> tuple[Problem, Schedule]:
    """Orders 1, 2, … of those minutes, one behind another on machine 1; the one *promised* is due at once."""
    operations = tuple(
        Operation(n, n, 1, 1, 0, (Alternative(1, 0, size),)) for n, size in enumerate(minutes, start=1)
    )
    orders = tuple(Order(n, 0, 99_999, weight=n, promised=n == promised) for n in range(1, len(minutes) + 1))
    centre = Centre(1, default=30)
    problem = Problem(
        tuple(Machine(n, 1, DAYS, family=0) for n in range(1, machines + 1)), (centre,), operations, orders
    )
    calendar, at, rows = DAYS, 0, {}
    for number, size in enumerate(minutes, start=1):
        rows[number] = Assignment(1, calendar.to_wall(at), calendar.to_wall(at), calendar.end_wall(at + size))
        at += size
    schedule = measure(problem, rows)
    if promised > 0:
        due = tuple(replace(o, due=schedule.finish[o.id]) if o.promised else o for o in orders)
        problem = replace(problem, orders=due)
    return problem, measure(problem, rows)


def wanted(minutes: int = 60, weight: int = 9) -> tuple[list[Order], list[Operation]]:
    return [Order(99, 0, 0, weight)], [Operation(99, 99, 1, 1, 0, (Alternative(1, 0, minutes),))]


@settings(max_examples=40, deadline=None)
@given(featured(), featured(), st.integers(0, 12_000), st.data())
def test_a_rush_breaks_no_rule_and_names_everybody_who_slips(
    problem: Problem, other: Problem, end: int, data: st.DataObject
) -> None:
    schedule = scheduled(problem)
    locked = (
        data.draw(st.sets(st.sampled_from([o.id for o in problem.operations])))
        if problem.operations
        else set()
    )
    problem = fixed_in(problem, schedule, locked)
    orders, operations = renumbered(other, problem.machines)
    found = rush(Inserter(problem, schedule), orders, operations, end)
    if found is None:
        return
    wider = replace(problem, orders=(*problem.orders, *orders), operations=(*problem.operations, *operations))
    whole = measure(wider, {**schedule.assignments, **found.moved, **found.assignments})
    assert broken(wider, whole) == []
    assert violations(wider, whole) == []
    assert found.feasible == (found.finish <= end)
    assert not any(problem.operation[number].fixed for number in found.moved)
    slipped = {o: f for o, f in whole.finish.items() if o in schedule.finish and f > schedule.finish[o]}
    assert {slip.order: slip.after for slip in found.slips} == slipped
    for order in problem.orders:
        if order.promised:
            assert whole.finish[order.id] <= max(order.due, schedule.finish[order.id])
    assert found.changeover_minutes == whole.changeover_minutes - schedule.changeover_minutes


def test_the_cheapest_order_slips() -> None:
    problem, schedule = a_queue([300, 300, 300])
    found = rush(Inserter(problem, schedule), *wanted(), 600)
    assert found is not None
    assert found.feasible
    assert [slip.order for slip in found.slips] == [1]


def test_a_rush_that_fits_into_a_gap_lets_nobody_slip() -> None:
    problem, schedule = a_queue([300])
    found = rush(Inserter(problem, schedule), *wanted(), 1000)
    assert found is not None
    assert (found.feasible, found.slips, found.cost) == (True, (), 0)


def test_a_promised_order_stays_in_time() -> None:
    problem, schedule = a_queue([600, 600], promised=1)
    found = rush(Inserter(problem, schedule), *wanted(), 600)
    assert found is not None
    assert not found.feasible
    assert 1 not in {slip.order for slip in found.slips}


def test_lateness_is_counted_in_what_an_hour_costs() -> None:
    problem, _old = a_queue([600])
    problem = replace(problem, orders=(replace(problem.orders[0], due=1080, weight=5),))
    schedule = measure(problem, {1: Assignment(1, 480, 480, 1080)})
    found = rush(Inserter(problem, schedule), *wanted(), 600)
    assert found is not None
    (slip,) = found.slips
    assert slip.late == slip.after - 1080
    assert slip.cost == -(-5 * slip.late // 60)


def test_nothing_else_is_offered_where_the_promise_is_soon_enough() -> None:
    problem, schedule = a_queue([60])
    assert alternatives(Inserter(problem, schedule), *wanted(), 1000, PRICES) == ()


def test_overtime_brings_a_sooner_day_at_its_price() -> None:
    problem, schedule = a_queue([600, 600])
    ways = alternatives(Inserter(problem, schedule), *wanted(60), 2 * 1440 + 200, PRICES)
    (overtime,) = [way for way in ways if way.kind == "overtime"]
    # with an hour longer on the first day the second order ends an hour before the second evening
    assert overtime.finish == 1440 + 1080
    assert overtime.windows == ((1080, 1140),)
    assert overtime.price == 6000


def test_a_part_can_come_first() -> None:
    problem, schedule = a_queue([400, 600])
    problem = replace(problem, operations=(problem.operations[0],), orders=(problem.orders[0],))
    schedule = measure(problem, {1: schedule.assignments[1]})
    ways = alternatives(Inserter(problem, schedule), *wanted(400), 1080, PRICES)
    (split,) = [way for way in ways if way.kind == "split"]
    assert split.first_finish == 1080
    assert split.first_ppm == PPM // 2
    assert split.finish > 1440


def test_another_machine_of_the_centre_is_offered() -> None:
    problem, schedule = a_queue([600, 600], machines=2)
    ways = alternatives(Inserter(problem, schedule), *wanted(), 600, PRICES)
    (other,) = [way for way in ways if way.kind == "machine"]
    assert (other.machine, other.finish, other.price) == (2, 540, 0)


@settings(max_examples=20, deadline=None)
@given(featured(), featured(), st.one_of(st.none(), st.integers(0, 12_000)))
def test_every_other_way_brings_something_sooner(problem: Problem, other: Problem, end: int | None) -> None:
    inserter = Inserter(problem, scheduled(problem))
    orders, operations = renumbered(other, problem.machines)
    try:
        usual = inserter.earliest(orders, operations)
        ways = alternatives(inserter, orders, operations, end, PRICES)
    except BeyondCalendar:
        return
    assert len(ways) <= 3
    for way in ways:
        assert way.first < usual.finish
        assert way.first <= way.finish
        assert way.price >= 0
