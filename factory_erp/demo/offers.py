"""What the demo offers on both platforms: published before the first order, changed and promoted since.

Not all of it is well: a review that ended badly, drafts that lack something, a listing that the platform
refused, one that was taken off, and changes that nobody has published yet.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.demo import lookup
from factory_erp.demo.orders import ALIBABA, DHGATE
from factory_erp.demo.shops import Shops
from factory_erp.models.listings import Listing
from factory_erp.services import clock
from factory_erp.services.base import get, query
from factory_erp.services.listings import book as listing_book
from factory_erp.services.listings import performance as listing_performance
from factory_erp.services.listings import platform_lists
from factory_erp.services.listings import publish as listing_publish
from factory_erp.services.listings.book import ListingForm
from factory_erp.services.listings.performance import DayInput
from factory_erp.services.listings.platform_lists import Attribute, Category, ListEntry, ListKind
from factory_erp.services.listings.views import form_of
from factory_erp.services.progress import Quiet
from factory_erp.sync import engine
from factory_erp.sync.connectors.listings import CategoryNode, ListingChannel
from factory_erp.sync.delivery.listings import channel_of
from factory_erp.sync.listing_pull import refresh_listings

REJECTED, TAKEN_OFF, REFUSED = "FJ", "DLB", "DLA"
"""Rejected by the first platform's review; taken off the second's shelf; refused by it for an attribute."""
REASON = "The main picture shows several products: one product per picture, on a plain background."

_ORIGIN = ("Place of Origin", "Zhejiang, China")
_STEEL, _PLASTIC = ("Material", "Stainless Steel"), ("Material", "Plastic")
_FLASKS, _MUGS, _LAMPS = "100003291", "150302001", "390501"
_DRINKWARE, _TABLE_LAMPS = "014001001", "023001001"
_STOCKED, _STOCK_DAYS = frozenset({"TB", "VF"}), 4
"""Families that the wholesale shop has ready; such a listing may not say more days there."""
_TEMPLATE = {ALIBABA: "Sea freight", DHGATE: "Standard worldwide"}
_PROMOTED_DAYS = 30


@dataclass(frozen=True, slots=True)
class _Offer:
    """A family as the shops speak of it; the categories are the two platforms' own."""

    product: str
    title: str
    keywords: tuple[str, ...]
    category: str
    wholesale: str
    attributes: tuple[tuple[str, str], ...]

    def category_on(self, platform: str) -> str:
        """Its category there."""
        return self.category if platform == ALIBABA else self.wholesale


_OFFERS = (
    _Offer("TB", "Double Wall Stainless Steel Vacuum Tumbler with Slide Lid, 20 oz and 30 oz, Custom Logo",
           ("vacuum tumbler", "stainless steel tumbler", "custom logo tumbler"), _FLASKS, _DRINKWARE,
           (_STEEL, _ORIGIN)),
    _Offer("VF", "Leak Proof Stainless Steel Vacuum Flask, 350 to 1000 ml, Keeps Drinks Hot for 12 Hours",
           ("vacuum flask", "thermos bottle", "insulated bottle"), _FLASKS, _DRINKWARE, (_STEEL, _ORIGIN)),
    _Offer("KB", "Kids Stainless Steel Water Bottle 350 ml with Silicone Straw Lid",
           ("kids bottle", "straw bottle", "school bottle"), _FLASKS, _DRINKWARE, (_STEEL, _ORIGIN)),
    _Offer("CM", "Double Wall Stainless Steel Coffee Mug 12 oz with Handle and Press-in Lid",
           ("coffee mug", "camping mug", "double wall mug"), _MUGS, _DRINKWARE, (_STEEL, _ORIGIN)),
    _Offer("FJ", "Stainless Steel Vacuum Food Jar 500 ml with Folding Spoon",
           ("food jar", "lunch thermos", "soup container"), _FLASKS, _DRINKWARE, (_STEEL, _ORIGIN)),
    _Offer("DLA", "LED Desk Lamp 6 W with Touch Dimmer, Three Colour Temperatures",
           ("desk lamp", "LED table lamp", "dimmable lamp"), _LAMPS, _TABLE_LAMPS, (_PLASTIC, _ORIGIN)),
    _Offer("DLB", "Folding LED Study Lamp with Dimmer for Desk and Travel",
           ("folding lamp", "study lamp", "reading lamp"), _LAMPS, _TABLE_LAMPS, (_PLASTIC, _ORIGIN)),
)  # fmt: skip
_FIRST = {
    ALIBABA: ("TB", "VF", "KB", "CM", "FJ", "DLA", "DLB"),
    DHGATE: ("TB", "VF", "KB", "CM", "DLB"),
}
"""Platform → families that were published before the first order."""
_DRAFTS = {ALIBABA: ("DLC",), DHGATE: ("FJ",)}
"""Platform → families whose drafts still lack something."""


