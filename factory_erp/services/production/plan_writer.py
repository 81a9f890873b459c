"""Writing planned production orders: copies of bill and routing, pegs, and words to be found by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from factory_erp.models.engineering import RoutingOperation
from factory_erp.models.planning import OperationResource
from factory_erp.models.production import (
    EligibleMachine,
    Peg,
    PegSource,
    ProductionMaterial,
    ProductionOperation,
    ProductionOrder,
    ProductionState,
)
from factory_erp.models.search import SearchEntry
from factory_erp.planning.calendar import to_moment
from factory_erp.planning.material.explode import PlannedOrder
from factory_erp.services import clock, working_time
from factory_erp.services.bulk import insert_rows
from factory_erp.services.engineering.resources import resources_of
from factory_erp.services.engineering.structure import micro, whole
from factory_erp.services.material.explosion import (
    OPEN_LINE,
    OPEN_ORDER,
    STOCK,
    Explosion,
    run_minutes,
    wait_minutes,
)
from factory_erp.services.names import ItemNames
from factory_erp.services.numbering import next_numbers
from factory_erp.services.purchasing.arrivals import follow_arrivals


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


@dataclass(frozen=True, slots=True)
class WrittenOrders:
    """Ids of what was written: production orders by their keys, materials by the keys of components."""

    orders: Mapping[str, int]
    materials: Mapping[str, int]


class PlanWriter:
    """Writes one explosion: eight bulk inserts at most, whatever the size of the order."""

    def __init__(self, session: Session, occasion: Occasion, explosion: Explosion) -> None:
        self._session, self._occasion, self._explosion = session, occasion, explosion
        self._made = explosion.made
        self._zone = working_time.zone(session)

    def write(self) -> WrittenOrders:
        """Production orders with operations and materials, pegs, and entries to be found by."""
        rows = self._order_rows()
        ids = insert_rows(self._session, ProductionOrder, rows)
        orders = {planned.key: order_id for planned, order_id in zip(self._made, ids, strict=True)}
        self._write_operations(orders)
        materials = self._write_materials(orders)
        demands = {key: {"material_id": row_id} for key, row_id in materials.items()}
        pegs = self._peg_rows(orders, {**demands, **self._occasion.demands})
        insert_rows(self._session, Peg, pegs)
        if any(peg["purchase_line_id"] for peg in pegs):
            follow_arrivals(self._session, ids)
        insert_rows(self._session, SearchEntry, self._search_rows(rows, ids))
        return WrittenOrders(orders, materials)

    def occasion_of(self, _planned: PlannedOrder) -> Occasion:
        """What an order is planned for; the writer of several occasions answers each one's own."""
        return self._occasion

    def _order_rows(self) -> list[dict[str, Any]]:
        arrival = self._explosion.arrivals()
        year = clock.today().year
        before = self._planned_before()
        numbers = next_numbers(self._session, "MO", year, len(self._made))
        return [
            {
                "number": number,
                "state": ProductionState.PLANNED,
                "item_id": planned.item,
                "sales_order_id": self.occasion_of(planned).sales_order_id,
                "batch": self._occasion.batches.get(planned.item, ""),
                "quantity": whole(planned.quantity),
                "due": working_time.day_of(planned.due, self._zone),
                "material_at": to_moment(arrival[planned.key]) if planned.key in arrival else None,
                "client_key": _client_key(
                    self.occasion_of(planned).key, planned.item, before.get(planned.item, 0)
                ),
            }
            for planned, number in zip(self._made, numbers, strict=True)
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
        held = resources_of(self._session, [step.id for _planned, step in steps])
        resources = [
            {"operation_id": operation_id, "resource_id": resource_id}
            for operation_id, (_planned, step) in zip(ids, steps, strict=True)
            for resource_id in held.get(step.id, ())
        ]
        insert_rows(self._session, OperationResource, resources)

    def _write_materials(self, orders: dict[str, int]) -> dict[str, int]:
        """Insert the materials; demand key of each → its id."""
        keys = [part.key for planned in self._made for part in planned.components]
        rows = [row for planned in self._made for row in _material_rows(orders[planned.key], planned)]
        ids = insert_rows(self._session, ProductionMaterial, rows)
        insert_rows(self._session, ProductionMaterial, self._by_product_rows(orders))
        return dict(zip(keys, ids, strict=True))

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
                "production_order_id": orders.get(peg.supply_key) or _named(peg.supply_key, OPEN_ORDER),
                "purchase_line_id": _named(peg.supply_key, OPEN_LINE),
                "quantity": whole(peg.quantity),
                "due": due.get(peg.supply_key),
            }
            for peg in self._explosion.plan.pegs
            if peg.demand_key in demands
        ]

    def _search_rows(self, rows: Sequence[dict[str, Any]], ids: Sequence[int]) -> list[dict[str, Any]]:
        names = ItemNames(self._session, [planned.item for planned in self._made])
        return [
            self._search_row(row["number"], order_id, planned, names)
            for row, order_id, planned in zip(rows, ids, self._made, strict=True)
        ]

    def _search_row(
        self, number: str, order_id: int, planned: PlannedOrder, names: ItemNames
    ) -> dict[str, Any]:
        item_id, occasion = planned.item, self.occasion_of(planned).number
        subtitle = " · ".join(filter(None, (self._explosion.parts.items[item_id].sku, occasion)))
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
        "max_wait_minutes": step.max_wait_minutes,
        "resumable": step.resumable,
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
    made = supply_key in orders or supply_key.startswith(OPEN_ORDER)
    return PegSource.PRODUCTION if made else PegSource.PURCHASE


def _named(supply_key: str, prefix: str) -> int | None:
    """The id that a supply's key names after *prefix*; None for another kind of supply."""
    return int(supply_key.removeprefix(prefix)) if supply_key.startswith(prefix) else None
