"""Applying what a platform sent: each order exactly once, a page and its cursor in one transaction.

An order that cannot be applied becomes a sync exception and the others go on. A draft follows
the platform by itself; a confirmed order is never overwritten, a person decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from factory_erp.domain.countries import country
from factory_erp.domain.errors import DomainError, InvalidValue
from factory_erp.domain.money import Money, UnitPrice
from factory_erp.i18n import _
from factory_erp.models.catalog import Item
from factory_erp.models.partners import Company
from factory_erp.models.platforms import (
    AccountState,
    Binding,
    ExceptionKind,
    ExceptionState,
    InboxMessage,
    PlatformAccount,
    SkuMapping,
    SyncCursor,
    SyncException,
)
from factory_erp.models.sales import OrderState, SalesOrder
from factory_erp.services import exception_texts
from factory_erp.services.base import get, use_case
from factory_erp.services.clock import now
from factory_erp.services.incoming import IncomingLine, IncomingOrder, IncomingProblem, Life
from factory_erp.services.partners import platform_buyer
from factory_erp.services.sales import NewLine, NewOrder, add_order, fill_order, index_order, set_state

ORDERS = "order"


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of a page."""

    created: tuple[int, ...] = ()
    updated: tuple[int, ...] = ()
    unchanged: int = 0
    exceptions: int = 0

    def __add__(self, other: Applied) -> Applied:
        return Applied(
            self.created + other.created,
            self.updated + other.updated,
            self.unchanged + other.unchanged,
            self.exceptions + other.exceptions,
        )


class _PersonNeededError(Exception):
    """The order cannot be applied until somebody has mended *kind* of *subject*."""

    def __init__(self, kind: ExceptionKind, subject: str, detail: str) -> None:
        super().__init__(detail)
        self.kind = kind
        self.subject = subject
        self.detail = detail


@use_case
def apply_page(
    session: Session,
    account_id: int,
    orders: Sequence[IncomingOrder],
    problems: Sequence[IncomingProblem] = (),
    cursor: datetime | None = None,
) -> Applied:
    """Apply a page of orders. *cursor*, given with the window's last page, is how far the account is read."""
    account = get(session, PlatformAccount, account_id, lock=True)
    applied = Applied()
    for order in orders:
        applied += _apply(session, account, order.hashed())
    for problem in problems:
        applied += _unreadable(session, account, problem)
    if cursor is not None:
        _move_cursor(session, account, cursor)
    return applied


def _move_cursor(session: Session, account: PlatformAccount, position: datetime) -> None:
    row = session.scalar(select(SyncCursor).filter_by(account_id=account.id, kind=ORDERS))
    if row is None:
        row = SyncCursor(account_id=account.id, kind=ORDERS)
        session.add(row)
    row.position = max(position, row.position or position)
    account.last_pull_at = now()
    account.last_problem = ""
    if account.state == AccountState.REAUTHORISE:
        account.state = AccountState.CONNECTED


def _apply(session: Session, account: PlatformAccount, order: IncomingOrder) -> Applied:
    binding = session.scalar(
        select(Binding).filter_by(account_id=account.id, kind=ORDERS, external_id=order.external_id)
    )
    if binding is not None and _nothing_new(binding, order):
        return Applied(unchanged=1)
    _keep(session, account.id, order)
    try:
        # The savepoint keeps what the database refuses (a text too long) from taking the page with it.
        with session.begin_nested():
            return _tried(session, account, order, binding)
    except (DataError, IntegrityError, DomainError) as error:
        return _raised(session, account.id, order, _unfit(error))


def _tried(
    session: Session, account: PlatformAccount, order: IncomingOrder, binding: Binding | None
) -> Applied:
    try:
        if binding is None:
            return _first_time(session, account, order)
        return _again(session, account, order, binding)
    except _PersonNeededError as wanted:
        return _raised(session, account.id, order, wanted)


def _unfit(error: Exception) -> _PersonNeededError:
    reason = str(getattr(error, "orig", None) or error).partition("\n")[0]
    detail = _("The order cannot be stored: {reason}", reason=reason)
    return _PersonNeededError(ExceptionKind.MALFORMED, "order", detail)


def _raised(session: Session, account_id: int, order: IncomingOrder, why: _PersonNeededError) -> Applied:
    raised = _raise_exception(session, account_id, order, why)
    return Applied(exceptions=1) if raised else Applied(unchanged=1)


