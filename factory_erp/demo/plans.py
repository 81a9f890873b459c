"""What the demo factory's planner has done by now: purchases, machine times, a plan, a schedule, what-ifs.

Each step finds again what it did, so that an interrupted run goes on where it was. Searches are bounded by
moves, never by time: the same factory is planned the same way on every PC.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.demo import found, lookup, trade
from factory_erp.demo.build import SCARCE_PART
from factory_erp.demo.orders import ALIBABA, SHORT_PART, DemoOrder, Stage
from factory_erp.demo.partners import BUYERS
from factory_erp.demo.shops import Shops
from factory_erp.models.partners import Partner
from factory_erp.models.planning import MachineTimeKind
from factory_erp.planning.schedule.problem import Problem
from factory_erp.planning.schedule.result import Assignment, Schedule
from factory_erp.services import clock, planning
from factory_erp.services.base import use_case
from factory_erp.services.board import moves as board
from factory_erp.services.clock import FACTORY_ZONE
from factory_erp.services.material import plan as material_plan
from factory_erp.services.platform_orders.intake import accept_change
from factory_erp.services.promise import asking as promise
from factory_erp.services.promise import holds as promise_holds
from factory_erp.services.purchasing import orders as purchases
from factory_erp.services.purchasing.orders import NewPurchase, NewPurchaseLine
from factory_erp.services.scenarios import comparing as scenarios
from factory_erp.services.scenarios.changes import Change, MachineDown, OvertimeHours
from factory_erp.services.scenarios.comparing import Effort, ScenarioForm
from factory_erp.services.schedule import batching, machine_times
from factory_erp.services.schedule.machine_times import MachineTimeInput
from factory_erp.services.suggestions import accepting as suggestions
from factory_erp.services.suggestions.accepting import SuggestionFilter, SuggestionView

CLASSES = {BUYERS[0].name: "A", BUYERS[1].name: "A", BUYERS[11].name: "C", BUYERS[13].name: "C"}
"""Customer → how much his dates weigh; the others' are B."""

SEARCH_MOVES, SCENARIO_MOVES = 60_000, 20_000
MAINTAINED, OVERTIME = "PC-02", "PC-01"
BROKEN, LONGER = "WD-01", "POLISH"

STEEL = "RM-304-05"
_STEEL_BEFORE, _OVERDUE = timedelta(days=14), timedelta(days=2)
"""When the steel was ordered, and since when it should be there."""
_ORDERED_BEFORE, _SAID_BEFORE, _COMES_IN = timedelta(days=9), timedelta(days=1), timedelta(days=13)
"""When the short part was ordered, when its supplier put it off, and when it is to come now."""
_WEDNESDAY, _SATURDAY, _SUNDAY = 2, 5, 6
_EVENING = (1230, 1410)
"""Minutes of the day that the second shift adds."""
_LOCKED_IN = timedelta(hours=40)
_BREAKDOWN = (
    "Laser welder 1 fails for three days / 1号激光焊机停三天",
    "What if its laser source has to go to its maker? / 激光器返厂维修的影响",
)
_SHIFT = (
    "Polishing with a second shift / 抛光线增开夜班",
    "Two weeks of late shifts on both lines. / 两条线连续两周上夜班",
)


def order_parts(moment: datetime) -> None:
    """Steel is overdue; the part that an order waits for was ordered, but its supplier puts it off."""
    with clock.at(moment - _STEEL_BEFORE):
        _buy("S-STEEL", STEEL, 2000, clock.day_of(moment) - _OVERDUE, "steel")
    with clock.at(moment - _ORDERED_BEFORE):
        material_plan.run_plan()
        suggestions.accept([row.id for row in _open("buy") if row.sku == SHORT_PART])
    with clock.at(moment - _SAID_BEFORE):
        for line in found.purchase_lines(SHORT_PART):
            purchases.change_expected(line, clock.day_of(moment) + _COMES_IN)


def set_out(shops: Shops, orders: Iterable[DemoOrder], moment: datetime) -> None:
    """What holds from now on: weights of customers, machine times, purchases by hand, an order that grew."""
    with clock.at(moment):
        _weigh_customers()
        today = clock.today()
        machine_times.save(list(_machine_times(today)), follow=False)
        for order in orders:
            if order.stage is Stage.GROWN:
                _take_change(shops.ids[ALIBABA], order.trade_id)


@use_case
def _weigh_customers(session: Session) -> None:
    for name, priority in CLASSES.items():
        for customer in session.scalars(select(Partner).filter_by(name=name)):
            customer.priority_class = priority


def _take_change(account: int, trade_id: str) -> None:
    """The change of the order is taken over; its production does not follow by itself."""
    waiting = found.change_of(account, trade_id)
    if waiting is not None:
        accept_change(waiting)


