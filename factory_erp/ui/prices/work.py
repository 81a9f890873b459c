"""What the price pages read and ask, away from the UI thread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from urllib.parse import quote

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _
from factory_erp.models.partners import Role
from factory_erp.models.pricing import PriceKind
from factory_erp.services import directory
from factory_erp.services.directory import ItemRef
from factory_erp.services.engineering.costing import cost_figure
from factory_erp.services.platforms import accounts as platforms
from factory_erp.services.pricing import prices as pricing
from factory_erp.services.pricing import settings as price_settings
from factory_erp.services.pricing import sheets as price_sheets
from factory_erp.services.pricing.prices import (
    ItemPriceView,
    PriceAnswer,
    PriceListView,
    PriceRow,
    margin_percent,
)
from factory_erp.services.pricing.settings import MarginSettings
from factory_erp.ui.kit.choose import Choice, among

MOST_LINES = 4000
"""Breaks that are shown for editing at once; of a longer list one searches for the items to change."""

CONCERNS = frozenset(
    {"price_list", "price_line", "item", "item_text", "partner", "platform_account", "setting", "company",
     "bill", "bill_line", "routing", "routing_operation", "work_centre"}
)  # fmt: skip
"""Kinds of record that show on the price pages."""


@dataclass(frozen=True, slots=True)
class Items:
    """The items that one may choose, found by id and by SKU whatever its case."""

    by_id: Mapping[int, ItemRef] = field(default_factory=dict)
    by_sku: Mapping[str, ItemRef] = field(default_factory=dict)
    choices: Sequence[Choice] = ()

    def search(self, text: str) -> Sequence[Choice]:
        """Items whose SKU or name contains *text*."""
        return among(self.choices)(text)[:200]

    def named(self, text: str) -> Choice:
        """The item with that SKU. Raises InvalidValue."""
        found = self.by_sku.get(text.strip().casefold())
        if found is None:
            raise InvalidValue(
                _("There is no item '{sku}'.", sku=text.strip()), remedy=_("Choose from the list (F4).")
            )
        return item_choice(found)


@dataclass(frozen=True, slots=True)
class Lists:
    """The lists of both kinds, the factory's items and how it counts margins."""

    lists: Mapping[PriceKind, Sequence[PriceListView]]
    items: Items
    margins: MarginSettings

    def find(self, key: object) -> PriceListView | None:
        """The list with that id or code."""
        every = [one for lists in self.lists.values() for one in lists]
        return next((one for one in every if key in (one.id, one.code, str(one.id))), None)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A list as it is edited; ``partial``: the search, or the length of the list, leaves items out."""

    head: PriceListView
    rows: Sequence[PriceRow]
    partial: bool = False
    too_long: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody would buy."""

    item_id: int
    quantity: Decimal
    customer_id: int | None
    day: date
    incoterm: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """The price and what it leaves; None where no list fits, or nothing is known."""

    price: PriceAnswer | None
    cost: Decimal | None
    margins: MarginSettings

    def margin(self) -> Decimal | None:
        """Of the price, in percent."""
        if self.price is None:
            return None
        price = self.price.price
        return margin_of(price.amount, self.cost, self.margins.rate(price.currency))


def read_lists() -> Lists:
    """Everything that the page shows beside the rows of one list."""
    lists = {kind: pricing.price_lists(kind) for kind in PriceKind}
    return Lists(lists, read_items(), price_settings.margin_settings())


def read_items() -> Items:
    """The directory of items."""
    refs = directory.items_to_choose()
    return Items(
        {ref.id: ref for ref in refs},
        {ref.sku.casefold(): ref for ref in refs},
        [item_choice(ref) for ref in refs],
    )


def item_choice(ref: ItemRef) -> Choice:
    """An item as an edit suggests it."""
    return Choice(ref.id, ref.sku, ref.name)


def read_sheet(head: PriceListView, words: str, margins: MarginSettings) -> Sheet:
    """The items of a list that contain *words*; of a list that is too long, as many as can be edited."""
    if head.lines > MOST_LINES and not words.strip():
        return Sheet(head, (), partial=True, too_long=True)
    rows = pricing.price_rows(head.id, words, margins.rates)
    shown: list[PriceRow] = []
    lines = 0
    for row in rows:
        lines += len(row.tiers)
        if lines > MOST_LINES:
            break
        shown.append(row)
    return Sheet(head, shown, bool(words.strip()) or len(shown) < len(rows), len(shown) < len(rows))


def ask(question: Question) -> Answer:
    """The price of an order and its margin. Raises InvalidValue, NotFound."""
    price = pricing.price_of(
        question.item_id,
        question.quantity,
        customer_id=question.customer_id,
        day=question.day,
        incoterm=question.incoterm,
        place=question.place,
    )
    pair = (question.item_id, question.quantity)
    return Answer(price, price_sheets.lot_costs([pair])[pair], price_settings.margin_settings())


def margin_of(price: Decimal, cost: Decimal | None, rate: Decimal | None) -> Decimal | None:
    """Margin of a *price* over a *cost* in the company's currency; *rate*: worth of one of the price's."""
    if cost is None or not rate:
        return None
    return margin_percent(price, Fraction(cost) / Fraction(rate))


def converted(cost: Decimal, rate: Decimal) -> Decimal:
    """A *cost* in the company's currency in the one that is worth *rate*."""
    return cost_figure(Fraction(cost) / Fraction(rate))


@dataclass(frozen=True, slots=True)
class ItemLists:
    """The lists that hold an item; ``costed``: its breaks with cost and margin on those of sales, by list."""

    sku: str
    lists: Sequence[ItemPriceView]
    costed: Mapping[int, PriceRow]
    margins: MarginSettings


def item_lists(item_id: int) -> ItemLists:
    """Everything that is asked for an item, and by whom."""
    margins = price_settings.margin_settings()
    views = pricing.item_prices(item_id)
    sku = price_sheets.skus([item_id]).get(item_id, ("", ""))[0]
    costed = {
        view.list_id: row
        for view in views
        if view.kind is PriceKind.SALES
        for row in pricing.price_rows(view.list_id, sku, margins.rates)
        if row.item_id == item_id
    }
    return ItemLists(sku, views, costed, margins)


def list_link(list_id: int, sought: str = "") -> str:
    """Deep link to a list, to the items in it that contain *sought*."""
    return f"erp://prices/{list_id}/{quote(sought, safe='')}" if sought else f"erp://prices/{list_id}"


def customers(text: str) -> Sequence[Choice]:
    """Customers to choose from."""
    return _partners(Role.CUSTOMER, text)


def suppliers(text: str) -> Sequence[Choice]:
    """Suppliers to choose from."""
    return _partners(Role.SUPPLIER, text)


def _partners(role: Role, text: str) -> Sequence[Choice]:
    return [Choice(one.id, one.name, one.code) for one in directory.partner_choices(text, role, 200)]


def shops(text: str) -> Sequence[Choice]:
    """Platform accounts to choose from."""
    return among([Choice(one.id, one.name, one.platform) for one in platforms.accounts()])(text)
