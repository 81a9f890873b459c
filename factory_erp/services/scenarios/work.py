"""Production that a scenario only imagines: what an order that is not there would have to be made of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.domain.money import exponent
from factory_erp.i18n import _
from factory_erp.models.catalog import Item
from factory_erp.models.engineering import RoutingOperation
from factory_erp.models.inquiries import Quotation, QuotationLine
from factory_erp.models.partners import Partner
from factory_erp.models.planning import RoutingResource
from factory_erp.models.production import OperationState, ProductionState
from factory_erp.models.sales import SalesOrder
from factory_erp.planning.material.explode import Demand, PlannedOrder, Supply
from factory_erp.services import clock, working_time
from factory_erp.services.base import get
from factory_erp.services.engineering.structure import micro, structure, whole
from factory_erp.services.floor.facts import Eligible, Floor, OperationFacts, OrderFacts, Weight
from factory_erp.services.floor.planning_settings import PlanningSettings
from factory_erp.services.material.explosion import (
    STOCK,
    Explosion,
    explode_demands,
    run_minutes,
    wait_minutes,
)
from factory_erp.services.pricing.settings import read_margins
from factory_erp.services.scenarios.changes import Change, ExtraOrder, OrderChange, TakeOn
from factory_erp.services.stock import inventory

BEYOND = 1 << 40
"""Ids of what is only imagined begin here, above any stored one."""

CENTS, HOURS = 100, 24


@dataclass(frozen=True, slots=True)
class Wish:
    """Something that would have to be there by a day; ``cents`` are what an hour late of it costs."""

    key: str
    name: str
    item_id: int
    quantity: Decimal
    wanted_by: date
    customer: str = ""
    weight: Weight = Weight()  # noqa: RUF009 - frozen


@dataclass(frozen=True, slots=True)
class Imagined:
    """An order that is not there, as the figures show it."""

    name: str
    item_id: int
    customer: str


def wishes(session: Session, settings: PlanningSettings, changes: Iterable[Change]) -> list[Wish]:
    """What the changes want beyond what is ordered, line by line."""
    found: list[Wish] = []
    for place, one in enumerate(changes):
        if isinstance(one, ExtraOrder):
            sku = get(session, Item, one.item_id).sku
            name = _("New order {sku}", sku=sku)
            weight = _weight(Fraction(one.value) * CENTS, settings, settings.class_b)
            found.append(
                Wish(f"extra:{place}", name, one.item_id, one.quantity, one.wanted_by, weight=weight)
            )
        elif isinstance(one, TakeOn):
            found.extend(_taken_on(session, settings, place, one))
    return found


def _weight(cents: Fraction, settings: PlanningSettings, factor: Decimal, promised: bool = False) -> Weight:
    """An hour late of goods worth so many cents, as orders that are there are weighed."""
    a_day = cents * Fraction(factor) * Fraction(settings.late_percent) / 100
    return Weight(max(1, int(a_day / HOURS)), promised)


def _taken_on(session: Session, settings: PlanningSettings, place: int, one: TakeOn) -> list[Wish]:
    source: SalesOrder | Quotation = (
        get(session, Quotation, one.quotation_id or 0)
        if one.sales_order_id is None
        else get(session, SalesOrder, one.sales_order_id)
    )
    customer = session.get(Partner, source.customer_id) if source.customer_id else None
    rate = read_margins(session).rate(source.currency) or Decimal(1)
    factor = {"A": settings.class_a, "C": settings.class_c}.get(
        customer.priority_class if customer else "B", settings.class_b
    )
    day = one.wanted_by or _wanted(source)
    found = []
    for line in source.lines:
        cents = Fraction(line.amount_minor, 10 ** exponent(source.currency)) * Fraction(rate) * CENTS
        shipped = Decimal(0) if isinstance(line, QuotationLine) else line.shipped
        if line.quantity > shipped:
            found.append(
                Wish(
                    f"take:{place}:{line.id}", source.number, line.item_id, line.quantity - shipped, day,
                    customer.name if customer else "", _weight(cents, settings, factor, True),
                )
            )  # fmt: skip
    return found


def _wanted(source: SalesOrder | Quotation) -> date:
    """The day that the buyer wishes or was offered; without any, today: as soon as possible."""
    today = clock.today()
    if isinstance(source, Quotation):
        return today + timedelta(days=source.lead_days or 0)
    return max(today, source.ship_by or source.requested_ship or today)


def more_material(session: Session, floor: Floor, change: OrderChange, item_id: int, more: Decimal) -> int:
    """When the bought parts for *more* of an order's item would be there; 0 where none has to be bought."""
    order = floor.orders[change.order_id]
    wish = Wish(f"more:{change.order_id}", order.number, item_id, more, order.due)
    return max((planned.available_at for planned in explode_wishes(session, floor, [wish]).bought), default=0)


def explode_wishes(session: Session, floor: Floor, wanted: Sequence[Wish]) -> Explosion:
    """What the wishes need through all levels beyond free stock. Raises as planning an order does."""
    parts = structure(session, {one.item_id for one in wanted}, clock.today()).checked()
    demands = [
        Demand(one.key, one.item_id, micro(one.quantity),
               working_time.end_of_day(one.wanted_by, floor.place), group=one.key)
        for one in wanted
    ]  # fmt: skip
    stock = [
        Supply(f"{STOCK}{item}", item, micro(there))
        for item, there in inventory.available(session, parts.items).items()
        if there > 0
    ]
    return explode_demands(session, parts, demands, stock)


