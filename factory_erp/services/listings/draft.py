"""What a listing would say before anything is saved or sent: for its form, and to ask before sending."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from factory_erp.domain.listing_rules import errors
from factory_erp.i18n import _
from factory_erp.models.listings import Listing, ListingSku
from factory_erp.models.platforms import OutboxMessage, PlatformAccount
from factory_erp.services.base import get, query
from factory_erp.services.listings.book import ListingForm, Rules, by_account, read_listings, rules_for
from factory_erp.services.listings.compose import Composed, compose_all
from factory_erp.services.listings.messages import Kind, latest, under_way, waits
from factory_erp.services.listings.publish import SETTLED, shown_title
from factory_erp.services.listings.values import content_of, differs


@dataclass(frozen=True, slots=True)
class Planned:
    """A listing that would go out, or not: then *reason* says why."""

    id: int
    title: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PublishPlan:
    """What publishing would do: new ones, changes, and what would stay behind.

    ``unchanged`` say on the platform already what they should, or wait in the outbox just so.
    """

    new: tuple[Planned, ...] = ()
    updated: tuple[Planned, ...] = ()
    refused: tuple[Planned, ...] = ()
    unchanged: tuple[Planned, ...] = ()

    @property
    def count(self) -> int:
        """How many would go out."""
        return len(self.new) + len(self.updated)


@query
def compose_draft(session: Session, form: ListingForm, rules: Rules) -> Composed:
    """What the listing would say with *form*, and what would be wrong with it. Raises NotFound.

    Nothing is stored.
    """
    kept = get(session, Listing, form.listing_id)
    account = get(session, PlatformAccount, kept.account_id)
    known = rules_for(rules, account.platform)
    with session.no_autoflush:
        draft = _drafted(kept, form)
        return compose_all(session, account, [draft], known)[draft.id]


def _drafted(kept: Listing, form: ListingForm) -> Listing:
    """The listing as the form has it: a record of its own that no session knows."""
    ids = {sku.item_id: sku.external_sku_id for sku in kept.skus}
    skus = [
        ListingSku(
            item_id=sku.item_id, offered=sku.offered, safety_stock=sku.safety_stock,
            external_sku_id=ids.get(sku.item_id, ""),
        )
        for sku in form.skus
    ]  # fmt: skip
    own = {"id": kept.id, "account_id": kept.account_id, "product_id": kept.product_id}
    return Listing(**own, **form.columns(), skus=skus)


@query
def publish_plan(session: Session, listing_ids: Sequence[int], rules: Rules) -> PublishPlan:
    """What ``listings.publish.publish`` would do now, each listing with the reason where it stays behind."""
    found: dict[str, list[Planned]] = {"new": [], "updated": [], "refused": [], "unchanged": []}
    for account, group in by_account(session, read_listings(session, listing_ids)):
        composed = compose_all(session, account, group, rules_for(rules, account.platform))
        last = latest(session, account.id, Kind.LISTING, [listing.id for listing in group])
        for listing in group:
            where, planned = _planned(listing, composed[listing.id], last.get(listing.id))
            found[where].append(planned)
    return PublishPlan(**{name: tuple(planned) for name, planned in found.items()})


def _planned(listing: Listing, composed: Composed, last: OutboxMessage | None) -> tuple[str, Planned]:
    title = composed.content.title or shown_title(listing)
    if wrong := errors(composed.problems):
        return "refused", Planned(listing.id, title, f"{wrong[0].message} {wrong[0].remedy}")
    if listing.state in SETTLED and not differs(composed.content, content_of(listing.pushed)):
        return "unchanged", Planned(listing.id, title)
    if waits(last) and last is not None and json.loads(last.payload)["content"] == _plain(composed):
        return "unchanged", Planned(listing.id, title, _("It waits to be sent already."))
    if under_way(last):
        return "refused", Planned(
            listing.id, title, _("An earlier message about it is on its way. Try again when it has settled.")
        )
    return ("updated" if listing.external_id else "new"), Planned(listing.id, title)


def _plain(composed: Composed) -> object:
    """The content as a message holds it."""
    return json.loads(composed.content.to_json())
