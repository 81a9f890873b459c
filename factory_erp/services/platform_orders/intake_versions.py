"""A later version of an order that is ours: the platform's facts at once, its content by a person's leave.

Status, block and refund are the platform's facts: every order shows them, and they go when the platform
lets go. A draft follows in everything. Of a confirmed order a person is told what the newest version
asks for, once for each matter; older versions are no longer asked about.
"""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.domain.money import Money
from factory_erp.models.platforms import (
    Binding,
    ExceptionKind,
    ExceptionState,
    InboxMessage,
    PlatformAccount,
    SyncException,
)
from factory_erp.models.sales import OrderState, PlatformBlock, SalesOrder
from factory_erp.services import exception_texts
from factory_erp.services.base import get
from factory_erp.services.incoming import IncomingOrder, Life
from factory_erp.services.order_states import set_state
from factory_erp.services.platform_orders.changes_accept import RELEASED
from factory_erp.services.platform_orders.changes_found import differs
from factory_erp.services.platform_orders.intake_records import ABOUT_OURS, Applied, settle, settle_waiting
from factory_erp.services.platform_orders.reading import new_order
from factory_erp.services.sales.orders import NewOrder, fill_order, index_order

BLOCKS = {
    Life.OPEN: PlatformBlock.NONE,
    Life.CLOSED: PlatformBlock.CLOSED,
    Life.FROZEN: PlatformBlock.FROZEN,
    Life.DISPUTED: PlatformBlock.DISPUTED,
    Life.RISK: PlatformBlock.RISK,
}
_HOLDING = frozenset({Life.FROZEN, Life.DISPUTED})
"""A draft is held while the platform settles something; a mere warning does not hold it."""


def again(session: Session, account: PlatformAccount, order: IncomingOrder, binding: Binding) -> Applied:
    """Apply a version that is not older than the newest seen. Raises PersonNeededError."""
    ours = get(session, SalesOrder, binding.record_id, lock=True)
    held_before = _held_before(session, binding)
    mirrored = mirror(session, ours, order)
    if ours.state != OrderState.DRAFT and not _waits_in_draft(ours):
        return _tell(session, ours, order, binding, mirrored=mirrored)
    if order.life is Life.CLOSED:
        set_state(session, ours, OrderState.CANCELLED)
    else:
        _refill(session, ours, new_order(session, account, order))
        follow_life(session, ours, order, held_before=held_before)
        session.flush()
        index_order(session, ours)
    _seen(binding, order)
    _let_go(session, ours, order, frozenset())
    settle(session, account.id, order.external_id)
    return Applied(updated=(ours.id,))


def _seen(binding: Binding, order: IncomingOrder) -> None:
    binding.payload_sha256, binding.modified_at = order.payload_sha256, order.modified_at


def _refill(session: Session, ours: SalesOrder, new: NewOrder) -> None:
    """Write a later version over the draft; what no platform says stays as a person entered it."""
    ours.lines.clear()
    session.flush()
    own = {name: getattr(ours, name) for name in ("customer_po", "port_of_discharge", "marks")}
    fill_order(ours, replace(new, **own))


def _waits_in_draft(order: SalesOrder) -> bool:
    return order.state == OrderState.ON_HOLD and order.held_from == OrderState.DRAFT


def _held_before(session: Session, binding: Binding) -> bool:
    """Whether the version applied last was stopped by the platform: then the hold is the platform's."""
    key = {name: getattr(binding, name) for name in ("account_id", "kind", "external_id", "payload_sha256")}
    kept = session.scalar(select(InboxMessage.payload).filter_by(**key))
    return kept is not None and IncomingOrder.from_json(kept).life in _HOLDING


def follow_life(session: Session, ours: SalesOrder, order: IncomingOrder, *, held_before: bool) -> None:
    """A stopped draft is held, and goes on when the platform lets it; a person's hold stays."""
    if order.life in _HOLDING and ours.state == OrderState.DRAFT:
        ours.held_from = OrderState.DRAFT
        set_state(session, ours, OrderState.ON_HOLD)
    elif order.life not in _HOLDING and held_before and _waits_in_draft(ours):
        ours.held_from = None
        set_state(session, ours, OrderState.DRAFT)


