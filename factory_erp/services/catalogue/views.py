"""What the catalogue pages show: lists of items, one item in full, and which item a foreign SKU may be."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from factory_erp.domain.money import UnitPrice
from factory_erp.domain.weight import Dimensions, Weight
from factory_erp.i18n import language
from factory_erp.models.catalog import (
    Item,
    ItemKind,
    ItemText,
    PackagingLevel,
    PackKind,
    Procurement,
)
from factory_erp.models.engineering import RoutingOperation, WorkCentre
from factory_erp.models.inventory import Location, LocationKind, StockBalance
from factory_erp.packing.containers import CONTAINERS, capacity
from factory_erp.services import search
from factory_erp.services.base import get, query
from factory_erp.services.bulk import chunks
from factory_erp.services.clock import today
from factory_erp.services.engineering import structure as engineering
from factory_erp.services.listing import counted, listed
from factory_erp.services.names import ENGLISH, ItemNames
from factory_erp.services.price_lists import GeneralTier, company_currency, general_tiers
from factory_erp.services.stock import inventory

NOUN = "catalog"
"""Name of the pages in deep links and in the search index."""

VIEWS = ("all", "sellable", "semi_finished", "raw", "packaging", "inactive")
"""Saved views that every workspace has; only the last one holds what was put away."""

LIKELY = 0.3
"""Least likeness of a SKU that is suggested: below it, two of ten letters agree by chance."""


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item as one line of a list; ``pack`` is pieces in a master carton, None where it has none."""

    id: int
    sku: str
    name: str
    options: str
    kind: ItemKind
    procurement: Procurement
    unit: str
    hs_code: str
    on_hand: Decimal
    price_from: UnitPrice | None
    price_is_cost: bool
    pack: int | None


@dataclass(frozen=True, slots=True)
class NameView:
    """What the item is called in one language, and for customs."""

    language: str
    name: str
    declaration_name: str


@dataclass(frozen=True, slots=True)
class PackView:
    """One level of packaging: how many units, outer size, weights."""

    kind: PackKind
    quantity: int
    size: Dimensions
    net: Weight
    gross: Weight


@dataclass(frozen=True, slots=True)
class LoadView:
    """How many master cartons, and units in them, a container takes."""

    container: str
    cartons: int
    pieces: int


@dataclass(frozen=True, slots=True)
class TierView:
    """The unit price from a quantity upwards, for a trade term."""

    min_quantity: Decimal
    price: UnitPrice
    term: str


@dataclass(frozen=True, slots=True)
class OperationView:
    """A step of the routing: minutes to set up and to wait after it, seconds per unit."""

    sequence: int
    name: str
    centre: str
    setup_minutes: int
    run_seconds: Decimal
    queue_minutes: int


