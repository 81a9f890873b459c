"""The account's listings: publish, change, price, stock, shelf and pictures (product calls, version 2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_FLOOR, Decimal
from pathlib import PurePath

from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.listings import LeadTier, ListingContent, PriceTier
from factory_erp.i18n import _
from factory_erp.sync.connectors.alibaba.apis import (
    EDIT_INVENTORY,
    EDIT_PRICE,
    PHOTO_UPLOAD,
    PRODUCT_CREATE,
    PRODUCT_GET,
    PRODUCT_SEARCH,
    PRODUCT_SHELF,
    PRODUCT_STATUS,
    PRODUCT_UPDATE,
)
from factory_erp.sync.connectors.alibaba.categories import Categories
from factory_erp.sync.connectors.alibaba.client import AlibabaClient
from factory_erp.sync.connectors.alibaba.product_payload import (
    CURRENCY,
    dumps,
    lead_times,
    optimisation,
    plain,
    product_info,
    tiered,
)
from factory_erp.sync.connectors.alibaba.products import (
    found,
    inner,
    read_listing,
    read_status,
    rows,
    text,
)
from factory_erp.sync.connectors.common.paging import steady
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

SEARCH_PAGE = 20
"""Most listings on a page of the search."""

SHELF_BATCH = 20
"""Listings put on or off the shelf by one call."""

IMAGE_BYTES = 5 * 1024 * 1024
"""Largest picture that the picture bank takes."""

_NOT_FOUND = "B_PRODUCT_NOT_FOUND"
_UNSETTLED = {RemoteState.REVIEW, RemoteState.REJECTED}


class Listings:
    """Listings of one account. The platform has no idempotency key: look a listing up before a second try."""

    def __init__(self, client: AlibabaClient, stock_shape: str = "map") -> None:
        self._client = client
        self._stock_shape = stock_shape
        self._categories = Categories(client)

    def create(self, content: ListingContent, images: Mapping[str, UploadedImage]) -> str:
        """Publish once; the platform's id. OutcomeUnknown if no readable answer came."""
        params = {
            "product_info": dumps(product_info(content, images)),
            "ai_optimization_config": dumps(optimisation(content)),
        }
        answer = self._client.write(PRODUCT_CREATE, params, record=content.model_number)
        product_id = text(answer, "data", "product_id") or text(inner(answer, "data"), "product_id")
        if not product_id:
            raise OutcomeUnknown(_("the answer names no listing"), record=content.model_number)
        return product_id

    def find(self, model_number: str) -> str | None:
        """The id of the listing with exactly this model number that is not deleted; the oldest of several."""
        pages = self._search({"model_number": model_number})
        ids = [
            listing.external_id
            for page in pages
            for listing in page.listings
            if listing.model_number == model_number and listing.state is not RemoteState.DELETED
        ]
        return min(ids, key=lambda each: (len(each), each), default=None)

    def update(self, external_id: str, content: ListingContent, images: Mapping[str, UploadedImage]) -> None:
        """Make the listing say *content*; its stock stays."""
        self._update(external_id, product_info(content, images, external_id))

    def read(self, external_id: str) -> RemoteListing:
        """The listing as it stands, with the platform's reason where it is not settled."""
        try:
            answer = self._client.read(PRODUCT_GET, {"product_id": external_id})
        except Refused as refusal:
            if refusal.code != _NOT_FOUND:
                raise
            # What is still being published is known to the status call alone.
            return self._status(external_id)
        info = next(iter(rows(found(answer, "product_info"))), None)
        if info is None:
            raise PlatformUnavailable(_("the answer is not readable"))
        listing = replace(read_listing(info), external_id=external_id)
        if listing.state not in _UNSETTLED:
            return listing
        return replace(listing, message=self._reason(external_id))

    def pages(self) -> Iterator[RemoteListingPage]:
        """Every listing of the account."""
        return self._search({})

    def set_online(self, external_ids: Sequence[str], online: bool) -> ShelfOutcome:
        """Put on or off the shelf; each id is either done or refused with the platform's reason."""
        done: list[str] = []
        refused: list[tuple[str, str]] = []
        for start in range(0, len(external_ids), SHELF_BATCH):
            batch = external_ids[start : start + SHELF_BATCH]
            params = {"product_id_list": dumps(batch_ids(batch)), "action": "online" if online else "offline"}
            answer = self._client.write(PRODUCT_SHELF, params, record=", ".join(batch))
            good, bad = _shelved(answer, batch)
            done += good
            refused += bad
        return ShelfOutcome(tuple(done), tuple(refused))

    def set_prices(
        self,
        external_id: str,
        prices: Sequence[PriceTier],
        sku_prices: Mapping[str, Decimal],
        currency: str,
    ) -> None:
        """Set the tiers, or the prices of variants where any are given: never both. Dollars only."""
        if currency != CURRENCY:
            raise InvalidValue(
                _(
                    "Prices on Alibaba.com can only be changed in USD, not in {currency}.",
                    currency=currency,
                ),
                record=external_id,
                field="currency",
                remedy=_("Give the account a price list in USD."),
            )
        if sku_prices:
            changed = [{"sku_id": sku, "price": plain(price)} for sku, price in sku_prices.items()]
            params = {"sku_price": dumps(changed)}
        else:
            params = {"price": dumps(tiered(prices, currency))}
        self._client.write(EDIT_PRICE, {"product_id": external_id, **params}, record=external_id)

    def set_stock(self, external_id: str, stock: Mapping[str, Decimal]) -> None:
        """Set what can be ordered, in whole units, rounded down; the key "" is the listing itself."""
        whole = {sku: max(0, int(left.to_integral_value(ROUND_FLOOR))) for sku, left in stock.items()}
        if "" in whole and len(whole) > 1:
            raise InvalidValue(
                _("The stock of a listing is set either for itself or for its variants."),
                record=external_id,
                remedy=_("Refresh the listing, so that each variant has its number on the platform."),
            )
        params = {"inventory": str(whole[""])} if "" in whole else {"sku_inventory": self._per_sku(whole)}
        self._client.write(EDIT_INVENTORY, {"product_id": external_id, **params}, record=external_id)

    def set_lead_time(self, external_id: str, lead: Sequence[LeadTier]) -> None:
        """Set the days until the goods are ready; nothing else of the listing changes."""
        info = {
            "basic_info": {"product_id": external_id},
            "logistics_info": {"tiered_lead_time": lead_times(lead)},
        }
        self._update(external_id, info)

    def upload_image(self, image: ImageFile) -> UploadedImage:
        """Put a picture into the picture bank. PlatformUnavailable if the answer is lost: send it again."""
        if len(image.content) > IMAGE_BYTES:
            raise InvalidValue(
                _("The picture '{name}' is larger than 5 MB.", name=image.name),
                record=image.name,
                remedy=_("Make the picture smaller, then try again."),
            )
        file = (image.name, image.content, image.media_type)
        answer = self._client.send_file(PHOTO_UPLOAD, {"file_name": _file_name(image)}, "image_bytes", file)
        url = text(answer, "photobank_url")
        if not url:
            raise PlatformUnavailable(_("the answer is not readable"))
        return UploadedImage(text(answer, "file_id"), f"https:{url}" if url.startswith("//") else url)

    def predict_categories(self, title: str, description: str = "") -> tuple[CategoryNode, ...]:
        """What the platform suggests for a title."""
        return self._categories.predict(title, description)

    def categories(self, parent_id: str = "") -> tuple[CategoryNode, ...]:
        """The children of a category."""
        return self._categories.children(parent_id)

    def attributes(self, category_id: str) -> tuple[CategoryAttribute, ...]:
        """What the category asks for."""
        return self._categories.attributes(category_id)

    def shipping_templates(self) -> tuple[Choice, ...]:
        """The account's shipping templates."""
        return self._categories.shipping_templates()

    def _update(self, external_id: str, info: Json) -> None:
        self._client.write(PRODUCT_UPDATE, {"product_info": dumps(info)}, record=external_id)

    def _per_sku(self, stock: Mapping[str, int]) -> str:
        """A map, as in the platform's example, or a list, as in its table: the account says which."""
        if self._stock_shape == "list":
            return dumps([{"sku_id": sku, "inventory": left} for sku, left in stock.items()])
        return dumps(stock)

    def _status(self, external_id: str) -> RemoteListing:
        answer = self._client.read(PRODUCT_STATUS, {"product_id": external_id})
        return read_status(inner(answer, "data") or answer, external_id)

    def _reason(self, external_id: str) -> str:
        try:
            return self._status(external_id).message
        except Refused:
            return ""

    def _search(self, query: Mapping[str, str]) -> Iterator[RemoteListingPage]:
        """Pages from 1 on, read again until every listing that the platform counts was seen."""
        known = set[str]()
        for number, batch in enumerate(steady(lambda page: self._searched(query, page), _key, first=1)):
            listings = [read_listing(row) for row in rows(batch.rows)]
            fresh = tuple(each for each in listings if each.external_id not in known)
            known |= {each.external_id for each in fresh}
            yield RemoteListingPage(fresh, number, batch.total, batch.last)

    def _searched(self, query: Mapping[str, str], page: int) -> tuple[list[object], int]:
        """(rows, total) of one page."""
        paging = {"page_index": str(page), "page_size": str(SEARCH_PAGE)}
        try:
            answer = self._client.read(PRODUCT_SEARCH, {**query, **paging})
        except Refused as refusal:
            if refusal.code == _NOT_FOUND:
                return [], 0
            raise
        listed: list[object] = [*rows(found(answer, "product_info"))]
        paged = found(answer, "page")
        total = text(paged, "total_item") if isinstance(paged, Mapping) else ""
        return listed, int(total) if total.isdigit() else len(listed)


