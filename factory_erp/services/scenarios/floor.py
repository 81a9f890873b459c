"""The factory as a scenario has it: the facts of the live floor with the changes written into a copy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import singledispatchmethod
from math import ceil

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from factory_erp.models.planning import MachineTimeKind, PromiseHold
from factory_erp.models.production import ProductionOrder
from factory_erp.planning.calendar import to_minute
from factory_erp.services.base import get
from factory_erp.services.floor.facts import (
    Eligible,
    Families,
    Floor,
    MachineFacts,
    MachineTimeFacts,
    OperationFacts,
)
from factory_erp.services.load.hours import minute_of
from factory_erp.services.scenarios.changes import (
    CentreHours,
    Change,
    ExtraMachine,
    ExtraOrder,
    MachineDown,
    MachineSpeed,
    OrderChange,
    OvertimeHours,
    PlanWith,
    SalesChange,
    TakeOn,
)
from factory_erp.services.scenarios.parts import with_parts
from factory_erp.services.scenarios.work import BEYOND, Imagined, more_material, wishes, with_wishes


@dataclass(frozen=True, slots=True)
class ChangedFloor:
    """The floor of a scenario, and the orders on it that are only imagined, by id."""

    floor: Floor
    imagined: Mapping[int, Imagined]


def changed_floor(session: Session, live: Floor, changes: Iterable[Change]) -> ChangedFloor:
    """The live floor with *changes*, in their order; the live one stays as it is.

    Raises as planning does where something imagined cannot be made.
    """
    wanted = tuple(changes)
    copy = _Copy(session, live)
    for one in wanted:
        copy.change(one)
    floor = copy.floor()
    return ChangedFloor(*with_wishes(session, floor, wishes(session, floor.settings, wanted)))


@dataclass(slots=True)
class _Copy:
    """The parts of the floor that changes write to, copied."""

    session: Session
    live: Floor
    values: dict[str, object] = field(default_factory=dict)

    def floor(self) -> Floor:
        """The floor with all that was changed; families are numbered anew."""
        return replace(self.live, families=Families(), **self.values)  # type: ignore[arg-type]

    @property
    def _now(self) -> Floor:
        return self.floor()

    @singledispatchmethod
    def change(self, one: Change) -> None:
        """Write one change into the copy."""
        raise TypeError(one)

    @change.register
    def _down(self, one: MachineDown) -> None:
        kind = MachineTimeKind.MAINTENANCE if one.maintenance else MachineTimeKind.BREAKDOWN
        self._add_time(one.machine_id, kind, to_minute(one.starts_at), to_minute(one.ends_at))

    @change.register
    def _overtime(self, one: OvertimeHours) -> None:
        floor = self._now
        for machine in overtime_machines(floor.machines, one):
            for day in days_of(one):
                start = minute_of(day, one.start_minute, floor.place)
                end = minute_of(day, one.end_minute, floor.place)
                self._add_time(machine, MachineTimeKind.OVERTIME, start, end)

    def _add_time(self, machine: int, kind: str, start: int, end: int) -> None:
        times = dict(self._now.machine_times)
        times[machine] = (*times.get(machine, ()), MachineTimeFacts(0, machine, kind, start, end))
        self.values["machine_times"] = times

    @change.register
    def _extra_machine(self, one: ExtraMachine) -> None:
        floor = self._now
        like = floor.machines[one.machine_id]
        first = BEYOND + sum(number >= BEYOND for number in floor.machines)
        more = [
            replace(like, id=first + n, code=f"{like.code}+{n + 1}", active=True) for n in range(one.count)
        ]
        self.values["machines"] = {**floor.machines, **{machine.id: machine for machine in more}}
        self.values["calendar_of"] = {
            **floor.calendar_of,
            **{machine.id: floor.calendar_of[like.id] for machine in more},
        }
        self.values["eligible"] = {
            step: _with_more(named, like, more) for step, named in floor.eligible.items()
        }

    @change.register
    def _hours(self, one: CentreHours) -> None:
        floor = self._now
        mine = [machine.id for machine in floor.machines.values() if machine.centre_id == one.centre_id]
        self.values["calendar_of"] = {**floor.calendar_of, **dict.fromkeys(mine, one.calendar_id)}

    @change.register
    def _speed(self, one: MachineSpeed) -> None:
        floor = self._now
        machine = floor.machines[one.machine_id]
        changed = replace(machine, speed_percent=one.speed_percent)
        self.values["machines"] = {**floor.machines, machine.id: changed}
        self.values["eligible"] = {
            step: tuple(_faster(named, machine, one.speed_percent) for named in choices)
            for step, choices in floor.eligible.items()
        }

    @change.register
    def _order(self, one: OrderChange) -> None:
        if one.order_id not in self._now.orders:
            return  # finished, or stopped with its sales order: there is nothing to plan
        if one.drop:
            self._drop(self._with_parts([one.order_id]))
            return
        if one.quantity is not None:
            self._scale(one, one.quantity)
        floor = self._now
        order = floor.orders[one.order_id]
        if one.due is not None:
            order = replace(order, due=one.due, needed=one.due)
        if one.priority is not None:
            order = replace(order, priority=one.priority)
        self.values["orders"] = {**floor.orders, order.id: order}

    def _scale(self, one: OrderChange, quantity: Decimal) -> None:
        """Let the order and the parts that are made for it alone have another quantity."""
        floor = self._now
        share = Fraction(quantity) / Fraction(floor.orders[one.order_id].quantity)
        orders, operations = dict(floor.orders), dict(floor.operations)
        for number in self._with_parts([one.order_id]):
            order = orders[number]
            orders[number] = replace(order, quantity=order.quantity * share.numerator / share.denominator)
            operations[number] = [_scaled(step, share) for step in operations.get(number, [])]
        self.values["orders"], self.values["operations"] = orders, operations
        if share > 1:
            self._wait_for_more(one, quantity)

    def _wait_for_more(self, one: OrderChange, quantity: Decimal) -> None:
        record = get(self.session, ProductionOrder, one.order_id)
        minute = more_material(self.session, self.live, one, record.item_id, quantity - record.quantity)
        if minute:
            arrivals = dict(self._now.arrivals)
            before = dict(arrivals.get(one.order_id, {}))
            arrivals[one.order_id] = {**before, None: max(minute, before.get(None, 0))}
            self.values["arrivals"] = arrivals

    @change.register
    def _sales(self, one: SalesChange) -> None:
        floor = self._now
        mine = [order for order in floor.orders.values() if order.sales_order_id == one.sales_order_id]
        if one.drop:
            self._drop({order.id for order in mine})
            return
        assert one.ship_by is not None
        orders = dict(floor.orders)
        for order in mine:
            later = one.ship_by - order.needed
            orders[order.id] = replace(order, needed=one.ship_by, due=order.due + later)
        self.values["orders"] = orders

    def _drop(self, dropped: set[int]) -> None:
        floor = self._now
        self.values["orders"] = {n: order for n, order in floor.orders.items() if n not in dropped}
        self.values["operations"] = {n: steps for n, steps in floor.operations.items() if n not in dropped}
        self.values["feeders"] = {
            consumer: tuple(one for one in feeders if one not in dropped)
            for consumer, feeders in floor.feeders.items()
            if consumer not in dropped
        }

    def _with_parts(self, orders: Iterable[int]) -> set[int]:
        return with_parts(self.session, self._now.feeders, orders)

    @change.register
    def _settings(self, one: PlanWith) -> None:
        said = {name.name: getattr(one, name.name) for name in fields(one)}
        given = {name: value for name, value in said.items() if value is not None}
        self.values["settings"] = replace(self._now.settings, **given)

    @change.register
    def _extra_order(self, one: ExtraOrder) -> None:
        """Imagined orders come last, when the factory is as the scenario has it."""

    @change.register
    def _take_on(self, one: TakeOn) -> None:
        """Machine time that was kept for what is taken on is free for it."""
        holds = select(PromiseHold.id).where(
            or_(
                PromiseHold.sales_order_id == (one.sales_order_id or 0),
                PromiseHold.quotation_id == (one.quotation_id or 0),
            )
        )
        mine = set(self.session.scalars(holds))
        self.values["blocks"] = tuple(block for block in self._now.blocks if block.hold_id not in mine)


def overtime_machines(machines: Mapping[int, MachineFacts], one: OvertimeHours) -> list[int]:
    """The machines that work the overtime: the one named, or those of the centre that are in use."""
    if one.machine_id is not None:
        return [one.machine_id]
    return [m.id for m in machines.values() if m.centre_id == one.centre_id and m.active]


def days_of(one: OvertimeHours) -> list[date]:
    """The days on which the overtime is worked."""
    return [one.first + timedelta(days=n) for n in range((one.last - one.first).days + 1)]


def _with_more(
    named: tuple[Eligible, ...], like: MachineFacts, more: Iterable[MachineFacts]
) -> tuple[Eligible, ...]:
    mine = next((one for one in named if one.machine_id == like.id), None)
    return named if mine is None else (*named, *(replace(mine, machine_id=one.id) for one in more))


def _faster(named: Eligible, machine: MachineFacts, percent: int) -> Eligible:
    if named.machine_id != machine.id:
        return named
    return replace(named, speed_percent=max(1, named.speed_percent * percent // machine.speed_percent))


def _scaled(step: OperationFacts, share: Fraction) -> OperationFacts:
    return replace(step, run_minutes=ceil(step.run_minutes * share))
