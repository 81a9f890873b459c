"""Applying what a platform sent: each order exactly once, a page and its cursor in one transaction.

An order that cannot be applied becomes a sync exception and the others go on. A draft follows
the platform by itself; a confirmed order is never overwritten, a person decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, StatementError
from sqlalchemy.orm import Session

from factory_erp.domain.errors import DomainError, NotAllowed
from factory_erp.i18n import _
from factory_erp.models.catalog import Item
from factory_erp.models.platforms import (
    Binding,
    ExceptionKind,
    ExceptionState,
    PlatformAccount,
    SkuMapping,
    SyncCursor,
    SyncException,
)
from factory_erp.services.base import get, use_case
from factory_erp.services.clock import now
from factory_erp.services.incoming import IncomingOrder, IncomingProblem, Life, PersonNeededError
from factory_erp.services.outside_texts import clean
from factory_erp.services.platform_orders.changes_accept import (
    accept_change,
    change_diff,
    change_parts,
    refuse_change,
    release_risk,
)
from factory_erp.services.platform_orders.intake_records import (
    ABOUT_OURS,
    LONGEST_ID,
    ORDERS,
    Applied,
    keep,
    settle,
    unreadable,
    wait,
)
from factory_erp.services.platform_orders.intake_versions import again, follow_life, mirror, mirror_status
from factory_erp.services.platform_orders.reading import new_order
from factory_erp.services.sales.orders import add_order, index_order

__all__ = [
    "ORDERS",
    "Applied",
    "accept_change",
    "apply_page",
    "change_diff",
    "change_parts",
    "dismiss_exception",
    "heal",
    "map_sku",
    "map_skus",
    "refuse_change",
    "release_risk",
    "retry_exception",
    "waiting_for",
]


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
        applied += _unknowable(session, account, order) or _apply(session, account, order.hashed())
    for problem in problems:
        applied += unreadable(session, account, problem)
    if cursor is not None:
        _move_cursor(session, account, cursor)
    return applied


def _unknowable(session: Session, account: PlatformAccount, order: IncomingOrder) -> Applied | None:
    """An order by whose id nothing can be kept: a person is told of it, and the others of the page go on."""
    if clean(order.external_id, LONGEST_ID) == order.external_id:
        return None
    reason = _("The order's number cannot be stored.")
    return unreadable(session, account, IncomingProblem(order.external_id, reason, order.to_json()))


def _move_cursor(session: Session, account: PlatformAccount, position: datetime) -> None:
    row = session.scalar(select(SyncCursor).filter_by(account_id=account.id, kind=ORDERS))
    if row is None:
        row = SyncCursor(account_id=account.id, kind=ORDERS)
        session.add(row)
    # A position ahead of the present was set by a wrong clock: it must not hold the cursor for years.
    known = row.position if row.position is not None and row.position <= now() else position
    row.position = max(position, known)
    account.last_pull_at = now()
    account.last_problem = ""


def _apply(session: Session, account: PlatformAccount, order: IncomingOrder) -> Applied:
    binding = session.scalar(
        select(Binding).filter_by(account_id=account.id, kind=ORDERS, external_id=order.external_id)
    )
    if binding is not None and _nothing_new(session, binding, order):
        return Applied(unchanged=1)
    if not keep(session, account.id, order):
        return Applied(unchanged=1)
    try:
        # The savepoint keeps what cannot be stored (a text too long, a figure beyond 64 bits) from taking
        # the page with it. A lock or a full disk is not the order's fault and ends the page.
        with session.begin_nested():
            return _tried(session, account, order, binding)
    except (StatementError, DomainError, ArithmeticError) as error:
        if isinstance(error, DBAPIError) and not isinstance(error, DataError | IntegrityError):
            raise
        return wait(session, account.id, order, _unfit(error))


def _tried(
    session: Session, account: PlatformAccount, order: IncomingOrder, binding: Binding | None
) -> Applied:
    try:
        if binding is None:
            return _first_time(session, account, order)
        return again(session, account, order, binding)
    except PersonNeededError as wanted:
        return wait(session, account.id, order, wanted)


def _unfit(error: Exception) -> PersonNeededError:
    reason = str(getattr(error, "orig", None) or error).partition("\n")[0]
    detail = _("The order cannot be stored: {reason}", reason=reason)
    return PersonNeededError(ExceptionKind.MALFORMED, "order", detail)


def _nothing_new(session: Session, binding: Binding, order: IncomingOrder) -> bool:
    """The same content, or an older version that arrives late."""
    newest = binding.modified_at or order.modified_at
    if order.modified_at < newest:
        return True
    same = binding.payload_sha256 == order.payload_sha256
    if same and order.modified_at > newest:
        binding.modified_at = order.modified_at
        mirror_status(session, binding, order)
    return same


def _first_time(session: Session, account: PlatformAccount, order: IncomingOrder) -> Applied:
    if order.life is Life.CLOSED:
        settle(session, account.id, order.external_id)
        return Applied(unchanged=1)
    made = add_order(session, new_order(session, account, order))
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
    mirror(session, made, order)
    follow_life(session, made, order, held_before=False)
    index_order(session, made)
    settle(session, account.id, order.external_id)
    return Applied(created=(made.id,))


@use_case
def map_sku(session: Session, account_id: int, external_sku: str, item_id: int) -> Applied:
    """Say which item a platform's SKU is, and apply every order that waited for it. Raises NotFound."""
    return _map(session, account_id, {external_sku: item_id})