def _nothing_new(binding: Binding, order: IncomingOrder) -> bool:
    """The same content, or an older version that arrives late."""
    newest = binding.modified_at or order.modified_at
    if order.modified_at < newest:
        return True
    same = binding.payload_sha256 == order.payload_sha256
    if same and order.modified_at > newest:
        binding.modified_at = order.modified_at
    return same


def _keep(session: Session, account_id: int, order: IncomingOrder) -> None:
    key = {
        "account_id": account_id,
        "kind": ORDERS,
        "external_id": order.external_id,
        "payload_sha256": order.payload_sha256,
    }
    if session.scalar(select(InboxMessage.id).filter_by(**key)) is None:
        session.add(InboxMessage(**key, payload=order.to_json()))


def _first_time(session: Session, account: PlatformAccount, order: IncomingOrder) -> Applied:
    if order.life is Life.CLOSED:
        _settle(session, account.id, order.external_id)
        return Applied(unchanged=1)
    made = add_order(session, _new_order(session, account, order))
    session.add(
        Binding(
            account_id=account.id,
            kind=ORDERS,
            external_id=order.external_id,
            record_id=made.id,
            payload_sha256=order.payload_sha256,
            modified_at=order.modified_at,
        )
    )
    _follow_life(session, made, order, frozen_before=False)
    index_order(session, made)
    _settle(session, account.id, order.external_id)
    return Applied(created=(made.id,))


def _again(session: Session, account: PlatformAccount, order: IncomingOrder, binding: Binding) -> Applied:
    ours = get(session, SalesOrder, binding.record_id, lock=True)
    frozen_before = _was_frozen(session, binding)
    if ours.state == OrderState.CANCELLED and order.life is Life.CLOSED:
        binding.payload_sha256, binding.modified_at = order.payload_sha256, order.modified_at
        return Applied(unchanged=1)
    if ours.state != OrderState.DRAFT and not _waits_in_draft(ours):
        binding.payload_sha256, binding.modified_at = order.payload_sha256, order.modified_at
        raise _changed(ours, order)
    if order.life is Life.CLOSED:
        set_state(session, ours, OrderState.CANCELLED)
    else:
        new = _new_order(session, account, order)
        ours.lines.clear()
        session.flush()
        fill_order(ours, new)
        _follow_life(session, ours, order, frozen_before=frozen_before)
        session.flush()
        index_order(session, ours)
    binding.payload_sha256, binding.modified_at = order.payload_sha256, order.modified_at
    _settle(session, account.id, order.external_id)
    return Applied(updated=(ours.id,))


def _waits_in_draft(order: SalesOrder) -> bool:
    return order.state == OrderState.ON_HOLD and order.held_from == OrderState.DRAFT


def _was_frozen(session: Session, binding: Binding) -> bool:
    """Whether the version applied last was frozen by the platform: then the hold is the platform's."""
    key = {name: getattr(binding, name) for name in ("account_id", "kind", "external_id", "payload_sha256")}
    kept = session.scalar(select(InboxMessage.payload).filter_by(**key))
    return kept is not None and IncomingOrder.from_json(kept).life is Life.FROZEN


def _follow_life(session: Session, ours: SalesOrder, order: IncomingOrder, *, frozen_before: bool) -> None:
    """A frozen draft is held, and goes on when the platform lets it; a person's hold stays."""
    if order.life is Life.FROZEN and ours.state == OrderState.DRAFT:
        ours.held_from = OrderState.DRAFT
        set_state(session, ours, OrderState.ON_HOLD)
    elif order.life is Life.OPEN and frozen_before and _waits_in_draft(ours):
        ours.held_from = None
        set_state(session, ours, OrderState.DRAFT)


def _changed(ours: SalesOrder, order: IncomingOrder) -> _PersonNeededError:
    subject = f"{ours.number} {order.payload_sha256[:12]}"
    if order.life is Life.OPEN:
        return _PersonNeededError(ExceptionKind.CHANGED, subject, exception_texts.changed(ours.number))
    detail = exception_texts.stopped(ours.number, order.status)
    return _PersonNeededError(ExceptionKind.CANCELLED, subject, detail)


