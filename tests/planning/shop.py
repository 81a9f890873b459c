"""Shops to schedule: random small ones for properties, and the shared benchmark instances."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from factory_erp.planning.calendar import WorkingCalendar
from factory_erp.planning.schedule.problem import Alternative, Centre, Machine, Operation, Order, Problem

DAYS = 400


def daily(start: int, minutes: int, days: int = DAYS) -> WorkingCalendar:
    """Open every day from *start* for *minutes*; round the clock is one interval."""
    if minutes == 1440:
        return WorkingCalendar(((0, days * 1440),))
    return WorkingCalendar(tuple((day * 1440 + start, day * 1440 + start + minutes) for day in range(days)))


def load(path: Path) -> Problem:
    """A small_batch instance; operations are numbered through all orders."""
    raw: dict[str, Any] = json.loads(path.read_text())
    centres = tuple(
        Centre(
            c["id"], {(i, j): m for i, row in enumerate(c["changeover_minutes"]) for j, m in enumerate(row)}
        )
        for c in raw["work_centres"]
    )
    days = 4 + 4 * max(o["due"] for o in raw["orders"]) // 1440
    machines = tuple(
        Machine(
            m["id"], m["work_centre"], daily(m["shift_start"], m["shift_minutes"], days), m["initial_family"]
        )
        for m in raw["machines"]
    )
    of = {m.id: m.centre for m in machines}
    operations: list[Operation] = []
    for number, order in enumerate(raw["orders"]):
        for step, op in enumerate(order["operations"]):
            ways = tuple(Alternative(m, 0, minutes) for m, minutes in op["alternatives"])
            operations.append(
                Operation(len(operations), number, step, of[ways[0].machine], op["family"], ways)
            )
    orders = tuple(Order(n, o["release"], o["due"], o["weight"]) for n, o in enumerate(raw["orders"]))
    return Problem(machines, centres, tuple(operations), orders)


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    """Up to 4 machines with shifts, 8 orders that may feed one another, 3 families."""
    now = draw(st.integers(0, 2000))
    change = st.integers(0, 40)
    pairs = [(i, j) for i in range(3) for j in range(3)]
    centres = tuple(
        Centre(i, {p: draw(change) for p in draw(st.lists(st.sampled_from(pairs)))}, draw(change))
        for i in range(2)
    )
    hours = st.sampled_from([(0, 1440), (480, 540), (0, 300), (1200, 240)])
    machines = tuple(
        Machine(
            i,
            i % 2,
            daily(*draw(hours)),
            draw(st.sampled_from([None, 0, 1, 2])),
            i == 3 and draw(st.booleans()),
        )
        for i in range(draw(st.integers(1, 4)))
    )
    orders: list[Order] = []
    operations: list[Operation] = []
    for number in range(draw(st.integers(1, 8))):
        feeders = tuple(sorted(draw(st.sets(st.integers(0, number - 1), max_size=2)))) if number else ()
        orders.append(
            Order(
                number,
                draw(st.integers(0, 4000)),
                draw(st.integers(0, 9000)),
                draw(st.integers(1, 5)),
                feeders,
            )
        )
        for step in range(draw(st.integers(0, 4))):
            chosen = sorted(draw(st.sets(st.integers(0, len(machines) - 1), min_size=1)))
            ways = tuple(Alternative(m, draw(st.integers(0, 30)), draw(st.integers(1, 400))) for m in chosen)
            family = draw(st.integers(0, 2))
            earliest = draw(st.sampled_from([0, 0, 3000]))
            operations.append(Operation(len(operations), number, step * 10, 0, family, ways, earliest))
    return Problem(machines, centres, tuple(operations), tuple(orders), now)
