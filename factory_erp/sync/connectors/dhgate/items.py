"""What a listing says, as the parameters of ``dh.item.add`` and ``dh.item.update``.

The platform has no field for a model number. It is put where it can be found again: at the head of the short
description, which the list of items shows, and as an attribute of our own. Variants are options of our own
(``itemSpecSelfDefList``), told apart by ``skuCode``; a listing without variants has one SKU whose ``skuCode``
is the model number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.listings import LeadTier, ListingContent, ListingSku, PriceTier
from factory_erp.i18n import _
from factory_erp.sync.connectors.dhgate.attributes import attribute_rows
from factory_erp.sync.connectors.dhgate.catalogue import AttributeInfo
from factory_erp.sync.connectors.dhgate.discounts import Ladder, to_discounts
from factory_erp.sync.connectors.dhgate.forms import SITE, to_json, whole
from factory_erp.sync.connectors.dhgate.mapping import CURRENCY
from factory_erp.sync.connectors.listings import UploadedImage

LISTING_DAYS = (14, 30, 90)
"""Periods that a listing can be shown for, in days."""

DEFAULT_DAYS = 90
FEWEST_IMAGES = 3
LONGEST_LEAD = 60
"""Days within which goods that are not in stock must be ready."""

LARGEST_SALE = 10_000
"""Most that a buyer may order at once, and the end of the last discount."""

_SHORT_LENGTH = 500
_COVER, _PICTURE = 3, 1
_OWN_OPTION, _FIRST_VALUE, _OWN_KIND = 9999, 1000, 3
_EACH_PRICE, _ONE_PRICE = 1, 2


@dataclass(frozen=True, slots=True)
class Choices:
    """The platform's own ids that a content needs."""

    measure_id: str
    attributes: tuple[AttributeInfo, ...] = ()


@dataclass(frozen=True, slots=True)
class Existing:
    """What a listing has already and an update must not lose: variants, stock, the account's marks."""

    skus: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    inventory: Mapping[str, object] | None = None
    lead_days: int = 0
    kept: Mapping[str, str] = field(default_factory=dict)


def model_mark(model_number: str) -> str:
    """What a short description begins with."""
    return f"Model: {model_number.strip()}"


def item_params(
    content: ListingContent,
    images: Mapping[str, UploadedImage],
    choices: Choices,
    existing: Existing | None = None,
) -> dict[str, str]:
    """The parameters that make a listing say *content*; InvalidValue for what the platform cannot say."""
    _check(content)
    known = existing or Existing()
    ladder = _ladder(content)
    params: dict[str, object] = {
        "itemAttrList": attribute_rows(content, choices.attributes),
        "itemBase": _base(content),
        "itemImgList": _pictures(content, images),
        "itemPackage": _package(content, choices.measure_id),
        "itemSaleSetting": _sale_setting(content, known),
        "itemSkuList": _skus(content, ladder, images, known),
        "itemSpecSelfDefList": _options(content.skus, images),
        "itemWholesaleRangeList": ranges(ladder),
    }
    if existing is None:
        # A new item has to name its compatible attributes; ours never has any.
        params["itemAttrGroupList"] = []
    if known.inventory is not None:
        params["itemInventory"] = known.inventory
    return {
        **known.kept,
        "catePubId": content.category_id,
        "shippingModelId": content.shipping_template,
        "siteId": SITE,
        "vaildDay": str(content.listing_days or DEFAULT_DAYS),
        **{name: to_json(value) for name, value in params.items()},
    }


def ranges(ladder: Ladder) -> list[dict[str, object]]:
    """The discounts of a ladder, fractions off the retail price."""
    return [
        {"discount": Decimal(step.fraction), "startQty": whole(step.quantity, "prices")}
        for step in ladder.discounts
    ]


def lead_days(lead: Sequence[LeadTier]) -> int:
    """The one lead time that the platform knows: the longest of the tiers, so that it is kept for all.

    Raises InvalidValue for none, and for one above the platform's 60 days.
    """
    if not lead:
        raise InvalidValue(
            _("The listing has no lead time."),
            field="lead",
            remedy=_("Enter the days until the goods are ready."),
        )
    days = max(1, *(tier.days for tier in lead))
    if days > LONGEST_LEAD:
        raise InvalidValue(
            _("{days} days are more than the {most} that the platform takes.", days=days, most=LONGEST_LEAD),
            field="lead",
            remedy=_("Promise a shorter lead time, or take the listing off the shelf."),
        )
    return days


def _check(content: ListingContent) -> None:
    if content.currency != CURRENCY:
        raise InvalidValue(
            _("The platform takes prices in {currency} only.", currency=CURRENCY), field="currency"
        )
    if (content.listing_days or DEFAULT_DAYS) not in LISTING_DAYS:
        raise InvalidValue(
            _("A listing runs for 14, 30 or 90 days, not for {days}.", days=content.listing_days),
            field="listing_days",
        )
    for name, fault in (
        ("category_id", _("The listing has no category.")),
        ("shipping_template", _("The listing has no shipping template.")),
    ):
        if not getattr(content, name):
            raise InvalidValue(fault, field=name, remedy=_("Choose one."))


