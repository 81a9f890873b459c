"""The inbox as pages show it: what waits for an answer, how urgently, and one inquiry as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import ColumnElement, ScalarSelect, Select, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from factory_erp.i18n import language
from factory_erp.models.catalog import Product, ProductText
from factory_erp.models.inquiries import (
    Inquiry,
    InquiryMessage,
    InquirySource,
    InquiryState,
    Quotation,
    QuotationState,
)
from factory_erp.models.partners import Partner
from factory_erp.models.platforms import OutboxMessage, OutboxState, PlatformAccount
from factory_erp.services import clock
from factory_erp.services.base import get, query
from factory_erp.services.inquiries.inbox import REPLY, reaches_platform, takes_replies
from factory_erp.services.inquiries.quotation_suggestions import Suggestion, suggestions
from factory_erp.services.inquiries.quotation_views import QuotationFilter, QuotationRow, open_count, rows_of

SOON = timedelta(hours=24)
"""An answer that is due within it is urgent."""

EXPIRING = timedelta(days=3)
"""A quotation that lapses within it is worth a word to the buyer."""

ANSWERABLE = (InquiryState.NEW, InquiryState.ANSWERED, InquiryState.QUOTED)


class Urgency(StrEnum):
    """How soon the platform stops taking an answer."""

    NONE = "none"
    SOON = "soon"
    OVERDUE = "overdue"


_Selected = Select[Inquiry, InquiryMessage, str, str, str, bool]
"""An inquiry, its latest message, names of account and customer, the product's code, whether it waits."""


@dataclass(frozen=True, slots=True)
class InquiryFilter:
    """Which inquiries to show; *words* are looked for in number, subject and buyer."""

    states: frozenset[InquiryState] = frozenset()
    sources: frozenset[InquirySource] = frozenset()
    words: str = ""
    account_id: int | None = None
    customer_id: int | None = None
    listing_id: int | None = None
    waiting: bool = False
    """Only those in which the buyer spoke last."""


NO_FILTER = InquiryFilter()


@dataclass(frozen=True, slots=True)
class InquiryRow:
    """An inquiry in the inbox. ``waiting``: the buyer spoke last; ``age`` counts from his first message."""

    id: int
    number: str
    source: InquirySource
    account: str
    state: InquiryState
    subject: str
    buyer_name: str
    buyer_country: str
    customer: str
    product: str
    quantity: Decimal | None
    unit: str
    received_at: datetime
    last_at: datetime
    age: timedelta
    answer_by: datetime | None
    urgency: Urgency
    waiting: bool


@dataclass(frozen=True, slots=True)
class MessageView:
    """A message of the conversation. ``delivery``: how our answer stands in the outbox, None elsewhere."""

    id: int
    outgoing: bool
    author: str
    body: str
    sent_at: datetime
    delivery: OutboxState | None
    problem: str


@dataclass(frozen=True, slots=True)
class InquiryDetail:
    """An inquiry with its conversation, what could be offered, and what was."""

    row: InquiryRow
    version: int
    buyer_email: str
    account_id: int | None
    customer_id: int | None
    product_id: int | None
    listing_id: int | None
    wanted_by: date | None
    through_platform: bool
    """Whether answers can go back through the platform that it came from."""
    takes_replies: bool
    """Whether that platform takes answers in words, and not a quotation only."""
    messages: tuple[MessageView, ...]
    suggestions: tuple[Suggestion, ...]
    quotations: tuple[QuotationRow, ...]


@dataclass(frozen=True, slots=True)
class InquiryCounts:
    """What waits: ``waiting`` for our word, of them ``due_soon`` and ``overdue`` by the platform's clock.

    ``quotations_expiring`` lapse within three days; ``quotations_open`` wait for the buyer.
    """

    waiting: int
    due_soon: int
    overdue: int
    quotations_draft: int
    quotations_open: int
    quotations_expiring: int


def _last_message() -> ColumnElement[int | None]:
    """Id of the latest message of the inquiry."""
    said = aliased(InquiryMessage)
    latest = select(said.id).where(said.inquiry_id == Inquiry.id)
    return latest.order_by(said.sent_at.desc(), said.id.desc()).limit(1).correlate(Inquiry).scalar_subquery()


def _last_offer() -> ScalarSelect[datetime | None]:
    """When a quotation that answers the inquiry was sent last."""
    sent = select(func.max(Quotation.sent_at)).where(Quotation.inquiry_id == Inquiry.id)
    return sent.correlate(Inquiry).scalar_subquery()


def _statement() -> _Selected:
    return (
        select(
            Inquiry,
            InquiryMessage,
            PlatformAccount.name,
            Partner.name,
            Product.code,
            _waits().label("waiting"),
        )
        .select_from(Inquiry)
        .outerjoin(InquiryMessage, InquiryMessage.id == _last_message())
        .outerjoin(PlatformAccount, PlatformAccount.id == Inquiry.account_id)
        .outerjoin(Partner, Partner.id == Inquiry.customer_id)
        .outerjoin(Product, Product.id == Inquiry.product_id)
    )


def _waits() -> ColumnElement[bool]:
    """The condition that the buyer spoke last in an inquiry that is not over (beside ``_statement``).

    A quotation that was sent is our word as much as a message is.
    """
    offer = _last_offer()
    unanswered = or_(Inquiry.state != InquiryState.QUOTED, offer.is_(None), InquiryMessage.sent_at > offer)
    his = InquiryMessage.outgoing.is_(False) & unanswered
    silent = InquiryMessage.id.is_(None) & (Inquiry.state == InquiryState.NEW)
    return Inquiry.state.in_(ANSWERABLE) & or_(his, silent)


