"""What a listing says, on any platform: values only, compared field by field.

Stock is not part of it: it moves by itself and is published on its own.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from decimal import Decimal
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class PriceTier:
    """From *quantity* on, one piece costs *price*."""

    quantity: Decimal
    price: Decimal


@dataclass(frozen=True, slots=True)
class LeadTier:
    """From *quantity* on, the goods are ready *days* days after the order."""

    quantity: Decimal
    days: int


@dataclass(frozen=True, slots=True)
class ListingSku:
    """A variant on offer. ``options`` are (attribute, value) as the buyer reads them.

    ``prices`` differ from the listing's own where a variant has a price of its own.
    """

    sku_code: str
    options: tuple[tuple[str, str], ...] = ()
    prices: tuple[PriceTier, ...] = ()
    image: str = ""
    """sha256 of its picture, "" for none of its own."""
    external_id: str = ""
    """The platform's id of the variant; "" before it is published."""


@dataclass(frozen=True, slots=True)
class ListingContent:
    """Everything that a platform is told of a product, composed from the catalogue.

    ``unit`` is a UN/ECE Rec 20 code; ``images`` are sha256 in order, the first is the cover; weight and size
    are those of one packed unit, in grams and millimetres.
    """

    model_number: str
    title: str
    language: str
    currency: str
    unit: str
    min_order: Decimal
    keywords: tuple[str, ...] = ()
    description: str = ""
    brand: str = ""
    category_id: str = ""
    category_path: str = ""
    attributes: tuple[tuple[str, str], ...] = ()
    images: tuple[str, ...] = ()
    prices: tuple[PriceTier, ...] = ()
    lead: tuple[LeadTier, ...] = ()
    skus: tuple[ListingSku, ...] = ()
    weight_g: int = 0
    size_mm: tuple[int, int, int] = (0, 0, 0)
    shipping_template: str = ""
    listing_days: int = 0

    def to_json(self) -> str:
        """Everything, so that ``from_json`` gives an equal content; equal contents give equal texts."""
        return json.dumps(asdict(self), default=_plain, ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The content that ``to_json`` wrote."""
        read: dict[str, Any] = json.loads(text)
        read["min_order"] = Decimal(read["min_order"])
        read["prices"] = _prices(read["prices"])
        read["lead"] = tuple(LeadTier(Decimal(tier["quantity"]), tier["days"]) for tier in read["lead"])
        read["skus"] = tuple(_sku(sku) for sku in read["skus"])
        for name in ("keywords", "images", "size_mm"):
            read[name] = tuple(read[name])
        read["attributes"] = tuple((name, value) for name, value in read["attributes"])
        return cls(**read)


def _plain(value: object) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _prices(read: list[dict[str, str]]) -> tuple[PriceTier, ...]:
    return tuple(PriceTier(Decimal(tier["quantity"]), Decimal(tier["price"])) for tier in read)


def _sku(read: dict[str, Any]) -> ListingSku:
    return ListingSku(
        sku_code=read["sku_code"],
        options=tuple((name, value) for name, value in read["options"]),
        prices=_prices(read["prices"]),
        image=read["image"],
        external_id=read["external_id"],
    )


@dataclass(frozen=True, slots=True)
class ContentChange:
    """A field of ``ListingContent`` whose wanted value is not the published one (None: never published)."""

    field: str
    wanted: object
    pushed: object


def content_changes(wanted: ListingContent, pushed: ListingContent | None) -> tuple[ContentChange, ...]:
    """Every field that differs, in the order of the fields; the platform's ids of variants do not count."""
    found = []
    for each in fields(ListingContent):
        mine, theirs = _said(wanted, each.name), None if pushed is None else _said(pushed, each.name)
        if mine != theirs:
            found.append(ContentChange(each.name, mine, theirs))
    return tuple(found)


def _said(content: ListingContent, name: str) -> object:
    if name != "skus":
        return getattr(content, name)
    return tuple((sku.sku_code, sku.options, sku.prices, sku.image) for sku in content.skus)


@dataclass(frozen=True, slots=True)
class ListingRules:
    """What a platform takes; 0 (or empty) where it has no such limit. Its connector states them.

    ``price_places`` are decimals of a price; ``currencies`` empty takes any. ``discount_tiers``: tiers are
    published as whole percents off the first price, so every tier must be one exactly.
    """

    title_length: int = 0
    keyword_count: int = 0
    keyword_length: int = 0
    description_length: int = 0
    images_least: int = 0
    images_most: int = 0
    image_bytes: int = 0
    tiers_most: int = 0
    price_places: int = 2
    price_least: Decimal = Decimal("0.01")
    price_most: Decimal = Decimal("9999999")
    quantity_most: int = 0
    currencies: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    """Rec 20 codes that the platform has a word for."""
    attribute_length: int = 0
    listing_days: tuple[int, ...] = ()
    lead_most: int = 0
    """Days within which goods must be ready."""
    lead_stocked_most: int = 0
    """The same of goods that the platform shows as in stock."""
    needs_category: bool = True
    needs_keywords: bool = False
    needs_shipping_template: bool = False
    needs_weight_and_size: bool = False
    discount_tiers: bool = False
    skus_most: int = 0
    required_attributes: tuple[str, ...] = field(default=())
