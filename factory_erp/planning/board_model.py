"""What a planning board works on: a schedule prepared for moves, and what a move leads to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from factory_erp.planning.schedule.problem import Operation, Problem
from factory_erp.planning.schedule.result import Assignment, lines_of

BreakKind = Literal["past", "machine", "closed", "before", "stands", "behind", "wait", "calendar", "unplaced"]


@dataclass(frozen=True, slots=True)
class Break:
    """Why an operation cannot go where it was put; ``until`` is the earliest minute at which it could.

    ``past``: before now; ``machine``: that machine cannot do it; ``closed``: it must run without a rest and
    the machine does not stay open so long; ``before``: the operation ``other`` ahead of it (0: its material)
    comes too late; ``stands``: ``other`` is there, and is fixed; ``behind``: ``other``, which follows it, is
    fixed too early; ``wait``: ``other``, the next step, would wait too long for it; ``calendar``: something
    would end beyond the calendars; ``unplaced``: ``other`` ahead of it has no place yet.
    """

    kind: BreakKind
    operation: int
    other: int = 0
    until: int = 0


@dataclass(frozen=True, slots=True)
class Moved:
    """New places of all that moves; empty where something ``broken`` forbids the move.

    ``cut``: the search for what else moves was given up after so many steps; what is told is the nearest.
    """

    places: Mapping[int, Assignment] = field(default_factory=dict)
    broken: tuple[Break, ...] = ()
    cut: bool = False


class Prepared:
    """A schedule to try moves on; it is prepared once and never changed."""

    def __init__(self, problem: Problem, placed: Mapping[int, Assignment]) -> None:
        self.problem = problem
        self.placed = {o: a for o, a in placed.items() if o in problem.operation}
        self.lines = lines_of(problem, self.placed)
        self.users: dict[int, list[int]] = defaultdict(list)
        self.ahead: dict[int, list[Operation]] = {}
        self.behind: dict[int, list[Operation]] = defaultdict(list)
        for operation in problem.operations:
            for resource in operation.resources:
                self.users[resource].append(operation.id)
            self.ahead[operation.id] = list(_ahead(problem, operation))
            for other in self.ahead[operation.id]:
                self.behind[other.id].append(operation)
        self.spots = {o: spot for line in self.lines.values() for spot, o in enumerate(line)}
        """Place of each operation in its line."""
        self.own = {o.id: _own_bound(problem, o) for o in problem.operations}
        """Minute before which an operation cannot begin, whatever the others do."""
        self.capacity = {resource.id: resource.capacity for resource in problem.resources}


def _ahead(problem: Problem, operation: Operation) -> Iterator[Operation]:
    """The step before, or the last steps of the orders that feed the first step."""
    steps = problem.routing[operation.order]
    place = steps.index(operation)
    if place:
        yield steps[place - 1]
        return
    waiting, seen = list(problem.order[operation.order].predecessors), set[int]()
    while waiting:
        feeder = waiting.pop()
        if feeder in seen:
            continue
        seen.add(feeder)
        if problem.routing[feeder]:
            yield problem.routing[feeder][-1]
        else:
            waiting.extend(problem.order[feeder].predecessors)


def _own_bound(problem: Problem, operation: Operation) -> int:
    order = problem.order[operation.order]
    first = operation is problem.routing[order.id][0]
    return max(problem.now, operation.earliest, order.release if first else 0)


class Broken(Exception):
    """The move is not possible, and why."""

    def __init__(self, why: Break) -> None:
        super().__init__(why)
        self.why = why