@query
def inquiry_rows(session: Session, wanted: InquiryFilter = NO_FILTER, limit: int = 500) -> list[InquiryRow]:
    """The inquiries: first those that wait, by the day on which an answer is due, then the newest."""
    statement = _statement()
    for condition in _conditions(wanted):
        statement = statement.where(condition)
    ordered = statement.order_by(
        case((_waits(), 0), else_=1),
        case((_waits(), Inquiry.answer_by), else_=None).asc().nulls_last(),
        Inquiry.received_at.desc(),
        Inquiry.id.desc(),
    )
    return _rows(session, ordered.limit(limit))


def _conditions(wanted: InquiryFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.states:
        found.append(Inquiry.state.in_(wanted.states))
    if wanted.sources:
        found.append(Inquiry.source.in_(wanted.sources))
    if wanted.words.strip():
        columns = (Inquiry.number, Inquiry.subject, Inquiry.buyer_name, Inquiry.buyer_email)
        words = wanted.words.strip()
        found.append(or_(*(column.icontains(words, autoescape=True) for column in columns)))
    for name in ("account_id", "customer_id", "listing_id"):
        value = getattr(wanted, name)
        if value is not None:
            found.append(getattr(Inquiry, name) == value)
    return [*found, _waits()] if wanted.waiting else found


def _rows(
    session: Session,
    statement: _Selected,
) -> list[InquiryRow]:
    found = session.execute(statement).all()
    names = _product_names(session, {row[0].product_id for row in found if row[0].product_id})
    return [
        _row(
            inquiry,
            last,
            account or "",
            customer or "",
            names.get(inquiry.product_id or 0, code or ""),
            bool(waits),
        )
        for inquiry, last, account, customer, code, waits in found
    ]


def _product_names(session: Session, ids: set[int]) -> dict[int, str]:
    """Names of the products in the reader's language, where they have one."""
    said = select(ProductText.product_id, ProductText.name).where(
        ProductText.product_id.in_(ids), ProductText.language == language()
    )
    return {product_id: name for product_id, name in session.execute(said) if name} if ids else {}


def _row(
    inquiry: Inquiry, last: InquiryMessage | None, account: str, customer: str, product: str, waiting: bool
) -> InquiryRow:
    return InquiryRow(
        id=inquiry.id,
        number=inquiry.number,
        source=InquirySource(inquiry.source),
        account=account,
        state=InquiryState(inquiry.state),
        subject=inquiry.subject,
        buyer_name=inquiry.buyer_name,
        buyer_country=inquiry.buyer_country,
        customer=customer,
        product=product,
        quantity=inquiry.quantity,
        unit=inquiry.unit,
        received_at=inquiry.received_at,
        last_at=last.sent_at if last is not None else inquiry.received_at,
        age=clock.now() - inquiry.received_at,
        answer_by=inquiry.answer_by,
        urgency=_urgency(inquiry.answer_by) if waiting else Urgency.NONE,
        waiting=waiting,
    )


def _urgency(answer_by: datetime | None) -> Urgency:
    if answer_by is None or answer_by > clock.now() + SOON:
        return Urgency.NONE
    return Urgency.SOON if answer_by > clock.now() else Urgency.OVERDUE


@query
def inquiry_detail(session: Session, inquiry_id: int) -> InquiryDetail:
    """The inquiry with its conversation, suggestions and quotations. Raises NotFound."""
    inquiry = get(session, Inquiry, inquiry_id)
    [row] = _rows(session, _statement().where(Inquiry.id == inquiry_id))
    return InquiryDetail(
        row=row,
        version=inquiry.version,
        buyer_email=inquiry.buyer_email,
        account_id=inquiry.account_id,
        customer_id=inquiry.customer_id,
        product_id=inquiry.product_id,
        listing_id=inquiry.listing_id,
        wanted_by=inquiry.wanted_by,
        through_platform=reaches_platform(inquiry),
        takes_replies=takes_replies(inquiry),
        messages=_messages(session, inquiry),
        suggestions=suggestions(session, inquiry),
        quotations=tuple(rows_of(session, QuotationFilter(inquiry_id=inquiry.id), 100)),
    )


def _messages(session: Session, inquiry: Inquiry) -> tuple[MessageView, ...]:
    sent = select(OutboxMessage.client_key, OutboxMessage.state, OutboxMessage.problem)
    mine = sent.where(OutboxMessage.kind == REPLY, OutboxMessage.record_id == inquiry.id)
    outgoing = {key: (OutboxState(state), problem) for key, state, problem in session.execute(mine)}
    return tuple(
        MessageView(
            message.id, message.outgoing, message.author, message.body, message.sent_at,
            *outgoing.get(message.external_id, (None, "")),
        )
        for message in inquiry.messages
    )  # fmt: skip


@query
def inquiry_counts(session: Session) -> InquiryCounts:
    """What waits today: inquiries for our word, quotations for the buyer's."""
    now = clock.now()
    due = (Inquiry.answer_by > now) & (Inquiry.answer_by <= now + SOON)
    figures = (
        func.count(),
        func.sum(case((due, 1), else_=0)),
        func.sum(case((Inquiry.answer_by <= now, 1), else_=0)),
    )
    counted = select(*figures).select_from(Inquiry)
    counted = counted.outerjoin(InquiryMessage, InquiryMessage.id == _last_message()).where(_waits())
    waiting, soon, overdue = session.execute(counted).one()
    return InquiryCounts(
        waiting=waiting,
        due_soon=int(soon or 0),
        overdue=int(overdue or 0),
        quotations_draft=open_count(session, QuotationState.DRAFT),
        quotations_open=open_count(session, QuotationState.SENT),
        quotations_expiring=open_count(session, QuotationState.SENT, clock.today() + EXPIRING),
    )
