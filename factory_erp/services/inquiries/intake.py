"""Taking inquiries in, from a platform, an e-mail or a file: each once, each message once.

A later version of an inquiry changes what it says; one that arrives late changes nothing, but a message
that only it has is kept. A buyer who writes again makes an answered inquiry new.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, StatementError
from sqlalchemy.orm import Session

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import _
from factory_erp.models.inquiries import Inquiry, InquiryMessage, InquirySource, InquiryState
from factory_erp.models.listings import Listing
from factory_erp.models.platforms import (
    Binding,
    ExceptionKind,
    ExceptionState,
    InboxMessage,
    PlatformAccount,
    SyncCursor,
    SyncException,
)
from factory_erp.services.base import get, use_case
from factory_erp.services.channel_index import index_inquiry
from factory_erp.services.clock import FACTORY_ZONE, now
from factory_erp.services.inquiries.states import move_inquiry
from factory_erp.services.numbering import next_number
from factory_erp.services.outside_texts import (
    clean,
    country_or_none,
    key_of,
    one_line,
    quantity_or_none,
    unit_or_none,
)
from factory_erp.services.partners import BUYERS, same_email

INQUIRIES = "inquiry"
"""Kind of the cursor."""

SERIES = "INQ"

REPLY_KEY = "reply-"
"""What the key of our own answer begins with, until the platform names the message."""

_RAW = "raw_inquiry"


@dataclass(frozen=True, slots=True)
class IncomingMessage:
    """One message of a conversation, as it came."""

    external_id: str
    outgoing: bool
    author: str
    body: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class IncomingInquiry:
    """An inquiry as it came. ``listing`` is the platform's id of the listing that it is about."""

    source: InquirySource
    external_id: str
    subject: str
    received_at: datetime
    modified_at: datetime
    buyer_id: str = ""
    buyer_name: str = ""
    buyer_country: str = ""
    buyer_email: str = ""
    messages: tuple[IncomingMessage, ...] = ()
    listing: str = ""
    product_id: int | None = None
    """Our product, where the sender named it."""
    quantity: Decimal | None = None
    unit: str = ""
    wanted_by: date | None = None
    answer_by: datetime | None = None


@dataclass(frozen=True, slots=True)
class UnreadableInquiry:
    """An inquiry that could not be read: its id as far as known, why, and what came."""

    external_id: str
    reason: str
    payload: str


