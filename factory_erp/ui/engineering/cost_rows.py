"""Standard costs as the list shows them: which rows, in which order, in which words."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from factory_erp.i18n import N_, _
from factory_erp.services.engineering.costing import StandardCost
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.rows import Column, PillCell, Row
from factory_erp.ui.kit.theme import Tone

COLUMNS = (
    Column("sku", N_("SKU"), 150),
    Column("name", N_("Name"), 240, priority=1),
    Column("old", N_("Cost now"), 110, kind="number"),
    Column("new", N_("New cost"), 110, kind="number"),
    Column("difference", N_("Difference"), 104, kind="number"),
    Column("mark", N_("Change"), 100, kind="pill", priority=3),
    Column("source", N_("Where it comes from"), 250, priority=2),
)


def arranged(
    rows: Sequence[StandardCost], text: str, *, only_changed: bool, by_sku: bool
) -> list[StandardCost]:
    """The rows to show: those that fit *text*, the largest difference first (new ones before all)."""
    sought = text.strip().casefold()
    fitting = [
        one
        for one in rows
        if (one.old != one.new or not only_changed) and sought in f"{one.sku}\n{one.name}".casefold()
    ]
    if by_sku:
        return sorted(fitting, key=lambda one: one.sku)
    return sorted(fitting, key=lambda one: (-_weight(one), one.sku))


def _weight(one: StandardCost) -> Decimal:
    if one.difference_percent is None:
        return Decimal("Infinity") if one.new else Decimal(0)
    return abs(one.difference_percent)


def cost_row(one: StandardCost) -> Row:
    """A standard cost as the list shows it."""
    percent = one.difference_percent
    difference = figures.NONE if percent is None else _("{percent} %", percent=f"{percent:+,.2f}")
    return one.sku, one.name, figures.cost(one.old), figures.cost(one.new), difference, mark(one), one.source


def mark(one: StandardCost) -> PillCell:
    """In a word: dearer, cheaper, new, the same."""
    if one.new == one.old:
        return PillCell(_("the same"), Tone.NEUTRAL)
    if one.difference_percent is None:
        return PillCell(_("new"), Tone.INFO)
    return PillCell(_("dearer"), Tone.WARNING) if one.new > one.old else PillCell(_("cheaper"), Tone.SUCCESS)
