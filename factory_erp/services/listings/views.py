"""Listings as pages show them: rows, counts, and one in full."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from factory_erp.domain.listing_rules import ListingProblem
from factory_erp.domain.listings import ListingContent
from factory_erp.models.catalog import Item, Product, ProductText
from factory_erp.models.listings import Listing, ListingSku, ListingState
from factory_erp.models.platforms import OutboxMessage, OutboxState, PlatformAccount
from factory_erp.services.base import get, query
from factory_erp.services.bulk import chunks
from factory_erp.services.clock import today
from factory_erp.services.listings.book import ListingForm, Rules, SkuForm, rules_for
from factory_erp.services.listings.compose import compose_all
from factory_erp.services.listings.messages import Kind
from factory_erp.services.listings.performance import Performance, performance_of
from factory_erp.services.listings.publish import shown_title
from factory_erp.services.listings.stock import publishable, read_stock, safety_of
from factory_erp.services.listings.texts import ChangeText, changes
from factory_erp.services.listings.values import content_of, pairs_of, texts_of
from factory_erp.services.master_data import by_id
from factory_erp.services.names import ItemNames

PERFORMANCE_DAYS = 90
"""How far back the page of a listing sums up what it brought."""


@dataclass(frozen=True, slots=True)
class ListingFilter:
    """Which listings a grid shows; None and "" are all. ``only`` is "problems" or "differs"."""

    account_id: int | None = None
    state: ListingState | None = None
    text: str = ""
    only: str = ""
    sort: str = "model_number"
    descending: bool = False
    limit: int = 500
    offset: int = 0


@dataclass(frozen=True, slots=True)
class ListingRow:
    """A listing in the grid; ``price`` is the first of its wanted prices, ``problems`` counts errors."""

    id: int
    account_id: int
    account: str
    platform: str
    product_id: int
    product: str
    model_number: str
    title: str
    state: ListingState
    message: str
    external_id: str
    items: int
    problems: int
    differs: bool
    price: Decimal | None
    currency: str
    cover: str
    pushed_at: datetime | None
    checked_at: datetime | None


@dataclass(frozen=True, slots=True)
class ListingCounts:
    """How many listings an account has, by state, with errors, and not as published."""

    account_id: int
    account: str
    platform: str
    total: int
    states: Mapping[ListingState, int]
    problems: int
    differs: int


@dataclass(frozen=True, slots=True)
class SkuView:
    """An item of a listing with its stock: what there is, what is spoken for and kept back, what was told."""

    item_id: int
    sku: str
    name: str
    options: str
    offered: bool
    external_id: str
    on_hand: Decimal
    reserved: Decimal
    safety: Decimal
    safety_typed: Decimal | None
    publishable: Decimal
    pushed: Decimal | None
    pushed_at: datetime | None


@dataclass(frozen=True, slots=True)
class MessageView:
    """A message about the listing in the outbox."""

    id: int
    kind: Kind
    title: str
    state: OutboxState
    created_at: datetime
    problem: str


@dataclass(frozen=True, slots=True)
class ListingDetail:
    """A listing in full; ``content`` is composed now, ``pushed`` is what the platform confirmed last."""

    row: ListingRow
    version: int
    form: ListingForm
    content: ListingContent
    pushed: ListingContent | None
    changes: tuple[ChangeText, ...]
    problems: tuple[ListingProblem, ...]
    skus: tuple[SkuView, ...]
    messages: tuple[MessageView, ...]
    performance: Performance


_SORTS = {
    "model_number": Listing.model_number,
    "state": Listing.state,
    "problems": Listing.problem_count,
    "pushed_at": Listing.pushed_at,
    "account": Listing.account_id,
}


@query
def listing_rows(session: Session, wanted: ListingFilter = ListingFilter()) -> tuple[ListingRow, ...]:
    """The listings that the filter lets through, sorted by the database."""
    column = _SORTS.get(wanted.sort, Listing.model_number)
    by = column.desc() if wanted.descending else column.asc()
    statement = select(Listing).where(*_conditions(wanted)).order_by(by.nulls_last(), Listing.id)
    found = session.scalars(statement.limit(wanted.limit).offset(wanted.offset)).all()
    return _rows(session, found)


@query
def listing_ids(session: Session, wanted: ListingFilter) -> tuple[int, ...]:
    """The ids of all listings that the filter lets through, whatever its limit."""
    found = select(Listing.id).where(*_conditions(wanted)).order_by(Listing.id)
    return tuple(session.scalars(found))


def _conditions(wanted: ListingFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.account_id is not None:
        conditions.append(Listing.account_id == wanted.account_id)
    if wanted.state is not None:
        conditions.append(Listing.state == wanted.state)
    if wanted.only == "problems":
        conditions.append(Listing.problem_count > 0)
    if wanted.only == "differs":
        conditions.append(Listing.differs.is_(True))
    if words := wanted.text.strip():
        conditions.append(matching(words))
    return conditions


def matching(words: str) -> ColumnElement[bool]:
    """Found by model number, title, the platform's id, product, or the SKU of an item."""
    named = select(ProductText.product_id).where(ProductText.name.icontains(words, autoescape=True))
    coded = select(Product.id).where(Product.code.icontains(words, autoescape=True))
    skus = select(ListingSku.listing_id).join(Item, Item.id == ListingSku.item_id)
    return or_(
        Listing.model_number.icontains(words, autoescape=True),
        Listing.title.icontains(words, autoescape=True),
        Listing.external_id == words,
        Listing.product_id.in_(named),
        Listing.product_id.in_(coded),
        Listing.id.in_(skus.where(Item.sku.icontains(words, autoescape=True))),
    )


