"""What accepting suggestions takes over from promises: firm pegs keep it now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.models.production import ProductionOrder
from factory_erp.services.bulk import chunks
from factory_erp.services.material.explosion import gaps
from factory_erp.services.promise.places import take_places
from factory_erp.services.stock.promise_settled import Firm, free_machines, planned, strike_off, used_by
from factory_erp.services.stock.reservations import MATERIAL
from factory_erp.services.suggestions.chosen import Demand
from factory_erp.services.suggestions.make import Made
from factory_erp.services.suggestions.wanted import Wanting

PeggedRow = tuple[Demand, int, Decimal, bool]
"""Demand, item, how much of it became firm, and whether that is in stock."""


def settle_promises(session: Session, wanting: Wanting, pegged: Iterable[PeggedRow], made: Made) -> None:
    """Strike what became firm off the promises of the orders served; end those that lack nothing now."""
    holds = used_by(session, wanting.orders.keys())
    if not holds:
        return
    take_places(session, made.orders.values())
    strike_off(holds, _firm(wanting, pegged, made))
    for suggestion, item in _items(session, made):
        free_machines(holds, wanting.orders_of(suggestion), item)
    session.flush()
    for order_id in holds:
        if not gaps(session, wanting.orders[order_id]):
            planned(session, order_id)
    session.flush()


def _firm(wanting: Wanting, pegged: Iterable[PeggedRow], made: Made) -> Iterator[Firm]:
    """The pegs with the orders that they serve; those of a new production order serve whom that is for."""
    owners = {part.id: suggestion for suggestion, parts in made.materials.items() for part in parts}
    for demand, item, quantity, in_stock in pegged:
        kind, row = demand
        if kind == MATERIAL and row in owners:
            orders = wanting.orders_of(owners[row])
        else:
            order = wanting.order_of.get(demand)
            orders = () if order is None else (order,)
        yield Firm(orders, item, quantity, in_stock)


def _items(session: Session, made: Made) -> Iterator[tuple[int, int]]:
    """Suggestion that was accepted, and what is made by it."""
    suggestions = {order: one for one, order in made.orders.items()}
    for part in chunks(suggestions):
        rows = session.execute(
            select(ProductionOrder.id, ProductionOrder.item_id).where(ProductionOrder.id.in_(part))
        )
        yield from ((suggestions[order], item) for order, item in rows)
