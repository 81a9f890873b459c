"""The whole factory's items, bills, alternates and lead times as the material plan wants them.

A few statements whatever the size. An item that is made takes its lead days; where none are entered, the
time that its routing says, stretched from working to calendar time, or a day where there is no routing. What
is bought arrives on a day on which its supplier delivers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import Integer, case, cast, func, select
from sqlalchemy.orm import Session

from factory_erp.models.catalog import Item, LotRule, Procurement
from factory_erp.models.engineering import (
    Bill,
    BillAlternate,
    BillLine,
    CalendarShift,
    Machine,
    Routing,
    RoutingOperation,
)
from factory_erp.models.partners import Partner
from factory_erp.planning.calendar import DAY, WorkingCalendar, merge
from factory_erp.planning.material.explode import MICRO, PPM
from factory_erp.planning.material.tables import NO_CALENDAR, Alternates, Items, Lines
from factory_erp.planning.material.tables import LotRule as Rule
from factory_erp.services import working_time
from factory_erp.services.engineering.structure import valid_on
from factory_erp.services.material.columns import Ints, matrix
from factory_erp.services.material.rows import Raw, raw_rows

RULES = {
    LotRule.LOT_FOR_LOT: Rule.LOT_FOR_LOT,
    LotRule.PER_ORDER: Rule.PER_GROUP,
    LotRule.FIXED: Rule.FIXED,
    LotRule.PERIOD: Rule.PERIOD,
}
HORIZON_DAYS = 550
"""How far the suppliers' delivery days are looked up; beyond it every day counts as one."""
WEEK = 7 * DAY
Times = tuple[int, int]
"""Calendar minutes for an order, and micro-minutes for each unit."""
MOST_SCRAP = PPM - 1


@dataclass(frozen=True, slots=True)
class Factory:
    """What everything consists of, and what is wrong with it.

    ``routed``: items whose routing has steps; ``billed``: items with a bill that has components;
    ``lead``: item → minutes to get it and micro-minutes for each unit.
    """

    items: Items
    lines: Lines
    alternates: Alternates
    calendars: tuple[WorkingCalendar, ...]
    routed: frozenset[int]
    billed: frozenset[int]
    hollow: frozenset[int]
    """Items that are used as phantoms, but have no bill: they are planned like any other."""
    lead: dict[int, tuple[int, int]]


def read_factory(session: Session, today: date, place: ZoneInfo) -> Factory:
    """Read items, valid bills and routings of *today*: about ten statements."""
    outputs, bills = _bills(session, today)
    lines, hollow = _lines(session, bills)
    routings = _routings(session, today)
    calendars, of_supplier = _calendars(session, today, place)
    items, lead = _items(session, outputs, routings, of_supplier)
    parts = lines.parent[lines.by_product == 0]
    return Factory(
        items, lines, _alternates(session, lines), calendars, frozenset(routings),
        frozenset(parts.tolist()), hollow, lead,
    )  # fmt: skip


def item_columns() -> list[Any]:
    """What is read of each item, as whole numbers."""
    rule = case({str(word): int(number) for word, number in RULES.items()}, value=Item.lot_rule, else_=1)
    return [
        Item.id, case((Item.procurement == Procurement.MAKE, 1), else_=0), Item.step, rule,
        Item.lot_minimum, Item.lot_multiple, Item.lot_size, Item.period_days, Item.safety_stock,
        Item.lead_days, Item.scrap_percent, func.coalesce(Item.supplier_id, 0),
    ]  # fmt: skip


def line_columns() -> list[Any]:
    """What is read of each bill line, as whole numbers."""
    return [
        BillLine.id, BillLine.bill_id, BillLine.component_id, BillLine.quantity, BillLine.scrap_ppm,
        func.coalesce(BillLine.operation, 0), cast(BillLine.phantom, Integer),
        cast(BillLine.by_product, Integer),
    ]  # fmt: skip


