"""Why an order is late: the chain of waits, read backwards from its last operation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from factory_erp.planning.calendar import DAY
from factory_erp.planning.schedule.problem import Operation, Problem
from factory_erp.planning.schedule.result import Assignment, Reason, end_of, lines_of

PPM = 1_000_000
Users = Mapping[int, list[Operation]]
"""By resource, the operations that need it."""


class _Wait(NamedTuple):
    """Until which working minute of its machine an operation waited, and why."""

    until: int
    reason: Reason


def explain_late(
    problem: Problem, placed: Mapping[int, Assignment], finish: Mapping[int, int]
) -> dict[int, tuple[Reason, ...]]:
    """For each order that finishes after it is due, what it waited for, first cause first."""
    late = (order.id for order in problem.orders if finish[order.id] > order.due)
    return _explained(problem, placed, finish, late)


def explain_feeders(
    problem: Problem,
    placed: Mapping[int, Assignment],
    finish: Mapping[int, int],
    late: Mapping[int, tuple[Reason, ...]],
) -> dict[int, tuple[Reason, ...]]:
    """What those orders waited for that *late* ones wait for, and so on down, where they are not late.

    One that waited for nothing is left out: it took its time.
    """
    found: dict[int, tuple[Reason, ...]] = {}
    asked = _feeders(late)
    while asked:
        known = _explained(problem, placed, finish, sorted(asked - late.keys() - found.keys()))
        found |= known
        asked = _feeders(known)
    return {order: said for order, said in found.items() if said[0].kind != "capacity"}


def _feeders(reasons: Mapping[int, tuple[Reason, ...]]) -> set[int]:
    return {reason.ref for said in reasons.values() for reason in said if reason.kind == "predecessor"}


def _explained(
    problem: Problem, placed: Mapping[int, Assignment], finish: Mapping[int, int], orders: Iterable[int]
) -> dict[int, tuple[Reason, ...]]:
    before = {
        operation: line[place - 1] if place else None
        for line in lines_of(problem, placed).values()
        for place, operation in enumerate(line)
    }
    users = users_of(problem)
    return {order: reasons_of(problem, order, placed, before, finish, users) for order in orders}


def users_of(problem: Problem) -> Users:
    """The operations that need each secondary resource."""
    users: dict[int, list[Operation]] = {resource.id: [] for resource in problem.resources}
    for operation in problem.operations:
        for resource in operation.resources:
            users[resource].append(operation)
    return users


def reasons_of(
    problem: Problem,
    order: int,
    placed: Mapping[int, Assignment],
    before: Mapping[int, int | None],
    finish: Mapping[int, int],
    users: Users | None = None,
) -> tuple[Reason, ...]:
    """Waits of one order; *before* tells for each operation which one its machine did just before."""
    found: list[Reason] = []
    users = users_of(problem) if users is None else users
    for operation in reversed([o for o in problem.routing[order] if not o.done]):
        times = ready_times(problem, operation, placed, finish)
        ready = max([problem.now, *(at for at, _reason in times)])
        wait = _wait(problem, operation, placed, before, users, ready)
        if wait:
            found.append(wait)
        cause = max(times, key=lambda pair: pair[0], default=(0, None))
        if wait and wait.kind == "locked":
            break
        if cause[1] and cause[0] > problem.now:
            found.append(cause[1])
            break
    if not found:
        found.append(Reason("capacity", order, finish[order]))
    return tuple(dict.fromkeys(reversed(found)))


def ready_times(
    problem: Problem, operation: Operation, placed: Mapping[int, Assignment], finish: Mapping[int, int]
) -> list[tuple[int, Reason | None]]:
    """Everything the operation must wait for, with when it is there; None: the step before."""
    steps = problem.routing[operation.order]
    place = next(number for number, step in enumerate(steps) if step.id == operation.id)
    times: list[tuple[int, Reason | None]] = []
    if place:
        times.append((_handed_over(problem, steps[place - 1], placed), None))
    else:
        order = problem.order[operation.order]
        times.append((order.release, Reason("material", operation.id, order.release)))
        times.extend((finish[p], Reason("predecessor", p, finish[p])) for p in order.predecessors)
    if operation.earliest:
        times.append((operation.earliest, Reason("material", operation.id, operation.earliest)))
    return times


def _handed_over(problem: Problem, step: Operation, placed: Mapping[int, Assignment]) -> int:
    """When the next step may begin: after the end or the first transfer batch, and the wait in between."""
    if not step.transfer_ppm or step.done or step.fixed:
        return end_of(problem, step, placed) + step.lag
    row = placed[step.id]
    way = problem.alternative(step.id, row.machine)
    if way is None:
        return row.end + step.lag
    part = way.setup_minutes - (-way.run_minutes * step.transfer_ppm // PPM)
    return problem.machine[row.machine].calendar.add_working(row.start, part) + step.lag


def _wait(
    problem: Problem,
    operation: Operation,
    placed: Mapping[int, Assignment],
    before: Mapping[int, int | None],
    users: Users,
    ready: int,
) -> Reason | None:
    """What kept a ready operation waiting longest, if anything did.

    A wait counts only in the machine's working time: nights are nobody's fault, more than a day is.
    """
    mine = placed[operation.id]
    if operation.fixed:
        locked = mine.start > max(ready, problem.now)
        return Reason("locked", operation.id, mine.start, mine.machine) if locked else None
    to_working = problem.machine[mine.machine].calendar.to_working
    could, did = to_working(ready), to_working(mine.start)
    if did <= could:
        closed = mine.start - ready > DAY
        return Reason("calendar", operation.id, mine.start, mine.machine) if closed else None
    waits = [
        _machine_wait(problem, operation, placed, before),
        *_resource_waits(problem, operation, placed, users),
    ]
    real = [wait for wait in waits if wait and wait.until > could]
    if real:
        longest = max(real, key=lambda wait: wait.until).reason
        return None if _own(problem, longest, operation) else longest
    return None if operation.resumable else Reason("calendar", operation.id, mine.start, mine.machine)


def _own(problem: Problem, reason: Reason, operation: Operation) -> bool:
    """Whether it waited for a step of its own order, which is no cause but how the order is made."""
    return reason.kind in ("machine", "resource") and reason.ref == operation.order


def _machine_wait(
    problem: Problem,
    operation: Operation,
    placed: Mapping[int, Assignment],
    before: Mapping[int, int | None],
) -> _Wait | None:
    """The machine was busy with the operation before, and then changed over."""
    mine, other = placed[operation.id], before.get(operation.id)
    machine = problem.machine[mine.machine]
    if other is None or machine.unlimited:
        return None
    change = problem.changeover(machine.id, problem.operation[other].family, operation.family)
    until = machine.calendar.to_working(placed[other].end) + change
    return _Wait(until, Reason("machine", problem.operation[other].order, mine.start, machine.id))


def _resource_waits(
    problem: Problem, operation: Operation, placed: Mapping[int, Assignment], users: Users
) -> list[_Wait]:
    """Each resource was busy with whoever let go of it last before the start."""
    mine, found = placed[operation.id], []
    to_working = problem.machine[mine.machine].calendar.to_working
    for resource in operation.resources:
        others = [o for o in users[resource] if o.id in placed and o.id != operation.id]
        ended = [(placed[o.id].end, o.order) for o in others if placed[o.id].end <= mine.start]
        if ended:
            end, order = max(ended)
            reason = Reason("resource", order, mine.start, mine.machine, resource)
            found.append(_Wait(to_working(end), reason))
    return found
