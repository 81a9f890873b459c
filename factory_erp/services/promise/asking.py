"""Capable to promise: when could it ship, with the stock, purchases and machines of today.

For an item, for lines, for a whole quotation, for a draft order. What is free in stock or on order counts,
lead times through all bill levels, and gaps in the schedule as it stands; nothing that is planned moves.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _
from factory_erp.models.catalog import Item
from factory_erp.models.inquiries import Quotation
from factory_erp.models.sales import SalesOrder
from factory_erp.services import clock
from factory_erp.services.base import get, query
from factory_erp.services.promise.answer import Answer
from factory_erp.services.promise.offer import PromiseOffer, PromiseView
from factory_erp.services.promise.supply import Wanted, source
from factory_erp.services.stock.inventory import check_quantity
from factory_erp.services.stock.promise_open import NOBODY, Besides

__all__ = [
    "PromiseOffer",
    "PromiseView",
    "left_to_ship",
    "plain_offer",
    "promise",
    "promise_date",
    "promise_item",
    "promise_lines",
    "promise_order",
    "promise_quotation",
    "promise_view",
]


@query
def promise_item(
    session: Session, item_id: int, quantity: Decimal, wanted: date | None = None
) -> PromiseOffer:
    """When *quantity* of the item could ship; see ``promise_lines``."""
    return offer(session, [(item_id, quantity)], wanted)


@query
def promise_lines(session: Session, lines: Sequence[Wanted], wanted: date | None = None) -> PromiseOffer:
    """When all of the lines (item id, quantity in its unit) could ship together, and otherwise what could.

    Raises InvalidValue for no line, a quantity that the item cannot have, or a wanted day that is past;
    BillCycle naming SKUs; NotAllowed for an item whose way of making nobody has entered; BeyondCalendar.
    """
    return offer(session, lines, wanted)


@query
def promise_quotation(session: Session, quotation_id: int, wanted: date | None = None) -> PromiseOffer:
    """The same for all lines of a quotation; what is kept for it already is free for it."""
    quotation = get(session, Quotation, quotation_id)
    lines = [(line.item_id, line.quantity) for line in quotation.lines]
    return offer(session, lines, wanted, Besides(quotation_id=quotation.id))


@query
def promise_order(session: Session, order_id: int, wanted: date | None = None) -> PromiseOffer:
    """The same for what is left to ship of a draft order."""
    order = get(session, SalesOrder, order_id)
    return offer(session, left_to_ship(order), wanted, Besides(order_id=order.id))


@query
def promise(session: Session, order_id: int) -> PromiseView:
    """When the order could ship if nothing that is scheduled moves. Raises as planning it would."""
    return promise_view(session, get(session, SalesOrder, order_id))


def promise_date(session: Session, order: SalesOrder) -> date:
    """The earliest day on which the whole order can ship."""
    return promise_view(session, order).ship_date


def promise_view(session: Session, order: SalesOrder) -> PromiseView:
    """The day and what binds it, without other ways."""
    lines = left_to_ship(order)
    if not lines:
        return PromiseView(clock.today(), (_("Everything is in stock."),))
    found = plain_offer(session, lines, Besides(order_id=order.id))
    return PromiseView(found.day, found.binding)


def left_to_ship(order: SalesOrder) -> list[Wanted]:
    """Item and quantity of each line of which something has still to be shipped."""
    return [
        (line.item_id, line.quantity - line.shipped) for line in order.lines if line.quantity > line.shipped
    ]


def offer(
    session: Session, lines: Sequence[Wanted], wanted: date | None, besides: Besides = NOBODY
) -> PromiseOffer:
    """The whole answer; see ``promise_lines``."""
    _check(session, lines, wanted)
    return Answer(session, source(session, lines, besides), wanted, besides).full()


def plain_offer(
    session: Session, lines: Sequence[Wanted], besides: Besides = NOBODY, *, reserve: bool = False
) -> PromiseOffer:
    """Day, binding and needs only; with *reserve* nobody else can take the stock in this transaction."""
    return Answer(session, source(session, lines, besides, reserve=reserve), None, besides).plain()


def _check(session: Session, lines: Sequence[Wanted], wanted: date | None) -> None:
    if not lines:
        raise InvalidValue(
            _("There is nothing to promise."), field="lines", remedy=_("Enter an item and a quantity.")
        )
    items = [get(session, Item, item_id) for item_id, _quantity in lines]
    for item, (_item_id, quantity) in zip(items, lines, strict=True):
        check_quantity(item, quantity)
    if wanted is not None and wanted < clock.today():
        raise InvalidValue(
            _("{day} is past, so nothing can be promised for it.", day=wanted.isoformat()),
            record=items[0].sku,
            field="wanted",
            remedy=_("Choose today or a later day."),
        )
