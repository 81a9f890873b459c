"""The model of a problem: when each operation starts and ends, on which machine, and what waits for what.

Every rule is a short method. Sequences on machines are in ``exact_lines``, costs in ``exact_cost``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from ortools.sat.python import cp_model

from factory_erp.planning.calendar import WorkingCalendar
from factory_erp.planning.schedule.exact_clock import CLOSING, OPENING, Expression, Literal, Moment
from factory_erp.planning.schedule.exact_links import Links, is_free, lot_minutes
from factory_erp.planning.schedule.problem import Alternative, Operation, Problem
from factory_erp.planning.schedule.result import Assignment


@dataclass(slots=True)
class Step:
    """A free operation in the model: its moments, and for each machine whether it runs there."""

    operation: Operation
    start: Moment
    end: Moment
    ways: dict[int, cp_model.IntVar]
    by_calendar: dict[WorkingCalendar, list[Alternative]]
    here: dict[WorkingCalendar, Literal]
    """Whether its machine has this calendar."""


@dataclass(slots=True)
class Model:
    """All variables and constraints; *latest* are latest ends by order, *hint* a schedule to set out from."""

    problem: Problem
    links: Links
    latest: Mapping[int, int]
    hint: Mapping[int, Assignment]
    cp: cp_model.CpModel = field(init=False, default_factory=cp_model.CpModel)
    steps: dict[int, Step] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        ends = self._latest_ends()
        for operation in self.links.live:
            if is_free(operation):
                self.steps[operation.id] = self._step(operation, ends[operation.id])
        for step in self.steps.values():
            self._durations(step)
            self._order(step)
        self._resources()

    def start(self, operation: Operation) -> Expression:
        """When it starts."""
        return operation.fixed.start if operation.fixed else self.steps[operation.id].start.at

    def end(self, operation: Operation) -> Expression:
        """When it ends."""
        return operation.fixed.end if operation.fixed else self.steps[operation.id].end.at

    def on(self, operation: Operation, machine: int) -> Literal:
        """Whether it runs on *machine*."""
        if operation.fixed:
            return operation.fixed.machine == machine
        return self.steps[operation.id].ways.get(machine, False)

    def calendar(self, machine: int) -> WorkingCalendar:
        """The calendar of a machine."""
        return self.problem.machine[machine].calendar

    def placed(self, solver: cp_model.CpSolver | cp_model.CpSolverSolutionCallback) -> dict[int, Assignment]:
        """The assignments of a solution, fixed ones included."""
        found = {}
        for operation in self.links.live:
            step = self.steps.get(operation.id)
            if step is None:
                found[operation.id] = self._fixed(operation)
                continue
            machine = next(m for m, way in step.ways.items() if solver.boolean_value(way))
            start, end = solver.value(step.start.at), solver.value(step.end.at)
            found[operation.id] = self._assignment(operation, machine, start, end)
        return found

    def _fixed(self, operation: Operation) -> Assignment:
        assert operation.fixed
        machine, start, end = operation.fixed
        return self._assignment(operation, machine, start, end)

    def _assignment(self, operation: Operation, machine: int, start: int, end: int) -> Assignment:
        way, calendar = self.problem.alternative(operation.id, machine), self.calendar(machine)
        setup = way.setup_minutes if way else 0
        work = min(calendar.to_working(start) + setup, calendar.total)
        setup_end = calendar.end_wall(work) if setup else start
        return Assignment(machine, start, min(max(setup_end, start), end), end)

    def _latest_ends(self) -> dict[int, int]:
        """Latest ends: of the order, of the calendars, and so that what follows can still end in time."""
        ends: dict[int, int] = {}
        for operation in reversed(self.links.live):
            ways = self.links.usable.get(operation.id, ())
            if not ways:
                continue
            close = max(self.calendar(way.machine).intervals[-1][1] for way in ways)
            end = min(close, self.latest[operation.order], ends.get(operation.id, close))
            ends[operation.id], begin = end, end - min(way.minutes for way in ways)
            for feeder in self.links.feeding.get(operation.id, ()):
                ends[feeder.id] = min(begin, ends.get(feeder.id, begin))
            before = self.links.before.get(operation.id)
            if before:
                ends[before.id] = (end if before.transfer_ppm else begin) - before.lag
        return ends

    def _step(self, operation: Operation, latest: int) -> Step:
        head = self.links.heads[operation.id]
        shortest = min(a.minutes for a in self.links.usable[operation.id])
        start = Moment(self.cp, head.start, latest - shortest, OPENING)
        end = Moment(self.cp, head.end, latest, CLOSING)
        by_calendar: dict[WorkingCalendar, list[Alternative]] = {}
        for alternative in self.links.usable[operation.id]:
            by_calendar.setdefault(self.calendar(alternative.machine), []).append(alternative)
        step = Step(operation, start, end, self._ways(operation), by_calendar, {})
        for calendar, ways in by_calendar.items():
            chosen = [step.ways[a.machine] for a in ways]
            step.here[calendar] = self._any(chosen, len(by_calendar) == 1)
        self._hint(step)
        return step

    def _ways(self, operation: Operation) -> dict[int, cp_model.IntVar]:
        machines = [a.machine for a in self.links.usable[operation.id]]
        if len(machines) == 1:
            return {machines[0]: self.cp.new_constant(1)}
        ways = {machine: self.cp.new_bool_var("") for machine in machines}
        self.cp.add_exactly_one(ways.values())
        return ways

    def _any(self, literals: list[cp_model.IntVar], certain: bool) -> Literal:
        """Whether one of *literals*, of which at most one is true, is."""
        if certain:
            return self.cp.new_constant(1)
        if len(literals) == 1:
            return literals[0]
        found = self.cp.new_bool_var("")
        self.cp.add(sum(literals) == found)
        return found

    def _hint(self, step: Step) -> None:
        """Start from the schedule that is there."""
        known = self.hint.get(step.operation.id)
        if known is None or known.machine not in step.ways:
            return
        self.cp.add_hint(step.start.at, known.start)
        self.cp.add_hint(step.end.at, known.end)
        if len(step.ways) > 1:
            for machine, way in step.ways.items():
                self.cp.add_hint(way, machine == known.machine)

    def _durations(self, step: Step) -> None:
        """Start and end lie in open time, with the machine's minutes of work between them."""
        for calendar, ways in step.by_calendar.items():
            here = step.here[calendar]
            step.start.inside(calendar, here)
            step.end.inside(calendar, here)
            minutes = sum(step.ways[a.machine] * a.minutes for a in ways)
            worked = step.end.working(calendar) - step.start.working(calendar)
            self.cp.add(worked == minutes).only_enforce_if(here)
            if not step.operation.resumable:
                self._without_pause(step, calendar)

    def _without_pause(self, step: Step, calendar: WorkingCalendar) -> None:
        """Start and end lie in the same opening."""
        first, second = step.start.openings(calendar), step.end.openings(calendar)
        for interval in range(min(first.start, second.start), max(first.stop, second.stop)):
            if calendar.intervals[interval][0] == calendar.intervals[interval - 1][1]:
                continue
            begun, ended = step.start.passed(calendar, interval), step.end.passed(calendar, interval)
            self.cp.add(begun == ended).only_enforce_if(step.here[calendar])

    def _order(self, step: Step) -> None:
        """After the material, the step before, and what feeding orders make."""
        operation = step.operation
        self.cp.add(step.start.at >= self.links.ready[operation.id])
        for feeder in self.links.feeding.get(operation.id, ()):
            self.cp.add(step.start.at >= self.end(feeder))
        before = self.links.before.get(operation.id)
        if not before:
            return
        if before.max_lag is not None and not before.fixed:
            self.cp.add(step.start.at <= self.end(before) + before.max_lag)
        if not before.transfer_ppm or before.fixed:
            self.cp.add(step.start.at >= self.end(before) + before.lag)
            return
        self._first_lot(step, before)
        self._last_lot(step, before)

    def _first_lot(self, step: Step, before: Operation) -> None:
        """It begins once the first transfer batch of the step before is there."""
        other = self.steps[before.id]
        arrived = Moment(self.cp, self.links.heads[before.id].first_lot, other.end.high, CLOSING)
        self.cp.add(step.start.at >= arrived.at + before.lag)
        for calendar, ways in other.by_calendar.items():
            arrived.inside(calendar, other.here[calendar])
            for way in ways:
                part = way.setup_minutes + lot_minutes(way.run_minutes, before.transfer_ppm)
                done = arrived.working(calendar) == other.start.working(calendar) + part
                self.cp.add(done).only_enforce_if(other.ways[way.machine])

    def _last_lot(self, step: Step, before: Operation) -> None:
        """Once the last transfer batch is there, a batch's share of its own run is still to be done."""
        for calendar, ways in step.by_calendar.items():
            here = step.here[calendar]
            arrived = Moment(self.cp, step.start.low, step.end.high - 1, OPENING)
            arrived.inside(calendar, here)
            self.cp.add(arrived.at >= self.end(before) + before.lag).only_enforce_if(here)
            for way in ways:
                rest = lot_minutes(way.run_minutes, before.transfer_ppm)
                done = step.end.working(calendar) >= arrived.working(calendar) + rest
                self.cp.add(done).only_enforce_if(step.ways[way.machine])

    def _resources(self) -> None:
        """At no minute more operations under way than a resource can serve; what is locked has precedence."""
        for resource in self.problem.resources:
            users = [s for s in self.steps.values() if resource.id in s.operation.resources]
            spans = [self._span(step) for step in users]
            locked = list(self._locked(resource.id, resource.capacity))
            spans += [self.cp.new_fixed_size_interval_var(a, b - a, "") for a, b, _many in locked]
            demands = [1] * len(users) + [many for _a, _b, many in locked]
            if len(users) and sum(demands) > resource.capacity:
                self.cp.add_cumulative(spans, demands, resource.capacity)

    def _span(self, step: Step) -> cp_model.IntervalVar:
        """From start to end on the wall clock."""
        wait = self.cp.new_int_var(0, max(0, step.end.high - step.start.low), "")
        return self.cp.new_interval_var(step.start.at, wait, step.end.at, "")

    def _locked(self, resource: int, capacity: int) -> list[tuple[int, int, int]]:
        """(start, end, how much of the resource) that fixed operations hold, no more than there is."""
        held = [o.fixed for o in self.links.live if o.fixed and resource in o.resources]
        cuts = sorted({minute for fixed in held for minute in (fixed.start, fixed.end)})
        found = []
        for start, end in pairwise(cuts):
            many = sum(1 for fixed in held if fixed.start <= start and end <= fixed.end)
            if many:
                found.append((start, end, min(many, capacity)))
        return found
