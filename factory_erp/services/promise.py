"""Capable to promise: when could a draft order ship, with the stock, purchases and machines of today."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from factory_erp.i18n import _
from factory_erp.models.engineering import RoutingOperation
from factory_erp.models.sales import SalesOrder
from factory_erp.planning.material.explode import PlannedOrder
from factory_erp.planning.schedule import problem as plan
from factory_erp.planning.schedule.dispatch import DispatchScheduler
from factory_erp.planning.schedule.result import Reason, Schedule
from factory_erp.services import clock, scheduling, working_time
from factory_erp.services.base import get, query
from factory_erp.services.engineering import whole
from factory_erp.services.explosion import Explosion, explode_order, run_minutes, wait_minutes
from factory_erp.services.floor import Eligible, Floor, read_floor

BEYOND = 1 << 40
"""Ids of what is only imagined begin here, above any stored one."""

ONCE = DispatchScheduler(grid=((2.0, 0.5),))
"""One pass is enough where everything that is planned already stands still."""


@dataclass(frozen=True, slots=True)
class PromiseView:
    """The earliest day on which the whole order can ship, and what binds it, in plain words."""

    ship_date: date
    reasons: tuple[str, ...]


@query
def promise(session: Session, order_id: int) -> PromiseView:
    """When the order could ship if nothing that is scheduled moves. Raises as planning it would."""
    return promise_view(session, get(session, SalesOrder, order_id))


def promise_date(session: Session, order: SalesOrder) -> date:
    """The earliest day on which the whole order can ship."""
    return promise_view(session, order).ship_date


def promise_view(session: Session, order: SalesOrder) -> PromiseView:
    """Explode the order, put what has to be made into the gaps of the schedule, and see when it ends."""
    asked = dict.fromkeys((line.id for line in order.lines), clock.today())
    explosion = explode_order(session, order, asked)
    if not explosion.plan.planned:
        return PromiseView(clock.today(), (_("Everything is in stock."),))
    place = working_time.zone(session)
    bought = max((planned.available_at for planned in explosion.bought), default=0)
    arrival = working_time.day_of(bought, place) if bought else clock.today()
    if not explosion.made:
        return PromiseView(arrival, (_arrives(explosion, arrival),))
    floor = read_floor(session)
    imagined = _Imagined(explosion)
    problem, solved = scheduling.solve(session, floor, (), ONCE, extra=imagined.rows)
    last = max(imagined.ids.values(), key=lambda number: solved.finish[number])
    finished = working_time.day_of(solved.finish[last], place)
    reasons = (scheduling.reason_text(floor, problem, [why]) for why in _causes(solved, last))
    supplies = (_arrives(explosion, arrival),) if explosion.bought else ()
    return PromiseView(max(finished, arrival), tuple(dict.fromkeys((*supplies, *reasons))))


def _causes(solved: Schedule, order: int) -> tuple[Reason, ...]:
    """What the order waited for; a wait for its own sub-assembly stands for that one's waits."""
    found: list[Reason] = []
    for reason in solved.reasons.get(order, ()):
        own = reason.kind == "predecessor" and reason.ref >= BEYOND
        found.extend(_causes(solved, reason.ref) if own else (reason,))
    return tuple(found)


def _arrives(explosion: Explosion, day: date) -> str:
    slowest = max(explosion.bought, key=lambda planned: planned.available_at)
    sku = explosion.parts.items[slowest.item].sku
    return _("{sku} has to be bought and can be there on {day}.", sku=sku, day=day.isoformat())


class _Imagined:
    """The production orders that the promise would lead to, as scheduling wants them."""

    def __init__(self, explosion: Explosion) -> None:
        self._explosion = explosion
        self.ids = {planned.key: BEYOND + n for n, planned in enumerate(explosion.made)}

    def rows(self, floor: Floor) -> tuple[list[plan.Order], list[plan.Operation]]:
        """Orders due at once, so that the scheduler says what each had to wait for."""
        arrival, feeders = self._explosion.arrivals(), self._explosion.feeders()
        orders = [
            plan.Order(
                id=self.ids[planned.key],
                release=arrival.get(planned.key, 0),
                due=floor.now,
                predecessors=tuple(self.ids[key] for key in feeders[planned.key]),
            )
            for planned in self._explosion.made
        ]
        return orders, list(self._steps(floor))

    def _steps(self, floor: Floor) -> Iterator[plan.Operation]:
        number = BEYOND
        for planned in self._explosion.made:
            for step in self._operations(floor, planned, number):
                number += 1
                yield step

    def _operations(self, floor: Floor, planned: PlannedOrder, first: int) -> Iterator[plan.Operation]:
        order, steps = self.ids[planned.key], self._explosion.routings[planned.item].operations
        number = first
        for place, step in enumerate(steps):
            yield _operation(floor, step, number, order, 2 * place, whole(planned.quantity))
            number += 1
            lies = wait_minutes(step)
            if lies and place + 1 < len(steps):
                yield scheduling.wait(number, order, 2 * place + 1, lies)
                number += 1


def _operation(
    floor: Floor, step: RoutingOperation, number: int, order: int, sequence: int, quantity: Decimal
) -> plan.Operation:
    """The step as it will be scheduled once it is planned."""
    if step.subcontract_days:
        return scheduling.away(number, order, sequence, step.subcontract_days)
    minutes = run_minutes(step.run_seconds, quantity, step.batch_size)
    named = [Eligible(one.machine_id, one.speed_percent, one.setup_minutes) for one in step.machines]
    return plan.Operation(
        id=number,
        order=order,
        sequence=sequence,
        centre=step.centre_id,
        family=floor.families.number(step.family),
        alternatives=floor.alternatives(step.centre_id, step.setup_minutes, minutes, named),
    )
