"""Planning: what to make and buy for an order, when each operation runs, what can be promised.

The arithmetic is in the pure package ``factory_erp.planning``; here the records are read in bulk,
translated, and the difference is written back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from factory_erp.domain.errors import NotAllowed
from factory_erp.i18n import _
from factory_erp.models.catalog import Item
from factory_erp.models.engineering import RoutingOperation
from factory_erp.models.production import (
    EligibleMachine,
    Peg,
    PegSource,
    ProductionMaterial,
    ProductionOperation,
    ProductionOrder,
    ProductionState,
)
from factory_erp.models.sales import OrderState, SalesLine, SalesOrder
from factory_erp.models.search import SearchEntry
from factory_erp.planning.calendar import to_moment
from factory_erp.planning.material.explode import PlannedOrder
from factory_erp.services import clock, working_time
from factory_erp.services.base import get, query, use_case
from factory_erp.services.bulk import insert_rows
from factory_erp.services.engineering import micro, whole
from factory_erp.services.explosion import (
    LINE_COLUMN,
    STOCK,
    Explosion,
    Gap,
    explode_order,
    gaps,
    line_key,
    run_minutes,
    wait_minutes,
)
from factory_erp.services.gantt import BarView, GanttView, LaneView, gantt
from factory_erp.services.names import ItemNames
from factory_erp.services.numbering import next_number
from factory_erp.services.promise import PromiseView, promise, promise_date
from factory_erp.services.reservations import purchase_totals, settle
from factory_erp.services.sales import set_state
from factory_erp.services.scheduling import LateOrder, ScheduleOutcome, schedule

__all__ = [
    "BarView",
    "GanttView",
    "LaneView",
    "LateOrder",
    "PlanOutcome",
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
        _make_up(session, order)
        return outcome(session, order)
    if order.state in PLANNED_BEFORE or _is_pegged(session, order):
        return outcome(session, order)
    if order.state != OrderState.CONFIRMED:
        raise NotAllowed(
            _("Order {number} is not confirmed, so it cannot be planned.", number=order.number),
            record=order.number,
            field=_("State"),
            remedy=_("Confirm the order first."),
        )
    explosion = explode_order(session, order, due_days(session, order), reserve=True)
    PlanWriter(session, _occasion(order), explosion).write()
    set_state(session, order, OrderState.IN_PRODUCTION if explosion.plan.planned else OrderState.READY)
    session.flush()
    return outcome(session, order)


def _make_up(session: Session, order: SalesOrder) -> None:
    """Plan what an order in production still lacks, and see whether it is ready with what is there."""
    missing = gaps(session, order)
    if missing:
        due = due_days(session, order)
        explosion = explode_order(session, order, due, wanted=missing, reserve=True)
        PlanWriter(session, _occasion(order, missing), explosion).write()
    settle(session, order)


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


@dataclass(frozen=True, slots=True)
class Occasion:
    """What production is planned for: a sales order, or without one a batch.

    *number* is how people know it, *key* begins the client keys of what is planned. *demands* are
    those that pegs lead to: key in the material plan → column and id. *batches*: item → number of its batch.
    """

    number: str
    key: str
    demands: Mapping[str, Mapping[str, int]]
    sales_order_id: int | None = None
    batches: Mapping[int, str] = field(default_factory=dict)


def _occasion(order: SalesOrder, missing: Sequence[Gap] = ()) -> Occasion:
    demands = {line_key(line.id): {LINE_COLUMN: line.id} for line in order.lines}
    demands |= {gap.key: {gap.column: gap.id} for gap in missing}
    return Occasion(order.number, f"plan:{order.id}", demands, order.id)


class PlanWriter:
    """Writes one explosion: seven bulk inserts at most, whatever the size of the order."""

    def __init__(self, session: Session, occasion: Occasion, explosion: Explosion) -> None:
        self._session, self._occasion, self._explosion = session, occasion, explosion
        self._made = explosion.made
        self._zone = working_time.zone(session)

    def write(self) -> None:
        """Production orders with operations and materials, pegs, and entries to be found by."""
        rows = self._order_rows()
        ids = insert_rows(self._session, ProductionOrder, rows)
        orders = {planned.key: order_id for planned, order_id in zip(self._made, ids, strict=True)}
        self._write_operations(orders)
        demands = {**self._write_materials(orders), **self._occasion.demands}
        insert_rows(self._session, Peg, self._peg_rows(orders, demands))
        insert_rows(self._session, SearchEntry, self._search_rows(rows, ids))

    def _order_rows(self) -> list[dict[str, Any]]:
        arrival = self._explosion.arrivals()
        year = clock.today().year
        before = self._planned_before()
        return [
            {
                "number": next_number(self._session, "MO", year),
                "state": ProductionState.PLANNED,
                "item_id": planned.item,
                "sales_order_id": self._occasion.sales_order_id,
                "batch": self._occasion.batches.get(planned.item, ""),
                "quantity": whole(planned.quantity),
                "due": working_time.day_of(planned.due, self._zone),
                "material_at": to_moment(arrival[planned.key]) if planned.key in arrival else None,
                "client_key": _client_key(self._occasion.key, planned.item, before.get(planned.item, 0)),
            }
            for planned in self._made
        ]

    def _planned_before(self) -> dict[int, int]:
        """Item → how many production orders the sales order has for it."""
        order_id = self._occasion.sales_order_id
        if order_id is None:
            return {}
        made = select(ProductionOrder.item_id, func.count()).filter_by(sales_order_id=order_id)
        return {row[0]: row[1] for row in self._session.execute(made.group_by(ProductionOrder.item_id))}

    def _write_operations(self, orders: dict[str, int]) -> None:
        """Insert the steps as the routings say them now, with the machines that may do each."""
        steps = [
            (planned, step)
            for planned in self._made
            for step in self._explosion.routings[planned.item].operations
        ]
        rows = [_operation_row(orders[planned.key], planned, step) for planned, step in steps]
        ids = insert_rows(self._session, ProductionOperation, rows)
        machines = [
            {
                "operation_id": operation_id,
                "machine_id": choice.machine_id,
                "speed_percent": choice.speed_percent,
                "setup_minutes": choice.setup_minutes,
            }
            for operation_id, (_planned, step) in zip(ids, steps, strict=True)
            for choice in step.machines
        ]
        insert_rows(self._session, EligibleMachine, machines)

    def _write_materials(self, orders: dict[str, int]) -> dict[str, dict[str, int]]:
        """Insert the materials; demand key of each → the column that a peg names it by."""
        keys = [part.key for planned in self._made for part in planned.components]
        rows = [row for planned in self._made for row in _material_rows(orders[planned.key], planned)]
        ids = insert_rows(self._session, ProductionMaterial, rows)
        insert_rows(self._session, ProductionMaterial, self._by_product_rows(orders))
        return {key: {"material_id": row_id} for key, row_id in zip(keys, ids, strict=True)}

    def _by_product_rows(self, orders: dict[str, int]) -> list[dict[str, Any]]:
        """What will come out beside what is made: nobody's demand, so without a peg."""
        parts = self._explosion.parts
        return [
            _material_row(orders[planned.key], position, found.item_id, quantity, found.operation, True)
            for planned in self._made
            for position, found in enumerate(
                parts.by_products(planned.item), start=len(planned.components) + 1
            )
            if (quantity := _down(found.share * planned.quantity, parts.items[found.item_id].step))
        ]

    def _peg_rows(
        self, orders: Mapping[str, int], demands: Mapping[str, Mapping[str, int]]
    ) -> list[dict[str, Any]]:
        bought = self._explosion.bought
        due = {planned.key: working_time.day_of(planned.due, self._zone) for planned in bought}
        return [
            {
                "sales_line_id": None,
                "material_id": None,
                **demands[peg.demand_key],
                "item_id": peg.item,
                "source": _source(peg.supply_key, orders),
                "production_order_id": orders.get(peg.supply_key),
                "quantity": whole(peg.quantity),
                "due": due.get(peg.supply_key),
            }
            for peg in self._explosion.plan.pegs
            if peg.demand_key in demands
        ]

    def _search_rows(self, rows: Sequence[dict[str, Any]], ids: Sequence[int]) -> list[dict[str, Any]]:
        names = ItemNames(self._session, [planned.item for planned in self._made])
        return [
            self._search_row(row["number"], order_id, row["item_id"], names)
            for row, order_id in zip(rows, ids, strict=True)
        ]

    def _search_row(self, number: str, order_id: int, item_id: int, names: ItemNames) -> dict[str, Any]:
        subtitle = f"{self._explosion.parts.items[item_id].sku} · {self._occasion.number}"
        words = (number, subtitle, *names.words(item_id))
        return {
            "kind": "production", "record_id": order_id, "title": number, "subtitle": subtitle,
            "text": "\n".join(words),
        }  # fmt: skip


