"""What the platform refuses in a listing, and the code that it gives as the reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import pairwise

from factory_erp.sync.sandbox.alibaba.arguments import child, figure, rows
from factory_erp.sync.sandbox.alibaba.payloads import Payload

TITLE_LONGEST, IMAGES_MOST, ATTRIBUTE_LONGEST, TIERS_MOST = 128, 6, 70, 4
_LEAST, _MOST, _QUANTITY_MOST = Decimal("0.01"), Decimal("9999999.00"), 99_999
_BAD = "B_PRODUCT_PARAM_INVALID"

Fault = tuple[str, str]
"""The platform's code and its words."""


def listing_fault(content: Payload, *, new: bool) -> Fault | None:
    """The first thing wrong with a listing to be made, or with the fields of one to be changed."""
    checks = (
        _basic(content, new),
        _pictures(content, new),
        _category(content),
        _prices(content, new),
        _trade(content),
    )
    return next((fault for check in checks for fault in check), None)


def price_fault(price: Payload) -> Fault | None:
    """The first thing wrong with a product's own price."""
    return next(_price(price), None)


def _basic(content: Payload, new: bool) -> Iterator[Fault]:
    basic = child(content, "basic_info")
    title = str(basic.get("title") or "").strip()
    if not title and (new or "title" in basic):
        yield "B_TITLE_NOT_FOUND", "title is required"
    if len(title) > TITLE_LONGEST:
        yield _BAD, f"title is longer than {TITLE_LONGEST} characters"
    optimised = child(content, "ai_optimization_config").get("keyword_optimization_enabled") is True
    if new and not str(basic.get("keywords") or "").strip() and not optimised:
        yield "B_KEYWORD_NOT_FOUND", "give keywords or enable keyword optimization"
    if "ai_optimization_config" in basic:
        yield _BAD, "ai_optimization_config belongs at the top"


def _pictures(content: Payload, new: bool) -> Iterator[Fault]:
    basic = child(content, "basic_info")
    pictures = rows(basic.get("product_image"))
    if not pictures and (new or "product_image" in basic):
        yield _BAD, "product_image is required"
    if len(pictures) > IMAGES_MOST:
        yield _BAD, f"more than {IMAGES_MOST} images"
    for picture in pictures:
        if not str(picture.get("image_url") or "").startswith(("https://", "http://", "//")):
            yield "B_CONTAINS_INVALID_IMAGE", "an image has no address"


def _category(content: Payload) -> Iterator[Fault]:
    for row in rows(child(content, "category_info").get("attributes")):
        value = str(row.get("attribute_value") or "")
        if not row.get("attribute_name") or not value:
            yield _BAD, "an attribute has no name or no value"
        if len(value) > ATTRIBUTE_LONGEST:
            yield _BAD, f"attribute value is longer than {ATTRIBUTE_LONGEST} characters"


def _prices(content: Payload, new: bool) -> Iterator[Fault]:
    trade = child(content, "trade_info")
    price, skus = child(trade, "price"), rows(trade.get("sku_info"))
    for sku in skus:
        yield from _sku_price(sku)
    if price:
        yield from _price(price)
    if new and not price and not any(child(sku, "sku_price") for sku in skus):
        yield "B_PRICE_ALL_NULL", "neither the product nor its SKUs have a price"


def _sku_price(sku: Payload) -> Iterator[Fault]:
    if sku.get("sku_price") is None:
        return
    if not isinstance(sku["sku_price"], Mapping):
        yield _BAD, "sku_price must be an object"
        return
    yield from _amount(sku["sku_price"].get("price"))


def _price(price: Payload) -> Iterator[Fault]:
    tiers, span = rows(price.get("tiered_price")), child(price, "range_price")
    if not tiers and not span:
        yield "B_PRICE_ALL_NULL", "the price is empty"
    if len(tiers) > TIERS_MOST:
        yield _BAD, f"more than {TIERS_MOST} price tiers"
    for tier in tiers:
        yield from _amount(tier.get("price"))
        quantity = figure(tier.get("quantity"))
        if quantity is None or not 1 <= quantity <= _QUANTITY_MOST:
            yield _BAD, "a tier's quantity is out of range"
    yield from _sequence(tiers)
    if span:
        yield from _range(span)


def _sequence(tiers: list[Payload]) -> Iterator[Fault]:
    steps = [(figure(tier.get("quantity")) or 0, figure(tier.get("price")) or 0) for tier in tiers]
    for (less, dear), (more, cheap) in pairwise(steps):
        if more <= less or cheap >= dear:
            yield "B_PRICE_SEQUENCE_INVALID", "prices must fall as quantities rise, without duplicates"


def _range(span: Payload) -> Iterator[Fault]:
    low, high = figure(span.get("min_price")), figure(span.get("max_price"))
    if low is None or high is None or low >= high:
        yield "B_MIN_PRICE_RANGE_INVALID", "the lowest price must be below the highest"


def _amount(value: object) -> Iterator[Fault]:
    amount = figure(value)
    if amount is None or not _LEAST <= amount <= _MOST:
        yield _BAD, "a price is missing or out of range"
    elif amount != round(amount, 2):
        yield "B_PRICE_SCALE_INVALID", "a price has more than 2 decimals"


def _trade(content: Payload) -> Iterator[Fault]:
    trade = child(content, "trade_info")
    for holder in (trade, *rows(trade.get("sku_info"))):
        stock = figure(holder.get("inventory", 1))
        if stock is None or stock <= 0:
            yield _BAD, "inventory must be above 0"
    for tier in rows(child(content, "logistics_info").get("tiered_lead_time")):
        days = figure(tier.get("lead_time"))
        if days is None or days <= 0 or not figure(tier.get("quantity")):
            yield _BAD, "a lead time is not valid"
