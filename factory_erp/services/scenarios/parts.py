"""What goes with a production order that a scenario drops or resizes: the parts made for it alone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, aliased

from factory_erp.models.production import Peg, ProductionMaterial, ProductionOrder
from factory_erp.models.sales import SalesLine, SalesOrder
from factory_erp.services.bulk import chunks
from factory_erp.services.stock.reservations import CONSUMING, RESERVING

Feeders = Mapping[int, Iterable[int]]
"""Production order → those whose output it consumes."""


def with_parts(session: Session, feeders: Feeders, orders: Iterable[int]) -> set[int]:
    """The *orders* and those that feed nothing else, through all levels, and that nobody else gets any of."""
    chosen = set(orders)
    together = _alone(feeders, chosen, ())
    return _alone(feeders, chosen, takers(session, feeders, together - chosen))


def takers(session: Session, feeders: Feeders, orders: Collection[int]) -> dict[int, tuple[str, ...]]:
    """Production order → numbers of the sales orders and stopped production that get something of it.

    Those among *feeders* get theirs there; orders that only they get something of are left out.
    """
    consumer, supplier = aliased(ProductionOrder), Peg.production_order_id
    found: dict[int, dict[str, None]] = {}
    for part in chunks(orders):
        rows = session.execute(
            select(supplier, SalesOrder.number, consumer.id, consumer.number)
            .select_from(Peg)
            .outerjoin(SalesLine, SalesLine.id == Peg.sales_line_id)
            .outerjoin(SalesOrder, SalesOrder.id == SalesLine.order_id)
            .outerjoin(ProductionMaterial, ProductionMaterial.id == Peg.material_id)
            .outerjoin(consumer, consumer.id == ProductionMaterial.order_id)
            .where(supplier.in_(part), or_(SalesOrder.state.in_(RESERVING), consumer.state.in_(CONSUMING)))
            .order_by(func.coalesce(SalesOrder.number, consumer.number))
        )
        for order, sales, user, number in rows:
            if user is None or user not in feeders:
                found.setdefault(order or 0, {})[sales or number] = None
    return {order: tuple(names) for order, names in found.items()}


def _alone(feeders: Feeders, orders: set[int], kept: Collection[int]) -> set[int]:
    """The orders with what feeds only them, none of *kept*."""
    consumers: dict[int, set[int]] = {}
    for consumer, found in feeders.items():
        for feeder in found:
            consumers.setdefault(feeder, set()).add(consumer)
    together = set(orders)
    while True:
        more = {
            feeder
            for consumer in together
            for feeder in feeders.get(consumer, ())
            if feeder not in together and feeder not in kept and consumers[feeder] <= together
        }
        if not more:
            return together
        together |= more
