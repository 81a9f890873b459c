"""Judge a schedule of a flexible job shop. It shares no code with what makes one, not even the reader.

``python -m benchmarks.fjsp_check INSTANCE SCHEDULE.json`` prints {"valid", "makespan", "errors"} and ends
with 1 for a schedule that is not valid. A schedule is a list of [job, step, machine, start, end], from 0.
"""

from __future__ import annotations

import json
import sys
from itertools import pairwise
from pathlib import Path

Row = tuple[int, int, int, int, int]


def judge(text: str, rows: list[Row]) -> list[str]:
    """Every rule that *rows* break on the instance *text*, in words."""
    times = _times(text)
    wanted = {(job, step) for job, step, _machine in times}
    errors = [f"job {job} step {step} is missing" for job, step in sorted(wanted - {r[:2] for r in rows})]
    errors += [f"job {job} step {step} is there twice" for job, step in _twice(rows)]
    for job, step, machine, start, end in rows:
        if end - start != times.get((job, step, machine)):
            errors.append(f"job {job} step {step} cannot take {end - start} on machine {machine}")
        if start < 0:
            errors.append(f"job {job} step {step} starts before time 0")
    for first, second in pairwise(sorted(rows)):
        if first[0] == second[0] and second[3] < first[4]:
            errors.append(f"job {second[0]} step {second[1]} starts before step {first[1]} ends")
    for first, second in pairwise(sorted(rows, key=lambda row: (row[2], row[3], row[4]))):
        if first[2] == second[2] and second[3] < first[4]:
            errors.append(f"machine {first[2]} does jobs {first[0]} and {second[0]} at once")
    return errors


def _twice(rows: list[Row]) -> list[tuple[int, int]]:
    steps = sorted(row[:2] for row in rows)
    return [first for first, second in pairwise(steps) if first == second]


def _times(text: str) -> dict[tuple[int, int, int], int]:
    """Minutes by (job, step, machine), machines from 0."""
    lines = [line.split() for line in text.splitlines() if line.strip()]
    found: dict[tuple[int, int, int], int] = {}
    for job, line in enumerate(lines[1 : int(lines[0][0]) + 1]):
        numbers = [int(word) for word in line]
        at = 1
        for step in range(numbers[0]):
            for way in range(numbers[at]):
                found[job, step, numbers[at + 1 + 2 * way]] = numbers[at + 2 + 2 * way]
            at += 1 + 2 * numbers[at]
    low = min(machine for _job, _step, machine in found)
    return {(job, step, machine - (low > 0)): minutes for (job, step, machine), minutes in found.items()}


def main() -> int:
    """Judge and print."""
    rows = [tuple(row) for row in json.loads(Path(sys.argv[2]).read_text())]
    errors = judge(Path(sys.argv[1]).read_text(), rows)
    makespan = max((row[4] for row in rows), default=0)
    print(json.dumps({"valid": not errors, "makespan": makespan, "errors": errors[:5]}))
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