def _new_order(session: Session, account: PlatformAccount, order: IncomingOrder) -> NewOrder:
    _check_codes(order)
    lines = _lines(session, account.id, order)
    _check_totals(order)
    buyer = platform_buyer(session, account, order)
    company = session.scalar(select(Company))
    return NewOrder(
        customer_id=buyer.id,
        ordered_at=order.ordered_at,
        currency=order.currency,
        incoterm=order.incoterm,
        place=_named_place(company, order),
        destination_country=order.country,
        lines=lines,
        account_id=account.id,
        external_id=order.external_id,
        payment_terms=order.payment_terms or buyer.payment_terms,
        ship_to=ship_to_text(order),
        remark=order.remark,
        requested_ship=order.ship_by,
        freight_minor=_minor(order, "freight", order.freight),
        insurance_minor=_minor(order, "insurance", order.insurance),
        discount_minor=_minor(order, "discount", order.discount),
        total_minor=None if order.total is None else _minor(order, "total", order.total),
    )


def _check_codes(order: IncomingOrder) -> None:
    try:
        country(order.country)
    except InvalidValue as error:
        raise _PersonNeededError(ExceptionKind.UNKNOWN_COUNTRY, order.country, str(error)) from error
    try:
        Money.zero(order.currency)
    except InvalidValue as error:
        raise _PersonNeededError(ExceptionKind.UNKNOWN_CURRENCY, order.currency, str(error)) from error


def _named_place(company: Company | None, order: IncomingOrder) -> str:
    """Port of loading for terms of shipment, the buyer's city for terms of delivery."""
    from factory_erp.domain.incoterms import incoterm
    from factory_erp.domain.ports import port_name

    if incoterm(order.incoterm).named_place == "shipment":
        return port_name(company.port_of_loading if company else "CNNBO", "en")
    return order.city


def ship_to_text(order: IncomingOrder) -> str:
    """The delivery address as printed, one line per row."""
    town = " ".join(part for part in (order.city, order.province, order.postal_code) if part)
    nation = country(order.country).en
    reach = " ".join(part for part in (order.contact, order.phone) if part)
    return "\n".join(part for part in (reach, order.street, town, nation) if part)


def _lines(session: Session, account_id: int, order: IncomingOrder) -> list[NewLine]:
    return [_new_line(_item(session, account_id, line), line) for line in order.lines]


def _item(session: Session, account_id: int, line: IncomingLine) -> Item:
    """By a person's mapping, then by our own SKU; never by name. Raises _PersonNeededError."""
    if not line.skus:
        detail = _("The line '{name}' names no SKU.", name=line.name)
        raise _PersonNeededError(ExceptionKind.MALFORMED, "sku", detail)
    for sku in line.skus:
        mapped = session.scalar(
            select(Item)
            .join(SkuMapping)
            .where(SkuMapping.account_id == account_id, SkuMapping.external_sku == sku)
        )
        found = mapped or session.scalar(select(Item).where(Item.sku == sku, Item.active))
        if found is not None:
            return found
    detail = exception_texts.unknown_sku(line.name, line.skus[0])
    raise _PersonNeededError(ExceptionKind.UNKNOWN_SKU, line.skus[0][:120], detail)


def _new_line(item: Item, line: IncomingLine) -> NewLine:
    theirs = line.skus[0] if line.skus[0] != item.sku else ""
    return NewLine(item.id, line.quantity, item.unit, line.unit_price, line.external_line_id, theirs)


def _check_totals(order: IncomingOrder) -> None:
    """The platform's goods total may differ from ours by its own rounding, a minor unit a line."""
    if order.product_total is None:
        return
    ours = sum(UnitPrice(line.unit_price, order.currency).times(line.quantity).minor for line in order.lines)
    theirs = _minor(order, "product_total", order.product_total)
    if abs(ours - theirs) > len(order.lines):
        detail = _(
            "The lines add up to {ours}, but the platform says {theirs}.",
            ours=str(Money(ours, order.currency)),
            theirs=str(Money(theirs, order.currency)),
        )
        raise _PersonNeededError(ExceptionKind.TOTALS_DIFFER, "product_total", detail)


def _minor(order: IncomingOrder, field: str, amount: Decimal) -> int:
    try:
        return Money.of(amount, order.currency).minor
    except DomainError as error:
        raise _PersonNeededError(ExceptionKind.MALFORMED, field, str(error)) from error


def _raise_exception(
    session: Session, account_id: int, order: IncomingOrder, why: _PersonNeededError
) -> bool:
    """Record that the order waits for a person; False when the very same version waits already."""
    key = {
        "account_id": account_id,
        "external_id": order.external_id,
        "kind": why.kind,
        "subject": why.subject,
    }
    known = session.scalar(select(SyncException).filter_by(**key))
    if known is not None and _says_the_same(known, order):
        return False
    if _newer_waits(session, account_id, order):
        return False
    _settle(session, account_id, order.external_id, *_VERSIONED)
    record = known or SyncException(**key)
    record.detail, record.payload, record.state = why.detail, order.to_json(), ExceptionState.OPEN
    session.add(record)
    return True


