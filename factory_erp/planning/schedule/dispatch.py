"""A first schedule by dispatching: whenever a machine is free, the most urgent operation goes on.

The index is Apparent Tardiness Cost with Setups (Lee, Bhaskaran and Pinedo, IIE Transactions 29,
1997): weight over time, less for slack, less for a long changeover. See
``docs/algorithms/schedule.md``. Floats order the candidates only; every time is an integer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import zip_longest
from math import exp

from factory_erp.i18n import _
from factory_erp.planning.calendar import BeyondCalendar
from factory_erp.planning.schedule.measure import measure
from factory_erp.planning.schedule.problem import Alternative, Fixed, Machine, Operation, Problem
from factory_erp.planning.schedule.result import Assignment, Schedule

ARRIVAL, FREE = 0, 1


@dataclass(frozen=True, slots=True)
class DispatchScheduler:
    """Dispatch once for each pair of scaling parameters and keep the cheapest schedule.

    ``grid`` holds (look-ahead, setup weight): with a larger look-ahead slack matters less, with a
    larger setup weight changeovers matter less.
    """

    grid: tuple[tuple[float, float], ...] = (
        (1.0, 0.2),
        (2.0, 0.3),
        (2.0, 0.5),
        (4.0, 0.3),
        (4.0, 0.5),
        (4.0, 1.0),
        (8.0, 0.5),
        (8.0, 1.0),
    )

    def solve(
        self,
        problem: Problem,
        progress: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
        seed: int = 0,
    ) -> Schedule:
        """Schedule *problem*; there is no randomness, so *seed* changes nothing.

        Raises BeyondCalendar when a machine's calendar is too short for its work.
        """
        best: Schedule | None = None
        for done, (look_ahead, setup_weight) in enumerate(self.grid, start=1):
            schedule = measure(problem, _Dispatch(problem, look_ahead, setup_weight).run(), explain=False)
            if best is None or schedule.cost < best.cost:
                best = schedule
            if progress:
                progress(done, len(self.grid))
            if cancelled and cancelled():
                break
        return measure(problem, best.assignments if best else {})


@dataclass(slots=True)
class _Line:
    """A machine while time runs: free from working minute ``free``, set up for ``family``."""

    machine: Machine
    free: int
    family: int | None
    ahead: list[tuple[int, int, int]] = field(default_factory=list)
    """Fixed operations still to come, last first: (start, end, family) in working minutes."""
    queue: dict[int, Alternative] = field(default_factory=dict)
    idle: bool = True


@dataclass(slots=True)
class _Dispatch:
    """One pass through time: a heap of arrivals (operation ready) and free machines."""

    problem: Problem
    look_ahead: float
    setup_weight: float
    placed: dict[int, Assignment] = field(default_factory=dict)
    lines: dict[int, _Line] = field(default_factory=dict)
    events: list[tuple[int, int, int]] = field(default_factory=list)
    waits: dict[int, int] = field(default_factory=dict)
    ready: dict[int, int] = field(default_factory=dict)
    feeds: dict[int, list[int]] = field(default_factory=dict)
    after: dict[int, Operation | None] = field(default_factory=dict)
    latest: dict[int, int] = field(default_factory=dict)
    fastest: dict[int, int] = field(default_factory=dict)
    mean_run: float = 1.0
    mean_setup: float = 1.0

    def run(self) -> dict[int, Assignment]:
        """Place every operation that is not done."""
        self._prepare_lines()
        self._prepare_urgency()
        self._prepare_orders()
        while self.events:
            at, kind, number = heappop(self.events)
            if kind == ARRIVAL:
                self._arrive(at, self.problem.operation[number])
            else:
                self._dispatch(at, self.lines[number])
        missing = [o.id for o in self.problem.operations if not o.done and o.id not in self.placed]
        if missing:
            raise BeyondCalendar(
                _("{count} operations do not fit into the working calendars.", count=len(missing)),
                remedy=_("Extend the calendars, add shifts, or plan less work."),
            )
        return self.placed

    def _prepare_lines(self) -> None:
        for machine in self.problem.machines:
            start = machine.calendar.to_working(self.problem.now)
            self.lines[machine.id] = _Line(machine, start, machine.family)
        for operation in self.problem.operations:
            if operation.fixed and not operation.done:
                line, fixed = self.lines[operation.fixed.machine], operation.fixed
                to_working = line.machine.calendar.to_working
                line.ahead.append((to_working(fixed.start), to_working(fixed.end), operation.family))
                self.placed[operation.id] = _fixed_assignment(self.problem, operation, fixed)
        for line in self.lines.values():
            line.ahead.sort(reverse=True)

    def _prepare_urgency(self) -> None:
        """Latest finish of each operation, were all steps after it done without a wait."""
        self.fastest = {
            o.id: min(a.minutes for a in o.alternatives) for o in self.problem.operations if o.alternatives
        }
        self.mean_run = max(1.0, sum(self.fastest.values()) / max(1, len(self.fastest)))
        setups = [m for centre in self.problem.centres for m in (*centre.changeover.values(), centre.default)]
        self.mean_setup = max(1.0, sum(setups) / max(1, len(setups)))
        due = {order.id: order.due for order in self.problem.orders}
        for number in reversed(self.problem.sequence):
            order, at = self.problem.order[number], due[number]
            for operation in reversed(self.problem.routing[number]):
                self.latest[operation.id] = at
                at -= self.fastest.get(operation.id, 0)
            for feeder in order.predecessors:
                due[feeder] = min(due[feeder], at)

    def _prepare_orders(self) -> None:
        for number in self.problem.sequence:
            order, steps = self.problem.order[number], self.problem.routing[number]
            for step, after in zip_longest(steps, steps[1:]):
                self.after[step.id] = after
            for feeder in order.predecessors:
                self.feeds.setdefault(feeder, []).append(number)
            self.waits[number] = len(order.predecessors)
            self.ready[number] = order.release
        for number in [n for n in self.problem.sequence if not self.waits[n]]:
            self._start_order(number)

    def _start_order(self, number: int) -> None:
        steps = self.problem.routing[number]
        if steps:
            self._reach(steps[0], self.ready[number])
        else:
            self._finish_order(number, max(self.problem.now, self.ready[number]))

    def _finish_order(self, number: int, at: int) -> None:
        for parent in self.feeds.get(number, ()):
            self.ready[parent] = max(self.ready[parent], at)
            self.waits[parent] -= 1
            if not self.waits[parent]:
                self._start_order(parent)

    def _reach(self, operation: Operation, ready: int) -> None:
        """The operation may start from *ready*; done and fixed ones are passed at once."""
        if operation.done:
            fixed, now = operation.fixed, self.problem.now
            self._leave(operation, min(fixed.end, now) if fixed else now)
        elif operation.fixed:
            started = operation.fixed.start <= self.problem.now
            self._leave(operation, operation.fixed.end if started else max(ready, operation.fixed.end))
        else:
            at = max(ready, operation.earliest, self.problem.now)
            heappush(self.events, (at, ARRIVAL, operation.id))

    def _leave(self, operation: Operation, at: int) -> None:
        following = self.after[operation.id]
        if following:
            self._reach(following, at)
        else:
            self._finish_order(operation.order, at)

    def _arrive(self, at: int, operation: Operation) -> None:
        outside = [a for a in operation.alternatives if self.problem.machine[a.machine].unlimited]
        if outside:
            self._send_out(at, operation, min(outside, key=lambda a: (a.minutes, a.machine)))
            return
        for alternative in operation.alternatives:
            line = self.lines[alternative.machine]
            line.queue[operation.id] = alternative
            if line.idle:
                self._wake(line, line.machine.calendar.to_working(at))

    def _send_out(self, at: int, operation: Operation, alternative: Alternative) -> None:
        calendar = self.problem.machine[alternative.machine].calendar
        self._place(operation, alternative, calendar.to_working(at))

    def _dispatch(self, at: int, line: _Line) -> None:
        now = line.machine.calendar.to_working(at)
        while line.ahead and line.ahead[-1][0] <= now:
            _start, end, family = line.ahead.pop()
            line.free, line.family = max(line.free, end), family
        if not line.queue:
            line.idle = True
        elif line.free > now:
            self._wake(line, line.free)
        else:
            self._put_on_best(now, at, line)

    def _put_on_best(self, now: int, at: int, line: _Line) -> None:
        best: tuple[float, int, int] | None = None
        for number, alternative in line.queue.items():
            operation = self.problem.operation[number]
            change = self._change(line, line.family, operation.family)
            start = max(now, line.free + change)
            if not self._fits(line, start + alternative.minutes, operation.family):
                continue
            rank = (-self._urgency(operation, alternative, at, change), number, start)
            if best is None or rank < best:
                best = rank
        if best:
            self._take(line, *best[1:])
        elif line.ahead:
            # Nothing fits before the next fixed operation: look again after it, or when something comes.
            self._wake(line, line.ahead[-1][1])
            line.idle = True

    def _take(self, line: _Line, number: int, start: int) -> None:
        operation, alternative = self.problem.operation[number], line.queue[number]
        for other in operation.alternatives:
            del self.lines[other.machine].queue[number]
        line.free = self._place(operation, alternative, start)
        line.family = operation.family
        if line.queue:
            self._wake(line, line.free)
        else:
            line.idle = True

    def _place(self, operation: Operation, alternative: Alternative, start: int) -> int:
        calendar = self.problem.machine[alternative.machine].calendar
        end = calendar.end_wall(start + alternative.minutes)
        begin = calendar.to_wall(start)
        setup_end = (
            calendar.end_wall(start + alternative.setup_minutes) if alternative.setup_minutes else begin
        )
        self.placed[operation.id] = Assignment(alternative.machine, begin, setup_end, end)
        self._leave(operation, end)
        return start + alternative.minutes

    def _wake(self, line: _Line, working: int) -> None:
        line.idle = False
        if working < line.machine.calendar.total:
            heappush(self.events, (line.machine.calendar.to_wall(working), FREE, line.machine.id))

    def _fits(self, line: _Line, end: int, family: int) -> bool:
        if end > line.machine.calendar.total or not line.ahead:
            return end <= line.machine.calendar.total
        start, _end, following = line.ahead[-1]
        return end + self._change(line, family, following) <= start

    def _change(self, line: _Line, before: int | None, after: int) -> int:
        return self.problem.centre[line.machine.centre].minutes(before, after)

    def _urgency(self, operation: Operation, alternative: Alternative, at: int, change: int) -> float:
        """ATC with setups; a machine slower than the operation's fastest holds back.

        The cube did best on the shared small-batch instances.
        """
        slack = max(0, self.latest[operation.id] - alternative.minutes - at)
        weight = self.problem.order[operation.order].weight
        factor = exp(
            -slack / (self.look_ahead * self.mean_run) - change / (self.setup_weight * self.mean_setup)
        )
        slowness = alternative.minutes / self.fastest[operation.id]
        return weight / alternative.minutes * factor / slowness**3


def _fixed_assignment(problem: Problem, operation: Operation, fixed: Fixed) -> Assignment:
    alternative = problem.alternative(operation.id, fixed.machine)
    setup = alternative.setup_minutes if alternative else 0
    calendar = problem.machine[fixed.machine].calendar
    begin = calendar.to_working(fixed.start)
    setup_end = calendar.end_wall(min(begin + setup, calendar.total)) if setup else fixed.start
    return Assignment(fixed.machine, fixed.start, min(max(setup_end, fixed.start), fixed.end), fixed.end)
