"""Whom planned supplies are for: up the pegs of the plan and the firm ones, to order lines and customers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.models.partners import Partner
from factory_erp.models.planning import PlanPeg
from factory_erp.models.production import Peg, ProductionMaterial
from factory_erp.models.sales import SalesLine, SalesOrder
from factory_erp.services.bulk import chunks

Node = tuple[str, int]
"""What uses something: SUGGESTION, PRODUCTION or LINE, and its id."""

SUGGESTION, PRODUCTION, PURCHASE, LINE = "suggestion", "production", "purchase", "line"


@dataclass(frozen=True, slots=True)
class Served:
    """A sales order that something is for."""

    sales_order_id: int
    number: str
    customer: str
    wanted_on: date | None


def served(session: Session, ids: Collection[int]) -> dict[int, tuple[Served, ...]]:
    """Suggestion → the sales orders that it is for in the end, the soonest wanted first."""
    return served_by(session, SUGGESTION, ids)


def served_by(session: Session, kind: str, ids: Iterable[int]) -> dict[int, tuple[Served, ...]]:
    """The same for supplies of any *kind*: a few statements for each level of the bills."""
    begun = [(kind, one) for one in ids]
    users = _climb(session, begun)
    lines = {node[1] for found in users.values() for node in found if node[0] == LINE}
    orders = _orders(session, lines)
    answer: dict[int, tuple[Served, ...]] = {}
    for start in begun:
        mine = {orders[line] for line in _roots(users, start) if line in orders}
        answer[start[1]] = tuple(sorted(mine, key=lambda one: (one.wanted_on or date.max, one.number)))
    return answer


def _climb(session: Session, starts: Collection[Node]) -> dict[Node, set[Node]]:
    """Each node → who uses it, all the way up."""
    users: dict[Node, set[Node]] = {}
    frontier = set(starts)
    while frontier:
        for node in frontier:
            users[node] = set()
        for kind in (SUGGESTION, PRODUCTION, PURCHASE):
            _users(session, kind, [row for name, row in frontier if name == kind], users)
        above = {user for node in frontier for user in users[node]}
        frontier = {node for node in above if node not in users and node[0] != LINE}
    return users


def _users(session: Session, kind: str, ids: list[int], users: dict[Node, set[Node]]) -> None:
    """Note who uses the supplies of one kind, by the plan's pegs and by firm ones."""
    planned = {
        SUGGESTION: PlanPeg.suggestion_id,
        PRODUCTION: PlanPeg.production_order_id,
        PURCHASE: PlanPeg.purchase_line_id,
    }[kind]
    firm = {PRODUCTION: Peg.production_order_id, PURCHASE: Peg.purchase_line_id}.get(kind)
    for part in chunks(ids):
        rows = session.execute(
            select(planned, PlanPeg.sales_line_id, ProductionMaterial.order_id, PlanPeg.consumer_id)
            .outerjoin(ProductionMaterial, ProductionMaterial.id == PlanPeg.material_id)
            .where(planned.in_(part))
        )
        for at, line, order, consumer in rows:
            _note(users[kind, at or 0], line, order, consumer)
        if firm is not None:
            pegs = select(firm, Peg.sales_line_id, ProductionMaterial.order_id).outerjoin(
                ProductionMaterial, ProductionMaterial.id == Peg.material_id
            )
            for at, line, order in session.execute(pegs.where(firm.in_(part))):
                _note(users[kind, at or 0], line, order, None)


def _note(found: set[Node], line: int | None, order: int | None, consumer: int | None) -> None:
    if line is not None:
        found.add((LINE, line))
    elif order is not None:
        found.add((PRODUCTION, order))
    elif consumer is not None:
        found.add((SUGGESTION, consumer))


def _roots(users: dict[Node, set[Node]], start: Node) -> set[int]:
    seen, waiting, lines = {start}, [start], set[int]()
    while waiting:
        for node in users.get(waiting.pop(), ()):
            if node[0] == LINE:
                lines.add(node[1])
            elif node not in seen:
                seen.add(node)
                waiting.append(node)
    return lines


def _orders(session: Session, lines: Collection[int]) -> dict[int, Served]:
    found: dict[int, Served] = {}
    known: dict[int, list[int]] = defaultdict(list)
    for part in chunks(lines):
        rows = session.execute(
            select(SalesLine.id, SalesOrder.id, SalesOrder.number, Partner.name, SalesLine.promised,
                   SalesOrder.ship_by)
            .join(SalesOrder, SalesOrder.id == SalesLine.order_id)
            .join(Partner, Partner.id == SalesOrder.customer_id)
            .where(SalesLine.id.in_(part))
        )  # fmt: skip
        for line, order, number, customer, promised, ship_by in rows:
            found[line] = Served(order, number, customer, promised or ship_by)
            known[order].append(line)
    # One order stands once, with the first day on which any of its lines is wanted.
    for mine in known.values():
        first = min((found[line] for line in mine), key=lambda one: one.wanted_on or date.max)
        found.update(dict.fromkeys(mine, first))
    return found