def with_wishes(session: Session, floor: Floor, wanted: Sequence[Wish]) -> tuple[Floor, dict[int, Imagined]]:
    """The floor with production for the wishes on it, and who each imagined order is for."""
    if not wanted:
        return floor, {}
    return _Work(session, floor, wanted).added()


@dataclass(slots=True)
class _Work:
    """Orders and operations of an explosion, as facts beside those of the floor."""

    session: Session
    floor: Floor
    wanted: Sequence[Wish]
    explosion: Explosion = field(init=False)
    ids: dict[str, int] = field(init=False)
    operations: dict[int, list[OperationFacts]] = field(default_factory=dict)
    eligible: dict[int, tuple[Eligible, ...]] = field(default_factory=dict)
    needs: dict[int, tuple[int, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.explosion = explode_wishes(self.session, self.floor, self.wanted)
        self.ids = {planned.key: BEYOND + n for n, planned in enumerate(self.explosion.made)}

    def added(self) -> tuple[Floor, dict[int, Imagined]]:
        """The floor with all of it."""
        floor, arrivals = self.floor, self.explosion.arrivals()
        wishes_ = {one.key: one for one in self.wanted}
        resources = self._resources()
        number = BEYOND
        for planned in self.explosion.made:
            steps = self.explosion.routings[planned.item].operations
            self._add_steps(planned, steps, number, resources)
            number += len(steps)
        feeders = {
            self.ids[key]: tuple(sorted(self.ids[one] for one in found))
            for key, found in self.explosion.feeders().items()
        }
        roots = {p.key: wishes_[p.group] for p in self.explosion.made if p.group in p.for_demands}
        more = replace(
            floor,
            orders={
                **floor.orders,
                **{self.ids[p.key]: self._order(p, wishes_) for p in self.explosion.made},
            },
            operations={**floor.operations, **self.operations},
            feeders={**floor.feeders, **feeders},
            arrivals={**floor.arrivals, **{self.ids[key]: {None: at} for key, at in arrivals.items()}},
            eligible={**floor.eligible, **self.eligible},
            needs={**floor.needs, **self.needs},
            weights={**floor.weights, **{self.ids[key]: wish.weight for key, wish in roots.items()}},
        )
        return more, {
            self.ids[p.key]: Imagined(wishes_[p.group].name, p.item, wishes_[p.group].customer)
            for p in self.explosion.made
        }

    def _order(self, planned: PlannedOrder, wishes_: Mapping[str, Wish]) -> OrderFacts:
        wish = wishes_[planned.group]
        return OrderFacts(
            id=self.ids[planned.key], number=wish.name, state=ProductionState.PLANNED,
            quantity=whole(planned.quantity), due=working_time.day_of(planned.due, self.floor.place),
            needed=wish.wanted_by, priority=1, material_at=None, planned_start=None, planned_finish=None,
            sales_order_id=None,
        )  # fmt: skip

    def _resources(self) -> dict[int, list[int]]:
        """Step of a routing → the resources that it holds."""
        steps = [step.id for routing in self.explosion.routings.values() for step in routing.operations]
        found: dict[int, list[int]] = defaultdict(list)
        rows = select(RoutingResource.operation_id, RoutingResource.resource_id).where(
            RoutingResource.operation_id.in_(steps)
        )
        for operation, resource in self.session.execute(rows):
            found[operation].append(resource)
        return found

    def _add_steps(
        self,
        planned: PlannedOrder,
        steps: Sequence[RoutingOperation],
        first: int,
        resources: Mapping[int, Sequence[int]],
    ) -> None:
        order = self.ids[planned.key]
        quantity = whole(planned.quantity)
        self.operations[order] = [
            _facts(first + place, order, step, quantity) for place, step in enumerate(steps)
        ]
        for number, step in enumerate(steps, first):
            if step.machines:
                self.eligible[number] = tuple(
                    Eligible(one.machine_id, one.speed_percent, one.setup_minutes) for one in step.machines
                )
            if step.id in resources:
                self.needs[number] = tuple(resources[step.id])


def _facts(number: int, order: int, step: RoutingOperation, quantity: Decimal) -> OperationFacts:
    return OperationFacts(
        id=number, order_id=order, sequence=step.sequence, centre_id=step.centre_id,
        setup_minutes=step.setup_minutes,
        run_minutes=run_minutes(step.run_seconds, quantity, step.batch_size),
        queue_minutes=wait_minutes(step), family=step.family, state=OperationState.WAITING, machine_id=None,
        planned_start=None, setup_finish=None, planned_finish=None, started_at=None, finished_at=None,
        made=Decimal(0), subcontract_days=step.subcontract_days, locked=False, campaign="",
        resumable=step.resumable, max_wait_minutes=step.max_wait_minutes, transfer_lot=step.transfer_lot,
        version=0,
    )  # fmt: skip
