"""What no schedule can cost less than, worked out in moments: the "how near the limit" of a schedule.

Two relaxations. An order alone in the shop still needs its material and its working time. And the machines
that share work are one machine as fast as all that are open together, which may interrupt its work at will:
on it "shortest remaining work first" has as many orders finished at any minute as any schedule can (Schrage,
Operations Research 16, 1968), and the k-th finish against the k-th due date is the least that any pairing is
late. Orders of different weight are bounded in layers: everything by the lowest weight, what weighs more once
more by the difference, and so on.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import accumulate, pairwise
from typing import NamedTuple

from factory_erp.planning.schedule.exact_links import Links, is_free
from factory_erp.planning.schedule.problem import Centre, Machine, Operation, Problem
from factory_erp.planning.schedule.result import end_of, lateness_weight

LAYERS = 12
"""Into how many layers of weight orders are put at most."""


class Work(NamedTuple):
    """What an order has to do on a group: not before ``head``, ``minutes``, and then at least ``tail``."""

    order: int
    head: int
    minutes: int
    tail: int


def lower_bound(problem: Problem) -> int:
    """No valid schedule of *problem* has a lower ``Schedule.cost``; a second for 18,000 operations.

    Raises BeyondCalendar when an operation fits into no calendar.
    """
    links = Links(problem)
    finish = _alone(problem, links)
    groups = [Group(problem, machines, rows) for machines, rows in _groups(problem, links)]
    if problem.objective.makespan:
        return max([*finish.values(), *(group.last_end() for group in groups), 0])
    late = {o.id: max(0, finish[o.id] - o.due) for o in problem.orders}
    return _tardiness(problem, late, groups) + _changeovers(problem) * problem.objective.changeover


def _alone(problem: Problem, links: Links) -> dict[int, int]:
    """When each order is finished at the earliest, as if it were alone."""
    finish: dict[int, int] = {}
    for number in problem.sequence:
        order, steps = problem.order[number], problem.routing[number]
        ends = [end_of(problem, o, {}) if o.done else links.heads[o.id].end for o in steps]
        waits = [problem.now, order.release, *(finish[p] for p in order.predecessors)]
        finish[number] = max(ends) if ends else max(waits)
    return finish


def _tardiness(problem: Problem, late: dict[int, int], groups: list[Group]) -> int:
    """Weighted tardiness in layers; *late*: what each order is late at least."""
    weights = {order.id: lateness_weight(order) for order in problem.orders}
    total, layers = 0, _layers(weights.values())
    for low, high in pairwise([0, *layers]):
        heavy = {number for number, weight in weights.items() if weight >= high}
        due = {number: problem.order[number].due + late[number] for number in heavy}
        more = max((group.pairing(due) for group in groups), default=0)
        total += (high - low) * (sum(late[number] for number in heavy) + more)
    rest = {n: weight - max([0, *(v for v in layers if v <= weight)]) for n, weight in weights.items()}
    return total + sum(rest[number] * late[number] for number in late)


def _layers(weights: Iterable[int]) -> list[int]:
    """Weights at which a layer begins, rising, the least among them."""
    known = sorted({weight for weight in weights if weight})
    step = max(1, -(-len(known) // LAYERS))
    return known[::step]


def _groups(problem: Problem, links: Links) -> list[tuple[list[Machine], list[Work]]]:
    """Machines that share work, directly or by way of others, and what each order has to do on them."""
    root = {machine.id: machine.id for machine in problem.machines}

    def find(machine: int) -> int:
        while root[machine] != machine:
            root[machine] = machine = root[root[machine]]
        return machine

    limited = [o for o in links.live if is_free(o) and not _unlimited(problem, o)]
    for operation in limited:
        for way in operation.alternatives[1:]:
            root[find(way.machine)] = find(operation.alternatives[0].machine)
    machines: dict[int, list[Machine]] = {}
    for machine in problem.machines:
        machines.setdefault(find(machine.id), []).append(machine)
    steps: dict[tuple[int, int], list[Operation]] = {}
    for operation in limited:
        steps.setdefault((find(operation.alternatives[0].machine), operation.order), []).append(operation)
    rows: dict[int, list[Work]] = {}
    for (group, order), line in steps.items():
        head = min(links.heads[o.id].start for o in line)
        minutes = sum(_fastest(o) for o in line)
        rows.setdefault(group, []).append(Work(order, head, minutes, _tail(problem, line[-1])))
    return [(machines[group], found) for group, found in rows.items()]


def _unlimited(problem: Problem, operation: Operation) -> bool:
    return any(problem.machine[way.machine].unlimited for way in operation.alternatives)


def _fastest(operation: Operation) -> int:
    return min(way.minutes for way in operation.alternatives)


def _tail(problem: Problem, operation: Operation) -> int:
    """Minutes at least from the end of *operation* to that of its order; none where steps may overlap."""
    steps = problem.routing[operation.order]
    after = steps[steps.index(operation) + 1 :]
    if any(o.transfer_ppm for o in (operation, *after)) or not all(is_free(o) for o in after):
        return 0
    return sum(_fastest(o) for o in after) + sum(o.lag for o in (operation, *after[:-1]) if after)


@dataclass(slots=True)
class Group:
    """Machines that share work, as one machine that may interrupt its work at will."""

    problem: Problem
    machines: list[Machine]
    work: list[Work]
    _cuts: list[int] = field(init=False)
    _done: list[int] = field(init=False)
    """Minutes that all machines together have been open by each cut."""

    def __post_init__(self) -> None:
        change: dict[int, int] = {self.problem.now: 0}
        for machine in self.machines:
            for start, end in machine.calendar.intervals:
                if end > self.problem.now:
                    start = max(start, self.problem.now)
                    change[start], change[end] = change.get(start, 0) + 1, change.get(end, 0) - 1
        self._cuts = sorted(change)
        rates = accumulate(change[cut] for cut in self._cuts)
        spans = [b - a for a, b in pairwise(self._cuts)]
        self._done = list(accumulate((r * s for r, s in zip(rates, spans, strict=False)), initial=0))

    def by(self, wall: int) -> int:
        """Minutes that all machines together have been open by *wall*."""
        row = bisect_left(self._cuts, wall)
        if row == 0:
            return 0
        if row == len(self._cuts):
            return self._done[-1]
        first, second = self._cuts[row - 1], self._cuts[row]
        return self._done[row - 1] + (self._done[row] - self._done[row - 1]) * (wall - first) // (
            second - first
        )

    def when(self, minutes: int) -> int:
        """The first wall-clock minute by which they have been open so long together."""
        row = bisect_left(self._done, minutes)
        if row == 0:
            return self._cuts[0]
        if row == len(self._done):
            return self._cuts[-1]
        first, span = self._cuts[row - 1], self._cuts[row] - self._cuts[row - 1]
        gained = self._done[row] - self._done[row - 1]
        return first - (-(minutes - self._done[row - 1]) * span // gained)

    def last_end(self) -> int:
        """The end of everything: whatever cannot begin before some minute must fit in after it."""
        found = total = 0
        tail = 1 << 60
        for row in sorted(self.work, key=lambda row: -row.head):
            total, tail = total + row.minutes, min(tail, row.tail)
            found = max(found, self.when(self.by(row.head) + total) + tail)
        return found

    def pairing(self, due: dict[int, int]) -> int:
        """Minutes late in all, at least, of the orders in *due* (order: when it ought to be finished)."""
        rows = [row for row in self.work if row.order in due]
        wanted = sorted(due[row.order] - row.tail for row in rows)
        ends = (self.when(minutes) for minutes in self._finishes(rows))
        return sum(max(0, end - by) for end, by in zip(ends, wanted, strict=True))

    def _finishes(self, rows: list[Work]) -> list[int]:
        """Finishes by shortest remaining work first, in minutes of all machines together."""
        coming = sorted((self.by(row.head), row.minutes) for row in rows)
        waiting: list[int] = []
        found: list[int] = []
        now = at = 0
        while at < len(coming) or waiting:
            now = max(now, coming[at][0]) if not waiting else now
            while at < len(coming) and coming[at][0] <= now:
                heappush(waiting, coming[at][1])
                at += 1
            shortest = heappop(waiting)
            until = coming[at][0] if at < len(coming) else now + shortest
            if now + shortest <= until:
                now += shortest
                found.append(now)
            else:
                heappush(waiting, shortest - (until - now))
                now = until
        return found


def _changeovers(problem: Problem) -> int:
    """Minutes to be changed over at least: into each family that must be made but is set up nowhere."""
    return sum(_centre_changeovers(problem, centre) for centre in problem.centres)


def _centre_changeovers(problem: Problem, centre: Centre) -> int:
    machines = {m.id for m in problem.machines if m.centre == centre.id and not m.unlimited}
    ready = {problem.machine[m].family for m in machines}
    if None in ready:
        return 0
    made = {
        o.family for o in problem.operations if is_free(o) and {a.machine for a in o.alternatives} <= machines
    }
    before = ready | {o.family for o in problem.operations if not o.done}
    return sum(min(centre.minutes(b, f) for b in before if b != f) for f in made - ready)
