"""The inbox: typing inquiries in, saying who and what they are about, answering, giving up."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from urllib.parse import quote

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.domain.countries import country
from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.quantity import unit
from factory_erp.i18n import _
from factory_erp.models.catalog import Product
from factory_erp.models.inquiries import Inquiry, InquiryMessage, InquirySource, InquiryState
from factory_erp.models.partners import Company, Partner, Role
from factory_erp.models.platforms import Binding, OutboxMessage
from factory_erp.services import clock, outbox
from factory_erp.services.base import get, use_case
from factory_erp.services.channel_index import index_inquiry
from factory_erp.services.inquiries.intake import REPLY_KEY, SERIES, known_customer
from factory_erp.services.inquiries.states import move_inquiry, require_inquiry
from factory_erp.services.master_data import check_texts, figure_problem, same_version, too_long, under
from factory_erp.services.numbering import next_number
from factory_erp.services.outside_texts import LONGEST_BODY, is_email, one_line
from factory_erp.services.partners import BUYERS

REPLY = "reply"
"""Kind of outbox message."""

HAND_KEY = "hand-"
"""What the key of an answer begins with that a person sends himself."""

LONGEST_MAILTO = 1800
"""Characters of a mailto address that every mail program takes."""


@dataclass(frozen=True, slots=True)
class InquiryForm:
    """An inquiry as it was typed in: from a telephone call, a fair, a chat. *received_at* None: now."""

    buyer_name: str
    text: str = ""
    subject: str = ""
    buyer_country: str = ""
    buyer_email: str = ""
    customer_id: int | None = None
    product_id: int | None = None
    quantity: Decimal | None = None
    unit: str = ""
    wanted_by: date | None = None
    received_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of an answer. ``outbox_id`` None: a person sends ``text``, maybe by ``mailto``."""

    message_id: int
    outbox_id: int | None
    text: str
    mailto: str = ""


@use_case
def add_inquiry(session: Session, form: InquiryForm, client_key: str) -> int:
    """A new inquiry as typed in; its id. Once per *client_key* (up to 64 characters).

    Raises InvalidValue with the field of ``InquiryForm``, NotFound.
    """
    known = session.scalar(select(Inquiry.id).filter_by(client_key=client_key))
    if known is not None:
        return known
    _check_form(session, form)
    moment = form.received_at or clock.now()
    copied = "subject buyer_name buyer_country buyer_email customer_id product_id quantity unit wanted_by"
    inquiry = Inquiry(
        source=InquirySource.TYPED,
        state=InquiryState.NEW,
        received_at=moment,
        modified_at=moment,
        client_key=client_key,
        **{name: getattr(form, name) for name in copied.split()},
    )
    if inquiry.customer_id is None:
        inquiry.customer_id = known_customer(session, inquiry)
    if form.text.strip():
        said = InquiryMessage(
            external_id="typed", author=form.buyer_name, body=form.text.strip(), sent_at=moment
        )
        inquiry.messages.append(said)
    inquiry.number = next_number(session, SERIES, clock.today().year)
    session.add(inquiry)
    index_inquiry(session, inquiry)
    return inquiry.id


def _check_form(session: Session, form: InquiryForm) -> None:
    if not form.buyer_name.strip():
        raise InvalidValue(
            _("Somebody must have asked."), field="buyer_name", remedy=_("Enter the buyer's name or firm.")
        )
    names = ("subject", "buyer_name", "buyer_email", "buyer_country", "unit")
    check_texts(Inquiry, {name: getattr(form, name) for name in names})
    _check_body(form.text, "text")
    for name, check in (("buyer_country", country), ("unit", unit)):
        try:
            if getattr(form, name):
                check(getattr(form, name))
        except InvalidValue as error:
            raise under(error, name) from None
    if form.buyer_email and not is_email(form.buyer_email):
        raise InvalidValue(
            _("'{text}' is not an e-mail address.", text=form.buyer_email),
            field="buyer_email",
            remedy=_("Write it as name@firm.com, or leave it empty."),
        )
    if form.quantity is not None:
        problem = figure_problem(form.quantity, "quantity", above_zero=True)
        if problem is not None:
            raise problem
    if form.customer_id is not None:
        get(session, Partner, form.customer_id)
    if form.product_id is not None:
        get(session, Product, form.product_id)


def _check_body(text: str, field: str) -> None:
    check_texts(InquiryMessage, {"body": text})
    if len(text) > LONGEST_BODY:
        raise too_long("", field, LONGEST_BODY, len(text))


@use_case
def assign_customer(session: Session, inquiry_id: int, customer_id: int, version: int | None = None) -> None:
    """Say which customer the buyer is; a platform's buyer is known as that customer from then on.

    Raises InvalidValue for a partner who is no customer, Conflict, NotFound.
    """
    inquiry = get(session, Inquiry, inquiry_id, lock=True)
    same_version(inquiry, version, inquiry.number)
    customer = get(session, Partner, customer_id)
    if all(row.role != Role.CUSTOMER for row in customer.roles):
        raise InvalidValue(
            _("{partner} is not a customer.", partner=customer.name),
            field="customer_id",
            remedy=_("Choose a customer, or give the partner that role."),
        )
    inquiry.customer_id = customer.id
    bind_customer(session, inquiry, customer.id)


