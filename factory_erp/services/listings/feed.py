"""Stock, lead times and prices that have to go out because they changed.

Stock moves, reservations and schedules call nothing: each run compares what the platform was told last with
what is true now, in few statements for thousands of listings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from factory_erp.domain.listings import LeadTier, ListingContent, ListingRules, PriceTier
from factory_erp.i18n import _
from factory_erp.models.catalog import Item
from factory_erp.models.listings import Listing, ListingSku, ListingState
from factory_erp.models.platforms import OutboxMessage, PlatformAccount
from factory_erp.services.base import get, use_case
from factory_erp.services.listings.book import compose_and_store
from factory_erp.services.listings.lead import LeadTimes
from factory_erp.services.listings.messages import Kind, Placed, latest, place
from factory_erp.services.listings.publish import shown_title
from factory_erp.services.listings.stock import StockReading, as_taken, read_stock, wanted_stock
from factory_erp.services.listings.values import content_of
from factory_erp.services.master_data import by_id

PUBLISHED = (ListingState.ONLINE, ListingState.REVIEW, ListingState.PUBLISHING)
"""States in which a listing that the platform has is kept up to date."""

PRICE_FIELDS = frozenset({"prices", "skus", "currency", "min_order", "unit"})
"""Problems with these keep prices from being sent."""

Payload = Mapping[str, object]


@use_case
def queue_changes(session: Session, account_id: int, rules: ListingRules | None = None) -> int:
    """Put what changed since it was published into the outbox; how many messages were written.

    With *rules* the prices are composed anew first; without, those that were composed last count.
    """
    account = get(session, PlatformAccount, account_id)
    listings = _published(session, account_id)
    written = _queue_stock(session, account, listings) if account.push_stock else 0
    if account.push_lead_time:
        written += _queue_lead(session, account_id, listings, rules or ListingRules())
    if account.push_prices:
        written += _queue_prices(session, account_id, listings, rules)
    return written


def _published(session: Session, account_id: int) -> list[Listing]:
    """The account's listings that the platform has and shows, or is about to."""
    rows = (
        select(Listing)
        .where(Listing.account_id == account_id, Listing.external_id != "", Listing.state.in_(PUBLISHED))
        .order_by(Listing.id)
        .options(selectinload(Listing.skus))
    )
    return list(session.scalars(rows))


class _Out:
    """Writes the messages of one kind and counts those that are new."""

    def __init__(self, session: Session, account_id: int, kind: Kind, listings: Sequence[Listing]) -> None:
        self._session, self._kind = session, kind
        self._last = latest(session, account_id, kind, [listing.id for listing in listings])
        self.written = 0

    def put(self, listing: Listing, title: str, payload: Payload) -> None:
        """Write the message unless it waits already or an earlier one is on its way."""
        last: OutboxMessage | None = self._last.get(listing.id)
        about = {"listing_id": listing.id, "external_id": listing.external_id}
        placed = place(self._session, listing, self._kind, {**about, **payload}, title, last)
        self.written += placed is Placed.QUEUED


def _queue_stock(session: Session, account: PlatformAccount, listings: Sequence[Listing]) -> int:
    stock = read_stock(session, {sku.item_id for listing in listings for sku in listing.skus})
    changed = [(listing, rows) for listing in listings if (rows := stock_rows(listing, account, stock))]
    out = _Out(session, account.id, Kind.STOCK, [listing for listing, _rows in changed])
    for listing, rows in changed:
        said = [[item_id, sku_id, f"{quantity:f}"] for item_id, sku_id, quantity in rows]
        out.put(listing, _("Stock of {title}", title=shown_title(listing)), {"stock": said})
    return out.written


def stock_rows(
    listing: Listing, account: PlatformAccount, stock: Mapping[int, StockReading]
) -> list[tuple[int, str, Decimal]]:
    """(item, its id on the platform, what can be ordered) of all items where any changed; else none.

    An item whose id on the platform is not known yet waits for the next reading of the listing; the only
    item of a listing is the listing itself, "".
    """
    wanted = wanted_stock(listing.skus, account, stock)
    known = [sku for sku in listing.skus if sku.external_sku_id] or _only(listing.skus)
    if all(sku.stock_pushed == wanted[sku.item_id] for sku in known):
        return []
    return [(sku.item_id, sku.external_sku_id, wanted[sku.item_id]) for sku in known]


