"""Shops small enough to be solved exactly, with every feature of a problem."""

from __future__ import annotations

from hypothesis import strategies as st

from factory_erp.planning.calendar import WorkingCalendar
from factory_erp.planning.schedule.problem import (
    Alternative,
    Centre,
    Fixed,
    Machine,
    Objective,
    Operation,
    Order,
    Problem,
    Resource,
)

DAYS = 30
HOURS = ((0, 1440), (480, 540), (480, 240), (780, 240))


def shifts(*hours: tuple[int, int], days: int = DAYS) -> WorkingCalendar:
    """Open every day at each (start, minutes) of *hours*."""
    return WorkingCalendar(
        tuple((day * 1440 + start, day * 1440 + start + long) for day in range(days) for start, long in hours)
    )


@st.composite
def machines(draw: st.DrawFn) -> tuple[Machine, ...]:
    """Two or three; one may be a subcontractor, one may work overtime."""
    kinds = st.sampled_from([shifts((0, 1440)), shifts((480, 540)), shifts((480, 240), (780, 240))])
    return tuple(
        Machine(
            number,
            0,
            draw(kinds),
            draw(st.sampled_from([None, 0, 1])),
            unlimited=number == 2 and draw(st.booleans()),
            overtime=((900, 1020), (2340, 2460)) if draw(st.booleans()) else (),
        )
        for number in range(draw(st.integers(2, 3)))
    )


@st.composite
def operations(draw: st.DrawFn, order: int, step: int, many: int) -> Operation:
    """One step with any feature but being locked."""
    chosen = sorted(draw(st.sets(st.integers(0, many - 1), min_size=1)))
    ways = tuple(
        Alternative(machine, draw(st.integers(0, 20)), draw(st.integers(1, 200))) for machine in chosen
    )
    lag = draw(st.sampled_from([0, 0, 30]))
    return Operation(
        order * 10 + step,
        order,
        step,
        0,
        draw(st.integers(0, 1)),
        ways,
        earliest=draw(st.sampled_from([0, 0, 700])),
        resumable=draw(st.sampled_from([True, True, False])),
        resources=draw(st.sampled_from([(), (), (7,), (7, 8)])),
        lag=lag,
        max_lag=draw(st.sampled_from([None, None, None, lag + 2000])),
        transfer_ppm=draw(st.sampled_from([0, 0, 250_000])),
    )


@st.composite
def small_problems(draw: st.DrawFn) -> Problem:
    """Up to three orders of up to three steps, moulds, locks, overlaps, waits, and every cost."""
    shop = draw(machines())
    orders = tuple(
        Order(
            number,
            draw(st.sampled_from([0, 500])),
            draw(st.integers(0, 3000)),
            draw(st.integers(0, 3)),
            (number - 1,) if number and draw(st.booleans()) else (),
            draw(st.booleans()),
        )
        for number in range(draw(st.integers(1, 3)))
    )
    steps = [
        draw(operations(order.id, step, len(shop)))
        for order in orders
        for step in range(draw(st.integers(1, 3)))
    ]
    if draw(st.booleans()):
        locked = steps[0]
        machine = locked.alternatives[0].machine
        start = draw(st.sampled_from([480, 960, 1940]))
        fixed = Fixed(machine, start, start + locked.alternatives[0].minutes)
        steps[0] = Operation(
            locked.id, locked.order, locked.sequence, 0, locked.family, locked.alternatives, fixed=fixed
        )
    published = {steps[-1].id: Fixed(0, 600, 700)} if draw(st.booleans()) else {}
    changes = {(0, 1): draw(st.integers(0, 60)), (1, 0): draw(st.integers(0, 60))}
    return Problem(
        shop,
        (Centre(0, changes),),
        tuple(steps),
        orders,
        now=draw(st.sampled_from([0, 0, 490])),
        resources=(Resource(7), Resource(8, 2)),
        objective=draw(
            st.sampled_from(
                [Objective(), Objective(2, 3, 1, 1, 2), Objective(changeover=0), Objective(makespan=True)]
            )
        ),
        published=published,
    )
