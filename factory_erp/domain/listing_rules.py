"""What a platform would refuse of a listing, found before it is sent.

Each problem names the field of ``ListingContent``, says what is wrong and what mends it. An *error* keeps the
listing from being published; a *warning* is worth a look.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from factory_erp.domain.listings import ListingContent, ListingRules, PriceTier
from factory_erp.domain.quantity import UNITS
from factory_erp.i18n import _


class Severity(StrEnum):
    """Whether a problem keeps the listing from being published."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class ListingProblem:
    """What is wrong with *field* of a content. ``code`` is for programs, the texts are for people."""

    field: str
    code: str
    message: str
    remedy: str
    severity: Severity = Severity.ERROR


Problems = Iterator[ListingProblem]
Check = Callable[[ListingContent, ListingRules], Problems]


def errors(problems: Sequence[ListingProblem]) -> tuple[ListingProblem, ...]:
    """Those of the *problems* that keep a listing from being published."""
    return tuple(problem for problem in problems if problem.severity is Severity.ERROR)


def check(content: ListingContent, rules: ListingRules) -> tuple[ListingProblem, ...]:
    """Everything that is wrong with *content* where *rules* hold, in the order of the form."""
    return tuple(problem for one in _CHECKS for problem in one(content, rules))


def _heading(content: ListingContent, rules: ListingRules) -> Problems:
    if not content.model_number.strip():
        yield ListingProblem(
            "model_number", "missing", _("The listing has no model number."), _("Enter the product's code.")
        )
    if not content.title.strip():
        yield ListingProblem(
            "title", "missing", _("The listing has no title."),
            _("Write one, or give the product a name in the account's language."),
        )  # fmt: skip
    yield from _length("title", content.title, rules.title_length)
    yield from _length("description", content.description, rules.description_length)
    for field in ("model_number", "title", "brand"):
        yield from _plain_text(field, getattr(content, field))
    yield from _characters("description", content.description)


def _length(field: str, text: str, most: int) -> Problems:
    if most and len(text) > most:
        yield ListingProblem(
            field, "too_long",
            _("The text has {length} characters, the platform takes {most}.", length=len(text), most=most),
            _("Shorten it."),
        )  # fmt: skip


def _plain_text(field: str, text: str) -> Problems:
    """One line without mark-up: only a description may hold HTML or several lines."""
    yield from _characters(field, text, lines=False)
    if "<" in text and ">" in text.partition("<")[2]:
        yield ListingProblem(
            field, "markup", _("HTML is only taken in the description."), _("Write plain text.")
        )


def _characters(field: str, text: str, lines: bool = True) -> Problems:
    allowed = "\n\r\t" if lines else ""
    if any((letter < " " and letter not in allowed) or "\x7f" <= letter <= "\x9f" for letter in text):
        yield ListingProblem(
            field, "control_character", _("The text holds characters that cannot be seen."),
            _("Type it again instead of pasting it."),
        )  # fmt: skip


def _keywords(content: ListingContent, rules: ListingRules) -> Problems:
    words, most = content.keywords, rules.keyword_count
    if rules.needs_keywords and not any(word.strip() for word in words):
        yield ListingProblem(
            "keywords", "missing", _("The platform asks for keywords."),
            _("Enter the words by which buyers look for the product."),
        )  # fmt: skip
    if most and len(words) > most:
        yield ListingProblem(
            "keywords", "too_many",
            _("There are {count} keywords, the platform takes {most}.", count=len(words), most=most),
            _("Keep the best ones."),
        )  # fmt: skip
    for word in words:
        yield from _length("keywords", word, rules.keyword_length)
        yield from _plain_text("keywords", word)
    yield from _twice("keywords", [word.strip().casefold() for word in words])


def _twice(field: str, values: Sequence[str]) -> Problems:
    for value, count in Counter(values).items():
        if count > 1:
            yield ListingProblem(
                field, "twice", _("'{value}' is there twice.", value=value[:60]), _("Remove one of them.")
            )


