"""Random small shops with everything that a problem can say."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from factory_erp.planning.schedule.problem import Fixed, Machine, Objective, Operation, Problem, Resource
from tests.planning.shop import daily, problems

ROUND_THE_CLOCK = daily(0, 1440)


@st.composite
def all_kinds(draw: st.DrawFn, limits: bool = False) -> Problem:
    """A shop with every feature; with *limits* on waits all machines are open round the clock.

    Otherwise two machines might never be open close enough together for the wait to be kept.
    """
    plain = draw(problems())
    machines = tuple(_machine(draw, machine, limits) for machine in plain.machines)
    resources = tuple(Resource(n, draw(st.integers(1, 2))) for n in range(draw(st.integers(0, 2))))
    operations = tuple(_operation(draw, o, len(resources), plain, limits) for o in plain.operations)
    orders = tuple(replace(order, promised=draw(st.booleans())) for order in plain.orders)
    published = {o.id: _place(draw, o, plain) for o in operations if draw(st.booleans()) and o.alternatives}
    price = st.integers(0, 3)
    only_end = draw(st.integers(0, 4)) == 0
    goal = Objective(draw(price), draw(price), draw(price), draw(price), draw(price), only_end)
    return Problem(machines, plain.centres, operations, orders, plain.now, resources, goal, published)


def _machine(draw: st.DrawFn, machine: Machine, limits: bool) -> Machine:
    calendar = ROUND_THE_CLOCK if limits else machine.calendar
    some = calendar.intervals[:: draw(st.integers(2, 5))]
    overtime = tuple((start, end) for start, end in some) if draw(st.booleans()) else ()
    return replace(machine, calendar=calendar, overtime=overtime)


def _operation(
    draw: st.DrawFn, operation: Operation, resources: int, problem: Problem, limits: bool
) -> Operation:
    """Work that cannot pause is short enough for the shortest opening, 240 minutes."""
    ways = operation.alternatives
    whole = draw(st.integers(0, 3)) == 0
    if whole:
        ways = tuple(way._replace(run_minutes=1 + way.run_minutes % 200) for way in ways)
    wanted = draw(st.sets(st.integers(0, max(0, resources - 1)), max_size=2)) if resources else set()
    lag = draw(st.sampled_from([0, 0, 30, 700]))
    changed = replace(
        operation,
        alternatives=ways,
        resumable=not whole,
        resources=tuple(sorted(wanted)),
        lag=lag,
        max_lag=lag + draw(st.integers(40, 100)) if limits and draw(st.booleans()) else None,
        transfer_ppm=draw(st.sampled_from([0, 0, 0, 100_000, 500_000, 1_000_000])),
    )
    if draw(st.integers(0, 9)) == 0:
        return replace(changed, fixed=_place(draw, changed, problem), done=draw(st.booleans()))
    return changed


def _place(draw: st.DrawFn, operation: Operation, problem: Problem) -> Fixed:
    start = draw(st.integers(0, 6000))
    machine = draw(st.sampled_from([way.machine for way in operation.alternatives]))
    return Fixed(machine, start, start + draw(st.integers(0, 500)))
