"""Keeping a promise for a buyer: stock and machine time that nobody else gets until it lapses or is used.

What is kept for a quotation goes over to its order; the order keeps it until it is planned.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.domain.errors import Conflict, InvalidValue, NotAllowed
from factory_erp.i18n import _
from factory_erp.models.inquiries import Quotation, QuotationState
from factory_erp.models.planning import (
    HOLD_TRANSITIONS,
    HoldState,
    PromiseBlock,
    PromiseHold,
    PromiseLine,
)
from factory_erp.models.sales import SalesOrder
from factory_erp.planning.calendar import to_moment
from factory_erp.services import clock, working_time
from factory_erp.services.base import allowed, get, query, use_case
from factory_erp.services.floor.planning_settings import read_settings
from factory_erp.services.floor.reading import lock_schedule
from factory_erp.services.promise.asking import plain_offer
from factory_erp.services.promise.offer import PromiseOffer
from factory_erp.services.stock.promise_open import Besides, still_open

LASTING = (QuotationState.DRAFT, QuotationState.SENT)
"""Quotations for which something can be kept."""


@dataclass(frozen=True, slots=True)
class HoldView:
    """A promise that is kept: for which day and how long, and for whom."""

    id: int
    state: str
    promised_on: date
    expires_at: datetime
    quotation_id: int | None
    sales_order_id: int | None
    version: int


@use_case
def hold(
    session: Session,
    offer: PromiseOffer,
    *,
    quotation_id: int | None = None,
    expires_at: datetime | None = None,
    client_key: str | None = None,
) -> int:
    """Keep what the offer needs for its day; the id of the hold. Once per *client_key*.

    It lasts until the quotation lapses, else for the days that the settings say, unless *expires_at* is
    given. What was kept for the quotation before goes. Raises Conflict where somebody else was quicker
    and the day cannot be kept any more, InvalidValue for an end that is past, NotAllowed for a quotation
    that is not open.
    """
    known = _known(session, client_key)
    if known is not None:
        return known
    lock_schedule(session, alone=True)
    quotation = None if quotation_id is None else _open_quotation(session, quotation_id)
    until = _until(session, quotation, expires_at)
    besides = Besides(quotation_id=quotation_id)
    found = plain_offer(
        session, [(line.item_id, line.quantity) for line in offer.lines], besides, reserve=True
    )
    if found.day > offer.day:
        raise _too_late(found, offer)
    if quotation_id is not None:
        let_go(session, quotation_id)
    kept = PromiseHold(
        client_key=client_key, state=HoldState.HELD, quotation_id=quotation_id, promised_on=offer.day,
        expires_at=until, lines=_lines(found), blocks=_blocks(found),
    )  # fmt: skip
    session.add(kept)
    session.flush()
    return kept.id


def _known(session: Session, client_key: str | None) -> int | None:
    if client_key is None:
        return None
    return session.scalar(select(PromiseHold.id).filter_by(client_key=client_key))


def _open_quotation(session: Session, quotation_id: int) -> Quotation:
    quotation = get(session, Quotation, quotation_id, lock=True)
    if quotation.state not in LASTING:
        raise NotAllowed(
            _("Quotation {number} is not open any more.", number=quotation.number),
            record=quotation.number,
            field="state",
            remedy=_("Revise it, and promise for the revision."),
        )
    return quotation


def _until(session: Session, quotation: Quotation | None, expires_at: datetime | None) -> datetime:
    if expires_at is None and quotation is not None:
        expires_at = _end_of(session, quotation.valid_until)
    if expires_at is None:
        expires_at = clock.now() + timedelta(days=read_settings(session).hold_days)
    if expires_at <= clock.now():
        raise InvalidValue(
            _("A promise cannot be kept until a moment that is past."),
            record=quotation.number if quotation else "",
            field="expires_at",
            remedy=_("Choose a later day, or extend the quotation first."),
        )
    return expires_at


def _end_of(session: Session, day: date) -> datetime:
    """The end of the last day of a quotation."""
    return datetime.combine(day + timedelta(days=1), time(), working_time.zone(session))


def _too_late(found: PromiseOffer, offer: PromiseOffer) -> Conflict:
    return Conflict(
        _("What was free for {day} is taken: the earliest day is {now} now.",
          day=offer.day.isoformat(), now=found.day.isoformat()),
        record=offer.lines[0].sku,
        field=_("Day"),
        remedy=_("Ask for the promise again, and choose from what it says."),
    )  # fmt: skip


def _lines(offer: PromiseOffer) -> list[PromiseLine]:
    return [
        PromiseLine(
            item_id=need.item_id, quantity=need.quantity, from_stock=need.from_stock,
            component=need.component,
        )
        for need in offer.stock
    ]  # fmt: skip


def _blocks(offer: PromiseOffer) -> list[PromiseBlock]:
    return [
        PromiseBlock(
            machine_id=need.machine_id, item_id=need.item_id, family=need.family,
            starts_at=to_moment(need.start), ends_at=to_moment(need.end),
        )
        for need in offer.machines
    ]  # fmt: skip


@use_case
def release(session: Session, hold_id: int) -> None:
    """Keep it no longer. Raises NotAllowed for one that an order took over."""
    kept = get(session, PromiseHold, hold_id, lock=True)
    if kept.state == HoldState.USED:
        raise _is_used(kept)
    _end(kept, HoldState.RELEASED)


def _is_used(kept: PromiseHold) -> NotAllowed:
    return NotAllowed(
        _("An order has taken over this promise."),
        record=str(kept.sales_order_id or ""),
        field="state",
        remedy=_("Cancel or change the order instead."),
    )


@use_case
def expire_due(session: Session) -> int:
    """Write down which promises have lapsed; how many. Nothing is kept for them before that either."""
    due = select(PromiseHold).where(
        PromiseHold.state == HoldState.HELD, PromiseHold.expires_at <= clock.now()
    )
    found = session.scalars(due.order_by(PromiseHold.id).with_for_update()).all()
    for kept in found:
        _end(kept, HoldState.EXPIRED)
    return len(found)


@use_case
def use_for_order(session: Session, hold_id: int, order_id: int) -> None:
    """Give what is kept to the order, which asks for its day. Raises NotAllowed for one that has lapsed."""
    take_over(get(session, PromiseHold, hold_id, lock=True), get(session, SalesOrder, order_id, lock=True))


def take_over(kept: PromiseHold, order: SalesOrder) -> None:
    """The same, for use cases that make the order."""
    if kept.state == HoldState.USED and kept.sales_order_id == order.id:
        return
    if kept.state == HoldState.USED:
        raise _is_used(kept)
    if kept.state != HoldState.HELD or kept.expires_at <= clock.now():
        raise NotAllowed(
            _("This promise has lapsed: nothing is kept for it any more."),
            record=order.number,
            field="state",
            remedy=_("Ask for a new promise."),
        )
    _end(kept, HoldState.USED)
    kept.sales_order_id = order.id
    order.requested_ship = kept.promised_on


def hand_over(session: Session, quotation_id: int, order: SalesOrder) -> None:
    """What is kept for an accepted quotation goes over to its order; what has lapsed does not."""
    for kept in _of_quotation(session, quotation_id):
        if kept.expires_at > clock.now():
            take_over(kept, order)
    session.flush()


def follow_revision(session: Session, quotation_id: int, new: Quotation) -> None:
    """What is kept for the quotation goes over to its revision, and lasts until that lapses."""
    for kept in _of_quotation(session, quotation_id):
        if kept.expires_at > clock.now():
            kept.quotation_id = new.id
            kept.expires_at = _until(session, new, None)
    session.flush()


def follow_validity(session: Session, quotation: Quotation, before: date) -> None:
    """What is kept until the quotation lapses lasts until its new last day; it was *before* so far.

    What lapsed already is not kept again, and what is kept until another moment stays so.
    """
    if quotation.valid_until == before:
        return
    old, new = _end_of(session, before), _end_of(session, quotation.valid_until)
    for kept in _of_quotation(session, quotation.id):
        if clock.now() < kept.expires_at == old:
            kept.expires_at = new
    session.flush()


def let_go(session: Session, quotation_id: int) -> None:
    """Nothing is kept for the quotation any more: declined, lapsed, or it offers something else now."""
    for kept in _of_quotation(session, quotation_id):
        _end(kept, HoldState.RELEASED)
    session.flush()


def _of_quotation(session: Session, quotation_id: int) -> Iterable[PromiseHold]:
    mine = select(PromiseHold).filter_by(quotation_id=quotation_id, state=HoldState.HELD)
    return session.scalars(mine.order_by(PromiseHold.id).with_for_update()).all()


def _end(kept: PromiseHold, state: HoldState) -> None:
    if allowed(HOLD_TRANSITIONS, kept.state, state):
        kept.state = state


@query
def hold_for_quotation(session: Session, quotation_id: int) -> HoldView | None:
    """What is kept for the quotation or its order now, the last one where there are several."""
    mine = select(PromiseHold).where(PromiseHold.quotation_id == quotation_id, still_open())
    kept = session.scalar(mine.order_by(PromiseHold.id.desc()).limit(1))
    return None if kept is None else _view(kept)


@query
def open_holds(session: Session) -> tuple[HoldView, ...]:
    """Everything that is kept, what lapses first first."""
    found = session.scalars(select(PromiseHold).where(still_open()).order_by(PromiseHold.expires_at))
    return tuple(_view(kept) for kept in found)


def _view(kept: PromiseHold) -> HoldView:
    return HoldView(
        kept.id, kept.state, kept.promised_on, kept.expires_at, kept.quotation_id, kept.sales_order_id,
        kept.version,
    )  # fmt: skip
