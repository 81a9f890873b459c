"""What composing reads of the catalogue for listings of one account: once for many, in few statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, selectinload

from factory_erp.domain.listings import PriceTier
from factory_erp.models.catalog import Item, PackagingLevel, PackKind, Product, ProductText
from factory_erp.models.listings import Listing, ListingSku
from factory_erp.models.media import ProductImage
from factory_erp.models.platforms import PlatformAccount
from factory_erp.models.pricing import PriceKind, PriceLine, PriceList
from factory_erp.models.variants import ItemOption, OptionAxis, OptionValue
from factory_erp.services.bulk import chunks
from factory_erp.services.clock import today
from factory_erp.services.master_data import by_id
from factory_erp.services.names import CHINESE, ENGLISH
from factory_erp.services.price_lists import valid_on

Options = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Ladder:
    """An item's price breaks on a list, the smallest first."""

    code: str
    currency: str
    rank: tuple[object, ...]
    """The list with the greatest is preferred: the account's own before general ones, FOB, the newest."""
    tiers: tuple[PriceTier, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a product, or of its item."""

    sha256: str
    item_id: int | None
    byte_count: int


class Catalogue:
    """Products, texts, options, pictures, packaging and prices of what *listings* offer."""

    def __init__(self, session: Session, account: PlatformAccount, listings: Sequence[Listing]) -> None:
        self.account = account
        self.language = plain_language(account.language)
        products = {listing.product_id for listing in listings}
        items = {sku.item_id for listing in listings for sku in listing.skus}
        self.products = by_id(session, Product, products)
        self.items = by_id(session, Item, items)
        self.texts = _texts(session, products)
        self.options = _options(session, items, self.language)
        self.pictures = _pictures(session, products)
        self.packaging = _packaging(session, items)
        self.prices = _prices(session, items, account.id)

    def text(self, product_id: int) -> ProductText | None:
        """The product's text in the account's language, else in English, else in any."""
        texts = self.texts.get(product_id, {})
        return texts.get(self.language) or texts.get(ENGLISH) or next(iter(texts.values()), None)

    def offered(self, listing: Listing) -> list[tuple[ListingSku, Item]]:
        """The items that the listing offers: those ticked that the factory still sells, by SKU."""
        pairs = [(sku, self.items.get(sku.item_id)) for sku in listing.skus if sku.offered]
        kept = [(sku, item) for sku, item in pairs if item is not None and item.active]
        return sorted(kept, key=lambda pair: pair[1].sku)


def plain_language(code: str) -> str:
    """The language code as the catalogue writes it: "zh-CN" and "zh" are Simplified Chinese."""
    plain = code.strip().replace("-", "_")
    return CHINESE if plain.casefold() in {"zh", "zh_cn"} else plain or ENGLISH


def _texts(session: Session, products: Collection[int]) -> dict[int, dict[str, ProductText]]:
    found: dict[int, dict[str, ProductText]] = defaultdict(dict)
    for part in chunks(products):
        rows = select(ProductText).where(ProductText.product_id.in_(part)).order_by(ProductText.id)
        for text in session.scalars(rows):
            found[text.product_id][text.language] = text
    return found


def _options(session: Session, items: Collection[int], language: str) -> dict[int, Options]:
    """Item → (axis, value) in *language*, else in English, else by their codes; in the axes' order."""
    chosen: dict[int, list[tuple[OptionAxis, int]]] = defaultdict(list)
    for part in chunks(items):
        rows = (
            select(ItemOption.item_id, OptionAxis, ItemOption.value_id)
            .join(OptionAxis, OptionAxis.id == ItemOption.axis_id)
            .where(ItemOption.item_id.in_(part))
            .order_by(ItemOption.item_id, OptionAxis.position, OptionAxis.id)
        )
        for item_id, axis, value_id in session.execute(rows):
            chosen[item_id].append((axis, value_id))
    names = _value_names(session, {value for pairs in chosen.values() for _axis, value in pairs}, language)
    return {
        item_id: tuple((_axis_name(axis, language), names[value]) for axis, value in pairs)
        for item_id, pairs in chosen.items()
    }


def _axis_name(axis: OptionAxis, language: str) -> str:
    return (axis.name_zh if language == CHINESE else "") or axis.name_en


def _value_names(session: Session, values: Collection[int], language: str) -> dict[int, str]:
    found: dict[int, str] = {}
    for part in chunks(values):
        rows = select(OptionValue).where(OptionValue.id.in_(part)).options(selectinload(OptionValue.texts))
        for value in session.scalars(rows):
            names = {text.language: text.name for text in value.texts}
            found[value.id] = names.get(language) or names.get(ENGLISH) or value.code
    return found


def _pictures(session: Session, products: Collection[int]) -> dict[int, list[Picture]]:
    found: dict[int, list[Picture]] = defaultdict(list)
    image = ProductImage
    columns = select(image.product_id, image.sha256, image.item_id, image.byte_count)
    for part in chunks(products):
        rows = columns.where(image.product_id.in_(part)).order_by(image.position, image.id)
        for product_id, sha256, item_id, byte_count in session.execute(rows):
            found[product_id].append(Picture(sha256, item_id, byte_count))
    return found


def _packaging(session: Session, items: Collection[int]) -> dict[int, PackagingLevel]:
    """Item → the level from which one packed unit is reckoned: the inner box, else the master carton."""
    found: dict[int, PackagingLevel] = {}
    for part in chunks(items):
        rows = select(PackagingLevel).where(PackagingLevel.item_id.in_(part))
        for level in session.scalars(rows.where(PackagingLevel.kind != PackKind.PALLET)):
            known = found.get(level.item_id)
            if known is None or level.quantity < known.quantity:
                found[level.item_id] = level
    return found


def _prices(session: Session, items: Collection[int], account_id: int) -> dict[int, list[Ladder]]:
    """Item → its ladders on the account's sales lists and the general ones that are valid today."""
    found: dict[int, list[Ladder]] = defaultdict(list)
    for part in chunks(items):
        rows = (
            select(PriceList, PriceLine.item_id, PriceLine.min_quantity, PriceLine.price)
            .join(PriceLine, PriceLine.list_id == PriceList.id)
            .where(PriceLine.item_id.in_(part), *_for_account(account_id))
            .order_by(PriceLine.item_id, PriceList.id, PriceLine.min_quantity)
        )
        ladders: dict[tuple[int, int], tuple[PriceList, list[PriceTier]]] = {}
        for price_list, item_id, quantity, price in session.execute(rows):
            ladder = ladders.setdefault((item_id, price_list.id), (price_list, []))
            ladder[1].append(PriceTier(quantity, price))
        for (item_id, _list), (price_list, tiers) in ladders.items():
            found[item_id].append(_ladder(price_list, tiers))
    return found


def _for_account(account_id: int) -> tuple[ColumnElement[bool], ...]:
    mine = or_(PriceList.account_id.is_(None), PriceList.account_id == account_id)
    sales = PriceList.kind == PriceKind.SALES
    return sales, PriceList.partner_id.is_(None), mine, valid_on(today())


def _ladder(price_list: PriceList, tiers: Iterable[PriceTier]) -> Ladder:
    own, free_on_board = price_list.account_id is not None, price_list.incoterm == "FOB"
    rank = (own, free_on_board, price_list.valid_from, price_list.id)
    return Ladder(price_list.code, price_list.currency, rank, tuple(tiers))


def best_list(
    ladders: Mapping[int, Sequence[Ladder]], items: Sequence[int], currencies: Sequence[str]
) -> dict[int, Ladder]:
    """Item → its ladder on the one list that serves the listing; empty where no list has any of the items.

    Lists in one of the *currencies* (any for none) come first, then the account's own, then those that hold
    most of the items: prices of two lists are never mixed in one listing.
    """
    by_list: dict[str, dict[int, Ladder]] = defaultdict(dict)
    for item in items:
        for ladder in ladders.get(item, ()):
            by_list[ladder.code][item] = ladder

    def rank(code: str) -> tuple[object, ...]:
        held = by_list[code]
        one = next(iter(held.values()))
        own, *rest = one.rank
        return (not currencies or one.currency in currencies, own, len(held), *rest)

    return by_list[max(by_list, key=rank)] if by_list else {}


def ladder_from(tiers: Sequence[PriceTier], least: Decimal) -> tuple[PriceTier, ...]:
    """The breaks as they hold from the least order on: what counts at it, then every later break.

    At the least order the cheapest break reached counts, as for an order (``pricing.prices.reached_break``).
    """
    if not tiers:
        return ()
    reached = [tier.price for tier in tiers if tier.quantity <= least] or [tiers[0].price]
    return (PriceTier(least, min(reached)), *(tier for tier in tiers if tier.quantity > least))
