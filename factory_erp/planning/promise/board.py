"""The machines' lines as they stand, ready for one more operation to be tried and put in.

A line is kept in the machine's own working minutes, so that a gap is a difference of two numbers. What new
operations are about is told by ``Board.operation``: those of the problem and those added since.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from factory_erp.planning.schedule.problem import Machine, Operation, Problem
from factory_erp.planning.schedule.result import Assignment

Span = tuple[int, int, int]
"""Wall-clock start and end, and the operation."""


@dataclass(slots=True)
class Line:
    """The work of one machine in the order in which it runs: lists in step, in working minutes.

    ``ends`` never fall: where locked operations overlap, the machine is free after the longer one.
    """

    machine: Machine
    change: Mapping[tuple[int, int], int]
    default: int
    now: int
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    families: list[int] = field(default_factory=list)
    operations: list[int] = field(default_factory=list)

    def copy(self) -> Line:
        """The same line, to be changed without changing this one."""
        return replace(
            self,
            starts=self.starts.copy(),
            ends=self.ends.copy(),
            families=self.families.copy(),
            operations=self.operations.copy(),
        )

    def minutes(self, before: int, after: int) -> int:
        """Changeover minutes between two families."""
        return self.change.get((before, after), 0 if before == after else self.default)

    def free_before(self, place: int, family: int) -> tuple[int, int]:
        """When the machine is free for the one at *place*, and the changeover it then needs."""
        if place:
            return self.ends[place - 1], self.minutes(self.families[place - 1], family)
        set_up = self.machine.family
        return self.now, 0 if set_up is None else self.minutes(set_up, family)

    def latest_end(self, place: int, family: int) -> int | None:
        """By when the one put in at *place* must have ended, so that the next one stays; None: whenever."""
        if place == len(self.starts):
            return None
        return self.starts[place] - self.minutes(family, self.families[place])

    def put(self, start: int, end: int, family: int, operation: int) -> None:
        """Take the operation in, behind what was locked into closed time just before it."""
        place = bisect_right(self.starts, start)
        self.starts.insert(place, start)
        self.ends.insert(place, max(end, self.ends[place - 1]) if place else end)
        self.families.insert(place, family)
        self.operations.insert(place, operation)

    def drop(self, operation: int) -> None:
        """Take out again an operation that was put in."""
        place = self.operations.index(operation)
        for column in (self.starts, self.ends, self.families, self.operations):
            del column[place]

    def changeover(self) -> int:
        """All changeover minutes of the line."""
        if not self.families:
            return 0
        pairs = zip(self.families, self.families[1:], strict=False)
        return self.free_before(0, self.families[0])[1] + sum(self.minutes(a, b) for a, b in pairs)


@dataclass(slots=True)
class Store:
    """When one secondary resource is held: by whom, in wall-clock minutes, by start."""

    capacity: int
    spans: list[Span] = field(default_factory=list)
    longest: int = 0

    def put(self, start: int, end: int, operation: int) -> None:
        """Hold one of it from *start* to *end*."""
        insort(self.spans, (start, end, operation))
        self.longest = max(self.longest, end - start)

    def drop(self, operation: int) -> None:
        """Let go what the operation held."""
        self.spans = [span for span in self.spans if span[2] != operation]

    def free_from(self, start: int, end: int) -> tuple[int, int] | None:
        """None where one is free from *start* to *end*; else when to try again, and behind whom."""
        first = bisect_left(self.spans, (start - self.longest, 0, 0))
        last = bisect_left(self.spans, (end, -1, 0))
        held = [span for span in self.spans[first:last] if span[1] > start]
        if len(held) < self.capacity or _peak(held) < self.capacity:
            return None
        _start, until, operation = min(held, key=lambda span: (span[1], span))
        return until, operation


def _peak(spans: Iterable[Span]) -> int:
    """How many of the spans there are at once, at most; one that ends as another starts makes room for it."""
    events = sorted(event for start, end, _o in spans for event in ((start, 1), (end, -1)))
    under_way = most = 0
    for _at, change in events:
        under_way += change
        most = max(most, under_way)
    return most


class Board:
    """Lines, resources and places of a schedule; those of a machine are built when first asked for."""

    def __init__(self, problem: Problem, placed: Mapping[int, Assignment]) -> None:
        self.problem = problem
        self.placed: dict[int, Assignment] = dict(placed)
        self.added: dict[int, Operation] = {}
        self._lines: dict[int, Line] = {}
        self._stores: dict[int, Store] | None = None
        self._by_machine: dict[int, list[Span]] = {machine.id: [] for machine in problem.machines}
        for number, row in placed.items():
            self._by_machine[row.machine].append((row.start, row.end, number))

    def copy(self) -> Board:
        """The same board, to be changed without changing this one."""
        other = object.__new__(Board)
        other.problem, other.placed, other.added = self.problem, dict(self.placed), dict(self.added)
        other._by_machine = self._by_machine
        other._lines = {number: line.copy() for number, line in self._lines.items()}
        stores = self._stores
        other._stores = (
            None if stores is None else {n: replace(s, spans=s.spans.copy()) for n, s in stores.items()}
        )
        return other

    def operation(self, number: int) -> Operation:
        """The operation of that id, old or new."""
        return self.added.get(number) or self.problem.operation[number]

    def machine(self, number: int) -> Machine:
        """The machine as this board has it: with overtime, where that is tried out."""
        line = self._lines.get(number)
        return line.machine if line else self.problem.machine[number]

    def line(self, number: int) -> Line:
        """The line of the machine of that id."""
        found = self._lines.get(number)
        if found is None:
            found = self._lines[number] = self._build(self.problem.machine[number])
        return found

    def lines(self) -> list[Line]:
        """All lines but those of machines that are never full."""
        return [self.line(machine.id) for machine in self.problem.machines if not machine.unlimited]

    def set_line(self, line: Line) -> None:
        """Have *line* in place of its machine's."""
        self._lines[line.machine.id] = line

    def empty_line(self, machine: Machine) -> Line:
        """The machine with nothing to do."""
        centre = self.problem.centre[machine.centre]
        now = machine.calendar.to_working(self.problem.now)
        return Line(machine, centre.changeover, centre.default, now)

    def store(self, resource: int) -> Store:
        """When the resource of that id is held."""
        if self._stores is None:
            self._stores = self._build_stores()
        return self._stores[resource]

    def put(self, operation: Operation, row: Assignment) -> None:
        """Take in an operation at its place; one that the problem does not know is remembered."""
        stores = [self.store(resource) for resource in operation.resources]
        self.placed[operation.id] = row
        if operation.id not in self.problem.operation:
            self.added[operation.id] = operation
        line = self.line(row.machine)
        if not line.machine.unlimited:
            to_working = line.machine.calendar.to_working
            line.put(to_working(row.start), to_working(row.end), operation.family, operation.id)
        for store in stores:
            store.put(row.start, row.end, operation.id)

    def drop(self, number: int) -> None:
        """Take out again an operation that was put in."""
        operation, row = self.operation(number), self.placed.pop(number)
        self.added.pop(number, None)
        line = self.line(row.machine)
        if not line.machine.unlimited:
            line.drop(number)
        for resource in operation.resources:
            self.store(resource).drop(number)

    def _build(self, machine: Machine) -> Line:
        line = self.empty_line(machine)
        to_working, known = machine.calendar.to_working, self.problem.operation
        free = 0
        if machine.unlimited:
            return line
        for start, end, number in sorted(self._by_machine[machine.id]):
            free = max(free, to_working(end))
            line.starts.append(to_working(start))
            line.ends.append(free)
            line.families.append(known[number].family)
            line.operations.append(number)
        return line

    def _build_stores(self) -> dict[int, Store]:
        stores = {one.id: Store(one.capacity) for one in self.problem.resources}
        for number, row in self.placed.items():
            for resource in self.operation(number).resources:
                stores[resource].put(row.start, row.end, number)
        return stores
