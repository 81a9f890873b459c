"""When what was ordered comes, and which orders wait for it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, and_, case, func, select
from sqlalchemy.orm import Session, aliased

from factory_erp.models.partners import Partner
from factory_erp.models.planning import PlanPeg, PurchaseLine
from factory_erp.models.production import Peg, PegSource, ProductionMaterial, ProductionOrder
from factory_erp.models.sales import SalesLine, SalesOrder
from factory_erp.planning.calendar import to_moment
from factory_erp.services import clock, working_time
from factory_erp.services.bulk import chunks
from factory_erp.services.master_data import by_id
from factory_erp.services.stock.purchases_received import to_come
from factory_erp.services.stock.reservations import CONSUMING


@dataclass(frozen=True, slots=True)
class AffectedOrder:
    """An order that waits for *quantity* of a purchase and wants it on *needed_on*.

    ``number`` is that of the production order, or of the sales order whose line it is bought for. With
    *planned* it is only a suggestion that counts on the purchase. *late_days* is 0 where it comes in time.
    """

    production_order_id: int | None
    sales_order_id: int | None
    number: str
    customer: str
    quantity: Decimal
    needed_on: date | None
    late_days: int
    planned: bool


def arrival_days(session: Session) -> dict[int, date]:
    """Open production order → the day on which the last of the purchases ordered for it is expected.

    Materials that are pegged to a purchase which nobody has ordered yet are not among it.
    """
    rows = session.execute(
        _expected().where(ProductionOrder.state.in_(CONSUMING)).group_by(ProductionMaterial.order_id)
    )
    return {order: day for order, day, _unordered in rows if day is not None}


def follow_arrivals(session: Session, order_ids: Collection[int]) -> None:
    """Let the production orders start no earlier than the purchases that were ordered for them come."""
    session.flush()
    place = working_time.zone(session)
    statement = _expected().where(ProductionMaterial.order_id.in_(order_ids))
    rows = session.execute(statement.group_by(ProductionMaterial.order_id)).all()
    orders = by_id(session, ProductionOrder, [row[0] for row in rows])
    for order_id, day, unordered in rows:
        if day is not None:
            comes = to_moment(working_time.end_of_day(day, place))
            before = orders[order_id].material_at
            orders[order_id].material_at = max(before, comes) if unordered and before else comes


def _expected() -> Select[int, date | None, int]:
    """Production order, the last day on which a purchase for it is expected, and how many are not ordered."""
    unordered = func.sum(case((PurchaseLine.id.is_(None), 1), else_=0))
    return (
        select(ProductionMaterial.order_id, func.max(PurchaseLine.expected_on), unordered)
        .select_from(Peg)
        .join(ProductionMaterial, ProductionMaterial.id == Peg.material_id)
        .join(ProductionOrder, ProductionOrder.id == ProductionMaterial.order_id)
        .outerjoin(PurchaseLine, and_(PurchaseLine.id == Peg.purchase_line_id, to_come()))
        .where(Peg.source == PegSource.PURCHASE)
    )


def waiting_orders(session: Session, line_id: int) -> set[int]:
    """The production orders whose materials are pegged to what is still to come on the line."""
    found = (
        select(ProductionMaterial.order_id)
        .join(Peg, Peg.material_id == ProductionMaterial.id)
        .where(Peg.purchase_line_id == line_id, Peg.source == PegSource.PURCHASE)
    )
    return set(session.scalars(found))


def affected(session: Session, line: PurchaseLine) -> tuple[AffectedOrder, ...]:
    """Who waits for the purchase line: by pegs, and by suggestions of the plan; the most late first."""
    return affected_by(session, [line])[line.id]


def affected_by(session: Session, lines: Collection[PurchaseLine]) -> dict[int, tuple[AffectedOrder, ...]]:
    """Purchase line → who waits for it, as ``affected`` says."""
    zone = working_time.zone(session).key
    comes = {line.id: line.expected_on for line in lines}
    found: dict[int, list[AffectedOrder]] = {line: [] for line in comes}
    for part in chunks(comes):
        firm = _waiting(Peg).where(Peg.source == PegSource.PURCHASE, Peg.purchase_line_id.in_(part))
        planned = _waiting(PlanPeg).where(PlanPeg.purchase_line_id.in_(part))
        for rows, is_planned in ((session.execute(firm), False), (session.execute(planned), True)):
            for purchase, *waiting in rows:
                line = purchase or 0
                found[line].append(_affected(waiting, comes[line], zone, planned=is_planned))
    return {
        line: tuple(sorted(orders, key=lambda one: (-one.late_days, one.number)))
        for line, orders in found.items()
    }


_Customer = aliased(Partner)


def _waiting(
    peg: type[Peg] | type[PlanPeg],
) -> Select[
    int | None, Decimal, int | None, str | None, date | None, datetime | None, int | None, str | None,
    date | None, date | None, str | None
]:  # fmt: skip
    return (
        select(
            peg.purchase_line_id, peg.quantity, ProductionOrder.id, ProductionOrder.number,
            ProductionOrder.due, ProductionOrder.planned_start, SalesOrder.id, SalesOrder.number,
            SalesLine.promised, SalesOrder.ship_by, _Customer.name,
        )
        .select_from(peg)
        .outerjoin(ProductionMaterial, ProductionMaterial.id == peg.material_id)
        .outerjoin(ProductionOrder, ProductionOrder.id == ProductionMaterial.order_id)
        .outerjoin(SalesLine, SalesLine.id == peg.sales_line_id)
        .outerjoin(
            SalesOrder, SalesOrder.id == func.coalesce(SalesLine.order_id, ProductionOrder.sales_order_id)
        )
        .outerjoin(_Customer, _Customer.id == SalesOrder.customer_id)
        .order_by(peg.id)
    )  # fmt: skip


def _affected(row: Sequence[Any], comes: date, zone: str, *, planned: bool) -> AffectedOrder:
    """Who waits, from a row of ``_waiting`` after its purchase line, which comes on that day."""
    quantity, made, number, due, start, sold, order, promised, ship_by, customer = row
    begins = due if start is None else clock.day_of(start, zone)
    needed = begins if made is not None else promised or ship_by
    late = max(0, (comes - needed).days) if needed else 0
    return AffectedOrder(made, sold, number or order or "", customer or "", quantity, needed, late, planned)