class Taken(StrEnum):
    """What became of an inquiry that came."""

    CREATED = "created"
    UPDATED = "updated"
    """It has a new message, or says something else now."""
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class InquiriesTaken:
    """How many inquiries became what; ``exceptions`` could not be read."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    exceptions: int = 0

    def __add__(self, other: InquiriesTaken) -> InquiriesTaken:
        return InquiriesTaken(
            self.created + other.created,
            self.updated + other.updated,
            self.unchanged + other.unchanged,
            self.exceptions + other.exceptions,
        )

    @property
    def news(self) -> int:
        """Inquiries that are new or have something new."""
        return self.created + self.updated


@use_case
def apply_inquiries(
    session: Session,
    account_id: int,
    inquiries: Sequence[IncomingInquiry],
    problems: Sequence[UnreadableInquiry] = (),
    cursor: datetime | None = None,
) -> InquiriesTaken:
    """Apply a page of an account. *cursor*, given with the last page, is how far the account is read."""
    account = get(session, PlatformAccount, account_id, lock=True)
    taken = InquiriesTaken()
    for inquiry in inquiries:
        taken += _tried(session, account, inquiry)
    for problem in problems:
        taken += _unreadable(session, account.id, problem)
    if cursor is not None:
        _move_cursor(session, account.id, cursor)
    return taken


def _tried(session: Session, account: PlatformAccount, inquiry: IncomingInquiry) -> InquiriesTaken:
    """Take one; what cannot be stored becomes an exception and lets the page go on."""
    try:
        with session.begin_nested():
            _record, taken = take_inquiry(session, account.id, inquiry)
    except (StatementError, DomainError, ArithmeticError) as error:
        if isinstance(error, DBAPIError) and not isinstance(error, DataError | IntegrityError):
            raise
        reason = str(getattr(error, "orig", None) or error).partition("\n")[0]
        said = _("The inquiry cannot be stored: {reason}", reason=reason)
        return _unreadable(session, account.id, UnreadableInquiry(inquiry.external_id, said, repr(inquiry)))
    _resolve(session, account.id, inquiry.external_id)
    return InquiriesTaken(**{taken.value: 1})


def take_inquiry(session: Session, account_id: int | None, new: IncomingInquiry) -> tuple[Inquiry, Taken]:
    """Make or complete the inquiry; the record, and whether anything is new about it."""
    known = _known(session, account_id, new)
    if known is None:
        return _made(session, account_id, new), Taken.CREATED
    changed = _follow(session, known, new)
    fresh = _add_messages(session, known, new.messages)
    _follow_conversation(known, fresh)
    index_inquiry(session, known)
    return known, Taken.UPDATED if changed or fresh else Taken.UNCHANGED


def _known(session: Session, account_id: int | None, new: IncomingInquiry) -> Inquiry | None:
    found = select(Inquiry).filter_by(source=new.source, external_id=key_of(new.external_id))
    mine = Inquiry.account_id.is_(None) if account_id is None else Inquiry.account_id == account_id
    return session.scalar(found.where(mine).with_for_update())


def _made(session: Session, account_id: int | None, new: IncomingInquiry) -> Inquiry:
    external_id = key_of(new.external_id)
    inquiry = Inquiry(
        source=new.source,
        account_id=account_id,
        external_id=external_id,
        received_at=new.received_at,
        modified_at=new.modified_at,
        state=InquiryState.NEW,
        # A platform's ids are unique by account; without an account this key keeps two PCs from
        # taking the same e-mail at the same moment.
        client_key=None if account_id else source_key(new.source, external_id),
    )
    _say(session, inquiry, new)
    inquiry.number = next_number(session, SERIES, new.received_at.astimezone(ZoneInfo(FACTORY_ZONE)).year)
    session.add(inquiry)
    session.flush()
    _add_messages(session, inquiry, new.messages)
    last = max(inquiry.messages, key=lambda one: one.sent_at, default=None)
    if last is not None and last.outgoing:
        inquiry.state = InquiryState.ANSWERED
    index_inquiry(session, inquiry)
    return inquiry


def source_key(source: InquirySource, external_id: str) -> str:
    """The key of an inquiry that no platform account keeps apart."""
    return f"{source.value}-{hashlib.sha256(external_id.encode()).hexdigest()[:48]}"


def _follow(session: Session, known: Inquiry, new: IncomingInquiry) -> bool:
    """Write a later version over the inquiry; whether it says anything else."""
    known.received_at = min(known.received_at, new.received_at)
    if known.modified_at is not None and new.modified_at < known.modified_at:
        return False
    known.modified_at = new.modified_at
    return _say(session, known, new)


def _say(session: Session, inquiry: Inquiry, new: IncomingInquiry) -> bool:
    """Let the record say what came; what did not come, and what a person chose, stays."""
    values = {
        "subject": one_line(new.subject, 300),
        "buyer_id": key_of(new.buyer_id, 120),
        "buyer_name": one_line(new.buyer_name, 200),
        "buyer_country": country_or_none(new.buyer_country),
        "buyer_email": one_line(new.buyer_email, 200),
        "quantity": quantity_or_none(new.quantity),
        "unit": unit_or_none(new.unit),
        "wanted_by": new.wanted_by,
        "answer_by": new.answer_by,
    }
    told = {name: value for name, value in values.items() if value not in (None, "")}
    different = {name: value for name, value in told.items() if getattr(inquiry, name) != value}
    for name, value in different.items():
        setattr(inquiry, name, value)
    _link(session, inquiry, new)
    return bool(different)


def _link(session: Session, inquiry: Inquiry, new: IncomingInquiry) -> None:
    if inquiry.listing_id is None and new.listing and inquiry.account_id is not None:
        named = {"account_id": inquiry.account_id, "external_id": new.listing}
        listing = session.scalar(select(Listing).filter_by(**named).order_by(Listing.id).limit(1))
        if listing is not None:
            inquiry.listing_id = listing.id
            inquiry.product_id = inquiry.product_id or listing.product_id
    inquiry.product_id = inquiry.product_id or new.product_id
    if inquiry.customer_id is None:
        inquiry.customer_id = known_customer(session, inquiry)


def known_customer(session: Session, inquiry: Inquiry) -> int | None:
    """The customer that the buyer is: bound by the platform's id, else the only one with that e-mail."""
    if inquiry.account_id is not None and inquiry.buyer_id:
        key = {"account_id": inquiry.account_id, "kind": BUYERS, "external_id": inquiry.buyer_id}
        bound = session.scalar(select(Binding.record_id).filter_by(**key))
        if bound is not None:
            return bound
    if not inquiry.buyer_email:
        return None
    alike = same_email(session, inquiry.buyer_email)
    return alike[0].id if len(alike) == 1 else None


