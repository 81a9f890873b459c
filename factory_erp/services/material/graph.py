"""Who is supplied by whom: firm pegs and the plan's as edges of one graph, walked either way.

A node is a kind and an id: an order line, a production order, a suggestion, a purchase line, or an item's
stock, safety stock, or what of it has still to be bought or is missing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from factory_erp.models.planning import PlanPeg
from factory_erp.models.production import Peg, PegSource, ProductionMaterial
from factory_erp.models.sales import SalesLine
from factory_erp.services.bulk import chunks

ZERO = Decimal(0)


class NodeKind(StrEnum):
    """What stands at either end of a peg."""

    LINE = "line"
    PRODUCTION = "production"
    SUGGESTION = "suggestion"
    PURCHASE = "purchase"
    STOCK = "stock"
    SAFETY = "safety"
    TO_BUY = "to_buy"
    """Pegged to a purchase that nobody has ordered or suggested."""
    MISSING = "missing"
    """Covered by nothing: the plan has not run since."""


Node = tuple[NodeKind, int]
WALKED = (NodeKind.LINE, NodeKind.PRODUCTION, NodeKind.SUGGESTION, NodeKind.PURCHASE)


@dataclass(frozen=True, slots=True)
class Edge:
    """*quantity* of an item goes from *supply* to *user*; *planned*: only in the plan so far."""

    user: Node
    supply: Node
    item_id: int
    quantity: Decimal
    planned: bool
    late: bool


Edges = dict[Node, list[Edge]]
Step = Callable[[Session, Collection[Node]], Iterator[tuple[Edge, Node, Node]]]
"""Edges of some nodes, each with its near and its far end."""


def edges_down(session: Session, start: Node) -> Edges:
    """User → what it is supplied by, from *start* down to stock and purchases."""
    return _walk(session, start, _supplied_edges)


def edges_up(session: Session, start: Node) -> Edges:
    """Supply → whom it is for, from *start* up to order lines."""
    return _walk(session, start, _supplying_edges)


def _walk(session: Session, start: Node, step: Step) -> Edges:
    found: Edges = {}
    frontier = {start}
    while frontier:
        for node in frontier:
            found[node] = []
        further: set[Node] = set()
        for edge, near, far in step(session, frontier):
            found[near].append(edge)
            if far[0] in WALKED:
                further.add(far)
        frontier = {node for node in further if node not in found}
    return found


def _supplied_edges(session: Session, nodes: Collection[Node]) -> Iterator[tuple[Edge, Node, Node]]:
    lines, orders = _ids(nodes, NodeKind.LINE), _ids(nodes, NodeKind.PRODUCTION)
    edges: list[Edge] = []
    for part in chunks(lines):
        edges += _firm(session, Peg.sales_line_id.in_(part))
        edges += _planned(session, PlanPeg.sales_line_id.in_(part))
    for part in chunks(orders):
        mine = select(ProductionMaterial.id).where(ProductionMaterial.order_id.in_(part))
        edges += _firm(session, Peg.material_id.in_(mine))
        edges += _planned(session, PlanPeg.material_id.in_(mine))
    for part in chunks(_ids(nodes, NodeKind.SUGGESTION)):
        edges += _planned(session, PlanPeg.consumer_id.in_(part))
    for edge in _settled(edges, _wanted(session, lines, orders)):
        yield edge, edge.user, edge.supply


def _supplying_edges(session: Session, nodes: Collection[Node]) -> Iterator[tuple[Edge, Node, Node]]:
    columns = {
        NodeKind.PRODUCTION: (Peg.production_order_id, PlanPeg.production_order_id),
        NodeKind.PURCHASE: (Peg.purchase_line_id, PlanPeg.purchase_line_id),
    }
    edges: list[Edge] = []
    for kind, (firm, planned) in columns.items():
        for part in chunks(_ids(nodes, kind)):
            edges += _firm(session, firm.in_(part))
            edges += _planned(session, planned.in_(part))
    for part in chunks(_ids(nodes, NodeKind.SUGGESTION)):
        edges += _planned(session, PlanPeg.suggestion_id.in_(part))
    for part in chunks(_ids(nodes, NodeKind.STOCK)):
        edges += _firm(session, Peg.item_id.in_(part) & (Peg.source == PegSource.STOCK))
        free = PlanPeg.suggestion_id.is_(None) & PlanPeg.production_order_id.is_(None)
        edges += _planned(session, PlanPeg.item_id.in_(part) & free & PlanPeg.purchase_line_id.is_(None))
    for edge in edges:
        # Goods that came on a purchase line lie in stock, but are known to have come on it.
        supply = edge.supply if edge.supply in nodes else _origin(edge, nodes)
        if supply is not None:
            yield replace(edge, supply=supply), supply, edge.user


def _origin(edge: Edge, nodes: Collection[Node]) -> Node | None:
    stock = (NodeKind.STOCK, edge.item_id)
    return stock if stock in nodes else None


def _ids(nodes: Iterable[Node], kind: NodeKind) -> list[int]:
    return sorted(at for name, at in nodes if name == kind)


def _firm(session: Session, where: ColumnElement[bool]) -> list[Edge]:
    rows = session.execute(
        select(Peg, ProductionMaterial.order_id)
        .outerjoin(ProductionMaterial, ProductionMaterial.id == Peg.material_id)
        .where(where)
        .order_by(Peg.id)
    )
    return [
        Edge(_user(peg.sales_line_id, order, None, peg.item_id), _supply(peg), peg.item_id, peg.quantity,
             planned=False, late=False)
        for peg, order in rows
    ]  # fmt: skip


def _planned(session: Session, where: ColumnElement[bool]) -> list[Edge]:
    rows = session.execute(
        select(PlanPeg, ProductionMaterial.order_id)
        .outerjoin(ProductionMaterial, ProductionMaterial.id == PlanPeg.material_id)
        .where(where)
        .order_by(PlanPeg.id)
    )
    return [
        Edge(_user(peg.sales_line_id, order, peg.consumer_id, peg.item_id), _planned_supply(peg),
             peg.item_id, peg.quantity, planned=True, late=peg.late)
        for peg, order in rows
    ]  # fmt: skip


def _user(line: int | None, order: int | None, consumer: int | None, item: int) -> Node:
    if line is not None:
        return NodeKind.LINE, line
    if order is not None:
        return NodeKind.PRODUCTION, order
    return (NodeKind.SAFETY, item) if consumer is None else (NodeKind.SUGGESTION, consumer)


def _supply(peg: Peg) -> Node:
    if peg.production_order_id is not None:
        return NodeKind.PRODUCTION, peg.production_order_id
    if peg.purchase_line_id is not None:
        return NodeKind.PURCHASE, peg.purchase_line_id
    return (NodeKind.STOCK if peg.source == PegSource.STOCK else NodeKind.TO_BUY), peg.item_id


def _planned_supply(peg: PlanPeg) -> Node:
    if peg.suggestion_id is not None:
        return NodeKind.SUGGESTION, peg.suggestion_id
    if peg.production_order_id is not None:
        return NodeKind.PRODUCTION, peg.production_order_id
    if peg.purchase_line_id is not None:
        return NodeKind.PURCHASE, peg.purchase_line_id
    return NodeKind.STOCK, peg.item_id


Wanted = dict[tuple[Node, int], tuple[Decimal, Decimal]]
"""User and item → how much it wants in all, and has used."""


def _wanted(session: Session, lines: list[int], orders: list[int]) -> Wanted:
    found: Wanted = {}
    for part in chunks(lines):
        for line in session.scalars(select(SalesLine).where(SalesLine.id.in_(part))):
            found[(NodeKind.LINE, line.id), line.item_id] = (line.quantity, line.shipped)
    for part in chunks(orders):
        materials = select(ProductionMaterial).where(
            ProductionMaterial.order_id.in_(part), ProductionMaterial.by_product.is_(False)
        )
        for one in session.scalars(materials):
            key = ((NodeKind.PRODUCTION, one.order_id), one.item_id)
            quantity, used = found.get(key, (ZERO, ZERO))
            found[key] = (quantity + one.quantity, used + one.issued)
    return found


def _settled(edges: list[Edge], wanted: Wanted) -> Iterator[Edge]:
    """The edges; of what has to be bought only what no suggestion covers, and what is missing at all."""
    covered: dict[tuple[Node, int], Decimal] = defaultdict(Decimal)
    to_buy = [edge for edge in edges if edge.supply[0] == NodeKind.TO_BUY]
    for edge in edges:
        if edge.supply[0] != NodeKind.TO_BUY:
            covered[edge.user, edge.item_id] += edge.quantity
            yield edge
    for edge in to_buy:
        key = (edge.user, edge.item_id)
        left = min(edge.quantity, wanted.get(key, (ZERO, ZERO))[0] - covered[key])
        if left > 0:
            covered[key] += left
            yield replace(edge, quantity=left)
    for (user, item), (quantity, used) in wanted.items():
        left = quantity - max(used, covered[user, item])
        if left > 0:
            yield Edge(user, (NodeKind.MISSING, item), item, left, planned=True, late=True)