def _key(row: object) -> str:
    return read_listing(row).external_id if isinstance(row, Mapping) else ""


def batch_ids(external_ids: Sequence[str]) -> list[int | str]:
    """The ids as the numbers that the batch calls ask for; one that is none is left for the platform."""
    return [int(each) if each.isascii() and each.isdigit() else each for each in external_ids]


def _shelved(answer: Json, batch: Sequence[str]) -> tuple[list[str], list[tuple[str, str]]]:
    """(done, refused with reason) of one batch; an id that the answer passes over was not done."""
    reasons = {
        text(row, "product_id"): text(row, "message", "msg_code") or _("no reason given")
        for row in rows(found(answer, "errors"))
    }
    updated = found(answer, "updated_product_ids")
    named = {str(each) for each in updated} if isinstance(updated, list) else set()
    if not named and not reasons:
        # Success without a list: everything was done.
        return list(batch), []
    done = [each for each in batch if each in named and each not in reasons]
    silent = _("the platform's answer does not name it")
    return done, [(each, reasons.get(each, silent)) for each in batch if each not in done]


def _file_name(image: ImageFile) -> str:
    """A name that any gateway takes: the picture's hash with the ending of its kind."""
    ending = PurePath(image.name).suffix.lower()
    return f"{image.sha256[:32]}{ending if ending.isascii() else ''}"
