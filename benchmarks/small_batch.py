"""A finite schedule for small batches with changeovers, by the engine that the program uses.

``python -m benchmarks.small_batch FILE --seconds S [--out SCHEDULE.json] [--json] [--workers 2] [--seed N]``.
FILE is a ``small_batch_*.json`` instance: orders with operations, families and alternative machines, daily
shifts, changeover matrices. Baseline in the same run: plain dispatching (ATC with setups, one pair of
parameters). Costs are hours, lateness times weight plus changeovers, as the instance's judge counts; the
schedule is written as [operation, machine, start, end], operations numbered through all orders.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

from factory_erp.planning.calendar import DAY, WorkingCalendar
from factory_erp.planning.schedule import engine
from factory_erp.planning.schedule.check import violations
from factory_erp.planning.schedule.dispatch import DispatchScheduler
from factory_erp.planning.schedule.problem import Alternative, Centre, Machine, Operation, Order, Problem
from factory_erp.planning.schedule.result import Schedule

PLAIN = DispatchScheduler(((2.0, 0.5),))
SLACK_DAYS = 60


def main() -> None:
    """Schedule, write, print."""
    asked = _asked()
    engine.warm_up()
    problem = load(asked.file)
    began = time.perf_counter()
    start = engine.first(problem)
    first_seconds = time.perf_counter() - began
    baseline = PLAIN.solve(problem)
    began, cpu = time.perf_counter(), time.process_time()
    found = engine.improve(problem, start, seconds=asked.seconds, seed=asked.seed, workers=asked.workers)
    result = {
        "name": asked.file.stem,
        "operations": len(problem.operations),
        "first_cost": hours(start.cost),
        "first_seconds": round(first_seconds, 2),
        "cost": hours(found.cost),
        "seconds": round(time.perf_counter() - began, 2),
        "cpu_seconds": round(time.process_time() - cpu, 2),
        "valid": not violations(problem, found),
        "moves": found.moves,
        "baseline": hours(baseline.cost),
        "ratio": round(found.cost / baseline.cost, 3) if baseline.cost else None,
    }
    if asked.out:
        asked.out.write_text(json.dumps(rows(found)))
    print(json.dumps(result, indent=None if asked.json else 1))


def load(path: Path) -> Problem:
    """The instance as a problem; calendars reach well beyond the last due date."""
    raw: dict[str, Any] = json.loads(path.read_text())
    work = sum(op["alternatives"][0][1] for order in raw["orders"] for op in order["operations"])
    days = SLACK_DAYS + 2 * max(order["due"] for order in raw["orders"]) // DAY + work // DAY
    machines = tuple(_machine(row, days) for row in raw["machines"])
    centre = {machine.id: machine.centre for machine in machines}
    operations: list[Operation] = []
    for number, order in enumerate(raw["orders"]):
        for step, op in enumerate(order["operations"]):
            ways = tuple(Alternative(machine, 0, minutes) for machine, minutes in op["alternatives"])
            home = centre[ways[0].machine]
            operations.append(Operation(len(operations), number, step, home, op["family"], ways))
    orders = tuple(Order(n, o["release"], o["due"], o["weight"]) for n, o in enumerate(raw["orders"]))
    return Problem(machines, tuple(map(_centre, raw["work_centres"])), tuple(operations), orders)


def _machine(row: dict[str, int], days: int) -> Machine:
    start, minutes = row["shift_start"], row["shift_minutes"]
    whole = minutes == DAY
    shifts = (
        ((0, days * DAY),)
        if whole
        else tuple((day * DAY + start, day * DAY + start + minutes) for day in range(days))
    )
    return Machine(row["id"], row["work_centre"], WorkingCalendar(shifts), row["initial_family"])


def _centre(row: dict[str, Any]) -> Centre:
    matrix = row["changeover_minutes"]
    return Centre(row["id"], {(i, j): m for i, line in enumerate(matrix) for j, m in enumerate(line)})


def rows(schedule: Schedule) -> list[list[int]]:
    """The schedule as the judge reads it."""
    return [[number, a.machine, a.start, a.end] for number, a in schedule.assignments.items()]


def hours(minutes: int) -> float:
    """Cost in hours."""
    return round(minutes / 60, 2)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--json", action="store_true", help="one line instead of many")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


if __name__ == "__main__":
    main()
