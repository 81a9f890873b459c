"""How listings stand on their platform: what to ask after, and taking in what it answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from factory_erp.models.catalog import Item, Product
from factory_erp.models.listings import Listing, ListingSku, ListingState
from factory_erp.services.base import get, query, use_case
from factory_erp.services.channel_index import index_listings
from factory_erp.services.clock import now
from factory_erp.services.listings.messages import Kind, latest, under_way, waits
from factory_erp.services.listings.values import write_facts, write_sku_facts
from factory_erp.services.master_data import by_id

SELDOM = timedelta(days=1)
"""How often the platform is asked after a listing of which nothing is expected."""

MOVING = (ListingState.REVIEW, ListingState.PUBLISHING)
"""States that change by themselves: asked after in every run."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A listing as the platform shows it; ``skus`` are (SKU, the platform's id)."""

    external_id: str
    model_number: str
    title: str
    state: ListingState
    message: str = ""
    skus: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """A listing that the platform should be asked after."""

    listing_id: int
    external_id: str
    model_number: str


@query
def to_ask(session: Session, account_id: int, limit: int = 500) -> tuple[Question, ...]:
    """The account's listings to ask after: those in review or being published, the others once a day."""
    long_ago = or_(Listing.checked_at.is_(None), Listing.checked_at <= now() - SELDOM)
    wanted = (
        select(Listing.id, Listing.external_id, Listing.model_number)
        .where(Listing.account_id == account_id, Listing.external_id != "")
        .where(or_(Listing.state.in_(MOVING), long_ago))
        .order_by(Listing.state.in_(MOVING).desc(), Listing.checked_at.asc().nulls_first(), Listing.id)
        .limit(limit)
    )
    return tuple(Question(*row) for row in session.execute(wanted))


@use_case
def take_standing(session: Session, listing_id: int, standing: Standing) -> bool:
    """Take in how the listing stands; whether its state or message changed.

    A listing with a message on its way stays *publishing*: the answer may be from before it.
    """
    listing = get(session, Listing, listing_id, lock=True)
    last = latest(session, listing.account_id, Kind.LISTING, [listing.id]).get(listing.id)
    kept = listing.state == ListingState.PUBLISHING and (under_way(last) or waits(last))
    state = ListingState.PUBLISHING if kept else standing.state
    moved = (listing.state, listing.platform_message) != (state, standing.message)
    _take_sku_ids(session, listing, standing.skus)
    facts = {"state": state, "platform_message": standing.message, "checked_at": now()}
    write_facts(session, listing.id, facts)
    return moved


def _take_sku_ids(session: Session, listing: Listing, skus: Sequence[tuple[str, str]]) -> None:
    """Remember the platform's ids of the items; the only one of each side belong together."""
    ids = dict(skus)
    items = by_id(session, Item, {sku.item_id for sku in listing.skus})
    offered = [sku for sku in listing.skus if sku.offered]
    if len(offered) == 1 and len(skus) == 1:
        ids.setdefault(items[offered[0].item_id].sku, skus[0][1])
    for sku in listing.skus:
        found = ids.get(items[sku.item_id].sku, "")
        if found and found != sku.external_sku_id:
            facts = {"external_sku_id": found, "stock_pushed": None, "stock_pushed_at": None}
            write_sku_facts(session, listing.id, sku.id, facts)


@use_case
def take_gone(session: Session, listing_id: int, reason: str) -> bool:
    """The platform does not have the listing any more; whether that is news."""
    listing = get(session, Listing, listing_id, lock=True)
    moved = listing.state != ListingState.DELETED
    facts = {"state": ListingState.DELETED, "platform_message": reason, "checked_at": now()}
    write_facts(session, listing.id, facts)
    return moved


@use_case
def adopt(session: Session, account_id: int, standing: Standing) -> int | None:
    """Bind a listing that the platform has already to ours with its model number; its id, None for none.

    Where there is no listing, a product with that code gets one. A listing that is bound to another one of
    the platform's stays so: that is a double, for a person to look at.
    """
    bound = session.scalar(select(Listing).filter_by(account_id=account_id, external_id=standing.external_id))
    if bound is not None:
        return bound.id
    listing = session.scalar(
        select(Listing).filter_by(account_id=account_id, model_number=standing.model_number)
    ) or _for_product(session, account_id, standing.model_number)
    if listing is None or listing.external_id:
        return None
    facts = {"external_id": standing.external_id, "state": standing.state, "checked_at": now()}
    write_facts(session, listing.id, {**facts, "platform_message": standing.message})
    session.refresh(listing)
    _take_sku_ids(session, listing, standing.skus)
    return listing.id


def _for_product(session: Session, account_id: int, code: str) -> Listing | None:
    product_id = session.scalar(select(Product.id).filter_by(code=code))
    if product_id is None:
        return None
    there = session.scalar(select(Listing).filter_by(account_id=account_id, product_id=product_id))
    if there is not None:
        return there
    items = select(Item.id).filter_by(product_id=product_id, active=True, sellable=True).order_by(Item.sku)
    skus = [ListingSku(item_id=item_id) for item_id in session.scalars(items)]
    made = Listing(account_id=account_id, product_id=product_id, model_number=code, skus=skus)
    session.add(made)
    index_listings(session, [made])
    return made
