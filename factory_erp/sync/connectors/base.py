"""The contract between the sync engine and every platform connector.

Values only: frozen dataclasses in, frozen dataclasses out. Amounts and quantities are ``Decimal``, times
are UTC and aware. A malformed order is a ``PayloadProblem`` beside the good ones, never an abort.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from types import TracebackType
from typing import Protocol, Self

from factory_erp.sync.connectors.inquiries import InquiryChannel
from factory_erp.sync.connectors.listings import ListingChannel
from factory_erp.sync.connectors.payloads import Choice, PayloadProblem
from factory_erp.sync.http.client import CallFacts, Retry, Timeouts


class OrderLife(StrEnum):
    """What the platform's many statuses mean for the goods: the connector says it of each order."""

    OPEN = "open"
    FROZEN = "frozen"
    """Held by the platform: a refund, a change of contract or a payment is being settled."""
    DISPUTED = "disputed"
    """The buyer complained or opened a dispute."""
    RISK = "risk"
    """The platform warns of the buyer or the payment."""
    CLOSED = "closed"
    """Cancelled; nothing is to be sent any more."""


@dataclass(frozen=True, slots=True)
class PlatformOrderHead:
    """One row of a platform's order list."""

    external_id: str
    status: str
    modified_at: datetime


@dataclass(frozen=True, slots=True)
class PlatformOrderLine:
    """One product line. Map it to an item by ``sku_code``, then ``model_number``, never by name.

    ``unit`` is the platform's word ("Pieces"), ``unit_code`` its UN/ECE Rec 20 code or "" if not known.
    ``external_line_id`` is stable while the same product stays in the order.
    """

    external_line_id: str
    product_id: str
    sku_id: str
    sku_code: str
    model_number: str
    name: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    currency: str
    attributes: tuple[tuple[str, str], ...] = ()
    unit_code: str = ""


@dataclass(frozen=True, slots=True)
class PlatformAddress:
    """Where the goods go; ``country_code`` is ISO 3166-1 alpha-2."""

    contact: str
    phone: str
    country_code: str
    province: str
    city: str
    street: str
    postal_code: str
    company: str = ""


@dataclass(frozen=True, slots=True)
class PlatformOrder:
    """An order as the platform states it, checked field by field.

    Amounts are in ``currency``; None where the platform gives none. ``adjustment`` and ``discount`` may be
    negative. ``modified_at`` is the list's time, or ``created_at`` when the order was read alone and its
    payload gives no other: never later than the truth, so that it cannot hide a later change.
    """

    external_id: str
    status: str
    pay_step: str
    contract_version: str
    created_at: datetime
    modified_at: datetime
    buyer_name: str
    buyer_id: str
    buyer_country: str
    address: PlatformAddress | None
    lines: tuple[PlatformOrderLine, ...]
    product_total: Decimal | None
    shipment_fee: Decimal | None
    discount: Decimal | None
    adjustment: Decimal | None
    total: Decimal | None
    advance: Decimal | None
    balance: Decimal | None
    currency: str
    trade_term: str
    shipment_method: str
    agreed_ship_date: datetime | None
    remark: str
    raw: Mapping[str, object] = field(repr=False)
    life: OrderLife = OrderLife.OPEN
    refunded: Decimal | None = None
    """Paid back to the buyer so far, in ``currency``; None where the platform does not say."""
    buyer_email: str = ""


@dataclass(frozen=True, slots=True)
class OrderPage:
    """One page of a pull. Only after the page with ``last`` may the cursor move to the window's end."""

    orders: tuple[PlatformOrder, ...]
    problems: tuple[PayloadProblem, ...]
    page: int
    total: int
    last: bool


