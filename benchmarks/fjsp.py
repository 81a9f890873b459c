"""Flexible job shops in the standard text format: how near the program's engine comes to the best known.

``python -m benchmarks.fjsp FILE --seconds S --json`` prints makespan, lower bound, and whether
``fjsp_check`` finds the schedule valid; ``--out`` writes it. With a folder, or an ``instances.json`` that
names files and their best known ends, there is a row for each instance that is there, and beside it PyJobShop
(where it is installed: it serves this comparison only) with the same time and workers in the same run.
"""

from __future__ import annotations

import argparse
import json
import time
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from statistics import mean
from typing import Any

from benchmarks.fjsp_check import Row, judge
from benchmarks.measure import show
from factory_erp.planning.calendar import WorkingCalendar
from factory_erp.planning.schedule.problem import (
    Alternative,
    Centre,
    Machine,
    Objective,
    Operation,
    Order,
    Problem,
)
from factory_erp.planning.schedule.result import Assignment

Ways = list[tuple[int, int]]
"""(machine, minutes) of one step."""


def read(text: str) -> tuple[int, list[list[Ways]]]:
    """Machines, and for each job the ways of its steps; machines may be numbered from 0 or from 1."""
    header, *lines = (line.split() for line in text.splitlines() if line.strip())
    jobs = [_job([int(word) for word in line]) for line in lines[: int(header[0])]]
    base = min(machine for job in jobs for ways in job for machine, _minutes in ways) and 1
    return int(header[1]), [[[(m - base, p) for m, p in ways] for ways in job] for job in jobs]


def _job(numbers: list[int]) -> list[Ways]:
    steps, at = [], 1
    for _step in range(numbers[0]):
        pairs = numbers[at + 1 : at + 1 + 2 * numbers[at]]
        steps.append(list(zip(pairs[::2], pairs[1::2], strict=True)))
        at += 1 + 2 * numbers[at]
    return steps


def problem_of(machines: int, jobs: list[list[Ways]]) -> Problem:
    """The program's own problem; operations are numbered through all jobs."""
    horizon = sum(max(p for _m, p in ways) for job in jobs for ways in job)
    calendar = WorkingCalendar(((0, horizon),))
    steps = [(job, step, ways) for job, line in enumerate(jobs) for step, ways in enumerate(line)]
    return Problem(
        machines=tuple(Machine(number, 0, calendar) for number in range(machines)),
        centres=(Centre(0),),
        operations=tuple(
            Operation(number, job, step, 0, 0, tuple(Alternative(m, 0, p) for m, p in ways))
            for number, (job, step, ways) in enumerate(steps)
        ),
        orders=tuple(Order(job, 0, 0) for job in range(len(jobs))),
        objective=Objective(makespan=True),
    )


def solve(path: Path, asked: argparse.Namespace) -> tuple[dict[str, Any], list[Row]]:
    """The engine's answer for one file, judged, and its schedule."""
    from factory_erp.planning.schedule import makespan

    problem = problem_of(*read(path.read_text()))
    began, cpu = time.perf_counter(), time.process_time()
    found = makespan.solve(problem, seconds=asked.seconds, seed=asked.seed, workers=asked.workers)
    seconds, busy = time.perf_counter() - began, time.process_time() - cpu
    rows = [_row(problem.operation[number], placed) for number, placed in found.placed.items()]
    return {
        "makespan": max(row[4] for row in rows),
        "lower_bound": found.lower_bound,
        "valid": not judge(path.read_text(), rows),
        "seconds": round(seconds, 2),
        "cpu_seconds": round(busy, 2),
        "moves": found.moves,
    }, rows


def _row(operation: Operation, placed: Assignment) -> Row:
    return operation.order, operation.sequence, placed.machine, placed.start, placed.end


