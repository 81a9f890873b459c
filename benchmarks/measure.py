"""What the benchmarks share: timing, percentiles, and how a result is printed."""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


def milliseconds(function: Callable[[], object]) -> float:
    """Wall time of one call, ms."""
    began = time.perf_counter()
    function()
    return (time.perf_counter() - began) * 1000


def spread(samples: list[float]) -> dict[str, float]:
    """Median, 95th percentile and worst of *samples*, ms with one decimal."""
    ordered = sorted(samples)
    high = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    return {
        "median_ms": round(statistics.median(ordered), 1),
        "p95_ms": round(high, 1),
        "max_ms": round(ordered[-1], 1),
    }


@contextmanager
def timed(into: dict[str, object], name: str) -> Iterator[None]:
    """Put the block's wall time into *into*[name + "_ms"]."""
    began = time.perf_counter()
    yield
    into[f"{name}_ms"] = round((time.perf_counter() - began) * 1000, 1)


def ask(description: str, **options: int) -> argparse.Namespace:
    """Parse ``--json`` and the integer *options* with their defaults."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--json", action="store_true", help="one line instead of many")
    for name, default in options.items():
        parser.add_argument(f"--{name}", type=int, default=default)
    return parser.parse_args()


def show(result: dict[str, object], asked: argparse.Namespace) -> None:
    """Print the result."""
    print(json.dumps(result, ensure_ascii=False, indent=None if asked.json else 1))
