"""Rules that every material plan keeps, looked at without the code that made it."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from factory_erp.models.database import Database
from factory_erp.models.inventory import Location, StockBalance
from factory_erp.models.planning import PlanPeg, PurchaseLine, Suggestion
from factory_erp.models.production import Peg, PegSource, ProductionMaterial, ProductionOrder
from factory_erp.models.sales import SalesLine, SalesOrder

ZERO = Decimal(0)


def supplies_pegged_twice(db: Database) -> list[str]:
    """Every supply of which firm pegs and the plan's take more than it gives, before anything is shipped."""
    with db.session() as session:
        return [
            f"{kind} {at}: {taken} of {gives}"
            for (kind, at, _item), (gives, taken) in _supplies(session).items()
            if taken > gives
        ]


def _supplies(session: Session) -> dict[tuple[str, int, int], tuple[Decimal, Decimal]]:
    gives: dict[tuple[str, int, int], Decimal] = defaultdict(Decimal)
    taken: dict[tuple[str, int, int], Decimal] = defaultdict(Decimal)
    for order in session.scalars(select(ProductionOrder)):
        if order.state != "cancelled":
            gives["production", order.id, order.item_id] = order.quantity - order.scrap
            for part in order.materials:
                if part.by_product:
                    gives["production", order.id, part.item_id] += part.quantity
    for line in session.scalars(select(PurchaseLine)):
        gives["purchase", line.id, line.item_id] = line.quantity - line.received
    for one in session.scalars(select(Suggestion)):
        gives["suggestion", one.id, one.item_id] = one.quantity
    held = (
        select(StockBalance.item_id, func.sum(StockBalance.on_hand))
        .join(Location, Location.id == StockBalance.location_id)
        .where(Location.kind == "warehouse")
        .group_by(StockBalance.item_id)
    )
    for item, quantity in session.execute(held):
        gives["stock", 0, item] = quantity
    for peg in session.scalars(select(Peg)):
        if peg.source == PegSource.PRODUCTION:
            taken["production", peg.production_order_id or 0, peg.item_id] += peg.quantity
        elif peg.source == PegSource.STOCK:
            taken["stock", 0, peg.item_id] += peg.quantity
        elif peg.purchase_line_id:
            taken["purchase", peg.purchase_line_id, peg.item_id] += peg.quantity
    for planned in session.scalars(select(PlanPeg)):
        taken[_planned(planned)] += planned.quantity
    by_products = {key for key in taken if key[0] == "suggestion" and key not in gives}
    return {
        key: (gives.get(key, ZERO), quantity) for key, quantity in taken.items() if key not in by_products
    }


def _planned(peg: PlanPeg) -> tuple[str, int, int]:
    if peg.suggestion_id:
        return "suggestion", peg.suggestion_id, peg.item_id
    if peg.production_order_id:
        return "production", peg.production_order_id, peg.item_id
    if peg.purchase_line_id:
        return "purchase", peg.purchase_line_id, peg.item_id
    return "stock", 0, peg.item_id


def uncovered(db: Database) -> list[str]:
    """Order lines and materials of open production that pegs, firm or planned, do not cover."""
    with db.session() as session:
        wanted: dict[tuple[str, int], Decimal] = {}
        lines = select(SalesLine).join(SalesOrder, SalesOrder.id == SalesLine.order_id)
        for line in session.scalars(lines.where(SalesOrder.state.in_(("confirmed", "in_production")))):
            wanted["line", line.id] = line.quantity - line.shipped
        parts = select(ProductionMaterial).join(
            ProductionOrder, ProductionOrder.id == ProductionMaterial.order_id
        )
        opened = ProductionOrder.state.in_(("planned", "released", "in_progress"))
        for part in session.scalars(parts.where(opened, ProductionMaterial.by_product.is_(False))):
            wanted["part", part.id] = part.quantity - part.issued
        for peg in (*session.scalars(select(Peg)), *session.scalars(select(PlanPeg))):
            ordered = isinstance(peg, PlanPeg) or peg.source != "purchase" or peg.purchase_line_id
            name = ("line", peg.sales_line_id) if peg.sales_line_id else ("part", peg.material_id or 0)
            if ordered and name in wanted:
                wanted[name] -= peg.quantity
        return [f"{kind} {at}: {left} missing" for (kind, at), left in wanted.items() if left > 0]
