"""The pegging as a tree: where what is wanted comes from, and whom a supply is for."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.domain.errors import NotFound
from factory_erp.i18n import _
from factory_erp.models.catalog import Item
from factory_erp.models.partners import Partner
from factory_erp.models.planning import PurchaseLine, PurchaseOrder, Suggestion
from factory_erp.models.production import ProductionOrder
from factory_erp.models.sales import SalesLine, SalesOrder
from factory_erp.services import clock, working_time
from factory_erp.services.base import query
from factory_erp.services.bulk import chunks
from factory_erp.services.material.graph import Edge, Edges, Node, NodeKind, edges_down, edges_up
from factory_erp.services.names import ItemNames

__all__ = ["NodeKind", "TreeNode", "where_from", "where_to"]

MOST_NODES = 3000
"""A tree is cut where it would become larger than anybody reads."""


@dataclass(frozen=True, slots=True)
class TreeNode:
    """A demand or supply, *quantity* of which is pegged to the node above it.

    ``number`` is how people know it, with the customer where there is one; ``wanted_on`` when the node above
    wants it (of a demand: when it is due), ``there_on`` when it comes. *planned*: only in the plan so far.
    *repeated*: it stands in full further up in the tree.
    """

    kind: NodeKind
    record_id: int
    item_id: int
    sku: str
    name: str
    unit: str
    quantity: Decimal
    number: str
    customer: str
    wanted_on: date | None
    there_on: date | None
    late_days: int
    planned: bool
    reason: str
    repeated: bool = False
    children: tuple[TreeNode, ...] = ()


@query
def where_from(
    session: Session,
    sales_line_id: int | None = None,
    production_order_id: int | None = None,
    suggestion_id: int | None = None,
) -> TreeNode:
    """What covers an order line, or the components of a production order or suggestion, down to purchases.

    Name one of the three. Raises NotFound for one that is not there.
    """
    start = _start(sales_line_id, production_order_id, suggestion_id, None)
    return _Tree(session, edges_down(session, start), down=True).of(start)


@query
def where_to(
    session: Session,
    item_id: int | None = None,
    production_order_id: int | None = None,
    suggestion_id: int | None = None,
    purchase_line_id: int | None = None,
) -> TreeNode:
    """Whom a supply is for: the stock of an item, a production order, a suggestion or a purchase line.

    Name one of them. Raises NotFound for one that is not there.
    """
    start: Node = (
        (NodeKind.STOCK, item_id)
        if item_id is not None
        else _start(None, production_order_id, suggestion_id, purchase_line_id)
    )
    return _Tree(session, edges_up(session, start), down=False).of(start)


def _start(line: int | None, order: int | None, suggestion: int | None, purchase: int | None) -> Node:
    kinds = (NodeKind.LINE, NodeKind.PRODUCTION, NodeKind.SUGGESTION, NodeKind.PURCHASE)
    named = [
        (kind, at)
        for kind, at in zip(kinds, (line, order, suggestion, purchase), strict=True)
        if at is not None
    ]
    if len(named) != 1:
        raise _gone("")
    return named[0]


def _gone(record: str) -> NotFound:
    return NotFound(
        _("The record is not there any more."),
        record=record,
        remedy=_("Reload the list: somebody may have removed it."),
    )


@dataclass(frozen=True, slots=True)
class _Facts:
    """What a node says of itself: item, number, customer, when it is wanted or begun, when it is there."""

    item_id: int
    quantity: Decimal
    number: str = ""
    customer: str = ""
    wanted_on: date | None = None
    begins_on: date | None = None
    there_on: date | None = None


class _Tree:
    """Makes the tree of one graph."""

    def __init__(self, session: Session, edges: Edges, *, down: bool) -> None:
        self._edges, self._down = edges, down
        ends = {end for found in edges.values() for edge in found for end in (edge.user, edge.supply)}
        self._facts = _facts(session, {*edges, *ends})
        items = {fact.item_id for fact in self._facts.values()}
        items |= {edge.item_id for found in edges.values() for edge in found}
        self._items = _items(session, items)
        self._names = ItemNames(session, items)
        self._shown: set[Node] = set()
        self._left = MOST_NODES

    def of(self, start: Node) -> TreeNode:
        """The tree from *start*; raises NotFound when there is no such record."""
        fact = self._facts.get(start)
        if fact is None:
            raise _gone(f"{start[0]} {start[1]}")
        return self._node(start, fact.item_id, fact.quantity, None)

    def _node(self, node: Node, item: int, quantity: Decimal, edge: Edge | None) -> TreeNode:
        fact = self._facts.get(node, _Facts(item, quantity))
        repeated = node in self._shown and bool(self._edges.get(node))
        self._shown.add(node)
        children = () if repeated else tuple(self._children(node))
        wanted = self._wanted(edge, fact)
        there = self._facts[edge.supply].there_on if edge and edge.supply in self._facts else fact.there_on
        late = max(0, (there - wanted).days) if there and wanted else 0
        sku, unit = self._items.get(item, ("", ""))
        kind, at = node
        return TreeNode(
            kind, at, item, sku, self._names.of(item), unit, quantity, fact.number, fact.customer, wanted,
            fact.there_on, late, bool(edge and edge.planned) or kind == NodeKind.SUGGESTION,
            _reason(kind, fact, late), repeated, children,
        )  # fmt: skip

    def _wanted(self, edge: Edge | None, fact: _Facts) -> date | None:
        """When the user of the edge wants it: a line when it is due, an order when it begins."""
        user = self._facts.get(edge.user) if edge else fact
        if user is None:
            return None
        return user.wanted_on if edge is None else user.begins_on or user.wanted_on

    def _children(self, node: Node) -> Iterable[TreeNode]:
        for edge in self._edges.get(node, ()):
            if self._left <= 0:
                return
            self._left -= 1
            far = edge.supply if self._down else edge.user
            own = self._facts[far].item_id if not self._down and far in self._facts else edge.item_id
            yield self._node(far, own, edge.quantity, edge)


def _reason(kind: NodeKind, fact: _Facts, late: int) -> str:
    if kind == NodeKind.TO_BUY:
        return _("Has still to be ordered.")
    if kind == NodeKind.MISSING:
        return _("Nothing covers it yet: run the plan.")
    if kind == NodeKind.SAFETY:
        return _("Safety stock")
    if late and fact.there_on:
        return _("There only on {day}.", day=fact.there_on.isoformat())
    return ""


def _items(session: Session, ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    found: dict[int, tuple[str, str]] = {}
    for part in chunks(ids):
        rows = session.execute(select(Item.id, Item.sku, Item.unit).where(Item.id.in_(part)))
        found.update({at: (sku, unit) for at, sku, unit in rows})
    return found


def _facts(session: Session, nodes: Collection[Node]) -> dict[Node, _Facts]:
    zone = working_time.zone(session).key
    found: dict[Node, _Facts] = {}
    readers = {
        NodeKind.LINE: _line_facts,
        NodeKind.PRODUCTION: _production_facts,
        NodeKind.SUGGESTION: _suggestion_facts,
        NodeKind.PURCHASE: _purchase_facts,
    }
    for kind, read in readers.items():
        for part in chunks(at for name, at in nodes if name == kind):
            found.update({(kind, at): fact for at, fact in read(session, part, zone).items()})
    for kind, at in nodes:
        if kind in (NodeKind.STOCK, NodeKind.SAFETY, NodeKind.TO_BUY, NodeKind.MISSING):
            found[kind, at] = _Facts(at, Decimal(0))
    return found


def _line_facts(session: Session, ids: list[int], _zone: str) -> dict[int, _Facts]:
    rows = session.execute(
        select(SalesLine, SalesOrder.number, SalesOrder.ship_by, Partner.name)
        .join(SalesOrder, SalesOrder.id == SalesLine.order_id)
        .join(Partner, Partner.id == SalesOrder.customer_id)
        .where(SalesLine.id.in_(ids))
    )
    return {
        line.id: _Facts(line.item_id, line.quantity, number, customer, line.promised or ship_by)
        for line, number, ship_by, customer in rows
    }


def _production_facts(session: Session, ids: list[int], zone: str) -> dict[int, _Facts]:
    rows = session.execute(
        select(ProductionOrder, Partner.name)
        .outerjoin(SalesOrder, SalesOrder.id == ProductionOrder.sales_order_id)
        .outerjoin(Partner, Partner.id == SalesOrder.customer_id)
        .where(ProductionOrder.id.in_(ids))
    )
    return {
        made.id: _Facts(
            made.item_id, made.quantity, made.number, customer or "", made.due,
            _day(made.planned_start, zone, made.due), _day(made.planned_finish, zone, made.due),
        )
        for made, customer in rows
    }  # fmt: skip


def _suggestion_facts(session: Session, ids: list[int], zone: str) -> dict[int, _Facts]:
    rows = session.scalars(select(Suggestion).where(Suggestion.id.in_(ids)))
    return {
        one.id: _Facts(
            one.item_id, one.quantity, "", "", _day(one.due_at, zone), _day(one.start_at, zone),
            _day(one.available_at, zone),
        )
        for one in rows
    }  # fmt: skip


def _purchase_facts(session: Session, ids: list[int], _zone: str) -> dict[int, _Facts]:
    rows = session.execute(
        select(PurchaseLine, PurchaseOrder.number, Partner.name)
        .join(PurchaseOrder, PurchaseOrder.id == PurchaseLine.order_id)
        .outerjoin(Partner, Partner.id == PurchaseOrder.supplier_id)
        .where(PurchaseLine.id.in_(ids))
    )
    return {
        line.id: _Facts(
            line.item_id, line.quantity, number, supplier or "", line.needed_on, None, line.expected_on
        )
        for line, number, supplier in rows
    }


def _day(moment: datetime | None, zone: str, otherwise: date | None = None) -> date | None:
    return clock.day_of(moment, zone) if moment is not None else otherwise