def _says_the_same(known: SyncException, order: IncomingOrder) -> bool:
    """Whether this very version waits already, or was dismissed."""
    if not known.payload or known.state == ExceptionState.RESOLVED:
        return False
    return IncomingOrder.from_json(known.payload).payload_sha256 == order.payload_sha256


def _newer_waits(session: Session, account_id: int, order: IncomingOrder) -> bool:
    """Whether a later version of the order waits for a person already."""
    open_ones = select(SyncException.payload).filter_by(
        account_id=account_id, external_id=order.external_id, state=ExceptionState.OPEN
    )
    kept = [IncomingOrder.from_json(payload) for payload in session.scalars(open_ones) if payload]
    return any(version.modified_at > order.modified_at for version in kept)


def _unreadable(session: Session, account: PlatformAccount, problem: IncomingProblem) -> Applied:
    key = {
        "account_id": account.id,
        "external_id": problem.external_id,
        "kind": ExceptionKind.MALFORMED,
        "subject": problem.reason[:200],
    }
    known = session.scalar(select(SyncException).filter_by(**key))
    news = _raw_inbox(session, account.id, problem)
    session.add_all(news)
    if known is not None and known.state != ExceptionState.RESOLVED and not news:
        return Applied(unchanged=1)
    record = known or SyncException(**key)
    record.detail, record.state = problem.reason, ExceptionState.OPEN
    session.add(record)
    return Applied(exceptions=1)


def _raw_inbox(session: Session, account_id: int, problem: IncomingProblem) -> list[InboxMessage]:
    import hashlib

    digest = hashlib.sha256(problem.payload.encode()).hexdigest()
    key = {
        "account_id": account_id,
        "kind": "raw",
        "external_id": problem.external_id,
        "payload_sha256": digest,
    }
    known = session.scalar(select(InboxMessage.id).filter_by(**key))
    return [] if known is not None else [InboxMessage(**key, payload=problem.payload)]


_VERSIONED = tuple(set(ExceptionKind) - {ExceptionKind.CHANGED, ExceptionKind.CANCELLED})
"""Kinds that keep one version of an order waiting, so that a newer version takes their place."""


def _settle(session: Session, account_id: int, external_id: str, *kinds: ExceptionKind) -> None:
    """The order came through, or a newer version of it waits: what it was waiting for is mended."""
    waiting = select(SyncException).filter_by(
        account_id=account_id, external_id=external_id, state=ExceptionState.OPEN
    )
    if kinds:
        waiting = waiting.where(SyncException.kind.in_(kinds))
    for record in session.scalars(waiting):
        record.state = ExceptionState.RESOLVED


@use_case
def map_sku(session: Session, account_id: int, external_sku: str, item_id: int) -> Applied:
    """Say which item a platform's SKU is, and apply every order that waited for it."""
    account = get(session, PlatformAccount, account_id, lock=True)
    item = get(session, Item, item_id)
    mapping = session.scalar(select(SkuMapping).filter_by(account_id=account_id, external_sku=external_sku))
    if mapping is None:
        session.add(SkuMapping(account_id=account_id, external_sku=external_sku, item_id=item.id))
    else:
        mapping.item_id = item.id
    session.flush()
    waiting = session.scalars(
        select(SyncException).filter_by(
            account_id=account_id,
            kind=ExceptionKind.UNKNOWN_SKU,
            subject=external_sku,
            state=ExceptionState.OPEN,
        )
    ).all()
    applied = Applied()
    for record in waiting:
        record.state = ExceptionState.RESOLVED
        session.flush()
        applied += _apply(session, account, IncomingOrder.from_json(record.payload))
    return applied


@use_case
def retry_exception(session: Session, exception_id: int) -> Applied:
    """Apply the waiting order again, after its cause was mended elsewhere."""
    record = get(session, SyncException, exception_id, lock=True)
    account = get(session, PlatformAccount, record.account_id, lock=True)
    if record.state != ExceptionState.OPEN or not record.payload:
        return Applied(unchanged=1)
    record.state = ExceptionState.RESOLVED
    session.flush()
    return _apply(session, account, IncomingOrder.from_json(record.payload))


@use_case
def dismiss_exception(session: Session, exception_id: int) -> None:
    """Say that nothing has to be done about it."""
    record = get(session, SyncException, exception_id, lock=True)
    record.state = ExceptionState.DISMISSED
