"""Making a scenario real: its lasting changes and its schedule are written together, or nothing is.

Lasting are machine times, calendars, speeds, due days, priorities, dropped orders and settings. Orders that
are only imagined stay imagined: they are named in the answer. What the scenario builds on must be as it was
when it was worked out; else it says what has moved on.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, fields, replace
from datetime import timedelta
from functools import singledispatchmethod
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.domain.errors import Conflict, NotAllowed
from factory_erp.i18n import _
from factory_erp.models.engineering import Machine
from factory_erp.models.planning import MachineTimeKind, Scenario, ScenarioState
from factory_erp.models.production import (
    OperationState,
    Peg,
    ProductionMaterial,
    ProductionOrder,
    ProductionState,
)
from factory_erp.models.sales import SalesOrder
from factory_erp.planning.calendar import to_minute, to_moment
from factory_erp.planning.schedule.result import Assignment
from factory_erp.services.base import get, use_case
from factory_erp.services.floor.facts import Floor, OperationFacts
from factory_erp.services.floor.planning_settings import read_settings, write_settings
from factory_erp.services.floor.reading import lock_schedule, read_floor
from factory_erp.services.floor.work import set_order_state
from factory_erp.services.load.hours import minute_of
from factory_erp.services.master_data import same_version
from factory_erp.services.sales import orders as sales
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
    changes_from_json,
)
from factory_erp.services.scenarios.checks import Checker
from factory_erp.services.scenarios.floor import days_of
from factory_erp.services.scenarios.parts import takers, with_parts
from factory_erp.services.scenarios.records import require_open, set_scenario_state
from factory_erp.services.scenarios.solve import as_read, touched_versions
from factory_erp.services.schedule.machine_times import MachineTimeInput, put_span
from factory_erp.services.schedule.writing import write_places

NAMED = 5
"""So many of what has moved on are named."""


@dataclass(frozen=True, slots=True)
class Applied:
    """What applying wrote: how many operations moved, and sentences of what it left out or left as it was."""

    operations: int
    left: tuple[str, ...]


@use_case
def apply(session: Session, scenario_id: int, version: int | None = None) -> Applied:
    """Make the scenario real. Applying an applied one again changes nothing.

    Raises NotAllowed for one that was discarded or not worked out, or that has machines or quantities which
    are not there; Conflict where somebody changed it since *version*, or where the live factory has moved
    on in what it touches, naming that.
    """
    one = get(session, Scenario, scenario_id, lock=True)
    if one.state == ScenarioState.APPLIED:
        return Applied(0, ())
    same_version(one, version, one.name)
    require_open(one)
    changes = changes_from_json(one.changes, one.name)
    _require_real(session, one, changes)
    lock_schedule(session, alone=True)
    sentences = Checker(session).sentences(changes)
    said = json.loads(one.figures)
    floor = read_floor(session)
    placed = _placed(json.loads(one.places))
    _require_still(session, one, changes, said, floor, placed)
    writer = _Writer(session, floor)
    left = [text for change, text in zip(changes, sentences, strict=True) if not writer.write(change)]
    session.flush()
    moved = write_places(session, read_floor(session), placed)
    set_scenario_state(one, ScenarioState.APPLIED)
    return Applied(moved, (*left, *writer.kept))


def _placed(said: Mapping[str, Sequence[int]]) -> dict[int, Assignment]:
    return {int(o): Assignment(row[0], row[1], row[3], row[2]) for o, row in said.items()}


def _require_real(session: Session, one: Scenario, changes: Iterable[Change]) -> None:
    """Refuse what was not worked out, and what cannot be made real by writing it."""
    if one.computed_at is None:
        raise NotAllowed(
            _("Scenario '{name}' has not been worked out.", name=one.name),
            record=one.name,
            field="figures",
            remedy=_("Work it out first."),
        )
    for change in changes:
        if isinstance(change, ExtraMachine):
            code = get(session, Machine, change.machine_id).code
            raise NotAllowed(
                _(
                    "Scenario '{name}' has more machines like {code} than there are.",
                    name=one.name,
                    code=code,
                ),
                record=one.name,
                field="machine_id",
                remedy=_("Enter the new machine at its work centre, and work the scenario out without it."),
            )
        if isinstance(change, OrderChange) and change.quantity is not None:
            number = get(session, ProductionOrder, change.order_id).number
            raise NotAllowed(
                _("A scenario cannot change the quantity of {number} for good.", number=number),
                record=number,
                field="quantity",
                remedy=_("Change the quantity of the order that it is for, then plan it again."),
            )


def _require_still(
    session: Session, one: Scenario, changes: Iterable[Change], said: Mapping[str, Mapping[str, object]],
    floor: Floor, placed: Mapping[int, Assignment],
) -> None:  # fmt: skip
    """Raise Conflict, naming what, where the live factory is not as it was in what the scenario touches."""
    found = [*_changed_records(session, changes, said["touched"]), *_moved_on(floor, said["read"], placed)]
    names = list(dict.fromkeys(found))
    if names:
        more = len(names) - NAMED
        shown = ", ".join(names[:NAMED]) + (f" (+{more})" if more > 0 else "")
        raise Conflict(
            _("The factory has moved on since '{name}' was worked out: {what}.", name=one.name, what=shown),
            record=one.name,
            field="computed_at",
            remedy=_("Work the scenario out again, look at it, and apply it then."),
        )


def _changed_records(
    session: Session, changes: Iterable[Change], read: Mapping[str, object]
) -> Iterator[str]:
    now = touched_versions(session, changes)
    for name in sorted(read.keys() | now.keys()):
        if now.get(name) != read.get(name):
            kind, _space, number = name.partition(" ")
            yield _record_name(session, kind, int(number))


def _record_name(session: Session, kind: str, number: int) -> str:
    if kind == SalesOrder.__tablename__:
        return get(session, SalesOrder, number).number
    if kind == ProductionOrder.__tablename__:
        return get(session, ProductionOrder, number).number
    if kind == Machine.__tablename__:
        return get(session, Machine, number).code
    return f"{kind} {number}"


def _moved_on(floor: Floor, read: Mapping[str, object], placed: Mapping[int, Assignment]) -> Iterator[str]:
    """Orders of operations that the scenario moves and that are not as it read them, or in whose way it is.

    An operation that stands in the scenario where it was read is not touched by it: it may have begun.
    """
    now = {step.id: step for steps in floor.operations.values() for step in steps}
    touched = {number for number, place in placed.items() if _moves(read, number, place)}
    for number in sorted(touched):
        step = now.get(number)
        if step is None:
            yield _("work that is finished or stopped")
        elif as_read(step) != read.get(str(number)):
            yield floor.orders[step.order_id].number
    yield from _in_the_way(floor, now, touched, placed)


def _moves(read: Mapping[str, object], number: int, place: Assignment) -> bool:
    """Whether the scenario has the operation elsewhere than it was; imagined ones take no place."""
    was = read.get(str(number))
    return isinstance(was, list) and was[1:] != [place.machine, place.start, place.end]


def _in_the_way(
    floor: Floor, now: Mapping[int, OperationFacts], touched: set[int], placed: Mapping[int, Assignment]
) -> Iterator[str]:
    """Orders of operations that stand where the scenario wants to put another, and stay there."""
    lines: dict[int, list[tuple[int, int]]] = {}
    for number in touched:
        place = placed[number]
        lines.setdefault(place.machine, []).append((place.start, place.end))
    for step in now.values():
        if step.id in touched or step.state == OperationState.DONE:
            continue
        _state, machine, start, end = as_read(step)
        assert isinstance(machine, int)
        assert isinstance(start, int)
        assert isinstance(end, int)
        if machine > 0 and any(begin < end and start < close for begin, close in lines.get(machine, ())):
            yield floor.orders[step.order_id].number


class _Writer:
    """Writes the lasting changes; each is answered by whether it was written."""

    def __init__(self, session: Session, floor: Floor) -> None:
        self._session, self._floor = session, floor
        self._place: ZoneInfo = floor.place
        self.kept: list[str] = []
        """Sentences on what stays although its consumer is dropped."""

    @singledispatchmethod
    def write(self, change: Change) -> bool:
        """Write *change* where it lasts."""
        raise TypeError(change)

    @write.register
    def _down(self, one: MachineDown) -> bool:
        kind = MachineTimeKind.MAINTENANCE if one.maintenance else MachineTimeKind.BREAKDOWN
        self._add_time(one.machine_id, kind, to_minute(one.starts_at), to_minute(one.ends_at))
        return True

    @write.register
    def _overtime(self, one: OvertimeHours) -> bool:
        machines = (
            [one.machine_id]
            if one.machine_id is not None
            else [m.id for m in self._floor.machines.values() if m.centre_id == one.centre_id and m.active]
        )
        for machine in machines:
            for day in days_of(one):
                start = minute_of(day, one.start_minute, self._place)
                end = minute_of(day, one.end_minute, self._place)
                if end > self._floor.now:
                    self._add_time(machine, MachineTimeKind.OVERTIME, start, end)
        return True

    def _add_time(self, machine: int, kind: str, start: int, end: int) -> None:
        put_span(self._session, MachineTimeInput(machine, kind, to_moment(start), to_moment(end)))

    @write.register
    def _hours(self, one: CentreHours) -> bool:
        for machine in self._session.scalars(select(Machine).where(Machine.centre_id == one.centre_id)):
            machine.calendar_id = one.calendar_id
        return True

    @write.register
    def _speed(self, one: MachineSpeed) -> bool:
        get(self._session, Machine, one.machine_id, lock=True).speed_percent = one.speed_percent
        return True

    @write.register
    def _order(self, one: OrderChange) -> bool:
        if one.drop:
            self._drop(one.order_id)
            return True
        order = get(self._session, ProductionOrder, one.order_id, lock=True)
        order.due = one.due or order.due
        order.priority = one.priority or order.priority
        return True

    def _drop(self, order_id: int) -> None:
        """Cancel the order with the parts made for it alone; say which parts stay, being for others too."""
        feeders = self._floor.feeders
        dropped = with_parts(self._session, feeders, [order_id])
        parts = {feeder for number in dropped for feeder in feeders.get(number, ())} - dropped
        for number, others in sorted(takers(self._session, feeders, parts).items()):
            record = get(self._session, ProductionOrder, number)
            self.kept.append(
                _("{number} stays: it is for {others} too.", number=record.number, others=", ".join(others))
            )
        for number in sorted(dropped):
            self._cancel(get(self._session, ProductionOrder, number, lock=True))

    def _cancel(self, order: ProductionOrder) -> None:
        """Take the order back with its operations, and let go what it was to give and to get."""
        set_order_state(order, ProductionState.CANCELLED)
        for operation in order.operations:
            operation.state = OperationState.CANCELLED
        mine = select(ProductionMaterial.id).where(ProductionMaterial.order_id == order.id)
        pegs = select(Peg).where((Peg.production_order_id == order.id) | Peg.material_id.in_(mine))
        for peg in self._session.scalars(pegs):
            self._session.delete(peg)

    @write.register
    def _sales(self, one: SalesChange) -> bool:
        order = get(self._session, SalesOrder, one.sales_order_id, lock=True)
        if one.drop:
            sales.cancel_order(self._session, order)
            return True
        assert one.ship_by is not None
        made = [work for work in self._floor.orders.values() if work.sales_order_id == order.id]
        for work in made:
            record = get(self._session, ProductionOrder, work.id, lock=True)
            record.due += timedelta(days=(one.ship_by - work.needed).days)
        order.ship_by = one.ship_by
        for line in order.lines:
            line.promised = one.ship_by
        return True

    @write.register
    def _settings(self, one: PlanWith) -> bool:
        given = {name.name: value for name, value in zip(fields(one), astuple(one), strict=True)}
        changed = {name: value for name, value in given.items() if value is not None}
        write_settings(self._session, replace(read_settings(self._session), **changed))
        return True

    @write.register
    def _extra(self, one: ExtraOrder) -> bool:
        return False

    @write.register
    def _take_on(self, one: TakeOn) -> bool:
        return False
