"""The floor as a scheduling problem: orders with weights, steps with what binds them, what stays still."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from factory_erp.models.production import OperationState
from factory_erp.planning.calendar import DAY, WorkingCalendar, to_minute
from factory_erp.planning.schedule import problem as plan
from factory_erp.planning.schedule.result import PROMISED, Assignment
from factory_erp.services import working_time
from factory_erp.services.floor.facts import BlockFacts, Weight
from factory_erp.services.floor.planning_settings import PlanningSettings
from factory_erp.services.floor.reading import HALL, Floor, OperationFacts, OrderFacts
from factory_erp.services.schedule.fixed import Candidate, Rank, keepable

HORIZONS = (120, 480, 1600)
"""Days for which calendars are expanded, the longer ones only if the work does not fit."""

PPM = 1_000_000
CENTS = 100
LEAST = Weight()
KEPT = 10
"""An hour late of a promised order counts like so many hours of changeover, however little it is worth."""

Extra = Callable[[Floor], tuple[list[plan.Order], list[plan.Operation]]]
"""Orders that are only imagined, and their steps."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What may move: orders not in *moving* (None: all) keep their place, and the *frozen* next hours do."""

    moving: Collection[int] | None = None
    frozen: bool = True

    def moves(self, order_id: int) -> bool:
        """Whether the order's operations may move at all."""
        return self.moving is None or order_id in self.moving


EVERYTHING = Choice()


def build_problem(
    session: Session,
    floor: Floor,
    days: int = HORIZONS[0],
    moving: Collection[int] | None = None,
    extra: Extra | None = None,
    choice: Choice | None = None,
) -> plan.Problem:
    """The scheduling problem of the open work; orders not in *moving* keep the place they have.

    Objective and weights are in cents an hour. Raises NotAllowed for a work centre without machines.
    """
    chosen = choice or Choice(moving)
    first = _first_day(floor)
    begin = working_time.end_of_day(first - timedelta(days=1), floor.place)
    end = working_time.end_of_day(first + timedelta(days=days), floor.place)
    openings = floor.openings(working_time.open_hours(session, first, days, floor.place), begin, end)
    _number_families(floor)
    machines = floor.plan_machines(openings, begin, end)
    builder = _Builder(floor, {machine.id: machine.calendar for machine in machines}, chosen)
    orders = [_order(floor, order) for order in floor.orders.values()]
    steps = [step for order in floor.orders.values() for step in builder.steps(order)]
    block_orders, block_steps = _blocks(floor)
    orders, steps = orders + block_orders, steps + block_steps
    if extra:
        more_orders, more_steps = extra(floor)
        orders, steps = orders + more_orders, steps + more_steps
    centres = floor.plan_centres()
    resources = tuple(plan.Resource(one.id, one.capacity) for one in floor.resources.values())
    since = {number: last.finished for number, last in floor.last_done.items()}
    steps = keepable(floor.now, machines, centres, resources, orders, steps, builder.candidates, since)
    return plan.Problem(
        machines, centres, tuple(steps), tuple(orders), floor.now,
        resources=resources,
        objective=objective(floor.settings),
        published=published(floor),
    )  # fmt: skip


def objective(settings: PlanningSettings) -> plan.Objective:
    """What the settings say an hour costs, in cents like the weights of orders."""
    return plan.Objective(
        changeover=int(settings.changeover_cost * CENTS),
        overtime=int(settings.overtime_cost * CENTS),
        earliness=int(settings.earliness_cost * CENTS),
        disturbance=int(settings.disturbance_cost * CENTS),
        move=int(settings.move_cost * CENTS),
    )


def published(floor: Floor) -> dict[int, plan.Fixed]:
    """Where operations that have not begun stand in the stored schedule."""
    return {
        number: plan.Fixed(at.machine, at.start, at.end)
        for number, at in stored_places(floor).items()
    }  # fmt: skip


def stored_places(floor: Floor) -> dict[int, Assignment]:
    """Where the stored schedule has the operations that wait, in planning minutes."""
    return {
        step.id: place
        for steps in floor.operations.values()
        for step in steps
        if step.state == OperationState.WAITING and (place := place_of(step)) is not None
    }


def place_of(step: OperationFacts) -> Assignment | None:
    """Where the operation is planned, None where it is not."""
    machine = step.place
    if not (machine and step.planned_start and step.planned_finish):
        return None
    begin = to_minute(step.planned_start)
    setup = to_minute(step.setup_finish) if step.setup_finish else begin
    return Assignment(machine, begin, setup, to_minute(step.planned_finish))


