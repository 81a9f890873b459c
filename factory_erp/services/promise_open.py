"""What open promises keep back from everybody else: stock, parts on order, machine time.

A promise is open until it lapses; one that an order took over keeps its own until the order is planned,
since from then on pegs do.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import ColumnElement, and_, func, or_, select, type_coerce
from sqlalchemy.orm import Session

from factory_erp.models.planning import HoldState, PromiseHold, PromiseLine
from factory_erp.models.sales import OrderState, SalesOrder
from factory_erp.models.types import Scaled
from factory_erp.services import clock
from factory_erp.services.bulk import chunks


@dataclass(frozen=True, slots=True)
class Besides:
    """Whose promises do not count: what is kept for a quotation or order is free for that one itself.

    With *ordered* those that confirmed orders took over do not count either, for whoever reckons with the
    orders themselves.
    """

    quotation_id: int | None = None
    order_id: int | None = None
    ordered: bool = False


NOBODY = Besides()
ORDERED = Besides(ordered=True)


def still_open(besides: Besides = NOBODY) -> ColumnElement[bool]:
    """The condition that a ``PromiseHold`` keeps something."""
    in_time = PromiseHold.expires_at > clock.now()
    waiting = and_(PromiseHold.state == HoldState.USED, _unplanned(in_time, besides.ordered))
    kept = and_(PromiseHold.state == HoldState.HELD, in_time)
    return and_(or_(kept, waiting), *_not_of(besides))


def _unplanned(in_time: ColumnElement[bool], drafts_only: bool) -> ColumnElement[bool]:
    """Whether its order has still to be planned; a draft counts only as long as the promise was to last."""
    confirmed = or_(
        SalesOrder.state == OrderState.CONFIRMED,
        and_(SalesOrder.state == OrderState.ON_HOLD, SalesOrder.held_from == OrderState.CONFIRMED),
    )
    draft = and_(SalesOrder.state == OrderState.DRAFT, in_time)
    wanted = draft if drafts_only else or_(confirmed, draft)
    found = select(SalesOrder.id).where(SalesOrder.id == PromiseHold.sales_order_id, wanted)
    return found.correlate(PromiseHold).exists()


def _not_of(besides: Besides) -> list[ColumnElement[bool]]:
    pairs = (
        (PromiseHold.quotation_id, besides.quotation_id),
        (PromiseHold.sales_order_id, besides.order_id),
    )
    return [or_(column.is_(None), column != owner) for column, owner in pairs if owner is not None]


def kept_stock(session: Session, item_ids: Collection[int], besides: Besides = NOBODY) -> dict[int, Decimal]:
    """What open promises keep of each item in stock, in its unit; those of which nothing is are left out."""
    return _kept(session, item_ids, besides, type_coerce(func.sum(PromiseLine.from_stock), Scaled()))


def kept_on_order(
    session: Session, item_ids: Collection[int], besides: Besides = NOBODY
) -> dict[int, Decimal]:
    """What open promises count on of each item beyond what they keep in stock."""
    beyond = func.sum(PromiseLine.quantity - PromiseLine.from_stock)
    return _kept(session, item_ids, besides, type_coerce(beyond, Scaled()))


def _kept(
    session: Session, item_ids: Collection[int], besides: Besides, amount: ColumnElement[Decimal]
) -> dict[int, Decimal]:
    found: dict[int, Decimal] = {}
    for part in chunks(item_ids):
        rows = session.execute(
            select(PromiseLine.item_id, amount)
            .join(PromiseHold, PromiseHold.id == PromiseLine.hold_id)
            .where(still_open(besides), PromiseLine.item_id.in_(part))
            .group_by(PromiseLine.item_id)
        )
        found.update({item: quantity for item, quantity in rows if quantity})
    return found


def holds_of(session: Session, besides: Besides) -> frozenset[int]:
    """The promises of the one who asks."""
    if besides.quotation_id is None and besides.order_id is None:
        return frozenset()
    own = or_(
        PromiseHold.quotation_id == (besides.quotation_id or 0),
        PromiseHold.sales_order_id == (besides.order_id or 0),
    )
    return frozenset(session.scalars(select(PromiseHold.id).where(own)))
