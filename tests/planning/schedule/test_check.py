"""The judge sees each kind of mistake: what cannot pause, resources, waits, overlaps."""

from __future__ import annotations

import pytest

from factory_erp.planning.calendar import WorkingCalendar
from factory_erp.planning.schedule.check import violations
from factory_erp.planning.schedule.problem import (
    Alternative,
    Centre,
    Fixed,
    Machine,
    Operation,
    Order,
    Problem,
    Resource,
)
from factory_erp.planning.schedule.result import Assignment, Schedule

HOURS = WorkingCalendar(((480, 780), (780, 1080), (1920, 2520)))
"""The first two openings touch."""


def step(number: int, order: int, seq: int, machine: int, minutes: int, **more: object) -> Operation:
    return Operation(number, order, seq, 1, 0, (Alternative(machine, 0, minutes),), **more)  # type: ignore[arg-type]


def said(operations: tuple[Operation, ...], *rows: tuple[int, int, int, int]) -> str:
    """What the judge says of rows of operation, machine, start, end."""
    machines = tuple(Machine(n, 1, HOURS) for n in (1, 2))
    orders = tuple(Order(n, 0, 0) for n in sorted({o.order for o in operations}))
    problem = Problem(machines, (Centre(1),), operations, orders, 480, (Resource(7, 2),))
    placed = {o: Assignment(machine, start, start, end) for o, machine, start, end in rows}
    return "\n".join(violations(problem, Schedule(placed, {}, {}, {}, 0, 0)))


def test_what_cannot_pause() -> None:
    work = (step(1, 1, 10, 1, 300, resumable=False),)
    assert said(work, (1, 1, 600, 900)) == ""  # across the seam of two openings that touch
    assert "cannot pause" in said(work, (1, 1, 1000, 2140))


def test_more_of_a_resource_than_there_is() -> None:
    work = tuple(step(n, n, 10, n % 2 + 1, 60, resources=(7,)) for n in (1, 2, 3))
    assert said(work, (1, 2, 480, 540), (2, 1, 500, 560), (3, 2, 540, 600)) == ""
    crowded = (*work[:2], step(3, 3, 10, 1, 60, resources=(7,)))
    assert "needs more of resource 7" in said(crowded, (1, 2, 480, 540), (2, 1, 480, 540), (3, 1, 520, 580))


def test_fixed_operations_may_share_too_much_but_nobody_joins_them() -> None:
    work = tuple(step(n, n, 10, 1, 60, resources=(7,), fixed=Fixed(1, 480, 540)) for n in (1, 2, 3))
    rows = tuple((n, 1, 480, 540) for n in (1, 2, 3))
    assert said(work, *rows) == ""
    assert "operation 4" in said((*work, step(4, 4, 10, 2, 60, resources=(7,))), *rows, (4, 2, 500, 560))


@pytest.mark.parametrize(
    ("start", "wrong"),
    [(569, "before operation 1 ends"), (570, ""), (600, ""), (601, "more than 60 minutes")],
)
def test_waits(start: int, wrong: str) -> None:
    work = (step(1, 1, 10, 1, 60, lag=30, max_lag=60), step(2, 1, 20, 2, 50))
    assert wrong in said(work, (1, 1, 480, 540), (2, 2, start, start + 50))
    assert bool(wrong) == bool(said(work, (1, 1, 480, 540), (2, 2, start, start + 50)))


def test_a_longest_wait_does_not_bind_after_a_fact() -> None:
    done = step(1, 1, 10, 1, 60, max_lag=5, fixed=Fixed(1, 480, 540))
    assert said((done, step(2, 1, 20, 2, 50)), (1, 1, 480, 540), (2, 2, 900, 950)) == ""


@pytest.mark.parametrize(
    ("minutes", "start", "wrong"),
    [
        (400, 529, "before operation 1 ends"),
        (400, 530, ""),
        (100, 604, "hands over last"),
        (100, 605, ""),
    ],
)
def test_overlap(minutes: int, start: int, wrong: str) -> None:
    work = (step(1, 1, 10, 1, 200, transfer_ppm=250_000), step(2, 1, 20, 2, minutes))
    end = start + minutes
    assert wrong in said(work, (1, 1, 480, 680), (2, 2, start, end))
    assert bool(wrong) == bool(said(work, (1, 1, 480, 680), (2, 2, start, end)))


def test_nobody_runs_beside_a_long_lock_because_a_short_one_began_later() -> None:
    locks = (step(1, 1, 10, 1, 9, fixed=Fixed(1, 480, 900)), step(2, 2, 10, 1, 9, fixed=Fixed(1, 500, 520)))
    rows = ((1, 1, 480, 900), (2, 1, 500, 520))
    assert "at once" in said((*locks, step(3, 3, 10, 1, 60)), *rows, (3, 1, 600, 660))