def mirror(session: Session, ours: SalesOrder, order: IncomingOrder) -> bool:
    """Write the platform's facts into our order, whatever its state; whether any was news."""
    block = BLOCKS[order.life]
    if block is PlatformBlock.RISK and _released(session, ours):
        block = PlatformBlock.NONE
    facts: dict[str, object] = {"platform_status": order.status[:40], "platform_block": block}
    if order.currency == ours.currency:
        facts["refunded_minor"] = Money.rounded(order.refunded, order.currency).minor
    news = {name: value for name, value in facts.items() if getattr(ours, name) != value}
    for name, value in news.items():
        setattr(ours, name, value)
    return bool(news)


def mirror_status(session: Session, binding: Binding, order: IncomingOrder) -> None:
    """Nothing but the platform's word for the order's state moved on."""
    ours = get(session, SalesOrder, binding.record_id, lock=True)
    if ours.platform_status != order.status[:40]:
        ours.platform_status = order.status[:40]


def _released(session: Session, ours: SalesOrder) -> bool:
    return any(row.payload for row in _records(session, ours) if row.subject.endswith(RELEASED))


def _records(session: Session, ours: SalesOrder) -> list[SyncException]:
    """All that was ever asked about our order."""
    key = {"account_id": ours.account_id, "external_id": ours.external_id}
    asked = select(SyncException).filter_by(**key).where(SyncException.kind.in_(ABOUT_OURS))
    return list(session.scalars(asked))


def _tell(
    session: Session, ours: SalesOrder, order: IncomingOrder, binding: Binding, *, mirrored: bool
) -> Applied:
    """Ask a person about what the newest version wants, and no longer about what it does not."""
    _seen(binding, order)
    settle_waiting(session, binding.account_id, order.external_id)
    wanted = _matters(session, ours, order, binding.account_id)
    let_go = _let_go(session, ours, order, wanted)
    raised = sum([_ask(session, ours, order, kind) for kind in sorted(wanted)])
    if raised:
        return Applied(exceptions=raised)
    return Applied(updated=(ours.id,)) if let_go or (mirrored and not wanted) else Applied(unchanged=1)


def _matters(
    session: Session, ours: SalesOrder, order: IncomingOrder, account_id: int
) -> frozenset[ExceptionKind]:
    """What of the version a person has to decide on, given our order as it is."""
    if order.life is Life.CLOSED:
        over = ours.state == OrderState.CANCELLED
        return frozenset() if over else frozenset({ExceptionKind.CANCELLED})
    found = set()
    if ours.state != OrderState.CANCELLED:
        if order.life is Life.FROZEN:
            found.add(ExceptionKind.FROZEN)
        if ours.platform_block in (PlatformBlock.DISPUTED, PlatformBlock.RISK):
            found.add(ExceptionKind.DISPUTED)
        if order.refunded > 0:
            found.add(ExceptionKind.REFUNDED)
    if differs(session, ours, order, account_id):
        found.add(ExceptionKind.CHANGED)
    return frozenset(found)


def _let_go(
    session: Session, ours: SalesOrder, order: IncomingOrder, wanted: frozenset[ExceptionKind]
) -> bool:
    """Forget what the platform no longer says, so that it is asked anew if it comes back."""
    gone = False
    for record in _records(session, ours):
        if record.subject.endswith(RELEASED):
            over = order.life is not Life.RISK
        else:
            over = record.kind not in wanted or record.subject != ours.number
        if over and (record.payload or record.state != ExceptionState.RESOLVED):
            gone = gone or record.state == ExceptionState.OPEN
            record.state, record.payload = ExceptionState.RESOLVED, ""
    return gone


def _ask(session: Session, ours: SalesOrder, order: IncomingOrder, kind: ExceptionKind) -> bool:
    """Put the matter before a person in its newest form; False where it was put, or decided, already."""
    key = {
        "account_id": ours.account_id,
        "external_id": order.external_id,
        "kind": kind,
        "subject": ours.number,
    }
    record = session.scalar(select(SyncException).filter_by(**key)) or SyncException(**key)
    known = bool(record.payload) and _same(kind, IncomingOrder.from_json(record.payload), order)
    if known and record.state != ExceptionState.OPEN:
        return False
    record.detail = exception_texts.about_ours(kind, ours.number, order)
    record.payload, record.state = order.to_json(), ExceptionState.OPEN
    session.add(record)
    return not known


def _same(kind: ExceptionKind, one: IncomingOrder, other: IncomingOrder) -> bool:
    """Whether both versions put the same question."""
    if kind is ExceptionKind.CHANGED:
        return one.content() == other.content()
    if kind is ExceptionKind.REFUNDED:
        return (one.refunded, one.currency) == (other.refunded, other.currency)
    return one.life is other.life
