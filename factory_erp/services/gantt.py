"""The schedule as a picture: a lane per machine with its hours, a bar per operation, what promises keep."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.models.engineering import Changeover, Machine, WorkCentre
from factory_erp.models.inquiries import Quotation
from factory_erp.models.partners import Partner
from factory_erp.models.planning import (
    MachineTime,
    MachineTimeKind,
    OperationResource,
    PromiseBlock,
    PromiseHold,
    Resource,
)
from factory_erp.models.production import OperationState, ProductionOperation, ProductionOrder
from factory_erp.models.sales import SalesOrder
from factory_erp.planning.calendar import Interval, WorkingCalendar, to_minute, to_moment
from factory_erp.services import clock, working_time
from factory_erp.services.base import query
from factory_erp.services.floor import needed_by
from factory_erp.services.names import CHINESE, ENGLISH, ItemNames
from factory_erp.services.planning_settings import read_settings
from factory_erp.services.promise_open import still_open
from factory_erp.services.working_time import Opening

LONGEST = timedelta(days=60)
"""Operations that begin earlier than this before the picture are not looked for."""

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class DownView:
    """A span in which a machine is closed or open other than its calendar says (UTC)."""

    id: int
    kind: str
    start: datetime
    end: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class LaneView:
    """A machine, and when it is open within the picture (UTC).

    ``open`` is what work can use: without maintenance and breakdowns, with ``overtime``.
    """

    machine_id: int
    code: str
    name_en: str
    name_zh: str
    open: tuple[Span, ...]
    centre_id: int = 0
    centre: str = ""
    overtime: tuple[Span, ...] = ()
    down: tuple[DownView, ...] = ()


@dataclass(frozen=True, slots=True)
class BarView:
    """An operation on its machine (UTC); ``late``: its production order ends after it is needed.

    The ``changeover`` minutes lie ahead of ``start``; ``lateness`` are days, below zero where it is early.
    ``frozen``: it begins so soon that the schedule leaves it where it is.
    """

    operation_id: int
    order_id: int
    order_number: str
    machine_id: int
    start: datetime
    setup_finish: datetime
    finish: datetime
    name_en: str
    name_zh: str
    item_name_en: str
    item_name_zh: str
    quantity: Decimal
    state: str
    late: bool
    sales_number: str
    customer: str
    sequence: int = 0
    version: int = 1
    sales_order_id: int | None = None
    family: str = ""
    campaign: str = ""
    locked: bool = False
    frozen: bool = False
    changeover: int = 0
    due: date = date.max
    lateness: int = 0
    resources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HoldView:
    """Machine time that a promise keeps (UTC), and for whom: *quotation* and *customer* where known."""

    block_id: int
    hold_id: int
    machine_id: int
    start: datetime
    end: datetime
    promised_on: date
    quotation: str
    customer: str


@dataclass(frozen=True, slots=True)
class GanttView:
    """Lanes by machine code, bars by machine and start, what promises keep, and until when nothing moves."""

    lanes: tuple[LaneView, ...]
    bars: tuple[BarView, ...]
    holds: tuple[HoldView, ...] = ()
    frozen_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A bar with its machine, for the table and its export; *minutes* from start to finish on the clock."""

    bar: BarView
    machine: str
    machine_name_en: str
    machine_name_zh: str
    centre: str
    minutes: int


@query
def gantt(session: Session, start: datetime, end: datetime) -> GanttView:
    """Machines and their operations between two moments."""
    frozen_until = clock.now() + timedelta(hours=read_settings(session).frozen_hours)
    return GanttView(
        tuple(_lanes(session, start, end)),
        tuple(_bars(session, start, end, frozen_until)),
        tuple(_holds(session, start, end)),
        frozen_until,
    )


@query
def board_table(session: Session, start: datetime, end: datetime) -> tuple[BoardRow, ...]:
    """The same operations as rows, with their machines, by machine code and start."""
    lanes = {lane.machine_id: lane for lane in _lanes(session, start, end)}
    frozen_until = clock.now() + timedelta(hours=read_settings(session).frozen_hours)
    bars = _bars(session, start, end, frozen_until)
    rows = [_table_row(bar, lanes[bar.machine_id]) for bar in bars if bar.machine_id in lanes]
    return tuple(sorted(rows, key=lambda row: (row.machine, row.bar.start, row.bar.operation_id)))


