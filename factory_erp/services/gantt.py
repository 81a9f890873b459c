"""The schedule as a picture: a lane per machine with its open hours, a bar per operation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from factory_erp.models.engineering import Machine
from factory_erp.models.partners import Partner
from factory_erp.models.production import OperationState, ProductionOperation, ProductionOrder
from factory_erp.models.sales import SalesOrder
from factory_erp.planning.calendar import to_minute, to_moment
from factory_erp.services import clock, working_time
from factory_erp.services.base import query
from factory_erp.services.floor import needed_by
from factory_erp.services.names import CHINESE, ENGLISH, ItemNames

LONGEST = timedelta(days=60)
"""Operations that begin earlier than this before the picture are not looked for."""


@dataclass(frozen=True, slots=True)
class LaneView:
    """A machine, and when it is open within the picture (UTC)."""

    machine_id: int
    code: str
    name_en: str
    name_zh: str
    open: tuple[tuple[datetime, datetime], ...]


@dataclass(frozen=True, slots=True)
class BarView:
    """An operation on its machine (UTC); ``late``: its production order ends after it is needed."""

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


@dataclass(frozen=True, slots=True)
class GanttView:
    """Lanes by machine code, bars by machine and start."""

    lanes: tuple[LaneView, ...]
    bars: tuple[BarView, ...]


@query
def gantt(session: Session, start: datetime, end: datetime) -> GanttView:
    """Machines and their operations between two moments."""
    return GanttView(tuple(_lanes(session, start, end)), tuple(_bars(session, start, end)))


def _lanes(session: Session, start: datetime, end: datetime) -> list[LaneView]:
    place = working_time.zone(session)
    first = start.astimezone(place).date() - timedelta(days=1)
    days = (end.astimezone(place).date() - first).days + 1
    begin, close = to_minute(start), to_minute(end)
    hours = {
        calendar: tuple(
            (to_moment(max(opens, begin)), to_moment(min(closes, close)))
            for opens, closes in intervals
            if closes > begin and opens < close
        )
        for calendar, intervals in working_time.open_hours(session, first, days, place).items()
    }
    machines = session.scalars(select(Machine).where(Machine.active).order_by(Machine.code))
    return [LaneView(m.id, m.code, m.name_en, m.name_zh, hours[m.calendar_id]) for m in machines]


def _bars(session: Session, start: datetime, end: datetime) -> list[BarView]:
    step, order = ProductionOperation, ProductionOrder
    rows = session.execute(
        select(step, order, SalesOrder.number, Partner.name, needed_by())
        .join(order, order.id == step.order_id)
        .outerjoin(SalesOrder, SalesOrder.id == order.sales_order_id)
        .outerjoin(Partner, Partner.id == SalesOrder.customer_id)
        .where(step.machine_id.is_not(None), step.state != OperationState.CANCELLED)
        .where(step.planned_start < end, step.planned_start > start - LONGEST, step.planned_finish > start)
        .order_by(step.machine_id, step.planned_start, step.id)
    ).all()
    names = ItemNames(session, {row[1].item_id for row in rows})
    place = working_time.zone(session)
    return [_bar(row, names, place.key) for row in rows]


def _bar(
    row: Row[ProductionOperation, ProductionOrder, str, str, date], names: ItemNames, zone: str
) -> BarView:
    step, order, sales_number, customer, needed = row
    assert step.machine_id is not None
    assert step.planned_start is not None
    assert step.planned_finish is not None
    return BarView(
        operation_id=step.id,
        order_id=order.id,
        order_number=order.number,
        machine_id=step.machine_id,
        start=step.planned_start,
        setup_finish=step.setup_finish or step.planned_start,
        finish=step.planned_finish,
        name_en=step.name_en,
        name_zh=step.name_zh,
        item_name_en=names.of(order.item_id, ENGLISH),
        item_name_zh=names.of(order.item_id, CHINESE),
        quantity=order.quantity,
        state=step.state,
        late=order.planned_finish is not None and clock.day_of(order.planned_finish, zone) > needed,
        sales_number=sales_number or "",
        customer=customer or "",
    )
