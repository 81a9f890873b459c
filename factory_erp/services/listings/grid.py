"""The list of listings: ids by view, search and order; and the lines that a table paints."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from factory_erp.domain.listings import LeadTier, ListingContent
from factory_erp.models.catalog import Product
from factory_erp.models.listings import Listing, ListingState
from factory_erp.models.platforms import PlatformAccount
from factory_erp.services.base import query
from factory_erp.services.listing import counted, listed
from factory_erp.services.listings.book import read_listings
from factory_erp.services.listings.publish import shown_title
from factory_erp.services.listings.stock import StockReading, read_stock, wanted_stock
from factory_erp.services.listings.values import content_of
from factory_erp.services.listings.views import matching
from factory_erp.services.master_data import by_id

NOUN = "listings"
"""Name of the page in deep links."""

VIEWS = ("all", "draft", "online", "review", "rejected", "problems", "differs")
"""Saved views: every listing; those in a state; with errors; published, but not as they should be now."""

BROUGHT_DAYS = 30
"""Over how many days views, inquiries and orders are counted."""

_STATES = {state.value: state for state in ListingState}
_SORTS: Mapping[str, InstrumentedAttribute[Any]] = {
    "title": Listing.model_number,
    "account": Listing.account_id,
    "state": Listing.state,
    "problems": Listing.problem_count,
    "differs": Listing.differs,
    "pushed_at": Listing.pushed_at,
}


@dataclass(frozen=True, slots=True)
class GridRow:
    """A listing as one line. ``prices`` are the least and the greatest that are wanted, in ``currency``.

    ``published`` and ``publishable`` add up the stock of the items offered; ``published`` is None before the
    platform was told.
    """

    id: int
    product: str
    model_number: str
    title: str
    account: str
    platform: str
    state: ListingState
    message: str
    problems: int
    differs: bool
    published_at: datetime | None
    cover: str
    prices: tuple[Decimal, Decimal] | None
    currency: str
    unit: str
    min_order: Decimal | None
    lead: tuple[LeadTier, ...]
    published: Decimal | None
    publishable: Decimal


@dataclass(frozen=True, slots=True)
class ListedAccount:
    """An account that listings can be on."""

    id: int
    name: str
    platform: str
    language: str


@query
def grid_ids(
    session: Session,
    view: str = "all",
    text: str = "",
    sort: str = "title",
    descending: bool = False,
    account_id: int | None = None,
    product_id: int | None = None,
) -> array[int]:
    """Ids of the view's listings that *text* finds, of one account and product or (None) of all, in order."""
    statement = select(Listing.id)
    if account_id is not None:
        statement = statement.where(Listing.account_id == account_id)
    if product_id is not None:
        statement = statement.where(Listing.product_id == product_id)
    by = _SORTS.get(sort, _SORTS["title"])
    return listed(
        session, statement, Listing, where=_view(view), found=_found(text), by=by, descending=descending,
        empty_last=True,
    )  # fmt: skip


@query
def grid_counts(session: Session, account_id: int | None = None) -> dict[str, int]:
    """View → how many listings it holds, of one account or of all."""

    def condition(view: str) -> ColumnElement[bool] | None:
        parts = [] if account_id is None else [Listing.account_id == account_id]
        if (wanted := _view(view)) is not None:
            parts.append(wanted)
        found: ColumnElement[bool] | None = None
        for part in parts:
            found = part if found is None else found & part
        return found

    return counted(session, Listing, VIEWS, condition)


def _view(view: str) -> ColumnElement[bool] | None:
    if view in _STATES:
        return Listing.state == _STATES[view].value
    if view == "problems":
        return Listing.problem_count > 0
    if view != "differs":
        return None
    return Listing.differs.is_(True) & Listing.pushed_at.is_not(None)


def _found(text: str) -> ColumnElement[bool] | None:
    words = text.strip()
    return matching(words) if words else None


@query
def grid_rows(session: Session, ids: Sequence[int]) -> tuple[GridRow, ...]:
    """The lines of *ids*, in the order asked; what is gone is left out."""
    listings = read_listings(session, ids)
    accounts = by_id(session, PlatformAccount, {listing.account_id for listing in listings})
    products = by_id(session, Product, {listing.product_id for listing in listings})
    stock = read_stock(session, {sku.item_id for listing in listings for sku in listing.skus})
    return tuple(
        _row(one, accounts[one.account_id], products[one.product_id].code, stock) for one in listings
    )


def _row(
    listing: Listing, account: PlatformAccount, product: str, stock: Mapping[int, StockReading]
) -> GridRow:
    content = content_of(listing.wanted)
    offered = [sku for sku in listing.skus if sku.offered]
    told = [sku.stock_pushed for sku in offered if sku.stock_pushed is not None]
    return GridRow(
        id=listing.id,
        product=product,
        model_number=listing.model_number,
        title=shown_title(listing),
        account=account.name,
        platform=account.platform,
        state=ListingState(listing.state),
        message=listing.platform_message,
        problems=listing.problem_count,
        differs=listing.differs,
        published_at=listing.pushed_at,
        cover=content.images[0] if content and content.images else "",
        prices=_span(content),
        currency=content.currency if content else "",
        unit=content.unit if content else "",
        min_order=content.min_order if content else None,
        lead=content.lead if content else (),
        published=sum(told, Decimal(0)) if told else None,
        publishable=sum(wanted_stock(offered, account, stock).values(), Decimal(0)),
    )


def _span(content: ListingContent | None) -> tuple[Decimal, Decimal] | None:
    if content is None:
        return None
    prices = [tier.price for tier in content.prices]
    prices += [tier.price for sku in content.skus for tier in sku.prices]
    return (min(prices), max(prices)) if prices else None


@query
def listed_accounts(session: Session) -> tuple[ListedAccount, ...]:
    """Every platform account, by name."""
    rows = session.scalars(select(PlatformAccount).order_by(PlatformAccount.name, PlatformAccount.id))
    return tuple(ListedAccount(row.id, row.name, row.platform, row.language) for row in rows)