def beside(path: Path, asked: argparse.Namespace) -> dict[str, Any]:
    """PyJobShop's answer for the same file, time and workers."""
    from pyjobshop import Model

    count, jobs = read(path.read_text())
    model = Model()
    machines = [model.add_machine() for _ in range(count)]
    for line in jobs:
        job = model.add_job()
        tasks = [model.add_task(job=job) for _ in line]
        for task, ways in zip(tasks, line, strict=True):
            for machine, minutes in ways:
                model.add_mode(task, machines[machine], minutes)
        for first, second in pairwise(tasks):
            model.add_end_before_start(first, second)
    began, cpu = time.perf_counter(), time.process_time()
    result = model.solve(solver="ortools", time_limit=asked.seconds, num_workers=asked.workers, display=False)
    return {
        "makespan": None if result.objective == float("inf") else int(result.objective),
        "lower_bound": int(result.lower_bound),
        "seconds": round(time.perf_counter() - began, 2),
        "cpu_seconds": round(time.process_time() - cpu, 2),
    }


def instances(path: Path) -> list[tuple[str, Path, int | None]]:
    """(name, file, best known end) of a folder or an instances.json, of the files that are there."""
    listing = path / "instances.json" if path.is_dir() else path
    if listing.exists():
        rows = json.loads(listing.read_text())
        named = [(row["name"], listing.parent / row["path"], _best_known(row)) for row in rows]
        return [row for row in named if row[1].exists()]
    return [(file.stem, file, None) for file in sorted(path.glob("*.txt"))]


def _best_known(row: dict[str, Any]) -> int | None:
    best = row.get("optimum") or row.get("bounds", {}).get("upper")
    return int(best) if best else None


def gap(makespan: int | None, best: int | None) -> float | None:
    """By how many percent an end is later than the best known."""
    return round(100 * (makespan / best - 1), 2) if makespan and best else None


def compare(path: Path, asked: argparse.Namespace) -> dict[str, object]:
    """A row for each instance, and the means."""
    rows = []
    there = find_spec("pyjobshop") is not None and not asked.alone
    for name, file, best in instances(path):
        if asked.only and name not in asked.only:
            continue
        answer, _rows = solve(file, asked)
        row = {"name": name, "best_known": best, **answer, "gap": gap(answer["makespan"], best)}
        if there:
            other = beside(file, asked)
            row["pyjobshop"] = {**other, "gap": gap(other["makespan"], best)}
        rows.append(row)
        if not asked.json:
            print(json.dumps(row), flush=True)
    return {"instances": rows, **means(rows, there)}


def means(rows: list[dict[str, Any]], there: bool) -> dict[str, object]:
    """Mean gaps, and how many times later than ours PyJobShop's ends are on average."""
    known = [row for row in rows if row["gap"] is not None]
    found: dict[str, object] = {
        "valid": all(row["valid"] for row in rows),
        "mean_gap": round(mean(row["gap"] for row in known), 2) if known else None,
        "mean_gap_if_never_better": round(mean(max(0, row["gap"]) for row in known), 2) if known else None,
    }
    if not there:
        return {**found, "pyjobshop": "not installed, or not asked for"}
    other = [row for row in known if row["pyjobshop"]["gap"] is not None]
    ratios = [row["pyjobshop"]["makespan"] / row["makespan"] for row in other]
    return {
        **found,
        "pyjobshop_mean_gap": round(mean(row["pyjobshop"]["gap"] for row in other), 2) if other else None,
        "pyjobshop_without_solution": len(known) - len(other),
        "pyjobshop_makespan_ratio": round(mean(ratios), 4) if ratios else None,
    }


def main() -> None:
    """Read the request, solve, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path, help="an instance, a folder, or an instances.json")
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--json", action="store_true", help="one line instead of many")
    parser.add_argument("--out", type=Path, help="write [job, step, machine, start, end] rows")
    parser.add_argument("--only", nargs="*", help="names of instances")
    parser.add_argument("--alone", action="store_true", help="without PyJobShop")
    asked = parser.parse_args()
    _compile(asked)
    if asked.path.is_dir() or asked.path.suffix == ".json":
        show(compare(asked.path, asked), asked)
        return
    answer, rows = solve(asked.path, asked)
    if asked.out:
        asked.out.write_text(json.dumps(rows))
    show(answer, asked)


def _compile(asked: argparse.Namespace) -> None:
    """Once, as the program does in the background when it starts."""
    from factory_erp.planning.schedule import makespan

    makespan.solve(problem_of(2, [[[(0, 2), (1, 3)]], [[(0, 1)]]]), iterations=10, seed=asked.seed)


if __name__ == "__main__":
    main()
