"""Why an order is late: the chain of waits, read backwards from its last operation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from factory_erp.planning.schedule.problem import Operation, Problem
from factory_erp.planning.schedule.result import Assignment, Reason, end_of, lines_of


def explain_late(
    problem: Problem, placed: Mapping[int, Assignment], finish: Mapping[int, int]
) -> dict[int, tuple[Reason, ...]]:
    """For each order that finishes after it is due, what it waited for, first cause first."""
    before = {
        operation: line[place - 1] if place else None
        for line in lines_of(problem, placed).values()
        for place, operation in enumerate(line)
    }
    late = (order.id for order in problem.orders if finish[order.id] > order.due)
    return {order: reasons_of(problem, order, placed, before, finish) for order in late}


def reasons_of(
    problem: Problem,
    order: int,
    placed: Mapping[int, Assignment],
    before: Mapping[int, int | None],
    finish: Mapping[int, int],
) -> tuple[Reason, ...]:
    """Waits of one order; *before* tells for each operation which one its machine did just before."""
    found: list[Reason] = []
    steps = [o for o in problem.routing[order] if not o.done]
    for operation in reversed(steps):
        found.extend(_wait_for_machine(problem, operation, placed, before, finish))
        cause = _cause(problem, operation, placed, finish)
        if cause:
            found.append(cause)
            break
    if not found:
        found.append(Reason("capacity", order, finish[order]))
    return tuple(dict.fromkeys(reversed(found)))


def _wait_for_machine(
    problem: Problem,
    operation: Operation,
    placed: Mapping[int, Assignment],
    before: Mapping[int, int | None],
    finish: Mapping[int, int],
) -> Iterator[Reason]:
    """A wait counts only in the machine's working time: nights are nobody's fault."""
    mine = placed[operation.id]
    machine = problem.machine[mine.machine]
    ready = max([at for at, _reason in ready_times(problem, operation, placed, finish)], default=problem.now)
    other = before.get(operation.id)
    if other is None or operation.fixed or machine.unlimited:
        return
    if problem.operation[other].order == operation.order:
        return
    if machine.calendar.to_working(mine.start) > machine.calendar.to_working(max(ready, problem.now)):
        yield Reason("machine", problem.operation[other].order, mine.start, mine.machine)


def _cause(
    problem: Problem, operation: Operation, placed: Mapping[int, Assignment], finish: Mapping[int, int]
) -> Reason | None:
    """What made the operation ready so late, unless that is only its own order's step before."""
    times = ready_times(problem, operation, placed, finish)
    at, reason = max(times, key=lambda pair: pair[0], default=(0, None))
    return reason if at > problem.now else None


def ready_times(
    problem: Problem, operation: Operation, placed: Mapping[int, Assignment], finish: Mapping[int, int]
) -> list[tuple[int, Reason | None]]:
    """Everything the operation must wait for, with when it is there; None: the step before."""
    steps = problem.routing[operation.order]
    place = steps.index(operation)
    times: list[tuple[int, Reason | None]] = []
    if place:
        times.append((end_of(problem, steps[place - 1], placed), None))
    else:
        order = problem.order[operation.order]
        times.append((order.release, Reason("material", operation.id, order.release)))
        times.extend((finish[p], Reason("predecessor", p, finish[p])) for p in order.predecessors)
    if operation.earliest:
        times.append((operation.earliest, Reason("material", operation.id, operation.earliest)))
    return times