def _add_messages(
    session: Session, inquiry: Inquiry, messages: Iterable[IncomingMessage]
) -> list[InquiryMessage]:
    """The messages that were not known yet, added."""
    there = {message.external_id for message in inquiry.messages}
    fresh = []
    for message in messages:
        key = key_of(message.external_id)
        if key in there or _named(inquiry, message, key):
            continue
        there.add(key)
        added = InquiryMessage(
            external_id=key,
            outgoing=message.outgoing,
            author=one_line(message.author, 200),
            body=clean(message.body),
            sent_at=message.sent_at,
        )
        inquiry.messages.append(added)
        fresh.append(added)
    session.flush()
    return fresh


def _named(inquiry: Inquiry, message: IncomingMessage, key: str) -> bool:
    """Whether the message is our own answer, whose name on the platform was not known: now it is."""
    if not message.outgoing:
        return False
    said = clean(message.body).split()
    for own in inquiry.messages:
        if own.outgoing and own.external_id.startswith(REPLY_KEY) and own.body.split() == said:
            own.external_id = key
            return True
    return False


def _follow_conversation(inquiry: Inquiry, fresh: Sequence[InquiryMessage]) -> None:
    if not fresh:
        return
    last = max(inquiry.messages, key=lambda one: one.sent_at)
    if last not in fresh:
        return
    if last.outgoing and inquiry.state == InquiryState.NEW:
        move_inquiry(inquiry, InquiryState.ANSWERED)
    elif not last.outgoing and inquiry.state in {InquiryState.ANSWERED, InquiryState.LOST}:
        move_inquiry(inquiry, InquiryState.NEW)


def _move_cursor(session: Session, account_id: int, position: datetime) -> None:
    row = session.scalar(select(SyncCursor).filter_by(account_id=account_id, kind=INQUIRIES))
    if row is None:
        row = SyncCursor(account_id=account_id, kind=INQUIRIES)
        session.add(row)
    # A cursor in the future was set by a clock that was wrong: it must not hold the true one back.
    row.position = max(position, min(row.position or position, now()))


def _exception_id(external_id: str) -> str:
    """By what the exception is known: an inquiry and an order may have the same number."""
    return key_of(f"{INQUIRIES} {external_id}", 120)


def _unreadable(session: Session, account_id: int, problem: UnreadableInquiry) -> InquiriesTaken:
    """Record that somebody has to look; the same payload that waits or was dismissed is no news."""
    key = {
        "account_id": account_id,
        "external_id": _exception_id(problem.external_id),
        "kind": ExceptionKind.MALFORMED,
        "subject": one_line(problem.reason, 200),
    }
    known = session.scalar(select(SyncException).filter_by(**key))
    news = _keep_raw(session, account_id, problem)
    if known is not None and known.state != ExceptionState.RESOLVED and not news:
        return InquiriesTaken(unchanged=1)
    record = known or SyncException(**key)
    record.detail, record.state = clean(problem.reason), ExceptionState.OPEN
    session.add(record)
    session.flush()
    return InquiriesTaken(exceptions=1)


def _keep_raw(session: Session, account_id: int, problem: UnreadableInquiry) -> bool:
    payload = clean(problem.payload, 1_000_000)
    key = {
        "account_id": account_id,
        "kind": _RAW,
        "external_id": key_of(problem.external_id, 120),
        "payload_sha256": hashlib.sha256(payload.encode()).hexdigest(),
    }
    if session.scalar(select(InboxMessage.id).filter_by(**key)) is not None:
        return False
    session.add(InboxMessage(**key, payload=payload))
    return True


def _resolve(session: Session, account_id: int, external_id: str) -> None:
    """The inquiry came through: what it was waiting for is mended."""
    waiting = select(SyncException).filter_by(
        account_id=account_id, external_id=_exception_id(external_id), state=ExceptionState.OPEN
    )
    for record in session.scalars(waiting):
        record.state = ExceptionState.RESOLVED
