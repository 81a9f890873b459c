"""What a set of placed operations amounts to: finishes, lateness and its reasons, changeovers, costs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from factory_erp.planning.schedule.problem import Problem
from factory_erp.planning.schedule.reasons import explain_late
from factory_erp.planning.schedule.result import Assignment, Schedule, end_of, lateness_weight, lines_of


def measure(problem: Problem, placed: Mapping[int, Assignment], explain: bool = True) -> Schedule:
    """Complete *placed* to a schedule: changeovers as they really fall, lateness, reasons, all that costs."""
    assignments = _with_changeovers(problem, placed)
    finish = finishes(problem, assignments)
    lateness = {order.id: finish[order.id] - order.due for order in problem.orders}
    away = list(_disturbance(problem, assignments))
    return Schedule(
        assignments=assignments,
        finish=finish,
        lateness=lateness,
        reasons=explain_late(problem, assignments, finish) if explain else {},
        changeover_minutes=sum(a.changeover for a in assignments.values()),
        weighted_tardiness=sum(lateness_weight(o) * max(0, lateness[o.id]) for o in problem.orders),
        overtime_minutes=sum(_overtime(problem, a) for a in assignments.values()),
        earliness_minutes=sum(max(0, -minutes) for minutes in lateness.values()),
        disturbance_minutes=sum(minutes for minutes, _moved in away),
        moved=sum(moved for _minutes, moved in away),
        objective=problem.objective,
    )


def explained(problem: Problem, schedule: Schedule) -> Schedule:
    """*schedule* with the reasons of its late orders."""
    return replace(schedule, reasons=explain_late(problem, schedule.assignments, schedule.finish))


def _with_changeovers(problem: Problem, placed: Mapping[int, Assignment]) -> dict[int, Assignment]:
    minutes: dict[int, int] = {}
    for number, line in lines_of(problem, placed).items():
        machine = problem.machine[number]
        if machine.unlimited:
            continue
        centre, family = problem.centre[machine.centre], machine.family
        for operation in line:
            after = problem.operation[operation].family
            minutes[operation] = centre.minutes(family, after)
            family = after
    return {
        o: a if a.changeover == minutes.get(o, 0) else replace(a, changeover=minutes.get(o, 0))
        for o, a in sorted(placed.items())
    }


def finishes(problem: Problem, placed: Mapping[int, Assignment]) -> dict[int, int]:
    """When each order is finished: one without steps when everything that it waits for is there."""
    finish: dict[int, int] = {}
    for number in problem.sequence:
        order = problem.order[number]
        ends: Iterable[int] = (end_of(problem, o, placed) for o in problem.routing[number])
        latest = max(ends, default=None)
        if latest is None:
            latest = max([problem.now, order.release, *(finish[p] for p in order.predecessors)])
        finish[number] = latest
    return finish


def _overtime(problem: Problem, placed: Assignment) -> int:
    """Minutes of overtime between its start and end; overtime lies within open hours."""
    intervals = problem.machine[placed.machine].overtime
    return sum(max(0, min(end, placed.end) - max(start, placed.start)) for start, end in intervals)


def _disturbance(problem: Problem, placed: Mapping[int, Assignment]) -> Iterator[tuple[int, bool]]:
    """For each published operation that may still move: minutes away, and whether on another machine."""
    for number, was in problem.published.items():
        operation, now = problem.operation.get(number), placed.get(number)
        if operation and now and not operation.fixed:
            yield abs(now.start - was.start), now.machine != was.machine