def _only(skus: Sequence[ListingSku]) -> list[ListingSku]:
    offered = [sku for sku in skus if sku.offered]
    return offered if len(offered) == 1 else []


def _queue_lead(session: Session, account_id: int, listings: Sequence[Listing], rules: ListingRules) -> int:
    """Those without a typed lead time whose days are not those that the platform was told."""
    pushed = {listing.id: content_of(listing.pushed) for listing in listings if listing.lead_days is None}
    made = _first_items(session, listings)
    lead = LeadTimes(session, set(made.values()))
    changed: list[tuple[Listing, tuple[LeadTier, ...]]] = []
    for listing in listings:
        said, item_id = pushed.get(listing.id), made.get(listing.id)
        if said is None or item_id is None:
            continue
        days = lead.tiers(item_id, [tier.quantity for tier in said.prices] or [said.min_order])
        tiers = as_taken(days, listing, rules)
        if tiers and tiers != said.lead:
            changed.append((listing, tiers))
    out = _Out(session, account_id, Kind.LEAD_TIME, [listing for listing, _tiers in changed])
    for listing, tiers in changed:
        title = _("Lead time of {title}", title=shown_title(listing))
        out.put(listing, title, {"lead": [[f"{tier.quantity:f}", tier.days] for tier in tiers]})
    return out.written


def _first_items(session: Session, listings: Sequence[Listing]) -> dict[int, int]:
    """Listing → the first of its offered items by SKU: it stands for the family, as in composing."""
    offers = {listing.id: [sku.item_id for sku in listing.skus if sku.offered] for listing in listings}
    items = by_id(session, Item, {item_id for offered in offers.values() for item_id in offered})
    found: dict[int, int] = {}
    for listing_id, offered in offers.items():
        active = [items[item_id] for item_id in offered if items[item_id].active]
        if active:
            found[listing_id] = min(active, key=lambda item: item.sku).id
    return found


def _queue_prices(
    session: Session, account_id: int, listings: Sequence[Listing], rules: ListingRules | None
) -> int:
    bad: set[int] = set()
    if rules is not None:
        composed = compose_and_store(session, listings, rules)
        for listing_id, one in composed.items():
            if any(p.field in PRICE_FIELDS and p.severity == "error" for p in one.problems):
                bad.add(listing_id)
    changed = [
        (listing, payload)
        for listing in listings
        if listing.id not in bad and (payload := price_change(listing)) is not None
    ]
    out = _Out(session, account_id, Kind.PRICES, [listing for listing, _payload in changed])
    for listing, payload in changed:
        out.put(listing, _("Prices of {title}", title=shown_title(listing)), payload)
    return out.written


def price_change(listing: Listing) -> Payload | None:
    """What to tell the platform of the prices; None where they are those that it was told, or there are none.

    Another currency, or a variant that the platform does not have yet, needs the whole listing published.
    """
    wanted, pushed = content_of(listing.wanted), content_of(listing.pushed)
    if wanted is None or pushed is None or wanted.currency != pushed.currency or not wanted.prices:
        return None
    mine, theirs = _sku_prices(wanted), _sku_prices(pushed)
    common = {code: prices for code, prices in mine.items() if code in theirs}
    same = all(theirs[code] == prices for code, prices in common.items())
    if wanted.prices == pushed.prices and same:
        return None
    ids = {sku.sku_code: sku.external_id for sku in wanted.skus}
    if any(common.values()) and not all(ids[code] for code in common):
        # Prices of variants go by the platform's ids: they wait for the next reading of the listing.
        return None
    skus = [[code, ids[code], _rows(prices)] for code, prices in common.items()]
    return {"currency": wanted.currency, "prices": _rows(wanted.prices), "skus": skus}


def _sku_prices(content: ListingContent) -> dict[str, tuple[PriceTier, ...]]:
    return {sku.sku_code: sku.prices for sku in content.skus}


def _rows(tiers: Sequence[PriceTier]) -> list[list[str]]:
    return [[f"{tier.quantity:f}", f"{tier.price:f}"] for tier in tiers]
