"""A person decides on what the platform did to an order that is ours: part by part, or all at once.

What cannot be taken over says why and stays open. Taking over writes only the parts chosen; totals are
figured anew. A decision not to follow is kept with its reason, and is not asked for again until the
platform says something else.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.domain.errors import Conflict, InvalidValue, NotAllowed
from factory_erp.i18n import _
from factory_erp.models.platforms import Binding, ExceptionKind, ExceptionState, SyncException
from factory_erp.models.sales import OrderState, PlatformBlock, SalesOrder
from factory_erp.services.base import get, query, use_case
from factory_erp.services.exception_texts import amount_text
from factory_erp.services.incoming import IncomingOrder, Life
from factory_erp.services.order_states import STATE_NAMES
from factory_erp.services.platform_orders import changes as order_changes
from factory_erp.services.platform_orders import changes_effects as effects
from factory_erp.services.platform_orders.changes_effects import Work, work_of
from factory_erp.services.platform_orders.changes_found import (
    LINE_KINDS,
    MONEY_KINDS,
    REMOVED,
    Difference,
    differences,
)
from factory_erp.services.platform_orders.changes_write import write
from factory_erp.services.platform_orders.intake_records import ABOUT_OURS, ORDERS, Applied, settle
from factory_erp.services.sales import orders as sales

LINE, HEAD, STATE, MONEY = "line", "head", "state", "money"
CANCEL, HOLD, NOTE = "cancel", "hold", "note"


@dataclass(frozen=True, slots=True)
class ChangePart:
    """One matter to accept or refuse. ``key`` names it and what it says.

    ``group`` is line, head, state or money.
    ``effect`` tells what accepting does to reservations, production, shipments and the promise;
    ``why_not`` why it is not ``allowed``. Label, ours and theirs are texts as shown.
    """

    key: str
    group: str
    label: str
    ours: str
    theirs: str
    effect: str
    allowed: bool
    why_not: str


@query
def change_parts(session: Session, exception_id: int) -> tuple[ChangePart, ...]:
    """What a person can take over of a change, part by part; empty for what is not about an order of ours."""
    record = get(session, SyncException, exception_id)
    ours = _ours(session, record)
    if ours is None or not record.payload:
        return ()
    return tuple(part for part, _one in _judged(session, record, ours, work_of(session, ours)))


@query
def change_diff(session: Session, exception_id: int) -> tuple[order_changes.Change, ...]:
    """What the platform's version would change in our order: (field, ours, theirs), as shown."""
    record = get(session, SyncException, exception_id)
    ours = _ours(session, record)
    if ours is None or not record.payload:
        return ()
    theirs = IncomingOrder.from_json(record.payload)
    return order_changes.changes(session, ours, theirs, record.account_id)


def _ours(session: Session, record: SyncException, *, lock: bool = False) -> SalesOrder | None:
    """Our order that the exception is about, if it is about one."""
    key = {"account_id": record.account_id, "kind": ORDERS, "external_id": record.external_id}
    binding = session.scalar(select(Binding).filter_by(**key))
    if record.kind not in ABOUT_OURS or binding is None:
        return None
    return get(session, SalesOrder, binding.record_id, lock=lock)


Judged = list[tuple[ChangePart, Difference | None]]


def _judged(session: Session, record: SyncException, ours: SalesOrder, work: Work) -> Judged:
    theirs = IncomingOrder.from_json(record.payload)
    if record.kind != ExceptionKind.CHANGED:
        return [(_state_part(ExceptionKind(record.kind), theirs, ours, work), None)]
    found: Judged = [
        (_part(one, *effects.judge(work, one)), one)
        for one in differences(session, ours, theirs, record.account_id)
    ]
    return _keep_goods(ours, found)