def step_columns() -> list[Any]:
    """What is read of each step of a routing, as whole numbers."""
    step = RoutingOperation
    return [
        step.routing_id, step.setup_minutes, step.run_seconds, step.batch_size,
        step.queue_minutes + step.move_minutes, step.subcontract_days,
    ]  # fmt: skip


def _bills(session: Session, today: date) -> tuple[dict[int, int], dict[int, int]]:
    """Item → the output of its valid bill; bill → its item. Of several the one that began last."""
    statement = select(Bill.item_id, Bill.id, Bill.output).where(valid_on(Bill, today))
    rows = raw_rows(session, statement.order_by(Bill.valid_from, Bill.revision))
    current = {item: (bill, output) for item, bill, output in rows}
    outputs = {item: output for item, (_bill, output) in current.items()}
    return outputs, {bill: item for item, (bill, _output) in current.items()}


def _lines(session: Session, bills: dict[int, int]) -> tuple[Lines, frozenset[int]]:
    statement = select(*line_columns())
    rows = matrix(raw_rows(session, statement.order_by(BillLine.bill_id, BillLine.position)), 8)
    known = np.array(sorted(bills), np.int64)
    rows = rows[:, np.isin(rows[1], known)]
    owners = np.array([bills[bill] for bill in known.tolist()], np.int64)
    parent = owners[np.searchsorted(known, rows[1])] if len(known) else rows[1]
    key, _bill, component, quantity, scrap, operation, phantom, out = rows
    phantom = phantom * (1 - out)
    without = (phantom == 1) & ~np.isin(component, parent[out == 0])
    lines = Lines.columns(
        key=key, parent=parent, component=component, quantity=quantity, scrap_ppm=scrap,
        phantom=np.where(without, 0, phantom), by_product=out, operation=operation,
    ) if len(key) else Lines.none()  # fmt: skip
    return lines, frozenset(component[without].tolist())


def _alternates(session: Session, lines: Lines) -> Alternates:
    one = BillAlternate
    statement = select(one.line_id, one.component_id, one.quantity, one.priority)
    rows = matrix(raw_rows(session, statement.order_by(one.line_id, one.priority)), 4)
    rows = rows[:, np.isin(rows[0], lines.key)]
    if not rows.shape[1]:
        return Alternates.none()
    return Alternates.columns(line=rows[0], component=rows[1], quantity=rows[2], priority=rows[3])


def _routings(session: Session, today: date) -> dict[int, Times]:
    """Item → the times of its valid routing, where that has steps."""
    found = select(Routing.item_id, Routing.id).where(valid_on(Routing, today))
    current: dict[int, int] = dict(raw_rows(session, found.order_by(Routing.valid_from, Routing.revision)))
    owner = {routing: item for item, routing in current.items()}
    return _times(raw_rows(session, select(*step_columns())), owner, _stretch(session))


