"""The material plan of a large factory: all of it with pegging, one changed demand; beside dictionaries.

``python -m benchmarks.material --json [--items N] [--demands N]``. 50,000 items on five levels, 126,000 bill
rows, 20,000 order lines, lot sizes, time-phased; CPU seconds, compiled code warm. The baseline nets the same
demands by the same lot rules with dictionaries and lists in the same run, without dates. ``journey`` is the
shared workload of 200 sales orders with five lines each: 100 products, 20 sub-assemblies, 60 raw materials.
"""

from __future__ import annotations

import json
import random
import time
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import numpy as np

from benchmarks.measure import ask, show
from factory_erp.planning.calendar import DAY
from factory_erp.planning.material.explode import MICRO, PPM
from factory_erp.planning.material.planner import MaterialPlanner
from factory_erp.planning.material.problem import Problem, problem
from factory_erp.planning.material.shortages import shortages
from factory_erp.planning.material.tables import (
    Alternates,
    Demand,
    Demands,
    Item,
    Items,
    Line,
    Lines,
    LotRule,
    Supplies,
)
from tests.shared import shared_root

T = TypeVar("T")
LEVELS = 5
PRODUCT, SUB = 1000, 500
NOW = 30_000_000


def main() -> None:
    """Measure, print."""
    asked = ask(__doc__ or "", items=50_000, demands=20_000)
    MaterialPlanner(factory(500, 200)).plan()  # compiles, or loads what is compiled
    whole = factory(asked.items, asked.demands)
    result: dict[str, object] = {
        "items": len(whole.items),
        "bill_rows": len(whole.lines),
        "demands": len(whole.demands),
    }
    planner, seconds = timed(lambda: MaterialPlanner(whole))
    result["compile_bills_cpu_s"] = seconds
    plan, seconds = timed(planner.plan)
    result["plan_cpu_s"] = seconds
    result["orders"], result["pegs"] = len(plan.orders), len(plan.pegs)
    _index, seconds = timed(lambda: (plan.of_need, plan.of_source))
    result["index_both_ways_cpu_s"] = seconds
    found, seconds = timed(lambda: shortages(plan))
    result["shortages"], result["shortages_cpu_s"] = len(found), seconds
    result["one_demand_changed_cpu_ms"] = changes(planner, whole)
    planned, seconds = timed(lambda: baseline(whole))
    result["dictionaries"] = {"orders": planned, "cpu_s": seconds}
    result["times_faster_than_dictionaries"] = round(seconds / float(str(result["plan_cpu_s"])), 1)
    result["journey"] = journey()
    show(result, asked)


def timed(function: Callable[[], T]) -> tuple[T, float]:
    """The result and the CPU seconds it took."""
    began = time.process_time()
    found = function()
    return found, round(time.process_time() - began, 3)


