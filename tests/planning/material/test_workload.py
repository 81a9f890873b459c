"""The shared workload of 200 sales orders, planned."""

from __future__ import annotations

import json

from benchmarks.material import workshop
from factory_erp.planning.material.planner import MaterialPlanner
from tests.shared import shared_path


def test_two_hundred_orders_of_five_lines_make_few_orders() -> None:
    given = json.loads(shared_path("benchmarks/journey/workload_200x5.json").read_text())
    sales = next(value for name, value in given.items() if name.startswith("sales"))
    plan = MaterialPlanner(workshop(given, sales)).plan()
    lines = {(sale, row[0]) for sale, (_customer, _days, rows) in enumerate(sales) for row in rows}
    make = int(plan.orders.make.sum())
    assert len(lines) < make < 1_250  # products to order, twenty sub-assemblies in batches of two days
    assert len(plan.orders) - make == given["raw"]