def _machine_times(today: date) -> Iterable[MachineTimeInput]:
    """Maintenance of a coating line in the middle of next week, overtime of the other on Saturday evening."""
    ids, day = found.machines(), _next(today, _WEDNESDAY)
    yield MachineTimeInput(
        ids[MAINTAINED], MachineTimeKind.MAINTENANCE, _at(day, 8), _at(day, 17),
        "Curing oven: burner and belts / 固化炉：燃烧器、链条保养",
    )  # fmt: skip
    saturday = _next(today, _SATURDAY)
    yield MachineTimeInput(
        ids[OVERTIME], MachineTimeKind.OVERTIME, _at(saturday, 20, 30), _at(saturday, 23, 30),
        "Rush orders before the ship date / 赶船期",
    )  # fmt: skip


def _next(today: date, weekday: int) -> date:
    """The first such day that is two days off or more."""
    return next(
        day for day in (today + timedelta(days=ahead) for ahead in range(2, 9)) if day.weekday() == weekday
    )


def _workday(today: date) -> date:
    """Tomorrow, or the day after a Sunday."""
    day = today + timedelta(days=1)
    return day + timedelta(days=day.weekday() == _SUNDAY)


def _at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), ZoneInfo(FACTORY_ZONE))


def _buy_by_hand(today: date) -> None:
    """Seals for lids bought by hand, once long before they are needed, once a little late."""
    _buy("S-SEAL", SCARCE_PART, 200, today + timedelta(days=4), "early")
    _buy("S-SEAL", SCARCE_PART, 700, today + timedelta(days=26), "late")


def _buy(supplier: str, sku: str, quantity: int, day: date, key: str) -> None:
    """Order by hand, wanted and expected on *day*; once per *key*."""
    line = NewPurchaseLine(lookup.items()[sku], Decimal(quantity), day, day)
    purchases.by_hand(NewPurchase(lookup.partner(supplier), (line,), client_key=f"demo:{sku}:{key}"))


def make_plan(shops: Shops, orders: Iterable[DemoOrder], moment: datetime) -> None:
    """Accept what is planned for two orders, buy by hand, search the schedule, join and lock operations."""
    with clock.at(moment):
        material_plan.run_plan()
        for order in orders:
            if order.stage is Stage.ACCEPTED:
                ours = found.find_order(shops.ids[order.shop], order.trade_id)
                suggestions.accept(suggestions.suggestion_ids(SuggestionFilter(sales_order_id=ours)))
        _buy_by_hand(clock.today())
        planning.schedule()
        planning.schedule(scheduler=BoundedSearch(SEARCH_MOVES))
        _join()
        _lock(moment)


def _open(view: str) -> list[SuggestionView]:
    return suggestions.suggestion_rows(suggestions.suggestion_ids(SuggestionFilter(view)))


@dataclass(frozen=True, slots=True)
class BoundedSearch:
    """A scheduler that improves what is published by so many moves: the same on every PC."""

    moves: int

    def solve(
        self,
        problem: Problem,
        progress: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
        seed: int = 0,
    ) -> Schedule:
        """The better schedule. Raises BeyondCalendar as scheduling does."""
        from factory_erp.planning.schedule import engine

        places = {
            number: Assignment(at.machine, at.start, at.start, at.end)
            for number, at in problem.published.items()
        }
        start = engine.repair(problem, places)
        return engine.improve(
            problem, start, iterations=self.moves, seed=seed, progress=progress, cancelled=cancelled
        )


def _join() -> None:
    """The campaign that saves most is joined."""
    if not found.is_joined():
        for one in batching.campaigns()[:1]:
            batching.join([member.operation_id for member in one.members])
            planning.schedule()


def _lock(moment: datetime) -> None:
    """What begins the day after tomorrow stays where it is: the buyer's inspector comes to see it."""
    begin = moment + _LOCKED_IN
    later = [step for step in found.open_steps() if step.start > begin]
    for step in sorted(later, key=lambda step: (step.start, step.id))[:1]:
        board.lock_operations([step.id])


def imagine(moment: datetime) -> None:
    """Keep a promise for a quotation, work two what-ifs out, and plan what all of it leads to."""
    with clock.at(moment):
        _keep_promise(trade.quotation(trade.ON_REQUEST.key))
        ids, day = found.machines(), _workday(clock.today())
        _imagine(
            "breakdown", _BREAKDOWN, MachineDown(ids[BROKEN], _at(day, 8), _at(day + timedelta(days=3), 8))
        )
        shift = OvertimeHours(day, day + timedelta(days=12), *_EVENING, centre_id=lookup.centre(LONGER))
        _imagine("shift", _SHIFT, shift)
        material_plan.run_plan()


def _keep_promise(quotation: int) -> None:
    if promise_holds.hold_for_quotation(quotation) is None:
        offer = promise.promise_quotation(quotation)
        promise_holds.hold(offer, quotation_id=quotation, client_key=f"demo:hold:{quotation}")


def _imagine(key: str, texts: tuple[str, str], change: Change) -> None:
    name, note = texts
    made = scenarios.create(ScenarioForm(name, (change,), note, client_key=f"demo:{key}")).value
    scenarios.compute(made, Effort(iterations=SCENARIO_MOVES))
