"""A listing as a table of four columns: what, for which SKU, under which name, and the value.

It is the whole truth about the listing: each change reads it, replaces the rows that it concerns and writes
all of it. A person types a listing in from it, or looks up what changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from factory_erp.domain.listings import LeadTier, ListingContent, PriceTier
from factory_erp.sheets.values import plain
from factory_erp.sync.connectors.listings import UploadedImage

HEADERS = ("field", "sku", "name", "value")

STATE, STOCK, PRICE, LEAD, CURRENCY = "state", "stock", "price", "lead_days", "currency"
ONLINE, OFFLINE = "online", "offline"

_OURS = (STATE, STOCK)
"""Fields that are no part of a listing's content and outlive a change of it."""


class Entry(NamedTuple):
    """One row."""

    field: str
    sku: str
    name: str
    value: str


def content_entries(content: ListingContent, images: Mapping[str, UploadedImage]) -> list[Entry]:
    """Everything that the listing says."""
    return [
        *_texts(content),
        *(Entry("keyword", "", str(place), word) for place, word in enumerate(content.keywords, 1)),
        *(Entry("attribute", "", name, value) for name, value in content.attributes),
        *(
            Entry("image", "", str(place), images[sha].external_id)
            for place, sha in enumerate(content.images, 1)
        ),
        *price_entries(content.prices),
        *lead_entries(content.lead),
        *(entry for sku in content.skus for entry in _sku(sku.sku_code, content, images)),
    ]


def _texts(content: ListingContent) -> Iterator[Entry]:
    length, width, height = content.size_mm
    said = {
        "model_number": content.model_number,
        "title": content.title,
        "language": content.language,
        "brand": content.brand,
        "category": content.category_path or content.category_id,
        CURRENCY: content.currency,
        "unit": content.unit,
        "min_order": plain(content.min_order),
        "description": content.description,
        "weight_g": str(content.weight_g or ""),
        "length_mm": str(length or ""),
        "width_mm": str(width or ""),
        "height_mm": str(height or ""),
        "shipping_template": content.shipping_template,
        "listing_days": str(content.listing_days or ""),
    }
    return (Entry(field, "", "", value) for field, value in said.items() if value)


def _sku(code: str, content: ListingContent, images: Mapping[str, UploadedImage]) -> Iterator[Entry]:
    sku = next(one for one in content.skus if one.sku_code == code)
    yield Entry("variant", code, "", "")
    for name, value in sku.options:
        yield Entry("option", code, name, value)
    if sku.image:
        yield Entry("image", code, "", images[sku.image].external_id)
    yield from price_entries(sku.prices, code)


def price_entries(prices: Iterable[PriceTier], sku: str = "") -> list[Entry]:
    """The tiers: under the name of the quantity from which each holds."""
    return [Entry(PRICE, sku, plain(tier.quantity), plain(tier.price)) for tier in prices]


def lead_entries(lead: Iterable[LeadTier]) -> list[Entry]:
    """The days until the goods are ready, under the quantity from which they hold."""
    return [Entry(LEAD, "", plain(tier.quantity), str(tier.days)) for tier in lead]


def stock_entries(stock: Mapping[str, Decimal]) -> list[Entry]:
    """What can be ordered of each SKU; of the listing itself for ""."""
    return [Entry(STOCK, sku, "", plain(quantity)) for sku, quantity in stock.items()]


def replaced(entries: Iterable[Entry], new: Sequence[Entry], *fields: str) -> list[Entry]:
    """*entries* with *new* in the place of every row of *fields*."""
    return [*(entry for entry in entries if entry.field not in fields), *new]


def with_content(old: Iterable[Entry], content: Sequence[Entry]) -> list[Entry]:
    """A listing that says *content*, with the state and the stock that it had; new ones are online."""
    kept = [entry for entry in old if entry.field in _OURS]
    if not any(entry.field == STATE for entry in kept):
        kept.insert(0, Entry(STATE, "", "", ONLINE))
    return [*content, *kept]


def values(entries: Iterable[Entry], field: str) -> list[Entry]:
    """The rows of *field*."""
    return [entry for entry in entries if entry.field == field]


def value(entries: Iterable[Entry], field: str) -> str:
    """The value of a field that stands once, "" without one."""
    return next((entry.value for entry in entries if entry.field == field and not entry.sku), "")


def path_in(folder: Path, external_id: str) -> Path:
    """The listing's file."""
    return folder / f"{external_id}.csv"
