"""What a settled outbox message means for the listing that it was about.

What is stored as published is what the message said, not what is wanted by now.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from factory_erp.domain.listings import LeadTier, ListingContent, PriceTier
from factory_erp.i18n import _
from factory_erp.models.listings import Listing, ListingState
from factory_erp.models.platforms import OutboxMessage, OutboxState
from factory_erp.services.channel_index import index_listings
from factory_erp.services.clock import now
from factory_erp.services.listings.compose import with_prices
from factory_erp.services.listings.messages import Kind
from factory_erp.services.listings.values import content_of, differs, write_facts, write_sku_facts
from factory_erp.services.outbox import Effect

Payload = Mapping[str, Any]
Done = Callable[[Session, Listing, OutboxMessage, Payload], None]


def price_tiers(rows: Sequence[Sequence[str]]) -> tuple[PriceTier, ...]:
    """The price breaks of a payload: [quantity, price]."""
    return tuple(PriceTier(Decimal(quantity), Decimal(price)) for quantity, price in rows)


def lead_tiers(rows: Sequence[Sequence[Any]]) -> tuple[LeadTier, ...]:
    """The lead times of a payload: [quantity, days]."""
    return tuple(LeadTier(Decimal(quantity), int(days)) for quantity, days in rows)


def _effect(done: Done) -> Effect:
    def effect(session: Session, message: OutboxMessage) -> None:
        listing = session.get(Listing, message.record_id, with_for_update=True)
        if listing is None:
            return
        payload: Payload = json.loads(message.payload)
        if message.state == OutboxState.DONE:
            done(session, listing, message, payload)
        elif message.state in {OutboxState.FAILED, OutboxState.UNKNOWN, OutboxState.NEW}:
            _not_done(session, listing, message, payload)

    return effect


def _not_done(session: Session, listing: Listing, message: OutboxMessage, payload: Payload) -> None:
    """Say why; a listing whose publishing failed for good goes back to the state that it had before."""
    facts: dict[str, Any] = {"platform_message": message.problem} if message.problem else {}
    back = message.kind == Kind.LISTING and listing.state == ListingState.PUBLISHING
    if message.state == OutboxState.FAILED and back:
        facts["state"] = payload["before"]
    elif message.state != OutboxState.FAILED and message.kind == Kind.LISTING:
        facts["state"] = ListingState.PUBLISHING
    if facts:
        write_facts(session, listing.id, facts)


def _published(session: Session, listing: Listing, message: OutboxMessage, payload: Payload) -> None:
    external_id = message.answer or listing.external_id
    facts = _pushed(listing, ListingContent.from_json(json.dumps(payload["content"])))
    facts |= {"external_id": external_id, "platform_message": "", "state": ListingState.REVIEW}
    if not external_id:
        # A person said that it arrived, but nobody knows as what: publishing again looks for it.
        facts |= {
            "state": payload["before"],
            "platform_message": _("Its number on the platform is not known."),
        }
    write_facts(session, listing.id, facts)
    session.refresh(listing)
    index_listings(session, [listing])


def _pushed(listing: Listing, content: ListingContent) -> dict[str, Any]:
    return {
        "pushed": content.to_json(),
        "pushed_at": now(),
        "differs": differs(content_of(listing.wanted), content),
    }


def _shelved(session: Session, listing: Listing, _message: OutboxMessage, payload: Payload) -> None:
    state = ListingState.ONLINE if payload["online"] else ListingState.OFFLINE
    # The platform may want to look at it first: it is asked after in the same run.
    facts = {"state": state, "platform_message": "", "checked_at": None}
    write_facts(session, listing.id, facts)


def _priced(session: Session, listing: Listing, _message: OutboxMessage, payload: Payload) -> None:
    pushed = content_of(listing.pushed)
    if pushed is not None:
        skus = {code: price_tiers(rows) for code, _sku_id, rows in payload["skus"]}
        content = with_prices(pushed, price_tiers(payload["prices"]), skus)
        write_facts(session, listing.id, _pushed(listing, content))


def _timed(session: Session, listing: Listing, _message: OutboxMessage, payload: Payload) -> None:
    pushed = content_of(listing.pushed)
    if pushed is not None:
        content = replace(pushed, lead=lead_tiers(payload["lead"]))
        facts = _pushed(listing, content)
        wanted = content_of(listing.wanted)
        if wanted is not None and listing.lead_days is None:
            # It follows the load of the shop: what was sent is newer than what was composed.
            wanted = replace(wanted, lead=content.lead)
            facts |= {"wanted": wanted.to_json(), "differs": differs(wanted, content)}
        write_facts(session, listing.id, facts)


def _stocked(session: Session, listing: Listing, _message: OutboxMessage, payload: Payload) -> None:
    told = {item_id: Decimal(quantity) for item_id, _sku_id, quantity in payload["stock"]}
    for sku in listing.skus:
        if sku.item_id in told:
            facts = {"stock_pushed": told[sku.item_id], "stock_pushed_at": now()}
            write_sku_facts(session, listing.id, sku.id, facts)


EFFECTS: dict[str, Effect] = {
    Kind.LISTING: _effect(_published),
    Kind.SHELF: _effect(_shelved),
    Kind.PRICES: _effect(_priced),
    Kind.STOCK: _effect(_stocked),
    Kind.LEAD_TIME: _effect(_timed),
}
"""Kind of message to what follows from its new state, in the same transaction."""
