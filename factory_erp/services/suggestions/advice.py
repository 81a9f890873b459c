"""Accepting advice: production and purchases that exist are wanted earlier, later, less, or together."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from factory_erp.domain.errors import Conflict
from factory_erp.i18n import _
from factory_erp.models.planning import PurchaseLine, Suggestion, SuggestionKind
from factory_erp.models.production import Peg, ProductionOrder, ProductionState
from factory_erp.planning.calendar import to_minute
from factory_erp.services import working_time
from factory_erp.services.base import get
from factory_erp.services.engineering.structure import whole
from factory_erp.services.material.orders import merge_orders, reduce_order
from factory_erp.services.material.settled import unpegged_purchases
from factory_erp.services.material.store import remove
from factory_erp.services.purchasing.orders import reduce_line
from factory_erp.services.stock.reservations import CONSUMING

ADVICE = (SuggestionKind.EXPEDITE, SuggestionKind.DELAY, SuggestionKind.CANCEL, SuggestionKind.MERGE)


def follow_advice(session: Session, chosen: Iterable[Suggestion]) -> tuple[str, ...]:
    """Do what the suggestions advise; the numbers of the orders that changed.

    Raises Conflict where an order to be cancelled is wanted by now, NotAllowed where the floor has begun.
    """
    told = list(chosen)
    # What they speak of may be removed with them: they go first.
    remove(session, Suggestion, [one.id for one in told])
    for one in told:
        session.expunge(one)
    changed = dict.fromkeys(_follow(session, one) for one in told)
    session.flush()
    return tuple(number for number in changed if number)


def _follow(session: Session, one: Suggestion) -> str:
    if one.kind == SuggestionKind.MERGE:
        return _merge(session, one)
    if one.purchase_line_id is not None:
        return _purchase(session, one, one.purchase_line_id)
    return _production(session, one)


def _day(session: Session, one: Suggestion) -> date:
    """The last day whose end is in time for the moment that was advised."""
    return working_time.day_of(to_minute(one.due_at), working_time.zone(session))


def _production(session: Session, one: Suggestion) -> str:
    order = get(session, ProductionOrder, one.production_order_id or 0, lock=True)
    if order.state not in CONSUMING:
        return ""
    if one.kind != SuggestionKind.CANCEL:
        order.due = _day(session, one)
        return order.number
    left = max(order.quantity - one.quantity, Decimal(0))
    if left * (100 - order.item.scrap_percent) / 100 < _pegged(session, order):
        raise _wanted_again(order.number)
    reduce_order(session, order, one.quantity)
    return order.number


def _pegged(session: Session, order: ProductionOrder) -> Decimal:
    mine = select(func.sum(Peg.quantity)).where(
        Peg.production_order_id == order.id, Peg.item_id == order.item_id
    )
    return session.scalar(mine) or Decimal(0)


def _purchase(session: Session, one: Suggestion, line_id: int) -> str:
    line = get(session, PurchaseLine, line_id)
    if one.kind != SuggestionKind.CANCEL:
        # When it comes is the supplier's word: a person asks, and enters what he says.
        line.needed_on = _day(session, one)
        return line.order.number
    number = line.order.number
    free = {other.id: other.quantity for other in unpegged_purchases(session, [line.item_id])}
    if whole(free.get(line_id, 0)) < one.quantity:
        raise _wanted_again(number)
    reduce_line(session, line_id, one.quantity)
    return number


def _wanted_again(number: str) -> Conflict:
    return Conflict(
        _("{number} is wanted by now: somebody counts on what should be cancelled.", number=number),
        record=number,
        field=_("Quantity"),
        remedy=_("Run the plan again, and see what it advises then."),
    )


def _merge(session: Session, one: Suggestion) -> str:
    others = [int(other) for other in json.loads(one.detail or "{}").get("orders", ())]
    ids = sorted({one.production_order_id or 0, *others})
    orders = {order_id: get(session, ProductionOrder, order_id, lock=True) for order_id in ids}
    head = orders.pop(one.production_order_id or 0)
    open_ones = [order for order in orders.values() if order.state == ProductionState.PLANNED]
    if not open_ones:
        return ""
    merge_orders(session, head, open_ones)
    return head.number
