"""The shop floor for a promise: the schedule as it stands, and what would have to be made as orders of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.models.engineering import RoutingOperation
from factory_erp.models.planning import RoutingResource
from factory_erp.planning.calendar import BeyondCalendar, to_minute
from factory_erp.planning.material.explode import PlannedOrder
from factory_erp.planning.promise.insert import Inserter
from factory_erp.planning.schedule import problem as plan
from factory_erp.services import clock
from factory_erp.services.bulk import chunks
from factory_erp.services.engineering.structure import whole
from factory_erp.services.floor.reading import Eligible, Floor
from factory_erp.services.material.explosion import run_minutes, wait_minutes
from factory_erp.services.promise.desk import Desk, desk_for
from factory_erp.services.promise.supply import Sourcing
from factory_erp.services.schedule import scheduling
from factory_erp.services.schedule.problem import HORIZONS, PPM
from factory_erp.services.stock.promise_open import NOBODY, Besides

T = TypeVar("T")

BEYOND = 1 << 40
"""Ids of what is only imagined begin here, above any stored one."""


@dataclass(frozen=True, slots=True)
class Imagined:
    """What a promise would make: production orders and their operations, as scheduling wants them.

    ``items``: operation → the item that it is for; ``keys``: planned order → its number.
    """

    orders: tuple[plan.Order, ...]
    operations: tuple[plan.Operation, ...]
    items: Mapping[int, int]
    keys: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Bench:
    """The schedule with what is imagined beside it, ready to try."""

    floor: Floor
    inserter: Inserter
    imagined: Imagined


def on_floor(
    session: Session, sourcing: Sourcing, attempt: Callable[[Bench], T], besides: Besides = NOBODY
) -> T:
    """What *attempt* makes of the floor, in the shortest horizon that is long enough.

    Raises NotAllowed for a work centre without machines, BeyondCalendar when calendars are too short.
    """
    needs = _resources(session, sourcing)
    failure: BeyondCalendar | None = None
    with desk_for(session, besides) as desk:
        # First of all: it gives the families of what is imagined their numbers.
        imagined = _Maker(desk.floor, sourcing, needs).imagined()
        for days in HORIZONS:
            try:
                return attempt(_bench(session, desk, days, imagined))
            except BeyondCalendar as error:
                failure = error
    assert failure is not None
    raise failure


def _bench(session: Session, desk: Desk, days: int, imagined: Imagined) -> Bench:
    inserter = desk.inserter(session, days)
    operations = _possible(inserter.problem, imagined.operations)
    return Bench(desk.floor, inserter, replace(imagined, operations=operations))


def _possible(problem: plan.Problem, operations: Iterable[plan.Operation]) -> tuple[plan.Operation, ...]:
    """A rest that no machine's hours can spare is taken all the same, as in the schedule."""
    longest = {
        machine.id: max((end - start for start, end in machine.calendar.intervals), default=0)
        for machine in problem.machines
    }
    return tuple(
        one
        if one.resumable or any(way.minutes <= longest[way.machine] for way in one.alternatives)
        else replace(one, resumable=True)
        for one in operations
    )


def _resources(session: Session, sourcing: Sourcing) -> dict[int, tuple[int, ...]]:
    """Step of a routing → the resources that it holds."""
    routings = sourcing.explosion.routings
    steps = [step.id for one in sourcing.explosion.made for step in routings[one.item].operations]
    found: dict[int, tuple[int, ...]] = {}
    for part in chunks(steps):
        one = RoutingResource
        rows = session.execute(
            select(one.operation_id, one.resource_id)
            .where(one.operation_id.in_(part))
            .order_by(one.operation_id, one.resource_id)
        )
        for step_id, resource in rows:
            found[step_id] = (*found.get(step_id, ()), resource)
    return found


class _Maker:
    """Makes orders and operations of what has to be made."""

    def __init__(self, floor: Floor, sourcing: Sourcing, needs: Mapping[int, tuple[int, ...]]) -> None:
        self._floor, self._sourcing, self._needs = floor, sourcing, needs
        self._now = to_minute(clock.now())
        self._made = sourcing.explosion.made
        self._ids = {planned.key: BEYOND + n for n, planned in enumerate(self._made)}

    def imagined(self) -> Imagined:
        """Orders due at once; each weighs a cent more than any that nobody was promised."""
        releases, feeders = self._sourcing.releases(), self._sourcing.explosion.feeders()
        weight = 1 + max(
            (
                one.cents * max(1, self._floor.orders[number].priority)
                for number, one in self._floor.weights.items()
                if number in self._floor.orders and not one.promised
            ),
            default=1,
        )
        orders = tuple(
            plan.Order(
                id=self._ids[planned.key],
                release=max(self._now, releases.get(planned.key, 0)),
                due=self._floor.now,
                weight=weight,
                predecessors=tuple(self._ids[key] for key in feeders[planned.key]),
            )
            for planned in self._made
        )
        made = [(step, planned.item) for planned in self._made for step in self._steps(planned)]
        numbered = [(replace(step, id=BEYOND + n), item) for n, (step, item) in enumerate(made)]
        return Imagined(
            orders,
            tuple(step for step, _item in numbered),
            {step.id: item for step, item in numbered},
            self._ids,
        )

    def _steps(self, planned: PlannedOrder) -> Iterator[plan.Operation]:
        steps = self._sourcing.explosion.routings[planned.item].operations
        for place, step in enumerate(steps):
            after = steps[place + 1] if place + 1 < len(steps) else None
            yield self._linked(self._step(planned, step, place), planned, step, after)

    def _step(self, planned: PlannedOrder, step: RoutingOperation, place: int) -> plan.Operation:
        order, floor = self._ids[planned.key], self._floor
        if step.subcontract_days:
            return scheduling.away(0, order, place, step.subcontract_days)
        minutes = run_minutes(step.run_seconds, whole(planned.quantity), step.batch_size)
        named = [Eligible(one.machine_id, one.speed_percent, one.setup_minutes) for one in step.machines]
        return plan.Operation(
            id=0,
            order=order,
            sequence=place,
            centre=step.centre_id,
            family=floor.families.number(step.family),
            alternatives=floor.alternatives(step.centre_id, step.setup_minutes, minutes, named),
            resumable=step.resumable,
            resources=self._needs.get(step.id, ()),
        )

    @staticmethod
    def _linked(
        made: plan.Operation, planned: PlannedOrder, step: RoutingOperation, after: RoutingOperation | None
    ) -> plan.Operation:
        """With how the next step hangs on it, as it will be scheduled once it is planned."""
        if after is None:
            return made
        lag, most, quantity = wait_minutes(step), step.max_wait_minutes, whole(planned.quantity)
        carried = 0 < step.transfer_lot < quantity and not (step.subcontract_days or after.subcontract_days)
        return replace(
            made,
            lag=lag,
            max_lag=None if most is None else max(most, lag),
            transfer_ppm=int(step.transfer_lot * PPM / quantity) if carried else 0,
        )
