"""What a listing should say: composed from the catalogue, where the listing itself does not say otherwise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from sqlalchemy.orm import Session

from factory_erp.domain.listing_rules import ListingProblem, Severity, check
from factory_erp.domain.listings import LeadTier, ListingContent, ListingRules, ListingSku, PriceTier
from factory_erp.i18n import _
from factory_erp.models.catalog import Item, PackagingLevel
from factory_erp.models.listings import Listing
from factory_erp.models.platforms import PlatformAccount
from factory_erp.services.base import get
from factory_erp.services.listings.catalogue import Catalogue, best_list, ladder_from
from factory_erp.services.listings.lead import LeadTimes
from factory_erp.services.listings.platform_lists import required_attributes, with_required
from factory_erp.services.listings.stock import as_taken, shown_in_stock
from factory_erp.services.listings.values import pairs_of, texts_of
from factory_erp.services.names import CHINESE

NO_RULES = ListingRules(needs_category=False, price_places=6)
"""For composing without a platform's limits."""

TYPE_NAME = {CHINESE: "型号"}
"""Language → what the option is called that tells the items of a product without axes apart."""


@dataclass(frozen=True, slots=True)
class Composed:
    """What a listing should say, and all that is wrong with it."""

    content: ListingContent
    problems: tuple[ListingProblem, ...]


def compose(session: Session, listing: Listing, rules: ListingRules = NO_RULES) -> ListingContent:
    """What one listing should say."""
    account = get(session, PlatformAccount, listing.account_id)
    return compose_all(session, account, [listing], rules)[listing.id].content


def compose_all(
    session: Session, account: PlatformAccount, listings: Sequence[Listing], rules: ListingRules
) -> dict[int, Composed]:
    """Listing → what it should say and its problems; all of one account, in few statements."""
    catalogue = Catalogue(session, account, listings)
    lead = LeadTimes(session, _lead_items(catalogue, listings))
    asked = required_attributes(session, account.id, {listing.category_id for listing in listings})
    wanted = {number: with_required(rules, names) for number, names in asked.items()}
    return {
        listing.id: _Composer(catalogue, lead, listing, wanted.get(listing.category_id, rules)).composed()
        for listing in listings
    }


def _lead_items(catalogue: Catalogue, listings: Sequence[Listing]) -> list[int]:
    """One item per listing that has no typed lead time: the items of a family are made alike."""
    offers = (catalogue.offered(listing) for listing in listings if listing.lead_days is None)
    return [offered[0][1].id for offered in offers if offered]


