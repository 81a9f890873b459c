"""Publishing on DHgate: items, their prices, stock and lead time, pictures and the lists to choose from."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.listings import LeadTier, ListingContent, PriceTier
from factory_erp.i18n import _
from factory_erp.sync.connectors.common.client import AuthorisedClient
from factory_erp.sync.connectors.common.reader import Reader
from factory_erp.sync.connectors.dhgate.batches import outcome, require_success
from factory_erp.sync.connectors.dhgate.catalogue import Catalogue, contract_attribute
from factory_erp.sync.connectors.dhgate.dates import Dates
from factory_erp.sync.connectors.dhgate.finding import Finder
from factory_erp.sync.connectors.dhgate.forms import SITE
from factory_erp.sync.connectors.dhgate.items import Choices, item_params, lead_days
from factory_erp.sync.connectors.dhgate.pricing import Pricing
from factory_erp.sync.connectors.dhgate.remote import again, detailed, existing, message, state_of
from factory_erp.sync.connectors.dhgate.stock import stock_changes
from factory_erp.sync.connectors.listings import (
    CategoryAttribute,
    CategoryNode,
    ImageFile,
    RemoteListing,
    RemoteListingPage,
    RemoteState,
    ShelfOutcome,
    UploadedImage,
)
from factory_erp.sync.connectors.payloads import Choice
from factory_erp.sync.http.client import Json
from factory_erp.sync.http.errors import OutcomeUnknown, PlatformUnavailable, Refused

LARGEST_IMAGE = 2 * 1024 * 1024
"""Bytes of a picture."""


class Listings:
    """The account's items."""

    def __init__(self, client: AuthorisedClient, dates: Dates) -> None:
        self._client = client
        self._dates = dates
        self._catalogue = Catalogue(client)
        self._finder = Finder(client, dates)
        self._pricing = Pricing(client)

    def create(self, content: ListingContent, images: Mapping[str, UploadedImage]) -> str:
        """Publish a new item; its code. The platform gives up after 12 seconds without saying what it did,
        so that OutcomeUnknown is to be expected here: look it up with ``find`` before a second try.
        """
        params = item_params(content, images, self._choices(content))
        answer = self._client.write("dh.item.add", params, record=content.model_number)
        code = answer.get("itemCode")
        if not isinstance(code, str | int) or not code:
            raise OutcomeUnknown(_("the answer names no item"), record=content.model_number)
        return str(code).strip()

    def find(self, model_number: str) -> str | None:
        """The code of the item with this model number, whatever its state; None if there is none."""
        return self._finder.find(model_number)

    def update(self, external_id: str, content: ListingContent, images: Mapping[str, UploadedImage]) -> None:
        """Make the item say *content*; its stock and what the account set on the platform stay."""
        known = existing(self._detail(external_id))
        params = item_params(content, images, self._choices(content), known)
        self._client.write("dh.item.update", {**params, "itemCode": external_id}, record=external_id)

    def read(self, external_id: str) -> RemoteListing:
        """The item as it stands. Refused where it is not there."""
        detail = self._detail(external_id)
        reader = Reader(detail, external_id)
        status = self._client.read("dh.item.status.get", {"itemCode": external_id, "siteId": SITE})
        code = Reader(status, external_id).text("state") or reader.text("state")
        withdrawn = Reader(status, external_id).text("withDrawalType")
        rejected = state_of(code) is RemoteState.REJECTED
        cause = self._finder.cause(external_id, code) if rejected else ""
        return detailed(detail, self._dates, code, message(code, cause, withdrawn))

    def pages(self) -> Iterator[RemoteListingPage]:
        """Every item of the account, state by state; their variants are only in ``read``."""
        return self._finder.pages()

    def set_online(self, external_ids: Sequence[str], online: bool) -> ShelfOutcome:
        """Put on the shelf or take off it."""
        if not external_ids:
            return ShelfOutcome(())
        api = "dh.item.upshelf.list" if online else "dh.item.downshelf.list"
        params = {"itemCodes": ",".join(external_ids), "siteId": SITE}
        return outcome(self._client.write(api, params, record=",".join(external_ids)), external_ids)

    def set_prices(
        self,
        external_id: str,
        prices: Sequence[PriceTier],
        sku_prices: Mapping[str, Decimal],
        currency: str,
    ) -> None:
        """Set base price and discounts of the item, or the first price of each SKU id in *sku_prices*."""
        self._pricing.set(external_id, prices, sku_prices, currency)

    def set_stock(self, external_id: str, stock: Mapping[str, Decimal]) -> None:
        """Set what can be ordered: the whole item again, as the platform has no call for stock alone."""
        detail = self._detail(external_id)
        params = again(detail, stock_changes(detail, stock))
        self._client.write("dh.item.update", params, record=external_id)

    def set_lead_time(self, external_id: str, lead: Sequence[LeadTier]) -> None:
        """Set the days until the goods are ready, the longest of *lead*."""
        params = {"itemCodes": external_id, "leadTime": str(lead_days(lead)), "siteId": SITE}
        answer = self._client.write("dh.item.leading.update.list", params, record=external_id)
        require_success(answer, external_id)

    def upload_image(self, image: ImageFile) -> UploadedImage:
        """Put a picture into the account's album; its id is its MD5. A repeated one is not kept twice.

        A lost answer is therefore PlatformUnavailable, not an unknown outcome.
        """
        if len(image.content) > LARGEST_IMAGE:
            raise InvalidValue(
                _("The picture {name} is larger than {megabytes} MB.", name=image.name, megabytes=2),
                field="images",
                remedy=_("Make it smaller."),
            )
        params = {
            "funType": "albu",
            "imgName": image.name,
            "imgBase64": base64.b64encode(image.content).decode(),
        }
        answer = self._client.write("dh.album.img.upload", params, record="")
        return _uploaded(answer, image.name)

    def predict_categories(self, title: str, description: str = "") -> tuple[CategoryNode, ...]:
        """None: the platform does not suggest categories."""
        return ()

    def categories(self, parent_id: str = "") -> tuple[CategoryNode, ...]:
        """The children of a category; of the root for ""."""
        return self._catalogue.categories(parent_id)

    def attributes(self, category_id: str) -> tuple[CategoryAttribute, ...]:
        """What the category asks for."""
        return tuple(contract_attribute(info) for info in self._catalogue.attributes(category_id))

    def shipping_templates(self) -> tuple[Choice, ...]:
        """The account's shipping templates."""
        return self._catalogue.templates()

    def _choices(self, content: ListingContent) -> Choices:
        attributes = self._catalogue.attributes(content.category_id) if content.category_id else ()
        return Choices(self._catalogue.measure_id(content.unit), attributes)

    def _detail(self, external_id: str) -> Json:
        return self._client.read("dh.item.get", {"itemCode": external_id, "siteId": SITE})


def _uploaded(answer: Json, name: str) -> UploadedImage:
    """The picture in the answer, which may stand one level deeper."""
    inner = answer.get("productImg")
    reader = Reader(inner if isinstance(inner, Mapping) else answer, name)
    if reader.text("result") == "0":
        raise Refused("result", _("the platform did not accept the picture"), record=name)
    url, md5 = reader.text("imgUrl"), reader.text("imgMd5")
    if not url or not md5:
        raise PlatformUnavailable(_("the answer names no picture"))
    return UploadedImage(md5, url)
