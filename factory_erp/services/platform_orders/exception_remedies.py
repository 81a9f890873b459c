"""What a person can do about an order exception, and the exception in full."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.i18n import N_, _
from factory_erp.models.platforms import (
    Binding,
    ExceptionKind,
    ExceptionState,
    InboxMessage,
    PlatformAccount,
    SyncException,
)
from factory_erp.models.sales import PlatformBlock, SalesOrder
from factory_erp.services import exception_texts
from factory_erp.services.base import get, query
from factory_erp.services.incoming import IncomingLine, IncomingOrder, PersonNeededError
from factory_erp.services.platform_orders.exception_buyers import (
    BuyerSuggestion,
    buyer_suggestions,
    create_customer,
    use_customer,
)
from factory_erp.services.platform_orders.intake_records import ABOUT_OURS, ORDERS, RAW
from factory_erp.services.platform_orders.reading import item_of
from factory_erp.services.platform_orders.sku_suggestions import SkuSuggestion, sku_suggestions

__all__ = [
    "BuyerSuggestion",
    "ExceptionDetail",
    "ExceptionLine",
    "Remedy",
    "RemedyKind",
    "SkuSuggestion",
    "buyer_suggestions",
    "create_customer",
    "exception_detail",
    "remedies",
    "sku_suggestions",
    "use_customer",
]


class RemedyKind(StrEnum):
    """What can be done; each stands for one use case."""

    MAP_SKU = "map_sku"
    USE_CUSTOMER = "use_customer"
    CREATE_CUSTOMER = "create_customer"
    ACCEPT = "accept"
    REFUSE = "refuse"
    RELEASE_RISK = "release_risk"
    RETRY = "retry"
    DISMISS = "dismiss"


_LABELS = {
    RemedyKind.MAP_SKU: (N_("Map to item"), N_("Say which item it is: all orders that wait for it come in.")),
    RemedyKind.USE_CUSTOMER: (
        N_("Choose customer"),
        N_("His orders all come in for that customer."),
    ),
    RemedyKind.CREATE_CUSTOMER: (N_("Create customer"), N_("A new customer is made of what the order says.")),
    RemedyKind.ACCEPT: (N_("Take over"), N_("Your order follows the platform, in all parts or in some.")),
    RemedyKind.REFUSE: (N_("Keep ours"), N_("Your order stays as it is; say why.")),
    RemedyKind.RELEASE_RISK: (
        N_("Release the order"),
        N_("Goods may leave in spite of the warning; say why."),
    ),
    RemedyKind.RETRY: (N_("Try again"), N_("Take the order in again, after you have mended the cause.")),
    RemedyKind.DISMISS: (N_("Dismiss"), N_("Nothing has to be done; a new version brings it back.")),
}

_WAITS = (RemedyKind.RETRY, RemedyKind.DISMISS)
_OURS = (RemedyKind.ACCEPT, RemedyKind.REFUSE)
_REMEDIES = {
    ExceptionKind.UNKNOWN_SKU: (RemedyKind.MAP_SKU, *_WAITS),
    ExceptionKind.UNKNOWN_BUYER: (RemedyKind.USE_CUSTOMER, RemedyKind.CREATE_CUSTOMER, *_WAITS),
    **dict.fromkeys(ABOUT_OURS, _OURS),
}


@dataclass(frozen=True, slots=True)
class Remedy:
    """One thing to do, as a button shows it; the first of an exception's is the usual one."""

    kind: RemedyKind
    label: str
    hint: str


@dataclass(frozen=True, slots=True)
class ExceptionLine:
    """A line of the waiting order; ``item_id`` and ``sku`` None and "" where it is not known to us."""

    name: str
    external_skus: tuple[str, ...]
    quantity: Decimal
    unit_code: str
    unit_price: Decimal
    item_id: int | None
    sku: str


