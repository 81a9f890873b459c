"""Applying what a platform sent: each order exactly once, a page and its cursor in one transaction.

An order that cannot be applied becomes a sync exception and the others go on. A draft follows
the platform by itself; a confirmed order is never overwritten, a person decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, StatementError
from sqlalchemy.orm import Session

from factory_erp.domain.errors import DomainError, NotAllowed
from factory_erp.i18n import _
from factory_erp.models.catalog import Item
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
from factory_erp.models.production import Peg, ProductionOrder, ProductionState
from factory_erp.models.sales import OrderState, SalesLine, SalesOrder
from factory_erp.models.shipping import ShipmentLine
from factory_erp.services import exception_texts, order_changes, sales
from factory_erp.services.base import get, query, use_case
from factory_erp.services.clock import now
from factory_erp.services.incoming import IncomingOrder, IncomingProblem, Life
from factory_erp.services.order_states import STATE_NAMES, set_state
from factory_erp.services.reading import PersonNeededError, new_order
from factory_erp.services.sales import NewOrder, add_order, fill_order, index_order

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
        # The savepoint keeps what cannot be stored (a text too long, a figure beyond 64 bits) from taking
        # the page with it. A lock or a full disk is not the order's fault and ends the page.
        with session.begin_nested():
            return _tried(session, account, order, binding)
    except (StatementError, DomainError, ArithmeticError) as error:
        if isinstance(error, DBAPIError) and not isinstance(error, DataError | IntegrityError):
            raise
        return _raised(session, account.id, order, _unfit(error))


def _tried(
    session: Session, account: PlatformAccount, order: IncomingOrder, binding: Binding | None
) -> Applied:
    try:
        if binding is None:
            return _first_time(session, account, order)
        return _again(session, account, order, binding)
    except PersonNeededError as wanted:
        return _raised(session, account.id, order, wanted)


def _unfit(error: Exception) -> PersonNeededError:
    reason = str(getattr(error, "orig", None) or error).partition("\n")[0]
    detail = _("The order cannot be stored: {reason}", reason=reason)
    return PersonNeededError(ExceptionKind.MALFORMED, "order", detail)


def _raised(session: Session, account_id: int, order: IncomingOrder, why: PersonNeededError) -> Applied:
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
        _refill(session, ours, new_order(session, account, order))
        _follow_life(session, ours, order, frozen_before=frozen_before)
        session.flush()
        index_order(session, ours)
    binding.payload_sha256, binding.modified_at = order.payload_sha256, order.modified_at
    _settle(session, account.id, order.external_id)
    return Applied(updated=(ours.id,))


def _refill(session: Session, ours: SalesOrder, new: NewOrder) -> None:
    """Write a later version over the order; what no platform says stays as a person entered it."""
    ours.lines.clear()
    session.flush()
    own = {name: getattr(ours, name) for name in ("customer_po", "port_of_discharge", "marks")}
    fill_order(ours, replace(new, **own))


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


def _changed(ours: SalesOrder, order: IncomingOrder) -> PersonNeededError:
    subject = f"{ours.number} {order.payload_sha256[:12]}"
    if order.life is Life.OPEN:
        return PersonNeededError(ExceptionKind.CHANGED, subject, exception_texts.changed(ours.number))
    detail = exception_texts.stopped(ours.number, order.status)
    return PersonNeededError(ExceptionKind.CANCELLED, subject, detail)


def _raise_exception(session: Session, account_id: int, order: IncomingOrder, why: PersonNeededError) -> bool:
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
    """Apply the waiting order again, after its cause was mended elsewhere.

    Raises NotAllowed for a change of an order that is ours already: that is taken over or not.
    """
    record = get(session, SyncException, exception_id, lock=True)
    if record.kind in _ABOUT_OURS:
        raise NotAllowed(
            _("Order {order} is in already; the platform changed it.", order=record.external_id),
            record=record.external_id,
            remedy=_("Take over the change, or keep yours."),
        )
    account = get(session, PlatformAccount, record.account_id, lock=True)
    if record.state != ExceptionState.OPEN or not record.payload:
        return Applied(unchanged=1)
    record.state = ExceptionState.RESOLVED
    session.flush()
    return _apply(session, account, IncomingOrder.from_json(record.payload))


_ABOUT_OURS = frozenset({ExceptionKind.CHANGED, ExceptionKind.CANCELLED})


@use_case
def accept_change(session: Session, exception_id: int) -> Applied:
    """Do to our order what the buyer or the platform did to theirs; it keeps its number.

    A confirmed order is written anew. Its promise stays where goods and wished date are as they were,
    else it has to be confirmed again. An order that the platform closed is cancelled, one that it froze
    is held. Raises NotAllowed, saying why, where work on the order no longer lets it.
    """
    record = get(session, SyncException, exception_id, lock=True)
    if record.kind not in _ABOUT_OURS:
        raise NotAllowed(
            _("Order {order} is not in yet: there is nothing to change.", order=record.external_id),
            record=record.external_id,
            remedy=_("Mend what it waits for, then try again."),
        )
    if record.state != ExceptionState.OPEN:
        return Applied(unchanged=1)
    account = get(session, PlatformAccount, record.account_id, lock=True)
    order = IncomingOrder.from_json(record.payload)
    ours = _the_order(session, record, order)
    if order.life is Life.CLOSED:
        sales.cancel_order(session, ours)
    elif order.life is Life.FROZEN:
        sales.hold_order(session, ours)
    else:
        _take_over(session, account, ours, order)
    _settle(session, record.account_id, record.external_id)
    return Applied(updated=(ours.id,))


def _the_order(session: Session, record: SyncException, order: IncomingOrder) -> SalesOrder:
    """Our order, locked. Raises NotAllowed where the platform has a later version than the exception."""
    key = {"account_id": record.account_id, "kind": ORDERS, "external_id": record.external_id}
    binding = session.scalars(select(Binding).filter_by(**key)).one()
    ours = get(session, SalesOrder, binding.record_id, lock=True)
    if binding.payload_sha256 != order.payload_sha256:
        raise NotAllowed(
            _("Order {number} was changed again on the platform since.", number=ours.number),
            record=ours.number,
            remedy=_("Take over the latest change instead; it settles the earlier ones."),
        )
    return ours


def _take_over(session: Session, account: PlatformAccount, ours: SalesOrder, order: IncomingOrder) -> None:
    _refuse_begun(session, ours)
    try:
        new = new_order(session, account, order)
    except PersonNeededError as wanted:
        raise NotAllowed(
            wanted.detail,
            record=ours.number,
            remedy=_("Mend that first, in the catalogue or with the buyer, then take the change over."),
        ) from wanted
    keeps = _keeps_promise(ours, new)
    _refill(session, ours, new)
    if keeps:
        for line in ours.lines:
            line.promised = ours.ship_by
    elif OrderState.DRAFT not in (ours.state, ours.held_from):
        sales.withdraw_promise(session, ours)
    session.flush()
    index_order(session, ours)


def _refuse_begun(session: Session, ours: SalesOrder) -> None:
    """Raise NotAllowed unless the order is a draft or confirmed, and nothing hangs on its lines yet."""
    stands = ours.held_from if ours.state == OrderState.ON_HOLD else ours.state
    if stands in (OrderState.DRAFT, OrderState.CONFIRMED) and not _begun(session, ours):
        return
    raise NotAllowed(
        _(
            "Order {number} is '{state}': work on it follows the old version.",
            number=ours.number,
            state=_(STATE_NAMES[OrderState(ours.state)]),
        ),
        record=ours.number,
        field="state",
        remedy=_("Agree on the change with the buyer: keep yours, or cancel it and have it ordered anew."),
    )


def _begun(session: Session, ours: SalesOrder) -> bool:
    lines = select(SalesLine.id).where(SalesLine.order_id == ours.id)
    made = select(ProductionOrder.id).where(
        ProductionOrder.sales_order_id == ours.id, ProductionOrder.state != ProductionState.CANCELLED
    )
    hanging = (
        made,
        select(Peg.id).where(Peg.sales_line_id.in_(lines)),
        select(ShipmentLine.id).where(ShipmentLine.sales_line_id.in_(lines)),
    )
    return any(session.scalar(statement.limit(1)) is not None for statement in hanging)


def _keeps_promise(ours: SalesOrder, new: NewOrder) -> bool:
    """Whether the promised ship date still holds: the same goods, wished for no earlier."""
    mine = sorted((line.item_id, line.quantity) for line in ours.lines)
    said = sorted((line.item_id, line.quantity) for line in new.lines)
    wished = new.requested_ship
    in_time = wished in (None, ours.requested_ship) or (ours.ship_by is not None and ours.ship_by <= wished)
    return ours.ship_by is not None and mine == said and in_time


@query
def change_diff(session: Session, exception_id: int) -> tuple[order_changes.Change, ...]:
    """What the platform's version would change in our order: (field, ours, theirs), as shown."""
    record = get(session, SyncException, exception_id)
    key = {"account_id": record.account_id, "kind": ORDERS, "external_id": record.external_id}
    binding = session.scalar(select(Binding).filter_by(**key))
    if record.kind not in _ABOUT_OURS or binding is None:
        return ()
    ours = get(session, SalesOrder, binding.record_id)
    return order_changes.changes(session, ours, IncomingOrder.from_json(record.payload), record.account_id)


@use_case
def dismiss_exception(session: Session, exception_id: int) -> None:
    """Say that nothing has to be done about it."""
    record = get(session, SyncException, exception_id, lock=True)
    record.state = ExceptionState.DISMISSED