def bind_customer(session: Session, inquiry: Inquiry, customer_id: int) -> None:
    """Let the platform's buyer be that customer; other inquiries of his without a customer follow."""
    if inquiry.account_id is None or not inquiry.buyer_id:
        return
    key = {"account_id": inquiry.account_id, "kind": BUYERS, "external_id": inquiry.buyer_id}
    binding = session.scalar(select(Binding).filter_by(**key))
    if binding is None:
        session.add(Binding(**key, record_id=customer_id))
    else:
        binding.record_id = customer_id
    his = select(Inquiry).filter_by(account_id=inquiry.account_id, buyer_id=inquiry.buyer_id)
    for other in session.scalars(his.where(Inquiry.customer_id.is_(None))):
        other.customer_id = customer_id


@use_case
def assign_product(
    session: Session, inquiry_id: int, product_id: int | None, version: int | None = None
) -> None:
    """Say which product the inquiry is about; None: none of ours. Raises Conflict, NotFound."""
    inquiry = get(session, Inquiry, inquiry_id, lock=True)
    same_version(inquiry, version, inquiry.number)
    if product_id is not None:
        get(session, Product, product_id)
    inquiry.product_id = product_id


@use_case
def mark_lost(session: Session, inquiry_id: int) -> None:
    """Give the inquiry up. Raises NotAllowed for one that led to an order."""
    require_inquiry(get(session, Inquiry, inquiry_id, lock=True), InquiryState.LOST)


@use_case
def reopen(session: Session, inquiry_id: int) -> None:
    """Put an answered or lost inquiry back among the new ones. Raises NotAllowed for a quoted or won one."""
    require_inquiry(get(session, Inquiry, inquiry_id, lock=True), InquiryState.NEW)


@use_case
def reply(session: Session, inquiry_id: int, text: str, client_key: str, *, by_hand: bool = False) -> Answer:
    """Answer the buyer; once per *client_key* (up to 64 characters).

    A platform's conversation is answered through the outbox. For any other inquiry, and with *by_hand*, the
    answer is only kept here: a person sends it, and the inquiry is answered at once. Raises InvalidValue.
    """
    inquiry = get(session, Inquiry, inquiry_id, lock=True)
    if not text.strip():
        raise InvalidValue(_("The answer is empty."), field="text", remedy=_("Write what to say."))
    _check_body(text, "text")
    through = takes_replies(inquiry) and not by_hand
    key = f"{REPLY_KEY if through else HAND_KEY}{client_key}"
    known = _own_message(session, inquiry, key, through=through)
    if known is not None:
        return known
    message = InquiryMessage(
        external_id=key, outgoing=True, author=our_name(session), body=text.strip(), sent_at=clock.now()
    )
    inquiry.messages.append(message)
    session.flush()
    if not through:
        move_inquiry(inquiry, InquiryState.ANSWERED)
        return Answer(message.id, None, message.body, mailto(inquiry.buyer_email, _re(inquiry), message.body))
    queued = outbox.enqueue(
        session,
        account_id=inquiry.account_id or 0,
        kind=REPLY,
        client_key=key,
        record_id=inquiry.id,
        title=one_line(
            _("Answer to {buyer}: {subject}", buyer=_buyer(inquiry), subject=inquiry.subject), 200
        ),
        payload={
            "message_id": message.id,
            "external_id": inquiry.external_id,
            "buyer_id": inquiry.buyer_id,
            "body": message.body,
            "sent_after": message.sent_at.isoformat(),
        },
    )
    return Answer(message.id, queued.id, message.body)


def _own_message(session: Session, inquiry: Inquiry, key: str, *, through: bool) -> Answer | None:
    """The answer that the same form made before; its message may bear the platform's name by now."""
    if through:
        queued = session.scalar(select(OutboxMessage).filter_by(client_key=key))
        if queued is None:
            return None
        said = json.loads(queued.payload)
        return Answer(said["message_id"], queued.id, said["body"])
    message = next((one for one in inquiry.messages if one.external_id == key), None)
    if message is None:
        return None
    return Answer(message.id, None, message.body, mailto(inquiry.buyer_email, _re(inquiry), message.body))


def reaches_platform(inquiry: Inquiry) -> bool:
    """Whether an answer can go back the way the inquiry came."""
    from_platform = inquiry.source in {InquirySource.MESSAGE, InquirySource.RFQ}
    return from_platform and inquiry.account_id is not None and bool(inquiry.external_id)


def takes_replies(inquiry: Inquiry) -> bool:
    """Whether the platform takes an answer in words; a request for quotation takes a quotation only."""
    return reaches_platform(inquiry) and inquiry.source == InquirySource.MESSAGE


def our_name(session: Session) -> str:
    """By what our own messages are signed in the conversation."""
    return session.scalar(select(Company.name_en).order_by(Company.id).limit(1)) or ""


def _buyer(inquiry: Inquiry) -> str:
    return inquiry.buyer_name or inquiry.buyer_email or inquiry.number


def _re(inquiry: Inquiry) -> str:
    subject = inquiry.subject or inquiry.number
    return subject if subject.casefold().startswith("re:") else f"Re: {subject}"


def mailto(address: str, subject: str, body: str) -> str:
    """The address that opens a mail program with everything filled in; "" without an e-mail address.

    A body too long for it is left out (RFC 6068 sets no limit, mail programs do): it is pasted instead.
    """
    if not is_email(address):
        return ""
    head = f"mailto:{quote(address, safe='@')}?subject={quote(subject)}"
    whole = f"{head}&body={quote(body)}"
    return whole if len(whole) <= LONGEST_MAILTO else head
