"""A schedule on which campaigns are tried: its sequences, and what may not happen to it."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from itertools import pairwise

from factory_erp.planning.calendar import BeyondCalendar, WorkingCalendar
from factory_erp.planning.schedule.problem import Operation, Problem
from factory_erp.planning.schedule.result import Assignment, end_of, lines_of


@dataclass(frozen=True, slots=True)
class Campaign:
    """Operations to run one after another on *machine*, in this order, with one setup.

    ``saved`` are minutes of setup and changeover over all machines that it saves; ``setup`` what the
    setup of the campaign itself takes, with the changeover to it. ``places`` are the operations that
    it moves, its members among them.
    """

    machine: int
    operations: tuple[int, ...]
    saved: int
    setup: int
    places: Mapping[int, Assignment]


class Refused(Exception):
    """The campaign cannot run without harm."""


@dataclass(slots=True)
class Shop:
    """A schedule as sequences on machines, and what may not happen to it."""

    problem: Problem
    placed: Mapping[int, Assignment]
    limits: Mapping[int, int]
    lines: dict[int, list[int]] = field(init=False)
    ahead: dict[int, tuple[Operation, ...]] = field(default_factory=dict)
    """Operation → those that must have ended before it begins."""
    after: dict[int, list[int]] = field(init=False)
    """Operation → those that wait for it."""
    latest: dict[int, int] = field(init=False)
    """Order → the minute by which it must be finished: its limit or, late already, its finish now."""
    shared: dict[int, list[int]] = field(init=False)
    """Resource → the operations that hold it."""
    change: dict[int, int] = field(init=False)
    """Operation → changeover minutes ahead of it as the sequences are."""
    before: dict[int, int] = field(init=False)
    """Operation → the one that runs before it on its machine."""
    next: dict[int, int] = field(init=False)
    """Operation → the one that runs after it on its machine."""
    ways: dict[int, tuple[int, int]] = field(init=False)
    """Operation → its set-up and run minutes on the machine where it stands."""
    tail: dict[int, int] = field(init=False)
    """Operation → the minute after which its end certainly makes some order late, or later."""

    def __post_init__(self) -> None:
        problem = self.problem
        self.lines = lines_of(problem, self.placed)
        self.after, self.shared, self.latest = defaultdict(list), defaultdict(list), {}
        for operation in problem.operations:
            if operation.id in self.placed:
                self.ahead[operation.id] = tuple(self._ahead(operation))
                for resource in operation.resources:
                    self.shared[resource].append(operation.id)
        for number, before in self.ahead.items():
            for other in before:
                self.after[other.id].append(number)
        for order in problem.orders:
            steps = problem.routing[order.id]
            last = self.placed.get(steps[-1].id) if steps else None
            limit = self.limits.get(order.id, order.due)
            self.latest[order.id] = max(limit, last.end) if last else limit
        self.change = {number: minutes for line in self.lines for number, minutes in self._changes(line)}
        self.before = {two: one for line in self.lines.values() for one, two in pairwise(line)}
        self.next = {one: two for two, one in self.before.items()}
        self.ways = {number: self.way(number, at.machine) for number, at in self.placed.items()}
        self.tail = self._tails()

    def _tails(self) -> dict[int, int]:
        """From the ends of orders backwards, at the fastest and as if machines were always open."""
        tails: dict[int, int] = {}
        for order in reversed(self.problem.sequence):
            for operation in reversed(self.problem.routing[order]):
                if operation.id not in self.placed:
                    continue
                last = operation.id == self.problem.routing[order][-1].id
                heirs = [tails[heir] - self._least(heir) - operation.lag for heir in self.after[operation.id]]
                tails[operation.id] = min([*heirs, *([self.latest[order]] if last or not heirs else [])])
        return tails

    def _least(self, number: int) -> int:
        """The fewest minutes that the operation can take."""
        return min((way.run_minutes for way in self.problem.operation[number].alternatives), default=0)

    def way(self, number: int, machine: int) -> tuple[int, int]:
        """Set-up and run minutes of the operation on *machine*; none where it cannot run there."""
        way = self.problem.alternative(number, machine)
        return (way.setup_minutes, way.run_minutes) if way else (0, 0)

    def _changes(self, machine: int) -> Iterator[tuple[int, int]]:
        plant = self.problem.machine[machine]
        before = plant.family
        for number in self.lines[machine]:
            family = self.problem.operation[number].family
            yield number, 0 if plant.unlimited else self.problem.changeover(machine, before, family)
            before = family

    def at_most(self, group: Sequence[int]) -> int:
        """What joining the group could save if it stood in nobody's way."""
        return sum(self.ways[one][0] + self.change[one] for one in group[1:])

    def _ahead(self, operation: Operation) -> Iterator[Operation]:
        steps = self.problem.routing[operation.order]
        place = steps.index(operation)
        if place:
            yield steps[place - 1]
            return
        waiting, seen = list(self.problem.order[operation.order].predecessors), set[int]()
        while waiting:
            feeder = waiting.pop()
            if feeder not in seen:
                seen.add(feeder)
                line = self.problem.routing[feeder]
                if line:
                    yield line[-1]
                else:
                    waiting.extend(self.problem.order[feeder].predecessors)

    def joined(self, members: Sequence[int]) -> Campaign | None:
        """The campaign of *members* behind the first of them; None where it cannot be or harms somebody."""
        try:
            return _Join(self, members).run()
        except (Refused, BeyondCalendar):
            return None


