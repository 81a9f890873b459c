"""Writing a schedule back: only what changed, and only of what is still in the state that was read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, update
from sqlalchemy.orm import Session

from factory_erp.models.base import Base
from factory_erp.models.production import ProductionOperation, ProductionOrder
from factory_erp.planning.calendar import to_moment
from factory_erp.planning.schedule.result import Assignment
from factory_erp.services.base import touched
from factory_erp.services.floor.reading import HALL, Floor, OrderFacts
from factory_erp.services.schedule.problem import material_expected

Times = tuple[int | None, datetime, datetime, datetime]
"""Machine (None: at a subcontractor's), start, end of set-up, finish."""


def write_places(session: Session, floor: Floor, placed: Mapping[int, Assignment]) -> int:
    """Write machines and times of operations, and of their orders; how many operations changed."""
    written = _write_operations(session, floor, placed)
    _write_orders(session, floor, placed)
    return written


def times_of(placed: Assignment) -> Times:
    """A place as an operation's row holds it."""
    machine = None if placed.machine == HALL else placed.machine
    return machine, to_moment(placed.start), to_moment(placed.setup_end), to_moment(placed.end)


def _write_operations(session: Session, floor: Floor, placed: Mapping[int, Assignment]) -> int:
    rows = []
    for steps in floor.operations.values():
        for step in steps:
            place = placed.get(step.id)
            if place is None:
                continue
            times = times_of(place)
            if (step.machine_id, step.planned_start, step.setup_finish, step.planned_finish) != times:
                names = ("machine_id", "planned_start", "setup_finish", "planned_finish")
                rows.append({"row": step.id, "read": step.state, **dict(zip(names, times, strict=True))})
    update_rows(session, ProductionOperation, rows)
    return len(rows)


def _write_orders(session: Session, floor: Floor, placed: Mapping[int, Assignment]) -> None:
    rows = []
    for order in floor.orders.values():
        spans = list(_spans(floor, order, placed))
        if not spans:
            continue
        wanted = (
            min(start for start, _end in spans),
            max(end for _start, end in spans),
            _material_at(floor, order),
        )
        if (order.planned_start, order.planned_finish, order.material_at) != wanted:
            names = ("planned_start", "planned_finish", "material_at")
            rows.append({"row": order.id, "read": order.state, **dict(zip(names, wanted, strict=True))})
    update_rows(session, ProductionOrder, rows)


def _material_at(floor: Floor, order: OrderFacts) -> datetime | None:
    """When its material is there; as it was noted, as long as nothing has still to be ordered."""
    if order.material_at is not None and order.id not in floor.waiting:
        return order.material_at
    comes = material_expected(floor, order)
    return None if comes is None else to_moment(comes)


def _spans(
    floor: Floor, order: OrderFacts, placed: Mapping[int, Assignment]
) -> Iterator[tuple[datetime, datetime]]:
    """Start and finish of the order's operations, as they are placed now or were before."""
    for step in floor.operations.get(order.id, []):
        place = placed.get(step.id)
        if place is not None:
            yield to_moment(place.start), to_moment(place.end)
        elif step.planned_start and step.planned_finish:
            yield step.planned_start, step.planned_finish


def update_rows(session: Session, kind: type[Base], rows: list[dict[str, Any]]) -> None:
    """One statement for all *rows* that are still in the state that was read.

    Versions stay, because nobody types planned times into a form.
    """
    if not rows:
        return
    table = cast(Table, kind.__table__)
    values: dict[str, Any] = {name: bindparam(name) for name in rows[0] if name not in ("row", "read")}
    still = (table.c.id == bindparam("row"), table.c.state == bindparam("read"))
    session.connection().execute(update(table).where(*still).values(values), rows)
    touched(session, kind, [row["row"] for row in rows])
    session.expire_all()
