"""Loading the public test problems of container loading (BR, the thpack files): how full it gets.

``python -m benchmarks.container_loading FILE --seconds S --json`` prints the fill of each instance and the
mean, whether ``check`` finds every loading valid, and beside it py3dbp (where it is installed: it serves this
comparison only) in the same run. py3dbp knows neither "this way up" nor support: it turns and floats what it
likes. BR5, say, instead of a file: the problems of that class, made again by their published procedure.
"""

from __future__ import annotations

import argparse
import time
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from statistics import mean

from benchmarks.container_problems import CLASSES, GRAM, UNLIMITED_G, made, read
from benchmarks.measure import show
from factory_erp.packing.loading.check import violations
from factory_erp.packing.loading.problem import Problem
from factory_erp.packing.loading.search import load, warm_up


def solve(problem: Problem, seconds: float) -> dict[str, object]:
    """Our loading of one problem, judged."""
    began, cpu = time.perf_counter(), time.process_time()
    found = load(problem, seconds)
    wall, busy = time.perf_counter() - began, time.process_time() - cpu
    return {
        "fill": round(found.fill_ppm / 10_000, 2),
        "valid": not violations(found),
        "left": sum(found.left),
        "seconds": round(wall, 2),
        "cpu_seconds": round(busy, 2),
    }


def beside(problem: Problem) -> dict[str, object]:
    """py3dbp's filling of the same problem, largest pieces first as it advises; it knows no time limit."""
    from py3dbp import Bin, Item, Packer

    packer, room = Packer(), problem.room
    box = Bin("room", room.length, room.width, room.height, UNLIMITED_G)
    packer.add_bin(box)
    for piece in problem.pieces:
        for _one in range(piece.count):
            packer.add_item(Item(piece.key, *piece.sides, GRAM))
    cpu = time.process_time()
    packer.pack(bigger_first=True, number_of_decimals=0)
    filled = sum(item.width * item.height * item.depth for item in box.items)
    return {
        "fill": round(100 * int(filled) / room.volume, 2),
        "cpu_seconds": round(time.process_time() - cpu, 2),
    }


def compare(problems: list[Problem], asked: argparse.Namespace) -> dict[str, object]:
    """A row for each problem, and the means."""
    there = find_spec("py3dbp") is not None and not asked.alone
    ours = [solve(problem, asked.seconds) for problem in problems]
    other = [beside(problem) for problem in problems] if there else []
    return {
        "instances": [
            {"number": number, **row, **({"py3dbp": other[number]} if there else {})}
            for number, row in enumerate(ours)
        ],
        "valid": all(row["valid"] for row in ours),
        "mean_fill": _mean(ours, "fill"),
        "least_fill": min(_values(ours, "fill")),
        "most_seconds": max(_values(ours, "seconds")),
        "py3dbp_mean_fill": _mean(other, "fill") if there else "not installed, or not asked for",
    }


def problems(source: str, instances: int) -> list[Problem]:
    """The first problems of a file or a class."""
    if source in CLASSES:
        return [made(CLASSES[source], number) for number in range(1, instances + 1)]
    return list(islice(read(Path(source).read_text()), instances))


def _values(rows: list[dict[str, object]], name: str) -> list[float]:
    return [float(str(row[name])) for row in rows]


def _mean(rows: list[dict[str, object]], name: str) -> float:
    return round(mean(_values(rows, name)), 2)


def main() -> None:
    """Read the request, load, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", help="a thpack file, or BR1 to BR7")
    parser.add_argument("--seconds", type=float, default=1.0, help="for each instance")
    parser.add_argument("--instances", type=int, default=100, help="only the first so many")
    parser.add_argument("--json", action="store_true", help="one line instead of many")
    parser.add_argument("--alone", action="store_true", help="without py3dbp")
    asked = parser.parse_args()
    warm_up()
    show(compare(problems(asked.source, asked.instances), asked), asked)


if __name__ == "__main__":
    main()