def _category(content: ListingContent, rules: ListingRules) -> Problems:
    if rules.needs_category and not content.category_id.strip():
        yield ListingProblem(
            "category_id", "missing", _("The listing has no category of the platform."),
            _("Choose one; the platform suggests some from the title."),
        )  # fmt: skip
    given = {name.casefold() for name, value in content.attributes if value.strip()}
    for name in rules.required_attributes:
        if name.casefold() not in given:
            yield ListingProblem(
                "attributes", "missing", _("The attribute '{name}' is required.", name=name), _("Fill it in.")
            )
    for name, value in content.attributes:
        yield from _plain_text("attributes", name)
        yield from _plain_text("attributes", value)
        yield from _length("attributes", value, rules.attribute_length)
    yield from _twice("attributes", [f"{name.casefold()}: {value}" for name, value in content.attributes])


def _images(content: ListingContent, rules: ListingRules) -> Problems:
    count = len(content.images)
    if count < rules.images_least:
        yield ListingProblem(
            "images", "too_few",
            _("There are {count} pictures, the platform asks for {least}.", count=count,
              least=rules.images_least),
            _("Add pictures to the product."),
        )  # fmt: skip
    if rules.images_most and count > rules.images_most:
        yield ListingProblem(
            "images", "too_many",
            _("There are {count} pictures, the platform takes {most}.", count=count, most=rules.images_most),
            _("Leave some out."),
        )  # fmt: skip
    if len(set(content.images)) < count:
        yield ListingProblem("images", "twice", _("A picture is there twice."), _("Leave one of them out."))


def _unit(content: ListingContent, rules: ListingRules) -> Problems:
    if content.unit not in (rules.units or UNITS):
        yield ListingProblem(
            "unit", "unknown", _("The platform has no word for the unit {unit}.", unit=content.unit or "–"),
            _("Sell the items in another unit, for example pieces."),
        )  # fmt: skip
    if rules.currencies and content.currency not in rules.currencies:
        yield ListingProblem(
            "currency", "not_taken",
            _("The platform takes prices in {wanted}, not in {currency}.", currency=content.currency or "–",
              wanted=", ".join(rules.currencies)),
            _("Make a price list in that currency for the account."),
        )  # fmt: skip


def _quantities(content: ListingContent, rules: ListingRules) -> Problems:
    if not content.min_order > 0 or content.min_order != int(content.min_order):
        yield ListingProblem(
            "min_order", "not_whole", _("The least order must be a whole number above zero."),
            _("Correct it on the listing or on the items."),
        )  # fmt: skip
    most = rules.quantity_most
    asked = [content.min_order, *(tier.quantity for tier in content.prices)]
    if most and max(asked) > most:
        yield ListingProblem(
            "min_order", "too_many", _("The platform takes quantities up to {most}.", most=most),
            _("Lower the least order or the price breaks."),
        )  # fmt: skip


def _prices(content: ListingContent, rules: ListingRules) -> Problems:
    if not content.prices:
        yield ListingProblem(
            "prices", "missing", _("No price list has a price for it."),
            _("Enter prices on the account's price list, or on a general one."),
        )  # fmt: skip
    yield from _tiers("prices", "", content.prices, content.min_order, rules)
    for sku in content.skus:
        if sku.prices:
            yield from _tiers("skus", sku.sku_code, sku.prices, content.min_order, rules)


def _tiers(field: str, sku: str, tiers: Sequence[PriceTier], least: Decimal, rules: ListingRules) -> Problems:
    """What is wrong with one ladder of prices; of variant *sku*, or of the listing itself for ""."""
    remedy = _("Correct the price list.")
    found: list[tuple[str, str]] = []
    if tiers and tiers[0].quantity != least:
        found.append(
            ("first_tier", _("The first price must begin at the least order, {least}.", least=least))
        )
    if rules.tiers_most and len(tiers) > rules.tiers_most:
        found.append(("too_many", _("The platform takes {most} price breaks.", most=rules.tiers_most)))
    if any(one.quantity >= two.quantity for one, two in pairwise(tiers)):
        found.append(("quantities_not_rising", _("The quantities of the price breaks must rise.")))
    if any(one.price <= two.price for one, two in pairwise(tiers)):
        found.append(("prices_not_falling", _("More must cost less: the price must fall at each break.")))
    if any(tier.quantity != int(tier.quantity) for tier in tiers):
        found.append(("not_whole", _("Price breaks must begin at whole quantities.")))
    found.extend(problem for tier in tiers for problem in _price(tier.price, rules))
    found.extend(_discounts(tiers) if rules.discount_tiers else ())
    for code, message in found:
        yield ListingProblem(field, code, f"{sku}: {message}" if sku else message, remedy)