class _Join:
    """One try: members behind their leader on its machine, everything else to the right where it must."""

    def __init__(self, shop: Shop, members: Sequence[int]) -> None:
        self._shop, self._problem, self._members = shop, shop.problem, tuple(members)
        self._followers = frozenset(members[1:])
        self._machine = shop.placed[members[0]].machine
        self._moved: dict[int, Assignment] = {}
        self._lines: dict[int, list[int]] = {}
        for number in {shop.placed[one].machine for one in members}:
            self._lines[number] = [one for one in shop.lines[number] if one not in self._followers]
        line = self._lines[self._machine]
        behind = line.index(members[0]) + 1
        line[behind:behind] = members[1:]
        self._before = {two: one for row in self._lines.values() for one, two in pairwise(row)}
        self._next = {one: two for two, one in self._before.items()}

    def run(self) -> Campaign | None:
        """Place the members, push what must move, and see what it saves."""
        saved = self._saved()
        if saved <= 0:
            return None
        for number in self._members[1:]:
            self._put(number, self._earliest(number))
        heirs = [after for one in self._followers for after in self._shop.after[one]]
        self._push([*self._neighbours(), *heirs])
        self._check_orders()
        self._check_waits()
        self._check_resources()
        return Campaign(self._machine, self._members, saved, self._own_setup(), dict(self._moved))

    def _neighbours(self) -> list[int]:
        """Operations that have another one before them on their machine than they had."""
        found = []
        for machine, line in self._lines.items():
            old = self._shop.lines[machine]
            were = dict(zip(old[1:], old, strict=False))
            found += [
                one for one in line if one not in self._followers and were.get(one) != self._before.get(one)
            ]
        return found

    def _saved(self) -> int:
        """Minutes of setup and changeover that there are now, less those that there would be."""
        shop, now, then = self._shop, 0, 0
        for number in self._followers:
            now += shop.ways[number][0]
            then += self._minutes(number)[0]
        for machine, line in self._lines.items():
            now += sum(shop.change[one] for one in shop.lines[machine])
            then += sum(self._change(machine, one) for one in line)
        return now - then

    def _own_setup(self) -> int:
        leader = self._members[0]
        return self._shop.ways[leader][0] + self._shop.change[leader]

    def _at(self, number: int) -> Assignment:
        return self._moved.get(number) or self._shop.placed[number]

    def _machine_of(self, number: int) -> int:
        return self._machine if number in self._followers else self._shop.placed[number].machine

    def _push(self, waiting: Iterable[int]) -> None:
        """Move to the right what would begin too early, and then what depends on it, in order of time."""
        queue = [(self._at(one).start, one) for one in set(waiting)]
        heapify(queue)
        steps = 20 * len(self._shop.placed) + 100
        while queue:
            (_at, number), steps = heappop(queue), steps - 1
            start = self._earliest(number)
            if start <= self._at(number).start:
                continue
            if not steps or number in self._members:
                raise Refused  # it waits for itself, or one member for another
            self._put(number, start)
            following = self._following(number)
            for one in (*self._shop.after[number], *(() if following is None else (following,))):
                heappush(queue, (self._at(one).start, one))

    def _following(self, number: int) -> int | None:
        """The next on its machine, as the sequences would be."""
        machine = self._machine_of(number)
        return (self._next if machine in self._lines else self._shop.next).get(number)

    def _preceding(self, number: int, machine: int) -> int | None:
        return (self._before if machine in self._lines else self._shop.before).get(number)

    def _earliest(self, number: int) -> int:
        """When the operation can begin: material, the steps ahead, its machine and changeover allow it."""
        operation, machine = self._problem.operation[number], self._machine_of(number)
        ready = max(self._problem.now, operation.earliest, self._released(operation))
        for other in self._shop.ahead[number]:
            ready = max(ready, self._end(other) + other.lag)
        plant = self._problem.machine[machine]
        if plant.unlimited:
            return ready
        before = self._preceding(number, machine)
        free = self._problem.now if before is None else self._at(before).end
        worked = plant.calendar.to_working(free) + self._change(machine, number)
        ready = max(ready, plant.calendar.to_wall(worked))
        return _opening(plant.calendar, ready, operation, sum(self._minutes(number)))

    def _released(self, operation: Operation) -> int:
        first = self._problem.routing[operation.order][0].id == operation.id
        return self._problem.order[operation.order].release if first else 0

    def _end(self, operation: Operation) -> int:
        if operation.id in self._shop.placed:
            return self._at(operation.id).end
        return end_of(self._problem, operation, self._shop.placed) if operation.done else 0

    def _minutes(self, number: int) -> tuple[int, int]:
        """Set-up and run on its machine; of a follower only what the leader's set-up does not do already."""
        if number not in self._followers:
            return self._shop.ways[number]
        setup, run = self._shop.way(number, self._machine)
        if not setup + run:
            raise Refused
        return max(0, setup - self._shop.ways[self._members[0]][0]), max(1, run)

    def _put(self, number: int, start: int) -> None:
        operation, machine = self._problem.operation[number], self._machine_of(number)
        if operation.fixed:
            raise Refused
        calendar = self._problem.machine[machine].calendar
        setup, run = self._minutes(number)
        end = calendar.add_working(start, setup + run)
        if end > self._shop.tail[number]:
            raise Refused
        self._moved[number] = Assignment(machine, start, calendar.add_working(start, setup), end)

    def _change(self, machine: int, number: int) -> int:
        """Changeover minutes ahead of the operation: none within the campaign."""
        plant, before = self._problem.machine[machine], self._preceding(number, machine)
        if plant.unlimited or number in self._followers:
            return 0
        family = plant.family if before is None else self._problem.operation[before].family
        return self._problem.changeover(machine, family, self._problem.operation[number].family)

    def _check_orders(self) -> None:
        """Nobody is late because of it: every order that moves is finished by its limit."""
        for number, place in self._moved.items():
            order = self._problem.operation[number].order
            if self._problem.routing[order][-1].id == number and place.end > self._shop.latest[order]:
                raise Refused

    def _check_waits(self) -> None:
        """No goods lie longer than they may between two steps of which one moved."""
        for number in self._moved:
            for heir in (number, *self._shop.after[number]):
                for other in self._shop.ahead[heir]:
                    most = other.max_lag
                    if most is not None and self._at(heir).start > self._end(other) + most:
                        raise Refused

    def _check_resources(self) -> None:
        """What moved holds no mould or crew while too many others do."""
        capacity = {resource.id: resource.capacity for resource in self._problem.resources}
        for number in self._moved:
            for resource in self._problem.operation[number].resources:
                if self._most(resource, number) > capacity[resource]:
                    raise Refused

    def _most(self, resource: int, number: int) -> int:
        """The most that hold the resource at once while the operation runs."""
        mine = self._at(number)
        others = [self._at(one) for one in self._shop.shared[resource]]
        starts = [one.start for one in others if mine.start <= one.start < mine.end]
        return max(sum(one.start <= at < one.end for one in others) for at in (mine.start, *starts))


def _opening(calendar: WorkingCalendar, ready: int, operation: Operation, minutes: int) -> int:
    """The minute from which it can run; one that cannot rest must fit into one opening."""
    at = calendar.next_open(ready)
    if operation.resumable:
        return at
    for start, end in calendar.intervals[max(0, bisect_right(calendar.intervals, (at, at)) - 1) :]:
        if end - max(at, start) >= minutes:
            return max(at, start)
    raise Refused
