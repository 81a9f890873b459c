"""Listings as files, one for each model number: absolute, so that writing one again does no harm."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.figures import parse_decimal
from factory_erp.domain.listings import LeadTier, ListingContent, PriceTier
from factory_erp.i18n import _
from factory_erp.sheets.table import SheetRefused
from factory_erp.sync.connectors.dropfolder.folder import Folder, file_name, reaching
from factory_erp.sync.connectors.dropfolder.listing_table import (
    CURRENCY,
    HEADERS,
    LEAD,
    OFFLINE,
    ONLINE,
    PRICE,
    STATE,
    STOCK,
    Entry,
    content_entries,
    lead_entries,
    path_in,
    price_entries,
    replaced,
    stock_entries,
    value,
    values,
    with_content,
)
from factory_erp.sync.connectors.listings import (
    CategoryAttribute,
    CategoryNode,
    ImageFile,
    RemoteListing,
    RemoteListingPage,
    RemoteSku,
    RemoteState,
    ShelfOutcome,
    UploadedImage,
)
from factory_erp.sync.connectors.payloads import Choice
from factory_erp.sync.http.errors import Refused

_SUFFIXES = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/gif": "gif"}
_PAGE = 50

Change = Callable[[list[Entry]], list[Entry]]


class Listings:
    """Writes ``out/listings`` and ``out/images``; a listing's id is its file's name."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder

    def create(self, content: ListingContent, images: Mapping[str, UploadedImage]) -> str:
        """Write the listing's file; its name, which follows from the model number."""
        external_id = file_name(content.model_number)
        self._write(external_id, content, images)
        return external_id

    def find(self, model_number: str) -> str | None:
        """The name of the model's file where there is one."""
        external_id = file_name(model_number)
        path = self._path(external_id)
        with reaching(path):
            return external_id if path.is_file() else None

    def update(self, external_id: str, content: ListingContent, images: Mapping[str, UploadedImage]) -> None:
        """Write the listing's file anew; its state and stock stay."""
        self._write(external_id, content, images)

    def read(self, external_id: str) -> RemoteListing:
        """What the listing's file says; Refused where it is not there or was spoiled."""
        return self._remote(external_id, self._entries(external_id))

    def pages(self) -> Iterator[RemoteListingPage]:
        """Every listing that has a file; those that cannot be read are left out."""
        folder = self._folder.part("out", "listings")
        with reaching(folder):
            names = sorted(path.stem for path in folder.glob("[!.~]*.csv"))
        starts = range(0, max(len(names), 1), _PAGE)
        for number, start in enumerate(starts):
            found = (self._readable(name) for name in names[start : start + _PAGE])
            listings = tuple(listing for listing in found if listing is not None)
            yield RemoteListingPage(listings, number, len(names), start == starts[-1])

    def set_online(self, external_ids: Sequence[str], online: bool) -> ShelfOutcome:
        """Note in each file whether the listing is to be shown."""
        state = Entry(STATE, "", "", ONLINE if online else OFFLINE)
        done, refused = [], []
        for external_id in external_ids:
            try:
                self._change(external_id, lambda entries: replaced(entries, [state], STATE))
                done.append(external_id)
            except Refused as error:
                refused.append((external_id, str(error)))
        return ShelfOutcome(tuple(done), tuple(refused))

    def set_prices(
        self,
        external_id: str,
        prices: Sequence[PriceTier],
        sku_prices: Mapping[str, Decimal],
        currency: str,
    ) -> None:
        """Replace every price of the listing and of its variants."""
        own = [price for sku, figure in sku_prices.items() for price in _own_price(prices, sku, figure)]
        new = [Entry(CURRENCY, "", "", currency), *price_entries(prices), *own]
        self._change(external_id, lambda entries: replaced(entries, new, PRICE, CURRENCY))

    def set_stock(self, external_id: str, stock: Mapping[str, Decimal]) -> None:
        """Replace the stock of the SKUs that are named; that of others stays."""

        def change(entries: list[Entry]) -> list[Entry]:
            others = [entry for entry in values(entries, STOCK) if entry.sku not in stock]
            return replaced(entries, [*others, *stock_entries(stock)], STOCK)

        self._change(external_id, change)

    def set_lead_time(self, external_id: str, lead: Sequence[LeadTier]) -> None:
        """Replace the days until the goods are ready."""
        self._change(external_id, lambda entries: replaced(entries, lead_entries(lead), LEAD))

    def upload_image(self, image: ImageFile) -> UploadedImage:
        """Put the picture into ``out/images``, named by its content: twice is once."""
        name = f"{image.sha256}.{_SUFFIXES.get(image.media_type, 'bin')}"
        path = self._folder.part("out", "images") / name
        with reaching(path):
            there = path.is_file() and path.stat().st_size == len(image.content)
        if not there:
            self._folder.put(path, image.content)
        return UploadedImage(name, f"images/{name}")

    def predict_categories(self, title: str, description: str = "") -> tuple[CategoryNode, ...]:
        """None: a folder knows no categories."""
        return ()

    def categories(self, parent_id: str = "") -> tuple[CategoryNode, ...]:
        """None."""
        return ()

    def attributes(self, category_id: str) -> tuple[CategoryAttribute, ...]:
        """None is asked for."""
        return ()

    def shipping_templates(self) -> tuple[Choice, ...]:
        """None."""
        return ()

    def _path(self, external_id: str) -> Path:
        # An id of ours is a plain name; a path in its place would lead out of the folder.
        if Path(external_id).name != external_id:
            raise self._missing(external_id)
        return path_in(self._folder.part("out", "listings"), external_id)

    def _write(self, external_id: str, content: ListingContent, images: Mapping[str, UploadedImage]) -> None:
        """What the file said of state and stock stays, unless nobody can read it any more."""
        try:
            old = self._entries(external_id)
        except Refused:
            old = []
        self._save(external_id, with_content(old, content_entries(content, images)))

    def _change(self, external_id: str, change: Change) -> None:
        self._save(external_id, change(self._entries(external_id)))

    def _save(self, external_id: str, entries: list[Entry]) -> None:
        self._folder.write(self._path(external_id), HEADERS, entries, external_id)

    def _entries(self, external_id: str) -> list[Entry]:
        path = self._path(external_id)
        with reaching(path):
            if not path.is_file():
                raise self._missing(external_id)
        try:
            sheet = self._folder.read(path, external_id)
        except SheetRefused as error:
            raise Refused("unreadable", error.message, record=external_id, remedy=error.remedy) from error
        if sheet.headers != HEADERS:
            raise Refused("unreadable", _("the file's columns were changed"), record=external_id)
        return [Entry(*row.cells) for row in sheet.rows]

    def _missing(self, external_id: str) -> Refused:
        return Refused(
            "missing",
            _("there is no file of this listing in the folder"),
            record=external_id,
            remedy=_("Publish the listing again, and leave its file where it is."),
        )

    def _readable(self, external_id: str) -> RemoteListing | None:
        try:
            return self.read(external_id)
        except Refused:
            return None

    def _remote(self, external_id: str, entries: list[Entry]) -> RemoteListing:
        stock = {entry.sku: _figure(entry.value) for entry in values(entries, STOCK)}
        codes = [entry.sku for entry in values(entries, "variant")]
        with reaching(path := self._path(external_id)):
            changed = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        return RemoteListing(
            external_id=external_id,
            model_number=value(entries, "model_number"),
            title=value(entries, "title"),
            state=RemoteState.OFFLINE if value(entries, STATE) == OFFLINE else RemoteState.ONLINE,
            skus=tuple(RemoteSku(code, code, stock.get(code)) for code in codes),
            modified_at=changed,
            raw={"rows": [list(entry) for entry in entries]},
        )


def _own_price(prices: Sequence[PriceTier], sku: str, figure: Decimal) -> list[Entry]:
    """A variant's one price, from the first quantity of the listing on."""
    quantity = prices[0].quantity if prices else Decimal(1)
    return price_entries([PriceTier(quantity, figure)], sku)


def _figure(text: str) -> Decimal | None:
    """A stock as the file states it; None for what a person has made of it."""
    try:
        return parse_decimal(text)
    except InvalidValue:
        return None
