"""The bill of materials as a tree, and the routing as a table."""

from __future__ import annotations

from collections.abc import Sequence

from factory_erp.i18n import N_, _
from factory_erp.services.catalogue.views import OperationView
from factory_erp.services.engineering.structure import BillNode
from factory_erp.ui.catalog import words
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.rows import Column
from factory_erp.ui.kit.simple_table import SimpleTable
from factory_erp.ui.kit.tree import BillTree, TreeNode

BILL_COLUMNS = (
    Column("component", N_("Component"), 190),
    Column("quantity", N_("Quantity"), 84, kind="number"),
    Column("unit", N_("Unit"), 48, priority=2),
    Column("on_hand", N_("On hand"), 78, kind="number", priority=1),
    Column("procurement", N_("Make or buy"), 104, kind="date", priority=3),
)
WIDE_BILL_COLUMNS = (
    Column("component", N_("Component"), 240),
    Column("name", N_("Name"), 260, priority=2),
    *BILL_COLUMNS[1:],
)
ROUTING_COLUMNS = (
    Column("sequence", N_("Step"), 56, kind="number"),
    Column("operation", N_("Operation"), 200),
    Column("centre", N_("Work centre"), 220, priority=1),
    Column("setup", N_("Set-up, min"), 104, kind="number", priority=2),
    Column("run", N_("Seconds per unit"), 138, kind="number"),
    Column("queue", N_("Wait after, min"), 124, kind="number", priority=3),
)


def small_tree() -> BillTree:
    """A tree for the card beside the list."""
    return _named(BillTree(BILL_COLUMNS))


def wide_tree() -> BillTree:
    """A tree for the item's own page."""
    return _named(BillTree(WIDE_BILL_COLUMNS))


def _named(tree: BillTree) -> BillTree:
    tree.setAccessibleName(_("Bill of materials"))
    return tree


def tree_node(node: BillNode, *, with_name: bool, row: int = 0) -> TreeNode:
    """A line of the bill with those below it; its key is (row, item id): a part may stand there twice."""
    name = (node.name,) if with_name else ()
    label = node.sku if with_name or not node.name else f"{node.sku} · {node.name}"
    cells = (
        label,
        *name,
        figures.number(node.quantity),
        figures.unit(node.unit),
        figures.number(node.on_hand, 3),
        words.procurement(node.procurement),
    )
    below = tuple(tree_node(child, with_name=with_name, row=n) for n, child in enumerate(node.children))
    return TreeNode((row, node.item_id), cells, below)


def item_of(key: object) -> int:
    """Item id of a node's key."""
    assert isinstance(key, tuple)
    item_id = key[1]
    assert isinstance(item_id, int)
    return item_id


def routing_table() -> SimpleTable:
    """The steps that make an item."""
    table = SimpleTable(ROUTING_COLUMNS)
    table.set_name(_("Routing"))
    table.set_empty_text(_("This item has no routing."))
    return table


def show_routing(table: SimpleTable, operations: Sequence[OperationView]) -> None:
    """Put *operations* into *table*."""
    table.set_rows(
        [
            (
                str(step.sequence),
                step.name,
                step.centre,
                figures.number(step.setup_minutes),
                figures.number(step.run_seconds),
                figures.number(step.queue_minutes),
            )
            for step in operations
        ],
        [step.sequence for step in operations],
    )
