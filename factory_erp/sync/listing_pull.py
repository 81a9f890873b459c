"""Asking a platform how the account's listings stand."""

from __future__ import annotations

from factory_erp.i18n import _
from factory_erp.models.listings import ListingState
from factory_erp.services.listings import refresh as listing_refresh
from factory_erp.services.listings.refresh import Question, Standing
from factory_erp.services.progress import Progress
from factory_erp.sync.connectors.base import Connector
from factory_erp.sync.connectors.listings import ListingChannel, RemoteListing
from factory_erp.sync.http.errors import AccessDenied, Refused


def refresh_listings(account_id: int, connector: Connector, progress: Progress) -> int:
    """Ask after the listings whose state may have changed; how many did.

    Those in review or being published every time, the others once a day. One that cannot be read stops
    none of the others. Raises PlatformError where the platform cannot be talked to.
    """
    channel = connector.listings
    if channel is None:
        return 0
    moved, questions = 0, listing_refresh.to_ask(account_id)
    for number, question in enumerate(questions, start=1):
        if progress.cancelled:
            break
        moved += _ask(channel, question)
        progress.report(number, len(questions), _("Asking after listings"))
    return moved


def _ask(channel: ListingChannel, question: Question) -> bool:
    try:
        remote = channel.read(question.external_id)
    except AccessDenied:
        raise
    except Refused as error:
        return _missing(channel, question, error)
    return listing_refresh.take_standing(question.listing_id, standing(remote)).value


def _missing(channel: ListingChannel, question: Question, error: Refused) -> bool:
    """The platform would not show it: gone for good only if it does not find its model number either."""
    try:
        found = channel.find(question.model_number)
    except AccessDenied:
        raise
    except Refused:
        return False
    return found is None and listing_refresh.take_gone(question.listing_id, str(error)).value


def standing(remote: RemoteListing) -> Standing:
    """A platform's listing in our words."""
    return Standing(
        external_id=remote.external_id,
        model_number=remote.model_number,
        title=remote.title,
        state=ListingState(remote.state.value),
        message=remote.message,
        skus=tuple((sku.sku_code, sku.sku_id) for sku in remote.skus),
    )


def adopt_listings(account_id: int, connector: Connector, progress: Progress) -> int:
    """Go through everything that the account has on the platform and bind it to ours by model number.

    How many of the platform's listings are ours now. Nothing is sent.
    """
    channel = connector.listings
    if channel is None:
        return 0
    seen, ours = 0, 0
    for page in channel.pages():
        if progress.cancelled:
            break
        for remote in page.listings:
            ours += listing_refresh.adopt(account_id, standing(remote)).value is not None
        seen += len(page.listings)
        progress.report(seen, max(page.total, seen), _("Finding listings"))
    return ours
