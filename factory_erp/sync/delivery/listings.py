"""Delivering listings, shelf changes, prices, stock and lead times.

A message holds everything that was decided when it was written, so that what is confirmed is what was sent.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from factory_erp.domain.errors import DomainError, InvalidValue, NotFound
from factory_erp.domain.listings import ListingContent
from factory_erp.i18n import _
from factory_erp.services.listings import delivery as listing_delivery
from factory_erp.services.listings.delivery import Uploaded
from factory_erp.services.listings.effects import lead_tiers, price_tiers
from factory_erp.services.listings.messages import Kind
from factory_erp.services.outbox import Claimed
from factory_erp.sync.connectors.base import Connector
from factory_erp.sync.connectors.listings import ImageFile, ListingChannel, UploadedImage
from factory_erp.sync.delivery.base import Delivery, require_ours
from factory_erp.sync.http.errors import AccessDenied, Refused


def channel_of(connector: Connector) -> ListingChannel:
    """The platform's listing side; InvalidValue where it has none."""
    if connector.listings is None:
        raise InvalidValue(_("The platform '{platform}' takes no listings.", platform=connector.platform))
    return connector.listings


class ListingDelivery:
    """Publishes a listing, or makes the platform's one say what the message says.

    Before a listing is made, the platform is asked for one with its model number, and its id is written
    down before anything else is done with it: whatever is lost on the way, there is never a second one.
    """

    repeatable = False

    def send(self, connector: Connector, message: Claimed) -> str:
        """Publish or update; the platform's id of the listing."""
        channel, content = channel_of(connector), _content(message)
        external_id = _bound(message)
        if not external_id:
            external_id = channel.find(content.model_number) or ""
            listing_delivery.bind(message.record_id, external_id)
        images = _images(channel, message.account_id, content)
        require_ours(message)
        if external_id:
            channel.update(external_id, content, images)
            return external_id
        return channel.create(content, images)

    def find(self, connector: Connector, message: Claimed) -> str | None:
        """The id of the listing that the message made; None where it has to be sent (again).

        One that says something else was not made by this message, or was changed: it is bound, and sending
        then updates it. So is an update whose answer was lost, which does no harm twice.
        """
        channel, content = channel_of(connector), _content(message)
        if _bound(message):
            return None
        external_id = channel.find(content.model_number)
        if external_id is None or _says(channel, external_id, content):
            return external_id
        listing_delivery.bind(message.record_id, external_id)
        return None


def _bound(message: Claimed) -> str:
    """The platform's id of the listing, "" while it has none; InvalidValue where ours was removed."""
    try:
        return listing_delivery.external_id_of(message.record_id)
    except NotFound as error:
        raise InvalidValue(error.message, record=message.title, remedy=error.remedy) from error


def _content(message: Claimed) -> ListingContent:
    return ListingContent.from_json(json.dumps(_payload(message)["content"]))


def _payload(message: Claimed) -> Mapping[str, Any]:
    read: Mapping[str, Any] = json.loads(message.payload)
    return read


def _says(channel: ListingChannel, external_id: str, content: ListingContent) -> bool:
    """Whether the platform's listing is the one that *content* made, as far as the platform shows it."""
    try:
        return channel.read(external_id).title == content.title
    except AccessDenied:
        raise
    except Refused:
        return False


def _images(channel: ListingChannel, account_id: int, content: ListingContent) -> dict[str, UploadedImage]:
    """Every picture of the listing in the account's picture bank; those that are missing are uploaded."""
    hashes = [*content.images, *(sku.image for sku in content.skus if sku.image)]
    there = listing_delivery.uploaded(account_id, hashes)
    images = {sha256: UploadedImage(found.external_id, found.url) for sha256, found in there.items()}
    for sha256 in dict.fromkeys(hashes):
        if sha256 not in images:
            images[sha256] = _upload(channel, account_id, sha256)
    return images


def _upload(channel: ListingChannel, account_id: int, sha256: str) -> UploadedImage:
    try:
        file = listing_delivery.picture_file(sha256)
    except DomainError as error:
        raise InvalidValue(error.message, field="images", remedy=error.remedy) from error
    made = channel.upload_image(ImageFile(file.sha256, file.name, file.media_type, file.content))
    listing_delivery.note_upload(account_id, Uploaded(sha256, made.external_id, made.url))
    return made


class _Repeatable:
    """Sets absolute values: sent again where its answer was lost."""

    repeatable = True

    def find(self, connector: Connector, message: Claimed) -> str | None:
        """None: it is sent again instead of looked up."""
        return None


class ShelfDelivery(_Repeatable):
    """Takes a listing off the shelf, or puts it on."""

    def send(self, connector: Connector, message: Claimed) -> str:
        """Set it; Refused where the platform names the listing as refused."""
        payload = _payload(message)
        external_id = str(payload["external_id"])
        outcome = channel_of(connector).set_online([external_id], bool(payload["online"]))
        for refused, reason in outcome.refused:
            if refused == external_id:
                raise Refused("shelf", reason, record=external_id)
        return external_id


class PriceDelivery(_Repeatable):
    """Sets the prices of a listing, or of its variants where those differ."""

    def send(self, connector: Connector, message: Claimed) -> str:
        """Set the prices; the listing's id.

        A variant's price is its first one: platforms take breaks for the whole listing only.
        """
        payload = _payload(message)
        prices = price_tiers(payload["prices"])
        own = {sku_id: price_tiers(rows) for _code, sku_id, rows in payload["skus"] if sku_id}
        sku_prices: dict[str, Decimal] = {}
        if any(own.values()):
            sku_prices = {sku_id: (tiers or prices)[0].price for sku_id, tiers in own.items()}
        external_id = str(payload["external_id"])
        channel_of(connector).set_prices(external_id, prices, sku_prices, payload["currency"])
        return external_id


class StockDelivery(_Repeatable):
    """Sets what can be ordered."""

    def send(self, connector: Connector, message: Claimed) -> str:
        """Set the stock of every item; the listing's id."""
        payload = _payload(message)
        stock = {sku_id: Decimal(quantity) for _item, sku_id, quantity in payload["stock"]}
        external_id = str(payload["external_id"])
        channel_of(connector).set_stock(external_id, stock)
        return external_id


class LeadTimeDelivery(_Repeatable):
    """Sets the days until the goods are ready."""

    def send(self, connector: Connector, message: Claimed) -> str:
        """Set the lead time; the listing's id."""
        payload = _payload(message)
        external_id = str(payload["external_id"])
        channel_of(connector).set_lead_time(external_id, lead_tiers(payload["lead"]))
        return external_id


DELIVERIES: dict[str, Delivery] = {
    Kind.LISTING: ListingDelivery(),
    Kind.SHELF: ShelfDelivery(),
    Kind.PRICES: PriceDelivery(),
    Kind.STOCK: StockDelivery(),
    Kind.LEAD_TIME: LeadTimeDelivery(),
}
"""Kind of message to its delivery."""
