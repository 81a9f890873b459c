"""For whom chosen suggestions are, up the plan's pegs, and whether those still want them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from factory_erp.domain.errors import Conflict
from factory_erp.i18n import _
from factory_erp.models.planning import PlanPeg, Suggestion, SuggestionKind
from factory_erp.models.production import ProductionMaterial, ProductionOrder
from factory_erp.models.sales import OrderState, SalesLine, SalesOrder
from factory_erp.services.bulk import chunks
from factory_erp.services.order_states import WANTING
from factory_erp.services.stock.reservations import CONSUMING, LINE, MATERIAL
from factory_erp.services.suggestions.chosen import Chosen, Demand

STOPPED = (OrderState.ON_HOLD, OrderState.CANCELLED)


@dataclass(frozen=True, slots=True)
class Wanting:
    """Whom the chosen suggestions are for in the end; the rows of all are locked."""

    orders: dict[int, SalesOrder]
    """The sales orders, also of the production that takes some of it."""
    order_of: dict[Demand, int]
    """Order line or production material → its sales order, where it has one."""
    demands: dict[int, frozenset[Demand]]
    """Chosen suggestion → the order lines and materials that it is for, through what others make of it."""

    def orders_of(self, suggestion_id: int) -> tuple[int, ...]:
        """The sales orders that a suggestion is for, by id."""
        mine = (self.order_of.get(demand) for demand in self.demands.get(suggestion_id, ()))
        return tuple(sorted({order for order in mine if order is not None}))


def lock_wanting(session: Session, chosen: Chosen) -> Wanting:
    """Find whom the chosen suggestions are for, and lock them in the order of their ids.

    Raises Conflict for an order or production that was stopped or is over since the plan was made.
    """
    makes = chosen.of_kind(SuggestionKind.MAKE, SuggestionKind.BUY)
    demands = climb(session, [one.id for one in makes])
    every = frozenset().union(*demands.values())
    lines = dict(_orders_of_lines(session, chosen.lines | {row for kind, row in every if kind == LINE}))
    parts = dict(_orders_of_parts(session, [row for kind, row in every if kind == MATERIAL]))
    users = {made: order for made, order in parts.values() if order is not None}
    orders = _locked_orders(session, {*lines.values(), *users.values()})
    _check_orders(orders, set(lines.values()))
    _check_production(session, {made for made, _order in parts.values()}, orders)
    order_of: dict[Demand, int] = {(LINE, line): order for line, order in lines.items()}
    order_of |= {(MATERIAL, part): order for part, (_made, order) in parts.items() if order is not None}
    return Wanting(orders, order_of, demands)


def climb(session: Session, ids: Collection[int]) -> dict[int, frozenset[Demand]]:
    """Suggestion → the demands that it is for in the end: some statements for each level of the bills."""
    users: dict[int, set[Demand]] = {}
    above: dict[int, set[int]] = {}
    frontier = set(ids)
    while frontier:
        for one in frontier:
            users[one], above[one] = set(), set()
        for suggestion, line, material, consumer in _users(session, frontier):
            if consumer is not None:
                above[suggestion].add(consumer)
            elif line is not None or material is not None:
                users[suggestion].add((LINE, line) if line is not None else (MATERIAL, material or 0))
        frontier = {one for found in above.values() for one in found} - users.keys()
    return {one: frozenset(_reached(one, users, above)) for one in ids}


def _users(session: Session, ids: Iterable[int]) -> Iterator[tuple[int, int | None, int | None, int | None]]:
    """Suggestion, and the line, material or suggestion that takes what it makes or buys; no by-products."""
    output = and_(Suggestion.id == PlanPeg.suggestion_id, Suggestion.item_id == PlanPeg.item_id)
    for part in chunks(ids):
        rows = session.execute(
            select(Suggestion.id, PlanPeg.sales_line_id, PlanPeg.material_id, PlanPeg.consumer_id)
            .join(PlanPeg, output)
            .where(Suggestion.id.in_(part))
        )
        yield from ((suggestion, line, material, consumer) for suggestion, line, material, consumer in rows)


def _reached(start: int, users: dict[int, set[Demand]], above: dict[int, set[int]]) -> set[Demand]:
    seen, waiting, found = {start}, [start], set[Demand]()
    while waiting:
        one = waiting.pop()
        found |= users[one]
        waiting.extend(above[one] - seen)
        seen |= above[one]
    return found


def _orders_of_lines(session: Session, lines: Collection[int]) -> Iterator[tuple[int, int]]:
    for part in chunks(lines):
        rows = session.execute(select(SalesLine.id, SalesLine.order_id).where(SalesLine.id.in_(part)))
        yield from ((line, order) for line, order in rows)


def _orders_of_parts(
    session: Session, parts: Collection[int]
) -> Iterator[tuple[int, tuple[int, int | None]]]:
    """Material → its production order, and the sales order of that."""
    for some in chunks(parts):
        rows = session.execute(
            select(ProductionMaterial.id, ProductionOrder.id, ProductionOrder.sales_order_id)
            .join(ProductionOrder, ProductionOrder.id == ProductionMaterial.order_id)
            .where(ProductionMaterial.id.in_(some))
        )
        yield from ((material, (made, order)) for material, made, order in rows)


def _locked_orders(session: Session, ids: Collection[int]) -> dict[int, SalesOrder]:
    found: dict[int, SalesOrder] = {}
    for part in chunks(sorted(ids)):
        rows = select(SalesOrder).where(SalesOrder.id.in_(part)).order_by(SalesOrder.id).with_for_update()
        found.update({one.id: one for one in session.scalars(rows.execution_options(populate_existing=True))})
    return found


def _check_orders(orders: dict[int, SalesOrder], with_lines: set[int]) -> None:
    for order_id in sorted(with_lines):
        if orders[order_id].state not in WANTING:
            raise _over(orders[order_id].number)


def _check_production(session: Session, ids: Collection[int], orders: dict[int, SalesOrder]) -> None:
    for part in chunks(sorted(ids)):
        rows = select(ProductionOrder).where(ProductionOrder.id.in_(part)).order_by(ProductionOrder.id)
        locked = rows.with_for_update().execution_options(populate_existing=True)
        for made in session.scalars(locked):
            sales = orders.get(made.sales_order_id or 0)
            if made.state not in CONSUMING or (sales is not None and sales.state in STOPPED):
                raise _over(made.number)


def _over(number: str) -> Conflict:
    return Conflict(
        _("{number} was stopped or is over since the plan was made.", number=number),
        record=number,
        field="state",
        remedy=_("Run the plan again, and accept what it suggests then."),
    )
