"""What the day brings on the channels: inquiries to answer, quotations that lapse, listings that wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from factory_erp.i18n import _
from factory_erp.models.catalog import Product
from factory_erp.models.inquiries import Quotation, QuotationState
from factory_erp.models.listings import Listing, ListingState
from factory_erp.models.platforms import PlatformAccount
from factory_erp.services import clock
from factory_erp.services.base import query
from factory_erp.services.inquiries import views as inquiry_views
from factory_erp.services.inquiries.quotation_views import in_state
from factory_erp.services.inquiries.views import EXPIRING, InquiryFilter, InquiryRow, Urgency
from factory_erp.services.today.needs import LIMIT, Need, NeedRow


@dataclass(frozen=True, slots=True)
class ChannelCounts:
    """``inquiries`` wait for our word: ``due_soon`` within a day, ``overdue`` by the platform's clock.

    ``quotations_expiring`` lapse within three days; ``rejected`` listings were refused by their platform,
    ``problems`` counts those that cannot be published as they are.
    """

    inquiries: int
    due_soon: int
    overdue: int
    quotations_expiring: int
    rejected: int
    problems: int


@dataclass(frozen=True, slots=True)
class ChannelView:
    """The channels on the page of the day: how much there is, and what should not wait longer."""

    counts: ChannelCounts
    needs: tuple[NeedRow, ...]


def channels() -> ChannelView:
    """The channels at a glance."""
    counted = inquiry_views.inquiry_counts()
    rejected, problems, rows = _listings_and_quotations()
    # The sorting of the inbox costs more than counting: it is asked only where there is something to list.
    urgent = _urgent() if counted.due_soon + counted.overdue else []
    counts = ChannelCounts(
        inquiries=counted.waiting,
        due_soon=counted.due_soon,
        overdue=counted.overdue,
        quotations_expiring=counted.quotations_expiring,
        rejected=rejected,
        problems=problems,
    )
    return ChannelView(counts, (*urgent, *rows))


def _urgent() -> list[NeedRow]:
    """Inquiries whose answer is due within a day, the most pressing first."""
    rows = inquiry_views.inquiry_rows(InquiryFilter(waiting=True), limit=LIMIT)
    return [_inquiry(row) for row in rows if row.urgency is not Urgency.NONE]


def _inquiry(row: InquiryRow) -> NeedRow:
    title = " · ".join(part for part in (row.number, row.customer or row.buyer_name) if part)
    if row.answer_by is None:
        return NeedRow(Need.INQUIRY, row.id, title, row.subject)
    moment = _local(row.answer_by)
    if row.urgency is Urgency.OVERDUE:
        return NeedRow(Need.INQUIRY, row.id, title, _("Should have been answered by {time}.", time=moment))
    return NeedRow(Need.INQUIRY, row.id, title, _("Answer by {time}.", time=moment))


def _local(moment: datetime) -> str:
    return f"{moment.astimezone(ZoneInfo(clock.FACTORY_ZONE)):%Y-%m-%d %H:%M}"


@query
def _listings_and_quotations(session: Session) -> tuple[int, int, list[NeedRow]]:
    """Counts of rejected listings and of those with problems; rejected ones and lapsing offers in rows."""
    there = Listing.state != ListingState.DELETED
    rejected = case((Listing.state == ListingState.REJECTED, 1), else_=0)
    problems = case((Listing.problem_count > 0, 1), else_=0)
    counted = session.execute(select(func.sum(rejected), func.sum(problems)).where(there)).one()
    rows = _rejected(session) if counted[0] else []
    return int(counted[0] or 0), int(counted[1] or 0), [*rows, *_expiring(session)]


def _rejected(session: Session) -> list[NeedRow]:
    statement = (
        select(Listing.id, Product.code, PlatformAccount.name, Listing.platform_message)
        .join(Product, Product.id == Listing.product_id)
        .join(PlatformAccount, PlatformAccount.id == Listing.account_id)
        .where(Listing.state == ListingState.REJECTED)
        .order_by(Listing.id)
        .limit(LIMIT)
    )
    return [
        NeedRow(Need.LISTING, listing_id, f"{code} · {account}", said or _("The platform rejected it."))
        for listing_id, code, account, said in session.execute(statement)
    ]


def _expiring(session: Session) -> list[NeedRow]:
    statement = (
        select(Quotation.id, Quotation.number, Quotation.buyer_name, Quotation.valid_until)
        .where(in_state(QuotationState.SENT), Quotation.valid_until <= clock.today() + EXPIRING)
        .order_by(Quotation.valid_until, Quotation.id)
        .limit(LIMIT)
    )
    return [
        NeedRow(
            Need.QUOTATION,
            quotation_id,
            f"{number} · {buyer}",
            _("Lapses on {date}: remind the buyer.", date=until.isoformat()),
        )
        for quotation_id, number, buyer, until in session.execute(statement)
    ]