class _Composer:
    """One listing: each method one part of what it says."""

    def __init__(self, catalogue: Catalogue, lead: LeadTimes, listing: Listing, rules: ListingRules) -> None:
        self.catalogue, self.lead, self.listing, self.rules = catalogue, lead, listing, rules
        self.offered = catalogue.offered(listing)
        self.items = [item for _sku, item in self.offered]
        self.text = catalogue.text(listing.product_id)
        self.ladders = best_list(catalogue.prices, [item.id for item in self.items], rules.currencies)
        self.notes: list[ListingProblem] = []

    def composed(self) -> Composed:
        """The content and its problems."""
        content = self._content()
        self.notes.extend(self._remarks())
        return Composed(content, (*check(content, self.rules), *self.notes))

    def _content(self) -> ListingContent:
        listing, text = self.listing, self.text
        product = self.catalogue.products[listing.product_id]
        least = self._least()
        ladders = {item: self._cut(ladder_from(one.tiers, least)) for item, one in self.ladders.items()}
        prices = Counter(ladders.values()).most_common(1)[0][0] if ladders else ()
        weight, size = self._packed()
        return ListingContent(
            model_number=listing.model_number,
            title=listing.title or (text.name if text else ""),
            language=text.language if text else self.catalogue.language,
            currency=next((one.currency for one in self.ladders.values()), ""),
            unit=self.items[0].unit if self.items else "",
            min_order=least,
            keywords=self._keywords(),
            description=listing.description or (text.description if text else ""),
            brand=product.brand,
            category_id=listing.category_id,
            category_path=listing.category_path,
            attributes=pairs_of(listing.attributes),
            images=self._images(),
            prices=prices,
            lead=self._lead(least, prices),
            skus=tuple(self._skus(ladders, prices)),
            weight_g=weight,
            size_mm=size,
            shipping_template=listing.shipping_template,
            listing_days=listing.listing_days or max(self.rules.listing_days, default=0),
        )

    def _least(self) -> Decimal:
        """The typed least order; else the greatest of the items', but no less than the first price asks."""
        if self.listing.min_order is not None:
            return self.listing.min_order
        firsts = [one.tiers[0].quantity for one in self.ladders.values()]
        return max([Decimal(1), *(item.min_order for item in self.items), *firsts])

    def _cut(self, tiers: tuple[PriceTier, ...]) -> tuple[PriceTier, ...]:
        most = self.rules.tiers_most
        if not most or len(tiers) <= most:
            return tiers
        self._warn(
            "prices", "tiers_left_out",
            _("The platform takes {most} price breaks: the last ones of the list are left out.", most=most),
            _("Make a price list with fewer breaks for the account."),
        )  # fmt: skip
        return tiers[:most]

    def _warn(self, field: str, code: str, message: str, remedy: str) -> None:
        problem = ListingProblem(field, code, message, remedy, Severity.WARNING)
        if problem not in self.notes:
            self.notes.append(problem)

    def _keywords(self) -> tuple[str, ...]:
        """The typed ones; else the first of the product's, as many as the platform takes."""
        if typed := texts_of(self.listing.keywords):
            return typed
        words = (self.text.keywords if self.text else "").replace("，", ",").split(",")
        found = dict.fromkeys(word.strip() for word in words if word.strip())
        return tuple(found)[: self.rules.keyword_count or None]

    def _images(self) -> tuple[str, ...]:
        """The chosen ones; else the product's own in their order, then its items', as many as are taken."""
        if chosen := texts_of(self.listing.images):
            return chosen
        pictures = self.catalogue.pictures.get(self.listing.product_id, [])
        own = [picture.sha256 for picture in pictures if picture.item_id is None]
        shown = {item.id for item in self.items}
        others = [picture.sha256 for picture in pictures if picture.item_id in shown]
        return tuple(dict.fromkeys([*own, *others]))[: self.rules.images_most or None]

    def _lead(self, least: Decimal, prices: Sequence[PriceTier]) -> tuple[LeadTier, ...]:
        """The typed days; else those of the shop's load from each price break on, where they grow."""
        if self.listing.lead_days is not None:
            return (LeadTier(least, self.listing.lead_days),)
        if not self.items:
            return ()
        days = self.lead.tiers(self.items[0].id, [tier.quantity for tier in prices] or [least])
        return as_taken(days, self.listing, self.rules)

    def _skus(
        self, ladders: Mapping[int, tuple[PriceTier, ...]], prices: tuple[PriceTier, ...]
    ) -> Iterator[ListingSku]:
        pictures = self.catalogue.pictures.get(self.listing.product_id, [])
        own = {picture.item_id: picture.sha256 for picture in reversed(pictures)}
        for sku, item in self.offered:
            ladder = ladders.get(item.id, ())
            yield ListingSku(
                sku_code=item.sku,
                options=self._options(item),
                prices=() if ladder == prices else ladder,
                image=own.get(item.id, ""),
                external_id=sku.external_sku_id,
            )

    def _options(self, item: Item) -> tuple[tuple[str, str], ...]:
        found = self.catalogue.options.get(item.id, ())
        if found or len(self.items) == 1:
            return found
        return ((TYPE_NAME.get(self.catalogue.language, "Type"), item.options or item.sku),)

    def _packed(self) -> tuple[int, tuple[int, int, int]]:
        """Weight in grams and edges in millimetres of one packed unit, the heaviest of the items.

        A box of several is divided along its longest edge, so that the volume is right.
        """
        levels = (self.catalogue.packaging.get(item.id) for item in self.items)
        units = [_one_of(level) for level in levels if level is not None]
        return max(units, default=(0, (0, 0, 0)))

    def _remarks(self) -> Iterator[ListingProblem]:
        yield from self._language()
        yield from self._missing_prices()
        yield from self._stocked_lead()
        if len({item.unit for item in self.items}) > 1:
            yield ListingProblem(
                "unit", "mixed", _("The items are not all sold in the same unit."),
                _("Offer only those that are, and list the others apart."),
            )  # fmt: skip
        most = self.rules.image_bytes
        pictures = self.catalogue.pictures.get(self.listing.product_id, [])
        sizes = {picture.sha256: picture.byte_count for picture in pictures}
        for sha256 in self._images():
            if sha256 not in sizes or (most and sizes[sha256] > most):
                yield self._bad_picture(sha256 in sizes)

    def _bad_picture(self, there: bool) -> ListingProblem:
        if not there:
            return ListingProblem(
                "images", "gone", _("A chosen picture is not among the product's any more."),
                _("Choose the pictures again."),
            )  # fmt: skip
        return ListingProblem(
            "images", "too_large", _("A picture is larger than the platform takes."),
            _("Add it again and let the program make it smaller."),
        )  # fmt: skip

    def _language(self) -> Iterator[ListingProblem]:
        wanted = self.catalogue.language
        typed = self.listing.title and self.listing.description
        if self.text is not None and self.text.language != wanted and not typed:
            message = _("There is no text in {wanted}; the one in {found} is taken.", wanted=wanted,
                        found=self.text.language)  # fmt: skip
            remedy = _("Describe the product in the account's language.")
            yield ListingProblem("language", "other_language", message, remedy, Severity.WARNING)

    def _stocked_lead(self) -> Iterator[ListingProblem]:
        most, typed = self.rules.lead_stocked_most, self.listing.lead_days
        if typed is not None and typed > most and shown_in_stock(self.listing, self.rules):
            yield ListingProblem(
                "lead", "too_long_in_stock",
                _("The platform takes at most {most} days for goods that it shows as in stock.", most=most),
                _("Enter a shorter lead time, or keep the stock back as safety stock and sync first."),
            )  # fmt: skip

    def _missing_prices(self) -> Iterator[ListingProblem]:
        if not self.ladders:
            return
        code = next(iter(self.ladders.values())).code
        for item in self.items:
            if item.id not in self.ladders:
                yield ListingProblem(
                    "prices", "sku_without_price",
                    _("Price list {list} has no price for {sku}.", list=code, sku=item.sku),
                    _("Enter its price, or do not offer it here."),
                )  # fmt: skip


def _one_of(level: PackagingLevel) -> tuple[int, tuple[int, int, int]]:
    longest, middle, shortest = sorted((level.length_mm, level.width_mm, level.height_mm), reverse=True)
    edges = sorted((-(-longest // level.quantity), middle, shortest), reverse=True)
    return -(-level.gross_g // level.quantity), (edges[0], edges[1], edges[2])


def with_prices(
    content: ListingContent, prices: tuple[PriceTier, ...], skus: Mapping[str, tuple[PriceTier, ...]]
) -> ListingContent:
    """*content* with other prices: the listing's own, and by SKU those of its variants."""
    changed = tuple(replace(sku, prices=skus.get(sku.sku_code, sku.prices)) for sku in content.skus)
    return replace(content, prices=prices, skus=changed)
