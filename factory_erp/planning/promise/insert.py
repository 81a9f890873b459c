"""Promise: when could one more order be finished, if nothing that is planned moves?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _
from factory_erp.planning.calendar import BeyondCalendar
from factory_erp.planning.schedule.problem import Alternative, Machine, Operation, Order, Problem
from factory_erp.planning.schedule.reasons import ready_times, reasons_of
from factory_erp.planning.schedule.result import Assignment, Reason, Schedule, lines_of

Slot = tuple[int, int, int]
"""Busy on a machine: start and end in its working minutes, and the family."""


@dataclass(frozen=True, slots=True)
class Promise:
    """When the order would be finished, where its operations would run, and what binds the date."""

    order: int
    finish: int
    lateness: int
    assignments: Mapping[int, Assignment]
    reasons: tuple[Reason, ...]


def promise(problem: Problem, schedule: Schedule, order: Order, operations: tuple[Operation, ...]) -> Promise:
    """Put *order* into the gaps of *schedule*, or after it; *schedule* itself is not changed.

    Operation by operation the machine and gap with the earliest end is taken; a gap must hold the
    changeovers on both sides. Raises InvalidValue for an order that is in the problem already or
    has fixed operations, BeyondCalendar when no machine has time left.
    """
    if any(o.fixed or o.done for o in operations):
        raise InvalidValue(_("Only an order that has not been started can be promised."))
    wider = replace(problem, orders=(*problem.orders, order), operations=(*problem.operations, *operations))
    finish = dict(schedule.finish)
    placed = dict(schedule.assignments)
    lines = lines_of(problem, placed)
    finish[order.id] = max([problem.now, order.release, *(finish[p] for p in order.predecessors)])
    for operation in wider.routing[order.id]:
        ready = max([problem.now, *(at for at, _why in ready_times(wider, operation, placed, finish))])
        placed[operation.id] = _earliest(wider, operation, ready, placed, lines)
        lines[placed[operation.id].machine].append(operation.id)
        finish[order.id] = placed[operation.id].end
    mine = {o.id: placed[o.id] for o in wider.routing[order.id]}
    before = dict(_neighbours(wider, mine, placed, lines))
    return Promise(
        order.id,
        finish[order.id],
        finish[order.id] - order.due,
        mine,
        reasons_of(wider, order.id, placed, before, finish),
    )


def _earliest(
    problem: Problem,
    operation: Operation,
    ready: int,
    placed: Mapping[int, Assignment],
    lines: Mapping[int, list[int]],
) -> Assignment:
    options = []
    for alternative in operation.alternatives:
        slots = sorted(_slots(problem, alternative.machine, placed, lines))
        found = _try(problem, operation, alternative, ready, slots)
        if found:
            options.append(found)
    if not options:
        raise BeyondCalendar(
            _("No machine has time left in its calendar for operation {id}.", id=operation.id),
            remedy=_("Extend the calendars or add shifts."),
        )
    return min(options, key=lambda a: (a.end, a.changeover, a.machine))


def _slots(
    problem: Problem, machine: int, placed: Mapping[int, Assignment], lines: Mapping[int, list[int]]
) -> Iterator[Slot]:
    to_working = problem.machine[machine].calendar.to_working
    for number in lines[machine]:
        row = placed[number]
        yield to_working(row.start), to_working(row.end), problem.operation[number].family


def _try(
    problem: Problem, operation: Operation, alternative: Alternative, ready: int, slots: list[Slot]
) -> Assignment | None:
    """The first gap on the machine that takes the operation, None when its calendar is full."""
    machine = problem.machine[alternative.machine]
    calendar = machine.calendar
    start, changeover = _gap(
        problem, machine, slots, calendar.to_working(ready), operation, alternative.minutes
    )
    if start + alternative.minutes > calendar.total:
        return None
    begin = calendar.to_wall(start)
    setup = alternative.setup_minutes
    setup_end = calendar.end_wall(start + setup) if setup else begin
    return Assignment(
        machine.id, begin, setup_end, calendar.end_wall(start + alternative.minutes), changeover
    )


def _gap(
    problem: Problem, machine: Machine, slots: list[Slot], ready: int, operation: Operation, minutes: int
) -> tuple[int, int]:
    """Working minute at which the operation can start, and the changeover ahead of it."""
    if machine.unlimited:
        return ready, 0
    free, family = machine.calendar.to_working(problem.now), machine.family
    for start, end, following in slots:
        change = problem.changeover(machine.id, family, operation.family)
        begin = max(ready, free + change)
        if begin + minutes + problem.changeover(machine.id, operation.family, following) <= start:
            return begin, change
        free, family = max(free, end), following
    change = problem.changeover(machine.id, family, operation.family)
    return max(ready, free + change), change


def _neighbours(
    problem: Problem,
    mine: Mapping[int, Assignment],
    placed: Mapping[int, Assignment],
    lines: Mapping[int, list[int]],
) -> Iterator[tuple[int, int | None]]:
    """For each new operation the one that its machine does just before."""
    for number, row in mine.items():
        earlier = [o for o in lines[row.machine] if placed[o].start < row.start]
        yield number, max(earlier, key=lambda o: (placed[o].start, o), default=None)
