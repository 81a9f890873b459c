"""What listings cost and what they brought: views and spend by day, inquiries and orders beside them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from factory_erp.domain.figures import round_ratio, unscaled
from factory_erp.domain.money import Money, exponent
from factory_erp.models.inquiries import Inquiry
from factory_erp.models.listings import Listing, ListingDay, ListingSku
from factory_erp.models.sales import OrderState, SalesLine, SalesOrder
from factory_erp.services import working_time
from factory_erp.services.base import get, query, use_case
from factory_erp.services.master_data import assign, count_problem, differs, figure_problem


@dataclass(frozen=True, slots=True)
class DayInput:
    """A listing's promotion on one day; ``spend`` in main units of ``currency``."""

    day: date
    views: int = 0
    clicks: int = 0
    spend: Decimal = Decimal(0)
    currency: str = "USD"


@dataclass(frozen=True, slots=True)
class Performance:
    """What a listing brought since a day. Amounts by currency, never added across currencies.

    ``per_inquiry`` and ``per_order``: spend divided by how many there were, rounded to the minor unit; empty
    where there were none or nothing was spent.
    """

    listing_id: int
    views: int = 0
    clicks: int = 0
    inquiries: int = 0
    orders: int = 0
    spend: tuple[Money, ...] = ()
    amount: tuple[Money, ...] = ()
    per_inquiry: tuple[Money, ...] = ()
    per_order: tuple[Money, ...] = ()


@use_case
def add_days(session: Session, listing_id: int, rows: Sequence[DayInput]) -> int:
    """Write down days of a listing, each over what it said before; how many changed.

    Raises InvalidValue for a negative figure or an amount finer than the currency's minor unit.
    """
    listing = get(session, Listing, listing_id)
    there = {row.day: row for row in session.scalars(select(ListingDay).filter_by(listing_id=listing_id))}
    changed = 0
    for given in rows:
        values = _columns(given, listing.model_number)
        row = there.get(given.day)
        if row is None:
            there[given.day] = row = ListingDay(listing_id=listing_id, day=given.day, **values)
            session.add(row)
            changed += 1
        elif differs(row, values):
            assign(row, values)
            changed += 1
    return changed


def _columns(given: DayInput, record: str) -> dict[str, int | str]:
    for name in ("views", "clicks"):
        if problem := count_problem(getattr(given, name), name, record=record):
            raise problem
    if problem := figure_problem(given.spend, "spend", record=record):
        raise problem
    spend = Money.of(given.spend, given.currency)
    return {
        "views": given.views,
        "clicks": given.clicks,
        "spend_minor": spend.minor,
        "currency": given.currency,
    }


@query
def days(session: Session, listing_id: int, since: date) -> tuple[DayInput, ...]:
    """What was written down of a listing from *since* on, by day."""
    rows = select(ListingDay).where(ListingDay.listing_id == listing_id, ListingDay.day >= since)
    return tuple(
        DayInput(
            row.day,
            row.views,
            row.clicks,
            unscaled(row.spend_minor, exponent(row.currency)),
            row.currency,
        )
        for row in session.scalars(rows.order_by(ListingDay.day))
    )


@dataclass(slots=True)
class _Sums:
    views: int = 0
    clicks: int = 0
    inquiries: int = 0
    orders: set[int] = field(default_factory=set)
    spend: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    amount: dict[str, int] = field(default_factory=lambda: defaultdict(int))


@query
def performance(session: Session, account_id: int, since: date) -> tuple[Performance, ...]:
    """What each listing of the account brought from the factory's day *since* on, by listing.

    Orders are those of the account with an item of the listing, cancelled ones aside; their amount is that
    of these lines alone. Inquiries are those that were about the listing.
    """
    listings = select(Listing.id).filter_by(account_id=account_id).order_by(Listing.id)
    return _performances(session, account_id, list(session.scalars(listings)), since)


