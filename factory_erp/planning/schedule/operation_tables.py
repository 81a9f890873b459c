"""Operations, their alternatives, links and needs as the tables of ``layout``."""

from __future__ import annotations

from collections import Counter
from itertools import accumulate

from factory_erp.planning.schedule import layout as c
from factory_erp.planning.schedule.machine_tables import Changeovers, Row, family_class
from factory_erp.planning.schedule.problem import Operation, Order, Problem
from factory_erp.planning.schedule.result import end_of, lateness_weight


class OperationTables:
    """Rows of the operations that are not done, in an order in which none comes before what it waits for."""

    def __init__(self, problem: Problem, origin: int, changeovers: Changeovers) -> None:
        self.problem, self.origin, self.changeovers = problem, origin, changeovers
        self.live = [o for number in problem.sequence for o in problem.routing[number] if not o.done]
        self.row = {operation.id: number for number, operation in enumerate(self.live)}
        self.machine = {machine.id: number for number, machine in enumerate(problem.machines)}
        self.resource = {resource.id: number for number, resource in enumerate(problem.resources)}
        self.rows: list[Row] = []
        self.alternatives: list[Row] = []
        self.feeders: Row = []
        self.fed: Row = []
        self.needs: list[tuple[int, int]] = []
        for number in problem.sequence:
            self._order(problem.order[number])
        self._link_forward()
        self._latest()

    @property
    def room(self) -> Counter[int]:
        """How many operations each machine could get."""
        return Counter(row[c.A_MACHINE] for row in self.alternatives)

    def fixed(self) -> tuple[Row, Row]:
        """Fixed operations by machine and start, and where each machine's begin."""
        rows = [number for number, row in enumerate(self.rows) if row[c.FLAGS] & c.FIXED]
        machine = {row: self.alternatives[self.rows[row][c.ALT0]][c.A_MACHINE] for row in rows}
        rows.sort(key=lambda row: (machine[row], *self._times(row)))
        many = Counter(machine.values())
        return rows, list(accumulate((many[m] for m in range(len(self.machine))), initial=0))

    def pinned(self) -> Row:
        """Fixed operations that need resources, by start."""
        wanted = c.FIXED | c.NEEDS
        rows = [number for number, row in enumerate(self.rows) if row[c.FLAGS] & wanted == wanted]
        return sorted(rows, key=self._times)

    def _times(self, row: int) -> tuple[int, int, int]:
        return self.rows[row][c.READY], self.rows[row][c.UNTIL], self.live[row].id

    def _order(self, order: Order) -> None:
        before: Operation | None = None
        for operation in self.problem.routing[order.id]:
            if not operation.done:
                self.rows.append(self._operation(order, operation, before))
            before = operation
        if before and not before.done and not self.problem.objective.makespan:
            sink = self.rows[self.row[before.id]]
            sink[c.DUE], sink[c.LATE_COST] = order.due - self.origin, sink[c.WEIGHT]
            sink[c.EARLY_COST] = self.problem.objective.earliness

    def _operation(self, order: Order, operation: Operation, before: Operation | None) -> Row:
        row = [0] * c.OP_COLUMNS
        row[c.PREV] = row[c.NEXT] = row[c.WAS_MACHINE] = row[c.MAX_LAG] = c.NONE
        row[c.DUE], row[c.FAMILY], row[c.WEIGHT] = c.FAR, operation.family, lateness_weight(order)
        row[c.LATEST] = order.due - self.origin
        row[c.FLAGS] = c.FIXED * bool(operation.fixed) | c.WHOLE * (not operation.resumable)
        ready = max(self.problem.now, operation.earliest)
        if before is None:
            ready = max(ready, order.release, self._feed(order, row))
        elif before.done:
            ready = max(ready, end_of(self.problem, before, {}) + before.lag)
        else:
            self._follow(row, before)
        row[c.READY] = (operation.fixed.start if operation.fixed else ready) - self.origin
        row[c.UNTIL] = operation.fixed.end - self.origin if operation.fixed else c.NONE
        self._ways(operation, row)
        self._need(operation, row)
        self._was(operation, row)
        return row

    def _follow(self, row: Row, before: Operation) -> None:
        row[c.PREV], row[c.LAG], row[c.LOT] = self.row[before.id], before.lag, before.transfer_ppm
        if before.max_lag is not None and not before.fixed and not row[c.FLAGS] & c.FIXED:
            row[c.MAX_LAG] = before.max_lag
            self.rows[row[c.PREV]][c.FLAGS] |= c.WAITED
        if before.transfer_ppm:
            row[c.FLAGS] |= c.LOTS

    def _feed(self, order: Order, row: Row) -> int:
        """Names the feeding operations that are still to be done; the end of those that are not."""
        waiting, seen, ready = list(order.predecessors), set(order.predecessors), self.problem.now
        row[c.IN0] = len(self.feeders)
        while waiting:
            feeder = waiting.pop()
            steps = self.problem.routing[feeder]
            if not steps:
                more = set(self.problem.order[feeder].predecessors) - seen
                waiting += sorted(more)
                seen |= more
            elif steps[-1].done:
                ready = max(ready, end_of(self.problem, steps[-1], {}))
            else:
                self.feeders.append(self.row[steps[-1].id])
        row[c.IN1] = len(self.feeders)
        row[c.FLAGS] |= c.HAS_IN * (row[c.IN1] > row[c.IN0])
        return ready

    def _ways(self, operation: Operation, row: Row) -> None:
        """Alternatives; a fixed operation has the one that it has."""
        first = row[c.ALT0] = len(self.alternatives)
        if operation.fixed:
            known = self.problem.alternative(operation.id, operation.fixed.machine)
            setup, run = known[1:] if known else (0, operation.fixed.end - operation.fixed.start)
            self._way(operation, operation.fixed.machine, setup, run)
        else:
            for machine, setup, run in operation.alternatives:
                self._way(operation, machine, setup, run)
        row[c.ALT1] = len(self.alternatives)
        row[c.FASTEST] = max(1, min(a[c.A_MINUTES] for a in self.alternatives[first:]))

    def _way(self, operation: Operation, machine: int, setup: int, run: int) -> None:
        number = family_class(self.changeovers, self.problem.machine[machine], operation)
        self.alternatives.append(
            [self.machine[machine], setup, run, setup + run, number, self.row[operation.id]]
        )

    def _need(self, operation: Operation, row: Row) -> None:
        row[c.NEED0] = len(self.needs)
        self.needs += [(self.resource[r], self.row[operation.id]) for r in sorted(set(operation.resources))]
        row[c.NEED1] = len(self.needs)
        row[c.FLAGS] |= c.NEEDS * bool(operation.resources)

    def _was(self, operation: Operation, row: Row) -> None:
        was = self.problem.published.get(operation.id)
        if was and not operation.fixed:
            row[c.FLAGS] |= c.PUBLISHED
            row[c.WAS_MACHINE] = self.machine.get(was.machine, len(self.machine))
            row[c.WAS_START] = was.start - self.origin

    def _link_forward(self) -> None:
        fed: dict[int, Row] = {}
        for number, row in enumerate(self.rows):
            if row[c.PREV] >= 0:
                self._link_step(self.rows[row[c.PREV]], row, number)
            for feeder in self.feeders[row[c.IN0] : row[c.IN1]]:
                fed.setdefault(feeder, []).append(number)
        for number, row in enumerate(self.rows):
            row[c.OUT0] = len(self.fed)
            self.fed += fed.get(number, [])
            row[c.OUT1] = len(self.fed)
            row[c.FLAGS] |= c.HAS_OUT * (number in fed)

    def _link_step(self, before: Row, row: Row, number: int) -> None:
        """A step ahead of a locked one is late when the locked one cannot begin as locked."""
        before[c.NEXT] = number
        fixed = self.live[number].fixed
        if fixed and fixed.start > self.problem.now and not self.problem.objective.makespan:
            before[c.DUE] = fixed.start - self.origin - row[c.LAG]
            before[c.LATE_COST] = before[c.WEIGHT]

    def _latest(self) -> None:
        """Latest end of each operation, were all steps after it done without a wait."""
        for row in reversed(self.rows):
            row[c.LATEST] = min(row[c.LATEST], row[c.DUE])
            start = row[c.LATEST] - row[c.FASTEST]
            before = [row[c.PREV]] if row[c.PREV] >= 0 else self.feeders[row[c.IN0] : row[c.IN1]]
            for number in before:
                other = self.rows[number]
                other[c.LATEST] = min(other[c.LATEST], start - row[c.LAG])
