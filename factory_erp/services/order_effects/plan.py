"""What the material plan gives of open production to those who have no firm peg to it yet.

A part that was ordered from the floor before what it goes into is nobody's by firm pegs: only the plan knows
for whom it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from factory_erp.models.planning import PlanPeg
from factory_erp.models.production import ProductionMaterial, ProductionOrder
from factory_erp.models.sales import SalesLine, SalesOrder
from factory_erp.services.bulk import chunks
from factory_erp.services.production.owners import OVER
from factory_erp.services.stock.reservations import CONSUMING, LINE, MATERIAL
from factory_erp.services.suggestions.chosen import Demand
from factory_erp.services.suggestions.wanted import climb


@dataclass(frozen=True, slots=True)
class Share:
    """*quantity* of what a production order makes is for *users* in the end, or for the safety stock."""

    quantity: Decimal
    users: frozenset[Demand]
    for_stock: bool


def planned_shares(session: Session, order_ids: Collection[int]) -> dict[int, list[Share]]:
    """Production order → what the plan gives of it to lines, materials, suggestions and the safety stock.

    Users who are over since the plan was made are left out.
    """
    rows = [row for part in chunks(order_ids) for row in session.execute(_given(part))]
    above = climb(session, {consumer for *_names, consumer in rows if consumer is not None})
    found = [
        (made or 0, quantity, _direct(line, material) if consumer is None else above[consumer])
        for made, quantity, line, material, consumer in rows
    ]
    going = _going(session, {user for _made, _quantity, users in found for user in users})
    shares: dict[int, list[Share]] = defaultdict(list)
    for made, quantity, users in found:
        shares[made].append(Share(quantity, users & going, not users))
    return shares


def _given(order_ids: list[int]) -> Select[int | None, Decimal, int | None, int | None, int | None]:
    """Pegs of the plan to what the production orders make; by-products are not among it."""
    return (
        select(
            PlanPeg.production_order_id, PlanPeg.quantity, PlanPeg.sales_line_id, PlanPeg.material_id,
            PlanPeg.consumer_id,
        )
        .join(ProductionOrder, ProductionOrder.id == PlanPeg.production_order_id)
        .where(PlanPeg.production_order_id.in_(order_ids), PlanPeg.item_id + 0 == ProductionOrder.item_id)
        .order_by(PlanPeg.id)
    )  # fmt: skip


def _direct(line: int | None, material: int | None) -> frozenset[Demand]:
    if line is not None:
        return frozenset({(LINE, line)})
    return frozenset() if material is None else frozenset({(MATERIAL, material)})


def _going(session: Session, users: Collection[Demand]) -> set[Demand]:
    """Those of the lines and materials whose orders still go on."""
    lines = select(SalesLine.id).join(SalesOrder, SalesOrder.id == SalesLine.order_id)
    parts = select(ProductionMaterial.id).join(
        ProductionOrder, ProductionOrder.id == ProductionMaterial.order_id
    )
    open_ones = (
        (LINE, SalesLine.id, lines.where(SalesOrder.state.not_in(OVER))),
        (MATERIAL, ProductionMaterial.id, parts.where(ProductionOrder.state.in_(CONSUMING))),
    )
    return {
        (kind, row)
        for kind, column, statement in open_ones
        for part in chunks([row for name, row in users if name == kind])
        for row in session.scalars(statement.where(column.in_(part)))
    }