def _times(rows: Raw, owner: dict[int, int], stretch: Fraction) -> dict[int, Times]:
    """Working minutes are stretched to calendar time; waiting and being away are calendar time already."""
    work: dict[int, int] = defaultdict(int)
    waits: dict[int, int] = defaultdict(int)
    run: dict[int, int] = defaultdict(int)
    for routing, setup, run_micros, batch, waiting, away_days in rows:
        item = owner.get(routing)
        if item is not None:
            waits[item] += waiting + away_days * DAY
            work[item] += 0 if away_days else setup
            run[item] += 0 if away_days else -(-run_micros * MICRO // (60 * (batch or MICRO)))
    top, bottom = stretch.numerator, stretch.denominator
    return {item: (waits[item] + work[item] * top // bottom, run[item] * top // bottom) for item in waits}


def _stretch(session: Session) -> Fraction:
    """Calendar time for working time: a machine that is open 45 hours a week takes 168/45 as long."""
    shift = CalendarShift
    rows = raw_rows(session, select(shift.calendar_id, shift.end_minute - shift.start_minute))
    weekly: dict[int, int] = defaultdict(int)
    for calendar, minutes in rows:
        weekly[calendar] += minutes
    machines = raw_rows(session, select(Machine.calendar_id).where(Machine.active))
    open_minutes = [weekly[calendar] for (calendar,) in machines if weekly[calendar]]
    if not open_minutes:
        return Fraction(1)
    return max(Fraction(1), Fraction(WEEK * len(open_minutes), sum(open_minutes)))


def _calendars(
    session: Session, today: date, place: ZoneInfo
) -> tuple[tuple[WorkingCalendar, ...], dict[int, int]]:
    """The delivery days of suppliers that have a calendar, and supplier → number of its calendar."""
    used = select(Partner.id, Partner.calendar_id).where(Partner.calendar_id.is_not(None))
    suppliers = raw_rows(session, used)
    if not suppliers:
        return (), {}
    hours = working_time.open_hours(session, today - timedelta(days=30), HORIZON_DAYS, place)
    numbers = {calendar: at for at, calendar in enumerate(sorted({row[1] for row in suppliers}))}
    calendars = tuple(_whole_days(hours[calendar], place) for calendar in numbers)
    return calendars, {supplier: numbers[calendar] for supplier, calendar in suppliers}


def _whole_days(hours: Iterable[tuple[int, int]], place: ZoneInfo) -> WorkingCalendar:
    """Open all day on each day with any hours: a delivery counts for its day."""
    days = sorted({working_time.day_of(end, place) for _start, end in hours})
    one = timedelta(days=1)
    ends = ((working_time.end_of_day(day - one, place), working_time.end_of_day(day, place)) for day in days)
    # The minute in which a day is over belongs to it: that is when what comes on it is there.
    return WorkingCalendar(merge((start + 1, end + 1) for start, end in ends))


def _items(
    session: Session,
    outputs: dict[int, int],
    routings: dict[int, Times],
    of_supplier: dict[int, int],
) -> tuple[Items, dict[int, tuple[int, int]]]:
    rows = raw_rows(session, select(*item_columns()).order_by(Item.id))
    if not rows:
        return Items.none(), {}
    ids, make, step, rules, minimum, multiple, lot, period, safety, days, scrap, supplier = matrix(rows, 12)
    lead = _leads(ids, make, days, routings)
    fixed = -(-lot // step) * step
    return Items.columns(
        id=ids, make=make, step=step, rule=np.where((rules == Rule.FIXED) & (lot < 1), 0, rules),
        minimum=minimum, multiple=-(-multiple // step) * step, fixed=fixed,
        period_days=np.maximum(period, 1), safety=safety,
        lead_minutes=[minutes for minutes, _run in lead.values()],
        run=[run for _minutes, run in lead.values()],
        calendar=[NO_CALENDAR if made else of_supplier.get(one, NO_CALENDAR)
                  for one, made in zip(supplier.tolist(), make.tolist(), strict=True)],
        # a percent is ten thousand parts per million, and the column holds millionths of a percent
        scrap_ppm=np.minimum(np.where(make == 1, scrap // 100, 0), MOST_SCRAP),
        bill_output=[outputs.get(item, MICRO) for item in ids.tolist()],
    ), lead  # fmt: skip


def _leads(ids: Ints, make: Ints, days: Ints, routings: dict[int, Times]) -> dict[int, tuple[int, int]]:
    found: dict[int, tuple[int, int]] = {}
    for item, made, lead_days in zip(ids.tolist(), make.tolist(), days.tolist(), strict=True):
        if lead_days or not made:
            found[item] = (lead_days * DAY, 0)
        else:
            found[item] = routings.get(item, (DAY, 0))
    return found


def lead_minutes(factory: Factory, item: int, quantity: int) -> int:
    """Minutes to get *quantity* micro-units of the item once its components are there."""
    fixed, run = factory.lead[item]
    return fixed + -(-quantity * run // (MICRO * MICRO))