def _part(one: Difference, effect: str, why_not: str) -> ChangePart:
    group = LINE if one.kind in LINE_KINDS else MONEY if one.kind in MONEY_KINDS else HEAD
    return ChangePart(
        key=one.key, group=group, label=one.label, ours=one.mine, theirs=one.said,
        effect=effect, allowed=not why_not, why_not=why_not,
    )  # fmt: skip


def _keep_goods(ours: SalesOrder, found: Judged) -> Judged:
    """The last line of an order cannot go while nothing that we know comes in its place."""
    removed = {part.key for part, one in found if one and one.kind == REMOVED and part.allowed}
    added = any(one is not None and one.line is None and one.new and part.allowed for part, one in found)
    if added or len(removed) < len(ours.lines):
        return found
    why_not = _("Nothing would be left of the order.")
    return [(_refused(part, why_not) if part.key in removed else part, one) for part, one in found]


def _refused(part: ChangePart, why_not: str) -> ChangePart:
    return ChangePart(part.key, part.group, part.label, part.ours, part.theirs, "", False, why_not)


def _state_part(kind: ExceptionKind, theirs: IncomingOrder, ours: SalesOrder, work: Work) -> ChangePart:
    """What follows from the platform's having stopped the order, or having paid it back."""
    mine = _(STATE_NAMES[OrderState(ours.state)])
    if kind is ExceptionKind.REFUNDED:
        return _refund_part(theirs, ours, work)
    act = CANCEL if kind is ExceptionKind.CANCELLED else HOLD
    effect, why_not = effects.cancelling(work) if act == CANCEL else effects.holding(work)
    return ChangePart(act, STATE, _("State"), mine, theirs.status, effect, not why_not, why_not)


def _refund_part(theirs: IncomingOrder, ours: SalesOrder, work: Work) -> ChangePart:
    paid = amount_text(theirs.refunded, theirs.currency)
    act = CANCEL if 0 < ours.total_minor <= ours.refunded_minor else NOTE
    effect, why_not = effects.cancelling(work) if act == CANCEL else (effects.noting(ours, theirs), "")
    # The key says the amount: a later refund is another decision.
    return ChangePart(f"{act}:{theirs.refunded}", MONEY, _("Refund"), "", paid, effect, not why_not, why_not)


@use_case
def accept_change(session: Session, exception_id: int, keys: Collection[str] | None = None) -> Applied:
    """Do to our order what the platform did to theirs, in the parts *keys* or in all that is allowed.

    The order keeps its number. A confirmed order on which nothing hangs yet is promised anew where goods or
    wished date ask for it; one that is being made keeps its promise. What is left stays open. Raises
    NotAllowed, saying why, for a part that cannot be taken over or where none can; Conflict for a part that
    the platform has changed since it was read.
    """
    record = get(session, SyncException, exception_id, lock=True)
    ours = _ours(session, record, lock=True)
    if ours is None:
        raise NotAllowed(
            _("Order {order} is not in yet: there is nothing to change.", order=record.external_id),
            record=record.external_id,
            remedy=_("Mend what it waits for, then try again."),
        )
    if record.state != ExceptionState.OPEN:
        return Applied(unchanged=1)
    work = work_of(session, ours)
    chosen = _chosen(ours, _judged(session, record, ours, work), keys)
    if record.kind == ExceptionKind.CHANGED:
        _take_over(session, record, work, [one for _part, one in chosen if one is not None])
    else:
        _follow(session, record, ours, [part for part, _one in chosen])
    return Applied(updated=(ours.id,))


def _chosen(ours: SalesOrder, parts: Judged, keys: Collection[str] | None) -> Judged:
    if keys is None:
        refused = list(dict.fromkeys(part.why_not for part, _one in parts if part.why_not))
        if refused and all(part.why_not for part, _one in parts):
            raise _not_now(ours, " ".join(refused))
        return [row for row in parts if row[0].allowed]
    chosen = [row for row in parts if row[0].key in set(keys)]
    if len(chosen) < len(set(keys)):
        raise Conflict(
            _("Order {number} was changed again on the platform since.", number=ours.number),
            record=ours.number,
            remedy=_("Look at the new version, then decide."),
        )
    for part, _one in chosen:
        if part.why_not:
            raise _not_now(ours, part.why_not)
    return chosen


