"""A problem as the tables of ``layout``, and schedules back from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from factory_erp.planning.schedule import layout as c
from factory_erp.planning.schedule.layout import Ints, Plan, Shop
from factory_erp.planning.schedule.machine_tables import Calendars, Changeovers, machine_rows
from factory_erp.planning.schedule.operation_tables import OperationTables
from factory_erp.planning.schedule.problem import Operation, Problem
from factory_erp.planning.schedule.result import MINUTES, Assignment


@dataclass(frozen=True, slots=True)
class Compiled:
    """A problem's tables; ``operations`` names their rows, ``origin`` is the tables' minute 0."""

    problem: Problem
    shop: Shop
    origin: int
    operations: tuple[Operation, ...]
    row: Mapping[int, int]
    """Row of each operation that is not done, by id."""
    machine_row: Mapping[int, int]

    @property
    def size(self) -> int:
        """How many operations there are to place."""
        return len(self.operations)

    def assignments(self, plan: Plan, walls: Ints) -> dict[int, Assignment]:
        """What *plan* says; ``walls`` (n, 2) are start and end of setup on the wall clock."""
        found = {}
        machines = [machine.id for machine in self.problem.machines]
        times = (walls + self.origin).tolist()
        for operation, place, (start, setup_end) in zip(
            self.operations, plan.at.tolist(), times, strict=True
        ):
            end, change = place[c.WALL] + self.origin, place[c.CHANGE]
            if operation.fixed:
                start, end = operation.fixed.start, operation.fixed.end
                setup_end = min(max(setup_end, start), end)
            found[operation.id] = Assignment(machines[place[c.MACHINE]], start, setup_end, end, change)
        return found

    def alternative(self, operation: int, machine: int) -> int:
        """The row of the way in which *machine* (id) does the operation in that row, NONE if it cannot."""
        wanted = self.machine_row.get(machine, c.NONE)
        row = self.shop.op[operation]
        for number in range(row[c.ALT0], row[c.ALT1]):
            if self.shop.alt[number, c.A_MACHINE] == wanted:
                return number
        return c.NONE


def compile_problem(problem: Problem) -> Compiled:
    """The tables of *problem*; operations that are done become constants."""
    origin, changeovers = _origin(problem), Changeovers(problem)
    calendars, tables = Calendars(origin), OperationTables(problem, origin, changeovers)
    machines = machine_rows(problem, changeovers, calendars, tables.room)
    fixed, fixed_at = tables.fixed()
    shop = Shop(
        op=_table(tables.rows, c.OP_COLUMNS),
        alt=_table(tables.alternatives, c.ALT_COLUMNS),
        machine=_table(machines, c.MACHINE_COLUMNS),
        feeder=_line(tables.feeders),
        fed=_line(tables.fed),
        need=_line(resource for resource, _operation in tables.needs),
        need_op=_line(operation for _resource, operation in tables.needs),
        unit=_line(accumulate((r.capacity for r in problem.resources), initial=0)),
        change=_line(changeovers.cells),
        ivl=_table(calendars.intervals, 2),
        bucket=_line(calendars.buckets),
        over=_table(calendars.overtime, 3),
        fixed=_line(fixed),
        fixed_at=_line(fixed_at),
        pinned=_line(tables.pinned()),
        rate=_line(_rates(problem)),
    )
    return Compiled(problem, shop, origin, tuple(tables.live), tables.row, tables.machine)


def new_plan(shop: Shop) -> Plan:
    """Room for a schedule of *shop*, with nothing in it."""
    size, needs = len(shop.op), len(shop.need)
    return Plan(
        at=np.zeros((size, 8), np.int64),
        seq=np.zeros(len(shop.alt), np.int64),
        length=np.zeros(len(shop.machine), np.int64),
        hold=np.zeros(size, np.int64),
        line=np.full((needs, 3), c.NONE, np.int64),
        head=np.full(int(shop.unit[-1]), c.NONE, np.int64),
    )


def copy_of(plan: Plan) -> Plan:
    """The same schedule in arrays of its own."""
    return Plan(*(table.copy() for table in plan))


def _origin(problem: Problem) -> int:
    """The first minute that anything mentions, so that numbers stay small and not negative."""
    minutes = [problem.now]
    minutes += [m.calendar.intervals[0][0] for m in problem.machines if m.calendar.intervals]
    minutes += [o.fixed.start for o in problem.operations if o.fixed]
    return min(minutes)


def _rates(problem: Problem) -> list[int]:
    goal = problem.objective
    limits = int(any(operation.max_lag is not None for operation in problem.operations))
    if goal.makespan:
        return [0, 0, 0, 0, 1, 0, limits]
    overtime = goal.overtime if any(machine.overtime for machine in problem.machines) else 0
    away, move = (goal.disturbance, goal.move) if problem.published else (0, 0)
    more = bool(overtime or away or move or goal.earliness)
    return [goal.changeover, overtime, away, move * MINUTES, 0, int(more), limits]


def _table(rows: list[list[int]], columns: int) -> Ints:
    return np.array(rows, np.int64).reshape(len(rows), columns)


def _line(numbers: Iterable[int]) -> Ints:
    return np.array(list(numbers), np.int64)
