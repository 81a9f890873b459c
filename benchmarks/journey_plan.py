"""The material plan of the shared journey workload, with its database: from nothing, and after a rush order.

``python -m benchmarks.journey_plan --json``. 200 sales orders with five lines each: 100 products, 20
sub-assemblies, 60 raw materials, in a SQLite workspace of their own. Products are made for each order,
sub-assemblies for two days at once, raw materials are bought for the whole time. Reading, planning and
writing the difference count; compiled code is warm. A general ERP needs 44 s for the plan and 51 s after the
rush order.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from benchmarks.measure import ask, show
from factory_erp.models.catalog import Item, ItemKind, LotRule, Procurement
from factory_erp.models.database import Database, sqlite_url
from factory_erp.models.engineering import (
    Bill,
    BillLine,
    Calendar,
    CalendarShift,
    Machine,
    Routing,
    RoutingOperation,
    WorkCentre,
)
from factory_erp.models.partners import Partner, PartnerRole, Role
from factory_erp.models.sales import OrderState, SalesLine, SalesOrder
from factory_erp.services import base
from factory_erp.services.base import use_case
from factory_erp.services.material import plan as material_plan
from factory_erp.services.suggestions import accepting as suggestions
from factory_erp.services.upkeep import schema
from tests.shared import shared_path

LONG_AGO = date(2020, 1, 1)
LONG = 365
"""Days of demand that one purchase of a raw material covers."""


def main() -> None:
    """Measure, print."""
    asked = ask(__doc__ or "")
    workload = json.loads(shared_path("benchmarks/journey/workload_200x5.json").read_text())
    result: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as folder:
        database = Database(sqlite_url(Path(folder) / "factory.db"))
        schema.upgrade(database)
        with base.bound(database):
            products = enter(workload).value
            material_plan.warm_up()
            measured(result, "plan")
            measured(result, "plan_again")
            rush(products[7])
            measured(result, "after_a_rush_order")
            result["accept_all"] = accept_all()
            measured(result, "after_accepting")
        database.close()
    show(result, asked)


def measured(result: dict[str, object], name: str) -> None:
    """Run the plan; what it came to, and how long it took."""
    wall, cpu = time.perf_counter(), time.process_time()
    report = material_plan.run_plan().value
    result[name] = {
        "seconds": round(time.perf_counter() - wall, 3),
        "cpu_s": round(time.process_time() - cpu, 3),
        "make": report.make, "buy": report.buy, "demands": report.demands, "added": report.added,
        "changed": report.changed, "removed": report.removed,
    }  # fmt: skip


def accept_all() -> dict[str, object]:
    """Accept every suggestion at once."""
    wanted = suggestions.SuggestionFilter("open")
    ids = list(suggestions.suggestion_ids(wanted))
    wall, cpu = time.perf_counter(), time.process_time()
    accepted = suggestions.accept(ids).value
    return {
        "seconds": round(time.perf_counter() - wall, 3),
        "cpu_s": round(time.process_time() - cpu, 3),
        "production_orders": len(accepted.production_orders),
    }


@use_case
def enter(session: Session, workload: Mapping[str, Any]) -> list[int]:
    """Write items, bills, routings and confirmed orders; the products' ids."""
    centre = WorkCentre(code="ALL", name_en="All", name_zh="全部")
    shifts = [CalendarShift(weekday=day, start_minute=480, end_minute=1020) for day in range(5)]
    calendar = Calendar(code="DAY", name_en="Day", name_zh="白班", shifts=shifts)
    session.add_all([centre, calendar])
    session.flush()
    session.add(Machine(code="M1", name_en="M1", name_zh="M1", centre=centre, calendar_id=calendar.id))
    raws = items(session, "RAW", workload["raw"], workload["raw_lead_days"], LotRule.PERIOD, LONG, buy=True)
    subs = items(session, "SUB", len(workload["sub_bom"]), workload["sub_lead_days"], LotRule.PERIOD, 2)
    goods = items(session, "FG", len(workload["fg_bom"]), workload["fg_lead_days"], LotRule.LOT_FOR_LOT, 0)
    for item, rows in zip(subs, workload["sub_bom"], strict=True):
        bill(session, item, [(raws[raw], quantity) for raw, quantity in rows])
        routing(session, item, centre.id, workload["routing"])
    for item, rows in zip(goods, workload["fg_bom"], strict=True):
        parts = [(subs[sub], quantity) for sub, quantity in rows["sub"]]
        bill(session, item, parts + [(raws[raw], quantity) for raw, quantity in rows["raw"]])
        routing(session, item, centre.id, workload["routing"])
    sales = next(value for key, value in workload.items() if key.startswith("sales"))
    customers = [customer(session, number) for number in range(workload["customers"])]
    for number, (who, days, lines) in enumerate(sales, start=1):
        order(
            session,
            f"SO-{number:05d}",
            customers[who],
            days,
            [(goods[good], qty) for good, qty, _price in lines],
        )
    return [item.id for item in goods]