@use_case
def map_skus(session: Session, account_id: int, items: Mapping[str, int]) -> Applied:
    """Say of many SKUs of a platform which item each is (SKU → item id), all or none; see ``map_sku``."""
    return _map(session, account_id, items)


def _map(session: Session, account_id: int, items: Mapping[str, int]) -> Applied:
    account = get(session, PlatformAccount, account_id, lock=True)
    waiting: list[SyncException] = []
    for sku, item_id in items.items():
        item = get(session, Item, item_id)
        key = {"account_id": account_id, "external_sku": sku}
        mapping = session.scalar(select(SkuMapping).filter_by(**key))
        if mapping is None:
            session.add(SkuMapping(**key, item_id=item.id))
        else:
            mapping.item_id = item.id
        waiting += waiting_for(session, account_id, ExceptionKind.UNKNOWN_SKU, sku)
    session.flush()
    return heal(session, account, waiting)


def waiting_for(
    session: Session, account_id: int, kind: ExceptionKind, subject: str
) -> Sequence[SyncException]:
    """The open exceptions of the account that one remedy heals."""
    key = {"account_id": account_id, "kind": kind, "subject": subject, "state": ExceptionState.OPEN}
    return session.scalars(select(SyncException).filter_by(**key).order_by(SyncException.id)).all()


def heal(session: Session, account: PlatformAccount, waiting: Iterable[SyncException]) -> Applied:
    """Apply the orders that wait in these exceptions, their cause being mended; *account* is locked."""
    applied = Applied()
    for record in waiting:
        if record.state == ExceptionState.OPEN and record.payload:
            record.state = ExceptionState.RESOLVED
            session.flush()
            applied += _apply(session, account, IncomingOrder.from_json(record.payload))
    return applied


@use_case
def retry_exception(session: Session, exception_id: int) -> Applied:
    """Apply the waiting order again, after its cause was mended elsewhere.

    Raises NotAllowed for a change of an order that is ours already: that is taken over or not.
    """
    record = get(session, SyncException, exception_id, lock=True)
    if record.kind in ABOUT_OURS:
        raise NotAllowed(
            _("Order {order} is in already; the platform changed it.", order=record.external_id),
            record=record.external_id,
            remedy=_("Take over the change, or keep yours."),
        )
    account = get(session, PlatformAccount, record.account_id, lock=True)
    if record.state != ExceptionState.OPEN or not record.payload:
        return Applied(unchanged=1)
    return heal(session, account, [record])


@use_case
def dismiss_exception(session: Session, exception_id: int) -> None:
    """Say that nothing has to be done about it."""
    record = get(session, SyncException, exception_id, lock=True)
    record.state = ExceptionState.DISMISSED
