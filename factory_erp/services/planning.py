"""Planning: what to make and buy for an order, when each operation runs, what can be promised.

The arithmetic is in the pure package ``factory_erp.planning``; here the records are read in bulk,
translated, and the difference is written back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.domain.errors import NotAllowed
from factory_erp.i18n import _
from factory_erp.models.catalog import Item
from factory_erp.models.production import (
    Peg,
    ProductionOrder,
    ProductionState,
)
from factory_erp.models.sales import OrderState, SalesLine, SalesOrder
from factory_erp.services import clock, working_time
from factory_erp.services.base import get, query, use_case
from factory_erp.services.board.gantt import BarView, GanttView, LaneView, gantt
from factory_erp.services.material.explosion import (
    LINE_COLUMN,
    Explosion,
    Gap,
    explode_order,
    gaps,
    line_key,
)
from factory_erp.services.production.plan_writer import Occasion, PlanWriter
from factory_erp.services.promise.asking import PromiseView, promise, promise_date
from factory_erp.services.promise.places import take_places
from factory_erp.services.sales.orders import set_state
from factory_erp.services.schedule.scheduling import LateOrder, ScheduleOutcome, schedule
from factory_erp.services.stock.promise_settled import planned
from factory_erp.services.stock.reservations import purchase_totals, settle

__all__ = [
    "BarView",
    "GanttView",
    "LaneView",
    "LateOrder",
    "Occasion",
    "PlanOutcome",
    "PlanWriter",
    "PromiseView",
    "ScheduleOutcome",
    "Shortage",
    "gantt",
    "plan_order",
    "promise",
    "promise_date",
    "schedule",
    "shortfall",
]

PLANNED_BEFORE = frozenset(
    {OrderState.IN_PRODUCTION, OrderState.READY, OrderState.SHIPPED, OrderState.CLOSED}
)


@dataclass(frozen=True, slots=True)
class Shortage:
    """So much of a bought item is missing, and when it is needed."""

    item_id: int
    sku: str
    quantity: Decimal
    needed_on: date


@dataclass(frozen=True, slots=True)
class PlanOutcome:
    """The production orders of a sales order, parents first, and what has to be bought for them."""

    production_orders: tuple[int, ...]
    shortages: tuple[Shortage, ...]


@use_case
def plan_order(session: Session, order_id: int) -> PlanOutcome:
    """Make the production orders of a confirmed order, and peg its lines all the way down.

    Free stock is taken first; for each item to be made there is one production order with a copy
    of its routing and materials; what must be bought is pegged to a purchase. Planning again makes up
    what is missing since, through scrap for example, and otherwise changes nothing. Raises NotAllowed
    for an order that is not confirmed or an item without a routing, BillCycle for a circular bill.
    """
    order = get(session, SalesOrder, order_id, lock=True)
    if order.state == OrderState.IN_PRODUCTION:
        make_up(session, order)
        return outcome(session, order)
    if order.state in PLANNED_BEFORE:
        return outcome(session, order)
    if order.state != OrderState.CONFIRMED:
        raise NotAllowed(
            _("Order {number} is not confirmed, so it cannot be planned.", number=order.number),
            record=order.number,
            field=_("State"),
            remedy=_("Confirm the order first."),
        )
    if _is_pegged(session, order):
        # Suggestions of the material plan were accepted for it.
        set_state(session, order, OrderState.IN_PRODUCTION)
        make_up(session, order)
        return outcome(session, order)
    explosion = explode_order(session, order, due_days(session, order), reserve=True)
    _write(session, _occasion(order), explosion)
    planned(session, order.id)
    set_state(session, order, OrderState.IN_PRODUCTION if explosion.plan.planned else OrderState.READY)
    session.flush()
    return outcome(session, order)


def make_up(session: Session, order: SalesOrder) -> None:
    """Plan what an order in production still lacks, and see whether it is ready with what is there."""
    missing = gaps(session, order)
    if missing:
        due = due_days(session, order)
        explosion = explode_order(session, order, due, wanted=missing, reserve=True)
        _write(session, _occasion(order, missing), explosion)
    planned(session, order.id)
    settle(session, order)


def _write(session: Session, occasion: Occasion, explosion: Explosion) -> None:
    """Write the production orders; their steps begin where a promise that the order took over has room."""
    written = PlanWriter(session, occasion, explosion).write()
    take_places(session, written.orders.values())
    session.flush()


@query
def shortfall(session: Session, order_id: int) -> tuple[Shortage, ...]:
    """What an order in production lacks and nothing planned or bought will bring; empty if all is covered.

    Planning the order again makes it up. Soonest needed first.
    """
    order = get(session, SalesOrder, order_id)
    missing = gaps(session, order) if order.state == OrderState.IN_PRODUCTION else []
    if not missing:
        return ()
    place, due = working_time.zone(session), due_days(session, order)
    found: dict[int, Shortage] = {}
    for gap in missing:
        day = due[gap.id] if gap.needed_by is None else working_time.day_of(gap.needed_by, place)
        before = found.get(gap.item_id)
        found[gap.item_id] = Shortage(
            gap.item_id,
            get(session, Item, gap.item_id).sku,
            gap.quantity + (before.quantity if before else 0),
            min(day, before.needed_on) if before else day,
        )
    return tuple(sorted(found.values(), key=lambda row: (row.needed_on, row.sku)))


def due_days(session: Session, order: SalesOrder) -> dict[int, date]:
    """Line id → the day it is promised for; without any promise, the earliest that is possible."""
    asked = order.ship_by or order.requested_ship
    undated = asked is None and any(line.promised is None for line in order.lines)
    default = promise_date(session, order) if undated else asked
    return {line.id: line.promised or default or clock.today() for line in order.lines}


def outcome(session: Session, order: SalesOrder) -> PlanOutcome:
    """How *order* is planned now."""
    made = select(ProductionOrder.id).where(
        ProductionOrder.sales_order_id == order.id, ProductionOrder.state != ProductionState.CANCELLED
    )
    return PlanOutcome(
        tuple(session.scalars(made.order_by(ProductionOrder.id))), tuple(shortages(session, order.id))
    )


def shortages(session: Session, order_id: int) -> list[Shortage]:
    """What has still to be bought for a sales order, soonest first."""
    rows = [
        Shortage(item_id, get(session, Item, item_id).sku, quantity, due or clock.today())
        for item_id, quantity, due in purchase_totals(session, order_id)
    ]
    return sorted(rows, key=lambda row: (row.needed_on, row.sku))


def _is_pegged(session: Session, order: SalesOrder) -> bool:
    pegs = select(Peg.id).join(SalesLine, SalesLine.id == Peg.sales_line_id)
    return session.scalar(pegs.where(SalesLine.order_id == order.id).limit(1)) is not None


def _occasion(order: SalesOrder, missing: Sequence[Gap] = ()) -> Occasion:
    demands = {line_key(line.id): {LINE_COLUMN: line.id} for line in order.lines}
    demands |= {gap.key: {gap.column: gap.id} for gap in missing}
    return Occasion(order.number, f"plan:{order.id}", demands, order.id)
