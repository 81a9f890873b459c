"""Where an item is used: bills of materials read upwards, through all levels.

The implosion of an item is the explosion of its parents read backwards: added up over all paths, the
quantities are those of ``engineering.structure.bill_tree`` (``docs/algorithms/bills.md``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, literal, or_, select
from sqlalchemy.orm import Session

from factory_erp.models.catalog import Item, Procurement
from factory_erp.models.engineering import Bill, BillAlternate, BillLine
from factory_erp.planning.material.explode import PPM
from factory_erp.services import clock
from factory_erp.services.base import get, query
from factory_erp.services.bulk import chunks
from factory_erp.services.engineering.structure import current_bills, shown
from factory_erp.services.master_data import by_id
from factory_erp.services.names import ItemNames


@dataclass(frozen=True, slots=True)
class UseRow:
    """One way in which an item goes into a parent: *quantity* of it (in its unit) per one parent.

    *path* holds SKUs from the parent down to the item; *level* 1 is the bill that names the item.
    *alternate*: something on the path is only an alternate. *phantom* and *by_product* are those of the
    parent's own line. *current*: every bill on the path is the one valid today. *top*: the parent goes
    into nothing else.
    """

    parent_id: int
    sku: str
    name: str
    unit: str
    bill_id: int
    revision: str
    quantity: Decimal
    level: int
    path: tuple[str, ...]
    alternate: bool
    phantom: bool
    by_product: bool
    current: bool
    top: bool


@dataclass(frozen=True, slots=True)
class _Use:
    """A line of a bill seen from its component."""

    parent_id: int
    bill_id: int
    revision: str
    share: Fraction
    alternate: bool
    phantom: bool
    by_product: bool
    current: bool


@dataclass(frozen=True, slots=True)
class _Way:
    """A path from the item upwards: the uses, the item's own first, and the quantity so far."""

    item_id: int
    uses: tuple[_Use, ...]
    quantity: Fraction


@query
def where_used(
    session: Session,
    item_id: int,
    day: date | None = None,
    all_levels: bool = True,
    tops_only: bool = False,
) -> list[UseRow]:
    """Every way in which the item goes into another, nearest first, then by SKU. Raises NotFound.

    On *day* only the valid bills count; without a day every bill that is valid today or later does.
    What comes out of a bill as a by-product is shown at that bill and followed no further; a bought
    parent, which is not made, is followed only where it is a phantom. *tops_only* leaves out parents
    that themselves go into something.
    """
    item = get(session, Item, item_id)
    uses = _graph(session, item_id, day, all_levels)
    parents = {use.parent_id for found in uses.values() for use in found}
    items = {item.id: item, **by_id(session, Item, parents)}
    used = _consumed(uses) if all_levels else _used_somewhere(session, parents, day)
    names = ItemNames(session, parents)
    rows = [_row(way, item.sku, items, names, used) for way in _ways(item_id, uses, items)]
    wanted = [row for row in rows if row.top] if tops_only else rows
    return sorted(wanted, key=lambda row: (row.level, row.sku, row.revision, row.path))


def _graph(session: Session, item_id: int, day: date | None, all_levels: bool) -> dict[int, list[_Use]]:
    """Component → its uses, read level by level: two statements and a check of the bills for each."""
    uses: dict[int, list[_Use]] = {}
    seen, wanted = {item_id}, {item_id}
    while wanted:
        found = _uses(session, wanted, day)
        for component, use in found:
            uses.setdefault(component, []).append(use)
        wanted = {use.parent_id for _component, use in found if not use.by_product} - seen
        seen |= wanted
        if not all_levels:
            break
    return uses


def _uses(session: Session, item_ids: Collection[int], day: date | None) -> list[tuple[int, _Use]]:
    lines = _columns(BillLine, literal(False)).join(BillLine, BillLine.bill_id == Bill.id)
    instead = (
        _columns(BillAlternate, literal(True))
        .join(BillLine, BillLine.bill_id == Bill.id)
        .join(BillAlternate, BillAlternate.line_id == BillLine.id)
    )
    rows: list[Any] = []
    for part in chunks(item_ids):
        for kind, statement in ((BillLine, lines), (BillAlternate, instead)):
            rows += session.execute(statement.where(kind.component_id.in_(part), _alive(day))).all()
    heads = current_bills(session, {row[1] for row in rows}, day or clock.today())
    valid = {head.id for head in heads.values()}
    return [
        (component, _Use(parent, bill, revision, _share(quantity, scrap, output), alternate, phantom,
                         by_product, bill in valid))
        for component, parent, bill, revision, output, quantity, scrap, phantom, by_product, alternate in rows
        if day is None or bill in valid
    ]  # fmt: skip


Columns = Select[int, int, int, str, Decimal, Decimal, int, bool, bool, bool]
"""Component, parent, bill, revision, its output, quantity, scrap, phantom, by-product, alternate."""


def _columns(kind: type[BillLine] | type[BillAlternate], alternate: ColumnElement[bool]) -> Columns:
    return select(
        kind.component_id, Bill.item_id, Bill.id, Bill.revision, Bill.output, kind.quantity,
        BillLine.scrap_ppm, BillLine.phantom, BillLine.by_product, alternate,
    ).select_from(Bill)  # fmt: skip


def _alive(day: date | None) -> ColumnElement[bool]:
    """Bills valid on *day*, or those that are not over yet."""
    open_end = or_(Bill.valid_to.is_(None), Bill.valid_to >= (day or clock.today()))
    return open_end if day is None else and_(Bill.valid_from <= day, open_end)


def _share(quantity: Decimal, scrap_ppm: int, output: Decimal) -> Fraction:
    return Fraction(quantity) * Fraction(PPM + scrap_ppm, PPM) / Fraction(output)


def _consumed(uses: Mapping[int, list[_Use]]) -> set[int]:
    return {component for component, found in uses.items() if any(not use.by_product for use in found)}


def _used_somewhere(session: Session, item_ids: Collection[int], day: date | None) -> set[int]:
    return {component for component, use in _uses(session, item_ids, day) if not use.by_product}


def _ways(item_id: int, uses: Mapping[int, list[_Use]], items: Mapping[int, Item]) -> Iterator[_Way]:
    """All paths upwards, without recursion; a circle, which no saved bill has, is gone round once only."""
    waiting = [_Way(item_id, (), Fraction(1))]
    while waiting:
        way = waiting.pop()
        above = {item_id, *(use.parent_id for use in way.uses)}
        for use in uses.get(way.item_id, ()):
            if use.parent_id in above or not _follows(way, use, items):
                continue
            longer = _Way(use.parent_id, (*way.uses, use), way.quantity * use.share)
            yield longer
            if not use.by_product:
                waiting.append(longer)


def _follows(way: _Way, use: _Use, items: Mapping[int, Item]) -> bool:
    """Whether a parent reached so far is made for this use of it; the item itself always counts."""
    if not way.uses:
        return True
    made = items[way.item_id].procurement == Procurement.MAKE
    return not use.by_product and (made or (use.phantom and not use.alternate))


def _row(way: _Way, sku: str, items: Mapping[int, Item], names: ItemNames, used: Collection[int]) -> UseRow:
    parent, last = items[way.item_id], way.uses[-1]
    below = [items[use.parent_id].sku for use in reversed(way.uses)]
    return UseRow(
        parent.id, parent.sku, names.of(parent.id), parent.unit, last.bill_id, last.revision,
        shown(way.quantity), len(way.uses), (*below, sku), any(use.alternate for use in way.uses),
        last.phantom, last.by_product, all(use.current for use in way.uses), parent.id not in used,
    )  # fmt: skip