def _table_row(bar: BarView, lane: LaneView) -> BoardRow:
    minutes = (bar.finish - bar.start) // timedelta(minutes=1)
    return BoardRow(bar, lane.code, lane.name_en, lane.name_zh, lane.centre, minutes)


def _lanes(session: Session, start: datetime, end: datetime) -> list[LaneView]:
    place = working_time.zone(session)
    first = start.astimezone(place).date() - timedelta(days=1)
    days = (end.astimezone(place).date() - first).days + 1
    begin, close = to_minute(start), to_minute(end)
    hours = working_time.open_hours(session, first, days, place)
    usual = {calendar: Opening(WorkingCalendar(found)) for calendar, found in hours.items()}
    # Lanes of one calendar share one tuple, so that the picture shades them once.
    shared = {
        calendar: _spans(opening.calendar.intervals, begin, close) for calendar, opening in usual.items()
    }
    times = _times(session, start, end)
    rows = session.execute(
        select(Machine, WorkCentre.code)
        .join(WorkCentre, WorkCentre.id == Machine.centre_id)
        .where(Machine.active)
        .order_by(Machine.code)
    )
    found = []
    for machine, centre in rows:
        down = times.get(machine.id, ())
        opening = usual[machine.calendar_id]
        if down:
            opening = opening.changed((to_minute(t.start), to_minute(t.end), t.kind) for t in down)
        found.append(
            LaneView(
                machine.id, machine.code, machine.name_en, machine.name_zh,
                _spans(opening.calendar.intervals, begin, close) if down else shared[machine.calendar_id],
                machine.centre_id, centre, _spans(opening.overtime, begin, close),
                tuple(t for t in down if t.kind != MachineTimeKind.OVERTIME),
            )
        )  # fmt: skip
    return found


def _spans(intervals: Iterable[Interval], begin: int, close: int) -> tuple[Span, ...]:
    """The intervals as moments, cut to the picture."""
    return tuple(
        (to_moment(max(opens, begin)), to_moment(min(closes, close)))
        for opens, closes in intervals
        if closes > begin and opens < close
    )


def _times(session: Session, start: datetime, end: datetime) -> dict[int, list[DownView]]:
    one = MachineTime
    rows = session.execute(
        select(one.machine_id, one.id, one.kind, one.starts_at, one.ends_at, one.reason)
        .where(one.starts_at < end, one.ends_at > start)
        .order_by(one.machine_id, one.starts_at)
    )
    found: dict[int, list[DownView]] = defaultdict(list)
    for machine, number, kind, starts, ends, reason in rows:
        found[machine].append(DownView(number, kind, starts, ends, reason))
    return found


def _bars(session: Session, start: datetime, end: datetime, frozen_until: datetime) -> list[BarView]:
    step, order = ProductionOperation, ProductionOrder
    rows = session.execute(
        select(
            step.id, step.order_id, step.machine_id, step.planned_start, step.setup_finish,
            step.planned_finish, step.name_en, step.name_zh, step.state, step.sequence, step.version,
            step.family, step.campaign, step.locked, step.centre_id,
            order.number, order.item_id, order.quantity, order.due, order.planned_finish,
            SalesOrder.id, SalesOrder.number, Partner.name, needed_by(),
        )
        .join(order, order.id == step.order_id)
        .outerjoin(SalesOrder, SalesOrder.id == order.sales_order_id)
        .outerjoin(Partner, Partner.id == SalesOrder.customer_id)
        .where(step.machine_id.is_not(None), step.state != OperationState.CANCELLED)
        .where(step.planned_start < end, step.planned_start > start - LONGEST, step.planned_finish > start)
        .order_by(step.machine_id, step.planned_start, step.id)
    ).all()  # fmt: skip
    drawer = _Drawer(session, rows, frozen_until)
    return [drawer.bar(row) for row in rows]