def material_minute(floor: Floor, order: OrderFacts) -> int:
    """When the last purchase for the order is there; an overdue one is expected now, none is 0."""
    comes = material_expected(floor, order)
    return 0 if comes is None else max(floor.now, comes)


def material_expected(floor: Floor, order: OrderFacts) -> int | None:
    """The same, None where there is nothing to wait for; before now where it is overdue.

    What nobody has ordered is not expected before the day on which it would come if it were ordered today.
    """
    arrivals = floor.arrivals.get(order.id, {})
    days = floor.waiting.get(order.id)
    if arrivals and days is None:
        return max(arrivals.values())
    stored = None if order.material_at is None else to_minute(order.material_at)
    if days is None:
        return stored
    soonest = floor.now + days * DAY
    known = stored is not None and working_time.day_of(stored, floor.place) >= working_time.day_of(
        soonest, floor.place
    )
    return stored if known else soonest


def _first_day(floor: Floor) -> date:
    """Calendars begin where the oldest running operation began, so that its past can be counted."""
    running = (
        to_minute(step.started_at)
        for steps in floor.operations.values()
        for step in steps
        if step.started_at and step.state == OperationState.STARTED
    )
    return working_time.day_of(min([floor.now, *running]), floor.place) - timedelta(days=1)


def _number_families(floor: Floor) -> None:
    """Number the families of all that is there, and the campaigns after them."""
    steps = [step for line in floor.operations.values() for step in line]
    for step in steps:
        floor.families.number(step.family)
    for last in floor.last_done.values():
        floor.families.number(last.family)
    for block in floor.blocks:
        floor.families.number(block.family)
    for step in steps:
        if step.campaign and not step.subcontract_days:
            floor.families.join(step)


def _order(floor: Floor, order: OrderFacts) -> plan.Order:
    steps = floor.operations.get(order.id, [])
    begun = any(step.state != OperationState.WAITING for step in steps)
    weight = floor.weights.get(order.id, LEAST)
    return plan.Order(
        id=order.id,
        release=0 if begun else _release(floor, order, steps),
        due=working_time.end_of_day(min(order.due, order.needed), floor.place),
        weight=max(weight.cents * max(1, order.priority), _least(floor.settings) if weight.promised else 1),
        predecessors=() if begun else floor.feeders.get(order.id, ()),
        promised=weight.promised,
    )


def _least(settings: PlanningSettings) -> int:
    """What keeps changeovers from being worth a promise; the engine counts it ``PROMISED`` times."""
    return int(settings.changeover_cost * CENTS * KEPT / PROMISED)


def _release(floor: Floor, order: OrderFacts, steps: list[OperationFacts]) -> int:
    """When the first step's material is there; where only some of it is ordered, when all of it is."""
    arrivals = floor.arrivals.get(order.id, {})
    if not arrivals or order.id in floor.waiting:
        return material_minute(floor, order)
    later = {step.sequence for step in steps[1:]}
    first = [minute for sequence, minute in arrivals.items() if sequence not in later]
    return max(floor.now, *first) if first else 0