def _price(price: Decimal, rules: ListingRules) -> Iterator[tuple[str, str]]:
    if not rules.price_least <= price <= rules.price_most:
        yield (
            "price_range",
            _("The price {price} is not between {least} and {most}.", price=f"{price:f}",
              least=f"{rules.price_least:f}", most=f"{rules.price_most:f}"),
        )  # fmt: skip
    if Fraction(price) * 10**rules.price_places % 1:
        yield (
            "price_places",
            _("The price {price} has more than {places} decimals.", price=f"{price:f}",
              places=rules.price_places),
        )  # fmt: skip


def _discounts(tiers: Sequence[PriceTier]) -> Iterator[tuple[str, str]]:
    """Tiers that are no whole percent off the first price: the platform could not say them exactly."""
    for tier in tiers[1:]:
        first = Fraction(tiers[0].price)
        if not first or (1 - Fraction(tier.price) / first) * 100 % 1:
            yield (
                "not_a_percent",
                _("{price} is not a whole percent below the first price {first}.",
                  price=f"{tier.price:f}", first=f"{tiers[0].price:f}"),
            )  # fmt: skip


def _skus(content: ListingContent, rules: ListingRules) -> Problems:
    codes = [sku.sku_code for sku in content.skus]
    remedy = _("Give every item its own SKU and its own options.")
    if not codes:
        yield ListingProblem(
            "skus", "missing", _("No item is offered."), _("Offer at least one item of the product.")
        )
    if rules.skus_most and len(codes) > rules.skus_most:
        yield ListingProblem(
            "skus", "too_many",
            _("{count} items are offered, the platform takes {most}.", count=len(codes),
              most=rules.skus_most),
            _("Offer fewer of them."),
        )  # fmt: skip
    if not all(code.strip() for code in codes):
        yield ListingProblem("skus", "no_code", _("An item has no SKU."), remedy)
    yield from _twice("skus", codes)
    yield from _options(content, remedy)
    for sku in content.skus:
        for _name, value in sku.options:
            yield from _plain_text("skus", value)
            yield from _length("skus", value, rules.attribute_length)


def _options(content: ListingContent, remedy: str) -> Problems:
    """Every item must say its value on the same attributes, and no two the same values."""
    names = {tuple(name for name, _value in sku.options) for sku in content.skus}
    bare = any(not value.strip() for sku in content.skus for _name, value in sku.options)
    if len(names) > 1 or bare:
        yield ListingProblem(
            "skus", "options_incomplete", _("The items do not all say the same options."), remedy
        )
    elif len({sku.options for sku in content.skus}) < len(content.skus):
        yield ListingProblem("skus", "options_twice", _("Two items have the same options."), remedy)


def _delivery(content: ListingContent, rules: ListingRules) -> Problems:
    if any(tier.days <= 0 for tier in content.lead):
        yield ListingProblem(
            "lead", "not_positive", _("The lead time must be at least one day."), _("Correct the lead time.")
        )
    if any(one.quantity >= two.quantity or one.days > two.days for one, two in pairwise(content.lead)):
        yield ListingProblem(
            "lead", "not_rising", _("More cannot be ready sooner."), _("Correct the lead time.")
        )
    if rules.lead_most and any(tier.days > rules.lead_most for tier in content.lead):
        yield ListingProblem(
            "lead", "too_long",
            _("The platform takes lead times up to {most} days.", most=rules.lead_most),
            _("Enter a shorter lead time, or do not offer it there."),
        )  # fmt: skip
    if rules.needs_shipping_template and not content.shipping_template:
        yield ListingProblem(
            "shipping_template", "missing", _("The platform asks for a shipping template."),
            _("Choose one of the account's."),
        )  # fmt: skip
    if rules.needs_weight_and_size and not (content.weight_g > 0 and min(content.size_mm) > 0):
        yield ListingProblem(
            "weight_g", "missing", _("Weight and size of a packed unit are not known."),
            _("Enter the packaging of the items."),
        )  # fmt: skip
    if rules.listing_days and content.listing_days not in rules.listing_days:
        yield ListingProblem(
            "listing_days", "not_taken",
            _("The offer must stand {days} days.", days=" / ".join(map(str, rules.listing_days))),
            _("Choose one of these."),
        )  # fmt: skip


_CHECKS: tuple[Check, ...] = (
    _heading, _keywords, _category, _images, _unit, _quantities, _prices, _skus, _delivery,
)  # fmt: skip
