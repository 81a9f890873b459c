"""Whose goods are whose: what pegs keep for a demand, what is still to be bought, what is ready.

A demand is an order line or a material of a production order. There for it is what it is pegged to
in stock and what its production orders have delivered, less what was shipped or issued of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVarTuple

from sqlalchemy import ColumnElement, CompoundSelect, Select, and_, func, or_, select, union, update
from sqlalchemy.orm import Session, aliased, selectinload

from factory_erp.models.production import (
    Peg,
    PegSource,
    ProductionMaterial,
    ProductionOrder,
    ProductionState,
)
from factory_erp.models.sales import OrderState, SalesLine, SalesOrder
from factory_erp.services.base import touched
from factory_erp.services.bulk import chunks
from factory_erp.services.stock.promise_settled import planned
from factory_erp.services.stock.purchases_received import count_received

RESERVING = (OrderState.CONFIRMED, OrderState.IN_PRODUCTION, OrderState.READY, OrderState.ON_HOLD)
"""Sales orders whose pegged stock is not anybody else's."""
CONSUMING = (ProductionState.PLANNED, ProductionState.RELEASED, ProductionState.IN_PROGRESS)
"""Production orders that still want their materials."""

Columns = TypeVarTuple("Columns")

LINE, MATERIAL = "line", "material"
ZERO = Decimal(0)

DemandKey = tuple[int, str, int]
"""Item, LINE or MATERIAL, and the id of the order line or of the production material."""


@dataclass(slots=True)
class Delivered:
    """Shares of what production orders give, first pegged, first served."""

    left: dict[int, Decimal]

    def take(self, order_id: int, given: Decimal, wanted: Decimal) -> Decimal:
        """How much of *wanted* the order still has, of the *given* quantity in all."""
        there = self.left.setdefault(order_id, given)
        taken = min(there, wanted)
        self.left[order_id] = there - taken
        return taken


def reserved(session: Session, item_ids: Collection[int]) -> dict[DemandKey, Decimal]:
    """What of the items is in the warehouses for each known demand, in the item's unit."""
    there: dict[DemandKey, Decimal] = defaultdict(Decimal)
    used: dict[DemandKey, Decimal] = {}
    delivered = Delivered({})
    for part in chunks(item_ids):
        for kind, statement in ((LINE, _line_pegs(part)), (MATERIAL, _material_pegs(part))):
            for item_id, demand_id, consumed, active, quantity, supplier, good in session.execute(statement):
                key = (item_id, kind, demand_id)
                # A demand that is over keeps of its supplier's output only what it has taken.
                wanted = quantity if active else min(quantity, consumed)
                share = wanted if supplier is None else delivered.take(supplier, good, wanted)
                if active:
                    used[key] = consumed
                    there[key] += share
    return {key: max(ZERO, quantity - used[key]) for key, quantity in there.items()}


PegRows = Select[int, int, Decimal, bool, Decimal, int | None, Decimal]
"""Item, demand, consumed so far, whether it wants more, pegged, supplying production order and its output."""

_Supplier = aliased(ProductionOrder)
_Owner = aliased(SalesOrder)
_UNCLOSED = tuple(state for state in ProductionState if state != ProductionState.CLOSED)
_SHARED = and_(_Supplier.sales_order_id.is_(None), _Supplier.state.in_(_UNCLOSED))
"""Production for several orders: what went to those that are over is gone for the others."""
_SUPPLY = (Peg.quantity, Peg.production_order_id, _Supplier.good)


def _line_pegs(item_ids: list[int]) -> PegRows:
    active = SalesOrder.state.in_(RESERVING)
    pegs = select(Peg.item_id, SalesLine.id, SalesLine.shipped, active, *_SUPPLY)
    wanting = (
        _pegs_of(item_ids)
        .join(SalesLine, SalesLine.id == Peg.sales_line_id)
        .join(SalesOrder, SalesOrder.id == SalesLine.order_id)
        .where(active)
    )
    return (
        _arrived(pegs, union(wanting, _from_supplier(item_ids).where(_SHARED)))
        .join(SalesLine, SalesLine.id == Peg.sales_line_id)
        .join(SalesOrder, SalesOrder.id == SalesLine.order_id)
    )


