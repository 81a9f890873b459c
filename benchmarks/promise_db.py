"""Promises as the program gives them: with the database read, into a schedule of 18,000 operations.

``python -m benchmarks.promise_db --json [--orders N] [--tries N]``. The first N orders of the shared shop of
3,000 in a SQLite workspace of their own, scheduled as the program does. Then items are promised one after
another: ``first`` in a fresh process, ``next`` while nothing changes, ``after_a_move`` when an operation was
moved in between. CPU and wall seconds; compiled code warm.
"""

from __future__ import annotations

import itertools
import json
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy.orm import Session

from benchmarks.measure import ask, show
from factory_erp.models.database import Database, sqlite_url
from factory_erp.models.engineering import (
    Calendar,
    CalendarShift,
    Changeover,
    Machine,
    Routing,
    RoutingOperation,
    WorkCentre,
)
from factory_erp.models.production import EligibleMachine, ProductionOperation, ProductionOrder
from factory_erp.planning.schedule import engine
from factory_erp.services import base, clock, planning
from factory_erp.services.board import moves as board
from factory_erp.services.promise import asking as promise
from factory_erp.services.stock import inventory
from factory_erp.services.upkeep import schema
from tests.conftest import MONDAY
from tests.services.factory import an_item
from tests.shared import shared_path

INSTANCE = "benchmarks/scheduling/small_batch_3000_1.json"
LONG_AGO = date(2026, 1, 1)
SOON = timedelta(hours=48)
"""After the frozen time."""

Raw = dict[str, Any]


def main() -> None:
    """Measure, print."""
    asked = ask(__doc__ or "", orders=3000, tries=10)
    engine.warm_up()
    raw: Raw = json.loads(shared_path(INSTANCE).read_text())
    with tempfile.TemporaryDirectory() as folder, clock.at(MONDAY):
        database = Database(sqlite_url(Path(folder) / "factory.db"))
        schema.upgrade(database)
        with database.session(write=True) as session:
            items = enter(session, raw, asked.orders)
        with base.bound(database):
            outcome = planning.schedule().value
            result: dict[str, object] = {"orders": asked.orders, "operations": outcome.operations}
            result |= measured(items, asked.tries)
        database.close()
    show(result, asked)


def measured(items: list[int], tries: int) -> dict[str, object]:
    """Ask, ask again, and ask when something was moved."""
    asking = itertools.cycle(items)

    def ask_once() -> None:
        promise.promise_item(next(asking), Decimal(60))

    first = seconds(ask_once)
    again = [seconds(ask_once) for _try in range(tries)]
    moved = []
    for _try in range(tries):
        move()
        moved.append(seconds(ask_once))
    return {"first": first, "next": middle(again), "after_a_move": middle(moved)}


def move() -> None:
    """Somebody drags a bar to a later hour."""
    bars = planning.gantt(MONDAY + SOON, MONDAY + 2 * SOON).bars
    bar = next(bar for bar in bars if bar.start > MONDAY + SOON and not bar.locked)
    board.move_operation(bar.operation_id, bar.machine_id, bar.start + SOON, pin=False)


def seconds(work: Callable[[], object]) -> dict[str, float]:
    """CPU and wall seconds of one call."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return {"cpu_s": round(time.process_time() - cpu, 3), "seconds": round(time.perf_counter() - wall, 3)}


def middle(rows: list[dict[str, float]]) -> dict[str, float]:
    """The median of each figure, and the worst CPU time."""
    found = {name: round(median(row[name] for row in rows), 3) for name in ("cpu_s", "seconds")}
    return found | {"worst_cpu_s": max(row["cpu_s"] for row in rows)}


def enter(session: Session, raw: Raw, orders: int) -> list[int]:
    """Write the shop as records; the items that can be asked for."""
    inventory.ensure_locations(session)
    machines = _machines(session, raw)
    item = an_item(session, "GOODS")
    session.add_all(
        _order(number, order, item.id, machines) for number, order in enumerate(raw["orders"][:orders])
    )
    patterns = [order for order in raw["orders"] if len(order["operations"]) >= 6][:10]
    return [_promised(session, number, order, machines) for number, order in enumerate(patterns)]


def _machines(session: Session, raw: Raw) -> list[Machine]:
    calendars: dict[tuple[int, int], Calendar] = {}
    for machine in raw["machines"]:
        start, minutes = hours = machine["shift_start"], machine["shift_minutes"]
        shifts = [
            CalendarShift(weekday=day, start_minute=start, end_minute=start + minutes) for day in range(7)
        ]
        code = f"C{len(calendars)}"
        calendars.setdefault(hours, Calendar(code=code, name_en=code, name_zh=code, shifts=shifts))
    centres = [_centre(centre) for centre in raw["work_centres"]]
    session.add_all([*calendars.values(), *centres])
    session.flush()
    machines = [
        Machine(
            code=f"M{machine['id']:02}", name_en="Machine", name_zh="机",
            centre=centres[machine["work_centre"]],
            calendar_id=calendars[machine["shift_start"], machine["shift_minutes"]].id,
        )
        for machine in raw["machines"]
    ]  # fmt: skip
    session.add_all(machines)
    session.flush()
    return machines


def _centre(centre: Raw) -> WorkCentre:
    code = f"W{centre['id']:02}"
    pairs = [
        Changeover(from_family=f"F{one}", to_family=f"F{other}", minutes=minutes)
        for one, row in enumerate(centre["changeover_minutes"])
        for other, minutes in enumerate(row)
    ]
    return WorkCentre(code=code, name_en="Centre", name_zh="组", changeovers=pairs)


def _order(number: int, order: Raw, item_id: int, machines: list[Machine]) -> ProductionOrder:
    due = (MONDAY + timedelta(minutes=order["due"])).date()
    return ProductionOrder(
        number=f"MO-{number:05}", item_id=item_id, quantity=Decimal(100), due=due, priority=order["weight"],
        material_at=MONDAY + timedelta(minutes=order["release"]),
        operations=[_step(at, step, machines) for at, step in enumerate(order["operations"], start=1)],
    )  # fmt: skip


def _step(at: int, step: Raw, machines: list[Machine]) -> ProductionOperation:
    ways = step["alternatives"]
    least = min(minutes for _machine, minutes in ways)
    centre = machines[ways[0][0]].centre_id
    named = len(ways) < sum(machine.centre_id == centre for machine in machines)
    return ProductionOperation(
        sequence=10 * at, name_en="Step", name_zh="工序", centre_id=centre, setup_minutes=0,
        run_minutes=least, family=f"F{step['family']}",
        eligible=[
            EligibleMachine(machine_id=machines[one].id, speed_percent=100 * least // minutes)
            for one, minutes in ways
        ] if named else [],
    )  # fmt: skip


def _promised(session: Session, number: int, order: Raw, machines: list[Machine]) -> int:
    """An item that is made as the order was."""
    item = an_item(session, f"NEW-{number}")
    steps = [
        RoutingOperation(
            sequence=10 * at, name_en="Step", name_zh="工序", setup_minutes=0, run_seconds=Decimal(60),
            centre_id=machines[step["alternatives"][0][0]].centre_id, family=f"F{step['family']}",
        )
        for at, step in enumerate(order["operations"], start=1)
    ]  # fmt: skip
    session.add(Routing(item_id=item.id, valid_from=LONG_AGO, operations=steps))
    session.flush()
    return item.id


if __name__ == "__main__":
    main()