def items(
    session: Session, name: str, count: int, days: int, rule: LotRule, period: int, *, buy: bool = False
) -> list[Item]:
    """Items of one kind."""
    made = [
        Item(
            sku=f"{name}-{number:03d}", kind=ItemKind.RAW if buy else ItemKind.FINISHED, lead_days=days,
            procurement=Procurement.BUY if buy else Procurement.MAKE, lot_rule=rule, period_days=period,
        )
        for number in range(count)
    ]  # fmt: skip
    session.add_all(made)
    session.flush()
    return made


def bill(session: Session, item: Item, parts: Sequence[tuple[Item, int]]) -> None:
    """The bill of an item; a part that stands in it twice is added up."""
    total: dict[int, int] = {}
    for part, quantity in parts:
        total[part.id] = total.get(part.id, 0) + quantity
    lines = [
        BillLine(position=at, component_id=part, quantity=Decimal(quantity))
        for at, (part, quantity) in enumerate(total.items(), start=1)
    ]
    session.add(Bill(item_id=item.id, valid_from=LONG_AGO, lines=lines))


def routing(session: Session, item: Item, centre: int, steps: Sequence[tuple[str, int]]) -> None:
    """The routing of an item: steps with minutes to set up."""
    operations = [
        RoutingOperation(
            sequence=10 * at, name_en=name, name_zh=name, centre_id=centre, setup_minutes=minutes,
            run_seconds=Decimal(30),
        )
        for at, (name, minutes) in enumerate(steps, start=1)
    ]  # fmt: skip
    session.add(Routing(item_id=item.id, valid_from=LONG_AGO, operations=operations))


def customer(session: Session, number: int) -> int:
    """A customer's id."""
    made = Partner(
        code=f"C{number:03d}",
        name=f"Customer {number}",
        country="DE",
        roles=[PartnerRole(role=Role.CUSTOMER)],
    )
    session.add(made)
    session.flush()
    return made.id


def order(session: Session, number: str, who: int, days: int, lines: Sequence[tuple[Item, int]]) -> None:
    """A confirmed order to be shipped in so many days."""
    now = datetime.now(UTC)
    ship_by = now.date() + timedelta(days=days)
    session.add(
        SalesOrder(
            number=number, state=OrderState.CONFIRMED, customer_id=who, ordered_at=now, currency="USD",
            incoterm="FOB", place="Ningbo", destination_country="DE", ship_by=ship_by,
            lines=[
                SalesLine(
                    position=at, item_id=item.id, quantity=Decimal(quantity), unit="H87",
                    unit_price=Decimal(1), amount_minor=100 * quantity, promised=ship_by,
                )
                for at, (item, quantity) in enumerate(lines, start=1)
            ],
        )
    )  # fmt: skip


@use_case
def rush(session: Session, item_id: int) -> None:
    """One more order, wanted soon."""
    order(session, "SO-RUSH", 1, 9, [(session.get_one(Item, item_id), 25)])


if __name__ == "__main__":
    main()
