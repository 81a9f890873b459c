"""Promises into a full schedule: how fast they are, and whether they hold when everything is scheduled again.

``python -m benchmarks.promise --json [--tries N] [--search S] [--batch N]``. The shared shop of 3,000 orders
and 18,000 operations, searched for S seconds. Each try draws an order (steps of one of the shop's, another
size and release) and asks for its day, from the plain ``Problem`` and ``Schedule``: everything that is
prepared for it counts. The promise is accepted, in batches: the order becomes one of the shop's, due when the
day is over, and the whole shop is searched on and repaired. It is kept when the order is in time after both.
``dispatch`` is the baseline: dispatching the whole shop anew with the order in it.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TypeVar

from benchmarks.measure import ask, milliseconds, show, spread, timed
from factory_erp.planning.calendar import DAY
from factory_erp.planning.promise.insert import Inserter, Promise, promise
from factory_erp.planning.promise.rush import rush
from factory_erp.planning.promise.ways import Prices, alternatives
from factory_erp.planning.schedule import engine
from factory_erp.planning.schedule.check import violations
from factory_erp.planning.schedule.measure import measure
from factory_erp.planning.schedule.problem import Operation, Order, Problem
from factory_erp.planning.schedule.result import Schedule
from tests.planning.shop import load
from tests.shared import shared_path

T = TypeVar("T")
INSTANCE = "benchmarks/scheduling/small_batch_3000_1.json"
NEW = 1_000_000
"""Ids of what is promised begin here."""
STEPS = 6
"""Fewest steps of an order that is tried."""
MOVES = 2_000
"""Of the search after a batch of promises, for each of them."""
SHOWN = 20
"""How many rushes and other ways are timed."""
PRICES = Prices(8000, 6000)

Asked = tuple[Order, list[Operation]]


def main() -> None:
    """Measure, print."""
    asked = ask(__doc__ or "", tries=1000, search=10, batch=100)
    engine.warm_up()
    shop = load(shared_path(INSTANCE))
    result: dict[str, object] = {"tries": asked.tries, "operations": len(shop.operations)}
    with timed(result, "search"):
        base = engine.improve(shop, seconds=asked.search)
    result["cost_hours"] = round(base.cost / 60, 1)
    chance = random.Random(7)
    tries = [an_order(shop, chance, number) for number in range(asked.tries)]
    wider = [with_orders(shop, [one]) for one in tries[:3]]
    result["dispatch"] = spread([milliseconds(partial(engine.first, one)) for one in wider])
    result |= others(shop, base, tries[:SHOWN])
    times: list[float] = []
    kept = lost = broken = 0
    for first in range(0, len(tries), asked.batch):
        part = tries[first : first + asked.batch]
        accepted = accept(shop, base, part, times)
        held, wrong = keeps(shop, base, accepted, seed=first)
        kept, lost, broken = kept + held, lost + len(accepted) - held, broken + wrong
    result["promise"] = spread(times)
    result |= {"kept": kept, "broken_dates": lost, "share_kept": kept / max(1, kept + lost)}
    result["rules_broken"] = broken
    show(result, asked)


def an_order(shop: Problem, chance: random.Random, number: int) -> Asked:
    """An order with the steps of one of the shop's, at some other size, released within the shop's time."""
    pattern = chance.choice([steps for steps in shop.routing.values() if len(steps) >= STEPS])
    last = max(order.release for order in shop.orders)
    order = Order(NEW + number, chance.randrange(last), 0, weight=chance.randint(1, 3))
    size = chance.randint(50, 200)
    steps = [
        replace(
            step,
            id=NEW + 20 * number + place,
            order=order.id,
            alternatives=tuple(
                way._replace(run_minutes=max(1, way.run_minutes * size // 100)) for way in step.alternatives
            ),
        )
        for place, step in enumerate(pattern)
    ]
    return order, steps


def with_orders(shop: Problem, more: list[Asked]) -> Problem:
    """The shop with these orders among its own."""
    return replace(
        shop,
        orders=(*shop.orders, *(order for order, _steps in more)),
        operations=(*shop.operations, *(step for _order, steps in more for step in steps)),
    )


def others(shop: Problem, base: Schedule, tries: list[Asked]) -> dict[str, object]:
    """How long a rush and other ways take, half way to the usual day, and how often the rush is in time."""
    rushes: list[float] = []
    ways: list[float] = []
    in_time = slips = 0
    inserter = Inserter(shop, base)
    for order, steps in tries:
        usual = inserter.earliest([order], steps)
        wanted = (order.release + usual.finish) // 2
        found, seconds = clocked(partial(rush, inserter, [order], steps, wanted))
        rushes.append(seconds)
        in_time += found is not None and found.feasible
        slips += len(found.slips) if found else 0
        _ways, seconds = clocked(partial(alternatives, inserter, [order], steps, wanted, PRICES, usual))
        ways.append(seconds)
    return {
        "rush": spread(rushes),
        "rushes_in_time": in_time,
        "slips_a_rush": round(slips / len(tries), 1),
        "alternatives": spread(ways),
    }


def accept(
    shop: Problem, base: Schedule, tries: list[Asked], times: list[float]
) -> list[tuple[Asked, Promise]]:
    """Promise one after another, each accepted before the next; note the ms of asking from nothing."""
    accepted: list[tuple[Asked, Promise]] = []
    inserter = Inserter(shop, base)
    for order, steps in tries:
        times.append(milliseconds(partial(promise, shop, base, order, tuple(steps))))
        found = inserter.earliest([order], steps)
        inserter = inserter.accepted(found, steps)
        accepted.append(((replace(order, due=-(-found.finish // DAY) * DAY, promised=True), steps), found))
    return accepted


def keeps(shop: Problem, base: Schedule, accepted: list[tuple[Asked, Promise]], seed: int) -> tuple[int, int]:
    """How many promises hold after searching on and repairing; of the first batch, rules broken then."""
    wider = with_orders(shop, [asked for asked, _found in accepted])
    rows = dict(base.assignments)
    for _asked, found in accepted:
        rows |= found.assignments
    start = measure(wider, rows, explain=False)
    searched = engine.improve(wider, start, iterations=MOVES * len(accepted), seed=seed)
    repaired = engine.repair(wider, searched.assignments)
    held = sum(
        all(schedule.finish[order.id] <= order.due for schedule in (start, searched, repaired))
        for (order, _steps), _found in accepted
    )
    return held, 0 if seed else len(violations(wider, start)) + len(violations(wider, repaired))


def clocked(work: Callable[[], T]) -> tuple[T, float]:
    """What the work answers, and its wall time in ms."""
    began = time.perf_counter()
    found = work()
    return found, (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    main()
