"""What the page starts in the background: reading a listing, and asking its platform.

A question to a platform spends its time waiting for the network, so it runs beside the writers' lane; what
the platform answers is written down in a short transaction of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from factory_erp.domain.errors import NotAllowed
from factory_erp.domain.listings import ListingRules
from factory_erp.i18n import _
from factory_erp.services.base import Changes
from factory_erp.services.files import images
from factory_erp.services.files.images import ImageView
from factory_erp.services.listings import book as listing_book
from factory_erp.services.listings import grid as listing_grid
from factory_erp.services.listings import platform_lists
from factory_erp.services.listings import views as listing_views
from factory_erp.services.listings.platform_lists import Attribute, Category, ListEntry, ListKind
from factory_erp.services.listings.views import ListingDetail
from factory_erp.services.platforms import accounts as platforms
from factory_erp.services.platforms.accounts import AccountView
from factory_erp.sync.connectors.listings import CategoryNode, ListingChannel
from factory_erp.sync.connectors.registry import PLATFORMS
from factory_erp.sync.connectors.spec import PlatformSpec
from factory_erp.sync.credentials import SecretStore
from factory_erp.sync.opening import open_connector

T = TypeVar("T")

RULES = {code: found.rules for code, found in PLATFORMS.items() if found.rules is not None}
"""Platform code to what the platform takes of a listing."""


@dataclass(frozen=True, slots=True)
class Opened:
    """All that the editor shows of a listing, read together.

    ``attributes`` None: what the category asks for was never read.
    """

    detail: ListingDetail
    account: AccountView
    spec: PlatformSpec | None
    rules: ListingRules
    pictures: tuple[ImageView, ...]
    templates: tuple[ListEntry, ...]
    attributes: tuple[Attribute, ...] | None


@dataclass(frozen=True, slots=True)
class AddedProducts:
    """Listings of the products that were chosen: those made now, and those that were there already."""

    new: tuple[int, ...]
    there: tuple[int, ...]
    changes: Changes

    @property
    def value(self) -> AddedProducts:
        """What a job's listener gets."""
        return self


def add_products(account_id: int, product_ids: Sequence[int]) -> AddedProducts:
    """Make a draft for each product that the account does not list yet. Raises NotFound."""
    known = frozenset(listing_grid.grid_ids(account_id=account_id))
    added = listing_book.add_listings(account_id, product_ids)
    return AddedProducts(
        tuple(one for one in added.value if one not in known),
        tuple(one for one in added.value if one in known),
        added.changes,
    )


def read_listing(listing_id: int) -> Opened:
    """The listing with its account, its product's pictures and its category. Raises NotFound."""
    detail = listing_views.listing_detail(listing_id, RULES)
    account = platforms.account(detail.row.account_id)
    known = PLATFORMS.get(account.platform)
    return Opened(
        detail=detail,
        account=account,
        spec=known,
        rules=RULES.get(account.platform) or ListingRules(needs_category=False),
        pictures=images.images(detail.row.product_id),
        templates=platform_lists.entries(account.id, ListKind.SHIPPING_TEMPLATE),
        attributes=platform_lists.attributes(account.id, detail.form.category_id),
    )


# asking the platform


def suggest_categories(
    account_id: int, secrets: SecretStore, title: str, description: str
) -> tuple[Category, ...]:
    """Categories that the platform suggests, the best first. Raises PlatformError."""
    found = _ask(account_id, secrets, lambda channel: channel.predict_categories(title, description))
    return _keep(account_id, found)


def ask_children(account_id: int, secrets: SecretStore, parent_id: str) -> tuple[Category, ...]:
    """The children of a category, of the root for "": those known, else asked for. Raises PlatformError."""
    if known := platform_lists.children(account_id, parent_id):
        return known
    found = _ask(account_id, secrets, lambda channel: channel.categories(parent_id))
    kept = _keep(account_id, [replace(one, parent_id=one.parent_id or parent_id) for one in found])
    return tuple(sorted(kept, key=lambda one: one.name.casefold()))


def ask_attributes(
    account_id: int, secrets: SecretStore, category_id: str, path: str
) -> tuple[Attribute, ...]:
    """What the category asks for, as the platform says now. Raises PlatformError."""
    found = _ask(account_id, secrets, lambda channel: channel.attributes(category_id))
    asked = tuple(
        Attribute(one.name, one.required, one.values, one.custom, one.several, one.sales) for one in found
    )
    platform_lists.keep_attributes(account_id, category_id, asked, path)
    return asked


def ask_templates(account_id: int, secrets: SecretStore) -> tuple[ListEntry, ...]:
    """The account's shipping templates, as the platform says now. Raises PlatformError."""
    found = _ask(account_id, secrets, lambda channel: channel.shipping_templates())
    entries = tuple(ListEntry(one.code, one.name) for one in found)
    platform_lists.keep_list(account_id, ListKind.SHIPPING_TEMPLATE, entries)
    return entries


def _ask(account_id: int, secrets: SecretStore, question: Callable[[ListingChannel], T]) -> T:
    view = platforms.account(account_id)
    with open_connector(view, secrets) as connector:
        if connector.listings is None:
            raise NotAllowed(
                _("The platform of {name} takes no listings from programs.", name=view.name), record=view.name
            )
        return question(connector.listings)


def _keep(account_id: int, found: Sequence[CategoryNode]) -> tuple[Category, ...]:
    kept = tuple(Category(one.category_id, one.name, one.parent_id, one.path, one.leaf) for one in found)
    platform_lists.keep_categories(account_id, kept)
    return kept


def thumbnail(sha256: object, edge: int) -> bytes:
    """A small picture for the screen. Raises DomainError where it is not there any more."""
    return images.thumbnail(str(sha256), max(edge, images.THUMBNAIL_EDGES[0]))


def searcher(account_id: int) -> Callable[[str], tuple[Category, ...]]:
    """A search over the known categories of the account's platform."""
    return partial(platform_lists.find_categories, account_id)