class _Builder:
    """Makes the operations of orders, and notes which would like to stay where they are."""

    def __init__(self, floor: Floor, calendars: Mapping[int, WorkingCalendar], choice: Choice) -> None:
        self._floor, self._calendars, self._choice = floor, calendars, choice
        self._longest = {
            number: max((end - start for start, end in calendar.intervals), default=0)
            for number, calendar in calendars.items()
        }
        self._frozen_until = floor.now + 60 * floor.settings.frozen_hours if choice.frozen else floor.now
        self.candidates: dict[int, Candidate] = {}

    def steps(self, order: OrderFacts) -> Iterator[plan.Operation]:
        """Operations still to be done, with what each has to wait for."""
        floor, ready = self._floor, 0
        steps = floor.operations.get(order.id, [])
        arrivals = {} if order.id in floor.waiting else floor.arrivals.get(order.id, {})
        for place, step in enumerate(steps):
            if step.state == OperationState.DONE:
                ready = _ready_after(step)
                continue
            after = steps[place + 1] if place + 1 < len(steps) else None
            comes = arrivals.get(step.sequence, 0) if place else 0
            earliest = max(ready, comes)
            if step.subcontract_days:
                made = replace(away(step.id, step.order_id, place, step.subcontract_days), earliest=earliest)
            else:
                made = self._machined(step, place, earliest)
            yield self._held(order, step, _linked(made, order, step, after) if after else made)
            ready = 0

    def _machined(self, step: OperationFacts, place: int, earliest: int) -> plan.Operation:
        floor = self._floor
        ways = floor.ways(step)
        # A rest that no machine's hours can spare has to be taken: nothing else would ever be scheduled.
        fits = any(way.minutes <= self._longest[way.machine] for way in ways)
        return plan.Operation(
            id=step.id,
            order=step.order_id,
            sequence=place,
            centre=step.centre_id,
            family=floor.families.of_step(step),
            alternatives=ways,
            earliest=earliest,
            resumable=step.resumable or not fits,
            resources=floor.needs.get(step.id, ()),
        )

    def _held(self, order: OrderFacts, step: OperationFacts, made: plan.Operation) -> plan.Operation:
        """The operation with the place that it must keep, or noted as one that would like to keep its own."""
        if step.state == OperationState.STARTED and step.place and step.started_at:
            begin = to_minute(step.started_at)
            end = self._forecast(order, step, begin)
            return replace(made, fixed=plan.Fixed(step.place, begin, end))
        place = place_of(step)
        if place is None:
            return made
        if not self._choice.moves(order.id):
            kept = plan.Fixed(place.machine, place.start, place.end)
            return replace(made, fixed=kept) if place.start >= self._floor.now else made
        if step.locked or place.start < self._frozen_until:
            rank = Rank.LOCKED if step.locked else Rank.FROZEN
            self.candidates[step.id] = Candidate(rank, place.machine, place.start, place.end)
        return made

    def _forecast(self, order: OrderFacts, step: OperationFacts, begin: int) -> int:
        """When a running operation ends: as planned from its start or, overdue, by what is left of it."""
        floor, calendar = self._floor, self._calendars[step.place or HALL]
        total = step.subcontract_days * DAY or floor.run_on(step)
        planned = begin + total if step.subcontract_days else calendar.add_working(begin, total)
        if planned > floor.now:
            return planned
        left = max(order.quantity - step.made, Decimal(0))
        return calendar.add_working(floor.now, max(1, int(total * left / order.quantity)))


def _linked(
    made: plan.Operation, order: OrderFacts, step: OperationFacts, after: OperationFacts
) -> plan.Operation:
    """With how the next step hangs on this one: waits at least and at most, and lots that are carried ahead.

    What goes to a subcontractor, or comes from one, goes as a whole.
    """
    most = step.max_wait_minutes
    carried = 0 < step.transfer_lot < order.quantity and not (step.subcontract_days or after.subcontract_days)
    if not (carried or step.queue_minutes) and most is None:
        return made
    return replace(
        made,
        lag=step.queue_minutes,
        max_lag=None if most is None else max(most, step.queue_minutes),
        transfer_ppm=int(step.transfer_lot * PPM / order.quantity) if carried else 0,
    )


def _ready_after(step: OperationFacts) -> int:
    return to_minute(step.finished_at) + step.queue_minutes if step.finished_at else 0


def away(number: int, order: int, sequence: int, days: int) -> plan.Operation:
    """The goods are at a subcontractor's for *days* of 24 hours: no machine of ours is taken."""
    return wait(number, order, sequence, days * DAY)


def wait(number: int, order: int, sequence: int, minutes: int) -> plan.Operation:
    """Goods are away for *minutes*, day and night."""
    return plan.Operation(number, order, sequence, HALL, 0, (plan.Alternative(HALL, 0, minutes),))


def _blocks(floor: Floor) -> tuple[list[plan.Order], list[plan.Operation]]:
    """Machine time that promises keep: fixed work of orders of its own, with numbers below zero."""
    known = [block for block in floor.blocks if block.machine_id in floor.machines]
    orders = [plan.Order(-block.id, 0, block.end) for block in known]
    return orders, [_block(floor, block) for block in known]


def _block(floor: Floor, block: BlockFacts) -> plan.Operation:
    return plan.Operation(
        id=-block.id,
        order=-block.id,
        sequence=0,
        centre=floor.machines[block.machine_id].centre_id,
        family=floor.families.number(block.family),
        alternatives=(plan.Alternative(block.machine_id, 0, max(1, block.end - block.start)),),
        fixed=plan.Fixed(block.machine_id, block.start, block.end),
    )