def _client_key(occasion: str, item_id: int, before: int) -> str:
    """Once per occasion and item, and once for each time that it has to be made up."""
    return f"{occasion}:{item_id}" + (f":{before + 1}" if before else "")


def _operation_row(order_id: int, planned: PlannedOrder, step: RoutingOperation) -> dict[str, Any]:
    return {
        "order_id": order_id,
        "sequence": step.sequence,
        "name_en": step.name_en,
        "name_zh": step.name_zh,
        "centre_id": step.centre_id,
        "setup_minutes": step.setup_minutes,
        "run_minutes": run_minutes(step.run_seconds, whole(planned.quantity), step.batch_size),
        "queue_minutes": wait_minutes(step),
        "family": step.family,
        "transfer_lot": step.transfer_lot,
        "subcontractor_id": step.subcontractor_id,
        "subcontract_days": step.subcontract_days,
        "quality_point": step.quality_point,
    }


def _material_rows(order_id: int, planned: PlannedOrder) -> list[dict[str, Any]]:
    return [
        _material_row(order_id, position, part.item, whole(part.quantity), part.operation, False)
        for position, part in enumerate(planned.components, start=1)
    ]


def _material_row(
    order_id: int, position: int, item_id: int, quantity: Decimal, operation: int | None, by_product: bool
) -> dict[str, Any]:
    return {
        "order_id": order_id,
        "position": position,
        "item_id": item_id,
        "quantity": quantity,
        "operation": operation,
        "by_product": by_product,
    }


def _down(micros: Fraction, step: Decimal) -> Decimal:
    """Micro-units as a quantity that the item can have, rounded down: no more is promised than comes."""
    steps = int(micros // micro(step))
    return steps * step


def _source(supply_key: str, orders: Mapping[str, int]) -> PegSource:
    if supply_key.startswith(STOCK):
        return PegSource.STOCK
    return PegSource.PRODUCTION if supply_key in orders else PegSource.PURCHASE
