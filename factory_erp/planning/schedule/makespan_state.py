"""The tabu search on one problem: what goes in and comes out of the compiled functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from factory_erp.planning.schedule import makespan_search as tabu
from factory_erp.planning.schedule.makespan_graph import Ints, Lines, Shop, Times, longest, restore
from factory_erp.planning.schedule.problem import Operation, Problem
from factory_erp.planning.schedule.result import Assignment

Placed = dict[int, Assignment]


@dataclass(slots=True)
class Search:
    """The tabu search on one problem: what it knows, as arrays."""

    problem: Problem
    seed: int = 0
    operations: list[Operation] = field(init=False)
    machines: dict[int, int] = field(init=False)
    shop: Shop = field(init=False)
    lines: Lines = field(init=False)
    times: Times = field(init=False)
    memory: tabu.Memory = field(init=False)
    scratch: tabu.Scratch = field(init=False)

    def __post_init__(self) -> None:
        self.operations = [o for number in self.problem.sequence for o in self.problem.routing[number]]
        self.machines = {machine.id: row for row, machine in enumerate(self.problem.machines)}
        self.shop = self._shop()
        size, many = len(self.operations), len(self.machines)
        first, last = np.full((2, many), -1, np.int64)
        self.lines = Lines(*_four(size), first, last)
        self.times = Times(*_four(size), np.zeros(size, np.int64))
        self.scratch = tabu.Scratch(*_four(size))
        numbers = np.array([0, tabu.NEVER, 0, tabu.NEVER], np.int64)
        dice = np.array([(self.seed + 1) * 0x9E3779B97F4A7C15 % (1 << 64)], np.uint64)
        machine, order = np.zeros((2, size), np.int64)
        self.memory = tabu.Memory(np.zeros((size, many), np.int64), numbers, machine, order, dice)

    @property
    def makespan(self) -> int:
        """The best so far, minutes after ``Problem.now``."""
        return int(self.memory.numbers[tabu.BEST])

    @property
    def iterations(self) -> int:
        """Moves made so far."""
        return int(self.memory.numbers[tabu.ITERATION])

    def begin(self, start: Mapping[int, Assignment] | None) -> None:
        """Set out from *start*, or else from a schedule by most work remaining."""
        machine, order = self._read(start) if start else self._dispatch()
        restore(self.shop, self.lines, machine, order)
        self.run(0, 0)

    def take(self, better: Mapping[int, Assignment]) -> None:
        """Go on from what somebody else has found."""
        self.memory.numbers[tabu.RUN_BEST] = tabu.NEVER
        self.memory.numbers[tabu.LAST_GAIN] = self.iterations
        self.begin(better)

    def run(self, iterations: int, goal: int) -> None:
        """Search on, until the makespan is no more than *goal*; without the interpreter's lock."""
        tabu.search(self.shop, self.lines, self.times, self.memory, self.scratch, iterations, goal)

    def best(self) -> Placed:
        """The best so far as assignments."""
        lines, times = Lines(*(a.copy() for a in self.lines)), Times(*(a.copy() for a in self.times))
        restore(self.shop, lines, self.memory.machine, self.memory.order)
        longest(self.shop, lines, times)
        heads = times.head.tolist()
        return {
            operation.id: self._assignment(operation, int(lines.machine[row]), heads[row])
            for row, operation in enumerate(self.operations)
        }

    def _assignment(self, operation: Operation, machine: int, head: int) -> Assignment:
        number = self.problem.machines[machine].id
        way = next(a for a in operation.alternatives if a.machine == number)
        start = self.problem.now + head
        return Assignment(number, start, start + way.setup_minutes, start + way.minutes)

    def _shop(self) -> Shop:
        row = {operation.id: number for number, operation in enumerate(self.operations)}
        before, after = np.full((2, len(row)), -1, np.int64)
        for steps in self.problem.routing.values():
            for first, second in pairwise(steps):
                after[row[first.id]], before[row[second.id]] = row[second.id], row[first.id]
        now, orders = self.problem.now, self.problem.order
        release = [max(o.earliest, orders[o.order].release, now) - now for o in self.operations]
        ways = [(self.machines[a.machine], a.minutes) for o in self.operations for a in o.alternatives]
        first_way = np.cumsum([0, *(len(o.alternatives) for o in self.operations)], dtype=np.int64)
        machine, minutes = np.array(ways, np.int64).T.copy()
        return Shop(before, after, np.array(release, np.int64), first_way, machine, minutes)

    def _read(self, placed: Mapping[int, Assignment]) -> tuple[Ints, Ints]:
        """Machines, and a sequence of all operations, of *placed*."""
        machine = [self.machines[placed[o.id].machine] for o in self.operations]
        ends = [(placed[o.id].start, placed[o.id].end, row) for row, o in enumerate(self.operations)]
        return np.array(machine, np.int64), np.array([row for *_at, row in sorted(ends)], np.int64)

    def _dispatch(self) -> tuple[Ints, Ints]:
        """The order with most work left goes next, on the machine where it ends first."""
        waiting = {n: list(steps) for n, steps in self.problem.routing.items() if steps}
        left = {n: sum(_fastest(o) for o in steps) for n, steps in waiting.items()}
        row = {operation.id: number for number, operation in enumerate(self.operations)}
        free, ready = dict.fromkeys(self.machines, 0), dict.fromkeys(waiting, 0)
        machine, order = np.zeros(len(row), np.int64), []
        while waiting:
            number = max(waiting, key=lambda n: (left[n], -n))
            operation = waiting[number].pop(0)
            at = max(ready[number], int(self.shop.earliest[row[operation.id]]))
            end, chosen = min(
                (max(free[a.machine], at) + a.minutes, a.machine) for a in operation.alternatives
            )
            free[chosen] = ready[number] = end
            left[number] -= _fastest(operation)
            machine[row[operation.id]] = self.machines[chosen]
            order.append(row[operation.id])
            if not waiting[number]:
                del waiting[number]
        return machine, np.array(order, np.int64)


def _four(size: int) -> tuple[Ints, Ints, Ints, Ints]:
    one, two, three, four = np.zeros((4, size), np.int64)
    return one, two, three, four


def _fastest(operation: Operation) -> int:
    return min(a.minutes for a in operation.alternatives)
