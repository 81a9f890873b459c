"""Quotations: composing one from an inquiry or for a customer, changing the draft, revising.

A quotation that was sent is never changed: it is revised, which is a copy with a number of its own. One on
its way to a platform is not changed either, until the platform has taken or refused it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.domain.countries import country
from factory_erp.domain.errors import InvalidValue, NotAllowed
from factory_erp.domain.incoterms import incoterm
from factory_erp.domain.money import Money, exponent
from factory_erp.i18n import _
from factory_erp.models.inquiries import Inquiry, Quotation, QuotationState
from factory_erp.models.partners import Partner
from factory_erp.models.platforms import OutboxMessage, OutboxState
from factory_erp.services import clock
from factory_erp.services.base import get, use_case
from factory_erp.services.channel_index import index_inquiry
from factory_erp.services.engineering.revisions import raise_version
from factory_erp.services.inquiries import quotation_facts
from factory_erp.services.inquiries.quotation_lines import QuoteLineForm, lead_of_all, priced_lines
from factory_erp.services.inquiries.quotation_suggestions import lines_for
from factory_erp.services.master_data import check_texts, count_problem, same_version, under
from factory_erp.services.numbering import next_number
from factory_erp.services.outside_texts import is_email
from factory_erp.services.promise.holds import follow_revision, follow_validity, let_go
from factory_erp.services.sales.entry import USUAL_TERM, Terms, loading_place, ship_to, terms_for

SERIES = "QT"
QUOTATION = "quotation"
"""Kind of outbox message."""

VALID_DAYS = 15
"""How long an offer stands unless somebody says otherwise."""

USUAL_CURRENCY = "USD"
"""In which export goods are offered to somebody who has not ordered yet."""

IN_FLIGHT = (OutboxState.NEW, OutboxState.SENT, OutboxState.UNKNOWN)


@dataclass(frozen=True, slots=True)
class QuotationForm:
    """A quotation as its form has it; ``freight`` and ``discount`` in main units of the currency."""

    buyer_name: str
    currency: str
    incoterm: str
    place: str
    valid_until: date
    lines: Sequence[QuoteLineForm]
    customer_id: int | None = None
    buyer_country: str = ""
    buyer_address: str = ""
    buyer_email: str = ""
    language: str = "en"
    payment_terms: str = ""
    lead_days: int | None = None
    freight: Decimal = Decimal(0)
    discount: Decimal = Decimal(0)
    remark: str = ""


@use_case
def new_quotation(
    session: Session,
    lines: Sequence[QuoteLineForm],
    client_key: str,
    *,
    inquiry_id: int | None = None,
    customer_id: int | None = None,
) -> int:
    """A draft that answers the inquiry, or offers something to the customer; its id. Once per *client_key*.

    Without *lines* it offers what the inquiry asks for, where that is one item. Terms are the customer's
    usual ones, prices those of the price lists, the lead time that of the slowest line. Raises
    InvalidValue without inquiry and customer, LineRefusedError, NotFound.
    """
    known = session.scalar(select(Quotation.id).filter_by(client_key=client_key))
    if known is not None:
        return known
    inquiry = get(session, Inquiry, inquiry_id, lock=True) if inquiry_id is not None else None
    buyer = customer_id if customer_id is not None else inquiry and inquiry.customer_id
    if inquiry is None and buyer is None:
        raise InvalidValue(
            _("A quotation needs an inquiry or a customer."),
            field="customer_id",
            remedy=_("Choose to whom you offer."),
        )
    quotation = _blank(session, inquiry, get(session, Partner, buyer) if buyer else None)
    quotation.client_key = client_key
    wanted = list(lines) or (lines_for(session, inquiry) if inquiry else [])
    _put_lines(session, quotation, inquiry, wanted)
    quotation.lead_days = lead_of_all(session, [(one.item_id, one.quantity) for one in wanted])
    _add_up(quotation)
    return _numbered(session, quotation)


def _blank(session: Session, inquiry: Inquiry | None, customer: Partner | None) -> Quotation:
    day = clock.today()
    quotation = Quotation(
        state=QuotationState.DRAFT,
        inquiry_id=inquiry.id if inquiry else None,
        quoted_on=day,
        valid_until=day + timedelta(days=VALID_DAYS),
        buyer_name=(inquiry.buyer_name or inquiry.buyer_email or inquiry.number) if inquiry else "",
        buyer_country=inquiry.buyer_country if inquiry else "",
        buyer_email=inquiry.buyer_email if inquiry else "",
        currency=USUAL_CURRENCY,
        incoterm=USUAL_TERM,
        place=loading_place(session),
        freight_minor=0,
        discount_minor=0,
    )
    if customer is not None:
        _as_customer(session, quotation, customer)
    return quotation


def _as_customer(session: Session, quotation: Quotation, customer: Partner) -> None:
    usual = terms_for(session, customer.id)
    quotation.customer_id, quotation.buyer_name = customer.id, customer.name
    quotation.buyer_country = quotation.buyer_country or usual.country
    quotation.buyer_email = customer.email or quotation.buyer_email
    quotation.buyer_address = ship_to(customer, quotation.buyer_country)
    quotation.currency, quotation.incoterm, quotation.place = usual.currency, usual.incoterm, usual.place
    quotation.payment_terms = usual.payment_terms
    quotation.language = quotation_facts.buyers_language(customer)


def _numbered(session: Session, quotation: Quotation) -> int:
    quotation.number = next_number(session, SERIES, quotation.quoted_on.year)
    session.add(quotation)
    session.flush()
    if quotation.inquiry_id is not None:
        index_inquiry(session, session.get_one(Inquiry, quotation.inquiry_id))
    return quotation.id


def _put_lines(
    session: Session, quotation: Quotation, inquiry: Inquiry | None, lines: Sequence[QuoteLineForm]
) -> None:
    terms = Terms(quotation.customer_id, quotation.currency, quotation.incoterm, quotation.place)
    quotation.lines = priced_lines(session, terms, inquiry.account_id if inquiry else None, lines)


def _add_up(quotation: Quotation) -> None:
    goods = sum(line.amount_minor for line in quotation.lines)
    total = goods + quotation.freight_minor - quotation.discount_minor
    if total < 0:
        raise InvalidValue(
            _("The discount is greater than the goods."), field="discount", remedy=_("Lower the discount.")
        )
    quotation.total_minor = total


@use_case
def save_quotation(session: Session, quotation_id: int, form: QuotationForm, version: int) -> int:
    """Write the form over the draft that it was read from; the new version.

    Raises Conflict where somebody else changed it since, NotAllowed for one that was sent or is on its way,
    InvalidValue with the field of ``QuotationForm``, LineRefusedError.
    """
    quotation = get(session, Quotation, quotation_id, lock=True)
    same_version(quotation, version, quotation.number)
    require_draft(session, quotation)
    _check_form(session, form)
    copied = (
        "buyer_name currency incoterm place valid_until customer_id buyer_country buyer_address buyer_email "
        "language payment_terms lead_days remark"
    )
    valid_before = quotation.valid_until
    for name in copied.split():
        value = getattr(form, name)
        setattr(quotation, name, value.strip() if isinstance(value, str) else value)
    quotation.freight_minor = _minor(form.freight, form.currency, "freight")
    quotation.discount_minor = _minor(form.discount, form.currency, "discount")
    inquiry = get(session, Inquiry, quotation.inquiry_id) if quotation.inquiry_id else None
    before = _said(quotation)
    quotation.lines.clear()
    session.flush()
    _put_lines(session, quotation, inquiry, form.lines)
    _add_up(quotation)
    if _said(quotation) != before:
        raise_version(quotation, "number")
    if {(item, quantity) for item, quantity, *_rest in before} != _goods(quotation):
        let_go(session, quotation.id)
    follow_validity(session, quotation, valid_before)
    session.flush()
    return quotation.version


def _goods(quotation: Quotation) -> set[tuple[int, Decimal]]:
    return {(line.item_id, line.quantity) for line in quotation.lines}


def _said(quotation: Quotation) -> list[tuple[int, Decimal, Decimal, str]]:
    return [(line.item_id, line.quantity, line.unit_price, line.note) for line in quotation.lines]


def _minor(amount: Decimal, currency: str, field: str) -> int:
    try:
        minor = Money.of(amount, currency).minor
    except InvalidValue as error:
        raise under(error, field) from None
    if not 0 <= minor <= 10**15:
        raise InvalidValue(
            _("{figure} is no possible amount.", figure=amount), field=field, remedy=_("Correct the figure.")
        )
    return minor


def require_draft(session: Session, quotation: Quotation) -> None:
    """Raise NotAllowed unless the quotation may still be changed."""
    if quotation.state != QuotationState.DRAFT:
        raise NotAllowed(
            _("Quotation {number} was sent and is not changed any more.", number=quotation.number),
            record=quotation.number,
            field="state",
            remedy=_("Revise it: that makes a copy with a new number."),
        )
    message = outbox_message(session, quotation.id)
    if message is not None and message.state in IN_FLIGHT:
        raise NotAllowed(
            _("Quotation {number} is on its way to the platform.", number=quotation.number),
            record=quotation.number,
            field="state",
            remedy=_("Wait for the platform's answer, or see the outbox."),
        )


def outbox_message(session: Session, quotation_id: int) -> OutboxMessage | None:
    """The message with which the quotation goes out."""
    return session.scalar(select(OutboxMessage).filter_by(client_key=outbox_key(quotation_id)))


def outbox_key(quotation_id: int) -> str:
    """The key of that message: a quotation goes out with one, however often it is tried."""
    return f"quotation-{quotation_id}"


def _check_form(session: Session, form: QuotationForm) -> None:
    checks = {"currency": exponent, "incoterm": incoterm, "buyer_country": country}
    for name, check in checks.items():
        value = getattr(form, name)
        try:
            if value or name != "buyer_country":
                check(value)
        except InvalidValue as error:
            raise under(error, name) from None
    texts = ("buyer_name", "place", "buyer_address", "buyer_email", "payment_terms", "remark")
    check_texts(Quotation, {name: getattr(form, name) for name in texts})
    if not form.buyer_name.strip():
        raise InvalidValue(
            _("The buyer has no name."), field="buyer_name", remedy=_("Enter the buyer's name or firm.")
        )
    if form.customer_id is not None:
        get(session, Partner, form.customer_id)
    if form.lead_days is not None:
        problem = count_problem(form.lead_days, "lead_days")
        if problem is not None:
            raise problem
    if form.language not in quotation_facts.LANGUAGES:
        raise InvalidValue(
            _("'{text}' is not known here.", text=form.language),
            field="language",
            remedy=_("Write one of: {words}.", words=", ".join(quotation_facts.LANGUAGES)),
        )
    if form.buyer_email and not is_email(form.buyer_email.strip()):
        raise InvalidValue(
            _("'{text}' is not an e-mail address.", text=form.buyer_email),
            field="buyer_email",
            remedy=_("Write it as name@firm.com, or leave it empty."),
        )


@use_case
def revise_quotation(session: Session, quotation_id: int, client_key: str) -> int:
    """A draft that says the same under a new number, valid from today; its id. Once per *client_key*."""
    known = session.scalar(select(Quotation.id).filter_by(client_key=client_key))
    if known is not None:
        return known
    old = get(session, Quotation, quotation_id, lock=True)
    if old.state == QuotationState.DRAFT:
        raise NotAllowed(
            _("Quotation {number} is still a draft.", number=old.number),
            record=old.number,
            field="state",
            remedy=_("Change the draft itself."),
        )
    kept = (
        "inquiry_id customer_id buyer_name buyer_country buyer_address buyer_email language currency "
        "incoterm place payment_terms lead_days freight_minor discount_minor total_minor remark"
    )
    day = clock.today()
    new = Quotation(
        state=QuotationState.DRAFT,
        client_key=client_key,
        quoted_on=day,
        valid_until=day + max(old.valid_until - old.quoted_on, timedelta()),
        **{name: getattr(old, name) for name in kept.split()},
    )
    forms = [QuoteLineForm(one.item_id, one.quantity, one.unit_price, one.note) for one in old.lines]
    inquiry = get(session, Inquiry, old.inquiry_id) if old.inquiry_id else None
    _put_lines(session, new, inquiry, forms)
    number = _numbered(session, new)
    follow_revision(session, old.id, new)
    return number