def _material_pegs(item_ids: list[int]) -> PegRows:
    active = ProductionOrder.state.in_(CONSUMING)
    pegs = select(Peg.item_id, ProductionMaterial.id, ProductionMaterial.issued, active, *_SUPPLY)
    wanting = (
        _pegs_of(item_ids)
        .join(ProductionMaterial, ProductionMaterial.id == Peg.material_id)
        .join(ProductionOrder, ProductionOrder.id == ProductionMaterial.order_id)
        .where(active)
    )
    made = _from_supplier(item_ids)
    owned = made.join(_Owner, _Owner.id == _Supplier.sales_order_id).where(_Owner.state.in_(RESERVING))
    return (
        _arrived(pegs, union(wanting, owned, made.where(_SHARED)))
        .join(ProductionMaterial, ProductionMaterial.id == Peg.material_id)
        .join(ProductionOrder, ProductionOrder.id == ProductionMaterial.order_id)
    )


def _pegs_of(item_ids: list[int]) -> Select[int]:
    """Ids of the pegs of the items whose supply is in stock, at least in part.

    They are found by the orders that are open: the sum keeps the database from the index of items, which
    leads through the pegs of all years.
    """
    return (
        select(Peg.id)
        .select_from(Peg)
        .outerjoin(_Supplier, _Supplier.id == Peg.production_order_id)
        .where((Peg.item_id + 0).in_(item_ids), Peg.source != PegSource.PURCHASE)
        .where(or_(Peg.production_order_id.is_(None), _Supplier.good > 0))
    )


def _from_supplier(item_ids: list[int]) -> Select[int]:
    return (
        select(Peg.id)
        .join(_Supplier, _Supplier.id == Peg.production_order_id)
        .where((Peg.item_id + 0).in_(item_ids), _Supplier.good > 0)
    )


def _arrived(pegs: PegRows, peg_ids: CompoundSelect[int]) -> PegRows:
    """Those *pegs* that are among *peg_ids*, with their suppliers, first pegged first."""
    return (
        pegs.select_from(Peg)
        .outerjoin(_Supplier, _Supplier.id == Peg.production_order_id)
        .where(Peg.id.in_(peg_ids))
        .order_by(Peg.id)
    )


def settle(session: Session, sales: SalesOrder) -> None:
    """Make a sales order in production ready when each line has, shipped or reserved, all it wants."""
    settle_all(session, [sales])


def settle_all(session: Session, orders: Iterable[SalesOrder]) -> None:
    """Do so with each of the orders."""
    session.flush()
    going = [order for order in orders if order.state == OrderState.IN_PRODUCTION]
    if not going:
        return
    there = reserved(session, {line.item_id for order in going for line in order.lines})
    ready = [order.id for order in going if all(_has_all(line, there) for line in order.lines)]
    for part in chunks(ready):
        rows = update(SalesOrder).where(SalesOrder.id.in_(part))
        session.execute(rows.values(state=OrderState.READY, version=SalesOrder.version + 1))
    touched(session, SalesOrder, ready)
    planned(session, *ready)
    session.flush()


def _has_all(line: SalesLine, there: Mapping[DemandKey, Decimal]) -> bool:
    return line.shipped + there.get((line.item_id, LINE, line.id), ZERO) >= line.quantity


_OWNER_ID = func.coalesce(SalesLine.order_id, ProductionOrder.sales_order_id)


def _purchases(statement: Select[*Columns]) -> Select[*Columns]:
    """Only those purchases that somebody still waits for; soonest needed first."""
    return (
        statement.select_from(Peg)
        .outerjoin(SalesLine, SalesLine.id == Peg.sales_line_id)
        .outerjoin(SalesOrder, SalesOrder.id == SalesLine.order_id)
        .outerjoin(ProductionMaterial, ProductionMaterial.id == Peg.material_id)
        .outerjoin(ProductionOrder, ProductionOrder.id == ProductionMaterial.order_id)
        .where(Peg.source == PegSource.PURCHASE)
        .where(or_(SalesOrder.state.in_(RESERVING), ProductionOrder.state.in_(CONSUMING)))
    )


def purchases_of_order(order_id: int) -> ColumnElement[bool]:
    """The purchases for one sales order: for its lines, its production orders, and those it shares."""
    return or_(_OWNER_ID.in_([order_id]), ProductionOrder.id.in_(_shared_production(order_id)))