def open_shelves(shops: Shops, opening: datetime) -> None:
    """Publish on both platforms at *opening*; the reviews end within a day."""
    for platform in shops.ids:
        with clock.at(opening):
            _read_lists(shops, platform)
            ids = _drafted(shops, platform, _FIRST[platform])
            listing_publish.publish(ids, shops.rules(platform))
            engine.push(shops.ids[platform], shops.connectors[platform])
            _refresh(shops, platform)
        _review(shops, platform)
        with clock.at(opening + timedelta(days=1)):
            _refresh(shops, platform)


def _review(shops: Shops, platform: str) -> None:
    """The platform looks at what is new; from now on it does so within a call."""
    if platform == ALIBABA:
        shelf = shops.sandboxes.alibaba.state.shelf
        listed = listing(shops.ids[ALIBABA], REJECTED)
        if listed.external_id and listed.state == "review":
            shelf.reject(int(listed.external_id), REASON)
        shelf.approve_all()
    else:
        shops.sandboxes.dhgate.state.approve_all()


def _refresh(shops: Shops, platform: str) -> None:
    refresh_listings(shops.ids[platform], shops.connectors[platform], Quiet())


def _read_lists(shops: Shops, platform: str) -> None:
    """Categories, what they ask for, and shipping templates; of lamps on DHgate nobody has asked yet."""
    account, channel = shops.ids[platform], channel_of(shops.connectors[platform])
    nodes = list(_tree(channel))
    platform_lists.keep_categories(
        account, [Category(one.category_id, one.name, one.parent_id, one.path, one.leaf) for one in nodes]
    )
    for category in dict.fromkeys(offer.category_on(platform) for offer in _OFFERS):
        if category != _TABLE_LAMPS:
            asked = [
                Attribute(one.name, one.required, one.values, one.custom, one.several, one.sales)
                for one in channel.attributes(category)
            ]
            platform_lists.keep_attributes(account, category, asked)
    entries = [ListEntry(choice.code, choice.name) for choice in channel.shipping_templates()]
    platform_lists.keep_list(account, ListKind.SHIPPING_TEMPLATE, entries)


def _tree(channel: ListingChannel, parent: str = "") -> Iterator[CategoryNode]:
    for node in channel.categories(parent):
        yield node
        if not node.leaf:
            yield from _tree(channel, node.category_id)


def _drafted(shops: Shops, platform: str, products: tuple[str, ...]) -> list[int]:
    """Listings of the families, with what the shop says of them typed in."""
    account, codes = shops.ids[platform], lookup.products()
    listing_book.add_listings(account, [codes[code] for code in (*products, *_DRAFTS[platform])])
    listing_book.recompose(shops.rules(platform), account_id=account)
    made = []
    for offer in _OFFERS:
        if offer.product in products:
            made.append(_type(shops, platform, offer))
    return made


def _type(shops: Shops, platform: str, offer: _Offer) -> int:
    account = shops.ids[platform]
    listed = listing(account, offer.product)
    category = offer.category_on(platform)
    form = replace(
        listed.form,
        title=offer.title,
        keywords=offer.keywords,
        category_id=category,
        category_path=_path(account, category),
        attributes=offer.attributes,
        shipping_template=_template(account, platform),
        lead_days=_STOCK_DAYS if platform == DHGATE and offer.product in _STOCKED else None,
    )
    listing_book.save_listing(form, listed.version, shops.rules(platform))
    return listed.id


