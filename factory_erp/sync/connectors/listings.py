"""The listing side of the connector contract: publish, change, price, stock, pictures, categories."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from factory_erp.domain.listings import LeadTier, ListingContent, PriceTier
from factory_erp.sync.connectors.payloads import Choice


class RemoteState(StrEnum):
    """Where a listing stands, whatever the platform calls it."""

    REVIEW = "review"
    ONLINE = "online"
    OFFLINE = "offline"
    REJECTED = "rejected"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class RemoteSku:
    """A variant as the platform knows it; ``stock`` None where it does not say."""

    sku_code: str
    sku_id: str
    stock: Decimal | None = None


@dataclass(frozen=True, slots=True)
class RemoteListing:
    """A listing as the platform shows it."""

    external_id: str
    model_number: str
    title: str
    state: RemoteState
    message: str = ""
    skus: tuple[RemoteSku, ...] = ()
    modified_at: datetime | None = None
    raw: Mapping[str, object] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class RemoteListingPage:
    """One page of the account's listings."""

    listings: tuple[RemoteListing, ...]
    page: int
    total: int
    last: bool


@dataclass(frozen=True, slots=True)
class UploadedImage:
    """A picture in the platform's picture bank."""

    external_id: str
    url: str


@dataclass(frozen=True, slots=True)
class ImageFile:
    """A picture to upload."""

    sha256: str
    name: str
    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class ShelfOutcome:
    """What became of taking listings on or off the shelf: the ids done, and (id, reason) of each refused."""

    done: tuple[str, ...]
    refused: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class CategoryNode:
    """A category of the platform; ``path`` names its parents as the platform writes them."""

    category_id: str
    name: str
    parent_id: str = ""
    path: str = ""
    leaf: bool = False


@dataclass(frozen=True, slots=True)
class CategoryAttribute:
    """An attribute that a category asks for; ``values`` empty where any text goes."""

    name: str
    required: bool = False
    values: tuple[str, ...] = ()
    custom: bool = True
    several: bool = False
    sales: bool = False
    """Whether it tells variants apart (colour, size)."""


class ListingChannel(Protocol):
    """Publishing. Writes act at most once and raise OutcomeUnknown where the answer was lost.

    ``images`` map sha256 to what ``upload_image`` gave for it. Every call but ``create`` sets absolute
    values, so that it may be repeated.
    """

    def create(self, content: ListingContent, images: Mapping[str, UploadedImage]) -> str:
        """Publish a new listing; the platform's id. Look it up with ``find`` before a second try."""

    def find(self, model_number: str) -> str | None:
        """The id of the listing with this model number, None if there is none."""

    def update(self, external_id: str, content: ListingContent, images: Mapping[str, UploadedImage]) -> None:
        """Make the listing say *content*."""

    def read(self, external_id: str) -> RemoteListing:
        """The listing as it stands. Refused where it is not there."""

    def pages(self) -> Iterator[RemoteListingPage]:
        """Every listing of the account, page by page."""

    def set_online(self, external_ids: Sequence[str], online: bool) -> ShelfOutcome:
        """Put on the shelf or take off it."""

    def set_prices(
        self,
        external_id: str,
        prices: Sequence[PriceTier],
        sku_prices: Mapping[str, Decimal],
        currency: str,
    ) -> None:
        """Set tiers of the listing, or (where *sku_prices* holds any) the price of each sku id."""

    def set_stock(self, external_id: str, stock: Mapping[str, Decimal]) -> None:
        """Set what can be ordered: sku id to quantity; the key "" is the listing itself."""

    def set_lead_time(self, external_id: str, lead: Sequence[LeadTier]) -> None:
        """Set the days until the goods are ready."""

    def upload_image(self, image: ImageFile) -> UploadedImage:
        """Put a picture into the account's picture bank; twice gives two entries and does no harm."""

    def predict_categories(self, title: str, description: str = "") -> tuple[CategoryNode, ...]:
        """Categories that the platform suggests, the best first; empty where it suggests none."""

    def categories(self, parent_id: str = "") -> tuple[CategoryNode, ...]:
        """The children of a category; of the root for ""."""

    def attributes(self, category_id: str) -> tuple[CategoryAttribute, ...]:
        """What the category asks for."""

    def shipping_templates(self) -> tuple[Choice, ...]:
        """The account's shipping templates."""
