"""The material plan of a large factory with its database: reading, planning, writing the difference.

``python -m benchmarks.material_db --json [--items N] [--demands N] [--period D]``. The factory of
``benchmarks.material`` (50,000 items on five levels, 126,000 bill rows, 20,000 order lines) in a SQLite
workspace of its own; what is made of parts is put together for D days. Measured: the first plan, which
writes everything; the same again; after one more order; and after one more when the program was started
anew, so that everything is read and compared; CPU and wall seconds, compiled code warm.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.material import NOW, factory
from benchmarks.measure import ask, show
from factory_erp.models.database import Database, sqlite_url
from factory_erp.planning.calendar import DAY, to_moment
from factory_erp.planning.material.problem import Problem
from factory_erp.planning.material.tables import LotRule
from factory_erp.services import base, clock
from factory_erp.services.material import plan as material_plan
from factory_erp.services.material import standing as material_standing
from factory_erp.services.upkeep import schema

RULES = {
    LotRule.LOT_FOR_LOT: "period",
    LotRule.PER_GROUP: "per_order",
    LotRule.FIXED: "fixed",
    LotRule.PERIOD: "period",
}
PIECE = 1_000_000
STAMP = "2024-01-01 00:00:00.000000"
TABLES = {
    "partner": "id code name name_local country language currency payment_terms marks_template tax_id email"
    " phone priority_class created_at version",
    "item": "id sku kind procurement unit step hs_code origin options net_g lead_days standard_cost gtin"
    " min_order order_multiple lot_size lot_rule lot_minimum lot_multiple period_days safety_stock"
    " scrap_percent sellable active created_at version",
    "bill": "id item_id revision output valid_from derived note created_at version",
    "work_centre": "id code name_en name_zh changeover_minutes machine_rate labour_rate crew"
    " overhead_percent version",
    "routing": "id item_id revision valid_from derived created_at version",
    "routing_operation": "id routing_id sequence name_en name_zh centre_id setup_minutes run_seconds"
    " batch_size transfer_lot queue_minutes move_minutes resumable family instructions quality_point"
    " subcontract_days subcontract_price",
    "bill_line": "id bill_id position component_id quantity scrap_ppm phantom by_product",
    "sales_order": "id number state customer_id customer_po ordered_at currency incoterm place"
    " destination_country port_of_discharge payment_terms ship_to marks remark ship_by product_minor"
    " freight_minor insurance_minor discount_minor adjustment_minor total_minor platform_status"
    " platform_block refunded_minor created_at version",
    "sales_line": "id order_id position item_id external_line_id customer_item quantity shipped unit"
    " unit_price amount_minor promised version",
}


def main() -> None:
    """Measure, print."""
    asked = ask(__doc__ or "", items=50_000, demands=20_000, period=30)
    problem = factory(asked.items, asked.demands)
    result: dict[str, object] = {"items": len(problem.items), "bill_rows": len(problem.lines)}
    with tempfile.TemporaryDirectory() as folder, clock.at(to_moment(NOW)):
        database = Database(sqlite_url(Path(folder) / "factory.db"))
        schema.upgrade(database)
        enter(database, problem, asked.period)
        with base.bound(database):
            material_plan.warm_up()
            for name in ("first", "again"):
                result[name] = measured()
            for number in range(3):
                one_more(database, asked.demands + number)
                result[f"after_one_more_order_{number + 1}"] = measured()
            one_more(database, asked.demands + 3)
            material_standing.take()
            result["after_one_more_and_a_start"] = measured()
        database.close()
    show(result, asked)


def measured() -> dict[str, object]:
    """Run the plan; how long it took and what it wrote."""
    wall, cpu = time.perf_counter(), time.process_time()
    report = material_plan.run_plan().value
    return {
        "cpu_s": round(time.process_time() - cpu, 2),
        "seconds": round(time.perf_counter() - wall, 2),
        "suggestions": report.make + report.buy, "added": report.added, "changed": report.changed,
        "removed": report.removed,
    }  # fmt: skip


def enter(database: Database, problem: Problem, period: int) -> None:
    """Write the problem's items, bills and demands as records."""
    items, lines, demands = problem.items, problem.lines, problem.demands
    rows: dict[str, list[tuple[Any, ...]]] = {"partner": [_partner()]}
    rows["item"] = [
        (item, f"I{item:05d}", "finished", "make" if make else "buy", "H87", step, "", "CN", "", 0,
         lead // DAY, 0, "", 0, 0, 0, RULES[LotRule(rule)], minimum, multiple, period, 0,
         scrap * 100, 0, 1, STAMP, 1)
        for item, make, step, rule, minimum, multiple, lead, scrap in zip(
            items.id.tolist(), items.make.tolist(), items.step.tolist(), items.rule.tolist(),
            items.minimum.tolist(), items.multiple.tolist(), items.lead_minutes.tolist(),
            items.scrap_ppm.tolist(), strict=True)
    ]  # fmt: skip
    parents = sorted(set(lines.parent.tolist()))
    rows["bill"] = [(item, item, "A", PIECE, "2020-01-01", 0, "", STAMP, 1) for item in parents]
    rows["bill_line"] = [
        (key, parent, key, component, quantity, scrap, 0, 0)
        for key, parent, component, quantity, scrap in zip(
            lines.key.tolist(), lines.parent.tolist(), lines.component.tolist(), lines.quantity.tolist(),
            lines.scrap_ppm.tolist(), strict=True)
    ]  # fmt: skip
    made = items.id[items.make == 1].tolist()
    rows["work_centre"] = [(1, "ALL", "All", "全部", 0, 0, 0, PIECE, 0, 1)]
    rows["routing"] = [(item, item, "A", "2020-01-01", 0, STAMP, 1) for item in made]
    rows["routing_operation"] = [
        (item, item, 10, "Make", "制作", 1, 0, PIECE, 0, 0, 0, 0, 1, "", "", "", 0, 0) for item in made
    ]
    groups = sorted(set(demands.group.tolist()))
    rows["sales_order"] = [_order(group) for group in groups]
    rows["sales_line"] = [
        _line(key, group, item, quantity, due)
        for key, group, item, quantity, due in zip(
            demands.key.tolist(), demands.group.tolist(), demands.item.tolist(), demands.quantity.tolist(),
            demands.due.tolist(), strict=True)
    ]  # fmt: skip
    insert(database, rows)