def _not_now(ours: SalesOrder, why_not: str) -> NotAllowed:
    return NotAllowed(
        why_not,
        record=ours.number,
        field="state",
        remedy=_(
            "Mend that first, or agree on the change with the buyer: keep yours, or have it ordered anew."
        ),
    )


def _take_over(session: Session, record: SyncException, work: Work, chosen: Sequence[Difference]) -> None:
    theirs = IncomingOrder.from_json(record.payload)
    write(session, work, theirs, record.account_id, chosen)
    session.flush()
    if not differences(session, work.ours, theirs, record.account_id):
        record.state = ExceptionState.RESOLVED


def _follow(session: Session, record: SyncException, ours: SalesOrder, parts: Sequence[ChangePart]) -> None:
    for part in parts:
        if part.key.startswith(CANCEL):
            sales.cancel_order(session, ours)
            settle(session, record.account_id, record.external_id)
        elif part.key == HOLD:
            sales.hold_order(session, ours)
        record.state = ExceptionState.RESOLVED


@use_case
def refuse_change(session: Session, exception_id: int, note: str = "") -> None:
    """Keep our order as it is; *note* says why. It is asked again only when the platform says something else.

    A stopped order stays blocked all the same until the platform lets it go. Raises NotAllowed for an order
    that is not ours yet.
    """
    record = get(session, SyncException, exception_id, lock=True)
    if record.kind not in ABOUT_OURS:
        raise NotAllowed(
            _("Order {order} is not in yet: there is nothing to refuse.", order=record.external_id),
            record=record.external_id,
            remedy=_("Mend what it waits for, or dismiss it."),
        )
    if record.state == ExceptionState.OPEN:
        record.state = ExceptionState.DISMISSED
        record.detail = note.strip() or record.detail


@use_case
def release_risk(session: Session, order_id: int, note: str) -> None:
    """Let goods of an order leave although the platform warns of it; *note* says on what grounds.

    It stays released until the platform takes the warning back and warns anew. Raises NotAllowed for an
    order that the platform holds for another reason, InvalidValue without a note.
    """
    ours = get(session, SalesOrder, order_id, lock=True)
    if ours.platform_block == PlatformBlock.NONE:
        return
    if ours.platform_block != PlatformBlock.RISK:
        raise NotAllowed(
            _("The platform itself holds order {number}: only there it can be let go.", number=ours.number),
            record=ours.number,
            field="platform_block",
            remedy=_("Settle it on the platform, then pull its orders."),
        )
    if not note.strip():
        raise InvalidValue(
            _("A released order needs its grounds."),
            record=ours.number,
            field="note",
            remedy=_("Write what you checked, for example 'paid in full, bank slip seen'."),
        )
    _remember(session, ours, note.strip())
    ours.platform_block = PlatformBlock.NONE


def _remember(session: Session, ours: SalesOrder, note: str) -> None:
    """Keep the grounds with the order's exceptions, and settle the one that asked."""
    key = {"account_id": ours.account_id, "external_id": ours.external_id, "kind": ExceptionKind.DISPUTED}
    subject = f"{ours.number} {RELEASED}"
    rows = {row.subject: row for row in session.scalars(select(SyncException).filter_by(**key))}
    record = rows.get(subject) or SyncException(**key, subject=subject)
    record.detail, record.payload, record.state = note, Life.RISK.value, ExceptionState.RESOLVED
    session.add(record)
    for row in rows.values():
        if row.state == ExceptionState.OPEN:
            row.state = ExceptionState.RESOLVED


RELEASED = "released"
"""Ends the subject of the record that keeps why a person released an order in spite of a warning."""
