"""Random factories for the material plan: layers of items, each made of what lies in deeper layers."""

from __future__ import annotations

from hypothesis import strategies as st

from factory_erp.planning.calendar import WorkingCalendar, merge
from factory_erp.planning.material.explode import MICRO
from factory_erp.planning.material.problem import Problem, problem
from factory_erp.planning.material.tables import (
    Alternate,
    Demand,
    DemandKind,
    Item,
    Line,
    LotRule,
    Supply,
    SupplyKind,
)

LAYERS = 4


@st.composite
def items(draw: st.DrawFn, count: int, calendars: int) -> list[Item]:
    found = []
    for number in range(1, count + 1):
        step = draw(st.sampled_from([1, MICRO]))
        found.append(
            Item(
                number,
                draw(st.integers(0, 4)) > 0,
                step,
                draw(st.sampled_from(list(LotRule))),
                minimum=draw(st.sampled_from([0, 0, 5 * MICRO])),
                multiple=draw(st.sampled_from([0, 0, 2 * MICRO])),
                fixed=draw(st.sampled_from([3 * MICRO, 10 * MICRO])),
                period_days=draw(st.sampled_from([1, 3])),
                safety=draw(st.sampled_from([0, 0, 2 * MICRO])),
                lead_minutes=draw(st.sampled_from([0, 30, 700, 2000])),
                run=draw(st.sampled_from([0, 0, 1_500_000])),
                calendar=draw(st.integers(-1, calendars - 1)),
                working=draw(st.booleans()),
                scrap_ppm=draw(st.sampled_from([0, 0, 50_000])),
                bill_output=draw(st.sampled_from([MICRO, MICRO, 3 * MICRO])),
            )
        )
    return found


@st.composite
def bills(draw: st.DrawFn, count: int) -> tuple[list[Line], list[Alternate]]:
    """Layer of an item: its number modulo LAYERS; alternates are of the same layer."""
    lines: list[Line] = []
    alternates: list[Alternate] = []
    with_bill: set[int] = set()
    for parent in sorted(range(1, count + 1), key=lambda number: -(number % LAYERS)):
        below = [number for number in range(1, count + 1) if number % LAYERS > parent % LAYERS]
        for component in draw(st.lists(st.sampled_from(below), max_size=3)) if below else []:
            key = len(lines) + 1
            by_product = draw(st.integers(0, 5)) == 0
            phantom = not by_product and component in with_bill and draw(st.integers(0, 2)) == 0
            lines.append(
                Line(
                    key,
                    parent,
                    component,
                    draw(st.sampled_from([MICRO, 2 * MICRO, 300_000, 1_234_567])),
                    draw(st.sampled_from([0, 30_000])),
                    phantom,
                    by_product,
                    draw(st.sampled_from([0, 10])),
                )
            )
            with_bill |= {parent} if not by_product else set()
            same = [n for n in range(1, count + 1) if n % LAYERS == component % LAYERS and n != component]
            for priority, other in enumerate(
                draw(st.lists(st.sampled_from(same), max_size=2, unique=True)) if same else []
            ):
                ratio = draw(st.sampled_from([MICRO, 3 * MICRO, 700_000]))
                alternates.append(Alternate(key, other, ratio, priority, draw(st.booleans())))
    return lines, alternates


@st.composite
def calendars(draw: st.DrawFn) -> tuple[WorkingCalendar, ...]:
    span = st.tuples(st.integers(0, 3000), st.integers(1, 900)).map(lambda pair: (pair[0], pair[0] + pair[1]))
    spans = draw(st.lists(st.lists(span, max_size=4), max_size=2))
    return tuple(WorkingCalendar(merge(given)) for given in spans)


def demands(known: list[int]) -> st.SearchStrategy[list[Demand]]:
    return st.lists(
        st.builds(
            Demand,
            st.integers(1, 12),
            st.sampled_from(known),
            st.sampled_from([0, MICRO, 4 * MICRO, 2_500_000, 20 * MICRO]),
            st.integers(-500, 9000),
            st.integers(0, 1),
            st.integers(0, 2),
            st.sampled_from([DemandKind.SALES, DemandKind.MATERIAL, DemandKind.ROUGH]),
        ),
        max_size=8,
        unique_by=lambda demand: (demand.kind, demand.key),
    )


def supplies(known: list[int]) -> st.SearchStrategy[list[Supply]]:
    return st.lists(
        st.builds(
            Supply,
            st.integers(1, 12),
            st.sampled_from(known),
            st.sampled_from([0, MICRO, 3 * MICRO, 1_500_000, 10 * MICRO]),
            st.sampled_from([0, 0, 100, 3000, 7000]),
            st.integers(0, 2),
            st.sampled_from([SupplyKind.STOCK, SupplyKind.PRODUCTION, SupplyKind.PURCHASE]),
            st.booleans(),
        ),
        max_size=10,
        unique_by=lambda supply: (supply.kind, supply.key),
    )


@st.composite
def problems(draw: st.DrawFn, max_items: int = 10) -> Problem:
    count = draw(st.integers(1, max_items))
    open_times = draw(calendars())
    lines, alternates = draw(bills(count))
    return problem(
        draw(items(count, len(open_times))),
        lines,
        draw(demands(list(range(1, count + 1)))),
        draw(supplies(list(range(1, count + 1)))),
        alternates,
        calendars=open_times,
        now=draw(st.sampled_from([1, 400])),
        day_origin=draw(st.sampled_from([0, -480])),
        merge_window=draw(st.sampled_from([0, 1440])),
    )


@st.composite
def substitutions(draw: st.DrawFn) -> Problem:
    """Two products of three components that may stand for one another, some of which are there."""
    number, ratio = st.sampled_from([2, 6, 10]), st.sampled_from([MICRO, MICRO, 3 * MICRO, 700_000])
    keys = range(1, draw(st.integers(2, 5)) + 1)
    lines = [Line(key, draw(st.sampled_from([1, 5])), draw(number), draw(ratio)) for key in keys]
    alternates = [
        Alternate(line.key, other, draw(ratio), priority, draw(st.booleans()))
        for line in lines
        for priority, other in enumerate(
            draw(st.permutations([n for n in (2, 6, 10) if n != line.component]))
        )
    ]
    there = draw(st.lists(st.tuples(number, st.integers(1, 30_000_000), st.sampled_from([0, 3000]),
                                    st.integers(0, 1)), min_size=1, max_size=5))  # fmt: skip
    due = st.sampled_from([100, 3000, 3100, 9000])
    item = st.sampled_from([1, 5, 2, 6])
    wanted = draw(st.lists(st.tuples(item, st.integers(1, 9), due, st.integers(0, 1)),
                           min_size=1, max_size=5))  # fmt: skip
    made = [
        Item(n, n in (1, 5), draw(st.sampled_from([1, MICRO])), lead_minutes=100) for n in (1, 5, 2, 6, 10)
    ]
    return problem(
        made,
        lines,
        [Demand(k, item, n * MICRO, due, group=group) for k, (item, n, due, group) in enumerate(wanted)],
        [Supply(k, item, amount, at, group) for k, (item, amount, at, group) in enumerate(there)],
        alternates,
        now=1,
    )
