"""The inquiry side of the connector contract: messages and requests for quotation, and their answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from factory_erp.sync.connectors.payloads import PayloadProblem


class InquiryKind(StrEnum):
    """What the platform lets a buyer ask in."""

    MESSAGE = "message"
    RFQ = "rfq"


@dataclass(frozen=True, slots=True)
class PlatformMessage:
    """One message of a conversation."""

    external_id: str
    outgoing: bool
    author: str
    body: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class PlatformInquiry:
    """A conversation or a request for quotation. ``unit_code`` is a Rec 20 code or ""."""

    kind: InquiryKind
    external_id: str
    subject: str
    buyer_id: str
    buyer_name: str
    buyer_country: str
    received_at: datetime
    modified_at: datetime
    messages: tuple[PlatformMessage, ...] = ()
    product_id: str = ""
    """The platform's id of the listing that it is about."""
    quantity: Decimal | None = None
    unit_code: str = ""
    wanted_by: date | None = None
    answer_by: datetime | None = None
    raw: Mapping[str, object] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class InquiryPage:
    """One page; only after the page with ``last`` may the cursor move."""

    inquiries: tuple[PlatformInquiry, ...]
    problems: tuple[PayloadProblem, ...]
    page: int
    total: int
    last: bool


@dataclass(frozen=True, slots=True)
class OutgoingReply:
    """An answer in a conversation; ``our_key`` is its outbox message's key."""

    external_id: str
    buyer_id: str
    body: str
    our_key: str
    sent_after: datetime
    """No earlier message of ours can be this one."""


@dataclass(frozen=True, slots=True)
class QuoteLine:
    """One item on offer."""

    sku: str
    name: str
    quantity: Decimal
    unit_code: str
    unit_price: Decimal


@dataclass(frozen=True, slots=True)
class OutgoingQuote:
    """A quotation for a request."""

    external_id: str
    number: str
    currency: str
    incoterm: str
    place: str
    payment_terms: str
    valid_until: date
    lead_days: int | None
    total: Decimal
    lines: tuple[QuoteLine, ...]
    body: str
    """The same in words, for platforms that take only text."""
    our_key: str
    sent_after: datetime


class InquiryChannel(Protocol):
    """Reading inquiries and answering them. Answers are sent once; look up before a second try."""

    def pages(self, modified_from: datetime, modified_to: datetime) -> Iterator[InquiryPage]:
        """What came in or changed in the window."""

    def reply(self, answer: OutgoingReply) -> str:
        """Send the answer; the platform's id of the message."""

    def find_reply(self, answer: OutgoingReply) -> str | None:
        """The id of the answer where the platform has it already."""

    def quote(self, quote: OutgoingQuote) -> str:
        """Send the quotation; the platform's id of it."""

    def find_quote(self, quote: OutgoingQuote) -> str | None:
        """The id of the quotation where the platform has it already."""