def _shared_production(order_id: int) -> Select[int]:
    """Production that is no single order's own and, by pegs, for this sales order too, at any level."""
    made, part = aliased(ProductionOrder), aliased(ProductionMaterial)
    line_peg, part_peg = aliased(Peg), aliased(Peg)
    served = (
        select(made.id, made.sales_order_id)
        .join(line_peg, line_peg.production_order_id == made.id)
        .join(SalesLine, SalesLine.id == line_peg.sales_line_id)
        .where(SalesLine.order_id == order_id)
        .cte("served", recursive=True)
    )
    feeder = aliased(ProductionOrder)
    below = (
        select(feeder.id, feeder.sales_order_id)
        .join(part_peg, part_peg.production_order_id == feeder.id)
        .join(part, part.id == part_peg.material_id)
        .join(served, served.c.id == part.order_id)
    )
    found = served.union(below)
    return select(found.c.id).where(found.c.sales_order_id.is_(None))


def purchase_totals(session: Session, order_id: int) -> list[Any]:
    """Item id, quantity still to be bought for the sales order, and the first day it is needed."""
    wanted = select(Peg.item_id, func.sum(Peg.quantity), func.min(Peg.due))
    statement = _purchases(wanted).where(purchases_of_order(order_id)).group_by(Peg.item_id)
    return list(session.execute(statement))


def open_purchases(session: Session, where: ColumnElement[bool]) -> list[Peg]:
    """Pegs to goods that are still to be bought, soonest needed first."""
    statement = _purchases(select(Peg)).where(where).order_by(Peg.due.asc().nulls_last(), Peg.id)
    return list(session.scalars(statement))


def lock_waiting_orders(session: Session, item_id: int) -> list[SalesOrder]:
    """The sales orders that wait for a purchase of the item, locked in the order of their ids."""
    ids = _purchases(select(_OWNER_ID)).where(Peg.item_id == item_id, _OWNER_ID.is_not(None)).distinct()
    return [
        order
        for part in chunks(sorted(session.scalars(ids)))
        for order in session.scalars(
            select(SalesOrder)
            .where(SalesOrder.id.in_(part))
            .order_by(SalesOrder.id)
            .options(selectinload(SalesOrder.lines))
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    ]


def arrive(session: Session, peg: Peg, quantity: Decimal) -> None:
    """Turn *quantity* of a purchase peg into stock that is kept for its demand.

    Where the purchase was ordered, it counts as received on the line that it was ordered with.
    """
    if peg.purchase_line_id is not None:
        count_received(session, peg.purchase_line_id, quantity)
    keep(session, peg, quantity, peg.purchase_line_id)


def keep(session: Session, peg: Peg, quantity: Decimal, line_id: int | None) -> None:
    """Turn *quantity* of a purchase peg into stock, which remembers the purchase line that brought it."""
    if quantity >= peg.quantity:
        peg.source, peg.purchase_line_id = PegSource.STOCK, line_id
        return
    peg.quantity -= quantity
    session.add(
        Peg(
            sales_line_id=peg.sales_line_id, material_id=peg.material_id, item_id=peg.item_id,
            source=PegSource.STOCK, purchase_line_id=line_id, quantity=quantity, due=peg.due,
        )
    )  # fmt: skip


def cover_purchases(session: Session, item_id: int, quantity: Decimal) -> None:
    """Give goods that came in to those who wait for a purchase of them, soonest needed first."""
    left = quantity
    for peg in open_purchases(session, Peg.item_id == item_id):
        taken = min(left, peg.quantity)
        if taken <= 0:
            break
        arrive(session, peg, taken)
        left -= taken
    session.flush()
    forget_arrivals(session)


def forget_arrivals(session: Session) -> None:
    """Production orders that wait for no purchase any more have no day on which it comes."""
    waits = (
        select(Peg.id)
        .join(ProductionMaterial, ProductionMaterial.id == Peg.material_id)
        .where(ProductionMaterial.order_id == ProductionOrder.id, Peg.source == PegSource.PURCHASE)
    )
    there = select(ProductionOrder).where(
        ProductionOrder.material_at.is_not(None), ProductionOrder.state.in_(CONSUMING), ~waits.exists()
    )
    for order in session.scalars(there):
        order.material_at = None
