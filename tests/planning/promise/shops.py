"""Shops with everything that binds an operation, their schedules, and the rules counted anew for promises."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from hypothesis import strategies as st

from factory_erp.planning.promise.insert import Inserter
from factory_erp.planning.schedule.measure import measure
from factory_erp.planning.schedule.problem import (
    Fixed,
    Machine,
    Objective,
    Operation,
    Order,
    Problem,
    Resource,
)
from factory_erp.planning.schedule.result import Assignment, Schedule
from tests.planning.shop import problems

PPM = 1_000_000
NEW = 1000
"""Ids of what is tried are higher by this."""


@st.composite
def featured(draw: st.DrawFn) -> Problem:
    """A random shop whose steps may need moulds, one shift, a wait, a soon follower, or carry lots ahead."""
    plain = draw(problems())
    resources = (Resource(1, draw(st.integers(1, 2))), Resource(2, 1))
    operations = tuple(_featured(draw, plain, operation) for operation in plain.operations)
    orders = tuple(replace(order, promised=draw(st.booleans())) for order in plain.orders)
    return replace(
        plain,
        operations=operations,
        orders=orders,
        resources=resources,
        objective=Objective(changeover=60),
    )


def _featured(draw: st.DrawFn, problem: Problem, operation: Operation) -> Operation:
    shortest = min(
        end - start
        for way in operation.alternatives
        for start, end in problem.machine[way.machine].calendar.intervals[:1]
    )
    fits = max(way.minutes for way in operation.alternatives) <= shortest
    lag = draw(st.sampled_from([0, 0, 30]))
    return replace(
        operation,
        resumable=not fits or draw(st.booleans()),
        resources=draw(st.sampled_from([(), (), (1,), (2,), (1, 2)])),
        lag=lag,
        max_lag=draw(st.sampled_from([None, None, lag + 3000])),
        transfer_ppm=draw(st.sampled_from([0, 0, 250_000])),
    )


def scheduled(problem: Problem) -> Schedule:
    """A schedule of the whole shop: each order promised in turn."""
    empty = replace(problem, operations=(), orders=())
    inserter = Inserter(empty, measure(empty, {}))
    rows: dict[int, Assignment] = {}
    for number in problem.sequence:
        steps = problem.routing[number]
        found = inserter.earliest([problem.order[number]], steps)
        rows |= found.assignments
        inserter = inserter.accepted(found, steps)
    return measure(problem, rows)


def renumbered(problem: Problem, machines: Sequence[Machine]) -> tuple[list[Order], list[Operation]]:
    """The orders of another shop, as far as these machines can make them, with ids of their own."""
    known = {machine.id for machine in machines}
    orders = [
        replace(one, id=one.id + NEW, predecessors=tuple(p + NEW for p in one.predecessors), weight=9)
        for one in problem.orders
    ]
    operations = [
        replace(
            one,
            id=one.id + NEW,
            order=one.order + NEW,
            resumable=True,
            alternatives=tuple(way for way in one.alternatives if way.machine in known),
        )
        for one in problem.operations
    ]
    return orders, [one for one in operations if one.alternatives]


def fixed_in(problem: Problem, schedule: Schedule, numbers: set[int]) -> Problem:
    """The same shop with those operations locked where the schedule has them, but those that carry lots."""
    operations = (
        replace(one, fixed=Fixed(row.machine, row.start, row.end))
        if one.id in numbers and not one.transfer_ppm
        else one
        for one in problem.operations
        for row in [schedule.assignments[one.id]]
    )
    return replace(problem, operations=tuple(operations))


def broken(problem: Problem, schedule: Schedule) -> list[str]:
    """Waits, lots, moulds and shifts that the schedule does not keep; locked operations are facts."""
    return [*_steps(problem, schedule), *_moulds(problem, schedule)]


def _steps(problem: Problem, schedule: Schedule) -> Iterator[str]:
    for steps in problem.routing.values():
        for one, two in pairwise(steps):
            yield from _follows(problem, schedule, one, two)
        for one in steps:
            row = schedule.assignments[one.id]
            hours = problem.machine[row.machine].calendar.intervals
            if not one.resumable and not any(a <= row.start and row.end <= b for a, b in hours):
                yield f"{one.id} is interrupted"


def _follows(problem: Problem, schedule: Schedule, one: Operation, two: Operation) -> Iterator[str]:
    if two.fixed:
        return
    before, after = schedule.assignments[one.id], schedule.assignments[two.id]
    if one.max_lag is not None and after.start > before.end + one.max_lag:
        yield f"{two.id} follows {one.id} too late"
    way, next_way = problem.alternative(one.id, before.machine), problem.alternative(two.id, after.machine)
    if not one.transfer_ppm or one.fixed or way is None or next_way is None:
        if after.start < before.end + one.lag:
            yield f"{two.id} follows {one.id} too soon"
        return
    lot = way.setup_minutes + -(-way.run_minutes * one.transfer_ppm // PPM)
    machine, next_machine = problem.machine[before.machine], problem.machine[after.machine]
    if worked(machine, before.start, after.start - one.lag) < lot:
        yield f"{two.id} begins before the first lot of {one.id} comes"
    last = -(-next_way.run_minutes * one.transfer_ppm // PPM)
    if worked(next_machine, before.end + one.lag, after.end) < last:
        yield f"{two.id} ends before the last lot of {one.id} is done"


def _moulds(problem: Problem, schedule: Schedule) -> Iterator[str]:
    for resource in problem.resources:
        spans = [
            (schedule.assignments[one.id].start, schedule.assignments[one.id].end)
            for one in problem.operations
            if resource.id in one.resources
        ]
        for start, _end in spans:
            if sum(a <= start < b for a, b in spans) > resource.capacity:
                yield f"resource {resource.id} is held too often at {start}"


def worked(machine: Machine, start: int, end: int) -> int:
    """Working minutes of the machine between two moments."""
    return sum(max(0, min(end, b) - max(start, a)) for a, b in machine.calendar.intervals)
