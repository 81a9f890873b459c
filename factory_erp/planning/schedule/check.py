"""An independent judge of schedules: knows the rules, shares no code with what makes them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise

from factory_erp.planning.calendar import Interval, merge
from factory_erp.planning.schedule.problem import Alternative, Machine, Operation, Problem, Resource
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
        *(text for resource in problem.resources for text in _resource(problem, schedule, resource)),
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
    intervals = merge(problem.machine[mine.machine].calendar.intervals)
    if not any(start <= mine.start < end for start, end in intervals):
        yield f"{name} starts while machine {mine.machine} is closed"
    if not any(start < mine.end <= end for start, end in intervals):
        yield f"{name} ends while machine {mine.machine} is closed"
    worked = _worked(problem.machine[mine.machine], mine.start, mine.end)
    if worked != minutes[mine.machine]:
        yield f"{name} gets {worked} working minutes instead of {minutes[mine.machine]}"
    if not operation.resumable and not any(a <= mine.start and mine.end <= b for a, b in intervals):
        yield f"{name} cannot pause, but does not lie within one opening"
    if mine.start < max(problem.now, operation.earliest):
        yield f"{name} starts before it can"
    order = problem.order[operation.order]
    if operation == problem.routing[order.id][0] and mine.start < order.release:
        yield f"{name} starts before its material"
    for other in _ahead(problem, operation):
        yield from _after(problem, schedule, other, operation)


def _after(problem: Problem, schedule: Schedule, before: Operation, operation: Operation) -> Iterator[str]:
    """What is wrong between *operation* and what it waits for: the step before, or one of a feeding order."""
    mine, end = schedule.assignments[operation.id], _end(problem, schedule, before)
    name = f"operation {operation.id}"
    if before.order != operation.order:
        if mine.start < end:
            yield f"{name} starts before operation {before.id} ends"
        return
    overlap = before.transfer_ppm and not before.done and not before.fixed
    ready = _first_lot(problem, schedule, before) if overlap else end
    if mine.start < ready + before.lag:
        yield f"{name} starts before operation {before.id} ends"
    if overlap and _ends_too_early(problem, schedule, before, operation):
        yield f"{name} ends before it has done what operation {before.id} hands over last"
    moves = not (before.done or before.fixed)
    if before.max_lag is not None and moves and mine.start > end + before.max_lag:
        yield f"{name} starts more than {before.max_lag} minutes after operation {before.id} ends"


def _first_lot(problem: Problem, schedule: Schedule, operation: Operation) -> int:
    """When the first transfer batch of *operation* has been run, by counting its machine's open minutes."""
    mine = schedule.assignments[operation.id]
    way = _way(operation, mine.machine)
    left = way.setup_minutes + -(-way.run_minutes * operation.transfer_ppm // 1_000_000)
    for start, end in problem.machine[mine.machine].calendar.intervals:
        open_minutes = max(0, end - max(start, mine.start))
        if left <= open_minutes:
            return max(start, mine.start) + left
        left -= open_minutes
    return mine.end


def _ends_too_early(problem: Problem, schedule: Schedule, before: Operation, operation: Operation) -> bool:
    """Whether less than a transfer batch of its run lies behind the arrival of the last one."""
    mine = schedule.assignments[operation.id]
    share = -(-_way(operation, mine.machine).run_minutes * before.transfer_ppm // 1_000_000)
    arrived = _end(problem, schedule, before) + before.lag
    return _worked(problem.machine[mine.machine], arrived, mine.end) < share


def _way(operation: Operation, machine: int) -> Alternative:
    return next(a for a in operation.alternatives if a.machine == machine)


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
    busy = 0
    for first, second in pairwise(line):
        before, after = schedule.assignments[first.id], schedule.assignments[second.id]
        busy = max(busy, before.end)
        if first.fixed and second.fixed:
            continue
        if after.start < busy:
            yield f"machine {machine.id} runs operations {first.id} and {second.id} at once"
        need = changes.minutes(first.family, second.family)
        if _worked(machine, before.end, after.start) < need:
            yield f"machine {machine.id} has no time to change over from {first.id} to {second.id}"


def _resource(problem: Problem, schedule: Schedule, resource: Resource) -> Iterator[str]:
    """Each operation that may be moved must, at every minute, find no more than the capacity in use."""
    users = [o for o in problem.operations if resource.id in o.resources and not o.done]
    spans: dict[int, Interval] = {
        o.id: (schedule.assignments[o.id].start, schedule.assignments[o.id].end) for o in users
    }
    for operation in users:
        if operation.fixed:
            continue
        begin, end = spans[operation.id]
        moments = {begin} | {start for start, _end in spans.values() if begin < start < end}
        if any(sum(a <= at < b for a, b in spans.values()) > resource.capacity for at in moments):
            yield f"operation {operation.id} needs more of resource {resource.id} than there is"


def _worked(machine: Machine, start: int, end: int) -> int:
    return sum(max(0, min(end, b) - max(start, a)) for a, b in machine.calendar.intervals)
