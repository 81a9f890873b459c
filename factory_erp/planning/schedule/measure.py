"""What a set of placed operations amounts to: finishes, lateness and its reasons, changeovers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from factory_erp.planning.schedule.problem import Problem
from factory_erp.planning.schedule.reasons import explain_late
from factory_erp.planning.schedule.result import Assignment, Schedule, end_of, lines_of


def measure(problem: Problem, placed: Mapping[int, Assignment], explain: bool = True) -> Schedule:
    """Complete *placed* to a schedule: changeovers as they really fall, lateness, reasons."""
    assignments = _with_changeovers(problem, placed)
    finish = _finishes(problem, assignments)
    lateness = {order.id: finish[order.id] - order.due for order in problem.orders}
    return Schedule(
        assignments=assignments,
        finish=finish,
        lateness=lateness,
        reasons=explain_late(problem, assignments, finish) if explain else {},
        changeover_minutes=sum(a.changeover for a in assignments.values()),
        weighted_tardiness=sum(o.weight * max(0, lateness[o.id]) for o in problem.orders),
    )


def _with_changeovers(problem: Problem, placed: Mapping[int, Assignment]) -> dict[int, Assignment]:
    minutes: dict[int, int] = {}
    for number, line in lines_of(problem, placed).items():
        machine = problem.machine[number]
        family = machine.family
        for operation in line:
            after = problem.operation[operation].family
            minutes[operation] = 0 if machine.unlimited else problem.changeover(number, family, after)
            family = after
    return {
        o: Assignment(a.machine, a.start, a.setup_end, a.end, minutes[o]) for o, a in sorted(placed.items())
    }


def _finishes(problem: Problem, placed: Mapping[int, Assignment]) -> dict[int, int]:
    finish: dict[int, int] = {}
    for number in problem.sequence:
        order = problem.order[number]
        ends: Iterable[int] = (end_of(problem, o, placed) for o in problem.routing[number])
        default = max([problem.now, order.release, *(finish[p] for p in order.predecessors)])
        finish[number] = max(ends, default=default)
    return finish
