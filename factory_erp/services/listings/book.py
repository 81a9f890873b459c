"""The offers on platforms: adding them from the catalogue, what is typed on them, composing them anew."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.listing_rules import errors
from factory_erp.domain.listings import ListingRules
from factory_erp.i18n import _
from factory_erp.models.catalog import Item, Product
from factory_erp.models.listings import Listing, ListingSku
from factory_erp.models.platforms import PlatformAccount
from factory_erp.services.base import get, touched, use_case
from factory_erp.services.bulk import chunks
from factory_erp.services.channel_index import index_listings
from factory_erp.services.listings.compose import Composed, compose_all
from factory_erp.services.listings.values import as_json, content_of, differs, write_facts
from factory_erp.services.master_data import (
    assign,
    by_id,
    check_texts,
    count_problem,
    figure_problem,
    same_version,
)
from factory_erp.services.master_data import differs as changed

Rules = ListingRules | Mapping[str, ListingRules]
"""What a platform takes; or by platform code, where listings of several are handled together."""


@dataclass(frozen=True, slots=True)
class SkuForm:
    """What is typed for an item of a listing; ``safety_stock`` None: what the account keeps back."""

    item_id: int
    offered: bool = True
    safety_stock: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ListingForm:
    """What is typed on a listing. Empty texts and lists, and None, are taken from the catalogue."""

    listing_id: int
    model_number: str
    title: str = ""
    keywords: tuple[str, ...] = ()
    description: str = ""
    category_id: str = ""
    category_path: str = ""
    attributes: tuple[tuple[str, str], ...] = ()
    images: tuple[str, ...] = ()
    min_order: Decimal | None = None
    shipping_template: str = ""
    listing_days: int = 0
    lead_days: int | None = None
    skus: tuple[SkuForm, ...] = ()

    def columns(self) -> dict[str, object]:
        """The listing's columns as this form fills them."""
        plain = ("description", "images", "min_order", "listing_days", "lead_days")
        stripped = ("model_number", "title", "category_id", "category_path", "shipping_template")
        values: dict[str, object] = {name: getattr(self, name) for name in plain}
        values |= {name: getattr(self, name).strip() for name in stripped}
        words = dict.fromkeys(word.strip() for word in self.keywords if word.strip())
        pairs = [[name.strip(), value.strip()] for name, value in self.attributes if name.strip()]
        lists: dict[str, list[object]] = {
            "keywords": [*words],
            "attributes": [*pairs],
            "images": list(self.images),
        }
        return values | {name: as_json(value) for name, value in lists.items()}


def rules_for(rules: Rules, platform: str) -> ListingRules:
    """The rules of that platform; none where nothing is known of it."""
    if isinstance(rules, ListingRules):
        return rules
    return rules.get(platform) or ListingRules(needs_category=False)


def read_listings(session: Session, listing_ids: Iterable[int]) -> list[Listing]:
    """The listings with their items, in the order asked; one that is gone is left out."""
    wanted = list(dict.fromkeys(listing_ids))
    found: dict[int, Listing] = {}
    for part in chunks(wanted):
        rows = select(Listing).where(Listing.id.in_(part)).options(selectinload(Listing.skus))
        found |= {listing.id: listing for listing in session.scalars(rows)}
    return [found[number] for number in wanted if number in found]


def by_account(session: Session, listings: Iterable[Listing]) -> list[tuple[PlatformAccount, list[Listing]]]:
    """The listings of each account, by account."""
    grouped: dict[int, list[Listing]] = defaultdict(list)
    for listing in listings:
        grouped[listing.account_id].append(listing)
    accounts = by_id(session, PlatformAccount, grouped)
    return [(accounts[number], grouped[number]) for number in sorted(grouped)]


@use_case
def add_listings(session: Session, account_id: int, product_ids: Sequence[int]) -> tuple[int, ...]:
    """Make a draft for each product on the account, or find the one it has; their ids in the order asked.

    A draft offers every active item that is for sale, under the product's code as model number.
    """
    get(session, PlatformAccount, account_id, lock=True)
    there = {listing.product_id: listing for listing in _of_products(session, account_id, product_ids)}
    missing = [number for number in dict.fromkeys(product_ids) if number not in there]
    taken = set(session.scalars(select(Listing.model_number).filter_by(account_id=account_id)))
    items = _for_sale(session, missing)
    for product_id in missing:
        product = get(session, Product, product_id)
        model = _free_model(product.code, taken)
        taken.add(model)
        skus = [ListingSku(item_id=item_id) for item_id in items.get(product_id, ())]
        listing = Listing(account_id=account_id, product_id=product_id, model_number=model, skus=skus)
        session.add(listing)
        there[product_id] = listing
    index_listings(session, [there[number] for number in missing])
    return tuple(there[number].id for number in dict.fromkeys(product_ids))


def _of_products(session: Session, account_id: int, product_ids: Sequence[int]) -> Iterable[Listing]:
    for part in chunks(product_ids):
        rows = select(Listing).filter_by(account_id=account_id)
        yield from session.scalars(rows.where(Listing.product_id.in_(part)))


def _for_sale(session: Session, product_ids: Iterable[int]) -> dict[int, list[int]]:
    """Product → its active items that are for sale, by SKU."""
    found: dict[int, list[int]] = defaultdict(list)
    for part in chunks(product_ids):
        rows = select(Item.product_id, Item.id).where(Item.product_id.in_(part), Item.active, Item.sellable)
        for product_id, item_id in session.execute(rows.order_by(Item.sku)):
            if product_id is not None:
                found[product_id].append(item_id)
    return found


