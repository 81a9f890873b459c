"""What a pegging tree can begin with: found by number or SKU, and read either way.  No Qt."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from factory_erp.domain.errors import NotFound
from factory_erp.i18n import _
from factory_erp.services import search
from factory_erp.services.material import tree as material_tree
from factory_erp.services.material.tree import TreeNode
from factory_erp.services.production import orders as production
from factory_erp.services.purchasing import orders as purchases
from factory_erp.services.sales import views as sales_views
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.choose import Choice
from factory_erp.ui.material import words

FROM, TO = "from", "to"
"""Where it comes from; whom it is for."""

WAYS: Mapping[str, tuple[str, ...]] = {
    "line": (FROM,),
    "production": (FROM, TO),
    "suggestion": (FROM, TO),
    "purchase": (TO,),
    "item": (TO,),
}
"""Kinds of records that a tree begins with, and which ways it goes from there."""

_NAMED = {
    "line": "sales_line_id",
    "production": "production_order_id",
    "suggestion": "suggestion_id",
    "purchase": "purchase_line_id",
    "item": "item_id",
}

FOUND_MOST = 40
OFFERED = 10
"""Open orders that are offered before anything is typed."""


@dataclass(frozen=True, slots=True)
class Start:
    """A record to begin with; *kind* is a key of WAYS."""

    kind: str
    record_id: int

    @property
    def key(self) -> str:
        """As a deep link ends."""
        return f"{self.kind}/{self.record_id}"

    @classmethod
    def of(cls, key: object) -> Start | None:
        """The start with that key; None for one that makes no sense."""
        kind, _slash, record = str(key).partition("/")
        return cls(kind, int(record)) if kind in WAYS and record.isdecimal() else None


def read_tree(start: Start, way: str) -> TreeNode:
    """The tree from *start*. Raises NotFound."""
    named = {_NAMED[start.kind]: start.record_id}
    return material_tree.where_from(**named) if way == FROM else material_tree.where_to(**named)


def title_of(root: TreeNode) -> str:
    """How the edit names what a tree begins with."""
    if not root.number:
        return root.sku
    return f"{root.number} · {root.sku}"


def find(text: str) -> Sequence[Choice]:
    """Order lines, production orders, purchase lines and items that contain *text*.

    Without a text, the lines of the newest orders.
    """
    if not text.strip():
        newest = list(sales_views.order_ids("all")[:OFFERED])
        return list(_lines(newest))[:FOUND_MOST]
    return list(_found(text.strip()))[:FOUND_MOST]


def _found(text: str) -> Iterator[Choice]:
    for hit in search.find(text, limit=FOUND_MOST):
        reader = _READERS.get(hit.kind)
        if reader is not None:
            try:
                yield from reader(hit)
            except NotFound:
                continue


def _lines(order_ids: Iterable[int]) -> Iterator[Choice]:
    for order_id in order_ids:
        order = sales_views.order_detail(order_id)
        for line in order.lines:
            amount = figures.quantity(line.quantity, line.unit)
            yield Choice(f"line/{line.id}", f"{order.number} · {line.sku}", f"{amount} · {order.customer}")


def _production(hit: search.Hit) -> Iterator[Choice]:
    for row in production.production_rows([hit.record_id]):
        amount = figures.quantity(row.quantity, row.unit)
        yield Choice(f"production/{row.id}", f"{row.number} · {row.sku}", amount)


def _purchases(hit: search.Hit) -> Iterator[Choice]:
    view = purchases.purchase(hit.record_id)
    for line in view.lines:
        amount = figures.quantity(line.quantity, line.unit)
        yield Choice(
            f"purchase/{line.id}", f"{view.row.number} · {line.sku}", f"{amount} · {view.row.supplier}"
        )


def _items(hit: search.Hit) -> Iterator[Choice]:
    yield Choice(f"item/{hit.record_id}", hit.title, f"{_('Item')} · {hit.subtitle}")


_READERS: Mapping[str, Callable[[search.Hit], Iterator[Choice]]] = {
    "sales": lambda hit: _lines([hit.record_id]),
    "production": _production,
    "purchase": _purchases,
    "catalog": _items,
}


def link_of(node: TreeNode) -> str:
    """Deep link to the record of a node of a tree."""
    links = {
        material_tree.NodeKind.LINE: f"erp://sales/{node.number}",
        material_tree.NodeKind.PRODUCTION: f"erp://production/{node.record_id}",
        material_tree.NodeKind.SUGGESTION: f"erp://material/suggestions/{node.record_id}",
        material_tree.NodeKind.PURCHASE: words.purchase_link(node.number),
    }
    return links.get(node.kind, words.item_link(node.sku))
