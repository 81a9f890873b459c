"""A cost roll-up as lines of a tree, so that each line is the sum of those below it.  No widgets."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from factory_erp.domain.figures import format_figure
from factory_erp.i18n import N_, _, language
from factory_erp.services.engineering.costing import CostParts, CostView
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.rows import Column, Row
from factory_erp.ui.kit.tree import TreeNode

PARTS = {
    "material": N_("Material cost"),
    "machine": N_("Machine"),
    "labour": N_("Labour"),
    "overhead": N_("Overhead"),
    "subcontract": N_("Subcontract"),
    "total": N_("Total"),
}
"""Part of a cost → what it is called."""

COLUMNS = (
    Column("component", N_("Component"), 300, narrowest=230),
    Column("quantity", N_("Quantity"), 124, kind="number"),
    *(Column(key, title, 98 if key == "subcontract" else 86, kind="number") for key, title in PARTS.items()),
    Column("unit_cost", N_("Cost of one"), 104, kind="number", priority=1,
           tooltip=N_("What one unit of the component costs, with all that is below it")),
)  # fmt: skip

LOT_PLACES, UNIT_PLACES = 2, 4
"""Decimals of the cost of a whole lot, and of one unit."""

OWN = "own"
"""First part of the key of a line that says what an item's own routing costs."""


def amount(value: Decimal, places: int) -> str:
    """A cost with that many decimals; a dash for none."""
    return format_figure(value, language(), places, places) if value else figures.NONE


def tree_node(view: CostView, divisor: Decimal, places: int, row: int = 0) -> TreeNode:
    """A line with those below it; its key is (row, item id), as a part may stand there twice.

    Quantities and costs of the lot are divided by *divisor*: by one for the whole lot, by the lot for a
    unit.  The item's own steps stand in a line of their own, before its components.
    """
    cells = (
        _title(view),
        figures.quantity(view.quantity / divisor, view.unit),
        *_amounts(view.per_lot, divisor, places),
        amount(view.per_unit.total, UNIT_PLACES),
    )
    below = [tree_node(child, divisor, places, number) for number, child in enumerate(view.children)]
    if below and view.own.total:
        below.insert(0, _steps(view, divisor, places))
    return TreeNode((row, view.item_id), cells, tuple(below))


def _title(view: CostView) -> str:
    name = f"{view.sku} · {view.name}" if view.name else view.sku
    if view.by_product:
        return _("{item} (by-product)", item=name)
    return _("{item} (phantom)", item=name) if view.phantom else name


def _steps(view: CostView, divisor: Decimal, places: int) -> TreeNode:
    cells: Row = (_("Steps of {sku}", sku=view.sku), "", *_amounts(view.own, divisor, places), "")
    return TreeNode((OWN, view.item_id), cells)


def _amounts(parts: CostParts, divisor: Decimal, places: int) -> Iterable[str]:
    return (amount(getattr(parts, key) / divisor, places) for key in PARTS)


def share(part: Decimal, whole: Decimal) -> str:
    """So many percent of the whole, nothing where there is no whole: "71 %"."""
    return _("{percent} %", percent=figures.number(100 * part / whole, 0)) if whole else ""


def sku_of(view: CostView, item_id: int) -> str:
    """SKU of an item within the roll-up, "" where it is not in it."""
    if view.item_id == item_id:
        return view.sku
    return next((found for child in view.children if (found := sku_of(child, item_id))), "")