@dataclass(frozen=True, slots=True)
class ShipmentNotice:
    """Goods handed to a carrier, to be reported to the platform.

    ``our_key`` is the outbox row's own key. ``lines`` are (sku id, quantity); they are sent when
    ``partial`` is set, otherwise the parcel stands for the whole order.
    """

    external_order_id: str
    carrier_code: str
    logistics_type: str
    tracking_number: str
    our_key: str
    lines: tuple[tuple[str, Decimal], ...] = ()
    partial: bool = False
    completes: bool = True
    """Whether nothing of the order is left to be sent after this parcel."""


@dataclass(frozen=True, slots=True)
class Token:
    """An account's permission. ``refresh_expires_at`` None means that it cannot be refreshed."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_at: datetime
    refresh_expires_at: datetime | None
    account: str = ""


class TokenStore(Protocol):
    """Where the caller keeps one account's token; ``save`` must be atomic."""

    def load(self) -> Token | None:
        """The newest token, or None before the first authorisation."""

    def save(self, token: Token) -> None:
        """Replace the token; when this returns, it survives a power cut."""


def utc_now() -> datetime:
    """The current time, UTC and aware."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class ConnectorSettings:
    """What a connector needs to know about its account; empty addresses mean the platform's own.

    ``clock_offset`` is added to this computer's clock in signed timestamps. ``sleep`` takes seconds; one
    that raises cancels the pull. ``options`` are the texts of the fields that the platform's spec names;
    ``watch`` is told of every call that was made, secrets removed.
    """

    app_key: str
    app_secret: str = field(repr=False)
    gateway: str = ""
    authorise_page: str = ""
    page_size: int = 50
    calls_per_second: float = 10
    burst: int = 20
    timeouts: Timeouts = field(default_factory=Timeouts)
    retry: Retry = field(default_factory=Retry)
    clock_offset: timedelta = timedelta()
    now: Callable[[], datetime] = utc_now
    sleep: Callable[[float], object] = time.sleep
    options: Mapping[str, str] = field(default_factory=dict)
    watch: Callable[[CallFacts], None] | None = None


class OrderSource(Protocol):
    """Reading orders."""

    def pages(self, modified_from: datetime, modified_to: datetime) -> Iterator[OrderPage]:
        """Orders changed in the fixed window, page by page, each with its detail."""

    def order(self, external_id: str) -> PlatformOrder:
        """One order; InvalidValue if its payload cannot be read."""


class ShipmentSink(Protocol):
    """Reporting shipments."""

    def push(self, notice: ShipmentNotice) -> str:
        """Report the shipment once, never repeated here; the platform's voucher id."""

    def find(self, notice: ShipmentNotice) -> str | None:
        """The voucher id (or tracking number) under which the platform already knows the shipment."""

    def carriers(self) -> tuple[Choice, ...]:
        """The carriers that the platform knows."""


class SignIn(Protocol):
    """Getting and renewing the permission to act for an account."""

    def authorise_url(self, redirect_uri: str, state: str) -> str:
        """The page on which a person permits the program to act for the account."""

    def exchange_code(self, code: str, redirect_uri: str = "") -> Token:
        """The token for the code that the page gave; saved in the store."""

    def refresh(self) -> Token:
        """A fresh token, saved in the store; ReauthoriseNeeded when only a person can help."""


class Connector(Protocol):
    """What the sync engine may ask of any platform: a port for each thing that it can do, else None.

    Every method of a port raises the errors of ``factory_erp.sync.http.errors``. Close it, or use it as a
    context manager.
    """

    @property
    def platform(self) -> str:
        """The platform's code."""

    @property
    def sign_in(self) -> SignIn | None:
        """Permission; None where none is needed."""

    @property
    def orders(self) -> OrderSource | None:
        """Orders in."""

    @property
    def shipments(self) -> ShipmentSink | None:
        """Shipments out."""

    @property
    def listings(self) -> ListingChannel | None:
        """Listings, prices, stock and lead times out."""

    @property
    def inquiries(self) -> InquiryChannel | None:
        """Inquiries in, answers out."""

    def close(self) -> None:
        """Release the connections."""

    def __enter__(self) -> Self:
        """The connector itself."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close."""