def performance_of(session: Session, listing: Listing, since: date) -> Performance:
    """The same for one listing."""
    return _performances(session, listing.account_id, [listing.id], since)[0]


def _performances(
    session: Session, account_id: int, ids: Sequence[int], since: date
) -> tuple[Performance, ...]:
    sums: dict[int, _Sums] = {number: _Sums() for number in ids}
    begin = _start(since, working_time.zone(session))
    _add_days(session, account_id, since, sums)
    _add_inquiries(session, account_id, begin, sums)
    _add_orders(session, account_id, begin, sums)
    return tuple(_performance(number, found) for number, found in sums.items())


def _start(day: date, place: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), place).astimezone(UTC)


def _add_days(session: Session, account_id: int, since: date, sums: dict[int, _Sums]) -> None:
    day = ListingDay
    figures = (func.sum(day.views), func.sum(day.clicks), func.sum(day.spend_minor))
    rows = (
        select(day.listing_id, day.currency, *figures)
        .join(Listing, Listing.id == day.listing_id)
        .where(Listing.account_id == account_id, day.day >= since)
        .group_by(day.listing_id, day.currency)
    )
    for listing_id, currency, views, clicks, spend in session.execute(rows):
        if listing_id in sums:
            one = sums[listing_id]
            one.views, one.clicks = one.views + int(views), one.clicks + int(clicks)
            one.spend[currency] += int(spend)


def _add_inquiries(session: Session, account_id: int, begin: datetime, sums: dict[int, _Sums]) -> None:
    rows = (
        select(Inquiry.listing_id, func.count())
        .join(Listing, Listing.id == Inquiry.listing_id)
        .where(Listing.account_id == account_id, Inquiry.received_at >= begin)
        .group_by(Inquiry.listing_id)
    )
    for listing_id, count in session.execute(rows):
        if listing_id in sums:
            sums[listing_id].inquiries = count


def _add_orders(session: Session, account_id: int, begin: datetime, sums: dict[int, _Sums]) -> None:
    rows = (
        select(ListingSku.listing_id, SalesOrder.id, SalesOrder.currency, func.sum(SalesLine.amount_minor))
        .join(Listing, Listing.id == ListingSku.listing_id)
        .join(SalesLine, SalesLine.item_id == ListingSku.item_id)
        .join(SalesOrder, SalesOrder.id == SalesLine.order_id)
        .where(Listing.account_id == account_id, SalesOrder.account_id == account_id)
        .where(SalesOrder.ordered_at >= begin, SalesOrder.state != OrderState.CANCELLED)
        .group_by(ListingSku.listing_id, SalesOrder.id, SalesOrder.currency)
    )
    for listing_id, order_id, currency, amount in session.execute(rows):
        if listing_id in sums:
            sums[listing_id].orders.add(order_id)
            sums[listing_id].amount[currency] += int(amount)


def _performance(listing_id: int, sums: _Sums) -> Performance:
    return Performance(
        listing_id=listing_id,
        views=sums.views,
        clicks=sums.clicks,
        inquiries=sums.inquiries,
        orders=len(sums.orders),
        spend=_money(sums.spend.items()),
        amount=_money(sums.amount.items()),
        per_inquiry=_per(sums.spend.items(), sums.inquiries),
        per_order=_per(sums.spend.items(), len(sums.orders)),
    )


def _money(sums: Iterable[tuple[str, int]]) -> tuple[Money, ...]:
    return tuple(Money(minor, currency) for currency, minor in sorted(sums) if minor)


def _per(sums: Iterable[tuple[str, int]], count: int) -> tuple[Money, ...]:
    """The spend divided by *count*, exactly, then rounded half up to the minor unit."""
    if not count:
        return ()
    shares = ((currency, Fraction(minor, count)) for currency, minor in sorted(sums) if minor)
    return tuple(
        Money(round_ratio(share.numerator, share.denominator), currency) for currency, share in shares
    )