def factory(items: int, demands: int, seed: int = 1) -> Problem:
    """Items on five levels, each made of 1–6 items one or more levels below; orders of the upper two."""
    chance = np.random.default_rng(seed)
    size = items // LEVELS
    level = np.minimum(np.arange(items) // size, LEVELS - 1)
    made = np.flatnonzero(level < LEVELS - 1)
    parent = np.repeat(made, chance.choice([1, 2, 3, 4, 6], len(made), p=[0.15, 0.25, 0.25, 0.2, 0.15]))
    first = (level[parent] + 1) * size
    step_down = np.where(chance.random(len(parent)) < 0.8, size, items - first)
    component = first + (chance.random(len(parent)) * np.minimum(step_down, items - first)).astype(np.int64)
    pair = np.unique(parent * items + component)
    parent, component = pair // items, pair % items
    weighed = (level == LEVELS - 1) & (chance.random(items) < 0.4)
    return Problem(
        Items.columns(
            id=np.arange(items) + 1,
            make=level < LEVELS - 1,
            step=np.where(weighed, 1, MICRO),
            rule=np.where(level < LEVELS - 1, np.where(level == 0, LotRule.PER_GROUP, LotRule.LOT_FOR_LOT),
                          LotRule.PERIOD),
            minimum=np.where(chance.random(items) < 0.3, 50 * MICRO, 0),
            multiple=np.where(chance.random(items) < 0.3, 10 * MICRO, 0),
            period_days=7,
            lead_minutes=chance.integers(1, 6, items) * DAY,
            scrap_ppm=np.where(chance.random(items) < 0.2, 20_000, 0),
        ),
        Lines.columns(
            key=np.arange(len(parent)) + 1,
            parent=parent + 1,
            component=component + 1,
            quantity=np.where(weighed[component], chance.integers(10_000, 900_000, len(parent)),
                              chance.integers(1, 5, len(parent)) * MICRO),
            scrap_ppm=np.where(chance.random(len(parent)) < 0.2, 30_000, 0),
        ),
        Demands.columns(
            key=np.arange(demands) + 1,
            item=chance.integers(0, 2 * size, demands) + 1,
            quantity=chance.integers(1, 500, demands) * MICRO,
            due=NOW + chance.integers(20, 180, demands) * DAY,
            group=np.arange(demands) // 5 + 1,
        ),
        Supplies.columns(
            key=np.arange(items) + 1,
            item=np.arange(items) + 1,
            quantity=chance.integers(0, 300, items) * MICRO,
        ),
        Alternates.none(),
        now=NOW,
    )  # fmt: skip


def changes(planner: MaterialPlanner, whole: Problem) -> dict[str, float]:
    """CPU milliseconds to plan anew after one demand changed: median and worst of 50."""
    chance = random.Random(2)
    samples = []
    for _turn in range(50):
        row = whole.demands.take(np.array([chance.randrange(len(whole.demands))]))
        row.quantity[0] += 7 * MICRO
        _change, seconds = timed(partial(planner.change, row))
        samples.append(seconds * 1000)
    samples.sort()
    return {"median": round(samples[25], 1), "worst": round(samples[-1], 1)}


def baseline(whole: Problem) -> int:
    """The same netting with dictionaries and lists, level by level, pegged; how many planned orders."""
    items = {row.id: row for row in whole.items.rows()}
    bills = defaultdict(list)
    for line in whole.lines.rows():
        bills[line.parent].append((line.component, line.quantity * (PPM + line.scrap_ppm)))
    wanted = defaultdict(list)
    for demand in whole.demands.rows():
        wanted[demand.item].append((demand.due, demand.key, demand.quantity, demand.group))
    stock = {row.item: row.quantity for row in whole.supplies.rows()}
    planned = 0
    pegs: list[tuple[int, ...]] = []
    for item in sorted(items):  # numbered parents first
        data = items[item]
        for quantity, start, group in netted(data, sorted(wanted.pop(item, ())), stock[item], planned, pegs):
            planned += 1
            for component, share in bills[item]:
                unit = items[component].step
                need = -(-quantity * share // (data.bill_output * PPM * unit)) * unit
                wanted[component].append((start, planned, need, group))
    return planned


def netted(
    data: Item, lines: list[tuple[int, int, int, int]], left: int, planned: int, pegs: list[tuple[int, ...]]
) -> list[tuple[int, int, int]]:
    """Planned orders of one item (quantity, start, group), after the stock *left*; pegs are added."""
    slots: dict[int, list[list[int]]] = {}
    for number, (due, need, quantity, group) in enumerate(lines):
        taken = min(left, quantity)
        left -= taken
        if taken:
            pegs.append((need, 0, data.id, taken))
        if quantity > taken:
            day = (due // DAY) // data.period_days
            slot = group if data.rule == LotRule.PER_GROUP else day if data.rule == LotRule.PERIOD else number
            slots.setdefault(slot, []).append([due, need, quantity - taken, group])
    orders: list[tuple[int, int, int]] = []
    spare, spare_of = 0, 0
    for rows in slots.values():
        for row in rows:
            taken = min(spare, row[2])
            if taken:
                spare, row[2] = spare - taken, row[2] - taken
                pegs.append((row[1], spare_of, data.id, taken))
        rows = [row for row in rows if row[2]]
        if rows:
            needed = sum(row[2] for row in rows)
            gross = max(-(-needed * PPM // (PPM - data.scrap_ppm)), data.minimum)
            lot = -(-gross // (data.multiple or data.step)) * (data.multiple or data.step)
            groups = {row[3] for row in rows}
            group = groups.pop() if len(groups) == 1 else 0
            orders.append((lot, min(row[0] for row in rows) - data.lead_minutes, group))
            spare_of = planned + len(orders)
            pegs.extend((row[1], spare_of, data.id, row[2]) for row in rows)
            good = lot * (PPM - data.scrap_ppm) // PPM // data.step * data.step
            spare = max(good, needed) - needed
    return orders


def journey() -> dict[str, object] | None:
    """The make-to-order factory of the shared workload: its plan, and the plan after one rush order."""
    path = shared_root() / "benchmarks/journey/workload_200x5.json"
    if not path.exists():
        return None
    given = json.loads(path.read_text())
    sales = next(value for name, value in given.items() if name.startswith("sales"))
    planner = MaterialPlanner(workshop(given, sales))
    plan, seconds = timed(planner.plan)
    rush = [Demand(10_000 + i, PRODUCT + i, 50 * MICRO, NOW + 5 * DAY, 9, len(sales) + 1) for i in range(3)]
    _change, again = timed(lambda: planner.change(Demands.of(rush)))
    make = int(plan.orders.make.sum())
    return {"make": make, "buy": len(plan.orders) - make, "plan_cpu_s": seconds, "rush_order_cpu_s": again}


def workshop(given: dict[str, Any], sales: list[Any]) -> Problem:
    """Products made to order, sub-assemblies for two days at once, raw materials bought for the season."""
    products = range(PRODUCT, PRODUCT + len(given["fg_bom"]))
    subs = range(SUB, SUB + len(given["sub_bom"]))
    lead = {name: given[f"{name}_lead_days"] * DAY for name in ("raw", "sub", "fg")}
    buy = {"rule": LotRule.PERIOD, "period_days": 365, "lead_minutes": lead["raw"]}
    sub = {"rule": LotRule.PERIOD, "period_days": 2, "lead_minutes": lead["sub"]}
    items = [Item(i, False, MICRO, **buy) for i in range(1, given["raw"] + 1)]
    items += [Item(i, True, MICRO, **sub) for i in subs]
    items += [Item(i, True, MICRO, LotRule.PER_GROUP, lead_minutes=lead["fg"]) for i in products]
    parts = [
        (i, raw + 1, count) for i, bill in zip(subs, given["sub_bom"], strict=True) for raw, count in bill
    ]
    for i, bill in zip(products, given["fg_bom"], strict=True):
        parts += [(i, SUB + number, count) for number, count in bill["sub"]]
        parts += [(i, raw + 1, count) for raw, count in bill["raw"]]
    lines = [Line(key, i, part, count * MICRO) for key, (i, part, count) in enumerate(parts, start=1)]
    wanted = [
        Demand(sale * 10 + number, PRODUCT + product, quantity * MICRO, NOW + days * DAY, group=sale)
        for sale, (_customer, days, rows) in enumerate(sales, start=1)
        for number, (product, quantity, _price) in enumerate(rows)
    ]
    return problem(items, lines, wanted, now=NOW)


if __name__ == "__main__":
    main()
