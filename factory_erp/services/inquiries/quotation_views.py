"""Quotations as pages show them; one whose day has passed is shown as expired before that is written down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from factory_erp.domain.money import Money
from factory_erp.models.catalog import Item
from factory_erp.models.inquiries import Inquiry, Quotation, QuotationState
from factory_erp.models.platforms import OutboxMessage, OutboxState
from factory_erp.models.sales import SalesOrder
from factory_erp.services import clock
from factory_erp.services.base import get, query
from factory_erp.services.files import documents as document_files
from factory_erp.services.inquiries import quotation_facts
from factory_erp.services.inquiries.quotation_lines import QuoteLineForm
from factory_erp.services.inquiries.quotation_sending import paper_name
from factory_erp.services.inquiries.quotations import QUOTATION, QuotationForm, outbox_message
from factory_erp.services.issuing.drafts import Draft, drawn
from factory_erp.services.names import ItemNames
from factory_erp.services.papers.lacking import Lacking, lacking


@dataclass(frozen=True, slots=True)
class QuotationRow:
    """A quotation in a list. ``days_left`` is below zero once it has lapsed.

    ``delivery`` is how its message to the platform stands, None where it has none.
    """

    id: int
    number: str
    state: QuotationState
    buyer_name: str
    buyer_country: str
    total: Money
    quoted_on: date
    valid_until: date
    days_left: int
    inquiry_id: int | None
    inquiry: str
    sales_order_id: int | None
    sales_order: str
    delivery: OutboxState | None
    problem: str


@dataclass(frozen=True, slots=True)
class QuotationLineView:
    """A line; ``note`` says where its price stands and is not printed."""

    item_id: int
    sku: str
    name: str
    options: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    amount: Money
    note: str


@dataclass(frozen=True, slots=True)
class QuotationDetail:
    """A quotation with everything on it; ``form`` is what its form begins with, saved over ``version``."""

    row: QuotationRow
    version: int
    form: QuotationForm
    lines: tuple[QuotationLineView, ...]
    sent_at: datetime | None
    editable: bool
    """Whether it may still be changed: a draft that is not on its way to a platform."""


@dataclass(frozen=True, slots=True)
class QuotationFilter:
    """Which quotations to show; *words* are looked for in number and buyer."""

    states: frozenset[QuotationState] = frozenset()
    words: str = ""
    inquiry_id: int | None = None
    customer_id: int | None = None


NO_FILTER = QuotationFilter()


def shown_state(quotation: Quotation) -> QuotationState:
    """The state as people see it: sent and past its day is expired."""
    lapsed = quotation.state == QuotationState.SENT and quotation.valid_until < clock.today()
    return QuotationState.EXPIRED if lapsed else QuotationState(quotation.state)


def in_state(state: QuotationState) -> ColumnElement[bool]:
    """The condition that a quotation is shown in *state*."""
    today = clock.today()
    if state is QuotationState.SENT:
        return and_(Quotation.state == state, Quotation.valid_until >= today)
    if state is QuotationState.EXPIRED:
        lapsed = and_(Quotation.state == QuotationState.SENT, Quotation.valid_until < today)
        return or_(Quotation.state == state, lapsed)
    return Quotation.state == state


@query
def quotation_rows(
    session: Session, wanted: QuotationFilter = NO_FILTER, limit: int = 500
) -> list[QuotationRow]:
    """The quotations, the newest first."""
    return rows_of(session, wanted, limit)


def rows_of(session: Session, wanted: QuotationFilter, limit: int) -> list[QuotationRow]:
    """What ``quotation_rows`` answers, inside a transaction."""
    statement = (
        select(Quotation, Inquiry.number, SalesOrder.number, OutboxMessage.state, OutboxMessage.problem)
        .select_from(Quotation)
        .outerjoin(Inquiry, Inquiry.id == Quotation.inquiry_id)
        .outerjoin(SalesOrder, SalesOrder.id == Quotation.sales_order_id)
        .outerjoin(
            OutboxMessage,
            and_(OutboxMessage.record_id == Quotation.id, OutboxMessage.kind == QUOTATION),
        )
        .order_by(Quotation.id.desc())
        .limit(limit)
    )
    for condition in _conditions(wanted):
        statement = statement.where(condition)
    return [
        _row(quotation, inquiry or "", order or "", state, problem or "")
        for quotation, inquiry, order, state, problem in session.execute(statement)
    ]


def _conditions(wanted: QuotationFilter) -> list[ColumnElement[bool]]:
    found = []
    if wanted.states:
        found.append(or_(*(in_state(state) for state in sorted(wanted.states))))
    if wanted.words.strip():
        words = wanted.words.strip()
        columns = (Quotation.number, Quotation.buyer_name, Quotation.buyer_email)
        found.append(or_(*(column.icontains(words, autoescape=True) for column in columns)))
    if wanted.inquiry_id is not None:
        found.append(Quotation.inquiry_id == wanted.inquiry_id)
    if wanted.customer_id is not None:
        found.append(Quotation.customer_id == wanted.customer_id)
    return found


def _row(quotation: Quotation, inquiry: str, order: str, delivery: str | None, problem: str) -> QuotationRow:
    return QuotationRow(
        quotation.id, quotation.number, shown_state(quotation), quotation.buyer_name,
        quotation.buyer_country, Money(quotation.total_minor, quotation.currency), quotation.quoted_on,
        quotation.valid_until, (quotation.valid_until - clock.today()).days, quotation.inquiry_id, inquiry,
        quotation.sales_order_id, order, None if delivery is None else OutboxState(delivery), problem,
    )  # fmt: skip


@query
def quotation_detail(session: Session, quotation_id: int) -> QuotationDetail:
    """The quotation with its lines. Raises NotFound."""
    quotation = get(session, Quotation, quotation_id)
    inquiry = get(session, Inquiry, quotation.inquiry_id).number if quotation.inquiry_id else ""
    order = get(session, SalesOrder, quotation.sales_order_id).number if quotation.sales_order_id else ""
    message = outbox_message(session, quotation.id)
    delivery, problem = (message.state, message.problem) if message is not None else (None, "")
    row = _row(quotation, inquiry, order, delivery, problem)
    waits = row.delivery is not None and row.delivery is not OutboxState.FAILED
    return QuotationDetail(
        row=row,
        version=quotation.version,
        form=_form(quotation),
        lines=_lines(session, quotation),
        sent_at=quotation.sent_at,
        editable=quotation.state == QuotationState.DRAFT and not waits,
    )


def _form(quotation: Quotation) -> QuotationForm:
    def amount(minor: int) -> Decimal:
        return Money(minor, quotation.currency).amount

    copied = (
        "buyer_name currency incoterm place valid_until customer_id buyer_country buyer_address buyer_email "
        "language payment_terms lead_days remark"
    )
    return QuotationForm(
        lines=tuple(
            QuoteLineForm(line.item_id, line.quantity, line.unit_price, line.note) for line in quotation.lines
        ),
        freight=amount(quotation.freight_minor),
        discount=amount(quotation.discount_minor),
        **{name: getattr(quotation, name) for name in copied.split()},
    )


def _lines(session: Session, quotation: Quotation) -> tuple[QuotationLineView, ...]:
    ids = [line.item_id for line in quotation.lines]
    names = ItemNames(session, ids)
    items = {item.id: item for item in session.scalars(select(Item).where(Item.id.in_(ids)))}
    return tuple(
        QuotationLineView(
            line.item_id, items[line.item_id].sku, names.of(line.item_id), items[line.item_id].options,
            line.quantity, line.unit, line.unit_price, Money(line.amount_minor, quotation.currency),
            line.note,
        )
        for line in quotation.lines
    )  # fmt: skip


@query
def quotation_paper(session: Session, quotation_id: int, language: str = "") -> Draft:
    """The quotation as PDF in *language*, else its own; a draft says across the page that it is one.

    What was sent is the file that was sent, where it is still there. Raises NotAllowed before the company is
    set up, InvalidValue for a quotation that offers nothing, NotFound.
    """
    quotation = get(session, Quotation, quotation_id)
    draft = quotation.state == QuotationState.DRAFT
    if not draft and language in ("", quotation.language):
        path = document_files.path_of(paper_name(quotation))
        if path.is_file():
            return Draft(path.read_bytes(), quotation.language)
    return drawn(quotation_facts.snapshot(session, quotation, language), draft=draft)


@query
def quotation_lacking(session: Session, quotation_id: int) -> tuple[Lacking, ...]:
    """What its paper lacks in its own language, to be said before it is sent. Raises as the paper does."""
    return lacking(quotation_facts.snapshot(session, get(session, Quotation, quotation_id)))


@query
def quotation_text(session: Session, quotation_id: int, language: str = "") -> str:
    """The quotation in words, to be pasted into a message. Raises as ``quotation_paper`` does."""
    return quotation_facts.in_words(session, get(session, Quotation, quotation_id), language)


def open_count(session: Session, state: QuotationState, until: date | None = None) -> int:
    """How many quotations are shown in *state*; only those that lapse by *until*, where it is given."""
    counted = select(func.count()).select_from(Quotation).where(in_state(state))
    if until is not None:
        counted = counted.where(Quotation.valid_until <= until)
    return session.scalar(counted) or 0
