"""What a scenario leads to beside the live factory: late orders, cost, changeovers, overtime, load."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from factory_erp.planning.calendar import BeyondCalendar, to_moment
from factory_erp.planning.load import by_period, changeover_start, overlap
from factory_erp.planning.schedule.problem import Problem
from factory_erp.planning.schedule.result import Assignment, Schedule
from factory_erp.services import working_time
from factory_erp.services.floor.facts import HALL, Floor, OrderFacts
from factory_erp.services.schedule.problem import LEAST

LOAD_DAYS = 28
"""The load per centre is that of so many days from now."""

HOUR = 60
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Side:
    """The whole factory under one schedule; money in the company's currency.

    ``lateness_cost`` reckons a promised date like any other: what an hour late costs, no more.
    """

    orders: int
    late_orders: int
    days_late: int
    lateness_cost: Decimal
    changeover_minutes: int
    changeover_cost: Decimal
    overtime_minutes: int
    overtime_cost: Decimal
    total_cost: Decimal


@dataclass(frozen=True, slots=True)
class Finish:
    """When an order is finished, when it is needed, and how many days too late that is (0: in time)."""

    at: datetime
    needed: date
    days_late: int


@dataclass(frozen=True, slots=True)
class OrderFigure:
    """One production order on both sides; None where it is not there.

    An ``imagined`` one stands only in the scenario, by the name of what it is for.
    """

    order_id: int
    number: str
    customer: str
    imagined: bool
    live: Finish | None
    scenario: Finish | None

    @property
    def days_later(self) -> int:
        """Days by which it is later than live (below zero: less late); 0 where it is on one side only."""
        if self.live is None or self.scenario is None:
            return 0
        return self.scenario.days_late - self.live.days_late


@dataclass(frozen=True, slots=True)
class CentreFigure:
    """A work centre's load and open time (overtime included) in the next four weeks, in minutes."""

    centre_id: int
    code: str
    live_load: int
    live_open: int
    load: int
    open: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Live and scenario side by side, both scheduled with the same effort."""

    live: Side
    scenario: Side
    orders: tuple[OrderFigure, ...]
    centres: tuple[CentreFigure, ...]

    @property
    def later(self) -> tuple[OrderFigure, ...]:
        """Orders that become late or later, the worst first."""
        return tuple(sorted((o for o in self.orders if o.days_later > 0), key=lambda o: -o.days_later))

    @property
    def earlier(self) -> tuple[OrderFigure, ...]:
        """Orders that become less late, the most first."""
        return tuple(sorted((o for o in self.orders if o.days_later < 0), key=lambda o: o.days_later))


@dataclass(frozen=True, slots=True)
class Solved:
    """One side: the floor, its problem and the schedule found."""

    floor: Floor
    problem: Problem
    schedule: Schedule


def figures(live: Solved, scenario: Solved, customers: Mapping[int, str], imagined: Iterable[int]) -> Figures:
    """Both sides measured; *customers* are those of production orders (and imagined ones) by id."""
    mine = frozenset(imagined)
    before, after = _finishes(live), _finishes(scenario)
    rows = tuple(
        OrderFigure(
            number, _facts(live, scenario, number).number, customers.get(number, ""), number in mine,
            before.get(number), after.get(number),
        )
        for number in sorted(before.keys() | after.keys())
    )  # fmt: skip
    return Figures(_side(live, before), _side(scenario, after), rows, tuple(_centres(live, scenario)))


def _facts(live: Solved, scenario: Solved, number: int) -> OrderFacts:
    return scenario.floor.orders.get(number) or live.floor.orders[number]


def _finishes(one: Solved) -> dict[int, Finish]:
    """Order → its finish; an order of which nothing is left to do has none."""
    place, found = one.floor.place, {}
    for order in one.floor.orders.values():
        finish = one.schedule.finish[order.id]
        late = (working_time.day_of(finish, place) - order.needed).days
        found[order.id] = Finish(to_moment(finish), order.needed, max(0, late))
    return found


def _side(one: Solved, finishes: Mapping[int, Finish]) -> Side:
    settings = one.floor.settings
    late = [finish.days_late for finish in finishes.values() if finish.days_late]
    lateness = _lateness(one)
    changeover = sum(a.changeover for a in one.schedule.assignments.values())
    overtime = _overtime(one.problem, one.schedule.assignments)
    changeover_cost = _money(settings.changeover_cost * changeover / HOUR)
    overtime_cost = _money(settings.overtime_cost * overtime / HOUR)
    total = lateness + changeover_cost + overtime_cost
    return Side(
        len(finishes), len(late), sum(late), lateness, changeover, changeover_cost, overtime, overtime_cost,
        total,
    )  # fmt: skip


def _lateness(one: Solved) -> Decimal:
    """Hours late times what an hour costs, over all orders: the floor's weights are cents an hour."""
    minutes = sum(
        one.floor.weights.get(order.id, LEAST).cents
        * max(0, one.schedule.finish[order.id] - _end(one.floor, order.id))
        for order in one.problem.orders
        if order.id in one.floor.orders
    )
    return _money(Decimal(minutes) / HOUR / 100)


def _end(floor: Floor, order: int) -> int:
    return working_time.end_of_day(floor.orders[order].needed, floor.place)


def _money(amount: Decimal) -> Decimal:
    return amount.quantize(CENT)


def _overtime(problem: Problem, placed: Mapping[int, Assignment]) -> int:
    """Minutes worked in overtime, changeovers included."""
    total = 0
    for at in placed.values():
        machine = problem.machine[at.machine]
        if machine.overtime:
            total += overlap(machine.overtime, _begin(problem, at), at.end)
    return total


def _begin(problem: Problem, at: Assignment) -> int:
    calendar = problem.machine[at.machine].calendar
    try:
        return changeover_start(calendar, at.start, at.changeover)
    except BeyondCalendar:
        return at.start


def _centres(live: Solved, scenario: Solved) -> Iterable[CentreFigure]:
    before, after = _loads(live), _loads(scenario)
    for centre in sorted(live.floor.centres.values(), key=lambda one: one.code):
        yield CentreFigure(centre.id, centre.code, *before[centre.id], *after[centre.id])


def _loads(one: Solved) -> dict[int, tuple[int, int]]:
    """Centre → minutes of load and minutes open from now on."""
    problem, now = one.problem, one.floor.now
    edges = (now, now + LOAD_DAYS * 24 * HOUR)
    loads: dict[int, int] = defaultdict(int)
    opens: dict[int, int] = defaultdict(int)
    for machine in problem.machines:
        facts = one.floor.machines.get(machine.id)
        if machine.id != HALL and facts and facts.active:
            worked = machine.calendar.to_working
            opens[machine.centre] += worked(edges[1]) - worked(edges[0])
    for at in one.schedule.assignments.values():
        machine = problem.machine[at.machine]
        if not machine.unlimited:
            found = by_period(machine.calendar, _begin(problem, at), at.end, edges)
            loads[machine.centre] += sum(minutes for _period, minutes in found)
    return defaultdict(lambda: (0, 0), {c: (loads[c], opens[c]) for c in opens.keys() | loads.keys()})
