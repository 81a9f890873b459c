"""A price list as a sheet that is edited and saved as a whole; a copy of a list; the breaks of a family.

The rules of a break are those of ``pricing.changes``, which has the last word on what is written.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.domain.errors import Conflict, NotAllowed
from factory_erp.i18n import _
from factory_erp.models.catalog import Item
from factory_erp.models.pricing import PriceLine, PriceList
from factory_erp.services.base import get, query, use_case
from factory_erp.services.bulk import chunks, insert_rows
from factory_erp.services.engineering.costing import unit_costs
from factory_erp.services.master_data import by_id
from factory_erp.services.pricing.changes import (
    PriceListInput,
    TierInput,
    changed_meanwhile,
    tier_faults,
    write_price_list,
    write_tiers,
)
from factory_erp.services.pricing.matrix import members

Tiers = Mapping[int, Sequence[TierInput]]
"""Item → its breaks, the smallest first; none: the item is not on the list."""


@dataclass(frozen=True, slots=True)
class TierProblem:
    """Why a break cannot be: ``place`` is its number among the item's, from 0; ``field`` as in TierInput."""

    item_id: int
    place: int
    field: str
    message: str


@query
def tier_problems(session: Session, wanted: Tiers) -> list[TierProblem]:
    """Everything for which saving *wanted* would be refused, in the order of *wanted*."""
    units = _units(session, wanted)
    return [
        TierProblem(item_id, fault.place, fault.field, fault.message)
        for item_id, tiers in wanted.items()
        for fault in tier_faults(tiers, units.get(item_id, ""))
    ]


def _units(session: Session, item_ids: Iterable[int]) -> dict[int, str]:
    units: dict[int, str] = {}
    for part in chunks(item_ids):
        units.update(session.execute(select(Item.id, Item.unit).where(Item.id.in_(part))).all())
    return units


@use_case
def save_prices(session: Session, list_id: int, wanted: Tiers, read: Tiers) -> int:
    """Make the breaks of these items on the list those of *wanted*, all or none; how many items changed.

    *read* is what the sheet showed before it was edited. Raises Conflict where somebody else has changed
    one of the items since, and InvalidValue as ``set_tiers``. The same sheet twice changes nothing.
    """
    price_list = get(session, PriceList, list_id, lock=True)
    lines: dict[int, list[PriceLine]] = defaultdict(list)
    for line in _lines(session, list_id, wanted):
        lines[line.item_id].append(line)
    items = by_id(session, Item, wanted)
    changed = 0
    for item_id, tiers in wanted.items():
        item = items.get(item_id) or get(session, Item, item_id)
        now = [TierInput(line.min_quantity, line.price, line.lead_days) for line in lines[item_id]]
        if now == list(tiers):
            continue
        if now and item_id not in read:
            raise _held_already(price_list, item.sku)
        if now != sorted(read.get(item_id, ()), key=lambda tier: tier.min_quantity):
            raise changed_meanwhile(price_list, item.sku)
        write_tiers(session, list_id, item, lines[item_id], tiers)
        changed += 1
    return changed


def _lines(session: Session, list_id: int, item_ids: Iterable[int]) -> Iterator[PriceLine]:
    for part in chunks(item_ids):
        wanted = select(PriceLine).where(PriceLine.list_id == list_id, PriceLine.item_id.in_(part))
        yield from session.scalars(wanted.order_by(PriceLine.item_id, PriceLine.min_quantity))


def _held_already(price_list: PriceList, sku: str) -> Conflict:
    return Conflict(
        _("Item {sku} is on list {code} already.", sku=sku, code=price_list.code),
        record=sku,
        field="sku",
        remedy=_("Take it out here, search for it, and add the break to its prices."),
    )


@use_case
def copy_price_list(session: Session, source_id: int, form: PriceListInput) -> int:
    """Make the list of *form* with all prices of another; its id. The same again makes one list.

    Raises as ``save_price_list``, and NotAllowed for another currency: the prices would be wrong.
    """
    source = get(session, PriceList, source_id)
    for name in ("currency", "kind"):
        if getattr(form, name) != getattr(source, name):
            raise NotAllowed(
                _("The prices of list {code} are in {currency}.", code=source.code, currency=source.currency),
                record=source.code,
                field=name,
                remedy=_("Leave the currency as it is, or make a new list."),
            )
    made = write_price_list(session, form).id
    there = set(session.scalars(select(PriceLine.item_id).filter_by(list_id=made)))
    lines = session.scalars(select(PriceLine).filter_by(list_id=source_id)).all()
    insert_rows(
        session,
        PriceLine,
        [
            {
                "list_id": made,
                "item_id": line.item_id,
                "min_quantity": line.min_quantity,
                "price": line.price,
                "lead_days": line.lead_days,
            }
            for line in lines
            if line.item_id not in there
        ],
    )
    return made


@query
def family_breaks(session: Session, product_id: int, list_id: int) -> dict[Decimal, dict[int, Decimal]]:
    """From which quantity → item → price, for the items of the family's matrix, the smallest first."""
    found: dict[Decimal, dict[int, Decimal]] = {}
    for line in _lines(session, list_id, members(session, product_id)):
        found.setdefault(line.min_quantity, {})[line.item_id] = line.price
    return {quantity: found[quantity] for quantity in sorted(found)}


@query
def lot_costs(
    session: Session, wanted: Iterable[tuple[int, Decimal]]
) -> dict[tuple[int, Decimal], Decimal | None]:
    """(item, lot) → what a unit costs then, in the company's currency; None where nothing is known of it."""
    return {pair: cost or None for pair, cost in unit_costs(session, wanted).items()}


@query
def skus(session: Session, item_ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Item → SKU and unit."""
    found: dict[int, tuple[str, str]] = {}
    for part in chunks(item_ids):
        rows = session.execute(select(Item.id, Item.sku, Item.unit).where(Item.id.in_(part)))
        found.update((item_id, (sku, unit)) for item_id, sku, unit in rows)
    return found