@dataclass(frozen=True, slots=True)
class ItemDetail:
    """An item in full; ``standard_cost`` is per unit, ``net`` the weight of one unit."""

    id: int
    sku: str
    name: str
    options: str
    kind: ItemKind
    procurement: Procurement
    unit: str
    active: bool
    sellable: bool
    names: tuple[NameView, ...]
    hs_code: str
    origin: str
    net: Weight
    lead_days: int
    standard_cost: UnitPrice
    on_hand: Decimal
    available: Decimal
    packs: tuple[PackView, ...]
    loads: tuple[LoadView, ...]
    tiers: tuple[TierView, ...]
    operations: tuple[OperationView, ...]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An item that a foreign SKU may mean; ``likeness`` from 0 to 1."""

    item_id: int
    sku: str
    name: str
    likeness: float


def _view(name: str) -> ColumnElement[bool]:
    if name == "inactive":
        return Item.active.is_(False)
    conditions = {
        "sellable": Item.sellable.is_(True),
        "semi_finished": Item.kind == ItemKind.SEMI_FINISHED,
        "raw": Item.kind == ItemKind.RAW,
        "packaging": Item.kind == ItemKind.PACKAGING,
    }
    kept = Item.active.is_(True)
    return and_(kept, conditions[name]) if name in conditions else kept


_SORTS = {
    "sku": Item.sku,
    "options": Item.options,
    "kind": Item.kind,
    "procurement": Item.procurement,
    "unit": Item.unit,
    "hs_code": Item.hs_code,
}


@query
def item_ids(
    session: Session, view: str = "all", words: str = "", sort: str = "sku", descending: bool = False
) -> array[int]:
    """Ids of the items of a view that contain *words*, sorted by the database."""
    statement, column = _sorted(select(Item.id), sort)
    found = _contains(words.strip()) if words.strip() else None
    return listed(session, statement, Item, where=_view(view), found=found, by=column, descending=descending)


def _sorted(statement: Select[int], sort: str) -> tuple[Select[int], ColumnElement[Any]]:
    if sort == "name":
        shown = and_(ItemText.item_id == Item.id, ItemText.language == language())
        return statement.outerjoin(ItemText, shown), func.coalesce(ItemText.name, "")
    if sort == "on_hand":
        held = (
            select(StockBalance.item_id, func.sum(StockBalance.on_hand).label("on_hand"))
            .join(Location, Location.id == StockBalance.location_id)
            .where(Location.kind == LocationKind.WAREHOUSE)
            .group_by(StockBalance.item_id)
            .subquery()
        )
        return statement.outerjoin(held, held.c.item_id == Item.id), func.coalesce(held.c.on_hand, 0)
    return statement, _SORTS.get(sort, Item.sku).expression


def _contains(words: str) -> ColumnElement[bool]:
    """In SKU or a name (also two Chinese characters, too short for the index), or found by the index."""
    named = select(ItemText.item_id).where(ItemText.name.icontains(words, autoescape=True))
    return or_(
        Item.sku.icontains(words, autoescape=True),
        Item.id.in_(named),
        Item.id.in_(search.matching(NOUN, words)),
    )


@query
def item_counts(session: Session) -> dict[str, int]:
    """View → how many items it holds."""
    return counted(session, Item, VIEWS, _view)


@query
def item_rows(session: Session, ids: Sequence[int]) -> list[ItemRow]:
    """The items with these ids, in this order; one that was removed is left out."""
    found = {item.id: item for part in chunks(ids) for item in _items(session, part)}
    names, held = ItemNames(session, found), inventory.on_hand(session, found)
    tiers, costs = _lowest_tiers(session, found), _costs(session, found)
    packs = _master_packs(session, found)
    return [
        ItemRow(
            id=item.id,
            sku=item.sku,
            name=names.of(item.id),
            options=item.options,
            kind=ItemKind(item.kind),
            procurement=Procurement(item.procurement),
            unit=item.unit,
            hs_code=item.hs_code,
            on_hand=held[item.id],
            price_from=tiers.get(item.id, costs.get(item.id)),
            price_is_cost=item.id in costs and item.id not in tiers,
            pack=packs.get(item.id),
        )
        for item in (found[wanted] for wanted in ids if wanted in found)
    ]


def _items(session: Session, ids: Sequence[int]) -> Iterable[Item]:
    return session.scalars(select(Item).where(Item.id.in_(ids)))


def _lowest_tiers(session: Session, items: dict[int, Item]) -> dict[int, UnitPrice]:
    """The lowest tier of each item, in the currency of its first one."""
    tiers = general_tiers(session, items, today())
    return {item_id: _lowest(found) for item_id, found in tiers.items()}


def _costs(session: Session, items: dict[int, Item]) -> dict[int, UnitPrice]:
    """The standard cost of each item that has one."""
    own = company_currency(session)
    return {item.id: UnitPrice(item.standard_cost, own) for item in items.values() if item.standard_cost}


def _lowest(tiers: Sequence[GeneralTier]) -> UnitPrice:
    currency = tiers[0].currency
    return UnitPrice(min(tier.price for tier in tiers if tier.currency == currency), currency)


def _master_packs(session: Session, ids: Iterable[int]) -> dict[int, int]:
    packs: dict[int, int] = {}
    for part in chunks(ids):
        masters = select(PackagingLevel.item_id, PackagingLevel.quantity).where(
            PackagingLevel.item_id.in_(part), PackagingLevel.kind == PackKind.MASTER
        )
        packs.update(session.execute(masters).all())
    return packs


@query
def find_item(session: Session, key: str) -> int | None:
    """Id of the item that a deep link names by SKU or by id; None where there is none."""
    found = session.scalar(select(Item.id).where(Item.sku == key))
    if found is None and key.isascii() and key.isdigit():
        found = session.scalar(select(Item.id).where(Item.id == int(key)))
    return found


@query
def item_detail(session: Session, item_id: int) -> ItemDetail:
    """The item in full. Raises NotFound."""
    item = get(session, Item, item_id)
    packs = _packs(item)
    texts = sorted(item.texts, key=lambda text: (text.language != ENGLISH, text.language))
    return ItemDetail(
        id=item.id,
        sku=item.sku,
        name=ItemNames(session, [item.id]).of(item.id),
        options=item.options,
        kind=ItemKind(item.kind),
        procurement=Procurement(item.procurement),
        unit=item.unit,
        active=item.active,
        sellable=item.sellable,
        names=tuple(NameView(text.language, text.name, text.declaration_name) for text in texts),
        hs_code=item.hs_code,
        origin=item.origin,
        net=Weight(item.net_g),
        lead_days=item.lead_days,
        standard_cost=UnitPrice(item.standard_cost, company_currency(session)),
        on_hand=inventory.on_hand(session, [item.id])[item.id],
        available=inventory.available(session, [item.id])[item.id],
        packs=packs,
        loads=_loads(packs),
        tiers=_tiers(session, item.id),
        operations=_operations(session, item.id),
    )


def _packs(item: Item) -> tuple[PackView, ...]:
    inside_out = list(PackKind)
    levels = sorted(item.packaging, key=lambda level: inside_out.index(PackKind(level.kind)))
    return tuple(
        PackView(
            PackKind(level.kind),
            level.quantity,
            Dimensions(level.length_mm, level.width_mm, level.height_mm),
            Weight(level.net_g),
            Weight(level.gross_g),
        )
        for level in levels
    )


def _loads(packs: Sequence[PackView]) -> tuple[LoadView, ...]:
    """What each container takes of the master carton; nothing where it has no size or weight."""
    master = next((pack for pack in packs if pack.kind is PackKind.MASTER and pack.gross), None)
    if master is None:
        return ()
    size = (master.size.length_mm, master.size.width_mm, master.size.height_mm)
    counts = {code: capacity(code, *size, master.gross.grams).cartons for code in CONTAINERS}
    return tuple(LoadView(code, count, count * master.quantity) for code, count in counts.items())


def _tiers(session: Session, item_id: int) -> tuple[TierView, ...]:
    tiers = general_tiers(session, [item_id], today()).get(item_id, ())
    return tuple(
        TierView(tier.min_quantity, UnitPrice(tier.price, tier.currency), tier.term) for tier in tiers
    )


def _operations(session: Session, item_id: int) -> tuple[OperationView, ...]:
    routing = engineering.current_routing(session, item_id, today())
    if routing is None:
        return ()
    chinese = language().startswith("zh")
    steps = (
        select(RoutingOperation, WorkCentre)
        .join(WorkCentre, WorkCentre.id == RoutingOperation.centre_id)
        .where(RoutingOperation.routing_id == routing.id)
        .order_by(RoutingOperation.sequence)
    )
    return tuple(
        OperationView(
            step.sequence,
            step.name_zh if chinese else step.name_en,
            centre.name_zh if chinese else centre.name_en,
            step.setup_minutes,
            step.run_seconds,
            step.queue_minutes,
        )
        for step, centre in session.execute(steps)
    )


@query
def suggest(session: Session, text: str, limit: int = 8) -> list[Suggestion]:
    """Sellable items whose SKU is like *text*, the likest first; for a platform's unknown SKU.

    All SKUs are compared (50,000 in a quarter of a second): call it in the background.
    """
    wanted = text.strip()
    if not wanted:
        return []
    skus = session.execute(select(Item.id, Item.sku).where(Item.active, Item.sellable))
    rated = [(likeness(wanted, sku), item_id, sku) for item_id, sku in skus]
    best = sorted((row for row in rated if row[0] >= LIKELY), key=lambda row: (-row[0], row[2]))[:limit]
    names = ItemNames(session, [item_id for _rate, item_id, _sku in best])
    return [Suggestion(item_id, sku, names.of(item_id), rate) for rate, item_id, sku in best]


def likeness(first: str, second: str) -> float:
    """How alike two SKUs are, 0 to 1: case and separators aside; a common beginning counts most.

    Else the share of common trigrams (Dice's coefficient).
    """
    one, two = _plain(first), _plain(second)
    if one == two:
        return 1.0
    if min(len(one), len(two)) >= 3 and (one.startswith(two) or two.startswith(one)):
        return 0.8 + 0.2 * min(len(one), len(two)) / max(len(one), len(two))
    ours, theirs = _trigrams(one), _trigrams(two)
    return 0.8 * 2 * len(ours & theirs) / (len(ours) + len(theirs) or 1)


def _plain(sku: str) -> str:
    return "".join(letter for letter in sku.casefold() if letter.isalnum())


def _trigrams(text: str) -> set[str]:
    return {text[start : start + 3] for start in range(len(text) - 2)}