def _free_model(code: str, taken: set[str]) -> str:
    model, number = code, 1
    while model in taken:
        number += 1
        model = f"{code}-{number}"
    return model


@use_case
def save_listing(
    session: Session, form: ListingForm, version: int | None = None, rules: Rules | None = None
) -> int:
    """Write what was typed over the *version* that the form read; its id. Composed anew under *rules*.

    The same form again changes nothing. Raises InvalidValue under the field, NotFound, Conflict.
    """
    listing = get(session, Listing, form.listing_id, lock=True)
    values = form.columns()
    _check(session, listing, form, values)
    if changed(listing, values) or _skus_differ(listing, form.skus):
        same_version(listing, version, listing.model_number)
        assign(listing, values)
        _write_skus(session, listing, form.skus)
        session.flush()
    if rules is not None:
        compose_and_store(session, [listing], rules)
    return listing.id


def _check(session: Session, listing: Listing, form: ListingForm, values: Mapping[str, object]) -> None:
    name = listing.model_number
    check_texts(Listing, values, name)
    problems = [count_problem(form.listing_days, "listing_days", record=name)]
    if form.lead_days is not None:
        problems.append(count_problem(form.lead_days, "lead_days", least=1, record=name))
    if form.min_order is not None:
        problems.append(figure_problem(form.min_order, "min_order", above_zero=True, record=name))
    for sku in form.skus:
        if sku.safety_stock is not None:
            problems.append(figure_problem(sku.safety_stock, "safety_stock", record=name))
    for problem in problems:
        if problem is not None:
            raise problem
    _check_model(session, listing, str(values["model_number"]))
    _check_items(session, listing, form.skus)


def _check_model(session: Session, listing: Listing, model: str) -> None:
    """A model number finds one listing of the account."""
    remedy = _("Choose another model number.")
    if not model:
        raise InvalidValue(_("A listing needs a model number."), field="model_number", remedy=remedy)
    others = select(Listing.id).filter_by(account_id=listing.account_id, model_number=model)
    if session.scalar(others.where(Listing.id != listing.id)) is not None:
        message = _("Another listing of the account has the model number {model}.", model=model)
        raise InvalidValue(message, record=model, field="model_number", remedy=remedy)


def _check_items(session: Session, listing: Listing, skus: Sequence[SkuForm]) -> None:
    known = {sku.item_id for sku in listing.skus}
    items = by_id(session, Item, {sku.item_id for sku in skus} - known)
    for sku in skus:
        item = items.get(sku.item_id)
        if sku.item_id not in known and (item is None or item.product_id != listing.product_id):
            raise InvalidValue(
                _("An item does not belong to the product of the listing."),
                record=listing.model_number, field="skus", remedy=_("Reload the listing."),
            )  # fmt: skip


def _skus_differ(listing: Listing, skus: Sequence[SkuForm]) -> bool:
    there = {sku.item_id: (sku.offered, sku.safety_stock) for sku in listing.skus}
    return any(there.get(sku.item_id) != (sku.offered, sku.safety_stock) for sku in skus)


def _write_skus(session: Session, listing: Listing, skus: Sequence[SkuForm]) -> None:
    there = {sku.item_id: sku for sku in listing.skus}
    for form in skus:
        sku = there.get(form.item_id)
        if sku is None:
            sku = ListingSku(item_id=form.item_id)
            listing.skus.append(sku)
        sku.offered, sku.safety_stock = form.offered, form.safety_stock
    touched(session, Listing, [listing.id])


@use_case
def recompose(
    session: Session, rules: Rules, listing_ids: Sequence[int] = (), account_id: int | None = None
) -> int:
    """Compose these listings, or all of an account, anew; how many have errors.

    Stores what is wanted, whether it differs from what was published, and the number of errors. Items that
    came to a product since are offered too.
    """
    ids = list(listing_ids)
    if account_id is not None:
        ids += session.scalars(select(Listing.id).filter_by(account_id=account_id).order_by(Listing.id))
    listings = read_listings(session, ids)
    offer_new_items(session, listings)
    composed = compose_and_store(session, listings, rules)
    return sum(1 for one in composed.values() if errors(one.problems))


def offer_new_items(session: Session, listings: Sequence[Listing]) -> None:
    """Offer on *listings* what their products have for sale and they do not know yet."""
    items = _for_sale(session, {listing.product_id for listing in listings})
    for listing in listings:
        known = {sku.item_id for sku in listing.skus}
        new = [item_id for item_id in items.get(listing.product_id, ()) if item_id not in known]
        listing.skus.extend(ListingSku(item_id=item_id) for item_id in new)
    session.flush()


def compose_and_store(session: Session, listings: Iterable[Listing], rules: Rules) -> dict[int, Composed]:
    """Compose *listings* and store what came of it, where it is not what was stored; listing → composed."""
    found: dict[int, Composed] = {}
    for account, group in by_account(session, listings):
        composed = compose_all(session, account, group, rules_for(rules, account.platform))
        for listing in group:
            _store(session, listing, composed[listing.id])
        found |= composed
    return found


def _store(session: Session, listing: Listing, composed: Composed) -> None:
    pushed = content_of(listing.pushed)
    values = {
        "wanted": composed.content.to_json(),
        "problem_count": len(errors(composed.problems)),
        "differs": differs(composed.content, pushed),
    }
    if changed(listing, values):
        write_facts(session, listing.id, values)
