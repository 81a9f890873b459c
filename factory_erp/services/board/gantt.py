"""The schedule as a picture: a lane per machine with its hours, a bar per operation, what promises keep."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from factory_erp.models.engineering import Machine, WorkCentre
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
from factory_erp.services.board.gantt_changeovers import SetUp, read_changeovers, set_up_at
from factory_erp.services.bulk import chunks
from factory_erp.services.floor.planning_settings import read_settings
from factory_erp.services.floor.reading import goes_on, needed_by
from factory_erp.services.names import CHINESE, ENGLISH, ItemNames
from factory_erp.services.stock.promise_open import still_open
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
        # What waits in a stopped order has no place: the schedule gives its hours to others.
        .where(or_(step.state != OperationState.WAITING, goes_on()))
        .where(step.planned_start < end, step.planned_start > start - LONGEST, step.planned_finish > start)
        .order_by(step.machine_id, step.planned_start, step.id)
    ).all()  # fmt: skip
    drawer = _Drawer(session, rows, start, frozen_until)
    return [drawer.bar(row) for row in rows]


class _Drawer:
    """Makes bars, one machine after another and by start, so that each knows what was before it."""

    def __init__(
        self, session: Session, rows: Sequence[Any], start: datetime, frozen_until: datetime
    ) -> None:
        self._names = ItemNames(session, {row[16] for row in rows})
        self._resources = _resource_codes(session, (row[0] for row in rows))
        self._changeovers = read_changeovers(session)
        self._set_up: dict[int, SetUp] = set_up_at(session, start)
        self._place = working_time.zone(session)
        self._frozen_until = frozen_until
        self._now = clock.now()
        self._days: dict[datetime, date] = {}

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
            self._changeover(machine, centre, (family, campaign)), due, lateness,
            self._resources.get(number, ()),
        )  # fmt: skip

    def _changeover(self, machine: int, centre: int, needed: SetUp) -> int:
        """Minutes from what was on the same machine before."""
        before, self._set_up[machine] = self._set_up.get(machine), needed
        return self._changeovers.minutes(centre, before, needed)

    def _day(self, moment: datetime) -> date:
        found = self._days.get(moment)
        if found is None:
            found = self._days[moment] = _day_of(moment, self._place)
        return found


def _day_of(moment: datetime, place: ZoneInfo) -> date:
    return clock.day_of(moment, place.key)


def _resource_codes(session: Session, operation_ids: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """Operation → codes of the resources that it holds."""
    one = OperationResource
    found: dict[int, tuple[str, ...]] = {}
    for part in chunks(operation_ids):
        rows = session.execute(
            select(one.operation_id, Resource.code)
            .join(Resource, Resource.id == one.resource_id)
            .where(one.operation_id.in_(part))
            .order_by(one.operation_id, Resource.code)
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
