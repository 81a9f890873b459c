"""Putting listings into the outbox: publish, update, take off the shelf, put back on it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.domain.errors import NotAllowed
from factory_erp.domain.listing_rules import errors
from factory_erp.i18n import _
from factory_erp.models.inquiries import Inquiry
from factory_erp.models.listings import Listing, ListingState
from factory_erp.models.platforms import OutboxMessage
from factory_erp.services.base import use_case
from factory_erp.services.listings.book import Rules, by_account, compose_and_store, read_listings
from factory_erp.services.listings.compose import Composed
from factory_erp.services.listings.messages import Kind, Placed, latest, place, under_way, waits
from factory_erp.services.listings.values import content_of, differs, write_facts, write_sku_facts

SETTLED = (ListingState.ONLINE, ListingState.REVIEW)
"""States in which a listing that differs in nothing needs no publishing."""


@dataclass(frozen=True, slots=True)
class PublishOutcome:
    """What became of each listing that was to go out; ``refused`` are (id, title, reason).

    ``unchanged`` say on the platform already what they should, or wait in the outbox just so.
    """

    queued: tuple[int, ...] = ()
    refused: tuple[tuple[int, str, str], ...] = ()
    unchanged: tuple[int, ...] = ()


class _Ledger:
    """What became of the listings, one by one."""

    def __init__(self) -> None:
        self._queued: list[int] = []
        self._refused: list[tuple[int, str, str]] = []
        self._unchanged: list[int] = []

    def refuse(self, listing: Listing, reason: str) -> None:
        """The listing stays as it is."""
        self._refused.append((listing.id, shown_title(listing), reason))

    def note(self, listing: Listing, placed: Placed) -> None:
        """The listing's message was written, or waits already, or has to wait for an earlier one."""
        if placed is Placed.BUSY:
            self.refuse(
                listing, _("An earlier message about it is on its way. Try again when it has settled.")
            )
        elif placed is Placed.SAME:
            self._unchanged.append(listing.id)
        else:
            self._queued.append(listing.id)

    def outcome(self) -> PublishOutcome:
        """All of it."""
        return PublishOutcome(tuple(self._queued), tuple(self._refused), tuple(self._unchanged))


def shown_title(listing: Listing) -> str:
    """What a listing is called for people: its title, else its model number."""
    content = content_of(listing.wanted)
    return listing.title or (content.title if content else "") or listing.model_number


@use_case
def publish(session: Session, listing_ids: Sequence[int], rules: Rules) -> PublishOutcome:
    """Put listings into the outbox, new ones and changed ones, each composed anew and checked before.

    One with errors is refused with the first of them as the reason; the others go out all the same.
    """
    listings, ledger = read_listings(session, listing_ids), _Ledger()
    for listing in listings:
        if listing.state == ListingState.DELETED and listing.external_id:
            _forget(session, listing)
    composed = compose_and_store(session, listings, rules)
    for account, group in by_account(session, listings):
        last = latest(session, account.id, Kind.LISTING, [listing.id for listing in group])
        for listing in group:
            _publish(session, listing, composed[listing.id], last.get(listing.id), ledger)
    return ledger.outcome()


def _forget(session: Session, listing: Listing) -> None:
    """The platform deleted it: it is made anew, unless the platform has another with its model number."""
    write_facts(session, listing.id, {"external_id": "", "pushed": "", "pushed_at": None})
    for sku in listing.skus:
        facts = {"external_sku_id": "", "stock_pushed": None, "stock_pushed_at": None}
        write_sku_facts(session, listing.id, sku.id, facts)


def _publish(
    session: Session, listing: Listing, composed: Composed, last: OutboxMessage | None, ledger: _Ledger
) -> None:
    wrong = errors(composed.problems)
    if wrong:
        ledger.refuse(listing, f"{wrong[0].message} {wrong[0].remedy}")
        return
    changed = differs(composed.content, content_of(listing.pushed))
    if not changed and listing.state in SETTLED:
        ledger.note(listing, Placed.SAME)
        return
    said = composed.content.to_json()
    payload = {
        "listing_id": listing.id,
        "content": json.loads(said),
        "sha256": hashlib.sha256(said.encode()).hexdigest(),
        "before": _before(listing, last),
    }
    placed = place(session, listing, Kind.LISTING, payload, _published_title(listing), last, insist=True)
    if placed is Placed.QUEUED and listing.state != ListingState.PUBLISHING:
        write_facts(session, listing.id, {"state": ListingState.PUBLISHING, "platform_message": ""})
    ledger.note(listing, placed)


def _before(listing: Listing, last: OutboxMessage | None) -> str:
    """The state to go back to if the platform refuses."""
    if listing.state == ListingState.PUBLISHING and waits(last) and last is not None:
        return str(json.loads(last.payload)["before"])
    return str(listing.state)


def _published_title(listing: Listing) -> str:
    title = shown_title(listing)
    return _("Update {title}", title=title) if listing.external_id else _("Publish {title}", title=title)


@use_case
def take_off(session: Session, listing_ids: Sequence[int]) -> PublishOutcome:
    """Take listings off the platform's shelf; those that the platform does not have are refused."""
    return _shelf(session, listing_ids, online=False)


@use_case
def put_on(session: Session, listing_ids: Sequence[int]) -> PublishOutcome:
    """Put listings back on the platform's shelf; those that the platform does not have are refused."""
    return _shelf(session, listing_ids, online=True)


def _shelf(session: Session, listing_ids: Sequence[int], *, online: bool) -> PublishOutcome:
    listings, ledger = read_listings(session, listing_ids), _Ledger()
    for account, group in by_account(session, listings):
        last = latest(session, account.id, Kind.SHELF, [listing.id for listing in group])
        for listing in group:
            if not listing.external_id or listing.state == ListingState.DELETED:
                ledger.refuse(listing, _("The platform does not have it. Publish it first."))
                continue
            words = _("Put {title} on the shelf") if online else _("Take {title} off the shelf")
            title = words.replace("{title}", shown_title(listing))
            payload = {"listing_id": listing.id, "external_id": listing.external_id, "online": online}
            placed = place(session, listing, Kind.SHELF, payload, title, last.get(listing.id), insist=True)
            ledger.note(listing, placed)
    return ledger.outcome()


@use_case
def remove_listing(session: Session, listing_id: int) -> None:
    """Remove a draft that the platform never had. One that is gone already is no problem.

    Raises NotAllowed where the platform has it, may get it, or inquiries are about it.
    """
    listing = session.get(Listing, listing_id, with_for_update=True)
    if listing is None:
        return
    last = latest(session, listing.account_id, Kind.LISTING, [listing.id]).get(listing.id)
    asked = session.scalar(select(Inquiry.id).filter_by(listing_id=listing.id).limit(1))
    if listing.external_id or under_way(last) or waits(last) or asked is not None:
        raise NotAllowed(
            _("{title} cannot be removed: the platform has it, or buyers asked about it.",
              title=shown_title(listing)),
            record=listing.model_number,
            remedy=_("Take it off the platform's shelf instead."),
        )  # fmt: skip
    session.delete(listing)