def _base(content: ListingContent) -> dict[str, object]:
    words = [*content.keywords[:3], "", "", ""]
    return {
        "itemName": content.title,
        "shortDesc": f"{model_mark(content.model_number)}; {content.title}"[:_SHORT_LENGTH],
        "htmlContent": content.description or content.title,
        "keyWord1": words[0],
        "keyWord2": words[1],
        "keyWord3": words[2],
        "videoUrl": "",
    }


def _pictures(content: ListingContent, images: Mapping[str, UploadedImage]) -> list[dict[str, object]]:
    """The first picture is the cover; there is exactly one."""
    if len(content.images) < FEWEST_IMAGES:
        raise InvalidValue(
            _("The platform wants at least {least} pictures.", least=FEWEST_IMAGES),
            field="images",
            remedy=_("Add pictures to the product."),
        )
    return [
        {
            "imgUrl": _uploaded(sha256, images).url,
            "imgMd5": _uploaded(sha256, images).external_id,
            "type": _PICTURE if place else _COVER,
        }
        for place, sha256 in enumerate(content.images)
    ]


def _uploaded(sha256: str, images: Mapping[str, UploadedImage]) -> UploadedImage:
    found = images.get(sha256)
    if found is None:
        raise InvalidValue(_("A picture of the listing is not on the platform yet."), field="images")
    return found


def _package(content: ListingContent, measure_id: str) -> dict[str, object]:
    """Kilograms and centimetres of one packed unit, which is sold singly."""
    if content.weight_g <= 0 or min(content.size_mm) <= 0:
        raise InvalidValue(
            _("The platform wants the weight and the size of the packed product."),
            field="weight_g",
            remedy=_("Enter them in the product's packing."),
        )
    length, width, height = (Decimal(size) / 10 for size in content.size_mm)
    return {
        "grossWeight": Decimal(content.weight_g) / 1000,
        "length": length,
        "width": width,
        "height": height,
        "measureId": measure_id,
        "packingQuantity": 1,
    }


def _sale_setting(content: ListingContent, known: Existing) -> dict[str, object]:
    own_prices = len(content.skus) > 1 and any(sku.prices for sku in content.skus)
    days = lead_days(content.lead) if content.lead or not known.lead_days else known.lead_days
    setting: dict[str, object] = {
        "leadingTime": days,
        "maxSaleQty": LARGEST_SALE,
        "priceConfigType": _EACH_PRICE if own_prices else _ONE_PRICE,
    }
    if content.min_order > 1:
        setting["minWholesaleQty"] = whole(content.min_order, "min_order")
    return setting


def _ladder(content: ListingContent) -> Ladder:
    """The listing's prices; the discounts hold for every variant, so theirs must be the same."""
    tiers: tuple[PriceTier, ...] = content.prices or next(
        (sku.prices for sku in content.skus if sku.prices), ()
    )
    ladder = to_discounts(tiers)
    for sku in content.skus:
        if sku.prices and to_discounts(sku.prices).discounts != ladder.discounts:
            raise InvalidValue(
                _(
                    "The tiers of variant {sku} are not the same discounts as the listing's.",
                    sku=sku.sku_code,
                ),
                field="skus",
                remedy=_(
                    "Give every variant the same quantities and per cents; only its first price may differ."
                ),
            )
    return ladder


def _skus(
    content: ListingContent, ladder: Ladder, images: Mapping[str, UploadedImage], known: Existing
) -> list[dict[str, object]]:
    variants = content.skus or (ListingSku(content.model_number),)
    return [_sku(sku, place, len(content.skus), ladder, images, known) for place, sku in enumerate(variants)]


def _sku(
    sku: ListingSku,
    place: int,
    count: int,
    ladder: Ladder,
    images: Mapping[str, UploadedImage],
    known: Existing,
) -> dict[str, object]:
    """One variant; what the platform knows of its stock stays as it is."""
    before = known.skus.get(sku.sku_code, {})
    option = {"attrId": _OWN_OPTION, "attrValId": _FIRST_VALUE + place, "sizeSpecType": _OWN_KIND}
    row: dict[str, object] = {
        **{name: before[name] for name in ("skuId", "skuMD5", "inventory") if before.get(name) is not None},
        "skuCode": sku.sku_code,
        "retailPrice": sku.prices[0].price if sku.prices else ladder.base,
        "saleStatus": before.get("saleStatus", 1),
        # One variant has nothing to be told apart from.
        "itemSkuAttrValueList": [option] if count > 1 else [],
    }
    if before.get("itemSkuInventoryList"):
        row["itemSkuInventoryList"] = before["itemSkuInventoryList"]
    if sku.image:
        row["picUrl"] = _uploaded(sku.image, images).url
    return row


def _options(skus: Sequence[ListingSku], images: Mapping[str, UploadedImage]) -> list[dict[str, object]]:
    """Our own option values, one for each variant; none for a listing with a single one."""
    if len(skus) < 2:
        return []
    names = [" / ".join(value for _name, value in sku.options) or sku.sku_code for sku in skus]
    for name in names:
        if names.count(name) > 1:
            raise InvalidValue(
                _("Two variants are both called '{name}'.", name=name),
                field="skus",
                remedy=_("Give each variant options of its own."),
            )
    return [
        {
            "attrValId": str(_FIRST_VALUE + place),
            "attrValName": name,
            "picUrl": _uploaded(sku.image, images).url if sku.image else "",
            "specAttrName": " / ".join(option for option, _value in sku.options) or "Options",
        }
        for place, (name, sku) in enumerate(zip(names, skus, strict=True))
    ]