def _partner() -> tuple[Any, ...]:
    return (1, "C1", "Customer", "", "DE", "en", "USD", "", "", "", "", "", "B", STAMP, 1)


def _order(number: int) -> tuple[Any, ...]:
    return (number, f"SO-{number:06d}", "confirmed", 1, "", STAMP, "USD", "FOB", "Ningbo", "DE", "", "", "",
            "", "", "2030-01-01", 0, 0, 0, 0, 0, 0, "", "", 0, STAMP, 1)  # fmt: skip


def _line(key: int, order: int, item: int, quantity: int, due: int) -> tuple[Any, ...]:
    day = to_moment(due).date().isoformat()
    return (key, order, key, item, "", "", quantity, 0, "H87", PIECE, 100, day, 1)


def insert(database: Database, rows: dict[str, list[tuple[Any, ...]]]) -> None:
    """Write the rows, table by table."""
    with database.session(write=True) as session:
        for table, values in rows.items():
            names = TABLES[table].split()
            marks = ", ".join("?" * len(names))
            statement = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})"
            session.connection().exec_driver_sql(statement, values)


def one_more(database: Database, number: int) -> None:
    """One more order with one line."""
    order = 100_000 + number
    line = _line(number + 1, order, 17 + number % 1000, 250 * PIECE, NOW + 60 * DAY)
    insert(database, {"sales_order": [_order(order)], "sales_line": [line]})


if __name__ == "__main__":
    main()