def _path(account: int, category: str) -> str:
    known = {one.external_id: one.path for one in platform_lists.find_categories(account, "")}
    return known.get(category, "")


def _template(account: int, platform: str) -> str:
    entries = platform_lists.entries(account, ListKind.SHIPPING_TEMPLATE)
    return next((one.code for one in entries if one.name.startswith(_TEMPLATE[platform])), "")


def move_on(shops: Shops, moment: datetime) -> None:
    """What happened since: one was taken off the shelf, some say something new that is not published yet."""
    days = timedelta(days=9)
    with clock.at(moment - days):
        listing_publish.take_off([listing(shops.ids[DHGATE], TAKEN_OFF).id])
        engine.push(shops.ids[DHGATE], shops.connectors[DHGATE])
    with clock.at(moment - days + timedelta(days=1)):
        _refresh(shops, DHGATE)
    with clock.at(moment - timedelta(hours=20)):
        _retype(shops, ALIBABA, "VF", title=_NEW_TITLE)
        _retype(shops, ALIBABA, "CM", keywords=("coffee mug", "travel mug", "office mug"))
        _retype(shops, DHGATE, "KB", description=_NEW_TEXT)


def compose_again(shops: Shops) -> None:
    """What every listing would say now: only what was typed since differs from what was published."""
    for platform, account in shops.ids.items():
        listing_book.recompose(shops.rules(platform), account_id=account)


_NEW_TITLE = "Leak Proof Stainless Steel Vacuum Flask with Screw Lid, BPA Free, 350 to 1000 ml"
_NEW_TEXT = "Single-wall bottle with silicone straw. Food-grade 304 steel, dishwasher safe, spare straw."


def _retype(shops: Shops, platform: str, product: str, **changes: Any) -> None:
    listed = listing(shops.ids[platform], product)
    form = replace(listed.form, **changes)
    listing_book.save_listing(form, listed.version, shops.rules(platform))


def publish_refused(shops: Shops) -> None:
    """Put a lamp into the outbox that lacks what the second platform asks of its category."""
    account = shops.ids[DHGATE]
    listing_book.add_listings(account, [lookup.products()[REFUSED]])
    offer = next(one for one in _OFFERS if one.product == REFUSED)
    listing_id = _type(shops, DHGATE, replace(offer, attributes=(_ORIGIN,)))
    listing_publish.publish([listing_id], shops.rules(DHGATE))


def promote(shops: Shops, moment: datetime, seed: int) -> None:
    """Views, clicks and spend of the last thirty days of what is on the platforms."""
    random, today = Random(seed), clock.day_of(moment)
    for platform, products in _FIRST.items():
        for code in products:
            listed = listing(shops.ids[platform], code)
            level = random.randrange(40, 220)
            rows = []
            for back in range(_PROMOTED_DAYS, 0, -1):
                views = round(level * random.uniform(0.6, 1.4))
                clicks = round(views * random.uniform(0.02, 0.07))
                spend = Decimal(clicks * random.randrange(28, 75)) / 100
                rows.append(DayInput(today - timedelta(days=back), views, clicks, spend))
            listing_performance.add_days(listed.id, rows)


@dataclass(frozen=True, slots=True)
class Listed:
    """A listing as the demo needs to know it."""

    id: int
    external_id: str
    state: str
    version: int
    form: ListingForm


@query
def listing(session: Session, account_id: int, product: str) -> Listed:
    """The account's listing of the product."""
    found = session.scalars(select(Listing.id).filter_by(account_id=account_id, model_number=product)).one()
    row = get(session, Listing, found)
    return Listed(row.id, row.external_id, row.state, row.version, form_of(row))


@query
def external_ids(session: Session, account_id: int) -> dict[str, str]:
    """Product → the platform's id of its listing, of those that it has."""
    rows = select(Listing.model_number, Listing.external_id).filter_by(account_id=account_id)
    return dict(session.execute(rows.where(Listing.external_id != "")).all())