class _Drawer:
    """Makes bars, one machine after another and by start, so that each knows what was before it."""

    def __init__(self, session: Session, rows: Sequence[Any], frozen_until: datetime) -> None:
        self._names = ItemNames(session, {row[16] for row in rows})
        self._resources = _resource_codes(session)
        self._minutes, self._default = _changeovers(session)
        self._place = working_time.zone(session)
        self._frozen_until = frozen_until
        self._now = clock.now()
        self._days: dict[datetime, date] = {}
        self._before: tuple[int, str, str] | None = None

    def bar(self, row: Any) -> BarView:
        """The bar of a row of ``_bars``."""
        (
            number, order_id, machine, start, setup_finish, finish, name_en, name_zh, state, sequence,
            version, family, campaign, locked, centre, order_number, item, quantity, due, order_finish,
            sales_id, sales_number, customer, needed,
        ) = row  # fmt: skip
        lateness = 0 if order_finish is None else (self._day(order_finish) - needed).days
        waits = state == OperationState.WAITING
        return BarView(
            number, order_id, order_number, machine, start, setup_finish or start, finish, name_en, name_zh,
            self._names.of(item, ENGLISH), self._names.of(item, CHINESE), quantity, state, lateness > 0,
            sales_number or "", customer or "", sequence, version, sales_id, family, campaign, locked,
            waits and self._now <= start < self._frozen_until,
            self._changeover(machine, centre, family, campaign), due, lateness,
            self._resources.get(number, ()),
        )  # fmt: skip

    def _changeover(self, machine: int, centre: int, family: str, campaign: str) -> int:
        """Minutes from the bar before on the same machine; the first in the picture shows none."""
        before, self._before = self._before, (machine, family, campaign)
        if before is None or before[0] != machine or (campaign and before[2] == campaign):
            return 0
        if not before[1] or not family:
            return self._minutes.get((centre, before[1], family), 0)
        usual = 0 if before[1] == family else self._default.get(centre, 0)
        return self._minutes.get((centre, before[1], family), usual)

    def _day(self, moment: datetime) -> date:
        found = self._days.get(moment)
        if found is None:
            found = self._days[moment] = _day_of(moment, self._place)
        return found


def _day_of(moment: datetime, place: ZoneInfo) -> date:
    return clock.day_of(moment, place.key)


def _changeovers(session: Session) -> tuple[Mapping[tuple[int, str, str], int], Mapping[int, int]]:
    """Minutes by centre, from and to; what a pair that is not listed costs, by centre."""
    one = Changeover
    rows = session.execute(select(one.centre_id, one.from_family, one.to_family, one.minutes))
    usual = session.execute(select(WorkCentre.id, WorkCentre.changeover_minutes))
    return {(a, b, c): minutes for a, b, c, minutes in rows}, {row[0]: row[1] for row in usual}


def _resource_codes(session: Session) -> dict[int, tuple[str, ...]]:
    """Operation → codes of the resources that it holds."""
    found: dict[int, tuple[str, ...]] = {}
    rows = session.execute(
        select(OperationResource.operation_id, Resource.code)
        .join(Resource, Resource.id == OperationResource.resource_id)
        .order_by(OperationResource.operation_id, Resource.code)
    )
    for operation, code in rows:
        found[operation] = (*found.get(operation, ()), code)
    return found


def _holds(session: Session, start: datetime, end: datetime) -> list[HoldView]:
    block, hold = PromiseBlock, PromiseHold
    rows = session.execute(
        select(
            block.id, block.hold_id, block.machine_id, block.starts_at, block.ends_at, hold.promised_on,
            Quotation.number, Partner.name,
        )
        .join(hold, hold.id == block.hold_id)
        .outerjoin(Quotation, Quotation.id == hold.quotation_id)
        .outerjoin(Partner, Partner.id == Quotation.customer_id)
        .where(still_open(), block.starts_at < end, block.ends_at > start)
        .order_by(block.machine_id, block.starts_at)
    )  # fmt: skip
    return [
        HoldView(number, held, machine, starts, ends, promised, quotation or "", customer or "")
        for number, held, machine, starts, ends, promised, quotation, customer in rows
    ]
