"""From the content of a listing to the ``product_info`` that the product calls take.

Amounts are sent as decimal text, never as JSON numbers. Stock is not part of it: it moves by itself and has a
call of its own. Attributes belong inside ``category_info``, a variant's picture inside its first attribute.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal

from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.listings import LeadTier, ListingContent, ListingSku, PriceTier
from factory_erp.i18n import _
from factory_erp.sync.connectors.alibaba.units import UNIT_WORDS
from factory_erp.sync.connectors.listings import UploadedImage

Payload = dict[str, object]

CURRENCY = "USD"
"""The only one in which prices can be changed later."""

_LOCALES = {
    "en": "en_US",
    "zh": "zh_CN",
    "es": "es_ES",
    "fr": "fr_FR",
    "de": "de_DE",
    "it": "it_IT",
    "pt": "pt_PT",
    "ru": "ru_RU",
    "ja": "ja_JP",
    "ko": "ko_KR",
    "ar": "ar_SA",
    "tr": "tr_TR",
    "vi": "vi_VN",
    "th": "th_TH",
    "nl": "nl_NL",
}

LANGUAGES = tuple(_LOCALES)
"""In which a listing may be published; the platform translates the others from them."""


def product_info(
    content: ListingContent, images: Mapping[str, UploadedImage], product_id: str = ""
) -> Payload:
    """The whole listing, for an update with *product_id*. InvalidValue for what it cannot say."""
    return {
        "basic_info": _basic(content, images, product_id),
        "category_info": _category(content),
        "trade_info": _trade(content, images),
        "logistics_info": _logistics(content),
    }


def optimisation(content: ListingContent) -> Payload:
    """``ai_optimization_config``: the platform writes nothing itself, save keywords where there are none."""
    return {
        "title_optimization_enabled": False,
        "description_optimization_enabled": False,
        "keyword_optimization_enabled": not content.keywords,
    }


def tiered(prices: Sequence[PriceTier], currency: str) -> Payload:
    """The price object of tiers."""
    tiers = [{"quantity": plain(tier.quantity), "price": plain(tier.price)} for tier in prices]
    return {"price_type": "TIERED", "currency": currency, "tiered_price": tiers}


def lead_times(lead: Sequence[LeadTier]) -> list[Payload]:
    """``tiered_lead_time``: from each quantity on, the days until the goods are ready."""
    return [{"quantity": plain(tier.quantity), "lead_time": str(tier.days)} for tier in lead]


def plain(value: Decimal) -> str:
    """*value* without exponent and without zeros that say nothing: "10.50" stays exact as "10.5"."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def dumps(value: object) -> str:
    """The JSON text of a parameter."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _basic(content: ListingContent, images: Mapping[str, UploadedImage], product_id: str) -> Payload:
    said = {
        "product_id": product_id,
        "title": content.title,
        "description": content.description,
        "keywords": " ".join(content.keywords),
        "language": _locale(content.language),
        "model_number": content.model_number,
        "brand_name": content.brand,
    }
    pictures = [_image(sha256, images, content.model_number) for sha256 in content.images]
    return {**_some(said), "product_image": pictures}


def _locale(language: str) -> str:
    return _LOCALES.get(language, language.replace("-", "_"))


def _image(sha256: str, images: Mapping[str, UploadedImage], record: str) -> Payload:
    found = images.get(sha256)
    if found is None or not found.url:
        raise InvalidValue(
            _("A picture of the listing has not been uploaded yet."),
            record=record,
            field="images",
            remedy=_("Publish the listing again: the picture is uploaded first."),
        )
    return {"image_url": found.url}


def _category(content: ListingContent) -> Payload:
    attributes = [
        {"attribute_name": name, "attribute_value": value} for name, value in content.attributes if value
    ]
    # The words of the path only help where the platform has to guess.
    guess = "" if content.category_id else content.category_path
    said = _some({"category_id": content.category_id, "category_name": guess})
    return {**said, "attributes": attributes} if attributes else said


def _trade(content: ListingContent, images: Mapping[str, UploadedImage]) -> Payload:
    word = UNIT_WORDS.get(content.unit)
    if word is None:
        raise InvalidValue(
            _("The platform has no word for the unit '{unit}'.", unit=content.unit),
            record=content.model_number,
            field="unit",
            remedy=_("Choose another unit for the listing, for example H87 (piece)."),
        )
    trade: Payload = {"moq": plain(content.min_order), "unit": word}
    if content.prices:
        trade["price"] = tiered(content.prices, content.currency)
    if content.skus:
        own_prices = any(sku.prices for sku in content.skus)
        trade["sku_info"] = [_sku(sku, content, images, own_prices) for sku in content.skus]
    return trade


def _sku(
    sku: ListingSku, content: ListingContent, images: Mapping[str, UploadedImage], own_prices: bool
) -> Payload:
    found: Payload = _some({"sku_id": sku.external_id, "sku_code": sku.sku_code})
    prices = sku.prices or content.prices
    if own_prices and prices:
        # As soon as one variant differs, each says its price: a missing one would be taken for none.
        found["sku_price"] = {"price": plain(prices[0].price), "currency": content.currency}
    options: list[Payload] = [
        {"attribute_name": name, "attribute_value": value} for name, value in sku.options
    ]
    if options and sku.image:
        options[0]["image"] = _image(sku.image, images, content.model_number)
    if options:
        found["sale_attributes"] = options
    return found


def _logistics(content: ListingContent) -> Payload:
    logistics: Payload = _some({"shipping_template_id": content.shipping_template})
    if content.lead:
        logistics["tiered_lead_time"] = lead_times(content.lead)
    if content.weight_g > 0:
        logistics["weight"] = plain(Decimal(content.weight_g) / 1000)
    if all(side > 0 for side in content.size_mm):
        sides = zip(("length", "width", "height"), content.size_mm, strict=True)
        logistics["dimension"] = {name: plain(Decimal(side) / 10) for name, side in sides}
    return logistics


def _some(said: Mapping[str, str]) -> Payload:
    return {name: value for name, value in said.items() if value}