@dataclass(frozen=True, slots=True)
class ExceptionDetail:
    """An exception with the order as the platform sent it.

    Amounts are decimals of ``currency``, None where the platform says none. ``order_id`` is our order, None
    while there is none. ``raw`` is what was kept of it, as indented JSON; ``note`` why a person refused.
    """

    id: int
    account_id: int
    account: str
    platform: str
    external_id: str
    kind: ExceptionKind
    state: ExceptionState
    subject: str
    sentence: str
    note: str
    open_since: datetime
    platform_status: str
    buyer: str
    country: str
    ordered_at: datetime | None
    currency: str
    product_total: Decimal | None
    freight: Decimal
    discount: Decimal
    refunded: Decimal
    total: Decimal | None
    lines: tuple[ExceptionLine, ...]
    order_id: int | None
    order_number: str
    raw: str


@query
def remedies(session: Session, exception_id: int) -> tuple[Remedy, ...]:
    """What a person can do about the exception, the usual thing first; nothing once it is dealt with."""
    record = get(session, SyncException, exception_id)
    if record.state != ExceptionState.OPEN:
        return ()
    return tuple(_remedy(kind) for kind in _kinds(session, record))


def _kinds(session: Session, record: SyncException) -> tuple[RemedyKind, ...]:
    kinds = _REMEDIES.get(ExceptionKind(record.kind), _WAITS if record.payload else (RemedyKind.DISMISS,))
    if record.kind == ExceptionKind.DISPUTED:
        ours = _our_order(session, record)
        if ours is not None and ours.platform_block == PlatformBlock.RISK:
            return (RemedyKind.RELEASE_RISK, *kinds)
    return kinds


def _remedy(kind: RemedyKind) -> Remedy:
    label, hint = _LABELS[kind]
    return Remedy(kind, _(label), _(hint))


@query
def exception_detail(session: Session, exception_id: int) -> ExceptionDetail:
    """The exception in full. Raises NotFound."""
    record = get(session, SyncException, exception_id)
    account = get(session, PlatformAccount, record.account_id)
    order = IncomingOrder.from_json(record.payload) if record.payload.startswith("{") else None
    ours = _our_order(session, record)
    return ExceptionDetail(
        id=record.id,
        account_id=account.id,
        account=account.name,
        platform=account.platform,
        external_id=record.external_id,
        kind=ExceptionKind(record.kind),
        state=ExceptionState(record.state),
        subject=record.subject,
        sentence=exception_texts.sentence(record) if order else record.detail,
        note=record.detail if record.state == ExceptionState.DISMISSED else "",
        open_since=record.created_at,
        platform_status=order.status if order else ours.platform_status if ours else "",
        buyer=order.buyer_name if order else "",
        country=order.country if order else "",
        ordered_at=order.ordered_at if order else None,
        currency=order.currency if order else "",
        product_total=order.product_total if order else None,
        freight=order.freight if order else Decimal(0),
        discount=order.discount if order else Decimal(0),
        refunded=order.refunded if order else Decimal(0),
        total=order.total if order else None,
        lines=tuple(_line(session, account.id, line) for line in order.lines) if order else (),
        order_id=ours.id if ours else None,
        order_number=ours.number if ours else "",
        raw=_raw(session, record),
    )


def _line(session: Session, account_id: int, line: IncomingLine) -> ExceptionLine:
    try:
        item = item_of(session, account_id, line)
    except PersonNeededError:
        item = None
    return ExceptionLine(
        name=line.name,
        external_skus=line.skus,
        quantity=line.quantity,
        unit_code=line.unit_code,
        unit_price=line.unit_price,
        item_id=item.id if item else None,
        sku=item.sku if item else "",
    )


def _our_order(session: Session, record: SyncException) -> SalesOrder | None:
    key = {"account_id": record.account_id, "kind": ORDERS, "external_id": record.external_id}
    order_id = session.scalar(select(Binding.record_id).filter_by(**key))
    return session.get(SalesOrder, order_id) if order_id is not None else None


def _raw(session: Session, record: SyncException) -> str:
    """The payload as indented JSON; of an unreadable order its newest kept text."""
    text = record.payload
    if not text:
        key = {"account_id": record.account_id, "kind": RAW, "external_id": record.external_id}
        newest = select(InboxMessage.payload).filter_by(**key).order_by(InboxMessage.id.desc())
        text = session.scalar(newest.limit(1)) or ""
    try:
        return json.dumps(json.loads(text), ensure_ascii=False, indent=2) if text else ""
    except ValueError:
        return text
