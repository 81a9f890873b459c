"""An independent judge of schedules: knows the rules, shares no code with what makes them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise

from factory_erp.planning.schedule.problem import Machine, Operation, Problem
from factory_erp.planning.schedule.result import Schedule


def violations(problem: Problem, schedule: Schedule) -> list[str]:
    """Every rule that *schedule* breaks, in words; empty when it is valid.

    Fixed operations are facts: whether they themselves overlap or come too early is told by
    ``lock_conflicts``, not here.
    """
    complete = list(_completeness(problem, schedule))
    if complete:
        return complete
    return [
        *(text for operation in problem.operations for text in _operation(problem, schedule, operation)),
        *(text for machine in problem.machines for text in _machine(problem, schedule, machine)),
    ]


def lock_conflicts(problem: Problem, schedule: Schedule) -> list[tuple[int, int]]:
    """(locked operation, operation it contradicts): begun before the step ahead ends, or both at once.

    The planner has to unlock one of the two.
    """
    fixed = [o for o in problem.operations if o.fixed and not o.done]
    found = []
    for operation in fixed:
        start = schedule.assignments[operation.id].start
        found += [
            (operation.id, o.id) for o in _ahead(problem, operation) if _end(problem, schedule, o) > start
        ]
    for first, second in combinations(fixed, 2):
        one, two = schedule.assignments[first.id], schedule.assignments[second.id]
        apart = one.machine != two.machine or one.end <= two.start or two.end <= one.start
        if not apart and not problem.machine[one.machine].unlimited:
            found.append((first.id, second.id))
    return found


def _completeness(problem: Problem, schedule: Schedule) -> Iterator[str]:
    wanted = {operation.id for operation in problem.operations if not operation.done}
    for missing in sorted(wanted - set(schedule.assignments)):
        yield f"operation {missing} is not scheduled"
    for extra in sorted(set(schedule.assignments) - wanted):
        yield f"operation {extra} is scheduled though it is done or unknown"


def _operation(problem: Problem, schedule: Schedule, operation: Operation) -> Iterator[str]:
    if operation.done:
        return
    mine, name = schedule.assignments[operation.id], f"operation {operation.id}"
    if operation.fixed:
        if (mine.machine, mine.start, mine.end) != tuple(operation.fixed):
            yield f"{name} is fixed but was moved"
        return
    minutes = {a.machine: a.setup_minutes + a.run_minutes for a in operation.alternatives}
    if mine.machine not in minutes:
        yield f"{name} cannot run on machine {mine.machine}"
        return
    intervals = problem.machine[mine.machine].calendar.intervals
    if not any(start <= mine.start < end for start, end in intervals):
        yield f"{name} starts while machine {mine.machine} is closed"
    if not any(start < mine.end <= end for start, end in intervals):
        yield f"{name} ends while machine {mine.machine} is closed"
    worked = _worked(problem.machine[mine.machine], mine.start, mine.end)
    if worked != minutes[mine.machine]:
        yield f"{name} gets {worked} working minutes instead of {minutes[mine.machine]}"
    if mine.start < max(problem.now, operation.earliest):
        yield f"{name} starts before it can"
    order = problem.order[operation.order]
    if operation == problem.routing[order.id][0] and mine.start < order.release:
        yield f"{name} starts before its material"
    for other in _ahead(problem, operation):
        if mine.start < _end(problem, schedule, other):
            yield f"{name} starts before operation {other.id} ends"


def _ahead(problem: Problem, operation: Operation) -> list[Operation]:
    """Operations that must have ended: the step before, or the last steps of feeding orders."""
    steps = problem.routing[operation.order]
    place = steps.index(operation)
    if place:
        return [steps[place - 1]]
    waiting, found = list(problem.order[operation.order].predecessors), []
    while waiting:
        feeder = waiting.pop()
        if problem.routing[feeder]:
            found.append(problem.routing[feeder][-1])
        else:
            waiting.extend(problem.order[feeder].predecessors)
    return found


def _end(problem: Problem, schedule: Schedule, operation: Operation) -> int:
    if not operation.done:
        return schedule.assignments[operation.id].end
    return min(operation.fixed.end, problem.now) if operation.fixed else problem.now


def _machine(problem: Problem, schedule: Schedule, machine: Machine) -> Iterator[str]:
    if machine.unlimited:
        return
    line = [problem.operation[o] for o, a in schedule.assignments.items() if a.machine == machine.id]
    line.sort(key=lambda o: (schedule.assignments[o.id].start, schedule.assignments[o.id].end, o.id))
    changes = {c.id: c for c in problem.centres}[machine.centre]
    if line and not line[0].fixed:
        need = changes.minutes(machine.family, line[0].family)
        if _worked(machine, problem.now, schedule.assignments[line[0].id].start) < need:
            yield f"machine {machine.id} has no time to change over to operation {line[0].id}"
    for first, second in pairwise(line):
        before, after = schedule.assignments[first.id], schedule.assignments[second.id]
        if first.fixed and second.fixed:
            continue
        if after.start < before.end:
            yield f"machine {machine.id} runs operations {first.id} and {second.id} at once"
        need = changes.minutes(first.family, second.family)
        if _worked(machine, before.end, after.start) < need:
            yield f"machine {machine.id} has no time to change over from {first.id} to {second.id}"


def _worked(machine: Machine, start: int, end: int) -> int:
    return sum(max(0, min(end, b) - max(start, a)) for a, b in machine.calendar.intervals)