def _rows(session: Session, listings: Sequence[Listing]) -> tuple[ListingRow, ...]:
    accounts = by_id(session, PlatformAccount, {listing.account_id for listing in listings})
    products = by_id(session, Product, {listing.product_id for listing in listings})
    offered: dict[int, int] = {}
    for part in chunks(listing.id for listing in listings):
        counts = select(ListingSku.listing_id, func.count()).where(ListingSku.offered)
        rows = counts.where(ListingSku.listing_id.in_(part)).group_by(ListingSku.listing_id)
        offered.update(session.execute(rows).all())
    return tuple(
        _row(one, accounts[one.account_id], products[one.product_id].code, offered.get(one.id, 0))
        for one in listings
    )


def _row(listing: Listing, account: PlatformAccount, product: str, items: int) -> ListingRow:
    content = content_of(listing.wanted)
    return ListingRow(
        id=listing.id,
        account_id=account.id,
        account=account.name,
        platform=account.platform,
        product_id=listing.product_id,
        product=product,
        model_number=listing.model_number,
        title=shown_title(listing),
        state=ListingState(listing.state),
        message=listing.platform_message,
        external_id=listing.external_id,
        items=items,
        problems=listing.problem_count,
        differs=listing.differs,
        price=content.prices[0].price if content and content.prices else None,
        currency=content.currency if content else "",
        cover=content.images[0] if content and content.images else "",
        pushed_at=listing.pushed_at,
        checked_at=listing.checked_at,
    )


@query
def listing_counts(session: Session) -> tuple[ListingCounts, ...]:
    """Each account's listings counted, by account; an account without any is there with zeros."""
    states: dict[int, dict[ListingState, int]] = defaultdict(dict)
    rows = select(Listing.account_id, Listing.state, func.count()).group_by(Listing.account_id, Listing.state)
    for account_id, state, count in session.execute(rows):
        states[account_id][ListingState(state)] = count
    problems, changed = _count(session, Listing.problem_count > 0), _count(session, Listing.differs.is_(True))
    accounts = session.scalars(select(PlatformAccount).order_by(PlatformAccount.id))
    return tuple(
        ListingCounts(
            account.id, account.name, account.platform, sum(states[account.id].values()), states[account.id],
            problems.get(account.id, 0), changed.get(account.id, 0),
        )
        for account in accounts
    )  # fmt: skip


def _count(session: Session, condition: ColumnElement[bool]) -> dict[int, int]:
    rows = select(Listing.account_id, func.count()).where(condition).group_by(Listing.account_id)
    return dict(session.execute(rows).all())


@query
def listing_detail(session: Session, listing_id: int, rules: Rules) -> ListingDetail:
    """A listing in full, composed as the catalogue is now; nothing is stored. Raises NotFound."""
    listing = get(session, Listing, listing_id)
    account = get(session, PlatformAccount, listing.account_id)
    composed = compose_all(session, account, [listing], rules_for(rules, account.platform))[listing.id]
    pushed = content_of(listing.pushed)
    since = today() - timedelta(days=PERFORMANCE_DAYS)
    return ListingDetail(
        row=_rows(session, [listing])[0],
        version=listing.version,
        form=form_of(listing),
        content=composed.content,
        pushed=pushed,
        changes=changes(composed.content, pushed),
        problems=composed.problems,
        skus=_skus(session, listing, account),
        messages=_messages(session, listing),
        performance=performance_of(session, listing, since),
    )


def form_of(listing: Listing) -> ListingForm:
    """What is typed on the listing, as its form shows it."""
    return ListingForm(
        listing_id=listing.id,
        model_number=listing.model_number,
        title=listing.title,
        keywords=texts_of(listing.keywords),
        description=listing.description,
        category_id=listing.category_id,
        category_path=listing.category_path,
        attributes=pairs_of(listing.attributes),
        images=texts_of(listing.images),
        min_order=listing.min_order,
        shipping_template=listing.shipping_template,
        listing_days=listing.listing_days,
        lead_days=listing.lead_days,
        skus=tuple(SkuForm(sku.item_id, sku.offered, sku.safety_stock) for sku in listing.skus),
    )


def _skus(session: Session, listing: Listing, account: PlatformAccount) -> tuple[SkuView, ...]:
    ids = [sku.item_id for sku in listing.skus]
    items, names, stock = by_id(session, Item, ids), ItemNames(session, ids), read_stock(session, ids)
    views = []
    for sku in listing.skus:
        item, reading, safety = items[sku.item_id], stock[sku.item_id], safety_of(sku, account)
        views.append(
            SkuView(
                item_id=item.id,
                sku=item.sku,
                name=names.of(item.id),
                options=item.options,
                offered=sku.offered and item.active,
                external_id=sku.external_sku_id,
                on_hand=reading.on_hand,
                reserved=reading.reserved,
                safety=safety,
                safety_typed=sku.safety_stock,
                publishable=publishable(reading.available, safety),
                pushed=sku.stock_pushed,
                pushed_at=sku.stock_pushed_at,
            )
        )
    return tuple(sorted(views, key=lambda view: view.sku))


def _messages(session: Session, listing: Listing) -> tuple[MessageView, ...]:
    """The newest messages about the listing, the newest first."""
    kinds = [kind.value for kind in Kind]
    rows = (
        select(OutboxMessage)
        .where(OutboxMessage.account_id == listing.account_id, OutboxMessage.record_id == listing.id)
        .where(OutboxMessage.kind.in_(kinds))
        .order_by(OutboxMessage.id.desc())
        .limit(20)
    )
    return tuple(
        MessageView(row.id, Kind(row.kind), row.title, OutboxState(row.state), row.created_at, row.problem)
        for row in session.scalars(rows)
    )
